"""The `point` strategy: the model points at numbers, regions and periods; the code reads them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal, NamedTuple

from uhc_llm.llm.answers import (
    NO_FACTS,
    NO_PERIOD,
    OTHER,
    Pointer,
    StaticAnswer,
    narrowed_answer,
    open_fields,
    read_narrowed,
    read_statements,
    read_static,
    schema_hash,
)
from uhc_llm.llm.asking import AnsweringModel, Message
from uhc_llm.llm.conversation import Tally
from uhc_llm.llm.facts import facts_of
from uhc_llm.llm.offers import BY_CUE, Breadth, Offer, Offers, make_offers
from uhc_llm.llm.prompts import Prompt
from uhc_llm.scanner.declarations import Statement, find_statements
from uhc_llm.scanner.meanings import window
from uhc_llm.schemas import METRICS, SEGMENTS, DeclarationStatus, Fact, Reading, Span

__all__ = ["Form", "PointConversation"]

Form = Literal["static", "narrowed"]
"""Whether the answer's schema is the same for every text, or made for one."""

# A request holds this much of a long text; an article fits into one.
_MOST_CHARACTERS: Final = 6000
_MOST_NUMBERS: Final = 24
_MOST_STATEMENTS: Final = 6
_LEAD: Final = 1
_PHRASE_BEFORE: Final = 70
_PHRASE_AFTER: Final = 50
# What looks like our marks or headings in the article itself must not be taken for them.
_FALSE_MARK: Final = re.compile(r"\[(?=\s*n\d+\s*:)", re.IGNORECASE)
_FALSE_HEADING: Final = re.compile(r"\s*(TEXT|REGIONS|PERIODS|QUESTIONS|ANSWER)\W*")
_SPACES: Final = re.compile(r"\s+")

_NO_FACT: Final = "the model says that it is no coverage fact"


class _Part(NamedTuple):
    """A stretch of the text that is asked about in one request."""

    spans: tuple[Span, ...]
    offers: tuple[Offer, ...]
    statements: tuple[Statement, ...] = ()


class PointConversation:
    """What is asked of one text, and asked again.

    Args:
        model: whom to ask.
        prompt: the templates.
        reading: the text, scanned.
        form: of the answer.
        breadth: how much is settled by code.
        reasks: how often an answer of the wrong form is sent back.

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
        form: Form,
        breadth: Breadth,
        reasks: int = 2,
    ) -> None:
        self._model = model
        self._prompt = prompt
        self._form = form
        self._reasks = reasks
        self._offers = make_offers(reading, breadth=breadth)
        # Where the words around a number settle most, the model needs little more than these words.
        self._parts = tuple(_parts(self._offers, excerpt=breadth == "cues"))
        if statements := _open_statements(reading, breadth):
            first, *others = self._parts or (_Part(reading.sentences[:_LEAD], ()),)
            self._parts = (first._replace(statements=statements), *others)
        # Few choices stand beside each number; many, or those of a fixed schema, once for all.
        self._has_lists = breadth == "unit" or form == "static"
        self.dismissed: dict[str, str] = {
            offer.mention.id: BY_CUE for offer in self._offers.numbers if not offer.metrics
        }
        # What the words settle is not asked.
        self._said = {
            offer.mention.id: Pointer.first_of(offer)
            for offer in self._offers.numbers
            if offer.metrics and not offer.is_open
        }
        self.statuses: dict[str, DeclarationStatus | None] = {}
        self.tally = Tally()
        self.schema_hash = schema_hash(StaticAnswer)

    @property
    def has_questions(self) -> bool:
        """Whether there is anything to ask."""
        return bool(self._parts)

    async def ask(self) -> list[Fact]:
        """Ask about every number that can be a fact."""
        for part in self._parts:
            await self._ask(part, self._messages(part))
        return self._facts(offer.mention.id for offer in self._offers.numbers)

    async def reask(self, wrong: Sequence[tuple[Fact, str]]) -> list[Fact]:
        """Ask again about the numbers of the facts that failed, and about no others."""
        faults = {
            fact.evidence.mention: fault for fact, fault in wrong if fact.evidence is not None
        }
        for part in self._parts:
            again = tuple(offer for offer in part.offers if offer.mention.id in faults)
            if again:
                found = [(offer.mention.id, faults[offer.mention.id]) for offer in again]
                messages = [*self._messages(part), *self._feedback(found)]
                await self._ask(part._replace(offers=again, statements=()), messages)
        return self._facts(id_ for id_ in faults if id_)

    async def _ask(self, part: _Part, messages: list[Message]) -> None:
        if self._form == "narrowed":
            await self._ask_narrowed(part, messages)
        else:
            await self._ask_static(part, messages)

    async def _ask_narrowed(self, part: _Part, messages: list[Message]) -> None:
        form = narrowed_answer(part.offers, part.statements)
        answer = await self._model.ask(messages, form, reasks=self._reasks)
        self.tally = self.tally.plus(answer)
        self.schema_hash = schema_hash(form)
        self._take(read_narrowed(answer.content, part.offers))
        self.statuses |= read_statements(answer.content, part.statements)

    async def _ask_static(self, part: _Part, messages: list[Message]) -> None:
        offers: Sequence[Offer] = part.offers
        for _ in range(1 + self._reasks):
            answer = await self._model.ask(messages, StaticAnswer, reasks=self._reasks)
            self.tally = self.tally.plus(answer)
            pointers, faults = read_static(answer.content, offers, self._offers)
            self._take(pointers)
            self.statuses = read_statements(answer.content, part.statements) | self.statuses
            if not faults:
                return
            messages = [*messages, *self._feedback(faults)]
            ids = {id_ for id_, _ in faults}
            offers = [offer for offer in offers if offer.mention.id in ids]
        for offer in offers:
            self.dismissed[offer.mention.id] = "the model pointed at nothing that the text offers"

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

    def _messages(self, part: _Part) -> list[Message]:
        offers = self._offers
        asked = {offer.mention.id for offer in part.offers}
        user = self._prompt.user(
            text=_marked(offers.reading, part.spans, asked),
            regions=offers.regions if self._has_lists else {},
            periods=offers.periods if self._has_lists else {},
            questions=[
                {
                    "id": offer.mention.id,
                    "phrase": _phrase(offers.reading, offer) if self._has_lists else "",
                    "choices": _choices(offer, offers, metric_alone=self._has_lists),
                }
                for offer in part.offers
            ],
            statements=[
                {"id": s.id, "phrase": _quoted(offers.reading.text[s.start : s.end])}
                for s in part.statements
            ],
        )
        system = self._prompt.system(
            metrics=METRICS,
            segments=SEGMENTS,
            no_facts=NO_FACTS,
            form=self._form,
            asks="all" if self._has_lists else "metric",
            has_statements=bool(part.statements),
        )
        return [{"role": "system", "content": system}, {"role": "user", "content": user}]

    def _feedback(self, faults: Sequence[tuple[str, str]]) -> list[Message]:
        said = [pointer for id_, _ in faults if (pointer := self._said.get(id_))]
        before = "; ".join(
            f"{p.mention}: {p.metric or 'other'}, {p.status}, {p.region}, {p.period or NO_PERIOD}"
            for p in said
        )
        content = self._prompt.reask(
            faults=[f"{id_}: {fault}" for id_, fault in faults], ids=[id_ for id_, _ in faults]
        )
        return [
            {"role": "assistant", "content": before or "{}"},
            {"role": "user", "content": content},
        ]


def _parts(offers: Offers, *, excerpt: bool) -> Iterator[_Part]:
    """Cut the text into stretches of whole sentences, each small enough for one request.

    Every stretch begins with the head of the article, which says where and when. An excerpt holds,
    besides, only the sentences with numbers and the one before each.
    """
    sentences = offers.reading.sentences
    waiting = [offer for offer in offers.numbers if offer.metrics and offer.is_open]
    inside = [
        [offer for offer in waiting if span.start <= offer.mention.start < span.end]
        for span in sentences
    ]
    lead = list(sentences[:_LEAD])
    spans: list[Span] = []
    taken: list[Offer] = []
    for index, span in enumerate(sentences):
        is_needed = index < _LEAD or inside[index] or any(inside[index + 1 : index + 2])
        if excerpt and not is_needed:
            continue
        length = sum(s.end - s.start for s in spans) + span.end - span.start
        if taken and (length > _MOST_CHARACTERS or len(taken) + len(inside[index]) > _MOST_NUMBERS):
            yield _Part(tuple(spans), tuple(taken))
            spans, taken = list(lead), []
        elif length > _MOST_CHARACTERS:
            spans = list(lead)  # a long stretch without numbers says nothing
        if span not in spans:
            spans.append(span)
        taken += inside[index]
    if taken:
        yield _Part(tuple(spans), tuple(taken))


def _marked(reading: Reading, spans: Sequence[Span], asked: set[str]) -> str:
    """The stretches of the text, the numbers that are asked about in brackets with their ids."""
    pieces: list[str] = []
    end = 0
    for span in spans:
        gap = reading.text[end : span.start]
        if pieces:
            pieces.append(" ... " if gap.strip() else "\n" if "\n" in gap else " ")
        pieces.append(_mark(reading, span, asked))
        end = span.end
    return "".join(pieces)


def _mark(reading: Reading, span: Span, asked: set[str]) -> str:
    pieces: list[str] = []
    position = span.start
    for mention in reading.mentions:
        if mention.id in asked and span.start <= mention.start and mention.end <= span.end:
            pieces.append(_FALSE_MARK.sub("(", reading.text[position : mention.start]))
            pieces.append(f"[{mention.id}: {mention.text}]")
            position = mention.end
    pieces.append(_FALSE_MARK.sub("(", reading.text[position : span.end]))
    line = _SPACES.sub(" ", "".join(pieces))
    return line.lower() if _FALSE_HEADING.fullmatch(line) else line


def _phrase(reading: Reading, offer: Offer) -> str:
    """The number among its own words, on one line."""
    at = window(reading, offer.mention)
    phrase = f"{at.before[-_PHRASE_BEFORE:]}{at.own}{at.after[:_PHRASE_AFTER]}"
    return _quoted(phrase)


def _quoted(words: str) -> str:
    """Words of the article on one line, between quotation marks that they cannot end."""
    return _SPACES.sub(" ", _FALSE_MARK.sub("(", words)).strip().replace('"', "'")


def _open_statements(reading: Reading, breadth: Breadth) -> tuple[Statement, ...]:
    """The statements on UHC that the model is asked about: those in doubt, or all there are."""
    found = (s for s in find_statements(reading) if s.regions)
    if breadth == "cues":
        return tuple(s for s in found if s.is_doubtful)
    return tuple(found)[:_MOST_STATEMENTS]


def _choices(offer: Offer, offers: Offers, *, metric_alone: bool) -> str:
    names: Mapping[str, str] = {id_: region.name for id_, region in offers.regions.items()}
    dates = {id_: period.iso for id_, period in offers.periods.items()}
    return "; ".join(
        f"{field}: "
        + " | ".join(
            f"{option} {known}" if (known := names.get(option) or dates.get(option)) else option
            for option in options
        )
        for field, options in open_fields(offer).items()
        if field == "metric" or not metric_alone
    )
