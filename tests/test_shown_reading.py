"""How a fact was read is told on the terminal and on the pages, and a run keeps it whole."""

import base64
import gzip
import io
import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from rich.console import Console
from starlette.testclient import TestClient
from typer.testing import CliRunner

from tests.decided_run import EXAMPLES, articles, example, make_run, settle
from uhc_llm import Document, Extractor
from uhc_llm.batch.keys import work_key
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.reviewed import ReviewedArticle, reviewed_article
from uhc_llm.batch.work import Attempt, Work
from uhc_llm.cli import app
from uhc_llm.display import reasons_report
from uhc_llm.pages import environment
from uhc_llm.pages.as_read import as_read, in_100
from uhc_llm.report.articles import Articles
from uhc_llm.review import make_app
from uhc_llm.review.choices import TextChoices
from uhc_llm.review.desk import lay_out
from uhc_llm.review.security import Access
from uhc_llm.schemas import Extraction, Fact, FieldReading, Reason

NAME: Final = "03-target-dan-capaian"
HOSTILE: Final = "<script>alert(1)</script> \x1b[31m\u202e {{ 7 * 7 }}"
WIDTH: Final = 80
AT: Final = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


def extracted(name: str = NAME, *, explain: bool = False) -> Extraction:
    with Extractor(strategy="code", explain=explain) as extractor:
        return extractor.extract(example(name))


def doubtful(fact: Fact, field: str = "region", share: float = 0.62, **changed: Any) -> Fact:
    """The fact, one of its fields read as no more than likely."""
    told = {"probability": share, "instead": "Indonesia", "instead_probability": 0.3} | changed
    reading = tuple(
        each.model_copy(update=told) if each.field == field else each for each in fact.reading
    )
    return fact.model_copy(update={"reading": reading})


def surely(fact: Fact) -> Fact:
    """The fact, each of its fields read as next to certain."""
    for each in fact.reading:
        fact = doubtful(fact, each.field, 0.998, instead_probability=0.001)
    return fact


def with_fact(extraction: Extraction, fact: Fact) -> Extraction:
    return extraction.model_copy(update={"facts": (fact, *extraction.facts[1:])})


def read_before(run: Path) -> None:
    """Make a run what it was before facts said how they were read, and where they are repeated."""
    with sqlite3.connect(run) as db:
        rows = db.execute("SELECT document_key, extraction FROM extractions").fetchall()
        for key, text in rows:
            whole = json.loads(text)
            for fact in (*whole["facts"], *whole["rejected"]):
                del fact["reading"], fact["repeats"]
            db.execute(
                "UPDATE extractions SET extraction = ? WHERE document_key = ?",
                (json.dumps(whole), key),
            )
    db.close()


# --- on the terminal -----------------------------------------------------------------------------


def printed(extraction: Extraction, width: int = WIDTH) -> list[str]:
    out = io.StringIO()
    Console(file=out, width=width).print(reasons_report(extraction))
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_each_fact_has_a_block_with_a_line_for_each_field() -> None:
    extraction = extracted(explain=True)
    lines = printed(extraction, width=500)
    heads = [line.strip() for line in lines if re.match(r"  \S", line)]
    assert heads == [f"{f.evidence.quote}, {f.metric}" for f in extraction.facts if f.evidence]
    block = lines[1 : lines.index("")]
    assert [line.split()[0] for line in block] == [r.field for r in extraction.facts[0].reading]


def test_a_line_says_how_likely_what_else_and_what_decided_it() -> None:
    fact = extracted().facts[0]
    reasons = tuple(
        Reason(seen=seen, weight=weight)
        for seen, weight in (("left  a", 0.84), ("b, c", -0.5), ("d", 0.4), ("e", 0.3), ("f", 0.2))
    )
    (line,) = (
        line
        for line in printed(with_fact(extracted(), doubtful(fact, reasons=reasons)), width=500)
        if "left a" in line
    )
    assert line.split(maxsplit=1) == [
        "region",
        "Kabupaten Banyuwangi 0.62 (else Indonesia 0.30): left a +0.84; b, c -0.50; d +0.40; "
        "e +0.30",
    ]


def test_a_choice_that_is_next_to_none_is_not_told() -> None:
    fact = doubtful(extracted().facts[0], share=0.999, instead_probability=0.001)
    (line,) = (line for line in printed(with_fact(extracted(), fact), 500)[:6] if "region " in line)
    assert line.strip() == "region   Kabupaten Banyuwangi 1.00"


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.txt")), ids=lambda path: path.stem)
def test_the_blocks_fit_a_narrow_terminal_and_break_at_words(path: Path) -> None:
    extraction = extracted(path.stem, explain=True)
    narrow = printed(extraction)
    assert max(map(len, narrow), default=0) <= WIDTH
    words = " ".join(printed(extraction, width=2000)).split()
    assert " ".join(narrow).split() == words


def test_facts_that_nobody_read_have_no_block() -> None:
    extraction = extracted()
    bare = extraction.facts[0].model_copy(update={"reading": ()})
    assert len(extraction.facts) > 1
    only = extraction.model_copy(update={"facts": (bare,)})
    assert printed(only) == []


def test_nothing_that_was_seen_can_work_the_terminal() -> None:
    fact = doubtful(
        extracted().facts[0], instead=HOSTILE, reasons=(Reason(seen=HOSTILE, weight=1.0),)
    )
    assert "\x1b" not in "".join(printed(with_fact(extracted(), fact)))


def run(*arguments: str) -> tuple[int, str]:
    path = str(EXAMPLES / f"{NAME}.txt")
    done = CliRunner().invoke(app, ["extract", path, "--strategy", "code", *arguments])
    return done.exit_code, done.output


def test_the_command_shows_reasons_where_they_are_asked_for() -> None:
    code, plain = run("--format", "table")
    assert code == 0
    assert "(else " not in plain
    code, explained = run("--format", "table", "--explain")
    assert code == 0
    assert "95 persen, coverage_rate" in explained
    assert re.search(r"status +target 0\.\d\d .*[+-]\d\.\d\d", explained)


def test_json_has_the_reasons_where_they_are_asked_for() -> None:
    for explain in (False, True):
        code, out = run("--format", "json", *(["--explain"] if explain else []))
        assert code == 0
        (whole,) = json.loads(out)
        readings = [each for fact in whole["facts"] for each in fact["reading"]]
        assert readings
        assert any(each["reasons"] for each in readings) is explain


@pytest.mark.parametrize("format_", ["csv", "jsonl"])
def test_flat_rows_have_no_place_for_reasons(format_: str) -> None:
    code, out = run("--format", format_, "--explain")
    assert code == 2
    assert "table or json" in out


# --- in words ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (1.0, "over 99 in 100"),
        (0.995, "over 99 in 100"),
        (0.994, "99 in 100"),
        (0.824, "82 in 100"),
        (0.0051, "1 in 100"),
        (0.0049, "under 1 in 100"),
        (0.0, "under 1 in 100"),
    ],
)
def test_a_probability_is_so_many_in_a_hundred(share: float, words: str) -> None:
    assert in_100(share) == words


def test_a_field_tells_the_next_choice_in_words() -> None:
    fact = doubtful(extracted().facts[0], "metric", 0.6, instead="new_participants")
    field = next(each for each in as_read(fact) if each.label == "metric")
    assert (field.said, field.likely) == ("coverage rate", "60 in 100")
    assert (field.instead, field.instead_likely) == ("new participants", "30 in 100")
    assert field.likelihood == "doubtful"


def test_of_a_corrected_field_nothing_is_told_that_was_read_of_another_choice() -> None:
    said = extracted().facts[0]
    corrected = said.model_copy(update={"status": "actual", "region": None})
    assert {each.label for each in as_read(said)} - {
        each.label for each in as_read(corrected, said)
    } == {"status", "region"}


# --- in the report -------------------------------------------------------------------------------


def page_of(extraction: Extraction) -> str:
    article = ReviewedArticle(example(NAME), extraction)
    made = Articles(environment("uhc_llm.report"))
    made.add(article)
    made.finish()
    (html,) = json.loads(gzip.decompress(base64.b64decode(made.chunks[0])))
    return str(html)


def cards(html: str) -> list[str]:
    return re.findall(r'<article class="card.*?</article>', html, re.DOTALL)


def without_details(html: str) -> str:
    return re.sub(r"<details>.*?</details>", "", html, flags=re.DOTALL)


def test_what_is_in_doubt_is_in_sight_and_the_rest_is_not() -> None:
    extraction = extracted()
    fact = doubtful(surely(extraction.facts[0]))
    (card, *_) = cards(page_of(with_fact(extraction, fact)))
    assert "Kabupaten Banyuwangi: 62 in 100" in without_details(card)
    assert "(else Indonesia: 30 in 100)" in without_details(card)
    assert "<summary>The rest, as it was read</summary>" in card
    (card, *_) = cards(page_of(with_fact(extraction, doubtful(fact, share=0.94))))
    assert "94 in 100" in card
    assert "in 100" not in without_details(card)
    assert "<summary>As it was read</summary>" in card


def test_the_report_holds_what_is_as_good_as_sure_in_one_line() -> None:
    extraction = extracted()
    (card, *_) = cards(page_of(with_fact(extraction, surely(extraction.facts[0]))))
    assert card.count("in 100") == 1
    assert '<span class="quiet">metric, status, members, region, period</span>: over 99' in card


def test_what_the_reader_names_is_escaped_on_a_page() -> None:
    extraction = extracted()
    html = page_of(with_fact(extraction, doubtful(extraction.facts[0], instead=HOSTILE)))
    assert "&lt;script&gt;alert(1)" in html
    assert "<script" not in html
    assert "\u202e" not in html
    assert "{{ 7 * 7 }}" in html


def test_a_fact_that_nobody_read_shows_nothing() -> None:
    extraction = extracted()
    bare = tuple(fact.model_copy(update={"reading": ()}) for fact in extraction.facts)
    assert "as-read" not in page_of(extraction.model_copy(update={"facts": bare}))
    assert page_of(extraction).count('class="as-read"') == len(bare)


# --- in the review -------------------------------------------------------------------------------


@pytest.fixture
def run_file(tmp_path: Path) -> Path:
    path = tmp_path / "run.db"
    make_run(path, example(NAME))
    return path


@pytest.fixture
def browse(run_file: Path) -> Iterator[Callable[[str], str]]:
    """Load a page of the review."""
    access = Access(8765)
    with Ledger.review(run_file) as ledger:
        served = make_app(ledger, access=access, reviewer="sari")
        with TestClient(served, base_url="http://127.0.0.1:8765") as client:
            assert client.get(access.address).status_code == 200
            yield lambda path: client.get(path).text


def test_the_fact_in_view_tells_what_decided_each_field(browse: Callable[[str], str]) -> None:
    html = browse("/article/1?item=fact:0")
    (shown,) = re.findall(r'<div class="as-read">.*?</div>', html, re.DOTALL)
    assert "<summary>How it was read, and what decided it</summary>" in shown
    (inside,) = re.findall(r"<details>.*?</details>", shown, re.DOTALL)
    fields = inside.split("<li>")[1:]
    assert len(fields) == 5
    for field in fields:
        assert re.search(r"\d in 100", field)
        assert 1 <= field.count('<q lang="en">') <= 4
    assert '<q lang="en">' not in without_details(shown)


def test_a_number_without_a_fact_has_nothing_that_decided_it(browse: Callable[[str], str]) -> None:
    start = example(NAME).text.index("dua kali")
    assert "as-read" not in browse(f"/article/1?item=number:{start}")


def test_a_corrected_fact_is_read_as_it_stands(run_file: Path) -> None:
    with Ledger.review(run_file) as ledger:
        (article,) = articles(ledger)
        choices = TextChoices(article.document)
        before = lay_out(article, choices, "fact:0").fact
        settle(ledger, article.key, "fact:0", "correct", status="actual")
        corrected = reviewed_article(ledger, article.key)
        assert corrected is not None
        after = lay_out(corrected, choices, "fact:0").fact
    assert before
    assert after
    shares = [
        {each.field: each.probability for each in fact.reading}["status"]
        for fact in (before, after)
    ]
    # Each is told by itself, so that the two of a choice come to one by and large.
    assert sum(shares) == pytest.approx(1, abs=0.02)
    assert shares[0] > shares[1]


def test_the_review_of_an_older_run_shows_nothing_of_it(run_file: Path) -> None:
    read_before(run_file)
    with Ledger.review(run_file) as ledger:
        (article,) = articles(ledger)
        fact = lay_out(article, TextChoices(article.document), "fact:0").fact
    assert fact is not None
    assert fact.reading == ()


# --- in a run ------------------------------------------------------------------------------------


def test_a_run_keeps_how_facts_were_read_and_where_they_are_repeated(tmp_path: Path) -> None:
    extraction = extracted(explain=True)
    first, second = extraction.facts[:2]
    assert any(each.reasons for each in first.reading)
    assert second.evidence
    told = first.model_copy(update={"repeats": (second.evidence,)})
    rejected = second.model_copy(update={"verdict": "rejected", "repeats": (second.evidence,)})
    whole = with_fact(extraction, told).model_copy(update={"rejected": (rejected,)})
    key = recorded(tmp_path / "run.db", example(NAME), whole)
    with Ledger.review(tmp_path / "run.db") as ledger:
        assert ledger.extraction(key) == whole
        settle(ledger, key, "fact:0")
        decided = reviewed_article(ledger, key)
        assert decided is not None
        assert decided.item("fact:0").fact == told


def recorded(path: Path, document: Document, extraction: Extraction) -> str:
    """Write a run of one document; returns its key."""
    with Ledger.write(path) as ledger, Extractor(strategy="code") as extractor:
        settings = ledger.note_settings(extractor.settings)
        key = work_key(document.text, document.published, settings)
        ledger.add([Work(key, document, f"{document.id}.txt")], settings)
        ledger.record([Attempt(key, AT, AT, extraction=extraction)])
    return key


def test_a_run_from_before_opens_and_its_facts_tell_nothing_of_it(run_file: Path) -> None:
    read_before(run_file)
    with Ledger.read(run_file) as ledger:
        (article,) = articles(ledger)
    assert article.facts
    for fact in article.facts:
        assert (fact.reading, fact.repeats) == ((), ())


def test_a_reading_comes_out_of_json_as_it_went_in() -> None:
    read = FieldReading(
        field="region",
        probability=0.8234,
        instead="Indonesia",
        instead_probability=0.1588,
        reasons=(Reason(seen="named behind pemerintah", weight=0.84),),
    )
    assert FieldReading.model_validate_json(read.model_dump_json()) == read
