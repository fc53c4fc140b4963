"""A run on many machines: what happens to a block, what is in the files, and one run on Ray."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.decided_run import settle
from tests.fake_provider import FakeProvider, answer, refuse
from uhc_llm import Extractor, aextract
from uhc_llm.batch.decisions import history
from uhc_llm.batch.keys import settings_hash, settings_json, work_key
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.ray_engine import Parts, merge_parts
from uhc_llm.batch.ray_engine.parts import COLUMNS
from uhc_llm.batch.ray_engine.worker import LINE, NUMBER, PATH, Keys, Task, Worker, lines_of
from uhc_llm.batch.reviewed import reviewed_articles
from uhc_llm.batch.tables import Columns
from uhc_llm.cli.app import app
from uhc_llm.errors import ConfigurationError
from uhc_llm.panel import write_panel

pyarrow = pytest.importorskip("pyarrow", reason="the extra `ray` is not installed")

CODE = partial(Extractor, strategy="code")
SETTINGS = CODE().settings
HASH = settings_hash(SETTINGS)
TEXTS = (
    "Kepesertaan JKN di Kota Semarang mencapai 98,5 persen.",
    "Sebanyak 685.000 jiwa di Kabupaten Kudus terdaftar sebagai peserta JKN.",
    "Warga menyambut baik program JKN.",
)
ROWS = [
    {"id": f"a{n}", "text": text, "published": "2024-05-31", PATH: "/in/a.parquet"}
    for n, text in enumerate(TEXTS)
]


def worker(
    parts: Parts,
    keys: Keys | None = None,
    make: Callable[[], Extractor] = CODE,
    run: str = "20240531T000000",
) -> Worker:
    task = Task(make, settings_hash(make().settings), Columns(), parts, run, at_once=2)
    return Worker(task, (keys or Keys(())).claim)


def block(rows: Sequence[Mapping[str, Any]]) -> Any:
    return pyarrow.Table.from_pylist(list(rows))


def counts(done: int = 0, failed: int = 0, unreadable: int = 0, known: int = 0) -> dict[str, Any]:
    told = {"done": [done], "failed": [failed], "unreadable": [unreadable], "known": [known]}
    return {**told, "error_kind": [""], "error": [""]}


@pytest.fixture(params=["parquet", "jsonl"])
def parts(tmp_path: Path, request: pytest.FixtureRequest) -> Parts:
    return Parts(tmp_path / "out", kind=request.param)


# --- a block -------------------------------------------------------------------------------------


def test_a_block_becomes_a_file_with_everything_that_came_out(parts: Parts) -> None:
    assert worker(parts)(block(ROWS)) == counts(done=3)
    rows = list(parts.rows())
    assert [list(row) for row in rows] == [list(COLUMNS)] * 3
    assert [row["key"] for row in rows] == [
        work_key(text, date(2024, 5, 31), HASH) for text in TEXTS
    ]
    assert [row["source"] for row in rows] == [f"/in/a.parquet#a{n}" for n in range(3)]
    found = json.loads(rows[0]["extraction"])
    assert found["facts"][0]["metric"] == "coverage_rate"
    assert {"rejected", "unclaimed", "findings", "provenance"} <= set(found)


def test_a_block_that_is_done_again_is_neither_asked_again_nor_there_twice(parts: Parts) -> None:
    keys = Keys(())
    assert worker(parts, keys)(block(ROWS)) == counts(done=3)
    assert worker(parts, keys)(block(ROWS)) == counts(known=3)
    assert len(list(parts.rows())) == 3


def test_a_text_that_stands_in_two_blocks_or_twice_in_one_is_done_once(parts: Parts) -> None:
    keys = Keys(())
    assert worker(parts, keys)(block([*ROWS[:2], ROWS[0]])) == counts(done=2, known=1)
    assert worker(parts, keys)(block(ROWS[1:])) == counts(done=1, known=1)
    assert len(parts.states()) == len(list(parts.rows())) == 3


def test_a_second_run_does_what_is_missing(parts: Parts) -> None:
    worker(parts)(block(ROWS[:2]))
    later = worker(parts, Keys(parts.states()), run="20240601T000000")
    assert later(block(ROWS)) == counts(done=1, known=2)
    assert [name[:15] for name in parts.names()] == ["20240531T000000", "20240601T000000"]


def test_rows_that_are_no_documents_are_kept_with_the_reason(parts: Parts) -> None:
    content = b'{"text": "98,5 persen"}\n\n{"text": \n{"judul": "x"}\n\xff\n'
    rows = list(lines_of({"bytes": content, PATH: "/in/a.jsonl"}))
    assert [row[NUMBER] for row in rows] == [1, 3, 4, 5]
    assert all(set(row) == {LINE, NUMBER, PATH} for row in rows)
    assert worker(parts)(block(rows)) == counts(done=1, unreadable=3)
    said = {row["source"]: row["error"] for row in parts.rows() if row["state"] == "unreadable"}
    assert list(said) == ["/in/a.jsonl:3", "/in/a.jsonl:4", "/in/a.jsonl:5"]
    assert "no JSON" in said["/in/a.jsonl:3"]
    assert "no column for the text" in said["/in/a.jsonl:4"]
    assert "not in UTF-8" in said["/in/a.jsonl:5"]


def test_a_row_that_nobody_foresaw_does_not_stop_the_rest(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_options: object) -> None:
        raise OverflowError("too large")

    monkeypatch.setattr("uhc_llm.batch.ray_engine.worker.document_of", broken)
    assert worker(parts)(block(ROWS[:1])) == counts(unreadable=1)
    (row,) = parts.rows()
    assert "(OverflowError: too large)" in row["error"]


def test_a_line_separator_inside_a_text_does_not_end_a_line() -> None:
    content = '{"text": "satu\u2028dua"}\n'.encode()
    (row,) = lines_of({"bytes": content, PATH: "p"})
    assert json.loads(row[LINE]) == {"text": "satu\u2028dua"}


def test_a_document_that_fails_is_kept_with_what_it_cost(parts: Parts) -> None:
    with FakeProvider() as provider:
        provider.will(answer("no", tokens=(100, 5, 0)), refuse(400, "too bad sk-abcdefghijkl"))
        make = partial(Extractor, "openai/m", api_key="k", base_url=provider.url)
        assert worker(parts, make=make)(block(ROWS[:1])) == counts(failed=1)
    (row,) = parts.rows()
    assert (row["error_kind"], row["requests"], row["input_tokens"]) == (
        "RequestRefusedError",
        2,
        100,
    )
    assert "too bad [redacted]" in row["error"]
    assert row["extraction"] is None


def test_a_wrong_key_ends_the_run_and_marks_nothing_failed(parts: Parts) -> None:
    with FakeProvider() as provider:
        provider.will(*[refuse(401, "wrong key", code="invalid_api_key")] * 2)
        make = partial(Extractor, "openai/m", api_key="k", base_url=provider.url)
        said = worker(parts, make=make)(block(ROWS[:2]))
    assert said["error_kind"] == ["AuthenticationError"]
    assert "wrong key" in said["error"][0]
    assert parts.names() == []


# --- the folder ----------------------------------------------------------------------------------


def test_what_is_half_written_is_no_part(parts: Parts, tmp_path: Path) -> None:
    assert parts.names() == []
    worker(parts)(block(ROWS[:1]))
    (tmp_path / "out" / ".half.tmp").write_bytes(b"PAR1")
    assert len(parts.names()) == 1


def test_any_file_system_of_pyarrow_s_will_do(tmp_path: Path) -> None:
    from pyarrow.fs import LocalFileSystem, SubTreeFileSystem

    inside = Parts("run", filesystem=SubTreeFileSystem(str(tmp_path), LocalFileSystem()))
    worker(inside)(block(ROWS))
    assert len(Parts((tmp_path / "run").as_uri()).states()) == 3


@pytest.mark.parametrize("out", ["ftp://x/y", "xyz://a"])
def test_a_place_that_is_none_is_told(out: str) -> None:
    with pytest.raises(ConfigurationError, match="no file system that pyarrow knows"):
        Parts(out)


def test_a_kind_of_file_that_is_not_written_is_told(tmp_path: Path) -> None:
    kind: Any = "csv"
    with pytest.raises(ConfigurationError, match="'csv'"):
        Parts(tmp_path, kind=kind)


# --- into a ledger -------------------------------------------------------------------------------


def test_parts_become_a_ledger_and_a_second_time_only_what_is_new(
    parts: Parts, tmp_path: Path
) -> None:
    parts.write_settings(HASH, settings_json(SETTINGS))
    lines = lines_of({"bytes": b"{", PATH: "/in/b.jsonl"})
    worker(parts)(block(ROWS[:2]))
    worker(parts, run="20240601T000000")(block(list(lines)))
    with Ledger.write(tmp_path / "run.db") as ledger:
        assert merge_parts(parts, ledger) == 2
        assert merge_parts(parts, ledger) == 0
        worker(parts, Keys(parts.states()), run="20240602T000000")(block(ROWS))
        assert merge_parts(parts, ledger) == 1
        assert ledger.counts(HASH)[:4] == (0, 0, 3, 0)
        assert list(ledger.rows("SELECT source, line FROM input_errors")) == [("/in/b.jsonl", 1)]
        key = work_key(TEXTS[0], date(2024, 5, 31), HASH)
        found = ledger.extraction(key)
        assert found is not None
        assert [str(fact.value) for fact in found.facts] == ["98.5"]
        (row,) = ledger.rows("SELECT id, title, published FROM documents WHERE key = ?", (key,))
        assert row == ("a0", None, "2024-05-31")


def test_a_row_that_was_mended_in_a_later_run_is_no_problem_any_more(
    parts: Parts, tmp_path: Path
) -> None:
    parts.write_settings(HASH, settings_json(SETTINGS))
    broken = b'{\n{"text": "98,5 persen"}\n{'
    mended = b'{"text": "97,5 persen"}\n{"text": "98,5 persen"}\n{'
    worker(parts)(block(list(lines_of({"bytes": broken, PATH: "/in/b.jsonl"}))))
    later = worker(parts, Keys(parts.states()), run="20240602T000000")
    later(block(list(lines_of({"bytes": mended, PATH: "/in/b.jsonl"}))))
    with Ledger.write(tmp_path / "run.db") as ledger:
        for _ in range(2):
            merge_parts(parts, ledger)
            assert list(ledger.rows("SELECT source, line FROM input_errors")) == [
                ("/in/b.jsonl", 3)
            ]


def test_what_failed_and_was_mended_later_is_done_in_the_ledger(
    parts: Parts, tmp_path: Path
) -> None:
    with FakeProvider() as provider, Ledger.write(tmp_path / "run.db") as ledger:
        make = partial(Extractor, "openai/m", strategy="quote", api_key="k", base_url=provider.url)
        settings = make().settings
        parts.write_settings(settings_hash(settings), settings_json(settings))
        provider.will(refuse(400, "not now"), answer('{"facts": []}'))
        assert worker(parts, make=make)(block(ROWS[:1])) == counts(failed=1)
        assert merge_parts(parts, ledger) == 1
        assert ledger.counts().failed == 1
        later = worker(parts, make=make, run="20240602T000000")
        assert later(block(ROWS[:1])) == counts(done=1)
        assert merge_parts(parts, ledger) == 1
        assert ledger.counts()[:4] == (0, 0, 1, 0)
        kinds = [kind for (kind,) in ledger.rows("SELECT error_kind FROM attempts ORDER BY id")]
        assert kinds == ["RequestRefusedError", None]
        assert merge_parts(parts, ledger) == 0


def test_what_reviewers_decided_is_there_after_a_further_merge(
    parts: Parts, tmp_path: Path
) -> None:
    parts.write_settings(HASH, settings_json(SETTINGS))
    worker(parts)(block(ROWS[:1]))
    with Ledger.write(tmp_path / "run.db") as ledger:
        merge_parts(parts, ledger)
        key = work_key(TEXTS[0], date(2024, 5, 31), HASH)
        settle(ledger, key, "fact:0", "reject")
        worker(parts, Keys(parts.states()), run="20240602T000000")(block(ROWS))
        assert merge_parts(parts, ledger) == 2
        assert [each.item for each in history(ledger)] == ["fact:0"]
        assert {article.key: article.facts == () for article in reviewed_articles(ledger)}[key]


def test_a_merged_document_is_what_a_direct_one_is(parts: Parts, tmp_path: Path) -> None:
    import asyncio

    worker(parts)(block(ROWS[:1]))
    (row,) = parts.rows()
    direct = asyncio.run(aextract(TEXTS[0], published=date(2024, 5, 31), strategy="code"))
    assert json.loads(row["extraction"]) | {"id": None} == json.loads(direct.model_dump_json())


# --- on Ray --------------------------------------------------------------------------------------


RUN = """
import json, sys
from functools import partial
from uhc_llm import Extractor
from uhc_llm.batch.ray_engine import run_ray
from uhc_llm.errors import UhcLlmError

import ray
ray.init("local", num_cpus=2, object_store_memory=80_000_000, log_to_driver=False)
folder, url = sys.argv[1:]
CODE = partial(Extractor, strategy="code")

def run(inputs, out, make=CODE, **options):
    try:
        return run_ray(inputs, out, make, block=4, **options)._asdict()
    except UhcLlmError as error:
        return f"{type(error).__name__}: {error}"

wrong = partial(Extractor, "openai/m", api_key="sk-wrong-key", base_url=url)
print(json.dumps([
    run([f"{folder}/in.jsonl"], f"{folder}/out"),
    run([f"{folder}/more"], f"{folder}/out"),
    run([f"{folder}/in.jsonl"], f"{folder}/wrong", wrong),
    run([f"{folder}/in.jsonl", f"{folder}/more"], f"{folder}/out"),
]))
"""


@pytest.mark.skipif(find_spec("ray") is None, reason="the extra `ray` is not installed")
@pytest.mark.skipif(
    not os.environ.get("UHC_LLM_TEST_RAY"),
    reason="starts a Ray cluster, which takes half a minute; UHC_LLM_TEST_RAY=1 runs it",
)
def test_ray_deals_out_blocks_and_a_second_run_does_what_is_missing(tmp_path: Path) -> None:
    from pyarrow import parquet

    texts = [f"Kepesertaan JKN di Kota Semarang mencapai {n},5 persen." for n in range(20)]
    lines = [json.dumps({"text": text}) for text in texts[:12]] + ["{"]
    (tmp_path / "in.jsonl").write_text("\n".join(lines))
    (tmp_path / "more").mkdir()
    rows = [{"text": text, "id": str(n), "other": 1} for n, text in enumerate(texts)]
    parquet.write_table(block(rows), tmp_path / "more" / "a.parquet")
    with FakeProvider() as provider:
        provider.will(*[refuse(401, "wrong key", code="invalid_api_key")] * 99)
        # A process of its own: Ray warns, opens sockets and starts threads as it likes.
        done = subprocess.run(
            [sys.executable, "-c", RUN, str(tmp_path), provider.url],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    first, second, wrong, mixed = json.loads(
        next(line for line in done.stdout.splitlines() if line.startswith("[{"))
    )
    assert first == {"done": 12, "failed": 0, "unreadable": 1, "known": 0}
    assert second == {"done": 8, "failed": 0, "unreadable": 0, "known": 12}
    assert wrong.startswith("AuthenticationError: openai/m: wrong key")
    assert mixed.startswith("InputError: Parquet and JSONL cannot be read in one run")
    parts = Parts(tmp_path / "out")
    assert len(list(parts.rows())) == len(parts.states()) == 21
    assert list(parts.settings()) == [HASH]
    # No document was marked; the row that is none may be written by then.
    assert set(Parts(tmp_path / "wrong").states().values()) <= {"unreadable"}


def test_the_panel_of_what_was_merged_is_that_of_a_run_on_one_machine(
    parts: Parts, tmp_path: Path
) -> None:
    inputs = tmp_path / "in.jsonl"
    inputs.write_text("".join(json.dumps(row) + "\n" for row in ROWS), "utf-8")
    arguments = ["batch", str(inputs), "--run", str(tmp_path / "one.db"), "--strategy", "code"]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    parts.write_settings(HASH, settings_json(SETTINGS))
    for row in reversed(ROWS):
        worker(parts)(block([row]))
    with Ledger.write(tmp_path / "many.db") as ledger:
        merge_parts(parts, ledger)
    one, many = (
        [
            path.read_bytes()
            for path in write_panel(tmp_path / f"{name}.db", tmp_path / f"{name}.csv").files
        ]
        for name in ("one", "many")
    )
    assert one == many
    assert b"98.5" in b"".join(one)
