"""Which regions a text speaks of: names, aliases, and the words that point back to them."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from uhc_llm.scanner.gazetteer import NATION, Gazetteer, fold, gazetteer
from uhc_llm.scanner.lexicon import (
    LEVEL_BEFORE,
    LEVEL_HINTS,
    ORDINARY_NAMES,
    OTHER_ABBREVIATIONS,
    WEEKDAYS,
    alternatives,
    plain,
)
from uhc_llm.scanner.tokens import TokenizedText
from uhc_llm.schemas import Level, Region, RegionMention, Span

__all__ = ["find_regions", "is_place_of_event"]

_WORD: Final = re.compile(r"[^\W\d_][\w'’]*")
_BETWEEN_WORDS: Final = re.compile(r"[ \u00a0]{1,2}|-|\.\s?")
_LEVEL_BEFORE: Final = re.compile(
    rf"(?<!\w)(?P<cue>{alternatives(LEVEL_BEFORE)})\s+\Z", re.IGNORECASE
)
# "Kota Semarang" is a name; "Pemkot Semarang" only tells which Semarang is meant.
_PART_OF_NAME: Final = frozenset(
    {"kota", "kabupaten", "kab", "kab.", "provinsi", "propinsi", "prov", "prov."}
)
_BRANCH_BEFORE: Final = re.compile(
    r"(?:BPJS\s+Kes(?:ehatan)?(?:\s+(?:Kantor\s+)?(?:Cabang|Wilayah|KC|Kedeputian\s+Wilayah))?"
    r"|BPJS(?:\s+Kesehatan)?\s+(?:Cabang|Wilayah)"
    r"|(?:Kantor\s+)?Cabang(?:\s+Utama)?|\bKC(?:U|P)?|BPJS)\s+\Z",
    re.IGNORECASE,
)
_BRANCH: Final = re.compile(
    r"BPJS\s+Kesehatan\s+(?:Kantor\s+)?Cabang\s+(?P<seat>[A-Z][\w'’]+)", re.IGNORECASE
)
_NATIONAL: Final = re.compile(
    r"""
    (?<!kesehatan\s)(?<!kesehatan-)(?<!sosial\s)(?<!ekonomi\s)(?<!badan\s)
        \b(?:secara\s+)?nasional(?:nya)?\b(?!\s*[-–(]\s*(?:kis|kartu))
  | (?<!kartu\s)(?<!bank\s)(?<!universitas\s)(?<!republik\s)(?<!ikatan\s)(?<!dokter\s)
        \b(?:se-?)?indonesia\b(?!\s+sehat)
  | \brpjmn\b | \btanah\s+air\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ANAPHOR: Final = re.compile(
    r"\b(?P<noun>kota|kabupaten|provinsi|daerah|wilayah)\s+"
    r"(?:itu|ini|tersebut|setempat|berpenduduk|dimaksud)\b",
    re.IGNORECASE,
)
_LEVEL_OF_NOUN: Final[dict[str, Level]] = {
    "kota": "city",
    "kabupaten": "regency",
    "provinsi": "province",
}
_DATELINE_END: Final = 90
_DATELINE: Final = re.compile(
    r"""
    \s* (?:\([^)]{0,30}\)\s*)?
    (?: ,?\s*[-–—] | [.:] | ,\s*\d
      | ,\s+ (?:[A-Z][\w.]{0,20}\s){1,3} [-–—]        # "BANDUNG, KOMPAS.com -"
    )
    """,
    re.VERBOSE,
)
_DAY_BEHIND: Final = re.compile(
    rf",?\s+(?:pada\s+)?(?:hari\s+)?(?:{alternatives(WEEKDAYS)})\b", re.IGNORECASE
)
_LOOK_BACK: Final = 40
_NEAR: Final = 200
# So many names back and ahead is the region looked for that "kota itu" points to.
_REACH: Final = 100


class _Named(NamedTuple):
    """A stretch of text and the regions that it can mean."""

    start: int
    end: int
    candidates: tuple[Region, ...]
    has_level: bool = False
    implied: bool = False
    noun: str | None = None


def find_regions(
    source: TokenizedText, sentences: Sequence[Span]
) -> tuple[tuple[RegionMention, ...], str | None]:
    """Find every region that a text names or points back to.

    Args:
        source: the text.
        sentences: its sentences, in order.

    Returns:
        The mentions in order, those of one region sharing an id, and the id of the region that the
        article is about.
    """
    text = source.text
    heads = {span.start for span in sentences}
    named = sorted([*_names(text, heads), *_branches(text), *_national(text)])
    named = _without_overlaps(named)
    decided = _decide_twins(text, named)
    decided = _with_anaphors(text, decided)
    mentions = _mentions(text, decided)
    return mentions, _main_region(text, mentions)


def _names(text: str, heads: set[int]) -> Iterator[_Named]:
    table = gazetteer()
    words = [(m.start(), m.end(), m.group()) for m in _WORD.finditer(text)]
    skip_to = 0
    for index, (start, _, word) in enumerate(words):
        if start < skip_to or not word[0].isupper():
            continue
        longest = table.longest.get(word.translate({0x2019: "'"}).casefold())
        if not longest:
            continue
        match = _longest_name(text, words, index, longest, table)
        if match is None:
            continue
        end, candidates = match
        found = _with_level(text, start, end, candidates)
        if (
            not found.has_level
            and end - start == len(word)
            and _is_a_word(word, at_head=start in heads)
        ):
            continue
        skip_to = end
        yield found


def _is_a_word(word: str, *, at_head: bool) -> bool:
    """Whether a name of one word, with no level before it, is an ordinary word here."""
    folded = word.casefold()
    if folded in OTHER_ABBREVIATIONS:
        return True
    return at_head and not word.isupper() and folded in ORDINARY_NAMES


def _longest_name(
    text: str, words: list[tuple[int, int, str]], index: int, longest: int, table: Gazetteer
) -> tuple[int, tuple[Region, ...]] | None:
    best = None
    folded: list[str] = []
    for offset in range(longest):
        if index + offset >= len(words):
            break
        start, end, word = words[index + offset]
        if offset:
            gap = text[words[index + offset - 1][1] : start]
            before = words[index + offset - 1][2]
            is_short = len(before) == 1 or before == "Kep"
            if not _BETWEEN_WORDS.fullmatch(gap) or ("." in gap and not is_short):
                break
            if not word[0].isupper() and word != "dan":  # "Pangkajene dan Kepulauan"
                break
        folded.extend(fold(word))
        if found := table.names.get(tuple(folded)):
            best = end, found
    return best


def _with_level(text: str, start: int, end: int, candidates: tuple[Region, ...]) -> _Named:
    before = text[max(0, start - _LOOK_BACK) : start]
    if branch := _BRANCH_BEFORE.search(before):
        start -= len(before) - branch.start()
        return _Named(start, end, (_area(text[start:end]),), has_level=True)
    cue = _LEVEL_BEFORE.search(before)
    if cue is None:
        return _Named(start, end, candidates)
    word = plain(cue["cue"])
    level = LEVEL_BEFORE[word]
    fitting = tuple(region for region in candidates if region.level == level)
    if not fitting:
        # "Gubernur Banten di Serang": the cue is another name's, or the level is said loosely.
        return _Named(start, end, candidates)
    if word.split()[-1] in _PART_OF_NAME:
        start -= len(before) - cue.start("cue") - len(cue["cue"]) + len(word.split()[-1])
    return _Named(start, end, fitting, has_level=True)


def _area(words: str) -> Region:
    return Region(code=None, name=" ".join(words.split()), level="area")


def _branches(text: str) -> Iterator[_Named]:
    for match in _BRANCH.finditer(text):
        yield _Named(*match.span(), (_area(match.group()),), has_level=True)


def _national(text: str) -> Iterator[_Named]:
    for match in _NATIONAL.finditer(text):
        implied = not match.group().lower().startswith(("indonesia", "se", "tanah"))
        yield _Named(*match.span(), (NATION,), has_level=True, implied=implied)


def _without_overlaps(named: list[_Named]) -> list[_Named]:
    """Of two that overlap, the one that starts first and reaches furthest."""
    kept: list[_Named] = []
    for item in sorted(named, key=lambda n: (n.start, -n.end)):
        if not kept or item.start >= kept[-1].end:
            kept.append(item)
    return kept


def _decide_twins(text: str, named: list[_Named]) -> list[_Named]:
    """Decide names that two regions share, by what the article says elsewhere."""
    certain = [n.candidates[0] for n in named if len(n.candidates) == 1]
    codes = Counter(region.code for region in certain)
    provinces = {region.province for region in certain if region.province}
    hinted = _hinted(text)
    return [
        n
        if len(n.candidates) == 1
        else n._replace(
            candidates=_decide(n, codes, provinces, hinted, _hinted(text[n.end : n.end + _NEAR]))
        )
        for n in named
    ]


def _hinted(text: str) -> set[Level]:
    lowered = text.lower()
    return {level for level, hints in LEVEL_HINTS.items() if any(h in lowered for h in hints)}


def _decide(
    named: _Named,
    codes: Counter[str | None],
    provinces: set[str],
    hinted: set[Level],
    hinted_near: set[Level],
) -> tuple[Region, ...]:
    candidates = named.candidates
    if hinted_near == {"province"}:
        # "warga Jambi ... provinsi ini", though the article names Kota Jambi further down.
        whole = tuple(region for region in candidates if region.level == "province")
        if whole:
            return whole
    said = [region for region in candidates if codes[region.code]]
    if said:
        return (max(said, key=lambda region: codes[region.code]),)
    nearby = tuple(region for region in candidates if region.province in provinces)
    if len(nearby) == 1:
        return nearby
    fitting = tuple(region for region in nearby or candidates if region.level in hinted)
    return fitting if len(fitting) == 1 else candidates


def _with_anaphors(text: str, named: list[_Named]) -> list[_Named]:
    """Add "kota itu", "daerah setempat" and their like, each meaning the region in force."""
    result: list[_Named] = []
    place = 0
    for match in _ANAPHOR.finditer(text):
        while place < len(named) and named[place].start < match.start():
            result.append(named[place])
            place += 1
        if result and result[-1].end > match.start():
            continue
        near = (*reversed(result[-_REACH:]), *named[place : place + _REACH])
        region = _in_force(plain(match["noun"]), near)
        if region is not None:
            result.append(_Named(*match.span(), (region,), implied=True))
    return [*result, *named[place:]]


def _in_force(noun: str, near: Sequence[_Named]) -> Region | None:
    """The first of `near` that a noun can point back to; for "provinsi", the province it is in."""
    level = _LEVEL_OF_NOUN.get(noun)
    for item in near:
        for region in item.candidates:
            if region.level in ("nation", "area"):
                continue
            if level is None or region.level == level:
                return region
            if level == "province" and region.code:
                return gazetteer().by_code[region.code[:2]]
    return None


def _mentions(text: str, named: list[_Named]) -> tuple[RegionMention, ...]:
    ids: dict[tuple[str | None, str], str] = {}
    mentions = []
    for n in named:
        region = n.candidates[0]
        key = (
            (region.code, region.name) if len(n.candidates) == 1 else (None, text[n.start : n.end])
        )
        mentions.append(
            RegionMention(
                **region.model_dump(),
                id=ids.setdefault(key, f"r{len(ids) + 1}"),
                text=text[n.start : n.end],
                start=n.start,
                end=n.end,
                candidates=n.candidates if len(n.candidates) > 1 else (),
                implied=n.implied,
            )
        )
    return tuple(mentions)


def _main_region(text: str, mentions: Sequence[RegionMention]) -> str | None:
    """The region named most; the one named first counts double, datelines and pointers little."""
    weights: Counter[str] = Counter()
    for mention in mentions:
        if mention.level == "area":
            continue
        is_weak = mention.implied or is_place_of_event(text, mention)
        is_first = not is_weak and all(weight == 1 for weight in weights.values())
        weights[mention.id] += 1 if is_weak else 6 if is_first else 3
    return max(weights, key=lambda id_: weights[id_], default=None)


def is_place_of_event(text: str, mention: RegionMention) -> bool:
    """Whether a region is named only as the place where something was said or written.

    That is a dateline ("PALANGKA RAYA - "), or a place beside a weekday ("di Banjarmasin, Senin").
    """
    if _DAY_BEHIND.match(text, mention.end):
        return True
    is_early = mention.start < _DATELINE_END and not text[: mention.start].strip("\n (").count("\n")
    return bool(
        is_early
        and _DATELINE.match(text, mention.end)
        and (mention.text.isupper() or not text[: mention.start].strip())
    )
