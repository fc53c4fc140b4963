"""What the largest region of each level has, and how many regions there are."""

from typing import get_args

import pytest

from uhc_llm.scanner.largest import largest, most_in_a_province, regions_within
from uhc_llm.scanner.regions.gazetteer import gazetteer
from uhc_llm.schemas import Level


@pytest.mark.parametrize("level", get_args(Level))
def test_every_level_has_a_bound_of_people(level: Level) -> None:
    bound = largest("people", level)
    assert bound is not None
    assert bound.largest < bound.doubted < bound.impossible


@pytest.mark.parametrize("level", ["nation", "province", "regency", "city"])
def test_the_region_of_a_bound_is_one_of_its_level(level: Level) -> None:
    for unit in ("people", "rupiah"):
        bound = largest(unit, level)
        assert bound is not None
        regions = [r for r in gazetteer().named(bound.of) if r.level == level]
        assert regions or bound.of == "Indonesia"


def test_nobody_can_say_how_many_percent_are_too_many() -> None:
    assert largest("percent", "nation") is None
    assert largest(None, "nation") is None


@pytest.mark.parametrize(
    ("code", "noun", "count"),
    [
        ("ID", "provinsi", 38),
        ("ID", "kabupaten", 416),
        ("ID", "kota", 98),
        ("ID", "kabupaten/kota", 514),
        ("ID", "daerah", 552),
        ("ID", None, 552),
        ("33", "kabupaten/kota", 35),
        ("75", "Kota", 1),
        ("91", "kabupaten dan kota", 29),
        ("94", "kabupaten", 8),
    ],
)
def test_regions_are_counted_by_what_their_noun_names(
    code: str, noun: str | None, count: int
) -> None:
    assert regions_within(gazetteer().by_code[code], noun) == count


def test_no_province_has_more_regions_than_east_java() -> None:
    assert most_in_a_province() == regions_within(gazetteer().by_code["35"], "kabupaten/kota") == 38
