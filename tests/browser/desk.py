"""What somebody does at the pages of the review, and what the run's file has of it then."""

from pathlib import Path

from playwright.sync_api import Page

from tests.decided_run import articles
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.reviewed import ReviewedArticle

__all__ = ["focus_of", "item_in_view", "open_article", "press", "stored"]


def press(page: Page, key: str) -> None:
    """Press a key that leads to another page."""
    with page.expect_navigation():
        page.keyboard.press(key)


def focus_of(page: Page) -> str:
    """What has the focus: its text, else its tag."""
    told = page.evaluate("document.activeElement.innerText || document.activeElement.tagName")
    return " ".join(str(told).split())


def item_in_view(page: Page) -> str:
    """The item that a page of an article is about."""
    return page.locator("#decide input[name=item]").input_value()


def open_article(page: Page, name: str) -> None:
    """Go to an article from the queue, by searching for it."""
    page.keyboard.press("/")
    page.keyboard.type(name)
    press(page, "Enter")
    page.keyboard.press("j")
    assert name in focus_of(page)
    press(page, "Enter")


def stored(run: Path, name: str) -> ReviewedArticle:
    """An article as the run's file has it now."""
    with Ledger.read(run) as ledger:
        return next(each for each in articles(ledger) if each.name == name)
