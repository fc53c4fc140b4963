"""How right the facts are: extraction measured against articles that people labelled.

    from uhc_llm import Extractor
    from uhc_llm.evaluation import evaluate, load_gold, make_report

    gold = load_gold("eval/dev.gold.jsonl")
    predictions = evaluate(gold, Extractor(strategy="code"))
    print(make_report(gold, predictions).levels["full"].f1)

Facts are compared at five levels, each stricter than the one before: the number; its metric and
status; its region; its year; its group of members. `scoring` says how. What else users ask (is the
place right where it has no code, where do false facts come from, is what is verified right) is in
`measure(gold, predictions)`, with bounds; `load_predictions` reads what other programs say too.

Which model to take, several are asked, and their answers are kept:

    standings = compare_models(gold, ["code", "openai/gpt-4.1-mini"], runs="eval-runs")
    print(standings.take)
"""

from uhc_llm.evaluation.adapters import load_predictions
from uhc_llm.evaluation.comparing import Comparison, compare_runs
from uhc_llm.evaluation.contender import Contender
from uhc_llm.evaluation.figures import Figure, ScoreFigures
from uhc_llm.evaluation.gold import GoldArticle, LabelledFact, NoFact, load_gold
from uhc_llm.evaluation.measures import Measures, measure
from uhc_llm.evaluation.models import ModelBenchmark, compare_models
from uhc_llm.evaluation.predictions import Prediction, save_predictions
from uhc_llm.evaluation.reporting import Report, make_report
from uhc_llm.evaluation.running import evaluate
from uhc_llm.evaluation.sampling import sample_articles
from uhc_llm.evaluation.scoring import LEVELS, Level, Score, score
from uhc_llm.evaluation.standings import (
    Difference,
    Estimate,
    ModelStanding,
    Standings,
)

__all__ = [
    "LEVELS",
    "Comparison",
    "Contender",
    "Difference",
    "Estimate",
    "Figure",
    "GoldArticle",
    "LabelledFact",
    "Level",
    "Measures",
    "ModelBenchmark",
    "ModelStanding",
    "NoFact",
    "Prediction",
    "Report",
    "Score",
    "ScoreFigures",
    "Standings",
    "compare_models",
    "compare_runs",
    "evaluate",
    "load_gold",
    "load_predictions",
    "make_report",
    "measure",
    "sample_articles",
    "save_predictions",
    "score",
]
