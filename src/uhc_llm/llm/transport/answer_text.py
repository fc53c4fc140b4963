"""The JSON in what a model writes: without thinking, fences, prose, or a second copy of itself.

It is taken out before anything is asked again. What does not have the form that was asked for is
not made to fit: asking again is for that.
"""

import ast
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

__all__ = ["is_object", "json_objects", "take_json"]

_THINKING: Final = (
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("<reasoning>", "</reasoning>"),
    ("[THINK]", "[/THINK]"),
    ("◁think▷", "◁/think▷"),
)
_FENCE: Final = "```"
# A brace in prose begins no JSON; nor does "[n1]", as a model names a number.
_BEGINNING: Final = re.compile(r"""\{ (?= \s* ["'}] ) | \[ (?= \s* \{ )""", re.VERBOSE)
_STRICT: Final = json.JSONDecoder()
_WITH_CONTROLS: Final = json.JSONDecoder(strict=False)

_SLIPPED: Final = "\t\n\r"

_MOST_BROKEN: Final = 8
# Python's own parser reads it: no answer is that long, and nothing longer is given to it.
_LONGEST_LITERAL: Final = 200_000
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES: Final = frozenset("\\'\"abfnrtvxuU\n01234567")


def take_json(text: str, fits: Callable[[str], bool]) -> str:
    r"""The JSON of an answer.

    A model may draft before it answers, give an example, or repeat itself: of several objects the
    last one counts that has the form; where none has it, the last one, so that asking again says
    what is wrong with it.

    Args:
        text: what the model wrote.
        fits: whether JSON has the form that was asked for.

    Returns:
        One JSON object, or `text` as it is where there is none in it.

    >>> take_json('<think>{"a": 1}?</think> Here it is: ```json\n{"a": 2}\n```', lambda _: True)
    '{"a": 2}'
    """
    whole = text.strip().lstrip("\ufeff")
    if is_object(whole):
        return whole
    objects = list(json_objects(_after_thinking(text)))
    return next(filter(fits, reversed(objects)), objects[-1] if objects else text)


def json_objects(text: str) -> Iterator[str]:
    """The objects that stand in a text one after the other, as JSON, in linear time.

    A list with one object counts as that. In what is broken nothing is looked for: what stands in
    it may be valid, but is a part of an answer, and not the answer.
    """
    place = broken = 0
    while begin := _BEGINNING.search(text, place):
        found = _value_at(text, begin.start())
        if found is not None:
            value, place = found
            if value:
                yield value
            continue
        broken += 1
        place = text.find(_FENCE, begin.end())
        if place < 0 or broken >= _MOST_BROKEN:
            return


def is_object(text: str) -> bool:
    """Whether a text is one JSON object and nothing else."""
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _after_thinking(text: str) -> str:
    """What is said when the thinking is over; nothing of it where that has no end."""
    for opening, closing in _THINKING:
        text = text.rpartition(closing)[2].partition(opening)[0]
    return text


def _value_at(text: str, start: int) -> tuple[str, int] | None:
    """The object that begins here, as JSON, and where it ends; None where it is broken.

    It is empty for a list of several.
    """
    try:
        value, end = _STRICT.raw_decode(text, start)
    except (ValueError, RecursionError):
        return _mended(text, start)
    if isinstance(value, dict):
        return text[start:end], end
    return json.dumps(value[0]) if len(value) == 1 else "", end


def _mended(text: str, start: int) -> tuple[str, int] | None:
    """An object with line breaks in its strings, or written as Python writes it."""
    try:
        value, end = _WITH_CONTROLS.raw_decode(text, start)
        value = _trimmed(value)
    except (ValueError, RecursionError):
        fence = text.find(_FENCE, start)
        end = text.rfind("}", start, fence if fence >= 0 else len(text)) + 1
        value = _literal(text[start:end])
    return (json.dumps(value), end) if isinstance(value, dict) else None


def _trimmed(value: Any) -> Any:  # noqa: ANN401 (any JSON)
    """The same without the line breaks and tabs that slipped in at the ends of strings."""
    if isinstance(value, dict):
        return {key.strip(_SLIPPED): _trimmed(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_trimmed(part) for part in value]
    return value.strip(_SLIPPED) if isinstance(value, str) else value


def _literal(text: str) -> object:
    """What a Python literal stands for; None where it is none, or none that JSON can say."""
    escapes_are_known = all(found in _ESCAPES for found in _ESCAPED.findall(text))
    if not text or len(text) > _LONGEST_LITERAL or not escapes_are_known:
        return None
    try:
        value = ast.literal_eval(text)
        json.dumps(value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    return value
