"""Look for a text that breaks the scanner, for as long as it is given.

Usage: python -m tests.fuzz_scan [--minutes M] [--engine hypothesis|atheris]

Texts are made of the pieces that the property tests use, and of articles that are spliced, cut,
doubled and shuffled. Of each text everything in tests/property/claims.py is asked. The first
failure ends the run with exit code 1, after the smallest text that still fails is printed. With
--engine atheris, which has to be installed beside the project, libFuzzer steers by the branches
that a text reaches; there are wheels of it for Linux on x86-64.
"""

import argparse
import importlib
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic
from typing import Final

from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st

from tests.property.claims import (
    SOME_DAY,
    check_every_mention_is_what_stands_at_its_place,
    check_the_verifier_takes_what_was_read,
    check_what_stands_far_away_changes_nothing,
)
from tests.property.test_scan_properties import PIECES, TEXTS
from uhc_llm.scanner import scan

ROOT: Final = Path(__file__).resolve().parent.parent
ARTICLES: Final = tuple(
    path.read_text("utf-8") for path in sorted((ROOT / "examples").glob("[0-9]*.txt"))
)
MINUTES: Final = 10.0
# So many texts between two looks at the clock.
BATCH: Final = 200
MOST_CHANGES: Final = 8

# What stands before a paragraph, the paragraph, and what stands behind it.
Texts = Sequence[str]


@st.composite
def mutated_articles(draw: st.DrawFn) -> str:
    """A stretch of an example article, changed here and there."""
    text = _stretch(draw, draw(st.sampled_from(ARTICLES)))
    for _ in range(draw(st.integers(0, MOST_CHANGES))):
        start, end = sorted(draw(st.integers(0, len(text))) for _ in range(2))
        head, middle, tail = text[:start], text[start:end], text[end:]
        change = draw(st.sampled_from(["delete", "double", "swap", "piece", "splice", "reverse"]))
        match change:
            case "delete":
                text = head + tail
            case "double":
                text = head + middle + middle + tail
            case "swap":
                text = head + middle[-1:] + middle[1:-1] + middle[:1] + tail
            case "piece":
                text = head + draw(PIECES) + tail
            case "splice":
                text = head + _stretch(draw, draw(st.sampled_from(ARTICLES))) + tail
            case _:
                text = head + middle[::-1] + tail
    return text


def _stretch(draw: st.DrawFn, text: str) -> str:
    start, end = sorted(draw(st.integers(0, len(text))) for _ in range(2))
    return text[start:end]


ANY_TEXT: Final = TEXTS | mutated_articles()


def check(before: str, middle: str, after: str) -> None:
    """Ask every claim of a text."""
    reading = scan(middle)
    check_every_mention_is_what_stands_at_its_place(reading)
    check_every_mention_is_what_stands_at_its_place(scan(middle, published=SOME_DAY))
    check_the_verifier_takes_what_was_read(reading)
    check_what_stands_far_away_changes_nothing(before, middle, after)


# --- with Hypothesis -----------------------------------------------------------------------------


class Tried:
    """How many texts there were so far, and the last that failed."""

    def __init__(self) -> None:
        self.count = 0
        self.failing: Texts = ()

    def ask(self, before: str, middle: str, after: str) -> None:
        """Ask every claim, and remember a failure. Hypothesis makes it smaller step by step."""
        self.count += 1
        try:
            check(before, middle, after)
        except Exception:
            self.failing = (before, middle, after)
            raise


def with_hypothesis(minutes: float) -> int:
    """Try texts until the time is up or one fails."""
    tried, started = Tried(), monotonic()
    while monotonic() - started < minutes * 60 and not tried.failing:
        try:
            _batch(tried)()
        except Exception:  # noqa: BLE001 (whatever it is, it is what we look for)
            traceback.print_exc(limit=-3)
    print(f"{tried.count} texts in {monotonic() - started:.0f} s")
    if tried.failing:
        print("failed:", *map(repr, _smallest(tried.failing)), sep="\n  ")
    return 1 if tried.failing else 0


def _batch(tried: Tried) -> Callable[[], None]:
    # Nothing of an earlier run is tried again: a time limit is for new texts.
    decorate = settings(
        max_examples=BATCH,
        deadline=None,
        database=None,
        verbosity=Verbosity.quiet,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    return decorate(given(ANY_TEXT, ANY_TEXT, ANY_TEXT)(tried.ask))


# --- with atheris --------------------------------------------------------------------------------


def with_atheris(minutes: float) -> int:
    """Let libFuzzer make the texts; it ends the process itself, and says what it tried."""
    try:
        atheris = importlib.import_module("atheris")
    except ImportError:
        print("atheris is not installed: python -m pip install 'atheris<3.1'", file=sys.stderr)
        return 2
    atheris.instrument_all()
    with tempfile.TemporaryDirectory() as folder:
        for number, article in enumerate(ARTICLES):
            Path(folder, str(number)).write_text(article, "utf-8")
        options = [f"-max_total_time={round(minutes * 60)}", "-max_len=2000", "-verbosity=0"]
        atheris.Setup([sys.argv[0], *options, "-print_final_stats=1", folder], _ask_bytes)
        atheris.Fuzz()
    return 0


def _ask_bytes(data: bytes) -> None:
    middle, before, after = [*data.decode("utf-8", "ignore").split("\n\n", 2), "", ""][:3]
    texts = (before, middle, after)
    if _fails(texts):
        print("failed:", *map(repr, _smallest(texts)), sep="\n  ", flush=True)
        # libFuzzer would print the bytes, and leave them in a file.
        os._exit(1)


# --- the smallest text ---------------------------------------------------------------------------


def _smallest(texts: Texts) -> Texts:
    """Drop stretches of each text, ever shorter ones, as long as the rest still fails."""
    for place in range(len(texts)):
        length = len(texts[place])
        while length:
            start = 0
            while start < len(texts[place]):
                shorter = list(texts)
                shorter[place] = texts[place][:start] + texts[place][start + length :]
                if _fails(shorter):
                    texts = shorter
                else:
                    start += length
            length //= 2
    return texts


def _fails(texts: Texts) -> bool:
    try:
        check(*texts)
    except Exception:  # noqa: BLE001 (whatever it is, it is what we look for)
        return True
    return False


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzz; 1 when a text failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=MINUTES)
    parser.add_argument("--engine", choices=["hypothesis", "atheris"], default="hypothesis")
    options = parser.parse_args(arguments)
    engine = with_atheris if options.engine == "atheris" else with_hypothesis
    return engine(options.minutes)


if __name__ == "__main__":
    sys.exit(main())
