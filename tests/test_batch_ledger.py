"""A ledger loses nothing, does nothing twice, and says what is wrong with its file."""

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from uhc_llm.batch import ledger_file, migrations
from uhc_llm.batch.keys import work_key
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.migrations import LATEST, Step, migrate
from uhc_llm.batch.rows import FACT_COLUMNS
from uhc_llm.batch.work import TRANSIENT, Attempt, Counts, InputProblem, Work
from uhc_llm.documents import Document
from uhc_llm.errors import (
    LedgerBusyError,
    LedgerError,
    LedgerVersionError,
    ServerError,
    UnusableAnswerError,
)
from uhc_llm.extraction import Extractor, Settings
from uhc_llm.schemas import Usage

CODE = Settings(None, "code")
AT = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
TEXTS = (
    "KOTA BATU - Cakupan JKN Kota Batu 98,4 persen per 1 Mei 2024.",
    "KABUPATEN SEMARANG - Peserta JKN 685 ribu jiwa.\nKabupaten Semarang telah meraih UHC.",
    "Tidak ada angka.",
)


def works(*texts: str, settings: str = "-") -> list[Work]:
    return [
        Work(
            work_key(text, None, settings),
            Document(text=text, id=f"a{number}", title=f"Judul {number}"),
            f"/corpus/a{number}.txt",
        )
        for number, text in enumerate(texts)
    ]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.db"


def filled(path: Path, *texts: str) -> tuple[Ledger, str, list[Work]]:
    ledger = Ledger.write(path)
    settings = ledger.note_settings(CODE)
    added = works(*(texts or TEXTS), settings=settings)
    ledger.add(added, settings)
    return ledger, settings, added


def done(work: Work, **more: object) -> Attempt:
    with Extractor(strategy="code") as extractor:
        extraction = extractor.extract(work.document)
    return Attempt(work.key, AT, AT, extraction=extraction, **more)  # type: ignore[arg-type]


def failed(work: Work, error: Exception) -> Attempt:
    return Attempt(work.key, AT, AT, error=error, requests=2)


def column(ledger: Ledger, query: str) -> list[object]:
    return [row[0] for row in ledger.rows(query)]


# --- documents and their states -------------------------------------------------------------------


def test_documents_wait_run_and_are_done(path: Path) -> None:
    ledger, settings, added = filled(path)
    with ledger:
        assert ledger.counts() == Counts(waiting=3)
        taken = ledger.claim(settings, 2)
        assert taken == added[:2]
        assert ledger.counts() == Counts(waiting=1, running=2)
        ledger.record([done(work) for work in taken])
        assert ledger.counts() == Counts(waiting=1, done=2)


def test_what_is_known_already_is_not_added_again(path: Path) -> None:
    ledger, settings, added = filled(path)
    with ledger:
        ledger.record([done(added[0])])
        more = works(*TEXTS, "Satu lagi: 5 persen.", settings=settings)
        assert ledger.add(more, settings) == ["done", "waiting", "waiting", None]
        assert ledger.counts().documents == 4


def test_the_same_text_twice_is_one_piece_of_work_with_two_sources(path: Path) -> None:
    ledger, settings, (first, *_) = filled(path)
    with ledger:
        ledger.add([first._replace(source="/other/copy.txt")], settings)
        assert ledger.counts().documents == 3
        query = "SELECT source FROM sources WHERE document_key = ? ORDER BY source"
        sources = [source for (source,) in ledger.rows(query, (first.key,))]
        assert sources == ["/corpus/a0.txt", "/other/copy.txt"]


def named(path: Path, *documents: tuple[Document, str]) -> tuple[object, ...]:
    """What the one document of a run is called after inputs of one text, once it is done."""
    path.unlink(missing_ok=True)
    with Ledger.write(path) as ledger:
        settings = ledger.note_settings(CODE)
        for document, source in documents:
            work = Work(work_key(document.text, None, settings), document, source)
            if ledger.add([work], settings) == [None]:
                ledger.record([done(work)])
        (row,) = ledger.rows("SELECT id, source, title, url, state FROM documents")
    return row


@pytest.mark.parametrize(
    ("first", "other"),
    [
        # The one with an address, then the first by its name.
        (("z", "https://z.example/"), ("a", None)),
        (("a", "https://z.example/"), ("z", "https://a.example/")),
        (("a", "https://a.example/"), ("a", "https://z.example/")),
        (("a", None), ("z", None)),
        (("a", None), ("a", None)),
        ((None, None), (None, None)),
    ],
)
def test_inputs_of_one_text_name_it_alike_in_any_order(
    path: Path, first: tuple[str | None, str | None], other: tuple[str | None, str | None]
) -> None:
    one = Document(text=TEXTS[0], title="1", id=first[0], url=first[1]), "/a.txt"
    two = Document(text=TEXTS[0], title="2", id=other[0], url=other[1]), "/b.txt"
    assert named(path, one, two) == named(path, two, one) == named(path, one, two, one)
    assert named(path, one, two)[2] == "1"


def test_a_source_whose_text_has_changed_answers_for_the_new_text(path: Path) -> None:
    ledger, settings, added = filled(path)
    with ledger:
        text = "Cakupan JKN Kota Batu 99 persen."
        newer = Work(work_key(text, None, settings), Document(text=text), added[0].source)
        ledger.add([newer], settings)
        query = "SELECT document_key FROM sources WHERE source = '/corpus/a0.txt'"
        assert column(ledger, query) == [newer.key]


def test_a_document_comes_back_as_it_was_given(path: Path) -> None:
    document = Document(
        text="Cakupan 98,4 persen.\n'; DROP TABLE documents; --",
        id="a/b",
        published=date(2024, 5, 1),
        title="Judul",
        url="https://example.com/a",
    )
    with Ledger.write(path) as ledger:
        settings = ledger.note_settings(CODE)
        ledger.add([Work("k", document, "x.txt")], settings)
        assert ledger.claim(settings, 1) == [Work("k", document, "x.txt")]


def test_documents_of_other_settings_are_not_claimed(path: Path) -> None:
    ledger, _, _ = filled(path)
    with ledger:
        other = ledger.note_settings(Settings("openai/x", "point"))
        assert ledger.claim(other, 10) == []


def test_what_a_dead_process_left_running_waits_again(path: Path) -> None:
    ledger, settings, added = filled(path)
    ledger.claim(settings, 3)
    ledger.close()
    with Ledger.write(path) as again:
        assert again.recover(keep={added[2].key}) == 2
        assert again.counts() == Counts(waiting=2, running=1)
        assert again.claim(settings, 3) == added[:2]


def test_what_is_let_go_of_waits_again_and_was_not_tried(path: Path) -> None:
    ledger, settings, _ = filled(path)
    with ledger:
        taken = ledger.claim(settings, 3)
        ledger.release(work.key for work in taken)
        assert ledger.counts() == Counts(waiting=3)
        assert ledger.totals().attempts == 0


# --- results --------------------------------------------------------------------------------------


def test_an_extraction_comes_back_whole(path: Path) -> None:
    ledger, _, added = filled(path)
    with ledger:
        attempts = [done(work) for work in added]
        ledger.record(attempts)
        assert [ledger.extraction(work.key) for work in added] == [a.extraction for a in attempts]
        assert ledger.extraction("none") is None


def test_facts_findings_declarations_and_unclaimed_numbers_have_rows(path: Path) -> None:
    ledger, _, added = filled(path)
    with ledger:
        ledger.record([done(work) for work in added])
        facts = list(ledger.rows("SELECT metric, value, region, mention, rejected FROM facts"))
        assert facts == [
            ("coverage_rate", 98.4, "Kota Batu", "98,4 persen", 0),
            ("participants", 685000, "Kabupaten Semarang", "685 ribu jiwa", 0),
        ]
        assert column(ledger, "SELECT status FROM declarations") == ["reached"]
        assert "no_number" in column(ledger, "SELECT rule FROM findings")
        assert "2024" in "".join(map(str, column(ledger, "SELECT mention FROM unclaimed")))


def test_how_likely_a_fact_is_stands_beside_it(path: Path) -> None:
    ledger, _, added = filled(path)
    names = [name for name in FACT_COLUMNS if name.startswith("confidence")]
    with ledger:
        attempt = done(added[0])
        ledger.record([attempt])
        assert attempt.extraction
        (record,) = attempt.extraction.to_records()
        (row,) = ledger.rows(f"SELECT {', '.join(names)} FROM facts")  # noqa: S608 (names of ours)
        assert row == tuple(record[name] for name in names)
        assert None not in row
        types = {name: type_ for _, name, type_, *_ in ledger.rows("PRAGMA table_info(facts)")}
        assert {types[name] for name in names} == {"REAL"}


def test_a_number_too_large_for_sqlite_keeps_its_digits(path: Path) -> None:
    text = "Anggaran JKN Kota Batu Rp 20.000.000 triliun pada 2024."
    ledger, _, added = filled(path, text)
    with ledger:
        ledger.record([done(added[0])])
        values = column(ledger, "SELECT value FROM facts UNION ALL SELECT value FROM unclaimed")
        assert "20000000000000000000" in values


def test_a_document_that_is_done_again_has_its_rows_once(path: Path) -> None:
    ledger, _, added = filled(path)
    with ledger:
        ledger.record([done(added[0])])
        ledger.record([done(added[0])])
        assert column(ledger, "SELECT count(*) FROM facts") == [1]
        assert column(ledger, "SELECT count(*) FROM attempts") == [2]


def test_attempts_are_written_all_or_none(path: Path) -> None:
    ledger, settings, added = filled(path)
    with ledger:
        ledger.claim(settings, 3)
        unknown = Attempt("no such document", AT, AT, error=ServerError("x"))
        with pytest.raises(LedgerError, match="FOREIGN KEY"):
            ledger.record([done(added[0]), unknown])
        assert ledger.counts() == Counts(running=3)


def test_the_totals_are_those_of_every_attempt(path: Path) -> None:
    ledger, _, (first, second, _) = filled(path)
    with ledger:
        usage = Usage(input_tokens=100, output_tokens=20, cached_tokens=50)
        ledger.record([done(first, requests=1, usage=usage, cost=0.25)])
        ledger.record([failed(second, ServerError("x"))])
        totals = ledger.totals()
        assert (totals.attempts, totals.requests, totals.usage) == (2, 3, usage)
        assert (totals.cost, totals.unpriced) == (0.25, 1)


# --- failures -------------------------------------------------------------------------------------


def test_what_failed_through_the_provider_can_be_told_from_what_failed_through_the_text(
    path: Path,
) -> None:
    ledger, settings, (first, second, _) = filled(path)
    with ledger:
        ledger.record([failed(first, ServerError("503")), failed(second, UnusableAnswerError("x"))])
        assert ledger.counts() == Counts(waiting=1, failed=2)
        assert ledger.retry_failed(settings, kinds=TRANSIENT) == 1
        assert ledger.counts() == Counts(waiting=2, failed=1)
        assert ledger.retry_failed(settings) == 1
        assert ledger.counts() == Counts(waiting=3)


def test_the_last_failure_of_a_document_is_the_one_that_counts(path: Path) -> None:
    ledger, settings, (first, *_) = filled(path)
    with ledger:
        ledger.record([failed(first, ServerError("503"))])
        ledger.record([failed(first, UnusableAnswerError("x"))])
        assert ledger.retry_failed(settings, kinds=TRANSIENT) == 0


def test_no_key_gets_into_a_ledger(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "my-very-secret-key")
    ledger, _, (first, *_) = filled(path)
    with ledger:
        ledger.record([failed(first, ServerError("sk-abcdefgh1234 my-very-secret-key \ud800"))])
        ledger.add_problems([InputProblem("a.csv", 3, "my-very-secret-key")])
    content = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"my-very-secret-key" not in content
    assert b"sk-abcdefgh1234" not in content


def test_inputs_that_cannot_be_read_are_remembered_once(path: Path) -> None:
    with Ledger.write(path) as ledger:
        for error in ("no text", "still no text"):
            ledger.add_problems([InputProblem("a.csv", 3, error), InputProblem("b.txt", 0, "x")])
        assert ledger.counts() == Counts(input_errors=2)
        assert "still no text" in column(ledger, "SELECT error FROM input_errors")


PROBLEMS = [("a.html", 0), *(("b.csv", line) for line in (0, 3, 4))]


@pytest.mark.parametrize(
    ("source", "mended"),
    [
        ("a.html", PROBLEMS[:1]),
        ("b.csv:3", PROBLEMS[1:3]),
        ("b.csv:9", PROBLEMS[1:2]),
        ("c.csv:3", []),
        (f"b.csv:{'9' * 40}", []),
    ],
)
def test_an_input_that_was_read_since_is_no_problem_any_more(
    path: Path, source: str, mended: list[tuple[str, int]]
) -> None:
    with Ledger.write(path) as ledger:
        ledger.add_problems(InputProblem(*place, "damaged") for place in PROBLEMS)
        settings = ledger.note_settings(Extractor(strategy="code").settings)
        work = Work("k" * 64, Document(text="Cakupan JKN 98 persen."), source)
        for state in (None, "waiting"):
            assert ledger.add([work], settings) == [state]
            left = set(ledger.rows("SELECT source, line FROM input_errors"))
            assert left == set(PROBLEMS) - set(mended)


# --- the file -------------------------------------------------------------------------------------

KILLED = """
import os, signal, sys
from tests.test_batch_ledger import filled, done, Path
ledger, settings, added = filled(Path(sys.argv[1]))
ledger.claim(settings, 3)
ledger.record([done(added[0])])
db = ledger._connection
db.execute("BEGIN IMMEDIATE")
db.execute("UPDATE documents SET state = 'done'")
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_process_that_is_killed_leaves_what_it_committed_and_no_lock(path: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED, path], check=False)
    with Ledger.write(path) as ledger:
        assert ledger.counts() == Counts(running=2, done=1)
        assert ledger.recover() == 2
        assert column(ledger, "PRAGMA integrity_check") == ["ok"]


def test_two_processes_cannot_write_one_ledger(path: Path) -> None:
    with Ledger.write(path), pytest.raises(LedgerBusyError, match="another process"):
        Ledger.write(path)
    Ledger.write(path).close()


def test_a_ledger_can_be_read_while_it_is_written(path: Path) -> None:
    ledger, _, added = filled(path)
    with ledger, Ledger.read(path) as reader:
        ledger.record([done(added[0])])
        assert reader.counts() == Counts(waiting=2, done=1)


def test_a_reader_cannot_write(path: Path) -> None:
    filled(path)[0].close()
    with Ledger.read(path) as reader, pytest.raises(LedgerError, match="cannot be written"):
        reader.note_settings(CODE._replace(model="openai/x"))


def test_a_missing_ledger_is_no_reason_to_make_one(path: Path) -> None:
    with pytest.raises(LedgerError, match="there is no run"):
        Ledger.read(path)
    assert not path.exists()


def test_a_ledger_of_a_newer_version_is_not_touched(path: Path) -> None:
    filled(path)[0].close()
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {LATEST + 1}")
    db.close()
    for opened in (Ledger.write, Ledger.read):
        with pytest.raises(LedgerVersionError, match="newer version"):
            opened(path)


def test_a_file_of_another_kind_is_not_touched(path: Path) -> None:
    path.write_bytes(b"region,value\nKota Batu,98.4\n" * 200)
    before = path.read_bytes()
    for opened in (Ledger.write, Ledger.read):
        with pytest.raises(LedgerError, match="is no run"):
            opened(path)
    assert path.read_bytes() == before


def test_a_database_of_another_program_is_not_touched(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE bookmarks (url TEXT)")
    db.commit()
    db.close()
    before = path.read_bytes()
    for opened in (Ledger.write, Ledger.read):
        with pytest.raises(LedgerError, match="another program"):
            opened(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["", "missing/run.db"])
def test_a_place_that_cannot_hold_a_ledger_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(LedgerError, match="folder"):
        Ledger.write(tmp_path / name)


NOBODY = """
import os, sys
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.rows import insert_extraction
if os.geteuid() == 0:  # root may write anywhere
    os.setuid(65534)
for opened in (Ledger.write, Ledger.read):
    try:
        with opened(sys.argv[1]) as ledger:
            print(ledger.counts().waiting)
    except Exception as error:
        print(type(error).__name__, error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="folders are not read-only there")
def test_in_a_read_only_folder_a_ledger_can_be_read_and_writing_says_what_to_do() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        filled(folder / "run.db")[0].close()
        (folder / "run.db.lock").unlink()
        folder.chmod(0o555)
        try:
            asked = [sys.executable, "-c", NOBODY, str(folder / "run.db")]
            said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
        finally:
            folder.chmod(0o755)
    written, read = said.splitlines()
    assert written.startswith("LedgerError")
    assert "--run" in written
    assert read == "3"


def test_a_full_disk_is_an_error_and_loses_nothing_committed(path: Path) -> None:
    ledger, settings, added = filled(path)
    with ledger:
        ledger.record([done(added[0])])
        (pages,) = next(ledger.rows("PRAGMA page_count"))
        ledger._connection.execute(f"PRAGMA max_page_count = {pages}")  # noqa: SLF001
        text = "Cakupan 98,4 persen. " * 9000
        with pytest.raises(LedgerError, match="no room left"):
            ledger.add(works(text, settings=settings), settings)
        assert ledger.counts() == Counts(waiting=2, done=1)
        assert column(ledger, "PRAGMA integrity_check") == ["ok"]


def replace(path: Path) -> None:
    path.with_suffix(".other").write_bytes(path.read_bytes())
    path.with_suffix(".other").replace(path)


def move(path: Path) -> None:
    path.rename(path.with_suffix(".moved"))


@pytest.mark.skipif(os.name != "posix", reason="elsewhere a file that is open stays where it is")
@pytest.mark.parametrize("change", [Path.unlink, replace, move])
def test_nothing_is_written_to_a_file_that_is_gone(
    change: Callable[[Path], None], path: Path
) -> None:
    ledger, _, added = filled(path)
    with ledger:
        change(path)
        with pytest.raises(LedgerError, match="deleted, moved or replaced while it was open"):
            ledger.record([done(added[0])])


@pytest.mark.skipif(os.name != "posix", reason="elsewhere a file that is open stays where it is")
def test_a_file_that_is_put_back_is_written_to_again(path: Path) -> None:
    ledger, settings, added = filled(path)
    with ledger:
        move(path)
        path.with_suffix(".moved").rename(path)
        ledger.claim(settings, 1)
        ledger.record([done(added[0])])
        assert ledger.counts().done == 1


def test_another_working_folder_is_no_other_file(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ledger, settings, _ = filled(Path(path.name))
    with ledger:
        (tmp_path / "elsewhere").mkdir()
        monkeypatch.chdir("elsewhere")
        assert ledger.claim(settings, 1)


# --- migrations -----------------------------------------------------------------------------------


def test_migrations_are_numbered_without_gaps() -> None:
    assert [step.number for step in migrations.STEPS] == list(range(1, LATEST + 1))


@pytest.mark.parametrize("version", range(1, LATEST))
def test_a_ledger_of_any_older_version_gets_the_tables_of_a_new_one(
    path: Path, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(migrations, "STEPS", migrations.STEPS[:version])
        before.setattr(ledger_file, "LATEST", version)
        Ledger.write(path).close()
    new = path.with_name("new.db")
    for each in (path, new):
        Ledger.write(each).close()
    with Ledger.read(path) as older, Ledger.read(new) as newer:
        tables = "SELECT name, sql FROM sqlite_schema ORDER BY name"
        assert list(older.rows(tables)) == list(newer.rows(tables))


def test_a_migration_that_fails_leaves_the_tables_as_they_were(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Step(LATEST + 1, "broken", "CREATE TABLE more (x INTEGER) STRICT; SELECT nonsense;")
    filled(path)[0].close()
    db = sqlite3.connect(path, isolation_level=None)
    monkeypatch.setattr(migrations, "STEPS", (*migrations.STEPS, broken))
    with pytest.raises(sqlite3.OperationalError):
        migrate(db)
    assert db.execute("PRAGMA user_version").fetchone() == (LATEST,)
    assert db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'more'").fetchone() is None
    db.close()
