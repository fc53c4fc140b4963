"""One fact as others write it: a number in words, a region by its name, a month as it is said."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, NamedTuple, get_args

from pydantic import ValidationError

from uhc_llm.errors import InputError
from uhc_llm.evaluation.gold import GoldArticle, LabelledFact
from uhc_llm.evaluation.places import find_code
from uhc_llm.scanner import scan
from uhc_llm.schemas import ISO_PERIOD, METRICS, SEGMENTS, Qualifier, Status, Unit, Verdict

__all__ = ["Quantity", "codes_in", "known", "period_in", "quantity_in", "read_fact"]

_PLAIN: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_HAS_WORDS: Final = re.compile(r"[^\W\d_]|%")
# 1.234 is a thousand and more to the press, and less than two to a program.
_EITHER: Final = re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}")
_ISO: Final = re.compile(ISO_PERIOD)
_CODE: Final = re.compile(r"\d\d(?:\.\d\d)?|ID")
_WITH_UNIT: Final[Mapping[Unit, str]] = {
    "percent": "{} persen",
    "people": "{} jiwa",
    "rupiah": "Rp {}",
    "regions": "{} daerah",
}
_UNITS: Final[Mapping[str, Unit]] = {unit: unit for unit in get_args(Unit)}
_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "metric": tuple(METRICS),
    "status": get_args(Status),
    "segment": tuple(SEGMENTS),
    "qualifier": get_args(Qualifier),
    "verdict": get_args(Verdict),
}
_CONFIDENCES: Final = tuple(n for n in LabelledFact.model_fields if n.startswith("confidence"))


class Quantity(NamedTuple):
    """A number in words; `upper` where it is a range."""

    value: Decimal
    upper: Decimal | None
    unit: Unit | None


def quantity_in(words: str, unit: Unit | None = None, *, is_strict: bool = True) -> Quantity | None:
    """The first number in words, as the press writes it, if there is one of a given unit then that.

    >>> quantity_in("sebanyak 1,2 juta jiwa")
    Quantity(value=Decimal('1200000'), upper=None, unit='people')

    Args:
        words: such as "98,5 persen".
        unit: the one that is looked for.
        is_strict: refuse what can be read in two ways; else it is read in the likelier one.

    Raises:
        InputError: it can be read in two ways.
    """
    found = [m for m in scan(words).mentions if m.kind == "quantity"]
    if not found:
        return None
    first = next((m for m in found if m.says_unit and m.unit == unit), found[0])
    if is_strict and "ambiguous" in first.flags:
        readings = " or ".join(f"{reading:f}" for reading in first.readings)
        raise InputError(f"{words!r} can be read in two ways: write {readings}")
    return Quantity(first.value, first.upper, first.unit if first.says_unit else None)


def read_fact(
    cells: Mapping[str, Any], article: GoldArticle | None, *, has_decimal_point: bool = True
) -> LabelledFact:
    """Read one fact.

    Args:
        cells: `metric`, `value` (a number, or words), and where known `upper`, `unit`, `status`,
            `region` (a name), `region_code`, `period`, `segment`, `qualifier`, `mention`, `start`,
            `verdict` and the columns of confidence; null and empty ones say nothing. A name is
            looked up where no `region_code` is given; one that is null is that of an area without
            a code.
        article: the one it is of; the regions that it names tell which Semarang is meant.
        has_decimal_point: whether digits alone are a program's number, in which 1.234 is less than
            two; in a table that people wrote it is read as the press writes it, by its unit.

    Raises:
        InputError: the metric or the value is missing, or something is none of its kind; the
            message does not say where it stands.
    """
    said = {name: value for name, value in cells.items() if value is not None and value != ""}
    if missing := [name for name in ("metric", "value") if name not in said]:
        raise InputError(f"the fact has no {' and no '.join(missing)}")
    chosen = {name: _choice(said[name], name) for name in _CHOICES if name in said}
    own = METRICS[chosen["metric"]].unit  # type: ignore[index] # it is one of them
    unit = _unit(said["unit"]) if "unit" in said else own
    name, code = _region(said, article, is_open="region_code" not in cells)
    row: dict[str, Any] = {
        **{key: said[key] for key in ("mention", "start") if key in said},
        **dict(_confidences(said)),
        **chosen,
        **_numbers(said, unit, has_decimal_point=has_decimal_point),
        "region": name,
        "region_code": code,
        "period": _period(said.get("period")),
    }
    try:
        return LabelledFact.model_validate(row)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise InputError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def period_in(words: str) -> str | None:
    """The period that words name, of a span the end; None where they name none.

    >>> period_in("Mei 2024"), period_in("saat ini")
    ('2024-05', None)
    """
    if _ISO.match(words):
        return words
    periods = scan(words).periods
    return periods[-1].iso if periods else None


def known(value: object, name: str) -> str | None:
    """The choice that a value means, whatever its case and with spaces; None where it is none.

    >>> known("Coverage rate", "metric")
    'coverage_rate'
    """
    written = re.sub(r"[\s-]+", "_", str(value).strip().casefold())
    return written if written in _CHOICES[name] else None


def codes_in(article: GoldArticle | None) -> frozenset[str | None]:
    """The codes of the regions that an article names."""
    if article is None:
        return frozenset()
    return _codes_in(article.text)


@lru_cache(maxsize=512)
def _codes_in(text: str) -> frozenset[str | None]:
    return frozenset(region.code for region in scan(text).regions)


def _choice(value: object, name: str) -> str:
    choice = known(value, name)
    if choice is None:
        raise InputError(f"{name} {value!r} is none of {', '.join(_CHOICES[name])}")
    return choice


def _unit(value: object) -> Unit:
    words = str(value).strip()
    if words in _UNITS:
        return _UNITS[words]
    for form in ("1 {}", "{} 1"):
        quantity = quantity_in(form.format(words))
        if quantity and quantity.unit:
            return quantity.unit
    raise InputError(f"unit {value!r} is none of {', '.join(_UNITS)}")


def _confidences(said: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """How likely it is held to be right; what others mean by the word otherwise is left aside."""
    for name in _CONFIDENCES:
        try:
            share = float(said.get(name, ""))
        except (TypeError, ValueError, OverflowError):
            continue
        if 0 <= share <= 1:
            yield name, share


def _numbers(said: Mapping[str, Any], unit: Unit, *, has_decimal_point: bool) -> dict[str, Any]:
    """The value, the upper end and the unit; a unit that is not given is that of the words."""
    numbers: dict[str, Any] = {}
    for name in ("value", "upper"):
        if name not in said:
            continue
        quantity = _quantity(said[name], name, unit, has_decimal_point=has_decimal_point)
        numbers[name] = quantity.value
        if quantity.upper is not None:
            numbers["upper"] = quantity.upper
        if quantity.unit and "unit" not in said:
            numbers["unit"] = quantity.unit
    return {"unit": unit, **numbers}


def _quantity(value: object, name: str, unit: Unit, *, has_decimal_point: bool) -> Quantity:
    written = str(value).strip()
    if _PLAIN.fullmatch(written) and (has_decimal_point or not _EITHER.fullmatch(written)):
        return Quantity(Decimal(written), None, None)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Quantity(Decimal(written), None, None)  # 1e6
    words = written if _HAS_WORDS.search(written) else _WITH_UNIT.get(unit, "{}").format(written)
    quantity = quantity_in(words, unit)
    if quantity is None:
        raise InputError(
            f"{name} {value!r} is no number: write 98.5, or words such as '98,5 persen'"
        )
    return quantity


def _region(
    said: Mapping[str, Any], article: GoldArticle | None, *, is_open: bool
) -> tuple[str | None, str | None]:
    """The name and the code of the region that is said."""
    region: Any = said.get("region")
    code: Any = said.get("region_code")
    if isinstance(region, Mapping):
        region, code, is_open = region.get("name"), region.get("code"), False
    if region is not None and not isinstance(region, str):
        raise InputError(f"region {region!r} is no name: write 'Kota Semarang', or leave it out")
    if is_open and region:
        code = find_code(region, codes_in(article))
    if code is not None and not _CODE.fullmatch(str(code)):
        raise InputError(
            f"region_code {code!r} is no Kemendagri code: write 33.10, as text in a spreadsheet, "
            "which drops the zero of a number; or leave it out and give the region's name"
        )
    return region, None if code is None else str(code)


def _period(value: object) -> str | None:
    if isinstance(value, Mapping):
        value = value.get("iso")
    if value is None:
        return None
    period = period_in(str(value).strip())
    if period is None:
        raise InputError(
            f"period {value!r} names no time: write 2024, 2024-05, 2024-S1, 2024-Q1 or "
            "2024-05-14, or leave it out"
        )
    return period
