"""Markdown inside a text, with what forums and wikis write for the same: the words without it.

    text -> lines: headings, quotes, rules          => edits
         -> links, emphasis, code, footnotes within =>

A mark counts only where its pair stands in the same paragraph: a star behind a figure, a product
or a name with underscores is text.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from uhc_llm.scanner.plain.edits import Edit
from uhc_llm.scanner.plain.inline_marks import inline_edits, is_address

__all__ = ["markdown_edits"]

_SIGNS: Final = (*"*_`[\\#>~", "'''", "\n---", "\n===")
_LINE: Final = re.compile(
    r"""
    ^[ \t]{0,8}+ (?:
      (?P<heading> \#{1,6}+ [ \t]++ ) (?= [^\s|] [^|\n]*+ $ )
    | (?P<rule> (?: (?:-[ \t]*+){3,}+ | (?:\*[ \t]*+){3,}+ | (?:_[ \t]*+){3,}+ | ={3,}+[ \t]*+ ) $ )
    | (?P<fence> (?: `{3,}+ [^`\n]*+ | ~{3,}+ [^~\n]*+ ) $ )
    | \[ (?P<label> [^\]\[\n^]{1,100}+ ) \]: [ \t]*+ (?P<address> \S{1,2000}+ )
      (?: [ \t]++ ["'(] [^\n]*+ )?+ $
    )
    """,
    re.VERBOSE | re.MULTILINE,
)
_QUOTE: Final = re.compile(r"^[ ]{0,3}+(?:>[ \t]{0,3}+){1,20}+", re.MULTILINE)
_QUOTED_WORD: Final = re.compile(r"[^\W\d]|[\"“‘'*_\[(#]")


def markdown_edits(text: str) -> list[Edit]:
    """What of `text` is Markdown, and what a reader sees instead.

    >>> markdown_edits("**95,28** persen")
    [Edit(start=0, end=2, text=''), Edit(start=7, end=9, text='')]

    Args:
        text: any text, with lines that end in a line feed.

    Returns:
        Edits in order and apart; none for a text without markup.
    """
    if not any(map(text.__contains__, _SIGNS)):
        return []
    labels: set[str] = set()
    lines = [*_line_edits(text, labels), *_quote_edits(text)]
    return list(_apart(text, [*lines, *inline_edits(text, labels)]))


def _line_edits(text: str, labels: set[str]) -> Iterator[Edit]:
    """Edits of whole lines; the labels of links that a line defines are added to `labels`."""
    for line in _LINE.finditer(text):
        start, end = line.span()
        if line["heading"]:
            yield from _heading(text, start, end)
        elif line["label"] is None:
            yield Edit(start, end, "")
        elif is_address(line["address"]):
            labels.add(line["label"].casefold())
            yield Edit(start, end, "")


def _heading(text: str, start: int, end: int) -> Iterator[Edit]:
    """The line without its marks, and apart from the lines around it."""
    yield Edit(start, end, "\n" if start and text[start - 2 : start] != "\n\n" else "")
    line_end = _line_end(text, end)
    said = text[end:line_end].rstrip()
    unmarked = said.rstrip("#")
    if unmarked != said and unmarked != unmarked.rstrip():
        said = unmarked.rstrip()
    behind = end + len(said)
    if line_end < len(text) - 1 and text[line_end + 1] != "\n":
        yield Edit(behind, line_end + 1, "\n\n")
    elif behind < line_end:
        yield Edit(behind, line_end, "")


def _line_end(text: str, place: int) -> int:
    end = text.find("\n", place)
    return len(text) if end < 0 else end


def _quote_edits(text: str) -> Iterator[Edit]:
    """The marks of quoted lines; "> 95 persen" alone says that something is more than that."""
    block: list[re.Match[str]] = []
    if ">" not in text:
        return
    for mark in _QUOTE.finditer(text):
        if block and _line_end(text, block[-1].end()) + 1 != mark.start():
            yield from _quote(text, block)
            block = []
        block.append(mark)
    yield from _quote(text, block)


def _quote(text: str, block: Iterable[re.Match[str]]) -> Iterator[Edit]:
    marks = list(block)
    if any(_QUOTED_WORD.match(text, mark.end()) for mark in marks):
        yield from (Edit(mark.start(), mark.end(), "") for mark in marks)


def _apart(text: str, edits: list[Edit]) -> Iterator[Edit]:
    """The edits in order, without those inside others; no two numbers become one.

    What stood between two digits, and is read as nothing, is read as a space.
    """
    edits.sort(key=lambda edit: (edit.start, -edit.end))
    kept: list[Edit] = []
    for edit in edits:
        is_inside = kept and edit.start < kept[-1].end
        if not is_inside and text[edit.start : edit.end] != edit.text:
            kept.append(edit)
    run_start = 0
    for index, edit in enumerate(kept):
        if index and kept[index - 1].end != edit.start:
            run_start = index
        is_last = index + 1 == len(kept) or kept[index + 1].start != edit.end
        first = kept[run_start].start
        if is_last and first and not any(e.text for e in kept[run_start : index + 1]):
            digits = text[first - 1] + text[edit.end : edit.end + 1]
            if len(digits) == 2 and digits.isdigit():  # noqa: PLR2004 - one on either side
                edit = edit._replace(text=" ")  # noqa: PLW2901 - the same edit, read otherwise
        yield edit
