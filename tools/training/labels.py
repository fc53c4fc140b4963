"""Which number of a text a label is about: labels say what stands there, and not where."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from uhc_llm.evaluation.gold import GoldArticle, LabelledFact, NoFact
from uhc_llm.reader.article import Around, Article
from uhc_llm.schemas import Mention

__all__ = ["UNKNOWN_KIND", "Label", "labels_of"]

UNKNOWN_KIND: Final = "unknown"
"""The kind of a number that is no fact, in a set that does not tell kinds."""

_SPACE: Final = re.compile(r"\s+")


class Label(NamedTuple):
    """What a number is.

    Attributes:
        facts: the facts that it states, one for each region that shares it; none where it is no
            fact.
        kind: what it is then.
    """

    facts: tuple[LabelledFact, ...]
    kind: str = UNKNOWN_KIND

    @property
    def meaning(self) -> str:
        """Metric and status, or the kind of no fact."""
        first = self.facts[0] if self.facts else None
        return f"{first.metric} {first.status or 'actual'}" if first else self.kind


def labels_of(gold: GoldArticle, article: Article) -> dict[str, Label]:
    """The labels of the numbers of an article, by their ids; none of one that may be either."""
    found: dict[str, Label] = {}
    for alike in _alike(article.numbers):
        facts = [f for f in gold.facts if any(_states(a.mention, f) for a in alike)]
        nothing = [n for n in gold.no_facts or () if any(_says(a.mention, n) for a in alike)]
        found |= _labelled(article, alike, facts, nothing)
    return found


def _alike(numbers: Sequence[Around]) -> Iterator[list[Around]]:
    """The numbers by their values: a label may be about any of those that are alike."""
    groups: dict[tuple[object, ...], list[Around]] = {}
    for around in numbers:
        m = around.mention
        groups.setdefault((m.value.normalize(), m.upper, m.unit), []).append(around)
    yield from groups.values()


def _labelled(
    article: Article,
    alike: Sequence[Around],
    facts: Sequence[LabelledFact],
    nothing: Sequence[NoFact],
) -> Mapping[str, Label]:
    if not facts:
        kind = nothing[0].kind if nothing else UNKNOWN_KIND
        return {a.mention.id: Label((), kind) for a in alike}
    if nothing:
        return _of_both(alike, facts, nothing)
    if len(alike) == 1 or len(facts) == 1:
        return {a.mention.id: Label(tuple(facts)) for a in alike}
    if len(alike) == len(facts):
        return {a.mention.id: Label((f,)) for a, f in zip(alike, facts, strict=True)}
    if len({(f.metric, f.status, f.segment) for f in facts}) > 1:
        return {}
    found = {}
    for around in alike:
        own = tuple(f for f in facts if f.region_code in _codes(article, around))
        if own:
            found[around.mention.id] = Label(own)
    return found


def _of_both(
    alike: Sequence[Around], facts: Sequence[LabelledFact], nothing: Sequence[NoFact]
) -> Mapping[str, Label]:
    """Of numbers that are alike some are facts and some are not: their words may tell which."""
    said = {_plain(f.mention or "") for f in facts}
    none = {_plain(n.mention): n.kind for n in nothing}
    found = {}
    for around in alike:
        text = _plain(around.mention.text)
        if text in said and text not in none:
            found[around.mention.id] = Label(tuple(facts))
        elif text in none and text not in said:
            found[around.mention.id] = Label((), none[text])
    return found


def _codes(article: Article, around: Around) -> set[str | None]:
    span = article.reading.sentences[around.sentence]
    return {r.code for r in article.reading.regions if span.start <= r.start < span.end}


def _states(mention: Mention, fact: LabelledFact) -> bool:
    if mention.unit not in (fact.unit, None):
        return False
    if fact.upper is not None or mention.upper is not None:
        ends = {mention.value, mention.upper}
        return fact.value in ends and (fact.upper is None or fact.upper in ends)
    return fact.value == mention.value or fact.value in mention.readings


def _says(mention: Mention, none: NoFact) -> bool:
    one, other = _plain(mention.text), _plain(none.mention)
    return one == other or other.startswith(f"{one} ") or one.startswith(f"{other} ")


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text).strip().lower()
