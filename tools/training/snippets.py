"""Short texts to learn from: a sentence or two of a labelled article, as a text of its own.

People paste a sentence, and crawls hold captions: what an article says elsewhere is not there.
"""

from collections.abc import Iterator
from random import Random
from typing import Final

from tools.training.labels import UNKNOWN_KIND, labels_of
from uhc_llm.evaluation.gold import GoldArticle, NoFact
from uhc_llm.reader.article import Article
from uhc_llm.scanner import scan_plain
from uhc_llm.schemas import Span

__all__ = ["snippets"]

_EACH: Final = 2
_LEAST: Final = 30


def snippets(gold: GoldArticle) -> Iterator[GoldArticle]:
    """A few short texts out of one article, with the labels of the numbers that stand in them.

    They are chosen by chance, by the same one each time.
    """
    reading = scan_plain(gold.text, published=gold.published).reading
    article = Article(reading)
    labels = labels_of(gold, article)
    prose = sorted({a.sentence for a in article.numbers if a.cell is None})
    chance = Random(gold.id)  # noqa: S311 (it chooses examples)
    for index in chance.sample(prose, min(_EACH, len(prose))):
        first = max(0, index - chance.choice((0, 0, 1)))
        span = Span(reading.sentences[first].start, reading.sentences[index].end)
        inside = [a for a in article.numbers if span.start <= a.mention.start < span.end]
        if span.end - span.start < _LEAST or any(a.mention.id not in labels for a in inside):
            continue
        told = [(a.mention, labels[a.mention.id]) for a in inside]
        yield gold._replace(
            id=f"{gold.id} {index}",
            text=reading.text[span.start : span.end],
            facts=tuple(fact for _, label in told for fact in label.facts),
            no_facts=tuple(
                NoFact(mention=mention.text, kind=label.kind)
                for mention, label in told
                if not label.facts and label.kind != UNKNOWN_KIND
            ),
        )
