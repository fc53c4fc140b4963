"""What speaks for one period as the time that a number is of."""

from collections.abc import Iterator, Sequence
from typing import Final

from uhc_llm.reader.article import Around, Article
from uhc_llm.reader.candidates import Moment, Named, within
from uhc_llm.reader.clauses import clause_around
from uhc_llm.reader.features.options import OptionFeatures, how_far, numbers_among
from uhc_llm.reader.features.steps import Steps, tie
from uhc_llm.schemas import PeriodMention, Span

__all__ = ["MomentFeatures"]

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
_FROM: Final = frozenset(["dari", "from", "semula", "sebelumnya"])
_TO: Final = frozenset(["menjadi", "jadi", "ke", "kini", "sekarang", "to"])


class MomentFeatures(OptionFeatures[Moment]):
    """Tells what speaks for the periods that one number can be of."""

    SENSES = _SENSES

    def __init__(self, article: Article, names: Named, around: Around, meaning: str) -> None:
        super().__init__(article, names, around, meaning)
        words = article.words
        first, last = within(names.period_starts, article.sentence_span(around))
        self._here: Final = [] if around.in_table else names.periods[first:last]
        self._latest: Final = names.periods[first - 1] if first else None
        self._own: Final = names.own.iso if names.own else None
        self._some: Final = f"{min(len({p.iso for p in self._here}), 2)} here"
        left = words.forms[max(around.left, around.at - 8) : around.at + 6]
        self._now: Final = sorted(_NOW.intersection(left))
        stems = words.stems
        near = (
            *stems[max(around.left, around.at - 6) : around.at],
            *stems[around.at + 1 : around.at + 4],
        )
        self._near: Final = sorted({word for word in near if word[0].isalpha()})
        self._shift: Final = _shift(words.forms, around)

    def of(self, option: Moment) -> Iterator[str]:
        """What speaks for a period, or against it, whatever was decided before."""
        period = option.period
        what = "none" if period is None else "own" if period.iso == self._own else "other"
        yield f"{what}, {self._shift}"
        yield f"{what}, {self._shift}, {self._some}"
        if not self._around.in_table:
            yield from (f"{what} near {word}" for word in self._near)
        if period is None:
            yield from self._common("none")
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
        if (told := self._in_cell(self._within, lambda p: p.iso == period.iso)) is not None:
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
        between = self._words_between(at)
        far, numbers = how_far(between), numbers_among(between)
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

    def _within(self, span: Span) -> Sequence[PeriodMention]:
        """The periods that a stretch of the text names."""
        return self._names.periods[slice(*within(self._names.period_starts, span))]

    def after(self, option: Moment, steps: Steps) -> Iterator[str]:
        """Whether the number before is of the same time, and how the two hang together."""
        last, fact = steps.last(self._around), steps.latest_fact()
        if self._around.in_table:
            if last is not None and last.moment is not None:
                yield "as above" if last.moment.iso == option.iso else "not as above"
            return
        if last is not None and last.moment is not None:
            same = "as" if last.moment.iso == option.iso else "not as"
            joined = tie(self._article, last.around, self._around)
            between = any(
                last.around.mention.end <= p.start < self._around.mention.start for p in self._here
            )
            named = "another named between" if between else "none between"
            yield f"{same} before, {named}, {self._some}"
            yield f"{same} before, {joined}"
            yield f"{same} before, {named}, {self._metric} {self._status} after {last.meaning}"
        elif fact is not None and fact.moment is not None:
            same = "as" if fact.moment.iso == option.iso else "not as"
            joined = tie(self._article, fact.around, self._around)
            yield f"{same} the last fact, {joined}, {self._some}"
            yield f"{same} the last fact, {self._status} after {fact.meaning.split()[-1]}"


def _shift(forms: Sequence[str], around: Around) -> str:
    """Whether a number is the old or the new one of a change: "turun dari 84 menjadi 82"."""
    before = set(forms[max(around.begin, around.at - 2) : around.at])
    latter = set(forms[max(around.at + 1, around.right - 2) : around.right])
    former = set(forms[max(around.begin, around.left - 3) : max(around.left - 1, 0)])
    if not _FROM.isdisjoint(before):
        return "old, and a new one" if around.following and not _TO.isdisjoint(latter) else "from"
    if not _TO.isdisjoint(before):
        return "new, and an old one" if around.previous and not _FROM.isdisjoint(former) else "to"
    return "no change"
