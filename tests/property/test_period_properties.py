"""What holds of every date, and of every date that an article can be from."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uhc_llm.scanner import scan
from uhc_llm.schemas import PeriodMention

FULL_NAMES = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September",
    "Oktober", "November", "Desember",
)  # fmt: skip
SHORT_NAMES = (
    "Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des",
)  # fmt: skip
WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
ROMAN = ("I", "II", "III", "IV")

DAYS: dict[str, Callable[[date], str]] = {
    "14 Februari 2022": lambda d: f"{d.day} {FULL_NAMES[d.month - 1]} {d.year}",
    "14 FEBRUARI 2022": lambda d: f"{d.day} {FULL_NAMES[d.month - 1].upper()} {d.year}",
    "14 februari 2022": lambda d: f"{d.day} {FULL_NAMES[d.month - 1].lower()} {d.year}",
    "05 Februari 2022": lambda d: f"{d.day:02} {FULL_NAMES[d.month - 1]} {d.year}",
    "14 Februari tahun 2022": lambda d: f"{d.day} {FULL_NAMES[d.month - 1]} tahun {d.year}",
    "14 Feb 2022": lambda d: f"{d.day} {SHORT_NAMES[d.month - 1]} {d.year}",
    "14 Feb. 2022": lambda d: f"{d.day} {SHORT_NAMES[d.month - 1]}. {d.year}",
    "14-Feb-2022": lambda d: f"{d.day}-{SHORT_NAMES[d.month - 1]}-{d.year}",
    "14/2/2022": lambda d: f"{d.day}/{d.month}/{d.year}",
    "14/02/2022": lambda d: f"{d.day:02}/{d.month:02}/{d.year}",
    "14-02-2022": lambda d: f"{d.day:02}-{d.month:02}-{d.year}",
    "14.02.2022": lambda d: f"{d.day:02}.{d.month:02}.{d.year}",
    "2022-02-14": lambda d: d.isoformat(),
    "2022/02/14": lambda d: f"{d.year}/{d.month:02}/{d.day:02}",
}
MONTHS: dict[str, Callable[[date], str]] = {
    "Februari 2022": lambda d: f"{FULL_NAMES[d.month - 1]} {d.year}",
    "Februari tahun 2022": lambda d: f"{FULL_NAMES[d.month - 1]} tahun {d.year}",
    "Feb. 2022": lambda d: f"{SHORT_NAMES[d.month - 1]}. {d.year}",
}
FRACTIONS: dict[str, Callable[[date], tuple[str, str]]] = {
    "semester II 2022": lambda d: (
        f"semester {ROMAN[(d.month - 1) // 6]} {d.year}",
        f"{d.year}-S{(d.month - 1) // 6 + 1}",
    ),
    "Triwulan ke-3 tahun 2022": lambda d: (
        f"Triwulan ke-{(d.month - 1) // 3 + 1} tahun {d.year}",
        f"{d.year}-Q{(d.month - 1) // 3 + 1}",
    ),
    "kuartal IV/2022": lambda d: (
        f"kuartal {ROMAN[(d.month - 1) // 3]}/{d.year}",
        f"{d.year}-Q{(d.month - 1) // 3 + 1}",
    ),
}
CARRIERS = (
    "Per {}, peserta JKN di sana 98,4 persen.",
    "Peserta di Blora ({}) bertambah 1.250 jiwa.",
    "{} cakupan naik",
    "Dari total 12.000 warga, hingga {} baru 4.000 yang terdaftar.",
    "Anggaran Rp 2,5 miliar.\n{}: 3 desa.",
    "“Sejak {},” kata dia.",
)

DATES = st.dates(date(1990, 1, 1), date(2035, 12, 31))
CARRIER = st.sampled_from(CARRIERS)


def placed(text: str, start: int) -> list[tuple[str, str, int]]:
    """What is read at `start`, and so not the article's own date, which has no place."""
    found: list[PeriodMention] = [p for p in scan(text).periods if p.end and p.start == start]
    return [(p.iso, p.text, p.end) for p in found]


@pytest.mark.parametrize("form", DAYS)
@settings(max_examples=60, deadline=None)
@given(day=DATES, carrier=CARRIER)
def test_a_day_is_read_back_however_it_is_written(form: str, day: date, carrier: str) -> None:
    words = DAYS[form](day)
    start = carrier.index("{}")
    assert placed(carrier.format(words), start) == [(day.isoformat(), words, start + len(words))]


@pytest.mark.parametrize("form", MONTHS)
@settings(max_examples=60, deadline=None)
@given(day=DATES, carrier=CARRIER)
def test_a_month_is_read_back_however_it_is_written(form: str, day: date, carrier: str) -> None:
    words = MONTHS[form](day)
    start = carrier.index("{}")
    iso = day.isoformat()[:7]
    assert placed(carrier.format(words), start) == [(iso, words, start + len(words))]


@pytest.mark.parametrize("form", FRACTIONS)
@settings(max_examples=60, deadline=None)
@given(day=DATES, carrier=CARRIER)
def test_a_part_of_a_year_is_read_back(form: str, day: date, carrier: str) -> None:
    words, iso = FRACTIONS[form](day)
    start = carrier.index("{}")
    assert placed(carrier.format(words), start) == [(iso, words, start + len(words))]


@settings(max_examples=100, deadline=None)
@given(DATES, st.sampled_from(WEEKDAYS), st.sampled_from(["{} ({})", "{}, {}", "{} malam ({})"]))
def test_a_weekday_agrees_with_its_date_or_not(day: date, weekday: str, form: str) -> None:
    text = f"Kata dia, {form.format(weekday, f'{day.day}/{day.month}/{day.year}')}."
    (found,) = scan(text).periods
    assert found.weekday_agrees == (WEEKDAYS[day.weekday()] == weekday)


@settings(max_examples=100, deadline=None)
@given(
    DATES, st.integers(1, 300), st.sampled_from([" - ", " – ", " sampai ", " hingga ", " s.d. "])
)
def test_both_ends_of_a_range_are_read_back(day: date, more: int, between: str) -> None:
    ends = [day, day + timedelta(days=more)]
    text = between.join(DAYS["14 Februari 2022"](end) for end in ends)
    assert [p.iso for p in scan(f"Selama {text}.").periods] == [end.isoformat() for end in ends]


@settings(max_examples=100, deadline=None)
@given(DATES, DATES)
def test_a_date_without_its_year_is_the_last_that_was(published: date, day: date) -> None:
    """Behind "per", which is said of what has been counted."""
    text = f"Per {day.day} {FULL_NAMES[day.month - 1]} tercatat."
    said = [date.fromisoformat(p.iso) for p in scan(text, published=published).periods if p.end]
    if (day.month, day.day) == (2, 29):
        return
    assert [(d.month, d.day) for d in said] == [(day.month, day.day)]
    assert timedelta(0) <= published - said[0] < timedelta(days=366)


RELATIVE = st.lists(
    st.sampled_from(
        [
            "tahun lalu", "tahun depan", "bulan lalu", "bulan depan", "pekan lalu", "pekan depan",
            "kemarin", "besok", "lusa", "hari ini", "Senin lalu", "Minggu depan", "sepekan lalu",
            "triwulan lalu", "semester depan", "tahun berikutnya", "bulan sebelumnya", "tahun itu",
            "setahun kemudian", "10 tahun lalu", "dua bulan lagi", "31 hari lalu", "Mei tahun lalu",
            "31 Desember mendatang", "1 Januari lalu", "29 Februari", "akhir tahun",
            "Desember-Januari", "target 29 Februari", "semester II", "triwulan I",
            "Kamis pekan lalu", "per 31 Desember",
        ]
    ),
    max_size=8,
).map(", ".join)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(RELATIVE, st.dates() | st.sampled_from([date.min, date.max]))
def test_no_date_of_an_article_leads_beyond_the_calendar(text: str, published: date) -> None:
    for period in scan(text, published=published).periods:
        assert "0001" <= period.iso[:4] <= "9999"
        assert text[period.start : period.end] == period.text
