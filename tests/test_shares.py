"""Shares of a hundred, and what tables and lists leave no doubt of: their cities, their columns."""

from typing import Final

import pytest

from uhc_llm.reader.cells import CellReading, read_cell
from uhc_llm.scanner import scan
from uhc_llm.scanner.tables import cell_at
from uhc_llm.schemas import Mention, Unit

# --- so many of a hundred ------------------------------------------------------------------------


def counted(text: str) -> list[tuple[int, Unit | None]]:
    """The numbers of a text with what they count."""
    return [(int(m.value), m.unit) for m in scan(text).mentions if m.kind == "quantity"]


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("Sebanyak 95 dari 100 penduduk sudah menjadi peserta JKN.", 95),
        ("Baru 83 dari tiap 100 warga terdaftar.", 83),
        ("Hanya 71 dari setiap 100 penduduknya yang aktif.", 71),
        ("Ada 64 dari tiap-tiap 100 jiwa yang aktif.", 64),
        ("Sembilan puluh dari seratus orang terdaftar.", 90),
        ("As many as 88 of 100 people are covered.", 88),
    ],
)
def test_so_many_of_a_hundred_people_are_a_share_and_the_hundred_counts_nobody(
    text: str, share: int
) -> None:
    assert counted(text) == [(share, "percent"), (100, "other")]


@pytest.mark.parametrize(
    ("text", "part", "whole"),
    [
        ("Hampir tujuh dari sepuluh penduduk terdaftar.", 7, 10),
        ("Baru dua dari tiga warga aktif.", 2, 3),
        ("Sebanyak 9 dari 10 peserta puas.", 9, 10),
    ],
)
def test_a_few_of_a_few_people_count_nobody(text: str, part: int, whole: int) -> None:
    assert counted(text) == [(part, "other"), (whole, "other")]


@pytest.mark.parametrize(
    ("text", "part", "whole", "unit"),
    [
        ("Sebanyak 900 dari 1.000 penduduk terdaftar.", 900, 1000, "people"),
        ("Sebanyak 45 dari 120 warga terdaftar.", 45, 120, "people"),
        ("Sebanyak 416 dari 514 kabupaten sudah UHC.", 416, 514, "regions"),
        ("Sebanyak 95 dari 100 kabupaten sudah UHC.", 95, 100, "regions"),
        ("Sebanyak 8 dari 10 provinsi sudah UHC.", 8, 10, "regions"),
        ("Sebanyak 95 dari 100 rumah sakit bekerja sama.", 95, 100, "facilities"),
        ("Dari 95 menjadi 100 persen.", 95, 100, "percent"),
        ("Ada 250 dari 100 penduduk.", 250, 100, "people"),
    ],
)
def test_what_is_counted_stays_counted(text: str, part: int, whole: int, unit: str) -> None:
    assert counted(text) == [(part, unit), (whole, unit)]


# --- cities in a table ---------------------------------------------------------------------------

CITY: Final = ("Kota Yogyakarta", "city")


def named(head: str, rows: str, above: str = "Cakupan JKN 2023") -> list[tuple[str, str]]:
    text = f"{above}\n{head} | Cakupan (%)\n" + "".join(
        f"{row} | 95,2\n" for row in rows.split(", ")
    )
    return [(region.name, region.level) for region in scan(text).regions]


@pytest.mark.parametrize("head", ["Kab/Kota", "Kabupaten/Kota", "Kab./Kota", "Kota/Kabupaten"])
@pytest.mark.parametrize("rows", ["Sleman, Bantul, Yogyakarta", "Yogyakarta, Sleman, Bantul"])
def test_among_regencies_and_cities_a_name_that_a_province_has_too_is_the_city(
    head: str, rows: str
) -> None:
    found = named(head, rows)
    assert set(found) == {("Kabupaten Sleman", "regency"), ("Kabupaten Bantul", "regency"), CITY}


def test_a_province_over_the_table_changes_no_row_of_it() -> None:
    province, *rows = named("Kab/Kota", "Sleman, Yogyakarta", above="Cakupan JKN DI Yogyakarta")
    assert province == ("Daerah Istimewa Yogyakarta", "province")
    assert rows == [("Kabupaten Sleman", "regency"), CITY]


def test_among_provinces_the_name_is_the_province() -> None:
    assert named("Provinsi", "Bali, Yogyakarta")[1] == ("Daerah Istimewa Yogyakarta", "province")


# --- headings whose brackets say what each number of an item is ----------------------------------

ITEMS: Final = "- Kudus: 38.912 peserta, 84,0 persen\n- Blora: 41.207 peserta, 79,5 persen\n"


def cells(text: str) -> list[tuple[Mention, CellReading]]:
    """The numbers of the items of a list, with what its heading says of each."""
    reading = scan(text)
    placed = ((m, cell_at(reading.tables, m.start)) for m in reading.mentions)
    return [(m, read_cell(reading, m, cell)) for m, cell in placed if cell is not None]


def told(text: str) -> list[tuple[str, ...]]:
    return [read.metrics for _, read in cells(text)]


@pytest.mark.parametrize(
    "heading",
    [
        "Berikut daftarnya (jumlah peserta, persen aktif):",
        "Berikut daftarnya (peserta; persen aktif):",
        "Berikut daftarnya (peserta | persen aktif):",
        "Berikut daftarnya (terdaftar, jiwa — persen aktif):",
        "Kabupaten di Jawa Tengah (peserta, persen aktif):",
    ],
)
def test_the_parts_of_a_heading_in_brackets_say_what_each_number_of_an_item_is(
    heading: str,
) -> None:
    assert told(f"{heading}\n{ITEMS}") == [("participants",), ("active_rate",)] * 2


def test_parts_are_told_by_their_order() -> None:
    items = "- Kudus: 84,0 persen, 38.912 peserta\n- Blora: 79,5 persen, 41.207 peserta\n"
    found = told(f"Berikut daftarnya (persen aktif, jumlah peserta):\n{items}")
    assert found == [("active_rate",), ("participants",)] * 2


@pytest.mark.parametrize(
    ("heading", "first"),
    [
        ("Berikut daftarnya (jumlah peserta):", ("participants",)),
        ("Jumlah peserta:", ("participants",)),
        ("Berikut daftarnya:", ()),
        ("Berikut daftarnya (jumlah peserta, persen aktif, kuota):", ()),
    ],
)
def test_a_heading_without_as_many_parts_speaks_of_the_first_number_at_most(
    heading: str, first: tuple[str, ...]
) -> None:
    assert told(f"{heading}\n{ITEMS}") == [first, ()] * 2


def test_an_item_with_fewer_numbers_than_parts_is_not_what_the_last_part_says() -> None:
    items = "- Kudus: 38.912 peserta, 84,0 persen\n- Blora: 41.207 peserta\n"
    last = told(f"Berikut daftarnya (jumlah peserta, persen aktif):\n{items}")[-1]
    assert last in (("participants",), ())


def test_a_part_of_another_matter_is_nothing() -> None:
    found = cells(f"Berikut daftarnya (jumlah peserta, persen stunting):\n{ITEMS}")
    assert [(read.metrics, read.is_nothing) for _, read in found] == [
        (("participants",), False),
        ((), True),
    ] * 2
