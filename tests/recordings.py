"""Which texts are asked of the embedded model for the cassettes, and how."""

import tomllib
from pathlib import Path
from typing import Any, Final, NamedTuple

from uhc_llm import Extractor
from uhc_llm.documents import read_document
from uhc_llm.evaluation import (
    LEVELS,
    GoldArticle,
    Level,
    Prediction,
    Report,
    evaluate,
    load_gold,
    make_report,
    sample_articles,
)
from uhc_llm.extraction import Strategy
from uhc_llm.llm.offers import Breadth
from uhc_llm.llm.point import Form
from uhc_llm.schemas import Extraction

ROOT: Final = Path(__file__).resolve().parent.parent
CASSETTES: Final = ROOT / "cassettes"
EXAMPLES: Final = tuple(sorted((ROOT / "examples").glob("*.txt")))


WITHOUT_QUESTIONS: Final = (
    "01-satu-daerah",
    "03-target-dan-capaian",
    "04-terdaftar-dan-aktif",
    "05-segmen-peserta",
    "07-tanpa-fakta",
    "10-instruksi-sisipan",
)
"""The articles of which the reader is sure of every number: no model is asked."""


class Recording(NamedTuple):
    """One text, asked in one way."""

    article: Path
    strategy: Strategy = "point"
    form: Form = "narrowed"

    @property
    def name(self) -> str:
        """What the way of asking is called."""
        return self.strategy if self.form == "narrowed" else f"{self.strategy}-{self.form}"

    @property
    def cassette(self) -> Path:
        """Where the answers are."""
        return CASSETTES / self.name / f"{self.article.stem}.yaml"

    def extract(self) -> Extraction:
        """Ask, or replay where a cassette is in use."""
        breadth: Breadth = "unit" if self.form == "static" else "cues"
        with Extractor(
            "local", strategy=self.strategy, form=self.form, breadth=breadth
        ) as extractor:
            return extractor.extract(read_document(self.article))


ASKED: Final = tuple(article for article in EXAMPLES if article.stem not in WITHOUT_QUESTIONS)
RECORDINGS: Final = (
    *(Recording(article) for article in ASKED),
    # An answer with quotes is ten times as long, and takes as much longer.
    *(Recording(article, strategy="quote") for article in EXAMPLES[::3]),
    # As hosted models are asked, about all that may be said.
    *(Recording(article, form="static") for article in EXAMPLES[:2]),
)
"""Every cassette that there ought to be."""


MOST: Final = 250
"""So many articles of a set tell whether something broke; docs/accuracy.md is of all."""


class Evaluation(NamedTuple):
    """A set of labelled articles, and how right the recorded answers may not fail to be.

    Attributes:
        name: of the set.
        gold: its labelled articles.
        floors: the least F1 at each level.
        strategy: "code" where no model is asked, and nothing recorded.
    """

    name: str
    gold: Path
    floors: dict[Level, float]
    strategy: Strategy = "point"

    @property
    def cassette(self) -> Path:
        """Where the answers about all its articles are."""
        return CASSETTES / "eval" / f"{self.name}.yaml"

    @property
    def articles(self) -> list[GoldArticle]:
        """Its articles; of a large set that no model is asked about a sample."""
        gold = load_gold(self.gold)
        return sample_articles(gold, MOST) if self.strategy == "code" else gold

    def predict(self) -> list[Prediction]:
        """Ask about every article, or replay where a cassette is in use."""
        with Extractor("local", strategy=self.strategy) as extractor:
            return evaluate(self.articles, extractor)

    def report(self, predictions: list[Prediction]) -> Report:
        """Compare with the labels."""
        return make_report(self.articles, predictions)


def _evaluations() -> tuple[Evaluation, ...]:
    table: dict[str, dict[str, Any]] = tomllib.loads(
        (ROOT / "eval" / "floors.toml").read_text(encoding="utf-8")
    )
    return tuple(
        Evaluation(
            name,
            ROOT / row["gold"],
            {level: row[level] for level in LEVELS},
            row.get("strategy", "point"),
        )
        for name, row in table.items()
    )


EVALUATIONS: Final = _evaluations()
"""The sets of eval/floors.toml."""

RECORDED: Final = tuple(each for each in EVALUATIONS if each.strategy != "code")
"""Those that a model is asked about."""
