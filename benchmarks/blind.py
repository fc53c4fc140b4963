"""The blind test: what the program makes of articles that nobody who changes it has read.

    python3 tasks.py blind code            take the figures
    python -m benchmarks.blind --table     print those of the last program that was run

A figure of the blind articles is worth something for as long as nothing was chosen because of it.
So each run is kept: what was said of every article, and in runs.jsonl with which commit, on which
day. A run is refused where the program differs from its commit, where the labels are not those
whose hash eval/README.md names, and where this very program was run before.
"""

import argparse
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Final, NamedTuple

from benchmarks.corpus import OFF_TOPIC, ROOT
from uhc_llm import Extractor
from uhc_llm.evaluation import (
    LEVELS,
    Figure,
    GoldArticle,
    Measures,
    Prediction,
    evaluate,
    load_gold,
    load_predictions,
    measure,
    save_predictions,
)
from uhc_llm.schemas import Verdict

GOLD: Final = ROOT / "eval" / "blind.gold.jsonl"
RESULTS: Final = ROOT / "benchmarks" / "results" / "blind"
PROGRAM: Final = ("src", "prompts", "schemas")
VERDICTS: Final[tuple[Verdict, ...]] = ("verified", "suspect")

_NAMED_HASH: Final = re.compile(r"SHA-256\s+`([0-9a-f]{64})`")
_SHORT: Final = 10


class Run(NamedTuple):
    """One time that the blind articles were read.

    Attributes:
        model: what was asked; `code` is none.
        day: when, in ISO.
        commit: of the program.
        program: the hash of what was run, as git has it.
        gold: the SHA-256 of the labelled articles.
        file: of the predictions.
    """

    model: str
    day: str
    commit: str
    program: str
    gold: str
    file: str

    @property
    def title(self) -> str:
        """Whom the figures are of."""
        return f"{self.model} ({self.day}, commit {self.commit[:_SHORT]})"

    def predictions(self, articles: Sequence[GoldArticle]) -> list[Prediction]:
        """What was said."""
        return load_predictions(RESULTS / self.file, articles)


class BlindTestError(Exception):
    """The figures would not be what they are called."""


def runs() -> list[Run]:
    """Every run so far, the oldest first."""
    path = RESULTS / "runs.jsonl"
    if not path.exists():
        return []
    return [Run(**json.loads(line)) for line in path.read_text("utf-8").splitlines()]


def last_runs() -> dict[str, Run]:
    """The runs of the last program, by model, in the order in which they were made."""
    every = runs()
    return {run.model: run for run in every if run.program == every[-1].program}


def take(model: str) -> Run:
    """Read the blind articles once, and keep what was said.

    Raises:
        BlindTestError: the figures would not be those of this program on those articles.
    """
    run = _planned(model)
    articles = load_gold(GOLD)
    extractor = (
        Extractor(strategy="code") if model == "code" else Extractor(model, strategy="point")
    )

    def show(done: Prediction) -> None:
        print(f"{model} {done.id}: {done.error or f'{len(done.facts)} facts'}", file=sys.stderr)

    predictions = evaluate(articles, extractor, on_done=show)
    RESULTS.mkdir(parents=True, exist_ok=True)
    # What is scored, without the quotes and findings of each fact.
    scored = [one.model_copy(update={"records": ()}) for one in predictions]
    save_predictions(scored, RESULTS / run.file)
    with (RESULTS / "runs.jsonl").open("a", encoding="utf-8") as out:
        out.write(json.dumps(run._asdict()) + "\n")
    return run


def labels_hash() -> str:
    """The SHA-256 of the labelled articles.

    Raises:
        BlindTestError: it is not the one that eval/README.md names.
    """
    gold = hashlib.sha256(GOLD.read_bytes()).hexdigest()
    named = _NAMED_HASH.search((ROOT / "eval" / "README.md").read_text("utf-8"))
    if not named or named[1] != gold:
        raise BlindTestError("the labels are not those that eval/README.md names by their hash")
    return gold


def _planned(model: str) -> Run:
    gold = labels_hash()
    if changed := _git("status", "--porcelain", "--", *PROGRAM):
        raise BlindTestError(f"the program is not that of its commit; commit first:\n{changed}")
    trees = "\n".join(_git("rev-parse", f"HEAD:{folder}") for folder in PROGRAM)
    program = hashlib.sha256(trees.encode()).hexdigest()
    for run in runs():
        if (run.model, run.program, run.gold) == (model, program, gold):
            raise BlindTestError(f"this program was run before: {run.title}")
    commit = _git("rev-parse", "HEAD")
    day = datetime.now(UTC).date().isoformat()
    file = f"{day}-{commit[:_SHORT]}-{model.replace('/', '-')}.jsonl"
    return Run(model, day, commit, program, gold, file)


def _git(*arguments: str) -> str:
    line = ["git", *arguments]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BlindTestError(f"git {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout.strip()


# --- tables --------------------------------------------------------------------------------------


@cache
def measured() -> dict[str, Measures]:
    """What the last run of each model comes to, by the title of the run."""
    articles = load_gold(GOLD)
    return {run.title: measure(articles, run.predictions(articles)) for run in last_runs().values()}


def figures() -> Iterator[str]:
    """A table of all figures, a column for each model."""
    found = measured()
    yield f"| | {' | '.join(found)} |"
    yield f"|---|{'---|' * len(found)}"
    for name in next(iter(rows(each) for each in found.values()), {}):
        yield f"| {name} | {' | '.join(_shown(rows(each).get(name)) for each in found.values())} |"


def rows(measures: Measures) -> dict[str, Figure | None]:
    """The figures of one run, by name."""
    found: dict[str, Figure | None] = {
        f"F1, {level}": one.f1 for level, one in measures.levels.items()
    }
    found |= {f"F1, strict {level}": one.f1 for level, one in measures.strict.items()}
    found["F1, panel cells"] = measures.panel.f1
    found["articles right in everything"] = measures.right
    for verdict in VERDICTS:
        if levels := measures.verdicts.get(verdict):
            found[f"{verdict}, of all facts said"] = levels["full"].share
            found |= {f"{verdict}: precision, {level}": levels[level].precision for level in LEVELS}
    return found


def lead() -> Iterator[str]:
    """A table of the figures that a user asks for first, a line for each model."""
    yield (
        f"| | {' | '.join(LEVELS)} | verified: of all said | verified: right in everything "
        "| false numbers an article on other matters |"
    )
    yield f"|---|{'---|' * (3 + len(LEVELS))}"
    for title, each in measured().items():
        verified = each.verdicts.get("verified")
        cells = (
            *(_shown(each.levels[level].f1) for level in LEVELS),
            _shown(verified["full"].share if verified else None),
            _shown(verified["full"].precision if verified else None),
            _shown(each.kinds[OFF_TOPIC].false_numbers, 1),
        )
        yield f"| {title} | {' | '.join(cells)} |"


def kinds() -> Iterator[str]:
    """A table by sort of article, a line for each and each model."""
    yield (
        "| articles | | how many | said | false numbers an article | false facts an article "
        f"| {' | '.join(f'F1, {level}' for level in LEVELS)} |"
    )
    yield f"|---|---|{'---|' * (4 + len(LEVELS))}"
    for kind in next((each.kinds for each in measured().values()), {}):
        for model, measures in zip(last_runs(), measured().values(), strict=True):
            one = measures.kinds[kind]
            false = (_shown(one.false_numbers, 2), _shown(one.false_facts, 2))
            shown = (*false, *(_shown(one.levels[level]) for level in LEVELS))
            yield f"| {kind} | {model} | {one.articles} | {one.said} | {' | '.join(shown)} |"


def no_facts() -> Iterator[str]:
    """A table of the numbers that are no facts, by what they are, and how many were said."""
    found = list(measured().values())
    yield f"| what they are | there | {' | '.join(f'said by {model}' for model in last_runs())} |"
    yield f"|---|---|{'---|' * len(found)}"
    for kind in next((each.no_facts for each in found), {}):
        ours = [each.no_facts[kind] for each in found]
        said = " | ".join(f"{one.said} ({100 * one.share.value:.0f}%)" for one in ours)
        yield f"| {kind} | {ours[0].there} | {said} |"


def _shown(figure: Figure | None, digits: int = 3) -> str:
    if figure is None:
        return "-"
    value, low, high = figure
    return f"{value:.{digits}f} ({low:.2f}-{high:.2f})"


def main(arguments: Sequence[str]) -> int:
    """Take the figures, or print them."""
    parser = argparse.ArgumentParser(prog="blind", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("models", nargs="*", help="code, local, or any other --model")
    parser.add_argument("--table", action="store_true", help="only print what is there")
    options = parser.parse_args(arguments)
    if bool(options.models) == options.table:
        parser.error("name the models to run, or say --table")
    try:
        for model in options.models:
            print(f"taken: {take(model).title}")
    except BlindTestError as error:
        print(error, file=sys.stderr)
        return 1
    for lines in (figures(), kinds(), no_facts()):
        print("\n" + "\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
