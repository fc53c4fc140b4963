"""What a web page states about itself: the day it was published, and whether it asks to log in.

A date counts only where the page says outright that it is the day of publication. Addresses,
copyright lines, days of modification and dates in the text are no such statements.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta, timezone
from importlib.resources import files
from typing import Any, Final

from uhc_llm.documents.json_text import decoded_json
from uhc_llm.documents.markup import Statement
from uhc_llm.errors import InputError

__all__ = ["asks_to_log_in", "is_wall", "published_on"]


def _table() -> dict[str, Any]:
    file = files("uhc_llm.documents").joinpath("pages.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


_TABLE: Final = _table()
_META_NAMES: Final = tuple[str, ...](_TABLE["published"]["meta"])
_ARTICLE_TYPES: Final = frozenset[str](_TABLE["published"]["types"])
_TIME_CLASSES: Final = tuple[str, ...](_TABLE["published"]["time_classes"])
_WALLS: Final = tuple[str, ...](_TABLE["walls"]["phrases"])

_META_KEYS: Final = ("property", "name", "itemprop", "http-equiv")
_DAY: Final = re.compile(r"\s*([12]\d{3})[-/](\d{1,2})[-/](\d{1,2})(?!\d)")
_STATED_BY_SCRIPT: Final = re.compile(r'"datePublished"\s{0,9}:\s{0,9}"([^"]{1,40})"')
# Most of the press, and most servers that state a time in UTC, are in western Indonesia.
_WESTERN_INDONESIA: Final = timezone(timedelta(hours=7))


def published_on(statements: Iterable[Statement]) -> date | None:
    """The day that the page states as that of its publication.

    The head of the page goes before what is stated for search engines (JSON-LD), and that before
    the times in the page's body, which count only when they are marked or all the same.
    """
    known = tuple(statements)
    return next(filter(None, (_day(stated) for stated in _stated_days(known))), None)


def asks_to_log_in(statements: Iterable[Statement]) -> bool:
    """Whether there is a field for a password on the page."""
    return any(
        s.name == "input" and s.attributes.get("type", "").lower() == "password" for s in statements
    )


def is_wall(text: str) -> bool:
    """Whether a text asks to log in, to subscribe or to prove that one is human."""
    plain = " ".join(text.lower().split())
    return any(phrase in plain for phrase in _WALLS)


def _stated_days(statements: tuple[Statement, ...]) -> Iterator[str]:
    yield from _in_head(statements)
    yield from _in_scripts(statements)
    yield from _in_body(statements)


def _in_head(statements: tuple[Statement, ...]) -> Iterator[str]:
    stated: dict[str, str] = {}
    for statement in statements:
        if statement.name == "meta":
            for key in _META_KEYS:
                name = statement.attributes.get(key, "").lower()
                stated.setdefault(name, statement.attributes.get("content", ""))
    yield from (stated[name] for name in _META_NAMES if name in stated)


def _in_scripts(statements: tuple[Statement, ...]) -> Iterator[str]:
    for statement in statements:
        is_data = statement.attributes.get("type", "").lower() == "application/ld+json"
        if statement.name == "script" and is_data:
            yield from _in_script(statement.content)


def _in_script(content: str) -> Iterator[str]:
    try:
        data = decoded_json(content, strict=False)
    except InputError:
        # Stray commas and line breaks are common there; the day is legible all the same.
        yield from (found[1] for found in _STATED_BY_SCRIPT.finditer(content))
        return
    for entry in _entries(data):
        types = entry.get("@type")
        named = types if isinstance(types, list) else [types]
        stated = entry.get("datePublished")
        if isinstance(stated, str) and _ARTICLE_TYPES & {str(name).lower() for name in named}:
            yield stated


def _entries(data: object) -> Iterator[dict[str, Any]]:
    """The things that a JSON-LD script speaks of first: alone, in a list, or in a graph."""
    listed = data if isinstance(data, list) else [data]
    for entry in listed:
        if isinstance(entry, dict):
            yield entry
            graph = entry.get("@graph")
            yield from (e for e in graph if isinstance(e, dict)) if isinstance(graph, list) else ()


def _in_body(statements: tuple[Statement, ...]) -> Iterator[str]:
    times = [s.attributes for s in statements if s.name == "time" and s.attributes.get("datetime")]
    for time in times:
        marks = f"{time.get('itemprop', '')} {time.get('class', '')}".lower()
        if "pubdate" in time or any(mark in marks.split() for mark in _TIME_CLASSES):
            yield time["datetime"]
    if len({_day(time["datetime"]) for time in times}) == 1:
        yield times[0]["datetime"]


def _day(stated: str) -> date | None:
    """The day in western Indonesia when the zone is UTC, else the day as it is written."""
    try:
        moment = datetime.fromisoformat(stated.strip())
        if moment.tzinfo is not None and not moment.utcoffset():
            moment = moment.astimezone(_WESTERN_INDONESIA)
    except (ValueError, OverflowError):
        return _written_day(stated)
    return moment.date()


def _written_day(stated: str) -> date | None:
    found = _DAY.match(stated)
    if not found:
        return None
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        return None
