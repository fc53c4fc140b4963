"""The tables that come out of a ledger: their columns, and the query that fills them.

A row's document comes first (`id`, `source`, ...), its key last. A document whose inputs have since
got another text, or have been asked for with other settings, is left out: another answers for them.
"""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple, get_args

__all__ = ["TABLES", "Column", "ResultTable", "TableName"]

TableName = Literal["facts", "declarations", "documents", "findings", "unclaimed", "errors"]
Kind = Literal["text", "integer", "number", "date", "flag"]


class Column(NamedTuple):
    """One column, and what its cells are."""

    name: str
    kind: Kind = "text"


class ResultTable(NamedTuple):
    """What a table holds, in words; its columns; and the query whose rows have them in order."""

    about: str
    columns: tuple[Column, ...]
    query: str

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)


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
_CURRENT: Final = "EXISTS (SELECT 1 FROM sources AS s WHERE s.document_key = d.key)"


def _of(alias: str, kind: Kind, *names: str) -> dict[str, tuple[Kind, str]]:
    return {name: (kind, f'{alias}."{name}"') for name in names}


_PLACE: Final = {
    **_of("t", "text", "region_code", "region", "level", "province", "period", "period_source"),
}


def _table(about: str, columns: Mapping[str, tuple[Kind, str]], rest: str) -> ResultTable:
    shown = ", ".join(f'{value} AS "{name}"' for name, (_, value) in columns.items())
    return ResultTable(
        about,
        tuple(Column(name, kind) for name, (kind, _) in columns.items()),
        f"SELECT {shown} {rest}",
    )


def _result(about: str, table: str, columns: Mapping[str, tuple[Kind, str]]) -> ResultTable:
    rest = f"""
        FROM {table} AS t JOIN documents AS d ON d.key = t.document_key
        JOIN extractions AS e ON e.document_key = d.key
        WHERE d.state = 'done' AND {_CURRENT} ORDER BY d.number, t.id
    """
    return _table(about, {**_OF_DOCUMENT, **columns, **_MADE, **_KEY}, rest)


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
        "one row a fact; rejected ones are told by `rejected`",
        "facts",
        {
            **_of("t", "text", "metric"),
            **_of("t", "number", "value", "upper"),
            **_of("t", "text", "unit", "qualifier", "status"),
            **_PLACE,
            **_of("t", "text", "segment", "mention"),
            **_of("t", "integer", "start", "end"),
            **_of("t", "text", "sentence", "verdict", "findings"),
            **_of("t", "flag", "rejected"),
        },
    ),
    "declarations": _result(
        "regions that are said to have reached UHC, to aim at it, or to have lost it",
        "declarations",
        {
            **_of("t", "text", "status"),
            **_PLACE,
            **_of("t", "text", "quote"),
            **_of("t", "integer", "start", "end"),
            **_of("t", "text", "sentence"),
        },
    ),
    "findings": _result(
        "what the verifier has to say; without a position it concerns the text as a whole",
        "findings",
        {
            **_of("t", "integer", "fact_position"),
            **_of("t", "text", "rule", "severity", "message"),
        },
    ),
    "unclaimed": _result(
        "every number that no fact claims, and why",
        "unclaimed",
        {
            **_of("t", "text", "mention"),
            **_of("t", "integer", "start", "end"),
            **_of("t", "number", "value"),
            **_of("t", "text", "unit", "kind", "reason"),
        },
    ),
    "documents": _table(
        "one row a document, with what became of it and what it took",
        {
            **_OF_DOCUMENT,
            "chars": ("integer", "d.chars"),
            "state": ("text", "d.state"),
            "facts": ("integer", "(SELECT count(*) FROM facts AS f WHERE f.document_key = d.key)"),
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

if set(TABLES) != set(get_args(TableName)):
    raise AssertionError("a table has no name, or a name no table")
