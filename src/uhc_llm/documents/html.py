"""The article on a web page.

    page -> is it of a size and shape that a page has?
         -> without marks of notes, tables held back     -> trafilatura: article, headline, site
         -> visible characters, stated date              -> offsets, date            => Page

Nothing is fetched, no script is run, and no entity is looked up outside the page.
"""

import logging
import re
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from uhc_llm.documents.alignment import align
from uhc_llm.documents.decoding import REPLACEMENT, decode_html
from uhc_llm.documents.line_ends import separated
from uhc_llm.documents.markup import Markup, edited, read_markup, tags_of
from uhc_llm.documents.notes import note_edits
from uhc_llm.documents.page_tables import HeldTables, Line, hold_tables
from uhc_llm.documents.source_map import Run, SourceMap
from uhc_llm.documents.statements import asks_to_log_in, is_wall, published_on
from uhc_llm.errors import InputError

if TYPE_CHECKING:
    import trafilatura.settings

__all__ = ["Page", "is_html", "read_page"]

_OPENING: Final = re.compile(
    r"[\ufeff\s]{0,1000}<(?:!doctype html|html|\?xml[^>]{0,200}>\s{0,100}<(?:!doctype )?html)\b",
    re.IGNORECASE,
)

# An extractor takes about a tenth of a millisecond for a tag, and for inline tags of one block the
# square of their number. No article comes near either.
_MOST_TAGS: Final = 300_000
_MOST_INLINE_TAGS: Final = 5_000

_SHORT: Final = 600
_SENTENCE: Final = 40
_TABLE_RULE: Final = re.compile(r"\|(?:-+\|)+")
_SAVE_AS_TEXT: Final = "copy the article's text into a .txt file, and give that file"


class Page(NamedTuple):
    """What was read from a web page.

    Attributes:
        text: the article, a paragraph, list item or row of a table on each line.
        title: its headline.
        site: who published it.
        url: where.
        published: the day that the page states.
        source_map: where the characters of `text` stood on the page.
    """

    text: str
    title: str | None
    site: str | None
    url: str | None
    published: date | None
    source_map: SourceMap


def is_html(text: str) -> bool:
    """Whether a text is a web page, by what it begins with."""
    return _OPENING.match(text) is not None


def read_page(html: str | bytes, source: str, *, url: str | None = None) -> Page:
    """Read the article on a web page.

    Args:
        html: the page; bytes are decoded as the page itself says.
        source: what the page is called in messages.
        url: where it was published, if that is known.

    Raises:
        InputError: there is no article on it, it is damaged, or is of a size or shape that no
            article has; or the extra `html` is not installed.
    """
    raw, is_damaged = (html, False) if isinstance(html, str) else decode_html(html, source)
    _refuse_misshapen(read_markup(raw), source)
    tags = tuple(tags_of(raw))
    held = hold_tables(raw, tags, note_edits(raw, tags))
    markup = read_markup(raw, held.edits)
    line_end = f"{held.mark}b"
    extracted = _extract(separated(edited(raw, held.edits), line_end), source)
    lines = _Lines((extracted.text or "").replace(line_end, "\n"), held)
    _refuse_empty(lines.text, markup, source)
    if is_damaged and REPLACEMENT in lines.text:
        raise InputError(f"{source} is damaged in the middle of its article: {_SAVE_AS_TEXT}")
    return Page(
        text=lines.text,
        title=(extracted.title or "").replace(line_end, "").strip() or None,
        site=extracted.sitename or None,
        url=url or extracted.url or None,
        published=published_on(markup.statements),
        source_map=align(lines.text, markup.visible, raw, placed=lines.runs),
    )


def _refuse_misshapen(markup: Markup, source: str) -> None:
    if markup.tags > _MOST_TAGS or markup.inline_tags > _MOST_INLINE_TAGS:
        raise InputError(
            f"{source} has more markup than any article ({markup.tags} tags, up to "
            f"{markup.inline_tags} in one block): {_SAVE_AS_TEXT}"
        )


def _extract(raw: str, source: str) -> "trafilatura.settings.Document":
    try:
        from trafilatura import bare_extraction
    except ImportError as error:
        raise InputError(
            f"{source} is a web page, and {_lacking(error)}; or {_SAVE_AS_TEXT}"
        ) from error
    # What it has to say of a page is said here, in one message.
    logging.getLogger("trafilatura").addHandler(logging.NullHandler())
    try:
        extracted = bare_extraction(
            raw,
            include_comments=False,
            include_tables=True,
            with_metadata=True,
            # Its date may be a guess and is not used: no long search for one.
            date_extraction_params={"extensive_search": False},
        )
    except (RecursionError, ValueError, TypeError, AttributeError, LookupError) as error:
        raise InputError(
            f"{source} cannot be read as a web page ({error}): {_SAVE_AS_TEXT}"
        ) from error
    if extracted is None or isinstance(extracted, dict):
        raise _no_article(source)
    return extracted


def _lacking(error: ImportError) -> str:
    if isinstance(error, ModuleNotFoundError) and error.name == "trafilatura":
        return "reading one needs an extra: pip install 'uhc-llm[html]'"
    fault = " ".join(str(error).split())
    return f"trafilatura, which reads one, cannot be loaded ({fault}): install what it lacks"


class _Lines:
    """The text as its reader sees it, and where the cells of its tables stood.

    Attributes:
        text: no rule under the head of a table, no bars around rows; an empty line before a table
            and behind it.
        runs: those of the tables that were held back.
    """

    def __init__(self, extracted: str, held: HeldTables) -> None:
        self.runs: list[Run] = []
        self._parts: list[str] = []
        self._length = 0
        self._is_apart = True
        for line in extracted.split("\n"):
            for part in held.parts_of(line):
                if isinstance(part, str):
                    self._add_line(_line(part))
                else:
                    self._add_table(part)
        self.text = "".join(self._parts).strip("\n")

    def _add_line(self, line: str) -> None:
        if line.strip(" |"):
            self._append(line)
            self._append("\n")
            self._is_apart = False

    def _add_table(self, table: tuple[Line, ...]) -> None:
        if not self._is_apart:
            self._append("\n")
        for line in table:
            for piece in line:
                if piece.end:
                    size, source_size = len(piece.text), piece.end - piece.start
                    self.runs.append(Run(self._length, piece.start, size, source_size))
                self._append(piece.text)
            self._append("\n")
        self._append("\n")
        self._is_apart = True

    def _append(self, part: str) -> None:
        self._parts.append(part)
        self._length += len(part)


def _line(line: str) -> str:
    row = line.strip()
    if len(row) < 2 or not (row.startswith("|") and row.endswith("|")):  # noqa: PLR2004 - both bars
        return row
    if _TABLE_RULE.fullmatch(row):
        return ""
    return " | ".join(cell.strip() for cell in row[1:-1].split("|"))


def _refuse_empty(text: str, markup: Markup, source: str) -> None:
    is_short = len(text) < _SHORT
    if is_short and (asks_to_log_in(markup.statements) or is_wall(text)):
        raise InputError(
            f"{source} shows no article but asks its reader to log in, or says that there is "
            f"none: open it in a browser, and {_SAVE_AS_TEXT}"
        )
    has_sentence = any(len(line) >= _SENTENCE for line in text.split("\n"))
    if not has_sentence and not re.search(r"\d", text):
        raise _no_article(source)


def _no_article(source: str) -> InputError:
    return InputError(
        f"{source} has no article in it: open it in a browser; if the article shows there, "
        f"{_SAVE_AS_TEXT}"
    )
