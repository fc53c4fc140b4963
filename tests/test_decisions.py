"""What reviewers decide is kept, and nobody's decision is overwritten unseen."""

import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.decided_run import (
    ONE_FACT,
    accept_all,
    add,
    articles,
    choice,
    example,
    make_run,
    many_facts,
    settle,
)
from uhc_llm import Document
from uhc_llm.batch import ledger_file, migrations
from uhc_llm.batch.decisions import Choice, Decision, decide, history, seen_of, undo
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.rows import FACT_COLUMNS
from uhc_llm.errors import InputError, LedgerBusyError, LedgerError, ReviewConflictError

MANY = 24
MORE = 120


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.db"


def one(path: Path) -> str:
    """A run of one article with one fact; returns its key."""
    (key,) = make_run(path, Document(text=ONE_FACT, id="a"))
    return key


def said(ledger: Ledger, key: str, item: str = "fact:0") -> Choice:
    (article,) = [each for each in articles(ledger) if each.key == key]
    return choice(article.item(item))


def who_decided(ledger: Ledger) -> dict[str, str]:
    return {each.item: each.reviewer for each in history(ledger) if each.undone_by is None}


# --- deciding and undoing -------------------------------------------------------------------------


def test_a_decision_comes_back_as_it_was_made(path: Path) -> None:
    key = one(path)
    with Ledger.review(path) as ledger:
        chosen = said(ledger, key)._replace(action="correct")
        step = decide(ledger, key, [chosen], reviewer=" Ani  Lestari ", seen={})
        (kept,) = history(ledger)
        assert kept == Decision(
            1, step, key, "fact:0", "correct", chosen.fact, "Ani Lestari", kept.made_at
        )
        assert list(history(ledger, "another")) == []


def test_what_one_action_decided_is_undone_together_and_once(path: Path) -> None:
    (key,) = make_run(path, many_facts(3))
    with Ledger.review(path) as ledger:
        settle(ledger, key, "fact:0")
        accept_all(ledger, key)
        assert [each.item for each in undo(ledger, reviewer="Ani")] == ["fact:1", "fact:2"]
        assert [each.undone_by for each in history(ledger)] == [None, "Ani", "Ani"]
        assert [each.item for each in undo(ledger, reviewer="Ani")] == ["fact:0"]
        assert undo(ledger, reviewer="Ani") == []


def test_nobody_undoes_what_somebody_else_decided(path: Path) -> None:
    key = one(path)
    with Ledger.review(path) as ledger:
        settle(ledger, key, "fact:0", by="Ani")
        assert undo(ledger, reviewer="Budi") == []
        settle(ledger, key, "fact:0", "reject", by="Budi")
        undo(ledger, reviewer="Ani")
        assert who_decided(ledger) == {"fact:0": "Budi"}


def test_an_undo_brings_back_what_was_decided_before(path: Path) -> None:
    key = one(path)
    with Ledger.review(path) as ledger:
        settle(ledger, key, "fact:0", by="Ani")
        settle(ledger, key, "fact:0", "reject", by="Budi")
        assert articles(ledger)[0].item("fact:0").state == "rejected"
        undo(ledger, reviewer="Budi")
        assert articles(ledger)[0].item("fact:0").state == "accepted"


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "a\x00b", "\x1b[31m"])
def test_a_reviewer_has_a_name_that_can_be_printed(path: Path, name: str) -> None:
    key = one(path)
    with Ledger.review(path) as ledger:
        with pytest.raises(InputError, match="name"):
            decide(ledger, key, [said(ledger, key)], reviewer=name, seen={})
        assert list(history(ledger)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        Choice("fact:0", "accept"),
        Choice("fact:0", "reject"),
        Choice("fact:0", "correct"),
        Choice("number:3", "add"),
    ],
)
def test_a_fact_that_is_decided_on_is_kept_with_the_decision(path: Path, wrong: Choice) -> None:
    key = one(path)
    with Ledger.review(path) as ledger:
        with pytest.raises(InputError, match="as it then stands"):
            decide(ledger, key, [said(ledger, key), wrong], reviewer="Ani", seen={})
        assert list(history(ledger)) == []


@pytest.mark.parametrize("item", ["facts", "fact:", "fact:x", "number:-1", ""])
def test_there_are_no_other_items(path: Path, item: str) -> None:
    key = one(path)
    with Ledger.review(path) as ledger:
        chosen = said(ledger, key)._replace(item=item)
        with pytest.raises(LedgerError, match="CHECK"):
            decide(ledger, key, [chosen], reviewer="Ani", seen={})


def test_a_number_that_no_float_holds_comes_back_exact(path: Path) -> None:
    text = "Anggaran JKN Kota Batu Rp 20.000.000 triliun pada 2024."
    (key,) = make_run(path, Document(text=text, id="a"))
    with Ledger.review(path) as ledger:
        settle(ledger, key, "fact:0")
        (kept,) = history(ledger)
        assert kept.fact == articles(ledger)[0].extraction.facts[0]
        (row,) = ledger.rows("SELECT typeof(value), value FROM reviewed_facts")
        assert row == ("text", "20000000000000000000")


# --- nothing is taken back from the file ----------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE decisions SET reviewer = 'x'", "never changed"),
        ("DELETE FROM decisions", "never deleted"),
        ("INSERT OR REPLACE INTO decisions SELECT * FROM decisions LIMIT 1", "never replaced"),
        (
            "INSERT OR REPLACE INTO decisions (step, document_key, item, action, reviewer, made_at,"
            " undoes) SELECT 's', document_key, item, 'undo', 'x', '2026', 1 FROM decisions",
            "never replaced",
        ),
    ],
)
def test_a_decision_is_neither_changed_nor_deleted_nor_replaced(
    path: Path, statement: str, why: str
) -> None:
    key = one(path)
    with Ledger.review(path) as ledger:
        settle(ledger, key, "fact:0")
        undo(ledger, reviewer="Ani")
        if "*" in statement:  # computed columns are not given
            names = "id, step, document_key, item, action, fact, reviewer, made_at, undoes"
            statement = statement.replace(
                "decisions SELECT *", f"decisions ({names}) SELECT {names}"
            )
        before = list(ledger.rows("SELECT * FROM decisions"))
        with pytest.raises(LedgerError, match=why), ledger.transaction() as db:
            db.execute(statement)
        assert list(ledger.rows("SELECT * FROM decisions")) == before


def test_a_further_start_of_the_batch_leaves_decisions_as_they_are(path: Path) -> None:
    key = one(path)
    with Ledger.review(path) as ledger:
        settle(ledger, key, "fact:0", "reject")
    with Ledger.write(path) as ledger:
        ledger.recover()
        # The same text again, as a batch and as a merged part would bring it, and a new one.
        assert add(ledger, [Document(text=ONE_FACT, id="a"), example("01-satu-daerah")])[0] == key
        assert who_decided(ledger) == {"fact:0": "Ani"}
        assert articles(ledger)[0].facts == ()


# --- two at once ----------------------------------------------------------------------------------


def test_what_somebody_else_has_decided_since_is_not_overwritten(path: Path) -> None:
    (key,) = make_run(path, many_facts(2))
    with Ledger.review(path) as ani, Ledger.review(path) as budi:
        seen = seen_of(budi, key)
        first, second = said(ani, key, "fact:0"), said(ani, key, "fact:1")
        decide(ani, key, [first], reviewer="Ani", seen={})
        with pytest.raises(ReviewConflictError, match="look again") as caught:
            decide(budi, key, [second, first._replace(action="reject")], reviewer="Budi", seen=seen)
        assert caught.value.item == "fact:0"
        assert who_decided(budi) == {"fact:0": "Ani"}
        # Another item is free, and so is this one for who has looked again.
        decide(budi, key, [second], reviewer="Budi", seen=seen)
        decide(budi, key, [first], reviewer="Budi", seen=seen_of(budi, key))
        assert who_decided(ani) == {"fact:0": "Budi", "fact:1": "Budi"}


def test_an_undo_is_something_to_look_at_too(path: Path) -> None:
    key = one(path)
    with Ledger.review(path) as ledger:
        settle(ledger, key, "fact:0", by="Ani")
        seen = seen_of(ledger, key)
        undo(ledger, reviewer="Ani")
        with pytest.raises(ReviewConflictError):
            decide(ledger, key, [said(ledger, key)], reviewer="Budi", seen=seen)


@pytest.mark.parametrize("is_shared", [False, True], ids=["own ledger", "one ledger"])
def test_threads_that_decide_on_one_thing_win_once_each(path: Path, is_shared: bool) -> None:
    (key,) = make_run(path, many_facts(MANY))
    start = threading.Barrier(4)
    with Ledger.review(path) as shared:
        (article,) = articles(shared)
        choices = [choice(item) for item in article.items]
        assert len(choices) == MANY

        def reviewer(name: str) -> list[str]:
            ledger = shared if is_shared else Ledger.review(path)
            won = []
            start.wait()
            for chosen in choices:
                try:
                    decide(ledger, key, [chosen], reviewer=name, seen={})
                except ReviewConflictError:
                    continue
                won.append(chosen.item)
            if not is_shared:
                ledger.close()
            return won

        with ThreadPoolExecutor(4) as pool:
            won = dict(zip("ABCD", pool.map(reviewer, "ABCD"), strict=True))
        assert {item: name for name, items in won.items() for item in items} == who_decided(shared)
        assert sum(map(len, won.values())) == MANY == len(list(history(shared)))


REVIEWER = """
import sys
from pathlib import Path
from tests.decided_run import articles, choice
from uhc_llm.batch.decisions import decide
from uhc_llm.batch.ledger import Ledger
from uhc_llm.errors import ReviewConflictError
path, name, key, *numbers = sys.argv[1:]
with Ledger.review(path) as ledger:
    article = next(each for each in articles(ledger) if each.key == key)
    print("ready", flush=True)
    sys.stdin.readline()
    for number in numbers:
        try:
            decide(ledger, key, [choice(article.item(f"fact:{number}"))], reviewer=name, seen={})
        except ReviewConflictError:
            print("lost", number)
        else:
            print("won", number)
"""


def reviewer(path: Path, name: str, key: str, numbers: range) -> subprocess.Popen[str]:
    asked = [sys.executable, "-c", REVIEWER, str(path), name, key, *map(str, numbers)]
    started = subprocess.Popen(asked, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert started.stdout is not None
    assert started.stdout.readline() == "ready\n"
    return started


def test_two_processes_decide_while_a_third_one_runs_the_batch(path: Path) -> None:
    (key,) = make_run(path, many_facts(MANY))
    folder = path.with_name("more")
    folder.mkdir()
    for number in range(MORE):
        text = f"KOTA BATU - Peserta JKN Kota Batu {number + 10} ribu jiwa pada 2024."
        (folder / f"a{number}.txt").write_text(text, encoding="utf-8")
    # Both want those in the middle.
    third, two_thirds = MANY // 3, 2 * MANY // 3
    ani = reviewer(path, "Ani", key, range(two_thirds))
    budi = reviewer(path, "Budi", key, range(third, MANY))
    asked = ["batch", str(folder), "--run", str(path), "--strategy", "code"]
    batch = subprocess.Popen(
        [sys.executable, "-c", "from uhc_llm.cli import main; main()", *asked],
        stderr=subprocess.DEVNULL,
    )
    with Ledger.read(path) as ledger:
        while ledger.counts().done == 1 and batch.poll() is None:
            time.sleep(0.01)
    for each in (ani, budi):
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()
    outcomes = {
        name: each.communicate()[0].split() for name, each in (("Ani", ani), ("Budi", budi))
    }
    assert (ani.returncode, budi.returncode, batch.wait()) == (0, 0, 0)
    won = {
        f"fact:{number}": name
        for name, words in outcomes.items()
        for word, number in zip(words[::2], words[1::2], strict=True)
        if word == "won"
    }
    lost = sum(words.count("lost") for words in outcomes.values())
    with Ledger.read(path) as ledger:
        assert who_decided(ledger) == won
        assert (len(won), lost) == (MANY, two_thirds - third)
        assert ledger.counts().done == 1 + MORE
        assert [each.is_reviewed for each in articles(ledger)] == [True] + [False] * MORE


KILLED = """
import os, signal, sys
from tests.decided_run import articles, choice
from uhc_llm.batch.decisions import decide
from uhc_llm.batch.ledger import Ledger
ledger = Ledger.review(sys.argv[1])
(article,) = articles(ledger)
decide(ledger, article.key, [choice(article.items[0])], reviewer="Ani", seen={})
with ledger.transaction() as db:
    db.execute(
        "INSERT INTO decisions (step, document_key, item, action, fact, reviewer, made_at)"
        " SELECT 's', document_key, 'fact:1', action, fact, reviewer, made_at FROM decisions"
    )
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_reviewer_that_is_killed_leaves_whole_decisions_and_no_lock(path: Path) -> None:
    (key,) = make_run(path, many_facts(2))
    killed = subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    assert killed.returncode == -9
    with Ledger.review(path) as ledger:
        assert who_decided(ledger) == {"fact:0": "Ani"}
        settle(ledger, key, "fact:1")
        assert [row[0] for row in ledger.rows("PRAGMA integrity_check")] == ["ok"]


# --- the file -------------------------------------------------------------------------------------


def older(path: Path, monkeypatch: pytest.MonkeyPatch, version: int = 2) -> None:
    """A run as an older version made it; the second was the last one before decisions."""
    ours = path.with_suffix(".now")
    make_run(ours, Document(text=ONE_FACT, id="a"), example("02-beberapa-daerah"))
    with monkeypatch.context() as before:
        before.setattr(migrations, "STEPS", migrations.STEPS[:version])
        before.setattr(ledger_file, "LATEST", version)
        Ledger.write(path).close()
    db = sqlite3.connect(path)
    db.execute("ATTACH ? AS ours", (str(ours),))
    for table in TABLES:
        names = ", ".join(f'"{row[1]}"' for row in db.execute(f"PRAGMA main.table_info({table})"))
        db.execute(f"INSERT INTO main.{table} ({names}) SELECT {names} FROM ours.{table}")  # noqa: S608
    db.commit()
    db.close()


TABLES = (
    "settings",
    "documents",
    "sources",
    "attempts",
    "extractions",
    "facts",
    "declarations",
    "unclaimed",
    "findings",
)


def content(path: Path) -> dict[str, list[dict[str, object]]]:
    """What stands in the tables, but for what the ledger has no word of."""
    db = sqlite3.connect(path)
    db.row_factory = sqlite3.Row
    rows = {
        table: [
            {name: row[name] for name in row.keys() if row[name] is not None}  # noqa: SIM118 (a Row)
            for row in db.execute(f"SELECT * FROM {table} ORDER BY 1")  # noqa: S608
        ]
        for table in TABLES
    }
    db.close()
    return rows


OLDER = range(2, migrations.LATEST)


@pytest.mark.parametrize("version", OLDER)
def test_a_run_of_an_older_version_is_brought_up_to_date_for_review(
    path: Path, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    older(path, monkeypatch, version)
    before = content(path)
    with Ledger.review(path) as ledger:
        # It is not kept from whoever wants to run it.
        Ledger.write(path).close()
        settle(ledger, articles(ledger)[0].key, "fact:0")
        assert list(ledger.rows("PRAGMA user_version")) == [(migrations.LATEST,)]
    assert content(path) == before


@pytest.mark.parametrize("version", OLDER)
def test_facts_of_an_older_version_do_not_say_how_likely_they_are_until_they_are_decided(
    path: Path, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    older(path, monkeypatch, version)
    names = [name for name in FACT_COLUMNS if name.startswith("confidence")]
    query = f"SELECT {', '.join(names)} FROM reviewed_facts"  # noqa: S608 (names of ours)
    nothing = (None,) * len(names)
    with Ledger.review(path) as ledger:
        assert set(ledger.rows(query)) == {nothing}
        article = articles(ledger)[0]
        settle(ledger, article.key, "fact:0")
        decided = article.extraction.facts[0].to_record()
        assert set(ledger.rows(query)) == {nothing, tuple(decided[name] for name in names)}


def test_a_run_of_an_older_version_is_left_to_who_runs_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older(path, monkeypatch)
    lock = ledger_file.lock_beside(path)
    with pytest.raises(LedgerBusyError, match="another process"):
        Ledger.review(path)
    lock.release()
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA user_version").fetchone() == (2,)
    db.close()


@pytest.mark.parametrize("is_there", [False, True])
def test_there_is_nothing_to_review_without_a_run(path: Path, is_there: bool) -> None:
    if is_there:
        path.touch()
    with pytest.raises(LedgerError, match="batch"):
        Ledger.review(path)
    assert path.exists() == is_there
    assert not is_there or path.read_bytes() == b""


NOBODY = """
import os, sys
from uhc_llm.batch.ledger import Ledger
from tests.decided_run import accept_all, articles
if os.geteuid() == 0:  # root may write anywhere
    os.setuid(65534)
try:
    Ledger.review(sys.argv[1])
except Exception as error:
    print(type(error).__name__, error)
with Ledger.read(sys.argv[1]) as ledger:
    print(articles(ledger)[0].items)
    try:
        accept_all(ledger, articles(ledger)[0].key)
    except Exception as error:
        print(type(error).__name__, error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="folders are not read-only there")
@pytest.mark.parametrize("mode", [0o755, 0o555], ids=["file", "folder"])
def test_a_run_that_is_read_only_can_be_read_and_says_so(mode: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        one(folder / "run.db")
        (folder / "run.db").chmod(0o444)
        folder.chmod(mode)
        try:
            done = subprocess.run(
                [sys.executable, "-c", NOBODY, str(folder / "run.db")],
                capture_output=True,
                text=True,
                check=True,
                env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            )
        finally:
            folder.chmod(0o755)
    opened, items, decided = done.stdout.splitlines()
    assert opened.startswith("LedgerError")
    assert "cannot be written" in opened
    assert items == "(Item('fact:0', open),)"
    assert decided.startswith("LedgerError")
    assert "cannot be written" in decided
