"""A numeral as it stands in a text: where it begins and ends, and what it can be worth."""

import re
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any, Final, NamedTuple

from uhc_llm.scanner.quantities.numerals import (
    COMMA,
    NUMERAL_WORDS,
    VAGUE_WORDS,
    Numeral,
    read_digits,
    read_number_words,
    shortest,
    spoken_decimals,
)
from uhc_llm.scanner.quantities.phrases import DIGITS_BEFORE, GAPS, Words, is_gap
from uhc_llm.scanner.quantities.powers import POWER_STARTS, power_in_digits, power_in_words
from uhc_llm.scanner.quantities.spaced_digits import spaced_digits
from uhc_llm.scanner.quantities.words import (
    ATTACHED_SCALES,
    BEHIND_DIGIT,
    CLIPPED,
    CURRENCY_SCALES,
    EXPONENTS,
    FRACTION_SIGNS,
    MONEY,
    NUMBER_WORDS,
    SCALES,
)
from uhc_llm.schemas import Unit

__all__ = ["ONE", "PrintedNumeral", "printed_in_digits", "printed_in_words"]

ONE: Final = Decimal(1)
_ZERO: Final = Decimal(0)

_DIGITS: Final = re.compile(r"[0-9]++(?:[.,][0-9]++)*+(?!\d)")
_BEHIND_WHOLE: Final = frozenset({COMMA, *FRACTION_SIGNS})
_DECIMAL_WORDS: Final = frozenset({*NUMBER_WORDS, *BEHIND_DIGIT})
_SPOKEN_GAPS: Final = frozenset({" ", "-", "  "})
_MOST_DECIMALS: Final = 4
_GOES_ON: Final = re.compile(r"[.,/:]?\d")
_CLOSING_SIGNS: Final = frozenset(",.")
_CLOSING: Final = re.compile(r"[.,][-–]{1,2}(?!\d)")  # "Rp 25.500,-"
_VAGUE: Final = "an"
# Whatever may follow digits and change what they are worth.
_SIZES: Final = frozenset(
    {
        *SCALES,
        *BEHIND_DIGIT,
        *ATTACHED_SCALES,
        *(word for word, stem in VAGUE_WORDS.items() if stem in SCALES or stem in BEHIND_DIGIT),
        *(letter.lower() for letter in CURRENCY_SCALES),
        _VAGUE,
        *EXPONENTS,
    }
)
_LONGER: Final = frozenset({*SCALES, *BEHIND_DIGIT})
_MAX_SIZES: Final = 4
_LONGEST_STRAY: Final = len(" . ")
_LARGEST_DIGIT: Final = 9
_NEAR: Final = 8


class PrintedNumeral(NamedTuple):
    """A numeral with its scale words.

    Attributes:
        start: the offset where it begins.
        end: the offset behind it.
        behind: the index of the first token behind it.
        readings: what it can be worth, the Indonesian convention's first; none when no convention
            allows its form.
        scale: what its last scale word multiplies it by; 1 without one.
        is_vague: whether it has the -an of "ribuan".
        flags: stray_space and ambiguous.
        words: the words it is made of, when it is made of words.
        is_money: whether its form alone says that it is rupiah.
    """

    start: int
    end: int
    behind: int
    readings: tuple[Numeral, ...]
    scale: Decimal = ONE
    is_vague: bool = False
    flags: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    is_money: bool = False


# There are some in every sentence, and `PrintedNumeral(...)` takes nearly twice as long as this.
_printed: Final[Callable[[tuple[Any, ...]], PrintedNumeral]] = partial(
    tuple.__new__, PrintedNumeral
)


class _Size(NamedTuple):
    """What the words behind digits make of them: times and plus, and where these words end."""

    end: int
    behind: int
    times: Decimal = ONE
    plus: Decimal = _ZERO
    scale: Decimal = ONE
    is_vague: bool = False
    is_money: bool = False


def printed_in_digits(
    words: Words, index: int, limit: int, currency: Unit | None
) -> PrintedNumeral | None:
    """Read the numeral whose digits begin at a token.

    Args:
        words: the text.
        index: the token.
        limit: the offset from which on the text says something else.
        currency: the unit that stands before it, if any: a single letter is a scale then.
    """
    folded, tokens = words.folded, words.tokens
    match = _DIGITS.match(folded, tokens[index].start)
    if match is None:
        return None
    start, end, behind, readings, flags = _numeral(words, index, match.group(), limit, currency)
    if folded[end : end + 1] in _CLOSING_SIGNS and (closing := _CLOSING.match(folded, end, limit)):
        return _printed((start, closing.end(), behind, readings, ONE, False, flags, (), True))
    word = words.said[behind]
    if word not in _SIZES:
        return _printed((start, end, behind, readings, ONE, False, flags, (), False))
    following = tokens[behind]
    if (
        word in SCALES
        and folded[end : following.start] in GAPS
        and following.end <= limit
        and words.said[behind + 1] not in _SIZES
    ):
        scale = SCALES[word]
        scaled = _scaled(readings, scale)
        return _printed((start, following.end, behind + 1, scaled, scale, False, flags, (), False))
    size = _Size(end, behind)
    if word in EXPONENTS and (power := power_in_digits(words, behind, start, end)):
        size = _Size(power.end, power.behind, power.times)
        readings, flags = (min(readings),), ()  # the mantissa has decimals
    size = _size(words, size, limit, currency, readings)
    scaled = _scaled(readings, size.times, size.plus)
    return _printed(
        (
            start,
            size.end,
            size.behind,
            scaled,
            size.scale,
            size.is_vague,
            flags,
            (),
            size.is_money,
        )
    )


def _scaled(
    readings: tuple[Numeral, ...], times: Decimal, plus: Decimal = _ZERO
) -> tuple[Numeral, ...]:
    scaled = [
        Numeral(shortest(n.value * times + plus), shortest(n.resolution * times)) for n in readings
    ]
    return tuple(scaled)


def _numeral(
    words: Words, index: int, digits: str, limit: int, currency: Unit | None
) -> tuple[int, int, int, tuple[Numeral, ...], tuple[str, ...]]:
    """The digits at a token, with what is printed amiss: spaces inside, no zero before a comma.

    Returns:
        The first fields of a `PrintedNumeral`, and its flags.
    """
    folded, tokens = words.folded, words.tokens
    start = tokens[index].start
    end = start + len(digits)
    behind = index + 1
    while tokens[behind].start < end:
        behind += 1
    following = tokens[behind]
    if (
        following.word
        and following.word < DIGITS_BEFORE
        and following.start - end <= _LONGEST_STRAY
        and (spaced := spaced_digits(words, index, currency))
        and spaced.end <= limit
    ):
        return start, spaced.end, spaced.behind, read_digits(spaced.digits), spaced.flags
    readings = read_digits(digits)
    if start and folded[start - 1] in ",." and digits.isdecimal() and _opens(folded, start - 1):
        # ",77" has lost its zero, or a comma stands on the wrong side of a space.
        less = Numeral(Decimal(f"0.{digits}"), ONE.scaleb(-len(digits)))
        return start - 1, end, behind, (less, *readings), ("ambiguous",)
    if following.word in _BEHIND_WHOLE and folded[end : following.start] in GAPS:
        return (start, *_with_part(words, behind, digits, limit), ())
    return start, end, behind, readings, ()


def _with_part(
    words: Words, index: int, digits: str, limit: int
) -> tuple[int, int, tuple[Numeral, ...]]:
    """What a fraction or a spoken comma makes of the digits before it: "95 ½", "95 koma 28".

    Args:
        words: the text.
        index: the token of the fraction or of the comma.
        digits: the digits before it.
        limit: the offset from which on the text says something else.

    Returns:
        The offset and the index of the token behind the number, and its readings: none where it has
        a form that no convention allows ("95,5 koma 28").
    """
    token = words.tokens[index]
    if more := FRACTION_SIGNS.get(token.word):
        if token.end > limit:
            return words.tokens[index - 1].end, index, read_digits(digits)
        readings = (Numeral(Decimal(digits) + more, more),) if digits.isdecimal() else ()
        return token.end, index + 1, readings
    spoken = _decimals_behind(words, index, limit)
    if spoken is None:
        return words.tokens[index - 1].end, index, read_digits(digits)
    decimals, end, behind = spoken
    if not (decimals and digits.isdecimal()):
        return end, behind, ()
    value = Decimal(f"{digits}.{decimals}")
    return end, behind, (Numeral(value, ONE.scaleb(-len(decimals))),)


def _decimals_behind(words: Words, comma: int, limit: int) -> tuple[str, int, int] | None:
    """The decimals behind "koma", in digits or in words or in both: "28", "dua delapan", "nol 5".

    Returns:
        The decimals, "" where they are none, and the offset and the index of the token behind them;
        None where no number stands there.
    """
    folded, tokens, said = words.folded, words.tokens, words.said
    behind = comma + 1
    while (
        (said[behind] in _DECIMAL_WORDS or said[behind].isdecimal())
        and tokens[behind].end <= limit
        and folded[tokens[behind - 1].end : tokens[behind].start] in _SPOKEN_GAPS
    ):
        behind += 1
    parts = said[comma + 1 : behind]
    if not parts:
        return None
    end = tokens[behind - 1].end
    if any(part.isdecimal() for part in parts):
        digits = [part if part.isdecimal() else str(NUMBER_WORDS.get(part, "")) for part in parts]
        is_plain = all(len(d) == 1 or part == d for d, part in zip(digits, parts, strict=True))
        decimals = "".join(digits) if is_plain and not _GOES_ON.match(folded, end) else ""
        return (decimals if len(decimals) <= _MOST_DECIMALS else ""), end, behind
    return spoken_decimals(parts), end, behind


def _opens(folded: str, place: int) -> bool:
    """Whether a number begins with the separator at `place`."""
    return place == 0 or folded[place - 1] in " \n\t("


def _size(
    words: Words, size: _Size, limit: int, currency: Unit | None, readings: tuple[Numeral, ...]
) -> _Size:
    """Read the scale words behind digits: "juta", "ratus ribu", "-an ribu", "M" behind Rp."""
    for _ in range(_MAX_SIZES):
        token = words.tokens[size.behind]
        if token.word not in _SIZES or token.end > limit:
            break
        gap = words.folded[size.end : token.start]
        if token.word == _VAGUE:
            more = size._replace(is_vague=True) if gap in ("", "-") else None
        elif token.word in ATTACHED_SCALES and token.word not in SCALES:
            more = _times(size, ATTACHED_SCALES[token.word]) if gap == "" else None
        elif gap not in GAPS and not _goes_on(words, gap, token.start):
            more = None
        else:
            more = _sized(words, size, currency, readings)
        if more is None:
            break
        size = more._replace(end=token.end, behind=size.behind + 1)
    return size


def _goes_on(words: Words, gap: str, start: int) -> bool:
    """Whether a scale word belongs to the number although a line was broken before it."""
    return is_gap(gap) and words.text[start].islower()


def _sized(
    words: Words, size: _Size, currency: Unit | None, readings: tuple[Numeral, ...]
) -> _Size | None:
    token = words.tokens[size.behind]
    word, is_vague = token.word, False
    if word in VAGUE_WORDS:
        word, is_vague = VAGUE_WORDS[word], True
    if word in BEHIND_DIGIT and word not in SCALES:
        is_digit = size.times == ONE and all(
            1 <= n.value <= _LARGEST_DIGIT and n.resolution == ONE for n in readings
        )
        row = BEHIND_DIGIT[word]
        if not is_digit or row.times < ONE:
            return None
        return size._replace(times=row.times, plus=row.plus, is_vague=size.is_vague or is_vague)
    if word in SCALES:
        # "5 ratus ribu", "1,2 ribu triliun"; but not "5 ribu ribu".
        scaled = _times(size, SCALES[word]) if SCALES[word] > size.scale else None
        return scaled._replace(is_vague=size.is_vague or is_vague) if scaled else None
    letter = words.text[token.start : token.end]
    if letter not in CURRENCY_SCALES or size.times != ONE:
        return None
    if currency == "rupiah" or (currency is None and _speaks_of_money(words, size.behind)):
        return _times(size, CURRENCY_SCALES[letter])._replace(is_money=True)
    return None


def _times(size: _Size, scale: Decimal) -> _Size:
    return size._replace(times=size.times * scale, plus=size.plus * scale, scale=scale)


def _speaks_of_money(words: Words, index: int) -> bool:
    near = words.tokens[max(0, index - _NEAR) : index]
    return any(token.word in MONEY for token in near)


def printed_in_words(words: Words, index: int, limit: int) -> PrintedNumeral | None:
    """Read the numeral whose words begin at a token; arguments as of `printed_in_digits`."""
    folded, tokens = words.folded, words.tokens
    said: list[str] = []
    behind, is_vague = index, False
    while (token := tokens[behind]).end <= limit:
        if token.word in NUMERAL_WORDS:
            said.append(token.word)
        elif token.word in VAGUE_WORDS:
            said.append(VAGUE_WORDS[token.word])
            is_vague = True
        elif token.word in CLIPPED and (said or words.said[behind + 1] in _LONGER):
            said.append(CLIPPED[token.word])
        else:
            break
        behind += 1
        gap = folded[token.end : tokens[behind].start]
        if gap not in _SPOKEN_GAPS and (gap or token.word not in FRACTION_SIGNS):
            break  # "½juta" is one number
    if not said:
        return None
    if said[-1] == COMMA and (spoken := _decimals_behind(words, behind - 1, limit)):
        return _spoken_comma(words, index, said[:-1], spoken, limit)
    end = tokens[behind - 1].end
    if tokens[behind].word == _VAGUE and folded[end : tokens[behind].start] == "-":
        behind, is_vague = behind + 1, True
        end = tokens[behind - 1].end
    numeral = read_number_words(said)
    scale = SCALES.get(said[-1], ONE)
    times = ONE
    if words.said[behind] in POWER_STARTS and (power := power_in_words(words, behind, limit)):
        said += words.said[behind : power.behind]
        times, end, behind = power
    readings = _scaled((numeral,), times) if numeral else ()
    start = tokens[index].start
    return PrintedNumeral(start, end, behind, readings, scale, is_vague, (), tuple(said))


def _spoken_comma(
    words: Words, index: int, whole: list[str], spoken: tuple[str, int, int], limit: int
) -> PrintedNumeral | None:
    """A number in words with its decimals in digits: "sembilan puluh lima koma 28"."""
    decimals, end, behind = spoken
    start = words.tokens[index].start
    numeral = read_number_words(whole)
    if not decimals or numeral is None or numeral.value != numeral.value.to_integral_value():
        return PrintedNumeral(start, end, behind, ())
    value = Decimal(f"{shortest(numeral.value)}.{decimals}")
    readings = (Numeral(value, ONE.scaleb(-len(decimals))),)
    size = _size(words, _Size(end, behind), limit, None, readings)
    return PrintedNumeral(
        start,
        size.end,
        size.behind,
        _scaled(readings, size.times, size.plus),
        size.scale,
        size.is_vague,
        (),
        (*whole, COMMA),
    )
