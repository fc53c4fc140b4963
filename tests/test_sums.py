"""Facts beside one another: sums that hold or do not, values that contradict, times that differ."""

from typing import Any

import pytest

from tests.rule_cases import PARTICIPANTS, POPULATION, RATE, TOGETHER
from tests.verifying import EXTRACTOR, checked, finding, verify

SUMS: list[tuple[str, str, list[dict[str, Any]], list[dict[str, Any]]]] = [
    (
        "participants / population = coverage_rate",
        "Cakupan JKN 95,28 persen atau 90 persen, 1,51 juta jiwa dari 1,59 juta jiwa penduduk.",
        [RATE, PARTICIPANTS, POPULATION],
        [RATE | {"value": 90}, PARTICIPANTS, POPULATION],
    ),
    (
        "uninsured / population = uninsured_rate",
        "Jumlah penduduk 1,59 juta jiwa. "
        "Warga yang belum terdaftar JKN 80 ribu jiwa atau 5 persen. "
        "Menurut yang lain, warga yang belum terdaftar JKN 9 persen.",
        [
            {"value": 5, "unit": "percent", "metric": "uninsured_rate"},
            {"value": 80_000, "unit": "people", "metric": "uninsured"},
            POPULATION,
        ],
        [
            {"value": 9, "unit": "percent", "metric": "uninsured_rate"},
            {"value": 80_000, "unit": "people", "metric": "uninsured"},
            POPULATION,
        ],
    ),
    (
        "population - participants = uninsured",
        "Peserta JKN 1,51 juta jiwa dari 1,59 juta jiwa penduduk. "
        "Warga yang belum terdaftar JKN 80 ribu jiwa, menurut yang lain 300 ribu jiwa.",
        [PARTICIPANTS, POPULATION, {"value": 80_000, "unit": "people", "metric": "uninsured"}],
        [PARTICIPANTS, POPULATION, {"value": 300_000, "unit": "people", "metric": "uninsured"}],
    ),
    (
        "coverage_rate + uninsured_rate = 100",
        "Cakupan JKN 95,28 persen. Warga yang belum terdaftar JKN 4,7 persen. "
        "Menurut yang lain, warga yang belum terdaftar JKN 7,4 persen.",
        [RATE, {"value": 4.7, "unit": "percent", "metric": "uninsured_rate"}],
        [RATE, {"value": 7.4, "unit": "percent", "metric": "uninsured_rate"}],
    ),
]


@pytest.mark.parametrize(("formula", "text", "right", "wrong"), SUMS, ids=[row[0] for row in SUMS])
def test_sums_hold_within_printed_precision(
    formula: str, text: str, right: list[dict[str, Any]], wrong: list[dict[str, Any]]
) -> None:
    assert {fact.verdict for fact in verify(text, right).facts} == {"verified"}
    for fact in verify(text, wrong).facts:
        assert fact.verdict == "suspect"
        assert formula in finding(fact, "arithmetic").message
        assert len(finding(fact, "arithmetic").spans) == len(wrong)


MEMBERS = "Peserta JKN 1,51 juta jiwa dari 1,59 juta jiwa penduduk."


@pytest.mark.parametrize(
    ("text", "rate", "participants"),
    [
        pytest.param(
            f"Target cakupan JKN 90 persen. {MEMBERS}", {"status": "target"}, {}, id="a target"
        ),
        pytest.param(
            f"{MEMBERS.replace('JKN', 'PPU di Kota Cimahi')} Cakupan JKN 90 persen.",
            {},
            {"segment": "ppu"},
            id="a segment",
        ),
        pytest.param(
            f"Cakupan JKN Kota Cimahi 90 persen. {MEMBERS}",
            {"region": "Kota Cimahi"},
            {},
            id="another region",
        ),
        pytest.param(
            f"Pada 2021 cakupan JKN 90 persen. {MEMBERS}",
            {"period": "2021"},
            {},
            id="another period",
        ),
    ],
)
def test_only_what_is_said_of_the_same_people_is_added_up(
    text: str, rate: dict[str, Any], participants: dict[str, Any]
) -> None:
    facts = [RATE | {"value": 90} | rate, PARTICIPANTS | participants, POPULATION]
    assert [fact.verdict for fact in verify(text, facts).facts] == ["verified"] * 3
    alike = [RATE | {"value": 90}, PARTICIPANTS, POPULATION]
    rules = {finding.rule for fact in verify(text, alike).facts for finding in fact.findings}
    assert "arithmetic" in rules


def test_a_hedge_in_the_text_widens_what_a_sum_allows() -> None:
    facts = [PARTICIPANTS, POPULATION, {"value": 90_000, "unit": "people", "metric": "uninsured"}]
    exact = f"{MEMBERS} Warga yang belum terdaftar JKN 90 ribu jiwa."
    hedged = exact.replace("90 ribu", "lebih dari 60 ribu jiwa, sekitar 90 ribu")
    assert {fact.verdict for fact in verify(hedged, facts).facts} == {"verified"}
    strict = [PARTICIPANTS, POPULATION, facts[2] | {"value": 99_000}]
    text = exact.replace("90 ribu", "99 ribu")
    assert {fact.verdict for fact in verify(text, strict).facts} == {"suspect"}


def test_two_values_of_one_metric_break_a_sum_only_when_neither_fits() -> None:
    text = "Dulu cakupan JKN 80 persen, kini 95 persen: 1,51 juta jiwa dari 1,59 juta jiwa."
    facts = [RATE | {"value": 80}, RATE | {"value": 95}, PARTICIPANTS, POPULATION]
    blamed = [
        any(f.rule == "arithmetic" for f in fact.findings) for fact in verify(text, facts).facts
    ]
    assert blamed == [True, False, False, False]


TWO_VALUES = (
    'Cakupan JKN nasional {} 94,77 persen. "{} sudah 95,77 persen, atau 267,31 juta dari 279,12 '
    'juta penduduk," kata direktur.'
)


@pytest.mark.parametrize(
    ("one", "other", "is_one_time"),
    [
        pytest.param("per akhir Desember 2023", "Per 31 Desember 2023", True, id="its last day"),
        pytest.param("per Desember 2023", "Per 31 Desember 2023", True, id="a month's last day"),
        pytest.param("per 31/12/2023", "Per 31 Desember 2023", True, id="written otherwise"),
        pytest.param("pada triwulan IV 2023", "Per 31 Desember 2023", True, id="a quarter's"),
        pytest.param("pada semester II 2023", "Per Desember 2023", True, id="a half's last month"),
        pytest.param("per akhir 2023", "Per 31 Desember 2023", True, id="a year's end"),
        pytest.param("pada 2023", "Per 31 Desember 2023", False, id="a year is not its last day"),
        pytest.param("per awal Desember 2023", "Per 31 Desember 2023", False, id="the beginning"),
        pytest.param("per awal 2023", "Per akhir 2023", False, id="beginning and end"),
        pytest.param("per 1 Desember 2023", "Per Desember 2023", False, id="the first day"),
        pytest.param("per November 2023", "Per 31 Desember 2023", False, id="another month"),
    ],
)
def test_times_that_are_one_have_one_value(one: str, other: str, *, is_one_time: bool) -> None:
    """The value that a quotient bears out is not the one in doubt."""
    facts = EXTRACTOR.extract(TWO_VALUES.format(one, other)).facts
    verdicts = {str(fact.value): fact.verdict for fact in facts}
    assert verdicts["94.77"] == ("suspect" if is_one_time else "verified")
    assert {verdicts[value] for value in ("95.77", "267310000", "279120000")} == {"verified"}


def test_of_two_values_the_doubted_one_is_told_what_the_other_follows_from() -> None:
    text = TWO_VALUES.format("hingga akhir Desember 2023", "Per 31 Desember 2023")
    (doubted,) = (f for f in EXTRACTOR.extract(text).facts if f.verdict == "suspect")
    said = {finding.rule: finding.message for finding in doubted.findings}
    assert said.keys() == {"conflicting_values", "arithmetic"}
    assert "95,77 persen there" in said["conflicting_values"]
    assert "participants 267,31 juta and population 279,12 juta" in said["conflicting_values"]


def test_a_hedged_value_is_not_saved_by_a_sum_that_it_would_always_fit() -> None:
    text = (
        "Kota Cimahi: cakupan JKN 95 persen atau lebih; 80 persen. "
        "Peserta JKN 1,54 juta dari 1,59 juta jiwa."
    )
    facts = [RATE | {"value": 95}, RATE | {"value": 80}, PARTICIPANTS | {"value": 1_540_000}]
    facts.append(POPULATION)
    told = [{f.rule for f in fact.findings} for fact in verify(text, facts).facts[:2]]
    assert [rules & {"conflicting_values", "other_value"} for rules in told] == [
        {"other_value"}, {"conflicting_values"},
    ]  # fmt: skip


def test_a_sum_bears_out_one_reading_of_a_number() -> None:
    text = "Peserta JKN 1,708.552 jiwa dari 1.800.000 penduduk, atau 94,92 persen."
    facts = [
        PARTICIPANTS | {"value": 1_708_552},
        POPULATION | {"value": 1_800_000},
        RATE | {"value": 94.92},
    ]
    read = verify(text, facts).facts[0]
    assert read.verdict == "verified"
    assert "is 1.708.552, as" in finding(read, "number_borne_out").message


def test_two_numbers_of_the_same_doubt_do_not_bear_each_other_out() -> None:
    text = "Peserta JKN 1,708.552 jiwa dari 1,800.200 penduduk, atau 94,91 persen."
    facts = [
        PARTICIPANTS | {"value": 1_708_552},
        POPULATION | {"value": 1_800_200},
        RATE | {"value": 94.91},
    ]
    assert [f.verdict for f in verify(text, facts).facts] == ["suspect", "suspect", "verified"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Peserta JKN 2,650 juta jiwa.", id="beyond the nation otherwise"),
        pytest.param("Peserta JKN 2.650 juta jiwa.", id="a dot, beyond the nation otherwise"),
        pytest.param("Peserta JKN 2.650.000 jiwa.", id="only one reading"),
        pytest.param("Peserta JKN 2650 ribu jiwa.", id="no separator"),
    ],
)
def test_a_reading_that_nobody_can_mean_leaves_nothing_open(text: str) -> None:
    assert checked(PARTICIPANTS | {"value": 2_650_000}, text).verdict == "verified"


def test_a_comma_before_a_scale_word_is_open_where_commas_group() -> None:
    budget = {"value": 1_978_000_000, "unit": "rupiah", "metric": "budget"}
    text = "Dianggarkan Rp1,978 miliar untuk iuran JKN bagi {} peserta."
    assert checked(budget, text.format("52.360")).verdict == "verified"
    assert checked(budget, text.format("1,052,360")).verdict == "suspect"


@pytest.mark.parametrize(("rule", "text", "facts", "says"), TOGETHER, ids=[r[0] for r in TOGETHER])
def test_a_fact_may_be_wrong_beside_another(
    rule: str, text: str, facts: list[dict[str, Any]], says: str
) -> None:
    first = verify(text, facts).facts[0]
    assert first.verdict == "suspect"
    assert says in finding(first, rule).message
    assert all(rule not in {f.rule for f in checked(fact, text).findings} for fact in facts)


TWICE = (
    "Target cakupan JKN 96,3 persen. Hingga Mei 2024 cakupan JKN Kota Cimahi mencapai 96,3 persen."
)


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        pytest.param(
            "Cakupan JKN Kota Cimahi dan Kota Batu sama-sama 95 persen.",
            [RATE | {"value": 95, "region": name} for name in ("Kota Cimahi", "Kota Batu")],
            id="a number that a list of regions shares",
        ),
        pytest.param(
            "Peserta JKN sekitar 1,5 juta jiwa, tepatnya 1.512.345 jiwa.",
            [PARTICIPANTS | {"value": 1_500_000}, PARTICIPANTS | {"value": 1_512_345}],
            id="one number, printed twice",
        ),
        pytest.param(
            "Peserta JKN seluruhnya 500 ribu jiwa. "
            "Peserta PBI APBN 300 ribu jiwa, peserta PPU 200 ribu jiwa.",
            [
                PARTICIPANTS | {"value": 500_000},
                PARTICIPANTS | {"value": 300_000, "segment": "pbi_apbn"},
                PARTICIPANTS | {"value": 200_000, "segment": "ppu"},
            ],
            id="segments that add up to the whole",
        ),
        pytest.param(
            TWICE,
            [RATE | {"value": 96.3, "status": status} for status in ("actual", "target")],
            id="one value, reached and aimed at",
        ),
        pytest.param(
            "Kuota peserta JKN 2 ribu orang, lalu kuota peserta JKN 3 ribu orang. "
            "Anggaran iuran JKN Rp2 miliar dan anggaran iuran JKN Rp3 miliar.",
            [{"value": v * 1000, "unit": "people", "metric": "quota"} for v in (2, 3)]
            + [{"value": v * 1e9, "unit": "rupiah", "metric": "budget"} for v in (2, 3)],
            id="what may have several values",
        ),
    ],
)
def test_what_fits_together_is_not_flagged(text: str, facts: list[dict[str, Any]]) -> None:
    assert {fact.verdict for fact in verify(text, facts).facts} == {"verified"}


def test_each_of_two_facts_takes_the_number_that_suits_it() -> None:
    facts = [RATE | {"value": 96.3, "status": status} for status in ("actual", "target")]
    for order in (facts, facts[::-1]):
        for fact in verify(TWICE, order).facts:
            assert fact.evidence is not None
            words = "Target" if fact.status == "target" else "Hingga"
            assert fact.evidence.sentence.startswith(words)


def test_a_fact_that_a_sum_bears_out_is_not_to_blame_for_another() -> None:
    text = (
        "Peserta 339.329 jiwa dari penduduk 344.440 jiwa, cakupan 96,2 persen; "
        "yang belum terdaftar 5.111 jiwa."
    )
    facts = [
        PARTICIPANTS | {"value": 339_329},
        POPULATION | {"value": 344_440},
        RATE | {"value": 96.2},
        {"value": 5_111, "unit": "people", "metric": "uninsured"},
    ]
    verdicts = [fact.verdict for fact in verify(text, facts).facts]
    assert verdicts == ["verified", "verified", "suspect", "verified"]


def test_a_hedged_number_that_follows_from_others_is_said_to_be_derived() -> None:
    text = (
        "Dari 1.034.331 jiwa penduduk, 78,64 persen sudah terdaftar; "
        "sekitar 220 ribu jiwa belum terdaftar."
    )
    facts = [
        POPULATION | {"value": 1_034_331},
        RATE | {"value": 78.64},
        {"value": 220_000, "unit": "people", "metric": "uninsured"},
    ]
    population, _, uninsured = verify(text, facts).facts
    assert uninsured.verdict == "verified"
    assert finding(uninsured, "derived_value").message == (
        "'220 ribu jiwa' follows from population 1.034.331 jiwa and coverage_rate 78,64 persen "
        "(population * (100 - coverage_rate) / 100 = uninsured)"
    )
    assert population.findings == ()
