"""One amount: a numeral with its currency, scale word, unit and hedge, at its exact place."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from uhc_llm.scanner.lexicon import (
    CURRENCY_SCALES,
    FILLERS,
    QUALIFIERS_AFTER,
    QUALIFIERS_BEFORE,
    SCALES,
    UNIT_OF_NOUN,
    alternatives,
    plain,
)
from uhc_llm.scanner.numerals import NUMERAL_WORD, Numeral, read_digits, read_words
from uhc_llm.schemas import Qualifier, Unit

__all__ = ["RANGE", "SPACE", "Quantity", "each_amount"]

SPACE: Final = r"[ \t\u00a0\u2009\u202f]"
_NOUN: Final = rf"(?:{alternatives(UNIT_OF_NOUN)})(?!\w)"
_PEOPLE_NOUN: Final = (
    rf"(?:{alternatives(n for n, unit in UNIT_OF_NOUN.items() if unit == 'people')})(?!\w)"
)
_SCALE: Final = alternatives(SCALES)
# Three forms of a numeral. The first two have a stray space in them and are read as one number only
# where what follows leaves no doubt: "1.708 552 jiwa", "147. 629 warga", "101, 00%".
_NUMERAL: Final = re.compile(
    rf"""
    (?P<currency> \b(?:Rp|IDR)\.?{SPACE}{{0,2}} )?
    (?P<sign> (?<=[^\w.,)%\n]) [-−] (?=\d) )?               # at the head of a line it is a bullet
    (?:
      (?<![\w])(?<!\d[.,])(?P<stray_groups>
        [1-9]\d{{0,2}} (?:(?:\.{SPACE}?|{SPACE})\d{{3}}){{1,4}}
        (?![.,]?\d) (?={SPACE}+{_PEOPLE_NOUN})
      )
    | (?<![\w])(?<!\d[.,])(?P<stray_decimals>
        \d{{1,3}},{SPACE}\d{{2}} (?={SPACE}?(?:%|persen\b))
      )
    | (?<!\d)(?<!\d[.,])(?P<digits> \d+ (?:[.,]\d+)* )
    | \b(?P<words> (?:{NUMERAL_WORD}) (?:(?:{SPACE}|-)(?:{NUMERAL_WORD}))* )
        (?: \b | (?<=ratus|eribu|ejuta) (?=an\b) )              # "seribuan", "lima ratusan"
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_AFTER: Final = re.compile(
    rf"""
    (?P<closing> ,-+ | ,00\b(?!\s*(?:%|persen)) )?
    (?: (?P<scale_gap>{SPACE}?\n?{SPACE}?) (?P<scale>{_SCALE}) (?P<vague>-?an)? (?!\w) )?
    (?P<numeral_vague> -?an\b )?
    """,
    re.VERBOSE | re.IGNORECASE,
)
# "-an" and "atau lebih" stand closer to a number, or further from it.
_HEDGE_BEHIND: Final = alternatives(q for q in QUALIFIERS_AFTER if q[0] not in "-a" or " " in q)
_CURRENCY_SCALE: Final = re.compile(rf"{SPACE}?(?P<scale>[MT])(?![\w])")
_LATER: Final = re.compile(
    rf"(?P<hedge>\s+(?:{_HEDGE_BEHIND})(?!\w))?"
    rf"(?:\s*(?P<percent>%|(?:persen|prosen|percent)\b)|{SPACE}*+\n?{SPACE}*+(?P<noun>{_NOUN}))?"
    rf"(?P<late_hedge>\s+(?:lebih|atau\s+lebih|ke\s+atas|atau\s+kurang)\b(?!\s+(?:dari|besar|tinggi|rendah|kecil|banyak|baik|sedikit)))?",
    re.IGNORECASE,
)
_BEFORE: Final = re.compile(
    rf"(?:(?<!\w)(?P<cue>{alternatives(QUALIFIERS_BEFORE)}))"
    rf"(?:\s+(?:{alternatives(FILLERS)}))?\s*\Z",
    re.IGNORECASE,
)
RANGE: Final = re.compile(
    r"\s*(?:[-–—]|sampai(?:\s+dengan)?|hingga|s\.?\s?/?d\.?|ke)\s*", re.IGNORECASE
)
# "2/3 penduduk" counts no three people.
_FRACTION: Final = re.compile(r"(?<![\w/.,])\d{1,2}/\d{1,2}(?![\w/])(?![.,]\d)")
_FRACTION_LENGTH: Final = 5
_NOT_COUNTED_BEFORE: Final = re.compile(r"\b(?:salah|masing-masing|satu-|per)\s*\Z", re.IGNORECASE)
_SHARES: Final = frozenset({"setengah", "separuh", "seperempat"})
_LOOK_BACK: Final = 48
_PEOPLE_LIMIT: Final = 400_000_000


class Quantity(NamedTuple):
    """A number that counts something, before it gets its id."""

    start: int
    end: int
    value: Decimal
    upper: Decimal | None
    unit: Unit | None
    qualifier: Qualifier
    noun: str | None
    resolution: Decimal
    readings: tuple[Decimal, ...]
    flags: tuple[str, ...]
    scale: str | None


def each_amount(text: str, taken: Sequence[tuple[int, int]]) -> Iterator[Quantity]:
    """Read every amount of `text` by itself, in order.

    Args:
        text: the text.
        taken: stretches whose numbers are something else (dates, law numbers), sorted.
    """
    starts = [start for start, _ in taken]
    position = 0
    while match := _NUMERAL.search(text, position):
        index = bisect_right(starts, match.end() - 1) - 1
        if index >= 0 and taken[index][1] > match.start():
            position = max(taken[index][1], match.start() + 1)
            continue
        quantity = _read(text, match)
        position = max(quantity.end if quantity else match.end(), match.start() + 1)
        if quantity:
            yield quantity


def _read(text: str, match: re.Match[str]) -> Quantity | None:
    start = match.start()
    if not match["currency"] and start and (text[start - 1].isalpha() or text[start - 1] == "_"):
        return None
    readings, flags = _numerals(match)
    if not readings:
        return None
    if match["digits"] and _in_fraction(text, match):
        return _bare(match, readings[0])
    end, scale_word, vague = _scale(text, match)
    scale = SCALES.get(scale_word or "") or CURRENCY_SCALES.get(scale_word or "") or Decimal(1)
    later = _LATER.match(text, end)
    assert later is not None  # every part of it is optional  # noqa: S101
    unit, noun, end = _unit(match, later, end)
    if match["words"]:
        if scale_word is None and not _stands_as_number(text, match, unit):
            return None
        scale_word = scale_word or _last_word_scale(match["words"])
    value, readings_, resolution, ambiguous = _choose(readings, scale, unit)
    if match["sign"]:
        value, readings_ = -value, tuple(-reading for reading in readings_)
    if ambiguous:
        flags = (*flags, "ambiguous")
    return Quantity(
        start=start,
        end=end,
        value=value,
        upper=None,
        unit=unit,
        qualifier=_qualifier(text, start, vague, later["hedge"] or later["late_hedge"]),
        noun=noun,
        resolution=resolution,
        readings=readings_,
        flags=flags,
        scale=scale_word,
    )


def _scale(text: str, match: re.Match[str]) -> tuple[int, str | None, str | None]:
    """Where a numeral ends with its scale word, that word, and the "-an" that makes it vague."""
    after = _AFTER.match(text, match.end())
    assert after is not None  # every part of it is optional  # noqa: S101
    if after["closing"]:
        return (after.end("closing") if match["currency"] else match.end()), None, None
    if after["scale"]:
        end = after.end("vague") if after["vague"] else after.end("scale")
        return end, plain(after["scale"]), after["vague"]
    if after["numeral_vague"]:
        return after.end("numeral_vague"), None, after["numeral_vague"]
    if match["currency"] and (letter := _CURRENCY_SCALE.match(text, match.end())):
        return letter.end(), letter["scale"], None
    return match.end(), None, None


def _last_word_scale(words: str) -> str | None:
    """The scale word that a number in words ends with: "enam ribu"."""
    last = plain(words).split()[-1]
    return last if last in SCALES else None


def _in_fraction(text: str, match: re.Match[str]) -> bool:
    """Whether the digits are one half of "2/3"."""
    start, end = match.span("digits")
    if text[end : end + 1] != "/" and text[max(0, start - 1) : start] != "/":
        return False
    around = text[max(0, start - _FRACTION_LENGTH) : end + _FRACTION_LENGTH]
    offset = start - max(0, start - _FRACTION_LENGTH)
    return any(f.start() <= offset < f.end() for f in _FRACTION.finditer(around))


def _bare(match: re.Match[str], numeral: Numeral) -> Quantity:
    """A number that counts nothing that we know of."""
    return Quantity(
        start=match.start(),
        end=match.end(),
        value=numeral.value,
        upper=None,
        unit=None,
        qualifier="exact",
        noun=None,
        resolution=numeral.resolution,
        readings=(),
        flags=(),
        scale=None,
    )


def _numerals(match: re.Match[str]) -> tuple[list[Numeral], tuple[str, ...]]:
    if match["words"]:
        numeral = read_words(match["words"])
        return ([numeral] if numeral else []), ()
    if match["stray_groups"]:
        digits = re.sub(r"[^\d]", "", match["stray_groups"])
        plain = re.fullmatch(r"[\d.]+", match["stray_groups"])
        flags = () if plain else ("stray_space",)
        return [Numeral(Decimal(digits), Decimal(1))], flags
    if match["stray_decimals"]:
        return read_digits(re.sub(r"\s", "", match["stray_decimals"])), ("stray_space",)
    return read_digits(match["digits"]), ()


def _unit(
    match: re.Match[str], later: re.Match[str], end: int
) -> tuple[Unit | None, str | None, int]:
    """The unit that stands with the number, its noun, and where the mention ends with it."""
    noun = later["percent"] or later["noun"]
    if noun is None:
        return ("rupiah" if match["currency"] else None), None, end
    unit: Unit = "percent" if later["percent"] else UNIT_OF_NOUN[plain(noun)]
    if match["currency"]:
        # "Rp23 ribu orang" does not occur; "Rp 6,8 triliun rupiah" does.
        return ("rupiah", noun, later.end()) if unit == "rupiah" else ("rupiah", None, end)
    if later["hedge"]:
        return unit, noun, end  # "68 ribu lebih warga" is quoted as "68 ribu"
    return unit, noun, later.end()


def _stands_as_number(text: str, match: re.Match[str], unit: Unit | None) -> bool:
    """Whether number words count something: "tiga daerah", not "salah satu" or "dua"."""
    if _NOT_COUNTED_BEFORE.search(text, max(0, match.start() - _LOOK_BACK), match.start()):
        return False
    words = plain(match["words"]).split()
    if words[0] in _SHARES and len(words) == 1:
        return False  # "separuh peserta" is a share, not a number of people
    if unit is not None or len(words) > 1 or words[0] in ("seribu", "sejuta"):
        return True
    between = RANGE.match(text, match.end())  # "lima sampai enam ribu warga"
    return between is not None and _NUMERAL.match(text, between.end()) is not None


def _choose(
    numerals: list[Numeral], scale: Decimal, unit: Unit | None
) -> tuple[Decimal, tuple[Decimal, ...], Decimal, bool]:
    """Choose among the readings of a numeral by what its scale and unit allow.

    Returns:
        The value, all readings when there are several, the resolution, and whether it is ambiguous.
    """
    scaled = [Numeral(_plain(n.value * scale), _plain(n.resolution * scale)) for n in numerals]
    if len(scaled) == 1:
        return scaled[0].value, (), scaled[0].resolution, False
    fractional = min(scaled, key=lambda n: n.value)
    whole = max(scaled, key=lambda n: n.value)
    readings = tuple(n.value for n in scaled)
    if unit == "percent":
        return fractional.value, (), fractional.resolution, False
    if scale == 1 and unit is not None:
        # Nobody counts thousandths of a person or of a rupiah.
        return whole.value, (), whole.resolution, False
    if scale == 1:
        return scaled[0].value, readings, scaled[0].resolution, scaled[0] is not whole
    if scaled[0] is fractional:
        # A comma before a scale word is a decimal comma: "2,650 juta".
        return fractional.value, (), fractional.resolution, False
    best = fractional if unit in ("people", None) and whole.value > _PEOPLE_LIMIT else whole
    return best.value, readings, best.resolution, True


def _plain(value: Decimal) -> Decimal:
    """A whole number without the zeros behind the point that scaling leaves."""
    whole = value.to_integral_value()
    return whole if value == whole else value


def _qualifier(text: str, start: int, vague: str | None, hedge: str | None) -> Qualifier:
    if before := _BEFORE.search(text, max(0, start - _LOOK_BACK), start):
        return QUALIFIERS_BEFORE[plain(before["cue"])]
    if hedge:
        return QUALIFIERS_AFTER[plain(hedge)]
    return "about" if vague else "exact"
