"""What a style of characters says in Word, said again at each run: raised, lowered, hidden.

A run names a style, which may go on from another one; and characters are raised by a style, or by
points, as well as by being superscript.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from uhc_llm.documents.office.archive import tree_of

__all__ = ["plainly_styled"]

_WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARTS: Final = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml")
_STYLES: Final = "word/styles.xml"
_STYLED: Final = (b"vanish", b"vertAlign", b"w:position")
_OFF: Final = frozenset({"0", "false", "off"})
_MOST_PARENTS: Final = 20


class _Said(NamedTuple):
    """What properties of characters say; None where they say nothing."""

    height: str | None = None
    is_hidden: bool | None = None

    def or_else(self, other: "_Said") -> "_Said":
        return _Said(
            other.height if self.height is None else self.height,
            other.is_hidden if self.is_hidden is None else self.is_hidden,
        )


def plainly_styled(parts: Mapping[str, bytes]) -> dict[str, Any]:
    """The parts of a document with runs that are raised or lowered by themselves, hidden ones not.

    Returns:
        Trees by the names of the parts; none when nothing in the document is styled so.
    """
    mentioned = [parts.get(name, b"") for name in (*_PARTS, _STYLES)]
    if not any(word in part for part in mentioned for word in _STYLED):
        return {}
    styles = _Styles(tree_of(parts[_STYLES]).iter(f"{_WORD}style") if _STYLES in parts else ())
    trees = {name: tree_of(parts[name]) for name in _PARTS if name in parts}
    for tree in trees.values():
        for parent in list(tree.iter()):
            for run in parent.findall(f"{_WORD}r"):
                said = styles.of_run(run.find(f"{_WORD}rPr"))
                if said.is_hidden:
                    parent.remove(run)
                elif said.height is not None:
                    _set_height(run, said.height)
    return trees


class _Styles:
    def __init__(self, styles: Iterable[Any]) -> None:
        self._styles = {style.get(f"{_WORD}styleId", ""): style for style in styles}

    def of_run(self, properties: Any) -> _Said:  # noqa: ANN401 (an Element)
        """What a run says itself, or else its style and those that this one goes on from."""
        said = _said(properties)
        name = _value(properties, "rStyle")
        for _ in range(_MOST_PARENTS):
            style = self._styles.get(name or "")
            if style is None:
                break
            said = said.or_else(_said(style.find(f"{_WORD}rPr")))
            name = _value(style, "basedOn")
        return said


def _said(properties: Any) -> _Said:  # noqa: ANN401 (an Element)
    """What an element with properties says."""
    if properties is None:
        return _Said()
    height = _value(properties, "vertAlign")
    if height in {None, "baseline"}:
        position = (_value(properties, "position") or "").removesuffix("pt")
        is_number = position.removeprefix("-").isdecimal()
        if is_number and int(position[:6]):
            height = "superscript" if int(position[:6]) > 0 else "subscript"
    hidden = properties.find(f"{_WORD}vanish")
    is_hidden = None if hidden is None else hidden.get(f"{_WORD}val", "1") not in _OFF
    return _Said(height, is_hidden)


def _value(element: Any, name: str) -> str | None:  # noqa: ANN401 (an Element)
    found = None if element is None else element.find(f"{_WORD}{name}")
    return None if found is None else found.get(f"{_WORD}val")


def _set_height(run: Any, height: str) -> None:  # noqa: ANN401 (an Element)
    properties = run.find(f"{_WORD}rPr")
    if properties is None:  # pragma: no cover (what is raised has properties)
        return
    for stated in properties.findall(f"{_WORD}vertAlign"):
        properties.remove(stated)
    properties.append(properties.makeelement(f"{_WORD}vertAlign", {f"{_WORD}val": height}))
