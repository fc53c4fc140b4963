"""What holds of every number that is written as Indonesian writes numbers."""

from decimal import Decimal
from typing import Final, NamedTuple

from hypothesis import assume, example, given, reject, settings
from hypothesis import strategies as st
from lokal import parse_rupiah
from num2words import num2words

from uhc_llm.scanner import scan
from uhc_llm.schemas import Mention, Qualifier, Unit

# The number stands at the braces. No sentence of these says anything else that counts, and none
# hedges.
CARRIERS: Final = (
    "{}",
    "Tercatat {} di sana.",
    "Angka itu ({}) naik, kata dia.",
    "Kepala dinas menyebut {}.",
    "“Kami mencatat {},” ujarnya.",
    "JAKARTA – Sebanyak {} sampai kemarin!",
    "Targetnya {}; realisasinya belum ada.",
    "Hasilnya: {}",
    "Menurut data Dinas Kesehatan, {} sudah masuk.",
    "Blora\n{}\nKudus",
    "Ia menjelaskan bahwa {} itu benar, lalu pergi.",
    "Benarkah {}? Belum tentu.",
)


class Written(NamedTuple):
    """A number as it is written, and what it says."""

    text: str
    value: Decimal
    resolution: Decimal = Decimal(1)
    upper: Decimal | None = None


class Counted(NamedTuple):
    """A number with its unit as it is written, and what it says."""

    text: str
    unit: Unit
    value: Decimal
    resolution: Decimal
    upper: Decimal | None


def dotted(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def only_quantity(text: str) -> Mention:
    (mention,) = [m for m in scan(text).mentions if m.kind == "quantity"]
    return mention


def decimals(largest: int, places: int) -> st.SearchStrategy[Decimal]:
    return st.integers(1, largest * 10**places).map(lambda n: Decimal(n).scaleb(-places))


SCALES: Final = {
    "ribu": 10**3,
    "rb": 10**3,
    "juta": 10**6,
    "jt": 10**6,
    "miliar": 10**9,
    "milyar": 10**9,
    "triliun": 10**12,
}
SPACES: Final = st.sampled_from([" ", "", "\u00a0", "\u202f"])
PEOPLE: Final = st.sampled_from(["jiwa", "orang", "peserta", "warga", "penduduk", "pekerja"])

# Four digits alone may be a year, as the tests of periods have it.
WHOLE: Final = st.one_of(
    st.integers(1, 399_999_999).map(lambda n: Written(dotted(n), Decimal(n))),
    st.integers(1, 399_999_999).map(lambda n: Written(f"{n:,}", Decimal(n))),
    (st.integers(1, 999) | st.integers(10_000, 399_999_999)).map(
        lambda n: Written(str(n), Decimal(n))
    ),
)
WORDS: Final = st.integers(1, 10**15).map(lambda n: Written(num2words(n, lang="id"), Decimal(n)))


@st.composite
def scaled(draw: st.DrawFn) -> Written:
    scale = draw(st.sampled_from(sorted(SCALES)))
    places = draw(st.integers(0, 2))
    value = draw(decimals(999, places))
    printed = f"{value:f}".replace(".", draw(st.sampled_from(",.")))
    size = Decimal(SCALES[scale])
    step = Decimal(1).scaleb(-places) * size
    return Written(f"{printed}{draw(SPACES)}{scale}", value * size, step)


@st.composite
def ranges(draw: st.DrawFn) -> Written:
    low = draw(st.integers(1, 998))
    high = draw(st.integers(low + 1, 999))
    scale = draw(st.sampled_from(sorted(SCALES)))
    between = draw(
        st.sampled_from(
            ["-", "–", " - ", " sampai ", " hingga ", " s.d. ", " s/d ", " sampai dengan "]
        )
    )
    is_twice = draw(st.booleans())
    first = f"{low} {scale}" if is_twice else str(low)
    size = Decimal(SCALES[scale])
    return Written(f"{first}{between}{high} {scale}", low * size, size, high * size)


@st.composite
def people(draw: st.DrawFn) -> Counted:
    number = draw(WHOLE | scaled() | ranges() | WORDS)
    gap = draw(st.sampled_from([" ", "\u00a0"]))
    noun = draw(PEOPLE)
    return Counted(
        f"{number.text}{gap}{noun}", "people", number.value, number.resolution, number.upper
    )


@st.composite
def shares(draw: st.DrawFn) -> Counted:
    places = draw(st.integers(0, 3))
    value = draw(decimals(199, places))
    printed = f"{value:f}".replace(".", draw(st.sampled_from(",.")))
    unit = draw(st.sampled_from(["%", " %", " persen", "\u00a0persen", " prosen"]))
    return Counted(f"{printed}{unit}", "percent", value, Decimal(1).scaleb(-places), None)


@st.composite
def money(draw: st.DrawFn) -> Counted:
    number = draw(WHOLE | scaled() | ranges())
    form = draw(st.sampled_from(["Rp{}", "Rp {}", "Rp. {}", "IDR {}", "{} rupiah", "Rp {} rupiah"]))
    return Counted(
        form.format(number.text), "rupiah", number.value, number.resolution, number.upper
    )


ANY: Final = people() | shares() | money()
HEDGES_BEFORE: Final[dict[str, Qualifier]] = {
    "": "exact",
    "sekitar ": "about",
    "hampir ": "about",
    "kurang lebih ": "about",
    "± ": "about",
    "lebih dari ": "at_least",
    "sedikitnya ": "at_least",
    "tak kurang dari ": "at_least",
    "minimal ": "at_least",
    "kurang dari ": "at_most",
    "maksimal ": "at_most",
    "tidak lebih dari ": "at_most",
}


@settings(max_examples=600, deadline=None)
@given(ANY, st.sampled_from(CARRIERS), st.sampled_from(sorted(HEDGES_BEFORE)))
def test_a_number_is_read_back_with_its_span_unit_and_hedge(
    counted: Counted, carrier: str, hedge: str
) -> None:
    mention = only_quantity(carrier.format(hedge + counted.text))
    assert mention.text == counted.text
    assert mention.unit == counted.unit
    assert mention.upper == counted.upper
    assert mention.qualifier == HEDGES_BEFORE[hedge]
    if "ambiguous" in mention.flags:  # "2,650 juta"
        assert counted.value in mention.readings
    else:
        assert mention.value == counted.value


@settings(max_examples=200, deadline=None)
@given(shares() | scaled().map(lambda s: Counted(f"{s.text} jiwa", "people", *s[1:])))
def test_resolution_is_one_unit_of_the_last_printed_digit(counted: Counted) -> None:
    mention = only_quantity(f"Tercatat {counted.text}.")
    assume("ambiguous" not in mention.flags)
    assert mention.resolution == counted.resolution


@settings(max_examples=400, deadline=None)
@given(st.integers(0, 10**15) | st.integers(0, 2000), st.sampled_from(["", "minus ", "negatif "]))
@example(10**15, "")
@example(1_100_000, "")
def test_number_words_are_read_as_another_library_writes_them(value: int, sign: str) -> None:
    words = f"{sign}{num2words(value, lang='id')} jiwa"
    mention = only_quantity(f"Peserta di sana {words}, kata dia.")
    assert mention.value == (-value if sign else value)
    assert mention.unit == "people"
    assert mention.text == words


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10**6).map(lambda n: Decimal(n).scaleb(-3)))
def test_decimals_in_words_are_read_as_another_library_writes_them(value: Decimal) -> None:
    words = num2words(float(value), lang="id")
    mention = only_quantity(f"Nilainya {words} persen.")
    assert mention.value == value


@settings(max_examples=200, deadline=None)
@given(
    st.integers(10, 99_999).map(lambda n: Decimal(n).scaleb(-len(str(n)) + 1)),
    st.integers(-15, 15),
    st.sampled_from(",."),
    st.sampled_from(CARRIERS),
)
def test_a_power_of_ten_is_exact(
    mantissa: Decimal, exponent: int, separator: str, carrier: str
) -> None:
    printed = f"{mantissa:f}".replace(".", separator) + f"e{exponent}"
    mention = only_quantity(carrier.format(f"{printed} meter"))
    assert mention.text == f"{printed} meter"
    assert mention.value == mantissa.scaleb(exponent)
    is_whole = mention.value == mention.value.to_integral_value()
    assert not is_whole or str(mention.value).isdecimal()


RUPIAH = st.one_of(
    st.integers(1000, 10**13).map(dotted),
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


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 399_999), st.integers(1, 399_999), st.sampled_from(["jiwa", "%", "Rp"]))
def test_a_row_takes_the_unit_of_its_heading(first: int, second: int, unit: str) -> None:
    printed = [
        f"{n / 10_000:.2f}".replace(".", ",") if unit == "%" else dotted(n) for n in (first, second)
    ]
    text = f"Data ({unit}):\nBlora {printed[0]}\nKudus: {printed[1]}"
    found = [m for m in scan(text).mentions if m.kind == "quantity"]
    assert [m.text for m in found] == printed
    assert {m.unit for m in found} == {{"jiwa": "people", "%": "percent", "Rp": "rupiah"}[unit]}
    assert all("unit_inherited" in m.flags for m in found)
