"""Dates, months, parts of years and years, written out or relative to the article's own date."""

from datetime import date

import pytest

from uhc_llm.scanner import scan
from uhc_llm.scanner.calendar import MONTHS, WEEKDAYS
from uhc_llm.scanner.periods.words import (
    COUNTED_STEPS,
    DAY_WORDS,
    FRACTIONS,
    NOW,
    ORDINALS,
    PARTS,
    SINGLE_UNITS,
    STEPS,
    UNITS,
    WHICH,
)
from uhc_llm.schemas import PeriodMention

PUBLISHED = date(2024, 1, 22)  # a Monday


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
    ("Dibayar dari APBD TA 2024 saja.", "2024", "2024"),
    ("Naik pada tahun 2023 lalu.", "2023", "2023"),
    ("Target tahun 2024 mendatang.", "2024", "2024"),
    ("Berlaku 14 Feb '22 di sana.", "14 Feb '22", "2022-02-14"),
    ("Berlaku 14-Feb-2022 di sana.", "14-Feb-2022", "2022-02-14"),
    ("Berlaku 2022/02/14 di sana.", "2022/02/14", "2022-02-14"),
    ("Per Feb. 2022 tercatat.", "Feb. 2022", "2022-02"),
    ("Posisi 31 Desember 2023 tercatat.", "31 Desember 2023", "2023-12-31"),
    ("Data smt 2 2023 dipakai.", "smt 2 2023", "2023-S2"),
    ("Semester pertama 2024 berakhir.", "Semester pertama 2024", "2024-S1"),
    ("Realisasi TW III 2023 naik.", "TW III 2023", "2023-Q3"),
    ("Pada triwulan ketiga 2023 naik.", "triwulan ketiga 2023", "2023-Q3"),
    ("Laba Q3 2023 naik.", "Q3 2023", "2023-Q3"),
    ("Pada kuartal IV/2022 naik.", "kuartal IV/2022", "2022-Q4"),
    ("Pada caturwulan II 2023 naik.", "2023", "2023"),
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
        pytest.param("Selama 1-3 Mei 2024.", ["2024-05-01", "2024-05-03"], id="two days"),
        pytest.param("Selama 1-5/3/2023.", ["2023-03-01", "2023-03-05"], id="days in figures"),
        pytest.param(
            "Pada 1/3/2023-5/3/2023.", ["2023-03-01", "2023-03-05"], id="dates in figures"
        ),
        pytest.param(
            "Tanggal 1 sampai 3 Mei 2024.", ["2024-05-01", "2024-05-03"], id="days with a word"
        ),
        pytest.param("Oktober-November 2023.", ["2023-10", "2023-11"], id="months, one year"),
        pytest.param("Januari sampai Maret 2023.", ["2023-01", "2023-03"], id="months, a word"),
        pytest.param(
            "Maret, April, dan Mei 2023.", ["2023-03", "2023-04", "2023-05"], id="a list of months"
        ),
        pytest.param("Desember-Januari 2024.", ["2023-12", "2024-01"], id="across a new year"),
        pytest.param(
            "1 Januari s.d. 31 Maret 2023.", ["2023-01-01", "2023-03-31"], id="days, one year"
        ),
        pytest.param(
            "15 Desember 2023 sampai 31 Januari.", ["2023-12-15", "2024-01-31"], id="first year"
        ),
        pytest.param("Triwulan I-III 2023.", ["2023-Q1", "2023-Q3"], id="quarters"),
        pytest.param("Semester I dan II 2023.", ["2023-S1", "2023-S2"], id="semesters"),
        pytest.param("Desember 2023/Januari 2024", ["2023-12", "2024-01"], id="two months"),
        pytest.param("Pada 2021. Lalu 2022.", ["2021", "2022"], id="years that end sentences"),
        pytest.param(
            "Pada 12 Januari 2021. Senin. Maret 2022.", ["2021-01-12", "2022-03"], id="sentences"
        ),
    ],
)
def test_each_of_several_periods_is_found(text: str, isos: list[str]) -> None:
    assert [p.iso for p in periods(text)] == isos


def test_the_ends_of_a_range_each_have_their_own_place() -> None:
    assert [p.text for p in periods("Selama 1-3 Mei 2024.")] == ["1", "3 Mei 2024"]
    assert [p.text for p in periods("Oktober-November 2023.")] == ["Oktober", "November 2023"]
    assert [p.text for p in periods("Triwulan I-III 2023.")] == ["Triwulan I", "III 2023"]


@pytest.mark.parametrize(
    ("text", "words", "iso", "part"),
    [
        ("Sejak awal 2024 naik.", "awal 2024", "2024", "early"),
        ("Pada awal tahun 2022 naik.", "awal tahun 2022", "2022", "early"),
        ("Pada pertengahan 2023 naik.", "pertengahan 2023", "2023", "middle"),
        ("Pada medio Maret 2024 naik.", "medio Maret 2024", "2024-03", "middle"),
        ("Hingga akhir 2025 nanti.", "akhir 2025", "2025", "late"),
        ("Di penghujung 2023 naik.", "penghujung 2023", "2023", "late"),
        ("Pada akhir bulan Desember 2023.", "akhir bulan Desember 2023", "2023-12", "late"),
        ("Pada awal semester II 2023.", "awal semester II 2023", "2023-S2", "early"),
        ("Hingga akhir tahun depan.", "akhir tahun depan", "2025", "late"),
        ("Hingga akhir bulan ini.", "akhir bulan ini", "2024-01", "late"),
        ("Hingga tutup tahun.", "tutup tahun", "2024", "late"),
        ("Pada awal Januari.", "awal Januari", "2024-01", "early"),
    ],
)
def test_a_part_of_a_period_is_that_period_and_says_which_part(
    text: str, words: str, iso: str, part: str
) -> None:
    assert [(p.text, p.iso, p.part) for p in periods(text, PUBLISHED)] == [(words, iso, part)]


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
        pytest.param("Anggaran Rp 2022 per hari.", id="money"),
        pytest.param("Anggaran Rp2022 per hari.", id="money without a space"),
        pytest.param("Sebanyak 2023 terdaftar.", id="said to count"),
        pytest.param("Menyalurkan 2000 paket.", id="a round number"),
        pytest.param("Naik 2023% sekaligus.", id="a share of four digits"),
        pytest.param("Sejak tahun 1990-an.", id="a decade"),
        pytest.param("Pada 31/2/2022.", id="no such day, in figures"),
        pytest.param("Semester 3 ditempuh mahasiswa.", id="no half of a year"),
        pytest.param("Universitas Sebelas Maret Surakarta.", id="a month in a name"),
        pytest.param("Hubungi 0812-2021-2024.", id="a telephone"),
        pytest.param("Setiap akhir tahun dihitung.", id="every year"),
    ],
)
def test_what_is_no_period_is_left_alone(text: str) -> None:
    assert [p.iso for p in periods(text) if p.text != "2021"] == []


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
    ("Data semester II dipakai.", "semester II", "2023-S2"),
    ("Semester II mulai dari target.", "Semester II", "2024-S2"),
    ("Pada semester ini.", "semester ini", "2024-S1"),
    ("Pada triwulan lalu.", "triwulan lalu", "2023-Q4"),
    ("Tiga tahun lalu dibuka.", "Tiga tahun lalu", "2021"),
    ("Dua bulan yang lalu dibuka.", "Dua bulan yang lalu", "2023-11"),
    ("Sejak 10 hari lalu.", "10 hari lalu", "2024-01-12"),
    ("Dua tahun lagi selesai.", "Dua tahun lagi", "2026"),
    ("Pada setahun silam.", "setahun silam", "2023"),
    ("Pekan lalu didata.", "Pekan lalu", "2024-01"),
    ("Minggu ini didata.", "Minggu ini", "2024-01"),
    ("Dibuka pada Minggu lalu.", "Minggu lalu", "2024-01-21"),
    ("Kemarin dibuka.", "Kemarin", "2024-01-21"),
    ("Dibuka Jumat lalu.", "Jumat lalu", "2024-01-19"),
    ("Dibuka Senin lalu.", "Senin lalu", "2024-01-15"),
    ("Dibuka Jum'at pekan lalu.", "Jum'at pekan lalu", "2024-01-19"),
    ("Dibuka Rabu mendatang.", "Rabu mendatang", "2024-01-24"),
    ("Sejak bulan Mei didata.", "Mei", "2023-05"),
    ("Sampai Juni didata.", "Juni", "2023-06"),
    ("Per 31 Desember tercatat.", "31 Desember", "2023-12-31"),
    ("Per 1 Oktober tercatat.", "1 Oktober", "2023-10-01"),
    ("Pada 1 Oktober tahun lalu.", "1 Oktober tahun lalu", "2023-10-01"),
    ("Paling lambat 31 Desember.", "31 Desember", "2024-12-31"),
    ("Ditargetkan 98 persen pada 31 Desember.", "31 Desember", "2024-12-31"),
    ("Tercapai 31 Desember nanti.", "31 Desember nanti", "2024-12-31"),
    ("Daerah lain menyusul 1 Oktober.", "1 Oktober", "2024-10-01"),
    ("Digelar 1 Februari.", "1 Februari", "2024-02-01"),
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
    ("published", "text", "isos"),
    [
        pytest.param(date(2024, 3, 5), "Pekan lalu", [], id="from February into March"),
        pytest.param(date(2024, 3, 12), "Pekan lalu", ["2024-03"], id="all in March"),
        pytest.param(date(2024, 1, 22), "Dalam dua tahun terakhir", [], id="two years"),
        pytest.param(date(2024, 1, 22), "Dalam 5 tahun ke depan", [], id="years to come"),
        pytest.param(date(2024, 1, 22), "Beberapa tahun lalu", [], id="some years"),
        pytest.param(date(2024, 1, 22), "Dua puluh lima tahun lalu", [], id="unread count"),
        pytest.param(date(2024, 1, 22), "Tahun-tahun lalu", [], id="years past"),
    ],
)
def test_what_iso_has_no_name_for_is_given_no_false_precision(
    published: date, text: str, isos: list[str]
) -> None:
    assert [p.iso for p in periods(text, published)] == isos


@pytest.mark.parametrize(
    ("text", "isos"),
    [
        pytest.param(
            "Pada 2020 turun, dan pada tahun yang sama naik.", ["2020", "2020"], id="same year"
        ),
        pytest.param("Pada 2020 turun. Tahun berikutnya naik.", ["2020", "2021"], id="next year"),
        pytest.param(
            "Pada Agustus 2023, kata dia, Selasa (3/10/2023). Pada bulan yang sama naik.",
            ["2023-08", "2023-10-03", "2023-08"],
            id="same month, whatever the day of the news",
        ),
        pytest.param("Pada bulan itu naik.", [], id="nothing said before"),
        pytest.param(
            "Pada triwulan lalu, bulan sebelumnya.",
            ["2023-Q4", "2023-12"],
            id="a quarter, no month",
        ),
        pytest.param(
            "Pada Desember 2020 turun. Desember itu dingin.", ["2020-12", "2020-12"], id="that one"
        ),
        pytest.param(
            "Pada Desember 2020 turun. Per Desember naik.",
            ["2020-12", "2023-12"],
            id="not that one",
        ),
        pytest.param(
            "Pada 2023 ada 52 ribu hingga Desember; kini 51 ribu.",
            ["2023", "2023-12", "2024-01-22"],
            id="month of the year before it",
        ),
    ],
)
def test_what_was_said_before_tells_what_a_period_counts_from(text: str, isos: list[str]) -> None:
    assert [p.iso for p in periods(text, PUBLISHED)] == isos


@pytest.mark.parametrize(
    ("text", "words", "iso"),
    [
        pytest.param("Raih UHC Award 2023\nMaret lalu naik.", "Maret lalu", "2023-03", id="award"),
        pytest.param("Raih UHC Award 2023\nPer Maret naik.", "Maret", "2023-03", id="without lalu"),
        pytest.param(
            "Raih UHC Award 2023\nMaret lalu naik. Ditargetkan semua pada Desember 2026.",
            "Maret lalu",
            "2023-03",
            id="not that of a target",
        ),
        pytest.param(
            "Sesuai Perpres Nomor 82 Tahun 2018, Maret lalu naik. Raih UHC Award 2023.",
            "Maret lalu",
            "2023-03",
            id="not that of a law",
        ),
        pytest.param(
            "Sesuai RPJMN 2020-2024, Maret lalu naik. Per Mei 2022 turun.",
            "Maret lalu",
            "2022-03",
            id="not that of a plan",
        ),
        pytest.param(
            "Dialokasikan pada 2022. Sejak 15 September 2021 turun, per Oktober naik.",
            "Oktober",
            "2021-10",
            id="a date rather than a bare year",
        ),
        pytest.param(
            "Raih UHC Award 2023. Per Mei 2022 turun. Maret lalu naik.",
            "Maret lalu",
            "2023-03",
            id="what is over when a later year is named",
        ),
        pytest.param(
            "Per Maret naik. Copyright © ANTARA 2021", "Maret", "2021-03", id="that of the page"
        ),
    ],
)
def test_without_a_date_a_month_is_of_the_year_that_the_text_names(
    text: str, words: str, iso: str
) -> None:
    assert [p.iso for p in periods(text) if p.text == words] == [iso]


def test_where_only_a_year_to_come_is_named_a_month_has_none() -> None:
    assert [p.iso for p in periods("Maret lalu naik. Ditargetkan Desember 2026.")] == ["2026-12"]


@pytest.mark.parametrize(
    ("published", "iso"), [(date(2024, 1, 20), "2023-03"), (date(2024, 5, 20), "2024-03")]
)
def test_beside_a_known_date_a_month_that_is_over_is_the_last_one(
    published: date, iso: str
) -> None:
    text = "Raih UHC Award 2022\nMaret lalu naik."
    assert [p.iso for p in periods(text, published) if p.text == "Maret lalu"] == [iso]


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
        pytest.param("Senin malam (3/6/2024)", True, id="with the time of day"),
        pytest.param("Rabu pagi, 4 Juni 2024", False, id="with the time of day, 4 June, Tuesday"),
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
        pytest.param("Jakarta, 13 Juni 2024 - Peserta naik.", date(2024, 6, 13), id="dateline"),
        pytest.param("SEMARANG (13/06/2024) Pemkot naik.", date(2024, 6, 13), id="in capitals"),
        pytest.param("Blora (13/06/2024) – Pemkab naik.", date(2024, 6, 13), id="in brackets"),
        pytest.param("Judul\nBatang, 3 Mei 2024 – Kota.", date(2024, 5, 3), id="second line"),
        pytest.param("Diterbitkan: 13 Juni 2024\nIsi.", date(2024, 6, 13), id="said of the page"),
        pytest.param("Pada 14 Maret 2023, Pemkab naik.", None, id="a sentence"),
        pytest.param("KOTA BANDUNG – Per 1/2/2026 naik.", None, id="a dateline without a date"),
        pytest.param(
            "Digelar Minggu (30/6/2024) mendatang, kata dia, Kamis (13/6/2024).",
            date(2024, 6, 13),
            id="a day to come is not that of the news",
        ),
        pytest.param(
            "Kata dia, Senin (13/6). Tahun 2022 naik, target 2024.",
            date(2022, 6, 13),
            id="the year in which the weekday fits",
        ),
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


def test_a_list_of_months_is_not_taken_for_that_of_a_name() -> None:
    """Mei is a month between months, and a name alone."""
    assert [p.iso for p in periods("Mei-Juni 2023. Kata Mei, sudah.")] == ["2023-05", "2023-06"]


def test_a_number_before_a_month_is_a_day_only_where_days_are_spoken_of() -> None:
    assert [p.text for p in periods("Naik 5 hingga 31 Agustus 2024.")] == ["31 Agustus 2024"]


TABLES = [
    *(f"Tercatat 7 {month} 2023 lalu" for month in MONTHS),
    *(f"Pada {word} 2023" for word in sorted(PARTS) if word != "tutup"),
    *(f"Pada {word} II 2023" for word in sorted(FRACTIONS) if word != "q"),
    *(f"Pada semester {word} 2023" for word, n in ORDINALS.items() if n < 3),
    *(f"Pada Maret {words}" for words in sorted(WHICH)),
    *(f"Pada bulan {words}" for words, (_, from_said) in STEPS.items() if not from_said),
    *(f"Pada tiga tahun {words}" for words, (_, said) in COUNTED_STEPS.items() if not said),
    *(f"Pada Senin {words}" for words in STEPS if not STEPS[words][1]),
    *(f"Kata dia {words}" for words in sorted([*NOW, *DAY_WORDS])),
    *(
        f"Kata dia {unit} lalu"
        for unit in sorted([*UNITS, *SINGLE_UNITS])
        if UNITS.get(unit) != "day"
    ),
    *(f"Kata dia, {weekday} (22/1)" for weekday in WEEKDAYS),
]


@pytest.mark.parametrize("text", TABLES)
def test_every_word_of_the_tables_is_read(text: str) -> None:
    assert len(periods(text, PUBLISHED)) == 1


# --- which year, and in English -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words", "iso"),
    [
        # 8 January 2024 is a Monday; the year named before is that of the report.
        ("Laporan 2023 dibacakan Senin (8/1).", "8/1", "2024-01-08"),
        ("Dana Rp 1,1 miliar disiapkan sampai Juni.", "Juni", "2024-06"),
        ("Sampai Juni tercatat 98 persen.", "Juni", "2023-06"),
        ("Anggarannya cukup hingga Agustus.", "Agustus", "2024-08"),
        ("Angkanya tak cukup: per 1 Juni 96 persen.", "1 Juni", "2023-06-01"),
        ("Bupati menjanjikan 98 persen pada September.", "September", "2024-09"),
        ("Mudah-mudahan Oktober sudah 92 persen.", "Oktober", "2024-10"),
        ("It reached 98 percent in June.", "June", "2023-06"),
        ("It was 95 percent in November last year.", "November last year", "2023-11"),
        ("Last year it was 95 percent.", "Last year", "2023"),
        ("The figure stood at 90.8 percent on January 15.", "January 15", "2024-01-15"),
        ("An official said on Thursday (Jan 18).", "Jan 18", "2024-01-18"),
    ],
)
def test_what_dates_a_month_or_a_day_without_its_year(text: str, words: str, iso: str) -> None:
    assert (words, iso) in [(p.text, p.iso) for p in periods(text, PUBLISHED)]


def test_a_year_earlier_is_before_what_was_said_last() -> None:
    said = periods("97 percent at the end of May 2022, up from 91 percent a year earlier.")
    assert [p.iso for p in said] == ["2022-05", "2021"]


@pytest.mark.parametrize("text", ["It may 5 percent.", "They march 3 times.", "Pak Mei 5 tahun."])
def test_a_word_that_is_no_month_dates_nothing(text: str) -> None:
    assert periods(text, PUBLISHED) == []


def test_a_month_to_come_lies_behind_the_one_named_last() -> None:
    """Nobody knows the date of the article."""
    said = periods("Per November 2019 tercatat 92 persen. Mulai Januari nanti iuran naik.")
    assert [p.iso for p in said] == ["2019-11", "2020-01"]


def test_a_month_alone_heads_a_column() -> None:
    table = "Segmen | Mei | Juni\nPBI | 467.118 | 465.902\nPPU | 42.006 | 41.988"
    assert [p.iso for p in periods(table, date(2020, 7, 8))] == ["2020-05", "2020-06"]
