"""How far the facts of a run can be trusted, after what reviewers made of some of them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, NamedTuple

from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.reviewed import ReviewedArticle, reviewed_articles
from uhc_llm.errors import ConfigurationError
from uhc_llm.language import _, formatted, grouped
from uhc_llm.promise import Kept, Outcome, Promise, record_of, refutes, still_needed, threshold_for
from uhc_llm.reader.weights import load_weights
from uhc_llm.recalibration import Judged, shifted, shifts_of
from uhc_llm.schemas import Verdict
from uhc_llm.verifier import check_shares

__all__ = [
    "Basis",
    "RunFact",
    "Trust",
    "judged_of",
    "kept_facts",
    "promised",
    "promised_articles",
    "run_facts",
    "strangeness",
]

Basis = Literal["reviews", "labels"]
"""What a promise rests on: the run's own reviews, or the labelled articles."""


_ALIKE: Final = 0.16
"""So alike are facts of one labelled article in being right; those of a run are no less so."""


class RunFact(NamedTuple):
    """A fact as it came out of a run, and what a reviewer made of it.

    Attributes:
        document_key: of its document.
        position: among the document's facts.
        proposer: the model that said it; empty where the reader did.
        verdict: the verifier's.
        confidence: how likely it was held to be right; None where that was not known.
        passes: whether nothing but the confidence speaks against it.
        is_right: whether a reviewer left it as it was in all that a promise is about; None while
            nobody decided.
        decision: the id of the decision, 0 while there is none.
    """

    document_key: str
    position: int
    proposer: str
    verdict: Verdict
    confidence: float | None
    passes: bool
    is_right: bool | None
    decision: int


class Trust(NamedTuple):
    """From what confidence on the facts of a run are kept under a promise.

    Attributes:
        threshold: the confidence.
        basis: what the promise rests on.
        reviewed: how many facts reviewers judged.
        shifts: by how much the log odds of each proposer's facts are moved, from its reviews.
    """

    threshold: float
    basis: Basis
    reviewed: int
    shifts: Mapping[str, float]

    def keeps(self, fact: RunFact) -> bool:
        """Whether a fact is kept: what a reviewer judged if it is right, else what is sure."""
        if fact.is_right is not None:
            return fact.is_right
        if not fact.passes or fact.confidence is None:
            return False
        shift = self.shifts.get(fact.proposer, 0.0)
        return shifted(fact.confidence, shift) >= self.threshold


def run_facts(ledger: Ledger) -> Iterator[RunFact]:
    """The facts of a run as they came out, article by article.

    Raises:
        LedgerError: the file cannot be read.
    """
    for row in ledger.rows(_FACTS):
        key, position, proposer, verdict, confidence, passes, is_right, decision = row
        right = None if is_right is None else bool(is_right)
        yield RunFact(key, position, proposer, verdict, confidence, bool(passes), right, decision)


def judged_of(facts: Sequence[RunFact]) -> list[Judged]:
    """What reviewers judged, in the order in which they did."""
    decided = sorted((fact for fact in facts if fact.decision), key=lambda fact: fact.decision)
    return [
        Judged(fact.proposer, fact.confidence, fact.is_right)
        for fact in decided
        if fact.confidence is not None and fact.is_right is not None
    ]


def promised(ledger: Ledger, promise: Promise) -> Trust:
    """From what confidence on the facts of a run can be kept under a promise.

    The run's own reviews tell it, where there are enough; otherwise the labelled articles do, with
    what the reviews tell of each proposer, unless these speak against it or the run's articles are
    of another kind.

    Args:
        ledger: the run.
        promise: how large a share of what is kept is to be right in everything.

    Raises:
        ConfigurationError: it cannot be promised, and the message says how many reviews are
            missing; or it is no promise.
        LedgerError: the file cannot be read.
    """
    check_shares(promise)
    facts = [fact for fact in run_facts(ledger) if fact.confidence is not None]
    judged = judged_of(facts)
    own = record_of(_outcomes(facts, {}), least_alike=_ALIKE)
    threshold = threshold_for(own, promise)
    if threshold is not None:
        return Trust(threshold, "reviews", len(judged), {})
    shifts = shifts_of(judged)
    learned = load_weights().learned
    threshold = threshold_for(learned.record, promise)
    if threshold is None:
        why = _("labelled articles do not bear it out")
    elif (strange := strangeness(ledger)) > learned.strangest:
        why = _(
            "its articles are unlike the labelled ones: {share} of their words are in none of "
            "them, where up to {most} is usual",
            share=formatted(strange, ".1%"),
            most=formatted(learned.strangest, ".1%"),
        )
    elif _is_refuted([o for o in _outcomes(facts, shifts) if o.confidence >= threshold], promise):
        why = _("its reviews speak against what the labelled articles tell")
    else:
        return Trust(threshold, "labels", len(judged), shifts)
    raise ConfigurationError(_advised(why, own, promise, len(judged)))


def strangeness(ledger: Ledger) -> float:
    """The share of the words of a run's articles that no labelled article has, on the average."""
    return next(ledger.rows(_STRANGENESS))[0] or 0.0


def kept_facts(ledger: Ledger, promise: Promise) -> set[tuple[str, str]]:
    """The facts of a run that can be kept under a promise: their documents, and their items.

    Raises:
        ConfigurationError: it cannot be promised.
        LedgerError: the file cannot be read.
    """
    trust = promised(ledger, promise)
    facts = filter(trust.keeps, run_facts(ledger))
    return {(fact.document_key, f"fact:{fact.position}") for fact in facts}


def promised_articles(ledger: Ledger, promise: Promise) -> Iterator[ReviewedArticle]:
    """The articles of a run; of their facts those are verified that can be kept under a promise.

    Raises:
        ConfigurationError: it cannot be promised.
        LedgerError: the file cannot be read.
    """
    kept = kept_facts(ledger, promise)
    for article in reviewed_articles(ledger):
        places = range(len(article.extraction.facts))
        yield article.judged({n for n in places if (article.key, f"fact:{n}") in kept})


def _is_refuted(outcomes: Sequence[Outcome], promise: Promise) -> bool:
    return bool(outcomes) and refutes(record_of(outcomes, least_alike=_ALIKE)[-1], promise)


def _outcomes(facts: Sequence[RunFact], shifts: Mapping[str, float]) -> Iterator[Outcome]:
    for fact in facts:
        if fact.passes and fact.is_right is not None and fact.confidence is not None:
            confidence = shifted(fact.confidence, shifts.get(fact.proposer, 0.0))
            yield Outcome(confidence, fact.is_right, fact.document_key)


def _advised(why: str, own: Sequence[Kept], promise: Promise, reviewed: int) -> str:
    """Why nothing is promised, and what can be done."""
    more = still_needed(own, promise)
    known = grouped(reviewed)
    advice = (
        _(
            "of the {n} facts that are reviewed too few are right: ask for a lower precision",
            n=known,
        )
        if more is None
        else _(
            "{more} more reviewed facts may be enough ({n} are reviewed), the surest first; or ask "
            "for a lower precision",
            more=grouped(more),
            n=known,
        )
    )
    return _(
        "{share} cannot be promised of this run: {why}; {advice}",
        share=formatted(promise.precision, ".2%"),
        why=why,
        advice=advice,
    )


_STRANGENESS: Final = """
    SELECT avg(json_extract(e.extraction, '$.strangeness'))
    FROM extractions AS e JOIN documents AS d ON d.key = e.document_key
    WHERE d.state = 'done' AND EXISTS (SELECT 1 FROM facts AS t WHERE t.document_key = d.key)
    AND EXISTS (SELECT 1 FROM sources AS s WHERE s.document_key = d.key)
"""
_SAME: Final = " AND ".join(
    f"json_extract(c.fact, '$.{path}') IS t.{column}"
    for path, column in (
        ("metric", "metric"), ("status", "status"), ("segment", "segment"),
        ("region.code", "region_code"), ("region.name", "region"), ("value", "value"),
        ("upper", "upper"),
    )
)  # fmt: skip
_FACTS: Final = f"""
    SELECT t.document_key, t.position, coalesce(json_extract(e.provenance, '$.model'), ''),
        CASE WHEN t.rejected THEN 'rejected' ELSE coalesce(t.verdict, 'suspect') END,
        t.confidence,
        NOT t.rejected AND NOT EXISTS (
            SELECT 1 FROM findings AS n
            WHERE n.document_key = t.document_key AND n.fact_position = t.position
            AND n.severity <> 'info' AND n.rule <> 'confidence'
        ),
        CASE
            WHEN c.action IS NULL THEN NULL
            ELSE c.action = 'accept' OR (
                c.action = 'correct' AND {_SAME}
                AND substr(json_extract(c.fact, '$.period.iso'), 1, 4) IS substr(t.period, 1, 4)
            )
        END,
        coalesce(c.id, 0)
    FROM facts AS t JOIN documents AS d ON d.key = t.document_key
    JOIN extractions AS e ON e.document_key = d.key
    LEFT JOIN current_decisions AS c
        ON c.document_key = t.document_key AND c.position = t.position
    WHERE d.state = 'done' AND EXISTS (SELECT 1 FROM sources AS s WHERE s.document_key = d.key)
    ORDER BY d.number, t.position
"""  # noqa: S608 (words of this module)
