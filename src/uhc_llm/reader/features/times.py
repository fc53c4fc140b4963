"""What speaks for one period as the time that a number is of."""

from collections.abc import Iterator
from typing import Final

from uhc_llm.reader.article import Around, Article
from uhc_llm.reader.candidates import Moment, Named, within
from uhc_llm.reader.clauses import clause_around
from uhc_llm.reader.features.steps import Steps, tie
from uhc_llm.schemas import PeriodMention

__all__ = ["MomentFeatures"]

_STEPS: Final = (0, 1, 2, 3, 5, 8, 12, 20)
_KINDS: Final = {4: "year", 7: "month", 10: "day"}
_SENSES: Final = frozenset(
    {
        "aim",
        "done",
        "threshold",
        "budget",
        "new",
        "change",
        "population",
        "reached",
        "field",
        "back",
    }
)
_NOW: Final = frozenset(
    ["kini", "sekarang", "ini", "terkini", "terbaru", "hari", "today", "now", "currently"]
)
_UNITS: Final = frozenset(("percent", "people", "rupiah", "regions", "number", "households"))


class MomentFeatures:
    """Tells what speaks for the periods that one number can be of.

    Args:
        article: the text.
        names: what it names.
        around: what stands around the number.
        meaning: what was decided that it means, metric and status.
        steps: what was decided of the numbers before.
    """

    def __init__(
        self, article: Article, names: Named, around: Around, meaning: str, steps: Steps
    ) -> None:
        self._article: Final = article
        self._names: Final = names
        self._around: Final = around
        self._metric, _, self._status = meaning.partition(" ")
        self._last: Final = steps.last(around)
        self._fact: Final = steps.latest_fact()
        words = article.words
        first, last = within(names.period_starts, article.sentence_span(around))
        self._here: Final = [] if around.in_table else names.periods[first:last]
        self._latest: Final = names.periods[first - 1] if first else None
        self._own: Final = names.own.iso if names.own else None
        self._some: Final = f"{min(len({p.iso for p in self._here}), 2)} here"
        left = words.forms[max(around.left, around.at - 8) : around.at + 6]
        self._now: Final = sorted(_NOW.intersection(left))
        self._sense: Final = {
            hit.sense for hit in article.senses(around.left, around.right) if hit.sense in _SENSES
        }

    def of(self, moment: Moment) -> Iterator[str]:
        """What speaks for a period, or against it."""
        period = moment.period
        if period is None:
            yield from self._common("none")
            yield from self._as_before(moment)
            return
        kind = _KINDS.get(len(period.iso), "part of a year")
        age = self._age(period)
        yield from self._common(f"{age}")
        yield from self._common(kind)
        yield f"{kind}, {period.source}, {age}"
        yield from self._common(self._rank(period))
        if period.part:
            yield f"{period.part} {kind}"
        if period.weekday_agrees is not None:
            yield f"day with its weekday, {self._some}"
        if self._own == period.iso:
            yield from self._common("own date")
        yield from self._as_before(moment)
        yield from self._where(period, kind, age)

    def _common(self, what: str) -> Iterator[str]:
        """What a sort of period has to do with the number and the words around it."""
        dated = "dated" if self._own else "undated"
        yield f"{what}, {dated}"
        yield f"{what}, {self._some}, {dated}"
        yield f"{what}, {self._status}, {dated}"
        yield f"{what}, {self._metric}, {dated}"
        yield f"{what}, {self._metric} {self._status}, {self._some}"
        for sense in self._sense:
            yield f"{what} with {sense}"
            yield f"{what} with {sense}, {self._some}"
        for word in self._now:
            yield f"{what} with {word}"
        if self._around.in_table:
            yield f"{what} in a table"

    def _rank(self, period: PeriodMention) -> str:
        """How a period lies to the others that the text says as times."""
        years = self._names.years
        year = period.iso[:4]
        if len(years) < 2:  # noqa: PLR2004 - nothing to compare
            return "only year"
        if year == years[-1]:
            return "last year"
        return "first year" if year == years[0] else "middle year"

    def _age(self, period: PeriodMention) -> str:
        """How a period lies to the article's own date."""
        own = self._own
        if own is None:
            return "of unknown age"
        if period.iso == own[: len(period.iso)]:
            return "the own day" if len(period.iso) == len(own) else "around the own day"
        year, mine = int(period.iso[:4]), int(own[:4])
        if year != mine:
            return f"{'before' if year < mine else 'after'} by {min(abs(year - mine), 3)} years"
        if "S" in period.iso or "Q" in period.iso:
            return "part of the own year"
        return "earlier in the year" if period.iso < own else "later in the year"

    def _where(self, period: PeriodMention, kind: str, age: str) -> Iterator[str]:
        """Where the mentions of a period stand to the number."""
        if (told := self._in_cell(period)) is not None:
            yield told
            yield f"{told}, {kind}"
        if self._around.in_table:
            return
        mention = self._around.mention
        same = [p for p in self._here if p.iso == period.iso]
        before = [p for p in same if p.end <= mention.start]
        behind = [p for p in same if p.start >= mention.end]
        if before:
            yield from self._beside(before[-1], "before", kind)
        if behind:
            yield from self._beside(behind[0], "behind", kind)
        if not same and period.end:
            yield from self._in_other_sentence(period, kind, age)

    def _beside(self, period: PeriodMention, side: str, kind: str) -> Iterator[str]:
        words, around = self._article.words, self._around
        at = words.at(period.start)
        first, last = (at, around.at) if side == "before" else (around.at, at)
        between = words.forms[first + 1 : last]
        far = next((step for step in _STEPS if len(between) <= step), "far")
        numbers = min(sum(form[1:] in _UNITS for form in between if form[0] == "#"), 2)
        others = min(sum(form == "#time" for form in between), 2)
        yield f"{side} at {far}"
        yield f"{side} at {far}, {kind}"
        yield f"{side}, {numbers} numbers and {others} times between"
        yield f"{side}, {numbers} numbers between, {self._metric}"
        yield f"{side}, {numbers} numbers between, {self._status}"
        if not numbers and not others:
            other = any(
                (p.start > around.mention.start)
                if side == "before"
                else (p.end <= around.mention.start)
                for p in self._here
            )
            yield f"own {side}, {'some' if other else 'none'} on the other side"
            yield f"own {side}, {kind}, {self._status}"
        if len(between) <= 3:  # noqa: PLR2004 - so few words are a way of saying it
            yield f"{side} {'_'.join(between)}"
        for word in between[:8]:
            yield f"{side}, {word} between"
        yield from self._named_as(period, kind)

    def _named_as(self, period: PeriodMention, kind: str) -> Iterator[str]:
        """The words at a period, what its clause is about, and how the text says it."""
        said = "a time" if self._names.is_time(period) else "a bare year"
        yield f"said as {said}, {self._some}"
        yield f"said as {said}, {self._status}"
        about = clause_around(self._article, period)
        yield f"clause {about}, {self._some}"
        yield f"clause {about}, {self._status}"
        yield f"clause {about}, {self._around.mention.unit}"
        words = self._article.words
        at = words.at(period.start)
        former = words.forms[at - 1] if at else ""
        latter = words.forms[at + 1] if at + 1 < len(words.forms) else ""
        yield f"{kind} behind {former}"
        yield f"{kind} before {latter}"
        if at > 1:
            yield f"behind {words.forms[at - 2]}_{former}"
        for hit in self._article.senses(max(0, at - 6), at + 7):
            yield f"near the time: {hit.sense}"
            yield f"near the time: {hit.sense}, {self._metric}"

    def _in_other_sentence(self, period: PeriodMention, kind: str, age: str) -> Iterator[str]:
        article, around = self._article, self._around
        if period.start > around.mention.start:
            yield f"later, {self._some}"
            yield f"later, {kind}, {self._some}"
            yield from self._named_as(period, kind)
            return
        back = min(around.sentence - article.sentence_of(period.start), 5)
        yield f"{back} sentences back, {self._some}"
        yield f"{back} sentences back, {kind}, {age}"
        if self._latest is not None and self._latest.iso == period.iso:
            yield f"last named, {self._some}"
            yield f"last named, {back} back, {self._some}, {kind}"
        if article.words.at(period.start) >= article.paragraph(around):
            yield f"same paragraph, {self._some}"
            yield f"same paragraph, {kind}, {self._some}"
        yield from self._named_as(period, kind)

    def _in_cell(self, period: PeriodMention) -> str | None:
        cell = self._around.cell
        if cell is None:
            return None
        form = cell.table.form
        for where, spans in (
            ("head", cell.heads), ("row", cell.names), ("title", cell.table.titles)
        ):  # fmt: skip
            for span in spans:
                named = self._names.periods[slice(*within(self._names.period_starts, span))]
                if any(p.iso == period.iso for p in named):
                    return f"in the {where} of a {form}{'' if len(named) == 1 else ', with others'}"
        return f"not in the {form}"

    def _as_before(self, moment: Moment) -> Iterator[str]:
        """Whether the number before is of the same time, and how the two hang together."""
        last, fact = self._last, self._fact
        if self._around.in_table:
            if last is not None and last.moment is not None:
                yield "as above" if last.moment.iso == moment.iso else "not as above"
            return
        if last is not None and last.moment is not None:
            same = "as" if last.moment.iso == moment.iso else "not as"
            joined = tie(self._article, last.around, self._around)
            between = any(
                last.around.mention.end <= p.start < self._around.mention.start for p in self._here
            )
            named = "another named between" if between else "none between"
            yield f"{same} before, {named}, {self._some}"
            yield f"{same} before, {joined}"
            yield f"{same} before, {named}, {self._metric} {self._status} after {last.meaning}"
        elif fact is not None and fact.moment is not None:
            same = "as" if fact.moment.iso == moment.iso else "not as"
            joined = tie(self._article, fact.around, self._around)
            yield f"{same} the last fact, {joined}, {self._some}"
            yield f"{same} the last fact, {self._status} after {fact.meaning.split()[-1]}"
