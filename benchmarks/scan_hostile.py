"""Does the time that `scan` takes grow with the text alone, whatever the text is?

Usage: python -m benchmarks.scan_hostile [NAME...] [--size N] [--limit RATIO] [--collector]

Every text is scanned at two lengths, N characters and ten times as many, in one process; of each
the pass that took the processor least counts. Time that grows as the text does makes a ratio of
10. The program ends with exit code 1 when a ratio is over the limit, and says which finder grew
the most. A text that is hopeless at a tenth of the size is given up there, before it takes hours.

Python's garbage collector is off meanwhile: it passes over all objects again whenever they have
grown by a quarter, which a short text is spared. --collector leaves it on.
"""

import argparse
import gc
import sys
from collections.abc import Iterable, Mapping, Sequence
from time import process_time
from typing import Final, NamedTuple

from benchmarks.corpus import timed_finders
from uhc_llm.scanner import scan
from uhc_llm.scanner.calendar import MONTHS, WEEKDAYS
from uhc_llm.scanner.quantities.words import SCALES, UNIT_OF_NOUN
from uhc_llm.scanner.regions.gazetteer import gazetteer

SIZE: Final = 100_000
TIMES: Final = 10
LIMIT: Final = 12.0
# Noise makes a ratio larger as often as smaller: only one that stays over the limit counts.
TRIES: Final = 3
HOPELESS: Final = 3 * TIMES
# Below this the clock and the first use of tables drown what is measured.
SHORT: Final = 0.02

_NAMES: Final = tuple(" ".join(words) for words in gazetteer().names)
WORDS: Final[Mapping[str, Iterable[str]]] = {
    "units": UNIT_OF_NOUN,
    "scales": SCALES,
    "months": MONTHS,
    "weekdays": WEEKDAYS,
    "names": tuple(map(str.title, _NAMES)),
    "names, capitals": tuple(map(str.upper, _NAMES)),
    "names, lower case": _NAMES,
}
"""Every word of a table, one after the other."""

REPEATED: Final[Mapping[str, str]] = {
    # digits and what stands between them
    "digits": "1234567890",
    "zeros": "0",
    "dots": ".",
    "commas": ",",
    "hyphens": "-",
    "slashes": "/",
    "brackets open": "(",
    "brackets nested": "([{(",
    "brackets closed": "(((1))) ",
    "quotes": "\"“'",
    "quotes open": "“ a",
    "percent signs": "%",
    "spaces": " ",
    "no-break spaces": "\u00a0",
    "newlines": "\n",
    "tabs": "\t",
    "digit dot": "1.",
    "digit comma": "1,",
    "digit dot comma": "1.1,",
    "digit space": "1 ",
    "digit newline": "1\n",
    "groups": "123.456.789.",
    "groups of spaces": "123 456 ",
    "digit hyphen": "1-",
    "digit colon": "1:",
    "dates": "1/1/1",
    "dates, ISO": "2022-01-",
    "dates in brackets": "(1/1/2022) ",
    "phone": "0812-3456-",
    "plus": "+62 ",
    # words that rules begin or go on with
    "juta": "juta ",
    "number juta": "1 juta ",
    "number words": "satu dua tiga ",
    "number words, glued": "duapuluh",
    "koma": "satu koma ",
    "puluh ribu juta": "dua puluh ribu juta ",
    "setengah": "setengah ",
    "se-": "se",
    "belasan": "belasan ribu ",
    "dari": "dari ",
    "number dari": "1 dari ",
    "hingga": "1 hingga ",
    "sampai dengan": "sampai dengan ",
    "antara": "antara 1 dan ",
    "lebih dari": "lebih dari ",
    "sekitar": "sekitar ",
    "Rp": "Rp ",
    "Rp.": "Rp.",
    "Rp number": "Rp1,",
    "persen": "persen ",
    "number persen": "98,4 persen ",
    "jiwa": "1 jiwa ",
    "tahun": "tahun ",
    "number tahun": "2 tahun ",
    "tahun lalu": "tahun lalu ",
    "awal": "awal akhir ",
    "semester": "semester I ",
    "month": "Mei ",
    "day month": "1 Mei ",
    "per": "per 1 ",
    "ke-": "ke-1 ",
    "Nomor": "UU Nomor 1 ",
    "Pasal": "Pasal 1 ayat (",
    "pukul": "pukul 08.",
    "usia": "berusia 1 ",
    "Jalan": "Jl. A No. ",
    "URL": "https://a.id/",
    "domain": "a.b.",
    "e-mail": "a@",
    # regions
    "Kota": "Kota ",
    "Kota name": "Kota Semarang ",
    "kota itu": "kota itu ",
    "name": "Semarang ",
    "name and": "Kabupaten Semarang dan ",
    "twin, comma": "Bogor, ",
    "Cabang": "BPJS Kesehatan Cabang ",
    "Desa": "Desa Sukamaju ",
    "nasional": "nasional ",
    "datelines": "SEMARANG (1/1/2022) - ",
    "capitals": "Aa ",
    # lines
    "Baca juga": "Baca juga: Cakupan naik\n",
    "Baca juga, one line": "Baca juga: ",
    "captions": "Foto: a/b\n",
    "caption brackets": "(Foto: ",
    "footers": "Editor: A\n",
    "table rows": "Kota Semarang\t98,4\t1.234\n",
    "table rows, bars": "| Blora | 1.234 | ",
    "headings": "Cakupan (%):\nBlora 98\n",
    "headings without rows": "Jumlah (jiwa):\n",
    "headings, one line": "a: ",
    "list": "1. a\n",
    "list on one line": "1) a ",
    "list, semicolons": "Blora 1; ",
    "table rows, bars and lines": "a | 1\n",
    "table rows, no numbers": "a | b\n",
    "table rows, two kinds": "a | b\nc | 1\n",
    "table rows, blanks": "a  1\n",
    "bars": "|",
    "rule of a table": "--- | ---\n",
    "broken lines": "a b\n",
    "broken lines, full": f"{'a ' * 40}\n",
    "broken lines, names": "di\nKabupaten\n",
    "hyphenated lines": "a-\n",
    "items": "- a\n",
    "blanks": "  ",
    "tabs and lines": "\t\n",
    # markup
    "tag": "<b>",
    "tag, unclosed": '<a b="',
    "tag, closing": "</p>",
    "comment": "<!--",
    "script": "<script>",
    "cells": "<td>",
    "cells, many": "<td colspan=50 rowspan=99>a",
    "rows": "<tr>",
    "tables": "<table>",
    "note": "1<sup>",
    "line breaks": "<br>\n",
    "entity": "&amp;",
    "entity, unclosed": "&#1",
    "entity of a tag": "&lt;b x=&quot;",
    "link": "[a](",
    "links within": "[[a",
    "link, closing": "](",
    "link by name": "[a]: b\n",
    "picture": "![",
    "quotation": "> a\n",
    "title": "# a ",
    "bold": "**a ",
    "struck": "~~a",
    "code": "`a",
    "backslash": "\\",
    "sentences": "A. ",
    "abbreviations": "dr. ",
    # letters
    "one word": "a",
    "one word, capitals": "A",
    "letters and digits": "a1",
    "long words": f"{'a' * 2000} ",
    "mixed scripts": "aя中α١२",
    "other digits": "٣५５",
    "combining": "a\u0301\u0302",
    "combining marks": "\u0301",
    "zero width": "\u200b",
    "emoji": "😀",
    "no space": "cakupanJKN98,4persenKotaSemarang",
    "NUL": "\x00",
    "dotted I": "İ",
}

TEXTS: Final = (*REPEATED, *WORDS)


class Verdict(NamedTuple):
    """How long a text took, and which finder grew the most."""

    small: float
    large: float
    mentions: int
    grew: str

    @property
    def ratio(self) -> float:
        """Time of the long text by that of the short one."""
        return self.large / self.small


def hostile_text(name: str, length: int) -> str:
    """A hostile text of exactly that many characters."""
    part = REPEATED[name] if name in REPEATED else "".join(f"{word} " for word in WORDS[name])
    return (part * (length // len(part) + 1))[:length]


def measure(name: str, size: int, limit: float) -> Verdict:
    """Scan one text at both lengths, the short one more often."""
    tenth, small, large = (
        hostile_text(name, length) for length in (size // TIMES, size, size * TIMES)
    )
    first, second = _timed(tenth), _timed(small)
    if second[0] > max(HOPELESS * first[0], SHORT * HOPELESS):
        return _verdict(first, second)
    best_small, best_large = second, _timed(large)
    for _ in range(TRIES):
        best_small = min(best_small, _timed(small), _timed(small), key=_total)
        if best_large[0] <= limit * best_small[0]:
            break
        best_large = min(best_large, _timed(large), key=_total)
    return _verdict(best_small, best_large)


_Timing = tuple[float, dict[str, float], int]


def _total(timing: _Timing) -> float:
    return timing[0]


def _timed(text: str) -> _Timing:
    gc.collect()
    with timed_finders() as seconds:
        started = process_time()
        found = len(scan(text).mentions)
        total = process_time() - started
    seconds["models and the rest"] = total - sum(seconds.values())
    return total, seconds, found


def _verdict(small: _Timing, large: _Timing) -> Verdict:
    # What takes no time may grow as it likes.
    weighty = [name for name, spent in large[1].items() if spent > large[0] / TIMES]
    grew = max(weighty, key=lambda name: large[1][name] / max(small[1][name], 1e-9))
    growth = large[1][grew] / max(small[1][grew], 1e-9)
    return Verdict(small[0], large[0], large[2], f"{grew} {growth:.1f}")


def options_of(
    arguments: Sequence[str] | None, about: str, *, size: int, limit: float
) -> argparse.Namespace:
    """Which texts are asked for, how long they are, and what ratio is too large.

    Python's garbage collector is turned off where it is not asked for.
    """
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("names", nargs="*", metavar="NAME", help="some texts: all without any")
    parser.add_argument("--size", type=int, default=size, help="characters of the short text")
    parser.add_argument("--limit", type=float, default=limit)
    parser.add_argument("--collector", action="store_true", help="leave Python's collector on")
    options = parser.parse_args(arguments)
    if not options.collector:
        gc.disable()
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a row a text; 1 when one of them takes more than its share."""
    options = options_of(arguments, (__doc__ or "").splitlines()[0], size=SIZE, limit=LIMIT)
    scan("98,4 persen")
    print(f"{'text':24} {'s, short':>9} {'s, long':>9} {'ratio':>6} {'numbers':>8}  grew the most")
    over = []
    for name in options.names or TEXTS:
        try:
            verdict = measure(name, options.size, options.limit)
        except Exception as error:
            error.add_note(f"while scanning the text {name!r}")
            raise
        mark = "  <-- over" if verdict.ratio > options.limit else ""
        over += [name] if mark else []
        figures = f"{verdict.small:9.3f} {verdict.large:9.3f} {verdict.ratio:6.1f}"
        print(f"{name:24} {figures} {verdict.mentions:8}  {verdict.grew}{mark}", flush=True)
    print(f"{len(over)} of {len(options.names or TEXTS)} over {options.limit:g}: {over}")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
