"""What annotators found in real articles: the scanner finds it, and the verifier lets it pass.

`examples/gold.jsonl` is always there. The articles of a folder `shared` beside the repository are
checked too where it exists; they are not ours to publish.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from uhc_llm.scanner import scan
from uhc_llm.schemas import Reading
from uhc_llm.verifier import verify_reading

ROOT: Final = Path(__file__).parent.parent
EXAMPLES: Final = ROOT / "examples" / "gold.jsonl"
SHARED: Final = ROOT.parent / "shared" / "eval"

# A gold fact that is not found, by the id of its article and the words of its number, and why.
# One that is found after all fails its test: take it out then.
NOT_FOUND: Final[Mapping[tuple[str, str], str]] = {
    ("nasional-2024-januari", "416"): "its unit stands in another clause",
}
# A gold fact that is rejected.
REJECTED: Final[Mapping[tuple[str, str], str]] = {
    ("nasional-2024-januari", "416"): "not found, as above",
}


class Article(NamedTuple):
    """An article, its text scanned, and the facts that annotators found in it."""

    id: str
    reading: Reading
    facts: list[dict[str, Any]]


def articles(path: Path) -> Iterator[Article]:
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line, parse_float=Decimal)
        text = row.get("text") or (path.parent / row["text_file"]).read_text(encoding="utf-8")
        said = row["published"] or ""
        published = date.fromisoformat(said) if len(said) == len("2022-02-14") else None
        yield Article(row["id"], scan(text, published=published), row["facts"])


def is_found(fact: Mapping[str, Any], reading: Reading) -> bool:
    """Whether a number with the value and unit of `fact` stands where its words stand."""
    places = [m.span() for m in re.finditer(re.escape(fact["mention"]), reading.text)]
    return any(
        (mention.start <= start and end <= mention.end)
        or (start <= mention.start and mention.end <= end)
        for mention in reading.mentions
        if mention.kind == "quantity" and mention.unit == fact["unit"]
        if fact["value"] in (mention.value, mention.upper)
        for start, end in places
    )


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
def test_every_gold_number_is_found_at_its_place_with_its_value_and_unit(path: Path) -> None:
    missing = {
        (article.id, fact["mention"])
        for article in articles(path)
        for fact in article.facts
        if not is_found(fact, article.reading)
    }
    assert missing == expected(NOT_FOUND, path)


@pytest.mark.parametrize("path", gold_files())
def test_no_gold_fact_is_rejected(path: Path) -> None:
    rejected: dict[tuple[str, str], list[str]] = {}
    for article in articles(path):
        result = verify_reading(article.reading, article.facts)
        for gold, fact in zip(article.facts, result.facts, strict=True):
            if fact.verdict == "rejected":
                says = [finding.message for finding in fact.findings]
                rejected[article.id, gold["mention"]] = says
    assert rejected.keys() == expected(REJECTED, path), rejected


def expected(exceptions: Mapping[tuple[str, str], str], path: Path) -> set[tuple[str, str]]:
    """The exceptions that concern the articles of one file."""
    ids = {json.loads(line)["id"] for line in path.read_text(encoding="utf-8").splitlines()}
    return {key for key in exceptions if key[0] in ids}


@pytest.mark.skipif(not SHARED.is_dir(), reason="no folder shared/eval beside the repository")
def test_every_exception_names_an_article_that_is_there() -> None:
    paths = (EXAMPLES, SHARED / "dev.gold.jsonl", SHARED / "seeds.gold.jsonl")
    for exceptions in (NOT_FOUND, REJECTED):
        assert set().union(*(expected(exceptions, path) for path in paths)) == exceptions.keys()
