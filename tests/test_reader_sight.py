"""What is seen of a text: its words, their senses, what stands around a number, whose it can be."""

from datetime import date
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reader_texts import TEXTS, article_of, number
from uhc_llm.reader import NATION_ID, Place
from uhc_llm.reader.article import can_be_fact
from uhc_llm.reader.candidates import NOBODY, moments, named, places
from uhc_llm.reader.lexicon import SENSES, find_senses
from uhc_llm.reader.words import read_words, stem
from uhc_llm.scanner import scan

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


@given(
    st.lists(st.sampled_from(["belum", "terdaftar", "pbi", "apbd", "Blora", "7 jiwa", "."])),
    st.integers(0, 12),
    st.integers(0, 12),
)
@settings(deadline=None)
def test_the_senses_of_a_stretch_are_those_of_the_phrases_in_it(
    words: list[str], start: int, end: int
) -> None:
    article = article_of(" ".join(words))
    wanted = SENSES[::2]
    found = {hit.sense for hit in article.senses(start, end)}
    assert article.senses_among(wanted, start, end) == found.intersection(wanted)


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
