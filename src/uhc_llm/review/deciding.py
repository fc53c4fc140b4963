"""What a form says becomes a decision: built from the text, verified anew, and written down.

Nobody's work is lost: who decides says which decision was shown. When somebody else has decided
since, the two are laid side by side, unless they say the same.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final, Literal, NamedTuple

from uhc_llm.batch.decisions import ARTICLE, Choice, decide
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.reviewed import Item, ReviewedArticle, reviewed_article
from uhc_llm.errors import InputError, LedgerError, ReviewConflictError
from uhc_llm.language import _
from uhc_llm.review.choices import FIELDS, Field, TextChoices
from uhc_llm.scanner import PlainReading
from uhc_llm.schemas import Fact, Mention
from uhc_llm.verifier import verify_scanned

__all__ = [
    "Conflict",
    "Intent",
    "accept_all",
    "as_they_stand",
    "carry_out",
    "item_of",
    "mention_of",
    "read_intent",
    "reject_numbers",
]

_PLAIN: Final[Mapping[str, Literal["accept", "reject"]]] = {"accept": "accept", "reject": "reject"}
_NUMBER: Final = re.compile(r"[0-9]{1,18}")
# So often may others decide between our look and our writing before we give up.
_MOST_TRIES: Final = 5


class Intent(NamedTuple):
    """What somebody is about to decide.

    Attributes:
        item: of what.
        do: what; to `correct` is to choose a field anew, or a metric for a number without a fact.
        field: the field that is chosen anew.
        option: the id of what it shall be.
        shown: id of the decision whose fact was shown; 0 for the fact as it came out.
        seen: id of the last row of the item's history that was shown.
    """

    item: str
    do: Literal["accept", "reject", "correct"]
    field: Field = "metric"
    option: str = ""
    shown: int = 0
    seen: int = 0

    @property
    def spelled(self) -> str:
        """`do` as a form says it."""
        return f"{self.field}:{self.option}" if self.do == "correct" else self.do


class Conflict(NamedTuple):
    """Somebody else has decided since.

    Attributes:
        item: as it is now.
        mine: what was about to be decided.
        again: the same, in the knowledge of what is now.
    """

    item: Item
    mine: Choice
    again: Intent


def read_intent(form: Mapping[str, str]) -> Intent:
    """Read what a form says.

    Args:
        form: `item`, `do` (`accept`, `reject` or `FIELD:OPTION`), `shown` and `seen`.

    Raises:
        InputError: something is missing, or is none of its kind.
    """
    do, item = form.get("do", ""), form.get("item", "")
    shown, seen = (_count(form.get(name, "")) for name in ("shown", "seen"))
    if do in _PLAIN:
        return Intent(item, _PLAIN[do], shown=shown, seen=seen)
    name, _colon, option = do.partition(":")
    for field in FIELDS:
        if field == name:
            return Intent(item, "correct", field, option, shown, seen)
    raise InputError(_("nothing can be done by {do!r}: use the buttons of the page", do=do))


def carry_out(
    ledger: Ledger, key: str, choices: TextChoices, intent: Intent, *, reviewer: str
) -> Choice | Conflict:
    """Write down what somebody decides.

    The same as somebody else has decided meanwhile is written down too; the same that the
    reviewer did, by a button pressed twice, is not written twice.

    Raises:
        InputError: there is no such item, or the text does not offer what was chosen.
        LedgerError: the file cannot be written.
    """
    again = intent
    for _try in range(_MOST_TRIES):
        article = _article(ledger, key)
        choice = _choice(article, choices, intent)
        if _is_mine_already(item_of(article, intent.item), choice, reviewer):
            return choice
        try:
            decide(ledger, key, [choice], reviewer=reviewer, seen={choice.item: again.seen})
        except ReviewConflictError:
            article = _article(ledger, key)
            item = item_of(article, intent.item)
            if not _is_said_already(item, choice):
                again = _knowing(intent, item)
                return Conflict(item, _choice(article, choices, again), again)
            again = again._replace(seen=item.seen)
        else:
            return choice
    raise LedgerError(_("others are deciding on the same item at this moment: try again"))


def accept_all(
    ledger: Ledger, key: str, choices: TextChoices, seen: Mapping[str, int], *, reviewer: str
) -> tuple[int, int]:
    """Accept whatever is open and verified now of an article, in one step.

    Args:
        ledger: open for review.
        key: of the article's document.
        choices: what its text offers.
        seen: the items that were shown, each with the last row of its history.
        reviewer: who decides.

    Returns:
        How many were accepted, and how many somebody else had decided on meanwhile, which stay.

    Raises:
        LedgerError: the file cannot be written.
    """

    def verified(article: ReviewedArticle) -> dict[str, Choice]:
        facts = as_they_stand(article, choices.scanned)
        return {
            id_: Choice(id_, "accept", fact)
            for id_, fact in facts.items()
            if fact.verdict == "verified"
        }

    return _decide_all(ledger, key, seen, verified, reviewer)


def reject_numbers(
    ledger: Ledger, key: str, seen: Mapping[str, int], *, reviewer: str
) -> tuple[int, int]:
    """Say in one step that no open number without a fact is one. See `accept_all`."""

    def left_over(article: ReviewedArticle) -> dict[str, Choice]:
        numbers = (item for item in article.items if item.unclaimed and item.fact is None)
        return {item.id: Choice(item.id, "reject") for item in numbers}

    return _decide_all(ledger, key, seen, left_over, reviewer)


def _decide_all(
    ledger: Ledger,
    key: str,
    seen: Mapping[str, int],
    offered: Callable[[ReviewedArticle], Mapping[str, Choice]],
    reviewer: str,
) -> tuple[int, int]:
    for _try in range(_MOST_TRIES):
        article = _article(ledger, key)
        all_ = offered(article)
        shown = [i for i in article.items if i.id in seen and (i.state != "open" or i.id in all_)]
        open_ = [i for i in shown if i.state == "open" and i.seen == seen[i.id]]
        try:
            if open_:
                decide(ledger, key, [all_[item.id] for item in open_], reviewer=reviewer, seen=seen)
        except ReviewConflictError:
            continue
        return len(open_), len(shown) - len(open_)
    raise LedgerError(_("others are deciding on the same items at this moment: try again"))


def as_they_stand(article: ReviewedArticle, scanned: PlainReading) -> dict[str, Fact]:
    """The fact of each item, its verdict as it follows from what reviewers made of the others.

    Where nobody changed anything, they are as they came out.
    """
    facts = {item.id: item.fact for item in article.items if item.fact}
    changed = ("corrected", "rejected", "added")
    if any(item.state in changed and item.fact for item in article.items):
        standing = {item.id: item.fact for item in article.items if item.stands and item.fact}
        checked = verify_scanned(scanned, standing.values()).facts
        for (id_, fact), verified in zip(standing.items(), checked, strict=True):
            facts[id_] = _judged(fact, verified)
    return facts


def item_of(article: ReviewedArticle, id_: str) -> Item:
    """An item of an article.

    Raises:
        InputError: there is none.
    """
    try:
        return article.item(id_)
    except KeyError:
        raise InputError(
            _("the article has no item {item!r}: go back to it and look again", item=id_)
        ) from None


def mention_of(item: Item, choices: TextChoices) -> Mention | None:
    """The number of an item as the text has it; None where it has none."""
    if item.mention is not None:
        return choices.mention_at(item.mention.start)
    if item.fact is not None:
        return choices.mention_of(item.fact)
    kind, _colon, rest = item.id.partition(":")
    return choices.mention_at(int(rest.partition(":")[0])) if kind == "number" else None


def _choice(article: ReviewedArticle, choices: TextChoices, intent: Intent) -> Choice:
    """What a reviewer decides, with the fact as it stands then.

    Raises:
        InputError: it cannot be decided so.
    """
    item = item_of(article, intent.item)
    shown = _shown(article, item, intent.shown)
    if item.id == ARTICLE:
        if intent.do != "accept":
            raise InputError(_("of an article without facts only `accept` says something"))
        return Choice(ARTICLE, "accept")
    if intent.do == "reject":
        return Choice(item.id, "reject", shown)
    if intent.do == "accept":
        if shown is None:
            raise InputError(
                _("no fact claims this number: choose what it measures, or say no fact")
            )
        fact = shown
        if item.decision is None and not intent.shown:
            fact = as_they_stand(article, choices.scanned).get(item.id, shown)
    else:
        fact = _corrected(item, shown, choices, intent)
        fact = _verified(article, item.id, fact, choices.scanned)
    if item.said is None:
        return Choice(item.id, "add", fact)
    return Choice(item.id, "accept" if _same(fact, item.said) else "correct", fact)


def _shown(article: ReviewedArticle, item: Item, decision: int) -> Fact | None:
    """The fact that the page showed."""
    if not decision:
        return item.said
    for each in article.decisions:
        if each.id == decision and each.item == item.id:
            return each.fact or item.said
    raise InputError(_("what was shown is no decision on this item: look at it again"))


def _corrected(item: Item, shown: Fact | None, choices: TextChoices, intent: Intent) -> Fact:
    mention = mention_of(item, choices)
    if shown is not None:
        return choices.corrected(shown, mention, intent.field, intent.option)
    if intent.field != "metric" or mention is None:
        raise InputError(_("choose first what the number measures"))
    return choices.fresh(mention, intent.option)


def _verified(article: ReviewedArticle, id_: str, fact: Fact, scanned: PlainReading) -> Fact:
    """A fact with the verdict that it has among the others as they stand."""
    others = [item.fact for item in article.items if item.stands and item.id != id_ and item.fact]
    return _judged(fact, verify_scanned(scanned, [fact, *others]).facts[0])


def _judged(fact: Fact, verified: Fact) -> Fact:
    # Where the verifier does not find the number, the place where a person saw it still holds.
    return fact.model_copy(
        update={
            "verdict": verified.verdict,
            "findings": verified.findings,
            "reading": verified.reading,
            "confidence": verified.confidence,
        }
    )


def _knowing(intent: Intent, item: Item) -> Intent:
    """The same in the knowledge of what is now: a correction goes on top of what stands."""
    is_on_top = intent.do == "correct" and item.decision is not None and item.decision.fact
    shown = item.decision.id if is_on_top and item.decision else intent.shown
    return intent._replace(shown=shown, seen=item.seen)


def _is_mine_already(item: Item, choice: Choice, reviewer: str) -> bool:
    """Whether the reviewer has said so before, as by a button that was pressed twice."""
    is_mine = item.decision is not None and item.decision.reviewer == reviewer
    return is_mine and _is_said_already(item, choice)


def _is_said_already(item: Item, choice: Choice) -> bool:
    """Whether the decision that counts is the same as ours."""
    theirs = item.decision
    if theirs is None or theirs.action != choice.action:
        return False
    if choice.action == "reject":
        return True
    return (theirs.fact is None) == (choice.fact is None) and (
        theirs.fact is None or choice.fact is None or _same(theirs.fact, choice.fact)
    )


def _same(one: Fact, other: Fact) -> bool:
    """Whether two facts of one number mean the same, whatever was found about them."""
    nothing = {"verdict": None, "confidence": None, "evidence": None}
    plain = {**nothing, "findings": (), "reading": (), "repeats": ()}
    return one.model_copy(update=plain) == other.model_copy(update=plain)


def _article(ledger: Ledger, key: str) -> ReviewedArticle:
    article = reviewed_article(ledger, key)
    if article is None:
        raise InputError(_("the article is no part of the run any more: its input has changed"))
    return article


def _count(said: str) -> int:
    if not _NUMBER.fullmatch(said):
        raise InputError(_("the form is not whole: load the page again"))
    return int(said)
