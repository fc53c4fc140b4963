"""Numbers that their shape gives away: pages of the web, telephones, codes, list markers."""

import re
from collections.abc import Iterator
from typing import Final

from uhc_llm.scanner.nominals.nominal import (
    Finder,
    Nominal,
    Reader,
    any_of,
    counts,
    nominal,
)
from uhc_llm.scanner.nominals.words import IDENTIFIERS, PHONES, WEB
from uhc_llm.scanner.periods.words import FOOTER
from uhc_llm.scanner.quantities.words import NUMBER_WORDS
from uhc_llm.scanner.tokens import TokenizedText

__all__ = ["FINDERS", "READERS"]

_URL: Final = re.compile(r"(?:https?://|www\.)[^\s<>\"”]{1,2000}")
_CLOSING: Final = ".,;:!?)]}'\"”’>"
_DOMAIN_BEFORE: Final = re.compile(r"[\w-]{1,60}(?:\.[\w-]{1,30}){0,4}\.\Z", re.ASCII)
_PATH: Final = re.compile(r"/[^\s<>\"”]{1,500}")
_REACH: Final = 100
_USER_BEFORE: Final = re.compile(r"[\w.+-]{1,64}\Z")
_HOST: Final = re.compile(r"@[\w-]{1,64}(?:\.[\w-]{1,64}){1,6}")

_PHONED: Final = re.compile(
    rf"[\s.:/(]{{0,3}}(?:{any_of(PHONES['between'])}\b[\s.:/(]{{1,3}}){{0,5}}"
    r"(?P<number>[+(]?[0+]\d{2,5}\)?(?:[\s.-]\d{1,5}){1,5}|\d{2,5}(?:[\s.-]\d{3,5}){0,4}|\d{6,14})(?!\w)"
)
# It begins with a plain character, which a search finds fast; what may stand before that is looked
# at behind it.
_ZEROED: Final = re.compile(
    r"""
    0 (?<![\w.,/:+–-]0)
    (?: (?P<phone>
          8\d{1,2} (?:[\s.-]?\d{2,5}){2,4} (?!,\d)                     # 0812-3456-7890
        | 800 [\s-] \d{1,3} [\s-] \d{3,6}                             # 0800-1-500400
        | \d{2,3} \)? \s?[-–\s]\s? \d{3,4} [\s-]? \d{3,5} (?![.,]\d)  # (021) 424 6063
        )
      | \d{6,24} )                                                   # 0001234567890
    (?!\w)
    """,
    re.VERBOSE,
)
_ABROAD: Final = re.compile(r"\+62\s?\(?\d{2,4}\)?(?:[\s.-]?\d{2,5}){1,4}(?!\w)")
_SERVICE: Final = re.compile(r"1500[\s-]?\d{3}(?![\w])(?![.,]\d)|1-500-\d{3}(?!\w)")
_LEAST_DIGITS: Final = 3

_CITIZEN_DIGITS: Final = 16
_CITIZEN: Final = re.compile(r"\d{16}(?<!\d{17})(?<![.,]\d{16})(?![\w.,]\d|\w)")
_CODED: Final = re.compile(
    r"[A-Z](?![a-z])(?<!\w[A-Z])(?<!\w-[A-Z])[A-Z]{0,4}-?\d{1,3}(?:[A-Z]{1,2}\d{0,3})?(?!\w)(?![.,]\d)"
)
_CURRENCIES: Final = ("RP", "IDR", "USD", "SGD", "MYR", "EUR")

_AT_LINE_START: Final = re.compile(
    r"[ \t]{0,8}(?:[-*•][ \t]?)?(?P<mark>\(?\d{1,2}(?:[.)]|(?:\.\d{1,2}){1,2}\.))"
    r"(?=[ \t]{1,4}[^\s\d])"
)
_IN_LINE: Final = re.compile(r"(?<![^\s(])\(?(?P<n>\d{1,2})\Z")
_YEAR_OF_PAGE: Final = re.compile(r"[^\n\d]{0,40}(?P<year>(?:19|20)\d\d)(?!\w)")
_CLOCK_BEFORE: Final = re.compile(r"(?<![\w.,:])\d{1,2}\Z")
_MINUTES: Final = re.compile(r":[0-5]\d(?![\d:])")
_SLASHED_BEFORE: Final = re.compile(r"(?<![\w/.,-])\d{1,2}\Z")
_DATE_LIKE: Final = re.compile(r"/\d{1,2}/(?:\d{4}|\d\d)(?![\w/])")
_ALONE: Final = re.compile(r"\s?/\s?\d{1,3}\s{0,3}(?=\n|\Z)")


# --- by a word -------------------------------------------------------------------------------


def _url(source: TokenizedText, index: int) -> Nominal | None:
    start = source.tokens[index].start
    is_inside = start > 0 and source.folded[start - 1] in "./:_-=&?%"
    match = None if is_inside else _URL.match(source.folded, start)
    if match is None:
        return None
    end = match.start() + len(match.group().rstrip(_CLOSING))
    return nominal(source.text, match.start(), end, "url")


def _path(source: TokenizedText, index: int) -> Nominal | None:
    """A page that is named without its scheme: "kompas.com/2023/98"."""
    token = source.tokens[index]
    if source.folded[token.end : token.end + 1] != "/":
        return None
    site = _DOMAIN_BEFORE.search(source.folded, max(0, token.start - _REACH), token.start)
    path = _PATH.match(source.folded, token.end)
    if site is None or path is None:
        return None
    end = path.start() + len(path.group().rstrip(_CLOSING))
    return nominal(source.text, site.start(), end, "url")


def _phone(source: TokenizedText, index: int) -> Nominal | None:
    """A number behind what it is called: "Care Center 165", "WA 0811 1234 5678"."""
    match = _PHONED.match(source.folded, source.tokens[index].end)
    if match is None or counts(source.folded, match.end()):
        return None
    if sum(map(str.isdecimal, match["number"])) < _LEAST_DIGITS:
        return None
    return nominal(source.text, *match.span("number"), "phone")


READERS: Final[dict[str, Reader]] = {
    **dict.fromkeys(WEB["schemes"], _url),
    **dict.fromkeys(WEB["domains"], _path),
    **dict.fromkeys(PHONES["words"], _phone),
}
"""Who reads what begins with a word, or stands around it."""


# --- by a character --------------------------------------------------------------------------


def _each(folded: str, mark: str) -> Iterator[int]:
    """Each place of a character or two; the search for one is as fast as a search can be."""
    at = folded.find(mark)
    while at >= 0:
        yield at
        at = folded.find(mark, at + 1)


def _mails(source: TokenizedText) -> Iterator[Nominal | None]:
    for at in _each(source.folded, "@"):
        user = _USER_BEFORE.search(source.folded, max(0, at - 64), at)
        host = _HOST.match(source.folded, at)
        if user and host:
            yield nominal(source.text, user.start(), host.end(), "url")


def _phones(source: TokenizedText) -> Iterator[Nominal | None]:
    """Telephones that begin with a zero, and numbers that are filled up with zeros."""
    for match in _ZEROED.finditer(source.folded):
        start, end = match.span()
        if ")" in match.group() and source.folded[start - 1 : start] == "(":
            start -= 1
        yield nominal(source.text, start, end, "phone" if match["phone"] else "identifier")


def _numbers_abroad(source: TokenizedText) -> Iterator[Nominal | None]:
    for at in _each(source.folded, "+62"):
        if match := _ABROAD.match(source.folded, at):
            yield nominal(source.text, *match.span(), "phone")


def _services(source: TokenizedText) -> Iterator[Nominal | None]:
    for at in _each(source.folded, "1500"):
        match = _SERVICE.match(source.folded, at)
        is_free = at == 0 or source.folded[at - 1] not in "0123456789.,"
        if match and is_free and not counts(source.folded, match.end()):
            yield nominal(source.text, *match.span(), "phone")


def _codes(source: TokenizedText) -> Iterator[Nominal | None]:
    """Codes in capitals: "H1N1", "G20"."""
    for match in _CODED.finditer(source.text):
        if not match.group().startswith(_CURRENCIES):
            yield nominal(source.text, *match.span(), "identifier")


def _citizens(source: TokenizedText) -> Iterator[Nominal | None]:
    """Numbers of citizens, which have sixteen digits, where a text has to do with such."""
    has_long_words = _CITIZEN_DIGITS in map(len, source.words)
    if has_long_words and any(hint in source.folded for hint in IDENTIFIERS["of_citizens"]):
        for match in _CITIZEN.finditer(source.folded):
            yield nominal(source.text, *match.span(), "identifier")


def _clocks(source: TokenizedText) -> Iterator[Nominal | None]:
    for at in _each(source.folded, ":"):
        hour = _CLOCK_BEFORE.search(source.folded, max(0, at - 3), at)
        minutes = _MINUTES.match(source.folded, at)
        if hour and minutes and int(hour.group()) < 24:  # noqa: PLR2004
            yield nominal(source.text, hour.start(), minutes.end(), "time")


def _slashed(source: TokenizedText) -> Iterator[Nominal | None]:
    """What looks like a date, though it may be none ("31/2/2022"); a page "1/5" of its own line."""
    for at in _each(source.folded, "/"):
        first = _SLASHED_BEFORE.search(source.folded, max(0, at - 3), at)
        if first is None:
            continue
        if behind := _DATE_LIKE.match(source.folded, at):
            yield nominal(source.text, first.start(), behind.end(), "date")
        elif first.start() == source.folded.rfind("\n", 0, at) + 1 and (
            behind := _ALONE.match(source.folded, at)
        ):
            end = behind.start() + len(behind.group().rstrip())
            yield nominal(source.text, first.start(), end, "reference")


def _footer_years(source: TokenizedText) -> Iterator[Nominal | None]:
    for cue in FOOTER:
        for at in _each(source.folded, cue):
            if match := _YEAR_OF_PAGE.match(source.folded, at + len(cue)):
                yield nominal(source.text, *match.span("year"), "year")


def _line_markers(source: TokenizedText) -> Iterator[Nominal | None]:
    at = -1
    while True:
        if match := _AT_LINE_START.match(source.folded, at + 1):
            yield nominal(source.text, *match.span("mark"), "list_marker")
        at = source.folded.find("\n", at + 1)
        if at < 0:
            return


def _markers(source: TokenizedText) -> Iterator[Nominal | None]:
    """Items counted within a line, from one on: "yakni 1) Blora, 2) Kudus"."""
    expected, held = 1, None
    for at in _each(source.folded, ")"):
        match = _IN_LINE.search(source.folded, max(0, at - 4), at)
        if match is None or source.folded[at + 1 : at + 2] != " ":
            continue
        before = source.folded[max(0, match.start() - 20) : match.start()].split()
        if counts(source.folded, at + 1) or (before and before[-1] in NUMBER_WORDS):
            continue
        if before and before[-1] in ("ayat", "huruf", "angka"):
            continue
        number, marker = int(match["n"]), nominal(source.text, match.start(), at + 1, "list_marker")
        if number == 1:
            expected, held = 2, marker
        elif number == expected:
            yield held
            yield marker
            expected, held = number + 1, None


FINDERS: Final[tuple[tuple[str, Finder], ...]] = (
    ("@", _mails),
    ("0", _phones),
    ("+62", _numbers_abroad),
    ("1500", _services),
    ("", _codes),
    ("", _citizens),
    (":", _clocks),
    ("/", _slashed),
    ("", _footer_years),
    ("", _line_markers),
    (")", _markers),
)
"""Who finds what its shape gives away, and what stands in every text in which there is such."""
