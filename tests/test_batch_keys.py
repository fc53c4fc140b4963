"""Work is known by what decides its result, and by nothing else."""

import hashlib
import json
from datetime import date
from typing import get_args

import pytest

from uhc_llm.batch.keys import VOCABULARY, settings_hash, settings_json, work_key
from uhc_llm.extraction import Extractor, Settings, Strategy
from uhc_llm.promise import PROMISE, Promise
from uhc_llm.schemas import METRICS, SEGMENTS, DeclarationStatus, Qualifier, Status
from uhc_llm.testing import FakeModel

TEXT = "Cakupan JKN Kota Batu 98,4 persen."
SETTINGS = Extractor(FakeModel()).settings

DIGESTS = {1: "c5", 2: "c5", 3: "c5"}


def test_a_key_is_made_of_the_text_the_date_and_the_settings_alone() -> None:
    key = work_key(TEXT, date(2024, 5, 1), settings_hash(SETTINGS))
    assert key == work_key(TEXT, date(2024, 5, 1), settings_hash(SETTINGS))
    assert len(key) == 64


@pytest.mark.parametrize(
    ("text", "published", "settings"),
    [
        (TEXT + " ", None, SETTINGS),
        (TEXT, date(2024, 5, 1), SETTINGS),
        (TEXT, None, SETTINGS._replace(model="openai/gpt-4.1")),
        (TEXT, None, SETTINGS._replace(strategy="quote")),
        (TEXT, None, SETTINGS._replace(promise=Promise(0.8))),
        (TEXT, None, SETTINGS._replace(prompt_hash="0" * 64)),
        (TEXT, None, SETTINGS._replace(form="narrowed")),
        (TEXT, None, SETTINGS._replace(breadth="cues")),
        (TEXT, None, SETTINGS._replace(schema_hash="0" * 64)),
        (TEXT, None, SETTINGS._replace(options='{"temperature":1}')),
    ],
)
def test_whatever_may_change_a_result_changes_the_key(
    text: str, published: date | None, settings: Settings
) -> None:
    before = work_key(TEXT, None, settings_hash(SETTINGS))
    assert work_key(text, published, settings_hash(settings)) != before


def test_a_prompt_is_known_by_its_content_not_by_its_name() -> None:
    renamed = SETTINGS._replace(prompt="/home/me/point")
    assert settings_hash(renamed) == settings_hash(SETTINGS)


def test_without_options_the_settings_are_those_of_before_there_were_any() -> None:
    said = json.loads(settings_json(SETTINGS))
    assert "options" not in said
    del said["prompt"]
    line = json.dumps(said, sort_keys=True, separators=(",", ":"))
    assert settings_hash(SETTINGS) == hashlib.sha256(line.encode()).hexdigest()


def test_no_part_of_a_key_runs_into_another() -> None:
    assert work_key("a", date(2024, 5, 1), "s") != work_key("2024-05-01\0a", None, "s")


def test_the_settings_are_kept_in_words_too() -> None:
    said = json.loads(settings_json(SETTINGS))
    assert said["prompt"] == "point/v3"
    assert said["model"] == "fake/model"
    assert said["vocabulary"] == VOCABULARY


@pytest.mark.parametrize(
    ("strategy", "parts"),
    [
        ("point", {"form": "static", "breadth": "unit"}),
        ("quote", {"form": None, "breadth": None}),
    ],
)
def test_settings_that_a_strategy_does_not_know_are_not_among_its_settings(
    strategy: Strategy, parts: dict[str, object]
) -> None:
    settings = Extractor(FakeModel(), strategy=strategy, form="static", breadth="unit").settings
    assert {name: getattr(settings, name) for name in parts} == parts


def test_a_strategy_that_asks_no_model_has_neither_model_nor_prompt() -> None:
    assert Extractor(strategy="code").settings == Settings(None, "code")


def test_the_usual_promise_is_no_setting_and_another_is_one() -> None:
    assert Extractor(strategy="code", promise=PROMISE).settings == Settings(None, "code")
    settings = Extractor(strategy="code", promise=Promise(0.8)).settings
    assert json.loads(settings_json(settings))["promise"] == [0.8, PROMISE.certainty]


def test_a_change_of_the_vocabulary_raises_its_version() -> None:
    """When this fails, raise VOCABULARY and add the new digest: old results mean something else."""
    words = [
        {name: list(row) for name, row in METRICS.items()},
        dict(SEGMENTS),
        [list(get_args(names)) for names in (Status, Qualifier, DeclarationStatus)],
    ]
    digest = hashlib.sha256(json.dumps(words, sort_keys=True).encode()).hexdigest()
    assert digest[:2] == DIGESTS[VOCABULARY]
