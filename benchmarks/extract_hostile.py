"""Does the time that a text takes grow with the text alone, from its words to its verified facts?

Usage: python -m benchmarks.extract_hostile [NAME...] [--size N] [--limit RATIO] [--collector]

`scan_hostile` goes no further than the numbers of a text. Here each text is read without a model
(`extract`), or facts are verified against it, at two lengths, N characters and ten times as many,
in one process. Time that grows as the text does makes a ratio of 10. The program ends with exit
code 1 when a ratio is over the limit.

Python's garbage collector is off meanwhile, as in `scan_hostile`; --collector leaves it on.
"""

import gc
import sys
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate, count, takewhile
from time import process_time
from typing import Any, Final, NamedTuple

from benchmarks.scan_hostile import TIMES, TRIES, options_of
from uhc_llm import Extractor, verify
from uhc_llm.scanner.regions.gazetteer import gazetteer

SIZE: Final = 6_000
LIMIT: Final = 16.0


class Given(NamedTuple):
    """A text, and facts that are said of it; without any the text itself is asked."""

    text: str
    facts: Sequence[Mapping[str, Any]] = ()


def _numbered(part: Callable[[int], str], length: int, head: str = "") -> Given:
    """A text of parts with another number in each."""
    parts = map(part, count())
    within = takewhile(lambda text: len(text) < length, accumulate(parts, initial=head))
    return Given([*within][-1])


def _repeated(part: str) -> Callable[[int], Given]:
    return lambda length: Given((part * (length // len(part) + 1))[:length])


def _rate(number: int) -> str:
    return f"{60 + number * 7 % 39},{number % 97:02}"


def _members(number: int) -> str:
    return f"Peserta JKN di Kota Semarang {100_000 + 37 * number} jiwa. "


def _measures(number: int) -> str:
    people = 100_000 + 37 * number
    said = (
        f"Peserta JKN Kota Semarang {people} jiwa. ",
        f"Peserta aktif JKN {people} jiwa. ",
        f"Penduduk Kota Semarang {people} jiwa. ",
        f"Warga yang belum terdaftar JKN {people} jiwa. ",
        f"Cakupan kepesertaan JKN {_rate(number)} persen. ",
    )
    return said[number % len(said)]


_NAMES: Final = tuple(" ".join(words).title() for words in gazetteer().names)
_HEAD: Final = "Cakupan JKN menurut kabupaten\nKabupaten\tPenduduk\tPeserta\tCakupan (%)\n"


def _row(name: str, number: int) -> str:
    return f"{name}\t{1_000_000 + 31 * number}\t{900_000 + 17 * number}\t{_rate(number)}\n"


def _years(length: int) -> Given:
    numbers = range(length // len("1990\t60,00\t"))
    heads = "\t".join(str(1990 + number % 60) for number in numbers)
    return Given(f"Cakupan JKN (%)\nKota\t{heads}\nSemarang\t{chr(9).join(map(_rate, numbers))}\n")


def _nearly_quoted(length: int) -> Given:
    quote = f"{'a ' * (length // 4)}b 98 persen"
    fact = {"metric": "coverage_rate", "value": 98, "unit": "percent", "quote": quote}
    return Given(f"{'a ' * (length // 2)}Cakupan JKN 98 persen.", [fact])


TEXTS: Final[Mapping[str, Callable[[int], Given]]] = {
    "figures that conflict": lambda length: _numbered(_members, length),
    "figures of all sorts": lambda length: _numbered(_measures, length),
    "table of one region": lambda length: _numbered(
        lambda number: _row("Kota Semarang", number), length, _HEAD
    ),
    "table of all regions": lambda length: _numbered(
        lambda number: _row(f"Kabupaten {_NAMES[number % len(_NAMES)]}", number), length, _HEAD
    ),
    "row of years": _years,
    "said again": _repeated("Cakupan JKN Kota Semarang 98,4 persen. "),
    "percentages": _repeated("98,4 persen "),
    "percentages of members": _repeated("peserta JKN 98,4 persen "),
    "shared by a list": _repeated(
        "Blora dan Kota Tegal masing-masing 98,4 persen dan 97,3 persen, "
    ),
    "times not read": _repeated("Per 31-13-2023 cakupan JKN 98,4 persen, tahun 2O23 "),
    "statuses": _repeated("Kabupaten Blora telah mencapai UHC. "),
    "statuses, one sentence": _repeated("Kabupaten Blora telah mencapai UHC, "),
    "nearly quoted": _nearly_quoted,
}


def measure(name: str, size: int, limit: float) -> tuple[float, float]:
    """The seconds that a text takes at both lengths, the least of some tries."""
    small, large = TEXTS[name](size), TEXTS[name](size * TIMES)
    best_small, best_large = min(_timed(small), _timed(small)), _timed(large)
    for _ in range(TRIES):
        if best_large <= limit * best_small:
            break
        best_small, best_large = min(best_small, _timed(small)), min(best_large, _timed(large))
    return best_small, best_large


def _timed(given: Given) -> float:
    gc.collect()
    started = process_time()
    if given.facts:
        verify(given.text, given.facts)
    else:
        with Extractor(strategy="code") as extractor:
            extractor.extract(given.text)
    return process_time() - started


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a row a text; 1 when one of them takes more than its share."""
    options = options_of(arguments, (__doc__ or "").splitlines()[0], size=SIZE, limit=LIMIT)
    _timed(Given("Cakupan JKN Kota Semarang 98,4 persen."))
    print(f"{'text':24} {'s, short':>9} {'s, long':>9} {'ratio':>6}")
    over = []
    for name in options.names or TEXTS:
        small, large = measure(name, options.size, options.limit)
        ratio = large / small
        mark = "  <-- over" if ratio > options.limit else ""
        over += [name] if mark else []
        print(f"{name:24} {small:9.3f} {large:9.3f} {ratio:6.1f}{mark}", flush=True)
    print(f"{len(over)} of {len(options.names or TEXTS)} over {options.limit:g}: {over}")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
