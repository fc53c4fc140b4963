"""Whether a text that is printed amiss makes a wrong number pass for a right one.

Usage: python -m benchmarks.text_mutants [GOLD.jsonl ...] [--list KIND]

Where verify_mutants changes facts, this changes texts: one number of an article at a time is broken
as scans, mails and converters break it, or stands in a table whose heads are exchanged. The changed
text is extracted from without a model, and the number's parts are given to `verify` as facts. The
columns say how many such texts there are, from how many a wrong value came out verified, for how
many parts `verify` said verified, and from how many the right value came out, verified or suspect.
"""

import argparse
import random
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple

from benchmarks.corpus import GOLD, Article, gold_articles
from uhc_llm import Extractor, verify
from uhc_llm.scanner.quantities.numerals import read_digits

Row = dict[str, Any]

SEPARATORS: Final = (
    *("\u00ad", "\u200b", "\u200c", "\u200f", "\u2007", "\u2008", "\u200a", "\u2002", "\u2003"),
    *(
        "'",
        "’",
        "·",
        ";",
        ":",
        "_",
        "-",
        "|",
        "/",
        "~",
        "*",
        "，",
        "．",
        ",,",
        "..",
        ", ",
        " ",
        "\t",
    ),
)
_NUMERAL: Final = re.compile(r"\d[\d.,]*\d")
_WHOLE: Final = re.compile(r"\d+(?:[.,]\d+)*")
_INNER: Final = re.compile(r"(?<=\d)[.,](?=\d)")
_HEADS: Final = {
    ("coverage_rate", "all"): "Cakupan (%)",
    ("active_rate", "all"): "Keaktifan (%)",
    ("uninsured_rate", "all"): "Belum terdaftar (%)",
    ("participants", "all"): "Peserta (jiwa)",
    ("active_participants", "all"): "Peserta aktif (jiwa)",
    ("uninsured", "all"): "Belum terdaftar (jiwa)",
    ("population", "all"): "Penduduk (jiwa)",
}


class TextMutant(NamedTuple):
    """A changed text, the fact that it concerns, and the wrong values that it must not yield.

    Attributes:
        kind: how it was changed.
        text: the whole text.
        fact: what the text said before, and says still to a careful reader.
        place: where the number now stands.
        wrong: facts that are not true of it, for `verify`.
    """

    kind: str
    text: str
    fact: Row
    place: tuple[int, int]
    wrong: tuple[Row, ...]


def mutants(article: Article, dice: random.Random) -> Iterator[TextMutant]:
    """Every changed text of one article, a few a number."""
    for fact in article.facts:
        if fact.get("upper") is not None:
            continue
        start = _place(article.reading.text, fact["mention"])
        numeral = _NUMERAL.search(fact["mention"]) if start is not None else None
        if start is None or numeral is None:
            continue
        span = start + numeral.start(), start + numeral.end()
        for kind, change in _BREAKS.items():
            yield from _broken(kind, article, fact, span, change(numeral.group(), dice))
    yield from _tables(article, dice)


def _place(text: str, mention: str) -> int | None:
    """Where a number stands, if that is in one place alone and as a whole numeral."""
    found = [m.start() for m in re.finditer(rf"(?<![\d.,]){re.escape(mention)}(?!\d)", text)]
    return found[0] if len(found) == 1 else None


def _separator_put_in(printed: str, dice: random.Random) -> str:
    place = dice.choice([i for i in range(1, len(printed)) if printed[i - 1].isdigit()])
    separator = dice.choice(SEPARATORS)
    return printed[:place] + separator + printed[place:]


def _separator_exchanged(printed: str, dice: random.Random) -> str:
    places = [m.start() for m in _INNER.finditer(printed)]
    if not places:
        return printed
    place = dice.choice(places)
    return printed[:place] + dice.choice(SEPARATORS) + printed[place + 1 :]


def _line_wrapped(printed: str, dice: random.Random) -> str:
    place = dice.choice(range(1, len(printed)))
    return f"{printed[:place]}\n{printed[place:]}"


def _cut_at_separator(printed: str, _dice: random.Random) -> str:
    return _INNER.sub(lambda found: f"{found.group()}\n", printed, count=1)


_BREAKS: Final[Mapping[str, Callable[[str, random.Random], str]]] = {
    "separator put in": _separator_put_in,
    "separator exchanged": _separator_exchanged,
    "line wrapped in a number": _line_wrapped,
    "cut at a separator": _cut_at_separator,
}


def _broken(
    kind: str, article: Article, fact: Row, span: tuple[int, int], printed: str
) -> Iterator[TextMutant]:
    text = article.reading.text
    if printed == text[slice(*span)]:
        return
    changed = text[: span[0]] + printed + text[span[1] :]
    right = Decimal(fact["value"])
    scale = _scale(text[slice(*span)], right)
    parts = {
        value * scale
        for part in re.findall(r"\d[\d.,]*\d|\d", printed)
        for value in (n.value for n in read_digits(part))
    }
    bare = {key: fact[key] for key in ("unit", "metric", "status")}
    wrong = tuple({**bare, "value": value} for value in sorted(parts - {right}))
    yield TextMutant(kind, changed, fact, (span[0], span[0] + len(printed)), wrong)


def _scale(printed: str, value: Decimal) -> Decimal:
    """What a scale word behind the digits multiplies them by."""
    readings = [n.value for n in read_digits(printed) if n.value]
    return next((value / r for r in readings if value % r == 0 or r % 1), Decimal(1))


def _tables(article: Article, dice: random.Random) -> Iterator[TextMutant]:
    """A table of the article's facts, two of whose heads are exchanged."""
    facts = [f for f in article.facts if _is_of_table(f)]
    rows: dict[str, dict[str, Row]] = defaultdict(dict)
    for fact in facts:
        rows[fact["region"]].setdefault(_HEADS[fact["metric"], fact["segment"]], fact)
    heads = sorted({head for row in rows.values() for head in row})
    pairs = [(a, b) for a in heads for b in heads if a < b and a[-4:] == b[-4:]]
    if not pairs or len(rows) < 2:  # noqa: PLR2004 - one row is no table
        return
    one, other = dice.choice(pairs)
    exchanged = {one: other, other: one}
    lines = [" | ".join(["Kabupaten/Kota", *(exchanged.get(h, h) for h in heads)])]
    places: list[tuple[Row, str, int]] = []
    length = len(lines[0]) + 1
    for region, row in rows.items():
        cells = [region, *(_bare(row[h]) if h in row else "" for h in heads)]
        for index, head in enumerate(heads, start=1):
            if head in row:
                places.append((row[head], head, length + len(" | ".join([*cells[:index], ""]))))
        lines.append(" | ".join(cells))
        length += len(lines[-1]) + 1
    text = "\n".join(lines)
    for fact, head, start in places:
        if head in exchanged:
            end = start + len(_bare(fact))
            wrong = ({key: fact[key] for key in ("value", "unit", "metric", "status")},)
            wrong[0]["quote"] = text[start:end]
            yield TextMutant("heads exchanged", text, fact, (start, end), wrong)


def _is_of_table(fact: Row) -> bool:
    is_named = fact.get("region_code") is not None and fact["status"] == "actual"
    return is_named and (fact["metric"], fact["segment"]) in _HEADS and not fact.get("upper")


def _bare(fact: Row) -> str:
    plain = f"{fact['value']:,}" if fact["unit"] == "people" else f"{fact['value']}"
    return plain.translate(str.maketrans(",.", ".,"))


# --- what becomes of them ------------------------------------------------------------------------


def outcome(
    extractor: Extractor, mutant: TextMutant, published: date | None
) -> tuple[bool, bool, bool]:
    """Whether a wrong value came out verified, a part was, and the right value came out."""
    extraction = extractor.extract(mutant.text, published=published)
    at_place = [
        fact
        for fact in extraction.facts
        if fact.evidence
        and fact.evidence.start < mutant.place[1]
        and mutant.place[0] < fact.evidence.end
    ]
    is_exchanged = mutant.kind == "heads exchanged"
    right = Decimal(mutant.fact["value"])
    still = _still_says(mutant)

    def is_wrong(value: Decimal, metric: str) -> bool:
        return metric == mutant.fact["metric"] if is_exchanged else value not in {right, *still}

    passed = any(f.verdict == "verified" and is_wrong(f.value, f.metric) for f in at_place)
    wrong = [row for row in mutant.wrong if is_exchanged or row["value"] not in still]
    checked = verify(mutant.text, wrong, published=published).facts
    verified = any(
        fact.verdict == "verified"
        and fact.evidence is not None
        and mutant.place[0] <= fact.evidence.start < mutant.place[1]
        for fact in checked
    )
    return passed, verified, any(not is_wrong(f.value, f.metric) for f in at_place)


def _still_says(mutant: TextMutant) -> set[Decimal]:
    """What a reader reads in the changed print, who sees no invisible sign and forgives a space."""
    printed = mutant.text[slice(*mutant.place)]
    seen = "".join(c for c in unicodedata.normalize("NFKC", printed) if c.isprintable())
    compact = "".join(seen.split())
    numerals = read_digits(compact) if _WHOLE.fullmatch(compact) else ()
    before = _NUMERAL.search(mutant.fact["mention"])
    scale = _scale(before.group() if before else compact, Decimal(mutant.fact["value"]))
    return {numeral.value * scale for numeral in numerals}


def main(arguments: Sequence[str]) -> None:
    """Print the table; the exit code is 1 when anything wrong was verified."""
    parser = argparse.ArgumentParser(
        prog="text_mutants", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("gold", nargs="*", type=Path, default=[GOLD])
    parser.add_argument("--list", metavar="KIND", help="list what of a kind is verified wrongly")
    options = parser.parse_args(arguments)
    dice = random.Random(0)  # noqa: S311 - the same mutants each time
    extractor = Extractor(strategy="code")
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for article in (a for path in options.gold for a in gold_articles(path)):
        for mutant in mutants(article, dice):
            said = outcome(extractor, mutant, article.reading.published)
            counts[mutant.kind]["texts"] += 1
            counts[mutant.kind].update(
                name for name, is_so in zip(_COLUMNS[1:], said, strict=True) if is_so
            )
            if options.list == mutant.kind and any(said[:2]):
                around = mutant.text[max(0, mutant.place[0] - 60) : mutant.place[1] + 40]
                print(article.id, said, mutant.fact["metric"], mutant.fact["value"], ascii(around))
    show(counts)
    sys.exit(any(tally[c] for tally in counts.values() for c in _COLUMNS[1:3]))


_COLUMNS: Final = ("texts", "wrong verified", "part verified", "right found")


def show(counts: Mapping[str, Counter[str]]) -> None:
    """Print one line a kind."""
    print(f"{'kind':26}" + "".join(f"{column:>16}" for column in _COLUMNS))
    for kind, tally in counts.items():
        print(f"{kind:26}" + "".join(f"{tally[column]:16}" for column in _COLUMNS))


if __name__ == "__main__":
    main(sys.argv[1:])
