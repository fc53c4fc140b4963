"""What the rest of the program needs of a model: that it can be asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel

from uhc_llm.schemas import Usage

__all__ = ["Answer", "AnsweringModel", "Gate", "Message"]

T = TypeVar("T", bound=BaseModel)

Message = dict[str, Any]
"""One turn of a conversation, as chat completions write it: `role` and `content`."""


@dataclass(frozen=True)
class Answer(Generic[T]):
    """A model's answer, in the form that was asked for.

    Attributes:
        content: the answer itself.
        usage: tokens of every answer that it took, re-asked ones included.
        requests: HTTP requests sent, transport retries included.
        answers: answers received, re-asked ones included.
        model: the model, as the provider names it.
    """

    content: T
    usage: Usage
    requests: int
    answers: int
    model: str


class AnsweringModel(Protocol):
    """Anything that can be asked: a `ModelClient`, or a `uhc_llm.testing.FakeModel`."""

    @property
    def name(self) -> str:
        """The model's name, as a user writes it."""
        ...

    async def ask(
        self, messages: Sequence[Message], answer_model: type[T], *, reasks: int = 2
    ) -> Answer[T]:
        """Ask one question.

        Args:
            messages: the conversation; its text reaches the model untouched.
            answer_model: the form of the answer.
            reasks: how often an answer of the wrong form is sent back with what is wrong.

        Raises:
            UhcLlmError: whatever went wrong, as one of the errors of this library.
        """
        ...

    async def aclose(self) -> None:
        """Let go of connections."""
        ...


class Gate(Protocol):
    """What every request to a provider passes, so that not too many go out at once."""

    async def enter(self, characters: int) -> None:
        """Wait until a request may go out.

        Args:
            characters: how long its messages are together.
        """
        ...

    def leave(self, characters: int, usage: Usage | None, error: Exception | None) -> None:
        """Hear what became of a request that had entered.

        Args:
            characters: as it was said on entering.
            usage: tokens of the answer; None when none came.
            error: why none came; one of ours says by `status` and `retry_after` how it was refused.
                None with no usage either when nobody waits for the answer any more.
        """
        ...

    async def rest(self, seconds: float) -> None:
        """Wait between two tries of a request.

        Args:
            seconds: how long.
        """
        ...

    def excuses(self, error: Exception) -> bool:
        """Whether a refusal is none of the request's doing, and so no attempt that it has used up.

        Args:
            error: why no answer came; `leave` hears of it besides.
        """
        ...

    async def take_up(self) -> None:
        """Wait until an answer that has come may be read."""
        ...
