"""Which region an article is about, and what speaks for it."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from uhc_llm.scanner.regions.datelines import is_only_place
from uhc_llm.scanner.regions.matching import Named
from uhc_llm.schemas import RegionMention

__all__ = ["find_main_region"]

_CAPITAL: Final = "31"
_NAMED_FIRST: Final = 3
_NAMED: Final = 3
_WEAK: Final = 1
_IN_HEADLINE: Final = 2
_LONGEST_HEADLINE: Final = 200


class _Tally(NamedTuple):
    """How often each region is named, and where."""

    weights: defaultdict[str, int]
    named: defaultdict[str, int]
    first: list[str]
    in_headline: set[str]


_POINTED_AT: Final = re.compile(r"\s+(?:itu|tersebut|ini)\b", re.IGNORECASE)


def find_main_region(
    text: str, named: Sequence[Named], mentions: Sequence[RegionMention]
) -> tuple[str | None, tuple[str, ...]]:
    """The id of the region that an article is about, and the reasons.

    It is the one named most; the one named first counts double; datelines, words that only point
    to a region, and a province that only tells where a city lies, count little. What is only
    written in the capital is about the nation.

    Args:
        text: the article.
        named: the regions that it names, in order.
        mentions: the same, with their ids.
    """
    tally = _tally(text, mentions)
    if not tally.weights:
        return None, ()
    main = max(tally.weights, key=lambda id_: tally.weights[id_])
    code = next(mention.code for mention in mentions if mention.id == main) or ""
    if code.startswith(_CAPITAL) and not tally.named[main]:
        return None, ()
    own = [item for item, mention in zip(named, mentions, strict=True) if mention.id == main]
    return main, tuple(_reasons(main, tally, own))


def _tally(text: str, mentions: Sequence[RegionMention]) -> _Tally:
    tally = _Tally(defaultdict(int), defaultdict(int), [], set())
    headline = _headline(text)
    before: RegionMention | None = None
    for mention in mentions:
        if mention.level != "area":
            id_ = mention.id
            if (
                mention.implied
                or _is_around(text, before, mention)
                or is_only_place(text, mention.start, mention.end)
            ):
                tally.weights[id_] += _WEAK
            else:
                tally.weights[id_] += _NAMED
                tally.named[id_] += 1
                tally.first.append(id_)
                if mention.end <= headline:
                    tally.in_headline.add(id_)
        before = mention
    for id_ in tally.first[:1]:
        tally.weights[id_] += _NAMED_FIRST
    for id_ in tally.in_headline:
        tally.weights[id_] += _IN_HEADLINE
    return tally


def _reasons(main: str, tally: _Tally, own: Sequence[Named]) -> Iterator[str]:
    count = tally.named[main]
    if tally.first[:1] == [main]:
        yield "named first"
    if main in tally.in_headline:
        yield "in the headline"
    if count > 1 and count == max(tally.named.values()):
        yield f"named most often ({count} of {sum(tally.named.values())})"
    if any(item.is_governed for item in own):
        yield "its government is named"
    pointers = sum(item.implied for item in own)
    if pointers:
        yield f"pointed to ({pointers} times)" if pointers > 1 else "pointed to (once)"
    if not count and not pointers:
        yield "the only place named"


def _headline(text: str) -> int:
    """The offset behind a headline, or 0: a short first line, without a full stop."""
    end = text.find("\n", 0, _LONGEST_HEADLINE)
    line = text[:end].strip() if end > 0 else ""
    return end if line and line[-1] not in '.:;"”' and text[end:].strip() else 0


def _is_around(text: str, before: RegionMention | None, mention: RegionMention) -> bool:
    """Whether a province is named only to tell where the city before it lies."""
    if mention.level != "province" or before is None or before.province != mention.province:
        return False
    if _POINTED_AT.match(text, mention.end):
        return True  # "kabupaten di Provinsi Jambi itu"
    gap = text[before.end : mention.start]
    return before.level in ("city", "regency") and gap in (", ", " (", ",\n")
