"""The same task in the hands of others, each in its usual way, with our definitions.

What is done for fairness: both get the metric and segment definitions of our own prompts and the
rules on what is no fact; numbers are read by our scanner out of whatever words they point at, with
the unit of their metric where none is said; names of regions go through our gazetteer, one that two
regions share is taken for the article's own; periods in words are read by our scanner too.
"""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from json import JSONDecoder
from math import exp
from statistics import mean
from typing import Any, Final, NamedTuple

from pydantic import BaseModel

from uhc_llm.evaluation import GoldArticle, LabelledFact
from uhc_llm.evaluation.adapters import langextract
from uhc_llm.evaluation.adapters.cells import codes_in, period_in
from uhc_llm.evaluation.places import find_code
from uhc_llm.llm.prompts import load_prompt
from uhc_llm.schemas import METRICS, SEGMENTS, Metric, Segment, Status, Unit

__all__ = [
    "TokenOdds",
    "ask_instructor",
    "ask_instructor_surely",
    "ask_langextract",
    "fact_of_extraction",
]

MOST_TOKENS: Final = 2048


# --- plain instructor ----------------------------------------------------------------------------


class CoverageFact(BaseModel):
    """One number of the article that says something about coverage."""

    value: float
    unit: Unit
    metric: Metric
    status: Status
    region: str | None
    period: str | None
    segment: Segment


class CoverageFacts(BaseModel):
    """Every coverage fact of the article."""

    facts: list[CoverageFact]


def ask_instructor(
    article: GoldArticle, *, base_url: str, api_key: str, model: str
) -> list[LabelledFact]:
    """One Pydantic list, by `instructor.from_openai(client).create`, re-asked as it does itself."""
    answer, _ = _answer(article, base_url, api_key, model)
    return [_fact(article, fact) for fact in answer.facts]


class TokenOdds(NamedTuple):
    """How likely a model held the tokens of what it said.

    Attributes:
        mean: their geometric mean, from 0 to 1.
        least: of the least likely one.
    """

    mean: float
    least: float


def ask_instructor_surely(
    article: GoldArticle, *, base_url: str, api_key: str, model: str
) -> list[tuple[LabelledFact, TokenOdds]]:
    """The same, each fact with how likely the server says that its tokens were."""
    answer, completion = _answer(article, base_url, api_key, model, logprobs=True)
    odds = _odds(completion.choices[0].logprobs.content)
    return [(_fact(article, fact), each) for fact, each in zip(answer.facts, odds, strict=True)]


def _odds(tokens: Sequence[Any]) -> list[TokenOdds]:
    """Of each object of the list that the tokens write."""
    text, logs = "", []
    for token in tokens:
        logs.append((len(text), len(text) + len(token.token), token.logprob))
        text += token.token
    return [
        TokenOdds(exp(mean(own)), exp(min(own)))
        for begin, end in _objects(text)
        if (own := [log for start, stop, log in logs if start < end and stop > begin])
    ]


def _objects(text: str) -> Iterator[tuple[int, int]]:
    """Where the objects of the first list stand."""
    place = text.index("[") + 1
    while (place := text.find("{", place)) >= 0:
        _, end = JSONDecoder().raw_decode(text, place)
        yield place, end
        place = end


def _answer(
    article: GoldArticle, base_url: str, api_key: str, model: str, *, logprobs: bool = False
) -> tuple[CoverageFacts, Any]:
    import instructor
    import openai

    client = instructor.from_openai(
        openai.OpenAI(base_url=base_url, api_key=api_key, timeout=900, max_retries=0),
        mode=instructor.Mode.JSON_SCHEMA,
    )
    found: tuple[CoverageFacts, Any] = client.create_with_completion(
        model=model,
        response_model=CoverageFacts,
        messages=[
            {"role": "system", "content": _instructions()},
            {"role": "user", "content": article.text},
        ],
        temperature=0,
        max_tokens=MOST_TOKENS,
        max_retries=3,
        logprobs=logprobs,
    )
    return found


def _instructions() -> str:
    """What the strategy `quote` says to a model, without the quote that only it asks for."""
    said = load_prompt("quote/v1").system(metrics=METRICS, segments=SEGMENTS, form="static")
    return "\n".join(line for line in said.splitlines() if not line.startswith("quote:"))


# --- LangExtract ---------------------------------------------------------------------------------

_EXAMPLE: Final = (
    "Pemkab Kulon Makmur mengejar UHC. Per Mei 2023 warga yang terdaftar 88,4 persen, sedangkan "
    "61.200 jiwa belum terlindungi. Angka itu naik 3 persen. Targetnya 95 persen pada 2024."
)
_EXAMPLE_FACTS: Final[tuple[tuple[str, Mapping[str, str]], ...]] = (
    ("88,4 persen", {"metric": "coverage_rate", "status": "actual", "period": "2023-05"}),
    ("61.200 jiwa", {"metric": "uninsured", "status": "actual", "period": "2023-05"}),
    ("95 persen", {"metric": "coverage_rate", "status": "target", "period": "2024"}),
)


def ask_langextract(
    article: GoldArticle, *, base_url: str, api_key: str, model: str
) -> tuple[list[LabelledFact], list[LabelledFact]]:
    """LangExtract with its OpenAI provider and one worked example.

    Returns:
        Every fact that it extracts, and those that it grounds: with a place in the text.
    """
    import langextract as lx
    from langextract import factory

    attributes = {"region": "Kabupaten Kulon Makmur", "segment": "all"}
    example = lx.data.ExampleData(
        text=_EXAMPLE,
        extractions=[
            lx.data.Extraction("fact", words, attributes={**said, **attributes})
            for words, said in _EXAMPLE_FACTS
        ],
    )
    config = factory.ModelConfig(
        model_id=model,
        provider="OpenAILanguageModel",
        provider_kwargs={
            "api_key": api_key,
            "base_url": base_url,
            "temperature": 0.0,
            "max_output_tokens": MOST_TOKENS,
            "max_workers": 1,
        },
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        document = lx.extract(
            article.text,
            prompt_description=_instructions(),
            examples=[example],
            config=config,
            show_progress=False,
        )
    everything: list[LabelledFact] = []
    grounded: list[LabelledFact] = []
    for extraction in document.extractions or []:
        fact = fact_of_extraction(article, extraction)
        if fact is not None:
            everything.append(fact)
            if extraction.char_interval is not None:
                grounded.append(fact)
    return everything, grounded


def fact_of_extraction(article: GoldArticle, extraction: Any) -> LabelledFact | None:  # noqa: ANN401
    """What an extraction of LangExtract says, if it has a number and a metric."""
    said = {
        "extraction_class": extraction.extraction_class,
        "extraction_text": extraction.extraction_text,
        "attributes": extraction.attributes,
    }
    return langextract.fact_of_extraction(said, article)


# --- instructor's facts --------------------------------------------------------------------------


def _fact(article: GoldArticle, fact: CoverageFact) -> LabelledFact:
    return LabelledFact(
        value=Decimal(str(fact.value)),
        unit=fact.unit,
        metric=fact.metric,
        status=fact.status,
        region=fact.region,
        region_code=find_code(fact.region, codes_in(article)) if fact.region else None,
        period=period_in(fact.period or ""),
        segment=fact.segment,
    )
