"""The families of features: which patterns the names of each have, for each choice.

Every feature of a choice belongs to one family, so that an ablation takes out each of them once.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final, get_args

from tools.training.examples import Example, LabelledArticle
from tools.training.sets import Source
from uhc_llm.schemas import METRICS, Level, Qualifier, Unit

__all__ = ["FAMILIES", "TOPIC", "families_of", "without"]

# What patterns are composed of. A word may be a line's end, and has no space in it.
_WORD: Final = "[^ ]+"
_WORDS: Final = "[^ ]*"
_UNIT: Final = f"(?:{'|'.join([*get_args(Unit), 'None'])})"
_METRIC: Final = f"(?:{'|'.join(METRICS)})"
_LEVEL: Final = f"(?:{'|'.join(get_args(Level))})"
_QUALIFIER: Final = f"(?:{'|'.join(get_args(Qualifier))})"
_TABLE: Final = "(?:table|list)"
_SIDE: Final = "(?:before|behind)"
_KIND: Final = "(?:year|month|day|part of a year)"
_AGE: Final = (
    r"(?:(?:before|after) by \d years|the own day|around the own day|of unknown age"
    "|part of the own year|(?:earlier|later) in the year)"
)
_RANK: Final = "(?:only|first|middle|last) year"
_SHIFT: Final = "(?:old, and a new one|new, and an old one|from|to|no change)"
_TIME: Final = f"(?:{_AGE}|{_RANK}|{_KIND}|own date|none)"

Patterns = Mapping[str, Sequence[str]]
"""For each choice the patterns of the whole names of features."""


def _own(*patterns: str) -> Patterns:
    """Patterns of what a number and its words show, for its meaning and for its members."""
    return {"meaning": patterns, "segment": patterns}


_SENSES: Final = (
    f"(?:clause|left|right|earlier|later): {_WORD}",
    rf"(?:left|right) within \d+: {_WORD}",
    f"nearest (?:left|right): {_WORD}",
    f"{_WORD} before, {_WORD} behind",
)
_STEPS: Final = (
    "first of its sentence",
    "(?:.* )?after (?:.+, )?(?:same|other) unit",
    "below .+",
    f"last of {_UNIT}(?:, [^:]+)?: .+",
    f"last two of {_UNIT}: .+",
    "at its place in the item above .+",
    "lately .+",
    r"facts lately \d",
)
TOPIC: Final = "the topic of the text"

FAMILIES: Final[Mapping[str, Patterns]] = {
    # --- what a number means, and whose members it counts ---
    "the number itself": _own(
        f"unit {_UNIT}", f"{_UNIT} of size {_WORD}", f"{_UNIT} without noun", "noun .+",
        _QUALIFIER, "range", "(?:no )?decimals", f"exactly {_WORD}", f"{_UNIT} to the unit",
        f"{_UNIT} in scale words", f"flag {_WORD}",
    ),
    "words beside it": _own(rf"\d {_SIDE} {_WORD}", f"(?:{_SIDE}|between) {_WORD}"),
    "words of its clause and sentence": _own(f"(?:clause|left|right|earlier|later) {_WORD}"),
    "senses of these words": {
        "meaning": _SENSES,
        "segment": (
            *_SENSES, f"{_METRIC}, {_WORD} (?:{_SIDE}|nearest)", f"{_WORD} nearest",
            f"{_METRIC}, no group near",
        ),
    },
    "other sentences, title and heading": _own(
        f"(?:title|sentence before|heading) {_WORD}",
        f"(?:title|sentence before|sentence behind|heading): {_WORD}",
    ),
    "distance to words of the field": _own(
        rf"(?:{_UNIT}, )?field (?:\d+|far|later|nowhere)",
        f"paragraph: {_WORD}", "paragraph without field",
    ),
    "what was last said to be counted": _own(
        rf"(?:{_UNIT}, )?last measures? {_WORD}(?:, {_WORD})?",
    ),
    "sums": _own("sum: .+"),
    "tables and lists": _own(
        "in prose", f"in a {_TABLE}", f"(?:head|row|title of {_TABLE}):? {_WORD}",
        f"{_UNIT} under .*", r"number \d of \d in its item", "its turn in the heading: .+",
    ),
    "what was decided before": {
        "meaning": _STEPS,
        "segment": (
            *_STEPS, f"(?:.* )?after {_WORD}, (?:same|other) metric", f"after {_WORD}",
            f"{_METRIC}, last fact .+",
        ),
    },
    "its own meaning": {"segment": ("means .+",)},
    TOPIC: {"topic": (".*",), "meaning": (rf"topic \d(?:, {_UNIT})?",)},
    # --- whose it is ---
    "place: how near it stands": {
        "place": (
            rf"{_SIDE} at (?:\d+|far)", rf"{_SIDE}, \d numbers and \d regions between",
            rf"{_SIDE}, \d numbers between, {_UNIT}", rf"{_SIDE}, \d regions between, {_LEVEL}",
            f"nearest {_SIDE}(?:, .+)?", f"own {_SIDE}(?:, .+)?", f"alone {_SIDE}",
            "its turn, .+", r"\d sentences back, .+", "later, .+", "last named, .+",
            "alone in its sentence, .+", "same paragraph, .+",
        ),
    },
    "place: words at it, and between": {
        "place": (
            f"{_SIDE} {_WORDS}", f"{_SIDE} over {_WORDS}", f"named behind {_WORDS}",
            f"{_LEVEL} before {_WORDS}", "place of an event",
            f"{_LEVEL} (?:in a longer|behind a) name",
            f"{_LEVEL} around the one before", f"(?:inmost|middle) {_LEVEL} of several around it",
            f"{_WORD} of several around it",
        ),
    },
    "place: its level": {
        "place": (
            f"level {_LEVEL}", f"{_METRIC}(?: actual| target)? of {_LEVEL}",
            f"{_LEVEL}, {_UNIT} of size {_WORD}", f"{_LEVEL} with {_WORD}",
            f"unnamed {_LEVEL}, .+", f"implied {_LEVEL}", "either of two",
            "nobody", f"nobody, {_METRIC}", f"nobody, {_UNIT} of size {_WORD}",
            f"nobody with {_WORD}", "nobody, none here",
        ),
    },
    "place: title, first and main region": {
        "place": ("main region(?:, .+)?", "first named", "in the title"),
    },
    "place: tables and lists": {
        "place": (
            f"in the (?:row|head|title) of a {_TABLE}.*", f"not in the {_TABLE}.*",
            f"nobody, (?:un)?named row of a {_TABLE}(?:, .+)?",
        ),
    },
    "place: several together": {
        "place": (f"several {_SIDE}.*", f"several with {_WORD}", "several, .+"),
    },
    "place: as before": {
        "place": ("(?:several: )?(?:not )?as (?:before|the last fact), .*", "nobody, as before"),
    },
    # --- of when it is ---
    "time: how near it stands": {
        "moment": (
            rf"{_SIDE} at (?:\d+|far)(?:, {_KIND})?", rf"{_SIDE}, \d numbers .+",
            f"own {_SIDE}, .+", r"\d sentences back, .+", "later, .+", "last named, .+",
            "same paragraph, .+",
        ),
    },
    "time: words at it, and between": {
        "moment": (
            f"{_SIDE} {_WORDS}", f"{_SIDE}, {_WORD} between", f"{_KIND} {_SIDE} {_WORDS}",
            "near the time: .+",
        ),
    },
    "time: words at the number": {
        "moment": (
            f"(?:none|own|other) near {_WORD}",
            rf"(?:none|own|other), {_SHIFT}(?:, \d here)?",
        ),
    },
    "time: what its clause is about, and how it is said": {
        "moment": ("clause .+", "said as .+"),
    },
    "time: its age, rank and precision": {
        "moment": (
            f"(?!none, {_SHIFT}){_TIME}, .+", f"{_TIME} with {_WORD}(?:, .+)?",
            f"(?:early|middle|late) {_KIND}", "day with its weekday, .+",
        ),
    },
    "time: tables and lists": {
        "moment": (
            f"in the (?:row|head|title) of a {_TABLE}.*", f"not in the {_TABLE}.*",
            f"{_TIME} in a table",
        ),
    },
    "time: as before": {
        "moment": ("(?:not )?as (?:before|the last fact), .*", "(?:not )?as above"),
    },
}  # fmt: skip


@cache
def _compiled() -> Mapping[str, Mapping[str, re.Pattern[str]]]:
    """For each choice the families that it has, each with one pattern."""
    found: dict[str, dict[str, re.Pattern[str]]] = {}
    for family, choices in FAMILIES.items():
        for choice, patterns in choices.items():
            found.setdefault(choice, {})[family] = re.compile(
                "|".join(f"(?:{pattern})" for pattern in patterns), re.DOTALL
            )
    return found


@cache
def families_of(choice: str, feature: str) -> tuple[str, ...]:
    """The families that a feature of some choice belongs to: one, if the table is right."""
    return tuple(f for f, pattern in _compiled()[choice].items() if pattern.fullmatch(feature))


def without(source: Source, families: Sequence[str]) -> Source:
    """What is learned from an article where what some families look at is not looked at."""
    article, *snippets = (_without(each, families) for each in (source.article, *source.snippets))
    return source._replace(article=article, snippets=tuple(snippets))


def _without(article: LabelledArticle, families: Sequence[str]) -> LabelledArticle:

    def kept(choice: str, features: Sequence[str]) -> list[str]:
        return [f for f in features if not set(families).intersection(families_of(choice, f))]

    def kept_of(number: Example) -> Example:
        segment, place, moment = number.segment, number.place, number.moment
        return number._replace(
            meaning=kept("meaning", number.meaning),
            segment=segment and segment._replace(features=kept("segment", segment.features)),
            place=place and place._replace(features=[kept("place", f) for f in place.features]),
            moment=moment
            and moment._replace(features=[kept("moment", f) for f in moment.features]),
        )

    return article._replace(numbers=[kept_of(number) for number in article.numbers])
