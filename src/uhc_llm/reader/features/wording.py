"""The words around a number, and their senses."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from uhc_llm.reader.article import Around, Article
from uhc_llm.reader.lexicon import Hit
from uhc_llm.reader.words import SIGNS

__all__ = ["word_features"]

_OWN: Final = 24
_FAR: Final = 30
_PARAGRAPH: Final = 200
_CLOSE: Final = 3
_JOINTS: Final = frozenset(
    [
        "sedangkan",
        "sementara",
        "tetapi",
        "namun",
        "dan",
        "serta",
        "padahal",
        "sehingga",
        "lalu",
        "while",
        "whereas",
        "and",
        "but",
    ]
)
_BREAKS: Final = frozenset(",;:(") | _JOINTS
# Beyond these many words the distance of a sense no longer tells much.
_NEAR: Final = (2, 5, 10)


def word_features(article: Article, around: Around) -> Iterator[str]:
    """The words around a number, by where they stand; of a number in a table those of its title.

    What stands in the rest of its sentence, in the one before and in the title says less surely
    that it is about this number: each is told apart.
    """
    stems = article.words.stems
    yield from _bag("title", stems[slice(*article.title)])
    yield from _senses_in(article, "title", *article.title)
    if not around.in_table:
        yield from _beside(article, around)
        yield from _in_clause(article, around)
        yield from _own(article, around)
        yield from _rest(article, around)
    yield from _field(article, around)


def _beside(article: Article, around: Around) -> Iterator[str]:
    """The words next to the number, one by one and joined."""
    forms, stems, at = article.words.forms, article.words.stems, around.at
    before = forms[max(around.begin, at - _CLOSE) : at]
    behind = forms[at + 1 : min(around.end, at + 1 + _CLOSE)]
    for far, word in enumerate(reversed(before), start=1):
        yield f"{far} before {word}"
    for far, word in enumerate(behind, start=1):
        yield f"{far} behind {word}"
    few = stems[max(around.begin, at - _CLOSE) : at]
    if len(few) > 1:
        yield f"before {'_'.join(few[-2:])}"
        yield f"before {'_'.join(few)}"
    few = stems[at + 1 : min(around.end, at + _CLOSE)]
    if len(few) > 1:
        yield f"behind {'_'.join(few)}"
    if before and behind:
        yield f"between {before[-1]}_{behind[0]}"


def _in_clause(article: Article, around: Around) -> Iterator[str]:
    """The words between the joints of the sentence around the number."""
    forms = article.words.forms
    left = right = around.at
    while left > around.left and forms[left - 1] not in _BREAKS:
        left -= 1
    while right + 1 < around.right and forms[right + 1] not in _BREAKS:
        right += 1
    stems = article.words.stems
    yield from _bag("clause", (*stems[left : around.at], *stems[around.at + 1 : right + 1]))
    for hit in article.senses(left, right + 1):
        yield f"clause: {hit.sense}"


def _own(article: Article, around: Around) -> Iterator[str]:
    """The words that stand nearer to this number than to any other."""
    stems, at = article.words.stems, around.at
    left = max(around.left, at - _OWN)
    right = min(around.right, at + 1 + _OWN)
    for where, words in (("left", stems[left:at]), ("right", stems[at + 1 : right])):
        yield from _bag(where, words)
        yield from _pairs(where, words)
    before = list(article.senses(left, at))
    behind = list(article.senses(at + 1, right))
    yield from _graded("left", ((at - hit.end, hit) for hit in before))
    yield from _graded("right", ((hit.start - at - 1, hit) for hit in behind))
    if before:
        yield f"nearest left: {max(before, key=_end).sense}"
        yield "left: " + "+".join(sorted({hit.sense for hit in before[-3:]}))
    if behind:
        yield f"nearest right: {behind[0].sense}"
    for one in {hit.sense for hit in before}:
        for other in {hit.sense for hit in behind}:
            yield f"{one} before, {other} behind"


def _end(hit: Hit) -> int:
    return hit.end


def _rest(article: Article, around: Around) -> Iterator[str]:
    """The rest of the sentence, and the sentences around it."""
    stems = article.words.stems
    start = max(around.begin, around.left - _FAR)
    stop = min(around.end, around.right + _FAR)
    yield from _bag("earlier", stems[start : around.left])
    yield from _senses_in(article, "earlier", start, around.left)
    yield from _bag("later", stems[around.right : stop])
    yield from _senses_in(article, "later", around.right, stop)
    if around.sentence:
        former = article.sentences[around.sentence - 1]
        former = max(former, around.begin - _FAR)
        yield from _bag("sentence before", stems[former : around.begin])
        yield from _senses_in(article, "sentence before", former, around.begin)
    latter = min(around.end + _FAR // 2, len(stems))
    yield from _senses_in(article, "sentence behind", around.end, latter)
    heading = article.heading(around)
    if heading[1]:
        yield from _bag("heading", stems[slice(*heading)])
        yield from _senses_in(article, "heading", *heading)


def _field(article: Article, around: Around) -> Iterator[str]:
    """How far the last word of health insurance is, and the last of another matter."""
    far = _distance(article.field_words, around.at)
    yield f"field {far}"
    yield f"{around.mention.unit}, field {far}"
    paragraph = max(article.paragraph(around), around.at - _PARAGRAPH)
    senses = {hit.sense for hit in article.senses(paragraph, around.at)}
    for sense in senses:
        yield f"paragraph: {sense}"
    if "field" not in senses:
        yield "paragraph without field"
    yield from _measure(article, around)


def _measure(article: Article, around: Around) -> Iterator[str]:
    """The last two things that were said to be counted, however far back."""
    measures, unit = article.measures, around.mention.unit
    last = bisect_left(measures, around.at, key=_start)
    few = measures[max(0, last - 6) : last]
    if not few:
        return
    latest = few[-1].sense
    yield f"last measure {latest}"
    yield f"{unit}, last measure {latest}, {_distance([few[-1].start], around.at)}"
    other = next((hit.sense for hit in reversed(few) if hit.sense != latest), None)
    yield f"{unit}, last measures {other}, {latest}"


def _start(hit: Hit) -> int:
    return hit.start


def _distance(places: Sequence[int], at: int) -> str:
    behind = bisect_right(places, at)
    if not behind:
        return "later" if places else "nowhere"
    nearest = at - places[behind - 1]
    return str(next((step for step in (5, 15, 30, 60, 120) if nearest <= step), "far"))


def _graded(where: str, hits: Iterable[tuple[int, Hit]]) -> Iterator[str]:
    for far, hit in hits:
        yield f"{where}: {hit.sense}"
        step = next((step for step in _NEAR if far <= step), None)
        if step:
            yield f"{where} within {step}: {hit.sense}"


def _senses_in(article: Article, where: str, start: int, end: int) -> Iterator[str]:
    for hit in article.senses(start, end):
        yield f"{where}: {hit.sense}"


def _bag(where: str, words: Sequence[str]) -> Iterator[str]:
    return (f"{where} {word}" for word in words if word not in SIGNS)


def _pairs(where: str, words: Sequence[str]) -> Iterator[str]:
    return (f"{where} {one}_{two}" for one, two in pairwise(words))
