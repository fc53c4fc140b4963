"""How right the facts are: extraction measured against articles that people labelled.

    from uhc_llm import Extractor
    from uhc_llm.evaluation import evaluate, load_gold, make_report

    gold = load_gold("eval/dev.gold.jsonl")
    predictions = evaluate(gold, Extractor("local"))
    print(make_report(gold, predictions).levels["full"].f1)

Facts are compared at five levels, each stricter than the one before: the number; its metric and
status; its region; its year; its group of members. `scoring` says how.
"""

from uhc_llm.evaluation.comparing import Comparison, compare_runs
from uhc_llm.evaluation.gold import (
    GoldArticle,
    LabelledFact,
    Prediction,
    load_gold,
    load_predictions,
    save_predictions,
)
from uhc_llm.evaluation.reporting import Report, make_report
from uhc_llm.evaluation.running import evaluate
from uhc_llm.evaluation.scoring import LEVELS, Level, Score, score

__all__ = [
    "LEVELS",
    "Comparison",
    "GoldArticle",
    "LabelledFact",
    "Level",
    "Prediction",
    "Report",
    "Score",
    "compare_runs",
    "evaluate",
    "load_gold",
    "load_predictions",
    "make_report",
    "save_predictions",
    "score",
]
