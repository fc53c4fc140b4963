"""The article's own date, and the year that its dates leave out, as its text tells them."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Final

from uhc_llm.scanner.periods.wording import Wording, iso_day
from uhc_llm.scanner.periods.words import PUBLISHED, WHICH
from uhc_llm.scanner.tokens import TokenizedText

__all__ = ["find_article_date", "likely_year"]

# A dateline stands near the head of a text, and its place has few words.
_HEAD: Final = 600
_LONGEST_PLACE: Final = 60
_DATELINE: Final = re.compile(r"[^\W\d_][\w .'/,|-]{1,58}?\s?[,(|/-]\s?\(?")
_DATELINE_BEHIND: Final = re.compile(r"\s?\)?\s?(?:[-–—:|]|\Z|\n)")
_CUE_REACH: Final = 40
_WHICH_REACH: Final = 16


def find_article_date(source: TokenizedText, wordings: Sequence[Wording]) -> date | None:
    """The date that the article is from, as far as it tells.

    That is the date of its dateline ("Jakarta, 13 Juni 2024 -"), the first date that stands with
    its weekday ("Kamis (13/6/2024)", or "Kamis (13/6)" beside a year), or one that is said to be
    that of the page ("Diterbitkan 13 Juni 2024").
    """
    days = [w for w in wordings if w.day]
    if not days:
        return None
    full = [w for w in days if w.year is not None]
    if first := next((w for w in full if _is_dateline(source, w)), None):
        return _day(first)
    of_week = [w for w in days if w.weekday is not None and not _is_ahead(source, w)]
    if first := next((w for w in of_week if w.year is not None), None):
        return _day(first)
    likely = (_with_likely_year(w, wordings) for w in of_week)
    if found := next((day for day in likely if day), None):
        return found
    first = next((w for w in full if _is_said_of_page(source, w)), None)
    return _day(first) if first else None


def likely_year(wordings: Sequence[Wording]) -> int | None:
    """The year that dates without one are in: the footer's, else the latest that is named."""
    return next(_likely_years(wordings), None)


def _likely_years(wordings: Sequence[Wording]) -> Iterator[int]:
    dated = [w for w in wordings if w.year is not None]
    yield from (w.year for w in dated if w.is_footer and w.year)
    # Bare years may be those of names and targets.
    yield from sorted({w.year for w in dated if w.year and (w.month or w.fraction)}, reverse=True)
    yield from sorted({w.year for w in dated if w.year}, reverse=True)


def _with_likely_year(wording: Wording, wordings: Sequence[Wording]) -> date | None:
    """The date of "Senin (13/6)" in the likeliest year in which it is a Monday."""
    month, day = wording.month or 0, wording.day or 0
    isos = (iso_day(year, month, day) for year in islice(_likely_years(wordings), 8))
    days = [date.fromisoformat(iso) for iso in isos if iso]
    agreeing = [one for one in days if one.weekday() == wording.weekday]
    return next(iter(agreeing or days), None)


def _day(wording: Wording) -> date:
    return date(wording.year or 0, wording.month or 0, wording.day or 0)


def _is_ahead(source: TokenizedText, wording: Wording) -> bool:
    """Whether a date is one to come, and so not the article's: "Minggu (30/6) mendatang"."""
    words = (
        source.folded[wording.end : wording.end + _WHICH_REACH]
        .strip(") ")
        .replace(".", " ")
        .replace(",", " ")
        .split()
    )
    return wording.which == "future" or (bool(words) and WHICH.get(words[0]) == "future")


def _is_said_of_page(source: TokenizedText, wording: Wording) -> bool:
    words = source.folded[max(0, wording.start - _CUE_REACH) : wording.start].split()
    return not PUBLISHED.isdisjoint(word.strip(":") for word in words)


def _is_dateline(source: TokenizedText, wording: Wording) -> bool:
    """Whether a date stands behind the place at the head of a line, and a dash behind it."""
    if wording.start > _HEAD:
        return False
    line = source.folded.rfind("\n", 0, wording.start) + 1
    if wording.start - line > _LONGEST_PLACE:
        return False
    place = source.text[line : wording.start]
    if not _DATELINE.fullmatch(place):
        return False
    if place.rstrip(" (").isupper() and place.endswith("("):
        return True
    is_name = all(word[0].isupper() for word in re.findall(r"[^\W\d_]+", place))
    return is_name and _DATELINE_BEHIND.match(source.text, wording.end) is not None
