"""The pages that a command writes say what the code does, and leave nothing out."""

import re
from pathlib import Path
from typing import Final, get_args

import pytest

from tools import document_accuracy, document_asking, document_scanner
from uhc_llm.schemas import (
    AsideKind,
    Kind,
    Level,
    Mention,
    PartOfPeriod,
    Period,
    Qualifier,
    Reading,
    Unit,
)

GROUPS: Final = document_scanner.groups()
FLAGS: Final = {
    "ambiguous",
    "broken",
    "share",
    "stray_space",
    "unit_inferred",
    "unit_inherited",
    "unread",
}


@pytest.fixture(scope="module")
def readings() -> list[Reading]:
    return [example.read() for group in GROUPS for example in group.examples]


def test_the_page_on_the_scanner_is_what_scan_says() -> None:
    """When this fails: `python3 tasks.py docs`, and look at what changed."""
    assert document_scanner.PAGE.read_text("utf-8") == document_scanner.page()


def test_the_page_on_asking_is_what_is_asked() -> None:
    """When this fails: `python3 tasks.py docs`, and look at what changed."""
    assert document_asking.PAGE.read_text("utf-8") == document_asking.page()


def test_a_page_that_has_drifted_is_named_and_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "docs" / "scanning.md"
    monkeypatch.setattr(document_scanner, "PAGE", page)
    monkeypatch.setattr(document_scanner, "HERE", tmp_path / "tools")
    assert document_scanner.main(["--check"]) == 1
    assert "docs/scanning.md" in capsys.readouterr().out
    assert not page.exists()
    assert document_scanner.main([]) == 0
    assert document_scanner.main(["--check"]) == 0


def test_every_kind_of_number_has_an_example(readings: list[Reading]) -> None:
    assert set(get_args(Kind)) == {m.kind for r in readings for m in r.mentions}


def test_every_unit_has_an_example(readings: list[Reading]) -> None:
    units = {m.unit for r in readings for m in r.mentions}
    assert units == {*get_args(Unit), None}


def test_every_qualifier_has_an_example(readings: list[Reading]) -> None:
    assert set(get_args(Qualifier)) == {m.qualifier for r in readings for m in r.mentions}


def test_every_flag_has_an_example_and_stands_in_the_schema(readings: list[Reading]) -> None:
    flags = {flag for r in readings for m in r.mentions for flag in m.flags}
    assert flags == FLAGS | set(get_args(AsideKind))
    described = Mention.model_fields["flags"].description or ""
    assert [flag for flag in sorted(flags) if flag not in described] == []


def test_every_level_of_region_has_an_example(readings: list[Reading]) -> None:
    assert set(get_args(Level)) == {m.level for r in readings for m in r.regions}


def test_every_sort_of_aside_has_an_example(readings: list[Reading]) -> None:
    assert set(get_args(AsideKind)) == {aside.kind for r in readings for aside in r.asides}


def test_every_form_of_period_has_an_example(readings: list[Reading]) -> None:
    periods = [p for r in readings for p in r.periods]
    assert {len(p.iso) for p in periods} >= {len("2021"), len("2021-S2"), len("2022-02-14")}
    assert {p.iso[5:6] for p in periods} >= {"S", "Q", "0", "1"}
    assert {p.part for p in periods} == {*get_args(PartOfPeriod), None}
    assert {p.source for p in periods} == set(get_args(Period.model_fields["source"].annotation))
    assert {p.weekday_agrees for p in periods} == {True, False, None}


def test_every_example_shows_something_of_its_group_or_a_dash_on_purpose() -> None:
    """A rule that says what is not read is the only one whose row may be empty."""
    silent = [
        example.rule
        for group in GROUPS
        for example in group.examples
        if not list(document_scanner.SHOWN[group.shows](example.read()))
    ]
    assert silent == [e.rule for g in GROUPS for e in g.examples if e.is_silent]


def test_every_table_stands_on_a_page_and_no_page_asks_for_another() -> None:
    wanted = {
        name
        for page in document_accuracy.PAGES
        for name in re.findall(r"<!-- table: ([\w-]+) -->", page.read_text("utf-8"))
    }
    assert wanted == set(document_accuracy.TABLES)
