"""The tables of regions: every row means a region that exists, and is found in a sentence."""

import csv
from collections.abc import Callable, Iterator
from datetime import date
from importlib.resources import files
from typing import Final

import pytest

from uhc_llm.scanner.regions import find_regions
from uhc_llm.scanner.regions.gazetteer import fold, gazetteer
from uhc_llm.scanner.sentences import split_sentences
from uhc_llm.scanner.tokens import tokenize
from uhc_llm.schemas import Region, RegionMention


def rows(table: str) -> list[dict[str, str]]:
    text = files("uhc_llm.scanner").joinpath("data", table).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def found(text: str) -> list[RegionMention]:
    return list(find_regions(tokenize(text), split_sentences(text))[0])


def meant(text: str) -> list[tuple[str, set[str | None]]]:
    """What each mention may be: its words, and the codes."""
    return [(m.text, {c.code for c in m.candidates} or {m.code}) for m in found(text)]


BASES: Final = {row["code"]: row["base"] for row in rows("regions.csv")}
COMMON: Final = {row["code"]: row["base"] for row in rows("regions.csv") if len(row["code"]) > 2}
LEVEL: Final = {row["code"]: row["kind"] for row in rows("regions.csv")}


def of_kind(kind: str) -> list[Region]:
    return [gazetteer().by_code[code] for code in BASES if LEVEL[code] == kind]


# A form, the kind of region that takes it, and the words of it that are the name.
FORMS: Final[list[tuple[str, str, Callable[[str], str]]]] = [
    ("Kabupaten {}", "kabupaten", "Kabupaten {}".format),
    ("kabupaten {}", "kabupaten", "kabupaten {}".format),
    ("Kab. {}", "kabupaten", "Kab. {}".format),
    ("Pemerintah Kabupaten {}", "kabupaten", "Kabupaten {}".format),
    ("Pemkab {}", "kabupaten", str),
    ("Bupati {}", "kabupaten", str),
    ("Kota {}", "kota", "Kota {}".format),
    ("Pemerintah Kota {}", "kota", "Kota {}".format),
    ("Pemkot {}", "kota", str),
    ("Wali Kota {}", "kota", "Kota {}".format),
    ("Walikota {}", "kota", str),
    ("Provinsi {}", "provinsi", "Provinsi {}".format),
    ("Pemprov {}", "provinsi", str),
    ("Gubernur {}", "provinsi", str),
]


@pytest.mark.parametrize(("form", "kind", "words"), FORMS, ids=[form for form, _, _ in FORMS])
@pytest.mark.parametrize("write", [str, str.upper], ids=["as others write it", "in capitals"])
def test_every_region_is_found_in_every_form_with_its_code_and_span(
    form: str, kind: str, words: Callable[[str], str], write: Callable[[str], str]
) -> None:
    wrong = {}
    for region in of_kind(kind):
        assert region.code
        base = BASES[region.code]
        text = write(f"Cakupan di {form.format(base)} naik.")
        if meant(text) != [(write(words(base)), {region.code})]:
            wrong[base] = meant(text)
    assert wrong == {}


def test_every_region_is_among_the_meanings_of_its_bare_name() -> None:
    wrong = {
        base: meant(f"Warga {base} terdaftar.")
        for code, base in BASES.items()
        if not [words for words, codes in meant(f"Warga {base} terdaftar.") if code in codes]
    }
    assert wrong == {}


def test_only_names_that_regions_share_stay_open() -> None:
    shared = [base for base in set(COMMON.values()) if list(COMMON.values()).count(base) > 1]
    assert len(shared) == 26
    for base in shared:
        ((_, codes),) = meant(f"Warga {base} terdaftar.")
        assert {code for code, name in COMMON.items() if name == base} <= codes


def spellings() -> Iterator[tuple[str, str]]:
    for table, column in (
        ("aliases.csv", "alias"),
        ("nicknames.csv", "nickname"),
        ("former.csv", "former"),
    ):
        for row in rows(table):
            yield row[column], row["code"]


def test_every_other_name_means_a_region_that_exists_under_the_name_that_stands_beside_it() -> None:
    for table in ("aliases.csv", "nicknames.csv", "former.csv"):
        for row in rows(table):
            assert gazetteer().by_code[row["code"]].name == row["official"], row


def test_every_other_name_is_found_behind_its_level() -> None:
    level = {"provinsi": "Provinsi", "kabupaten": "Kabupaten", "kota": "Kota"}
    nicknames = {row["nickname"] for row in rows("nicknames.csv")}
    wrong = {}
    for name, code in spellings():
        said = name if name in nicknames else f"{level[LEVEL[code]]} {name}"
        codes = [codes for _, codes in meant(f"Cakupan di {said} naik.")]
        if not codes or code not in codes[0]:
            wrong[name] = codes
    assert wrong == {}


def test_no_other_name_is_a_region_in_small_letters() -> None:
    named = {name: found(f"Ada {name.lower()} di sini.") for name, _ in spellings()}
    assert {name: mentions for name, mentions in named.items() if mentions} == {}


def test_no_row_says_again_what_another_says() -> None:
    pairs = [(fold(name), code) for name, code in spellings()]
    assert len(pairs) == len(set(pairs))
    assert not {(fold(base), code) for code, base in BASES.items()} & set(pairs)


def test_every_area_is_found_and_has_no_code() -> None:
    for row in rows("areas.csv"):
        (mention,) = found(f"Cakupan se-{row['area']} naik.")
        assert (mention.text, mention.code, mention.level) == (row["area"], None, "area")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Kabupaten Pontianak", "61.02"),
        ("Kota Pontianak", "61.71"),
        ("Pontianak", "61.71"),
        ("Kabupaten Kepulauan Riau", "21.01"),
        ("Kepulauan Riau", "21"),
        ("Kabupaten Maluku Utara", "82.01"),
        ("Kabupaten Toba Samosir", "12.12"),
        ("Irian Jaya", "91"),
        ("Irian Jaya Barat", "92"),
        ("Ujung Pandang", "73.71"),
    ],
)
def test_a_former_name_means_the_region_of_today(name: str, code: str) -> None:
    assert [codes for _, codes in meant(f"Cakupan di {name} naik.")] == [{code}]


@pytest.mark.parametrize(
    ("name", "day", "province"),
    [
        ("Nabire", date(2022, 11, 10), "Papua"),
        ("Nabire", date(2022, 11, 11), "Papua Tengah"),
        ("Merauke", date(2021, 5, 1), "Papua"),
        ("Merauke", None, "Papua Selatan"),
        ("Kota Sorong", date(2022, 12, 8), "Papua Barat"),
        ("Kota Sorong", date(2022, 12, 9), "Papua Barat Daya"),
        ("Manokwari", date(2015, 1, 1), "Papua Barat"),
        ("Kudus", date(2015, 1, 1), "Jawa Tengah"),
    ],
)
def test_a_regency_lies_in_the_province_of_the_day_under_the_code_of_today(
    name: str, day: date | None, province: str
) -> None:
    text = f"Cakupan di {name} naik. Provinsi ini maju."
    (first, pointer), _, _ = find_regions(tokenize(text), split_sentences(text), published=day)
    assert first.province == province
    assert first.code == gazetteer().named(name)[0].code
    assert (pointer.name, pointer.level) == (province, "province")


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("Kota Semarang", ["33.74"]),
        ("kab. semarang", ["33.22"]),
        ("Provinsi Jambi", ["15"]),
        ("Semarang", ["33.22", "33.74"]),
        ("Kota Jogja", ["34.71"]),
        ("Kota Administrasi Jakarta Pusat", ["31.71"]),
        ("Kabupaten Pontianak", ["61.02"]),
        ("PPU", ["64.09"]),
        ("Kabupaten Palembang", []),
        ("Jabodetabek", []),
        ("Antah Berantah", []),
        ("", []),
    ],
)
def test_a_name_from_elsewhere_is_looked_up(name: str, codes: list[str]) -> None:
    assert [region.code for region in gazetteer().named(name)] == codes


def test_folding_keeps_similar_names_apart() -> None:
    assert fold("Bangka-Belitung") == fold("BANGKA  BELITUNG")
    assert fold("Badung") != fold("Bandung")


def test_the_gazetteer_holds_every_province_regency_and_city() -> None:
    table = gazetteer()
    levels = [region.level for region in table.by_code.values()]
    assert levels.count("province") == 38
    assert levels.count("regency") + levels.count("city") == 514
    assert all(region.province for region in table.by_code.values() if region.level != "nation")
