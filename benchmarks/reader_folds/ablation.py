"""What each family of features is worth: the reader fitted and tried without it.

A choice that has no feature of the family stays as it was fitted. The exact rules for tables are no
features: they are left out at reading alone.
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from typing import Any, Final, NamedTuple
from unittest.mock import patch

from benchmarks.reader_folds.families import FAMILIES, TOPIC, without
from benchmarks.reader_folds.held import counted, f1, f1_change
from benchmarks.reader_folds.kept import ALL, IN_TABLES, TRIED, WHOLE, Part
from tools.training.sets import Source
from tools.training.validation import Held, cross_validate, fit_sources
from uhc_llm.evaluation.figures import Sample
from uhc_llm.reader.scoring import Layer

__all__ = ["REMOVALS", "Removal", "run"]

# A topic that nothing is known of: every text may be on coverage.
_NO_TOPIC: Final = Layer(("other", "coverage"), [], b"", (0.0, 0.0), 1.0)


class Removal(NamedTuple):
    """Something that is left out.

    Attributes:
        name: what.
        families: of features.
        has_cells: whether tables are read by exact rules too.
    """

    name: str
    families: tuple[str, ...]
    has_cells: bool = True

    @property
    def choices(self) -> set[str]:
        """The choices that are fitted anew."""
        return {choice for family in self.families for choice in FAMILIES[family]}


REMOVALS: Final = (
    *(Removal(family, (family,)) for family in FAMILIES),
    Removal("exact rules for tables", (), has_cells=False),
    Removal(
        "exact rules for tables, tables and lists",
        ("tables and lists", "place: tables and lists", "time: tables and lists"),
        has_cells=False,
    ),
)


class _Fitted:
    """Fits the reader to the folds, and keeps what it is for each."""

    def __init__(self) -> None:
        self._whole: Final[dict[tuple[str, ...], Mapping[str, Layer]]] = {}

    def whole(self, sources: Sequence[Source]) -> Mapping[str, Layer]:
        """All of it."""
        key = tuple(source.article.gold.id for source in sources)
        if key not in self._whole:
            self._whole[key] = fit_sources(sources)
        return self._whole[key]

    def without(self, removal: Removal, sources: Sequence[Source]) -> Mapping[str, Layer]:
        """All but what is left out."""
        less = [without(source, removal.families) for source in sources]
        fitted = fit_sources(less, choices=removal.choices - {"topic"})
        if TOPIC in removal.families:
            fitted["topic"] = _NO_TOPIC
        return {**self.whole(sources), **fitted}


def run(sources: Sequence[Source], part: Part, folds: int) -> None:
    """Try the whole reader, and the reader without each thing."""
    missing = [each for each in REMOVALS if each.name not in part.rows]
    if not missing and WHOLE in part.rows:
        return
    fitted = _Fitted()
    whole = cross_validate(sources, fitted.whole, folds=folds, tried=TRIED)
    part.row(WHOLE, partial(_figures, whole))
    for removal in missing:
        part.row(removal.name, partial(_change, removal, sources, fitted, whole, folds))


def _figures(held: Sequence[Held]) -> Mapping[str, Any]:
    sample = Sample([counted(each, *_names(each)) for each in held])
    return {name: f1(sample, name) for name in (ALL, IN_TABLES)}


def _change(
    removal: Removal, sources: Sequence[Source], fitted: _Fitted, whole: Sequence[Held], folds: int
) -> Mapping[str, Any]:
    """What F1 changes by at each level, in all articles and in tables."""
    held = _held_without(removal, sources, fitted, folds)
    sample = Sample(
        [
            {
                **counted(one, *(f"whole, {name}" for name in _names(one))),
                **counted(two, *(f"less, {name}" for name in _names(two))),
            }
            for one, two in zip(whole, held, strict=True)
        ]
    )
    return {n: f1_change(sample, f"whole, {n}", f"less, {n}") for n in (ALL, IN_TABLES)}


def _held_without(
    removal: Removal, sources: Sequence[Source], fitted: _Fitted, folds: int
) -> list[Held]:
    with ExitStack() as stack:
        if TOPIC in removal.families:
            stack.enter_context(patch("tools.training.fitting.topic_steps", lambda *_: ()))
        if not removal.has_cells:
            stack.enter_context(patch("uhc_llm.reader.interpreting.read_cell", lambda *_: None))
        return cross_validate(sources, partial(fitted.without, removal), folds=folds, tried=TRIED)


def _names(held: Held) -> tuple[str, ...]:
    is_table = held.source.article.gold.kind == IN_TABLES
    return (ALL, IN_TABLES) if is_table else (ALL,)
