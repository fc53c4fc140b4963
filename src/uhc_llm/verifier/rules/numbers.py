"""Rules on the number itself: that the text says it, in that unit, within its bounds."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from uhc_llm.scanner.tables import cell_at
from uhc_llm.schemas import METRICS, Mention, Unit
from uhc_llm.verifier.claims import Claim, says
from uhc_llm.verifier.rulebook import Case, Message
from uhc_llm.verifier.rules.wording import ends, format_number, listed, nearest, place, spans

__all__ = [
    "number_in_text",
    "number_is_whole",
    "quote_in_text",
    "rate_bounds",
    "unit_fits_metric",
    "unit_in_text",
    "unusual_rate",
]

_FULL: Final = Decimal(100)
# More members than inhabitants is common (people registered elsewhere); twice as many is not.
_HIGHEST_COVERAGE: Final = Decimal(200)
_UNUSUAL_COVERAGE: Final = Decimal(130)
# What a head may multiply by: thousands, millions, milliards; and the dot of "53.214" either way.
_POWERS: Final = (-3, 0, 3, 6, 9, 12)
_JOINED: Final = re.compile(r"\d[^\w\s()]\d")
_UNIT_WORDS: Final[Mapping[Unit, re.Pattern[str]]] = {
    "percent": re.compile(r"%|\bpersen\b|\bper ?cent\b"),
    "people": re.compile(r"\b(?:jiwa|orang|warga|penduduk|peserta|people|residents|members)\b"),
    "rupiah": re.compile(r"\b(?:rp|rupiah|idr)(?![a-z])"),
    "regions": re.compile(r"\b(?:daerah|kabupaten|kota|provinsi|regenc\w+|cities|provinces)\b"),
}


def number_in_text(claim: Claim, case: Case) -> Iterator[Message]:
    """The number stands in the text as a whole numeral, with its scale and unit.

    "1.034.331" is not 34.331, and "685 ribu" is not 685. Where the fact has a quote, the number
    must stand inside it. Of digits whose unit and scale nobody reads, `unit_in_text` speaks.
    """
    if claim.mention is not None or _unread(claim, case) is not None:
        return
    fact = claim.fact
    wanted = ends(fact.value, fact.upper)
    quantities = [m for m in case.reading.mentions if m.kind == "quantity"]
    if claim.quote is not None:
        start, end = claim.quote
        inside = [m for m in quantities if m.start < end and start < m.end]
        found = listed(inside) or "no number that counts anything"
        yield f"the quote says {found}, not {wanted} {fact.unit}", (claim.quote,)
        return
    if fact.evidence is not None and any(says(m, fact) for m in quantities):
        return  # the number is right, the quote is not: that is for quote_in_text to say
    same_value = [m for m in quantities if fact.value in (m.value, m.upper)]
    if same_value:
        yield (
            f"the text does not say {wanted} {fact.unit}: {listed(same_value)}",
            spans(same_value),
        )
        return
    close = nearest(fact.value, [m for m in quantities if m.unit == fact.unit])
    instead = f"; the nearest are {listed(close)}" if close else ""
    yield f"no number of the text is {wanted} {fact.unit}{instead}", spans(close)


def number_is_whole(claim: Claim, case: Case) -> Iterator[Message]:
    """No other digits stand right before the number, with only a sign between them.

    "812;345 jiwa" may be 812.345 people or 345, and "95,,28 persen" 95,28 or 28.
    """
    mention = claim.mention
    if mention is None:
        return
    if mention.unit is None and _is_joined(mention, case.reading.text):
        yield f"other digits stand right beside {mention.text!r}, which names no unit", place(claim)
    if "broken" not in mention.flags:
        return
    values = " or ".join(format_number(value) for value in mention.readings)
    instead = f"it may be {values}" if values else "they may belong to it"
    yield f"digits stand right before {mention.text!r}: {instead}", place(claim)


def _is_joined(mention: Mention, text: str) -> bool:
    """Whether only a sign stands between a number and other digits: "95/28 persen"."""
    before = text[max(0, mention.start - 2) : mention.start + 1]
    behind = text[mention.end - 1 : mention.end + 2]
    return bool(_JOINED.fullmatch(before) or _JOINED.fullmatch(behind))


def unit_in_text(claim: Claim, case: Case) -> Iterator[Message]:
    """The number's unit stands with it, or in its sentence, or the one before.

    "Ngada 99,8 persen, Nagekeo 99,2" says percent of both; "rata-rata sudah di atas 95" of nothing.
    The cells of a table have theirs with what they mean; but "0,912" is rather a ratio.
    """
    mention, unit = claim.mention, claim.fact.unit
    if mention is None:
        if (unread := _unread(claim, case)) is not None:
            wanted = ends(claim.fact.value, claim.fact.upper)
            yield (
                f"the quote says {listed([unread])}: that it is {wanted} {unit} is not to be read",
                spans([unread]),
            )
        return
    if mention.unit == unit or _says_unit(case, mention, unit):
        return
    seems = f", which is rather of {mention.unit}" if mention.unit else ""
    yield f"the text does not say {unit} of {mention.text!r}{seems}", place(claim)


def _unread(claim: Claim, case: Case) -> Mention | None:
    """The number of a quote that has the digits of a fact, but no unit that the words beside say.

    The head of a table may say both unit and scale in a way that is not read: "(dalam juta)".
    """
    if claim.mention is not None or claim.quote is None:
        return None
    start, end = claim.quote
    for mention in case.reading.mentions:
        is_inside = mention.start < end and start < mention.end and mention.kind == "quantity"
        if is_inside and not mention.says_unit and _has_digits(mention, claim.fact.value):
            return mention
    return None


def _has_digits(mention: Mention, value: Decimal) -> bool:
    values = (mention.value, *mention.readings)
    return any(each.scaleb(power) == value for each in values for power in _POWERS)


def _says_unit(case: Case, mention: Mention, unit: Unit) -> bool:
    cell = cell_at(case.reading.tables, mention.start)
    is_share = unit == "percent" and mention.value <= 1
    if cell is not None and cell.table.form == "table" and mention.unit is None and not is_share:
        return True
    around: list[tuple[int, int]] = []
    if cell is not None:
        around += [*(row[cell.column] for row in cell.table.heads), *cell.table.titles]
    if cell is None or cell.table.form == "list":
        around.append(case.bindings.sentences(mention, back=1))
    says = _UNIT_WORDS.get(unit)
    folded = case.bindings.folded
    return says is not None and any(says.search(folded[slice(*span)]) for span in around)


def quote_in_text(claim: Claim, case: Case) -> Iterator[Message]:
    """The quote stands in the text, verbatim but for white space and quotation marks."""
    evidence = claim.fact.evidence
    if evidence is not None and claim.quote is None:
        yield f"the text has no passage {evidence.quote!r}", ()


def unit_fits_metric(claim: Claim, case: Case) -> Iterator[Message]:
    """A rate is a percentage, a budget is in rupiah: "Rp127 miliar" is no coverage rate."""
    fact = claim.fact
    unit = METRICS[fact.metric].unit
    if fact.unit != unit:
        yield f"{fact.metric} is measured in {unit}, not {fact.unit}", place(claim)


def rate_bounds(claim: Claim, case: Case) -> Iterator[Message]:
    """A share lies between 0 and 100 percent; coverage may pass 100, but never 200."""
    fact = claim.fact
    highest = max(fact.value, fact.upper or fact.value)
    if fact.unit != "percent":
        if fact.value < 0:
            yield f"{fact.metric} cannot be negative", place(claim)
        return
    limit = _HIGHEST_COVERAGE if fact.metric == "coverage_rate" else _FULL
    if fact.value < 0 or highest > limit:
        wrong = fact.value if fact.value < 0 else highest
        yield (
            f"{fact.metric} of {format_number(wrong)} percent: "
            f"it lies between 0 and {limit} percent",
            place(claim),
        )


def unusual_rate(claim: Claim, case: Case) -> Iterator[Message]:
    """A coverage of more than 130 percent is seldom what an article means."""
    fact = claim.fact
    if fact.metric == "coverage_rate" and _UNUSUAL_COVERAGE < fact.value <= _HIGHEST_COVERAGE:
        yield f"a coverage of {format_number(fact.value)} percent is unusual", place(claim)
