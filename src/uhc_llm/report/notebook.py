"""Results in a notebook: each shows itself, with nothing to set up.

A notebook keeps what it shows, and others open it elsewhere. So nothing of it runs, all that an
article or a model said is escaped, and it can be read where its style is left out, as in a notebook
that is not trusted. Its colours are laid over those of the notebook, whose theme is its own and not
the system's.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple

from jinja2 import Environment
from markupsafe import Markup

from uhc_llm.batch.reviewed import ReviewedArticle, asked_starts
from uhc_llm.documents import Document, as_document
from uhc_llm.errors import InputError
from uhc_llm.language import _, period
from uhc_llm.pages import cut, environment
from uhc_llm.schemas import (
    Extraction,
    Fact,
    Finding,
    Mention,
    Reading,
    RegionMention,
    Unclaimed,
    Verification,
)
from uhc_llm.wording import number, spoken

__all__ = ["Shown", "extraction_html", "reading_html", "show", "verification_html"]

WordsKind = Literal["quantity", "region", "period", "aside"]
"""What is marked in a text that was only scanned; an aside is a number that counts nothing."""


class Shown:
    """Something that a notebook shows, and a program may write into a page of its own."""

    def __init__(self, html: str, words: str) -> None:
        self._html = html
        self._words = words

    def __repr__(self) -> str:
        return self._words

    def _repr_html_(self) -> str:
        return self._html


class Words(NamedTuple):
    """A piece of a text that was scanned; without a kind nothing is marked."""

    text: str
    kind: WordsKind | None = None
    meaning: str = ""


def show(document: str | Document, extraction: Extraction) -> Shown:
    """Show an article in a notebook: its text with every number marked, and a card for each fact.

    Args:
        document: the article, as it was given to `extract`.
        extraction: what came out of it.

    Returns:
        What a notebook shows when it is the last thing in a cell.

    Raises:
        InputError: the text is another one than that which the facts come from.
    """
    whole = as_document(document)
    _check_text(whole.text, extraction)
    article = ReviewedArticle(whole, extraction)
    name = whole.title or extraction.id or ""
    # Cells of one notebook share a page: each article's cards have names of their own.
    digest = hashlib.sha256(f"{whole.text}\n{extraction.model_dump_json()}".encode()).hexdigest()
    html = _render(
        "shown_article",
        article=article,
        name=name,
        counts=_verdicts(extraction),
        prefix=f"uhc-{digest[:8]}-",
        pieces=cut(article),
        items=sorted(article.items, key=lambda item: item.start),
    )
    counts = ", ".join(f"{count} {kind}" for kind, count in _verdicts(extraction).items())
    return Shown(html, f"<{name or 'article'}: {counts or 'no facts'}>")


def extraction_html(extraction: Extraction) -> str:
    """The facts that came out of a text, why others did not, and how all of it was made."""
    return _render(
        "shown_extraction",
        extraction=extraction,
        counts=_verdicts(extraction),
        asked=list(_asked(extraction.unclaimed, extraction.findings)),
    )


def verification_html(verification: Verification) -> str:
    """Every fact with its verdict, and the numbers that none of them claims."""
    return _render(
        "shown_verification",
        verification=verification,
        counts=_counted(verification.facts),
        asked=list(_asked(verification.unclaimed, verification.findings)),
    )


def reading_html(reading: Reading) -> str:
    """A text with its numbers, regions and periods marked, and a table of each."""
    return _render("shown_reading", reading=reading, pieces=list(_words(reading)))


def _check_text(text: str, extraction: Extraction) -> None:
    """Code read the numbers that have an id or are unclaimed, so they stand where they say."""
    claimed = (f.evidence for f in extraction.facts if f.evidence and f.evidence.mention)
    places = [(e.start, e.end, e.quote) for e in claimed]
    places += [(u.mention.start, u.mention.end, u.mention.text) for u in extraction.unclaimed]
    for start, end, quote in places:
        if text[start:end] != quote:
            raise InputError(
                f"these facts come from another text: {quote!r} is not at {start} to {end}; "
                "show them with the text that was given to extract"
            )


def _verdicts(extraction: Extraction) -> dict[str, int]:
    return _counted((*extraction.facts, *extraction.rejected))


def _counted(facts: Iterable[Fact]) -> dict[str, int]:
    counts = Counter(fact.verdict or "verified" for fact in facts)
    return {kind: counts[kind] for kind in ("verified", "suspect", "rejected") if counts[kind]}


def _asked(unclaimed: Iterable[Unclaimed], findings: Iterable[Finding]) -> Iterator[Unclaimed]:
    """The numbers that the verifier would have expected some fact to claim."""
    starts = asked_starts(findings)
    return (u for u in unclaimed if u.mention.start in starts)


# --- a text that was only scanned -----------------------------------------------------------------


def _words(reading: Reading) -> Iterator[Words]:
    """The text in pieces that put together are the text again."""
    text = reading.text
    end = 0
    for mark in sorted(_marks(reading)):
        if mark.start > end:
            yield Words(text[end : mark.start])
        yield Words(text[mark.start : mark.end], mark.kind, mark.meaning)
        end = mark.end
    if end < len(text):
        yield Words(text[end:])


class _Mark(NamedTuple):
    start: int
    end: int
    kind: WordsKind
    meaning: str


def _marks(reading: Reading) -> Iterator[_Mark]:
    """What is marked, the most telling first: where two would overlap, the later gives way."""
    taken = bytearray(len(reading.text))
    for mark in (
        *(_number_mark(m) for m in reading.mentions if m.kind == "quantity"),
        *(_Mark(r.start, r.end, "region", _meaning(r)) for r in reading.regions),
        *(_Mark(p.start, p.end, "period", period(p.iso)) for p in reading.periods),
        *(_number_mark(m) for m in reading.mentions if m.kind != "quantity"),
    ):
        length = mark.end - mark.start  # the article's own date stands nowhere in the text
        if length and not any(taken[mark.start : mark.end]):
            taken[mark.start : mark.end] = b"\1" * length
            yield mark


def _number_mark(mention: Mention) -> _Mark:
    if mention.kind != "quantity":
        return _Mark(mention.start, mention.end, "aside", spoken(mention.kind))
    return _Mark(mention.start, mention.end, "quantity", said(mention))


def _meaning(region: RegionMention) -> str:
    names = _(" or ").join(one.name for one in region.candidates or (region,))
    return f"{names}, {region.code}" if region.code and not region.candidates else names


def said(mention: Mention) -> str:
    """What a number says, with its unit.

    >>> from uhc_llm.scanner import scan
    >>> said(scan("sekitar 1,5 juta jiwa").mentions[0])
    'about 1,500,000 people'
    """
    value = number(mention.value)
    if mention.upper is not None:
        value = _("{low} to {high}", low=value, high=number(mention.upper))
    qualifier = "" if mention.qualifier == "exact" else f"{spoken(mention.qualifier)} "
    unit = spoken(mention.unit) if mention.unit else ""
    return f"{qualifier}{value} {unit}".rstrip()


# --- templates ------------------------------------------------------------------------------------


def _render(template: str, **names: Any) -> str:  # noqa: ANN401 (whatever a template takes)
    return _templates().get_template(f"{template}.html").render(style=_style(), **names)


@cache
def _templates() -> Environment:
    made = environment("uhc_llm.report")
    made.filters["said"] = said
    return made


@cache
def _style() -> Markup:
    sheet = files("uhc_llm.report").joinpath("static/notebook.css").read_text("utf-8")
    return Markup(sheet)  # noqa: S704 (ours)
