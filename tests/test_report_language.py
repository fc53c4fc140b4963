"""The report is written in one language: all of it, with the numbers and dates of that language."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.browser.runs import PAYLOADS, make_hostile_run
from tests.decided_run import accept_all, examples, make_run, settle
from tests.english import english_in, english_on_page
from tests.test_report import Page
from uhc_llm import Document, Extractor, scan, show, verify
from uhc_llm.batch.ledger import Ledger
from uhc_llm.cli import app
from uhc_llm.language import Language, script_messages, speaking
from uhc_llm.report import write_report

FIRST = (
    "KOTA BLITAR - Per Desember 2023 Kota Blitar mencatat 155.210 peserta JKN dari 157.730 "
    "penduduk, atau 98,4 persen. Pemkot Blitar menganggarkan Rp17,5 miliar untuk iuran JKN pada "
    "2024 dan menargetkan cakupan 99 persen. Kota Blitar telah mencapai UHC."
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("run") / "jawa.db"
    make_run(path, Document(text=FIRST, id="blitar"), *examples())
    with Ledger.review(path) as ledger:
        keys = [key for (key,) in ledger.rows("SELECT key FROM documents ORDER BY number")]
        accept_all(ledger, keys[1])
        settle(ledger, keys[0], "fact:0", "correct", by="Ani", status="target")
        settle(ledger, keys[0], "fact:1", "reject", by="Budi")
    return path


def page_in(language: Language, run: Path, folder: Path) -> Page:
    out = folder / f"{language}.html"
    write_report(run, out, language=language)
    return Page(out)


@pytest.fixture(scope="module")
def page(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Page:
    return page_in("id", run, tmp_path_factory.mktemp("report"))


def words_of(value: Any) -> Iterator[str]:
    """Every string in some data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from words_of(each)
    elif isinstance(value, list):
        for each in value:
            yield from words_of(each)


# --- that all of it is spoken ---------------------------------------------------------------------


def test_the_page_says_its_language(page: Page, run: Path, tmp_path: Path) -> None:
    assert '<html lang="id">' in page.html
    assert "<title>Fakta cakupan: jawa</title>" in page.html
    assert '<html lang="en">' in page_in("en", run, tmp_path).html


def test_no_part_of_it_has_english_left(page: Page) -> None:
    assert english_on_page(page.html) == []
    assert [found for each in page.articles if (found := english_on_page(each))] == []


def test_what_its_tables_and_maps_are_made_of_has_no_english_left(page: Page) -> None:
    data: dict[str, Any] = dict(page.data)
    panel = {name: data["panel"][name] for name in ("called", "metrics", "members", "notes")}
    panel |= {name: data["panel"][name] for name in ("rules", "conflicts")}
    shown = [data["spoken"]["states"], data["spoken"]["months"], panel]
    shown += [[row[0:5], row[7:9], row[12]] for row in data["facts"]]
    found = list(words_of(shown))
    assert "cakupan kepesertaan" in found
    assert [words for words in found if english_in(words)] == []


def test_every_message_of_a_script_has_its_translation_in_the_page(page: Page) -> None:
    data: dict[str, Any] = dict(page.data)
    with speaking("id"):
        assert data["spoken"]["messages"] == script_messages()
    said = [words for each in data["spoken"]["messages"].values() for words in words_of(each)]
    assert len(said) > 100
    assert [words for words in said if english_in(words)] == []


def test_an_english_page_carries_no_translations(run: Path, tmp_path: Path) -> None:
    data: dict[str, Any] = dict(page_in("en", run, tmp_path).data)
    assert data["spoken"]["messages"] == {}
    assert data["spoken"]["decimal"] == "."
    assert data["spoken"]["states"]["verified"] == "verified"


# --- numbers and times ----------------------------------------------------------------------------


def test_numbers_are_written_as_indonesian_writes_them(page: Page) -> None:
    amounts = {row[4] for row in page.data["facts"]}
    assert {"155.210", "98,4%", "Rp17.500.000.000"} <= amounts
    assert not [each for each in amounts if re.search(r"\d\.\d{1,2}\b|,\d{3}\b", each)]
    svg = "".join(re.findall(r"<svg.*?</svg>", page.html, re.DOTALL))
    assert re.search(r">\d+,\d+%\??<", svg)
    assert not re.search(r">\d+\.\d+%\??<", svg)


def test_a_period_sorts_as_iso_writes_it_and_shows_in_words(page: Page) -> None:
    shown = {row[2]: row[12] for row in page.data["facts"]}
    assert shown["2023-12"] == "Desember 2023"
    assert list(shown) != list(shown.values())


def test_the_same_run_makes_the_same_page_in_each_language(run: Path, tmp_path: Path) -> None:
    def made(language: Language, name: str) -> str:
        (tmp_path / name).mkdir(exist_ok=True)
        html = page_in(language, run, tmp_path / name).html
        return re.sub(r"<time datetime.*?</time>", "", html, count=1)

    assert made("id", "one") == made("id", "two")
    assert made("en", "one") == made("en", "two")


def test_markup_of_others_stays_text(tmp_path: Path) -> None:
    make_hostile_run(tmp_path / "hostile.db")
    page = page_in("id", tmp_path / "hostile.db", tmp_path)
    kinds = {kind for kind, _text in page.scripts}
    assert kinds == {"application/json", "application/octet-stream", "module"}
    assert not [name for _tag, said in page.tags for name in said if name.startswith("on")]
    for article in page.articles:
        assert PAYLOADS[0] not in article
        assert "<iframe" not in article


# --- how it is asked for --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "locale", "language"),
    [
        ((), "C.UTF-8", "en"),
        ((), "id_ID.UTF-8", "id"),
        (("--lang", "id"), "C.UTF-8", "id"),
        (("--lang", "en"), "id_ID.UTF-8", "en"),
    ],
)
def test_the_command_writes_the_language_that_is_asked_for(
    run: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
    locale: str,
    language: str,
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    out = run.with_name("asked-for.html")
    done = CliRunner().invoke(app, ["report", str(run), "-o", str(out), *options])
    assert done.exit_code == 0, done.output
    assert f'<html lang="{language}">' in out.read_text("utf-8")


@pytest.mark.parametrize("command", ["report", "review"])
def test_a_language_that_is_none_is_refused(run: Path, command: str) -> None:
    done = CliRunner().invoke(app, [command, str(run), "--lang", "klingon"])
    assert done.exit_code == 2
    assert "klingon" in done.output


# --- in a notebook --------------------------------------------------------------------------------


def test_a_result_shows_itself_in_the_language_that_is_spoken() -> None:
    with Extractor(strategy="code") as extractor:
        extraction = extractor.extract(FIRST)
    facts = [{"value": 98.5, "unit": "percent", "metric": "coverage_rate"}]
    with speaking("id"):
        shown = (
            extraction._repr_html_(),
            show(FIRST, extraction)._repr_html_(),
            verify(FIRST, facts)._repr_html_(),
            scan(FIRST)._repr_html_(),
        )
    for html in shown:
        assert '<div class="uhc-llm" lang="id">' in html
        inside = html.replace('lang="id"', "", 1)
        assert english_on_page(inside) == []
    assert 'lang="en"' in extraction._repr_html_()
