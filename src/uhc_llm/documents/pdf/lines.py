"""Characters become pieces of lines: what stands on one line without a wide gap in it.

    glyphs -> runs, as the file draws them -> pieces, joined where the page shows one line

A gap that is wider than any between two words parts the columns of a page, or the cells of a table.
Which of the two it is, `columns` and `tables` tell.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from statistics import median
from typing import Final, NamedTuple

from uhc_llm.documents.pdf.glyphs import Glyph, Rule

__all__ = ["Piece", "Row", "pieces", "rows"]

# All of these are parts of a line's height, which is about one and a fifth of the font's size.
_SAME_LINE: Final = 0.3
_RAISED: Final = 0.6
_SMALL: Final = 0.8
_BACK: Final = 0.35
_WORD_GAP: Final = 0.14
_WORD_GAP_BESIDE_SPACES: Final = 0.28
_WIDE: Final = 0.9
_WIDE_BESIDE_SPACES: Final = 0.5
_WIDE_BEHIND_SPACE: Final = 1.5
_MANY_SPACES: Final = 3
_FEW_SPACES: Final = 0.05
_TOUCHING: Final = 0.05

_BRACKETS: Final = frozenset("()[]")
# "1", "1)", "(12)", "1,2", "a", "*)".
_MARK: Final = re.compile(r"[(\[]?(?:\d{1,3}(?:[,;]\d{1,2}){0,4}|[a-z*])[)\]]?")
# What is raised behind one of these is a power, or a unit's.
_BASE: Final = re.compile(r"(?:(?<![\d.,])10|(?<![^\W\d_])[cdkm]?m)\Z")
_LONGEST_BASE: Final = 4
_POWERS: Final = dict(zip("0123456789-−–+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁻⁺", strict=True))


class Piece(NamedTuple):
    """Words on one line of a page.

    Attributes:
        text: what they say, a single space between words.
        edges: where each character begins, and the last one ends, in points from the left.
        top: of the line.
        bottom: of the line.
        baseline: what the words stand on.
    """

    text: str
    edges: tuple[float, ...]
    top: float
    bottom: float
    baseline: float

    @property
    def left(self) -> float:
        """Where it begins."""
        return self.edges[0]

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.edges[-1]

    @property
    def height(self) -> float:
        """Of its line."""
        return self.bottom - self.top


class Row(NamedTuple):
    """The pieces that stand side by side, from the left."""

    pieces: tuple[Piece, ...]

    @property
    def left(self) -> float:
        """Where its first piece begins."""
        return self.pieces[0].left

    @property
    def right(self) -> float:
        """Where its last piece ends."""
        return max(piece.right for piece in self.pieces)

    @property
    def top(self) -> float:
        """Of its highest piece."""
        return min(piece.top for piece in self.pieces)

    @property
    def bottom(self) -> float:
        """Of its lowest piece."""
        return max(piece.bottom for piece in self.pieces)

    @property
    def baseline(self) -> float:
        """Of its first piece."""
        return self.pieces[0].baseline

    @property
    def height(self) -> float:
        """Of its highest piece."""
        return max(piece.height for piece in self.pieces)

    @property
    def text(self) -> str:
        """What it says."""
        return " ".join(piece.text for piece in self.pieces)


def pieces(glyphs: Sequence[Glyph], rules: Iterable[Rule]) -> list[Piece]:
    """What stands on the lines of a page, from the top and from the left.

    Args:
        glyphs: in the order in which the file draws them.
        rules: an upright one parts what stands on its sides.
    """
    upright = [rule for rule in rules if rule.is_upright]
    # Some programs print a space between two words, others only leave room.
    has_spaces = sum(glyph.text == " " for glyph in glyphs) > _FEW_SPACES * len(glyphs)
    joined: list[Piece] = []
    for line in _lines(_runs(glyphs)):
        joined.extend(_pieces(line, upright, has_spaces=has_spaces))
    return joined


def rows(found: Iterable[Piece]) -> list[Row]:
    """Pieces that stand on one baseline together, from the top."""
    made: list[Row] = []
    some: list[Piece] = []
    for piece in sorted(found, key=lambda p: p.baseline):
        if some and piece.baseline - some[0].baseline > _SAME_LINE * min(
            piece.height, some[0].height
        ):
            made.append(_row(some))
            some = []
        some.append(piece)
    if some:
        made.append(_row(some))
    return made


def _row(found: Iterable[Piece]) -> Row:
    return Row(tuple(sorted(found, key=lambda p: p.left)))


# --- as the file draws them -----------------------------------------------------------------------


def _runs(glyphs: Iterable[Glyph]) -> Iterator[list[Glyph]]:
    """Glyphs that go on to the right on one line, one behind the other."""
    run: list[Glyph] = []
    for glyph in glyphs:
        if run and not _goes_on(run[-1], glyph):
            yield run
            run = []
        run.append(glyph)
    if run:
        yield run


def _goes_on(before: Glyph, glyph: Glyph) -> bool:
    height = max(before.height, glyph.height)
    is_small = min(before.height, glyph.height) < _SMALL * height
    if abs(glyph.baseline - before.baseline) > (_RAISED if is_small else _SAME_LINE) * height:
        return False
    return -_BACK * height < glyph.left - before.right < _WIDE * height


def _lines(runs: Iterable[list[Glyph]]) -> Iterator[list[list[Glyph]]]:
    """Runs on one baseline, from the left; what is drawn twice, to look bold, once."""
    kept = [run for run in runs if any(glyph.text != " " for glyph in run)]
    kept.sort(key=_baseline)
    line: list[list[Glyph]] = []
    base = height = 0.0
    for run in kept:
        here = _baseline(run)
        if line and here - base > _SAME_LINE * min(height, _height(run)):
            yield _once(line)
            line = []
        if not line:
            base, height = here, _height(run)
        line.append(run)
    if line:
        yield _once(line)


def _baseline(run: list[Glyph]) -> float:
    """That of its largest characters: raised ones are small."""
    return max(run, key=lambda glyph: glyph.height).baseline


def _height(run: list[Glyph]) -> float:
    return max(glyph.height for glyph in run)


def _once(line: list[list[Glyph]]) -> list[list[Glyph]]:
    kept: list[list[Glyph]] = []
    for run in sorted(line, key=lambda run: run[0].left):
        if not kept or not _is_again(kept[-1], run):
            kept.append(run)
    return kept


def _is_again(before: list[Glyph], run: list[Glyph]) -> bool:
    if abs(before[0].left - run[0].left) > _WORD_GAP * _height(run):
        return False
    return "".join(g.text for g in before).strip() == "".join(g.text for g in run).strip()


# --- pieces ---------------------------------------------------------------------------------------


def _pieces(
    line: list[list[Glyph]], upright: Sequence[Rule], *, has_spaces: bool
) -> Iterator[Piece]:
    glyphs = [glyph for run in line for glyph in run]
    has_own = any(glyph.text == " " for glyph in glyphs)
    narrow = _WORD_GAP_BESIDE_SPACES if has_own else _WORD_GAP
    wide_alone = _WIDE_BESIDE_SPACES if has_spaces else _WIDE
    some: list[Glyph] = []
    gap_begins, spaces = 0.0, 0
    for glyph in glyphs:
        if glyph.text == " ":
            gap_begins, spaces = max(gap_begins, glyph.right), spaces + 1
            continue
        if some:
            height = max(glyph.height, some[-1].height)
            begins = max(gap_begins, some[-1].right)
            wide = _WIDE_BEHIND_SPACE if spaces else wide_alone
            ends = (
                glyph.left - begins > wide * height
                or spaces >= _MANY_SPACES
                or _is_parted(some[-1], glyph, upright)
            )
            if ends:
                yield _piece(some)
                some = []
            elif spaces or glyph.left - some[-1].right > narrow * height:
                some.append(glyph._replace(text=" ", left=some[-1].right, right=glyph.left))
        some.append(glyph)
        gap_begins, spaces = glyph.right, 0
    if some:
        yield _piece(some)


def _is_parted(before: Glyph, glyph: Glyph, upright: Sequence[Rule]) -> bool:
    if not upright or glyph.left - before.right < _TOUCHING * glyph.height:
        return False
    middle = (glyph.top + glyph.bottom) / 2
    left, right = before.left + before.right, glyph.left + glyph.right
    return any(
        rule.top <= middle <= rule.bottom and left < rule.left + rule.right < right
        for rule in upright
    )


def _piece(glyphs: list[Glyph]) -> Piece:
    height = median(glyph.height for glyph in glyphs if glyph.text != " ")
    base = median(glyph.baseline for glyph in glyphs if glyph.text != " ")
    level = [glyph for glyph in glyphs if glyph.height >= _SMALL * height] or glyphs
    text: list[str] = []
    edges: list[float] = []
    for is_raised, group in groupby(glyphs, lambda glyph: _is_raised(glyph, height, base)):
        some = list(group)
        said, before = "".join(glyph.text for glyph in some), "".join(text[-_LONGEST_BASE:])
        if is_raised and _BASE.search(before) and _POWERS.keys() >= set(said):
            some = [glyph._replace(text=_POWERS[glyph.text]) for glyph in some]
        elif is_raised and _MARK.fullmatch(said) and (before[-1:].isdigit() or said.isdigit()):
            # A mark of a footnote is no digit of the number before it.
            some = _bracketed(some) if before else some
        text.extend(glyph.text for glyph in some)
        edges.extend(glyph.left for glyph in some)
    edges.append(glyphs[-1].right)
    top, bottom = min(g.top for g in level), max(g.bottom for g in level)
    return Piece("".join(text), tuple(_rising(edges)), top, bottom, base)


def _is_raised(glyph: Glyph, height: float, base: float) -> bool:
    is_small = glyph.height < _SMALL * height
    return is_small and glyph.text != " " and base - glyph.baseline > _WORD_GAP * height


def _bracketed(mark: Sequence[Glyph]) -> list[Glyph]:
    """A mark between brackets, in place of those that it has."""
    inner = [glyph for glyph in mark if glyph.text not in _BRACKETS]
    opening = mark[0] if mark[0].text in _BRACKETS else mark[0]._replace(right=mark[0].left)
    closing = mark[-1] if mark[-1].text in _BRACKETS else mark[-1]._replace(left=mark[-1].right)
    return [opening._replace(text="["), *inner, closing._replace(text="]")]


def _rising(edges: Iterable[float]) -> Iterator[float]:
    furthest = float("-inf")
    for edge in edges:
        furthest = max(furthest, edge)
        yield furthest
