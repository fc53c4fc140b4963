"""Extract: scan the text, ask the model, verify every fact, and ask again only what failed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, Literal, NamedTuple, Self, get_args

from uhc_llm import _background
from uhc_llm._version import __version__
from uhc_llm.documents import Day, Document, as_day, as_document
from uhc_llm.errors import (
    ConfigurationError,
    InputError,
    OutputError,
    ProviderError,
    UhcLlmError,
)
from uhc_llm.first_look import has_field_word
from uhc_llm.llm.answers import QuotedFacts, StaticAnswer, schema_hash
from uhc_llm.llm.asking import AnsweringModel
from uhc_llm.llm.code import CodeConversation
from uhc_llm.llm.conversation import Conversation, Proposal, Tally
from uhc_llm.llm.facts import said_once
from uhc_llm.llm.models import ModelName, choose_model
from uhc_llm.llm.offers import Breadth
from uhc_llm.llm.point import Form, PointConversation, Question, room_for
from uhc_llm.llm.prompts import Prompt, load_prompt
from uhc_llm.llm.quote import QuoteConversation
from uhc_llm.llm.transport.options import options_json
from uhc_llm.llm.transport.providers import PROVIDERS
from uhc_llm.reader import Understanding, interpret
from uhc_llm.reader.declarations import read_declarations
from uhc_llm.reader.explaining import explain
from uhc_llm.scanner import scan_plain
from uhc_llm.scanner.plain import restored
from uhc_llm.schemas import (
    Extraction,
    Fact,
    Finding,
    Provenance,
    Unclaimed,
    Verification,
)
from uhc_llm.verifier import PROMISE, RULES, Promise, RuleBook, check_promise, verify_reading

__all__ = [
    "MOST_CHARACTERS", "Extractor", "Settings", "Strategy", "aextract", "default_strategy",
    "extract",
]  # fmt: skip

Strategy = Literal["point", "quote", "code"]
"""The model points at numbers; it quotes freely; no model is asked."""

_PROMPTS: Final = {"whole": "point/v3", "metric": "metric/v1", "quote": "quote/v1"}
MOST_CHARACTERS: Final = 200_000
"""A longer text is refused: no article is that long."""


class Settings(NamedTuple):
    """What decides a result beside the text and its date; None where the strategy has no such part.

    Attributes:
        model: as a user names it.
        strategy: "point", "quote" or "code".
        prompt: its name and version.
        prompt_hash: sha256 of its templates.
        form: of the answer to `point`.
        breadth: of what `point` lets the model choose from.
        schema_hash: sha256 of the answer's schema; a narrowed form follows from the text, so there
            it is that of the static one.
        options: of the model, as one canonical line of JSON.
        all_topics: whether texts on other matters are read as well.
        promise: what is promised of verified facts, where that is not the usual thing.
    """

    model: str | None
    strategy: Strategy
    prompt: str | None = None
    prompt_hash: str | None = None
    form: Form | None = None
    breadth: Breadth | None = None
    schema_hash: str | None = None
    options: str | None = None
    all_topics: bool = False
    promise: Promise | None = None


class Extractor:
    """A configured extractor, to be used for many texts.

    Args:
        model: a name such as `openai/gpt-4.1-mini`, `local` or `local:PATH`, or anything that can
            be asked, such as a `uhc_llm.testing.FakeModel`. None takes UHC_LLM_MODEL, else OpenAI
            where OPENAI_API_KEY is set, else `local`.
        strategy: "point" (the model points, the code reads), "quote" (the model quotes freely) or
            "code" (no model is asked: the reader answers by itself). None is "code" for
            `local` and `local:PATH`, whose model adds nothing to the reader, else "point".
        prompt: name of a prompt, or the path of a folder with one; None is the strategy's own.
        form: of the answer to `point`. "static" is one schema for all texts, which hosted
            providers compile once; "narrowed" is made for each text, for servers that turn a schema
            into a grammar. None is narrowed for the embedded model and for Ollama, vLLM and
            llama.cpp, else static.
        breadth: "cues" lets code settle what the words around a number settle, "unit" leaves the
            model every metric of the unit. None is cues for the embedded model, else unit.
        rules: what the verifier follows; see `uhc_llm.verifier.RuleBook`.
        promise: how large a share of the facts that are called verified is to be right in
            everything, and how likely that is to hold, as far as labelled articles tell.
        reasks: how often facts that fail verification are asked about again.
        answer_reasks: how often an answer of the wrong form is sent back.
        explain: whether each field of a fact says what decided it (`fact.reading`), which takes
            some milliseconds a fact.
        all_topics: whether a text is read whatever it is about. Else one on other matters than
            coverage has no facts, and if that is plain no model is asked.
        api_key: instead of the one in the environment.
        base_url: of an OpenAI-compatible server, instead of OPENAI_BASE_URL.
        timeout: seconds for one request; None is the model's own.
        options: what stands in every request: `temperature` (0), `seed` (1), `max_output_tokens`
            (4096), and whatever else the provider knows, such as `reasoning_effort` or `top_p`.
            None leaves one out.

    For everything else about a connection, such as how often a request is sent, give a
    `uhc_llm.llm.client.ModelClient` as the model.

    Raises:
        ConfigurationError: a name or setting is none that is known.
    """

    def __init__(
        self,
        model: str | AnsweringModel | None = None,
        *,
        strategy: Strategy | None = None,
        prompt: str | None = None,
        form: Form | None = None,
        breadth: Breadth | None = None,
        rules: RuleBook = RULES,
        promise: Promise = PROMISE,
        reasks: int = 1,
        answer_reasks: int = 2,
        explain: bool = False,
        all_topics: bool = False,
        api_key: str | None = None,
        base_url: str | None = None,
        timeout: float | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        for name, value, known in (
            ("strategy", strategy, Strategy),
            ("form", form, Form),
            ("breadth", breadth, Breadth),
        ):
            if value is not None and value not in get_args(known):
                raise ConfigurationError(
                    f"{name} {value!r} is none of {', '.join(get_args(known))}"
                )
        if strategy is None:
            strategy = "point"
            if model is None or isinstance(model, str):
                strategy = default_strategy(choose_model(model)[0])
        self._model: AnsweringModel | None = None
        self._prompt: Prompt | None = None
        if strategy != "code":
            self._model = _model(
                model, api_key=api_key, base_url=base_url, timeout=timeout, options=options
            )
        is_local = self._model is not None and self._model.name.partition(":")[0] == "local"
        self._strategy: Strategy = strategy
        self._form: Form = form or (
            "narrowed" if is_local or _makes_grammars(self.model) else "static"
        )
        self._breadth: Breadth = breadth or ("cues" if is_local else "unit")
        is_short = self._breadth == "cues" and self._form == "narrowed"
        self._question: Question = "metric" if is_short else "whole"
        self._room = room_for(self._question)
        if self._model is not None:
            default = _PROMPTS[self._question if strategy == "point" else strategy]
            self._prompt = load_prompt(prompt or default)
        self._rules = rules
        self._promise = promise
        if promise != PROMISE:  # that one is kept, and what it rests on need not be loaded yet
            check_promise(promise)
        self._reasks = max(0, reasks)
        self._answer_reasks = max(0, answer_reasks)
        self._explain = explain
        self._all_topics = all_topics

    def __repr__(self) -> str:
        return f"Extractor({self.model!r}, strategy={self._strategy!r})"

    @property
    def model(self) -> str | None:
        """The name of the model that is asked; None where none is."""
        return self._model.name if self._model else None

    @property
    def settings(self) -> Settings:
        """What decides its results, beside the texts."""
        promise = None if self._promise == PROMISE else self._promise
        if self._prompt is None:
            return Settings(None, self._strategy, all_topics=self._all_topics, promise=promise)
        points = self._strategy == "point"
        return Settings(
            model=self.model,
            strategy=self._strategy,
            prompt=self._prompt.name,
            prompt_hash=self._prompt.hash,
            form=self._form if points else None,
            breadth=self._breadth if points else None,
            schema_hash=schema_hash(StaticAnswer if points else QuotedFacts),
            # Only what asks a real model has options.
            options=options_json(getattr(self._model, "options", {})),
            all_topics=self._all_topics,
            promise=promise,
        )

    def extract(self, text: str | Document, *, published: Day | None = None) -> Extraction:
        """Extract the facts of one text. See `uhc_llm.extract`."""
        return _background.run(self.aextract(text, published=published))

    async def aextract(
        self,
        text: str | Document,
        *,
        published: Day | None = None,
        looks_first: bool = False,
    ) -> Extraction:
        """Extract the facts of one text. See `uhc_llm.extract`.

        Args:
            text: the article, as a string or a `Document`.
            published: the article's own date, for "tahun lalu" and its like, or 2024-05-14 as text.
            looks_first: whether a text without any word of health insurance is left unread, as in
                a `batch`: its numbers are not among the unclaimed ones. Not with `all_topics`.
        """
        document = as_document(text)
        is_read = self._all_topics or not looks_first
        if not is_read and document.text.strip() and not has_field_word(document.text):
            return self._unread(document, as_day(published))
        if len(document.text) > MOST_CHARACTERS:
            raise InputError(
                f"the text has {len(document.text):,} characters; an article has some thousands, "
                f"and more than {MOST_CHARACTERS:,} are not read at once: split it into articles"
            )
        reading, plain = scan_plain(document, published=published)
        understanding = interpret(reading)
        conversation = self._converse(understanding)
        try:
            verification = self._verify(understanding, await conversation.ask())
        except UhcLlmError as error:
            # A long text takes several questions, and those that were answered are paid for too.
            error.spent += conversation.tally.spent
            raise
        findings: list[Finding] = []
        if not conversation.has_questions and not verification.facts:
            findings.append(_why_nothing(understanding, all_topics=self._all_topics))
        for _ in range(self._reasks):
            if verification.ok or not conversation.has_questions:
                break
            try:
                verification = await self._mend(conversation, verification, understanding)
            except (OutputError, ProviderError) as error:
                # What the first answer gave is not lost because the second one failed.
                conversation.tally = conversation.tally.plus_spent(error.spent)
                findings.append(_reask_failed(error))
                break
        result = self._result(document, understanding, conversation, verification, findings)
        return _on_pages(restored(result, plain), document)

    async def aclose(self) -> None:
        """Let go of the connections of the running event loop."""
        if self._model:
            await self._model.aclose()

    def close(self) -> None:
        """Let go of the connections that `extract` keeps."""
        _background.run(self.aclose())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _converse(self, understanding: Understanding) -> Conversation:
        reading = understanding.reading
        is_asked = self._all_topics or not understanding.is_surely_off_topic
        if self._model is None or self._prompt is None or not is_asked:
            return CodeConversation(reading, understanding, all_topics=self._all_topics)
        if self._strategy == "quote":
            return QuoteConversation(self._model, self._prompt, reading, reasks=self._answer_reasks)
        return PointConversation(
            self._model,
            self._prompt,
            reading,
            question=self._question,
            form=self._form,
            breadth=self._breadth,
            room=self._room,
            reasks=self._answer_reasks,
            understanding=understanding,
            all_topics=self._all_topics,
        )

    def _verify(self, understanding: Understanding, facts: Sequence[Proposal]) -> Verification:
        # Of a number that the words leave open alone, the rest is read by the words themselves.
        is_other = self._strategy == "point" and self._question == "whole"
        return verify_reading(
            understanding.reading,
            facts,
            rules=self._rules,
            promise=self._promise,
            is_second_opinion=is_other,
            understanding=understanding,
        )

    async def _mend(
        self, conversation: Conversation, verification: Verification, understanding: Understanding
    ) -> Verification:
        """Ask again about the facts that were rejected, and verify all together."""
        kept: list[Proposal] = [fact for fact in verification.facts if fact.verdict != "rejected"]
        wrong = [
            (fact, "; ".join(f.message for f in fact.findings if f.severity == "error"))
            for fact in verification.facts
            if fact.verdict == "rejected"
        ]
        again = self._verify(understanding, [*kept, *await conversation.reask(wrong)])
        in_order = sorted(again.facts, key=_place)
        return again.model_copy(update={"facts": tuple(_distinct(in_order))})

    def _unread(self, document: Document, published: date | None) -> Extraction:
        """Nothing, as there is no word of the field."""
        return Extraction(
            id=document.id,
            published=published or document.published,
            findings=(_NO_FIELD_WORD,),
            provenance=self._provenance(Tally()),
        )

    def _result(
        self,
        document: Document,
        understanding: Understanding,
        conversation: Conversation,
        verification: Verification,
        findings: Sequence[Finding] = (),
    ) -> Extraction:
        facts = said_once(fact for fact in verification.facts if fact.verdict != "rejected")
        if self._explain:
            facts = [explain(understanding, fact) for fact in facts]
        return Extraction(
            id=document.id,
            published=understanding.reading.published,
            facts=tuple(facts),
            declarations=read_declarations(understanding, conversation.statuses),
            rejected=tuple(fact for fact in verification.facts if fact.verdict == "rejected"),
            unclaimed=tuple(_with_reasons(verification, conversation)),
            findings=(*findings, *verification.findings),
            strangeness=round(understanding.strangeness, 4),
            provenance=self._provenance(conversation.tally, conversation.schema_hash),
        )

    def _provenance(self, tally: Tally, schema_hash: str = "") -> Provenance:
        return Provenance(
            model=self.model if tally.answers else None,
            answered_by=tally.model,
            strategy=self._strategy,
            prompt=self._prompt.name if self._prompt else None,
            prompt_hash=self._prompt.hash if self._prompt else None,
            schema_hash=schema_hash or None,
            version=__version__,
            requests=tally.requests,
            answers=tally.answers,
            usage=tally.usage,
        )


def _on_pages(extraction: Extraction, document: Document) -> Extraction:
    """Say of all evidence on which page of the document it stands, and where, if it has pages."""
    if document.pages is None:
        return extraction

    def placed(fact: Fact) -> Fact:
        evidence = fact.evidence and document.placed(fact.evidence)
        repeats = tuple(map(document.placed, fact.repeats))
        return fact.model_copy(update={"evidence": evidence, "repeats": repeats})

    return extraction.model_copy(
        update={
            "facts": tuple(map(placed, extraction.facts)),
            "rejected": tuple(map(placed, extraction.rejected)),
            "declarations": tuple(
                said.model_copy(update={"evidence": document.placed(said.evidence)})
                for said in extraction.declarations
            ),
        }
    )


def _makes_grammars(model: str | None) -> bool:
    known = PROVIDERS.get((model or "").partition("/")[0])
    return known is not None and known.makes_grammars


def _model(
    model: str | AnsweringModel | None,
    *,
    api_key: str | None,
    base_url: str | None,
    timeout: float | None,
    options: Mapping[str, Any] | None,
) -> AnsweringModel:
    if model is not None and not isinstance(model, str):
        if api_key or base_url or timeout or options:
            raise ConfigurationError(
                "api_key, base_url, timeout and options go with a model given by name; this one "
                "has its own"
            )
        return model
    from uhc_llm.llm.client import ModelClient

    name, _ = choose_model(model)
    return ModelClient(name, api_key=api_key, base_url=base_url, timeout=timeout, options=options)


def default_strategy(model: ModelName) -> Strategy:
    """How a model is asked where nobody says how; the embedded one is not (docs/accuracy.md)."""
    return "code" if model.is_local else "point"


def _place(fact: Fact) -> int:
    return fact.evidence.start if fact.evidence else 0


def _distinct(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Leave out what is said again: a model that is asked about one fact may repeat the others."""
    seen: set[tuple[object, ...]] = set()
    for fact in facts:
        said = tuple(fact.to_record().values())
        if said not in seen:
            seen.add(said)
            yield fact


def _reask_failed(error: UhcLlmError) -> Finding:
    return Finding(
        rule="reask_failed",
        severity="warning",
        message=f"what was rejected could not be asked about again: {error}",
    )


def _with_reasons(verification: Verification, conversation: Conversation) -> list[Unclaimed]:
    """Say of each unclaimed number why it has no fact."""
    rejected = {
        fact.evidence.mention: next(f.rule for f in fact.findings if f.severity == "error")
        for fact in verification.facts
        if fact.verdict == "rejected" and fact.evidence
    }
    reasons = []
    for unclaimed in verification.unclaimed:
        id_ = unclaimed.mention.id
        reason = conversation.dismissed.get(id_)
        if id_ in rejected:
            reason = f"its fact was rejected: {rejected[id_]}"
        reasons.append(unclaimed.model_copy(update={"reason": reason}) if reason else unclaimed)
    return reasons


_OFF_TOPIC: Final = "off_topic"
_NO_FIELD_WORD: Final = Finding(
    rule=_OFF_TOPIC,
    severity="info",
    message="the text has no word of health insurance, and was not read",
)


def _why_nothing(understanding: Understanding, *, all_topics: bool) -> Finding:
    reading = understanding.reading
    if not reading.text.strip():
        rule, message = "empty_text", "the text is empty"
    elif not reading.mentions:
        rule, message = "no_number", "the text has no number"
    elif understanding.is_off_topic and not all_topics:
        rule, message = _OFF_TOPIC, "the text is on other matters than coverage"
    else:
        rule = "no_coverage_number"
        message = (
            "no number of the text can be a coverage figure: they are dates, prices and the like"
        )
    return Finding(rule=rule, severity="info", message=f"{message}; no model was asked")


def extract(
    text: str | Document,
    *,
    published: Day | None = None,
    model: str | AnsweringModel | None = None,
    strategy: Strategy | None = None,
) -> Extraction:
    """Extract the verified coverage facts of one article.

    Works inside a running event loop too. For many articles, make one `Extractor`.

    Args:
        text: the article, as a string or a `Document`.
        published: the article's own date, for "tahun lalu" and its like, or 2024-05-14 as text.
        model: a name such as `openai/gpt-4.1-mini`, `local` or `local:PATH`; see `Extractor`.
        strategy: "point" (the model points, the code reads), "quote" (the model quotes freely) or
            "code" (no model is asked). None is "code" for `local`, else "point".

    Returns:
        Facts with verdict "verified" or "suspect" in `facts`; what failed verification after
        re-asking in `rejected`; every other number of the text in `unclaimed`, with the reason.

    Raises:
        InputError: the text is no article.
        ConfigurationError: no key, an extra that is not installed, weights that cannot be had.
        ProviderError: the model's server did not answer, after the retries that make sense.
        OutputError: the model's answer could not be used, after re-asking.
    """
    extractor = Extractor(model, strategy=strategy)
    try:
        return extractor.extract(text, published=published)
    finally:
        if _is_ours(model):
            extractor.close()


async def aextract(
    text: str | Document,
    *,
    published: Day | None = None,
    model: str | AnsweringModel | None = None,
    strategy: Strategy | None = None,
) -> Extraction:
    """The same as `extract`, to be awaited."""
    extractor = Extractor(model, strategy=strategy)
    try:
        return await extractor.aextract(text, published=published)
    finally:
        if _is_ours(model):
            await extractor.aclose()


def _is_ours(model: str | AnsweringModel | None) -> bool:
    """Whether we made the model; one that was given may be answering others at this moment."""
    return model is None or isinstance(model, str)
