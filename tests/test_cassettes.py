"""The recorded answers of the embedded model, replayed: no socket, no weights."""

import os
import re

import pytest

from tests.recordings import (
    CASSETTES,
    EXAMPLES,
    RECORDED,
    RECORDINGS,
    WITHOUT_QUESTIONS,
    Recording,
)
from uhc_llm import scan, verify
from uhc_llm.documents import read_document
from uhc_llm.llm.replay import replaying
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


def test_pointing_finds_facts_in_every_article_that_has_some() -> None:
    for recording in RECORDINGS:
        if recording.name == "point":
            with cassette(recording.cassette):
                assert recording.extract().facts, recording.article.stem


@pytest.mark.parametrize("name", WITHOUT_QUESTIONS)
def test_an_article_whose_words_say_everything_asks_no_model(name: str) -> None:
    (article,) = (path for path in EXAMPLES if path.stem == name)
    with replaying():  # so that a model could not even be started
        extraction = Recording(article).extract()
    assert bool(extraction.facts) == (name != "07-tanpa-fakta")
    assert extraction.provenance.requests == 0
    assert extraction.provenance.model is None
    assert all(unclaimed.reason for unclaimed in extraction.unclaimed)


def test_every_cassette_is_replayed_by_a_test() -> None:
    evaluated = [str(each.cassette.relative_to(CASSETTES)) for each in RECORDED]
    assert sorted(recorded()) == sorted([*IDS, *evaluated])


@pytest.mark.parametrize("name", recorded())
def test_no_cassette_holds_a_secret(name: str) -> None:
    text = (CASSETTES / name).read_text(encoding="utf-8")
    assert not SECRETS.search(text)
    keys = [value for key, value in os.environ.items() if key.endswith("_API_KEY") and value]
    assert not any(key in text for key in keys)
