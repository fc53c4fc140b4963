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

# Characters come first and, as entities of HTML may stand for any of them, again behind it.
_STEPS: Final[Sequence[Callable[[str], list[Edit]]]] = (
    character_edits,
    html_edits,
    character_edits,
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

    >>> plain = plain_text("mencapai 95,\u200b28\r\npersen")
    >>> plain.text
    'mencapai 95,28\npersen'
    """
    text, places = given, None
    for edits_of in _STEPS:
        if edits := edits_of(text):
            text, more = edited(text, edits)
            places = more.behind(places) if places else more
    return PlainText(text, given, places)
