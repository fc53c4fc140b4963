"""Where sentences begin and end."""

import re
from typing import Final

from uhc_llm.scanner.calendar import MONTHS, SHORT_MONTHS
from uhc_llm.schemas import Span

__all__ = ["list_heading", "paragraph_start", "split_sentences"]

# fmt: off
# A dot behind one of these ends no sentence.
_ABBREVIATIONS: Final = frozenset({
    "no", "nomor", "rp", "h", "hj", "dr", "drs", "dra", "ir", "prof", "kh", "tgk", "tgh", "jl",
    "jln", "kab", "kota", "prov", "kec", "kel", "ds", "dsn", "dll", "dst", "dsb", "hlm", "hal",
    "st", "s.ip", "s.h", "s.e", "m.si", "m.kes", "m.m", "s.sos", "s.km", "m.h", "s.pd", "m.pd",
    "s.t", "m.t", "sp.og", "a.n", "u.p", "d.a", "ust", "tn", "ny", "sdr", "km", "pt", "cv",
    "ud", "tbk", "psl", "gg", "rt", "rw", "tlp", "telp", "min", "maks", "m", "b", "a", "i",
    "tgl", "thn", "th", "bln", "t.a", "s.d", "tw", "trw", "triw", "twln", "smt", "sem", "kw",
})
# Behind one of these no sentence ends where a time goes on: "17 Agust. 2023", "s.d. Des 2023".
_IN_TIMES: Final = SHORT_MONTHS.keys() | {"ta", "fy", "sd"}
# fmt: on
# It begins with a set of characters, which a search finds fast; what stands before is looked at
# behind it.
_END: Final = re.compile(
    r"""
    [\n.!?…]
    (?: (?<=\n) \n*+                    # a line is a sentence of its own
      | (?<![.!?…][.!?…]) [.!?…]*+ ["”’')\]]*+ (?=\s) )  # closing punctuation, then white space
    """,
    re.VERBOSE,
)
_WORD: Final = re.compile(r"[\w.]*+")
_NEXT: Final = re.compile(r"\s*[\"“‘'(\[]*(\w)?")
_MAX_WORD: Final = 30
_ITEM: Final = re.compile(r"\s*(?:[-–—•*·]|\d{1,2}[.)])\s")
_LONGEST_LIST: Final = 40


def list_heading(text: str, place: int) -> Span | None:
    """The line that introduces the list in which the item at `place` stands: "Rinciannya:".

    Returns:
        The line, without the white space around it; None where there is no item, or no such line.
    """
    start = text.rfind("\n", 0, place) + 1
    if not _ITEM.match(text, start):
        return None
    for _ in range(_LONGEST_LIST):
        end = start - 1
        start = text.rfind("\n", 0, max(0, end)) + 1
        if end < 0:
            return None
        line = text[start:end].strip()
        if line and not _ITEM.match(text, start):
            return Span(start, start + len(text[start:end].rstrip())) if line[-1] == ":" else None
    return None


def paragraph_start(text: str, place: int) -> int:
    """Where the paragraph around `place` begins; that of a list with the line above it."""
    heading = list_heading(text, place)
    return heading.start if heading else text.rfind("\n", 0, place) + 1


def split_sentences(text: str) -> tuple[Span, ...]:
    """The sentences of `text`, in order, without the white space around them."""
    spans: list[Span] = []
    start = 0
    for end in _END.finditer(text):
        if text[end.start()] == "." and not _ends_sentence(text, end):
            continue
        _append(spans, text, start, end.end())
        start = end.end()
    _append(spans, text, start, len(text))
    return tuple(spans)


def _ends_sentence(text: str, end: re.Match[str]) -> bool:
    # The last word before is the first one of what stands before, backwards.
    backwards = text[max(0, end.start() - _MAX_WORD) : end.start()][::-1]
    before = _WORD.match(backwards)
    word = before.group()[::-1].lower() if before else ""
    if word in _ABBREVIATIONS:
        return False
    following = _NEXT.match(text, end.end())
    first = following.group(1) if following else None
    if first is None:
        return True
    if word in _IN_TIMES and (first.isdigit() or _next_word(text, following) in MONTHS):
        return False
    # "147. 629 warga" is one number; "pada 2023. 629 warga" is two sentences.
    is_short_number = word.isdigit() and len(word) <= 3  # noqa: PLR2004 - a group of thousands
    return not first.islower() and not (first.isdigit() and is_short_number)


def _next_word(text: str, following: re.Match[str] | None) -> str:
    word = _WORD.match(text, following.start(1)) if following else None
    return word.group().rstrip(".").lower() if word else ""


def _append(spans: list[Span], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        start += len(piece) - len(piece.lstrip())
        spans.append(Span(start, start + len(stripped)))
