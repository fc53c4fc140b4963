"""Make the reader's weights from the labelled articles.

Usage: python -m tools.training [--folds-only]

Every article is read by weights that were fitted without it and without all else by its writer:
how right that is is printed, and how sure the reader may be is learned from it. Then the weights
are fitted to all articles, and written to the package.
"""

import json
import os
import sys
from pathlib import Path
from typing import Final

from tools.training.confidence import (
    fit_confidence,
    held_out,
    outcomes_of,
    rows_of,
    save_held_out,
    strangest_of,
)
from tools.training.fitting import Temperatures
from tools.training.sets import features_hash, load_sources, set_hashes
from tools.training.validation import (
    Held,
    fit_folds,
    fit_sources,
    fitted_temperatures,
    read_held,
    scores_by_set,
    table,
)
from uhc_llm.promise import record_of
from uhc_llm.reader.weights import Learned, pack

ROOT: Final = Path(__file__).resolve().parents[2]
WEIGHTS: Final = ROOT / "src/uhc_llm/reader/data/weights.xz"
RESULTS: Final = ROOT / "benchmarks/results/reader.json"
HELD_OUT: Final = ROOT / "benchmarks/results/held_out.tsv.xz"


def main(arguments: list[str]) -> int:
    """Train, and return the exit code."""
    sources = load_sources()
    print(f"{len(sources)} articles, {sum(len(s.article.numbers) for s in sources)} numbers")
    folds = fit_folds(sources, processes=os.cpu_count() or 1)
    temperatures = fitted_temperatures(read_held(sources, folds))
    print("temperatures:", ", ".join(f"{n} {t:.2f}" for n, t in temperatures._asdict().items()))
    held = read_held(sources, folds, temperatures)
    print(table(held))
    if "--folds-only" in arguments:
        return 0
    rows = [list(rows_of(each)) for each in held]
    told = list(held_out(held, rows, folds.of))
    save_held_out(told, HELD_OUT)
    learned = Learned(
        confidence=fit_confidence([row for few in rows for row in few]),
        record=record_of(outcomes_of(told), said=len(told)),
        strangest=strangest_of(held),
        sets=set_hashes(),
        features=features_hash(),
    )
    layers = fit_sources(sources, temperatures)
    packed = pack(layers, learned)
    WEIGHTS.write_bytes(packed)
    RESULTS.write_text(json.dumps(_results(held, temperatures), indent=1) + "\n", "utf-8")
    print(f"{WEIGHTS.relative_to(ROOT)}: {len(packed):,} bytes")
    return 0


def _results(held: list[Held], temperatures: Temperatures) -> dict[str, object]:
    """What was reached on folds that the weights were not fitted to, for the documents."""
    return {
        "sets": set_hashes(),
        "f1": {
            name: {level: round(score.f1, 3) for level, score in scores.items()}
            for name, scores in scores_by_set(held).items()
        },
        "temperatures": {name: round(t, 3) for name, t in temperatures._asdict().items()},
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
