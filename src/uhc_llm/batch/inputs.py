"""Where documents come from: files, folders, tables, standard input; each read at its turn.

What cannot be read is told with its place and does not stop the rest.
"""

import gzip
import hashlib
import io
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Final, NamedTuple, cast

from uhc_llm.batch.no_articles import has_sentence, no_article
from uhc_llm.batch.tables import (
    Columns,
    Row,
    csv_rows,
    document_of,
    json_rows,
    jsonl_rows,
    parquet_rows,
)
from uhc_llm.batch.work import InputProblem, why_unreadable
from uhc_llm.documents import (
    MAX_BYTES,
    TABLE_SUFFIXES,
    Document,
    decoded_json,
    read_content,
    read_document,
    refuse_no_path,
)
from uhc_llm.errors import InputError
from uhc_llm.scanner.written_days import read_day

__all__ = ["STANDARD_INPUT", "Inputs", "Item"]

STANDARD_INPUT: Final = "-"
_TEXTS: Final = frozenset({".txt", ".md", ".html", ".htm", ".xhtml", ".pdf", ".docx", ".odt"})
_JSON: Final = ".json"
_READERS: Final[Mapping[str, Callable[[IO[bytes], Columns], Iterator[Row]]]] = {
    _JSON: json_rows,
    ".csv": csv_rows,
    ".tsv": csv_rows,
}
_PACKED: Final = ".gz"
_SAMPLES: Final = 1 << 32


class Item(NamedTuple):
    """One document, and which input it is: an absolute path; of a table, with the line."""

    document: Document
    source: str


class Inputs:
    """Everything that a command names.

    Args:
        paths: files, folders (with those in them) or `-`.
        columns: how tables call what we read.
        share: of all documents, which part is taken: always the same ones, told by their text.

    Attributes:
        passed_over: how many files in folders were no articles, by what they are: a suffix, a name
            such as README.md, or what is wrong with what they hold.

    Raises:
        InputError: there is no such file or folder, or it is an address or a text.
    """

    def __init__(
        self, paths: Sequence[str], *, columns: Columns | None = None, share: float = 1.0
    ) -> None:
        for path in paths:
            refuse_no_path(path)
        # pathlib raises at a name that is too long.
        missing = [p for p in paths if p != STANDARD_INPUT and not os.path.exists(p)]  # noqa: PTH110
        if missing:
            raise InputError(
                f"there is no {', '.join(map(repr, missing))}: check the name and the folder you "
                "are in"
            )
        self._paths = tuple(paths)
        self._columns = columns or Columns()
        self._share = share
        self.passed_over: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Item | InputProblem]:
        self.passed_over.clear()
        for path in self._paths:
            for item in self._of(path):
                if isinstance(item, InputProblem) or self._is_taken(item.document):
                    yield item

    def count(self) -> int | None:
        """How many documents there are, if that can be told without reading them."""
        total = 0
        for path in self._paths:
            if path == STANDARD_INPUT:
                return None
            for file in _files(Path(path)):
                suffix, packed = _kind(file)
                is_named = file == Path(path)
                if not is_named and no_article(file, _TEXTS):
                    continue
                if suffix in _TEXTS or (is_named and suffix not in TABLE_SUFFIXES):
                    total += 1
                elif suffix in TABLE_SUFFIXES:
                    rows = None if packed else _count_rows(file, suffix)
                    if rows is None:
                        return None
                    total += rows
        return round(total * self._share)

    def _is_taken(self, document: Document) -> bool:
        if self._share >= 1.0:
            return True
        digest = hashlib.sha256(document.text.encode(errors="replace")).digest()
        return int.from_bytes(digest[:4], "big") < self._share * _SAMPLES

    def _of(self, path: str) -> Iterator[Item | InputProblem]:
        if path == STANDARD_INPUT:
            yield from self._standard_input()
            return
        named = Path(path)
        if not named.is_dir():
            yield from self._file(named)
            return
        for file in _files(named):
            if reason := no_article(file, _TEXTS):
                self.passed_over[_printable(reason)] += 1
            else:
                yield from self._found(file)

    def _file(self, file: Path) -> Iterator[Item | InputProblem]:
        """A file that is named, which is always read."""
        suffix, _ = _kind(file)
        yield from self._table(file, suffix) if suffix in TABLE_SUFFIXES else (_text(file),)

    def _found(self, file: Path) -> Iterator[Item | InputProblem]:
        """A file that was found in a folder, if it holds articles."""
        suffix, _ = _kind(file)
        if suffix == _JSON:
            items = list(self._table(file, suffix))
            if any(isinstance(item, Item) for item in items) or not file.exists():
                yield from items
            else:
                self.passed_over[f"{_JSON} without articles"] += 1
        elif suffix in TABLE_SUFFIXES:
            yield from self._table(file, suffix)
        elif suffix in _TEXTS:
            item = _text(file)
            if isinstance(item, Item) and not has_sentence(item.document.text):
                self.passed_over["without a sentence"] += 1
            else:
                yield item
        else:
            self.passed_over[_printable(suffix or file.name)] += 1

    def _table(self, file: Path, suffix: str) -> Iterator[Item | InputProblem]:
        source = os.path.abspath(file)  # noqa: PTH100 (a link keeps its name)
        name = _unpacked(file).stem
        if problem := _misnamed(source):
            yield problem
            return
        try:
            if suffix == ".parquet":
                yield from self._rows(parquet_rows(file, self._columns), source, name)
                return
            with _opened(file) as stream:
                read = _READERS.get(suffix, jsonl_rows)
                yield from self._rows(read(stream, self._columns), source, name)
        except Exception as error:  # noqa: BLE001 (one bad input never stops the rest)
            yield InputProblem(source, 0, why_unreadable(source, error))

    def _rows(self, rows: Iterable[Row], source: str, name: str) -> Iterator[Item | InputProblem]:
        for row in rows:
            try:
                document = document_of(row, self._columns, default_id=f"{name}-{row.line}")
            except Exception as error:  # noqa: BLE001 (as above)
                place = f"{source}:{row.line}"
                yield InputProblem(source, row.line, why_unreadable(place, error))
            else:
                yield Item(document, f"{source}:{row.line}")

    def _standard_input(self) -> Iterator[Item | InputProblem]:
        stream: IO[bytes] | None = getattr(sys.stdin, "buffer", None)
        if stream is None:
            raise InputError("standard input cannot be read here: give the texts in a file")
        source = "standard input"
        # A pipe can be read once: what the first line shows is what it is.
        first = stream.readline(MAX_BYTES + 1)
        opening = first.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
        if opening == b"{" and _is_json(first):
            yield from self._piped(jsonl_rows(_Again(first, stream), self._columns), source)
            return
        raw = first + stream.read(MAX_BYTES + 1 - len(first))
        if opening in (b"{", b"[") and _is_json(raw):
            yield from self._piped(json_rows(io.BytesIO(raw), self._columns), source)
        elif opening == b"{":
            # Its first line is broken, and the others may not be.
            lines = jsonl_rows(_Again(raw, stream), self._columns)
            yield from self._piped(lines, source)
        else:
            yield _named_by_text(_content(raw, source, name="standard-input"))

    def _piped(self, rows: Iterable[Row], source: str) -> Iterator[Item | InputProblem]:
        for item in self._rows(rows, source, "standard-input"):
            yield _named_by_text(item)


def _is_json(raw: bytes) -> bool:
    try:
        decoded_json(raw.decode("utf-8-sig"))
    except ValueError:
        return False
    return True


class _Again:
    """A stream whose beginning has been read already."""

    def __init__(self, first: bytes, stream: IO[bytes]) -> None:
        self._first = io.BytesIO(first)
        self._stream = stream

    def readline(self, most: int, /) -> bytes:
        first = self._first.readline(most)
        if first.endswith(b"\n") or len(first) == most:
            return first
        return first + self._stream.readline(most - len(first))


def _files(path: Path) -> Iterator[Path]:
    """A file itself; of a folder, the files in it and in its folders, in order, hidden ones not."""
    if not path.is_dir():
        yield path
        return
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                yield Path(folder, name)


def _kind(file: Path) -> tuple[str, bool]:
    """The suffix that tells what a file is, and whether it is compressed."""
    return _unpacked(file).suffix.lower(), file.suffix.lower() == _PACKED


def _unpacked(file: Path) -> Path:
    return file.with_suffix("") if file.suffix.lower() == _PACKED else file


def _opened(file: Path) -> IO[bytes]:
    if file.suffix.lower() == _PACKED:
        return cast("IO[bytes]", gzip.open(file, "rb"))
    return file.open("rb")


def _text(file: Path) -> Item | InputProblem:
    source = os.path.abspath(file)  # noqa: PTH100 (a link keeps its name)
    if problem := _misnamed(source):
        return problem
    try:
        if file.suffix.lower() != _PACKED:
            return Item(read_document(file, read_day=read_day), source)
        with _opened(file) as stream:
            raw = stream.read(MAX_BYTES + 1)
        return _content(raw, source, name=_unpacked(file).name)
    except Exception as error:  # noqa: BLE001 (one bad input never stops the rest)
        return InputProblem(source, 0, why_unreadable(source, error))


def _misnamed(source: str) -> InputProblem | None:
    """What is wrong with a name in which there are bytes that are no characters."""
    told = _printable(source)
    if told == source:
        return None
    return InputProblem(told, 0, "its name, or that of its folder, is not in UTF-8: rename it")


def _printable(name: str) -> str:
    return os.fsencode(name).decode(errors="backslashreplace")


def _content(raw: bytes, source: str, *, name: str) -> Item | InputProblem:
    try:
        return Item(read_content(raw, repr(source), name=name, read_day=read_day), source)
    except Exception as error:  # noqa: BLE001 (one bad input never stops the rest)
        return InputProblem(source, 0, why_unreadable(source, error))


def _named_by_text(item: Item | InputProblem) -> Item | InputProblem:
    """The source of what came through a pipe: another pipe's first line is another document."""
    if isinstance(item, InputProblem):
        return item
    digest = hashlib.sha256(item.document.text.encode()).hexdigest()
    return item._replace(source=f"standard input, text {digest[:16]}")


def _count_rows(file: Path, suffix: str) -> int | None:
    if suffix == _JSON or not os.path.isfile(file):  # noqa: PTH113 (pathlib raises at some)
        return None  # what stands in a pipe can be read once
    if suffix == ".parquet":
        from uhc_llm.batch.tables import count_parquet_rows

        return count_parquet_rows(file)
    if suffix in {".csv", ".tsv"}:
        return None  # a cell may hold line ends
    try:
        with file.open("rb") as stream:
            return sum(block.count(b"\n") for block in iter(lambda: stream.read(1 << 20), b""))
    except OSError:
        return None
