"""Where an article was written, and where something was said: regions that no figure is about."""

import re
from typing import Final

from uhc_llm.scanner.calendar import MONTHS, WEEKDAYS
from uhc_llm.schemas import RegionMention

__all__ = ["is_only_place", "is_place_of_event"]

# "di Banjarmasin, Senin", "di Jakarta, 14 Maret 2023", "di Jakarta (14/3/2023)"
_WORD_BEHIND: Final = re.compile(
    r"""
    ,?\s{1,3} (?:[Pp]ada\s)? (?:[Hh]ari\s)? (?:[Tt]anggal\s)? \(?
    (?: (?P<date>\d{1,2}/\d{1,2}(?:/|\)) ) | \d{1,2}\s(?P<month>[^\W\d]{3,9})\b
      | (?P<day>[^\W\d][\w'’]{3,5})\b )
    """,
    re.VERBOSE,
)
# "di Aula Kantor Bupati Garut, Senin", "di Balai Sudirman, Jakarta, Selasa": the words since "di".
_IN_BEFORE: Final = re.compile(r"\b(?:di|ke|dari)\s(?:[\w./]{1,20},?\s){0,5}\Z", re.IGNORECASE)
_LOOK_BACK: Final = 80
# A paper or its site, or a news agency: "KOMPAS.com", "(ANTARA)", "Harian Kompas".
_PAPER: Final = r"(?:[A-Z][\w.&-]{0,25}|[\w-]{1,25}\.[\w.]{2,12})"
_BEFORE: Final = re.compile(
    r"[\s(]{0,4}(?:\(?(?:[A-Z0-9]{2,12}|[\w-]{1,25}\.[\w.]{2,12})\)?(?:,|,?\s?[-–—])\s{0,2}|[A-Z]\w{2,15}(?:\s[A-Z]\w{2,15})?,\s)?"
)
_DASH_BEHIND: Final = re.compile(
    rf"""
    (?: ,?\s\({_PAPER}(?:\s{_PAPER})?\)               # "(ANTARA)"
      | ,\s\d{{1,2}}\s\w{{3,9}}\s\d{{4}} )?         # ", 12 Mei 2025"
    (?: ,?\s{{0,2}}[-–—|]{{1,2}}(?=\s) | ,[-–—] | \s{{1,2}}[-–—|]
      | ,\s{{1,2}} (?:{_PAPER}\s){{1,3}} [-–—|]        # "BANDUNG, KOMPAS.com -"
    )
    """,
    re.VERBOSE,
)
_OTHER_BEHIND: Final = re.compile(r"\s?(?:\([^)\n]{0,30}\)\s?)?(?:[.:](?!\s?\d)|,\s?\d)")
_NUMBER_BEHIND: Final = re.compile(r"\s*\d[\d.,]*+\s?(?:%|persen|jiwa|orang|peserta|warga)")
_LABEL: Final = re.compile(r"(?:Kabupaten|Kab\.|Kota|Provinsi)\s")
_FIRST_WORDS: Final = 50
_FIRST_LINES: Final = 600


def is_place_of_event(text: str, mention: RegionMention) -> bool:
    """Whether a region is named only as the place where something was said or written.

    That is a dateline ("PALANGKA RAYA - "), or a place beside a weekday ("di Banjarmasin, Senin").
    """
    return is_only_place(text, mention.start, mention.end)


def is_only_place(text: str, start: int, end: int) -> bool:
    """Whether the name from `start` to `end` is only the place where something was said."""
    if _is_before_day(text, end):
        line = text.rfind("\n", max(0, start - _LOOK_BACK), start) + 1
        begin = max(line, start - _LOOK_BACK)
        if _IN_BEFORE.search(text, begin, start) or not text[begin:start].strip(" ("):
            return True
    return start < _FIRST_LINES and _is_dateline(text, start, end)


def _is_before_day(text: str, end: int) -> bool:
    found = _WORD_BEHIND.match(text, end)
    if found is None:
        return False
    month, day = found["month"], found["day"]
    if day:
        return day.lower().replace("’", "'") in WEEKDAYS
    return month is None or month.lower() in MONTHS


def _is_dateline(text: str, start: int, end: int) -> bool:
    line = text.rfind("\n", max(0, start - _FIRST_WORDS - 1), start) + 1
    if start - line > _FIRST_WORDS or not _BEFORE.fullmatch(text, line, start):
        return False
    stop = text.find("\n", end)
    stop = len(text) if stop < 0 else stop
    if dash := _DASH_BEHIND.match(text, end, stop):
        return not _NUMBER_BEHIND.match(text, dash.end(), stop)  # "Kudus – 98,4%" is of a list
    if _LABEL.match(text, start) and text.startswith(":", end):
        return False  # "Kabupaten Agam: peserta JKN 456.332 jiwa"
    is_first = not text[:line].strip()
    return (is_first or text[start:end].isupper()) and bool(_OTHER_BEHIND.match(text, end))
