"""The reader on folds that it was not fitted to: without each family of features, and the like.

Usage: python -m benchmarks.reader_folds [ablation] [curve] [learners] [--folds 3]

The articles of one fold are read by what the others tell, and each choice is fitted as one net, not
as the mean of several as in the package: what a row changes is the same, and comes several times
sooner. A row takes some minutes on one core, and is written to benchmarks/results/reader_folds.json
when it is there: a run that was stopped goes on with the rows that it has not. Rows that were made
from other labels or other features are made anew. Without a name the tables so far are printed.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from typing import Final
from unittest.mock import patch

from benchmarks.reader_folds import ablation, curve, learners, tables
from benchmarks.reader_folds.kept import TRIED, Part
from tools.training import fitting
from tools.training.sets import Source, features_hash, load_sources, set_hashes

FOLDS: Final = 3
PARTS: Final[Mapping[str, Callable[[Sequence[Source], Part, int], None]]] = {
    "ablation": ablation.run,
    "curve": curve.run,
    "learners": learners.run,
}


def main(arguments: Sequence[str]) -> int:
    """Run what is named, and print the tables."""
    parser = argparse.ArgumentParser(prog="reader_folds")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="what to measure")
    parser.add_argument("--folds", type=int, default=FOLDS, help="how many (default: 3)")
    options = parser.parse_args(arguments)
    if options.parts:
        made = {
            "folds": options.folds,
            "tried": TRIED,
            "features": features_hash(),
            "sets": set_hashes(),
        }
        sources = load_sources()
        with ExitStack() as stack:
            for name in ("MEANING", "SEGMENT", "PLACE", "MOMENT"):
                size = getattr(fitting, name)._replace(nets=1)
                stack.enter_context(patch.object(fitting, name, size))
            for name in options.parts:
                PARTS[name](sources, Part(name, made), options.folds)
    for table in (tables.ablation, tables.curve, tables.curve_by_set, tables.learners):
        print("\n".join([*table(), ""]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
