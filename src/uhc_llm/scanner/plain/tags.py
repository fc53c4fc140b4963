"""The tags, comments and entities of a text, in order: what HTML reads as something else.

One pass, in linear time whatever the text holds. A "<" or "&" that begins nothing known is text.
"""

import re
from collections.abc import Iterator
from html import unescape
from html.entities import html5
from typing import Final, NamedTuple
from unicodedata import category

__all__ = ["BLOCKS", "Piece", "read_pieces"]

_APART: Final = (
    "address article aside blockquote body center details dir div dl fieldset figure footer form "
    "h1 h2 h3 h4 h5 h6 header hgroup hr html main menu nav ol p pre section summary table ul"
)
_ON_A_LINE: Final = "br caption dd dt figcaption legend li option tr"
BLOCKS: Final = {**dict.fromkeys(_APART.split(), 2), **dict.fromkeys(_ON_A_LINE.split(), 1)}
"""Elements that stand on lines of their own, and the line ends around them: two are a gap."""

_OTHERS: Final = (
    "a abbr acronym applet area audio b base basefont bdi bdo big blink button canvas cite code "
    "col colgroup data datalist del dfn em embed font frame frameset head i iframe img input ins "
    "kbd label link map mark marquee math meta meter nobr noembed noframes noscript object "
    "optgroup output param picture progress q ref rp rt ruby s samp script select slot small "
    "source span strike strong style sub sup svg tbody td template textarea tfoot th thead time "
    "title track tt u use var video wbr"
)
_NAMES: Final = frozenset(BLOCKS) | frozenset(_OTHERS.split())
# Those of Word's and of other programs' own: "o:p", "amp-img".
_OWN: Final = re.compile(r"(?:o|v|w|m|st1|fb|g):[a-z]\w*|(?:amp|g)-[\w-]+")
# What stands inside these is no markup, and nobody sees it.
_RAW: Final = {
    name: re.compile(f"</{name}\\s*+>", re.IGNORECASE)
    for name in ("script", "style", "textarea", "title", "iframe", "noembed", "xmp", "svg", "math")
}
_FLAG: Final = (
    r"(?:allowfullscreen|async|border|checked|compact|controls|defer|disabled|download|hidden"
    r"|itemscope|noshade|nowrap|open|reversed|selected|data-[\w-]++)(?![\w-])"
)
_ATTRIBUTE: Final = r"[A-Za-z_:@][\w:.@-]*+\s*+=\s*+"
_TAG: Final = re.compile(
    rf"""
    < (?P<close>/?+) (?P<name>[A-Za-z][\w:-]{{0,40}}+)
    (?P<attributes>(?:
        \s++ (?: {_ATTRIBUTE} (?: \\?+"[^"]*+" | \\?+'[^']*+' | [^\s"'=<>`]++ ) | {_FLAG} )
    )*+)
    \s*+ /?+ >
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ESCAPED_TAG: Final = re.compile(
    rf"""
    &(?:amp;)?+lt; (?P<close>/?+) (?P<name>[A-Za-z][\w:-]{{0,40}}+)
    (?P<attributes>(?:
        \s++ {_ATTRIBUTE}
        (?: "[^"<>]*+" | '[^'<>]*+' | &(?:amp;)?+quot; (?:(?!&(?:amp;)?quot;)[^<>]){{0,2000}}+
            &(?:amp;)?+quot; | [^\s"'=<>`&]++ )
    )*+)
    \s*+ /?+ &(?:amp;)?+gt;
    """,
    re.VERBOSE | re.IGNORECASE,
)
_DECLARATION: Final = re.compile(r"<[!?]/?+\[?+[A-Za-z][^<>]{0,1000}+>")
_ENTITY: Final = re.compile(
    r"&(?P<again>(?:amp;){0,3}+)(?P<name>\#[0-9]{1,8}+|\#[xX][0-9a-fA-F]{1,7}+|nbsp"
    r"|[A-Za-z][A-Za-z0-9]{1,31}+)(?P<end>;?+)(?P<next>[A-Za-z=]?+)"
)
_START: Final = re.compile("[<&]")
_SPACES: Final = {"\r": "", "\n": "\n"}
_CDATA: Final = "<![CDATA["


class Piece(NamedTuple):
    """A stretch that is read as something else.

    Attributes:
        start: where it begins.
        end: the offset behind it.
        name: the tag's, in lower case; "" for what is no tag.
        closes: whether it is an end tag.
        attributes: those of a tag, as they stand.
        text: what it is read as where it is no tag: nothing, or an entity's characters.
    """

    start: int
    end: int
    name: str = ""
    closes: bool = False
    attributes: str = ""
    text: str = ""


def read_pieces(text: str) -> list[Piece]:
    """Every piece of markup in `text`, in order and apart.

    >>> [piece.name or piece.text for piece in read_pieces("95&#44;<b>28</b>% < 98 & R&D;")]
    [',', 'b', 'b']
    """
    return list(_Reader(text).pieces())


class _Reader:
    """One pass over a text; it remembers which ends were looked for and stand nowhere."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._endless: set[str] = set()

    def pieces(self) -> Iterator[Piece]:
        text = self._text
        place = 0
        while start := _START.search(text, place):
            piece = self._at(start.start())
            if piece:
                yield piece
            place = piece.end if piece else start.end()

    def _at(self, start: int) -> Piece | None:
        text = self._text
        if text[start] == "&":
            tag = _ESCAPED_TAG.match(text, start)
            return (self._tag(tag) if tag else None) or _entity(text, start)
        if tag := _TAG.match(text, start):
            return self._tag(tag)
        if text.startswith("<!--", start):
            return self._until("-->", start)
        if text.startswith(_CDATA, start):
            return Piece(start, start + len(_CDATA))
        declaration = _DECLARATION.match(text, start)
        return Piece(start, declaration.end()) if declaration else None

    def _tag(self, tag: re.Match[str]) -> Piece | None:
        name, closes = tag["name"].lower(), bool(tag["close"])
        if name not in _NAMES and not _OWN.fullmatch(name):
            return None
        if name in _RAW and not closes and name not in self._endless:
            if end := _RAW[name].search(self._text, tag.end()):
                return Piece(tag.start(), end.end())
            self._endless.add(name)
        return Piece(tag.start(), tag.end(), name, closes, tag["attributes"])

    def _until(self, mark: str, start: int) -> Piece | None:
        end = -1 if mark in self._endless else self._text.find(mark, start)
        if end < 0:
            self._endless.add(mark)
            return None
        return Piece(start, end + len(mark))


def _entity(text: str, start: int) -> Piece | None:
    found = _ENTITY.match(text, start)
    if found is None:
        return _ampersand(text, start)
    name, end = found["name"], found["end"]
    if _is_entity(name, end, found["next"], escaped_twice=bool(found["again"])):
        return Piece(start, found.end("end"), text=_as_read(unescape(f"&{name}{end or ';'}")))
    return _ampersand(text, start)


def _ampersand(text: str, start: int) -> Piece | None:
    escaped = "&amp;"
    return Piece(start, start + len(escaped), text="&") if text.startswith(escaped, start) else None


def _is_entity(name: str, end: str, following: str, *, escaped_twice: bool) -> bool:
    if name[0] == "#":
        return bool(end) or not escaped_twice
    if end:
        return f"{name};" in html5
    # Browsers read the oldest names without a semicolon; those that words and addresses go on with
    # ("?a=1&copy=2") are text here.
    return name in html5 and not escaped_twice and (name == "nbsp" or not following)


def _as_read(characters: str) -> str:
    return "".join(
        _SPACES.get(c, " ") if c.isspace() else "" if category(c) in {"Cc", "Cf"} else c
        for c in characters
    )
