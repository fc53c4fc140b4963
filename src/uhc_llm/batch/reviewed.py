"""Articles of a run with what came out of them and what reviewers decided since."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Any, Final, Literal

from uhc_llm.batch.decisions import ARTICLE, Decision, history, seen_of
from uhc_llm.batch.ledger import Ledger
from uhc_llm.documents import Document
from uhc_llm.documents.page_map import unpacked
from uhc_llm.schemas import Extraction, Fact, Finding, Mention, Unclaimed

__all__ = ["Item", "ReviewedArticle", "asked_starts", "reviewed_article", "reviewed_articles"]

State = Literal["open", "accepted", "corrected", "rejected", "added"]

_NUMBER_ID: Final = re.compile(r"number:(?P<start>0|[1-9][0-9]{0,8})(?::[2-9][0-9]{0,2})?")

_STATES: Final[Mapping[str, State]] = {
    "accept": "accepted",
    "correct": "corrected",
    "reject": "rejected",
    "add": "added",
}


class Item:
    """Something to decide: a fact that came out, or a number that no fact claims.

    A further fact that somebody added to a number is one too: `number:START` where a fact came out
    of that number, else `number:START:2`.

    Attributes:
        id: `fact:POSITION`, `number:START`, `number:START:2`, or `article`.
        said: the fact as it came out; None for a number and for an article.
        unclaimed: the number that no fact claims, with the reason; else None.
        decision: the one that counts; None while nobody decided.
        seen: the id of the last row of its history; 0 while there is none.
    """

    def __init__(
        self,
        id: str,  # noqa: A002 (its name in the ledger)
        *,
        said: Fact | None = None,
        unclaimed: Unclaimed | None = None,
        decision: Decision | None = None,
        seen: int = 0,
    ) -> None:
        self.id = id
        self.said = said
        self.unclaimed = unclaimed
        self.decision = decision
        self.seen = seen

    def __repr__(self) -> str:
        return f"Item({self.id!r}, {self.state})"

    @property
    def state(self) -> State:
        """What was decided; open while nobody did."""
        return _STATES[self.decision.action] if self.decision else "open"

    @property
    def fact(self) -> Fact | None:
        """The fact as it stands now: corrected, added, or as it came out; None for no fact.

        One that somebody rejected, or that the verifier did and nobody took up, is still told here;
        `stands` says whether it is among the results.
        """
        return self.decision.fact if self.decision and self.decision.fact else self.said

    @property
    def stands(self) -> bool:
        """Whether its fact is among the results."""
        if self.fact is None or self.state == "rejected":
            return False
        return self.state != "open" or self.fact.verdict != "rejected"

    @property
    def is_doubtful(self) -> bool:
        """Whether it should be looked at first: suspect, rejected, or a number left over."""
        return self.said is None or self.said.verdict != "verified"

    @property
    def mention(self) -> Mention | None:
        """The number, where no fact claimed it."""
        return self.unclaimed.mention if self.unclaimed else None

    @property
    def start(self) -> int:
        """Where its number stands in the text; 0 where there is none."""
        if self.unclaimed:
            return self.unclaimed.mention.start
        fact = self.fact
        return fact.evidence.start if fact and fact.evidence else 0


class ReviewedArticle:
    """An article, what came out of it, and what was decided.

    Attributes:
        key: of the document in the ledger; empty for an article of no run.
        number: in the order of the inputs, from 1.
        source: which input it is.
        document: the text with what is known about it.
        extraction: what came out.
        decisions: all that were made, in order, those that were undone too.
    """

    def __init__(
        self,
        document: Document,
        extraction: Extraction,
        *,
        key: str = "",
        number: int = 1,
        source: str = "",
        decisions: tuple[Decision, ...] = (),
        seen: Mapping[str, int] | None = None,
    ) -> None:
        self.key = key
        self.number = number
        self.source = source
        self.document = document
        self.extraction = extraction
        self.decisions = decisions
        self._seen = seen or {}
        self._current = {d.item: d for d in decisions if d.undone_by is None}

    def __repr__(self) -> str:
        return f"ReviewedArticle({self.name!r})"

    @property
    def name(self) -> str:
        """What it is called by: its id, else its source."""
        return self.document.id or self.source or f"article {self.number}"

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """What there is to decide: facts as they came out, then numbers, each in text order.

        Of the numbers that no fact claims these are the ones that the verifier asks about, and
        those that somebody made a fact of, be they claimed or not. An article with none of all this
        is an item itself.
        """
        said = (*self.extraction.facts, *self.extraction.rejected)
        facts = [self._item(f"fact:{place}", said=fact) for place, fact in enumerate(said)]
        numbers = list(self._numbers())
        return (*facts, *numbers) if facts or numbers else (self._item(ARTICLE),)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The facts as they stand now, in the order of the text."""
        standing = [item for item in self.items if item.stands]
        return tuple(item.fact for item in sorted(standing, key=_start) if item.fact)

    @property
    def is_reviewed(self) -> bool:
        """Whether everything in it is decided."""
        return all(item.state != "open" for item in self.items)

    @property
    def open_items(self) -> tuple[Item, ...]:
        """What is not decided yet."""
        return tuple(item for item in self.items if item.state == "open")

    def judged(self, verified: Collection[int]) -> "ReviewedArticle":
        """The same, its facts verified at some positions and suspect at all others."""
        facts = tuple(
            fact.model_copy(update={"verdict": "verified" if place in verified else "suspect"})
            for place, fact in enumerate(self.extraction.facts)
        )
        return ReviewedArticle(
            self.document,
            self.extraction.model_copy(update={"facts": facts}),
            key=self.key,
            number=self.number,
            source=self.source,
            decisions=self.decisions,
            seen=self._seen,
        )

    def item(self, id: str) -> Item:  # noqa: A002 (its name in the ledger)
        """An item by its id; of a number that nobody asked about too, or that a fact claims.

        Raises:
            KeyError: the article has no such item.
        """
        for item in self.items:
            if item.id == id:
                return item
        place = _NUMBER_ID.fullmatch(id)
        start = int(place["start"]) if place else -1
        for unclaimed in self.extraction.unclaimed:
            if unclaimed.mention.start == start:
                return self._item(id, unclaimed=unclaimed)
        said = (*self.extraction.facts, *self.extraction.rejected)
        if any(fact.evidence and fact.evidence.start == start for fact in said):
            return self._item(id)
        raise KeyError(id)

    def _numbers(self) -> Iterator[Item]:
        asked = asked_starts(self.extraction.findings)
        for unclaimed in self.extraction.unclaimed:
            own = f"number:{unclaimed.mention.start}"
            ids = [id_ for id_ in self._current if id_ == own or id_.startswith(f"{own}:")]
            if not ids and unclaimed.mention.start in asked:
                ids = [own]
            for id_ in sorted(ids):
                yield self._item(id_, unclaimed=unclaimed)
        # A number that a fact claims is not among those, and may still have been given another one.
        places = {unclaimed.mention.start for unclaimed in self.extraction.unclaimed}
        for id_ in sorted(self._current):
            if (place := _NUMBER_ID.fullmatch(id_)) and int(place["start"]) not in places:
                yield self._item(id_)

    def _item(
        self, id_: str, *, said: Fact | None = None, unclaimed: Unclaimed | None = None
    ) -> Item:
        return Item(
            id_,
            said=said,
            unclaimed=unclaimed,
            decision=self._current.get(id_),
            seen=self._seen.get(id_, 0),
        )


def asked_starts(findings: Iterable[Finding]) -> frozenset[int]:
    """Where the numbers stand that the verifier would have expected some fact to claim."""
    asked = (finding for finding in findings if finding.rule == "unclaimed_number")
    return frozenset(start for finding in asked for start, _ in finding.spans)


def reviewed_articles(ledger: Ledger) -> Iterator[ReviewedArticle]:
    """Every article of a run that something came out of, in the order of the inputs.

    Those whose inputs have since got another text, or other settings, are left out: others answer
    for them.

    Raises:
        LedgerError: the file cannot be read.
    """
    seen: dict[str, dict[str, int]] = {}
    for key, item, last in ledger.rows(_SEEN):
        seen.setdefault(key, {})[item] = last
    decided: dict[str, list[Decision]] = {}
    for decision in history(ledger):
        decided.setdefault(decision.document_key, []).append(decision)
    for row in ledger.rows(f"{_ARTICLES} ORDER BY d.number"):
        key = row[0]
        yield _article(row, tuple(decided.get(key, ())), seen.get(key, {}))


def reviewed_article(ledger: Ledger, key: str) -> ReviewedArticle | None:
    """One article of a run by the key of its document; None where there is none."""
    seen = seen_of(ledger, key)
    for row in ledger.rows(f"{_ARTICLES} AND d.key = ?", (key,)):
        return _article(row, tuple(history(ledger, key)), seen)
    return None


_SEEN: Final = "SELECT document_key, item, max(id) FROM decisions GROUP BY document_key, item"
_ARTICLES: Final = """
    SELECT d.key, d.number, d.source, d.text, d.id, d.published, d.title, d.url, d.pages,
        e.extraction
    FROM documents AS d JOIN extractions AS e ON e.document_key = d.key
    WHERE d.state = 'done' AND EXISTS (SELECT 1 FROM sources AS s WHERE s.document_key = d.key)
"""


def _article(
    row: tuple[Any, ...], decisions: tuple[Decision, ...], seen: Mapping[str, int]
) -> ReviewedArticle:
    key, number, source, text, id_, published, title, url, pages, extraction = row
    document = Document(
        text=text,
        id=id_,
        published=date.fromisoformat(published) if published else None,
        title=title,
        url=url,
    )
    on_pages = unpacked(pages)
    if on_pages:
        on_pages.path = source
    return ReviewedArticle(
        document.on_pages(on_pages),
        Extraction.model_validate_json(extraction),
        key=key,
        number=number,
        source=source,
        decisions=decisions,
        seen=seen,
    )


def _start(item: Item) -> int:
    return item.start
