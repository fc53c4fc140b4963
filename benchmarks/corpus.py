"""The articles that the benchmarks read, and how long scanning them takes, finder by finder."""

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from functools import wraps
from pathlib import Path
from time import process_time
from typing import Any, Final, NamedTuple, ParamSpec, TypeVar

import uhc_llm.scanner
from uhc_llm.schemas import Reading

ROOT: Final = Path(__file__).resolve().parent.parent
GOLD: Final = ROOT / "eval" / "dev.gold.jsonl"
EXAMPLES: Final = ROOT / "examples"
OFF_TOPIC: Final = "offtopic"
"""The kind of articles on other matters: whatever is said of them is false."""

_Given = ParamSpec("_Given")
_Found = TypeVar("_Found")


def articles(path: Path = GOLD) -> tuple[str, list[str]]:
    """What the articles are called, and their texts.

    Args:
        path: lines of JSON, each with a "text"; without such a file the ten example articles are
            read, which are longer in figures than most.
    """
    if path.is_file():
        lines = path.read_text("utf-8").splitlines()
        return path.name, [json.loads(line)["text"] for line in lines]
    print(f"There is no {path.name}: the example articles are read instead.", file=sys.stderr)
    return "examples", [file.read_text("utf-8") for file in sorted(EXAMPLES.glob("*.txt"))]


class Article(NamedTuple):
    """An article, scanned, and what annotators found in it."""

    id: str
    reading: Reading
    facts: list[dict[str, Any]]


def gold_articles(path: Path = GOLD) -> Iterator[Article]:
    """The articles of a gold file; their numbers are `Decimal`."""
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line, parse_float=Decimal, parse_int=Decimal)
        text = row.get("text") or (path.parent / row["text_file"]).read_text("utf-8")
        said = row["published"] or ""
        published = date.fromisoformat(said) if len(said) == len("2022-02-14") else None
        reading = uhc_llm.scanner.scan(text, published=published)
        yield Article(row["id"], reading, row["facts"])


@contextmanager
def timed_finders() -> Iterator[dict[str, float]]:
    """Count the seconds that `scan` spends in each of its finders while this is open.

    A finder is what `uhc_llm.scanner` takes from another of its modules and calls by name, so that
    one more is timed as soon as `scan` uses it.
    """
    seconds: dict[str, float] = defaultdict(float)
    scanner = vars(uhc_llm.scanner)
    finders = {name: value for name, value in scanner.items() if _is_finder(value)}
    scanner.update({name: _timed(name, finder, seconds) for name, finder in finders.items()})
    try:
        yield seconds
    finally:
        scanner.update(finders)


def _is_finder(value: object) -> bool:
    module = getattr(value, "__module__", None) or ""
    is_function = callable(value) and not isinstance(value, type)
    return is_function and module.startswith("uhc_llm.scanner.")


def _timed(
    name: str, finder: Callable[_Given, _Found], seconds: dict[str, float]
) -> Callable[_Given, _Found]:
    @wraps(finder)
    def timed(*args: _Given.args, **options: _Given.kwargs) -> _Found:
        started = process_time()
        try:
            return finder(*args, **options)
        finally:
            seconds[name] += process_time() - started

    return timed
