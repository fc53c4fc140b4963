"""What the batch benchmarks stand on: articles, measuring, and the loops beside ours."""

import re
import signal
import sqlite3
import sys
from collections import Counter
from pathlib import Path

import pytest

from benchmarks import batch_crash, cpu_stages
from benchmarks.batch_articles import CODE, code_of, make_article, write_articles
from benchmarks.batch_command import begin, copied, finish, ledger_rows, took
from benchmarks.fake_provider import running
from uhc_llm import Extractor, scan


def test_every_article_is_another_and_always_the_same() -> None:
    articles = [make_article(number) for number in range(500)]
    assert len({article["text"] for article in articles}) == 500
    assert len({article["id"] for article in articles}) == 500
    assert articles == [make_article(number) for number in range(500)]


def test_an_article_has_a_code_that_stands_in_no_other() -> None:
    codes = [re.findall(CODE, make_article(number)["text"]) for number in range(500)]
    assert codes == [[code_of(number)] for number in range(500)]
    assert code_of(26) == "KBAAABA"


@pytest.mark.parametrize("number", range(10))
def test_regions_and_figures_of_an_article_are_changed_and_still_read(number: int) -> None:
    one, other = (scan(make_article(number + ten)["text"]) for ten in (10, 20))
    assert [m.unit for m in one.mentions] == [m.unit for m in other.mentions]
    assert {r.name for r in one.regions} != {r.name for r in other.regions}


def test_a_command_is_measured_with_its_children() -> None:
    child = "x = bytearray(120_000_000); sum(range(5_000_000))"
    program = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    used = took([sys.executable, "-c", program], None)
    assert used.code == 0
    assert used.peak > 120_000_000
    assert 0.05 < used.cpu < used.seconds * 2 + 1


def test_a_command_that_takes_too_long_is_killed_and_what_it_said_is_kept() -> None:
    program = "import sys, time; print('begun', flush=True); time.sleep(600)"
    used = took([sys.executable, "-c", program], None, most_seconds=1.5)
    assert (used.code, used.said) == (-signal.SIGKILL, "begun\n")


def test_a_command_asks_the_fake_provider_and_no_other() -> None:
    program = "import os; print(os.environ['OPENAI_BASE_URL'])"
    assert finish(begin([sys.executable, "-c", program], None)).said == "http://127.0.0.1:9/v1\n"


def test_a_ledger_is_looked_at_in_a_copy(tmp_path: Path) -> None:
    run = tmp_path / "run.db"
    db = sqlite3.connect(run)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("CREATE TABLE a (b)")
    db.execute("INSERT INTO a VALUES (1)")
    db.commit()
    with copied(run) as copy:
        assert ledger_rows(copy, "SELECT b FROM a") == [(1,)]
    assert not copy.exists()
    assert (tmp_path / "run.db-wal").stat().st_size > 0
    db.close()


def test_a_ledger_that_is_not_there_yet_has_nothing_done(tmp_path: Path) -> None:
    assert batch_crash.done_codes(tmp_path / "run.db") == set()


def test_the_loops_beside_ours_send_what_ours_sent(tmp_path: Path) -> None:
    asked, articles = tmp_path / "asked.jsonl", tmp_path / "articles.jsonl"
    write_articles(4, articles)
    with (
        running(record=str(asked), tag=CODE) as provider,
        Extractor("openai/fake-model", base_url=provider.url, api_key="k") as extractor,
    ):
        for number in range(4):
            extractor.extract(make_article(number)["text"])
        tags = provider.stats(detailed=True)["tags"]
    for way in ("openai", "instructor"):
        with running(tag=CODE) as provider:
            command = [sys.executable, "-m", "benchmarks.batch_peers", way]
            used = took([*command, provider.url, str(asked), "2"], provider)
            assert (used.code, used.said) == (0, "")
            assert provider.stats(detailed=True)["tags"] == tags


@pytest.mark.parametrize(
    ("files", "stage"),
    [
        (["/x/uhc_llm/scanner/tokens.py", "/x/uhc_llm/extraction.py"], "scan"),
        (["/lib/json/decoder.py", "/sp/openai/_models.py", "/x/uhc_llm/llm/client.py"], "openai"),
        (["/sp/pydantic/main.py", "/x/uhc_llm/verifier/__init__.py"], "verify"),
        (["/lib/sqlite3/dbapi2.py", "/x/uhc_llm/batch/ledger.py"], "batch/ledger"),
        (["/x/uhc_llm/batch/ledger.py", "<frozen importlib._bootstrap>"], "imports"),
        (["/sp/pydantic/main.py", "/app/main.py"], "other"),
    ],
)
def test_a_sample_belongs_to_the_innermost_stage(files: list[str], stage: str) -> None:
    assert cpu_stages.stage_of(files) == stage


def test_processor_time_is_sampled_by_stage() -> None:
    text = make_article(1)["text"]
    counts: Counter[str] = Counter()
    signal.signal(signal.SIGPROF, lambda _, frame: cpu_stages.sample(counts, frame))
    signal.setitimer(signal.ITIMER_PROF, 0.001, 0.001)
    try:
        for _ in range(60):
            scan(text)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
    assert counts.most_common(1)[0][0] == "scan"
