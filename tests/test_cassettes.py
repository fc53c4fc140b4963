"""The recorded answers of the embedded model, replayed: no socket, no weights."""

import os
import re

import pytest

from tests.recordings import CASSETTES, RECORDINGS, Recording
from uhc_llm import scan, verify
from uhc_llm.documents import read_document
from uhc_llm.testing import cassette

IDS = [str(recording.cassette.relative_to(CASSETTES)) for recording in RECORDINGS]
SECRETS = re.compile(
    r"authorization|api[-_]?key|set-cookie|\bcookie\b|bearer|sk-[A-Za-z0-9]{16,}", re.IGNORECASE
)


def recorded() -> list[str]:
    return [str(path.relative_to(CASSETTES)) for path in sorted(CASSETTES.rglob("*.yaml"))]


@pytest.mark.parametrize("recording", RECORDINGS, ids=IDS)
def test_replay_gives_only_facts_that_the_text_bears_out(recording: Recording) -> None:
    with cassette(recording.cassette) as tape:
        extraction = recording.extract()
    assert tape.unused == []
    document = read_document(recording.article)
    numbers = {(m.value, m.unit) for m in scan(document).mentions}
    numbers |= {(m.upper, m.unit) for m in scan(document).mentions if m.upper is not None}
    assert all((fact.value, fact.unit) in numbers for fact in extraction.facts)
    again = verify(document, extraction.facts)
    assert again.ok
    assert all(fact.verdict == "rejected" for fact in extraction.rejected)


def test_pointing_finds_the_facts_of_every_article_that_has_some() -> None:
    found = {}
    for recording in RECORDINGS:
        if recording.name == "point":
            with cassette(recording.cassette):
                found[recording.article.stem] = len(recording.extract().facts)
    without = [stem for stem, facts in found.items() if not facts]
    assert without == ["07-tanpa-fakta"]


def test_every_cassette_is_replayed_by_a_test() -> None:
    assert recorded() == sorted(IDS)


@pytest.mark.parametrize("name", recorded())
def test_no_cassette_holds_a_secret(name: str) -> None:
    text = (CASSETTES / name).read_text(encoding="utf-8")
    assert not SECRETS.search(text)
    keys = [value for key, value in os.environ.items() if key.endswith("_API_KEY") and value]
    assert not any(key in text for key in keys)
