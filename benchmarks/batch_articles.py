"""Articles for the batch benchmarks: as many as are wanted, each another, always the same ones.

Made from the articles in examples/. In each the regions are others of the same level, and the last
digits of its figures are others, so that the figures still look alike but agree with each other no
better than the press's do. Each begins with a code of letters, which stands in no other: by it a
provider's statistics tell documents apart.

Usage: python -m benchmarks.batch_articles COUNT OUT.jsonl
"""

import csv
import json
import random
import re
import string
import sys
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path
from typing import Any, Final

from benchmarks.corpus import EXAMPLES, ROOT

__all__ = ["CODE", "code_of", "make_article", "write_articles"]

CODE: Final = r"KB[A-Z]{5}"
"""The pattern of what stands in one article alone."""

_REGIONS: Final = ROOT / "src" / "uhc_llm" / "scanner" / "data" / "regions.csv"
_LETTERS: Final = string.ascii_uppercase
_PERCENT: Final = re.compile(r"\b\d{2}[.,]\d{1,2}(?= ?(?:%|persen))")
_PEOPLE: Final = re.compile(r"\b\d{1,3}(?:[.,]\d{3})+(?= (?:jiwa|orang|peserta|warga|penduduk))")
_LEVELS: Final = {"kabupaten": "Kabupaten", "kota": "Kota"}


def make_article(number: int) -> dict[str, Any]:
    """One article as a row of JSONL: id, text, published, url."""
    chance = random.Random(number)  # noqa: S311 (no secret)
    texts = _examples()
    text, named = texts[number % len(texts)]
    for name, level in named:
        other = chance.choice(_names()[level])
        text = text.replace(name, other).replace(name.upper(), other.upper())
    text = _PERCENT.sub(lambda found: _with_other_end(found[0], 1, chance), text)
    text = _PEOPLE.sub(lambda found: _with_other_end(found[0], 2, chance), text)
    return {
        "id": f"artikel-{number:06d}",
        "text": f"Kode berita {code_of(number)}\n\n{text}",
        "published": f"{2021 + number % 5}-{1 + number % 12:02d}-15",
        "url": f"https://berita.example/{number:06d}",
    }


def code_of(number: int) -> str:
    """The code that stands in the article of this number alone."""
    letters = []
    for _ in range(5):
        number, letter = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[letter])
    return "KB" + "".join(reversed(letters))


def write_articles(count: int, path: Path) -> None:
    """Write so many articles, one a line."""
    with path.open("w", encoding="utf-8") as out:
        for number in range(count):
            out.write(json.dumps(make_article(number), ensure_ascii=False) + "\n")


def _with_other_end(figure: str, digits: int, chance: random.Random) -> str:
    return figure[:-digits] + "".join(chance.choice(string.digits) for _ in range(digits))


@cache
def _names() -> dict[str, list[str]]:
    """The bare names of regencies, of cities, and those that one of each shares."""
    with _REGIONS.open(encoding="utf-8", newline="") as file:
        rows = [
            row
            for row in csv.DictReader(file)
            if row["name"] == f"{_LEVELS.get(row['kind'])} {row['base']}"
        ]
    times = Counter(row["base"] for row in rows)
    names: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        level = row["kind"] if times[row["base"]] == 1 else "both"
        if row["base"] not in names[level]:
            names[level].append(row["base"])
    return dict(names)


@cache
def _examples() -> list[tuple[str, list[tuple[str, str]]]]:
    """The texts, each with the names that stand in it and their levels."""
    examples = []
    for path in sorted(EXAMPLES.glob("*.txt")):
        text = path.read_text("utf-8")
        found = [
            (name, level)
            for level, names in _names().items()
            for name in names
            if re.search(rf"\b{name}\b", text)
        ]
        examples.append((text, found))
    return examples


if __name__ == "__main__":
    write_articles(int(sys.argv[1]), Path(sys.argv[2]))
