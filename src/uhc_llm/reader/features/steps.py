"""What was decided of the numbers before, and what that says of the next one."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from uhc_llm.reader.article import Around, Article
from uhc_llm.reader.candidates import Moment, Named, Place, within

__all__ = ["Decided", "Steps", "step_features", "tie"]

_FEW: Final = 4


class Decided(NamedTuple):
    """What was decided of a number.

    Attributes:
        around: what stands around it.
        meaning: metric and status, or the kind of no fact.
        segment: whose members; None of a number that is no fact.
        place: whose it is.
        moment: of when.
    """

    around: Around
    meaning: str
    segment: str | None = None
    place: Place | None = None
    moment: Moment | None = None

    @property
    def is_fact(self) -> bool:
        """Whether it is a fact."""
        return self.segment is not None


class Steps:
    """What was decided so far, in the order of the text."""

    def __init__(self) -> None:
        self.all: Final[list[Decided]] = []
        self._by_column: Final[dict[tuple[int, int], Decided]] = {}
        self._by_item: Final[dict[tuple[int, int], list[Decided]]] = {}

    def add(self, decided: Decided) -> None:
        """Keep what was decided of one more number."""
        self.all.append(decided)
        cell = decided.around.cell
        if cell is not None and decided.around.in_table:
            self._by_column[_column(decided.around)] = decided
        elif cell is not None:
            self._by_item.setdefault((cell.table.start, cell.row), []).append(decided)

    def copy(self) -> "Steps":
        """The same, to go on otherwise."""
        other = Steps()
        other.all.extend(self.all)
        other._by_column.update(self._by_column)
        other._by_item.update({item: [*few] for item, few in self._by_item.items()})
        return other

    def last(self, around: Around) -> Decided | None:
        """The number before in the same sentence, or in the column above one in a table."""
        if around.in_table:
            return self._by_column.get(_column(around))
        last = self.all[-1] if self.all else None
        if last is None or last.around.in_table:
            return None
        return last if last.around.sentence == around.sentence else None

    def above(self, around: Around) -> Decided | None:
        """The number at the same place in the item above, of one in a list."""
        cell = around.cell
        if cell is None or around.in_table:
            return None
        place = len(self._by_item.get((cell.table.start, cell.row), ()))
        item = self._by_item.get((cell.table.start, cell.row - 1), ())
        return item[place] if place < len(item) else None

    def recent(self) -> Sequence[Decided]:
        """The last few, the latest first."""
        return self.all[: -_FEW - 1 : -1]

    def latest_fact(self) -> Decided | None:
        """The last number that is a fact."""
        return next((each for each in reversed(self.all[-12:]) if each.is_fact), None)


def _column(around: Around) -> tuple[int, int]:
    if around.cell is None:
        return (-1, -1)
    return around.cell.table.start, around.cell.column


def tie(article: Article, one: Around, other: Around) -> str:
    """How a number hangs together with one before it: the few words between, or how far."""
    if one.sentence != other.sentence:
        return "next sentence" if one.sentence + 1 == other.sentence else "further on"
    forms = article.words.forms[one.at + 1 : other.at]
    return "_".join(forms) if len(forms) <= _FEW else "same sentence"


def step_features(article: Article, names: Named, around: Around, steps: Steps) -> Iterator[str]:
    """What the numbers before say of what this one means."""
    last = steps.last(around)
    if last is None:
        yield "first of its sentence"
    elif around.in_table:
        yield f"below {last.meaning}"
        yield f"after {last.meaning}, {_likeness(last, around)}"
    else:
        yield from _after(article, names, last, around)
    if around.in_table:
        return
    if above := steps.above(around):
        yield f"at its place in the item above {above.meaning}, {_likeness(above, around)}"
    yield from _of_unit(article, around, steps)
    for meaning in {each.meaning for each in steps.recent()}:
        yield f"lately {meaning}"
    few = steps.all[-8:]
    if few:
        facts = sum(each.is_fact for each in few)
        yield f"facts lately {facts * 4 // len(few)}"


def _after(article: Article, names: Named, last: Decided, around: Around) -> Iterator[str]:
    """What the number before in the same sentence says."""
    joined, alike = tie(article, last.around, around), _likeness(last, around)
    yield f"after {last.meaning}, {alike}"
    yield f"{joined} after {last.meaning}, {alike}"
    yield f"{joined} after {alike}"
    first, behind = within(names.starts, (last.around.mention.end, around.mention.start))
    yield f"{'another' if first < behind else 'no other'} named after {last.meaning}, {alike}"
    for hit in article.senses(last.around.at + 1, around.at):
        if hit.sense in {"again", "part", "rank", "left", "change"}:
            yield f"{hit.sense} after {last.meaning}, {alike}"


def _of_unit(article: Article, around: Around, steps: Steps) -> Iterator[str]:
    """What the last numbers of the same unit say."""
    unit = around.mention.unit
    alike = [
        (back, each)
        for back, each in enumerate(steps.recent(), start=1)
        if each.around.mention.unit == unit
    ]
    for back, each in alike[:1]:
        where = tie(article, each.around, around)
        near = where if where in ("next sentence", "further on") else "same sentence"
        yield f"last of {unit}: {each.meaning}"
        yield f"last of {unit}, {near}: {each.meaning}"
        yield f"last of {unit}, {back} back: {each.meaning}"
    for _, each in alike[1:2]:
        if each.around.sentence == around.sentence:
            yield f"last two of {unit}: {each.meaning}, {alike[0][1].meaning}"


def _likeness(one: Decided, other: Around) -> str:
    return "same unit" if one.around.mention.unit == other.mention.unit else "other unit"
