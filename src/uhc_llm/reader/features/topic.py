"""What an article is about: whether it speaks of coverage at all."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from uhc_llm.reader.article import Article
from uhc_llm.reader.words import SIGNS

__all__ = ["WORD", "topic_features"]

WORD: Final = "word "
"""What the names of words that are looked at begin with."""

_MOST: Final = 400
_NEAR: Final = 15


def topic_features(article: Article) -> Iterator[str]:
    """What tells what an article is about: its words and their senses, those of its title apart."""
    stems = article.words.stems
    yield from {f"{WORD}{word}" for word in stems[:_MOST] if word not in SIGNS}
    yield from {f"title {word}" for word in stems[slice(*article.title)] if word not in SIGNS}
    for sense in {hit.sense for hit in article.senses(*article.title)}:
        yield f"title: {sense}"
    for sense in {hit.sense for hit in article.senses(*article.lead)}:
        yield f"lead: {sense}"
    length = max(len(stems), 60)
    for sense, count in Counter(hit.sense for hit in article.hits).items():
        yield f"sense {sense}"
        yield f"sense {sense}, {min(count, 6)} times"
        yield f"sense {sense}, {min(round(200 * count / length), 8)} in 200 words"
    if not article.field_words:
        yield "no word of the field"
    near = sum(article.is_near_field(around.at, _NEAR) for around in article.numbers)
    yield f"{min(near, 5)} numbers near the field"
    yield f"{4 * near // max(len(article.numbers), 1)} quarters of the numbers near the field"
