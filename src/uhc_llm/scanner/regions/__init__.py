"""Which regions a text speaks of.

The way goes in steps:

    names -> which of several is meant -> words that point back => mentions, the main region
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from pydantic import TypeAdapter

from uhc_llm.scanner.asides import stands_in
from uhc_llm.scanner.regions.choice import choose
from uhc_llm.scanner.regions.datelines import is_place_of_event
from uhc_llm.scanner.regions.gazetteer import gazetteer
from uhc_llm.scanner.regions.main_region import find_main_region
from uhc_llm.scanner.regions.matching import Named
from uhc_llm.scanner.regions.names import find_names
from uhc_llm.scanner.regions.references import with_references
from uhc_llm.scanner.regions.tabular import settle_in_tables
from uhc_llm.scanner.tables import in_table
from uhc_llm.scanner.tokens import TokenizedText
from uhc_llm.schemas import Aside, RegionMention, Span, Table

__all__ = ["find_regions", "is_place_of_event"]

_MENTIONS: Final = TypeAdapter(tuple[RegionMention, ...])


def find_regions(
    source: TokenizedText,
    sentences: Sequence[Span],
    *,
    published: date | None = None,
    asides: Sequence[Aside] = (),
    tables: Sequence[Table] = (),
) -> tuple[tuple[RegionMention, ...], str | None, tuple[str, ...]]:
    """Find every region that a text names or points back to.

    Args:
        source: the text.
        sentences: its sentences, in order.
        published: the article's own date. Provinces that were split off later are not named as
            the province of their regencies then; the codes are always today's.
        asides: what stands on the page but is not the article, in order; a region that is named
            only there is not what the article is about.
        tables: its tables and lists, in order; what names a row there is a name, not a word.

    Returns:
        The mentions in order, those of one region sharing an id; the id of the region that the
        article is about, and what speaks for it.
    """
    heads = frozenset(span.start for span in sentences)
    every = choose(source, settle_in_tables(source, find_names(source, heads), tables))
    named = [item for item in every if not stands_in(item.start, asides)] if asides else every
    elsewhere = [item for item in every if stands_in(item.start, asides)] if asides else []
    named = with_references(source, named, published)
    mentions = _mentions(source.text, sorted([*named, *elsewhere]), published)
    own: Sequence[RegionMention] = mentions
    if asides:
        named = [item for item in named if not stands_in(item.start, asides)]
        own = [mention for mention in own if not stands_in(mention.start, asides)]
    # A row of a table is one of many; what the text around it names is what it is about.
    if any(table.form == "table" for table in tables):
        article = [item for item in named if not in_table(tables, item.start)]
        if any(item.regions[0].level != "area" for item in article):
            named = article
            own = [mention for mention in own if not in_table(tables, mention.start)]
    return mentions, *find_main_region(source.text, named, own)


def _mentions(
    text: str, named: Sequence[Named], published: date | None
) -> tuple[RegionMention, ...]:
    table = gazetteer()
    ids: dict[tuple[str | None, str], str] = {}
    fields: list[dict[str, object]] = []
    for item in named:
        start, end, regions = item.start, item.end, item.regions
        words = text[start:end]
        if published:
            regions = tuple(table.on(region, published) for region in regions)
        region = regions[0]
        is_open = len(regions) > 1
        key = (None, words) if is_open else (region.code, region.name)
        fields.append(
            {
                "code": region.code,
                "name": region.name,
                "level": region.level,
                "province": region.province,
                "id": ids.setdefault(key, f"r{len(ids) + 1}"),
                "text": words,
                "start": start,
                "end": end,
                "candidates": regions if is_open else (),
                "implied": item.implied,
            }
        )
    # They are validated together: one call for each takes half as long again.
    return _MENTIONS.validate_python(fields)
