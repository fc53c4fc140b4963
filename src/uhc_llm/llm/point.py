"""The `point` strategy: the model points at numbers, regions and periods; the code reads them."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final, Literal

from uhc_llm.errors import ContextLengthError, SpentOnThinkingError, TruncatedAnswerError
from uhc_llm.llm.answers import (
    NO_FACTS,
    NO_PERIOD,
    OTHER,
    Pointer,
    StaticAnswer,
    as_static,
    metric_answer,
    metric_options,
    narrowed_answer,
    read_answer,
    read_metrics,
    read_statements,
    schema_hash,
)
from uhc_llm.llm.asking import AnsweringModel, Message
from uhc_llm.llm.conversation import Tally
from uhc_llm.llm.cutting import Part, Room, cut
from uhc_llm.llm.facts import facts_of
from uhc_llm.llm.offers import Breadth, Offer, make_offers
from uhc_llm.llm.prompts import Prompt
from uhc_llm.llm.showing import period_list, quoted, show_article, show_excerpt
from uhc_llm.reader import Understanding, interpret
from uhc_llm.reader.declarations import Statement, find_statements
from uhc_llm.schemas import METRICS, SEGMENTS, DeclarationStatus, Fact, Reading

__all__ = ["Form", "PointConversation", "Question", "room_for"]

Form = Literal["static", "narrowed"]
"""Whether the answer's schema is the same for every text, or made for one."""

Question = Literal["whole", "metric"]
"""Whether the model says everything of a number, or only what it measures."""

_NO_FACT: Final = "the model says that it is no coverage fact"


def room_for(question: Question) -> Room:
    """How much one request holds, as far as is known before a model was asked.

    An article fits into one; an answer about so many numbers has some three thousand tokens.
    """
    return Room(60_000, 80) if question == "whole" else Room(6000, 24)


class PointConversation:
    """What is asked of one text, and asked again.

    Args:
        model: whom to ask.
        prompt: the templates, for the question.
        reading: the text, scanned.
        question: about everything, or about metrics alone where the words do not say them.
        form: of the answer about everything.
        breadth: how much is settled by code; of the metrics alone only what "cues" leaves is asked.
        room: what a request holds; it may serve many conversations, and is made smaller where the
            model turns out to hold less.
        reasks: how often an answer of the wrong form is sent back.
        understanding: the text, read, where that was done already.
        all_topics: ask about a text on other matters too.

    Attributes:
        dismissed: why numbers have no fact, by id.
        statuses: what the model said of statements on UHC, by id; None for no statement.
        tally: requests, answers and tokens so far.
        schema_hash: sha256 of the answer's schema; of the last one where each part has its own.
    """

    def __init__(
        self,
        model: AnsweringModel,
        prompt: Prompt,
        reading: Reading,
        *,
        question: Question = "whole",
        form: Form = "static",
        breadth: Breadth = "unit",
        room: Room | None = None,
        reasks: int = 2,
        understanding: Understanding | None = None,
        all_topics: bool = False,
    ) -> None:
        understanding = understanding or interpret(reading)
        self._model = model
        self._prompt = prompt
        self._question: Question = question
        self._form: Form = form
        self._room = room or room_for(question)
        self._reasks = reasks
        self._reading = reading
        self._offers = make_offers(
            reading, breadth=breadth, understanding=understanding, all_topics=all_topics
        )
        self._open = tuple(o for o in self._offers.numbers if o.metrics and o.is_open)
        self._statements = _open_statements(understanding, breadth, all_topics=all_topics)
        self.dismissed: dict[str, str] = self._offers.dismissed
        # What reading settles is not asked.
        self._said = {
            offer.mention.id: Pointer.first_of(offer)
            for offer in self._offers.numbers
            if offer.metrics and not (offer.is_open or offer.no_fact)
        }
        self.statuses: dict[str, DeclarationStatus | None] = {}
        self.tally = Tally()
        self.schema_hash = schema_hash(StaticAnswer)

    @property
    def has_questions(self) -> bool:
        """Whether there is anything to ask."""
        return bool(self._open or self._statements)

    async def ask(self) -> list[Fact]:
        """Ask about every number that can be a fact."""
        await self._ask_in_parts(self._open, self._statements)
        return self._facts(offer.mention.id for offer in self._offers.numbers)

    async def reask(self, wrong: Sequence[tuple[Fact, str]]) -> list[Fact]:
        """Ask again about the numbers of the facts that failed, and about no others."""
        faults = {
            fact.evidence.mention: fault for fact, fault in wrong if fact.evidence is not None
        }
        again = [offer for offer in self._open if offer.mention.id in faults]
        await self._ask_in_parts(again, faults={o.mention.id: faults[o.mention.id] for o in again})
        return self._facts(id_ for id_ in faults if id_)

    async def _ask_in_parts(
        self,
        offers: Sequence[Offer],
        statements: Sequence[Statement] = (),
        faults: dict[str, str] | None = None,
    ) -> None:
        """Ask for as much at a time as the model holds; where it holds less, for less."""
        parts = self._cut(offers, statements)
        while parts:
            part = parts[0]
            try:
                await self._ask(part, faults or {})
            except SpentOnThinkingError:
                raise
            except (ContextLengthError, TruncatedAnswerError) as error:
                is_long = isinstance(error, ContextLengthError)
                shrinks = self._room.shorten if is_long else self._room.ask_less
                if not shrinks(part):
                    raise
                self.tally = self.tally.plus_spent(error.spent)
                parts = self._cut(
                    [offer for part in parts for offer in part.offers],
                    [statement for part in parts for statement in part.statements],
                )
            else:
                parts = parts[1:]

    def _cut(self, offers: Sequence[Offer], statements: Sequence[Statement]) -> list[Part]:
        # Where the words around a number settle most, the model needs little more than these words.
        excerpt = self._question == "metric"
        return list(cut(self._reading, offers, statements, room=self._room, excerpt=excerpt))

    async def _ask(self, part: Part, faults: dict[str, str]) -> None:
        messages = self._messages(part)
        found = [
            (o.mention.id, faults[o.mention.id]) for o in part.offers if o.mention.id in faults
        ]
        if found:
            messages += self._feedback(found)
        if self._question == "metric":
            await self._ask_metric(part, messages)
        else:
            await self._ask_whole(part, messages)

    async def _ask_metric(self, part: Part, messages: list[Message]) -> None:
        form = metric_answer(part.offers, part.statements)
        answer = await self._model.ask(messages, form, reasks=self._reasks)
        self.tally = self.tally.plus(answer)
        self.schema_hash = schema_hash(form)
        self._take(read_metrics(answer.content, part.offers))
        self.statuses |= read_statements(answer.content, part.statements)

    async def _ask_whole(self, part: Part, messages: list[Message]) -> None:
        offers: Sequence[Offer] = part.offers
        for _ in range(1 + self._reasks):
            content = await self._whole_answer(messages, offers, part.statements)
            pointers, faults = read_answer(content, offers, self._offers)
            self._take(pointers)
            self.statuses = read_statements(content, part.statements) | self.statuses
            if not faults:
                return
            messages = [*messages, *self._feedback(faults)]
            ids = {id_ for id_, _ in faults}
            offers = [offer for offer in offers if offer.mention.id in ids]
        for offer in offers:
            self.dismissed[offer.mention.id] = "the model pointed at nothing that the text offers"

    async def _whole_answer(
        self,
        messages: list[Message],
        offers: Sequence[Offer],
        statements: Sequence[Statement],
    ) -> StaticAnswer:
        if self._form == "static":
            answer = await self._model.ask(messages, StaticAnswer, reasks=self._reasks)
            self.tally = self.tally.plus(answer)
            return answer.content
        form = narrowed_answer(offers, self._offers, statements)
        self.schema_hash = schema_hash(form)
        narrowed = await self._model.ask(messages, form, reasks=self._reasks)
        self.tally = self.tally.plus(narrowed)
        return as_static(narrowed.content)

    def _take(self, pointers: Sequence[Pointer]) -> None:
        for pointer in pointers:
            self._said[pointer.mention] = pointer
            if pointer.metric is None:
                kind = pointer.instead if pointer.instead != OTHER else None
                self.dismissed[pointer.mention] = f"{_NO_FACT}: {kind}" if kind else _NO_FACT
            else:
                self.dismissed.pop(pointer.mention, None)

    def _facts(self, ids: Iterable[str]) -> list[Fact]:
        wanted = set(ids)
        return [
            fact
            for offer in self._offers.numbers
            if offer.mention.id in wanted and (pointer := self._said.get(offer.mention.id))
            for fact in facts_of(offer, pointer, self._offers)
        ]

    # --- what is written ---------------------------------------------------------------------

    def _messages(self, part: Part) -> list[Message]:
        write = self._metric_question if self._question == "metric" else self._whole_question
        system, user = write(part)
        return [{"role": "system", "content": system}, {"role": "user", "content": user}]

    def _whole_question(self, part: Part) -> tuple[str, str]:
        system = self._prompt.system(
            form=self._form, metrics=METRICS, segments=SEGMENTS, no_facts=NO_FACTS
        )
        is_all = len(part.offers) == len(self._open)
        user = self._prompt.user(
            regions={id_: region.name for id_, region in self._offers.regions.items()},
            periods=period_list(self._offers),
            statements={s.id: self._region_ids(s) for s in part.statements},
            text=show_article(self._reading, part),
            ids=[] if is_all else [offer.mention.id for offer in part.offers],
        )
        return system, user

    def _metric_question(self, part: Part) -> tuple[str, str]:
        text = self._reading.text
        system = self._prompt.system(
            metrics=METRICS, no_facts=NO_FACTS, has_statements=bool(part.statements)
        )
        user = self._prompt.user(
            text=show_excerpt(self._reading, part.spans, {o.mention.id for o in part.offers}),
            questions={offer.mention.id: metric_options(offer) for offer in part.offers},
            statements={s.id: quoted(text[s.start : s.end]) for s in part.statements},
        )
        return system, user

    def _region_ids(self, statement: Statement) -> list[str]:
        return [
            next((id_ for id_ in self._offers.regions if id_.partition(".")[0] == region.id), "")
            or region.name
            for region in statement.regions
        ]

    def _feedback(self, faults: Sequence[tuple[str, str]]) -> list[Message]:
        said = [pointer for id_, _ in faults if (pointer := self._said.get(id_))]
        content = self._prompt.reask(
            faults=[f"{id_}: {fault}" for id_, fault in faults], ids=[id_ for id_, _ in faults]
        )
        return [
            {"role": "assistant", "content": self._as_said(said)},
            {"role": "user", "content": content},
        ]

    def _as_said(self, pointers: Sequence[Pointer]) -> str:
        """What the model said of these numbers, in the form in which it said it."""
        said: dict[str, Any] = {}
        for p in pointers:
            entry: dict[str, Any] = {"kind": p.instead}
            if self._question == "metric":
                entry = {"metric": p.metric or p.instead}
            elif p.metric is not None:
                entry = {
                    "metric": p.metric,
                    "status": p.status,
                    "regions": list(p.regions),
                    "period": p.period or NO_PERIOD,
                    "segment": p.segment,
                }
            if self._question == "metric" or self._form == "narrowed":
                said[p.mention] = entry
            else:
                list_ = said.setdefault("no_facts" if p.metric is None else "facts", [])
                list_.append({"number": p.mention} | entry)
        return json.dumps(said, separators=(",", ":"))


def _open_statements(
    understanding: Understanding, breadth: Breadth, *, all_topics: bool
) -> tuple[Statement, ...]:
    """The statements on UHC that the model is asked about: those in doubt, or all there are."""
    if understanding.is_surely_off_topic and not all_topics:
        return ()
    found = (s for s in find_statements(understanding) if s.regions)
    if breadth == "cues":
        return tuple(s for s in found if s.is_doubtful)
    return tuple(found)
