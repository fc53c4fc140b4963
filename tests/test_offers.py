"""What each number may be said to mean."""

from pathlib import Path
from typing import get_args

import pytest

from uhc_llm.llm.offers import NATION_ID, Breadth, Offer, Offers, make_offers
from uhc_llm.scanner import scan
from uhc_llm.schemas import (
    COVERAGE_UNITS,
    METRICS,
    NOT_THE_ARTICLE,
    Metric,
    Reading,
    Segment,
    Status,
)

BREADTHS: tuple[Breadth, ...] = get_args(Breadth)
EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.txt"))


def offer_for(text: str, words: str, breadth: Breadth = "cues") -> tuple[Offer, Offers]:
    offers = make_offers(scan(text), breadth=breadth)
    (found,) = [offer for offer in offers.numbers if offer.mention.text == words]
    return found, offers


def names(offer: Offer, offers: Offers) -> list[str]:
    return [offers.regions[id_].name for id_ in offer.regions]


@pytest.fixture(params=EXAMPLES, ids=lambda path: path.stem)
def reading(request: pytest.FixtureRequest) -> Reading:
    return scan(request.param.read_text(encoding="utf-8"))


def test_there_are_examples_to_read() -> None:
    assert EXAMPLES


@pytest.mark.parametrize("breadth", BREADTHS)
def test_every_number_with_a_unit_of_coverage_is_offered_and_no_other(
    reading: Reading, breadth: Breadth
) -> None:
    units = {definition.unit for definition in METRICS.values()}
    # A number whose unit is not said can be of any; the words alone make nothing of it.
    open_units = {None} if breadth == "unit" else set()
    expected = [
        m.id
        for m in reading.mentions
        if m.kind == "quantity"
        and m.unit in units | open_units
        and NOT_THE_ARTICLE.isdisjoint(m.flags)
    ]
    offers = make_offers(reading, breadth=breadth)
    assert [offer.mention.id for offer in offers.numbers] == expected


@pytest.mark.parametrize("breadth", BREADTHS)
def test_no_offer_leads_outside_the_text(reading: Reading, breadth: Breadth) -> None:
    offers = make_offers(reading, breadth=breadth)
    for offer in offers.numbers:
        if offer.mention.says_unit:
            assert {METRICS[metric].unit for metric in offer.metrics} <= {offer.mention.unit}
        assert set(offer.regions) <= set(offers.regions)
        assert set(offer.periods) <= {*offers.periods, None}
    said = {r.code for r in reading.regions} | {
        c.code for r in reading.regions for c in r.candidates
    }
    assert {region.code for region in offers.regions.values()} <= said | {"ID"}


@pytest.mark.parametrize("breadth", BREADTHS)
def test_an_offer_leaves_at_least_one_choice_and_repeats_none(
    reading: Reading, breadth: Breadth
) -> None:
    for offer in make_offers(reading, breadth=breadth).numbers:
        for options in (offer.statuses, offer.regions, offer.periods, offer.segments):
            assert options
            assert len(set(options)) == len(options)


def test_units_alone_leave_more_and_put_the_words_own_choice_first(reading: Reading) -> None:
    narrow = make_offers(reading, breadth="cues").numbers
    wide = {offer.mention.id: offer for offer in make_offers(reading, breadth="unit").numbers}
    for few in narrow:
        many = wide[few.mention.id]
        for field in ("metrics", "statuses", "regions", "periods", "segments"):
            options = getattr(few, field)
            assert getattr(many, field)[: len(options)] == options


def test_units_alone_leave_every_choice_of_the_unit(reading: Reading) -> None:
    offers = make_offers(reading, breadth="unit")
    for offer in offers.numbers:
        units = {offer.mention.unit} if offer.mention.says_unit else set(COVERAGE_UNITS)
        fitting = {metric for metric, d in METRICS.items() if d.unit in units}
        assert set(offer.metrics) == fitting
        assert set(offer.statuses) == set(get_args(Status))
        assert set(offer.segments) == set(get_args(Segment))
        assert set(offer.regions) == set(offers.regions)
        assert set(offer.periods) == {*offers.periods, None}


@pytest.mark.parametrize(
    ("text", "words", "metric"),
    [
        ("Cakupan JKN Kota Palembang 95,28 persen.", "95,28 persen", "coverage_rate"),
        ("Anggaran premi JKN Rp127 miliar.", "Rp127 miliar", "budget"),
        ("Penduduk Kota Palu 368.454 jiwa.", "368.454 jiwa", "population"),
        ("Masih 61.200 jiwa belum terdaftar JKN.", "61.200 jiwa", "uninsured"),
    ],
)
def test_the_words_around_a_number_say_what_it_is_likeliest_to_measure(
    text: str, words: str, metric: Metric
) -> None:
    assert offer_for(text, words)[0].metrics[0] == metric


@pytest.mark.parametrize(
    ("text", "words", "status"),
    [
        ("Cakupan JKN tercatat 95 persen.", "95 persen", "actual"),
        ("Target cakupan JKN 98 persen pada 2030.", "98 persen", "target"),
    ],
)
def test_the_words_around_a_number_say_whether_it_is_reached(
    text: str, words: str, status: Status
) -> None:
    assert offer_for(text, words)[0].statuses[0] == status


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Cakupan JKN Kota Palembang 95 persen.", "95 persen", ["Kota Palembang"]),
        (
            "Cakupan JKN Kota Palembang 95 persen, Kabupaten Lahat 91 persen.",
            "91 persen",
            ["Kabupaten Lahat"],
        ),
        ("Cakupan JKN sudah 95 persen.", "95 persen", ["Indonesia"]),
        (
            "Kabupaten Belu di Nusa Tenggara Timur, yang berpenduduk 220 ribu jiwa, sudah UHC.",
            "220 ribu jiwa",
            ["Kabupaten Belu"],
        ),
        (
            "Badung menjadi kabupaten dengan kepesertaan tertinggi di Bali, mencapai 100 persen.",
            "100 persen",
            ["Kabupaten Badung"],
        ),
        (
            "Rincian peserta Kabupaten Mamuju: APBD Provinsi Sulbar 22.200 jiwa.",
            "22.200 jiwa",
            ["Kabupaten Mamuju"],
        ),
        ("Di Jakarta, sudah 22 provinsi meraih UHC.", "22 provinsi", ["Indonesia"]),
        ("Di Jakarta, 334 kabupaten/kota meraih UHC.", "334 kabupaten/kota", ["Indonesia"]),
        (
            "Acara di Jakarta menyebut peserta JKN 252 juta jiwa.",
            "252 juta jiwa",
            ["Indonesia"],
        ),
        (
            "Sosialisasi di Hotel Swiss, Ambon, Selasa. Peserta di Maluku 1,4 juta jiwa.",
            "1,4 juta jiwa",
            ["Maluku"],
        ),
        (
            "Peserta di Kalimantan Tengah banyak. Di ibu kota provinsi ada 230.300 peserta.",
            "230.300 peserta",
            ["Kota Palangkaraya"],
        ),
        (
            "Pemkab Biak Numfor, Papua, menyebut UHC di daerah itu sudah 98 persen.",
            "98 persen",
            ["Kabupaten Biak Numfor"],
        ),
        (
            "Koba, Babel - Pemerintah Kabupaten Bangka Tengah menyiapkan dana.\n"
            "Kini 96 persen penduduk kabupaten di Provinsi Kepulauan Bangka Belitung itu ikut JKN.",
            "96 persen",
            ["Kabupaten Bangka Tengah"],
        ),
        (
            "Bungo, Merangin, Kerinci dan Tebo tertinggal. Cakupan Jambi 90 persen.",
            "90 persen",
            ["Jambi"],
        ),
        (
            "Ketapang 81 persen, Sanggau 69 persen, Sintang 89 persen. Landak menyusul 95 persen.",
            "95 persen",
            ["Kabupaten Landak"],
        ),
        (
            "Cakupan JKN Desa Rensing, Kecamatan Sakra, Kabupaten Lombok Timur, 97,43 persen.",
            "97,43 persen",
            ["Desa Rensing"],
        ),
        (
            "UHC diluncurkan di Puskesmas Kecamatan Sakra, Lombok Timur, setelah 95 persen ikut.",
            "95 persen",
            ["Kabupaten Lombok Timur"],
        ),
    ],
)
def test_a_number_belongs_to_the_region_beside_it_else_to_the_nation(
    text: str, words: str, expected: list[str]
) -> None:
    assert names(*offer_for(text, words)) == expected


def test_a_name_that_two_regions_share_is_offered_as_either() -> None:
    found = names(*offer_for("Cakupan JKN di Semarang sudah 95 persen.", "95 persen", "unit"))
    assert {"Kota Semarang", "Kabupaten Semarang"} <= set(found)


@pytest.mark.parametrize(
    ("text", "words", "is_open"),
    [
        ("Cakupan JKN Kota Palembang 95 persen.", "95 persen", False),
        ("Di Kota Palembang angkanya kini 95 persen.", "95 persen", True),
        ("Cakupan JKN naik: Kudus 95 persen, Tabalong 98 persen.", "98 persen", False),
        ("Yang belum terdaftar 5 persen atau 900 jiwa.", "900 jiwa", False),
        ("Di Kota Palembang ada 900 jiwa.", "900 jiwa", True),
        ("Kenaikannya hanya 5 persen.", "5 persen", False),
    ],
)
def test_the_model_is_asked_where_the_words_around_a_number_are_silent(
    text: str, words: str, is_open: bool
) -> None:
    offer, _ = offer_for(text, words)
    assert offer.is_open == is_open
    assert len(offer.statuses) == len(offer.regions) == len(offer.periods) == 1


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Balangan dan HSS sama-sama 100 persen.", ["63.11", "63.06"]),
        ("Kudus, Pati dan Blora baru 90 persen.", ["33.19", "33.18", "33.16"]),
        ("Kudus 90 persen, Pati 91 persen.", ["33.18"]),
        ("Kudus dan Pati berpenduduk 2,1 juta jiwa.", ["33.18"]),
        ("Peserta di Kudus dan Pati masing-masing 56.700 jiwa.", ["33.19", "33.18"]),
        ("Di bawah 80 persen, yaitu Donggala dan Sigi.", ["72.10", "72.03"]),
    ],
)
def test_a_rate_is_shared_by_the_regions_of_a_list(text: str, codes: list[str]) -> None:
    offers = make_offers(scan(text))
    offer = offers.numbers[-1]
    found = [offers.regions[id_].code for id_ in (*reversed(offer.together), offer.regions[0])]
    assert found == codes


@pytest.mark.parametrize(
    "text",
    [
        *(
            f"Cakupan JKN Agam 91,2 persen{mark}Padang 98,7 persen{mark}Tegal 95 persen."
            for mark in ("/", " / ", " - ", " – ", "–", " | ", " • ", " > ", " + ", " & ", " dan ")
        ),
        "Cakupan JKN Agam (91,2 persen) Padang (98,7 persen) Tegal (95 persen).",
        "Cakupan JKN Agam = 91,2 persen / Padang = 98,7 persen / Tegal = 95 persen.",
        "Rincian cakupan: Agam 91,2 persen/Padang 98,7 persen/Tegal 95 persen.",
        "Cakupan JKN 91,2 persen - Agam, 98,7 persen - Padang, 95 persen - Tegal.",
        "Cakupan JKN 91,2 persen (Agam), 98,7 persen (Padang), 95 persen (Tegal).",
    ],
)
def test_a_mark_between_items_parts_a_number_from_the_next_region(text: str) -> None:
    for words, region in (("91,2 persen", "Kabupaten Agam"), ("98,7 persen", "Kota Padang")):
        offer, offers = offer_for(text, words)
        assert names(offer, offers)[0] == region


def test_a_number_holds_for_the_period_beside_it() -> None:
    text = "Cakupan JKN 91 persen per Mei 2023 dan 95 persen per Juni 2024."
    for words, iso in (("91 persen", "2023-05"), ("95 persen", "2024-06")):
        offer, offers = offer_for(text, words)
        assert [offers.periods[p].iso for p in offer.periods if p] == [iso]


def test_figures_are_of_the_day_that_is_said_and_not_of_the_interview() -> None:
    text = (
        "Per 22 Desember 2017 peserta berjumlah 8,1 juta jiwa.\n"
        "Angka itu sama dengan 79 persen, kata kepala cabang, Selasa (2/1/2018)."
    )
    offer, offers = offer_for(text, "79 persen")
    assert offers.periods[offer.periods[0] or ""].iso == "2017-12-22"


def test_what_a_list_is_of_stands_above_it() -> None:
    items = "- Bangka: 21.000 jiwa\n- Belitung: 10.900 jiwa"
    text = f"Kuota yang dibiayai provinsi untuk 2026:\n{items}"
    offer, offers = offer_for(text, "10.900 jiwa")
    assert offer.metrics[0] == "quota"
    assert offer.segments == ("pbi_apbd",)
    assert [offers.regions[id_].name for id_ in offer.regions] == ["Kabupaten Belitung"]
    assert [offers.periods[id_ or ""].iso for id_ in offer.periods] == ["2026"]


def test_a_threshold_in_a_list_is_the_nations() -> None:
    text = "Untuk meraih predikat itu, suatu daerah harus memiliki:\n- keaktifan minimal 80 persen"
    offer, offers = offer_for(f"Kota Palembang raih UHC Award.\n{text}", "80 persen")
    assert (offer.metrics[0], offer.statuses) == ("active_rate", ("target",))
    assert names(offer, offers) == ["Indonesia"]


def test_the_period_of_a_register_is_not_that_of_a_share() -> None:
    text = "Per 1 Februari 2026 yang aktif 87,69% dari penduduk semester I 2025."
    offer, offers = offer_for(text, "87,69%")
    assert offers.periods[offer.periods[0] or ""].iso == "2026-02-01"


def test_counts_of_regions_go_on_about_what_was_said_of_them() -> None:
    text = "Banyak daerah sudah mencapai UHC. Pada Desember 2023 jumlahnya 31 provinsi."
    offer, _ = offer_for(text, "31 provinsi")
    assert offer.metrics == ("regions_covered",)


COVERED = "UHC Kabupaten Pamekasan mencakup 98,60 persen penduduk"


@pytest.mark.parametrize(
    "text",
    [
        f"{COVERED}. Tunggakan iuran akan dilunasi pada Desember 2025.",
        f"{COVERED}. Utang rumah sakit dilunasi Desember 2025.",
        f"{COVERED}. Gedung baru puskesmas diresmikan pada 12 Mei 2025.",
        f"{COVERED}. Kontrak kerja sama berlaku hingga Desember 2026.",
        f"{COVERED}, sedangkan tunggakan iuran dilunasi hingga Desember 2025.",
        f"{COVERED}, dan tunggakan iuran akan dilunasi pada Desember 2025.",
        f"Tunggakan iuran dilunasi Desember 2025. {COVERED}.",
        f"{COVERED}. Layanan rawat inap akan dibuka pada Januari 2026.",
        f"{COVERED}. Pemkab berencana menambah anggaran pada 2026.",
    ],
)
def test_the_period_of_another_matter_is_not_that_of_a_share(text: str) -> None:
    assert offer_for(text, "98,60 persen")[0].periods[:1] == (None,)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        (f"{COVERED}. Capaian itu per Desember 2023.", "2023-12"),
        (f"{COVERED}. Data kepesertaan itu berlaku hingga Desember 2023.", "2023-12"),
        (f"{COVERED} per Januari-Juni 2023.", "2023-06"),
        (f"{COVERED} (Januari s.d. Juni 2023).", "2023-06"),
    ],
)
def test_a_period_elsewhere_holds_where_it_may(text: str, iso: str) -> None:
    offer, offers = offer_for(text, "98,60 persen")
    assert offers.periods[offer.periods[0] or ""].iso == iso


@pytest.mark.parametrize(
    ("headline", "iso"),
    [
        ("Daerah Raih UHC Award 2023", "2023"),
        ("Bertambah, Penerima Penghargaan UHC 2023", "2023"),
        ("Daerah Raih UHC Award 2023 per Maret 2022", "2022-03"),
        ("Menuju UHC Award 2026", None),
        ("Menuju Blora Sehat 2029", None),
    ],
)
def test_regions_are_counted_for_the_year_of_their_prize(headline: str, iso: str | None) -> None:
    text = f"{headline}\nSebanyak 334 kabupaten dan kota di Indonesia mencapai UHC."
    offer, offers = offer_for(text, "334 kabupaten dan kota")
    period = offers.periods.get(offer.periods[0] or "")
    assert (period.iso if period else None) == iso


def test_a_text_without_a_period_offers_none() -> None:
    assert offer_for("Cakupan JKN 95 persen.", "95 persen")[0].periods == (None,)


@pytest.mark.parametrize("text", ["", "Tanpa angka.", "Sidang pada 26 Juni 2020 pukul 10.30 WIB."])
def test_a_text_without_figures_offers_nothing_but_the_nation(text: str) -> None:
    offers = make_offers(scan(text))
    assert offers.numbers == ()
    assert NATION_ID in offers.regions
