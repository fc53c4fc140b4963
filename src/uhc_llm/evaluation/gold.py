"""Gold articles, as lines of JSON."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from uhc_llm.errors import InputError
from uhc_llm.schemas import IsoPeriod, Metric, Number, Qualifier, Segment, Status, Unit, Verdict

__all__ = [
    "NO_KIND",
    "GoldArticle",
    "LabelledFact",
    "NoFact",
    "load_gold",
    "numbered_lines",
    "parse_line",
    "text_of_file",
]

NO_KIND: Final = "-"
"""The kind of an article whose gold file names none."""

_FULL_DATE: Final = len("2022-02-14")

Row = TypeVar("Row", bound=BaseModel)


class LabelledFact(BaseModel):
    """A fact as annotators label it, or as a program says it; other keys are left aside.

    `region` is the region's name, which alone tells areas without a code apart; `verdict` what the
    program's own verification said of the fact.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    value: Number
    upper: Number | None = None
    unit: Unit
    metric: Metric
    status: Status | None = None
    region_code: str | None = None
    region: str | None = None
    period: IsoPeriod | None = None
    segment: Segment | None = None
    qualifier: Qualifier | None = None
    mention: str | None = None
    start: int | None = None
    verdict: Verdict | None = None
    confidence: float | None = None
    confidence_metric: float | None = None
    confidence_status: float | None = None
    confidence_segment: float | None = None
    confidence_region: float | None = None
    confidence_period: float | None = None

    @property
    def year(self) -> str | None:
        """The year of its period."""
        return (self.period or "")[:4] or None

    @property
    def ends(self) -> tuple[Decimal, ...]:
        """Its value; of a range both ends."""
        return (self.value,) if self.upper is None else (self.value, self.upper)


class NoFact(BaseModel):
    """A number of an article that is no fact, and what it is instead, such as a `change`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    mention: str = Field(min_length=1)
    kind: str = Field(min_length=1)


class GoldArticle(NamedTuple):
    """An article with its labels.

    Attributes:
        id: its name, by which predictions are found.
        text: the article.
        published: its own date; None where that is not known to the day.
        facts: what people found in it.
        kind: what sort of article it is, such as `offtopic`; `NO_KIND` where that is not said.
        no_facts: the numbers that are none; None where nobody labelled them.
    """

    id: str
    text: str
    published: date | None
    facts: tuple[LabelledFact, ...]
    kind: str = NO_KIND
    no_facts: tuple[NoFact, ...] | None = None


class _GoldLine(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: str = Field(min_length=1)
    text: str | None = None
    text_file: str | None = None
    published: str | None = None
    facts: tuple[LabelledFact, ...]
    kind: str | None = None
    no_facts: tuple[NoFact, ...] | None = None


def load_gold(path: str | Path, *more: str | Path) -> list[GoldArticle]:
    """Read gold articles.

    Args:
        path: a file of one JSON object a line: `id`, `text` (or `text_file`, relative to the file),
            `published` (an ISO date or null) and `facts`, each with value, unit, metric, status,
            region_code, region, period and segment; where known `kind`, the sort of article, and
            `no_facts`, each with mention and kind.
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
    for number, line in numbered_lines(path):
        row = parse_line(_GoldLine, line, path, number)
        if row.id in articles:
            raise InputError(f"{path}, line {number}: a second article is called {row.id!r}")
        articles[row.id] = GoldArticle(
            row.id,
            _text(row, path, number),
            _day(row, path, number),
            row.facts,
            row.kind or NO_KIND,
            row.no_facts,
        )
    if not articles:
        raise InputError(f"{path} holds no article")
    return articles


def text_of_file(path: Path, name: str | None = None) -> str:
    """What a file in UTF-8 holds, its byte order mark included.

    Args:
        path: the file.
        name: what it is called in messages.

    Raises:
        InputError: it cannot be read.
    """
    said = str(path) if name is None else name
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise InputError(f"{said} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{said} is not UTF-8: save it so") from error
    except ValueError as error:
        raise InputError(f"{said!r} cannot be read: {error}") from error


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a file that are not empty, with their numbers.

    Raises:
        InputError: the file cannot be read.
    """
    text = text_of_file(path).removeprefix("\ufeff")
    # Other ends of lines may stand inside a text.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line


def parse_line(kind: type[Row], line: str, path: Path, number: int) -> Row:
    """Read a line of JSON.

    Raises:
        InputError: it is none of this kind; the message names the file, the line and the field.
    """
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
        return text_of_file(path.parent / row.text_file, row.text_file)
    except InputError as error:
        raise InputError(f"{path}, line {number}: {error}") from error


def _day(row: _GoldLine, path: Path, number: int) -> date | None:
    """The article's day; a month or a year alone anchors nothing."""
    if not row.published or len(row.published) != _FULL_DATE:
        return None
    try:
        return date.fromisoformat(row.published)
    except ValueError as error:
        raise InputError(f"{path}, line {number}: published: {error}") from error
