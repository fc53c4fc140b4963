"""What speaks for one region, or for several, as the one that a number is of."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final

from uhc_llm.reader.article import Around, Article
from uhc_llm.reader.candidates import Named, Place, fills, within
from uhc_llm.reader.features.numbers import ROUND, size
from uhc_llm.reader.features.options import OptionFeatures, how_far, numbers_among
from uhc_llm.reader.features.steps import Decided, Steps, tie
from uhc_llm.scanner.regions import is_place_of_event
from uhc_llm.schemas import RegionMention, Span

__all__ = ["PlaceFeatures"]

_SENSES: Final = frozenset(
    {"threshold", "of_nation", "of_region", "aim", "rank", "each", "back", "population"}
)
_SMALL_PLACES: Final = frozenset(
    [
        "kecamatan",
        "desa",
        "kelurahan",
        "nagari",
        "kampung",
        "puskesmas",
        "cabang",
        "distrik",
        "dusun",
        "rt",
        "rw",
        "provinsi",
        "nasional",
        "indonesia",
        "pusat",
    ]
)
# "Padang Hulu", "Tebing Tinggi Kota": no town of that name.
_NAME_GOES_ON: Final = re.compile(r" [A-Z][a-z]")
# "Sangir Batang Hari", "Bupati Blora".
_NAME_BEFORE: Final = re.compile(r"[A-Z][a-z]+ \Z")
_LONGEST_NAME: Final = 30
_LIES_IN: Final = frozenset({",", "(", "di", "provinsi", "wilayah"})


class PlaceFeatures(OptionFeatures[Place]):
    """Tells what speaks for the places that one number can be of."""

    SENSES = _SENSES

    def __init__(self, article: Article, names: Named, around: Around, meaning: str) -> None:
        super().__init__(article, names, around, meaning)
        words = article.words
        first, last = within(names.starts, article.sentence_span(around))
        self._here: Final = [] if around.in_table else names.regions[first:last]
        start = around.mention.start
        self._before: Final = [r for r in self._here if r.end <= start]
        self._behind: Final = [r for r in self._here if r.start >= start]
        self._turns: Final = dict(self._its_turn())
        left = words.forms[max(around.left, around.at - 12) : around.at + 4]
        self._small: Final = sorted(_SMALL_PLACES.intersection(left))
        self._latest: Final = names.regions[first - 1] if first else None

    def of(self, option: Place) -> Iterator[str]:
        """What speaks for a place, or against it, whatever was decided before."""
        if not option.regions:
            yield from self._of_nobody()
        elif len(option.regions) > 1:
            yield from self._of_several(option)
        else:
            yield from self._of_level(option.regions[0])
            yield from self._of_one(option.regions[0])

    def after(self, option: Place, steps: Steps) -> Iterator[str]:
        """What the numbers before say of a place."""
        last = steps.last(self._around)
        if not option.regions:
            if last is not None and last.place is not None and not last.place.regions:
                yield "nobody, as before"
        elif not self._around.in_table:
            told = self._as_before(last, steps.latest_fact(), option)
            yield from (f"several: {text}" for text in told) if len(option.regions) > 1 else told

    def _of_level(self, region: RegionMention) -> Iterator[str]:
        """What a sort of region has to do with what the number means."""
        metric, around, level = self._metric, self._around, region.level
        sized = f"{around.mention.unit} of size {size(around.mention)}"
        yield f"level {level}"
        yield f"{metric} of {level}"
        yield f"{self._meaning} of {level}"
        yield f"{level}, {sized}"
        for sense in self._sense:
            yield f"{level} with {sense}"
        if self._small:
            yield f"{level} with {self._small[0]}"
        if not region.end:
            here = "some here" if self._here else "none here"
            yield f"unnamed {level}, {here}"
            yield f"unnamed {level}, {self._meaning}"
            yield f"unnamed {level}, {metric}, {sized}"
            if around.mention.upper is None and around.mention.value in ROUND:
                yield f"unnamed {level}, {self._meaning}, round"

    def _of_one(self, region: RegionMention) -> Iterator[str]:
        """Where a region stands that the text names, and what it is there."""
        if not region.end:
            return
        yield from self._where(region)
        if region.id == self._article.reading.main_region:
            yield "main region"
            yield f"main region, {min(len({r.id for r in self._here}), 3)} in the sentence"
            yield f"main region, {self._metric}"
            yield f"main region, {region.level}"
        if region.id == self._names.regions[0].id:
            yield "first named"
        if self._index(self._names.first[region.id]) < self._article.title[1]:
            yield "in the title"
        if region.implied:
            yield f"implied {region.level}"
        if region.candidates:
            yield "either of two"

    def _index(self, region: RegionMention) -> int:
        return self._article.words.at(region.start)

    def _where(self, region: RegionMention) -> Iterator[str]:
        """Where the mention of a region stands to the number."""
        if (told := self._in_cell(self._within, lambda r: r.id == region.id)) is not None:
            yield told
            yield f"{told}, {region.level}"
            if self._around.cell is not None:
                yield f"{told}, {self._names.rows_named[self._around.cell.table.start]} named"
        if self._around.in_table:
            return
        same = [r for r in self._here if r.id == region.id]
        if not same:
            yield from self._in_other_sentence(region)
            return
        before = [r for r in same if r.end <= self._around.mention.start]
        if before:
            yield from self._beside(before[-1], "before")
        behind = [r for r in same if r.start >= self._around.mention.start]
        if behind:
            yield from self._beside(behind[0], "behind")

    def _beside(self, region: RegionMention, side: str) -> Iterator[str]:
        """How a region stands before or behind the number in its sentence."""
        around = self._around
        between = self._words_between(self._index(region))
        far, numbers = how_far(between), numbers_among(between)
        others = len(self._others_between(region, side))
        unit = around.mention.unit
        yield f"{side} at {far}"
        yield f"{side}, {numbers} numbers and {min(others, 3)} regions between"
        yield f"{side}, {numbers} numbers between, {unit}"
        yield f"{side}, {min(others, 3)} regions between, {region.level}"
        other = self._behind if side == "before" else self._before
        if not others:
            yield f"nearest {side}"
            yield f"nearest {side}, {'some' if other else 'none'} on the other side"
            if not numbers:
                yield f"own {side}"
                yield f"own {side}, {unit}, {region.level}"
        if len(between) <= 3:  # noqa: PLR2004 - so few words are a way of saying it
            yield f"{side} {'_'.join(between)}"
        joints = [form for form in between if form in {",", ";", "(", ")", "sedangkan", "dan", "/"}]
        yield f"{side} over {'_'.join(joints[-3:])}"
        if len({r.id for r in self._here}) == 1:
            yield f"alone {side}"
        yield from self._named_as(region)
        if turn := self._turns.get(region.start):
            yield turn

    def _others_between(self, region: RegionMention, side: str) -> set[str]:
        """The regions between one and the number, those left out that only tell where it lies."""
        if side == "before":
            around = self._around_of(region)
            few = [r for r in self._before if region.start < r.start and r.start not in around]
        else:
            few = [r for r in self._behind if r.start < region.start]
        return {r.id for r in few} - {region.id}

    def _around_of(self, region: RegionMention) -> set[int]:
        """Where the regions begin that stand behind one and tell where it lies: "Belu, NTT"."""
        found: set[int] = set()
        place = bisect_left(self._names.starts, region.start)
        inner = region
        for outer in self._names.regions[place + 1 : place + 4]:
            if not self._lies_around(inner, outer):
                break
            found.add(outer.start)
            inner = outer
        return found

    def _named_as(self, region: RegionMention) -> Iterator[str]:
        """The words at a region, and whether it only tells where another lies."""
        words, at = self._article.words, self._index(region)
        former = words.forms[at - 1] if at else ""
        latter = words.forms[at + 1] if at + 1 < len(words.forms) else ""
        yield f"named behind {former}"
        yield f"{region.level} before {latter}"
        if at > 1:
            yield f"named behind {words.forms[at - 2]}_{former}"
        text = self._article.reading.text
        if _NAME_GOES_ON.match(text, region.end):
            yield f"{region.level} in a longer name"
        if _NAME_BEFORE.search(text, max(0, region.start - _LONGEST_NAME), region.start):
            yield f"{region.level} behind a name"
        place = bisect_left(self._names.starts, region.start)
        is_outer = place > 0 and self._lies_around(self._names.regions[place - 1], region)
        if is_outer:
            yield f"{region.level} around the one before"
        if self._around_of(region):
            yield f"{'middle' if is_outer else 'inmost'} {region.level} of several around it"
            if region.level == "area":
                yield f"{region.name.split()[0].lower()} of several around it"
        if is_place_of_event(self._article.reading.text, region):
            yield "place of an event"

    def _lies_around(self, inner: RegionMention, outer: RegionMention) -> bool:
        """Whether a region stands right behind another that may lie in it."""
        few = self._article.words.forms[self._index(inner) + 1 : self._index(outer)]
        if len(few) > 3 or not few or not _LIES_IN.issuperset(few):  # noqa: PLR2004 - ", di provinsi"
            return False
        is_known = inner.level in ("regency", "city") and inner.province == outer.name
        return (inner.level == "area" and outer.level != "nation") or is_known

    def _in_other_sentence(self, region: RegionMention) -> Iterator[str]:
        """How a region stands that the number's own sentence does not name."""
        article, around = self._article, self._around
        has_own = "some here" if self._before or self._behind else "none here"
        if region.start > around.mention.start:
            yield f"later, {has_own}"
            return
        back = around.sentence - article.sentence_of(region.start)
        yield f"{min(back, 5)} sentences back, {has_own}"
        if self._latest is not None and self._latest.id == region.id:
            yield f"last named, {has_own}"
            yield f"last named, {min(back, 5)} back, {has_own}"
        there = {r.id for r in self._within(article.reading.sentences[around.sentence - back])}
        if len(there) == 1:
            yield f"alone in its sentence, {min(back, 5)} back, {has_own}"
        if self._index(region) >= article.paragraph(around):
            yield f"same paragraph, {has_own}"
        yield from self._named_as(region)

    def _within(self, span: Span) -> Sequence[RegionMention]:
        """The regions that a stretch of the text names."""
        return self._names.regions[slice(*within(self._names.starts, span))]

    def _as_before(self, last: Decided | None, fact: Decided | None, place: Place) -> Iterator[str]:
        """Whether the number before is of the same place, and how the two hang together."""
        if last is not None and last.place is not None:
            same = "as" if last.place.ids == place.ids else "not as"
            unit = (
                "same unit"
                if last.around.mention.unit == self._around.mention.unit
                else "other unit"
            )
            joined = tie(self._article, last.around, self._around)
            yield f"{same} before, {unit}"
            yield f"{same} before, {joined}, {unit}"
            yield f"{same} before, {self._metric} after {last.meaning}"
            if self._names_between(last):
                yield f"{same} before, another named between"
        elif fact is not None and fact.place is not None:
            same = "as" if fact.place.ids == place.ids else "not as"
            joined = tie(self._article, fact.around, self._around)
            here = "some here" if self._here else "none here"
            yield f"{same} the last fact, {joined}, {here}"
            yield f"{same} the last fact, {self._metric} after {fact.meaning}"

    def _names_between(self, last: Decided) -> bool:
        return any(
            last.around.mention.end <= r.start < self._around.mention.start for r in self._before
        )

    def _of_nobody(self) -> Iterator[str]:
        yield "nobody"
        yield f"nobody, {self._metric}"
        yield f"nobody, {self._around.mention.unit} of size {size(self._around.mention)}"
        for word in self._small:
            yield f"nobody with {word}"
        for sense in self._sense:
            yield f"nobody with {sense}"
        cell = self._around.cell
        if cell is not None:
            text = self._article.reading.text
            found = [(span, self._within(span)) for span in cell.names]
            is_named = any(few and fills(text, span, few) for span, few in found)
            row = f"{'named' if is_named else 'unnamed'} row of a {cell.table.form}"
            yield f"nobody, {row}"
            yield f"nobody, {row}, {self._names.rows_named[cell.table.start]} named"
        if not self._here:
            yield "nobody, none here"

    def _of_several(self, place: Place) -> Iterator[str]:
        """What speaks for several regions that share a number."""
        start, unit = self._around.mention.start, self._around.mention.unit
        side = "before" if place.regions[-1].end <= start else "behind"
        yield f"several {side}"
        yield f"several {side}, {unit}"
        yield f"several, {self._metric}"
        for sense in self._sense:
            yield f"several with {sense}"
        near = place.regions[-1] if side == "before" else place.regions[0]
        between = self._words_between(self._index(near))
        yield f"several {side}, {numbers_among(between)} numbers between"
        if len(between) <= 4:  # noqa: PLR2004 - so few words are a way of saying it
            yield f"several {side} {'_'.join(between)}"
        for word in between[:6]:
            yield f"several {side}, {word} between"
        if any(region.start in self._turns for region in place.regions):
            yield "several, each with a number of its own"

    def _its_turn(self) -> Iterator[tuple[int, str]]:
        """Whose turn it is: "Blora dan Kudus masing-masing 95 persen dan 90 persen"."""
        article, around = self._article, self._around
        alike = article.alike.get((around.sentence, around.mention.unit), ())
        span = article.sentence_span(around)
        for run in self._names.runs_near(span, around.mention.start):
            first = bisect_left(alike, run[-1].start, key=_start)
            turn = bisect_left(alike, around.mention.start, key=_start) - first
            if 0 <= turn < len(run) <= len(alike) - first:
                sure = "exactly" if len(alike) - first == len(run) else "about"
                yield run[turn].start, f"its turn, {sure}"


def _start(around: Around) -> int:
    return around.mention.start
