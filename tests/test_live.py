"""The real embedded model, asked for real: `python3 tasks.py live`."""

import pytest

from uhc_llm import Extractor
from uhc_llm.errors import AuthenticationError
from uhc_llm.llm import local

pytestmark = pytest.mark.live

ARTICLE = (
    "SUMEDANG - Per 1 Maret 2024, cakupan JKN di Kabupaten Sumedang mencapai 96,4 persen. "
    "Masih ada sekitar 43 ribu warga yang belum terdaftar.\n"
)


def test_the_embedded_model_reads_an_article_and_every_fact_is_verified() -> None:
    # With as little settled by code as can be: else it would not be asked about this text.
    with Extractor("local", strategy="point", breadth="unit") as extractor:
        extraction = extractor.extract(ARTICLE)
    # Another processor may round otherwise and have the model dismiss a number, but not change one.
    assert extraction.facts
    assert {str(fact.value) for fact in extraction.facts} <= {"96.4", "43000"}
    assert {fact.verdict for fact in extraction.facts} == {"verified"}
    assert {fact.region.code for fact in extraction.facts if fact.region} == {"32.11"}
    assert extraction.provenance.answers == 1


def test_llama_cpps_own_server_is_asked_as_any_provider_is() -> None:
    """The one provider of docs/providers.md that can be reached from here."""
    server = local.start()

    def asked(key: str) -> Extractor:
        return Extractor(
            "llamacpp/any", form="narrowed", base_url=server.base_url, api_key=key, timeout=900
        )

    with asked(server.api_key) as extractor:
        extraction = extractor.extract(ARTICLE)
    assert {str(fact.value) for fact in extraction.facts} == {"96.4", "43000"}
    assert extraction.provenance.usage.output_tokens
    with pytest.raises(AuthenticationError):
        asked("wrong-key").extract(ARTICLE)
