"""What the two strategies have in common: a conversation about one text, and what it cost."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from uhc_llm.errors import Spent
from uhc_llm.llm.asking import Answer
from uhc_llm.schemas import DeclarationStatus, Fact, Usage

__all__ = ["Conversation", "Proposal", "Tally"]

Proposal = Fact | Mapping[str, Any]
"""What a model says is a fact: nothing in it is believed before the verifier has seen it."""


class Tally(NamedTuple):
    """Requests sent, answers received and tokens used, and who gave the last answer."""

    requests: int = 0
    answers: int = 0
    usage: Usage = Usage()
    model: str | None = None

    def plus(self, answer: Answer[Any]) -> "Tally":
        """This and what one more answer took."""
        return Tally(
            self.requests + answer.requests,
            self.answers + answer.answers,
            self.usage + answer.usage,
            answer.model,
        )

    @property
    def spent(self) -> Spent:
        """All of it, as an error says it."""
        used = self.usage
        tokens = (used.input_tokens, used.output_tokens, used.cached_tokens)
        return Spent(self.requests, self.answers, *tokens)

    def plus_spent(self, spent: Spent) -> "Tally":
        """This and what a question took that ended with an error."""
        requests, answers, given, taken, cached = spent
        usage = Usage(input_tokens=given, output_tokens=taken, cached_tokens=cached)
        return self._replace(
            requests=self.requests + requests,
            answers=self.answers + answers,
            usage=self.usage + usage,
        )


class Conversation(Protocol):
    """What is asked of one text, and asked again about what failed.

    Attributes:
        dismissed: why numbers have no fact, by the id of the number.
        statuses: what the model said of statements on UHC, by id; None for no statement.
        tally: what all answers so far took.
        schema_hash: sha256 of the answer's schema; of the last one where each request has its own.
    """

    dismissed: dict[str, str]
    statuses: dict[str, DeclarationStatus | None]
    tally: Tally
    schema_hash: str

    @property
    def has_questions(self) -> bool:
        """Whether there is anything to ask."""
        ...

    async def ask(self) -> Sequence[Proposal]:
        """Ask about the whole text."""
        ...

    async def reask(self, wrong: Sequence[tuple[Fact, str]]) -> Sequence[Proposal]:
        """Ask again about the facts that failed, and about nothing else.

        Args:
            wrong: each fact that failed, and what the verifier says of it.

        Returns:
            What the model says in their place, perhaps less.
        """
        ...
