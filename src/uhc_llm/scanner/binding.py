"""Which region and which period a number belongs to, by clause and by nearness.

A number has a window (see `cues`); a region or period named in it is the number's own. Without one
the last that was named is in force, until a list of several leaves none; and then there is the
article's main region and its own date.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple, TypeVar

from uhc_llm.scanner.asides import stands_in
from uhc_llm.scanner.meanings.windows import Window
from uhc_llm.scanner.periods import is_said_as_time
from uhc_llm.scanner.regions import is_place_of_event
from uhc_llm.scanner.regions.gazetteer import NATION
from uhc_llm.scanner.sentences import paragraph_start
from uhc_llm.schemas import Level, Mention, PeriodMention, Reading, RegionMention, Unit

__all__ = ["BoundPeriods", "BoundRegions", "bind_periods", "bind_regions", "named_regions"]

_COUNTED_IN: Final = frozenset[Level]({"nation", "province", "area"})
_COUNTING: Final = frozenset[Level]({"nation", "province", "regency", "city"})
_NATION: Final = frozenset[Level]({"nation"})
# No province has more than some fifty million people, or thirty-eight cities and regencies.
_MOST_OF_A_PROVINCE: Final[Mapping[Unit | None, int]] = {
    "people": 60_000_000,
    "rupiah": 20_000_000_000_000,
}
_MOST_IN_A_PROVINCE: Final = 38
_PROVINCES: Final = re.compile(r"\bprovinsi\b", re.IGNORECASE)
_CLOSE: Final = 25
_SENTENCES_BACK: Final = 4
_LOOK_BACK: Final = 20
_FAR: Final = 300
# Of a longer sentence only so much is looked at, on either side of the number.
_LONGEST: Final = 1000
_FIRST: Final = 3
# So many periods back is one looked for that is in force.
_REACH: Final = 100
_IN_A_LIST: Final = re.compile(
    r"\s*,?\s*(?:dan|serta|maupun|juga|&|/)?\s*(?:juga\s+)?(?:kabupaten|kab\.|kota|provinsi)?\s*",
    re.IGNORECASE,
)
_LIES_IN: Final = re.compile(
    r"\s*(?:,|\(|\bdi)\s*(?:(?:wilayah\s+)?(?:provinsi|propinsi|prov\.?)\s+)?", re.IGNORECASE
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
_RESPECTIVELY: Final = re.compile(
    r"(?<!\w)(?:masing-masing|masing\s+masing|berturut-turut)(?!\w)", re.IGNORECASE
)
_NAMELY: Final = re.compile(r"\s*(?:\w+\s+){0,3},?\s*(?:yaitu|yakni|ialah)\s*:?\s*", re.IGNORECASE)
_PAYS: Final = re.compile(r"\b(?:APBD|kas|dana|anggaran|pemprov|jamkesda)\s+\Z", re.IGNORECASE)
# "87,69% dari jumlah penduduk semester I 2025"
_OF_REGISTER: Final = re.compile(r"\bpenduduk(?:\s+\w+)?\s+\Z", re.IGNORECASE)
_BUDGET: Final = re.compile(r"\b(?:APBD|APBDP|APBD-P|APBN|RKPD|anggaran)\s+\Z", re.IGNORECASE)
# The day that figures are of: "per 31 Desember 2023".
_AS_OF: Final = re.compile(r"\b(?:per|hingga|sampai(?:\s+dengan)?|posisi|data)\s+\Z", re.IGNORECASE)


def _is_national(mention: Mention, main: RegionMention | None) -> bool:
    """Whether only the whole nation can have so many, or has any: people, regions, provinces.

    In an article about a city or a regency it is rather a slip: "275.204.000 jiwa" for 275.204.
    """
    if mention.unit == "regions":
        return mention.value > _MOST_IN_A_PROVINCE or bool(_PROVINCES.search(mention.text))
    most = _MOST_OF_A_PROVINCE.get(mention.unit)
    is_small = main is not None and main.level in {"regency", "city"}
    return most is not None and mention.value > most and not is_small


class BoundRegions(NamedTuple):
    """The regions that a number can belong to, the likeliest first.

    `is_settled` where the number's own clause names one, and no other. `together` are those that
    share the number with the first: "Balangan dan HSS sama-sama 100 persen". `is_national` where
    only the nation can be meant, named or not.
    """

    regions: tuple[RegionMention, ...]
    is_settled: bool
    together: tuple[RegionMention, ...] = ()
    is_national: bool = False


class BoundPeriods(NamedTuple):
    """The periods that a number can hold for, the likeliest first.

    `is_settled` where the number's own clause names one. `own_date` stands for the article's own
    date, and `as_of` for the day that the text's figures are of ("per 31 Desember 2023").
    """

    periods: tuple[PeriodMention, ...]
    is_settled: bool
    own_date: PeriodMention | None
    as_of: PeriodMention | None


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
    look_back = max(region.end, around.start - _LOOK_BACK)
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
    # Cities and regencies are counted in a province, in the nation or in the area of a branch.
    wanted = _COUNTED_IN if mention.unit == "regions" else _COUNTING
    main = next((r for r in reading.regions if r.id == reading.main_region), None)
    again = at.previous if at.restates and at.previous else mention
    if is_national := _is_national(mention, main) or _is_national(again, main):
        wanted = _NATION
    if own := _respectively(reading, mention, named):
        return BoundRegions((own,), is_settled=True)
    if listed := _listed_behind(reading.text, mention, named):
        return BoundRegions(listed[:1], is_settled=True, together=listed[1:])
    if mention.unit == "people":
        named = [r for r in named if not _only_pays(reading, r)]
    left, right = mention.start - len(at.before), mention.end + len(at.after)
    before = [r for r in _between(named, left, mention.start) if r.level in wanted]
    behind = [r for r in _between(named, mention.end, right) if r.level in wanted]
    together: tuple[RegionMention, ...] = ()
    if main and main.level not in wanted:
        main = None  # regions are not counted in a city
    if behind and (not before or behind[0].start - mention.end < _CLOSE):
        options = [behind[0], *before[::-1], *behind[1:]]
        is_settled = not before
    elif before:
        options = before[::-1]
        together = _listed_with(before, reading.text)
        # "menyamai target nasional sebesar 98 persen" may be said of the region itself.
        is_settled = not (before[-1].code == NATION.code and before[-1].implied)
    else:
        in_force = _region_in_force(reading, mention, named, wanted) or main
        options = [in_force] if in_force else []
        is_settled = False
    if is_settled:
        options = options[:1]
    elif main:
        options.append(main)
    return BoundRegions(_distinct(options), is_settled, together, is_national)


def _listed_behind(
    text: str, mention: Mention, named: Sequence[RegionMention]
) -> tuple[RegionMention, ...]:
    """The regions of which a share is said: "di bawah 80 persen, yaitu Donggala dan Sigi"."""
    namely = _NAMELY.match(text, mention.end)
    if mention.unit != "percent" or namely is None:
        return ()
    listed: list[RegionMention] = []
    end = namely.end()
    for place in range(_place_of(named, end), len(named)):
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
    look_back = max(0, region.start - _LOOK_BACK)
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
    span = reading.sentences[_sentence_index(reading, mention)]
    start, end = max(span.start, mention.start - _FAR), min(span.end, mention.end + _FAR)
    cues = list(_RESPECTIVELY.finditer(reading.text, start, mention.start))
    numbers = [
        m
        for m in _between(reading.mentions, cues[-1].end() if cues else start, end)
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
    before = _between(named, start, place)
    if not before or place - before[-1].end > _LOOK_BACK:
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
    index = _sentence_index(reading, mention)
    paragraph = paragraph_start(reading.text, mention.start)
    for back in range(min(_SENTENCES_BACK, index + 1)):
        span = reading.sentences[index - back]
        if back > 1 and span.start < paragraph:
            break
        start = max(span.start, mention.start - _LONGEST)
        here = _between(named, start, min(span.end, mention.start))
        here = [r for r in here if r.level in wanted]
        if back:
            here = [r for r in here if not (r.code == NATION.code and r.implied)]
        if here and (back == 0 or len({r.id for r in here}) == 1):
            return here[-1]
        if here:
            break  # a list of regions leaves none in force
    return None


def bind_periods(
    reading: Reading, mention: Mention, at: Window, *, is_target: bool
) -> BoundPeriods:
    """Find the periods that `mention` can hold for.

    Args:
        reading: the text.
        mention: the number.
        at: its window.
        is_target: whether its clause speaks of a goal; what is in force elsewhere is not its year
            then.
    """
    # The article's own date, which has no place, comes first.
    has_own = bool(reading.periods) and not reading.periods[0].end
    placed = reading.periods[has_own:]

    def relevant(periods: Sequence[PeriodMention]) -> list[PeriodMention]:
        return [p for p in periods if _holds_for(reading.text, p, mention, at)]

    span = reading.sentences[_sentence_index(reading, mention)]
    start, end = max(span.start, mention.start - _LONGEST), min(span.end, mention.end + _LONGEST)
    here = _without_event_dates(relevant(_between(placed, start, end)))
    place = _place_of(placed, mention.start)
    earlier = relevant(placed[max(0, place - _REACH) : place])
    own = _own_period(reading)
    # What a headline says is of the day that the text behind it names.
    as_of = _as_of(reading.text, earlier or placed[:_FIRST])
    if as_of and _is_only_national(reading, as_of, mention):
        as_of = None  # "secara nasional 222 juta orang per Desember 2020"
    if as_of and all(p.weekday_agrees is not None for p in here):
        here = []  # the day on which it was said, not that of the figures
    before = [p for p in here if mention.start - len(at.before) <= p.start < mention.start]
    behind = [p for p in here if mention.end <= p.start and p.end <= mention.end + len(at.after)]
    if behind and (not before or behind[0].start - mention.end < _CLOSE):
        return BoundPeriods((behind[0],), True, own, as_of)
    if before:
        return BoundPeriods((before[-1],), True, own, as_of)
    said_before = [p for p in here if p.end <= mention.start]
    in_force = said_before[-1] if said_before else here[0] if here else None
    if in_force is None and not is_target:
        in_force = _period_in_force(reading, mention, earlier, relevant(placed[:_REACH]))
    return BoundPeriods((in_force,) if in_force else (), False, own, as_of)


def _holds_for(text: str, period: PeriodMention, mention: Mention, at: Window) -> bool:
    """Whether a period is not that of the source of another number.

    "penduduk 2.706.950 jiwa (semester 2 2022)": the register of people is of then, nothing else.
    """
    if "-S" not in period.iso:
        return True
    look_back = max(0, period.start - _LOOK_BACK)
    if mention.unit == "percent" and _OF_REGISTER.search(text, look_back, period.start):
        return False
    left, right = mention.start - len(at.before), mention.end + len(at.tail)
    return left <= period.start and period.end <= right


def _without_event_dates(here: list[PeriodMention]) -> list[PeriodMention]:
    """Leave out days with a weekday where their sentence names another period too.

    "Rencana 2026 yang diteken Kamis 30 Oktober 2025 memuat 27 ribu warga": of 2026.
    """
    others = [p for p in here if p.weekday_agrees is None]
    return others or here


def _own_period(reading: Reading) -> PeriodMention | None:
    """The period that stands for the article's own date."""
    if reading.published is None:
        return None
    iso = reading.published.isoformat()
    return next((p for p in reading.periods if p.iso == iso), None)


def _as_of(text: str, earlier: Sequence[PeriodMention]) -> PeriodMention | None:
    """The last day or month among `earlier` that figures are said to be of."""
    for period in reversed(earlier):
        look_back = max(0, period.start - _LOOK_BACK)
        if len(period.iso) > len("2023") and _AS_OF.search(text, look_back, period.start):
            return period
    return None


def _is_only_national(reading: Reading, period: PeriodMention, mention: Mention) -> bool:
    """Whether a period is that of the nation's figures, in an article about a region."""
    main = next((r for r in reading.regions if r.id == reading.main_region), None)
    if main is None or main.code == NATION.code or _speaks_of_nation(reading, mention):
        return False
    return _speaks_of_nation(reading, period)


def _is_of_budget(text: str, period: PeriodMention) -> bool:
    """Whether a year is that of a budget: "Dalam APBD 2025 alokasinya ..."."""
    look_back = max(0, period.start - _LOOK_BACK)
    return _BUDGET.search(text, look_back, period.start) is not None


def _speaks_of_nation(reading: Reading, place: Mention | PeriodMention) -> bool:
    """Whether the sentence of a number or a period names the nation."""
    span = reading.sentences[_sentence_index(reading, place)]
    return any(r.code == NATION.code for r in _between(reading.regions, *span))


def _period_in_force(
    reading: Reading,
    mention: Mention,
    earlier: Sequence[PeriodMention],
    first: Sequence[PeriodMention],
) -> PeriodMention | None:
    """The last period named before a number that is not of the future; else the first named."""
    ahead = mention.unit == "rupiah"  # a budget is made the year before
    year = str(reading.published.year + ahead) if reading.published else "9999"
    paragraph = paragraph_start(reading.text, mention.start)

    def is_past(period: PeriodMention) -> bool:
        return period.iso[:4] <= year and (
            is_said_as_time(reading.text, period) or _is_of_budget(reading.text, period)
        )

    last = next((p for p in reversed(earlier) if is_past(p)), None)
    if last and (last.start >= paragraph or reading.published is None):
        return last
    return next(filter(is_past, first), None) if reading.published is None else None


_Placed = TypeVar("_Placed", Mention, RegionMention, PeriodMention)


def _between(items: Sequence[_Placed], start: int, end: int) -> list[_Placed]:
    """Those of `items`, which are in order, that lie from `start` to `end`."""
    found = []
    for place in range(_place_of(items, start), len(items)):
        if items[place].end > end:
            break
        found.append(items[place])
    return found


def _place_of(items: Sequence[_Placed], start: int) -> int:
    return bisect_left(items, start, key=lambda item: item.start)


def _sentence_index(reading: Reading, place: Mention | PeriodMention) -> int:
    return max(0, bisect_right(reading.sentences, (place.start, len(reading.text))) - 1)


def _distinct(regions: Sequence[RegionMention]) -> tuple[RegionMention, ...]:
    first: dict[str, RegionMention] = {}
    for region in regions:
        first.setdefault(region.id, region)
    return tuple(first.values())
