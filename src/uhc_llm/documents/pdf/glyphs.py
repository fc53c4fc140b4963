"""What a page holds, however it was read: characters, ruled lines, and where they are.

Places are points from the page's top left, as its reader sees it: turned pages are turned.
"""

from typing import NamedTuple

__all__ = ["Glyph", "PageContent", "Rule"]


class Glyph(NamedTuple):
    """A character on a page; white space is a glyph too where the file has one.

    Attributes:
        text: the character.
        left: where it begins.
        top: of its line: the height of the font, not of this character.
        right: where the next one would begin.
        bottom: of its line.
        baseline: what it stands on.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    baseline: float

    @property
    def height(self) -> float:
        """Of its font: about one and a fifth of its size."""
        return self.bottom - self.top


class Rule(NamedTuple):
    """A straight line across or down the page."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def is_upright(self) -> bool:
        """Whether it goes down the page."""
        return self.bottom - self.top > self.right - self.left


class PageContent(NamedTuple):
    """What is on one page.

    Attributes:
        width: of the page.
        height: of the page.
        glyphs: in the order in which the file draws them.
        rules: the straight lines.
        has_pictures: whether there are any.
        unread: how many characters the file draws without saying which they are.
        aslant: how many characters stand otherwise than most, such as a stamp across the page.
        unseen: how many characters are not painted, or as white as the page.
    """

    width: float
    height: float
    glyphs: list[Glyph]
    rules: list[Rule]
    has_pictures: bool
    unread: int
    aslant: int
    unseen: int
