"""A drawing made safe to stand in a page: only shapes and text, and no style of its own."""

import re
from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree as ET

from markupsafe import escape

from uhc_llm.pages.templating import shown

__all__ = ["printable", "safe_svg"]

_SVG: Final = "{http://www.w3.org/2000/svg}"
_ELEMENTS: Final = frozenset({"g", "path", "line", "rect", "circle", "text", "tspan"})
# Not style, class, id, href or anything that begins with "on". The font is the page's. Roles inside
# a picture say nothing: to who cannot see it, it is one thing with a name.
_ATTRIBUTES: Final = frozenset(
    {
        "d", "x", "y", "x1", "x2", "y1", "y2", "dx", "dy", "r", "cx", "cy", "width", "height",
        "transform", "fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity",
        "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "opacity",
        "text-anchor", "font-size", "font-weight", "font-style",
    }
)  # fmt: skip
# Numbers, names and the colours of the page. No other function: url() fetches.
_VALUE: Final = re.compile(
    r"""
      var\(--[a-z0-9-]+\)                                 # a colour of the page
    | (?:(?:translate|rotate|scale)\([-\d.,\s]*\)\s*)+    # where it stands
    | [-+\w.,%\#\s]*                                      # a number, a name, a path
    """,
    re.VERBOSE | re.ASCII,
)


def printable(words: str) -> str:
    """Words on one line, without what XML cannot hold or what plays with its neighbours."""
    return _NO_XML.sub("\ufffd", " ".join(str(shown(words)).split()))


_NO_XML: Final = re.compile("[\ud800-\udfff\ufffe\uffff]")


def safe_svg(drawing: str, label: str) -> str:
    """An SVG written anew from what a picture needs: everything else in it is left behind.

    It takes the width that it is given. What an element is called (`aria-label`) becomes its
    `title`, which browsers show to a pointer that rests on it.

    Args:
        drawing: an SVG document.
        label: what the picture shows, for those who cannot see it.

    Returns:
        An element that may stand in a page as it is.

    Raises:
        ValueError: it is not SVG, or has no place on the page (no viewBox).
    """
    try:
        # Made by our own drawing a moment ago; entities, which are dangerous, it has none.
        root = ET.fromstring(drawing)  # noqa: S314
    except ET.ParseError as error:
        raise ValueError(f"the drawing is not XML: {error}") from error
    box = root.get("viewBox", "")
    if root.tag != f"{_SVG}svg" or not re.fullmatch(r"[-\d.\s]+", box, re.ASCII):
        raise ValueError(f"the drawing is not SVG with a viewBox, but {root.tag!r} {box!r}")
    head = f'<svg viewBox="{box}" role="img" aria-label="{escape(label)}">'
    return head + "".join(part for child in root for part in _written(child)) + "</svg>"


def _written(element: ET.Element) -> Iterator[str]:
    name = element.tag.removeprefix(_SVG)
    if name not in _ELEMENTS or element.get("display") == "none":
        return
    if name == "path" and element.get("aria-hidden") and "fill" not in element.attrib:
        return  # the frame of a group, which is not to be seen
    title = element.get("aria-label", "") if name in {"path", "line", "text"} else ""
    inner: list[str] = [escape(element.text or "")] if name in {"text", "tspan"} else []
    inner += [part for child in element for part in _written(child)]
    if not inner and name == "g":
        return
    yield f"<{name}"
    for key, value in element.attrib.items():
        if key in _ATTRIBUTES and _VALUE.fullmatch(value):
            yield f' {key}="{value}"'
    yield ">"
    if title:
        yield f"<title>{escape(title)}</title>"
    yield from inner
    yield f"</{name}>"
