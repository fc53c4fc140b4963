"""Asking a model about gold articles."""

import asyncio
import time
from collections.abc import Callable, Iterable

from uhc_llm import _background
from uhc_llm.documents import Document
from uhc_llm.errors import (
    AuthenticationError,
    ConfigurationError,
    InputError,
    ModelNotFoundError,
    OutputError,
    ProviderError,
    UhcLlmError,
)
from uhc_llm.evaluation.gold import GoldArticle, LabelledFact
from uhc_llm.evaluation.predictions import Prediction
from uhc_llm.extraction import Extractor
from uhc_llm.llm.replay import is_replaying
from uhc_llm.schemas import Extraction

__all__ = ["as_prediction", "evaluate"]


def evaluate(
    articles: Iterable[GoldArticle],
    extractor: Extractor,
    *,
    concurrency: int = 1,
    on_done: Callable[[Prediction], None] | None = None,
) -> list[Prediction]:
    """Extract the facts of gold articles; the labels are not shown to the model.

    Within `uhc_llm.testing.cassette` it answers from a recording, or records. An article that fails
    has no facts and an error. A wrong key or an unknown model ends it all.

    Args:
        articles: what `load_gold` gives.
        extractor: the model, and how it is asked.
        concurrency: how many articles are asked about at once.
        on_done: called with each prediction when it is there.

    Returns:
        A prediction for each article, in order.

    Raises:
        ConfigurationError: a key, an extra, the weights or a cassette is missing.
        ProviderError: the provider refuses the key, or has no such model.
    """
    return _background.run(_all(articles, extractor, concurrency, on_done))


async def _all(
    articles: Iterable[GoldArticle],
    extractor: Extractor,
    concurrency: int,
    on_done: Callable[[Prediction], None] | None,
) -> list[Prediction]:
    gate = asyncio.Semaphore(max(1, concurrency))

    async def one(article: GoldArticle) -> Prediction:
        async with gate:
            prediction = await _predict(article, extractor)
        if on_done:
            on_done(prediction)
        return prediction

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(article)) for article in articles]
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None  # one for all: the key, the model, the cassette
    return [task.result() for task in tasks]


async def _predict(article: GoldArticle, extractor: Extractor) -> Prediction:
    started = time.perf_counter()
    document = Document(text=article.text, id=article.id, published=article.published)
    try:
        prediction = as_prediction(article.id, await extractor.aextract(document))
    except (ConfigurationError, AuthenticationError, ModelNotFoundError):
        raise
    except (InputError, OutputError, ProviderError) as error:
        prediction = _failed(article.id, error)
    if is_replaying():
        return prediction  # how fast a recording is read says nothing
    return prediction.model_copy(update={"seconds": time.perf_counter() - started})


def as_prediction(id_: str, extraction: Extraction) -> Prediction:
    """What an extraction says of the gold article of this id."""
    made = extraction.provenance
    records = [fact.to_record() for fact in extraction.facts]
    return Prediction(
        id=id_,
        facts=tuple(LabelledFact.model_validate(record) for record in records),
        records=tuple(records),
        requests=made.requests,
        usage=made.usage,
        cost=made.cost,
        model=made.answered_by or made.model,
        strategy=made.strategy,
        prompt=made.prompt,
        version=made.version,
    )


def _failed(id_: str, error: UhcLlmError) -> Prediction:
    return Prediction(id=id_, error=f"{type(error).__name__}: {error}")
