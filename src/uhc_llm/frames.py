"""The facts of one text as a frame of pandas to compute with."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from uhc_llm.errors import MissingExtraError
from uhc_llm.schemas import RECORD_COLUMNS, Fact

if TYPE_CHECKING:
    import pandas

__all__ = ["frame_of"]

_DAYS: Final = ("period_start", "period_end")
_DAY_COLUMNS: Final = ("article_date", *_DAYS)
# The rest is text. A day is there for what sorts and draws, where "2024-Q1" is no day.
_TYPES: Final = {
    "value": "float64",
    "upper": "float64",
    "start": "Int64",
    "end": "Int64",
    "page": "Int64",
    **{name: "float64" for name in RECORD_COLUMNS if name.startswith("confidence")},
}


def frame_of(facts: Sequence[Fact], **document: str | date | None) -> "pandas.DataFrame":
    """A row for each fact.

    Args:
        facts: in the order of the rows.
        document: what is the same in every row: `id` and `article_date`, or nothing.

    Raises:
        MissingExtraError: pandas is not installed.
    """
    try:
        import pandas
    except ImportError as error:
        raise MissingExtraError("a frame of pandas", "batch") from error
    behind = RECORD_COLUMNS.index("period_source") + 1
    of_fact = (*RECORD_COLUMNS[1:behind], *_DAYS, *RECORD_COLUMNS[behind:])
    names = [*document, *of_fact]
    frame = pandas.DataFrame([_row(fact, document) for fact in facts], columns=names)
    days = {name: pandas.to_datetime(frame[name]) for name in _DAY_COLUMNS if name in frame}
    return frame.astype(_TYPES).assign(**days)


def _row(fact: Fact, document: dict[str, Any]) -> dict[str, Any]:
    first, last = (fact.period and fact.period.days) or (None, None)
    row = fact.to_record(numbers="float")
    return {**document, **row, "period_start": first, "period_end": last}
