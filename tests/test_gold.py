"""What annotators found in real articles: the scanner finds it, and the verifier lets it pass.

`examples/gold.jsonl` is always there. The articles of a folder `shared` beside the repository are
checked too where it exists; they are not ours to publish.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from uhc_llm.scanner import scan
from uhc_llm.scanner.regions.gazetteer import gazetteer
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
    ("jabar-2017", "99 persen"): "period_binding",
    ("mamuju-rkpd2024", "50 miliar"): "one_meaning_each",
    ("medan-2022-12", "96 persen"): "region_binding",
    ("minahasa-2023-03", "98.2 persen"): "arithmetic",
    ("muratara-2026-01", "24.166 jiwa"): "period_unanchored",
    ("nasional-2024-januari", "95,77%"): "period_binding",
    ("ntt-2019-november", "76 persen"): "arithmetic",
    ("serang-2022-terendah", "149.000"): "conflicting_values",
    ("serang-2022-terendah", "56.000"): "conflicting_values",
}
MOST_SUSPECT: Final = 0.05


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


def region_is_found(fact: Mapping[str, Any], reading: Reading) -> bool:
    """Whether the region of `fact` is named, or may be meant; the nation always may be."""
    code, name = fact.get("region_code"), fact["region"] or ""
    if name == "Indonesia":
        return True
    if code is None and len(meant := gazetteer().named(name)) == 1:
        code = meant[0].code
    if code is None:
        return not name or any(name.endswith(mention.name) for mention in reading.regions)
    meant_by = {c.code for m in reading.regions for c in (m, *m.candidates)}
    return code in meant_by


def period_is_found(fact: Mapping[str, Any], reading: Reading) -> bool:
    """Whether the period of `fact` is said, or follows from a more precise one."""
    said = [period.iso for period in reading.periods]
    # "akhir 2025" may be taken to the month.
    said += [f"{p.iso[:4]}-12" for p in reading.periods if p.part == "late"]
    own = [reading.published.isoformat()] if reading.published else []
    return fact["period"] is None or any(iso.startswith(fact["period"]) for iso in (*said, *own))


@pytest.mark.parametrize("path", gold_files())
@pytest.mark.parametrize(
    ("check", "exceptions"),
    [
        pytest.param(region_is_found, REGION_NOT_FOUND, id="region"),
        pytest.param(period_is_found, PERIOD_NOT_FOUND, id="period"),
    ],
)
def test_every_gold_region_and_period_is_found_or_derivable(
    path: Path,
    check: Callable[[Mapping[str, Any], Reading], bool],
    exceptions: Mapping[tuple[str, str], str],
) -> None:
    missing = {
        (article.id, fact["mention"])
        for article in articles(path)
        for fact in article.facts
        if not check(fact, article.reading)
    }
    assert missing == expected(exceptions, path)


@pytest.mark.parametrize("path", gold_files())
def test_no_gold_fact_is_rejected_and_few_are_suspect(path: Path) -> None:
    found: dict[str, dict[tuple[str, str], set[str]]] = {"rejected": {}, "suspect": {}}
    count = 0
    for article in articles(path):
        result = verify_reading(article.reading, article.facts)
        for gold, fact in zip(article.facts, result.facts, strict=True):
            count += 1
            if fact.verdict in found:
                rules = {finding.rule for finding in fact.findings}
                found[fact.verdict][article.id, gold["mention"]] = rules
    assert found["rejected"].keys() == expected(REJECTED, path), found["rejected"]
    assert found["suspect"].keys() == expected(SUSPECT, path), found["suspect"]
    assert all(SUSPECT[key] in rules for key, rules in found["suspect"].items())
    assert len(found["suspect"]) <= MOST_SUSPECT * count


def expected(exceptions: Mapping[tuple[str, str], str], path: Path) -> set[tuple[str, str]]:
    """The exceptions that concern the articles of one file."""
    ids = {json.loads(line)["id"] for line in path.read_text(encoding="utf-8").splitlines()}
    return {key for key in exceptions if key[0] in ids}


@pytest.mark.skipif(not SHARED.is_dir(), reason="no folder shared/eval beside the repository")
def test_every_exception_names_an_article_that_is_there() -> None:
    paths = (EXAMPLES, SHARED / "dev.gold.jsonl", SHARED / "seeds.gold.jsonl")
    for exceptions in (NOT_FOUND, REGION_NOT_FOUND, PERIOD_NOT_FOUND, REJECTED, SUSPECT):
        assert set().union(*(expected(exceptions, path) for path in paths)) == exceptions.keys()
