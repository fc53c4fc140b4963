"""The sheets of a workbook in the language of whoever opens it.

Programs go by names: CSV, JSONL and Parquet have the same ones in every language, and so has a
workbook in English. In another language the sheets, the headings and the vocabulary are words, and
the last sheet has beside each word the name that the other files, and the docs, have for it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from uhc_llm.batch.result_tables import Column, ResultTable
from uhc_llm.batch.vocabularies import CELL_KINDS, Vocabulary
from uhc_llm.language import Language, _, pgettext, speaking

__all__ = ["EXPLANATION", "Sheet", "in_language"]

Row = Sequence[Any]
Sheet = tuple[str, ResultTable, Iterable[Row]]
"""Its name, its table, and its rows."""

EXPLANATION: Final = ResultTable(
    "one row a column of the other sheets, and one a name that its cells hold",
    tuple(
        Column(name, wraps=True)
        for name in ("sheet", "heading", "column", "kind", "word", "name", "explanation")
    ),
    "",
    "",
)
"""What the last sheet is in other languages than English."""


def in_language(tables: Sequence[Sheet], explaining: Sheet, language: Language) -> list[Sheet]:
    """The sheets of a workbook.

    Args:
        tables: with the names that programs go by.
        explaining: the sheet that says in English what their columns are.
        language: of the workbook.
    """
    if language == "en":
        return [*tables, explaining]
    with speaking(language):
        sheets = [
            (_named(name), _headed(table), _in_words(table, rows)) for name, table, rows in tables
        ]
        told = [row for name, table, _rows in tables for row in _explained(name, table)]
        return [*sheets, (_named(explaining[0]), _headed(EXPLANATION), told)]


def _named(sheet: str) -> str:
    return pgettext("sheet", sheet)


def _heading(column: str) -> str:
    return pgettext("heading", column)


def _headed(table: ResultTable) -> ResultTable:
    columns = (column._replace(heading=_heading(column.name)) for column in table.columns)
    return table._replace(columns=tuple(columns))


def _words(vocabulary: Vocabulary | None) -> dict[str, str]:
    if vocabulary is None:
        return {}
    return {name: pgettext(vocabulary.context, name) for name in vocabulary.names}


def _in_words(table: ResultTable, rows: Iterable[Row]) -> Iterator[Row]:
    # Looked up now: the rows come when another language may be spoken.
    words = [_words(column.vocabulary) for column in table.columns]
    return ([_said(cell, of) for cell, of in zip(row, words, strict=True)] for row in rows)


def _said(cell: Any, words: Mapping[str, str]) -> Any:  # noqa: ANN401 (a cell of any kind)
    """A cell in words; what is no name of the vocabulary stays.

    >>> _said("sums_differ;range", {"sums_differ": "jumlah berbeda", "range": "rentang"})
    'jumlah berbeda; rentang'
    """
    if not words or not isinstance(cell, str):
        return cell
    return "; ".join(words.get(name, name) for name in cell.split(";"))


def _explained(sheet: str, table: ResultTable) -> Iterator[Row]:
    kinds = _words(CELL_KINDS)
    for column in table.columns:
        place = (_named(sheet), _heading(column.name), column.name)
        yield *place, kinds[column.kind], None, None, _(column.about)
        if column.vocabulary:
            words = _words(column.vocabulary)
            for name, about in column.vocabulary.names.items():
                yield *place, None, words[name], name, _(about) if about else None
