"""Which of the values that are said for one cell stands in it: named rules, one after the other."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from uhc_llm.errors import ConfigurationError
from uhc_llm.language import _
from uhc_llm.panel.observations import Observation
from uhc_llm.panel.periods import cell_time
from uhc_llm.panel.sources import (
    day_said,
    is_denied,
    is_former,
    is_revision,
    is_revision_in,
    is_usual,
    rank_of,
)

__all__ = ["RULES", "ChoiceRule", "Chosen", "Lost", "Option", "choose", "options_of", "rules_named"]


_TURN: Final = re.compile(r"\b(?:men)?jadi\b", re.IGNORECASE)


class Option(NamedTuple):
    """A value of a cell, and all that say it.

    Attributes:
        value: the figure, or the lower end of a range.
        upper: the upper end of a range.
        seen: who says it, in the order of their articles; of what all deny, those who do.
        reports: how many of them are independent.
        last_said: when one of these said it last, ISO; empty where no date is known. Copies of a
            release say it no later than the first of them.
        denied: who says that it is wrong.
    """

    value: Decimal
    upper: Decimal | None
    seen: tuple[Observation, ...]
    reports: int
    last_said: str
    denied: tuple[Observation, ...] = ()

    @property
    def told(self) -> tuple[Observation, ...]:
        """All that speak of it."""
        return self.seen if self.is_denied else (*self.seen, *self.denied)

    @property
    def is_denied(self) -> bool:
        """Whether nobody says it but to say that it is wrong."""
        return self.seen == self.denied

    @property
    def first_said(self) -> str:
        """When an article said it first, ISO; behind all dates where none is known."""
        return min((o.published or "9999" for o in self.seen), default="9999")

    @property
    def days(self) -> set[date]:
        """The days that the texts say it is of; none where they say a month or a year."""
        return {day for day in map(day_said, self.seen) if day}

    @property
    def day(self) -> date | None:
        """The latest of them."""
        return max(self.days, default=None)

    @property
    def month(self) -> str:
        """The latest month that the texts say it is of; empty where they say no month."""
        return max((cell_time(o.period) for o in self.seen if _has_month(o)), default="")

    @property
    def verdict(self) -> str:
        """`reviewed` where somebody looked at it, else `verified` or `suspect`."""
        if any(o.is_reviewed for o in self.seen):
            return "reviewed"
        return "verified" if any(o.verdict == "verified" for o in self.seen) else "suspect"

    @property
    def is_usual(self) -> bool:
        """Whether it is a share of what is usual, or somebody may mean it so."""
        return any(is_usual(seen) for seen in self.seen)

    def rounds(self, other: "Option") -> bool:
        """Whether it is the other one, said less exactly.

        "94,8" rounds 94.77, and "451 ribu lebih" stands for 451870.
        """
        step = self.seen[0].resolution
        if self.upper is not None or step <= other.seen[0].resolution:
            return False
        if self.month and other.month and self.month != other.month:
            return False
        return abs(other.value - self.value) < step


def _has_month(seen: Observation) -> bool:
    return seen.is_own_date and len(cell_time(seen.period)) > len("2024")


class ChoiceRule(NamedTuple):
    """A rule that prefers some values of a cell.

    Attributes:
        name: short and stable.
        about: what it prefers, in words.
        prefers: of some options those that it prefers, never none; with what adds up beside.
    """

    name: str
    about: str
    prefers: Callable[[Sequence[Option], Decimal | None], Sequence[Option]]


class Lost(NamedTuple):
    """A value that was not chosen, and the rule that said so."""

    option: Option
    rule: str


class Chosen(NamedTuple):
    """What was chosen.

    Attributes:
        option: the value.
        rule: that decided last; `only` where one value was said.
        lost: the others.
    """

    option: Option
    rule: str
    lost: tuple[Lost, ...]


def _most(key: Callable[[Option], float | str]) -> Callable[..., Sequence[Option]]:
    def prefers(options: Sequence[Option], _: Decimal | None) -> Sequence[Option]:
        best = max(map(key, options))
        return [option for option in options if key(option) == best]

    return prefers


def _unrevised(options: Sequence[Option], _: Decimal | None) -> Sequence[Option]:
    """Those that nothing replaces, and that somebody says."""
    return [
        option
        for option in options
        if not option.is_denied
        and not any(_replaces(other, option) for other in options if other is not option)
    ] or options


def _replaces(new: Option, old: Option) -> bool:
    """Whether an article says that one value takes the place of another.

    It says both, and denies the old one ("bukan 61.200, melainkan 60.475") or goes on to the new
    one ("dari Rp19 miliar menjadi Rp20 miliar"); or it corrects what earlier articles said, and
    says the new one first of all.
    """
    if new.rounds(old) or old.rounds(new):
        return False
    for seen in new.seen:
        if is_former(seen):
            continue
        both = [o for o in old.told if o.article == seen.article and _is_of_one_time(o, seen)]
        if any(is_former(other) or _becomes(other, seen) for other in both):
            return True
        is_first = old.first_said < seen.published == new.first_said
        if not both and is_first and is_revision(seen):
            return True
    return False


def _is_of_one_time(one: Observation, other: Observation) -> bool:
    days = (day_said(one), day_said(other))
    return None in days or days[0] == days[1]


def _becomes(old: Observation, new: Observation) -> bool:
    """Whether words between two figures of an article lead from the one to the other."""
    way = new.place - old.place
    if not 0 < way <= len(new.before):  # what stands between them is not known as a whole
        return False
    between = new.before[len(new.before) - way :]
    if old.sentence == new.sentence and _TURN.search(between):
        return True
    return "\n" not in between and is_revision_in(between)


def _exact(options: Sequence[Option], _: Decimal | None) -> Sequence[Option]:
    return [
        option
        for option in options
        if not any(option.rounds(other) for other in options if other is not option)
    ] or options


def _later(options: Sequence[Option], _: Decimal | None) -> Sequence[Option]:
    """Those of the latest month, and of it of the latest day; what is of none stays."""
    month = max((option.month for option in options), default="")
    left = [option for option in options if option.month in ("", month)]
    day = max((option.day for option in left if option.day), default=None)
    return [option for option in left if option.day in (None, day)]


def _adding_up(options: Sequence[Option], sum_: Decimal | None) -> Sequence[Option]:
    if sum_ is None:
        return options
    near = [option for option in options if abs(option.value - sum_) <= _NEAR]
    return near or options


_NEAR: Final = Decimal("0.1")
_REVISED: Final = "revised"

RULES: Final[tuple[ChoiceRule, ...]] = (
    ChoiceRule(
        "reviewed", "what somebody looked at", _most(lambda o: any(s.is_reviewed for s in o.seen)),
    ),
    ChoiceRule("exact", "the exact figure rather than the same one rounded", _exact),
    ChoiceRule(_REVISED, "what a later article says in place of it", _unrevised),
    ChoiceRule(
        "verified", "what the verifier has no doubts about",
        _most(lambda o: any(s.verdict == "verified" for s in o.seen)),
    ),
    ChoiceRule(
        "usual", "of members and by the civil registry, rather than by another count",
        _most(lambda o: o.is_usual),
    ),
    ChoiceRule("later", "the figure of the later day of the month", _later),
    ChoiceRule("adds_up", "the share that members and population of that time come to", _adding_up),
    ChoiceRule(
        "dated", "a figure whose time the text says, rather than the article's date",
        _most(lambda o: any(s.is_own_date for s in o.seen)),
    ),
    ChoiceRule(
        "office", "an office that keeps the records, rather than a remark or a sample",
        _most(lambda o: max(map(rank_of, o.seen))),
    ),
    ChoiceRule("reports", "what more independent reports say", _most(lambda o: o.reports)),
    ChoiceRule(
        "confidence", "what is likelier read right",
        _most(lambda o: max(s.confidence or 0.0 for s in o.seen)),
    ),
    ChoiceRule("latest", "what was said last", _most(lambda o: o.last_said)),
    ChoiceRule("least", "the lower figure", _most(lambda o: -float(o.value))),
)  # fmt: skip
"""In the order in which they are asked."""


def rules_named(without: Collection[str] = ()) -> tuple[ChoiceRule, ...]:
    """All rules but some.

    Raises:
        ConfigurationError: there is no rule of such a name.
    """
    names = [rule.name for rule in RULES]
    for name in without:
        if name not in names:
            known = ", ".join(names)
            raise ConfigurationError(
                _("no rule is called {name!r}: there are {known}", name=name, known=known)
            )
    return tuple(rule for rule in RULES if rule.name not in without)


def options_of(seen: Iterable[Observation], releases: Mapping[str, str]) -> list[Option]:
    """The values of a cell.

    Args:
        seen: what is said for it.
        releases: for each article the first that carries the same release.
    """
    by_value: dict[tuple[Decimal, Decimal | None], list[Observation]] = {}
    for each in sorted(seen, key=_order):
        by_value.setdefault((each.value, each.upper), []).append(each)
    found = []
    for (value, upper), few in by_value.items():
        denied = tuple(each for each in few if is_denied(each) and not each.is_reviewed)
        said = tuple(each for each in few if each not in denied) or denied
        reports: dict[str, str] = {}
        for each in said:
            reports.setdefault(releases.get(each.article, each.article), each.published)
        found.append(Option(value, upper, said, len(reports), max(reports.values()), denied))
    return found


def _order(seen: Observation) -> tuple[str, str, str]:
    return seen.published or "9999", seen.name, seen.article


def choose(
    options: Sequence[Option],
    rules: Sequence[ChoiceRule] = RULES,
    *,
    adds_up_to: Decimal | None = None,
) -> Chosen:
    """Choose the value of a cell.

    Args:
        options: at least one.
        rules: in the order in which they are asked.
        adds_up_to: the share that members and population of that time come to.
    """
    chosen = _by_rules(options, rules, adds_up_to)
    said = [option for option in options if not option.is_denied]
    if not chosen.option.is_denied or not said or _REVISED not in {rule.name for rule in rules}:
        return chosen
    # All others are the denied one, said less exactly: whoever says so does not deny it.
    left = _by_rules(said, rules, adds_up_to)
    lost = tuple(Lost(option, _REVISED) for option in options if option.is_denied)
    return Chosen(left.option, _REVISED if left.rule == "only" else left.rule, left.lost + lost)


def _by_rules(
    options: Sequence[Option], rules: Sequence[ChoiceRule], adds_up_to: Decimal | None
) -> Chosen:
    left, lost, decided = list(options), [], "only"
    for rule in rules:
        if len(left) == 1:
            break
        kept = list(rule.prefers(left, adds_up_to))
        if len(kept) < len(left):
            decided = rule.name
            lost += [Lost(option, rule.name) for option in left if option not in kept]
            left = kept
    first, *rest = sorted(left, key=lambda o: (o.value, o.upper or o.value))
    if rest:
        decided = "least"
        lost += [Lost(option, decided) for option in rest]
    return Chosen(first, decided, tuple(lost))
