"""The tables that come out of a ledger: their columns, and the query that fills them.

A row's document comes first (`id`, `source`, ...), its key last. A document whose inputs have since
got another text, or have been asked for with other settings, is left out: another answers for them.
Only what was decided on it is still told. Facts stand in the order in which the text says them, as
the reviewers left them; what came out of the extraction can be had as well.
"""

import csv
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any, Final, Literal, NamedTuple, get_args

from uhc_llm.batch.vocabularies import VOCABULARIES, Vocabulary

__all__ = [
    "COLUMNS",
    "FACTS_AS_EXTRACTED",
    "TABLES",
    "Column",
    "Kind",
    "ResultTable",
    "TableName",
    "column_rows",
]

TableName = Literal[
    "facts", "declarations", "documents", "findings", "unclaimed", "decisions", "errors"
]
Kind = Literal["text", "integer", "number", "date", "flag"]


class Column(NamedTuple):
    """One column, what its cells are, and what they say, in words.

    Attributes:
        name: what programs know it by.
        kind: what its cells are.
        about: what they say.
        vocabulary: the names that they hold; None where they hold other things.
        heading: what stands over it on a sheet; empty for its name.
        wraps: whether its cells break their lines on a sheet.
    """

    name: str
    kind: Kind = "text"
    about: str = ""
    vocabulary: Vocabulary | None = None
    heading: str = ""
    wraps: bool = False

    @property
    def is_address(self) -> bool:
        """Whether its cells are addresses in the web."""
        return self.name == "url" or self.name.endswith("_url")


class ResultTable(NamedTuple):
    """A table that comes out.

    Attributes:
        about: what it holds, in words.
        columns: in order.
        query: its rows have the columns in order.
        as_extracted: the query whose rows are as they came out, whatever was decided since.
    """

    about: str
    columns: tuple[Column, ...]
    query: str
    as_extracted: str

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)

    @property
    def headings(self) -> tuple[str, ...]:
        """What stands over the columns on a sheet."""
        return tuple(column.heading or column.name for column in self.columns)


# What a column says, wherever it stands, and in a table where it says something of its own.
_ABOUT: Final = {
    (row["table"], row["column"]): row["about"]
    for row in csv.DictReader(
        files("uhc_llm.batch").joinpath("data/columns.csv").read_text("utf-8").splitlines()
    )
}

_OF_DOCUMENT: Final[Mapping[str, tuple[Kind, str]]] = {
    "id": ("text", "d.id"),
    "source": ("text", "d.source"),
    "url": ("text", "d.url"),
    "title": ("text", "d.title"),
    "published": ("date", "d.published"),
}
_KEY: Final[Mapping[str, tuple[Kind, str]]] = {"document_key": ("text", "d.key")}
_MADE: Final[Mapping[str, tuple[Kind, str]]] = {
    "model": ("text", "json_extract(e.provenance, '$.model')"),
    "prompt": ("text", "json_extract(e.provenance, '$.prompt')"),
}
# What the article says of its own day stands in what came out of it.
_FOUND_DAY: Final = "json_extract(e.extraction, '$.published')"
_DAY: Final[Mapping[str, tuple[Kind, str]]] = {
    "article_date": ("date", f"coalesce(d.published, {_FOUND_DAY})"),
    "article_date_source": (
        "text",
        f"CASE WHEN d.published IS NOT NULL THEN 'given' WHEN {_FOUND_DAY} IS NOT NULL "
        "THEN 'text' END",
    ),
}
_CURRENT: Final = "EXISTS (SELECT 1 FROM sources AS s WHERE s.document_key = d.key)"


def _of(alias: str, kind: Kind, *names: str) -> dict[str, tuple[Kind, str]]:
    return {name: (kind, f'{alias}."{name}"') for name in names}


# --- the time that is spoken of -------------------------------------------------------------------

_FIRST_MONTHS: Final = {"S1": "01", "S2": "07", "Q1": "01", "Q2": "04", "Q3": "07", "Q4": "10"}
_LENGTHS: Final = {
    "year": "+12 months",
    "semester": "+6 months",
    "quarter": "+3 months",
    "month": "+1 month",
    "day": "+1 day",
}
_PRECISION: Final = """CASE
    WHEN t.period IS NULL THEN 'none' WHEN t.period GLOB '*-S?' THEN 'semester'
    WHEN t.period GLOB '*-Q?' THEN 'quarter' WHEN length(t.period) = 4 THEN 'year'
    WHEN length(t.period) = 7 THEN 'month' ELSE 'day'
END"""


def _first_day() -> str:
    """The first day of a period; null where there is no such day, as a model may have made one."""
    month = "t.period"
    for part, first in _FIRST_MONTHS.items():
        month = f"replace({month}, '{part}', '{first}')"
    day = f"substr({month} || '-01-01', 1, 10)"
    # Without a step SQLite gives back the 30th of February as it was.
    return f"CASE WHEN date({day}, '+0 days') = {day} AND {day} >= '0001' THEN {day} END"


def _last_day() -> str:
    lengths = " ".join(f"WHEN '{name}' THEN '{length}'" for name, length in _LENGTHS.items())
    return f"date({_first_day()}, CASE {_PRECISION} {lengths} END, '-1 day')"


_TIME: Final[Mapping[str, tuple[Kind, str]]] = {
    **_of("t", "text", "period", "period_source"),
    "year": ("integer", "CAST(substr(t.period, 1, 4) AS INTEGER)"),
    "month": (
        "integer",
        f"CASE WHEN {_PRECISION} IN ('month', 'day') "
        "THEN CAST(substr(t.period, 6, 2) AS INTEGER) END",
    ),
    "day": (
        "integer",
        f"CASE {_PRECISION} WHEN 'day' THEN CAST(substr(t.period, 9, 2) AS INTEGER) END",
    ),
    "precision": ("text", _PRECISION),
    "period_start": ("date", _first_day()),
    "period_end": ("date", _last_day()),
}
_PLACE: Final = {**_of("t", "text", "region_code", "region", "level", "province"), **_TIME}
_CONFIDENCE: Final = {
    **_of("t", "number", "confidence", "confidence_metric", "confidence_status"),
    **_of("t", "number", "confidence_segment", "confidence_region", "confidence_period"),
}


def _table(
    name: TableName,
    about: str,
    columns: Mapping[str, tuple[Kind, str]],
    rest: str,
    as_extracted: str = "",
) -> ResultTable:
    shown = ", ".join(f'{value} AS "{column}"' for column, (_, value) in columns.items())
    return ResultTable(
        about,
        tuple(
            Column(
                column,
                kind,
                _ABOUT.get((name, column)) or _ABOUT["", column],
                VOCABULARIES.get((name, column)) or VOCABULARIES.get(("", column)),
            )
            for column, (kind, _) in columns.items()
        ),
        f"SELECT {shown} {rest}",
        f"SELECT {shown} {as_extracted or rest}",
    )


def _result(
    name: TableName,
    about: str,
    table: str,
    columns: Mapping[str, tuple[Kind, str]],
    *,
    order: str = "t.id",
    as_extracted: str = "",
) -> ResultTable:
    def rest(rows: str) -> str:
        return f"""
        FROM {rows} AS t JOIN documents AS d ON d.key = t.document_key
        JOIN extractions AS e ON e.document_key = d.key
        WHERE d.state = 'done' AND {_CURRENT} ORDER BY d.number, {order}
        """

    every = {**_OF_DOCUMENT, **columns, **_MADE, **_KEY}
    return _table(name, about, every, rest(table), rest(as_extracted or table))


# --- what reviewers decided -----------------------------------------------------------------------

_DECIDED: Final = {
    **_of("t", "text", "decision", "reviewer", "decided_at"),
}
_UNDECIDED: Final = "NULL AS decision, NULL AS reviewer, NULL AS decided_at"
FACTS_AS_EXTRACTED: Final = f"""(
    SELECT f.*, f.position AS place, 'fact:' || f.position AS item, {_UNDECIDED} FROM facts AS f
)"""  # noqa: S608 (words of this module)
"""What `reviewed_facts` would have if nobody had decided anything."""
# Where a text says something; what has no place in it comes first.
_READING_ORDER: Final = "coalesce(t.start, 0), t.place"

_UNCLAIMED_AS_EXTRACTED: Final = f"(SELECT u.*, {_UNDECIDED} FROM unclaimed AS u)"  # noqa: S608 (as above)
# Of several decisions on one number one that made a fact of it counts most.
_REVIEWED_UNCLAIMED: Final = """(
    SELECT u.*, c.decision, c.reviewer, c.made_at AS decided_at
    FROM unclaimed AS u LEFT JOIN current_decisions AS c ON c.id = (
        SELECT x.id FROM current_decisions AS x
        WHERE x.document_key = u.document_key AND x.start = u.start
        ORDER BY x.action = 'reject', x.id DESC LIMIT 1
    )
)"""

_COUNTS: Final = f"{_CURRENT} AND x.id IN (SELECT id FROM current_decisions)"  # noqa: S608 (as above)
_FIELDS: Final[Mapping[str, tuple[Kind, str]]] = {
    "metric": ("text", "$.metric"),
    "value": ("number", "$.value"),
    "upper": ("number", "$.upper"),
    "unit": ("text", "$.unit"),
    "qualifier": ("text", "$.qualifier"),
    "status": ("text", "$.status"),
    "region_code": ("text", "$.region.code"),
    "region": ("text", "$.region.name"),
    "period": ("text", "$.period.iso"),
    "segment": ("text", "$.segment"),
}


def _decisions() -> ResultTable:
    now = {name: (kind, f"json_extract(x.fact, '{at}')") for name, (kind, at) in _FIELDS.items()}
    said = {f"said_{name}": (kind, f's."{name}"') for name, (kind, _) in _FIELDS.items()}
    changes = " || ".join(
        f"""CASE WHEN {value} IS NOT s."{name}" THEN ';{name}' ELSE '' END"""
        for name, (_, value) in now.items()
        if name != "region_code"  # the region's name says it
    )
    is_fact_kept = "s.position IS NOT NULL AND x.action IN ('accept', 'correct')"
    return _table(
        "decisions",
        "one row a decision of a reviewer, in order, those that were undone too",
        {
            **_OF_DOCUMENT,
            **_of("x", "text", "item", "action"),
            "counts": ("flag", _COUNTS),
            "changed": ("text", f"CASE WHEN {is_fact_kept} THEN ltrim({changes}, ';') ELSE '' END"),
            "mention": ("text", "coalesce(json_extract(x.fact, '$.evidence.quote'), n.mention)"),
            "start": ("integer", "coalesce(json_extract(x.fact, '$.evidence.start'), n.start)"),
            **now,
            **said,
            **_of("x", "text", "reviewer", "made_at"),
            "undone_by": ("text", "u.reviewer"),
            "undone_at": ("text", "u.made_at"),
            **_of("x", "text", "step"),
            **_KEY,
        },
        """
        FROM decisions AS x JOIN documents AS d ON d.key = x.document_key
        LEFT JOIN decisions AS u ON u.undoes = x.id
        LEFT JOIN facts AS s ON s.document_key = x.document_key AND s.position = x.position
        LEFT JOIN unclaimed AS n ON n.document_key = x.document_key AND n.start = x.start
        WHERE x.action <> 'undo' ORDER BY x.id
        """,
    )


# --- the tables -----------------------------------------------------------------------------------

# Where nobody has decided on anything, what there is to decide need not be looked for.
_IS_REVIEWED: Final = """
    d.state = 'done' AND EXISTS (SELECT 1 FROM decisions AS x WHERE x.document_key = d.key)
    AND NOT EXISTS (SELECT 1 FROM open_items AS o WHERE o.document_key = d.key)
"""
_LAST_ATTEMPT: Final = "a.id = (SELECT max(x.id) FROM attempts AS x WHERE x.document_key = d.key)"

_ERRORS: Final = f"""
    FROM (
        SELECT d.number AS number, d.id, d.source, 0 AS line, a.error_kind AS kind, a.error
        FROM documents AS d JOIN attempts AS a ON a.document_key = d.key
        WHERE d.state = 'failed' AND {_CURRENT} AND {_LAST_ATTEMPT}
        UNION ALL
        SELECT NULL, NULL, source, line, 'unreadable', error FROM input_errors
    ) AS x ORDER BY x.number IS NULL, x.number, x.source, x.line
"""  # noqa: S608 (words of this module)

TABLES: Final[Mapping[TableName, ResultTable]] = {
    "facts": _result(
        "facts",
        "one row a fact, as reviewers left it; rejected ones are told by `rejected`",
        "reviewed_facts",
        {
            **_DAY,
            **_of("t", "text", "metric"),
            **_of("t", "number", "value", "upper"),
            **_of("t", "text", "unit", "qualifier", "status"),
            **_PLACE,
            **_of("t", "text", "segment", "mention"),
            **_of("t", "integer", "start", "end"),
            **_of("t", "text", "sentence"),
            **_of("t", "integer", "page"),
            **_of("t", "text", "boxes", "verdict"),
            **_CONFIDENCE,
            **_of("t", "text", "findings"),
            **_of("t", "flag", "rejected"),
            **_DECIDED,
            **_of("t", "text", "item"),
        },
        order=_READING_ORDER,
        as_extracted=FACTS_AS_EXTRACTED,
    ),
    "declarations": _result(
        "declarations",
        "regions that are said to have reached UHC, to aim at it, or to have lost it",
        "declarations",
        {
            **_DAY,
            **_of("t", "text", "status"),
            **_PLACE,
            **_of("t", "text", "quote"),
            **_of("t", "integer", "start", "end"),
            **_of("t", "text", "sentence"),
            **_of("t", "integer", "page"),
            **_of("t", "text", "boxes"),
        },
    ),
    "findings": _result(
        "findings",
        "what the verifier has to say; without a position it concerns the text as a whole",
        "findings",
        {
            **_of("t", "integer", "fact_position"),
            **_of("t", "text", "rule", "severity", "message"),
        },
    ),
    "unclaimed": _result(
        "unclaimed",
        "every number that no fact claimed, and why; and what reviewers made of it",
        _REVIEWED_UNCLAIMED,
        {
            **_of("t", "text", "mention"),
            **_of("t", "integer", "start", "end"),
            **_of("t", "number", "value"),
            **_of("t", "text", "unit", "kind", "reason"),
            **_DECIDED,
        },
        as_extracted=_UNCLAIMED_AS_EXTRACTED,
    ),
    "decisions": _decisions(),
    "documents": _table(
        "documents",
        "one row a document, with what became of it and what it took",
        {
            **_OF_DOCUMENT,
            **_DAY,
            "chars": ("integer", "d.chars"),
            "state": ("text", "d.state"),
            "facts": ("integer", "(SELECT count(*) FROM facts AS f WHERE f.document_key = d.key)"),
            "reviewed": ("flag", _IS_REVIEWED),
            "copies": (
                "integer",
                "(SELECT count(*) FROM sources AS s WHERE s.document_key = d.key)",
            ),
            "error_kind": ("text", "a.error_kind"),
            "error": ("text", "a.error"),
            "requests": ("integer", "a.requests"),
            "input_tokens": ("integer", "a.input_tokens"),
            "output_tokens": ("integer", "a.output_tokens"),
            "cost": ("number", "a.cost"),
            **_MADE,
            **_KEY,
        },
        f"""
        FROM documents AS d LEFT JOIN extractions AS e ON e.document_key = d.key
        LEFT JOIN attempts AS a ON a.document_key = d.key AND {_LAST_ATTEMPT}
        WHERE {_CURRENT} ORDER BY d.number
        """,
    ),
    "errors": _table(
        "errors",
        "documents that failed, and inputs that could not be read",
        {
            "id": ("text", "x.id"),
            "source": ("text", "x.source"),
            "line": ("integer", "x.line"),
            "kind": ("text", "x.kind"),
            "error": ("text", "x.error"),
        },
        _ERRORS,
    ),
}
"""By name, in the order in which help lists them."""

COLUMNS: Final = ResultTable(
    "one row a column of a table: what it says",
    (
        Column("column", about="its name"),
        Column("kind", about="what its cells are: text, integer, number, date or flag"),
        Column("about", about="what it says"),
    ),
    "",
    "",
)


def column_rows(table: ResultTable) -> Iterator[tuple[Any, ...]]:
    """The rows of `COLUMNS` for a table."""
    return ((column.name, column.kind, column.about) for column in table.columns)


if set(TABLES) != set(get_args(TableName)):
    raise AssertionError("a table has no name, or a name no table")
