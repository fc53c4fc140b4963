"""The visible characters of a web page, each with its place in the page, and what it states.

This reads HTML as a browser's tokenizer does, in one pass and in linear time whatever the page
holds; the tree is of no interest here. (The standard library's `html.parser` looks for the end of
an unclosed comment again and again, and takes hours for a page of nothing else.)
"""

import html
import re
from array import array
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

__all__ = [
    "BLOCKS",
    "WORD",
    "Edit",
    "Markup",
    "Piece",
    "Statement",
    "Tag",
    "VisibleText",
    "attributes_of",
    "edited",
    "is_hidden",
    "pieces",
    "read_markup",
    "tags_of",
]

# White space, and what trafilatura takes out or puts in: characters that do not print, and the
# bars between cells. None of it counts when texts are compared.
_IGNORED: Final = "\\s|\\x00-\\x1f\\x7f-\\xa0\\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
WORD: Final = re.compile(f"[^{_IGNORED}]++")
"""A run of characters that count when texts are compared."""

_PIECE: Final = re.compile(
    rf"""
    ( & (?: \#[0-9]{{1,9}} | \#[xX][0-9a-fA-F]{{1,9}} | [A-Za-z][A-Za-z0-9]{{0,40}} ) ;? )
    | [^{_IGNORED}&]++
    | &
    """,
    re.VERBOSE,
)
_TAG: Final = re.compile(
    r"""
    < (?P<close>/?+) (?P<name>[A-Za-z][^\s/>]*+)
    (?P<attributes>(?: [^>=]++ | = \s*+ (?: "[^"]*+" | '[^']*+' )?+ )*+) >
    """,
    re.VERBOSE,
)
_ATTRIBUTE: Final = re.compile(
    r"""([^\s=/>"']++) \s*+ = \s*+ (?: "([^"]*+)" | '([^']*+)' | ([^\s>"']++) )""", re.VERBOSE
)
_MAY_HIDE: Final = re.compile(r"hidden|display", re.IGNORECASE)
_NOT_SHOWN: Final = re.compile(
    r"(?:^|[\s;])(?:display\s?:\s?none|visibility\s?:\s?hidden)", re.IGNORECASE
)
# What stands inside these is no markup, and nobody sees it.
_HIDDEN: Final[Mapping[str, re.Pattern[str]]] = {
    name: re.compile(f"</{name}(?=[\\s/>])", re.IGNORECASE)
    for name in ("script", "style", "textarea", "title", "iframe", "noembed", "xmp")
}
_STATING: Final = frozenset({"meta", "time", "script", "input"})
BLOCKS: Final = frozenset(
    {"address", "article", "aside", "blockquote", "body", "dd", "details", "div", "dl", "dt"}
    | {"fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6"}
    | {"header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "td"}
    | {"tfoot", "th", "thead", "tr", "ul"}
)
"""Elements that begin a new line."""


class VisibleText(NamedTuple):
    """The characters of a page that count, put together, in runs.

    Attributes:
        text: the characters.
        starts: where each run begins in `text`, and the length of `text`.
        sources: where it begins in the page.
        source_lengths: how long it is there; as in `text`, but for entities.
        nodes: where in `text` each stretch without tags begins.
    """

    text: str
    starts: "array[int]"
    sources: "array[int]"
    source_lengths: "array[int]"
    nodes: "array[int]"


class Edit(NamedTuple):
    """A stretch of the page in whose place something else is read.

    Attributes:
        start: where it begins.
        end: where it ends.
        markup: what an extractor gets instead.
        seen: the characters of it that count when texts are compared; such an edit has no tag in
            its stretch.
    """

    start: int
    end: int
    markup: str = ""
    seen: str = ""


class Piece(NamedTuple):
    """Characters that count, and the stretch of the page that they stand for."""

    text: str
    start: int
    end: int


class Statement(NamedTuple):
    """A tag that may say something about the page."""

    name: str
    attributes: Mapping[str, str]
    content: str


class Markup(NamedTuple):
    """A page in pieces.

    Attributes:
        visible: its visible characters.
        statements: its tags that may say something about it, with what scripts contain.
        tags: the number of its tags.
        inline_tags: the largest number of inline tags that follow each other in one block.
    """

    visible: VisibleText
    statements: tuple[Statement, ...]
    tags: int
    inline_tags: int


def read_markup(source: str, edits: Sequence[Edit] = ()) -> Markup:
    """Take a page apart.

    Args:
        source: the page as it was decoded.
        edits: what is read in place of stretches of it, in order and apart.
    """
    visible = _VisibleRuns(source, edits)
    statements: list[Statement] = []
    tags = inline = most_inline = 0
    position = 0
    for tag in tags_of(source):
        visible.add(position, tag.start)
        position = tag.end
        tags += 1
        inline = 0 if tag.name in BLOCKS else inline + tag.is_inline
        most_inline = max(most_inline, inline)
        if tag.name in _STATING and not tag.closes:
            content = source[tag.content_start : tag.end]
            statements.append(Statement(tag.name, attributes_of(tag), content))
    visible.add(position, len(source))
    return Markup(visible.finished(), tuple(statements), tags, most_inline)


def edited(source: str, edits: Sequence[Edit]) -> str:
    """The page with the markup of the edits, which are in order and apart."""
    parts: list[str] = []
    position = 0
    for edit in edits:
        parts += source[position : edit.start], edit.markup
        position = edit.end
    return "".join((*parts, source[position:]))


def pieces(source: str, start: int, end: int) -> Iterator[Piece]:
    """The characters that count in a stretch without tags; an entity is a piece of its own."""
    for piece in _PIECE.finditer(source, start, end):
        characters = piece.group()
        if piece.lastindex:
            characters = "".join(WORD.findall(html.unescape(characters)))
        if characters:
            yield Piece(characters, piece.start(), piece.end())


class Tag(NamedTuple):
    """One tag, a comment (without a name), or a hidden element with all that is in it."""

    start: int
    content_start: int
    end: int
    name: str = ""
    attributes: str = ""
    closes: bool = False

    @property
    def is_inline(self) -> bool:
        """Whether it opens an element that stands inside a line."""
        return not self.closes and self.name not in BLOCKS and self.name not in {"", "br"}


def tags_of(source: str) -> Iterator[Tag]:
    """Every tag of the page, in order; what is never closed goes on to the end of the page."""
    position = source.find("<")
    while position >= 0:
        tag = _tag_at(source, position)
        if tag:
            yield tag
        position = source.find("<", tag.end if tag else position + 1)


def _tag_at(source: str, start: int) -> Tag | None:
    found = _TAG.match(source, start)
    if found:
        name, closes = found["name"].lower(), bool(found["close"])
        end = found.end()
        if name in _HIDDEN and not closes:
            closing = _HIDDEN[name].search(source, end)
            end = closing.start() if closing else len(source)
        return Tag(start, found.end(), end, name, found["attributes"], closes)
    following = source[start + 1 : start + 4]
    if following == "!--":
        return _comment(source, start, "-->", start + 4)
    if following[:1] in {"!", "?"}:
        return _comment(source, start, ">", start + 2)
    if following.lstrip("/")[:1].isalpha() or following[:1] == "/":
        return Tag(start, len(source), len(source))
    return None


def _comment(source: str, start: int, mark: str, begin: int) -> Tag:
    end = source.find(mark, begin)
    end = len(source) if end < 0 else end + len(mark)
    return Tag(start, end, end)


def attributes_of(tag: Tag) -> dict[str, str]:
    """The attributes of a tag by name in lower case; of several with one name the first counts."""
    attributes: dict[str, str] = {}
    for found in _ATTRIBUTE.finditer(tag.attributes):
        value = found[2] or found[3] or found[4] or ""
        attributes.setdefault(found[1].lower(), html.unescape(value).strip())
    return attributes


def is_hidden(tag: Tag) -> bool:
    """Whether a tag says that nobody sees its element."""
    if not _MAY_HIDE.search(tag.attributes):
        return False
    attributes = attributes_of(tag)
    if _NOT_SHOWN.search(attributes.get("style", "")) or attributes.get("aria-hidden") == "true":
        return True
    return "hidden" in _ATTRIBUTE.sub(" ", tag.attributes).lower().split()


class _VisibleRuns:
    """Collects what `VisibleText` holds."""

    def __init__(self, source: str, edits: Sequence[Edit]) -> None:
        self._source = source
        self._edits = edits
        self._edit = 0
        self._pieces: list[str] = []
        self._length = 0
        self._starts, self._sources = array("q"), array("q")
        self._source_lengths, self._nodes = array("q"), array("q")

    def add(self, start: int, end: int) -> None:
        """Add the characters that stand between two tags, as they are edited."""
        while self._edit < len(self._edits) and self._edits[self._edit].start < end:
            edit = self._edits[self._edit]
            self._add(start, edit.start)
            if edit.seen:
                self._nodes.append(self._length)
                self._append(Piece(edit.seen, edit.start, edit.end))
            start = max(start, edit.end)
            if edit.end > end:
                return
            self._edit += 1
        self._add(start, end)

    def _add(self, start: int, end: int) -> None:
        if start >= end:
            return
        self._nodes.append(self._length)
        for piece in pieces(self._source, start, end):
            self._append(piece)

    def _append(self, piece: Piece) -> None:
        self._pieces.append(piece.text)
        self._starts.append(self._length)
        self._sources.append(piece.start)
        self._source_lengths.append(piece.end - piece.start)
        self._length += len(piece.text)

    def finished(self) -> VisibleText:
        """What was collected."""
        self._starts.append(self._length)
        return VisibleText(
            "".join(self._pieces), self._starts, self._sources, self._source_lengths, self._nodes
        )
