"""Verify: read the text anew, and say of each fact whether the text bears it out.

The verifier knows nothing of how a fact was made: it takes facts from this library, from another
tool or from a person alike.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from uhc_llm.documents import Day, Document
from uhc_llm.errors import ConfigurationError, InputError
from uhc_llm.fact_keys import refuse_misspelt
from uhc_llm.promise import PROMISE, Promise, enough
from uhc_llm.reader import Understanding, interpret
from uhc_llm.reader.explaining import with_confidence
from uhc_llm.reader.weights import load_weights
from uhc_llm.scanner import PlainReading, scan_plain
from uhc_llm.scanner.plain import of_plain, restored
from uhc_llm.schemas import (
    COVERAGE_UNITS,
    NOT_THE_ARTICLE,
    Evidence,
    Fact,
    Finding,
    Mention,
    Reading,
    Unclaimed,
    Verdict,
    Verification,
)
from uhc_llm.verifier.bindings import Bindings
from uhc_llm.verifier.claims import Claim, as_fact, bind, evidence_at, sentence_at
from uhc_llm.verifier.rulebook import (
    NEVER,
    Case,
    Rule,
    RuleBook,
    TextRule,
    labelled_threshold,
)
from uhc_llm.verifier.rules import RULES

__all__ = [
    "PROMISE",
    "RULES",
    "Case",
    "Claim",
    "Promise",
    "Rule",
    "RuleBook",
    "TextRule",
    "check_promise",
    "check_shares",
    "verify",
    "verify_reading",
    "verify_scanned",
]


def verify(
    text: str | Document,
    facts: Iterable[Fact | Mapping[str, Any]],
    *,
    published: Day | None = None,
    rules: RuleBook = RULES,
    promise: Promise = PROMISE,
) -> Verification:
    """Check every fact against the text.

    >>> text = "Kepesertaan JKN di Kota Palembang 95,28 persen."
    >>> right = {"value": 95.28, "unit": "percent", "metric": "coverage_rate"}
    >>> wrong = {"value": 98.28, "unit": "percent", "metric": "coverage_rate"}
    >>> [fact.verdict for fact in verify(text, [right, wrong]).facts]
    ['verified', 'rejected']

    Args:
        text: the article.
        facts: `Fact` objects, or mappings with `value`, `unit` and `metric`; `upper`, `status`,
            `region` (name or code), `period` (ISO), `segment` and `quote` are checked where given;
            a region or a period of None says that there is none, and "" says nothing.
        published: the article's own date.
        rules: the rules to follow; see `RuleBook` for how to change them.
        promise: how large a share of what is verified is to be right in everything.

    Returns:
        Each fact with its verdict and findings, in the order given; the numbers that no fact
        claims; and what concerns the text as a whole.

    Raises:
        InputError: a fact lacks what it needs, is none, or has a key that is nearly one of those.
    """
    scanned = scan_plain(text, published=published)
    return verify_scanned(scanned, facts, rules=rules, promise=promise)


def verify_scanned(
    scanned: PlainReading,
    facts: Iterable[Fact | Mapping[str, Any]],
    *,
    rules: RuleBook = RULES,
    promise: Promise = PROMISE,
) -> Verification:
    """Check every fact against a text that is scanned already. See `verify`.

    Args:
        scanned: what `scan_plain` gives of the text; the facts speak of the text as it was given.
        facts: as `verify` takes them.
        rules: the rules to follow.
        promise: how large a share of what is verified is to be right in everything.
    """
    reading, plain = scanned
    told = (of_plain(as_fact(fact, reading), plain) for fact in _spelt(facts))
    return restored(verify_reading(reading, told, rules=rules, promise=promise), plain)


def _spelt(
    facts: Iterable[Fact | Mapping[str, Any]],
) -> Iterator[Fact | Mapping[str, Any]]:
    """The facts that somebody gives, none with a key that is hardly meant as it is.

    Raises:
        InputError: they are no facts, or a key is nearly one that is read.
    """
    if not isinstance(facts, Iterable):
        raise InputError(f"the facts must be a list of them, not {type(facts).__name__}")
    for fact in facts:
        if isinstance(fact, Mapping):
            refuse_misspelt(fact)
        yield fact


def verify_reading(
    reading: Reading,
    facts: Iterable[Fact | Mapping[str, Any]],
    *,
    rules: RuleBook = RULES,
    promise: Promise = PROMISE,
    is_second_opinion: bool = False,
    understanding: Understanding | None = None,
) -> Verification:
    """Check every fact against a reading, whose text is the one that the facts speak of.

    Args:
        reading: the text, scanned.
        facts: as `verify` takes them.
        rules: the rules to follow.
        promise: how large a share of what is verified is to be right in everything.
        is_second_opinion: somebody who reads the text otherwise than these rules said the facts.
            Where the words of a fact bear it out, two have read it alike, and what it contradicts
            elsewhere ("91 persen" here, "92 persen" there) is a finding on the text.
        understanding: the text, read, where that was done already.
    """
    bindings = Bindings(understanding or interpret(reading))
    bound = bind([as_fact(fact, reading) for fact in facts], bindings)
    claims = tuple(_judged(claim, bindings) for claim in bound)
    apart = tuple(rule for rule in rules.facts if rule.apart and rule.severity != "info")
    case = Case(reading, claims, bindings, promise, apart)
    checked: list[Fact] = []
    slips: list[Finding] = []
    for claim in claims:
        findings = _findings(claim, case, rules)
        if is_second_opinion:
            findings, of_text = _of_text_apart(findings, rules)
            slips += of_text
        checked.append(_checked(claim, case, findings))
    standing = tuple(
        claim for claim, fact in zip(claims, checked, strict=True) if fact.verdict != "rejected"
    )
    stands = replace(case, claims=standing)
    return Verification(
        facts=tuple(checked),
        unclaimed=tuple(_unclaimed(standing, reading)),
        findings=(
            *_once_each(slips),
            *(finding for rule in rules.text for finding in rule.findings(stands)),
        ),
    )


def _findings(claim: Claim, case: Case, rules: RuleBook) -> tuple[Finding, ...]:
    return tuple(finding for rule in rules.facts for finding in rule.findings(claim, case))


def _of_text_apart(
    findings: Sequence[Finding], rules: RuleBook
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """What is found of a fact, and what of the text: the latter only tells the fact's reader."""
    between = {rule.name for rule in rules.facts if rule.between_facts}
    own = (f for f in findings if f.rule not in between)
    if any(finding.severity != "info" for finding in own):
        return tuple(findings), ()
    of_text = tuple(f for f in findings if f.rule in between and f.severity == "warning")
    told = (f.model_copy(update={"severity": "info"}) if f in of_text else f for f in findings)
    return tuple(told), of_text


def _once_each(slips: Iterable[Finding]) -> Iterable[Finding]:
    """Of what both sides of a contradiction say one."""
    return {(slip.rule, frozenset(slip.spans)): slip for slip in slips}.values()


def _checked(claim: Claim, case: Case, findings: tuple[Finding, ...]) -> Fact:
    update: dict[str, Any] = {"findings": findings, "verdict": _verdict(findings)}
    if claim.mention is not None:
        update["evidence"] = _evidence(claim.mention, case.reading)
    elif claim.fact.evidence is not None:
        quote = claim.fact.evidence.quote
        update["evidence"] = evidence_at(quote, claim.quote, case.reading)
    return claim.fact.model_copy(update=update)


def check_promise(promise: Promise) -> None:
    """See whether the labelled articles bear a promise out.

    Raises:
        ConfigurationError: they do not, or it is none.
    """
    check_shares(promise)
    if labelled_threshold(promise) != NEVER:
        return
    most = max(kept.facts for kept in load_weights().learned.record)
    why = (
        f"that takes {enough(promise):,} labelled facts that stand alone, and there are {most:,.0f}"
        if enough(promise) > most
        else "the likeliest facts of the labelled articles are right less often"
    )
    raise ConfigurationError(
        f"that {promise.precision:.2%} are right cannot be promised with certainty "
        f"{promise.certainty}: {why}; ask for a lower precision"
    )


def check_shares(promise: Promise) -> None:
    """See whether a promise is one, whatever bears it out.

    Raises:
        ConfigurationError: it is none.
    """
    for name, share in promise._asdict().items():
        if not 0 < share < 1:
            raise ConfigurationError(f"{name} {share} does not lie between 0 and 1, as 0.9 does")


def _judged(claim: Claim, bindings: Bindings) -> Claim:
    """A claim with how likely its fact is right."""
    read = bindings.read(claim.mention)
    if read is None:
        return claim
    return claim._replace(fact=with_confidence(bindings.understanding, read, claim.fact))


def _verdict(findings: Sequence[Finding]) -> Verdict:
    severities = {finding.severity for finding in findings}
    if "error" in severities:
        return "rejected"
    return "suspect" if "warning" in severities else "verified"


def _evidence(mention: Mention, reading: Reading) -> Evidence:
    start, end = sentence_at(reading, mention.start)
    return Evidence(
        mention=mention.id,
        quote=mention.text,
        start=mention.start,
        end=mention.end,
        sentence=reading.text[start:end],
        sentence_start=start,
        sentence_end=end,
    )


def _unclaimed(claims: Sequence[Claim], reading: Reading) -> Iterable[Unclaimed]:
    claimed = {claim.mention.id for claim in claims if claim.mention}
    for mention in reading.mentions:
        if mention.id not in claimed:
            yield Unclaimed(mention=mention, reason=why_not_asked(mention) or "no fact claims it")


def why_not_asked(mention: Mention) -> str | None:
    """Why a number can be no coverage fact, or None when it can be one."""
    if "share" in mention.flags:
        return "a share without a number of its own"
    if mention.kind != "quantity":
        return mention.kind.replace("_", " ")
    if NOT_THE_ARTICLE.intersection(mention.flags):
        return "stands on the page, but not in the article"
    if mention.unit is None:
        return "nothing says what it counts"
    if mention.unit not in COVERAGE_UNITS:
        return f"{mention.noun or mention.unit}: a unit that no metric uses"
    return None
