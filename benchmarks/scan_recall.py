"""How much of what annotators found the scanner finds: numbers, regions, periods.

Usage: python -m benchmarks.scan_recall [GOLD.jsonl ...]

Without arguments it reads `examples/gold.jsonl`, and `shared/eval/*.gold.jsonl` beside the
repository where they are. Each miss is named. A period counts as derivable when the text gives it
more precisely than the annotator noted it, when it is the article's own date or year, or when
"akhir 2025" was taken to the month. The nation counts as derivable where the text does not name it:
a threshold holds for all. An area without a code is found where its last words are.
"""

import re
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from benchmarks.corpus import gold_articles
from uhc_llm.scanner.regions.gazetteer import gazetteer
from uhc_llm.schemas import Reading

ROOT: Final = Path(__file__).resolve().parent.parent
SHARED: Final = ROOT.parent / "shared" / "eval"

Row = Mapping[str, Any]


def number(fact: Row, reading: Reading) -> str:
    """Whether a quantity with the fact's value and unit stands where its words stand."""
    places = [m.span() for m in re.finditer(re.escape(fact["mention"]), reading.text)]
    for mention in reading.mentions:
        if mention.kind != "quantity" or mention.unit != fact["unit"]:
            continue
        is_there = any(s < mention.end and mention.start < e for s, e in places)
        if is_there and fact["value"] in (mention.value, mention.upper):
            return "found"
    return "missing"


def region(fact: Row, reading: Reading) -> str:
    """Whether the fact's region is among those found, or among what their names can mean."""
    code, name = fact.get("region_code"), fact.get("region")
    if code is None and name and len(meant := gazetteer().named(name)) == 1:
        code = meant[0].code
    if code is None and name is None:
        return "none noted"
    for mention in reading.regions:
        if code is not None and mention.code == code and not mention.candidates:
            return "found"
        if code is None and name and name.casefold().endswith(mention.name.casefold()):
            return "found"
    if code is not None and any(c.code == code for m in reading.regions for c in m.candidates):
        return "candidate"
    return "derivable" if code == "ID" or name == "Indonesia" else "missing"


def period(fact: Row, reading: Reading) -> str:
    """Whether the fact's period is among those found, or follows from one of them."""
    iso = fact.get("period")
    if iso is None:
        return "none noted"
    said = {mention.iso for mention in reading.periods}
    if iso in said:
        return "found"
    said |= {f"{p.iso[:4]}-12" for p in reading.periods if p.part == "late"}
    own = reading.published.isoformat() if reading.published else ""
    return "derivable" if any(other.startswith(iso) for other in (*said, own)) else "missing"


CHECKS: Final = {"number": number, "region": region, "period": period}


def main(arguments: list[str]) -> None:
    """Print the shares of each file, and each miss."""
    gold = [Path(a) for a in arguments] or [
        ROOT / "examples" / "gold.jsonl",
        *sorted(SHARED.glob("*.gold.jsonl")),
    ]
    for path in gold:
        counts: dict[str, Counter[str]] = {check: Counter() for check in CHECKS}
        misses: list[str] = []
        for id_, reading, facts in gold_articles(path):
            for fact in facts:
                for name, check in CHECKS.items():
                    result = check(fact, reading)
                    counts[name][result] += 1
                    if result == "missing":
                        wanted = {"region": fact["region"], "period": fact["period"]}.get(name, "")
                        misses.append(f"  {name}: {id_}, {fact['mention']!r} {wanted}".rstrip())
        print(f"{path.name}: {sum(counts['number'].values())} facts")
        for name, count in counts.items():
            noted = count.total() - count["none noted"]
            shares = (f"{k} {n} ({n / noted:.1%})" for k, n in count.items() if k != "none noted")
            print(f"  {name:8} {', '.join(sorted(shares))}; none noted {count['none noted']}")
        print("\n".join(misses) if misses else "  nothing is missing")


if __name__ == "__main__":
    main(sys.argv[1:])
