"""Gold articles and predictions, as lines of JSON."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from uhc_llm.errors import InputError
from uhc_llm.schemas import IsoPeriod, Metric, Number, Qualifier, Segment, Status, Unit, Usage

__all__ = [
    "GoldArticle",
    "LabelledFact",
    "Prediction",
    "load_gold",
    "load_predictions",
    "save_predictions",
]

_FULL_DATE: Final = len("2022-02-14")

Row = TypeVar("Row", bound=BaseModel)


class LabelledFact(BaseModel):
    """A fact as annotators label it, or as a program says it; other keys are left aside."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    value: Number
    upper: Number | None = None
    unit: Unit
    metric: Metric
    status: Status | None = None
    region_code: str | None = None
    period: IsoPeriod | None = None
    segment: Segment | None = None
    qualifier: Qualifier | None = None
    mention: str | None = None
    start: int | None = None

    @property
    def year(self) -> str | None:
        """The year of its period."""
        return (self.period or "")[:4] or None

    @property
    def ends(self) -> tuple[Decimal, ...]:
        """Its value; of a range both ends."""
        return (self.value,) if self.upper is None else (self.value, self.upper)


class GoldArticle(NamedTuple):
    """An article with its labels.

    Attributes:
        id: its name, by which predictions are found.
        text: the article.
        published: its own date; None where that is not known to the day.
        facts: what people found in it.
    """

    id: str
    text: str
    published: date | None
    facts: tuple[LabelledFact, ...]


class Prediction(BaseModel):
    """What a program says of one article, and what that took.

    Attributes:
        id: of the article.
        facts: what was found.
        records: the same facts with everything that is known of them, for other programs.
        error: why there is nothing; None if there is an answer.
        seconds: how long it took; None where answers were replayed.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    facts: tuple[LabelledFact, ...] = ()
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


class _GoldLine(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: str = Field(min_length=1)
    text: str | None = None
    text_file: str | None = None
    published: str | None = None
    facts: tuple[LabelledFact, ...]


def load_gold(path: str | Path, *more: str | Path) -> list[GoldArticle]:
    """Read gold articles.

    Args:
        path: a file of one JSON object a line: `id`, `text` (or `text_file`, relative to the file),
            `published` (an ISO date or null) and `facts`, each with value, unit, metric, status,
            region_code, period and segment.
        more: further files, whose articles follow. What is called alike in two files has the file's
            path before its name.

    Raises:
        InputError: a file cannot be read or holds no article, a line is wrong, two articles of a
            file have one id, or a file is named twice.
    """
    files = [Path(each) for each in (path, *more)]
    if len(set(files)) < len(files):
        raise InputError("a gold file is named twice: its articles would count twice")
    sets = {file: _gold_of(file) for file in files}
    names = Counter(name for articles in sets.values() for name in articles)
    return [
        article if names[name] == 1 else article._replace(id=f"{file}: {name}")
        for file, articles in sets.items()
        for name, article in articles.items()
    ]


def _gold_of(path: Path) -> dict[str, GoldArticle]:
    articles: dict[str, GoldArticle] = {}
    for number, line in _lines(path):
        row = _parse(_GoldLine, line, path, number)
        if row.id in articles:
            raise InputError(f"{path}, line {number}: a second article is called {row.id!r}")
        articles[row.id] = GoldArticle(
            row.id, _text(row, path, number), _day(row, path, number), row.facts
        )
    if not articles:
        raise InputError(f"{path} holds no article")
    return articles


def load_predictions(path: str | Path) -> list[Prediction]:
    """Read predictions: lines of JSON with `id` and `facts`.

    Raises:
        InputError: the file cannot be read, or a line is wrong.
    """
    path = Path(path)
    return [_parse(Prediction, line, path, number) for number, line in _lines(path)]


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


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8") from error
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield number, line


def _parse(kind: type[Row], line: str, path: Path, number: int) -> Row:
    try:
        return kind.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(map(str, first["loc"])) or "the line"
        raise InputError(f"{path}, line {number}: {field}: {first['msg']}") from error


def _text(row: _GoldLine, path: Path, number: int) -> str:
    if row.text is not None:
        return row.text
    if row.text_file is None:
        raise InputError(f"{path}, line {number}: it has neither text nor text_file")
    try:
        return (path.parent / row.text_file).read_text("utf-8")
    except OSError as error:
        raise InputError(
            f"{path}, line {number}: {row.text_file} cannot be read: {error.strerror}"
        ) from error


def _day(row: _GoldLine, path: Path, number: int) -> date | None:
    """The article's day; a month or a year alone anchors nothing."""
    if not row.published or len(row.published) != _FULL_DATE:
        return None
    try:
        return date.fromisoformat(row.published)
    except ValueError as error:
        raise InputError(f"{path}, line {number}: published: {error}") from error


def by_id(predictions: Sequence[Prediction]) -> dict[str, Prediction]:
    """Predictions by their article's id; of two for one article the last counts."""
    return {prediction.id: prediction for prediction in predictions}
