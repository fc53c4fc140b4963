"""A text in its plain form, and the way back to the text as given."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from uhc_llm.scanner.plain.characters import character_edits
from uhc_llm.scanner.plain.edits import Edit, Places, edited
from uhc_llm.scanner.plain.hypertext import html_edits
from uhc_llm.scanner.plain.lines import line_edits
from uhc_llm.scanner.plain.markdown import markdown_edits
from uhc_llm.scanner.plain.marks import mark_edits

__all__ = ["PlainText", "plain_text"]

_STEPS: Final[Sequence[Callable[[str], list[Edit]]]] = (
    character_edits,
    html_edits,
    markdown_edits,
    mark_edits,
    line_edits,
)


class PlainText(NamedTuple):
    """A text in its plain form.

    Attributes:
        text: what its reader sees.
        given: the text as it was given.
        places: where each character of `text` stood in `given`; None where both are the same.
    """

    text: str
    given: str
    places: Places | None


def plain_text(given: str) -> PlainText:
    r"""Read a text as its reader sees it.

    >>> plain_text("Mencapai 95,\u200b28\r\npersen.\r\nIa senang.").text
    'Mencapai 95,28 persen.\nIa senang.'
    """
    plain = PlainText(given, given, None)
    for edits_of in _STEPS:
        plain = _read(plain, edits_of)
        if edits_of is html_edits and plain.places:
            plain = _read(plain, character_edits)  # an entity may stand for any character
    return plain


def _read(plain: PlainText, edits_of: Callable[[str], list[Edit]]) -> PlainText:
    edits = edits_of(plain.text)
    if not edits:
        return plain
    text, places = edited(plain.text, edits)
    return PlainText(text, plain.given, places.behind(plain.places) if plain.places else places)
