"""What holds of every text, and of every number that is written as Indonesian writes numbers."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

from hypothesis import example, given, reject, settings
from hypothesis import strategies as st
from lokal import parse_rupiah
from num2words import num2words

from uhc_llm.scanner import scan
from uhc_llm.schemas import Mention, PeriodMention, RegionMention

PIECES = st.sampled_from(
    [
        *"0123456789.,;:-–—/()[]%\"'’“”_+±~<>=@#&*\\…!?",
        *" \n\t\r\x00\x0b\x0c\x1c\x85\u00a0\u2009\u202f\u200b\u2028\ufeff\ufffd",
        *"İıſßǅ①²½٣५Ⅻ一😀\u0301",
        *["juta ", "ribu", " rb", "miliar", "Rp", "Rp. ", " M", "persen", " %", "jiwa", "warga"],
        *["sekitar ", "lebih dari ", " lebih", "-an", " sampai ", " hingga ", " dari ", " s.d. "],
        *["satu", " dua ", "belas", "puluh", "koma", "setengah ", "se", "seribu", "an"],
        *["2023", "31/2/2022", "14/2/2022", "Senin (", "Mei ", "Januari ", "semester II ", "ke-"],
        *["perſen", "PERSEN", "AGUSTUS", "agustuſ ", "SENİN (", "JUTA", "TRIWULAN İ", "rıbu"],
        *["tahun ", "lalu", "bulan depan", "setahun kemudian", "saat ini", "triwulan ", "IV"],
        *["Kota ", "Kabupaten ", "Kab. ", "Semarang", "Batu", "BPJS Kesehatan Cabang ", "Jambi"],
        *["kota itu", "provinsi ini", "nasional", "Indonesia", "PPU", "Wali Kota ", "D.I. "],
        *["Perpres Nomor ", "pukul ", "WIB", "usia ", "https://", "0812", "NIK ", "1. ", "\n2) "],
    ]
)
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=60).map("".join))
DATES = st.none() | st.dates()


def grouped(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def only_quantity(text: str) -> Mention:
    (mention,) = [m for m in scan(text).mentions if m.kind == "quantity"]
    return mention


@settings(max_examples=400, deadline=None)
@given(TEXTS, DATES)
@example("bulan lalu tahun lalu", date.min)
@example("bulan depan tahun depan", date.max)
@example("kuartal ke-2 2022", None)
@example("TRIWULAN İ 2022, SENİN (3/1/2022), 5 perſen, 2 jutı, Kabupaten ıtu", None)
def test_any_text_is_read_and_every_mention_is_what_stands_at_its_place(
    text: str, published: date | None
) -> None:
    reading = scan(text, published=published)
    anchored: list[Mention | PeriodMention | RegionMention] = [
        *reading.mentions,
        *reading.periods,
        *reading.regions,
    ]
    for mention in anchored:
        assert reading.text[mention.start : mention.end] == mention.text
        # Only the article's own date has no place in the text.
        assert mention.text or (mention.start, mention.end) == (0, 0)
    assert [m.id for m in reading.mentions] == [f"n{i + 1}" for i in range(len(reading.mentions))]
    assert all(one.end <= two.start for one, two in pairwise(reading.mentions))
    assert all(m.upper is None or m.value < m.upper for m in reading.mentions)
    ends = [0, *(span.end for span in reading.sentences)]
    assert all(end <= s.start < s.end for end, s in zip(ends, reading.sentences, strict=False))


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_reading_twice_says_the_same(text: str) -> None:
    assert scan(text) == scan(text)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 399_999_999))
def test_a_whole_number_is_read_back(value: int) -> None:
    mention = only_quantity(f"Peserta di sana {grouped(value)} jiwa, kata dia.")
    assert (mention.text, mention.unit) == (f"{grouped(value)} jiwa", "people")
    assert mention.value == value


@settings(max_examples=100, deadline=None)
@given(st.decimals(0, 200, places=2), st.sampled_from(["%", " %", " persen", "\u00a0persen"]))
def test_a_share_is_read_back_with_comma_or_point(value: Decimal, unit: str) -> None:
    for printed in (str(value).replace(".", ","), str(value)):
        mention = only_quantity(f"Cakupan ({printed}{unit}) di sana.")
        assert (mention.value, mention.unit, mention.resolution) == (
            value,
            "percent",
            Decimal("0.01"),
        )


SCALES = {
    "ribu": 10**3,
    "rb": 10**3,
    "juta": 10**6,
    "jt": 10**6,
    "miliar": 10**9,
    "triliun": 10**12,
}


@settings(max_examples=100, deadline=None)
@given(
    st.decimals(1, 999, places=1),
    st.sampled_from(sorted(SCALES)),
    st.sampled_from([" ", "", "\u00a0"]),
)
def test_a_scaled_number_is_read_back(value: Decimal, scale: str, space: str) -> None:
    printed = str(value).replace(".", ",")
    mention = only_quantity(f"Anggaran Rp{printed}{space}{scale} untuk iuran.")
    assert mention.value == value * SCALES[scale]
    assert mention.resolution == Decimal("0.1") * SCALES[scale]


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 998), st.integers(1, 999), st.sampled_from(["-", "–", " sampai ", " s.d. "]))
def test_a_range_is_read_back(low: int, more: int, between: str) -> None:
    high = min(low + more, 999)
    mention = only_quantity(f"Ada {low}{between}{high} ribu warga.")
    assert (mention.value, mention.upper) == (Decimal(low * 1000), Decimal(high * 1000))


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**12) | st.integers(0, 2000))
@example(10**12)
@example(1_100_000)
def test_number_words_are_read_as_another_library_writes_them(value: int) -> None:
    words = num2words(value, lang="id")
    mention = only_quantity(f"Peserta di sana {words} jiwa, kata dia.")
    assert mention.value == value
    assert mention.unit == "people"
    assert mention.text == f"{words} jiwa"


RUPIAH = st.one_of(
    st.integers(1000, 10**13).map(grouped),
    st.builds(
        "{}{}{}{}".format,
        st.integers(1, 999),
        st.just("") | st.integers(1, 99).map(",{}".format),
        st.sampled_from([" ", ""]),
        st.sampled_from(["ribu", "rb", "juta", "jt", "miliar", "milyar", "M", "triliun", "T"]),
    ),
    st.integers(1, 10**12).map(lambda value: f"{num2words(value, lang='id')} rupiah"),
)


@settings(max_examples=300, deadline=None)
@given(RUPIAH, st.sampled_from(["Rp", "Rp ", "Rp. "]))
def test_rupiah_is_read_as_another_library_reads_it(amount: str, currency: str) -> None:
    printed = amount if amount.endswith("rupiah") else f"{currency}{amount}"
    other = parse_rupiah(printed)
    if other is None:
        reject()
    mention = only_quantity(f"Nilainya {printed}.")
    assert mention.unit == "rupiah"
    assert mention.value == round(other.amount)  # whose amounts are floats
