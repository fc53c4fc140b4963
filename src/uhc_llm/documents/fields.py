"""What is known of an article besides its text, and how tables and files call it.

{"Judul": "...", "tanggal": "2024-05-14", "sumber": "https://..."}    title, day, address
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, Literal, NamedTuple, get_args

from uhc_llm.errors import InputError

__all__ = ["Field", "Known", "ReadDay", "cell_of", "columns_of", "known_of", "read_written_day"]

Field = Literal["text", "id", "published", "url", "title", "site"]
ReadDay = Callable[[str], date | None]
"""Reads a day in words; None when they are none, or can be read in two ways."""

_DELIMITER: Final = re.compile(r"[\s_.\-]+")
_ADDRESS: Final = re.compile(r"\s*(?:https?://|www\.)\S", re.IGNORECASE)


def _table() -> dict[str, Any]:
    file = files("uhc_llm.documents").joinpath("fields.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


_TABLE: Final = _table()
_NAMES: Final[Mapping[Field, tuple[str, ...]]] = {
    field: tuple(_TABLE[field]) for field in get_args(Field)
}
_EITHER: Final = tuple[str, ...](_TABLE["either"])


class Known(NamedTuple):
    """What is known of an article; None where nothing is said."""

    title: str | None = None
    url: str | None = None
    site: str | None = None
    published: date | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is known."""
        return not any(self)


@lru_cache(maxsize=256)
def columns_of(field: Field, there: tuple[str, ...]) -> tuple[str, ...]:
    """The columns that may hold a field, the likeliest first.

    >>> columns_of("title", ("No", "Judul Berita", "isi"))
    ('Judul Berita',)
    """
    folded: dict[str, str] = {}
    for column in there:
        # Of two columns that are called alike the first counts, and one's exact name before both.
        folded.setdefault(_folded(column), column)
    names = _NAMES[field] + (_EITHER if field in ("url", "site") else ())
    return tuple(
        name if name in there else folded[name] for name in names if name in there or name in folded
    )


def cell_of(field: Field, cells: Mapping[str, object], named: str | None = None) -> object:
    """What a row or a file says of a field; None when nothing.

    Args:
        field: what is looked for.
        cells: what there is, by its name.
        named: how this one calls it, if that is told.
    """
    if named is not None:
        return cells.get(named)
    for column in columns_of(field, tuple(cells)):
        cell = cells[column]
        if cell is not None and cell != "" and _fits(field, column, cell):
            return cell
    return None


def known_of(cells: Mapping[str, object], read_day: ReadDay) -> Known:
    """What a file says of an article.

    Raises:
        InputError: its date is none.
    """
    return Known(
        title=_words(cell_of("title", cells)),
        url=_words(cell_of("url", cells)),
        site=_words(cell_of("site", cells)),
        published=_day(cell_of("published", cells), read_day),
    )


def read_written_day(said: str) -> date | None:
    """A day as programs write it: "2024-05-14T10:22+07:00", "Tue, 14 May 2024 10:22:00 +0700"."""
    try:
        return datetime.fromisoformat(said).date()
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(said).date()
    except (ValueError, OverflowError):
        return None


def _folded(name: str) -> str:
    return _DELIMITER.sub("_", name.strip().strip("\ufeff").casefold())


def _fits(field: Field, column: str, cell: object) -> bool:
    if field not in ("url", "site") or (field == "url" and _folded(column) not in _EITHER):
        return True
    return (_ADDRESS.match(str(cell)) is not None) == (field == "url")


def _words(cell: object) -> str | None:
    said = "" if cell is None or isinstance(cell, list | dict) else str(cell).strip()
    return said or None


def _day(cell: object, read_day: ReadDay) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if cell is None or isinstance(cell, date):
        return cell
    said = str(cell).strip()
    day = (read_written_day(said) or read_day(said)) if said else None
    if said and day is None:
        raise InputError(f"its date {said[:40]!r} is no day: write it as 2024-05-31")
    return day
