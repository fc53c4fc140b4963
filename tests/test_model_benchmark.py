"""Models asked about gold articles: each article once, and each model for itself."""

import asyncio
import csv
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import pytest
from pydantic import BaseModel
from typer.testing import CliRunner

from benchmarks.fake_provider import Running, running
from benchmarks.fake_provider.answering import answer
from tests.fake_provider import HANG, FakeProvider
from uhc_llm import Extractor
from uhc_llm.batch.prices import Price
from uhc_llm.cli import app
from uhc_llm.errors import (
    AuthenticationError,
    ConfigurationError,
    LedgerError,
    OutputError,
    ServerError,
    UhcLlmError,
)
from uhc_llm.evaluation import Contender, GoldArticle, ModelBenchmark, compare_models, load_gold
from uhc_llm.llm.asking import Answer, Message
from uhc_llm.schemas import Usage
from uhc_llm.testing import FakeModel

T = TypeVar("T", bound=BaseModel)

KEY = "sk-test-0123456789abcdefghij"
A_DOLLAR_EACH = Price(lambda usage: usage.input_tokens / 1000, "made up")


def gold_rows(count: int) -> list[dict[str, Any]]:
    """Articles whose words say what their one number is."""
    return [
        {
            "id": f"batu-{n}",
            "published": None,
            "text": f"KOTA BATU - Cakupan JKN Kota Batu {n + 10} persen pada 2024.",
            "facts": [
                {
                    "value": n + 10,
                    "unit": "percent",
                    "metric": "coverage_rate",
                    "status": "actual",
                    "region_code": "35.79",
                    "period": "2024",
                    "segment": "all",
                }
            ],
        }
        for n in range(count)
    ]


def write_gold(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def gold_file(tmp_path: Path) -> Path:
    return write_gold(tmp_path / "gold.jsonl", gold_rows(12))


@pytest.fixture
def gold(gold_file: Path) -> list[GoldArticle]:
    return load_gold(gold_file)


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    return tmp_path / "runs"


class Model:
    """A model that answers like that of the benchmarks, whatever form is asked for."""

    def __init__(self, name: str = "fake/model", fate: Callable[[int], Any] = lambda _: None):
        self.name = name
        self.asked: list[str] = []
        self.fate = fate

    async def ask(
        self, messages: Sequence[Message], answer_model: type[T], *, reasks: int = 2
    ) -> Answer[T]:
        self.asked.append(str(messages[-1]["content"]))
        number = len(self.asked)
        await asyncio.sleep(0)
        if isinstance(error := self.fate(number), Exception):
            raise error
        schema = {"schema": answer_model.model_json_schema()}
        form = {"type": "json_schema", "json_schema": schema}
        content = answer_model.model_validate_json(
            answer({"messages": messages, "response_format": form})
        )
        return Answer(content, Usage(input_tokens=1000), requests=1, answers=1, model=self.name)

    async def aclose(self) -> None:
        pass


def contender(model: Model | FakeModel, price: Price | None = None) -> Contender:
    return Contender(model.name, Extractor(model), price)


# --- in Python -----------------------------------------------------------------------------------


def test_code_is_right_where_the_words_are_plain_and_leaves_no_file(
    gold: list[GoldArticle], runs: Path
) -> None:
    found = compare_models(gold, ["code"], runs=runs)
    (row,) = found.to_records()
    assert (row["model"], row["full"], row["articles_right"], row["cost"]) == ("code", 1, 1, 0)
    assert (row["input_tokens"], row["take"]) == (0, True)
    assert row["seconds"] > 0
    assert list(runs.iterdir()) == []


def test_a_second_call_asks_nothing_twice(gold: list[GoldArticle], runs: Path) -> None:
    first, second = Model(), Model()
    one = compare_models(gold, [contender(first)], runs=runs)
    again = compare_models(gold, [contender(second)], runs=runs)
    assert (len(first.asked), len(second.asked)) == (12, 0)
    assert again == one
    assert one.models[0].usage.input_tokens == 12_000


def test_going_on_with_more_articles_asks_about_the_new_ones(
    gold: list[GoldArticle], runs: Path
) -> None:
    compare_models(gold[:5], [contender(Model())], runs=runs)
    model = Model()
    assert compare_models(gold, [contender(model)], runs=runs).models[0].articles == 12
    assert len(model.asked) == 7


def test_what_waits_from_another_call_is_not_asked_about(
    gold: list[GoldArticle], runs: Path
) -> None:
    barred = Model(fate=lambda _: AuthenticationError("wrong key", status=401))
    compare_models(gold, [contender(barred)], runs=runs)
    model = Model()
    (one,) = compare_models(gold[:3], [contender(model)], runs=runs).models
    assert (one.articles, one.not_asked, len(model.asked)) == (3, 0, 3)


def test_one_that_fails_for_all_stops_no_other_and_is_listed_with_its_error(
    gold: list[GoldArticle], runs: Path
) -> None:
    wrong = FakeModel([AuthenticationError("the key is wrong", status=401)] * 50, name="fake/wrong")
    first, last = Model("fake/first"), Model("fake/last")
    found = compare_models(
        gold, [contender(first), contender(wrong), contender(last), "code"], runs=runs
    )
    assert [len(model.asked) for model in (first, last)] == [12, 12]
    row = found.model("fake/wrong")
    assert row.error == "AuthenticationError: the key is wrong"
    assert (row.articles, row.not_asked, dict(row.levels)) == (0, 12, {})
    assert found.models[-1] is row
    assert found.take is not None


def test_articles_that_fail_count_as_empty_and_are_tried_again_when_that_may_help(
    gold: list[GoldArticle], runs: Path
) -> None:
    fates = {2: OutputError("no use"), 5: ServerError("it failed", status=500)}
    first = Model(fate=fates.get)
    (one,) = compare_models(gold, [contender(first)], runs=runs).models
    assert dict(one.failures) == {"OutputError": 1, "ServerError": 1}
    assert (one.articles, one.not_asked) == (12, 0)
    second = Model()
    (one,) = compare_models(gold, [contender(second)], runs=runs).models
    assert (len(second.asked), dict(one.failures)) == (1, {"OutputError": 1})
    third = Model()
    (one,) = compare_models(gold, [contender(third)], runs=runs, retry_failed=True).models
    assert (len(third.asked), dict(one.failures)) == (1, {})


def test_one_that_is_interrupted_keeps_what_it_has_and_goes_on(
    gold: list[GoldArticle], runs: Path
) -> None:
    held: list[ModelBenchmark] = []
    first = Model(fate=lambda number: held[0].interrupt() if number == 3 else None)
    later = Model("fake/later")
    held.append(ModelBenchmark(gold, [contender(first), contender(later)], runs))
    found = asyncio.run(held[0]())
    assert held[0].interrupted
    assert later.asked == []
    row = found.model("fake/model")
    assert row.articles == len(first.asked) < 12
    assert found.take is None
    second = Model()
    compare_models(gold, [contender(second)], runs=runs)
    assert not set(first.asked) & set(second.asked)
    assert len(first.asked) + len(second.asked) == 12


def test_the_cost_is_that_of_all_models_together(gold: list[GoldArticle], runs: Path) -> None:
    one, other = Model("fake/one"), Model("fake/other")
    both = [contender(one, A_DOLLAR_EACH), contender(other, A_DOLLAR_EACH)]
    benchmark = ModelBenchmark(gold, [*both, Contender.named("code")], runs, max_cost=15)
    found = asyncio.run(benchmark())
    assert benchmark.endings == {"fake/one": "all", "fake/other": "max_cost", "code": "all"}
    assert len(one.asked) + len(other.asked) <= 15
    assert found.model("fake/one").cost == 12
    assert found.model("code").is_finished
    # What was paid for before is part of it.
    again = ModelBenchmark(gold, both, runs, max_cost=15)
    asyncio.run(again())
    assert len(one.asked) + len(other.asked) <= 15


def test_a_limit_of_the_cost_needs_every_price_before_anything_is_asked(
    gold: list[GoldArticle], runs: Path
) -> None:
    model = Model()
    with pytest.raises(ConfigurationError, match=r"price of fake/model .*--price fake/model="):
        compare_models(gold, [contender(model)], runs=runs, max_cost=1)
    assert model.asked == []


def test_a_price_that_becomes_known_counts_for_what_was_asked_before(
    gold: list[GoldArticle], runs: Path
) -> None:
    (row,) = compare_models(gold, [contender(Model())], runs=runs).models
    assert row.cost is None
    (row,) = compare_models(gold, [contender(Model(), A_DOLLAR_EACH)], runs=runs).models
    assert (row.cost, row.cost_an_article) == (12, 1)


@pytest.mark.parametrize(
    ("models", "message"), [([], "at least one"), (["code", "CODE"], "code is named twice")]
)
def test_a_list_of_models_that_is_no_comparison_is_refused(
    gold: list[GoldArticle], runs: Path, models: list[str], message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        compare_models(gold, models, runs=runs)


def test_the_embedded_model_takes_part_under_its_name_and_is_not_asked_by_default(
    gold: list[GoldArticle], tmp_path: Path
) -> None:
    standings = compare_models(gold, ["code", "local"], runs=tmp_path / "runs")
    code, local = (standings.model(name) for name in ("code", "local"))
    assert local.levels == code.levels
    assert list((tmp_path / "runs").iterdir()) == []
    assert Contender.named("local", strategy="point").extractor.model == "local"


def test_a_folder_that_cannot_be_is_named(gold: list[GoldArticle], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LedgerError, match="no folder"):
        compare_models(gold, ["code"], runs=tmp_path / "file")


# --- on the command line -------------------------------------------------------------------------


class Said(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(self.out)
        return said


Call = Callable[..., Said]


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running(models="good,other", key=KEY) as up:
        yield up


@pytest.fixture
def provider(server: Running) -> Running:
    server.reset()
    return server


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "UHC_LLM_MODEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)

    def calling(*arguments: str | Path) -> Said:
        result = CliRunner().invoke(app, ["eval", *map(str, arguments)], env={"COLUMNS": "80"})
        if isinstance(result.exception, UhcLlmError):
            return Said(result.exception.exit_code, result.stdout, str(result.exception))
        return Said(result.exit_code, result.stdout, result.stderr)

    return calling


@pytest.fixture
def hosted(call: Call, provider: Running, monkeypatch: pytest.MonkeyPatch) -> Running:
    del call  # it takes the key away
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", provider.url)
    return provider


def test_several_models_stand_in_one_table_and_are_asked_once(
    call: Call, hosted: Running, gold_file: Path
) -> None:
    command = (gold_file, "-m", "openai/good", "-m", "code", "-m", "openai/other")
    first = call(*command)
    assert first.code == 0
    assert {row["model"] for row in first.json["models"]} == {"openai/good", "code", "openai/other"}
    assert all(row["articles"] == 12 for row in first.json["models"])
    assert hosted.stats()["requests"] == 24
    assert sorted(path.name for path in Path("eval-runs").glob("*.db")) == [
        "openai-good.db",
        "openai-other.db",
    ]
    again = call(*command, "--format", "table")
    assert hosted.stats()["requests"] == 24
    assert "asking code" in again.err
    assert "asking openai" not in again.err
    assert "take code" in again.out
    assert max(map(len, again.out.splitlines())) <= 80


def test_no_key_stands_in_the_folder_of_the_runs(
    call: Call, hosted: Running, gold_file: Path, runs: Path
) -> None:
    assert call(gold_file, "-m", "openai/good", "--runs", runs).code == 0
    assert hosted.stats()["requests"] == 12
    held = b"".join(path.read_bytes() for path in runs.iterdir())
    assert KEY.encode() not in held


def test_a_sample_asks_about_so_many_and_a_larger_one_about_what_is_new(
    call: Call, hosted: Running, gold_file: Path
) -> None:
    command = (gold_file, "-m", "openai/good", "-m", "openai/other", "--sample")
    assert {row["articles"] for row in call(*command, "4").json["models"]} == {4}
    assert hosted.stats()["requests"] == 8
    assert {row["articles"] for row in call(*command, "6").json["models"]} == {6}
    assert hosted.stats()["requests"] == 12


def test_a_model_that_is_not_there_is_listed_and_ends_in_4(
    call: Call, hosted: Running, gold_file: Path
) -> None:
    done = call(gold_file, "-m", "openai/nonesuch", "-m", "openai/good")
    assert done.code == 4
    rows = {row["model"]: row for row in done.json["models"]}
    assert "ModelNotFoundError" in rows["openai/nonesuch"]["error"]
    assert rows["openai/good"]["error"] is None
    assert done.json["take"] == "openai/good"
    assert hosted.stats()["requests"] > 12


def test_a_wrong_key_is_listed_and_is_not_shown(
    call: Call, hosted: Running, gold_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = "sk-test-zzzzzzzzzzzzzzzzzzzz"
    monkeypatch.setenv("OPENAI_API_KEY", wrong)
    done = call(gold_file, "-m", "openai/good", "-m", "code")
    assert done.code == 4
    rows = {row["model"]: row for row in done.json["models"]}
    assert "AuthenticationError" in rows["openai/good"]["error"]
    assert rows["code"]["full"] == 1
    held = b"".join(path.read_bytes() for path in Path("eval-runs").iterdir())
    assert wrong not in done.out + done.err
    assert wrong.encode() not in held


def test_keys_and_names_that_are_missing_are_told_together_before_anything_is_asked(
    call: Call, provider: Running, gold_file: Path
) -> None:
    command = ("-m", "openai/good", "-m", "nobody/model", "--base-url", provider.url)
    done = call(gold_file, *command, "-m", "code")
    assert done.code == 4
    assert "OPENAI_API_KEY" in done.err
    assert "nobody/model" in done.err
    assert done.out == ""
    assert provider.stats()["requests"] == 0


def test_where_all_is_answered_no_key_is_needed(
    call: Call, hosted: Running, gold_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = (gold_file, "-m", "openai/good", "-m", "code")
    call(*command)
    monkeypatch.delenv("OPENAI_API_KEY")
    assert call(*command).code == 0
    assert hosted.stats()["requests"] == 12


@pytest.mark.parametrize(
    "refused",
    [
        (["-m", "gpt-4.1", "-m", "code"], 4, "Did you mean 'openai/gpt-4.1'?"),
        (["-m", "local:none.gguf", "-m", "code", "--strategy", "point"], 4, "none.gguf"),
        (["-m", "openai/good", "-m", "code", "--strategy", "code"], 2, "--model code"),
        (["-m", "openai/good", "-m", "code", "--output", "x"], 2, "--output"),
        (["-m", "code", "--max-cost", "1"], 2, "more than one"),
        (["-m", "code", "-f", "csv"], 2, "csv"),
        (["-m", "openai/good", "-m", "code", "--max-cost", "1"], 4, "--price openai/good=IN/OUT"),
        (["-m", "openai/good", "-m", "code", "--price", "1/2"], 4, "name the model too"),
        (["-m", "openai/good", "-m", "code", "--price", "x/y=1/2"], 4, "x/y"),
        (["-m", "openai/good", "-m", "code", "--price", "openai/good=1"], 4, "price '1'"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_asked(
    call: Call, hosted: Running, gold_file: Path, refused: tuple[list[str], int, str]
) -> None:
    arguments, code, message = refused
    done = call(gold_file, *arguments)
    assert done.code == code, done
    # A narrow box breaks a sentence into lines.
    assert message in " ".join(done.err.replace("│", " ").split())
    assert hosted.stats()["requests"] == 0


def test_a_gold_file_that_is_wrong_is_named_before_anything_is_asked(
    call: Call, hosted: Running, gold_file: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"id": "x", "text": "y", "facts": [{"value": 1}]}\n')
    done = call(gold_file, bad, "-m", "openai/good", "-m", "code")
    assert done.code == 3
    assert "bad.jsonl, line 1" in done.err
    assert hosted.stats()["requests"] == 0


def test_several_gold_files_count_together_though_articles_are_called_alike(
    call: Call, gold_file: Path, tmp_path: Path
) -> None:
    other = gold_rows(14)[11:]
    second = write_gold(
        tmp_path / "second.jsonl", [{**row, "id": f"batu-{n}"} for n, row in enumerate(other)]
    )
    done = call(gold_file, second, "-m", "code", "--runs", "runs")
    assert [row["articles"] for row in done.json["models"]] == [15]
    assert call(gold_file, second, "-m", "code").json["articles"] == 15
    assert call(gold_file, gold_file, "-m", "code").code == 3


def test_the_cost_by_a_price_that_is_given_ends_it_in_7(
    call: Call, hosted: Running, gold_file: Path
) -> None:
    command = (gold_file, "-m", "openai/good", "-m", "code", "--price", "openai/good=1000/0")
    done = call(*command, "--max-cost", "0.001")
    assert done.code == 7
    rows = {row["model"]: row for row in done.json["models"]}
    assert rows["openai/good"]["not_asked"] == 12
    assert hosted.stats()["requests"] == 0
    whole = call(*command, "--max-cost", "1000")
    assert whole.code == 0
    rows = {row["model"]: row for row in whole.json["models"]}
    row = rows["openai/good"]
    assert row["cost"] == pytest.approx(row["input_tokens"] / 1000)
    assert whole.json["take"] == "code"


def test_csv_and_markdown_hold_every_model(call: Call, gold_file: Path) -> None:
    command = (gold_file, "-m", "code", "--runs", "runs", "-f")
    (row,) = csv.DictReader(io.StringIO(call(*command, "csv").out))
    assert (row["model"], float(row["full"])) == ("code", 1)
    assert "| code | 1.000 (1.00-1.00) |" in call(*command, "markdown").out


def test_code_alone_is_a_report_of_its_own(call: Call, gold_file: Path) -> None:
    said = call(gold_file, "-m", "code", "--sample", "5").json
    assert said["made_with"]["strategy"] == "code"
    assert said["articles"] == 5


def test_the_file_of_a_model_is_a_run_that_other_commands_read(
    call: Call, hosted: Running, gold_file: Path
) -> None:
    call(gold_file, "-m", "openai/good", "--runs", "runs")
    assert hosted.stats()["requests"] == 12
    with sqlite3.connect(Path("runs") / "openai-good.db") as db:
        (done,) = db.execute("SELECT count(*) FROM documents WHERE state = 'done'").fetchone()
    db.close()
    assert done == 12
    result = CliRunner().invoke(app, ["export", "runs/openai-good.db", "facts.csv"])
    assert result.exit_code == 0
    assert Path("facts.csv").stat().st_size > 0


def test_a_signal_ends_it_with_what_there_is_and_asks_no_other_model(
    gold_file: Path, tmp_path: Path
) -> None:
    program = Path(sys.executable).with_name("uhc-llm")
    with FakeProvider() as provider:
        provider.will(*[HANG] * 50)
        process = subprocess.Popen(
            [program, "eval", gold_file, "-m", "openai/x", "-m", "openai/y", "--format", "json"],
            env={**os.environ, "OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": provider.url},
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert provider.arrived.wait(60)
        process.send_signal(signal.SIGINT)
        assert process.stderr
        while "finishing" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
        asked = {body["model"] for body in provider.bodies}
    assert process.returncode == 130
    assert [row["not_asked"] for row in json.loads(out)["models"]] == [12, 12]
    assert asked == {"x"}
