"""What happens to one block: keys, what is missing of them, an Extractor, and a file."""

import asyncio
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, Protocol

from uhc_llm import _background
from uhc_llm.batch.keys import work_key
from uhc_llm.batch.ledger_file import now, stamp
from uhc_llm.batch.ray_engine.parts import Parts, PartState
from uhc_llm.batch.tables import Columns, Row, document_of, jsonl_rows
from uhc_llm.batch.work import LASTING, why_unreadable
from uhc_llm.documents import Document
from uhc_llm.errors import UhcLlmError
from uhc_llm.extraction import Extractor
from uhc_llm.llm.transport.redaction import redact

__all__ = ["LINE", "NUMBER", "PATH", "Claim", "Keys", "Task", "Worker", "lines_of"]

PATH: Final = "path"
"""The column in which Ray Data says which file a row is from."""
LINE: Final = "line of JSON"
"""The column of a row that is still a line of JSONL, and that of its number, from 1."""
NUMBER: Final = "number of the line"


def lines_of(file: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The lines of a file that Ray Data has read whole; empty ones are none."""
    for number, line in enumerate(io.BytesIO(file["bytes"]), 1):
        if line.strip():
            yield {LINE: line, NUMBER: number, PATH: file[PATH]}


class Claim(Protocol):
    """Says which of a block's keys the block is to do."""

    def __call__(self, block: str, keys: Sequence[str]) -> list[bool]:
        """For each key whether no other block has it, nor any run before."""
        ...


class Keys:
    """Every key there is, and which block does it; lives as one actor beside the driver.

    Args:
        done: the keys that are done.
    """

    def __init__(self, done: Iterable[str]) -> None:
        self._blocks = dict.fromkeys(done, "")

    def claim(self, block: str, keys: Sequence[str]) -> list[bool]:
        """For each key whether it is for this block, also when the block is done again."""
        return [self._blocks.setdefault(key, block) == block for key in keys]

    def claimed(self) -> set[str]:
        """The blocks that have anything to do."""
        return {block for block in self._blocks.values() if block}


class Task(NamedTuple):
    """What every worker is told.

    Attributes:
        make_extractor: makes its extractor, on its machine.
        settings: the hash of that one's settings.
        columns: how the inputs call what is read.
        parts: where files go.
        run: when the run began, as files say it.
        at_once: how many documents a worker is at at a time.
    """

    make_extractor: Callable[[], Extractor]
    settings: str
    columns: Columns
    parts: Parts
    run: str
    at_once: int


class _Item(NamedTuple):
    key: str
    source: str
    document: Document | None
    problem: str = ""


class Worker:
    """An extractor, and what it does to blocks."""

    def __init__(self, task: Task, claim: Claim) -> None:
        self._task = task
        self._claim = claim
        self._extractor = task.make_extractor()

    def __call__(self, block: Any) -> dict[str, list[Any]]:  # noqa: ANN401 (pyarrow carries no types)
        """Do what is missing of a block, and write it.

        Args:
            block: a table of pyarrow's.

        Returns:
            How many documents are done, failed, unreadable, and known already, as one row; with an
            error where it is one that every other document would meet too. (An exception would
            come to the driver without its cause.)
        """
        items = {item.key: item for item in self._items(block.to_pylist())}
        name = hashlib.sha256("".join(items).encode()).hexdigest()[:32]
        ours = self._claim(name, list(items))
        todo = [item for item, mine in zip(items.values(), ours, strict=True) if mine]
        file = self._task.parts.name(self._task.run, name)
        states: list[PartState] = []
        if todo and not self._task.parts.has(file):
            try:
                rows = _background.run(self._read(todo))
            except LASTING as error:
                return _row(known=0, error=error)
            self._task.parts.write(file, rows)
            states = [row["state"] for row in rows]
        return _row(states, known=block.num_rows - len(states))

    # --- what is in a block -------------------------------------------------------------------

    def _items(self, rows: Iterable[Mapping[str, Any]]) -> Iterator[_Item]:
        for cells in rows:
            path = str(cells.get(PATH) or "row")
            yield self._item(_parsed(cells, self._task.columns), path)

    def _item(self, row: Row, path: str) -> _Item:
        place = f"{path}:{row.line}" if row.line else path
        try:
            document = document_of(row, self._task.columns, default_id="")
        except Exception as error:  # noqa: BLE001 (one bad row never stops the rest)
            problem = why_unreadable(place, error)
            said = f"{place}\0{sorted(row.cells.items(), key=str)}\0{problem}"
            key = hashlib.sha256(said.encode(errors="replace")).hexdigest()
            return _Item(key, place, None, problem)
        key = work_key(document.text, document.published, self._task.settings)
        if not document.id:
            document = document.model_copy(update={"id": key[:12]})
        # A table that says nothing of lines has ids at least.
        return _Item(key, place if row.line else f"{path}#{document.id}", document)

    # --- what comes of it ---------------------------------------------------------------------

    async def _read(self, items: Iterable[_Item]) -> list[dict[str, Any]]:
        turn = asyncio.Semaphore(self._task.at_once)

        async def read(item: _Item) -> dict[str, Any]:
            async with turn:
                return await self._row(item)

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(read(item)) for item in items]
        except ExceptionGroup as several:
            raise several.exceptions[0] from None
        return [task.result() for task in tasks]

    async def _row(self, item: _Item) -> dict[str, Any]:
        """A row, whatever becomes of the document.

        Raises:
            UhcLlmError: one of those that every other document would meet too.
        """
        row: dict[str, Any] = {
            "key": item.key,
            "source": item.source,
            "settings": self._task.settings,
        }
        started = stamp(now())
        document = item.document
        if document is None:
            return row | _outcome("unreadable", started) | {"error": item.problem}
        row |= {
            "id": document.id,
            "published": document.published and document.published.isoformat(),
            "title": document.title,
            "url": document.url,
            "text": document.text,
        }
        try:
            extraction = await self._extractor.aextract(document, looks_first=True)
        except LASTING:
            raise
        except Exception as error:  # noqa: BLE001 (one bad document never stops the rest)
            requests, _, given, taken, cached = getattr(error, "spent", UhcLlmError.spent)
            return (
                row
                | _outcome("failed", started)
                | {"error_kind": type(error).__name__, "error": redact(str(error))}
                | _cost(requests, given, taken, cached)
            )
        made = extraction.provenance
        usage = made.usage
        return (
            row
            | _outcome("done", started)
            | {"model": made.answered_by, "extraction": extraction.model_dump_json()}
            | _cost(made.requests, usage.input_tokens, usage.output_tokens, usage.cached_tokens)
        )


def _row(
    states: Sequence[PartState] = (), *, known: int, error: Exception | None = None
) -> dict[str, list[Any]]:
    return {
        "done": [states.count("done")],
        "failed": [states.count("failed")],
        "unreadable": [states.count("unreadable")],
        "known": [known],
        "error_kind": [type(error).__name__ if error else ""],
        "error": [str(error) if error else ""],
    }


def _parsed(cells: Mapping[str, Any], columns: Columns) -> Row:
    if LINE not in cells:
        return Row(0, cells)
    row = next(jsonl_rows(io.BytesIO(cells[LINE]), columns))
    return row._replace(line=cells[NUMBER])


def _outcome(state: PartState, started: str) -> dict[str, Any]:
    return {"state": state, "started_at": started, "ended_at": stamp(now()), **_cost()}


def _cost(requests: int = 0, given: int = 0, taken: int = 0, cached: int = 0) -> dict[str, int]:
    return {
        "requests": requests,
        "input_tokens": given,
        "output_tokens": taken,
        "cached_tokens": cached,
    }
