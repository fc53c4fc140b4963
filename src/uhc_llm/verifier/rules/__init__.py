"""The verifier's rules, and the table of them.

Each is a pure function from a claim and its case to messages; the table gives it its name and its
severity. Whatever a rule says, it says what the text says instead.
"""

from collections.abc import Callable, Iterator
from typing import Final

from uhc_llm.verifier.claims import Claim
from uhc_llm.verifier.rulebook import Case, Message, Rule, RuleBook, TextRule
from uhc_llm.verifier.rules import (
    assertions,
    bounds,
    cells,
    confidence,
    numbers,
    places,
    readings,
    sums,
    texts,
    times,
)

__all__ = ["RULES"]


def _between(name: str, check: Callable[[Claim, Case], Iterator[Message]]) -> Rule:
    return Rule(name, "warning", check, between_facts=True)


def _apart(name: str, check: Callable[[Claim, Case], Iterator[Message]]) -> Rule:
    return Rule(name, "warning", check, apart=True)


RULES: Final = RuleBook(
    facts=(
        Rule("number_in_text", "error", numbers.number_in_text),
        Rule("unit_in_text", "warning", numbers.unit_in_text),
        Rule("number_is_whole", "warning", numbers.number_is_whole),
        Rule("quote_in_text", "error", numbers.quote_in_text),
        Rule("unit_fits_metric", "error", numbers.unit_fits_metric),
        Rule("rate_bounds", "error", numbers.rate_bounds),
        Rule("unusual_rate", "warning", numbers.unusual_rate),
        Rule("region_bounds", "error", bounds.region_bounds),
        Rule("unusual_size", "warning", bounds.unusual_size),
        Rule("whole_number", "warning", readings.whole_number),
        Rule("number_undecided", "warning", readings.number_undecided),
        Rule("number_borne_out", "info", readings.number_borne_out),
        Rule("confidence", "warning", confidence.confidence),
        _apart("denied", assertions.denied),
        _apart("supposed", assertions.supposed),
        _apart("change", assertions.change),
        _apart("insured_since", assertions.insured_since),
        _apart("some_people", assertions.some_people),
        _apart("other_country", assertions.other_country),
        Rule("cell_undecided", "warning", cells.cell_undecided),
        Rule("region_in_text", "error", places.region_in_text),
        Rule("region_unnamed", "warning", places.region_unnamed),
        Rule("region_undecided", "warning", places.region_undecided),
        Rule("area_in_text", "warning", places.area_in_text),
        Rule("period_in_text", "error", times.period_in_text),
        Rule("period_unanchored", "warning", times.period_unanchored),
        Rule("period_unread", "warning", times.period_unread),
        Rule("period_not_in_future", "warning", times.period_not_in_future),
        _between("arithmetic", sums.arithmetic),
        Rule("derived_value", "info", sums.derived_value),
        Rule(
            "participants_exceed_population",
            "warning",
            sums.participants_exceed_population,
            between_facts=True,
        ),
        _between("segments_exceed_whole", sums.segments_exceed_whole),
        Rule("implausible_scale", "warning", sums.implausible_scale),
        _between("conflicting_values", sums.conflicting_values),
        Rule("other_value", "info", sums.other_value),
        Rule("one_meaning_each", "warning", sums.one_meaning_each),
        Rule("stands_in_article", "warning", texts.stands_in_article),
        Rule("speaks_to_machines", "warning", texts.speaks_to_machines),
    ),
    text=(
        TextRule("orders_to_machines", "warning", texts.orders_to_machines),
        TextRule("weekday_matches_date", "warning", times.weekday_matches_date),
        TextRule("unclaimed_number", "info", texts.unclaimed_number),
    ),
)
"""Every rule, as it is when nobody changes it."""
