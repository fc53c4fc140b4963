"""Numbers on a web page that only a new line keeps apart.

    "<div>Peserta<div>95</div><div>28</div></div>"    no "9528", and no "95 28"

Where an extractor knows no paragraphs it puts the text of blocks together. So a word that is not on
the page is put where a line ends between two numbers, and becomes a line end afterwards.
"""

import re
from html import unescape
from typing import Final

from uhc_llm.documents.markup import BLOCKS, Tag, attributes_of, tags_of

__all__ = ["separated"]

_OTHERS: Final = frozenset(
    {"br", "button", "canvas", "center", "iframe", "img", "input", "label", "legend", "object"}
    | {"optgroup", "option", "picture", "select", "summary", "svg", "textarea", "video"}
)
# Blocks whose text an extractor may join even to a word beside it.
_FUSING: Final = (_OTHERS | {"div", "section", "address", "figcaption"}) - {"br"}
_SHOWN_AS_BLOCK: Final = re.compile(r"display\s?:\s?(?:block|flex|grid|table|list-item)")
_NEAR: Final = 12


def separated(page: str, word: str) -> str:
    """The page with a word wherever a line ends between two numbers.

    Args:
        page: the page as an extractor gets it.
        word: what is put there, with spaces around it.
    """
    parts: list[str] = []
    position = taken = 0
    before = ""
    line_end, is_fusing = -1, False
    for tag in tags_of(page):
        if position < tag.start:
            said = page[position : tag.start]
            if line_end >= 0 and _is_to_separate(before, said[:_NEAR], is_fusing=is_fusing):
                parts += page[taken:line_end], f" {word} "
                taken = line_end
            if said.strip():
                before, line_end, is_fusing = said[-_NEAR:], -1, False
            else:
                before += " "
        position = tag.end
        if _ends_line(tag):
            line_end = tag.start if line_end < 0 else line_end
            is_fusing = is_fusing or tag.name in _FUSING or tag.name == "span"
    said = page[position : position + _NEAR]
    if line_end >= 0 and _is_to_separate(before, said, is_fusing=is_fusing):
        parts += page[taken:line_end], f" {word} "
        taken = line_end
    return "".join((*parts, page[taken:]))


def _ends_line(tag: Tag) -> bool:
    if tag.name in BLOCKS or tag.name in _OTHERS:
        return True
    is_styled = tag.name == "span" and "display" in tag.attributes
    return is_styled and _SHOWN_AS_BLOCK.search(attributes_of(tag).get("style", "")) is not None


def _is_to_separate(before: str, behind: str, *, is_fusing: bool) -> bool:
    """Whether what stands before a line end and behind it would be read as one number or word."""
    last, first = unescape(before), unescape(behind)
    left, right = last.rstrip()[-1:], first.lstrip()[:1]
    if left.isdigit() and right.isdigit():
        return True
    clings = is_fusing and last[-1:] == left and first[:1] == right
    return clings and left.isalnum() and right.isalnum() and (left.isdigit() or right.isdigit())
