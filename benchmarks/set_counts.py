"""What is in the sets of labelled articles, and how they differ from one another within a set.

    python -m benchmarks.set_counts eval/*.gold.jsonl

Counts articles by kind, by year (of publication), by province (of the regions that facts are said
of) and by writer (the letters before the number in an article's id), and says how unlike the
articles are: their lengths, how many open with words that no other opens with, and in how many ways
numbers are written.
"""

import json
import re
import statistics
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from uhc_llm.scanner.regions.gazetteer import gazetteer

_WRITER: Final = re.compile(r"^([a-z]{2})-\d")
_OPENING_WORDS: Final = 3
_FORMATS: Final[dict[str, re.Pattern[str]]] = {
    "98,5 persen": re.compile(r"\d+,\d+ ?persen", re.IGNORECASE),
    "98.5 persen": re.compile(r"\d+\.\d{1,2} ?persen", re.IGNORECASE),
    "98,5%": re.compile(r"\d+,\d+ ?%"),
    "98.5%": re.compile(r"\d+\.\d{1,2} ?%"),
    "98 persen": re.compile(r"(?<![\d.,])\d+ ?persen", re.IGNORECASE),
    "98%": re.compile(r"(?<![\d.,])\d+ ?%"),
    "1.204.331": re.compile(r"\d{1,3}(?:\.\d{3})+(?!\d)"),
    "1,204,331": re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)"),
    "1204331": re.compile(r"(?<![\d.,])\d{5,}(?![\d.,])"),
    "1,2 juta": re.compile(
        r"\d+[.,]\d+ ?(?:juta|ribu|miliar|triliun|million|billion)", re.IGNORECASE
    ),
    "12 ribu": re.compile(
        r"(?<![\d.,])\d+ ?(?:ribu|juta|miliar|triliun|million|billion)", re.IGNORECASE
    ),
    "Rp12,5 M": re.compile(r"Rp\.? ?[\d.,]+ ?(?:M|T|jt|rb)\b"),
    "puluh, ribu, juta in words": re.compile(
        r"\b(?:dua|tiga|empat|lima|enam|tujuh|delapan|sembilan)(?: puluh| ratus| ribu| juta)",
        re.IGNORECASE,
    ),
}


def load(path: Path) -> list[dict[str, Any]]:
    """Read the articles of a set, with their texts."""
    rows: list[dict[str, Any]] = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for row in rows:
        if "text" not in row:
            row["text"] = (path.parent / row["text_file"]).read_text(encoding="utf-8")
    return rows


def provinces_of(row: dict[str, Any]) -> set[str]:
    """Return the provinces of the regions that an article's facts are said of."""
    codes = {fact["region_code"] for fact in row["facts"]} - {None, "ID"}
    found = (gazetteer().by_code.get(code.split(".")[0]) for code in codes)
    return {region.name for region in found if region}


def counts(rows: Sequence[dict[str, Any]]) -> dict[str, Counter[str]]:
    """Count the articles of a set in each way."""
    writers = (found[1] if (found := _WRITER.match(row["id"])) else "-" for row in rows)
    return {
        "kind": Counter(row.get("kind", "-") for row in rows),
        "year": Counter((row.get("published") or "undated")[:7].split("-")[0] for row in rows),
        "province": Counter(name for row in rows for name in provinces_of(row)),
        "writer": Counter(writers),
    }


def opening(text: str) -> str:
    """Return the words that an article opens with, below its title."""
    body = text.partition("\n\n")[2] or text
    return " ".join(re.findall(r"\w+", body.lower())[:_OPENING_WORDS])


def variety(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Say how unlike the articles of a set are."""
    lengths = [len(row["text"].split()) for row in rows]
    tenths = statistics.quantiles(lengths, n=10) if len(lengths) > 1 else lengths * 9
    low, half, high = (round(tenths[at]) for at in (0, 4, 8))
    yield f"words an article: half have {half} or fewer, 8 in 10 {low} to {high}"
    openings = Counter(opening(row["text"]) for row in rows)
    alone = sum(1 for count in openings.values() if count == 1)
    yield f"open as no other does: {alone} of {len(rows)}"
    formats = {
        name: sum(1 for row in rows if way.search(row["text"])) for name, way in _FORMATS.items()
    }
    yield f"articles with numbers written as: {_listed(formats.items())}"


def _listed(pairs: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{name} {count}" for name, count in pairs)


def main(arguments: Sequence[str]) -> int:
    """Print what is in each set."""
    if not arguments:
        print(__doc__)
        return 2
    for path in map(Path, arguments):
        rows = load(path)
        facts = sum(len(row["facts"]) for row in rows)
        no_facts = sum(len(row.get("no_facts") or ()) for row in rows)
        print(f"{path.name}: {len(rows)} articles, {facts} facts, {no_facts} numbers that are none")
        for way, counted in counts(rows).items():
            order = sorted(counted.items()) if way == "year" else counted.most_common()
            print(f"  by {way} ({len(counted)}): {_listed(order)}")
        for line in variety(rows):
            print(f"  {line}")
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
