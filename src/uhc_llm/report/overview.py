"""What a run holds, in counts: the head of the report, and its last part."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple

from uhc_llm.batch.reviewed import Item, ReviewedArticle
from uhc_llm.language import _, later
from uhc_llm.schemas import DeclarationStatus, Provenance, Region, Usage
from uhc_llm.verifier import RULES

__all__ = ["STATES", "Making", "Overview", "Said", "first_sentence", "state_of"]

STATES: Final[Mapping[str, str]] = {
    "verified": later("no rule has doubts"),
    "suspect": later("a rule has doubts, which stand on its card"),
    "accepted": later("somebody looked at it, and it is right"),
    "corrected": later("somebody looked at it, and changed what it means"),
    "added": later("somebody made it of a number that no fact claimed"),
    "rejected": later("it does not stand: a rule or a person says so"),
}
"""What may be said of a fact, in words (to be translated)."""


class Making(NamedTuple):
    """One way in which results were made."""

    model: str | None
    answered_by: str | None
    strategy: str
    prompt: str | None
    prompt_hash: str | None
    schema_hash: str | None
    version: str


class Said(NamedTuple):
    """A region that an article says has reached UHC, aims at it, or has lost it."""

    region: Region
    status: DeclarationStatus
    period: str | None
    quote: str
    article: int


def state_of(item: Item) -> str:
    """The verdict on a fact, or what somebody decided: a key of `STATES`."""
    if item.state != "open":
        return item.state
    return (item.said.verdict if item.said else None) or "verified"


class Overview:
    """Counts over the articles of a run, taken one article at a time.

    Attributes:
        articles: how many there are.
        reviewed: how many of them are wholly decided.
        states: how many facts there are, by what may be said of them.
        left_over: how many numbers may be facts that no fact claims, and nobody decided on.
        regions: how many facts each region has, by code and name; without those that do not stand.
        periods: the years that facts hold for.
        published: the days on which articles were published.
        reviewers: how many decisions each made that were not undone.
        declared: what is said of UHC in words alone.
        rules: how often each rule of the verifier found something.
        makings: how many articles were made in each way.
        usage: tokens of all answers.
        requests: how many were sent.
    """

    def __init__(self) -> None:
        self.articles = 0
        self.reviewed = 0
        self.states: Counter[str] = Counter(dict.fromkeys(STATES, 0))
        self.left_over = 0
        self.regions: Counter[tuple[str | None, str]] = Counter()
        self.periods: set[str] = set()
        self.published: set[date] = set()
        self.reviewers: Counter[str] = Counter()
        self.declared: list[Said] = []
        self.rules: Counter[str] = Counter()
        self.makings: Counter[Making] = Counter()
        self.usage = Usage()
        self.requests = 0

    @property
    def facts(self) -> int:
        """How many facts stand."""
        return sum(count for state, count in self.states.items() if state != "rejected")

    @property
    def years(self) -> tuple[str, str] | None:
        """The first and the last year that a fact holds for."""
        return (min(self.periods), max(self.periods)) if self.periods else None

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day on which an article was published."""
        return (min(self.published), max(self.published)) if self.published else None

    @property
    def rules_at_work(self) -> list[tuple[str, str, str, int]]:
        """Each rule that found something: name, severity, what it holds a fact to, how often."""
        return [
            (rule.name, rule.severity, _(first_sentence(rule.check.__doc__)), self.rules[rule.name])
            for rule in RULES.each
            if self.rules[rule.name]
        ]

    def add(self, article: ReviewedArticle, number: int) -> None:
        """Count one more article, the `number`th on the page."""
        self.articles += 1
        self.reviewed += article.is_reviewed
        for item in article.items:
            self._add_item(item)
        for decision in article.decisions:
            self.reviewers[decision.reviewer] += decision.undone_by is None
        extraction = article.extraction
        if extraction.published:
            self.published.add(extraction.published)
        self.rules.update(f.rule for f in extraction.findings)
        for said in extraction.declarations:
            period = said.period.iso if said.period else None
            self.declared.append(
                Said(said.region, said.status, period, said.evidence.quote, number)
            )
        self._add_making(extraction.provenance)

    def _add_item(self, item: Item) -> None:
        fact = item.fact
        if fact is None:
            self.left_over += item.unclaimed is not None and item.state == "open"
            return
        self.states[state_of(item)] += 1
        self.rules.update(finding.rule for finding in fact.findings)
        if not item.stands:
            return
        if fact.region:
            self.regions[fact.region.code, fact.region.name] += 1
        if fact.period:
            self.periods.add(fact.period.iso[:4])

    def _add_making(self, made: Provenance) -> None:
        making = Making(
            made.model,
            made.answered_by,
            made.strategy,
            made.prompt,
            made.prompt_hash,
            # One that is made for each text says nothing of them together.
            made.schema_hash if made.strategy != "point" else None,
            made.version,
        )
        self.makings[making] += 1
        self.usage += made.usage
        self.requests += made.requests


def first_sentence(words: str | None) -> str:
    """What a docstring begins with, on one line."""
    return " ".join((words or "").partition("\n\n")[0].split())
