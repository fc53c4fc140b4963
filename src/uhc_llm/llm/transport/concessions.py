"""What a server does not take of a request, and what it is sent instead.

Servers that speak OpenAI's API take different parts of it: one knows no `seed`, one insists on its
own temperature, one calls the limit of tokens otherwise, one compiles no schema. What was refused
once is not sent again: a refusal costs one request, not one for every document.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from uhc_llm.llm.asking import Message
from uhc_llm.llm.transport.refusals import Refusal

__all__ = ["LIMITS", "Concessions", "Request", "room_for_answer"]

Request = Mapping[str, Any]

LIMITS: Final = ("max_completion_tokens", "max_tokens")
"""What the limit of an answer's tokens is called."""
_NEVER_LEFT_OUT: Final = frozenset(
    {"messages", "model", "response_format", "stream", "tool_choice", "tools"}
)
_REFUSING: Final = frozenset({400, 422})
# A schema may be too much for a server that takes others; two are no accident.
_MOST_SCHEMAS: Final = 2

_TOO_LARGE: Final = re.compile(
    r"too (large|high|big|many)|at most|maximum|exceed|less than|greater than|range|[<>]|\bup to\b",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"(?<![\w.-])\d[\d,_]*(?![\w-])")
_CONTEXT: Final = re.compile(
    r"(?:context|model) (?:length|window|size)[^\d.]{0,40}(?P<tokens>\d[\d,_]*)", re.IGNORECASE
)
_QUESTION: Final = re.compile(
    r"""
    (?P<tokens>\d[\d,_]*) [ ] (?: tokens[ ] )?
    (?: (?:in|from|of|for) [ ] (?:the[ ]|your[ ])? (?:messages|prompt|input)
      | (?:input|prompt)[ ]tokens )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_LEAST_ANSWER: Final = 256  # tokens; with fewer, the text has to be split anyway

_WITH_SCHEMA: Final = (
    "Answer with one JSON object and nothing else. It is an instance of this JSON Schema, "
    "not the schema itself:\n\n"
)


class Concessions:
    """What one model's server was found not to take.

    Args:
        chosen: parameters that the user set; they are not left out behind the user's back.
    """

    def __init__(self, chosen: Collection[str] = ()) -> None:
        self._chosen = frozenset(chosen)
        self._refused: set[str] = set()
        self._limit: int | None = None
        self._forms: set[str] = set()
        self._schemas: set[str] = set()

    def fitted(self, request: Request) -> dict[str, Any]:
        """The request as far as it is known to be taken; the one given is not changed."""
        fitted = self._in_form(request)
        for name in LIMITS:
            if name in fitted and name in self._refused:
                tokens = fitted.pop(name)
                if (other := _other(name)) not in self._refused:
                    fitted.setdefault(other, tokens)
        for name in self._refused - frozenset(LIMITS):
            fitted.pop(name, None)
        for name in LIMITS:
            if name in fitted and self._limit is not None:
                fitted[name] = min(fitted[name], self._limit)
        return fitted

    def learn(self, refusal: Refusal, sent: Request, *, about_form: bool) -> bool:
        """Take note of a refusal.

        Args:
            refusal: what the server said.
            sent: the request that it refused.
            about_form: it does not take the form in which the answer is asked for.

        Returns:
            Whether the next `fitted` is another request than `sent`.
        """
        if about_form:
            return self._learn_form(sent)
        if refusal.status not in _REFUSING:
            return False
        name = next(self._named(refusal, sent), None)
        if name is None or (name in self._chosen and name not in LIMITS):
            return False
        if name in LIMITS and _TOO_LARGE.search(refusal.message):
            limit = _largest_below(refusal.message, sent[name])
            if limit is not None:
                self._limit = limit
                return True
        self._refused.add(name)
        return True

    def chosen_name(self, refusal: Refusal, sent: Request) -> str | None:
        """The parameter of the user's own that a refusal is about, if it is one."""
        if refusal.status not in _REFUSING:
            return None
        name = next(self._named(refusal, sent), None)
        return name if name in self._chosen else None

    def _named(self, refusal: Refusal, sent: Request) -> Iterator[str]:
        """The parameters that a refusal names, those in a field of their own first."""
        names = [name for name in sent if name not in _NEVER_LEFT_OUT]
        yield from (name for name in names if name in refusal.names)
        said = set(re.findall(r"\w+", refusal.message))
        yield from (name for name in names if name in said)
        # It may speak of a limit by the other name: "max_tokens is too large".
        yield from (name for name in names if name in LIMITS and _other(name) in said)

    # --- the form of the answer ---------------------------------------------------------------

    def _in_form(self, request: Request) -> dict[str, Any]:
        form, schema = _form(request)
        fitted = dict(request)
        if not self._is_refused(form, schema):
            return fitted
        for name in ("response_format", "tools", "tool_choice"):
            fitted.pop(name, None)
        if "json_object" not in self._forms:
            fitted["response_format"] = {"type": "json_object"}
        if schema is not None:
            fitted["messages"] = _with_schema(request["messages"], schema)
        return fitted

    def _is_refused(self, form: str, schema: object) -> bool:
        return form in self._forms or bool(self._schemas and _written(schema) in self._schemas)

    def _learn_form(self, sent: Request) -> bool:
        form, schema = _form(sent)
        if not form:
            return False
        if form == "json_schema":
            self._schemas.add(_written(schema))
        if form != "json_schema" or len(self._schemas) >= _MOST_SCHEMAS:
            self._forms.add(form)
        return True


def room_for_answer(refusal: Refusal) -> int | None:
    """Tokens that a text leaves for its answer where both together are too long for the model.

    None where that is not said, or too few for any answer.
    """
    context, question = _CONTEXT.search(refusal.message), _QUESTION.search(refusal.message)
    if context is None or question is None:
        return None
    room = _whole(context["tokens"]) - _whole(question["tokens"])
    return room if room >= _LEAST_ANSWER else None


def _form(request: Request) -> tuple[str, object]:
    """How an answer's form is asked for, and the schema where there is one."""
    if tools := request.get("tools"):
        return "tools", tools[0].get("function", {}).get("parameters")
    form = request.get("response_format") or {}
    return form.get("type", ""), form.get("json_schema", {}).get("schema")


def _written(schema: object) -> str:
    return json.dumps(schema, sort_keys=True, ensure_ascii=False) if schema is not None else ""


def _with_schema(messages: Sequence[Message], schema: object) -> list[Message]:
    """The conversation with the answer's schema in its first message for the system."""
    told = _WITH_SCHEMA + json.dumps(schema, ensure_ascii=False)
    first, *rest = messages
    if first.get("role") == "system" and isinstance(first.get("content"), str):
        return [{**first, "content": f"{first['content']}\n\n{told}"}, *rest]
    return [{"role": "system", "content": told}, *messages]


def _other(limit: str) -> str:
    return LIMITS[1 - LIMITS.index(limit)]


def _largest_below(message: str, ours: int) -> int | None:
    """The limit that a message names: the largest number in it that is smaller than ours."""
    numbers = (_whole(found) for found in _NUMBER.findall(message))
    return max((number for number in numbers if 0 < number < ours), default=None)


def _whole(digits: str) -> int:
    return int(digits.replace(",", "").replace("_", ""))
