"""The pictures of a report."""

from collections.abc import Iterable
from typing import NamedTuple

from uhc_llm.schemas import Fact

__all__ = ["Picture", "pictures"]


class Picture(NamedTuple):
    """A picture, what it shows, and the figures behind it.

    Attributes:
        name: of its place on the page.
        title: says what is seen.
        caption: which facts are in it, which are left out and why.
        svg: the picture; empty where there is nothing to show.
        empty: what to say instead.
        header: of the table of figures.
        rows: of that table.
    """

    name: str
    title: str
    caption: str
    svg: str
    empty: str
    header: tuple[str, ...]
    rows: list[tuple[str, ...]]


def pictures(facts: Iterable[tuple[str, Fact]]) -> list[Picture]:
    """Draw facts, each with the name of its article."""
    del facts
    return []
