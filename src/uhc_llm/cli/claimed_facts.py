"""The facts that `verify` is given: lists of them, and what the program's own commands write.

JSON, JSON lines, CSV -> rows, each with its place -> those of this article -> facts to check
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from uhc_llm.batch.cells import as_it_was
from uhc_llm.batch.csv_reading import table_of_csv
from uhc_llm.cli.common import told
from uhc_llm.documents import decoded_json
from uhc_llm.errors import InputError
from uhc_llm.fact_keys import refuse_misspelt
from uhc_llm.language import _
from uhc_llm.schemas import Reading

__all__ = ["claimed_facts"]

_NEEDED: Final = ("metric", "value", "unit")
# Columns that only the program's own tables have: their numbers are written with a decimal point,
# or with a comma where semicolons stand between the cells, and no thousands are set apart.
# Those of older versions have no columns of confidence, and are told by the others.
_OWN: Final = frozenset({"qualifier", "verdict", "findings"})
_NUMBERS: Final = ("value", "upper")
_SHOWN: Final = 5

_PLAIN: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
# Several groups of three, or one before a decimal sign of the other kind.
_BY_DOTS: Final = re.compile(
    r"[+-]?[0-9]{1,3}(?:(?:\.[0-9]{3}){2,12}(?:,[0-9]+)?|\.[0-9]{3},[0-9]+)"
)
_BY_COMMAS: Final = re.compile(
    r"[+-]?[0-9]{1,3}(?:(?:,[0-9]{3}){2,12}(?:\.[0-9]+)?|,[0-9]{3}\.[0-9]+)"
)
_COMMA: Final = re.compile(r"[+-]?[0-9]+,[0-9]+")
_EITHER: Final = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")


class _Row(NamedTuple):
    """A fact as it is given, where it stands in the file, and of which article it is."""

    place: str
    cells: Mapping[str, Any]
    article: str | None = None


def claimed_facts(
    text: str, path: str, reading: Reading, *, article: str | None, chosen: str | None = None
) -> list[Mapping[str, Any]]:
    """The facts of one article in a file.

    Args:
        text: what the file holds.
        path: what it is called in messages.
        reading: the article.
        article: the article's id.
        chosen: the id that the file has for the article, where that is another one.

    Raises:
        InputError: it holds no facts, none of this article, or some that are none; these are named
            by their line, or by their number in a list.
    """
    rows = _of_article(list(_rows(text, path)), path, article=article, chosen=chosen)
    _refuse_wrong(rows, path, reading)
    return [row.cells for row in rows]


def _rows(text: str, path: str) -> Iterator[_Row]:
    opening = text.lstrip()[:1]
    if opening in ("[", "{"):
        return _json_rows(text, path)
    if not opening:
        raise InputError(_("{file!r} is empty: no JSON, and no CSV", file=path))
    return _csv_rows(text, path)


def _of_article(
    rows: Sequence[_Row], path: str, *, article: str | None, chosen: str | None
) -> Sequence[_Row]:
    """The rows of one article; those of a file on one article, whatever it is called there."""
    ids = list(dict.fromkeys(row.article for row in rows if row.article is not None))
    wanted = chosen if chosen is not None else article
    if chosen is None and len(ids) <= 1:
        return rows
    if wanted not in ids:
        named = ", ".join(map(repr, ids[:12])) + (", ..." if len(ids) > 12 else "")  # noqa: PLR2004
        raise InputError(
            _(
                "{file!r} holds facts of {articles}, and none of {wanted!r}: name one with --id",
                file=path,
                articles=named or _("no article that it names"),
                wanted=wanted,
            )
        )
    return [row for row in rows if row.article == wanted]


def _refuse_wrong(rows: Sequence[_Row], path: str, reading: Reading) -> None:
    from uhc_llm.verifier.claims import as_fact

    wrong: list[str] = []
    for row in rows:
        try:
            as_fact(row.cells, reading)
        except InputError as error:
            wrong.append(f"{row.place}: {told(str(error))}")
    if wrong:
        more = _("; and {n} more", n=len(wrong) - _SHOWN) if len(wrong) > _SHOWN else ""
        raise InputError(f"{path!r}, {'; '.join(wrong[:_SHOWN])}{more}")


# --- JSON -----------------------------------------------------------------------------------------


def _json_rows(text: str, path: str) -> Iterator[_Row]:
    values = list(_values(text, path))
    if len(values) == 1 and isinstance(values[0][1], list):
        values = [(_fact(number), value) for number, value in enumerate(values[0][1], start=1)]
    for place, value in values:
        yield from _facts_in(value, place, path)


def _values(text: str, path: str) -> Iterator[tuple[str, Any]]:
    """The JSON values in a text, one or one a line, with their places."""
    try:
        yield _fact(1), decoded_json(text.strip())
    except InputError as error:
        # Other ends of lines may stand inside a quote.
        lines = [(n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
        if len(lines) < 2 or text.lstrip()[0] == "[":  # noqa: PLR2004 - not one a line
            raise InputError(f"{path!r}: {told(str(error))}") from error
        for number, line in lines:
            place = _("line {n}", n=number)
            try:
                yield place, decoded_json(line)
            except InputError as wrong:
                raise InputError(f"{path!r}, {place}: {told(str(wrong))}") from wrong


def _fact(number: int) -> str:
    return _("fact {n}", n=number)


def _facts_in(value: object, place: str, path: str) -> Iterator[_Row]:
    """The facts of an extraction, or the one fact that a value is."""
    if isinstance(value, dict) and "facts" in value:
        if not isinstance(value["facts"], list):
            raise InputError(_("{file!r} holds no list of facts", file=path))
        article = value.get("id")
        for number, fact in enumerate(value["facts"], start=1):
            place = _("fact {n} of {article!r}", n=number, article=article)
            yield _json_row(fact, place if article else _fact(number), path, article=_id(value))
    elif isinstance(value, dict) and not value.keys() & set(_NEEDED) and value:
        raise InputError(_("{file!r} holds no list of facts", file=path))
    else:
        yield _json_row(value, place, path, article=_id(value) if isinstance(value, dict) else None)


def _json_row(fact: object, place: str, path: str, *, article: str | None) -> _Row:
    if not isinstance(fact, dict):
        kind = type(fact).__name__
        raise InputError(
            _(
                "{file!r}, {place}: a fact must be a mapping, not {kind}",
                file=path,
                place=place,
                kind=kind,
            )
        )
    _refuse_misspelt(fact, place, path)
    evidence = fact.get("evidence")
    if isinstance(evidence, dict) and evidence.get("quote"):
        fact = {"quote": evidence["quote"], **fact}
    return _Row(place, fact, article)


def _refuse_misspelt(keys: Collection[object], place: str, path: str) -> None:
    try:
        refuse_misspelt(keys)
    except InputError as error:
        raise InputError(f"{path!r}, {place}: {told(str(error))}") from error


def _id(cells: Mapping[str, Any]) -> str | None:
    said = cells.get("id")
    return None if said is None or said == "" else str(said)


# --- CSV ------------------------------------------------------------------------------------------


def _csv_rows(text: str, path: str) -> Iterator[_Row]:
    delimiter, names, rows = table_of_csv(text, repr(path))
    header = [name.strip().lower() for name in names]
    missing = [name for name in _NEEDED if name not in header]
    if missing:
        raise InputError(
            _(
                "{file!r} is no mapping or list of mappings (JSON), and as a CSV lacks the columns "
                "{names}: a table of facts has value, unit and metric, and where known status, "
                "region, period, segment and quote",
                file=path,
                names=", ".join(missing),
            )
        )
    _refuse_misspelt(header, _("line {n}", n=1), path)
    is_own = header.count("metric") == 1 and set(header) >= _OWN
    decimal = ("," if delimiter == ";" else ".") if is_own else None
    for line, cells, _problem in rows:
        if any(cell.strip() for cell in cells):
            yield _csv_row(header, cells, _("line {n}", n=line), path, own_decimal=decimal)


def _csv_row(
    header: Sequence[str], cells: Sequence[str], place: str, path: str, *, own_decimal: str | None
) -> _Row:
    if len(cells) > len(header):
        raise InputError(
            _(
                "{file!r}, {place}: {n} cells more than the header; a value with a comma needs "
                "quotation marks, or semicolons between the cells",
                file=path,
                place=place,
                n=len(cells) - len(header),
            )
        )
    said = {
        name: as_it_was(cell) if cell.startswith("'") else cell.strip()
        for name, cell in zip(header, cells, strict=False)
        if cell.strip()
    }
    try:
        numbers: dict[str, Any] = {
            name: said[name].replace(own_decimal, ".") if own_decimal else _number(said[name], name)
            for name in _NUMBERS
            if name in said
        }
    except InputError as error:
        raise InputError(f"{path!r}, {place}: {error}") from error
    return _Row(place, {**said, **numbers}, _id(said))


def _number(said: str, name: str) -> str:
    """A number as people write it, with a decimal point; only where it can be read in one way."""
    plain = said.replace("\xa0", "").strip()
    if _EITHER.fullmatch(plain):
        digits = re.sub("[.,]", "", plain)
        decimal = plain.replace(",", ".")
        raise InputError(
            _(
                "{name} {said!r} can be read in two ways: write {digits}, or {decimal}0 if that is "
                "a decimal sign",
                name=name,
                said=said,
                digits=digits,
                decimal=decimal,
            )
        )
    if _PLAIN.fullmatch(plain):
        return plain
    if _COMMA.fullmatch(plain):
        return plain.replace(",", ".")
    if _BY_DOTS.fullmatch(plain):
        return plain.replace(".", "").replace(",", ".")
    if _BY_COMMAS.fullmatch(plain):
        return plain.replace(",", "")
    raise InputError(
        _(
            "{name} {said!r} is no number: write 84.33 or 84,33, without its unit",
            name=name,
            said=said,
        )
    )
