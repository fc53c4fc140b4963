"""Reviewed articles become gold that `eval` and other scorers read."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from tests.decided_run import (
    NOTHING,
    ONE_FACT,
    accept_all,
    articles,
    choice,
    example,
    make_run,
    many_facts,
    settle,
)
from uhc_llm import Document
from uhc_llm.batch.decisions import Choice, decide, undo
from uhc_llm.batch.gold import GoldCounts, export_gold, gold_article, names_apart
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.reviewed import ReviewedArticle
from uhc_llm.cli import app
from uhc_llm.errors import ConfigurationError, LedgerError, ResultFileError
from uhc_llm.evaluation import load_gold
from uhc_llm.schemas import Extraction, Fact, Provenance, Region

KEYS = [
    "mention", "start", "value", "unit", "metric", "status", "region", "region_code", "period",
    "qualifier", "segment",
]  # fmt: skip
RANGE = "KOTA BATU - Peserta JKN Kota Batu 600-700 ribu jiwa pada 2024."


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.db"


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]


def gold_of(path: Path, *documents: Document) -> list[dict[str, Any]]:
    """The gold of documents in which everything that came out is right."""
    keys = make_run(path, *documents)
    with Ledger.review(path) as ledger:
        for key in keys:
            accept_all(ledger, key)
    out = path.with_name("gold.jsonl")
    assert export_gold(path, out) == GoldCounts(len(documents), 0)
    return lines(out)


def test_an_article_has_what_gold_files_have(path: Path) -> None:
    document = Document(
        text=ONE_FACT, id="batu", published=date(2024, 5, 2), url="https://example.com/batu"
    )
    (row,) = gold_of(path, document)
    assert list(row) == ["id", "source_url", "published", "text", "facts"]
    assert (row["id"], row["source_url"]) == ("batu", "https://example.com/batu")
    assert (row["published"], row["text"]) == ("2024-05-02", ONE_FACT)
    (fact,) = row["facts"]
    assert fact == {
        "mention": "98,4 persen",
        "start": ONE_FACT.index("98,4"),
        "value": 98.4,
        "unit": "percent",
        "metric": "coverage_rate",
        "status": "actual",
        "region": "Kota Batu",
        "region_code": "35.79",
        "period": "2024-05-01",
        "qualifier": "exact",
        "segment": "all",
    }


def test_a_range_has_its_upper_end(path: Path) -> None:
    (row,) = gold_of(path, Document(text=RANGE, id="a"))
    assert [(fact["value"], fact["upper"]) for fact in row["facts"]] == [(600_000, 700_000)]


def test_only_articles_in_which_everything_is_decided_are_gold(path: Path) -> None:
    first, second, third = make_run(
        path, many_facts(3), Document(text=ONE_FACT, id="b"), Document(text=NOTHING, id="c")
    )
    out = path.with_name("gold.jsonl")
    with Ledger.review(path) as ledger:
        settle(ledger, first, "fact:0")
        accept_all(ledger, third)
        assert export_gold(path, out) == GoldCounts(1, 2)
        assert [(row["id"], row["facts"]) for row in lines(out)] == [("c", [])]
        accept_all(ledger, second)
        accept_all(ledger, first)
        assert export_gold(path, out) == GoldCounts(3, 0)
        undo(ledger, reviewer="Ani")
        assert export_gold(path, out) == GoldCounts(2, 1)


def test_gold_is_what_reviewers_let_stand_and_added(path: Path) -> None:
    (key,) = make_run(path, many_facts(4))
    with Ledger.review(path) as ledger:
        settle(ledger, key, "fact:0", "reject")
        settle(ledger, key, "fact:1", "correct", metric="active_rate", segment=None)
        year = articles(ledger)[0].extraction.unclaimed[0].mention
        said = articles(ledger)[0].extraction.facts[3]
        assert said.evidence
        place = {"quote": year.text, "start": year.start, "end": year.end}
        added = said.model_copy(
            update={"value": year.value, "evidence": said.evidence.model_copy(update=place)}
        )
        decide(ledger, key, [Choice(f"number:{year.start}", "add", added)], reviewer="Ani", seen={})
        accept_all(ledger, key)
    out = path.with_name("gold.jsonl")
    export_gold(path, out)
    (row,) = lines(out)
    assert [(fact["value"], fact["metric"], fact["segment"]) for fact in row["facts"]] == [
        (2000, "coverage_rate", "all"),
        (11, "active_rate", "all"),
        (12, "coverage_rate", "all"),
        (13, "coverage_rate", "all"),
    ]


def test_the_same_number_with_the_same_meaning_is_one_fact(path: Path) -> None:
    text = (
        "KOTA BATU - Cakupan JKN Kota Batu 98,4 persen pada 2024.\n"
        "Cakupan JKN Kota Batu 98,40 persen pada 2024.\n"
        "Cakupan JKN Kota Batu 98,4 persen pada 2023."
    )
    (row,) = gold_of(path, Document(text=text, id="a"))
    assert [(fact["mention"], fact["period"]) for fact in row["facts"]] == [
        ("98,4 persen", "2024"),
        ("98,4 persen", "2023"),
    ]


NUMBERS = ("98.4", "0.1", "33.333333333333333333", "20000000000000000000", "1E+20", "1034331")


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_come_back_exact(path: Path, number: str) -> None:
    (key,) = make_run(path, Document(text=ONE_FACT, id="a"))
    out = path.with_name("gold.jsonl")
    with Ledger.review(path) as ledger:
        settle(ledger, key, "fact:0", "correct", value=Decimal(number), upper=Decimal(number) + 1)
    export_gold(path, out)
    (article,) = load_gold(out)
    assert article.facts[0].ends == (Decimal(number), Decimal(number) + 1)
    # As other scorers read it.
    (fact,) = lines(out)[0]["facts"]
    assert Decimal(str(fact["value"])) == Decimal(number)


@pytest.mark.parametrize("end", ["\x85", "\u2028", "\u2029", "\x0c", "\x1e"])
def test_an_article_is_one_line_whatever_stands_in_it(path: Path, end: str) -> None:
    text = f'{ONE_FACT}{end}"Sudah" \\ habis: café.'
    (row,) = gold_of(
        path,
        Document(text=text, id="a"),
    )
    assert row["text"] == text
    out = path.with_name("gold.jsonl")
    assert [article.text for article in load_gold(out)] == [text]
    assert "café" in out.read_text("utf-8")


def test_what_was_written_is_what_load_gold_reads(path: Path) -> None:
    rows = gold_of(path, *map(example, ("01-satu-daerah", "02-beberapa-daerah", "07-tanpa-fakta")))
    read = load_gold(path.with_name("gold.jsonl"))
    assert [article.id for article in read] == [row["id"] for row in rows]
    assert [len(article.facts) for article in read] == [5, 12, 0]
    for article, row in zip(read, rows, strict=True):
        for label, fact in zip(article.facts, row["facts"], strict=True):
            assert list(fact) == KEYS
            assert article.text[fact["start"] :].startswith(fact["mention"])
            assert label.mention == fact["mention"]


# --- names ----------------------------------------------------------------------------------------


def test_articles_of_one_id_get_names_that_stay(path: Path) -> None:
    documents = [
        Document(text=f"Cakupan JKN Kota Batu {10 + each} persen.", id=id_)
        for each, id_ in enumerate(["a", "a", "a-2", "a", None, "b"])
    ]
    names = ["a", "a-3", "a-2", "a-4", None, "b"]
    rows = gold_of(path, *documents)
    assert [row["id"] for row in rows[:4]] == names[:4]
    assert rows[4]["id"].startswith("/corpus/")
    assert len(load_gold(path.with_name("gold.jsonl"))) == 6
    # Whether another one is reviewed makes no difference.
    with Ledger.review(path) as ledger:
        first, second, *_ = articles(ledger)
        decide(
            ledger,
            second.key,
            [choice(second.items[0], "reject")],
            reviewer="Budi",
            seen={item.id: item.seen for item in second.items},
        )
        others = {article.key for article in articles(ledger)} - {second.key}
        while any(article.is_reviewed for article in articles(ledger) if article.key in others):
            assert undo(ledger, reviewer="Ani")
        assert first.key in others
    export_gold(path, path.with_name("gold.jsonl"))
    assert [row["id"] for row in lines(path.with_name("gold.jsonl"))] == ["a-3"]


def numbered_from_two(ids: Mapping[str, str]) -> dict[str, str]:
    """What `names_apart` gives, each id counted anew from its beginning."""
    taken, names, used = set(ids.values()), {}, set[str]()
    for key, id_ in ids.items():
        numbered = (f"{id_}-{count}" for count in range(2, len(ids) + 2))
        free = (name for name in numbered if name not in used | taken)
        names[key] = id_ if id_ not in used else next(free)
        used.add(names[key])
    return names


@given(st.lists(st.sampled_from(["a", "a-2", "a-3", "a-2-2", "b"]), max_size=12))
def test_each_article_has_a_name_of_its_own(ids: list[str]) -> None:
    by_key = {f"k{number}": id_ for number, id_ in enumerate(ids)}
    names = names_apart(by_key)
    assert names == numbered_from_two(by_key)
    assert len(set(names.values())) == len(ids)


def test_a_fact_without_a_place_or_a_region_has_none_in_gold() -> None:
    area = Region(code=None, name="wilayah kerja BPJS Batu", level="area")
    facts = (
        Fact(metric="budget", value=Decimal(5), unit="rupiah"),
        Fact(metric="budget", value=Decimal(5), unit="rupiah", region=area),
    )
    made = Provenance(
        model=None, strategy="code", prompt=None, prompt_hash=None, schema_hash=None, version="0"
    )
    article = ReviewedArticle(Document(text="-"), Extraction(facts=facts, provenance=made))
    row = gold_article(article, "x")
    assert [fact["region"] for fact in row["facts"]] == [None, "wilayah kerja BPJS Batu"]
    assert {(fact["mention"], fact["start"], fact["region_code"]) for fact in row["facts"]} == {
        (None, None, None)
    }


# --- what goes wrong ------------------------------------------------------------------------------


def test_gold_is_written_whole_or_not_at_all(path: Path) -> None:
    make_run(path, Document(text=ONE_FACT, id="a"))
    with pytest.raises(ConfigurationError, match=r"\.jsonl"):
        export_gold(path, path.with_name("gold.csv"))
    with pytest.raises(ResultFileError, match="missing"):
        export_gold(path, path.parent / "missing" / "gold.jsonl")
    with pytest.raises(LedgerError, match="there is no run"):
        export_gold(path.with_name("other.db"), path.with_name("gold.jsonl"))
    assert not path.with_name("gold.jsonl").exists()


# --- on the command line --------------------------------------------------------------------------


def call(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["export", *map(str, arguments)])
    return result.exit_code, " ".join(result.stderr.replace("│", " ").split())


def test_it_says_how_many_became_gold(path: Path) -> None:
    key, _ = make_run(path, Document(text=ONE_FACT, id="a"), Document(text=NOTHING, id="b"))
    out = path.with_name("gold.jsonl")
    code, said = call(path, out, "--gold")
    assert code == 0
    assert "no article is reviewed yet" in said
    assert "2 articles wait" in said
    assert out.read_bytes() == b""
    with Ledger.review(path) as ledger:
        accept_all(ledger, key)
    code, said = call(path, out, "--gold")
    assert (code, said) == (0, f"1 reviewed articles in {out}; 1 are not reviewed yet")
    evaluated = CliRunner().invoke(app, ["eval", str(out), "--strategy", "code"])
    assert evaluated.exit_code == 0
    assert json.loads(evaluated.stdout)["levels"]["full"]["f1"] == 1


@pytest.mark.parametrize(
    ("name", "options", "why"),
    [
        ("gold.csv", ["--gold"], "end "),
        ("gold", ["--gold"], ".jsonl"),
        ("gold.jsonl", ["--gold", "--table", "facts"], "leave out --table"),
        ("gold.jsonl", ["--gold", "--rejected"], "--rejected"),
        ("gold.jsonl", ["--gold", "--as-extracted"], "--as-extracted"),
        ("out.csv", ["--as-extracted", "--table", "decisions"], "before any decision"),
    ],
)
def test_what_does_not_go_together_is_a_wrong_call(
    path: Path, name: str, options: list[str], why: str
) -> None:
    make_run(path, Document(text=ONE_FACT, id="a"))
    code, said = call(path, path.with_name(name), *options)
    assert code == 2
    assert why in said
    assert not path.with_name(name).exists()


def test_the_tables_of_the_command_are_those_of_the_library(path: Path) -> None:
    (key,) = make_run(path, Document(text=ONE_FACT, id="a"))
    with Ledger.review(path) as ledger:
        settle(ledger, key, "fact:0", "reject")
    out = path.with_name("out.csv")
    for options, words in (
        ([], "0 rows of facts"),
        (["--as-extracted"], "1 row of facts"),
        (["--rejected"], "1 row of facts"),
        (["--table", "decisions"], "1 row of decisions"),
    ):
        code, said = call(path, out, *options)
        assert (code, said) == (0, f"{words} in {out}")
