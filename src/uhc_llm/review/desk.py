"""What lies before the reviewer: an article, one of its items, and what may be done with it."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from uhc_llm.batch.decisions import ARTICLE, Decision
from uhc_llm.batch.reviewed import Item, ReviewedArticle
from uhc_llm.language import _, period
from uhc_llm.pages.marking import MarkKind, kind_of
from uhc_llm.review.choices import FIELDS, Field, Option, TextChoices
from uhc_llm.review.deciding import as_they_stand, item_of, mention_of
from uhc_llm.review.text import TextPiece, text_pieces
from uhc_llm.schemas import Evidence, Fact, Mention
from uhc_llm.wording import number, spoken

__all__ = ["FIELD_KEYS", "PICK_KEYS", "Desk", "FieldChoices", "OtherNumber", "in_order", "lay_out"]

FIELD_KEYS: Final[Mapping[Field, str]] = {
    "metric": "m",
    "region": "g",
    "period": "p",
    "status": "s",
    "segment": "t",
    "qualifier": "l",
    "value": "v",
}
"""The key that opens the choices of a field."""

PICK_KEYS: Final = "123456789bcefhiowyz"
"""The keys of the choices, in order: letters too that mean nothing else."""

_CONTEXT: Final = 40


class FieldChoices(NamedTuple):
    """What a field may be.

    Attributes:
        field: which one.
        key: the key that opens it.
        label: what it is called.
        present: what the fact says now.
        options: what it may be instead, and that.
        before: what the fact as it came out says, where that is something else.
    """

    field: Field
    key: str
    label: str
    present: str
    options: tuple[Option, ...]
    before: str = ""


class OtherNumber(NamedTuple):
    """A number of the text that nobody asked about.

    Attributes:
        item: the id of the item that it would be.
        text: as it stands.
        reason: why it is no fact.
        before: the words before it.
        behind: the words behind it.
    """

    item: str
    text: str
    reason: str
    before: str
    behind: str


class Desk(NamedTuple):
    """An article and the item in view.

    Attributes:
        article: as it is now.
        items: in the order in which they are looked at.
        facts: the fact of each item as it stands, with its verdict among the others.
        current: the item in view.
        fact: its fact, with what decided each field as it was read; None for a number without one.
        mention: its number; None where the text has none.
        evidence: where its number stands; None where the text has none.
        fields: what may be corrected.
        pieces: the text.
        others: the numbers that nobody asked about.
        another: the id for a further fact of the same number; empty where there is none yet.
        history: what was decided on the item, the latest last.
    """

    article: ReviewedArticle
    items: tuple[Item, ...]
    facts: Mapping[str, Fact]
    current: Item
    fact: Fact | None
    mention: Mention | None
    evidence: Evidence | None
    fields: tuple[FieldChoices, ...]
    pieces: list[TextPiece]
    others: tuple[OtherNumber, ...]
    another: str
    history: tuple[Decision, ...]

    @property
    def place(self) -> int:
        """Where the item is among the items, from 0."""
        return next(i for i, item in enumerate(self.items) if item.id == self.current.id)

    @property
    def before(self) -> Item | None:
        """The item before this one, round from the first to the last."""
        return self.items[self.place - 1] if len(self.items) > 1 else None

    @property
    def behind(self) -> Item | None:
        """The item behind this one, round from the last to the first."""
        return self.items[(self.place + 1) % len(self.items)] if len(self.items) > 1 else None

    @property
    def next_open(self) -> Item | None:
        """The next item that is open, from this one on round to it."""
        return next_open(self.items, self.current.id)

    @property
    def decided(self) -> int:
        """How many of the items are decided."""
        return sum(item.state != "open" for item in self.items)

    @property
    def to_accept(self) -> tuple[Item, ...]:
        """The items that are open and verified now: what may be accepted in one step.

        What the verifier makes of them follows from what was made of the others: one that it comes
        to doubt is not among them, one that it no longer doubts is.
        """
        open_ = (item for item in self.items if item.state == "open" and item.id in self.facts)
        return tuple(item for item in open_ if self.kind_of(item) == "verified")

    @property
    def left_over(self) -> tuple[Item, ...]:
        """The open numbers without a fact: what may be said to be none in one step."""
        return tuple(i for i in self.items if i.state == "open" and i.unclaimed and not i.fact)

    @property
    def kind(self) -> MarkKind:
        """How the item in view is marked."""
        return self.kind_of(self.current)

    @property
    def is_asked(self) -> bool:
        """Whether the item is one of the article's; else somebody only looks at a number."""
        return any(item.id == self.current.id for item in self.article.items)

    def kind_of(self, item: Item) -> MarkKind:
        """How an item is marked: while it is open, by what the verifier makes of it now."""
        return _kind(item, self.facts)


def lay_out(article: ReviewedArticle, choices: TextChoices, wanted: str = "") -> Desk:
    """Lay an article out, with one of its items in view.

    Args:
        article: as it is now.
        choices: of its text.
        wanted: the id of the item; empty for the first that is open.

    Raises:
        InputError: the article has no such item.
    """
    items = in_order(article)
    first = next((item for item in items if item.state == "open"), items[0])
    current = item_of(article, wanted) if wanted else first
    if all(item.id != current.id for item in items):
        items = tuple(sorted((*items, current), key=_order))
    facts = as_they_stand(article, choices.scanned)
    fact = _with_reasons(facts.get(current.id), choices)
    mention = mention_of(current, choices)
    return Desk(
        article=article,
        items=items,
        facts=facts,
        current=current,
        fact=fact,
        mention=mention,
        evidence=choices.evidence(mention) if mention else None,
        fields=tuple(_fields(fact, mention, choices, current.said)),
        pieces=text_pieces(article, choices.reading, fact, kind_of=lambda item: _kind(item, facts)),
        others=tuple(_others(article, items)),
        another=_another(article, mention) if fact else "",
        history=tuple(d for d in article.decisions if d.item == current.id),
    )


def _with_reasons(fact: Fact | None, choices: TextChoices) -> Fact | None:
    """A fact, read anew as it stands: of a corrected one that tells of the correction."""
    return fact and fact.model_copy(update={"reading": choices.as_read(fact)})


def in_order(article: ReviewedArticle) -> tuple[Item, ...]:
    """What is doubtful first, then the rest, each in the order of the text."""
    return tuple(sorted(article.items, key=_order))


def next_open(items: tuple[Item, ...], after: str) -> Item | None:
    """The next item that is open behind one, then from the first on; None where all are decided."""
    place = next((i for i, item in enumerate(items) if item.id == after), -1)
    rest = (*items[place + 1 :], *items[: place + 1])
    return next((item for item in rest if item.state == "open" and item.id != after), None)


def _kind(item: Item, facts: Mapping[str, Fact]) -> MarkKind:
    fact = facts.get(item.id)
    return (fact.verdict or "suspect") if item.state == "open" and fact else kind_of(item)


def _order(item: Item) -> tuple[bool, int, str]:
    return not item.is_doubtful, item.start, item.id


def _fields(
    fact: Fact | None, mention: Mention | None, choices: TextChoices, said: Fact | None
) -> Iterator[FieldChoices]:
    if fact is None:
        if mention is not None:
            yield FieldChoices(
                "metric", FIELD_KEYS["metric"], _("metric"), "", choices.metrics(mention)
            )
        return
    for field, options in choices.options(fact, mention).items():
        present = next((o.label for o in options if o.is_present), _said(fact, field))
        before = _said(said, field) if said and _said(said, field) != _said(fact, field) else ""
        yield FieldChoices(field, FIELD_KEYS[field], _(FIELDS[field]), present, options, before)


def _said(fact: Fact, field: Field) -> str:
    """What a fact says, in words."""
    said: dict[Field, str | None] = {
        "metric": spoken(fact.metric),
        "region": fact.region.name if fact.region else None,
        "period": period(fact.period.iso) if fact.period else None,
        "status": spoken(fact.status) if fact.status else None,
        "segment": spoken(fact.segment or "all"),
        "qualifier": spoken(fact.qualifier),
        "value": number(fact.value),
    }
    return said[field] or _("not said")


def _others(article: ReviewedArticle, items: tuple[Item, ...]) -> Iterator[OtherNumber]:
    text = article.document.text
    asked = {item.start for item in items if item.id != ARTICLE}
    for unclaimed in article.extraction.unclaimed:
        mention = unclaimed.mention
        if mention.start not in asked:
            yield OtherNumber(
                item=f"number:{mention.start}",
                text=mention.text,
                reason=unclaimed.reason,
                before=text[max(0, mention.start - _CONTEXT) : mention.start],
                behind=text[mention.end : mention.end + _CONTEXT],
            )


def _another(article: ReviewedArticle, mention: Mention | None) -> str:
    """The id of a further fact of a number."""
    if mention is None:
        return ""
    taken = {item.id for item in article.items}
    ids = (f"number:{mention.start}", *(f"number:{mention.start}:{n}" for n in range(2, 100)))
    return next((id_ for id_ in ids if id_ not in taken), "")
