"""The command line: what it prints, where, and what it ends with."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from tests.fake_provider import FakeProvider, Reply, answer, refuse
from tests.pointed import pointed, pointer
from tests.shell import Command, Done
from uhc_llm import __version__
from uhc_llm.cli import app, main
from uhc_llm.errors import ConfigurationError
from uhc_llm.scanner import scan
from uhc_llm.schemas import RECORD_COLUMNS, Extraction, Reading, Verification

TEXT = "Cakupan JKN Kota Palembang 95,28 persen per Mei 2024."
RIGHT = {"value": 95.28, "unit": "percent", "metric": "coverage_rate", "region": "Kota Palembang"}
WRONG = RIGHT | {"value": 98.28}
KEY = "sk-test-0123456789abcdefghij"


@pytest.fixture(autouse=True)
def _no_model_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "UHC_LLM_MODEL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "palembang.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeProvider]:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with FakeProvider() as running:
        yield running


def pointing(text: str = TEXT, metric: str = "coverage_rate") -> Reply:
    """An answer that gives every quantity of the text the same meaning."""
    numbers = [
        pointer(mention.id, metric, "r1", "none")
        for mention in scan(text).mentions
        if mention.kind == "quantity"
    ]
    return answer(json.dumps(pointed(numbers)))


def extract_with(provider: FakeProvider, *arguments: str | Path) -> list[str | Path]:
    model = ["--model", "openai/gpt-4.1-mini", "--base-url", provider.url]
    return ["extract", *arguments, *model]


# --- help ----------------------------------------------------------------------------------------

COMMANDS = sorted(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


def test_help_names_every_command_and_every_exit_code() -> None:
    shown = CliRunner().invoke(app, ["--help"])
    assert shown.exit_code == 0
    assert {"extract", "scan", "verify"} <= set(COMMANDS)
    for name in (*COMMANDS, *(f"{code} " for code in range(7))):
        assert name in shown.output


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    shown = CliRunner().invoke(app, [command, "--help"])
    assert shown.exit_code == 0
    assert f"uhc-llm {command}" in shown.output


@pytest.mark.parametrize(
    ("command", "groups"),
    [
        (
            "batch",
            {
                "What is read": "--run",
                "The model": "--strategy",
                "What comes out": "--precision",
                "Pace": "--rpm",
                "Money": "--max-cost",
                "Where it runs": "--engine",
                "Other": "--help",
            },
        ),
        ("extract", {"What is read": "--published", "The model": "--model", "Other": "--help"}),
        ("eval", {"What is read": "--sample", "Money": "--price", "Other": "--cassette"}),
    ],
)
def test_a_long_help_is_in_groups(command: str, groups: dict[str, str]) -> None:
    shown = CliRunner().invoke(app, [command, "--help"]).output
    parts = re.split(r"╭─ (.+?) ─+╮", shown)
    titles = dict(zip(parts[1::2], parts[2::2], strict=True))
    assert "Options" not in titles
    for title, option in groups.items():
        assert option in titles[title]


@pytest.mark.parametrize("command", COMMANDS)
def test_what_people_have_is_a_run_and_no_ledger(command: str) -> None:
    assert "ledger" not in CliRunner().invoke(app, [command, "--help"]).output.lower()


def test_the_version_is_that_of_the_package(uhc: Command) -> None:
    assert uhc("--version") == Done(0, f"uhc-llm {__version__}\n", "")


# --- what is promised ----------------------------------------------------------------------------


def verdicts(done: Done) -> list[str]:
    return [fact["verdict"] for fact in json.loads(done.out)[0]["facts"]]


def test_less_is_promised_of_more_facts(uhc: Command) -> None:
    example = Path(__file__).parent.parent / "examples" / "03-target-dan-capaian.txt"
    few, more = (
        uhc("extract", example, "--strategy", "code", "--format", "json", "--precision", precision)
        for precision in ("0.95", "0.5")
    )
    assert verdicts(few).count("verified") < verdicts(more).count("verified")


@pytest.mark.parametrize("promise", [("--precision", "0.9999"), ("--certainty", "1.5")])
@pytest.mark.parametrize("command", ["extract", "verify"])
def test_what_cannot_be_promised_is_refused(
    uhc: Command, article: Path, tmp_path: Path, command: str, promise: tuple[str, str]
) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text("[]", "utf-8")
    inputs = [article] if command == "extract" else [article, facts]
    done = uhc(command, *inputs, *promise)
    assert done.code == ConfigurationError.exit_code
    assert "promise" in done.err or "between 0 and 1" in done.err


# --- scan ----------------------------------------------------------------------------------------


def test_scan_prints_what_the_library_reads(uhc: Command, article: Path) -> None:
    done = uhc("scan", article, "--format", "json", "--published", "2024-06-01")
    assert (done.code, done.err) == (0, "")
    reading = Reading.model_validate_json(done.out)
    assert reading.published is not None
    assert reading == scan(TEXT, published=reading.published)


def test_scan_shows_a_table(uhc: Command, article: Path) -> None:
    done = uhc("scan", article, "--format", "table")
    assert done.code == 0
    assert "95.28" in done.out
    assert "Palembang" in done.out


def test_into_a_pipe_goes_json(uhc: Command, article: Path) -> None:
    assert json.loads(uhc("scan", article).out)["text"] == TEXT


def test_a_dash_is_standard_input(uhc: Command) -> None:
    done = uhc("scan", "-", stdin=TEXT.encode())
    assert json.loads(done.out)["text"] == TEXT


# --- verify --------------------------------------------------------------------------------------


def facts_file(tmp_path: Path, content: str) -> Path:
    path = tmp_path / "facts.json"
    path.write_text(content, encoding="utf-8")
    return path


FORMS: dict[str, Callable[[list[dict[str, Any]]], str]] = {
    "a list": json.dumps,
    "an object": lambda facts: json.dumps({"facts": facts}),
    "one a line": lambda facts: "\n".join(map(json.dumps, facts)) + "\n\n",
    "an extraction in a list": lambda facts: json.dumps([{"id": "a", "facts": facts}]),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize(("fact", "code"), [(RIGHT, 0), (WRONG, 1)], ids=["right", "wrong"])
def test_verify_ends_with_1_when_a_fact_is_rejected(
    *,
    uhc: Command,
    article: Path,
    tmp_path: Path,
    form: Callable[[list[dict[str, Any]]], str],
    fact: dict[str, Any],
    code: int,
) -> None:
    done = uhc("verify", article, facts_file(tmp_path, form([RIGHT, fact])))
    assert (done.code, done.err) == (code, "")
    verification = Verification.model_validate_json(done.out)
    assert [f.verdict for f in verification.facts] == ["verified", ("verified", "rejected")[code]]


def test_verify_shows_the_place_with_carets(uhc: Command, article: Path, tmp_path: Path) -> None:
    wrong = WRONG | {"quote": "95,28 persen"}
    done = uhc("verify", article, facts_file(tmp_path, json.dumps([wrong])), "-f", "table")
    assert done.code == 1
    assert "^" * len("95,28 persen") in done.out


def test_verify_takes_facts_from_standard_input(uhc: Command, article: Path) -> None:
    assert uhc("verify", article, "-", stdin=json.dumps([RIGHT]).encode()).code == 0


def test_verify_cannot_take_both_from_standard_input(uhc: Command) -> None:
    done = uhc("verify", "-", "-")
    assert (done.code, done.out) == (2, "")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "no JSON"),
        ("{", "no JSON at column 2"),
        ("[1,]", "no JSON"),
        ('{"a": 1}\n{', "line 2"),
        ("5", "mapping"),
        ('"facts"', "mapping"),
        ("null", "mapping"),
        ('{"facts": 5}', "no list of facts"),
        ("[[]]", "mapping"),
        ('[{"value": 95.28}]', "lacks unit, metric"),
        (json.dumps([RIGHT | {"value": "95,28"}]), "is no number"),
        (json.dumps([RIGHT | {"metric": "coverage"}]), "metric 'coverage' is none of"),
        (json.dumps([RIGHT | {"unit": "%"}]), "unit '%' is none of"),
        (json.dumps([RIGHT | {"period": "Mei 2024"}]), "period"),
        (json.dumps([RIGHT | {"status": "reached"}]), "status"),
        ('[{"value": NaN, "unit": "percent", "metric": "coverage_rate"}]', "not finite"),
    ],
)
def test_verify_ends_with_3_when_the_facts_cannot_be_read(
    uhc: Command, article: Path, tmp_path: Path, content: str, message: str
) -> None:
    done = uhc("verify", article, facts_file(tmp_path, content))
    assert (done.code, done.out) == (3, "")
    assert done.err.startswith("error: ")
    assert message in done.err


@pytest.mark.parametrize("command", ["scan", "extract"])
def test_an_address_is_told_how_to_be_fetched(uhc: Command, command: str) -> None:
    done = uhc(command, "https://a.example/x")
    assert done.code == 3
    assert "curl -sL https://a.example/x | uhc-llm extract -" in done.err


def test_a_day_on_the_command_line_is_an_iso_date(uhc: Command, article: Path) -> None:
    assert uhc("scan", article, "--published", "2024-05-14").code == 0
    for said, hint in (("14 Mei 2024", "2024-05-14, if you mean that"), ("kemarin", "2024-05-31")):
        done = uhc("scan", article, "--published", said)
        assert done.code == 2
        assert hint in " ".join(done.err.replace("│", " ").split())


def test_no_facts_are_no_rejected_fact(uhc: Command, article: Path, tmp_path: Path) -> None:
    assert uhc("verify", article, facts_file(tmp_path, "[]")).code == 0


# --- what goes in --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ["extract"],
        ["scan"],
        ["verify", "a.txt"],
        ["nonsense"],
        ["scan", "a.txt", "b.txt"],
        ["scan", "a.txt", "--format", "csv"],
        ["extract", "a.txt", "--format", "xml"],
        ["extract", "a.txt", "--strategy", "guess"],
        ["extract", "a.txt", "--published", "1 Mei 2024"],
        ["extract", "a.txt", "--reasks", "-1"],
        ["extract", "a.txt", "--record", "all"],
    ],
)
def test_a_wrong_call_ends_with_2(uhc: Command, arguments: list[str]) -> None:
    done = uhc(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err


def unreadable(tmp_path: Path) -> dict[str, Path]:
    folder = tmp_path / "artikel"
    folder.mkdir()
    binary = tmp_path / "gambar.txt"
    binary.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
    zeros = tmp_path / "nol.txt"
    zeros.write_bytes(b"abc\x00\x01\x02" * 100)
    return {"missing": tmp_path / "tidak-ada.txt", "folder": folder, "PNG": binary, "NUL": zeros}


@pytest.mark.parametrize("kind", ["missing", "folder", "PNG", "NUL"])
@pytest.mark.parametrize("command", ["scan", "extract", "verify"])
def test_an_input_that_cannot_be_read_ends_with_3(
    uhc: Command, article: Path, tmp_path: Path, command: str, kind: str
) -> None:
    path = unreadable(tmp_path)[kind]
    more: dict[str, list[str]] = {
        "scan": [],
        "extract": ["-m", "openai/x", "-f", "jsonl"],
        "verify": [str(article)],
    }
    done = uhc(command, path, *more[command])
    assert (done.code, done.out) == (3, "")
    assert "error: " in done.err
    assert str(path) in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    "name", ["c.json", "c.jsonl", "c.csv", "c.tsv", "c.parquet", "C.CSV", "c.jsonl.gz"]
)
@pytest.mark.parametrize("command", ["scan", "extract"])
def test_a_table_is_not_read_as_one_text(
    uhc: Command, tmp_path: Path, command: str, name: str
) -> None:
    path = tmp_path / name
    path.write_text('{"text": "Cakupan 98 persen."}', encoding="utf-8")
    more = ["--strategy", "code", "-f", "jsonl"] if command == "extract" else []
    done = uhc(command, path, *more)
    assert (done.code, done.out) == (3, "")
    assert f"uhc-llm batch {path} --run run.db" in " ".join(done.err.split())


def test_five_megabytes_of_text_are_refused_at_once(uhc: Command, tmp_path: Path) -> None:
    path = tmp_path / "besar.txt"
    path.write_text(f"{TEXT}\n" * (5_000_000 // len(TEXT)), encoding="utf-8")
    done = uhc("extract", path, "-m", "openai/x", "-f", "csv")
    assert (done.code, done.out) == (3, "")
    assert "split it into articles" in done.err


# --- extract -------------------------------------------------------------------------------------


def test_extract_prints_json_that_the_library_reads(
    uhc: Command, article: Path, provider: FakeProvider
) -> None:
    provider.will(pointing(), pointing())
    done = uhc(*extract_with(provider, article, article), "--format", "json")
    assert done.code == 0
    read = [Extraction.model_validate_json(json.dumps(entry)) for entry in json.loads(done.out)]
    assert [extraction.id for extraction in read] == ["palembang", "palembang"]
    assert [str(extraction.facts[0].value) for extraction in read] == ["95.28", "95.28"]


def test_extract_prints_one_line_a_text(
    uhc: Command, article: Path, provider: FakeProvider
) -> None:
    provider.will(pointing(), pointing())
    done = uhc(*extract_with(provider, article, article), "--format", "jsonl")
    lines = [json.loads(line) for line in done.out.splitlines()]
    assert [line["facts"][0]["value"] for line in lines] == [95.28, 95.28]


def test_extract_prints_one_csv_table_for_all_texts(
    uhc: Command, article: Path, provider: FakeProvider
) -> None:
    provider.will(pointing(), pointing(metric="other"), pointing())
    done = uhc(*extract_with(provider, article, article, article), "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert [row["value"] for row in rows] == ["95.28", "95.28"]
    assert tuple(rows[0]) == RECORD_COLUMNS
    assert rows[0]["region"] == "Kota Palembang"


def test_extract_prints_csv_for_a_spreadsheet_once_for_all_texts(
    uhc: Command, article: Path, provider: FakeProvider
) -> None:
    provider.will(pointing(), pointing())
    done = uhc(*extract_with(provider, article, article), "-f", "csv", "--locale", "id")
    assert done.out.startswith("\ufeffid;")
    assert done.out.count("\ufeff") == 1
    rows = list(csv.DictReader(io.StringIO(done.out), delimiter=";"))
    assert [row["value"] for row in rows] == ["95,28", "95,28"]
    assert {row["region_code"] for row in rows} == {"'16.71"}


@pytest.mark.parametrize("form", ["table", "json", "jsonl"])
def test_a_locale_is_of_csv(uhc: Command, article: Path, form: str) -> None:
    done = uhc("extract", article, "--strategy", "code", "-f", form, "--locale", "id")
    assert (done.code, done.out) == (2, "")
    assert "--locale needs --format csv" in done.err


def test_a_csv_cell_is_no_formula(uhc: Command, tmp_path: Path, provider: FakeProvider) -> None:
    text = f'=HYPERLINK("http://example.invalid") {TEXT}'
    path = tmp_path / "+berbahaya.txt"
    path.write_text(text, encoding="utf-8")
    provider.will(pointing(text))
    done = uhc(*extract_with(provider, path), "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(done.out))
    assert row["id"] == "'+berbahaya"
    assert row["sentence"].startswith("'=HYPERLINK")


def test_extract_shows_a_table(uhc: Command, article: Path, provider: FakeProvider) -> None:
    provider.will(pointing())
    done = uhc(*extract_with(provider, article), "--format", "table")
    assert done.code == 0
    assert "palembang" in done.out
    assert "95.28%" in done.out


def test_what_extract_prints_can_be_verified(
    uhc: Command, article: Path, tmp_path: Path, provider: FakeProvider
) -> None:
    for form in ("json", "jsonl", "csv"):
        provider.will(pointing())
        printed = uhc(*extract_with(provider, article), "--format", form).out
        done = uhc("verify", article, facts_file(tmp_path, printed))
        assert (done.code, done.err) == (0, "")
        assert len(Verification.model_validate_json(done.out).facts) == 1


def test_the_model_and_the_reason_for_it_are_named_on_standard_error(
    uhc: Command, article: Path, provider: FakeProvider
) -> None:
    provider.will(pointing())
    done = uhc("extract", article, "--base-url", provider.url)
    assert done.err == ("model: openai/gpt-4.1-mini (OPENAI_API_KEY is set: openai/gpt-4.1-mini)\n")


def test_the_key_is_sent_and_never_shown(
    uhc: Command, article: Path, provider: FakeProvider
) -> None:
    provider.will(refuse(401, f"Incorrect API key provided: {KEY}"))
    done = uhc(*extract_with(provider, article))
    assert provider.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert KEY not in done.out + done.err


def test_a_text_without_figures_is_done_without_a_model(
    uhc: Command, tmp_path: Path, provider: FakeProvider
) -> None:
    path = tmp_path / "kosong.txt"
    path.write_text("", encoding="utf-8")
    done = uhc(*extract_with(provider, path), "--format", "json")
    assert done.code == 0
    assert json.loads(done.out)[0]["findings"][0]["rule"] == "empty_text"
    assert provider.requests == []


def test_without_a_key_and_a_model_the_reader_answers(uhc: Command, article: Path) -> None:
    done = uhc("extract", article, "--format", "json")
    assert done.code == 0
    assert done.err == "model: none; the reader answers by itself (no key set)\n"
    (extraction,) = json.loads(done.out)
    assert extraction["facts"]
    assert extraction["provenance"]["strategy"] == "code"


NOTE = "adds nothing to it (docs/accuracy.md). --strategy point asks {} all the same"


@pytest.mark.parametrize("model", ["local", "local:tidak-ada.gguf"])
def test_the_embedded_model_that_is_named_is_said_not_to_be_asked(
    uhc: Command, article: Path, tmp_path: Path, model: str
) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps({"id": "a", "text": TEXT, "facts": []}), encoding="utf-8")
    for command in (
        ["extract", article],
        ["batch", article, "--run", tmp_path / "run.db"],
        ["eval", gold],
        ["eval", gold, "--model", "code"],
    ):
        done = uhc(*command, "--model", model)
        assert done.code == 0
        assert done.err.count(NOTE.format(model)) == 1
        assert f"model: {model}" not in done.err


@pytest.mark.parametrize("strategy", ["code", "point"])
def test_with_a_strategy_nothing_is_said_of_another(
    uhc: Command, tmp_path: Path, strategy: str
) -> None:
    path = tmp_path / "kosong.txt"
    path.write_text("", encoding="utf-8")
    done = uhc("extract", path, "--model", "local", "--strategy", strategy)
    assert done.code == 0
    assert done.err == ("model: local (--model)\n" if strategy == "point" else "")


def test_without_a_key_it_ends_with_4(uhc: Command, article: Path) -> None:
    done = uhc("extract", article, "--model", "openai/gpt-4.1-mini")
    assert done.code == 4
    assert "OPENAI_API_KEY" in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--model", "gpt-4.1-mini"],
        ["--model", "local:tidak-ada.gguf", "--strategy", "point"],
        ["--model", "openai/x", "--base-url", "localhost:1"],
        ["--model", "openai/x", "--cassette", "tidak-ada.yaml"],
    ],
)
def test_what_is_not_set_up_ends_with_4(uhc: Command, article: Path, arguments: list[str]) -> None:
    done = uhc("extract", article, *arguments)
    assert done.code == 4
    assert done.err.splitlines()[-1].startswith("error: ")


def test_a_provider_that_refuses_ends_with_5(
    uhc: Command, article: Path, provider: FakeProvider
) -> None:
    """It would refuse the other articles too, so they are not tried; what was printed is JSON."""
    provider.will(pointing(), refuse(401, "Incorrect API key provided", code="invalid_api_key"))
    done = uhc(*extract_with(provider, article, article, article), "--format", "json")
    assert done.code == 5
    assert len(provider.requests) == 2
    assert len(json.loads(done.out)) == 1
    assert "error: " in done.err


def test_an_answer_of_no_use_ends_with_6(
    uhc: Command, article: Path, provider: FakeProvider
) -> None:
    provider.will(*[answer("Maaf, saya tidak bisa.")] * 3)
    done = uhc(*extract_with(provider, article), "--format", "jsonl")
    assert (done.code, done.out) == (6, "")
    assert "error: " in done.err


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ("file", 3),
        ("context", 5),
        ("answer", 6),
    ],
)
def test_one_bad_article_does_not_cost_the_good_ones(
    *, uhc: Command, article: Path, tmp_path: Path, provider: FakeProvider, bad: str, code: int
) -> None:
    other = tmp_path / "buruk.txt"
    if bad != "file":
        other.write_text(TEXT, encoding="utf-8")
    replies = {
        "file": [],
        "context": [refuse(400, "maximum context length", code="context_length_exceeded")],
        "answer": [answer("{}")] * 3,
    }[bad]
    provider.will(pointing(), *replies, pointing())
    done = uhc(*extract_with(provider, article, other, article), "--format", "json")
    assert done.code == code
    assert [entry["id"] for entry in json.loads(done.out)] == ["palembang", "palembang"]
    assert str(other) in done.err


NOTHING = '{"facts": []}'


@pytest.mark.parametrize("form", ["json", "jsonl", "csv"])
@pytest.mark.parametrize(
    "refusal",
    [
        refuse(403, "Not in your country"),
        refuse(400, "The response was filtered", code="content_filter"),
        refuse(400, "What is this?"),
    ],
)
def test_an_article_that_is_refused_does_not_cost_the_others(
    *,
    uhc: Command,
    article: Path,
    tmp_path: Path,
    provider: FakeProvider,
    form: str,
    refusal: Reply,
) -> None:
    other = tmp_path / "ditolak.txt"
    other.write_text(TEXT, encoding="utf-8")
    provider.will(refusal, answer(NOTHING), answer(NOTHING))
    done = uhc(*extract_with(provider, other, article, article), "--strategy=quote", "-f", form)
    assert done.code == 5
    assert f"error: {other}: " in done.err
    if form == "json":
        assert [entry["id"] for entry in json.loads(done.out)] == ["palembang", "palembang"]
    elif form == "jsonl":
        assert len(list(map(json.loads, done.out.splitlines()))) == 2


@pytest.mark.parametrize(("status", "asked"), [(401, 1), (403, 3), (404, 3)])
def test_a_provider_that_answers_nobody_is_not_asked_about_every_article(
    uhc: Command, article: Path, provider: FakeProvider, status: int, asked: int
) -> None:
    provider.will(*[refuse(status, "No")] * 9)
    done = uhc(*extract_with(provider, *[article] * 6), "--strategy=quote", "--format=json")
    assert done.code == 5
    assert len(provider.requests) == asked
    assert f"{6 - asked} more would meet the same" in done.err
    assert json.loads(done.out) == []


@pytest.mark.parametrize("command", ["extract", "eval"])
def test_options_of_the_model_go_into_the_request(
    uhc: Command, article: Path, gold_file: Path, provider: FakeProvider, command: str
) -> None:
    said = ["temperature=none", "max_output_tokens=99", "reasoning_effort=low", 'stop=["x"]']
    options = [f"--option={each}" for each in said]
    provider.will(answer(NOTHING))
    done = uhc(
        command, article if command == "extract" else gold_file, "--model=openai/x",
        f"--base-url={provider.url}", "--strategy=quote", *options,
    )  # fmt: skip
    assert done.code == 0
    (body,) = provider.bodies
    assert "temperature" not in body
    assert body["max_completion_tokens"] == 99
    assert (body["reasoning_effort"], body["stop"]) == ("low", ["x"])


@pytest.mark.parametrize("said", ["api_key=rahasia", "temperature", "=1", "Authorization=rahasia"])
def test_what_may_be_no_option_is_a_wrong_call(uhc: Command, article: Path, said: str) -> None:
    done = uhc("extract", article, "--model=openai/x", "--option", said)
    assert done.code == 2
    assert "--option" in done.err
    assert "rahasia" not in done.err


def test_a_choice_that_is_none_is_told_in_plain_words(uhc: Command, article: Path) -> None:
    done = uhc("extract", article, "--format", "xml")
    assert done.code == 2
    said = " ".join(done.err.replace("│", " ").split())
    assert "'-f': 'xml' is not one of 'table', 'json', 'jsonl', 'csv'" in said


def test_errors_are_on_one_line_however_long(uhc: Command, tmp_path: Path) -> None:
    """So that a script can read them, and a reader can copy a path out of them."""
    path = tmp_path / ("n" * 120 + ".txt")
    done = uhc("scan", path)
    assert done.code == 3
    assert str(path) in done.err
    assert done.err.count("\n") == 1


def test_brackets_in_an_error_are_no_markup(uhc: Command, tmp_path: Path) -> None:
    path = tmp_path / "[red]a[bold].txt"
    assert str(path) in uhc("scan", path).err


# --- as a program of its own ---------------------------------------------------------------------

PROGRAM = [sys.executable, "-c", "from uhc_llm.cli import main; main()"]


@pytest.mark.skipif(sys.platform == "win32", reason="pipes break otherwise there")
@pytest.mark.parametrize("form", ["json", "table"])
@pytest.mark.parametrize(("lines", "read"), [(700, 10), (1, 0)])
def test_a_reader_that_has_seen_enough_breaks_nothing(
    tmp_path: Path, form: str, lines: int, read: int
) -> None:
    """`uhc-llm scan article.txt | head -c 10`."""
    path = tmp_path / "panjang.txt"
    path.write_text(f"{TEXT}\n" * lines, encoding="utf-8")
    environment = {name: v for name, v in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with subprocess.Popen(
        [*PROGRAM, "scan", str(path), "--format", form],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    ) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        assert len(program.stdout.read(read)) == read
        program.stdout.close()
        err = program.stderr.read()
    assert (program.returncode, err) == (0, b"")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_into_a_file_goes_utf8_whatever_the_system_speaks(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"{TEXT} → “naik”", encoding="utf-8")
    done = subprocess.run(
        [*PROGRAM, "scan", str(path)],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout.decode("utf-8"))["text"].endswith("→ “naik”")


def test_an_error_ends_the_program_with_its_code_and_no_traceback(tmp_path: Path) -> None:
    done = subprocess.run(
        [*PROGRAM, "scan", str(tmp_path / "tidak-ada.txt")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("error: there is no file")
    assert "Traceback" not in done.stderr


# --- eval ----------------------------------------------------------------------------------------


@pytest.fixture
def gold_file(tmp_path: Path) -> Path:
    row = {
        "id": "semarang",
        "published": None,
        "text": "Cakupan JKN di Kabupaten Semarang 98,5 persen per 1 Mei 2024.",
        "facts": [
            {
                "mention": "98,5 persen",
                "value": 98.5,
                "unit": "percent",
                "metric": "coverage_rate",
                "status": "actual",
                "region": "Kabupaten Semarang",
                "region_code": "33.22",
                "period": "2024-05-01",
                "qualifier": "exact",
                "segment": "all",
            }
        ],
    }
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    return path


def test_eval_prints_the_levels_and_writes_the_predictions(
    gold_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run.jsonl"
    app(["eval", str(gold_file), "--strategy", "code", "-o", str(run)], standalone_mode=False)
    report = json.loads(capsys.readouterr().out)
    assert report["levels"]["full"]["f1"] == 1
    assert report["made_with"]["strategy"] == "code"
    row = json.loads(run.read_text("utf-8"))
    assert row["id"] == "semarang"
    assert row["facts"][0]["region"] == "Kabupaten Semarang"


def test_eval_scores_and_compares_files(
    gold_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty, right = tmp_path / "empty.jsonl", tmp_path / "right.jsonl"
    empty.write_text('{"id": "semarang", "facts": []}\n', encoding="utf-8")
    app(["eval", str(gold_file), "--strategy", "code", "-o", str(right)], standalone_mode=False)
    capsys.readouterr()
    command = ["eval", str(gold_file), "--predictions", str(right), "--compare", str(empty)]
    app([*command, "--format", "table"], standalone_mode=False)
    printed = capsys.readouterr().out
    assert "+1.000" in printed
    assert "gained" in printed


def test_eval_with_a_broken_gold_file_is_an_input_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text("{}\n", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["uhc-llm", "eval", str(path), "--strategy", "code"])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 3
    assert "line 1: id" in capsys.readouterr().err
