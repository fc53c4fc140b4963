"""The same task in the hands of others, each in its usual way, with our definitions.

What is done for fairness: both get the metric and segment definitions of our own prompts and the
rules on what is no fact; numbers are read by our scanner out of whatever words they point at, with
the unit of their metric where none is said; names of regions go through our gazetteer, one that two
regions share is taken for the article's own; of a period the first year, month or day in it counts.
"""

import re
import warnings
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, Literal

from pydantic import BaseModel

from uhc_llm.evaluation import GoldArticle, LabelledFact
from uhc_llm.llm.prompts import load_prompt
from uhc_llm.scanner import scan
from uhc_llm.scanner.regions.gazetteer import gazetteer
from uhc_llm.schemas import METRICS, SEGMENTS, Metric, Segment, Status, Unit

__all__ = ["ask_instructor", "ask_langextract", "fact_of_extraction"]

MOST_TOKENS: Final = 2048
_PERIOD: Final = re.compile(r"\b(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
_NATION: Final = re.compile(r"\b(?:indonesia|nasional|national)\b", re.IGNORECASE)


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
    import instructor
    import openai

    client = instructor.from_openai(
        openai.OpenAI(base_url=base_url, api_key=api_key, timeout=900, max_retries=0),
        mode=instructor.Mode.JSON_SCHEMA,
    )
    answer = client.create(
        model=model,
        response_model=CoverageFacts,
        messages=[
            {"role": "system", "content": _instructions()},
            {"role": "user", "content": article.text},
        ],
        temperature=0,
        max_tokens=MOST_TOKENS,
        max_retries=3,
    )
    return [_fact(article, Decimal(str(f.value)), f.unit, f.model_dump()) for f in answer.facts]


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
        name: value
        for name, value in (extraction.attributes or {}).items()
        if isinstance(value, str)
    }
    metric = METRICS.get(said.get("metric", ""))  # type: ignore[call-overload]
    mentions = [m for m in scan(str(extraction.extraction_text)).mentions if m.kind == "quantity"]
    if metric is None or not mentions:
        return None
    known = {m.unit for m in mentions}
    number = next((m for m in mentions if m.unit == metric.unit), mentions[0])
    unit = metric.unit if known == {None} else number.unit
    return _fact(article, number.value, unit or metric.unit, said)


# --- what both say, as facts ---------------------------------------------------------------------


def _fact(article: GoldArticle, value: Decimal, unit: Any, said: Mapping[str, Any]) -> LabelledFact:  # noqa: ANN401
    status: Literal["actual", "target"] | None = said.get("status")
    segment = said.get("segment")
    period = _PERIOD.search(said.get("period") or "")
    return LabelledFact(
        value=value,
        unit=unit,
        metric=said["metric"],
        status=status if status in {"actual", "target"} else None,
        region_code=_code(article, said.get("region") or ""),
        period=period.group() if period else None,
        segment=segment if segment in SEGMENTS else "all",
    )


def _code(article: GoldArticle, name: str) -> str | None:
    if _NATION.search(name):
        return "ID"
    found = gazetteer().named(name) or tuple(r for r in scan(name).regions if r.code)
    if len(found) > 1:
        reading = scan(article.text, published=article.published)
        codes = [r.code for r in reading.regions]
        found = tuple(r for r in found if r.code in codes) or found
    return found[0].code if found else None
