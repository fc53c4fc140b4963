"""The `code` strategy: no model is asked; the reader alone says what each number means."""

from collections.abc import Sequence
from typing import Final

from uhc_llm.llm.answers import Pointer
from uhc_llm.llm.conversation import Tally
from uhc_llm.llm.facts import facts_of
from uhc_llm.llm.offers import make_offers
from uhc_llm.reader import Understanding
from uhc_llm.schemas import DeclarationStatus, Fact, Reading

__all__ = ["CodeConversation"]


class CodeConversation:
    """Takes what is likeliest of each number.

    Args:
        reading: the text, scanned.
        understanding: the same, read, where that was done already.
        all_topics: take it of a text on other matters too.

    Attributes:
        dismissed: why numbers have no fact, by id.
        statuses: nothing.
        tally: nothing.
        schema_hash: of no schema.
    """

    def __init__(
        self,
        reading: Reading,
        understanding: Understanding | None = None,
        *,
        all_topics: bool = False,
    ) -> None:
        self._offers: Final = make_offers(
            reading, understanding=understanding, all_topics=all_topics
        )
        self._said: Final = [o for o in self._offers.numbers if o.metrics and not o.no_fact]
        self.dismissed = self._offers.dismissed
        self.statuses: dict[str, DeclarationStatus | None] = {}
        self.tally = Tally()
        self.schema_hash = ""

    @property
    def has_questions(self) -> bool:
        """Whether any number can be a fact."""
        return bool(self._said)

    def facts(self) -> list[Fact]:
        """What the reader says."""
        return [
            fact
            for offer in self._said
            for fact in facts_of(offer, Pointer.first_of(offer), self._offers)
        ]

    async def ask(self) -> list[Fact]:
        """The same."""
        return self.facts()

    async def reask(self, _wrong: Sequence[tuple[Fact, str]]) -> list[Fact]:
        """Nothing: what was read stays what it is."""
        return []
