"""Fill the tables of the pages on accuracy, by replaying what was recorded and running the rest.

Usage: python tools/document_accuracy.py [--check]

A page keeps its prose; what stands between `<!-- table: NAME -->` and `<!-- end -->` is written
here. No model is asked: the answers are those of cassettes/eval/, and what was said of the blind
articles, by this program and by other libraries, is in benchmarks/results/. Nothing is fitted: what
the reader reached on folds that it was not fitted to is there too.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks import (
    agreement,
    blind,
    calibration,
    declarations,
    error_detection,
    panel_by_hand,
    panel_gold,
    promises,
    reader_and_model,
    review_effort,
    set_counts,
)
from benchmarks.reader_folds import tables as reader_folds
from benchmarks.side_by_side import __main__ as side_by_side
from tests.accuracy import by_code, replayed, table
from tests.recordings import EVALUATIONS, RECORDED
from uhc_llm.display.standings import standings_markdown
from uhc_llm.evaluation import load_gold, sample_articles
from uhc_llm.evaluation.gold import NO_KIND
from uhc_llm.evaluation.model_run import Answers
from uhc_llm.evaluation.scoring import LEVELS
from uhc_llm.evaluation.standings import compare_answers
from uhc_llm.promise import Promise, threshold_for
from uhc_llm.reader.weights import load_weights

ROOT: Final = Path(__file__).resolve().parent.parent
PAGES: Final = (
    ROOT / "README.md",
    ROOT / "README.id.md",
    ROOT / "docs" / "accuracy.md",
    ROOT / "docs" / "models.md",
    ROOT / "docs" / "panel.md",
    ROOT / "eval" / "README.md",
)
READER: Final = ROOT / "benchmarks" / "results" / "reader.json"
RESULTS: Final = ROOT / "benchmarks" / "results" / "side_by_side.jsonl"
SIDE_BY_SIDE_ARTICLES: Final = 40
PICTURES: Final = ROOT / "docs" / "pictures"
_TRIALS: Final = 40
GOLD: Final = ".gold.jsonl"

_TABLE: Final = re.compile(r"(?<=<!-- table: )([\w-]+)( -->\n).*?(?=<!-- end -->)", re.DOTALL)


def lead_in_indonesian() -> list[str]:
    """The table of figures that leads, as README.id.md has it."""
    _head, line, *rows = blind.lead()
    head = (
        "| | angka | makna | wilayah | waktu | lengkap | terverifikasi: dari semua fakta "
        "| terverifikasi: benar seluruhnya | angka keliru per artikel tentang hal lain |"
    )
    return [head, line, *(re.sub(r"(?<=\d)\.(?=\d)", ",", row) for row in rows)]


def sets() -> list[str]:
    """How many articles and facts each set has."""
    rows = [("blind", load_gold(blind.GOLD))]
    rows += [(each.name, load_gold(each.gold)) for each in EVALUATIONS]
    lines = ["| set | articles | facts |", "|---|---|---|"]
    for name, articles in rows:
        lines.append(f"| {name} | {len(articles)} | {sum(len(a.facts) for a in articles)} |")
    return lines


def kinds() -> list[str]:
    """How many articles of each sort the sets have that tell it."""
    counted = {
        path: Counter(row.get("kind", NO_KIND) for row in set_counts.load(path)) for path in _told()
    }
    names = dict.fromkeys(kind for counts in counted.values() for kind in counts)
    lines = [f"| set | {' | '.join(names)} |", f"|---|{'---|' * len(names)}"]
    for path, counts in counted.items():
        row = " | ".join(str(counts[kind]) for kind in names)
        lines.append(f"| {path.name.removesuffix(GOLD)} | {row} |")
    return lines


def labelled_twice() -> list[str]:
    """How far two annotators agree."""
    seconds = sorted((ROOT / "eval").glob("*.second.jsonl"))
    return list(agreement.table(path.with_name(path.name.split(".")[0]) for path in seconds))


def with_model() -> list[str]:
    """What the recorded answers of the embedded model reach."""
    return table([(each.name, replayed(each)) for each in RECORDED])


def without_model() -> list[str]:
    """What the words alone reach."""
    return table([(each.name, by_code(each)) for each in EVALUATIONS])


def beside_others() -> list[str]:
    """What other ways of asking the same model reach, on blind articles."""
    articles = sample_articles(load_gold(blind.GOLD), SIDE_BY_SIDE_ARTICLES)
    return side_by_side.table(articles, side_by_side.read(RESULTS)).splitlines()


def declared() -> list[str]:
    """How many declarations are found."""
    names = ("region and status", "and year")
    found = declarations.lines(zip(names, declarations.scores(), strict=True))
    return [f"- {line}" for line in found]


def models() -> list[str]:
    """How the models stand beside each other that read the blind articles."""
    articles = load_gold(blind.GOLD)
    answers = {}
    for model, run in blind.last_runs().items():
        # Neither is paid for; asked one by one, how long each took is how long it was on the clock.
        free = {"cost": Decimal(0)}
        predictions = [one.model_copy(update=free) for one in run.predictions(articles)]
        answers[model] = Answers(tuple(predictions), sum(each.seconds or 0 for each in predictions))
    return standings_markdown(compare_answers(articles, answers))


def reader_held() -> list[str]:
    """F1 of each set, as read by weights that were fitted without each article and its writer."""
    kept = json.loads(READER.read_text("utf-8"))["f1"]
    rows = [
        f"| {name} | {' | '.join(f'{f1[level]:.3f}' for level in LEVELS)} |"
        for name, f1 in kept.items()
    ]
    return [f"| | {' | '.join(LEVELS)} |", "|---|" + "---|" * len(LEVELS), *rows]


def reader_with_model() -> list[str]:
    """How often the reader, the embedded model and both are right where the reader is unsure."""
    return reader_and_model.table(json.loads(reader_and_model.RESULTS.read_text("utf-8"))["rows"])


def promised() -> list[str]:
    """What each promise of verified facts takes, and how many facts are left under it."""
    record = load_weights().learned.record
    shares = {kept.threshold: kept.share for kept in record}
    lines = [
        f"| right in everything, of 100 verified | {' | '.join(_CERTAINTIES.values())} |",
        f"|---|{'---|' * len(_CERTAINTIES)}",
    ]
    for precision in _PRECISIONS:
        cells = []
        for certainty in _CERTAINTIES:
            threshold = threshold_for(record, Promise(precision, certainty))
            cell = (
                "none"
                if threshold is None
                else f"{shares[threshold]:.2f} (from {threshold:.2f} on)"
            )
            cells.append(cell)
        lines.append(f"| {precision * 100:g} | {' | '.join(cells)} |")
    return lines


_PRECISIONS: Final = (0.8, 0.85, 0.9, 0.93, 0.95, 0.97)
_CERTAINTIES: Final[Mapping[float, str]] = {
    0.95: "share of all facts, where that is to hold in 95 of 100 draws",
    0.8: "in 80 of 100",
}


def _told() -> list[Path]:
    """The sets whose articles say of what sort they are."""
    paths = sorted((ROOT / "eval").glob(f"*{GOLD}"))
    return [path for path in paths if any("kind" in row for row in set_counts.load(path))]


TABLES: Final[Mapping[str, Callable[[], Iterable[str]]]] = {
    "blind-lead": blind.lead,
    "blind-lead-id": lead_in_indonesian,
    "blind": blind.figures,
    "blind-kinds": blind.kinds,
    "blind-no-facts": blind.no_facts,
    "sets": sets,
    "kinds": kinds,
    "agreement": labelled_twice,
    "with-model": with_model,
    "without-model": without_model,
    "beside-others": beside_others,
    "reader-held": reader_held,
    "reader-ablation": reader_folds.ablation,
    "reader-curve": reader_folds.curve,
    "reader-curve-sets": reader_folds.curve_by_set,
    "reader-learners": reader_folds.learners,
    "promises": promised,
    "reader-and-model": reader_with_model,
    "declarations": declared,
    "calibration": calibration.errors,
    "kept": calibration.kept,
    "promise-trials": partial(promises.rows, _TRIALS),
    "review-effort": partial(review_effort.rows, _TRIALS),
    "error-detection": error_detection.rows,
    "panel-gold": panel_gold.rows,
    "panel-agreement": panel_gold.agreement,
    "panel-by-hand": panel_by_hand.rows,
    "models": models,
}


def filled(page: str, tables: Mapping[str, list[str]]) -> str:
    """A page with its tables as they are now.

    Raises:
        KeyError: it asks for a table that there is not.
    """
    return _TABLE.sub(
        lambda found: "\n".join([found[1] + found[2], *tables[found[1]], "", ""]), page
    )


def made() -> Mapping[str, list[str]]:
    """Every table, made on all processors."""
    with ProcessPoolExecutor() as pool:
        return dict(zip(TABLES, pool.map(_made, TABLES), strict=True))


def _made(name: str) -> list[str]:
    return list(TABLES[name]())


def main(arguments: Sequence[str]) -> int:
    """Write the pages, or with --check compare them."""
    drifted, tables = False, made()
    for page in PAGES:
        before = page.read_text("utf-8")
        after = filled(before, tables)
        if before == after:
            continue
        if "--check" in arguments:
            print(f"{page.relative_to(ROOT)} has drifted: python3 tasks.py docs")
            drifted = True
        else:
            page.write_text(after, "utf-8")
            print(f"wrote {page.relative_to(ROOT)}")
    drifted |= _draw(is_check="--check" in arguments)
    return int(drifted)


def _draw(*, is_check: bool) -> bool:
    """Draw the pictures; or only say whether they are others than those that are there."""
    with TemporaryDirectory() as folder:
        drawn = {path.name: path.read_bytes() for path in calibration.draw(Path(folder))}
    there = {name: PICTURES / name for name in drawn}
    old = [n for n, p in there.items() if not p.exists() or p.read_bytes() != drawn[n]]
    for name in old:
        if is_check:
            print(f"docs/pictures/{name} has drifted: python3 tasks.py docs")
        else:
            PICTURES.mkdir(exist_ok=True)
            there[name].write_bytes(drawn[name])
            print(f"wrote docs/pictures/{name}")
    return is_check and bool(old)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
