"""What `verify` takes for facts: lists, tables, and what the program's own commands write."""

import csv
import io
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from uhc_llm import scan
from uhc_llm.cli import app
from uhc_llm.cli.claimed_facts import claimed_facts
from uhc_llm.errors import InputError
from uhc_llm.verifier.claims import as_fact

BLORA = "Pada Januari 2024, cakupan JKN di Kabupaten Blora mencapai 95,28 persen atau 812.345 jiwa."
KUDUS = "Pada Januari 2024, cakupan JKN di Kabupaten Kudus mencapai 97,1 persen."
FACT = {"value": 95.28, "unit": "percent", "metric": "coverage_rate"}


def facts(text: str, **options: Any) -> list[Mapping[str, Any]]:
    options = {"article": "blora", **options}
    return claimed_facts(text, "fakta", scan(BLORA), **options)


def table(*rows: str) -> str:
    return "\n".join(("value;unit;metric;region;period;quote", *rows))


@pytest.mark.parametrize("end", ["\x85", "\u2028", "\u2029"])
def test_a_line_of_json_ends_where_json_ends_it(end: str) -> None:
    rows = [FACT | {"quote": f"95,28{end}persen"}, FACT]
    text = "\r\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    assert facts(text) == rows


# --- numbers in tables ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("95.28", "95.28"),
        ("95,28", "95.28"),
        ("812345", "812345"),
        ("1.330.000", "1330000"),
        ("1,330,000", "1330000"),
        ("1.330.000,5", "1330000.5"),
        ("1,330,000.5", "1330000.5"),
        ("12.345,67", "12345.67"),
        ("0,345", "0.345"),
        ("0.345", "0.345"),
        ("812345,678", "812345.678"),
        ("95,2834", "95.2834"),
        (" 97 ", "97"),
    ],
)
def test_a_number_that_can_be_read_in_one_way_is_read(said: str, value: str) -> None:
    (fact,) = facts(table(f'"{said}";percent;coverage_rate;;;'))
    assert fact["value"] == value


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("812.345", "two ways: write 812345, or 812.3450"),
        ("812,345", "two ways: write 812345, or 812.3450"),
        ("95%", "is no number"),
        ("95,28 persen", "is no number"),
        ("95,28,1", "is no number"),
        ("1.33.000", "is no number"),
        ("sembilan", "is no number"),
    ],
)
def test_any_other_number_is_an_error_with_its_line(said: str, message: str) -> None:
    with pytest.raises(InputError, match="'fakta', line 3: value") as caught:
        facts(table("95;percent;coverage_rate;;;", f'"{said}";people;participants;;;'))
    assert message in str(caught.value)


def test_what_is_left_empty_is_not_said() -> None:
    (fact,) = facts(table("95,28;percent;coverage_rate;Kabupaten Blora; ;"))
    assert fact == FACT | {"value": "95.28", "region": "Kabupaten Blora"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_has_commas_semicolons_or_tabs(delimiter: str) -> None:
    rows = [["Value", "Unit", "METRIC", "quote"], ["95.28", "percent", "coverage_rate", "a\nb; c"]]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([*rows, []])
    assert facts(out.getvalue())[0]["quote"] == "a\nb; c"


# --- what is wrong -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (table("95;percent;coverage;;;"), "line 2: metric 'coverage' is none of"),
        (table("", "95;%;coverage_rate;;;"), "line 3: unit '%' is none of"),
        (table("95;percent;;;;"), "line 2: the fact .* lacks metric"),
        (table("95;percent;coverage_rate;;Mei 2024;"), "line 2: .*period"),
        (table('95;percent;coverage_rate;;;"a\nb"', "x"), "line 4: value 'x' is no number"),
        ("value,unit,metric\n95,28,percent,coverage_rate", "line 2: 1 cells more than the header"),
        (table('95;percent;coverage_rate;;;"a', "96;percent;coverage_rate;;;"), "line 2: no CSV"),
        ('value,"unit\n95,percent', "line 1: no CSV"),
        ("value,unit\n95,percent", "as a CSV lacks the columns metric"),
        ("Cakupan 95,28 persen.", "as a CSV lacks the columns metric, value, unit"),
        (json.dumps([FACT, FACT | {"unit": "%"}]), "fact 2: unit"),
        (json.dumps(FACT) + "\n\n" + json.dumps(FACT | {"unit": "%"}), "line 3: unit"),
        (json.dumps(FACT) + "\n" + '{"value": }', "line 2: no JSON at column 11"),
        ("[" * 100_000, "nested deeper"),
        ('[{"value": ' + "9" * 5_000 + "}]", "more digits"),
        ('[{"value": 1,\n]', "no JSON at line 2, column 1"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        facts(text)
    assert "'fakta'" in str(caught.value)


def with_key(key: str) -> dict[str, str]:
    """A file whose last fact has a key more, by where that one is said to stand."""
    fact = FACT | {key: "Kota Ambon"}
    return {
        "fact 1": json.dumps(fact),
        "fact 2": json.dumps([FACT, fact]),
        "line 2": f"{json.dumps(FACT)}\n{json.dumps(fact)}",
        "line 1": f"value,unit,metric,{key}\n95.28,percent,coverage_rate,Kota Ambon",
    }


@pytest.mark.parametrize(
    ("key", "meant"),
    [("regoin", "region"), ("region code", "region_code"), ("periode", "period")],
)
def test_a_key_that_is_nearly_one_of_a_fact_is_refused(key: str, meant: str) -> None:
    for place, text in with_key(key).items():
        told = f"'fakta', {place}: {key!r} is no field of a fact: did you mean {meant!r}?"
        with pytest.raises(InputError, match=f"^{re.escape(told)}$"):
            facts(text)


@pytest.mark.parametrize("key", ["wilayah", "province", "region_id", "said_region_code"])
def test_any_other_key_is_left_alone(key: str) -> None:
    for text in with_key(key).values():
        assert facts(text)[-1][key] == "Kota Ambon"


def test_a_key_that_is_nearly_one_that_is_there_is_left_alone() -> None:
    header = "value,unit,metric,period,periode"
    rows = ("95.28,percent,coverage_rate,2024-01,Januari", "95.28,percent,coverage_rate,,Januari")
    assert [row.get("period") for row in facts("\n".join((header, *rows)))] == ["2024-01", None]


def test_not_every_wrong_row_is_told() -> None:
    with pytest.raises(InputError, match=r"line 6: .*; and 4 more$"):
        facts(table(*["95;%;coverage_rate;;;"] * 9))


# --- what the commands write ---------------------------------------------------------------------


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    (tmp_path / "blora.txt").write_text(BLORA, encoding="utf-8")
    (tmp_path / "kudus.txt").write_text(KUDUS, encoding="utf-8")
    return tmp_path


def run(*arguments: object) -> str:
    done = CliRunner().invoke(app, list(map(str, arguments)))
    assert done.exit_code == 0, done.output
    return done.stdout


def extracted(form: str, *options: str) -> Callable[[Path], str]:
    def make(folder: Path) -> str:
        paths = folder / "blora.txt", folder / "kudus.txt"
        return run("extract", *paths, "--strategy", "code", "--format", form, *options)

    return make


def exported(suffix: str, *options: str) -> Callable[[Path], str]:
    def make(folder: Path) -> str:
        run("batch", folder, "--run", folder / "run.db", "--strategy", "code")
        run("export", folder / "run.db", folder / f"facts.{suffix}", *options)
        return (folder / f"facts.{suffix}").read_text(encoding="utf-8")

    return make


OWN = {f"extract {form}": extracted(form) for form in ("json", "jsonl", "csv")} | {
    f"export {suffix}": exported(suffix) for suffix in ("jsonl", "csv")
}
for locale in ("id", "en"):
    OWN[f"extract csv {locale}"] = extracted("csv", "--locale", locale)
    OWN[f"export csv {locale}"] = exported("csv", "--locale", locale)


@pytest.mark.parametrize("make", OWN.values(), ids=OWN)
def test_what_came_out_of_several_articles_is_verified_by_article(
    articles: Path, make: Callable[[Path], str]
) -> None:
    written = articles / "fakta"
    written.write_text(make(articles), encoding="utf-8")
    for name, count in (("blora", 2), ("kudus", 1)):
        checked = json.loads(run("verify", articles / f"{name}.txt", written, "-f", "json"))
        assert [fact["verdict"] for fact in checked["facts"]] == ["verified"] * count
    other = articles / "lain.md"
    other.write_text(KUDUS, encoding="utf-8")
    done = CliRunner().invoke(app, ["verify", str(other), str(written)])
    assert isinstance(done.exception, InputError)
    assert "facts of 'blora', 'kudus', and none of 'lain': name one with --id" in str(
        done.exception
    )
    run("verify", other, written, "--id", "kudus")


@pytest.mark.parametrize("form", ["extract csv", "export csv"])
@pytest.mark.parametrize("is_older", [False, True])
def test_a_table_of_ours_is_read_whatever_it_says_of_how_likely_facts_are(
    articles: Path, form: str, is_older: bool
) -> None:
    rows = list(csv.DictReader(io.StringIO(OWN[form](articles))))
    likely = [name for name in rows[0] if name.startswith("confidence")]
    assert len(likely) == 6
    assert all(row[name] for row in rows for name in likely)
    out = io.StringIO()
    columns = [name for name in rows[0] if not (is_older and name in likely)]
    table = csv.DictWriter(out, columns, extrasaction="ignore")
    table.writeheader()
    # To people 95.285 may be a thousand times as much.
    table.writerows({**row, "value": "95.285"} for row in rows if row["unit"] == "percent")
    found = facts(out.getvalue())
    assert [fact["value"] for fact in found] == ["95.285"]
    read = as_fact(found[0], scan(BLORA))
    assert (read.metric, read.confidence, read.reading) == ("coverage_rate", None, ())


def test_a_file_on_one_article_needs_no_id(articles: Path) -> None:
    printed = run("extract", articles / "kudus.txt", "--strategy", "code", "--format", "csv")
    (articles / "fakta.csv").write_text(printed, encoding="utf-8")
    (articles / "lain.txt").write_text(KUDUS, encoding="utf-8")
    run("verify", articles / "lain.txt", articles / "fakta.csv")


def test_an_apostrophe_against_formulas_is_no_part_of_a_quote() -> None:
    own = "id,metric,value,unit,qualifier,mention,verdict,findings\n"
    (fact,) = facts(
        f"{own}blora,coverage_rate,95.285,percent,exact,'-95,285 persen,,\n".replace("95,285", "95")
    )
    assert (fact["mention"], fact["value"]) == ("-95 persen", "95.285")
