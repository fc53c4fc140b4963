"""Runs to decide on: real texts, and what code alone makes of them."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from uhc_llm import Document, Extractor
from uhc_llm.batch.decisions import Action, Choice, decide, seen_of
from uhc_llm.batch.keys import work_key
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.reviewed import Item, ReviewedArticle, reviewed_article, reviewed_articles
from uhc_llm.batch.work import Attempt, Work
from uhc_llm.schemas import Extraction, Fact, Finding, Severity, Verdict
from uhc_llm.verifier import RULES

__all__ = [
    "EXAMPLES",
    "NOTHING",
    "ONE_FACT",
    "Said",
    "accept_all",
    "add",
    "add_said",
    "articles",
    "choice",
    "example",
    "examples",
    "make_run",
    "many_facts",
    "settle",
]

EXAMPLES: Final = Path(__file__).resolve().parent.parent / "examples"
ONE_FACT: Final = "KOTA BATU - Cakupan JKN Kota Batu 98,4 persen per 1 Mei 2024."
NOTHING: Final = "Pada 2024 belum ada data."
_AT: Final = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


def example(name: str) -> Document:
    """An article of `examples/`."""
    return Document(text=(EXAMPLES / f"{name}.txt").read_text("utf-8"), id=name)


def examples() -> list[Document]:
    """The articles of `examples/`, in order."""
    return [example(path.stem) for path in sorted(EXAMPLES.glob("*.txt"))]


def many_facts(count: int) -> Document:
    """An article with as many facts."""
    said = (
        f"Cakupan JKN Kota Batu {10 + each} persen pada {2000 + each}." for each in range(count)
    )
    return Document(text="KOTA BATU - " + "\n".join(said), id=f"many-{count}")


class Said(NamedTuple):
    """How a fact comes out, whatever it says.

    Attributes:
        confidence: how likely it is right.
        verdict: the verifier's.
        rule: of one finding against it; empty for none.
        changed: what it says otherwise than the text.
    """

    confidence: float | None
    verdict: Verdict = "verified"
    rule: str = ""
    changed: tuple[tuple[str, object], ...] = ()

    def of(self, fact: Fact) -> Fact:
        """A fact that comes out so."""
        severity: Severity = "error" if self.verdict == "rejected" else "warning"
        finding = Finding(rule=self.rule, severity=severity, message="something")
        findings = (finding,) if self.rule else ()
        update = {"confidence": self.confidence, "verdict": self.verdict, "findings": findings}
        return fact.model_copy(update=update | dict(self.changed))


def add_said(
    ledger: Ledger,
    *articles: Sequence[Said],
    proposer: str | None = None,
    strangeness: float | None = 0.05,
) -> list[str]:
    """Let articles be done whose facts come out as is said, the rejected last; returns their keys.

    Args:
        ledger: that of the run.
        articles: for each how its facts come out.
        proposer: the model that said them; None for the reader.
        strangeness: of each article.
    """
    ((before,),) = ledger.rows("SELECT count(*) FROM documents")
    keys = []
    for number, few in enumerate(articles, start=before + 1):

        def so(extraction: Extraction, few: Sequence[Said] = few) -> Extraction:
            facts = [said.of(fact) for said, fact in zip(few, extraction.facts, strict=True)]
            made = extraction.provenance.model_copy(update={"model": proposer})
            update = {
                "facts": tuple(fact for fact in facts if fact.verdict != "rejected"),
                "rejected": tuple(fact for fact in facts if fact.verdict == "rejected"),
                "strangeness": strangeness,
                "provenance": made,
            }
            return extraction.model_copy(update=update)

        document = many_facts(len(few))
        text = f"{document.text}\nBerita ke-{number}."
        keys += add(ledger, [Document(text=text, id=f"said-{number}")], so)
    return keys


def add(
    ledger: Ledger,
    documents: Iterable[Document],
    changed: Callable[[Extraction], Extraction] | None = None,
) -> list[str]:
    """Let documents be done, as `uhc-llm batch --strategy code` would; returns their keys.

    But for how sure a fact is, which changes with every article that is learned from.

    Args:
        ledger: that of the run.
        documents: what is done.
        changed: what is to come out instead of what does.
    """
    keys = []
    with Extractor(strategy="code", rules=RULES.without("confidence")) as extractor:
        settings = ledger.note_settings(extractor.settings)
        for document in documents:
            key = work_key(document.text, document.published, settings)
            # A text has one source, and each text another one.
            ledger.add([Work(key, document, f"/corpus/{document.id}-{key[:6]}.txt")], settings)
            extraction = extractor.extract(document)
            if changed is not None:
                extraction = changed(extraction)
            attempt = Attempt(key, _AT, _AT, extraction=extraction)
            ledger.record([attempt])
            keys.append(key)
    return keys


def make_run(path: Path, *documents: Document) -> list[str]:
    """Write a run; returns the keys of its documents."""
    with Ledger.write(path) as ledger:
        return add(ledger, documents)


def articles(ledger: Ledger) -> list[ReviewedArticle]:
    """Every article as it stands now."""
    return list(reviewed_articles(ledger))


def choice(item: Item, action: Action = "accept", **changed: object) -> Choice:
    """A choice about an item, with its fact as it stands then."""
    fact = item.fact.model_copy(update=changed) if item.fact else None
    return Choice(item.id, action, fact)


def settle(
    ledger: Ledger,
    key: str,
    item: str,
    action: Action = "accept",
    *,
    by: str = "Ani",
    **changed: object,
) -> None:
    """Decide on one item, having seen all there is."""
    article = reviewed_article(ledger, key)
    assert article is not None
    chosen = choice(article.item(item), action, **changed)
    decide(ledger, key, [chosen], reviewer=by, seen=seen_of(ledger, key))


def accept_all(ledger: Ledger, key: str, *, by: str = "Ani") -> None:
    """Decide on what is open in an article: its facts are right, its numbers none."""
    article = reviewed_article(ledger, key)
    assert article is not None
    choices = [
        choice(item, "accept" if item.said or item.id == "article" else "reject")
        for item in article.open_items
    ]
    decide(ledger, key, choices, reviewer=by, seen=seen_of(ledger, key))
