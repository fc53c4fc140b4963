"""What rules, reasons and readings say, in the language that is spoken.

They are stored in English, with values in them. A sentence is known again by its template
(`sentences`), its values are taken out and said anew, and so the whole is said. What is not known
stays as it is. A template is tried in one pass over the sentence: no part of it is gone back into,
so that nothing an article says makes it slow.
"""

import re
from ast import literal_eval
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache, lru_cache, partial
from string import Formatter
from typing import Final, get_args

from uhc_llm import language
from uhc_llm.language import Language, _, formatted
from uhc_llm.pages.errors import ERRORS
from uhc_llm.pages.sentences import SENTENCES
from uhc_llm.schemas import METRICS, SEGMENTS, Status
from uhc_llm.verifier.arithmetic import RELATIONS
from uhc_llm.wording import spoken

__all__ = ["anew", "told"]

_NUMBER: Final = r"-?\d++(?:[.,]\d++)*+(?:E[+-]?\d++)?+"
_QUOTE: Final = r"""(?>'(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+")"""
_NAME: Final = r"[a-z_]++"
_PERIOD: Final = r"\d{4}(?:-[\dSQ-]++)?+"
_LISTED: Final = rf"{_QUOTE} \({_NUMBER}(?: to {_NUMBER})?+ (?:of nothing named|[a-z]++)\)"
_SHAPES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("metric", "unit", "segment", "level", "field", "form", "name"), _NAME),
    **dict.fromkeys(("n", "m", "k", "count"), _NUMBER),
    "percent": rf"{_NUMBER}%",
    "range": rf"{_NUMBER}(?: to {_NUMBER})?+",
    "quote": _QUOTE,
    "period": _PERIOD,
    "listed": rf"{_LISTED}(?:, {_LISTED})*+",
    "formula": "|".join(re.escape(relation.formula) for relation in RELATIONS),
}
"""What stands at a placeholder, as far as that has a shape; it takes all that has it."""

_WORDS: Final = frozenset({*METRICS, *SEGMENTS, *get_args(Status)})
_WORD: Final = re.compile(r"\b[a-z_]++\b")
_ONE_LISTED: Final = re.compile(
    rf"({_QUOTE}) \(({_NUMBER}(?: to {_NUMBER})?+) (of nothing named|[a-z]++)\)"
)
_OTHERWISE: Final = re.compile(r"(?>(.*?) and not )(.*)", re.DOTALL)
_MOST_KEPT: Final = 4096


def told(sentence: str, of: str = "reason") -> str:
    """A sentence as the language that is spoken says it; one that is not known stays.

    Args:
        sentence: in English, as it is stored.
        of: the rule that says it, or what it is: `reason`, `doubt`, `value`, or a group of
            `errors`, such as `error`.
    """
    spoken_here = language.current()
    return sentence if spoken_here == "en" else _told(spoken_here, sentence, of)


@lru_cache(_MOST_KEPT)
def _told(_spoken: Language, sentence: str, of: str) -> str:
    for template, pattern in _patterns(of):
        if found := pattern.fullmatch(sentence):
            values = {name: anew(name, value) for name, value in found.groupdict().items()}
            return _(template, **values)
    if of == "reason":  # the kind of a number
        return spoken(sentence.replace(" ", "_")) if _NAMES.fullmatch(sentence) else sentence
    return sentence


_NAMES: Final = re.compile("[a-z ]+")


@cache
def _patterns(of: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((template, _pattern(template)) for template in SENTENCES.get(of, ()))


def _pattern(template: str) -> re.Pattern[str]:
    """A template as a pattern in which each free text ends where what follows it first stands."""
    groups: list[str] = [""]
    for words, name in _parts(template):
        groups[-1] += re.escape(words)
        if name in _shapeless(template):
            groups.append(f"(?P<{name}>.*?)")
        elif name:
            groups[-1] += f"(?P<{name}>{_SHAPES[_kind(name)]})"
    groups[-1] += r"\Z"
    return re.compile("".join(f"(?>{group})" for group in groups if group), re.DOTALL)


def _parts(template: str) -> Iterator[tuple[str, str]]:
    for words, name, _spec, _conversion in Formatter().parse(template):
        yield words, name or ""


def _shapeless(template: str) -> set[str]:
    return {name for _words, name in _parts(template) if name and _kind(name) not in _SHAPES}


def _kind(name: str) -> str:
    """What a placeholder is: `other_metric` is a metric too."""
    return name.removeprefix("other_")


def anew(name: str, value: str) -> str:
    """What stands at a placeholder, as the language that is spoken says it."""
    say = _SAID.get(_kind(name))
    return say(value) if say else value


def _quoted(value: str) -> str:
    """Words of the text, which Python has put into quotation marks."""
    try:
        return f"“{literal_eval(value)}”"
    except (SyntaxError, ValueError):
        return value


def _range(value: str) -> str:
    low, between, high = value.partition(" to ")
    return _("{low} to {high}", low=low, high=high) if between else value


def _listed(value: str) -> str:
    return ", ".join(
        f"{_quoted(quote)} ({_range(number)} {_unit(unit)})"
        for quote, number, unit in _ONE_LISTED.findall(value)
    )


def _unit(value: str) -> str:
    return _("of nothing named") if value == "of nothing named" else spoken(value)


def _either(value: str) -> str:
    *some, last = value.split(" or ")
    return _("{some} or {last}", some=", ".join(some), last=last) if some else last


def _words(value: str) -> str:
    """Words in which names of the vocabulary stand."""
    anew = _WORD.sub(lambda m: spoken(m[0]) if m[0] in _WORDS else m[0], value)
    return anew.replace(" and ", _(" and "))


def _value(value: str) -> str:
    if value in _WORDS:
        return spoken(value)
    if re.fullmatch(_PERIOD, value):
        return language.period(value)
    return told(value, "value").replace(" and ", _(" and "))


def _otherwise(value: str) -> str:
    """What words say and a fact does not: "participants and not population, Bali and not Java"."""
    said = []
    for pair in value.split(", "):
        found = _OTHERWISE.fullmatch(pair)
        if found is None:
            return value
        likelier, said_instead = map(_value, found.groups())
        said.append(_("{this} and not {that}", this=likelier, that=said_instead))
    return ", ".join(said)


_SAID: Final[Mapping[str, Callable[[str], str]]] = {
    **dict.fromkeys(("metric", "segment", "level", "field", "form", "noun"), spoken),
    "kind": lambda value: spoken(value.replace(" ", "_")),
    "unit": _unit,
    "range": _range,
    "quote": _quoted,
    "period": language.period,
    "periods": lambda value: ", ".join(map(language.period, value.split(", "))),
    "listed": _listed,
    "either": _either,
    "words": _words,
    "formula": _words,
    "value": _value,
    "otherwise": _otherwise,
    "count": lambda value: formatted(int(value.replace(",", "")), ","),
    "percent": lambda value: formatted(Decimal(value.removesuffix("%")), "") + "%",
    "reason": told,
    **{group: partial(told, of=group) for group in ("doubt", *ERRORS)},
}
"""How what stands at a placeholder is said anew."""
