"""No tail of a number with something odd in it is ever verified."""

from datetime import date
from decimal import Decimal

import pytest

from uhc_llm import Extractor, scan, verify
from uhc_llm.schemas import Mention

CODE = Extractor(strategy="code")
PUBLISHED = date(2024, 2, 5)

INVISIBLE = "\xad\u200b\u200c\u200d\u200e\u200f\u2060\u2063\ufeff\ufe0f"
SPACES = "\xa0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
SIGNS = "'’‘`´ʼ′·•∙‧・;:‚…_-–—‐‑−/⁄\\|~^*+=#\"“()[]{}<>!?@&$°，．､、。٫٬"
LINE_ENDS = ("\n", "\r\n", "\r", "\t", "\x0b", "\x0c", "\x85", "\u2028", ",\n", ".\n", "-\n")
CLUSTERS = (",,", "..", ",.", ".,", " ,", " .", " , ", "- ", " - ", "; ", ": ", "  ", "\u202e", "̲")
SEPARATORS = (*INVISIBLE, *SPACES, *SIGNS, *LINE_ENDS, *CLUSTERS)


def _verified(text: str) -> set[Decimal]:
    extraction = CODE.extract(text, published=PUBLISHED)
    return {fact.value for fact in extraction.facts if fact.verdict == "verified"}


def _article(said: str) -> str:
    return f"Pada Januari 2024 peserta JKN di Kabupaten Blora tercatat {said}."


def _rate(said: str) -> str:
    return f"Pada Januari 2024 cakupan kepesertaan JKN di Kabupaten Blora mencapai {said}."


@pytest.mark.parametrize("separator", SEPARATORS, ids=ascii)
def test_no_tail_of_a_number_is_verified(separator: str) -> None:
    assert _verified(_article(f"812{separator}345 jiwa")) <= {Decimal(812345)}
    assert _verified(_rate(f"95{separator}28 persen")) <= {Decimal("95.28")}
    assert _verified(_rate(f"95{separator}28%")) <= {Decimal("95.28")}
    assert _verified(_rate(f"95,{separator}28 persen")) <= {Decimal("95.28")}


@pytest.mark.parametrize("separator", [*INVISIBLE, *SPACES], ids=ascii)
def test_what_is_invisible_or_a_space_within_a_number_is_read_through(separator: str) -> None:
    assert _verified(_article(f"812{separator}345 jiwa")) == {Decimal(812345)}
    assert _verified(_rate(f"95,{separator}28 persen")) == {Decimal("95.28")}


@pytest.mark.parametrize(
    "said",
    [
        "9S,28 persen",
        "O,95 persen",
        "9 5,28 persen",
        "l2,5 persen",
        "9.S,28 persen",
        "B,28%",
        "95 28 persen",
        "95,S8 persen",
        "9̶5,28 persen",
        "95,,28 persen",
        "95..28 persen",
        "95-28 persen",
        "95,\n28 persen",
    ],
)
def test_a_misread_number_is_never_verified_but_as_its_whole(said: str) -> None:
    assert _verified(_rate(said)) <= {Decimal("95.28")}


@pytest.mark.parametrize(
    "said",
    [
        "97,Â 61 persen",
        "97â€™61 persen",
        "97ʼ,61 persen",
        "9Ѕ,61 persen",
        "9T,61 persen",
        "9七,61 persen",
        "9⁷,61 persen",
        "95,²8 persen",
        "9§,28 persen",
        "95 titik 28 persen",
        "95 poin 28 persen",
        "95 point 28%",
        "95-koma-28 persen",
        "97\\u200b61 persen",
        "97_61 persen",
        "97$61 persen",
        "95-½ persen",
    ],
)
def test_letters_and_signs_between_digits_leave_no_tail_verified(said: str) -> None:
    assert not _verified(_rate(said)) & {Decimal(n) for n in ("61", "28", "8", "97", "0.5", "9.61")}


@pytest.mark.parametrize(
    "said",
    [
        "Rp12.345 678.900",
        "Rp. 12.345. 678.900,00",
        "Rp98.765.432 100",
        "Rp98.765.432\xa0100",
        "Rp98.765.43 2.100",
        "Rp98.765.432.l00",
        "Rp45.250.000.O00",
        "Rp98.765.432_100",
        "Rp98.765.432/100",
        "Rp98.76S.432.100",
        "Rp45.250.000,000",
        "Rp 98.765\t432.100",
    ],
)
def test_no_part_of_an_amount_is_verified(said: str) -> None:
    text = f"Pada 2023 Pemkab Garut menganggarkan {said} untuk iuran JKN warganya."
    assert not _verified(text)


def _only(text: str) -> Mention:
    (mention,) = [m for m in scan(text).mentions if m.kind == "quantity"]
    return mention


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("tercatat 812;345 jiwa", (812345, 345)),
        ("tercatat 1.708;552 jiwa", (1708552, 552)),
        ("mencapai 95,,28 persen", (Decimal("95.28"), 28)),
        ("mencapai 95-28 persen", (Decimal("95.28"), 28)),
        ("mencapai 9 5,28 persen", (Decimal("95.28"), Decimal("5.28"))),
    ],
)
def test_where_both_can_be_meant_both_are_readings(
    text: str, readings: tuple[int | Decimal, ...]
) -> None:
    mention = _only(text)
    assert mention.readings == readings
    assert mention.value == readings[0]
    assert "broken" in mention.flags


@pytest.mark.parametrize(
    "text", ["tercatat 812;34 jiwa", "mencapai 812;345.12 persen", "9S,28 persen"]
)
def test_what_can_be_neither_is_not_read(text: str) -> None:
    assert {m.kind for m in scan(text).mentions} == {"identifier"}
    assert all("unread" in m.flags for m in scan(text).mentions)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Pada tahun 2023 812.345 jiwa terdaftar.", 812345),
        ("Pada 2023, 95 persen warga terdaftar.", 95),
        ("Pada 2023\n812.345 jiwa terdaftar.", 812345),
        ("Pada pandemi COVID-19, 345 jiwa terdaftar.", 345),
        ("Dibayar Rp127.000 (95 persen).", 95),
        ("Totalnya 1.200. 95 persen di antaranya aktif.", 95),
        ("Sebanyak 1.200 (95 persen) aktif.", 95),
        ("Menurut Pasal 5, 345 jiwa terdaftar.", 345),
        ("antara 85-95 persen", 85),
        ("10, 20, dan 30 persen", 30),
    ],
)
def test_a_number_behind_another_is_a_number_of_its_own(text: str, value: int) -> None:
    found = [m for m in scan(text).mentions if m.kind == "quantity" and m.value == value]
    assert len(found) == 1
    assert "broken" not in found[0].flags


def test_numbers_that_are_lines_of_their_own_are_not_parts_of_one() -> None:
    text = (
        "Daerah\nPenduduk\nPeserta\nKota Gorontalo\n208.114\n207.905\nBoalemo\n151.342\n147.256\n"
    )
    values = [mention.value for mention in scan(text).mentions]
    assert values == [208_114, 207_905, 151_342, 147_256]
    assert _only("Pesertanya 208\n114 jiwa.").flags == ("broken",)


def test_a_fact_on_either_reading_is_suspect_and_says_which_there_are() -> None:
    text = _article("812;345 jiwa")
    facts = [{"value": v, "unit": "people", "metric": "participants"} for v in (812345, 345, 5)]
    whole, tail, other = verify(text, facts, published=PUBLISHED).facts
    assert (whole.verdict, tail.verdict, other.verdict) == ("suspect", "suspect", "rejected")
    (message,) = [f.message for f in whole.findings if f.rule == "number_is_whole"]
    assert "812.345 or 345" in message


def test_digits_before_a_bracket_or_a_stroke_leave_a_number_its_reading() -> None:
    (fact,) = verify(
        _rate("416/95 persen"), [{"value": 95, "unit": "percent", "metric": "coverage_rate"}]
    ).facts
    assert fact.verdict == "suspect"
