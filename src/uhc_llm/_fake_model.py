"""A model that answers what a test tells it to."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from uhc_llm.errors import UnusableAnswerError
from uhc_llm.llm.asking import Answer, Message
from uhc_llm.llm.transport.failures import first_error
from uhc_llm.schemas import Usage

__all__ = ["FakeModel", "FakeRequest"]

T = TypeVar("T", bound=BaseModel)

Scripted = Mapping[str, Any] | BaseModel | str | Exception


@dataclass(frozen=True)
class FakeRequest:
    """What a `FakeModel` was asked.

    Attributes:
        messages: the conversation, with earlier unfit answers and what was wrong with them.
        answer_model: the form of the answer that was asked for.
    """

    messages: tuple[Message, ...]
    answer_model: type[BaseModel]

    @property
    def text(self) -> str:
        """Everything that was said, in one piece."""
        return "\n".join(str(message["content"]) for message in self.messages)


class FakeModel:
    """A model for tests of control flow. It goes wherever a `ModelClient` goes.

    Args:
        answers: what it answers, in this order. A mapping or a pydantic model is sent as JSON and
            a string as it stands, so both are checked as a real answer is; an exception is raised.
            An answer of the wrong form is followed by the next one, as when a real model is asked
            again.
        name: what it calls itself.

    Attributes:
        requests: what it was asked, one entry for each answer that was taken from the queue.
    """

    def __init__(self, answers: Iterable[Scripted] = (), *, name: str = "fake/model") -> None:
        self.name = name
        self.requests: list[FakeRequest] = []
        self._queue = list(answers)

    def queue(self, *answers: Scripted) -> None:
        """Add answers behind those that are waiting."""
        self._queue.extend(answers)

    @property
    def unused(self) -> int:
        """How many answers are still waiting."""
        return len(self._queue)

    async def ask(
        self, messages: Sequence[Message], answer_model: type[T], *, reasks: int = 2
    ) -> Answer[T]:
        """Answer from the queue.

        Raises:
            AssertionError: the queue is empty.
            UnusableAnswerError: no answer had the right form, `reasks` further ones included.
            Exception: the one that was queued.
        """
        conversation = [dict(message) for message in messages]
        first = ""
        for asked in range(1, reasks + 2):
            text = self._next(conversation, answer_model)
            try:
                content = answer_model.model_validate_json(text)
            except ValidationError as exc:
                first = first or first_error(exc)
                conversation.append({"role": "assistant", "content": text})
                conversation.append({"role": "user", "content": str(exc)})
            else:
                return Answer(content, Usage(), requests=asked, answers=asked, model=self.name)
        raise UnusableAnswerError(
            f"{self.name}: no answer has the form that was asked for: {first}",
            attempts=reasks + 1,
        )

    async def aclose(self) -> None:
        """Do nothing: there is nothing to close."""

    def _next(self, conversation: Sequence[Message], answer_model: type[BaseModel]) -> str:
        self.requests.append(FakeRequest(tuple(conversation), answer_model))
        if not self._queue:
            raise AssertionError(
                f"{self.name} has no answer left for request {len(self.requests)}: queue more"
            )
        answer = self._queue.pop(0)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, BaseModel):
            return answer.model_dump_json()
        return answer if isinstance(answer, str) else json.dumps(answer)
