"""The articles of a report: a row for each fact, a row for each article, and the articles' pages.

A page of text takes far more room than its facts. So the articles lie in the file packed, many
together, and are unpacked when one is opened.
"""

import base64
import gzip
import json
from typing import Any, Final

from jinja2 import Environment

from uhc_llm.batch.reviewed import Item, ReviewedArticle
from uhc_llm.language import _, period
from uhc_llm.pages import cut, shown
from uhc_llm.pages.page_pictures import pictures_of
from uhc_llm.report.overview import state_of
from uhc_llm.schemas import exact_number
from uhc_llm.wording import amount, spoken

__all__ = ["CHUNK", "Articles", "packed", "safe_json"]

CHUNK: Final = 40
"""So many articles are packed together."""

_MOST_PICTURES: Final = 6_000_000


class Articles:
    """The rows and pages of a report, taken one article at a time.

    Attributes:
        facts: a row for each fact; see report.js for the columns.
        rows: a row for each article.
        chunks: the packed pages, base64 of gzip of a JSON list.
    """

    def __init__(self, templates: Environment) -> None:
        self._page = templates.get_template("article.html")
        self._waiting: list[str] = []
        self._pictured = 0
        self.facts: list[list[Any]] = []
        self.rows: list[list[Any]] = []
        self.chunks: list[str] = []

    def add(self, article: ReviewedArticle) -> None:
        """Take one more article."""
        number = len(self.rows)
        items = sorted(article.items, key=lambda item: item.start)
        facts = [item for item in items if item.fact]
        self.facts.extend(_fact_row(item, number) for item in facts)
        self.rows.append(_article_row(article, facts))
        pictures = pictures_of(article, facts, is_full=self._pictured > _MOST_PICTURES)
        self._pictured += sum(len(each.picture.png) for each in pictures.values() if each.picture)
        self._waiting.append(
            self._page.render(article=article, items=items, pieces=cut(article), pictures=pictures)
        )
        if len(self._waiting) == CHUNK:
            self.finish()

    def finish(self) -> None:
        """Pack what waits."""
        if self._waiting:
            self.chunks.append(packed(self._waiting))
            self._waiting.clear()


def packed(value: object) -> str:
    """Something as JSON, pressed and written in letters; see `unpacked` in common.js."""
    # The same thing makes the same file: gzip would write the time into it.
    pressed = gzip.compress(json.dumps(value).encode(), compresslevel=9, mtime=0)
    return base64.b64encode(pressed).decode()


def _fact_row(item: Item, article: int) -> list[Any]:
    fact = item.fact
    if fact is None:
        raise AssertionError(f"{item!r} holds no fact")
    region = fact.region
    row = [
        region.name if region else "",
        (region.province or (region.name if region.level == "province" else "")) if region else "",
        fact.period.iso if fact.period else "",
        spoken(fact.metric),
        amount(fact),
        exact_number(fact.value),
        fact.evidence.quote if fact.evidence else "",
        spoken(fact.status) if fact.status else "",
        spoken(fact.segment) if fact.segment else "",
        state_of(item),
        article,
        item.id,
        period(fact.period.iso) if fact.period else "",
        fact.confidence,
    ]
    return [shown(cell) for cell in row]


def _article_row(article: ReviewedArticle, facts: list[Item]) -> list[Any]:
    published = article.extraction.published or article.document.published
    return [
        shown(article.name),
        shown(article.document.title or ""),
        published.isoformat() if published else "",
        sum(item.stands for item in facts),
        sum(state_of(item) == "suspect" for item in facts),
        sum(item.fact is None and item.mention is not None for item in article.open_items),
        _("yes") if article.is_reviewed else "",
    ]


def safe_json(value: object) -> str:
    """JSON that may stand in a script element: nothing in it ends one, or begins a comment."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
