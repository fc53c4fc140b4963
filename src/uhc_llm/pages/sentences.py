"""The sentences that rules and reasons are put into, as templates: what is stored is English.

A placeholder is named for what stands there; `telling` knows how each is read and said anew:
`metric`, `unit`, `segment`, `level`, `field` and `form` are names of the vocabulary, `n`, `m` and
`k` numbers, `range` a number or two, `period` a period, `quote` words of the text in quotation
marks, `listed` such quotes with their values, `either` several things with "or", `words` words in
which names of the vocabulary stand, `value` what a fact says in a field, `doubt` and `reason` a
sentence of that group; whatever else, `text` above all, is said as it is.
"""

from collections.abc import Mapping
from typing import Final

from uhc_llm.language import later
from uhc_llm.pages.errors import ERRORS

__all__ = ["SENTENCES"]

_OTHER_VALUE: Final = (
    later(
        "{metric} is {text} here and {other} there, of the same region, time and people; the "
        "other follows from {words} ({formula})"
    ),
    later("{metric} is {text} here and {other} there, of the same region, time and people"),
)
_TOO_LARGE: Final = (
    later("{metric} of {n} in {region}: {text}, the largest {level}, has {m} people"),
    later(
        "{metric} of {n} in {region}: {text}, the largest {level}, has {m} rupiah to spend in a "
        "year, on everything"
    ),
)
_NO_MODEL: Final = later("{reason}; no model was asked")
_PERIOD: Final = (
    later("the text does not speak of {period}: it names none"),
    later("the text does not speak of {period}: it says {periods}"),
)

SENTENCES: Final[Mapping[str, tuple[str, ...]]] = {
    **ERRORS,
    "number_in_text": (
        later("the quote says no number that counts anything, not {range} {unit}"),
        later("the quote says {listed}, not {range} {unit}"),
        later("the text does not say {range} {unit}: {listed}"),
        later("no number of the text is {range} {unit}; the nearest are {listed}"),
        later("no number of the text is {range} {unit}"),
    ),
    "number_is_whole": (
        later("other digits stand right beside {quote}, which names no unit"),
        later("digits stand right before {quote}: they may belong to it"),
        later("digits stand right before {quote}: it may be {either}"),
    ),
    "unit_in_text": (
        later("the quote says {listed}: that it is {range} {unit} is not to be read"),
        later("the text does not say {unit} of {quote}, which is rather of {other_unit}"),
        later("the text does not say {unit} of {quote}"),
    ),
    "quote_in_text": (later("the text has no passage {quote}"),),
    "unit_fits_metric": (later("{metric} is measured in {unit}, not {other_unit}"),),
    "rate_bounds": (
        later("{metric} cannot be negative"),
        later("{metric} of {n} percent: it lies between 0 and {m} percent"),
    ),
    "unusual_rate": (later("a coverage of {n} percent is unusual"),),
    "region_bounds": (*_TOO_LARGE, later("{n} regions: there are {m} in all")),
    "unusual_size": (
        *_TOO_LARGE,
        later("{n} {unit} are too many for {region}, which the sentence names"),
        later("{n} {noun}: {region} has {m}"),
    ),
    "whole_number": (later("{n} {unit}: there are no parts of them"),),
    "number_undecided": (later("{quote} may be {either}"),),
    "number_borne_out": (later("{quote} is {n}, as {words} give it ({formula})"),),
    "confidence": (
        later(
            "its {field} is unsure: {value} {n} in 100, {other_value} {m} in 100; right in "
            "everything {k} in 100"
        ),
        later("its {field} is unsure: {value} {n} in 100; right in everything {k} in 100"),
    ),
    "denied": (later("the text may not stand by it: {quote}"),),
    "supposed": (later("the text may only suppose it: {quote}"),),
    "change": (later("it may say by how much something changed: {quote}"),),
    "insured_since": (later("those whom it counts may have been insured since: {quote}"),),
    "some_people": (later("it may be of some people alone: {quote}"),),
    "other_country": (later("it may be of another country: {quote}"),),
    "cell_undecided": (
        later("{quote} stands in a {form}, but its row names no region known"),
        later(
            "{quote} stands in a table, but its column does not tell which of its readings is meant"
        ),
        later("{quote} stands in a {form}, but {doubt}"),
    ),
    "region_in_text": (
        later("the text does not name {region} ({code}); it names {text}"),
        later("the text does not name {region} ({code})"),
    ),
    "region_unnamed": (later("the text does not name {region} ({code}), but may mean it"),),
    "region_undecided": (later("{quote} may be {either}"),),
    "area_in_text": (later("the text does not name {quote}"),),
    "period_in_text": _PERIOD,
    "period_unanchored": _PERIOD,
    "period_unread": (
        later(
            "{text} looks like a date or a year, and could not be read as one: the time of "
            "{quote} is unsure"
        ),
    ),
    "period_not_in_future": (later("{period} lies after the article's own date, {other_period}"),),
    "arithmetic": (later("{formula} does not hold: {words}"),),
    "derived_value": (later("{quote} follows from {words} ({formula})"),),
    "participants_exceed_population": (
        later("{metric} {text} are far more than the population, {other}"),
    ),
    "segments_exceed_whole": (later("{words} are more than all {metric}, {other}"),),
    "implausible_scale": (
        later("Rp{n} is no budget of a region"),
        later("{metric} {text} are less than a hundredth of {other_metric}, {other}"),
    ),
    "conflicting_values": _OTHER_VALUE,
    "other_value": _OTHER_VALUE,
    "one_meaning_each": (later("{quote} is given two meanings: {words}; and {other_words}"),),
    "stands_in_article": (later("{quote} stands in a link to another article, or in the footer"),),
    "speaks_to_machines": (
        later("its paragraph tells a machine what to write: {quote}"),
        later("the text tells a machine what to write ({quote}), and its words say {otherwise}"),
    ),
    "orders_to_machines": (later("the text tells a machine what to do: {quote}"),),
    "weekday_matches_date": (later("{text} does not fall on the weekday named"),),
    "unclaimed_number": (
        later("no fact claims {quote}; it may be {metric}"),
        later("no fact claims {quote}"),
    ),
    "reask_failed": (later("what was rejected could not be asked about again: {text}"),),
    "off_topic": (
        later("the text has no word of health insurance, and was not read"),
        _NO_MODEL,
    ),
    "empty_text": (_NO_MODEL,),
    "no_number": (_NO_MODEL,),
    "no_coverage_number": (_NO_MODEL,),
    # Why a number is no fact, and why a text has none.
    "reason": (
        later("a share without a number of its own"),
        later("stands on the page, but not in the article"),
        later("nothing says what it counts"),
        later("no fact claims it"),
        later("its fact was rejected: {rule}"),
        later("the words around it say that it is no coverage fact: {kind}"),
        later("the words around it say that it is no coverage fact"),
        later("the model says that it is no coverage fact: {kind}"),
        later("the model says that it is no coverage fact"),
        later("the model pointed at nothing that the text offers"),
        later("the text is empty"),
        later("the text has no number"),
        later("the text is on other matters than coverage"),
        later(
            "no number of the text can be a coverage figure: they are dates, prices and the like"
        ),
        later("{noun}: a unit that no metric uses"),
    ),
    # Why what stands over a number in a table, and before it, leaves it unsure.
    "doubt": (
        later("its title speaks of what is aimed at"),
        later("what stands over the table speaks of several figures"),
        later("what is not reached may be a target"),
        later("nothing near the table speaks of health insurance"),
        later("its head says {quote}, which is not understood"),
        later("its title says {quote}"),
        later("its head {quote} may be a share of a target"),
        later("its head {quote} may be a share of the column beside it"),
        later("its title speaks of another matter too"),
        later("its head says another unit"),
        later("its title speaks of {metric}"),
        later("its heads name several years"),
        later("its head and its row name several years"),
        later("its month may be that of another year"),
        later("its head {quote} has a number that is not read"),
        later("its head names two groups of members"),
    ),
    # What the reader holds likelier than what a fact says, where that is no name.
    "value": (
        later("none that is named"),
        later("none"),
        later("nothing"),
        later("no region"),
        later("no time"),
        later("no fact: {kind}"),
    ),
}
"""The sentences by the rule or the group that says them; of two that fit the first counts."""
