"""Dates, months, semesters, quarters and years, and what "tahun lalu" means here.

    text -> wordings -> article's date -> resolved => PeriodMention

A week, a decade, a school year and a stretch of time ("dua tahun terakhir") have no ISO form here:
a week is read as its month where it lies in one, the others are no periods.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from pydantic import TypeAdapter

from uhc_llm.scanner.calendar import MONTHS
from uhc_llm.scanner.periods.article_date import find_article_date, likely_year
from uhc_llm.scanner.periods.resolution import resolve
from uhc_llm.scanner.periods.steps import Resolved
from uhc_llm.scanner.periods.wordings import each_wording
from uhc_llm.scanner.periods.words import TIME_BEFORE
from uhc_llm.scanner.tables import time_cells
from uhc_llm.scanner.tokens import TokenizedText
from uhc_llm.schemas import PeriodMention, Table

__all__ = ["find_periods", "is_said_as_time"]

_LOOK_BACK: Final = 24
_DAY_DIGITS: Final = 10
_MENTIONS: Final = TypeAdapter(tuple[PeriodMention, ...])


def find_periods(
    source: TokenizedText, *, published: date | None = None, tables: Sequence[Table] = ()
) -> tuple[tuple[PeriodMention, ...], date | None]:
    """Find every period in a text.

    Args:
        source: the text.
        published: the article's own date; when not given, it is looked for in the dateline
            ("Jakarta, 13 Juni 2024 -"), then taken from the first date with its weekday.
        tables: its tables and lists.

    Returns:
        The mentions in order, those with the same meaning sharing an id, and the article's date.
        The two ends of a range are two mentions.
    """
    wordings = list(each_wording(source, time_cells(source.text, tables)))
    anchor = published or find_article_date(source, wordings)
    year = anchor.year if anchor else likely_year(wordings)
    return _mentions(source.text, resolve(source.folded, wordings, anchor, year), published), anchor


def is_said_as_time(text: str, period: PeriodMention) -> bool:
    """Whether a period is more than a bare year, as that in a name ("Palembang Sehat 2029")."""
    if period.iso != period.text:
        return True
    before = text[max(0, period.start - _LOOK_BACK) : period.start].lower()
    last = before.split()[-1:]
    return before[-1:].isspace() and bool(last) and (last[0] in TIME_BEFORE or last[0] in MONTHS)


def _mentions(
    text: str, resolved: Sequence[Resolved], published: date | None
) -> tuple[PeriodMention, ...]:
    ids: dict[str, str] = {}
    fields: list[dict[str, object]] = [
        {
            "id": ids.setdefault(iso, f"p{len(ids) + 1}"),
            "iso": iso,
            "source": origin,
            "text": text[wording.start : wording.end],
            "start": wording.start,
            "end": wording.end,
            "part": wording.part,
            "weekday_agrees": _agrees(iso, wording.weekday),
        }
        for wording, iso, origin in resolved
    ]
    if published and (iso := published.isoformat()) not in ids:
        own = {"id": f"p{len(ids) + 1}", "iso": iso, "source": "published"}
        fields.insert(0, own | {"text": "", "start": 0, "end": 0})
    # They are validated together: one call for each takes half as long again.
    return _MENTIONS.validate_python(fields)


def _agrees(iso: str, weekday: int | None) -> bool | None:
    if weekday is None or len(iso) != _DAY_DIGITS:
        return None
    return date.fromisoformat(iso).weekday() == weekday
