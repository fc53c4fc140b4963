"""Numbers that a text denies, only supposes, or says of some people alone: none is verified."""

from typing import Any, Final

import pytest

from uhc_llm.verifier import RULES, RuleBook, verify

RATE: Final = {"unit": "percent", "metric": "coverage_rate", "status": "actual"}
UNINSURED: Final = {"unit": "people", "metric": "uninsured", "status": "actual"}
MEMBERS: Final = {"unit": "people", "metric": "participants", "status": "actual"}
NAMES: Final = frozenset(
    {"denied", "supposed", "change", "insured_since", "some_people", "other_country"}
)


def found(text: str, value: float, said: dict[str, Any]) -> dict[str, str]:
    """What these rules say of a fact, by their names."""
    (fact,) = verify(text, [said | {"value": value}], rules=RULES).facts
    doubts = {each.rule: each.message for each in fact.findings if each.rule in NAMES}
    assert not doubts or fact.verdict != "verified"
    return doubts


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Cakupan JKN Pati bukan 92 persen.", "bukan"),
        ("Cakupan JKN Pati bukan hanya sekitar 92 persen.", "bukan hanya sekitar"),
        ("BPJS membantah kabar bahwa cakupan JKN Pati hanya 92 persen.", "membantah"),
        ("Beredar kabar cakupan JKN Pati hanya 92 persen.", "beredar kabar"),
        ("Jangan percaya bila ada yang bilang cakupan JKN Pati 92 persen.", "jangan percaya"),
        ("Cakupan JKN Pati 92 persen. Kabar itu tidak benar.", "kabar itu tidak benar"),
        ("Cakupan JKN Pati 92 persen, tetapi itu keliru.", "itu keliru"),
    ],
)
def test_what_a_text_does_not_stand_by_is_doubted(text: str, words: str) -> None:
    doubts = found(text, 92, RATE)
    assert list(doubts) == ["denied"]
    assert words in doubts["denied"]


@pytest.mark.parametrize(
    "text",
    [
        "Cakupan JKN Pati 92 persen.",
        "Cakupan JKN Pati bukan lagi soal, kini 92 persen.",
        "Pekerja bukan penerima upah di Pati: cakupan 92 persen.",
        "Bupati tidak membantah cakupan JKN Pati 92 persen.",
        "Bupati membantah kabar itu. Cakupan JKN Pati 92 persen.",
        "Cakupan JKN Pati 92 persen. Kabar itu disambut warga.",
    ],
)
def test_what_is_asserted_is_not_doubted(text: str) -> None:
    assert found(text, 92, RATE) == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Cakupan JKN Pati terancam turun menjadi 92 persen.", "terancam turun menjadi"),
        ("Cakupan JKN Pati bisa anjlok ke 92 persen.", "bisa anjlok ke"),
        ("Cakupan JKN Pati dikhawatirkan tinggal 92 persen.", "dikhawatirkan tinggal"),
        ("Cakupan JKN Pati diprediksi akan turun ke 92 persen.", "turun ke"),
        ("Cakupan JKN Pati seharusnya sudah 92 persen.", "seharusnya sudah"),
        ("Jika 9.000 warga dicoret, cakupan JKN Pati tinggal 92 persen.", "jika 9.000 warga"),
    ],
)
def test_what_may_come_or_ought_to_be_is_not_reached(text: str, words: str) -> None:
    doubts = found(text, 92, RATE)
    assert list(doubts) == ["supposed"]
    assert words in doubts["supposed"]
    assert found(text, 92, RATE | {"status": "target"}) == {}


@pytest.mark.parametrize(
    "text",
    [
        "Cakupan JKN Pati turun menjadi 92 persen.",
        "Cakupan JKN Pati diperkirakan 92 persen.",
        "Jika dihitung, cakupan JKN Pati 92 persen.",
        "Warga khawatir, padahal cakupan JKN Pati 92 persen.",
    ],
)
def test_what_has_come_or_is_estimated_is_not_supposed(text: str) -> None:
    assert found(text, 92, RATE) == {}


@pytest.mark.parametrize(
    ("text", "metric", "is_change"),
    [
        ("Warga Pati yang belum terdaftar JKN berkurang 12.000 jiwa.", "uninsured", True),
        ("Peserta JKN Pati bertambah sekitar 12.000 jiwa.", "participants", True),
        ("Peserta JKN Pati bertambah 12.000 jiwa.", "new_participants", False),
        ("Peserta JKN Pati bertambah menjadi 12.000 jiwa.", "participants", False),
        ("Peserta JKN Pati turun dari 12.000 jiwa.", "participants", False),
    ],
)
def test_by_how_much_something_changed_is_not_how_much_it_is(
    text: str, metric: str, *, is_change: bool
) -> None:
    assert ("change" in found(text, 12_000, MEMBERS | {"metric": metric})) is is_change


@pytest.mark.parametrize(
    ("text", "is_insured"),
    [
        ("Pati mendaftarkan 12.000 warga yang belum memiliki JKN.", True),
        ("Jamkesda Pati mencakup sekitar 12.000 warga yang belum punya jaminan.", True),
        ("Pati belum mendaftarkan 12.000 warga ke JKN.", False),
        ("Di Pati 12.000 warga belum memiliki JKN.", False),
    ],
)
def test_who_is_registered_now_is_without_insurance_no_more(text: str, *, is_insured: bool) -> None:
    assert ("insured_since" in found(text, 12_000, UNINSURED)) is is_insured


@pytest.mark.parametrize(
    ("text", "value", "said", "words"),
    [
        ("Sebanyak 98 persen jemaah haji Pati terdaftar JKN.", 98, RATE, "jemaah"),
        ("Di Pati 98 persen dari 4.312 guru honorer terdaftar JKN.", 98, RATE, "guru"),
        ("Di Pati, dari 4.312 nelayan, 98 persen terdaftar JKN.", 98, RATE, "nelayan"),
        ("Di Pati 12.430 siswa belum menjadi peserta JKN.", 12_430, UNINSURED, "siswa"),
        ("Di Pati 12.430 pekerjanya menjadi peserta JKN.", 12_430, MEMBERS, "pekerjanya"),
    ],
)
def test_a_share_of_some_people_is_not_that_of_all(
    text: str, value: float, said: dict[str, Any], words: str
) -> None:
    doubts = found(text, value, said)
    assert list(doubts) == ["some_people"]
    assert words in doubts["some_people"]
    assert "some_people" not in found(text, value, said | {"segment": "ppu"})


@pytest.mark.parametrize(
    ("text", "value", "said"),
    [
        ("Di Pati 98 persen penduduk terdaftar JKN.", 98, RATE),
        ("Di Pati 98 persen dari total 1.300.000 warga terdaftar JKN.", 98, RATE),
        ("Cakupan JKN Pati 98 persen. Guru ikut senang.", 98, RATE),
        ("Di Pati 98 persen warga, termasuk guru, terdaftar JKN.", 98, RATE),
        ("Di Pati 12.430 warga menjadi peserta JKN.", 12_430, MEMBERS),
    ],
)
def test_a_share_of_all_inhabitants_is_that_of_all(
    text: str, value: float, said: dict[str, Any]
) -> None:
    assert found(text, value, said) == {}


@pytest.mark.parametrize(
    ("text", "country"),
    [
        (
            "Cakupan jaminan kesehatan Indonesia naik, sedangkan Vietnam mencatat 92 persen.",
            "vietnam",
        ),
        ("Cakupan jaminan kesehatan 92 persen di Korea Selatan.", "korea selatan"),
        ("Vietnam tertinggal, sedangkan Indonesia mencapai 92 persen.", ""),
        ("Delegasi Thailand belajar JKN. Cakupan Indonesia 92 persen.", ""),
    ],
)
def test_what_is_said_of_another_country_is_not_said_of_indonesia(text: str, country: str) -> None:
    doubts = found(text, 92, RATE)
    assert list(doubts) == (["other_country"] if country else [])
    assert country in doubts.get("other_country", "")


def test_no_other_fact_is_held_against_what_is_not_asserted() -> None:
    text = (
        "BPJS membantah kabar bahwa cakupan JKN Pati hanya 70 persen. Cakupan JKN Pati 95,9 persen."
    )
    facts: list[dict[str, Any]] = [RATE | {"value": 70}, RATE | {"value": 95.9}]

    def held_against_another(rules: RuleBook) -> list[bool]:
        found = verify(text, facts, rules=rules).facts
        other = {"conflicting_values", "other_value"}
        return [bool(other & {each.rule for each in fact.findings}) for fact in found]

    assert held_against_another(RULES) == [False, False]
    assert held_against_another(RULES.without("denied")) == [True, True]
