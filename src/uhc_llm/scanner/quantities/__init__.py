"""Numbers that count something: amounts, and what several of them say together.

    each_amount -> join (ranges, compounds) -> share_units (neighbours) -> inherit_units (headings)
                -> infer_units (sentence) -> mark_broken (tails of numbers)

Each step leaves alone what has its unit already.
"""

from collections.abc import Sequence

from uhc_llm.scanner.language import Languages
from uhc_llm.scanner.quantities.amounts import Quantity, each_amount
from uhc_llm.scanner.quantities.broken import mark_broken
from uhc_llm.scanner.quantities.headings import inherit_units, stands_alone
from uhc_llm.scanner.quantities.inference import infer_units, share_units
from uhc_llm.scanner.quantities.ranges import join
from uhc_llm.scanner.tokens import TokenizedText
from uhc_llm.schemas import Span, Table

__all__ = ["Quantity", "find_quantities"]


def find_quantities(
    source: TokenizedText,
    sentences: Sequence[Span],
    taken: Sequence[tuple[int, int]],
    tables: Sequence[Table] = (),
) -> list[Quantity]:
    """Find every quantity in a text.

    Args:
        source: the text.
        sentences: its sentences, in order.
        taken: stretches whose numbers are something else (dates, law numbers), sorted.
        tables: its tables and lists, in order.

    Returns:
        The quantities in order of their place.
    """
    found = list(
        join(source.folded, list(each_amount(source, taken, Languages(source, sentences))))
    )
    if not all(quantity.unit is not None for quantity in found):
        found = _with_units(source, sentences, found, tables)
    return mark_broken(source, found, taken, tables)


def _with_units(
    source: TokenizedText,
    sentences: Sequence[Span],
    found: list[Quantity],
    tables: Sequence[Table],
) -> list[Quantity]:
    found = inherit_units(source, share_units(source, found), tables)
    found = [q for q in found if q.unit or not q.is_doubtful]
    if not tables:
        return infer_units(source, sentences, found)
    in_cells = [q for q in found if stands_alone(tables, q)]
    others = infer_units(source, sentences, [q for q in found if not stands_alone(tables, q)])
    return sorted([*in_cells, *others], key=lambda q: q.start)
