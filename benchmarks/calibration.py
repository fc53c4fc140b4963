"""How far confidences come true, and what is right of what is kept by them: tables and pictures.

    python -m benchmarks.calibration                 print the tables
    python -m benchmarks.calibration --draw FOLDER   and draw reliability.svg and kept.svg there

Two groups of articles: those that the reader was trained on, each read by weights that were fitted
without it and all else by its writer (`python3 tasks.py train` keeps what was said); and the blind
ones, as the last run of benchmarks/blind.py kept it.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from benchmarks import blind
from tools.training.__main__ import HELD_OUT
from tools.training.confidence import load_held_out
from uhc_llm.evaluation import load_gold
from uhc_llm.evaluation.calibration import (
    Checked,
    bins_of,
    calibration_error,
    checked_facts,
    kept_at,
)
from uhc_llm.reader.confidence import FIELDS

__all__ = ["draw", "errors", "groups", "kept"]

SHARES: Final = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
# Of Okabe and Ito, which the colour-blind tell apart; dark and light apart in print too.
_COLOURS: Final = ("#0072B2", "#E69F00")
_SHAPES: Final = ("circle", "square")


@cache
def groups() -> Mapping[str, Sequence[Checked]]:
    """The facts that were said of each group of articles."""
    held = [
        Checked(
            f"{each.set} {each.article}",
            "verified" if each.passes else "suspect",
            each.confidences,
            each.right,
        )
        for each in load_held_out(HELD_OUT)
    ]
    found: dict[str, Sequence[Checked]] = {"held out": held}
    if said := _blind():
        found["blind"] = said
    return found


def _blind(*, any_region: bool = False) -> list[Checked]:
    run = blind.last_runs().get("code")
    articles = load_gold(blind.GOLD)
    said = run.predictions(articles) if run else []
    return list(checked_facts(articles, said, any_region=any_region))


def errors() -> Iterator[str]:
    """A table of the expected calibration error of each field."""
    found = {**groups(), "blind, right as F1 counts": _blind(any_region=True)}
    yield f"| | {' | '.join(f'{name} ({len(few):,} facts)' for name, few in found.items())} |"
    yield f"|---|{'---|' * len(found)}"
    for place, field in enumerate(FIELDS):
        cells = [f"{calibration_error(_pairs(few, place)) or 0:.3f}" for few in found.values()]
        yield f"| {field} | {' | '.join(cells)} |"


def kept() -> Iterator[str]:
    """A table of what share is right of the surest facts."""
    found = groups()
    yield f"| of all facts kept | {' | '.join(found)} |"
    yield f"|---|{'---|' * len(found)}"
    for share in SHARES:
        cells = [f"{kept_at(_pairs(few), share) or 0:.3f}" for few in found.values()]
        yield f"| {share:.0%} | {' | '.join(cells)} |"


def _pairs(few: Sequence[Checked], place: int = -1) -> list[tuple[float, bool]]:
    return [(each.confidences[place], each.right[place]) for each in few]


def draw(folder: Path) -> list[Path]:
    """Draw the reliability diagram and the curve of what is right of what is kept."""
    import altair as alt

    folder.mkdir(parents=True, exist_ok=True)
    bins = [
        {"held to be right": b.confidence, "right": b.right, "articles": name}
        for name, few in groups().items()
        for b in bins_of(_pairs(few))
    ]
    curve = [
        {"kept": n / 100, "right": kept_at(_pairs(few), n / 100), "articles": name}
        for name, few in groups().items()
        for n in range(2, 101, 2)
    ]
    even = [{"held to be right": at, "right": at} for at in (0, 1)]
    line = _chart(alt, bins, "held to be right", [0, 1])
    line += (
        alt.Chart({"values": even})
        .mark_line(strokeDash=[4, 4], color="#767676")
        .encode(x="held to be right:Q", y="right:Q")
    )
    found = {
        "reliability.svg": line,
        "kept.svg": _chart(alt, curve, "kept", [0.5, 1], points=False),
    }
    for name, chart in found.items():
        chart.save(folder / name)
    return [folder / name for name in found]


def _chart(
    alt: Any,  # noqa: ANN401 - altair carries types that are no use here
    rows: list[dict[str, Any]],
    across: str,
    domain: list[float],
    *,
    points: bool = True,
) -> Any:  # noqa: ANN401
    names = list(groups())
    x = alt.X(f"{across}:Q", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1]))
    y = alt.Y("right:Q", axis=alt.Axis(format="%"), scale=alt.Scale(domain=domain))
    colour = alt.Color("articles:N", scale=alt.Scale(domain=names, range=list(_COLOURS)))
    base = alt.Chart({"values": rows}).properties(width=340, height=260)
    dash = alt.StrokeDash("articles:N", scale=alt.Scale(domain=names, range=[[1, 0], [5, 3]]))
    lines = base.mark_line().encode(x=x, y=y, color=colour, strokeDash=dash)
    if not points:
        return lines
    shape = alt.Shape("articles:N", scale=alt.Scale(domain=names, range=list(_SHAPES)))
    return lines + base.mark_point(filled=True, size=60).encode(x=x, y=y, color=colour, shape=shape)


def main(arguments: Sequence[str]) -> int:
    """Print the tables; draw where that is asked for."""
    parser = argparse.ArgumentParser(prog="calibration", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--draw", type=Path, metavar="FOLDER")
    options = parser.parse_args(arguments)
    for lines in (errors(), kept()):
        print("\n" + "\n".join(lines))
    if options.draw:
        print("\n" + "\n".join(map(str, draw(options.draw))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
