"""Texts on other matters: left alone, counted and named; with `all_topics` read like any other."""

import asyncio
import csv
import re
from functools import partial
from pathlib import Path
from typing import Final

import pytest
from typer.testing import CliRunner

from tests.pointed import pointed
from uhc_llm.batch.keys import settings_hash, settings_json
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.provider_batch.reader import Reader
from uhc_llm.batch.provider_batch.records import Recording
from uhc_llm.batch.provider_batch.tape import Tape
from uhc_llm.batch.ray_engine import Parts
from uhc_llm.batch.ray_engine.worker import PATH, Keys, Task, Worker
from uhc_llm.batch.tables import Columns
from uhc_llm.batch.work import Attempt, Work
from uhc_llm.cli import app
from uhc_llm.documents import Document
from uhc_llm.extraction import Extractor, Settings, Strategy
from uhc_llm.llm.code import CodeConversation
from uhc_llm.llm.offers import Breadth, make_offers
from uhc_llm.llm.point import PointConversation
from uhc_llm.llm.prompts import load_prompt
from uhc_llm.reader import Understanding, interpret
from uhc_llm.scanner import scan
from uhc_llm.testing import FakeModel

ON_COVERAGE = (
    "Cakupan JKN Kota Batu mencapai 98,4 persen pada 2024. Wali kota menyebut Kota Batu sudah UHC."
)
ON_HARVESTS = (
    "Panen raya di Kabupaten Blora mencapai 95,28 persen dari 812.345 hektare, kata petani."
)
# It has no word of the field, and says nothing else than an article on coverage does.
IN_OTHER_WORDS = "Di Kota Batu 98,4 persen warga sudah didaftarkan pada 2024."
# "terdaftar" and "rumah sakit" are reason enough to read it.
ON_ELECTIONS = (
    "Partisipasi pemilih di Kota Batu pada pilkada 2024 mencapai 82,4 persen. KPU mencatat 132.456 "
    "pemilih terdaftar; 45 pemilih memberi suara di rumah sakit."
)
SURELY: Final = 0.01
PERHAPS: Final = 0.2


def taken_for(topic: float, text: str, monkeypatch: pytest.MonkeyPatch) -> Understanding:
    """A text that is read as one that speaks of coverage with that probability."""
    understanding = interpret(scan(text))
    monkeypatch.setattr(understanding, "topic", topic)
    return understanding


# --- what a number may mean ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("breadth", "topic", "has_options"),
    [("cues", SURELY, False), ("cues", PERHAPS, False), ("unit", SURELY, False),
     ("unit", PERHAPS, True)],
)  # fmt: skip
def test_a_text_on_other_matters_offers_nothing_unless_all_topics_are_wanted(
    breadth: Breadth, topic: float, has_options: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    understanding = taken_for(topic, ON_COVERAGE, monkeypatch)
    offer = partial(make_offers, understanding.reading, breadth=breadth)
    assert any(o.metrics for o in offer(understanding=understanding).numbers) == has_options
    on_topic = offer(understanding=interpret(understanding.reading))
    assert offer(understanding=understanding, all_topics=True).numbers == on_topic.numbers


def test_without_a_model_all_topics_gives_what_the_words_say(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    understanding = taken_for(SURELY, ON_COVERAGE, monkeypatch)
    reading = understanding.reading
    assert CodeConversation(reading, understanding).facts() == []
    (fact,) = CodeConversation(reading, understanding, all_topics=True).facts()
    assert fact.metric == "coverage_rate"


def test_a_model_is_asked_about_numbers_and_statements_of_all_topics(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    understanding = taken_for(SURELY, ON_COVERAGE, monkeypatch)
    model = FakeModel([pointed([])] * 3)
    ask = partial(
        PointConversation,
        model,
        load_prompt("point/v3"),
        understanding.reading,
        understanding=understanding,
        reasks=0,
    )
    assert not ask().has_questions
    asyncio.run(ask(all_topics=True).ask())
    (request,) = model.requests
    shown = str(request.messages[-1]["content"])
    assert re.search(r"\[n\d+: ?98,4", shown)
    assert re.search(r"UHC \[d1\]", shown)


# --- an extractor --------------------------------------------------------------------------------


@pytest.mark.parametrize("strategy", ["point", "quote"])
def test_an_extractor_asks_about_other_matters_only_if_all_topics_are_wanted(
    strategy: Strategy,
) -> None:
    assert interpret(scan(ON_HARVESTS)).is_surely_off_topic
    for all_topics in (False, True):
        model = FakeModel([pointed([]) if strategy == "point" else {"facts": []}])
        extractor = Extractor(model, strategy=strategy, all_topics=all_topics, answer_reasks=0)
        extraction = extractor.extract(ON_HARVESTS)
        assert len(model.requests) == all_topics
        rules = [finding.rule for finding in extraction.findings]
        assert ("off_topic" in rules) == (not all_topics)


def test_nothing_is_off_topic_if_all_topics_are_wanted() -> None:
    extraction = Extractor(strategy="code", all_topics=True).extract(ON_HARVESTS)
    assert extraction.findings[0].rule == "no_coverage_number"


@pytest.mark.parametrize(
    "make", [partial(Extractor, strategy="code"), partial(Extractor, "local", strategy="point")]
)
def test_whether_all_topics_are_read_is_part_of_what_a_run_is_known_by(
    make: partial[Extractor],
) -> None:
    some, all_ = make().settings, make(all_topics=True).settings
    assert (some.all_topics, all_.all_topics) == (False, True)
    assert settings_hash(some) != settings_hash(all_)
    # A run that was begun before the choice was there can be gone on with.
    assert "all_topics" not in settings_json(some)
    assert '"all_topics":true' in settings_json(all_)


def test_without_a_model_nothing_else_is_among_the_settings() -> None:
    assert Extractor(strategy="code", all_topics=True).settings == Settings(
        None, "code", all_topics=True
    )


# --- a run ---------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    texts = {"a": ON_COVERAGE, "b": ON_HARVESTS, "c": IN_OTHER_WORDS, "d": ON_ELECTIONS}
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def call(*arguments: str | Path) -> str:
    """What a command says on standard error."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return " ".join(result.stderr.split())


def exported(run: Path, table: str) -> list[dict[str, str]]:
    out = run.with_name(f"{table}.csv")
    call("export", run, out, "--table", table)
    with out.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_run_counts_and_names_documents_on_other_matters(tmp_path: Path, folder: Path) -> None:
    run = tmp_path / "run.db"
    said = call("batch", folder, "--run", run, "--strategy", "code")
    assert "4 documents done and 0 failed" in said
    assert "3 documents are on other matters: uhc-llm export" in said
    off = [row for row in exported(run, "findings") if row["rule"] == "off_topic"]
    assert [row["id"] for row in off] == ["b", "c", "d"]
    assert {row["severity"] for row in off} == {"info"}
    assert [("was not read" in row["message"]) for row in off] == [True, True, False]
    assert {row["id"] for row in exported(run, "unclaimed")} & {"b", "c"} == set()
    assert {row["id"] for row in exported(run, "facts")} == {"a"}


def test_a_run_of_all_topics_reads_them_and_is_not_taken_for_one_without(
    tmp_path: Path, folder: Path
) -> None:
    run = tmp_path / "run.db"
    call("batch", folder, "--run", run, "--strategy", "code")
    said = call("batch", folder, "--run", run, "--strategy", "code", "--all-topics")
    assert "4 documents done and 0 failed" in said
    assert "on other matters" not in said
    assert {row["id"] for row in exported(run, "facts")} == {"a", "c"}
    assert {"b", "d"} <= {row["id"] for row in exported(run, "unclaimed")}
    with Ledger.read(run) as ledger:
        assert ledger.counts().done == 8


def test_a_run_asks_no_model_about_what_has_no_word_of_the_field(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0123456789abcdefghij")
    text = tmp_path / "c.txt"
    text.write_text(IN_OTHER_WORDS, encoding="utf-8")
    asked = ("batch", text, "--run", tmp_path / "run.db", "--model", "openai/gpt-4.1-mini")
    # Nothing can be asked here: a request would fail.
    said = call(*asked)
    assert "1 document done and 0 failed" in said
    assert "so far: 0 requests" in said
    assert "1 document is on other matters" in said


def test_a_dry_run_reckons_nothing_for_what_is_not_read(tmp_path: Path) -> None:
    text = tmp_path / "c.txt"
    text.write_text(IN_OTHER_WORDS, encoding="utf-8")
    command = ["batch", str(text), "--run", str(tmp_path / "run.db"), "--dry-run"]
    command += ["--model", "openai/gpt-4.1-mini"]
    told = CliRunner().invoke(app, command).stdout
    assert "tokens: about 0 in, 0 out" in told
    assert "tokens: about 0 in" not in CliRunner().invoke(app, [*command, "--all-topics"]).stdout


def test_batches_of_a_provider_hold_nothing_of_what_is_not_read() -> None:
    work = Work("key", Document(text=IN_OTHER_WORDS), "c.txt")
    model = FakeModel()
    read = Reader(Extractor(model), Tape(), None).read(work, Recording())
    attempt = asyncio.run(read)
    assert isinstance(attempt, Attempt)
    assert attempt.extraction is not None
    assert attempt.extraction.findings[0].rule == "off_topic"
    assert model.requests == []


def test_the_machines_of_a_cluster_leave_them_unread_too(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow", reason="the extra `ray` is not installed")
    make, parts = partial(Extractor, strategy="code"), Parts(tmp_path / "out", kind="jsonl")
    task = Task(make, settings_hash(make().settings), Columns(), parts, "1", at_once=1)
    rows = [{"id": "c", "text": IN_OTHER_WORDS, PATH: "/in/c.parquet"}]
    Worker(task, Keys(()).claim)(pyarrow.Table.from_pylist(rows))
    (row,) = parts.rows()
    assert "was not read" in row["extraction"]


def test_one_article_can_be_read_whatever_it_is_about(tmp_path: Path) -> None:
    text = tmp_path / "b.txt"
    text.write_text(ON_HARVESTS, encoding="utf-8")
    for options, rule in (((), "off_topic"), (("--all-topics",), "no_coverage_number")):
        command = ["extract", str(text), "--strategy", "code", "--format", "json", *options]
        result = CliRunner().invoke(app, command)
        assert result.exit_code == 0, result.output
        assert f'"rule": "{rule}"' in result.stdout
