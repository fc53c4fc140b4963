"""What each number of a text means: words, candidates, scores, weights, and how they are told."""

import hashlib
import lzma
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from importlib.resources import files
from math import isclose
from pathlib import Path
from types import FrameType
from typing import Any, Final, Literal, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pointed import pointed
from tools.training.sets import SETS, features_hash, set_hashes
from uhc_llm.extraction import Extractor, Strategy
from uhc_llm.llm.facts import said_once
from uhc_llm.reader import NATION_ID, Interpretation, Meaning, Place, Understanding, interpret
from uhc_llm.reader.article import Around, Article, can_be_fact
from uhc_llm.reader.candidates import NOBODY, moments, named, places
from uhc_llm.reader.lexicon import SENSES, find_senses
from uhc_llm.reader.scoring import LARGEST, ZERO, Layer, Scorer, softmax
from uhc_llm.reader.weights import Weights, load_weights, pack, unpack
from uhc_llm.reader.words import read_words, stem
from uhc_llm.scanner import scan
from uhc_llm.schemas import METRICS, Evidence, Fact, FieldReading, Period, Reading, Region
from uhc_llm.testing import FakeModel

ROOT: Final = Path(__file__).resolve().parent.parent
PARTS: Final = ("topic", "meaning", "segment", "place", "moment")
FIELDS: Final = ("metric", "status", "segment", "region", "period")

ON_COVERAGE: Final = """Cakupan JKN Kota Tegal Capai 98,4 Persen
Tegal - BPJS Kesehatan mencatat 98,4 persen penduduk Kota Tegal terdaftar sebagai peserta JKN \
hingga Mei 2024. Dari 291.806 jiwa penduduk, sebanyak 287.137 jiwa sudah menjadi peserta.
Pemkot Tegal menganggarkan Rp 21 miliar untuk iuran peserta PBI APBD pada 2024, dan menargetkan \
cakupan 99 persen pada 2025."""
ON_ECONOMY: Final = """Inflasi Jawa Timur Turun pada Mei
Surabaya - Badan Pusat Statistik mencatat inflasi Jawa Timur pada Mei 2024 sebesar 2,81 persen, \
turun dari 3,25 persen pada bulan sebelumnya. Harga beras dan cabai merah turun setelah panen raya \
di Kabupaten Ngawi dan Kabupaten Lamongan.
Nilai ekspor naik 4,7 persen menjadi 2,1 miliar dolar. Sebanyak 1.250 pelaku UMKM menerima kredit \
Rp 45 miliar dari bank daerah. Gubernur menargetkan pertumbuhan ekonomi 5,2 persen tahun depan."""
ON_FOOTBALL: Final = """Persebaya Menang 3-1 atas Persib
Surabaya - Persebaya mengalahkan Persib 3-1 di Stadion Gelora Bung Tomo, Sabtu (11/5/2024), di \
depan 28.500 penonton. Gol pertama lahir pada menit ke-12, dan penguasaan bola tuan rumah mencapai \
58 persen.
Pelatih menilai pertahanan lawan lemah. Dengan hasil itu Persebaya naik ke peringkat empat dengan \
52 poin. Tiket seharga Rp 75.000 habis terjual, dan 90 persen di antaranya dibeli lewat internet."""


def article_of(text: str, published: date | None = None) -> Article:
    return Article(scan(text, published=published))


def understood(text: str, published: date | None = None) -> Understanding:
    return interpret(scan(text, published=published))


def number(article: Article, words: str) -> Around:
    (found,) = [around for around in article.numbers if around.mention.text == words]
    return found


# --- words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("forms", "root"),
    [
        (["didaftarkan", "terdaftar", "mendaftar", "pendaftaran", "mendaftarkan"], "daftar"),
        (["pembiayaan", "biaya", "biayanya"], "biaya"),
        (["mencapai", "dicapai", "capai"], "capai"),
        (["keaktifan", "aktif", "keaktifannya"], "aktif"),
        (["ditanggung", "tanggungan"], "tanggung"),
        (["peserta", "kepesertaan", "kepesertaannya", "pesertanya"], "serta"),
    ],
)
def test_forms_of_one_word_have_one_stem(forms: list[str], root: str) -> None:
    assert {stem(form) for form in forms} == {root}


@pytest.mark.parametrize("word", ["iuran", "belum", "jkn", "di", "per", "kini", "kian"])
def test_a_short_word_keeps_its_letters(word: str) -> None:
    assert stem(word) == word


@given(st.text(st.sampled_from("abdegikmnprstu-'"), max_size=30))
@settings(deadline=None)
def test_a_stem_is_a_part_of_its_word(word: str) -> None:
    assert stem(word) in word
    assert bool(stem(word)) == bool(word)


def test_a_number_stands_as_its_unit_a_time_as_such_and_a_name_as_its_level() -> None:
    text = "Cakupan JKN di Kota Tegal 98,4 persen, atau 287.137 jiwa, per Mei 2024 (Rp 21 miliar)."
    words = read_words(scan(text))
    assert " ".join(words.forms) == (
        "cakupan jkn di #city #percent , atau #people , per #time ( #rupiah ) ."
    )
    assert words.stems[0] == "cakup"
    assert words.stems[3] == "#city"
    assert text[words.starts[4] :].startswith("98,4 persen")


def test_the_index_of_a_place_is_that_of_the_next_word() -> None:
    words = read_words(scan("Peserta JKN aktif."))
    assert [words.at(place) for place in (0, 1, 8, 12, 17, 99)] == [0, 1, 1, 2, 3, 4]


PIECES: Final = st.sampled_from(
    [
        *["Kota Tegal ", "Kudus dan Blora ", "Jawa Tengah ", "Indonesia ", "kota itu ", "BPJS "],
        *["98,4 persen ", "287.137 jiwa ", "Rp 21 miliar ", "12 daerah ", "95 ", "2.100-2.300 "],
        *["pada 2024", "per Mei 2023 ", "tahun lalu ", ", ", ". ", "\n", "\n- ", ": ", "(", ")"],
        *[
            "peserta JKN ",
            "belum terdaftar ",
            "aktif ",
            "target ",
            "minimal ",
            "penduduk ",
            "naik ",
        ],
        *["masing-masing ", "atau ", "dari ", "iuran ", "kuota ", "PBI APBD ", "pasien ", "UHC "],
        *["| Daerah | JKN |\n|---|---|\n", "| Kudus | 95 persen |\n", "jkn-", "’", "\u200b", "😀"],
    ]
)
TEXTS: Final = st.lists(PIECES, max_size=25).map("".join)


@given(TEXTS)
@settings(max_examples=60, deadline=None)
def test_words_are_in_order_and_apart(text: str) -> None:
    words = read_words(scan(text))
    assert list(words.starts) == sorted(set(words.starts))
    assert len(words.starts) == len(words.forms) == len(words.stems)
    assert all(words.forms)


# --- senses --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("tidak terdaftar", ("unregistered", 0, 2)),
        ("belum tercover", ("unregistered", 0, 2)),
        ("belum sempat mendaftar", None),
        ("belum sempat terdaftar", ("unregistered", 0, 3)),
        ("kartunya mati", ("inactive", 0, 2)),
        ("bukan peserta", ("unregistered", 0, 2)),
        ("peserta bukan", None),
        ("cakupannya", ("covered", 0, 1)),
        ("cakupan", ("covered", 0, 1)),
        ("cakup", None),
        ("warga pemilik cakupannya", ("covered", 2, 3)),
        ("iuran", ("premium", 0, 1)),
        ("seiuran", None),
    ],
)
def test_a_phrase_is_either_of_its_words_and_any_that_begins_so(
    words: str, expected: tuple[str, int, int] | None
) -> None:
    found = {(hit.sense, hit.start, hit.end) for hit in find_senses(words.split())}
    if expected is None:
        assert not {sense for sense, *_ in found} & {"unregistered", "covered", "premium"}
    else:
        assert expected in found


def test_of_one_sense_the_longest_phrase_at_a_place_is_found_alone() -> None:
    found = find_senses(["universal", "health", "coverage"])
    assert [hit.end for hit in found if hit.sense == "uhc"] == [3]
    at_start = [(hit.start, hit.sense) for hit in found]
    assert len(at_start) == len(set(at_start))


def test_phrases_of_several_senses_may_stand_at_one_place() -> None:
    assert {hit.sense for hit in find_senses(["apbd"])} >= {"budget", "pbi_apbd"}


@given(st.lists(st.sampled_from(["belum", "tidak", "terdaftar", "aktif", "pbi", "apbd", "target"])))
@settings(deadline=None)
def test_every_phrase_lies_among_the_words_and_has_a_sense(words: list[str]) -> None:
    hits = find_senses(words)
    assert all(0 <= hit.start < hit.end <= len(words) for hit in hits)
    assert {hit.sense for hit in hits} <= set(SENSES)
    assert hits == sorted(hits, key=lambda hit: hit.start)


# --- what stands around a number -----------------------------------------------------------------

TOLD: Final = (
    "Rakor JKN\nKota Tegal mencatat 98,4 persen penduduk atau 287.137 jiwa terdaftar JKN. "
    "Sisanya 4.669 jiwa.\n\nRinciannya:\n- PBI 95.000 jiwa\n- PPU 40.000 jiwa\n"
)


@pytest.mark.parametrize(
    ("words", "left", "right"),
    [
        ("98,4 persen", "#city mencatat", "penduduk atau"),
        ("287.137 jiwa", "penduduk atau", "terdaftar jkn ."),
        ("4.669 jiwa", "sisanya", "."),
        ("40.000 jiwa", "- ppu", ""),
    ],
)
def test_a_number_has_the_words_between_its_neighbours_in_the_sentence(
    words: str, left: str, right: str
) -> None:
    article = article_of(TOLD)
    around, forms = number(article, words), article.words.forms
    assert " ".join(forms[around.left : around.at]) == left
    assert " ".join(forms[around.at + 1 : around.right]) == right


def test_the_sentence_of_a_number_ends_where_the_next_one_begins() -> None:
    article = article_of(TOLD)
    first, second, third, *_ = article.numbers
    sentence = "Kota Tegal mencatat 98,4 persen penduduk atau 287.137 jiwa terdaftar JKN. "
    assert TOLD[slice(*article.sentence_span(first))] == sentence
    assert TOLD[slice(*article.sentence_span(second))] == sentence
    assert TOLD[slice(*article.sentence_span(third))].strip() == "Sisanya 4.669 jiwa."
    assert (first.previous, first.following) == (None, second.mention)
    assert (second.previous, second.following) == (first.mention, None)
    assert (third.previous, third.following) == (None, None)


def test_an_item_of_a_list_has_the_line_above_as_its_heading() -> None:
    article = article_of(TOLD)
    forms = article.words.forms
    headings = [" ".join(forms[slice(*article.heading(each))]) for each in article.numbers]
    assert headings == ["", "", "", "rinciannya :", "rinciannya :"]


def test_the_first_line_is_the_title_and_what_follows_the_lead() -> None:
    article = article_of(TOLD)
    forms = article.words.forms
    assert forms[slice(*article.title)] == ("rakor", "jkn")
    assert forms[slice(*article.lead)] == forms[2:]
    assert [forms[at] for at in article.field_words] == ["jkn", "jkn", "pbi", "ppu"]


def test_a_number_in_a_table_knows_its_cell() -> None:
    article = article_of("| Daerah | JKN |\n|---|---|\n| Kudus | 95 persen |\n")
    assert article.numbers[0].in_table
    assert not article_of(TOLD).numbers[0].in_table


def test_an_empty_text_has_nothing_around_anything() -> None:
    article = article_of("")
    assert (article.numbers, article.title, list(article.hits)) == ((), (0, 0), [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Cakupan JKN 98,4 persen.", ["98,4 persen"]),
        ("Ngada 99,8, Nagekeo 99,2.", ["99,8", "99,2"]),
        ("Pada 2024 dan Mei 2023.", []),
        ("Sebanyak 12 hektare sawah.", []),
    ],
)
def test_a_number_of_no_unit_of_coverage_is_none_to_be_read(text: str, expected: list[str]) -> None:
    article = article_of(text)
    assert [each.mention.text for each in article.numbers] == expected
    assert all(can_be_fact(each.mention) for each in article.numbers)


# --- whose it can be, and of when ----------------------------------------------------------------


def offered(
    text: str, words: str, published: date | None = None
) -> tuple[list[tuple[str, ...]], list[str | None]]:
    """The names of the places, and the times, that a text offers for a number."""
    article = article_of(text, published)
    names, around = named(article), number(article, words)
    whose = [tuple(r.name for r in p.regions) for p in places(article, names, around)]
    return whose, [moment.iso for moment in moments(article, names, around)]


def test_several_regions_of_one_list_can_share_a_number() -> None:
    whose, _ = offered(
        "Blora dan Kudus sama-sama mencapai 95 persen. Demak 90 persen.", "95 persen"
    )
    assert ("Kabupaten Blora", "Kabupaten Kudus") in whose
    assert ("Kabupaten Blora",) in whose
    later, _ = offered(
        "Blora dan Kudus sama-sama mencapai 95 persen. Demak 90 persen.", "90 persen"
    )
    assert ("Kabupaten Blora", "Kabupaten Kudus") not in later


@pytest.mark.parametrize(
    "text",
    [
        "Kudus memuji Blora yang mencapai 95 persen.",
        "Kudus, Jawa Tengah mencapai 95 persen.",
        "Kudus. Blora mencapai 95 persen.",
    ],
)
def test_regions_that_stand_in_no_list_share_nothing(text: str) -> None:
    whose, _ = offered(text, "95 persen")
    assert max(map(len, whose)) == 1


def test_the_nearest_region_comes_first_and_nobody_last() -> None:
    whose, _ = offered("Demak 90 persen. Di Kudus 95 persen.", "95 persen")
    assert whose[0] == ("Kabupaten Kudus",)
    assert whose[-1] == ()
    assert whose.count(()) == 1


def test_a_text_may_speak_of_the_nation_and_the_province_without_naming_them() -> None:
    article = article_of("Cakupan JKN Kota Tegal 98 persen.")
    names = named(article)
    assert [(r.name, r.id, r.end) for r in names.unnamed] == [
        ("Indonesia", NATION_ID, 0),
        ("Jawa Tengah", f"{NATION_ID}.33", 0),
    ]
    whose = places(article, names, article.numbers[0])
    assert [place.ids for place in whose] == [("r1",), ("r0",), ("r0.33",), ()]


@pytest.mark.parametrize(
    ("text", "unnamed"),
    [
        ("Di Indonesia 98 persen, di Kota Tegal 97 persen.", []),  # it is about the nation
        ("Di Kota Tegal 97 persen. Rapat di Kota Tegal. Di Indonesia 98 persen.", ["Jawa Tengah"]),
        ("Di Jawa Tengah 98 persen, di Kota Tegal 97 persen.", ["Indonesia"]),
        ("Di Kota Tegal 97 persen, di Jawa Tengah 98 persen.", ["Indonesia"]),
    ],
)
def test_what_is_named_is_not_offered_unnamed_too(text: str, unnamed: list[str]) -> None:
    assert [region.name for region in named(article_of(text)).unnamed] == unnamed


def test_a_text_without_names_offers_the_nation_and_nobody() -> None:
    whose, _ = offered("Cakupan JKN 95 persen.", "95 persen")
    assert whose == [("Indonesia",), ()]


def test_a_region_named_twice_is_offered_once() -> None:
    whose, _ = offered("Tegal: cakupan Tegal 95 persen, kata wali kota Tegal.", "95 persen")
    assert len(whose) == len(set(whose))


def test_the_times_of_the_sentence_come_first_and_that_nothing_is_said_last() -> None:
    text = "Cakupan 98 persen pada Mei 2024, sedangkan 97 persen pada 2023. Kini 99 persen."
    _, early = offered(text, "98 persen", date(2024, 6, 1))
    _, late = offered(text, "97 persen", date(2024, 6, 1))
    assert (early[0], late[0]) == ("2024-05", "2023")
    assert set(early) == set(late) == {"2024-05", "2023", "2024-06-01", None}
    assert early[-1] is late[-1] is None


def test_a_text_without_times_offers_none() -> None:
    _, when = offered("Cakupan JKN 95 persen.", "95 persen")
    assert when == [None]


def test_a_row_of_a_table_offers_its_own_name_and_column_first() -> None:
    table = "Capaian 2022\n\n| Daerah | JKN 2023 |\n|---|---|\n| Kudus | 95% |\n| Blora | 96% |\n"
    whose, when = offered(table, "96%")
    assert (whose[0], when[0]) == (("Kabupaten Blora",), "2023")


def test_a_place_can_be_any_of_its_regions() -> None:
    article = article_of("Kudus dan Blora sama-sama 95 persen.")
    (both,) = [Place(run) for run in named(article).runs]
    assert [both.can_be(code) for code in ("33.19", "33.16", "33.18", None)] == [
        True,
        True,
        False,
        False,
    ]
    assert NOBODY.can_be(None)
    assert not NOBODY.can_be("33.19")


# --- scores --------------------------------------------------------------------------------------

NAMES: Final = tuple("abcdef")
SMALL: Final = st.floats(-5, 5, allow_nan=False).map(lambda value: round(value, 3))
SHOWN: Final = st.lists(st.sampled_from([*NAMES, "unknown", "#"]), max_size=10)


@st.composite
def layers(draw: st.DrawFn, *, is_firm: bool = False) -> Layer:
    """Made-up weights; in firm ones each hidden unit is on, or off, whatever the features."""
    names = NAMES[: draw(st.integers(1, len(NAMES)))]
    choices = "XYZ"[: draw(st.integers(1, 3))]
    units = draw(st.integers(0, 4))
    width = units or len(choices)
    rows = draw(st.lists(st.integers(ZERO - LARGEST, ZERO + LARGEST), min_size=len(names) * width,
                         max_size=len(names) * width))  # fmt: skip
    scale = round(draw(st.floats(0.001, 1)), 4)
    far = scale * LARGEST * (len(names) + 1)
    biases = st.sampled_from([-far, far]) if is_firm else SMALL
    return Layer(
        choices=tuple(choices),
        names=names,
        rows=bytes(rows),
        bias=[draw(SMALL) for _ in choices],
        scale=scale,
        temperature=round(draw(st.floats(0.5, 5)), 3),
        hidden_bias=[draw(biases) for _ in range(units)],
        hidden_weights=[[draw(SMALL) for _ in range(units)] for _ in choices if units],
    )


def reference(layer: Layer, shown: Iterable[str]) -> list[float]:
    """The scores as their definition says, number by number."""
    width = len(layer.hidden_bias or layer.bias)
    sums = [0.0] * width
    for at in {layer.names.index(name) for name in shown if name in layer.names}:
        for lane in range(width):
            sums[lane] += (layer.rows[at * width + lane] - ZERO) * layer.scale
    if not layer.hidden_bias:
        return [bias + told for bias, told in zip(layer.bias, sums, strict=True)]
    units = [max(0.0, bias + told) for bias, told in zip(layer.hidden_bias, sums, strict=True)]
    return [
        bias + sum(weight * unit for weight, unit in zip(weights, units, strict=True))
        for bias, weights in zip(layer.bias, layer.hidden_weights, strict=True)
    ]


def is_near(one: float, other: float) -> bool:
    return isclose(one, other, rel_tol=1e-9, abs_tol=1e-6)


@given(layers(), st.lists(SHOWN, max_size=4))
@settings(deadline=None)
def test_scores_are_those_of_plain_arithmetic(layer: Layer, many: list[list[str]]) -> None:
    scorer = Scorer(layer)
    for shown in many:
        assert all(map(is_near, scorer.scores(shown), reference(layer, shown)))


@given(layers(), SHOWN)
@settings(deadline=None)
def test_a_feature_counts_once_and_an_unknown_one_nothing(layer: Layer, shown: list[str]) -> None:
    scorer = Scorer(layer)
    known = sorted(set(shown) & set(layer.names))
    assert scorer.scores(iter(shown)) == scorer.scores(known)


@given(layers(), SHOWN)
@settings(deadline=None)
def test_probabilities_are_those_of_the_scores_and_make_one(layer: Layer, shown: list[str]) -> None:
    scorer = Scorer(layer)
    found = scorer.probabilities(shown)
    assert tuple(found) == tuple(layer.choices)
    assert is_near(sum(found.values()), 1)
    expected = softmax(scorer.scores(shown), layer.temperature)
    assert list(found.values()) == expected


@given(layers(is_firm=True), SHOWN, st.data())
@settings(deadline=None)
def test_where_no_unit_flips_reasons_sum_up_to_what_the_features_change(
    layer: Layer, shown: list[str], data: st.DataObject
) -> None:
    scorer = Scorer(layer)
    chosen = data.draw(st.integers(0, len(layer.choices) - 1))
    other = data.draw(st.none() | st.integers(0, len(layer.choices) - 1))
    changed = [b - a for a, b in zip(scorer.scores(()), scorer.scores(shown), strict=True)]
    reasons = scorer.reasons(shown, chosen, other)
    assert set(reasons) == set(shown) & set(layer.names)
    gained = changed[chosen] - (0 if other is None else changed[other])
    assert is_near(sum(reasons.values()), gained)


def test_more_features_than_any_text_has_do_not_run_into_each_other() -> None:
    most = 65_793
    names = [str(place) for place in range(most)]
    rows = bytes([ZERO + LARGEST, ZERO - LARGEST]) * most
    layer = Layer(("one", "other"), names, rows, bias=(0.0, 0.0), scale=1.0)
    assert Scorer(layer).scores(names) == [most * LARGEST, -most * LARGEST]


def test_a_higher_temperature_makes_choices_more_alike() -> None:
    cold, warm = softmax([3, 1, 0], 0.5), softmax([3, 1, 0], 4)
    assert cold[0] > warm[0] > warm[1] > warm[2] > cold[2]
    assert softmax([1000.0, -1000.0]) == [1.0, 0.0]


# --- weights -------------------------------------------------------------------------------------


def layers_of(weights: Weights) -> dict[str, Layer]:
    """What a file of weights holds."""
    return {
        part: getattr(weights, part)._layer  # noqa: SLF001 - packing it again shows what was read
        for part in PARTS
    }


MADE: Final[Mapping[str, Layer]] = {
    part: Layer(
        choices=[f"{part} a", f"{part} é"],
        names=["left: belum", "“kuota”"],
        rows=bytes(range(1, 256, 37))[: 2 * (units or 2)],
        bias=[0.25, -1.5],
        scale=0.0123,
        temperature=1.7,
        hidden_bias=[0.5, -0.125, 3.0][:units],
        hidden_weights=[[1.0, -2.0, 0.33333][:units], [0.0, 4.0, -1.0][:units]] if units else [],
    )
    for part, units in zip(PARTS, (0, 3, 2, 0, 1), strict=True)
}


def test_weights_are_read_as_they_were_packed() -> None:
    packed = pack(MADE, {"b": "2", "a": "1"}, "features")
    weights = unpack(packed)
    assert (dict(weights.sets), weights.features) == ({"a": "1", "b": "2"}, "features")
    for part, layer in MADE.items():
        for shown in ([], ["left: belum"], ["“kuota”", "left: belum"]):
            found = getattr(weights, part).probabilities(shown)
            assert found == Scorer(layer).probabilities(shown)
    assert pack(layers_of(weights), weights.sets, weights.features) == packed


def weights_file() -> bytes:
    return files("uhc_llm.reader").joinpath("data/weights.xz").read_bytes()


def test_the_file_of_the_package_is_what_packing_its_weights_makes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Compressing takes seconds, and another liblzma may do so in other bytes.
    monkeypatch.setattr(lzma, "compress", lambda whole, **_: whole)
    weights = load_weights()
    made = pack(layers_of(weights), weights.sets, weights.features)
    assert made == lzma.decompress(weights_file())


def test_the_file_is_small() -> None:
    assert len(weights_file()) < 4_000_000


def test_the_weights_belong_to_the_labelled_sets() -> None:
    assert load_weights().sets == {
        name: hashlib.sha256((ROOT / "eval" / f"{name}.gold.jsonl").read_bytes()).hexdigest()
        for name in SETS
    }
    assert load_weights().sets == set_hashes()


def test_the_weights_belong_to_what_is_looked_at() -> None:
    """Who changes a feature, the lexicon or the scanner trains the reader anew."""
    assert load_weights().features == features_hash()


def test_every_choice_is_one_that_the_schemas_know() -> None:
    weights = load_weights()
    assert set(weights.topic.choices) == {"coverage", "other"}
    meanings = [Meaning.named(name) for name in weights.meaning.choices]
    assert {each.metric for each in meanings} - {None} == set(METRICS)
    assert {each.status for each in meanings} == {"actual", "target", None}
    (segment_of,) = [
        get_args(annotation)
        for annotation in get_args(Fact.model_fields["segment"].annotation)
        if annotation is not type(None)
    ]
    assert set(weights.segment.choices) <= set(segment_of)


# --- reading -------------------------------------------------------------------------------------


def shares_of(read: Interpretation) -> list[Sequence[float]]:
    """The probabilities of each choice of a number."""
    choices: tuple[tuple[tuple[Any, float], ...], ...] = (
        read.meanings,
        read.segments,
        read.places,
        read.moments,
    )
    return [[share for _, share in each] for each in choices if each]


@given(TEXTS, st.none() | st.just(date(2024, 5, 14)))
@settings(max_examples=60, deadline=None)
def test_the_probabilities_of_each_choice_make_one_the_likeliest_first(
    text: str, published: date | None
) -> None:
    understanding = understood(text, published)
    assert 0 <= understanding.topic <= 1
    for read in understanding.numbers:
        for shares in shares_of(read):
            assert is_near(sum(shares), 1)
            assert list(shares) == sorted(shares, reverse=True)
            assert all(share >= 0 for share in shares)
        assert 0 <= read.likelihood <= 1 + 1e-9


@given(TEXTS)
@settings(max_examples=40, deadline=None)
def test_numbers_come_in_the_order_of_the_text_each_once(text: str) -> None:
    reading = scan(text)
    understanding = interpret(reading)
    assert [read.mention for read in understanding.numbers] == [
        mention for mention in reading.mentions if can_be_fact(mention)
    ]
    assert list(understanding.by_id.values()) == list(understanding.numbers)


@given(TEXTS)
@settings(max_examples=40, deadline=None)
def test_a_number_measures_nothing_of_another_unit(text: str) -> None:
    for read in understood(text).numbers:
        metrics = {Meaning.named(name).metric for name, _ in read.meanings} - {None}
        units = {METRICS[metric].unit for metric in metrics if metric}
        assert read.mention.unit is None or units == {read.mention.unit}


@given(TEXTS)
@settings(max_examples=20, deadline=None)
def test_a_text_is_read_alike_whenever_it_is_read(text: str) -> None:
    one, other = understood(text), understood(text)
    assert one.topic == other.topic
    assert one.numbers == other.numbers


def test_shares_of_what_a_fact_says_add_up() -> None:
    for read in understood(ON_COVERAGE, date(2024, 6, 1)).numbers:
        told = sum(read.share_of_metric(metric) for metric in METRICS)
        assert is_near(told, read.likelihood)
        assert is_near(read.share_of_status("actual") + read.share_of_status("target"), 1)
        assert is_near(sum(read.share_of_segment(name) for name, _ in read.segments), 1)
        years = {(moment.iso or "")[:4] or None for moment, _ in read.moments}
        assert is_near(sum(map(read.share_of_year, years)), 1)


def test_what_plainly_says_what_it_measures_is_read_so() -> None:
    found = {read.mention.text: read for read in understood(ON_COVERAGE).numbers}
    assert {words: read.meanings[0][0] for words, read in found.items()} == {
        "98,4 Persen": "coverage_rate actual",
        "98,4 persen": "coverage_rate actual",
        "291.806 jiwa": "population actual",
        "287.137 jiwa": "participants actual",
        "Rp 21 miliar": "budget actual",
        "99 persen": "coverage_rate target",
    }
    assert {words: read.moments[0][0].iso for words, read in found.items() if " p" in words} == {
        "98,4 persen": "2024-05",
        "99 persen": "2025",
    }
    assert found["Rp 21 miliar"].segments[0][0] == "pbi_apbd"


def row(*weights: int) -> bytes:
    return bytes(ZERO + weight for weight in weights)


def plain_layer(choices: Sequence[str], rows: Mapping[str, bytes]) -> Layer:
    """Weights that do what their rows say, and nothing without them."""
    return Layer(choices, list(rows), b"".join(rows.values()), [0.0] * len(choices), scale=0.1)


def test_what_was_decided_of_a_number_speaks_for_the_next_one() -> None:
    after = "after participants actual, same unit"
    choices = ("participants actual", "population actual", "other")
    weights = Weights.of(
        {
            "topic": plain_layer(("other", "coverage"), {"word jkn": row(-20, 20)}),
            "meaning": plain_layer(
                choices, {"unit people": row(50, 0, 0), after: row(-100, 0, 100)}
            ),
            "segment": plain_layer(("all", "ppu"), {"unit people": row(10, -10)}),
            "place": plain_layer(("place",), {"nobody": row(-10)}),
            "moment": plain_layer(("moment",), {"none, undated": row(-10)}),
        }
    )
    reading = scan("Peserta JKN Kudus 1.000 jiwa, 2.000 jiwa, 3.000 jiwa pada 2023.")
    read = interpret(reading, weights=weights).numbers
    assert [each.meanings[0][0] for each in read] == [
        "participants actual",
        "other",
        "participants actual",
    ]
    assert read[0].places[0][0].regions[0].name == "Kabupaten Kudus"
    assert read[0].moments[0][0].iso == "2023"


@pytest.mark.parametrize("field", ["meaning", "segment"])
def test_what_speaks_for_one_choice_speaks_against_the_other(
    field: Literal["meaning", "segment"],
) -> None:
    understanding = understood(ON_COVERAGE)
    for read in understanding.numbers:
        (one, _), (other, _), *_ = read.meanings if field == "meaning" else read.segments
        reasons = understanding.reasons(read, field, one, other)
        against = understanding.reasons(read, field, other, one)
        assert set(reasons) <= set(layers_of(load_weights())[field].names)
        assert any(reasons.values())
        assert all(is_near(weight, -against[name]) for name, weight in reasons.items())


def test_an_empty_text_says_nothing() -> None:
    understanding = understood("")
    assert understanding.numbers == ()
    assert understanding.by_id == {}


# --- on other matters ----------------------------------------------------------------------------


@pytest.mark.parametrize("strategy", get_args(Strategy))
@pytest.mark.parametrize("text", [ON_ECONOMY, ON_FOOTBALL], ids=["economy", "football"])
def test_a_text_on_other_matters_has_no_facts_and_is_shown_to_no_model(
    text: str, strategy: Strategy
) -> None:
    assert understood(text).is_off_topic
    model = FakeModel()
    extraction = Extractor(model, strategy=strategy).extract(text)
    assert model.requests == []
    assert extraction.facts == extraction.rejected == ()
    assert [f.rule for f in extraction.findings if f.rule != "unclaimed_number"] == ["off_topic"]
    assert extraction.provenance.requests == 0
    assert extraction.unclaimed


@pytest.mark.parametrize(
    "text",
    [
        ON_COVERAGE,
        "Kabupaten Kudus telah meraih UHC.",
    ],
)
def test_a_text_on_jkn_is_on_coverage(text: str) -> None:
    understanding = understood(text)
    assert not understanding.is_off_topic
    assert not understanding.is_surely_off_topic


def test_the_model_is_asked_about_a_text_on_coverage() -> None:
    numbers = (mention.id for mention in scan(ON_COVERAGE).mentions)
    model = FakeModel([pointed({"number": id_, "metric": "share"} for id_ in numbers)])
    extraction = Extractor(model, form="static", breadth="unit").extract(ON_COVERAGE)
    assert len(model.requests) == 1
    assert extraction.facts == ()
    assert "off_topic" not in [finding.rule for finding in extraction.findings]


# --- why -----------------------------------------------------------------------------------------


def readings(*, explain: bool) -> list[tuple[FieldReading, ...]]:
    extractor = Extractor(strategy="code", explain=explain)
    facts = extractor.extract(ON_COVERAGE, published=date(2024, 6, 1)).facts
    assert len(facts) == 5
    return [fact.reading for fact in facts]


def test_each_field_of_a_fact_says_what_decided_it_where_that_was_asked_for() -> None:
    for fields in readings(explain=True):
        assert tuple(field.field for field in fields) == FIELDS
        for field in fields:
            weights = [abs(reason.weight) for reason in field.reasons]
            assert weights == sorted(weights, reverse=True)
            assert 0 < len(weights) <= 8
            assert all(reason.seen for reason in field.reasons)


def test_without_being_asked_each_field_says_how_likely_it_is_alone() -> None:
    explained = readings(explain=True)
    for fields, with_reasons in zip(readings(explain=False), explained, strict=True):
        assert tuple(field.field for field in fields) == FIELDS
        assert [field.reasons for field in fields] == [()] * len(FIELDS)
        assert fields == tuple(f.model_copy(update={"reasons": ()}) for f in with_reasons)


def test_what_else_a_field_could_be_is_another_thing_and_less_likely_together() -> None:
    for fields in readings(explain=False):
        for field in fields:
            assert field.instead
            assert field.instead_probability is not None
            assert field.probability + field.instead_probability <= 1.0001


# --- what is said again --------------------------------------------------------------------------

TEGAL: Final = Region(code="33.76", name="Kota Tegal", level="city", province="Jawa Tengah")
KUDUS: Final = Region(code="33.19", name="Kabupaten Kudus", level="regency", province="Jawa Tengah")


def fact(at: int | None, region: Region | None, period: str | None, **other: Any) -> Fact:
    """A fact that stands at some place of a text."""
    evidence = None
    if at is not None:
        evidence = Evidence(
            mention=f"n{at}", quote="98 persen", start=at, end=at + 9, sentence="98 persen",
            sentence_start=at, sentence_end=at + 9,
        )  # fmt: skip
    said: dict[str, Any] = {
        "metric": "coverage_rate",
        "value": Decimal(98),
        "unit": "percent",
        "status": "actual",
        "segment": "all",
        "verdict": "verified",
    }
    when = Period(iso=period, source="text") if period else None
    return Fact(**said | other, region=region, period=when, evidence=evidence)


def places_of(facts: Iterable[Fact]) -> list[list[int]]:
    """Where each fact of those that stand once is said, its own place first."""
    return [
        [place.start for place in (each.evidence, *each.repeats) if place]
        for each in said_once(facts)
    ]


@pytest.mark.parametrize(
    "less",
    [fact(0, None, None), fact(0, TEGAL, None), fact(0, TEGAL, "2024"), fact(0, TEGAL, "2024-05")],
    ids=["title without region", "no period", "year alone", "the same"],
)
def test_a_fact_that_is_said_with_less_is_said_again(less: Fact) -> None:
    full = fact(50, TEGAL, "2024-05-31")
    for order in ([less, full], [full, less]):
        (found,) = said_once(order)
        assert (found.region, found.period) == (full.region, full.period)
        assert [place.start for place in found.repeats] == [0]


def test_what_was_said_is_told_in_the_order_of_the_text() -> None:
    full = [fact(50, TEGAL, "2024"), fact(90, KUDUS, "2024")]
    again = [fact(120, KUDUS, None), fact(70, KUDUS, None), fact(60, TEGAL, "2024")]
    assert places_of([*again, *full]) == [[50, 60], [90, 70, 120]]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(fact(0, KUDUS, "2024"), id="region"),
        pytest.param(fact(0, TEGAL, "2023"), id="period"),
        pytest.param(fact(0, TEGAL, "2024", value=Decimal("98.1")), id="value"),
        pytest.param(fact(0, TEGAL, "2024", upper=Decimal(99)), id="upper"),
        pytest.param(fact(0, TEGAL, "2024", qualifier="at_least"), id="qualifier"),
        pytest.param(fact(0, TEGAL, "2024", metric="active_rate"), id="metric"),
        pytest.param(fact(0, TEGAL, "2024", status="target"), id="status"),
        pytest.param(fact(0, TEGAL, "2024", segment="ppu"), id="segment"),
        pytest.param(fact(None, TEGAL, "2024"), id="no evidence"),
    ],
)
def test_facts_that_differ_stand_apart(other: Fact) -> None:
    assert len(said_once([fact(50, TEGAL, "2024"), other])) == 2


def test_what_could_be_either_of_two_stands_apart() -> None:
    title = fact(0, None, None)
    facts = [title, fact(50, TEGAL, "2024"), fact(90, KUDUS, "2024")]
    assert said_once(facts) == facts
    years = [fact(0, TEGAL, None), fact(50, TEGAL, "2023"), fact(90, TEGAL, "2024")]
    assert said_once(years) == years


def test_the_surest_of_two_that_say_as_much_is_kept() -> None:
    unsure = fact(0, TEGAL, "2024", verdict="suspect")
    (found,) = said_once([unsure, fact(50, TEGAL, "2024")])
    assert found.verdict == "verified"
    assert [place.start for place in found.repeats] == [0]


def test_what_was_rejected_stays() -> None:
    rejected = [
        fact(0, TEGAL, "2024", verdict="rejected"),
        fact(9, TEGAL, None, verdict="rejected"),
    ]
    assert said_once(rejected) == rejected


def test_the_title_of_an_article_is_no_fact_of_its_own() -> None:
    facts = Extractor(strategy="code").extract(ON_COVERAGE).facts
    (rate,) = [each for each in facts if each.value == Decimal("98.4")]
    said = [each for each in (rate.evidence, *rate.repeats) if each]
    assert sorted(ON_COVERAGE[each.start : each.end] for each in said) == [
        "98,4 Persen",
        "98,4 persen",
    ]


def test_nothing_said_is_nothing() -> None:
    assert said_once([]) == []


# --- what it needs, and how long it takes --------------------------------------------------------


def test_reading_needs_no_array_library() -> None:
    program = (
        "import sys\n"
        "sys.modules |= dict.fromkeys(('numpy', 'scipy', 'sklearn', 'pandas'))\n"
        "from uhc_llm.reader import interpret\n"
        "from uhc_llm.scanner import scan\n"
        "read = interpret(scan('Cakupan JKN Kota Tegal 98,4 persen.')).numbers\n"
        "print(read[0].meanings[0][0], 'tools' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("coverage_rate actual False\n", "")


def lines_run(reading: Reading, most: float = float("inf")) -> int:
    """How many lines of Python reading runs; no more than `most` are counted."""
    count = 0

    def watch(_frame: FrameType, event: str, _arg: object) -> Callable[..., Any] | None:
        nonlocal count
        count += event == "line"
        if count > most:
            raise OverflowError
        return watch

    before = sys.gettrace()
    sys.settrace(watch)
    try:
        interpret(reading)
    except OverflowError:
        pass
    finally:
        sys.settrace(before)
    return count


HOSTILE: Final[Mapping[str, Callable[[int], str]]] = {
    "words": lambda n: "Warga ikut JKN. " * n,
    "names": lambda n: "JKN 95 persen " + "Kudus, " * n,
    "numbers": lambda n: "JKN 95 persen " * n,
    "a list of numbers": lambda n: "Cakupan JKN " + ", ".join(["95 persen"] * n),
    "numbers of people": lambda n: "JKN 1.000 jiwa " * n,
    "sentences with a name each": lambda n: "Kota Tegal 95 persen warga ikut JKN. " * n,
    "lines": lambda n: "JKN Kota Tegal 95 persen\n" * n,
    "names in one sentence": lambda n: "JKN Kota Tegal 95 persen, " * n,
    "pairs of names in one sentence": lambda n: "JKN Kudus dan Blora 95 persen, " * n,
    "times in one sentence": lambda n: "JKN Mei 2023 95 persen, " * n,
    "rows": lambda n: "| Daerah | JKN |\n|---|---|\n" + "| Kudus | 95 persen |\n" * n,
    "items": lambda n: "Rinciannya:\n" + "- JKN Kudus 95 persen\n" * n,
}


@pytest.mark.parametrize("shape", HOSTILE)
def test_twice_the_text_takes_about_twice_the_work(shape: str) -> None:
    """Work is counted, not timed: three times as much leaves room for what grows a little more."""
    understood("JKN 1 persen")  # what is read once is read
    once, twice = (scan(HOSTILE[shape](count)) for count in (60, 120))
    most = 3 * lines_run(once)
    count = lines_run(twice, most)
    assert count <= most


def test_a_text_without_spaces_is_read() -> None:
    assert understood("a" * 100_000).numbers == ()
    (read,) = understood("jkn" * 33_000 + " 95 persen").numbers
    assert all(is_near(sum(shares), 1) for shares in shares_of(read))


def test_a_text_of_five_thousand_numbers_is_read() -> None:
    count = 5000
    understanding = understood(
        "Cakupan JKN " + ", ".join(f"{50 + n % 50} persen" for n in range(count))
    )
    assert len(understanding.numbers) == count
    for read in understanding.numbers[:: count // 50]:
        assert all(is_near(sum(shares), 1) for shares in shares_of(read))
