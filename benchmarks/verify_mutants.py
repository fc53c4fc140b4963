"""Whether wrong facts are caught: gold facts are changed in every way that goes wrong in practice.

Usage: python -m benchmarks.verify_mutants [GOLD.jsonl ...] [--list KIND] [--no-peers]

One fact of an article is changed at a time. Each mutant is verified three times: bare, without a
quote, among the true facts of its article; quoted, with the number that it claims as its quote,
among the same; and alone, quoted, with no other fact beside it. The columns say what share of the
mutants is rejected, and what share is caught, that is rejected or suspect.

A mutant of the value counts as such only when its digits, with its scale word, stand nowhere in the
text as a whole numeral, by a plain search that shares no code with the scanner; else it "stands
elsewhere".

The printed forms of the same mutants go through LangExtract's aligner (its defaults, and the
strictest settings it has) and through instructor's citation check; those columns say what share is
accepted.
"""

import argparse
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from benchmarks.corpus import GOLD, Article, gold_articles
from benchmarks.mutations import Mutant, Row, mutants
from uhc_llm.reader import Understanding, interpret
from uhc_llm.schemas import Reading
from uhc_llm.verifier import verify_reading

_MEANING: Final = ("value", "unit", "metric", "status", "region", "period", "segment")
_FORMS: Final = ("bare", "quoted", "alone")


def verdict(article: Article, fact: Row, mutant: Mutant, form: str) -> str:
    """Our verdict on a mutant."""
    changed = {key: value for key, value in mutant.fact.items() if key != "mention"}
    if form != "bare" or mutant.kind.startswith("quote"):
        changed["quote"] = mutant.printed or mutant.fact["mention"]
    others = [] if form == "alone" else [f for f in article.facts if f is not fact]
    checked = verify_reading(
        article.reading, [changed, *others], understanding=_understood(article.reading)
    )
    return checked.facts[0].verdict or ""


@lru_cache(maxsize=1)
def _understood(reading: Reading) -> Understanding:
    """A text, read: once for all that is said of it."""
    return interpret(reading)


Peer = Callable[[str, str], bool]


def peers() -> Iterator[tuple[str, Peer]]:
    """The checks of other libraries: whether each accepts a printed number as one of the text."""
    try:
        from langextract.core.data import Extraction
        from langextract.resolver import WordAligner
    except ImportError:
        print("LangExtract is left out: pip install langextract", file=sys.stderr)
    else:

        def aligned(text: str, printed: str, **options: bool) -> bool:
            groups = [[Extraction("fact", printed)]]
            found = WordAligner().align_extractions(groups, text, **options)
            return found[0][0].char_interval is not None

        yield "LangExtract", aligned
        yield (
            "its strictest",
            lambda text, printed: aligned(
                text, printed, enable_fuzzy_alignment=False, accept_match_lesser=False
            ),
        )
    try:
        import regex  # noqa: F401 - what instructor's check needs
        from instructor.v2.dsl.citation import CitationMixin
    except ImportError:
        print("instructor's citation is left out: pip install regex", file=sys.stderr)
    else:

        def cited(text: str, printed: str) -> bool:
            given = {"substring_quotes": [printed]}
            checked = CitationMixin.model_validate(given, context={"context": text})
            return bool(checked.substring_quotes)

        yield "instructor", cited


def main(arguments: Sequence[str]) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        prog="verify_mutants", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("gold", nargs="*", type=Path, default=[GOLD])
    parser.add_argument("--list", metavar="KIND", help="list the mutants of a kind with verdicts")
    parser.add_argument("--no-peers", action="store_true", help="leave the other libraries out")
    options = parser.parse_args(arguments)
    others = {} if options.no_peers else dict(peers())
    dice = random.Random(0)  # noqa: S311 - the same mutants each time
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for article in (a for path in options.gold for a in gold_articles(path)):
        for fact in article.facts:
            for mutant in mutants(fact, article, dice):
                verdicts = {form: verdict(article, fact, mutant, form) for form in _FORMS}
                tally = counts[mutant.kind]
                tally["mutants"] += 1
                tally.update(f"{form} {said}" for form, said in verdicts.items())
                if mutant.printed is not None:
                    tally["printed"] += 1
                    text = article.reading.text
                    tally.update(
                        p for p, accepts in others.items() if accepts(text, mutant.printed)
                    )
                if options.list == mutant.kind:
                    meaning = " ".join(str(mutant.fact[key]) for key in _MEANING)
                    print(*verdicts.values(), article.id, repr(fact["mention"]), "->", meaning)
    show(counts, tuple(others))


def show(counts: Mapping[str, Counter[str]], others: Sequence[str]) -> None:
    """Print one line a kind: what we do with its mutants, and what share the others accept."""
    titles = "".join(f"  {form:^16}" for form in _FORMS) + "".join(f"{o:>15}" for o in others)
    columns = "  rejected  caught" * len(_FORMS) + f"{'accepts':>15}" * len(others)
    print(f"{'':27}{'':8}{titles}\n{'kind':27}{'mutants':>8}{columns}")
    for kind, tally in counts.items():
        cells = [f"{kind:27}{tally['mutants']:8}"]
        for form in _FORMS:
            rejected = tally[f"{form} rejected"] / tally["mutants"]
            caught = rejected + tally[f"{form} suspect"] / tally["mutants"]
            cells.append(f"{rejected:10.1%}{caught:8.1%}")
        if tally["printed"]:
            cells += [f"{tally[other] / tally['printed']:15.1%}" for other in others]
        print("".join(cells))


if __name__ == "__main__":
    main(sys.argv[1:])
