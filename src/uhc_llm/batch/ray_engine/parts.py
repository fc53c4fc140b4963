"""The files of a run on many machines, on any file system that pyarrow knows.

    OUT/settings-HASH.json      what decides the results
    OUT/RUN-BLOCK.parquet       a row for each document of a block; or .jsonl

RUN is the time at which a run began, so that names are in order, and the last row of a key counts.
"""

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, get_args

from uhc_llm.errors import ConfigurationError, MissingExtraError

__all__ = ["COLUMNS", "Kind", "PartState", "Parts", "Row", "place"]

Kind = Literal["parquet", "jsonl"]
PartState = Literal["done", "failed", "unreadable"]

COLUMNS: Final[Mapping[str, Literal["string", "int64"]]] = {
    "key": "string",
    "state": "string",
    "id": "string",
    "source": "string",
    "published": "string",
    "title": "string",
    "url": "string",
    "text": "string",
    "settings": "string",
    "started_at": "string",
    "ended_at": "string",
    "error_kind": "string",
    "error": "string",
    "model": "string",
    "requests": "int64",
    "input_tokens": "int64",
    "output_tokens": "int64",
    "cached_tokens": "int64",
    "extraction": "string",
}
"""What a row has, and of which type; `extraction` is an `Extraction` as JSON."""

Row = Mapping[str, Any]


class Place(NamedTuple):
    """A folder on a file system of pyarrow's."""

    filesystem: Any
    path: str


class Parts:
    """The folder of a run.

    Args:
        out: a folder on this machine, or a URI such as s3://bucket/run.
        kind: of the files that are written; both are read.
        filesystem: one of pyarrow's, where the URI does not say all that is needed.

    Raises:
        ConfigurationError: there is no such file system, or no such kind of file.
    """

    def __init__(
        self,
        out: str | Path,
        *,
        kind: Kind = "parquet",
        filesystem: Any = None,  # noqa: ANN401
    ) -> None:
        if kind not in get_args(Kind):
            raise ConfigurationError(
                f"kind {kind!r} of file is none of {', '.join(get_args(Kind))}"
            )
        self._kind: Kind = kind
        self._place = place(str(out), filesystem)

    def __repr__(self) -> str:
        return f"Parts({self._place.path!r}, kind={self._kind!r})"

    # --- writing ------------------------------------------------------------------------------

    def name(self, run: str, block: str) -> str:
        """What the file of a block is called."""
        return f"{run}-{block}.{self._kind}"

    def has(self, name: str) -> bool:
        """Whether a file is there, whole."""
        (info,) = self._place.filesystem.get_file_info([self._at(name)])
        return bool(info.is_file)

    def write(self, name: str, rows: Sequence[Row]) -> None:
        """Write a file; it is there whole, or not at all."""
        self._write(name, _parquet(rows) if self._kind == "parquet" else _jsonl(rows))

    def write_settings(self, hash_: str, settings: str) -> None:
        """Write what decides the results, as JSON."""
        name = f"settings-{hash_}.json"
        if not self.has(name):
            self._write(name, settings.encode())

    def _write(self, name: str, content: Any) -> None:  # noqa: ANN401 (a buffer)
        filesystem, path = self._place
        filesystem.create_dir(path, recursive=True)
        # Two may be at the same file, where a machine was given up that is still at work.
        temporary = self._at(f".{uuid.uuid4().hex}.tmp")
        with filesystem.open_output_stream(temporary) as stream:
            stream.write(content)
        filesystem.move(temporary, self._at(name))

    # --- reading ------------------------------------------------------------------------------

    def names(self) -> list[str]:
        """The files of all runs so far, the oldest first."""
        return [name for name in self._files() if name.endswith(get_args(Kind))]

    def settings(self) -> dict[str, str]:
        """What decides the results, as JSON, by its hash."""
        found = [name for name in self._files() if name.startswith("settings-")]
        return {
            name.removeprefix("settings-").removesuffix(".json"): self._read(name).decode()
            for name in found
        }

    def rows(self, columns: Sequence[str] | None = None, *, run: str = "") -> Iterator[Row]:
        """Every row of every file, the oldest file first.

        Args:
            columns: at least these; None is all.
            run: of this run only.
        """
        for name in self.names():
            if name.startswith(run):
                yield from self._rows(name, columns)

    def states(self, *, run: str = "") -> dict[str, PartState]:
        """How the work of each key stands, after all runs or by this one."""
        return {row["key"]: row["state"] for row in self.rows(("key", "state"), run=run)}

    def _rows(self, name: str, columns: Sequence[str] | None) -> Iterable[Row]:
        if name.endswith(".parquet"):
            from pyarrow import parquet

            with self._place.filesystem.open_input_file(self._at(name)) as file:
                rows: list[Row] = parquet.read_table(
                    file, columns=columns and list(columns)
                ).to_pylist()
                return rows
        return map(json.loads, self._read(name).splitlines())

    def _read(self, name: str) -> bytes:
        with self._place.filesystem.open_input_stream(self._at(name)) as stream:
            return bytes(stream.read())

    def _files(self) -> list[str]:
        from pyarrow.fs import FileSelector

        selector = FileSelector(self._place.path, allow_not_found=True)
        found = self._place.filesystem.get_file_info(selector)
        return sorted(i.base_name for i in found if i.is_file and not i.base_name.startswith("."))

    def _at(self, name: str) -> str:
        return f"{self._place.path}/{name}"


def place(out: str, filesystem: Any) -> Place:  # noqa: ANN401
    """Where a folder is that a user names.

    Raises:
        ConfigurationError: on no file system that pyarrow knows.
    """
    try:
        from pyarrow.fs import FileSystem
    except ImportError as error:
        raise MissingExtraError("--engine ray", "ray") from error
    if filesystem is not None:
        return Place(filesystem, out.rstrip("/"))
    try:
        return Place(*FileSystem.from_uri(out if "://" in out else str(Path(out).absolute())))
    except (ValueError, OSError) as error:
        raise ConfigurationError(
            f"{out!r} is on no file system that pyarrow knows: {error}. Name a folder, or a URI "
            "that begins with file://, s3://, gs:// or hdfs://"
        ) from error


def _parquet(rows: Sequence[Row]) -> Any:  # noqa: ANN401
    import pyarrow
    from pyarrow import parquet

    schema = pyarrow.schema([(name, getattr(pyarrow, type_)()) for name, type_ in COLUMNS.items()])
    sink = pyarrow.BufferOutputStream()
    parquet.write_table(pyarrow.Table.from_pylist(list(rows), schema), sink, compression="zstd")
    return sink.getvalue()


def _jsonl(rows: Iterable[Row]) -> bytes:
    lines = (
        json.dumps({name: row.get(name) for name in COLUMNS}, ensure_ascii=False) for row in rows
    )
    return "".join(f"{line}\n" for line in lines).encode()
