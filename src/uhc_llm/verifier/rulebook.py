"""What a rule is, and a book of them that its user may change."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

from uhc_llm.errors import ConfigurationError
from uhc_llm.promise import Promise, threshold_for
from uhc_llm.reader.weights import load_weights
from uhc_llm.scanner.tables import cell_at
from uhc_llm.schemas import Finding, Reading, Severity
from uhc_llm.verifier.arithmetic import derivation
from uhc_llm.verifier.bindings import Bindings
from uhc_llm.verifier.claims import Claim, region_key

__all__ = ["NEVER", "Case", "Message", "Rule", "RuleBook", "TextRule", "labelled_threshold"]

_TWICE: Final = 2
_MOST: Final = 40

Message = tuple[str, tuple[tuple[int, int], ...]]
"""What a rule says, and the places in the text that it speaks of."""


NEVER: Final = 2.0
"""No fact is so likely right: the threshold of what cannot be promised."""


@lru_cache(maxsize=16)
def labelled_threshold(promise: Promise) -> float:
    """How likely a fact has to be right, as labelled articles tell."""
    threshold = threshold_for(load_weights().learned.record, promise)
    return NEVER if threshold is None else threshold


@dataclass(frozen=True)
class Case:
    """All that is claimed of one text.

    Attributes:
        reading: the text, scanned.
        claims: every fact, with its place in the text.
        bindings: what the words of the text bind its numbers to.
        promise: how large a share of what no rule doubts is to be right in everything.
        apart: the rules that take facts out of all comparison.
    """

    reading: Reading
    claims: tuple[Claim, ...]
    bindings: Bindings
    promise: Promise
    apart: tuple["Rule", ...] = ()

    @property
    def threshold(self) -> float:
        """How likely a fact has to be right in everything."""
        return labelled_threshold(self.promise)

    def beside(self, claim: Claim) -> Sequence[Claim]:
        """The facts that `claim` can be compared with, itself among them: those of its region.

        Of what is said again and again, and of very many values, some stand for all.
        """
        if id(claim) in self._set_apart:
            return (claim,)
        group = self._by_region.get(self._whose(claim), ())
        return group if any(claim is other for other in group) else (*group, claim)

    @cached_property
    def _by_region(self) -> Mapping[str | None, Sequence[Claim]]:
        groups: dict[str | None, list[Claim]] = {}
        said: Counter[tuple[object, ...]] = Counter()
        for claim in self.claims:
            if id(claim) in self._set_apart:
                continue
            fact, mention = claim.fact, claim.mention
            region = self._whose(claim)
            resolution = mention.resolution if mention else None
            period = fact.period.iso if fact.period else None
            what = (fact.metric, fact.value, fact.upper, fact.qualifier, fact.status, fact.segment)
            key = (region, *what, period, claim.part, resolution)
            said[key] += 1
            said[kind := (region, fact.metric, fact.status, fact.segment)] += said[key] <= _TWICE
            # Of a fact that is told a hundred times no more than two can tell anything, and no
            # article has so many values of one metric; to compare them all would take forever.
            if said[key] <= _TWICE and said[kind] <= _MOST:
                groups.setdefault(region, []).append(claim)
        return groups

    @cached_property
    def _set_apart(self) -> frozenset[int]:
        """The identities of the facts that are not compared with any."""
        return frozenset(
            id(claim)
            for claim in self.claims
            if any(True for rule in self.apart for _ in rule.check(claim, self))
        )

    def derivation(self, claim: Claim) -> tuple[str, tuple[Claim, ...]] | None:
        """What facts beside it bear a fact out (`arithmetic.derivation`), worked out once."""
        if id(claim) not in self._derived:
            # The claim is kept as well, so that no other comes to have its identity.
            self._derived[id(claim)] = claim, derivation(claim, self.beside(claim))
        return self._derived[id(claim)][1]

    @cached_property
    def _derived(self) -> dict[int, tuple[Claim, tuple[str, tuple[Claim, ...]] | None]]:
        return {}

    def _whose(self, claim: Claim) -> str | None:
        """The region of a fact; where it has none, the row of the table that it stands in."""
        region = region_key(claim.fact)
        if region is not None or claim.mention is None:
            return region
        cell = cell_at(self.reading.tables, claim.mention.start)
        is_row = cell is not None and cell.table.form == "table"
        return f"row {cell.row} at {cell.table.start}" if cell and is_row else None

    def on_number(self, claim: Claim) -> Sequence[Claim]:
        """The facts that rest on the same number of the text as `claim`."""
        return self._by_number.get(claim.mention.id, ()) if claim.mention else ()

    @cached_property
    def _by_number(self) -> Mapping[str, Sequence[Claim]]:
        groups: dict[str, list[Claim]] = {}
        for claim in self.claims:
            if claim.mention:
                groups.setdefault(claim.mention.id, []).append(claim)
        return groups


class Rule(NamedTuple):
    """A rule that looks at one fact, beside all others of its text.

    Attributes:
        name: stable and short; findings carry it.
        severity: "error" rejects a fact, "warning" makes it suspect, "info" only says something.
        check: a pure function from a claim and its case to messages.
        between_facts: what it finds may be a slip of the text itself: it compares facts that may
            each be read rightly.
        apart: what it doubts the text may not say of the region at all, so that no other fact is
            held against it.
    """

    name: str
    severity: Severity
    check: Callable[[Claim, Case], Iterator[Message]]
    between_facts: bool = False
    apart: bool = False

    def findings(self, claim: Claim, case: Case) -> Iterator[Finding]:
        """What the rule has to say of `claim`."""
        for message, spans in self.check(claim, case):
            yield Finding(rule=self.name, severity=self.severity, message=message, spans=spans)


class TextRule(NamedTuple):
    """A rule that looks at the text as a whole, and at the facts that stand."""

    name: str
    severity: Severity
    check: Callable[[Case], Iterator[Message]]

    def findings(self, case: Case) -> Iterator[Finding]:
        """What the rule has to say of the text."""
        for message, spans in self.check(case):
            yield Finding(rule=self.name, severity=self.severity, message=message, spans=spans)


class RuleBook(NamedTuple):
    """The rules that a verification follows; each method gives a changed copy.

    >>> from uhc_llm.verifier import RULES
    >>> book = RULES.without("unusual_rate").with_severity("arithmetic", "error")
    >>> "unusual_rate" in book.names
    False

    Attributes:
        facts: the rules that look at a fact, in the order in which findings are listed.
        text: those that look at the text as a whole.
    """

    facts: tuple[Rule, ...]
    text: tuple[TextRule, ...]

    def __repr__(self) -> str:
        # As it stands in signatures, which all rules in full would hide.
        return f"<RuleBook of {len(self.each)} rules>"

    @property
    def each(self) -> "tuple[Rule | TextRule, ...]":
        """All rules, those on facts first."""
        return (*self.facts, *self.text)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all rules."""
        return tuple(rule.name for rule in self.each)

    def without(self, *names: str) -> "RuleBook":
        """The book without some of its rules.

        Raises:
            ConfigurationError: there is no rule of that name.
        """
        self._refuse_unknown(names)
        return RuleBook(
            tuple(rule for rule in self.facts if rule.name not in names),
            tuple(rule for rule in self.text if rule.name not in names),
        )

    def with_severity(self, name: str, severity: Severity) -> "RuleBook":
        """The book with another severity for one rule.

        Raises:
            ConfigurationError: there is no rule of that name.
        """
        self._refuse_unknown([name])
        return RuleBook(
            tuple(r._replace(severity=severity) if r.name == name else r for r in self.facts),
            tuple(r._replace(severity=severity) if r.name == name else r for r in self.text),
        )

    def with_rule(self, rule: Rule | TextRule) -> "RuleBook":
        """The book with one more rule.

        Raises:
            ConfigurationError: there is a rule of that name already.
        """
        if rule.name in self.names:
            raise ConfigurationError(
                f"there is a rule {rule.name!r} already: take it out first with "
                f"without({rule.name!r}), or give yours another name"
            )
        if isinstance(rule, TextRule):
            return RuleBook(self.facts, (*self.text, rule))
        return RuleBook((*self.facts, rule), self.text)

    def _refuse_unknown(self, names: "tuple[str, ...] | list[str]") -> None:
        for name in names:
            if name not in self.names:
                raise ConfigurationError(
                    f"there is no rule {name!r}; there are {', '.join(self.names)}"
                )
