"""Which regions a number can belong to."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from uhc_llm.scanner.asides import stands_in
from uhc_llm.scanner.binding.placing import (
    CLOSE,
    LONGEST,
    LOOK_BACK,
    between,
    place_of,
    sentence_index,
)
from uhc_llm.scanner.largest import largest, most_in_a_province
from uhc_llm.scanner.meanings.windows import Window
from uhc_llm.scanner.regions import is_place_of_event
from uhc_llm.scanner.regions.gazetteer import NATION
from uhc_llm.scanner.regions.words import SETTLEMENTS
from uhc_llm.scanner.sentences import paragraph_start
from uhc_llm.scanner.tables import in_table
from uhc_llm.schemas import Level, Mention, Reading, RegionMention

__all__ = ["BoundRegions", "bind_regions", "named_regions"]

_COUNTED_IN: Final = frozenset[Level]({"nation", "province", "area"})
_COUNTING: Final = frozenset[Level]({"nation", "province", "regency", "city"})
_NATION: Final = frozenset[Level]({"nation"})
_PROVINCES: Final = re.compile(r"\bprovinsi\b", re.IGNORECASE)
_SENTENCES_BACK: Final = 4
_FAR: Final = 300
_IN_A_LIST: Final = re.compile(
    r"\s*,?\s*(?:dan|serta|maupun|juga|&|/)?\s*(?:juga\s+)?(?:kabupaten|kab\.|kota|provinsi)?\s*",
    re.IGNORECASE,
)
_LIES_IN: Final = re.compile(
    r"\s*(?:,|\(|\bdi)\s*(?:(?:wilayah\s+)?(?:provinsi|propinsi|prov\.?)\s+)?", re.IGNORECASE
)
# Islands lie across regions, and "kabupaten di Pulau Flores" is one of them.
_VILLAGES: Final = SETTLEMENTS - {"pulau"}
_SITE: Final = re.compile(
    r"\b(?:puskesmas|kantor|balai|aula|camat|lapangan|rsud?|posyandu)\s+\Z", re.IGNORECASE
)
_OF_ONE_IN: Final = re.compile(
    r"\b(?:kabupaten|kota|daerah)\s+(?:\w+\s+)?di\s+(?:provinsi\s+)?\Z", re.IGNORECASE
)
_POINTS: Final = re.compile(r"\s+(?:itu|tersebut|ini)\b", re.IGNORECASE)
_SUPERLATIVE: Final = re.compile(
    r"\bter(?:tinggi|rendah|banyak|besar|kecil|baik|bawah|sedikit)\s+(?:di|se)[\s-]*\Z",
    re.IGNORECASE,
)
_AND: Final = re.compile(r"\s*(?:,|,?\s*(?:dan|serta))\s*", re.IGNORECASE)
# What ends an item of a list, and what does not: "Agam 91,2 persen / Padang 98,7 persen".
_NEXT_ITEM: Final = re.compile(r"\s?\)?\s?(?:[/|•·–—>→+&*]|(?<=\s)-|(?<=\))\s)\s?")
_OPENS: Final = re.compile(r"\s?[(:=]?\s?(?:(?:yang|dengan|mencapai|sebesar|sebanyak)\s)?")
_OF_ITEM: Final = re.compile(r"[^,;/|•·–—>+&*.\d-]{0,40}")
_RESPECTIVELY: Final = re.compile(
    r"(?<!\w)(?:masing-masing|masing\s+masing|berturut-turut)(?!\w)", re.IGNORECASE
)
_NAMELY: Final = re.compile(r"\s*(?:\w+\s+){0,3},?\s*(?:yaitu|yakni|ialah)\s*:?\s*", re.IGNORECASE)
_PAYS: Final = re.compile(r"\b(?:APBD|kas|dana|anggaran|pemprov|jamkesda)\s+\Z", re.IGNORECASE)


class BoundRegions(NamedTuple):
    """The regions that a number can belong to, the likeliest first.

    `is_settled` where the number's own clause names one, and no other. `together` are those that
    share the number with the first: "Balangan dan HSS sama-sama 100 persen". `is_national` where
    only the nation can be meant, named or not; `is_unknown` where the row of a table names
    something that is no region of the gazetteer.
    """

    regions: tuple[RegionMention, ...]
    is_settled: bool
    together: tuple[RegionMention, ...] = ()
    is_national: bool = False
    is_unknown: bool = False


def named_regions(reading: Reading) -> list[RegionMention]:
    """The regions that a number can belong to.

    Not the places where something was said, nor what only a link to another article names.
    """
    named = reading.regions
    if reading.asides:
        named = tuple(r for r in named if not stands_in(r.start, reading.asides))
    return [
        region
        for place, region in enumerate(named)
        if not is_place_of_event(reading.text, region)
        and not (place and _tells_where(reading.text, named[place - 1], region))
    ]


def _tells_where(text: str, region: RegionMention, around: RegionMention) -> bool:
    """Whether `around` only says where `region`, just before it, lies: "Belu di NTT"."""
    look_back = max(region.end, around.start - LOOK_BACK)
    if around.level == "province" and _OF_ONE_IN.search(text, look_back, around.start):
        return _POINTS.match(text, around.end) is not None  # "kabupaten di Provinsi Jambi itu"
    if around.level == "province" and _SUPERLATIVE.search(text, look_back, around.start):
        return True  # "Badung menjadi kabupaten dengan kepesertaan tertinggi di Bali"
    return (
        around.level in {"province", "nation"}
        and region.level in {"regency", "city"}
        and region.province == around.province
        and _LIES_IN.fullmatch(text, region.end, around.start) is not None
    )


def bind_regions(
    reading: Reading, mention: Mention, at: Window, named: Sequence[RegionMention]
) -> BoundRegions:
    """Find the regions that `mention` can belong to.

    Args:
        reading: the text.
        mention: the number.
        at: its window.
        named: what `named_regions` gives for the text.
    """
    if bound := _of_cell(at):
        return bound
    # Cities and regencies are counted in a province, in the nation or in the area of a branch.
    wanted = _COUNTED_IN if mention.unit == "regions" else _COUNTING
    main = next((r for r in reading.regions if r.id == reading.main_region), None)
    again = at.previous if at.restates and at.previous else mention
    if is_national := _is_national(mention, main) or _is_national(again, main):
        wanted = _NATION
    whole = main if main and main.level in wanted else None  # regions are not counted in a city
    if told := _told_by_form(reading, mention, named):
        return told
    if mention.unit == "people":
        named = [r for r in named if not _only_pays(reading, r)]
    left, right = _own_stretch(mention, at)
    before = [r for r in between(named, left, mention.start) if r.level in wanted]
    behind = [r for r in between(named, mention.end, right) if r.level in wanted]
    behind = _without_next_item(reading, before, mention, behind)
    together: tuple[RegionMention, ...] = ()
    if behind and (not before or behind[0].start - mention.end < CLOSE):
        options = [behind[0], *before[::-1], *behind[1:]]
        is_settled = not before
    elif settlement := _settlement(reading.text, between(named, left, mention.start), before):
        return BoundRegions((settlement,), is_settled=True)
    elif before:
        options = before[::-1]
        together = _listed_with(before, reading.text)
        # "menyamai target nasional sebesar 98 persen" may be said of the region itself.
        is_settled = not (before[-1].code == NATION.code and before[-1].implied)
    else:
        in_force = _region_in_force(reading, mention, named, wanted) or whole
        options = [in_force] if in_force else []
        is_settled = False
    if is_settled:
        options = options[:1]
    elif whole:
        options.append(whole)
    return BoundRegions(_distinct(options), is_settled, together, is_national)


def _without_next_item(
    reading: Reading,
    before: Sequence[RegionMention],
    mention: Mention,
    behind: list[RegionMention],
) -> list[RegionMention]:
    """Leave out the region of the next item: "Agam (91,2%) Padang (98,7%)"."""
    if not before or not behind:
        return behind
    text, former, latter = reading.text, before[-1], behind[0]
    is_parted = (
        _NEXT_ITEM.fullmatch(text, mention.end, latter.start)
        and _OF_ITEM.fullmatch(text, former.end, mention.start)
    ) or (
        _OPENS.fullmatch(text, former.end, mention.start)
        and any(
            number.unit == mention.unit and _OPENS.fullmatch(text, latter.end, number.start)
            for number in reading.mentions[place_of(reading.mentions, latter.end) :][:1]
        )
    )
    return [] if is_parted else behind


def _told_by_form(
    reading: Reading, mention: Mention, named: Sequence[RegionMention]
) -> BoundRegions | None:
    """The regions of a number in a list of several, as the form of the list tells."""
    if own := _respectively(reading, mention, named):
        return BoundRegions((own,), is_settled=True)
    if listed := _listed_behind(reading.text, mention, named):
        return BoundRegions(listed[:1], is_settled=True, together=listed[1:])
    return None


def _of_cell(at: Window) -> BoundRegions | None:
    """What its row, its column or its item says of a number in a table or a list."""
    cell = at.cell
    if cell is None or not (cell.regions or cell.names_unknown):
        return None
    return BoundRegions(cell.regions, is_settled=True, is_unknown=cell.names_unknown)


def _settlement(
    text: str, named: Sequence[RegionMention], before: Sequence[RegionMention]
) -> RegionMention | None:
    """The village or district that the words before a number name last.

    "Desa Rensing Bat, Kecamatan Sakra, Kabupaten Lombok Timur": what lies around it is not meant.

    Args:
        text: the text.
        named: the regions in these words.
        before: those of them that numbers are counted in.
    """
    place = len(named) - 1
    while place > 0 and _LIES_IN.fullmatch(text, named[place - 1].end, named[place].start):
        place -= 1
    first = named[place] if named else None
    if first is None or first.level != "area" or not (place < len(named) - 1 or not before):
        return None
    if _SITE.search(text, max(0, first.start - LOOK_BACK), first.start):
        return None  # "di Puskesmas Kecamatan Ciracas, Jakarta Timur"
    return first if first.name.split()[0].lower() in _VILLAGES else None


def _own_stretch(mention: Mention, at: Window) -> tuple[int, int]:
    """Where the words of a number stand around it; those of a cell stand elsewhere."""
    if at.in_table:
        return mention.start, mention.start
    return mention.start - len(at.before), mention.end + len(at.after)


def _is_national(mention: Mention, main: RegionMention | None) -> bool:
    """Whether only the whole nation can have so many, or has any: people, regions, provinces.

    In an article about a city or a regency it is rather a slip: "275.204.000 jiwa" for 275.204.
    """
    if mention.unit == "regions":
        return mention.value > most_in_a_province() or bool(_PROVINCES.search(mention.text))
    most = largest(mention.unit, "province")
    is_small = main is not None and main.level in {"regency", "city"}
    return most is not None and mention.value > most.doubted and not is_small


def _listed_behind(
    text: str, mention: Mention, named: Sequence[RegionMention]
) -> tuple[RegionMention, ...]:
    """The regions of which a share is said: "di bawah 80 persen, yaitu Donggala dan Sigi"."""
    namely = _NAMELY.match(text, mention.end)
    if mention.unit != "percent" or namely is None:
        return ()
    listed: list[RegionMention] = []
    end = namely.end()
    for place in range(place_of(named, end), len(named)):
        region = named[place]
        gap = text[end : region.start]
        if gap and not _IN_A_LIST.fullmatch(gap):
            break
        listed.append(region)
        end = region.end
    return tuple(listed) if len(listed) > 1 else ()


def _only_pays(reading: Reading, region: RegionMention) -> bool:
    """Whether a province pays for members of the article's own region: "APBD Provinsi Sulbar"."""
    main = next((r for r in reading.regions if r.id == reading.main_region), None)
    if region.level != "province" or main is None or main.level not in {"regency", "city"}:
        return False
    look_back = max(0, region.start - LOOK_BACK)
    pays = _PAYS.search(reading.text, look_back, region.start)
    return region.province == main.province and pays is not None


def _listed_with(regions: Sequence[RegionMention], text: str) -> tuple[RegionMention, ...]:
    """Those that stand in one list with the last of `regions`, before it."""
    listed: list[RegionMention] = []
    for former, latter in pairwise(reversed(regions)):
        if not _IN_A_LIST.fullmatch(text, latter.end, former.start):
            break
        listed.append(latter)
    return tuple(listed)


def _respectively(
    reading: Reading, mention: Mention, named: Sequence[RegionMention]
) -> RegionMention | None:
    """The region whose turn it is: "Blora dan Kudus masing-masing 95 persen dan 90 persen"."""
    span = reading.sentences[sentence_index(reading, mention)]
    start, end = max(span.start, mention.start - _FAR), min(span.end, mention.end + _FAR)
    cues = list(_RESPECTIVELY.finditer(reading.text, start, mention.start))
    numbers = [
        m
        for m in between(reading.mentions, cues[-1].end() if cues else start, end)
        if m.kind == "quantity" and m.unit == mention.unit
    ]
    if not any(number is mention for number in numbers):
        return None
    if cues:
        place = cues[-1].start()
    else:
        # "Polewali Mandar dan Mamasa masih 91,4 persen dan 88,7 persen"
        numbers = _joined_with(mention, numbers, reading.text)
        place = numbers[0].start
    before = between(named, start, place)
    if not before or place - before[-1].end > LOOK_BACK:
        return None
    listed = [*reversed(_listed_with(before, reading.text)), before[-1]]
    if len(listed) != len(numbers) or len(listed) < 2:  # noqa: PLR2004 - one is no list
        return None
    return listed[numbers.index(mention)]


def _joined_with(mention: Mention, numbers: Sequence[Mention], text: str) -> list[Mention]:
    """The numbers that stand in one list with `mention`, itself among them."""
    first = last = numbers.index(mention)
    while first and _AND.fullmatch(text, numbers[first - 1].end, numbers[first].start):
        first -= 1
    while last + 1 < len(numbers) and _AND.fullmatch(
        text, numbers[last].end, numbers[last + 1].start
    ):
        last += 1
    return list(numbers[first : last + 1])


def _region_in_force(
    reading: Reading,
    mention: Mention,
    named: Sequence[RegionMention],
    wanted: frozenset[Level],
) -> RegionMention | None:
    """The region that a number without one of its own belongs to, if any is in force.

    The last one named in the same sentence; else that of the nearest sentence of its paragraph (or
    the one before it) that names any, if it names just one.
    """
    index = sentence_index(reading, mention)
    paragraph = paragraph_start(reading.text, mention.start)
    for back in range(min(_SENTENCES_BACK, index + 1)):
        span = reading.sentences[index - back]
        if back > 1 and span.start < paragraph:
            break
        if back and in_table(reading.tables, span.start):
            break  # no row is in force below its table
        start = max(span.start, mention.start - LONGEST)
        here = between(named, start, min(span.end, mention.start))
        here = [r for r in here if r.level in wanted]
        if back:
            here = [r for r in here if not (r.code == NATION.code and r.implied)]
        if here and (back == 0 or len({r.id for r in here}) == 1):
            return here[-1]
        if here:
            break  # a list of regions leaves none in force
    return None


def _distinct(regions: Sequence[RegionMention]) -> tuple[RegionMention, ...]:
    first: dict[str, RegionMention] = {}
    for region in regions:
        first.setdefault(region.id, region)
    return tuple(first.values())
