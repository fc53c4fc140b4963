"""Scan: every number, period and region of an Indonesian text, by code alone.

    text -> plain form -> sentences, tables -> nominals, periods -> quantities
                                            -> regions                          => Reading

Nothing here guesses silently: what can be read in two ways carries both readings and a flag.
"""

from typing import NamedTuple

from uhc_llm.documents import Day, Document, as_day, as_document
from uhc_llm.scanner.asides import find_asides
from uhc_llm.scanner.mentions import keep_apart, make_mentions
from uhc_llm.scanner.nominals import find_nominals
from uhc_llm.scanner.periods import find_periods
from uhc_llm.scanner.plain import PlainText, plain_text, restored
from uhc_llm.scanner.quantities import find_quantities
from uhc_llm.scanner.regions import find_regions
from uhc_llm.scanner.sentences import split_sentences
from uhc_llm.scanner.tables import find_tables
from uhc_llm.scanner.tokens import tokenize
from uhc_llm.schemas import Reading

__all__ = ["PlainReading", "scan", "scan_plain"]


class PlainReading(NamedTuple):
    """A reading of the plain form of a text, and that form.

    What goes on with a reading (meanings, verification, a prompt) goes on with this one, and at the
    end tells its results of the text as given: `restored(result, plain)`.
    """

    reading: Reading
    plain: PlainText


def scan(text: str | Document, *, published: Day | None = None) -> Reading:
    """Find every number, period and region in `text`.

    >>> reading = scan("Cakupan JKN di Kota Palembang 95,28 persen atau 1,51 juta jiwa.")
    >>> [(m.text, str(m.value), m.unit) for m in reading.mentions]
    [('95,28 persen', '95.28', 'percent'), ('1,51 juta jiwa', '1510000', 'people')]
    >>> reading.regions[0].name
    'Kota Palembang'

    Args:
        text: the article, as a string or a `Document`.
        published: the article's own date, for "tahun lalu" and its like; a document's own is used
            when none is given.

    Returns:
        A `Reading`. Offsets count the characters of the text as it was given, and
        `reading.text[m.start:m.end] == m.text` for every mention.
    """
    return restored(*scan_plain(text, published=published))


def scan_plain(text: str | Document, *, published: Day | None = None) -> PlainReading:
    """As `scan`, but the reading is of the plain form of the text, which comes with it."""
    document = as_document(text)
    plain = plain_text(document.text)
    body = plain.text
    sentences = split_sentences(body)
    source = tokenize(body)
    tables = find_tables(body)
    day = as_day(published) or document.published
    periods, own_date = find_periods(source, published=day, tables=tables)
    nominals, periods = keep_apart(find_nominals(source), periods)
    taken = sorted([(n.start, n.end) for n in nominals] + [(p.start, p.end) for p in periods])
    quantities = find_quantities(source, sentences, taken, tables)
    asides = find_asides(source)
    regions, main_region, reasons = find_regions(
        source, sentences, published=own_date, asides=asides, tables=tables
    )
    mentions = make_mentions(source, quantities, nominals, periods, asides)
    reading = Reading(
        text=body,
        published=own_date,
        mentions=mentions,
        periods=periods,
        regions=regions,
        sentences=sentences,
        main_region=main_region,
        main_region_reasons=reasons,
        asides=asides,
        tables=tables,
    )
    return PlainReading(reading, plain)
