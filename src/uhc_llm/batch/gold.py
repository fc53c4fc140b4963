"""Reviewed articles as gold: what people let stand, to hold a model's answers against."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.results import put_in_place
from uhc_llm.batch.reviewed import ReviewedArticle, reviewed_articles
from uhc_llm.errors import ConfigurationError
from uhc_llm.language import _
from uhc_llm.schemas import Fact, exact_number

__all__ = ["SUFFIX", "GoldCounts", "export_gold", "gold_article", "names_apart"]

SUFFIX: Final = ".jsonl"


class GoldCounts(NamedTuple):
    """How many articles became gold, and in how many of the run's something is still undecided."""

    written: int
    open: int


def export_gold(run: str | Path, out: str | Path) -> GoldCounts:
    """Write the articles of a run in which everything is decided as gold, one a line.

    `uhc_llm.evaluation.load_gold` reads them. The file is written beside its place and put there
    when it is whole.

    Args:
        run: the file of the run, which may be under way.
        out: a file `.jsonl`; what was there before is replaced.

    Returns:
        How many articles were written, and how many are not reviewed yet.

    Raises:
        ConfigurationError: that suffix is another one.
        LedgerError: there is no such run.
        ResultFileError: the file cannot be written.
    """
    out = Path(out)
    if out.suffix.lower() != SUFFIX:
        raise ConfigurationError(
            _("gold is lines of JSON: end {file!r} in {suffix}", file=str(out), suffix=SUFFIX)
        )
    written = waiting = 0
    with Ledger.read(run) as ledger, put_in_place(out) as beside:
        names = _names(ledger)
        with beside.open("w", encoding="utf-8", newline="\n") as lines:
            for article in reviewed_articles(ledger):
                if not article.is_reviewed:
                    waiting += 1
                    continue
                row = gold_article(article, names.get(article.key, article.name))
                lines.write(json.dumps(row, ensure_ascii=False) + "\n")
                written += 1
    return GoldCounts(written, waiting)


def gold_article(article: ReviewedArticle, name: str) -> dict[str, Any]:
    """One article with the facts that stand, as the gold files of `eval` have it.

    Args:
        article: what was decided of it counts, whether all of it is decided or not.
        name: its id in the file.

    Returns:
        `id`, `source_url`, `published`, `text` and `facts`, each fact with `mention`, `start`,
        `value`, `upper` where it is a range, `unit`, `metric`, `status`, `region`, `region_code`,
        `period`, `qualifier` and `segment`. Numbers are exact.
    """
    document = article.document
    return {
        "id": name,
        "source_url": document.url,
        "published": document.published.isoformat() if document.published else None,
        "text": document.text,
        "facts": [_labelled(fact) for fact in _said_once(article.facts)],
    }


def _said_once(facts: Iterable[Fact]) -> Iterator[Fact]:
    """The same number with the same meaning is one fact, however often a text says it."""
    known = set()
    for fact in facts:
        labels = _labelled(fact)
        meaning = tuple(value for name, value in labels.items() if name not in ("mention", "start"))
        if meaning not in known:
            known.add(meaning)
            yield fact


def _labelled(fact: Fact) -> dict[str, Any]:
    region, evidence = fact.region, fact.evidence
    return {
        "mention": evidence.quote if evidence else None,
        "start": evidence.start if evidence else None,
        "value": exact_number(fact.value),
        **({} if fact.upper is None else {"upper": exact_number(fact.upper)}),
        "unit": fact.unit,
        "metric": fact.metric,
        "status": fact.status,
        "region": region.name if region else None,
        "region_code": region.code if region else None,
        "period": fact.period.iso if fact.period else None,
        "qualifier": fact.qualifier,
        # Where a text names no group, all are meant.
        "segment": fact.segment or "all",
    }


_DOCUMENTS: Final = "SELECT key, coalesce(id, source) FROM documents ORDER BY number"


def _names(ledger: Ledger) -> dict[str, str]:
    """Each document's id; a second one of an id gets a number that no other has.

    All documents of the run are counted, so that an article keeps its name when others are
    reviewed later.
    """
    return names_apart(dict(ledger.rows(_DOCUMENTS)))


def names_apart(ids: Mapping[str, str]) -> dict[str, str]:
    """A name for each key: its id, or of several with one id that with a number behind it.

    >>> names_apart({"k1": "a", "k2": "a", "k3": "a-2"})
    {'k1': 'a', 'k2': 'a-3', 'k3': 'a-2'}
    """
    taken, names = set(ids.values()), {}
    used: set[str] = set()
    numbers: dict[str, int] = {}
    for key, id_ in ids.items():
        count = numbers.get(id_, 1)
        name = id_ if count == 1 else f"{id_}-{count}"
        while name in used or (count > 1 and name in taken):
            count += 1
            name = f"{id_}-{count}"
        numbers[id_] = count
        used.add(name)
        names[key] = name
    return names
