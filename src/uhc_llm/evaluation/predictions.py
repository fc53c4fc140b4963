"""What a program says of gold articles, and the file in which that is kept."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from uhc_llm.errors import InputError
from uhc_llm.evaluation.gold import LabelledFact, NoFact
from uhc_llm.schemas import Number, Usage

__all__ = ["Prediction", "by_id", "save_predictions"]


class Prediction(BaseModel):
    """What a program says of one article, and what that took.

    Attributes:
        id: of the article.
        facts: what was found.
        no_facts: what an annotator says is none; None where that is not said.
        left_out: how many things a file of another program says that can be no fact of ours.
        records: the same facts with everything that is known of them, for other programs.
        error: why there is nothing; None if there is an answer.
        seconds: how long it took; None where answers were replayed.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    facts: tuple[LabelledFact, ...] = ()
    no_facts: tuple[NoFact, ...] | None = None
    left_out: int = 0
    records: tuple[dict[str, Any], ...] = Field(default=(), exclude=True)
    error: str | None = None
    seconds: float | None = None
    requests: int = 0
    usage: Usage = Usage()
    cost: Number | None = None
    model: str | None = None
    strategy: str | None = None
    prompt: str | None = None
    version: str | None = None


def save_predictions(predictions: Iterable[Prediction], path: str | Path) -> None:
    """Write predictions, a line each, as `load_predictions` and other scorers read them.

    Raises:
        InputError: the file cannot be written.
    """
    try:
        with Path(path).open("w", encoding="utf-8") as out:
            for prediction in predictions:
                row = prediction.model_dump(mode="json")
                row["facts"] = list(prediction.records) or row["facts"]
                out.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error


def by_id(predictions: Sequence[Prediction]) -> dict[str, Prediction]:
    """Predictions by their article's id; of two for one article the last counts."""
    return {prediction.id: prediction for prediction in predictions}
