"""The closed vocabularies of columns: the names that their cells hold, and what each means.

Names are what programs go by, in every language. `sheets` says them as words.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple, get_args

from uhc_llm import schemas

__all__ = ["CELL_KINDS", "CHANGED", "VOCABULARIES", "Vocabulary"]


class Vocabulary(NamedTuple):
    """The names that the cells of a column hold, one a cell or several by semicolons.

    Attributes:
        names: each with what it means, in English; empty where its word says so.
        context: under which the catalogue of a language has their words.
    """

    names: Mapping[str, str]
    context: str = "term"


def _of(literal: Any) -> Vocabulary:  # noqa: ANN401 (a Literal)
    return _named(*get_args(literal))


def _named(*names: str, context: str = "term") -> Vocabulary:
    return Vocabulary(dict.fromkeys(names, ""), context)


CHANGED: Final = _named(
    "metric", "value", "upper", "unit", "qualifier", "status", "region", "period", "segment",
    context="heading",
)  # fmt: skip
"""The fields that a reviewer may change, called as the columns are."""

CELL_KINDS: Final = _named("text", "integer", "number", "date", "flag", context="kind")
"""What the cells of a column are."""

_METRIC: Final = Vocabulary({name: what.description for name, what in schemas.METRICS.items()})
_SEGMENT: Final = Vocabulary(dict(schemas.SEGMENTS.items()))

VOCABULARIES: Final[Mapping[tuple[str, str], Vocabulary]] = {
    ("", "metric"): _METRIC,
    ("", "said_metric"): _METRIC,
    ("", "segment"): _SEGMENT,
    ("", "said_segment"): _SEGMENT,
    ("", "unit"): _of(schemas.Unit),
    ("", "said_unit"): _of(schemas.Unit),
    ("", "qualifier"): _of(schemas.Qualifier),
    ("", "said_qualifier"): _of(schemas.Qualifier),
    ("", "status"): _of(schemas.Status),
    ("", "said_status"): _of(schemas.Status),
    ("declarations", "status"): _of(schemas.DeclarationStatus),
    ("", "level"): _of(schemas.Level),
    ("", "verdict"): _of(schemas.Verdict),
    ("", "severity"): _of(schemas.Severity),
    ("", "decision"): _named("accepted", "corrected", "rejected", "added"),
    ("", "action"): _named("accept", "correct", "reject", "add"),
    ("", "changed"): CHANGED,
    ("unclaimed", "kind"): _of(schemas.Kind),
    ("", "period_source"): _named("text", "derived", "published"),
    ("", "article_date_source"): _named("given", "text", context="article_date_source"),
    ("", "precision"): _named(
        "day", "month", "quarter", "semester", "year", "none", context="precision"
    ),
    ("", "state"): _named("waiting", "running", "done", "failed", context="state"),
}
"""By table and column; what stands in several tables under an empty one."""
