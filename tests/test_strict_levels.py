"""The very place and the very time: names of areas, and how exact a period is."""

from decimal import Decimal
from typing import Any

import pytest

from uhc_llm.evaluation import LabelledFact, Score, score
from uhc_llm.evaluation.panel import cells_of, score_cells
from uhc_llm.evaluation.places import find_code, place_of, place_words
from uhc_llm.evaluation.strict import score_strictly, slips_of


def fact(value: float = 95, **changes: Any) -> LabelledFact:
    row = {
        "value": value,
        "unit": "percent",
        "metric": "coverage_rate",
        "status": "actual",
        "region_code": "33.22",
        "region": "Kabupaten Semarang",
        "period": "2024-05",
        "segment": "all",
    }
    return LabelledFact.model_validate({**row, **changes})


def area(name: str | None, **changes: Any) -> LabelledFact:
    return fact(region_code=None, region=name, **changes)


# --- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Wilayah kerja BPJS Kesehatan Cabang Madiun", "BPJS Kesehatan Cabang Madiun"),
        ("Wilayah kerja BPJS Kesehatan Cabang Madiun", "KC Madiun"),
        ("Kantor Cabang Utama Medan", "KCU Medan"),
        ("Kecamatan Ubud", "Ubud"),
        ("Distrik Airu", "distrik  AIRU"),
        ("Desa Obel Obel", "Desa Obel-Obel"),
        ("Kecamatan Cinere, Kota Depok", "Kecamatan Cinere"),
        ("Kecamatan Riung Barat (Kabupaten Ngada)", "Kecamatan Riung Barat"),
        ("Kecamatan Cinere dan Tapos, Depok, Jawa Barat", "Tapos dan Cinere"),
        ("Cepu, Blora", "Kecamatan Cepu"),
        ("Bali, NTB, dan NTT", "NTT, Nusa Tenggara Barat dan Provinsi Bali"),
        ("Kabupaten Lebak, Pandeglang dan Serang", "Serang, Lebak serta Kabupaten Pandeglang"),
        ("Palu, Sigi, dan Donggala (Pasigala)", "Sigi, Palu dan Donggala"),
        ("Kabupaten dan Kota Bekasi", "Kota Bekasi dan Kabupaten Bekasi"),
        ("Wilayah kerja Kupang-Atambua", "Kupang dan Atambua"),
        ("Pulau Madura", "Madura"),
    ],
)
def test_an_area_is_the_same_however_its_name_is_written(one: str, other: str) -> None:
    assert place_words(one) == place_words(other) != ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kecamatan Sangir", "Kecamatan Sangir Jujuan"),
        ("KC Madiun", "KC Kediri"),
        ("Kabupaten Aceh Barat dan Aceh Barat Daya", "Kabupaten Aceh Barat Daya"),
        ("Kabupaten Gianyar, Bangli dan Klungkung", "Kabupaten Gianyar dan Bangli"),
        ("Kota Bekasi", "Kabupaten dan Kota Bekasi"),
        ("Klungkung, Bangli", "Klungkung"),
        ("Kecamatan Ubud, Kecamatan Sukawati", "Kecamatan Ubud"),
    ],
)
def test_other_areas_are_others(one: str, other: str) -> None:
    assert place_words(one) != place_words(other)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Kab. Semarang", "33.22"),
        ("Provinsi DKI Jakarta", "31"),
        ("NTB", "52"),
        ("Indonesia", "ID"),
        ("tingkat nasional", "ID"),
        ("Kota Cimahi, Jawa Barat", "32.77"),
        ("Kota Cimahi, Provinsi Jawa Barat, Indonesia", "32.77"),
        ("Kota Cimahi, Bali", None),
        ("Kabupaten Lebak, Pandeglang dan Serang", None),
        ("Kecamatan Ubud, Kabupaten Gianyar", None),
        ("19 desa di Kabupaten Karangasem", None),
        ("Wilayah kerja BPJS Kesehatan Cabang Madiun", None),
        ("Indonesia Timur", None),
        ("", None),
    ],
)
def test_a_name_alone_gives_the_code_of_its_region(name: str, code: str | None) -> None:
    assert find_code(name) == code


def test_of_two_regions_of_one_name_the_article_s_own_is_meant() -> None:
    assert find_code("Semarang", {"33.74"}) == "33.74"
    assert find_code("Semarang", {"33.22"}) == "33.22"


def test_a_code_tells_the_place_and_else_the_name() -> None:
    assert place_of(fact()) == "33.22"
    assert place_of(area("Kecamatan Ubud")) == ("ubud",)
    assert place_of(area(None)) is None


# --- levels --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "right"),
    [
        ({}, ["place", "time", "full"]),
        ({"region": None}, ["place", "time", "full"]),  # the code is enough
        ({"segment": None}, ["place", "time", "full"]),
        ({"segment": "ppu"}, ["place", "time"]),
        ({"period": "2024"}, ["place"]),
        ({"period": "2024-05-14"}, ["place"]),
        ({"period": "2024-06"}, ["place"]),
        ({"period": "2024-S1"}, ["place"]),
        ({"period": None}, ["place"]),
        ({"region_code": "33.74"}, []),
        ({"region_code": None}, []),
        ({"status": "target"}, []),
    ],
    ids=str,
)
def test_a_strict_level_asks_for_the_very_place_and_time(
    changes: dict[str, Any], right: list[str]
) -> None:
    found = score_strictly([fact()], [fact(**changes)])
    assert {level: one.hit for level, one in found.items()} == {
        level: int(level in right) for level in ("place", "time", "full")
    }


def test_an_area_without_a_code_is_right_with_that_place_alone() -> None:
    gold = [area("Wilayah kerja BPJS Kesehatan Cabang Madiun")]
    branch, regency = [area("KC Madiun")], [fact(region_code="35.19", region="Kabupaten Madiun")]
    assert score_strictly(gold, branch)["full"] == Score(1, 1, 1)
    assert score_strictly(gold, regency)["place"] == Score(0, 1, 1)
    assert score_strictly(gold, [area(None)])["place"] == Score(0, 1, 1)
    # The five levels let any region pass there.
    assert score({"a": gold}, {"a": regency})["full"] == Score(1, 1, 1)


def test_where_gold_has_no_name_either_any_region_is_right() -> None:
    assert score_strictly([area(None)], [fact(region_code="33.74")])["full"] == Score(1, 1, 1)


@pytest.mark.parametrize(
    ("true", "said", "slips"),
    [
        ("2024-05", "2024", {"coarser": 1}),
        ("2024-05-14", "2024-05", {"coarser": 1}),
        ("2024-05", "2024-Q2", {"coarser": 1}),
        ("2024", "2024-05", {"finer": 1}),
        ("2024-S1", "2024-06", {"finer": 1}),
        ("2024-05", "2024-06", {"other": 1}),
        ("2024-S1", "2024-S2", {"other": 1}),
        ("2024-05", "2024-05", {}),
        ("2024-05", "2023-05", {}),
        ("2024-05", None, {}),
        (None, "2024-05", {}),
    ],
)
def test_what_is_right_at_the_year_alone_is_counted_by_how_it_is_wrong(
    true: str | None, said: str | None, slips: dict[str, int]
) -> None:
    assert dict(slips_of([fact(period=true)], [fact(period=said)])) == slips


def test_a_fact_of_another_place_is_no_slip_of_time() -> None:
    assert not slips_of([fact()], [fact(region_code="33.74", period="2024")])


def test_what_is_right_for_one_fact_is_no_slip_of_another_one() -> None:
    assert not slips_of([fact(period="2024"), fact(period="2024-05")], [fact(period="2024")])


# --- panel ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "time"),
    [
        ("2024", "2024"),
        ("2024-05", "2024-05"),
        ("2024-05-14", "2024-05"),
        ("2024-S1", "2024-06"),
        ("2024-S2", "2024-12"),
        ("2024-Q3", "2024-09"),
    ],
)
def test_a_cell_is_of_a_month_or_of_a_year(period: str, time: str) -> None:
    assert cells_of([fact(period=period)]) == {("33.22", time, "coverage_rate"): {Decimal(95)}}


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "target"},
        {"segment": "ppu"},
        {"period": None},
        {"region_code": None, "region": None},
    ],
    ids=str,
)
def test_only_what_is_reported_of_all_fills_a_cell(changes: dict[str, Any]) -> None:
    assert cells_of([fact(**changes)]) == {}


def test_a_cell_is_right_when_only_its_values_stand_in_it() -> None:
    gold = [fact(95), fact(95.3), fact(80, region_code="33.74")]  # a rounded title, another region
    assert score_cells(gold, [fact(95)]) == Score(1, 1, 2)
    assert score_cells(gold, [fact(95), fact(95.3)]) == Score(1, 1, 2)
    assert score_cells(gold, [fact(95), fact(96)]) == Score(0, 1, 2)
    assert score_cells(gold, [fact(95, period="2024-05-14"), fact(80)]) == Score(0, 1, 2)
    assert score_cells(gold, [fact(80, region_code="33.74")]) == Score(1, 1, 2)
