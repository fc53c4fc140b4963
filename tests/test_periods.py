"""Dates, months, parts of years and years, written out or relative to the article's own date."""

from datetime import date

import pytest

from uhc_llm.scanner import scan
from uhc_llm.schemas import PeriodMention


def periods(text: str, published: date | None = None) -> list[PeriodMention]:
    return [p for p in scan(text, published=published).periods if p.end]


WRITTEN = [
    ("Hingga 31 Desember 2025 nanti.", "31 Desember 2025", "2025-12-31"),
    ("Pada Selasa, 15 Februari 2022, dibuka.", "15 Februari 2022", "2022-02-15"),
    ("Pada Selasa (15/2/2022) dibuka.", "15/2/2022", "2022-02-15"),
    ("Pada 1/2/2026 dibuka.", "1/2/2026", "2026-02-01"),
    ("Pada 15-2-2022 dibuka.", "15-2-2022", "2022-02-15"),
    ("Pada 15.2.2022 dibuka.", "15.2.2022", "2022-02-15"),
    ("Pada 15/02/22 dibuka.", "15/02/22", "2022-02-15"),
    ("Tanggal 2022-02-15 dibuka.", "2022-02-15", "2022-02-15"),
    ("Selama 1-3 Mei 2024 dibuka.", "1-3 Mei 2024", "2024-05-03"),
    ("Pada 5 Nopember 2019.", "5 Nopember 2019", "2019-11-05"),
    ("Pada 5 Jan. 2019.", "5 Jan. 2019", "2019-01-05"),
    ("Per April 2022 tercatat.", "April 2022", "2022-04"),
    ("Per Mei tahun 2022 tercatat.", "Mei tahun 2022", "2022-05"),
    ("Per des 2020 tercatat.", "des 2020", "2020-12"),
    ("Semester II 2021 berakhir.", "Semester II 2021", "2021-S2"),
    ("Forum Semester II Tahun 2021 dibuka.", "Semester II Tahun 2021", "2021-S2"),
    ("Data semester 1/2023 dipakai.", "semester 1/2023", "2023-S1"),
    ("Triwulan III 2023 berakhir.", "Triwulan III 2023", "2023-Q3"),
    ("Pada kuartal ke-2 2022 naik.", "kuartal ke-2 2022", "2022-Q2"),
    ("Triwulan pertama tahun 2023 berakhir.", "Triwulan pertama tahun 2023", "2023-Q1"),
    ("Pada 2021 tercatat.", "2021", "2021"),
    ("Tahun anggaran 2022 berakhir.", "2022", "2022"),
]


@pytest.mark.parametrize(("text", "words", "iso"), WRITTEN, ids=[row[0] for row in WRITTEN])
def test_a_period_written_out_has_the_precision_that_the_text_gives(
    text: str, words: str, iso: str
) -> None:
    assert [(p.text, p.iso, p.source) for p in periods(text)] == [(words, iso, "text")]


@pytest.mark.parametrize(
    ("text", "isos"),
    [
        pytest.param("RPJMN 2020-2024", ["2020", "2024"], id="two years"),
        pytest.param("APBD 2023/2024", ["2023", "2024"], id="years with a slash"),
        pytest.param("Desember 2023/Januari 2024", ["2023-12", "2024-01"], id="two months"),
        pytest.param("Pada 2021. Lalu 2022.", ["2021", "2022"], id="years that end sentences"),
        pytest.param(
            "Pada 12 Januari 2021. Senin. Maret 2022.", ["2021-01-12", "2022-03"], id="sentences"
        ),
    ],
)
def test_each_of_several_periods_is_found(text: str, isos: list[str]) -> None:
    assert [p.iso for p in periods(text)] == isos


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Cakupan 98,2023 persen.", id="decimals"),
        pytest.param("Ada 2.023.456 jiwa.", id="groups"),
        pytest.param("Ada 2023 peserta baru.", id="a quantity"),
        pytest.param("Pada 30/2/2022.", id="no such day"),
        pytest.param("Pada 31 Februari 2022.", id="no such day, in words"),
        pytest.param("Sekitar 7/3 dari semua.", id="a fraction"),
        pytest.param("Pak Jan dan Bu Mei hadir pada 2021-an.", id="names"),
        pytest.param("Perpres Nomor 82 Tahun 2018.", id="the year of a law"),
        pytest.param("Cakupan 98,27 persen.", id="a share"),
        pytest.param("Kini semua terdaftar sejak tahun lalu, hari ini.", id="no date to go by"),
    ],
)
def test_what_is_no_period_is_left_alone(text: str) -> None:
    assert [p.iso for p in periods(text) if p.text != "2021"] == []


PUBLISHED = date(2024, 1, 22)
RELATIVE = [
    ("Capaian tahun ini.", "tahun ini", "2024"),
    ("Capaian tahun lalu.", "tahun lalu", "2023"),
    ("Target tahun depan.", "tahun depan", "2025"),
    ("Target tahun mendatang.", "tahun mendatang", "2025"),
    ("Target akhir tahun.", "akhir tahun", "2024"),
    ("Capaian bulan ini.", "bulan ini", "2024-01"),
    ("Capaian bulan lalu.", "bulan lalu", "2023-12"),
    ("Target bulan depan.", "bulan depan", "2024-02"),
    ("Sampai Januari ini.", "Januari ini", "2024-01"),
    ("Pada Desember lalu.", "Desember lalu", "2023-12"),
    ("Pada Desember tahun lalu.", "Desember tahun lalu", "2023-12"),
    ("PADA DESEMBER TAHUN LALU.", "DESEMBER TAHUN LALU", "2023-12"),
    ("Pada Maret mendatang.", "Maret mendatang", "2024-03"),
    ("Pada Mei tahun depan.", "Mei tahun depan", "2025-05"),
    ("Pada 15 Januari.", "15 Januari", "2024-01-15"),
    ("Pada Senin (15/1) dibuka.", "15/1", "2024-01-15"),
    ("Triwulan I ditutup.", "Triwulan I", "2024-Q1"),
    ("Semester II dimulai.", "Semester II", "2024-S2"),
    ("Sampai saat ini tercatat.", "Sampai saat ini", "2024-01-22"),
    ("Kini tercatat.", "Kini", "2024-01-22"),
    ("Hari ini tercatat.", "Hari ini", "2024-01-22"),
]


@pytest.mark.parametrize(("text", "words", "iso"), RELATIVE, ids=[row[0] for row in RELATIVE])
def test_a_relative_period_is_worked_out_from_the_date_of_the_article(
    text: str, words: str, iso: str
) -> None:
    found = periods(text, PUBLISHED)
    assert [(p.text, p.iso, p.source) for p in found] == [(words, iso, "derived")]


@pytest.mark.parametrize("text", [row[0] for row in RELATIVE])
def test_without_a_date_a_relative_period_stays_unread(text: str) -> None:
    assert periods(text) == []


@pytest.mark.parametrize(
    ("published", "text", "iso"),
    [
        (date(2024, 3, 31), "bulan lalu", "2024-02"),
        (date(2024, 1, 31), "bulan depan", "2024-02"),
        (date(2023, 12, 31), "bulan depan", "2024-01"),
        (date(2024, 2, 29), "tahun lalu", "2023"),
    ],
)
def test_months_and_years_are_counted_by_the_calendar(published: date, text: str, iso: str) -> None:
    assert [p.iso for p in periods(text, published)] == [iso]


@pytest.mark.parametrize("published", [date.min, date.max])
def test_no_period_lies_beyond_the_calendar(published: date) -> None:
    text = "Bulan lalu, bulan depan, tahun lalu, tahun depan, setahun kemudian, Mei tahun lalu."
    assert all("0001" <= p.iso[:4] <= "9999" for p in periods(text, published))


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Pada 2021 cakupan 70 persen, setahun kemudian naik.", "2022"),
        ("Pada 2021 cakupan 70 persen, setahun sebelumnya lebih rendah.", "2020"),
        ("Pada 2021 cakupan 70 persen, tahun sebelumnya lebih rendah.", "2020"),
    ],
)
def test_a_year_earlier_or_later_counts_from_the_year_said_before(text: str, iso: str) -> None:
    assert periods(text, PUBLISHED)[-1].iso == iso


@pytest.mark.parametrize(
    ("text", "agrees"),
    [
        pytest.param("Jum'at (24/5/2024)", True, id="right"),
        pytest.param("Jum’at, 24 Mei 2024", True, id="right, with another apostrophe"),
        pytest.param("Sabtu (26/6/2020)", False, id="26/6/2020 was a Friday"),
        pytest.param("Selasa (14/2/2022)", False, id="14/2/2022 was a Monday"),
        pytest.param("Minggu, 26 Juni 2022", True, id="Sunday"),
        pytest.param("pada 26 Juni 2022", None, id="no weekday named"),
        pytest.param("Ahad 2022", None, id="no day named"),
    ],
)
def test_a_weekday_is_checked_against_its_date(text: str, agrees: bool | None) -> None:
    assert [p.weekday_agrees for p in periods(text)] == [agrees]


@pytest.mark.parametrize(
    ("text", "own"),
    [
        pytest.param("Kata dia, Senin (14/2/2022).", date(2022, 2, 14), id="a date with weekday"),
        pytest.param("Kata dia, Senin (13/6). Data April 2022.", date(2022, 6, 13), id="no year"),
        pytest.param(
            "Kata dia, Senin (13/6). Copyright © ANTARA 2022", date(2022, 6, 13), id="footer"
        ),
        pytest.param("Hingga 31 Desember 2025.", None, id="a date without weekday"),
        pytest.param("Kata dia, Senin (13/6).", None, id="no year anywhere"),
    ],
)
def test_the_date_of_the_article_is_found_in_it(text: str, own: date | None) -> None:
    assert scan(text).published == own


def test_the_date_that_is_given_wins_and_is_a_period_without_a_place() -> None:
    reading = scan("Kata dia, Senin (14/2/2022).", published=date(2022, 2, 15))
    assert reading.published == date(2022, 2, 15)
    assert [(p.iso, p.source, p.start, p.end) for p in reading.periods if not p.text] == [
        ("2022-02-15", "published", 0, 0)
    ]


def test_periods_of_one_meaning_share_an_id() -> None:
    found = periods("September 2021 dan September 2021, juga Oktober 2021.")
    assert [p.id for p in found] == ["p1", "p1", "p2"]


def test_a_footer_dates_the_article_but_is_no_period() -> None:
    assert periods("Capaian 95 persen. Copyright © ANTARA 2021") == []
