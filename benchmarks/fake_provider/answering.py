"""An answer of the form that a request asks for, always the same for the same request.

It is not clever, but it reads the questions: of each number that is asked about it says what its
unit suggests, or the first metric that stands in its question, the region that was named last
before it, and the first period. Anything else that a schema asks for gets the simplest value that
fits.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

__all__ = ["Question", "answer", "last_question"]

Schema = Mapping[str, Any]

_ASKED: Final = re.compile(r"^(?P<id>[nd]\d+)\b(?P<rest>.*)$", re.MULTILINE)
_METRIC: Final = re.compile(r"\bmetric: (\w+)")
_MARKED: Final = re.compile(r"\[(?P<id>n\d+): (?P<text>[^\]]*)\]")
_STATED: Final = re.compile(r"\[(d\d+)\]")
_NAMED: Final = re.compile(r"^(?P<id>[rp]\d+(?:\.\d+)?) (?P<name>.+)$", re.MULTILINE)
_AGAIN: Final = re.compile(
    r"(?:Answer for|Answer again for) these numbers only: (?P<ids>[\w, ]+)\."
)
_FIGURE: Final = re.compile(r"\b\d[\d.,]*(?: (?:ribu|juta|miliar))?(?: ?%| persen| jiwa| orang)")
_LEVEL: Final = re.compile(r"^(?:Kabupaten|Kota|Provinsi) ")
_TARGET: Final = re.compile(r"target|sasaran|membidik", re.IGNORECASE)
_UNITS: Final = (
    (re.compile(r"%|persen|per cent|percent", re.IGNORECASE), "coverage_rate"),
    (re.compile(r"\brp|rupiah", re.IGNORECASE), "budget"),
    (re.compile(r"jiwa|orang|warga|penduduk|peserta|people", re.IGNORECASE), "participants"),
    (re.compile(r"daerah|kabupaten|kota|provinsi|regencies", re.IGNORECASE), "regions_covered"),
)
_MOST_QUOTED: Final = 8
_BEFORE: Final = 60


class Question(NamedTuple):
    """What the last message of a conversation asks, as far as it can be read.

    Attributes:
        text: what is shown of the article.
        numbers: by id what to say that each measures; None that it is no fact.
        statements: ids.
        regions: names by id.
        periods: ids.
    """

    text: str
    numbers: dict[str, str | None]
    statements: tuple[str, ...] = ()
    regions: Mapping[str, str] = {}
    periods: tuple[str, ...] = ()


def answer(body: Mapping[str, Any]) -> str:
    """The content of the answer to a chat request."""
    question = last_question(body.get("messages") or [])
    form = body.get("response_format") or {}
    if form.get("type") == "json_schema":
        schema = form["json_schema"]["schema"]
        value = _Filling(schema, question).value(schema)
    else:
        said = list(_quotations(question.text))
        value = {"extractions": [{"fact": s.pop("fact"), "fact_attributes": s} for s in said]}
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def last_question(messages: Sequence[Mapping[str, Any]]) -> Question:
    """Read the questions; of a conversation that asks again only what it asks again."""
    said = [str(m.get("content") or "") for m in messages if m.get("role") == "user"]
    first = next((s for s in said if "QUESTIONS" in s or "<article>" in s), said[0] if said else "")
    lists, tag, text = first.partition("<article>")
    if tag:
        numbers = {m["id"]: _metric_of(m["text"]) for m in _MARKED.finditer(text)}
        statements = tuple(_STATED.findall(text))
    else:
        text, _, asked = first.partition("QUESTIONS")
        rest = {found["id"]: found["rest"] for found in _ASKED.finditer(asked)}
        numbers = {id_: _first_metric(rest[id_]) for id_ in rest if id_.startswith("n")}
        statements = tuple(id_ for id_ in rest if id_.startswith("d"))
    if said and (again := list(_AGAIN.finditer("\n".join((first, said[-1]))))):
        numbers = {id_: numbers.get(id_) for id_ in again[-1]["ids"].split(", ")}
    named = {found["id"]: found["name"] for found in _NAMED.finditer(lists)}
    return Question(
        text=text,
        numbers=numbers,
        statements=statements,
        regions={id_: name for id_, name in named.items() if id_.startswith("r")},
        periods=tuple(id_ for id_ in named if id_.startswith("p")),
    )


def _first_metric(asked: str) -> str | None:
    metric = _METRIC.search(asked)
    return metric[1] if metric else None


def _metric_of(number: str) -> str | None:
    return next((metric for unit, metric in _UNITS if unit.search(number)), None)


class _Filling:
    """Values for one schema."""

    def __init__(self, schema: Schema, question: Question) -> None:
        self._named: Schema = schema.get("$defs", {})
        self._question = question

    def value(self, schema: Schema, said: Mapping[str, Any] | None = None, name: str = "") -> Any:  # noqa: ANN401
        """The simplest value that fits; `said` are values known by name."""
        schema = self._resolved(schema, wish=(said or {}).get(name))
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            wish = (said or {}).get(name)
            return wish if wish in schema["enum"] else schema["enum"][0]
        match schema.get("type"):
            case "object":
                return {
                    each: self.value(part, said, each)
                    for each, part in schema.get("properties", {}).items()
                }
            case "array":
                return list(self._items(schema, (said or {}).get(name)))
            case "string":
                return str((said or {}).get(name, "2024" if "pattern" in schema else "none"))
            case "integer" | "number":
                return schema.get("minimum", 0)
            case "boolean":
                return False
        return None

    def _resolved(self, schema: Schema, wish: object) -> Schema:
        """The schema itself, behind references; of several the one that takes what is wished."""
        while "$ref" in schema:
            schema = self._named[schema["$ref"].rpartition("/")[2]]
        if options := schema.get("anyOf") or schema.get("allOf"):
            forms = [self._resolved(option, wish) for option in options]
            fitting = (form for form in forms if wish in form.get("enum", [form.get("const")]))
            # Where the wish fits none, the one that says "none of these".
            plain = next((form for form in forms if "const" in form), forms[0])
            return next(fitting, plain)
        return schema

    def _items(self, schema: Schema, said: Any) -> Iterator[Any]:  # noqa: ANN401
        item = self._resolved(schema["items"], None)
        fields = item.get("properties", {})
        if "number" in fields:
            for id_, metric in self._question.numbers.items():
                if (metric is None) == ("kind" in fields):
                    yield self.value(item, _pointer(id_, metric, self._question))
        elif isinstance(said, list):
            yield from said
        elif "statement" in fields:
            for id_ in self._question.statements:
                yield self.value(item, {"statement": id_, "status": "reached"})
        elif "fact" in fields:
            for figure in _quotations(self._question.text):
                yield self.value(item, figure)
        else:
            for _ in range(schema.get("minItems", 0)):
                yield self.value(item)


def _pointer(id_: str, metric: str | None, question: Question) -> dict[str, Any]:
    """What is said of one number."""
    before = question.text.partition(f"[{id_}:")[0][-_BEFORE:]
    return {
        "number": id_,
        "metric": metric,
        "kind": "other",
        "status": "target" if _TARGET.search(before) else "actual",
        "regions": [_region_before(id_, question)],
        "period": question.periods[0] if question.periods else "none",
        "segment": "all",
    }


def _region_before(id_: str, question: Question) -> str:
    before = question.text.partition(f"[{id_}:")[0].casefold()
    places = {
        region: before.rfind(_LEVEL.sub("", name).casefold())
        for region, name in question.regions.items()
    }
    return max(places, key=lambda region: places[region]) if places else "r0"


def _quotations(text: str) -> Iterator[dict[str, str]]:
    """Figures of the text, word for word, with what LangExtract would have said of them."""
    shown = text.rpartition("\nQ: ")[2] or text
    for found in list(_FIGURE.finditer(shown))[:_MOST_QUOTED]:
        kind = "coverage_rate" if found[0].endswith(("%", "persen")) else "participants"
        yield {"fact": found[0], "metric": kind, "status": "actual", "segment": "all"}
