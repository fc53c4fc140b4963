"""The form of a cassette on disk: YAML that reads well in a diff, and holds no secrets.

One document: `version`, and `interactions`, each a request and its response. Bodies that are JSON
stand there decoded, with long texts as blocks; any other body stands there as text.
"""

import difflib
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import yaml

from uhc_llm.errors import CassetteError

__all__ = [
    "Interaction",
    "canonical",
    "clean_answer",
    "difference",
    "fingerprint",
    "parse",
    "render",
]

VERSION: Final = 1
_CONTEXT: Final = 30
_RARE_BREAKS: Final = re.compile("[\r\x85\u2028\u2029\ufeff]")  # YAML reads them as others
_VOLATILE: Final = frozenset({"timings", "__verbose"})  # how fast this machine was that day
_CONSTANT: Final[Mapping[str, object]] = {"id": "recorded", "created": 0}


class Interaction(NamedTuple):
    """A request and the response to it; headers have lower-case names."""

    method: str
    url: str
    request_headers: Mapping[str, str]
    request_body: str
    status: int
    reason: str
    response_headers: Mapping[str, str]
    response_body: str


class _Dumper(yaml.SafeDumper):
    """YAML without anchors, and with texts of several lines as blocks."""

    def ignore_aliases(self, _data: object) -> bool:
        return True


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = '"' if _RARE_BREAKS.search(text) else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def render(interactions: Iterable[Interaction]) -> str:
    """The text of a cassette."""
    document = {
        "version": VERSION,
        "interactions": [
            {
                "request": {
                    "method": each.method,
                    "url": each.url,
                    "headers": dict(each.request_headers),
                    **_body_out(each.request_body),
                },
                "response": {
                    "status": each.status,
                    "reason": each.reason,
                    "headers": dict(each.response_headers),
                    **_body_out(each.response_body),
                },
            }
            for each in interactions
        ],
    }
    text: str = yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)
    return text


def parse(text: str, *, where: str) -> list[Interaction]:
    """Read a cassette's text.

    Raises:
        CassetteError: it is no cassette of this form.
    """
    try:
        document = yaml.safe_load(text)
        if document["version"] != VERSION:
            raise CassetteError(
                f"{where} has version {document['version']!r}, not {VERSION}: record it anew"
            )
        return [
            Interaction(
                method=request["method"],
                url=request["url"],
                request_headers=request["headers"],
                request_body=_body_in(request),
                status=response["status"],
                reason=response["reason"],
                response_headers=response["headers"],
                response_body=_body_in(response),
            )
            for request, response in (
                (each["request"], each["response"]) for each in document["interactions"]
            )
        ]
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as exc:
        raise CassetteError(
            f"{where} is no cassette ({exc}): delete it and record it anew"
        ) from exc


def canonical(body: str) -> str:
    """The same text for JSON that says the same; any other text as it is."""
    value, is_json = _decoded(body)
    if not is_json:
        return body
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def fingerprint(body: str) -> str:
    """A short name for a request's body."""
    return hashlib.sha256(canonical(body).encode()).hexdigest()[:12]


def clean_answer(body: str) -> str:
    """An answer without what differs from one recording of it to the next."""
    value, is_json = _decoded(body)
    if not (is_json and isinstance(value, dict)):
        return body
    kept = {
        name: _CONSTANT.get(name, part) for name, part in value.items() if name not in _VOLATILE
    }
    return json.dumps(kept, ensure_ascii=False)


def difference(asked: str, recorded: Sequence[str]) -> str:
    """Where a request's body first differs from the most similar of those recorded."""
    closest = max(recorded, key=lambda body: _similarity(asked, body))
    found = _first_difference(_decoded(asked)[0], _decoded(closest)[0], "")
    return found or "only in its address"


def _similarity(one: str, other: str) -> float:
    words = re.compile(r"\w+").findall
    return difflib.SequenceMatcher(None, words(one), words(other), False).quick_ratio()


def _first_difference(asked: object, recorded: object, path: str) -> str:
    if asked == recorded:
        return ""
    if isinstance(asked, dict) and isinstance(recorded, dict):
        for name in sorted(asked.keys() | recorded.keys()):
            place = f"{path}.{name}" if path else str(name)
            if name not in recorded:
                return f"{place} is new"
            if name not in asked:
                return f"{place} was there when it was recorded"
            if found := _first_difference(asked[name], recorded[name], place):
                return found
    if isinstance(asked, list) and isinstance(recorded, list):
        for index, (one, other) in enumerate(zip(asked, recorded, strict=False)):
            if found := _first_difference(one, other, f"{path}[{index}]"):
                return found
        return f"{path} has {len(asked)} items, recorded were {len(recorded)}"
    now, then = _around_difference(str(asked), str(recorded))
    return f"{path or 'the body'} is {now!r}, recorded was {then!r}"


def _around_difference(one: str, other: str) -> tuple[str, str]:
    pairs = enumerate(zip(one, other, strict=False))
    at = next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))
    start = max(0, at - _CONTEXT)
    return one[start : at + _CONTEXT], other[start : at + _CONTEXT]


def _body_out(body: str) -> dict[str, object]:
    value, is_json = _decoded(body)
    return {"json": value} if is_json else {"text": body}


def _body_in(message: Mapping[str, Any]) -> str:
    if "text" in message:
        return str(message["text"])
    return json.dumps(message["json"], ensure_ascii=False)


def _decoded(body: str) -> tuple[Any, bool]:
    try:
        return json.loads(body), True
    except ValueError:
        return body, False
