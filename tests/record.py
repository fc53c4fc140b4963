"""Record the cassettes anew from the real embedded model: `python3 tasks.py record [NAME...]`.

A NAME is a part of a cassette's path, such as `point` or `quote/06`; without one all are recorded.
Takes some ten seconds an article.
"""

import sys
import time

from tests.recordings import CASSETTES, RECORDED, RECORDINGS
from uhc_llm.errors import UhcLlmError
from uhc_llm.testing import cassette


def main(names: list[str]) -> int:
    """Record, and delete what no recording is for."""
    failed = 0
    wanted = {recording.cassette for recording in RECORDINGS}
    wanted |= {evaluation.cassette for evaluation in RECORDED}
    for orphan in set(CASSETTES.rglob("*.yaml")) - wanted:
        orphan.unlink()
        print(f"deleted {orphan.relative_to(CASSETTES)}")
    for recording in RECORDINGS:
        label = str(recording.cassette.relative_to(CASSETTES))
        if names and not any(name in label for name in names):
            continue
        started = time.monotonic()
        recording.cassette.parent.mkdir(parents=True, exist_ok=True)
        try:
            with cassette(recording.cassette, record="all"):
                extraction = recording.extract()
        except UhcLlmError as error:
            failed += 1
            print(f"{label}: {error}", flush=True)
        else:
            seconds = time.monotonic() - started
            kept, rejected = len(extraction.facts), len(extraction.rejected)
            print(f"{label}: {kept} facts, {rejected} rejected, {seconds:.0f} s", flush=True)
    for evaluation in RECORDED:
        label = str(evaluation.cassette.relative_to(CASSETTES))
        if names and not any(name in label for name in names):
            continue
        evaluation.cassette.parent.mkdir(parents=True, exist_ok=True)
        # What is asked as before is not asked again: the largest of them takes minutes.
        with cassette(evaluation.cassette, record="update"):
            predictions = evaluation.predict()
        failed += sum(prediction.error is not None for prediction in predictions)
        levels = evaluation.report(predictions).levels
        scores = ", ".join(f"{level} {one.f1:.3f}" for level, one in levels.items())
        print(f"{label}: {scores}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
