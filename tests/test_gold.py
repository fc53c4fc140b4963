"""What annotators found in real articles: the scanner finds it, and the verifier lets it pass.

`examples/gold.jsonl` is always there. The articles of a folder `shared` beside the repository are
checked too where it exists; they are not ours to publish.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from benchmarks import scan_recall
from benchmarks.corpus import gold_articles
from uhc_llm.schemas import Reading
from uhc_llm.verifier import verify_reading

ROOT: Final = Path(__file__).parent.parent
EXAMPLES: Final = ROOT / "examples" / "gold.jsonl"
SHARED: Final = ROOT.parent / "shared" / "eval"

# What the text does not give as the annotator has it, by the id of its article and the words of its
# number, and why. One that is found after all fails its test: take it out then.
NOT_FOUND: Final[Mapping[tuple[str, str], str]] = {}
REGION_NOT_FOUND: Final[Mapping[tuple[str, str], str]] = {
    ("banjarmasin-2024-06", "5 daerah"): "the branch is called by 'wilayah kerjanya' alone",
}
PERIOD_NOT_FOUND: Final[Mapping[tuple[str, str], str]] = {
    ("muratara-2026-01", "24.166 jiwa"): "the article's own month, which the text does not say",
}
REJECTED: Final[Mapping[tuple[str, str], str]] = {}
SUSPECT: Final[Mapping[tuple[str, str], str]] = {
    ("klu-2025", "269.989.000 jiwa"): "unusual_size",  # a slip of the article
    ("klu-2025", "275.204.000 jiwa"): "unusual_size",
    ("mamuju-rkpd2024", "50 miliar"): "one_meaning_each",
    ("minahasa-2023-03", "98.2 persen"): "arithmetic",
    ("muratara-2026-01", "24.166 jiwa"): "period_unanchored",
    ("ntt-2019-november", "76 persen"): "arithmetic",
    ("serang-2022-terendah", "149.000"): "conflicting_values",
}
# This rests on what the reader makes of the words, which changes with what it has learned.
AS_READ: Final = "confidence"
LIKELY: Final = 0.5
MOST_READ_OTHERWISE: Final[Mapping[str, float]] = {
    "gold.jsonl": 0.06,
    "dev.gold.jsonl": 0.09,
    "seeds.gold.jsonl": 0.48,
}


def gold_files() -> list[Any]:
    is_absent = pytest.mark.skipif(
        not SHARED.is_dir(), reason="no folder shared/eval beside the repository"
    )
    return [
        pytest.param(EXAMPLES, id="examples"),
        pytest.param(SHARED / "dev.gold.jsonl", id="shared dev", marks=is_absent),
        pytest.param(SHARED / "seeds.gold.jsonl", id="shared seeds", marks=is_absent),
    ]


@pytest.mark.parametrize("path", gold_files())
@pytest.mark.parametrize(
    ("check", "exceptions"),
    [
        pytest.param(scan_recall.number, NOT_FOUND, id="number"),
        pytest.param(scan_recall.region, REGION_NOT_FOUND, id="region"),
        pytest.param(scan_recall.period, PERIOD_NOT_FOUND, id="period"),
    ],
)
def test_every_gold_number_region_and_period_is_found_or_derivable(
    path: Path,
    check: Callable[[Mapping[str, Any], Reading], str],
    exceptions: Mapping[tuple[str, str], str],
) -> None:
    missing = {
        (article.id, fact["mention"])
        for article in gold_articles(path)
        for fact in article.facts
        if check(fact, article.reading) == "missing"
    }
    assert missing == expected(exceptions, path)


@pytest.mark.parametrize("path", gold_files())
def test_no_gold_fact_is_rejected_and_few_are_read_otherwise(path: Path) -> None:
    rejected: set[tuple[str, str]] = set()
    suspect: dict[tuple[str, str], set[str]] = {}
    count, otherwise = 0, 0
    for article in gold_articles(path):
        result = verify_reading(article.reading, article.facts)
        for gold, fact in zip(article.facts, result.facts, strict=True):
            count += 1
            key = (article.id, gold["mention"])
            if fact.verdict == "rejected":
                rejected.add(key)
            rules = {finding.rule for finding in fact.findings if finding.severity == "warning"}
            otherwise += (fact.confidence or 0) < LIKELY
            if rules - {AS_READ}:
                suspect[key] = rules
    assert rejected == expected(REJECTED, path)
    assert suspect.keys() == expected(SUSPECT, path), suspect
    assert all(SUSPECT[key] in rules for key, rules in suspect.items())
    assert otherwise <= MOST_READ_OTHERWISE[path.name] * count


def expected(exceptions: Mapping[tuple[str, str], str], path: Path) -> set[tuple[str, str]]:
    """The exceptions that concern the articles of one file."""
    ids = {json.loads(line)["id"] for line in path.read_text(encoding="utf-8").splitlines()}
    return {key for key in exceptions if key[0] in ids}


@pytest.mark.skipif(not SHARED.is_dir(), reason="no folder shared/eval beside the repository")
def test_every_exception_names_an_article_that_is_there() -> None:
    paths = (EXAMPLES, SHARED / "dev.gold.jsonl", SHARED / "seeds.gold.jsonl")
    for exceptions in (NOT_FOUND, REGION_NOT_FOUND, PERIOD_NOT_FOUND, REJECTED, SUSPECT):
        assert set().union(*(expected(exceptions, path) for path in paths)) == exceptions.keys()
