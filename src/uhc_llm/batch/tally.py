"""What a run has come to, counted while it goes on."""

from collections import Counter
from dataclasses import dataclass, field

from uhc_llm.batch.work import Attempt, State

__all__ = ["Tally"]


@dataclass
class Tally:
    """Counts of this start of a run; of what was done before only that it was.

    Attributes:
        expected: how many documents there are in all; None while nobody knows.
        read: documents that the inputs have given so far.
        known: those of them that were done, or had failed for good, before.
        problems: inputs that could not be read.
        waiting: documents that wait.
        under_way: documents that are being worked on.
        done: documents that were done.
        failed: documents that failed, by kind of error.
        suspect: documents with a suspect or rejected fact.
        facts: facts found.
        rejected: facts that the verifier did not let pass.
        findings: how often each rule of the verifier had something to say, infos left out.
        input_tokens: of all questions.
        output_tokens: of all answers.
        estimated: attempts whose tokens the provider did not count, but were told by their length.
        cost: US dollars, of what has a known price.
        all_read: the inputs have come to their end.
    """

    expected: int | None = None
    read: int = 0
    known: int = 0
    problems: int = 0
    waiting: int = 0
    under_way: int = 0
    done: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    suspect: int = 0
    facts: int = 0
    rejected: int = 0
    findings: Counter[tuple[str, str]] = field(default_factory=Counter)
    input_tokens: int = 0
    output_tokens: int = 0
    estimated: int = 0
    cost: float = 0.0
    all_read: bool = False

    @property
    def ended(self) -> int:
        """Documents that are done or failed."""
        return self.done + self.failed.total()

    @property
    def ahead(self) -> int | None:
        """How many documents are still to come; None while nobody knows."""
        unread = 0
        if not self.all_read:
            if self.expected is None:
                return None
            unread = max(0, self.expected - self.read - self.problems)
        return self.waiting + self.under_way + unread

    def add_read(self, states: list[State | None]) -> None:
        """Count documents that the inputs have given."""
        self.read += len(states)
        new = states.count(None)
        self.waiting += new
        self.known += sum(state in ("done", "failed") for state in states)

    def add(self, attempt: Attempt) -> None:
        """Count what became of a document."""
        self.input_tokens += attempt.usage.input_tokens
        self.output_tokens += attempt.usage.output_tokens
        self.estimated += attempt.usage.estimated
        self.cost += attempt.cost or 0.0
        if attempt.extraction is None:
            self.failed[type(attempt.error).__name__] += 1
            return
        extraction = attempt.extraction
        self.done += 1
        self.facts += len(extraction.facts)
        self.rejected += len(extraction.rejected)
        doubted = any(fact.verdict == "suspect" for fact in extraction.facts)
        self.suspect += bool(doubted or extraction.rejected)
        for fact in (*extraction.facts, *extraction.rejected):
            for finding in fact.findings:
                if finding.severity != "info":
                    self.findings[finding.rule, finding.severity] += 1
