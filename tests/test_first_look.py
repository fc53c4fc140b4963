"""The first look: nothing with facts is left unread, and what has no word of the field is seen."""

import asyncio
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.first_look import looked_at
from tests.pointed import pointed
from tools.training.sets import SETS
from uhc_llm.documents import Document
from uhc_llm.extraction import Extractor
from uhc_llm.first_look import has_field_word
from uhc_llm.schemas import Extraction
from uhc_llm.testing import FakeModel

EVAL = Path(__file__).resolve().parent.parent / "eval"
GOLD = [EVAL / f"{name}.gold.jsonl" for name in SETS]

ON_HARVESTS = "Panen raya di Kabupaten Blora mencapai 95,28 persen dari 812.345 hektare."
AS_PRINTED = [
    "Peserta JKN di Kota Batu",
    "mobilejkn dan #BPJSKesehatan",
    "JKN-KIS",
    "non-JKN",
    "(UHC)",
    "Kartu Indonesia Sehat",
    "Jamkesda Kota Batu",
    "peserta PBI-JK",
    "Kepesertaan PBPU Pemda",
    "universal health coverage",
    "Health insurance covers 98 percent",
    "asuransi kesehatan",
    "penerima bantuan iuran",
    "warga yang belum terdaftar, kata Kepala Dinas Kesehatan",
]
OTHERWISE = [
    "j k n",
    "J.K.N.",
    "B P J S",
    "U-H-C",
    "jaminan\nkesehatan",
    "jaminan   \n\n   kesehatan",
    "jaminan\u00a0kesehatan",
    "jaminan&nbsp;kesehatan",
    "jaminankesehatan",
    "BPJS-Kesehatan",
    "bantuan kese-\nhatan yang iur-\nannya naik",
    "ja-\nminan ke-\n  sehatan",
    "asu\u00adransi kese\u200bhatan",
    "kartu indo&shy;nesia sehat",
    "J<b>K</b>N",
    "jaminan <em>kesehatan</em>",
    "kartu<br/>sehat",
    "\uff2a\uff2b\uff2e",
    "\U0001d401\U0001d40f\U0001d409\U0001d412",
    "angka < 5 persen dari peserta JKN > 3 persen",
    "&#74;KN",
    "JKN2024",
    "@bpjskesehatan_ri",
]
NONE = [
    "",
    ON_HARVESTS,
    "Kisah seorang pakis: kisaran harga naik",
    "Bus berangkat pada jam kesembilan, dan jam keselamatan",
    "Kuasa kesit puaskesal",
    "Masih siap bicara soal siap putus",
    "Sepak bola: Arema menang 3-1",
    "Vaksinasi di puskesmas mencapai 95 persen, kata Dinas Kesehatan",
    "Warga terdaftar sebagai pemilih",
    "Bank & asuransi jiwa <b>tumbuh</b> 5 persen",
]


@pytest.mark.parametrize("text", AS_PRINTED)
@pytest.mark.parametrize("write", [str, str.upper, str.lower, str.title])
def test_words_of_the_field_are_found_in_letters_of_any_size(
    text: str, write: Callable[[str], str]
) -> None:
    assert has_field_word(write(text))


@pytest.mark.parametrize("text", OTHERWISE)
def test_words_are_found_however_they_are_broken_and_set(text: str) -> None:
    assert has_field_word(f"Kota Batu, {text} dan lain-lain")


@pytest.mark.parametrize("text", NONE)
def test_other_words_are_not_taken_for_words_of_the_field(text: str) -> None:
    assert not has_field_word(text)


@given(st.text(), st.sampled_from(AS_PRINTED), st.text())
def test_whatever_stands_around_a_word_does_not_hide_it(
    before: str, words: str, behind: str
) -> None:
    assert has_field_word(f"{before}\n{words}\n{behind}")


def test_no_article_with_facts_but_one_is_left_unread_and_most_on_other_matters_are() -> None:
    found = list(looked_at(GOLD))
    left = [article for article in found if not article.is_kept]
    # That one says of whom and how many, and never of what.
    assert [article.id for article in left if article.has_facts] == ["xe-39"]
    elsewhere = [article for article in found if article.kind == "offtopic"]
    assert sum(not article.is_kept for article in elsewhere) > 0.5 * len(elsewhere)


@pytest.mark.parametrize(
    "piece",
    [
        "j ",
        "k",
        "kis ",
        "kis",
        "jaminan   ",
        "jaminan kese-\n ",
        "<b ",
        "<",
        "&",
        "&am",
        "- ",
        "p?b",
    ],
)
def test_the_time_grows_with_the_length_alone(piece: str) -> None:
    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        started = process_time()
        has_field_word(text)
        return process_time() - started

    seconds(1000)
    # A time that grew with the square would be hundreds of seconds.
    assert seconds(2_000_000) < 4


# --- in an extractor -----------------------------------------------------------------------------


def looked(text: str, *, all_topics: bool = False) -> tuple[Extraction, FakeModel]:
    model = FakeModel([pointed([]), pointed([])])
    extractor = Extractor(model, all_topics=all_topics, answer_reasks=0)
    return asyncio.run(extractor.aextract(text, looks_first=True)), model


def test_a_text_without_a_word_of_the_field_is_not_read() -> None:
    extraction, model = looked(ON_HARVESTS)
    assert model.requests == []
    assert (extraction.facts, extraction.rejected, extraction.unclaimed) == ((), (), ())
    (finding,) = extraction.findings
    assert (finding.rule, finding.severity) == ("off_topic", "info")
    assert "no word of health insurance" in finding.message
    assert extraction.provenance.requests == 0


def test_who_and_when_an_unread_text_is_stays_known() -> None:
    document = Document(text=ON_HARVESTS, id="a", published=date(2024, 5, 1))
    reading = Extractor(strategy="code").aextract(document, looks_first=True)
    extraction = asyncio.run(reading)
    assert (extraction.id, extraction.published) == ("a", date(2024, 5, 1))


def test_with_all_topics_there_is_no_first_look() -> None:
    extraction, model = looked(ON_HARVESTS, all_topics=True)
    assert len(model.requests) == 1
    assert len(extraction.unclaimed) == 2


def test_a_single_text_is_read_so_that_each_of_its_numbers_is_accounted_for() -> None:
    assert len(Extractor(strategy="code").extract(ON_HARVESTS).unclaimed) == 2


def test_an_empty_text_is_called_empty() -> None:
    extraction, _ = looked(" \n")
    assert [finding.rule for finding in extraction.findings] == ["empty_text"]
