"""`uhc-llm batch` and `uhc-llm export`, as a person calls them."""

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from typer.testing import CliRunner

from tests.fake_provider import HANG, FakeProvider, Reply, answer, as_json, refuse
from tests.pointed import pointed
from uhc_llm.batch.ledger import Ledger
from uhc_llm.cli import app
from uhc_llm.errors import UhcLlmError

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
KEY = "sk-test-0123456789abcdefghij"


class Said(NamedTuple):
    code: int
    out: str
    err: str


Call = Callable[..., Said]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "UHC_LLM_MODEL"):
        monkeypatch.delenv(name, raising=False)

    def calling(*arguments: str | Path) -> Said:
        result = CliRunner().invoke(app, [str(argument) for argument in arguments])
        if isinstance(result.exception, UhcLlmError):
            return Said(result.exception.exit_code, result.stdout, str(result.exception))
        return Said(result.exit_code, result.stdout, result.stderr)

    return calling


@pytest.fixture
def provider(call: Call, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeProvider]:
    del call  # it takes the key away
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with FakeProvider() as server:
        yield server


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return tmp_path / "run.db"


def articles(folder: Path, count: int) -> Path:
    folder.mkdir()
    for number in range(count):
        text = f"KOTA BATU - Cakupan JKN Kota Batu {number + 10} persen pada 2024."
        (folder / f"a{number}.txt").write_text(text, encoding="utf-8")
    return folder


def counts(run: Path) -> dict[str, int]:
    with Ledger.read(run) as ledger:
        return {name: count for name, count in ledger.counts()._asdict().items() if count}


def test_from_a_folder_to_a_table(call: Call, tmp_path: Path, run: Path) -> None:
    folder = articles(tmp_path / "in", 3)
    done = call("batch", folder, "--run", run, "--strategy", "code")
    assert (done.code, done.out) == (0, "")
    assert "3 documents done and 0 failed" in done.err
    out = tmp_path / "facts.csv"
    assert call("export", run, out).code == 0
    with out.open(encoding="utf-8") as file:
        assert [row["value"] for row in csv.DictReader(file)] == ["10", "11", "12"]


def test_a_table_comes_as_spreadsheets_of_a_language_open_it(
    call: Call, tmp_path: Path, run: Path
) -> None:
    call("batch", articles(tmp_path / "in", 1), "--run", run, "--strategy", "code")
    out = tmp_path / "facts.csv"
    assert call("export", run, out, "--locale", "id").code == 0
    with out.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file, delimiter=";")
    assert (row["value"], row["region_code"]) == ("10", "'35.79")
    refused = call("export", run, tmp_path / "facts.xlsx", "--locale", "id")
    assert (refused.code, "a locale is of .csv" in refused.err) == (4, True)
    gold = call("export", run, tmp_path / "gold.jsonl", "--gold", "--locale", "id")
    assert (gold.code, "--locale" in gold.err) == (2, True)


def test_where_no_model_is_named_a_run_is_that_of_no_model(
    call: Call, tmp_path: Path, run: Path
) -> None:
    folder = articles(tmp_path / "in", 2)
    assert call("batch", folder, "--run", run).code == 0
    for same in (["--strategy", "code"], ["--model", "local"]):
        assert "0 documents done" in call("batch", folder, "--run", run, *same).err
    refused = call("batch", folder, "--run", run, "--via", "batch-api")
    assert refused.code == 4
    assert "none is asked" in refused.err


def test_the_same_command_again_does_only_what_is_new(
    call: Call, tmp_path: Path, run: Path
) -> None:
    folder = articles(tmp_path / "in", 3)
    call("batch", folder, "--run", run, "--strategy", "code")
    (folder / "new.txt").write_text("KOTA BATU - Cakupan JKN Kota Batu 99 persen.")
    assert "1 document done" in call("batch", folder, "--run", run, "--strategy", "code").err


def test_inputs_that_cannot_be_read_are_told_and_end_in_3(
    call: Call, tmp_path: Path, run: Path
) -> None:
    folder = articles(tmp_path / "in", 2)
    (folder / "bad.jsonl").write_text("{nonsense\n")
    (folder / "photo.jpg").write_bytes(b"\xff")
    done = call("batch", folder, "--run", run, "--strategy", "code")
    assert done.code == 3
    assert "bad.jsonl:1: no JSON" in done.err
    assert "1 .jpg" in done.err


def test_an_input_that_was_mended_is_neither_counted_nor_listed_any_more(
    call: Call, tmp_path: Path, run: Path
) -> None:
    folder = articles(tmp_path / "in", 1)
    (folder / "a.txt").symlink_to(tmp_path / "gone.txt")
    (folder / "b.txt").symlink_to(tmp_path / "gone-too.txt")
    command = ("batch", folder, "--run", run, "--strategy", "code")
    assert "2 inputs that could not be read" in call(*command).err
    (tmp_path / "gone.txt").write_text("KOTA BATU - Cakupan JKN Kota Batu 99 persen.")
    said = call(*command)
    assert said.code == 3
    assert "1 input that could not be read" in said.err
    call("export", run, tmp_path / "errors.csv", "--table", "errors")
    with (tmp_path / "errors.csv").open(encoding="utf-8") as table:
        assert [row["source"] for row in csv.DictReader(table)] == [str(folder / "b.txt")]
    (tmp_path / "gone-too.txt").write_text("KOTA BATU - Cakupan JKN Kota Batu 98 persen.")
    assert call(*command).code == 0


def test_how_many_more_inputs_cannot_be_read_is_told_and_where_they_are(
    call: Call, tmp_path: Path, run: Path
) -> None:
    folder = articles(tmp_path / "in", 1)
    for number in range(8):
        (folder / f"b{number}.txt").symlink_to(tmp_path / "gone.txt")
    said = call("batch", folder, "--run", run, "--strategy", "code")
    assert said.code == 3
    assert said.err.count("unreadable, ") == 5
    assert f"and 3 more: uhc-llm export {run} errors.csv --table errors" in said.err
    call("export", run, tmp_path / "errors.csv", "--table", "errors")
    with (tmp_path / "errors.csv").open(encoding="utf-8") as table:
        assert len(list(csv.DictReader(table))) == 8


def test_without_inputs_it_goes_on_with_what_waits(call: Call, tmp_path: Path, run: Path) -> None:
    folder = articles(tmp_path / "in", 5)
    assert call("batch", folder, "--run", run, "--strategy", "code", "--limit", "2").code == 0
    assert counts(run)["done"] == 2
    assert call("batch", "--run", run, "--strategy", "code").code == 0
    assert counts(run) == {"done": 5}


def test_without_inputs_and_without_a_run_the_call_is_wrong(call: Call, run: Path) -> None:
    assert call("batch", "--run", run, "--strategy", "code").code == 2
    assert not run.exists()


def test_a_dry_run_says_what_it_would_take_and_writes_nothing(
    call: Call, tmp_path: Path, run: Path
) -> None:
    folder = articles(tmp_path / "in", 4)
    said = call("batch", folder, "--run", run, "--model", "openai/gpt-4.1-mini", "--dry-run")
    assert said.code == 0
    assert "documents: 4, of which 4 are to be done" in said.out
    assert "tokens: about" in said.out
    assert "$" in said.out
    assert not run.exists()


def test_a_dry_run_knows_what_is_done_and_what_is_the_same(
    call: Call, tmp_path: Path, run: Path
) -> None:
    folder = articles(tmp_path / "in", 4)
    call("batch", folder, "--run", run, "--strategy", "code", "--limit", "1")
    (folder / "copy.txt").write_bytes((folder / "a3.txt").read_bytes())
    said = call("batch", folder, "--run", run, "--strategy", "code", "--dry-run")
    assert "documents: 5, of which 3 are to be done" in said.out


def test_a_model_without_a_known_price_counts_tokens_only(
    call: Call, tmp_path: Path, run: Path
) -> None:
    folder = articles(tmp_path / "in", 1)
    said = call("batch", folder, "--run", run, "--model", "openai/our-own", "--dry-run")
    assert "price: not known" in said.out


def test_a_limit_on_money_needs_a_price(call: Call, tmp_path: Path, run: Path) -> None:
    folder = articles(tmp_path / "in", 1)
    options = ("--run", run, "--model", "openai/our-own", "--max-cost", "1")
    said = call("batch", folder, *options)
    assert (said.code, "--price" in said.err) == (4, True)


@pytest.mark.parametrize(
    "fate",
    [
        (refuse(401, "Incorrect API key provided"), 4),
        (refuse(404, "The model `x` does not exist", code="model_not_found"), 4),
        (refuse(429, "You exceeded your current quota", code="insufficient_quota"), 5),
    ],
)
def test_what_every_document_would_meet_stops_it_at_once(
    call: Call,
    tmp_path: Path,
    run: Path,
    provider: FakeProvider,
    fate: tuple[Reply, int],
) -> None:
    refusal, code = fate
    provider.will(*[refusal] * 60)
    folder = articles(tmp_path / "in", 60)
    options = ("--run", run, "--model", "openai/x", "--base-url", provider.url)
    said = call("batch", folder, *options)
    assert said.code == code
    assert "The same command goes on" in said.err
    assert len(provider.requests) < 30
    assert counts(run).keys() == {"waiting"}


def test_what_failed_through_its_answer_is_tried_again_when_asked_for(
    call: Call,
    tmp_path: Path,
    run: Path,
    provider: FakeProvider,
) -> None:
    folder = articles(tmp_path / "in", 1)
    options = ("--run", run, "--model", "openai/x", "--base-url", provider.url)
    provider.will(answer("", finish_reason="length"))
    assert call("batch", folder, *options).code == 6
    assert call("batch", folder, *options).code == 6
    assert len(provider.requests) == 1
    provider.will(answer(json.dumps(pointed([{"number": "n1", "metric": "other"}]))))
    assert call("batch", folder, *options, "--retry-failed").code == 0
    assert counts(run) == {"done": 1}


def test_a_folder_without_articles_is_told_and_nothing_to_read(
    call: Call, tmp_path: Path, run: Path
) -> None:
    (tmp_path / "in").mkdir()
    done = call("batch", tmp_path / "in", "--run", run, "--strategy", "code")
    assert done.code == 0
    assert "in the run: 0 done" in done.err
    assert done.err.endswith("name files, tables, or a folder that has some (--help)\n")
    assert "to read:" not in done.err


@pytest.mark.skipif(sys.platform == "win32", reason="errors are called otherwise there")
@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("tidak/ada/x.csv", "No such file or directory. Make its folder first"),
        ("berkas/x.csv", "Not a directory. Name a folder"),
        ("folder.csv", "Is a directory. Name a file"),
    ],
)
def test_where_nothing_can_be_written_it_is_said_what_to_do(
    call: Call, tmp_path: Path, run: Path, out: str, said: str
) -> None:
    call("batch", articles(tmp_path / "in", 1), "--run", run, "--strategy", "code")
    (tmp_path / "berkas").write_text("")
    (tmp_path / "folder.csv").mkdir()
    for command in ("export", "panel"):
        done = call(command, run, tmp_path / out)
        assert done.code == 4
        assert said in done.err
        assert done.err.endswith("what was there before is as it was")


def test_no_key_is_written_anywhere(
    call: Call,
    tmp_path: Path,
    run: Path,
    provider: FakeProvider,
) -> None:
    provider.will(refuse(400, f"what is {KEY}"))
    folder = articles(tmp_path / "in", 1)
    call("batch", folder, "--run", run, "--model", "openai/x", "--base-url", provider.url)
    for file in run.parent.glob("run.db*"):
        assert KEY.encode() not in file.read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM")
def test_a_signal_ends_it_and_says_how_to_go_on(
    tmp_path: Path, run: Path, provider: FakeProvider
) -> None:
    provider.will(*[HANG] * 50)
    folder = articles(tmp_path / "in", 20)
    program = Path(sys.executable).with_name("uhc-llm")
    options = ("--run", run, "--model", "openai/x", "--base-url", provider.url)
    process = subprocess.Popen(
        [program, "batch", folder, *options],
        env={**os.environ, "OPENAI_API_KEY": KEY},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert provider.arrived.wait(60)
    process.send_signal(signal.SIGTERM)
    assert process.stderr
    said = []
    for line in process.stderr:
        said.append(line)
        if "finishing" in line:
            break
    process.send_signal(signal.SIGTERM)
    said += list(process.stderr)
    process.stderr.close()
    assert process.wait(60) == 130
    assert "goes on" in "".join(said)
    assert counts(run) == {"waiting": 20}


NOTHING = '{"facts": []}'


def uncounted(content: str) -> Reply:
    """An answer of a server that counts no tokens."""
    body = json.loads(answer(content).body)
    del body["usage"]
    return as_json(body)


def test_other_options_are_other_work(
    call: Call, tmp_path: Path, run: Path, provider: FakeProvider
) -> None:
    folder = articles(tmp_path / "in", 2)
    asked = ["batch", folder, "--run", run, "--model", "openai/x", "--strategy", "quote"]
    asked += ["--base-url", provider.url]
    provider.will(*[answer(NOTHING)] * 4)
    for options in ((), ("--option", "temperature=1"), ("--option", "temperature=1")):
        assert call(*asked, *options).code == 0
    assert [body["temperature"] for body in provider.bodies] == [0.0, 0.0, 1, 1]
    dry = call(*asked, "--option", "temperature=1", "--dry-run")
    assert "of which 0 are to be done" in dry.out
    assert "of which 2 are to be done" in call(*asked, "--option", "seed=none", "--dry-run").out
    with Ledger.read(run) as ledger:
        settings = [json.loads(row[0]) for row in ledger.rows("SELECT settings FROM settings")]
    assert {one.get("options") for one in settings} == {None, '{"temperature":1}'}


def test_a_limit_on_money_holds_where_nobody_counts_tokens(
    call: Call, tmp_path: Path, run: Path, provider: FakeProvider
) -> None:
    folder = articles(tmp_path / "in", 9)
    asked = ("batch", folder, "--run", run, "--model", "openai/x", "--strategy", "quote")
    limits = ("--price", "1000/1000", "--max-cost", "5", "--concurrency", "1")
    provider.will(*[uncounted(NOTHING)] * 9)
    done = call(*asked, *limits, "--base-url", provider.url)
    assert done.code == 7
    assert 0 < len(provider.requests) < 9
    assert "by length, as the provider does not count them" in done.err


def test_exporting_what_is_not_there_says_so(call: Call, tmp_path: Path) -> None:
    said = call("export", tmp_path / "run.db", tmp_path / "out.csv")
    assert (said.code, "there is no run" in said.err) == (4, True)
