"""Scanning as a whole: one call, every number, period and region, each with its place."""

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from uhc_llm.documents import Document
from uhc_llm.scanner import scan
from uhc_llm.schemas import Reading

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("[0-9]*.txt"))
ARTICLE = (
    "PALANGKA RAYA - Target kita 95 persen, sampai September 2021 baru 84,33 persen. "
    "Anggarannya Rp127 miliar untuk 251.384 jiwa, kata Wali Kota Palangka Raya, Rabu (29/9/2021)."
)


def test_mentions_periods_and_regions_are_numbered_in_order_of_appearance() -> None:
    reading = scan(ARTICLE)
    assert [(m.id, m.text) for m in reading.mentions] == [
        ("n1", "95 persen"),
        ("n2", "September 2021"),
        ("n3", "84,33 persen"),
        ("n4", "Rp127 miliar"),
        ("n5", "251.384 jiwa"),
        ("n6", "29/9/2021"),
    ]
    assert [(p.id, p.iso) for p in reading.periods] == [("p1", "2021-09"), ("p2", "2021-09-29")]
    assert [(r.id, r.code) for r in reading.regions] == [("r1", "62.71"), ("r1", "62.71")]
    assert reading.main_region == "r1"
    assert reading.published == date(2021, 9, 29)


@pytest.mark.parametrize("text", ["", " ", "\n\n", "Tidak ada angka di sini."])
def test_a_text_without_numbers_is_an_empty_reading(text: str) -> None:
    reading = scan(text)
    assert (reading.mentions, reading.periods, reading.regions) == ((), (), ())
    assert reading.main_region is None


def test_a_document_brings_its_own_date_and_an_argument_wins_over_it() -> None:
    document = Document(text="Tahun lalu 95 persen.", published=date(2024, 5, 1))
    assert scan(document).published == date(2024, 5, 1)
    assert scan(document, published=date(2020, 1, 1)).published == date(2020, 1, 1)


def test_offsets_count_characters_beyond_the_basic_plane_as_one() -> None:
    reading = scan("😀 Kota Batu 95 persen 😀")
    (mention,) = reading.mentions
    assert (mention.start, mention.end) == (12, 21)
    assert reading.text[mention.start : mention.end] == "95 persen"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_no_two_mentions_of_an_article_share_a_character(path: Path) -> None:
    mentions = scan(path.read_text(encoding="utf-8")).mentions
    assert mentions
    assert all(one.end <= two.start for one, two in pairwise(mentions))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_digit_of_an_article_is_accounted_for(path: Path) -> None:
    reading = scan(path.read_text(encoding="utf-8"))
    spans = [(m.start, m.end) for m in reading.mentions]
    lost = [
        (place, reading.text[max(0, place - 10) : place + 10])
        for place, character in enumerate(reading.text)
        if character.isdigit() and not any(start <= place < end for start, end in spans)
    ]
    assert lost == []


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("Ada 12.345.67 jiwa.", "12.345.67"),
        ("Versi 1.2.3 sudah terbit.", "1.2.3"),
        ("9" * 5000 + " jiwa", "9" * 5000),
    ],
)
def test_a_number_that_no_convention_allows_is_accounted_for(text: str, unread: str) -> None:
    (mention,) = scan(text).mentions
    assert (mention.text, mention.kind, mention.flags) == (unread, "identifier", ("unread",))
    assert Reading.model_validate_json(scan(text).model_dump_json()) == scan(text)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Separuh warga dan sepertiga penduduk belum terdaftar.", ["Separuh", "sepertiga"]),
        ("Dua pertiga penduduk dan tiga perempat warga.", ["Dua pertiga", "tiga perempat"]),
        ("Setengah dari peserta, ¾ penduduk, ⅔ warga.", ["Setengah", "¾", "⅔"]),
        ("Two-thirds of the population, half of the people.", ["Two-thirds", "half"]),
        ("About a third of them, and half the members.", ["third", "half"]),
    ],
)
def test_a_share_is_accounted_for_and_counts_nobody(text: str, numbers: list[str]) -> None:
    found = scan(text).mentions
    assert [m.text for m in found] == numbers
    assert all(m.kind == "identifier" and m.flags == ("unread", "share") for m in found)


@pytest.mark.parametrize("text", ["Salah satu daerah.", "Satu-satunya kota.", "Ia setengah mati."])
def test_words_that_are_no_numbers_are_none(text: str) -> None:
    assert scan(text).mentions == ()


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Bab Ⅳ, butir ①, lantai 三.", [("Ⅳ", "4"), ("①", "1"), ("三", "3")]),
        ("Luasnya 500 m².", [("500", "500"), ("²", "2")]),
        ("Ada 5⅔ juta jiwa.", [("5", "5"), ("⅔", "0.6667")]),
    ],
)
def test_numerals_of_other_kinds_are_accounted_for(
    text: str, numbers: list[tuple[str, str]]
) -> None:
    assert [(m.text, str(m.value)) for m in scan(text).mentions] == numbers
