"""LangExtract's files: a document a line, with what was extracted from it.

The number is read out of the words that an extraction points at; what they say comes from its
attributes, which are named like our own: `metric` (or the class of the extraction), `status`,
`region`, `period`, `segment`. What else a model writes there says nothing.
"""

from collections.abc import Mapping
from typing import Any, Final

from uhc_llm.errors import InputError
from uhc_llm.evaluation.adapters.cells import codes_in, known, period_in, quantity_in
from uhc_llm.evaluation.gold import GoldArticle, LabelledFact
from uhc_llm.evaluation.places import find_code
from uhc_llm.schemas import METRICS, Metric

__all__ = ["fact_of_extraction", "facts_of_document"]

_METRICS: Final[Mapping[str, Metric]] = {name: name for name in METRICS}


def facts_of_document(
    document: Mapping[str, Any], article: GoldArticle | None
) -> tuple[list[LabelledFact], int]:
    """The facts of one document, and how many extractions can be none.

    An extraction without a number, or whose metric is none of ours, can be no fact.

    Raises:
        InputError: the extractions are no list of mappings.
    """
    extractions = document["extractions"] or []
    if not isinstance(extractions, list) or not all(isinstance(e, Mapping) for e in extractions):
        raise InputError("extractions is no list of mappings, as LangExtract writes them")
    found = [fact_of_extraction(each, article) for each in extractions]
    facts = [fact for fact in found if fact is not None]
    return facts, len(found) - len(facts)


def fact_of_extraction(
    extraction: Mapping[str, Any], article: GoldArticle | None
) -> LabelledFact | None:
    """What an extraction says; None where it has no number, or no metric of ours."""
    attributes = {
        name: value
        for name, value in (extraction.get("attributes") or {}).items()
        if isinstance(value, str)
    }
    words = str(extraction.get("extraction_text") or "")
    said = known(attributes.get("metric") or extraction.get("extraction_class"), "metric")
    metric = _METRICS.get(said or "")
    if metric is None:
        return None
    unit = METRICS[metric].unit
    quantity = quantity_in(words, unit, is_strict=False)
    if quantity is None:
        return None
    region = attributes.get("region")
    place = extraction.get("char_interval") or {}
    row = {
        "value": quantity.value,
        "upper": quantity.upper,
        "unit": quantity.unit or unit,
        "metric": metric,
        "status": known(attributes.get("status"), "status"),
        "region": region,
        "region_code": find_code(region, codes_in(article)) if region else None,
        "period": period_in(attributes.get("period") or ""),
        "segment": known(attributes.get("segment"), "segment") or "all",
        "mention": words,
        "start": place.get("start_pos") if isinstance(place, Mapping) else None,
    }
    return LabelledFact.model_validate(row)
