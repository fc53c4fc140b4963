"""What heads, rows and titles say of a number in a table, or the heading of one in a list."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from uhc_llm.reader.article import MEASURES, Around, Article
from uhc_llm.reader.words import SIGNS
from uhc_llm.scanner.tables import Cell
from uhc_llm.schemas import Span

__all__ = ["layout_features"]


def layout_features(article: Article, around: Around) -> Iterator[str]:
    """What a table or a list says of a number in it."""
    cell = around.cell
    if cell is None:
        yield "in prose"
        return
    form = cell.table.form
    unit = around.mention.unit
    yield f"in a {form}"
    yield from _words(article, "head", cell.heads)
    yield from _words(article, "row", cell.names)
    yield from _words(article, f"title of {form}", cell.table.titles[-2:])
    said = " ".join(word for span in cell.heads for word in _stems(article, span))
    yield f"{unit} under {said[:60]}"
    if form == "list":
        yield from _turn(article, around, cell)


def _turn(article: Article, around: Around, cell: Cell) -> Iterator[str]:
    """What the heading says of the number's place in its item: "(terdaftar; aktif)"."""
    item = article.items[cell.table.start, cell.row]
    place = [mention.id for mention in item].index(around.mention.id)
    yield f"number {min(place, 4)} of {min(len(item), 5)} in its item"
    titles = cell.table.titles
    hits = article.senses(*article.words_of(titles[-1])) if titles else ()
    said = list(dict.fromkeys(hit.sense for hit in hits if hit.sense in MEASURES))
    if len(said) == len(item) > 1:
        yield f"its turn in the heading: {said[place]}"


def _words(article: Article, where: str, spans: Sequence[Span]) -> Iterator[str]:
    for span in spans:
        stems = _stems(article, span)
        yield from (f"{where} {word}" for word in stems)
        yield from (f"{where} {a}_{b}" for a, b in pairwise(stems))
        for hit in article.senses(*article.words_of(span)):
            yield f"{where}: {hit.sense}"


def _stems(article: Article, span: Span) -> list[str]:
    first, last = article.words_of(span)
    return [word for word in article.words.stems[first:last] if word not in SIGNS]
