"""The `code` strategy: no model is asked; the words around each number decide what it means."""

from collections.abc import Sequence
from typing import Final

from uhc_llm.llm.answers import Pointer
from uhc_llm.llm.conversation import Tally
from uhc_llm.llm.facts import facts_of
from uhc_llm.llm.offers import BY_CUE, make_offers
from uhc_llm.schemas import DeclarationStatus, Fact, Reading

__all__ = ["CodeConversation"]


class CodeConversation:
    """Takes the first option that the text offers for each number.

    Args:
        reading: the text, scanned.

    Attributes:
        dismissed: why numbers have no fact, by id.
        statuses: nothing.
        tally: nothing.
        schema_hash: of no schema.
    """

    def __init__(self, reading: Reading) -> None:
        self._offers: Final = make_offers(reading)
        self.dismissed = {
            offer.mention.id: BY_CUE for offer in self._offers.numbers if not offer.metrics
        }
        self.statuses: dict[str, DeclarationStatus | None] = {}
        self.tally = Tally()
        self.schema_hash = ""

    @property
    def has_questions(self) -> bool:
        """Whether any number can be a fact."""
        return any(offer.metrics for offer in self._offers.numbers)

    async def ask(self) -> list[Fact]:
        """What the words say."""
        return [
            fact
            for offer in self._offers.numbers
            if offer.metrics
            for fact in facts_of(offer, Pointer.first_of(offer), self._offers)
        ]

    async def reask(self, _wrong: Sequence[tuple[Fact, str]]) -> list[Fact]:
        """Nothing: the words stay what they are."""
        return []
