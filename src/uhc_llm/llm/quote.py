"""The `quote` strategy: the model says facts with verbatim quotes; the verifier does the rest.

This is how most tools ask, and the baseline that `point` is measured against.
"""

import json
from collections.abc import Sequence
from typing import Any

from uhc_llm.llm.answers import QuotedFacts, schema_hash
from uhc_llm.llm.asking import AnsweringModel, Message
from uhc_llm.llm.conversation import Proposal, Tally
from uhc_llm.llm.prompts import Prompt
from uhc_llm.schemas import METRICS, SEGMENTS, DeclarationStatus, Fact, Reading

__all__ = ["QuoteConversation"]


class QuoteConversation:
    """What is asked of one text, and asked again.

    Facts come out as plain mappings: nothing of what the model says is believed before the verifier
    has found it in the text.

    Args:
        model: whom to ask.
        prompt: the templates.
        reading: the text, scanned.
        reasks: how often an answer of the wrong form is sent back.
    """

    def __init__(
        self, model: AnsweringModel, prompt: Prompt, reading: Reading, *, reasks: int = 2
    ) -> None:
        self._model = model
        self._prompt = prompt
        self._reading = reading
        self._reasks = reasks
        self.dismissed: dict[str, str] = {}
        self.statuses: dict[str, DeclarationStatus | None] = {}
        self.tally = Tally()
        self.schema_hash = schema_hash(QuotedFacts)

    @property
    def has_questions(self) -> bool:
        """Whether there is anything to ask: a text without a digit or a number word has nothing."""
        return any(mention.kind == "quantity" for mention in self._reading.mentions)

    async def ask(self) -> list[Proposal]:
        """Ask for every fact of the text."""
        return await self._ask(self._messages()) if self.has_questions else []

    async def reask(self, wrong: Sequence[tuple[Fact, str]]) -> list[Proposal]:
        """Ask again for the facts that failed, with what was wrong."""
        said = json.dumps({"facts": [_as_said(fact) for fact, _ in wrong]}, ensure_ascii=False)
        faults = [
            f'"{fact.evidence.quote if fact.evidence else ""}", value {fact.value}: {fault}'
            for fact, fault in wrong
        ]
        return await self._ask(
            [
                *self._messages(),
                {"role": "assistant", "content": said},
                {"role": "user", "content": self._prompt.reask(faults=faults)},
            ]
        )

    async def _ask(self, messages: list[Message]) -> list[Proposal]:
        answer = await self._model.ask(messages, QuotedFacts, reasks=self._reasks)
        self.tally = self.tally.plus(answer)
        return [fact.model_dump() for fact in answer.content.facts]

    def _messages(self) -> list[Message]:
        system = self._prompt.system(metrics=METRICS, segments=list(SEGMENTS))
        user = self._prompt.user(text=self._reading.text)
        return [{"role": "system", "content": system}, {"role": "user", "content": user}]


def _as_said(fact: Fact) -> dict[str, Any]:
    """A fact in the form in which the model gave it."""
    return {
        "quote": fact.evidence.quote if fact.evidence else "",
        "value": float(fact.value),
        "unit": fact.unit,
        "metric": fact.metric,
        "status": fact.status,
        "region": fact.region.name if fact.region else None,
        "period": fact.period.iso if fact.period else None,
        "segment": fact.segment,
    }
