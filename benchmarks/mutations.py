"""Wrong facts made of right ones, in every way that goes wrong in practice."""

import random
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

from benchmarks.corpus import Article
from uhc_llm.scanner.regions.gazetteer import gazetteer
from uhc_llm.schemas import METRICS

Row = dict[str, Any]

SCALE_WORDS: Final = ("ribu", "juta", "miliar", "triliun")
UNIT_WORDS: Final = {"percent": "persen", "people": "jiwa", "regions": "kabupaten/kota"}
METRIC_OF_UNIT: Final = {
    "percent": "coverage_rate",
    "people": "participants",
    "rupiah": "budget",
    "regions": "regions_covered",
}
_NUMERAL: Final = re.compile(r"\d[\d.,]*\d|\d")


class Mutant(NamedTuple):
    """A changed fact; `printed` is its number as a text would print it, where the value changed."""

    kind: str
    fact: Row
    printed: str | None = None


# --- what can go wrong with a value --------------------------------------------------------------


def _digit_changed(printed: str) -> Iterator[str]:
    for match in re.finditer(r"\d", printed):
        for step in (1, 5):
            digit = str((int(match.group()) + step) % 10)
            yield printed[: match.start()] + digit + printed[match.end() :]


def _digit_dropped(printed: str) -> Iterator[str]:
    for match in re.finditer(r"\d", printed):
        yield printed[: match.start()] + printed[match.end() :]


def _digit_added(printed: str) -> Iterator[str]:
    for match in re.finditer(r"\d", printed):
        for digit in "07":
            yield printed[: match.end()] + digit + printed[match.end() :]


def _separator_moved(printed: str) -> Iterator[str]:
    for match in re.finditer(r"(\d)([.,])(\d)", printed):
        a, separator, b = match.groups()
        yield printed[: match.start()] + separator + a + b + printed[match.end() :]
        yield printed[: match.start()] + a + b + separator + printed[match.end() :]
        yield printed[: match.start(2)] + printed[match.end(2) :]


def _scale_changed(printed: str) -> Iterator[str]:
    for match in re.finditer("|".join(SCALE_WORDS), printed):
        for other in SCALE_WORDS:
            if other != match.group():
                yield printed[: match.start()] + other + printed[match.end() :]
        yield printed[: match.start()].rstrip() + printed[match.end() :]


def _rounded(printed: str) -> Iterator[str]:
    for match in re.finditer(r"(\d+)([.,])(\d{1,2})(?!\d)", printed):
        for places in range(len(match[3])):
            value = round(Decimal(f"{match[1]}.{match[3]}"), places)
            yield (
                printed[: match.start()]
                + f"{value}".replace(".", match[2])
                + printed[match.end() :]
            )


VALUE_KINDS: Final[Mapping[str, Callable[[str], Iterator[str]]]] = {
    "digit changed": _digit_changed,
    "digit dropped": _digit_dropped,
    "digit added": _digit_added,
    "separator moved": _separator_moved,
    "scale word changed": _scale_changed,
    "decimals rounded": _rounded,
}


def value_mutants(fact: Row) -> Iterator[Mutant]:
    """The fact with its number printed wrong, and the value that the wrong print has."""
    if fact.get("upper") is not None:
        return
    for kind, mutate in VALUE_KINDS.items():
        seen = {fact["mention"]}
        for printed in mutate(fact["mention"]):
            if printed in seen:
                continue
            seen.add(printed)
            value = _value_of(printed, fact["unit"])
            if value is not None and value != fact["value"]:
                yield Mutant(kind, {**fact, "value": value}, printed)


def _value_of(printed: str, unit: str) -> Decimal | None:
    """The value of a number as printed, read by a few plain rules of Indonesian print."""
    numeral = _NUMERAL.search(printed)
    if numeral is None:
        return None
    digits = numeral.group()
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", digits) and unit != "percent":
        value = Decimal(re.sub(r"[.,]", "", digits))
    elif re.fullmatch(r"\d+(?:[.,]\d+)?", digits):
        value = Decimal(digits.replace(",", "."))
    elif re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d+", digits):
        value = Decimal(digits.replace(".", "").replace(",", "."))
    else:
        return None
    for power, word in enumerate(SCALE_WORDS, start=1):
        if word in printed:
            value *= 1000**power
    return value


def unit_mutants(fact: Row) -> Iterator[Mutant]:
    """The same number as a count of something else."""
    word = UNIT_WORDS.get(fact["unit"])
    for unit, other in UNIT_WORDS.items():
        if unit != fact["unit"]:
            printed = fact["mention"].replace(word, other) if word else f"{fact['mention']} {other}"
            metric = METRIC_OF_UNIT[unit]
            yield Mutant("unit changed", {**fact, "unit": unit, "metric": metric}, printed)


# --- what can go wrong with the meaning ----------------------------------------------------------


def meaning_mutants(fact: Row, article: Article, dice: random.Random) -> Iterator[Mutant]:
    """The fact with one part of its meaning taken from elsewhere in its article, or from nowhere.

    What another fact of the article says is no mutant, since it is true.
    """
    others = [f for f in article.facts if f is not fact]
    for mutate in (_values, _regions, _periods, _statuses, _segments, _metrics):
        for mutant in mutate(fact, article, dice):
            if not any(_says_the_same(other, mutant.fact) for other in others):
                yield mutant


def _values(fact: Row, article: Article, _dice: random.Random) -> Iterator[Mutant]:
    found = {
        (other["value"], other["mention"])
        for other in article.facts
        if other["unit"] == fact["unit"] and other["value"] != fact["value"]
    }
    for value, mention in sorted(found):
        yield Mutant("value of another fact", {**fact, "value": value}, mention)


def _regions(fact: Row, article: Article, dice: random.Random) -> Iterator[Mutant]:
    codes = {f["region_code"] for f in article.facts if f["region_code"]}
    for code in sorted(codes - {fact["region_code"]}):
        yield Mutant("region of another fact", _with_region(fact, code))
    if twin := _twin(fact["region_code"]):
        yield Mutant("region: its twin", _with_region(fact, twin))
    named = {m.code for m in article.reading.regions}
    named |= {c.code for m in article.reading.regions for c in m.candidates}
    strangers = sorted(c for c in gazetteer().by_code if c not in named and c != "ID")
    yield Mutant("region not in the text", _with_region(fact, dice.choice(strangers)))


def _periods(fact: Row, article: Article, _dice: random.Random) -> Iterator[Mutant]:
    if not fact["period"]:
        return
    periods = {f["period"] for f in article.facts if f["period"]}
    periods |= {p.iso for p in article.reading.periods if p.end}
    own = fact["period"][:4]
    years = {period[:4] for period in periods} - {own}
    for year in sorted(years):
        yield Mutant("year of elsewhere", {**fact, "period": year})
    for year in (str(int(own) - 7), str(int(own) + 4)):
        if year not in years:
            yield Mutant("year not in the text", {**fact, "period": year})


def _statuses(fact: Row, _article: Article, _dice: random.Random) -> Iterator[Mutant]:
    yield Mutant("status flipped", {**fact, "status": _OTHER_STATUS[fact["status"]]})


def _segments(fact: Row, _article: Article, _dice: random.Random) -> Iterator[Mutant]:
    for segment in ("all", "pbi_apbn", "pbi_apbd", "ppu", "pbpu"):
        if segment != fact["segment"]:
            yield Mutant("segment changed", {**fact, "segment": segment})


def _metrics(fact: Row, _article: Article, _dice: random.Random) -> Iterator[Mutant]:
    for metric, definition in METRICS.items():
        if definition.unit == fact["unit"] and metric != fact["metric"]:
            yield Mutant("metric changed", {**fact, "metric": metric})


_OTHER_STATUS: Final = {"actual": "target", "target": "actual"}
_MEANING: Final = ("metric", "status", "region_code", "period", "segment")


def _same_meaning(one: Row, other: Row) -> bool:
    return all(one[key] == other[key] for key in _MEANING)


def _says_the_same(one: Row, other: Row) -> bool:
    return one["value"] == other["value"] and _same_meaning(one, other)


def _with_region(fact: Row, code: str) -> Row:
    return {**fact, "region_code": code, "region": gazetteer().by_code[code].name}


def _twin(code: str | None) -> str | None:
    region = gazetteer().by_code.get(code or "")
    if region is None or region.level not in ("city", "regency"):
        return None
    prefix, other = ("Kota", "Kabupaten") if region.level == "city" else ("Kabupaten", "Kota")
    found = gazetteer().named(f"{other}{region.name.removeprefix(prefix)}")
    return found[0].code if len(found) == 1 and found[0].code != code else None


# --- the evidence --------------------------------------------------------------------------------


def quote_mutants(fact: Row, article: Article) -> Iterator[Mutant]:
    """The fact with its sentence as its quote, one word of which is another."""
    text = article.reading.text
    place = text.find(fact["mention"])
    span = next((s for s in article.reading.sentences if s.start <= place < s.end), None)
    if span is None:
        return
    words = text[span.start : span.end].split()
    for index, word in enumerate(words):
        if len(word) > 3 and word.isalpha():  # noqa: PLR2004 - a word that carries meaning
            changed = " ".join([*words[:index], word[::-1], *words[index + 1 :]])
            yield Mutant("quote altered by a word", fact, changed)
            return


def stands_in(printed: str, text: str) -> bool:
    """Whether the digits of a printed number stand in a text, with the same scale word."""
    numeral = _NUMERAL.search(printed)
    if numeral is None:
        return False
    scales = "|".join(SCALE_WORDS)
    own = re.search(scales, printed)
    scale = rf"\s*{own.group()}" if own else rf"(?!\s*(?:{scales}))"
    digits = rf"(?<![\d.,]){re.escape(numeral.group())}(?!\d|[.,]\d)"
    return re.search(digits + scale, text) is not None


def mutants(fact: Row, article: Article, dice: random.Random) -> Iterator[Mutant]:
    """Every mutant of one fact; those of the value as absent, or as standing elsewhere."""
    for mutant in value_mutants(fact):
        if stands_in(mutant.printed or "", article.reading.text):
            yield mutant._replace(kind="value that stands elsewhere")
        else:
            yield mutant
    yield from unit_mutants(fact)
    yield from quote_mutants(fact, article)
    yield from meaning_mutants(fact, article, dice)
