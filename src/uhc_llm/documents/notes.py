"""Marks of notes on a web page, other raised and lowered characters, and what nobody sees.

    "812.345<sup>1</sup> jiwa", "97<a href='#fn4'>[4]</a> persen"    marks, no part of a number
    "1,5×10<sup>6</sup>", "km<sup>2</sup>", "<sup>1</sup>/<sub>2</sub>"    raised, and stay so

An extractor keeps the text of an element and forgets that it was raised: a digit of a note would
become a digit of the number before it. So marks are taken out of the page before it comes to that,
and other digits become the characters that Unicode has for raised ones.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from importlib.resources import files
from itertools import pairwise
from typing import Any, Final, Literal, NamedTuple

from uhc_llm.documents.markup import BLOCKS, Edit, Tag, attributes_of, is_hidden, pieces

__all__ = ["note_edits", "read_lowered", "read_raised"]


def _table() -> dict[str, Any]:
    file = files("uhc_llm.documents").joinpath("notes.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


_TABLE: Final = _table()
_MARKS: Final = _TABLE["marks"]
_NO_MARKS: Final = _TABLE["no_marks"]
_ONE_MARK: Final = f"{_MARKS['opening']}(?:{'|'.join(_MARKS['signs'])}){_MARKS['closing']}"
_MARK: Final = re.compile(rf"{_ONE_MARK}(?:{_MARKS['between']}{_ONE_MARK}){{0,5}}", re.IGNORECASE)
_PLAIN_MARK: Final = re.compile(r"[\[(]?[1-9][0-9]{0,2}[\])]?|\[[a-z]\]|[*†‡]{1,3}", re.IGNORECASE)
_DEGREES: Final = frozenset[str](_MARKS["degrees"])
_DECLARED: Final = re.compile(_TABLE["declared"]["names"], re.IGNORECASE)
_STRUCK: Final = frozenset[str](_TABLE["struck"]["names"])
_BASE: Final = re.compile(rf"(?:{_NO_MARKS['bases']})\Z")
_NO_MARK_BEHIND: Final = re.compile(
    rf"(?:(?:{_NO_MARKS['units']})|(?:{_NO_MARKS['letters']}))\Z", re.IGNORECASE
)
_CURRENCY: Final = re.compile(rf"(?:{_NO_MARKS['currencies']})\Z", re.IGNORECASE)
_BEGUN: Final = re.compile(_NO_MARKS["begun"])
_UNCLEAR: Final = re.compile(rf"(?:{_NO_MARKS['unclear']})\Z")
_RAISED_BY_STYLE: Final = re.compile(_TABLE["raised"]["raised"], re.IGNORECASE)
_LOWERED_BY_STYLE: Final = re.compile(_TABLE["raised"]["lowered"], re.IGNORECASE)
_EXPONENT: Final = re.compile(r"[-−–+]?[0-9]{1,2}")
_FRACTION: Final = frozenset("/⁄")
_BETWEEN_MARKS: Final = frozenset(",;")

_CANDIDATES: Final = _STRUCK | {"sup", "sub", "a", "span", "font", "small", "button", "label"}
_RAISED: Final = str.maketrans("0123456789-−–+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁻⁺")
_LOWERED: Final = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

# A mark with all its markup is no longer than this.
_MOST_TAGS: Final = 12
_MOST_CHARACTERS: Final = 2_000
_BEFORE: Final = 24
_BEHIND: Final = 160
_TAGGED: Final = re.compile(r"<!--.{0,100}?-->|</?([A-Za-z0-9]{1,20})?[^<>]{0,150}>", re.DOTALL)


def note_edits(source: str, tags: Sequence[Tag]) -> tuple[Edit, ...]:
    """What is read in place of marks of notes, and of raised and lowered digits.

    Args:
        source: the page.
        tags: its tags, in order.

    Returns:
        Edits in order and apart.
    """
    return tuple(_edits(source, tags))


def _edits(source: str, tags: Sequence[Tag]) -> Iterator[Edit]:
    before = ""
    position = 0
    index = 0
    while index < len(tags):
        tag = tags[index]
        before = _line_before(before, source, position, tag)
        position = tag.end
        index += 1
        if tag.closes or not (tag.name in _CANDIDATES or (tag.is_inline and is_hidden(tag))):
            continue
        element = _element(source, tags, index - 1, before)
        edits = element and _edits_of(source, element)
        if element is None or edits is None:
            continue
        yield from edits
        index, position = element.last + 1, element.end
        before += "".join(edit.markup for edit in edits)


def _line_before(before: str, source: str, position: int, tag: Tag) -> str:
    """The last characters of the line that a tag stands in."""
    if position < tag.start:
        said = source[max(position, tag.start - _BEFORE * 4) : tag.start]
        before = (before + unescape(said))[-_BEFORE:]
    return "" if tag.name in BLOCKS or tag.name == "br" else before


class _Element(NamedTuple):
    """An element that may be a mark.

    Attributes:
        tags: its tags, and those in it.
        last: the index of the tag that closes it.
        text: what it says.
        before: the last characters before it in its line.
        behind: the first ones behind it.
        precedes_mark: whether something raised, or a link, follows at once.
    """

    tags: Sequence[Tag]
    last: int
    text: str
    before: str
    behind: str
    precedes_mark: bool

    @property
    def name(self) -> str:
        return self.tags[0].name

    @property
    def end(self) -> int:
        return self.tags[-1].end

    @property
    def is_declared(self) -> bool:
        """Whether it, or what stands in it, says that it is a note or leads to one."""
        return any(_is_declared(attributes_of(tag)) for tag in self.tags if not tag.closes)

    @property
    def is_raised(self) -> bool:
        """Whether it stands above the line."""
        return self.name == "sup" or self._is_styled(_RAISED_BY_STYLE)

    @property
    def is_lowered(self) -> bool:
        """Whether it stands below the line."""
        return self.name == "sub" or self._is_styled(_LOWERED_BY_STYLE)

    def _is_styled(self, style: re.Pattern[str]) -> bool:
        attributes = attributes_of(self.tags[0]) if self.tags[0].attributes else {}
        return any(style.search(attributes.get(key, "")) for key in ("class", "style"))

    def stretches(self) -> Iterator[tuple[int, int]]:
        """Where its text stands, from tag to tag."""
        for tag, following in pairwise(self.tags):
            yield tag.end, following.start


def _element(source: str, tags: Sequence[Tag], first: int, before: str) -> _Element | None:
    """The element that a tag opens, when it is short and in one line."""
    name, depth = tags[first].name, 0
    for last in range(first, min(first + _MOST_TAGS, len(tags))):
        tag = tags[last]
        if tag.end - tags[first].start > _MOST_CHARACTERS or tag.name in BLOCKS or tag.name == "br":
            return None
        depth += 0 if tag.name != name else -1 if tag.closes else 1
        if not depth:
            own = tags[first : last + 1]
            said = (source[tag.end : after.start] for tag, after in pairwise(own))
            following = source[tag.end : tag.end + _BEHIND]
            return _Element(
                own,
                last,
                text=unescape("".join(said)).strip(),
                before=before,
                behind=unescape(_TAGGED.sub(_line_end, following)),
                precedes_mark=following[:5].lower().startswith(("<sup>", "<sup ", "<a>", "<a ")),
            )
    return None


def _line_end(tag: re.Match[str]) -> str:
    name = (tag[1] or "").lower()
    return "\n" if name in BLOCKS or name == "br" else ""


def _is_declared(attributes: Mapping[str, str]) -> bool:
    target = attributes.get("href", "")
    named = " ".join(attributes.get(key, "") for key in ("class", "id", "role", "rel", "epub:type"))
    if target.startswith("#"):
        named += f" {target[1:]}"
    return any(_DECLARED.fullmatch(name) for name in named.split())


def _edits_of(source: str, element: _Element) -> tuple[Edit, ...] | None:
    """What is read instead of an element; None leaves it and looks at what is in it."""
    if element.name in _STRUCK or is_hidden(element.tags[0]):
        return _dropped(element)
    is_mark = _MARK.fullmatch(element.text) is not None
    if element.is_raised:
        return _of_raised(source, element, is_mark=is_mark)
    if element.is_lowered:
        return _of_lowered(source, element, is_mark=is_mark)
    if is_mark and (element.is_declared or _leads_to_note(element)):
        return _dropped(element)
    clings = element.before[-1:].isdigit() and not element.behind[:1].isdigit()
    is_plain = element.name == "a" and _PLAIN_MARK.fullmatch(element.text)
    return _dropped(element) if is_plain and (clings or element.text[0] == "[") else None


def _leads_to_note(element: _Element) -> bool:
    """Whether it is a link within the page right behind a word or a number."""
    target = attributes_of(element.tags[0]).get("href", "")
    return target.startswith("#") and len(target) > 1 and element.before[-1:].strip() != ""


def _of_raised(source: str, element: _Element, *, is_mark: bool) -> tuple[Edit, ...] | None:
    text = element.text
    if (is_mark and element.is_declared) or (text in _BETWEEN_MARKS and element.precedes_mark):
        return _dropped(element)
    reading = _reading_of_raised(text, element.before, element.behind)
    return _read_as(reading, source, element, _RAISED)


def _of_lowered(source: str, element: _Element, *, is_mark: bool) -> tuple[Edit, ...] | None:
    reading = _reading_of_lowered(element.text, element.before)
    is_declared = reading != "figure" and is_mark and element.is_declared
    return _read_as("mark" if is_declared else reading, source, element, _LOWERED)


_Reading = Literal["mark", "figure", "plain"]
"""A mark of a note, digits that stay above or below the line, or characters like any other."""


def _reading_of_raised(text: str, before: str, behind: str) -> _Reading:
    if behind[:1] in _FRACTION and text.isdigit():
        return "figure"
    is_power = _BASE.search(before) and _EXPONENT.fullmatch(text) and text != "1"
    is_inside = before[-1:].isdigit() and behind[:1].isdigit()
    if is_power or is_inside or _NO_MARK_BEHIND.search(before) or text.lower() in _DEGREES:
        return "figure"
    if _CURRENCY.search(before) or _BEGUN.search(f"{before}^{text}"):
        return "plain"
    if _MARK.fullmatch(text) and not (text.isdigit() and _UNCLEAR.search(before)):
        return "mark"
    return "figure" if text.isdigit() else "plain"


def _reading_of_lowered(text: str, before: str) -> _Reading:
    if before[-1:] in _FRACTION and text.isdigit():
        return "figure"
    stands_behind = before.rstrip()[-1:]
    if _MARK.fullmatch(text) and (stands_behind.isdigit() or stands_behind in {"", "%"}):
        return "mark"
    return "figure" if text.isdigit() else "plain"


def read_raised(characters: str, before: str, behind: str) -> str:
    """What raised characters are read as, by what stands around them in their line.

    >>> read_raised("1)", "189.220", " jiwa"), read_raised("6", "1,5×10", " jiwa")
    ('', '⁶')
    """
    text = characters.strip()
    return _read(characters, _reading_of_raised(text, before, behind), _RAISED)


def read_lowered(characters: str, before: str, _behind: str) -> str:
    """What lowered characters are read as, by what stands before them in their line.

    >>> read_lowered("1", "95,2", " persen"), read_lowered("2", "CO", "")
    ('', '₂')
    """
    return _read(characters, _reading_of_lowered(characters.strip(), before), _LOWERED)


def _read(characters: str, reading: _Reading, digits: dict[int, int]) -> str:
    if reading == "mark":
        return characters.replace(characters.strip(), "")
    return characters.translate(digits) if reading == "figure" else characters


def _read_as(
    reading: _Reading, source: str, element: _Element, digits: dict[int, int]
) -> tuple[Edit, ...] | None:
    if reading == "mark":
        return _dropped(element)
    return _translated(source, element, digits) if reading == "figure" else None


def _dropped(element: _Element) -> tuple[Edit, ...]:
    return (Edit(element.tags[0].start, element.end),)


def _translated(source: str, element: _Element, digits: dict[int, int]) -> tuple[Edit, ...]:
    """The digits in an element as raised or lowered ones, each in its place."""
    return tuple(
        Edit(place, place + 1, said, said)
        for start, end in element.stretches()
        for piece in pieces(source, start, end)
        if piece.text == source[piece.start : piece.end]
        for place in range(piece.start, piece.end)
        if (said := source[place].translate(digits)) != source[place]
    )
