"""Dates, months, semesters, quarters and years, and what "tahun lalu" means here."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import MAXYEAR, MINYEAR, date
from typing import Final, Literal, NamedTuple

from uhc_llm.scanner.lexicon import MONTHS, WEEKDAYS, alternatives, plain
from uhc_llm.scanner.tokens import TokenizedText
from uhc_llm.schemas import PeriodMention

__all__ = ["find_periods", "is_said_as_time"]

_MONTH: Final = alternatives(MONTHS)
_DAY: Final = rf"(?:(?P<weekday>{alternatives(WEEKDAYS)})\.?,?\s*(?:\(\s*)?)?"
_YEAR: Final = r"(?:19|20)\d\d"
_ROMAN: Final = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "satu": 1, "dua": 2, "tiga": 3, "empat": 4}
_ORDINAL: Final = r"(?:ke-?)?(?:IV|I{1,3}|[1-4]|satu|dua|tiga|empat|pertama)"
_BOUND: Final = r"(?<![\w/.,-])"
_STOP: Final = r"(?![\w/])(?![.,]\d)"

_PATTERN: Final = re.compile(
    rf"""
    (?P<footer> (?:copyright|hak\s+cipta|©) [^\n\d]{{0,40}} (?P<footer_year>{_YEAR}) )
  | {_BOUND} (?P<ymd>{_YEAR}-\d{{2}}-\d{{2}}) {_STOP}
  | {_DAY} {_BOUND} (?:
        (?P<dmy_day>\d{{1,2}}) (?P<sep>[/.-]) (?P<dmy_month>\d{{1,2}}) (?P=sep)
            (?P<dmy_year>\d{{4}}|\d{{2}}) {_STOP}
      | (?P<dm_day>\d{{1,2}}) / (?P<dm_month>\d{{1,2}}) {_STOP}
      | (?P<day>\d{{1,2}}) (?:\s*[-–]\s*(?P<last_day>\d{{1,2}}))?
            \s+ (?P<day_month>{_MONTH}) \b (?:\.?,?\s+(?P<day_year>{_YEAR})\b)?
    )
  | \b (?:semester|smt\.?|sem\.) \s+ (?P<semester>{_ORDINAL}) \b
        (?:(?:\s+(?:tahun\s+)?|/)(?P<semester_year>{_YEAR})\b)?
  | \b (?:triwulan|kuartal|kwartal|tw|tri\s?wulan) [\s-]+ (?P<quarter>{_ORDINAL}) \b
        (?:[\s,]+(?:tahun\s+)?(?P<quarter_year>{_YEAR})\b)?
  | \b (?P<month>{_MONTH}) \b (?:
        \.?\s+ (?:tahun\s+)? (?P<month_year>{_YEAR}) (?!\w|/\d) (?![.,]\d)
      | \s+ (?P<month_relative>ini|lalu|mendatang|kemarin|tahun\s+ini|tahun\s+lalu|tahun\s+depan)\b
    )?
  | {_BOUND} (?P<year>{_YEAR}) (?:\s*[-–/]\s*(?P<last_year>{_YEAR}))? {_STOP}
  | \b (?P<relative>
        (?:hingga|sampai) \s+ (?:kini|saat\s+ini|sekarang)
      | (?:pada\s+)? saat \s+ ini | kini | sekarang
      | hari \s+ ini | bulan \s+ (?:ini|lalu|kemarin|depan)
      | tahun \s+ (?:ini|lalu|kemarin|depan|mendatang|sebelumnya|sekarang)
      | (?:akhir|awal|pertengahan)\s+tahun\b(?!\s+\d)
      | setahun \s+ (?:lalu|kemudian|sebelumnya|berselang)
    ) \b
    """,
    re.VERBOSE | re.IGNORECASE,
)
# A bare 20xx in front of one of these counts something, unless a word of time stands before it.
_COUNTED: Final = re.compile(
    r"\s+(?:orang|jiwa|peserta|warga|penduduk|desa|unit|kasus|kk|kuota)\b", re.I
)
_TIME_BEFORE: Final = re.compile(
    rf"\b(?:tahun|sepanjang|selama|pada|sejak|hingga|sampai|per|akhir|awal|pertengahan|di|dari|untuk|"
    rf"{_MONTH})\s+\Z",
    re.IGNORECASE,
)
_LOOK_BACK: Final = 24
_LEAP_YEAR: Final = 2000
# So many periods back is the year of a month looked for.
_REACH: Final = 100
_MONTHS_IN_YEAR: Final = 12

Source = Literal["text", "derived", "published"]


class _Found(NamedTuple):
    """A match read so far as it can be without knowing the article's date."""

    start: int
    end: int
    iso: str | None
    relative: str | None = None
    weekday: int | None = None
    month: int | None = None
    day: int | None = None
    part: str | None = None
    is_footer: bool = False


def find_periods(
    source: TokenizedText, *, published: date | None = None
) -> tuple[tuple[PeriodMention, ...], date | None]:
    """Find every period in a text.

    Args:
        source: the text.
        published: the article's own date; when not given, the first full date that stands with its
            weekday is taken for it, as in "Selasa (14/2/2022)".

    Returns:
        The mentions in order, those with the same meaning sharing an id, and the article's date.
    """
    text = source.text
    found = list(_match(text))
    anchor = published or _own_date(found)
    year = anchor.year if anchor else _likely_year(found)
    return _mentions(text, found, anchor, year, published), anchor


def _match(text: str) -> Iterator[_Found]:
    for match in _PATTERN.finditer(text):
        yield from _read(text, match)


def _read(text: str, match: re.Match[str]) -> Iterator[_Found]:
    for form, read in _FORMS.items():
        if match[form]:
            yield from read(text, match)
            return


def _weekday(match: re.Match[str]) -> int | None:
    return WEEKDAYS.get(plain(match["weekday"])) if match["weekday"] else None


def _read_footer(_text: str, match: re.Match[str]) -> Iterator[_Found]:
    yield _Found(*match.span(), match["footer_year"], is_footer=True)


def _read_numeric_date(_text: str, match: re.Match[str]) -> Iterator[_Found]:
    year = _full_year(match["dmy_year"])
    if iso := _iso_day(year, int(match["dmy_month"]), int(match["dmy_day"])):
        yield _Found(match.start("dmy_day"), match.end(), iso, weekday=_weekday(match))


def _read_numeric_day(text: str, match: re.Match[str]) -> Iterator[_Found]:
    """13/6 is a date only where it stands like one: behind a weekday, or in brackets of its own."""
    start, end = match.start("dm_day"), match.end()
    weekday = _weekday(match)
    is_bracketed = text[max(0, start - 1)] == "(" and text[end : end + 1] == ")"
    month, day = int(match["dm_month"]), int(match["dm_day"])
    if (weekday is not None or is_bracketed) and _iso_day(_LEAP_YEAR, month, day):
        yield _Found(start, end, None, weekday=weekday, month=month, day=day)


def _read_iso_date(_text: str, match: re.Match[str]) -> Iterator[_Found]:
    year, month, day = map(int, match["ymd"].split("-"))
    if iso := _iso_day(year, month, day):
        yield _Found(*match.span(), iso)


def _read_named_date(_text: str, match: re.Match[str]) -> Iterator[_Found]:
    month = MONTHS[plain(match["day_month"])]
    day = int(match["last_day"] or match["day"])
    start, end, weekday = match.start("day"), match.end(), _weekday(match)
    if match["day_year"]:
        if iso := _iso_day(int(match["day_year"]), month, day):
            yield _Found(start, end, iso, weekday=weekday)
    elif _iso_day(_LEAP_YEAR, month, day):
        yield _Found(start, end, None, weekday=weekday, month=month, day=day)


def _read_semester(_text: str, match: re.Match[str]) -> Iterator[_Found]:
    part, year = f"S{_number(match['semester'])}", match["semester_year"]
    if part in ("S1", "S2"):
        yield _Found(*match.span(), f"{year}-{part}" if year else None, part=part)


def _read_quarter(_text: str, match: re.Match[str]) -> Iterator[_Found]:
    part, year = f"Q{_number(match['quarter'])}", match["quarter_year"]
    yield _Found(*match.span(), f"{year}-{part}" if year else None, part=part)


def _read_month(_text: str, match: re.Match[str]) -> Iterator[_Found]:
    name = match["month"]
    month = MONTHS[plain(name)]
    if match["month_year"]:
        yield _Found(*match.span(), f"{match['month_year']}-{month:02}")
    elif (name[0].isupper() and len(name) > 4) or (name == "Mei" and match["month_relative"]):  # noqa: PLR2004
        # "Mei", "Jan" and "Des" alone are too often names.
        relative = match["month_relative"]
        yield _Found(*match.span(), None, month=month, relative=relative and plain(relative))


def _read_years(text: str, match: re.Match[str]) -> Iterator[_Found]:
    before = text[max(0, match.start() - _LOOK_BACK) : match.start()]
    if _COUNTED.match(text, match.end()) and not _TIME_BEFORE.search(before):
        return
    yield _Found(match.start("year"), match.end("year"), match["year"])
    if match["last_year"]:
        yield _Found(match.start("last_year"), match.end("last_year"), match["last_year"])


def _read_relative(_text: str, match: re.Match[str]) -> Iterator[_Found]:
    yield _Found(*match.span(), None, relative=plain(match["relative"]))


_FORMS: Final[Mapping[str, Callable[[str, re.Match[str]], Iterator[_Found]]]] = {
    "footer": _read_footer,
    "dmy_day": _read_numeric_date,
    "dm_day": _read_numeric_day,
    "ymd": _read_iso_date,
    "day": _read_named_date,
    "semester": _read_semester,
    "quarter": _read_quarter,
    "month": _read_month,
    "year": _read_years,
    "relative": _read_relative,
}
"""The group of the pattern that marks each form, and who reads it."""


def is_said_as_time(text: str, period: PeriodMention) -> bool:
    """Whether a period is more than a bare year, as that in a name ("Palembang Sehat 2029")."""
    before = text[max(0, period.start - _LOOK_BACK) : period.start]
    return period.iso != period.text or bool(_TIME_BEFORE.search(before))


def _number(text: str) -> int:
    text = plain(text).removeprefix("ke").removeprefix("-")
    return 1 if text == "pertama" else _ROMAN.get(text) or int(text)


def _full_year(digits: str) -> int:
    return int(digits) if len(digits) > 2 else 2000 + int(digits)  # noqa: PLR2004 - 22 for 2022


def _iso_day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _own_date(found: Iterable[_Found]) -> date | None:
    """The date that the article is from: the first that stands with its weekday."""
    full = [f for f in found if f.iso and len(f.iso) == len("2022-02-14")]
    dated = [f for f in full if f.weekday is not None]
    if dated:
        return date.fromisoformat(dated[0].iso or "")
    # "Senin (13/6)" beside "April 2022".
    year = _likely_year(found)
    for f in found if year else ():
        if f.weekday is None or not f.month or not f.day:
            continue
        if iso := _iso_day(year or 0, f.month, f.day):
            return date.fromisoformat(iso)
    return None


def _likely_year(found: Iterable[_Found]) -> int | None:
    """The year that year-less dates are in: the footer's, else the latest that the text names."""
    footers = [int(f.iso) for f in found if f.is_footer and f.iso]
    if footers:
        return footers[0]
    precise = [int(f.iso[:4]) for f in found if f.iso and len(f.iso) > 4]  # noqa: PLR2004
    years = precise or [int(f.iso[:4]) for f in found if f.iso]
    return max(years, default=None)


def _mentions(
    text: str, found: list[_Found], anchor: date | None, year: int | None, published: date | None
) -> tuple[PeriodMention, ...]:
    ids: dict[str, str] = {}
    mentions: list[PeriodMention] = []
    for f in found:
        resolved = None if f.is_footer else _resolve(f, anchor, year, mentions)
        if resolved is None:
            continue
        iso, source = resolved
        mentions.append(
            PeriodMention(
                id=ids.setdefault(iso, f"p{len(ids) + 1}"),
                iso=iso,
                source=source,
                text=text[f.start : f.end],
                start=f.start,
                end=f.end,
                weekday_agrees=_agrees(iso, f.weekday),
            )
        )
    if published and published.isoformat() not in ids:
        iso = published.isoformat()
        own = PeriodMention(
            id=f"p{len(ids) + 1}", iso=iso, source="published", text="", start=0, end=0
        )
        mentions.insert(0, own)
    return tuple(mentions)


def _agrees(iso: str, weekday: int | None) -> bool | None:
    if weekday is None or len(iso) != len("2022-02-14"):
        return None
    return date.fromisoformat(iso).weekday() == weekday


def _resolve(
    f: _Found, anchor: date | None, year: int | None, before: list[PeriodMention]
) -> tuple[str, Source] | None:
    if f.iso:
        return f.iso, "text"
    if f.relative and not f.month:
        return _relative(f.relative, anchor, year, before)
    if year is None:
        return None
    if f.part:
        return f"{year:04}-{f.part}", "derived"
    if f.month and f.day:
        iso = _iso_day(year, f.month, f.day)
        return (iso, "derived") if iso else None
    if f.month:
        said = _month_said(f.month, before) if f.relative in (None, "lalu") else None
        if said:
            return said, "derived"
        if f.relative in ("tahun lalu", "lalu", "kemarin"):
            is_past = f.relative == "tahun lalu" or (anchor and f.month >= anchor.month)
            year -= 1 if is_past else 0
        elif f.relative == "tahun depan" or (
            f.relative == "mendatang" and anchor and f.month < anchor.month
        ):
            year += 1
        return _derived(year, f.month)
    return None


def _month_said(month: int, before: Sequence[PeriodMention]) -> str | None:
    """The month with its year as the text has said it: "Desember itu" after "Desember 2023"."""
    for period in reversed(before[-_REACH:]):
        if period.source == "text" and period.iso[5:7] == f"{month:02}":
            return period.iso[:7]
    return None


def _relative(
    words: str, anchor: date | None, year: int | None, before: list[PeriodMention]
) -> tuple[str, Source] | None:
    """What "tahun lalu" and its like mean in an article of that date."""
    if words.startswith("setahun") or words == "tahun sebelumnya":
        step = 1 if words.endswith(("kemudian", "berselang")) else -1
        said = next((p.iso for p in reversed(before)), None)
        base = int(said[:4]) if said else year
        if base is None:
            return None
        if words == "setahun lalu" and year is not None:
            base = year
        return _derived(base + step)
    if "tahun" in words:
        if year is None:
            return None
        step = {"lalu": -1, "kemarin": -1, "depan": 1, "mendatang": 1}.get(
            words.rsplit(maxsplit=1)[-1], 0
        )
        return _derived(year + step)
    if anchor is None:
        return None
    if words.startswith("bulan"):
        step = -1 if words.endswith(("lalu", "kemarin")) else 1 if words.endswith("depan") else 0
        years, months = divmod(
            anchor.year * _MONTHS_IN_YEAR + anchor.month - 1 + step, _MONTHS_IN_YEAR
        )
        return _derived(years, months + 1)
    return anchor.isoformat(), "derived"


def _derived(year: int, month: int | None = None) -> tuple[str, Source] | None:
    """A year or month worked out from the article's date; none beyond the calendar."""
    if not MINYEAR <= year <= MAXYEAR:
        return None
    return f"{year:04}" if month is None else f"{year:04}-{month:02}", "derived"
