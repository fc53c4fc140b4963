r"""How fast `scan` is beside one `\d+` findall, and beside other libraries, over the same articles.

Usage: python -m benchmarks.scan_speed [GOLD.jsonl] [--profile] [--rounds N]

All take turns in one process, so that what else the machine does meets them all, and of each the
pass over the articles that took the processor least counts. Only the ratios mean anything on
another machine. None of the others does what `scan` does: lokal-id is given the rupiah amounts, cut
out by our scan, and need not search; quantulum3 reads English, whatever it makes of these texts;
dateparser looks for dates alone. With --profile it says where the time of `scan` goes instead.
"""

import argparse
import importlib
import re
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import process_time
from types import ModuleType
from typing import Final, NamedTuple

from benchmarks.corpus import GOLD, articles, timed_finders
from uhc_llm.scanner import scan

GOAL: Final = 60
ROUNDS: Final = 15
# One pass of the findall is too short for the clock.
REPEATS: Final = 50
# The others take a second or more a pass, beside which the machine's moods are small.
ROUNDS_OF_OTHERS: Final = 3
INSTALL: Final = "python3 tasks.py bench scan_speed"


class Contestant(NamedTuple):
    """Something that is run over texts; `run` returns how many things it found in one."""

    name: str
    run: Callable[[str], int]
    texts: Sequence[str]
    rounds: int = ROUNDS
    repeats: int = 1


def contestants(texts: Sequence[str], rounds: int) -> Iterator[Contestant]:
    """Our scan and the findall first, then those of the others that are installed."""
    digits = re.compile(r"\d+")
    yield Contestant("uhc_llm.scan", lambda text: len(scan(text).mentions), texts, rounds)
    yield Contestant(
        r"re.findall(\d+)", lambda text: len(digits.findall(text)), texts, rounds, REPEATS
    )
    few = min(rounds, ROUNDS_OF_OTHERS)
    if lokal := _installed("lokal"):
        amounts = [m.text for t in texts for m in scan(t).mentions if m.unit == "rupiah"]
        name = f"lokal-id parse_rupiah, {len(amounts)} amounts"
        parse_rupiah = lokal.parse_rupiah
        yield Contestant(name, lambda text: parse_rupiah(text) is not None, amounts, rounds)
    if quantulum3 := _installed("quantulum3.parser"):
        yield Contestant(
            "quantulum3 parse (English)", lambda text: len(quantulum3.parse(text)), texts, few
        )
    if dateparser := _installed("dateparser.search"):
        search = dateparser.search_dates
        yield Contestant(
            "dateparser search_dates",
            lambda text: len(search(text, languages=["id"]) or ()),
            texts,
            few,
        )


def _installed(module: str) -> ModuleType | None:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        print(f"skipped: {error.name} is not installed: {INSTALL} measures it", file=sys.stderr)
        return None


def measured(entrants: Sequence[Contestant]) -> dict[str, tuple[float, int]]:
    """Seconds of the fastest pass of each, and how much it found."""
    # The first pass loads tables and compiles patterns.
    found = {c.name: sum(map(c.run, c.texts)) for c in entrants}
    seconds = dict.fromkeys(found, float("inf"))
    for number in range(max(c.rounds for c in entrants)):
        for contestant in entrants:
            if number < contestant.rounds:
                seconds[contestant.name] = min(seconds[contestant.name], _pass(contestant))
    return {name: (seconds[name], found[name]) for name in found}


def _pass(contestant: Contestant) -> float:
    started = process_time()
    for _ in range(contestant.repeats):
        for text in contestant.texts:
            contestant.run(text)
    return (process_time() - started) / contestant.repeats


def compare(texts: Sequence[str], rounds: int) -> None:
    """Print a row for each contestant."""
    entrants = list(contestants(texts, rounds))
    results = measured(entrants)
    ours, theirs = (results[entrants[place].name][0] for place in (0, 1))
    print(f"{'':36} {'found':>6} {'us each':>8} {'ms a pass':>10} {'MB/s':>7} {'scan / it':>10}")
    for contestant in entrants:
        seconds, found = results[contestant.name]
        speed = sum(len(text.encode()) for text in contestant.texts) / seconds / 1e6
        each = seconds / max(found, 1) * 1e6
        row = f"{found:6} {each:8.1f} {seconds * 1000:10.2f} {speed:7.2f} {ours / seconds:10.3f}"
        print(f"{contestant.name:36} {row}")
    print(rf"scan takes {ours / theirs:.1f} times one findall of \d+ (the goal: under {GOAL})")


def profile(texts: Sequence[str], rounds: int) -> None:
    r"""Print the share of each finder, and how many findalls of \d+ it takes."""
    scanned, plain, *_ = contestants(texts, rounds)
    for text in texts:
        scan(text)
    best: dict[str, float] = {}
    least = plain_least = float("inf")
    for _ in range(rounds):
        plain_least = min(plain_least, _pass(plain))
        with timed_finders() as seconds:
            total = _pass(scanned)
        if total < least:
            least, best = total, dict(seconds)
    best["models and the rest"] = least - sum(best.values())
    print(f"{'':24} {'share':>6} {'findalls':>9}")
    for name, spent in [*best.items(), ("scan", least)]:
        print(f"{name:24} {spent / least:6.1%} {spent / plain_least:9.1f}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Compare, or with --profile say where the time goes."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("gold", nargs="?", type=Path, default=GOLD, metavar="GOLD.jsonl")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args(arguments)
    # quantulum3 says at every start which of its extras are not there.
    warnings.filterwarnings("ignore", module="quantulum3")
    name, texts = articles(options.gold)
    size = sum(len(text.encode()) for text in texts)
    print(f"{name}: {len(texts)} articles, {size:,} bytes, {options.rounds} rounds")
    (profile if options.profile else compare)(texts, options.rounds)


if __name__ == "__main__":
    main()
