"""Periods that count from another: "tahun lalu", "tiga bulan kemudian", "Senin depan"."""

from uhc_llm.scanner.calendar import WEEKDAYS
from uhc_llm.scanner.periods.wording import NOTHING, Read, Step, Wording, Words
from uhc_llm.scanner.periods.words import (
    COUNTED_STEPS,
    DAY_WORDS,
    DAYS,
    ENGLISH_STEPS,
    ENGLISH_STEPS_BEHIND,
    ENGLISH_UNITS,
    NOW,
    NOW_BEFORE,
    SINGLE_UNITS,
    SMALL_COUNTS,
    STEPS,
    UNITS,
    VAGUE_COUNTS,
    Unit,
)

__all__ = [
    "english_step",
    "read_count",
    "read_day_word",
    "read_english_single",
    "read_english_step",
    "read_now",
    "read_single",
    "read_unit",
    "read_weekday",
]


def english_step(t: Words, index: int) -> Step | None:
    """What "last year" or "this month" means that begins with the token at `index`."""
    number = ENGLISH_STEPS.get(t.tokens[index].word)
    unit = ENGLISH_UNITS.get(t.tokens[index + 1].word)
    return Step(unit, number) if number is not None and unit and t.follows(index + 1) else None


def read_english_single(t: Words, index: int) -> Read:
    """One year or month back: "a year ago", "a year earlier"."""
    unit, how = ENGLISH_UNITS.get(t.tokens[index + 1].word), t.tokens[index + 2].word
    if (
        unit is None
        or how not in ENGLISH_STEPS_BEHIND
        or not (t.follows(index + 1) and t.follows(index + 2))
    ):
        return NOTHING, index + 1
    step = Step(unit, -1, ENGLISH_STEPS_BEHIND[how])
    return [Wording(t.tokens[index].start, t.tokens[index + 2].end, step=step)], index + 3


def read_english_step(t: Words, index: int) -> Read:
    """A year or month of which is said which it is: "last year", "this month"."""
    step = english_step(t, index)
    if step is None:
        return NOTHING, index + 1
    return [Wording(t.tokens[index].start, t.tokens[index + 1].end, step=step)], index + 2


def read_unit(t: Words, index: int) -> Read:
    """Tahun, bulan or pekan with what tells which: "tahun lalu", "bulan yang sama"."""
    token, before = t.tokens[index], t.tokens[index - 1].word
    unit = UNITS[token.word]
    if unit == "day" or t.folded[token.end : token.end + 1] == "-":
        return NOTHING, index + 1
    is_counted = before in SMALL_COUNTS or before in VAGUE_COUNTS or before.isdecimal()
    if is_counted and t.follows(index):
        return NOTHING, index + 1
    if token.word == "minggu" and _is_sunday(t, index):
        return read_weekday(t, index)
    at = index + 1
    at += t.tokens[at].word == "anggaran" and t.follows(at)
    found = t.phrase(at, STEPS)
    if found is None:
        return NOTHING, index + 1
    count, is_from_said = STEPS[found[0]]
    if is_from_said and unit == "week":
        return NOTHING, index + 1
    step = Step(unit, count, is_from_said)
    return [Wording(token.start, t.tokens[found[1] - 1].end, step=step)], found[1]


def _is_sunday(t: Words, index: int) -> bool:
    """Whether "Minggu lalu" means a day: in capitals within a sentence, or called one."""
    if t.tokens[index - 1].word == "hari":
        return True
    start = t.tokens[index].start
    is_within = t.tokens[index - 1].word != "" and t.gap(index) in (" ", ", ")
    return is_within and t.text[start].isupper() and t.text[start + 1].islower()


def read_single(t: Words, index: int) -> Read:
    """Setahun, sebulan, sepekan with where it is counted from."""
    return _counted(t, index, index + 1, SINGLE_UNITS[t.tokens[index].word], 1)


def read_count(t: Words, index: int) -> Read:
    """A number of units and where it is counted from: "3 tahun lalu", "dua bulan sebelumnya"."""
    token, unit = t.tokens[index], UNITS.get(t.tokens[index + 1].word)
    count = DAYS.get(token.word) or SMALL_COUNTS.get(token.word)
    before = t.tokens[index - 1].word
    if unit is None or count is None or t.gap(index + 1).strip():
        return NOTHING, index + 1
    if t.follows(index) and (before in VAGUE_COUNTS or before in SMALL_COUNTS or before in UNITS):
        return NOTHING, index + 1
    return _counted(t, index, index + 2, unit, count)


def _counted(t: Words, index: int, at: int, unit: Unit, number: int) -> Read:
    found = t.phrase(at, COUNTED_STEPS)
    if found is None:
        return NOTHING, index + 1
    direction, is_from_said = COUNTED_STEPS[found[0]]
    if is_from_said and unit in ("week", "day"):
        return NOTHING, index + 1
    step = Step(unit, direction * number, is_from_said)
    return [Wording(t.tokens[index].start, t.tokens[found[1] - 1].end, step=step)], found[1]


def read_now(t: Words, index: int) -> Read:
    """Kini, saat ini: the day of the article."""
    start, behind = t.tokens[index].start, index + 1
    if t.tokens[index].word not in NOW:
        if not (
            t.follows(index + 1) and f"{t.tokens[index].word} {t.tokens[index + 1].word}" in NOW
        ):
            return NOTHING, index + 1
        behind += 1
    if t.tokens[index - 1].word in NOW_BEFORE and t.follows(index):
        start = t.tokens[index - 1].start
    return [Wording(start, t.tokens[behind - 1].end, step=Step("day", 0))], behind


def read_day_word(t: Words, index: int) -> Read:
    """Kemarin, besok; not where the date itself follows in brackets."""
    token = t.tokens[index]
    if t.folded[token.end : token.end + 2] == " (" or t.folded[token.end : token.end + 1] == "-":
        return NOTHING, index + 1
    return [Wording(token.start, token.end, step=Step("day", DAY_WORDS[token.word]))], index + 1


def read_weekday(t: Words, index: int) -> Read:
    """A weekday near the article's date: "Senin lalu", "Kamis pekan depan"."""
    token, at = t.tokens[index], index + 1
    if token.word == "jum":
        if t.tokens[at].word != "at" or t.gap(at) != "'":
            return NOTHING, at
        at += 1
    if not t.follows(at):
        return NOTHING, index + 1  # "Selasa (4/6)"
    weekday = WEEKDAYS["jumat" if token.word == "jum" else token.word]
    is_in_week = UNITS.get(t.tokens[at].word) == "week"
    found = t.phrase(at + is_in_week, STEPS)
    if found is None or STEPS[found[0]][1]:
        return NOTHING, index + 1
    end = t.tokens[found[1] - 1].end
    if t.folded[end : end + 2] == " (":
        return NOTHING, found[1]  # "Senin lalu (3/6)": the date says it
    step = Step("week" if is_in_week else "weekday", STEPS[found[0]][0])
    return [Wording(token.start, end, weekday=weekday, step=step)], found[1]
