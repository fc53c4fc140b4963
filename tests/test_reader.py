"""What each number of a text means, and how that is told."""

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import FrameType
from typing import Any, Final, Literal, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pointed import pointed
from tests.reader_texts import ON_COVERAGE, TEXTS, is_near, layers_of
from uhc_llm.extraction import Extractor, Strategy
from uhc_llm.reader import Interpretation, Meaning, Understanding, interpret
from uhc_llm.reader.article import can_be_fact
from uhc_llm.reader.scoring import Layer
from uhc_llm.reader.weights import Weights, load_weights
from uhc_llm.scanner import scan
from uhc_llm.schemas import METRICS, FieldReading, Reading
from uhc_llm.testing import FakeModel

FIELDS: Final = ("metric", "status", "segment", "region", "period")

ON_ECONOMY: Final = """Inflasi Jawa Timur Turun pada Mei
Surabaya - Badan Pusat Statistik mencatat inflasi Jawa Timur pada Mei 2024 sebesar 2,81 persen, \
turun dari 3,25 persen pada bulan sebelumnya. Harga beras dan cabai merah turun setelah panen raya \
di Kabupaten Ngawi dan Kabupaten Lamongan.
Nilai ekspor naik 4,7 persen menjadi 2,1 miliar dolar. Sebanyak 1.250 pelaku UMKM menerima kredit \
Rp 45 miliar dari bank, dan hotel terisi 61 persen. Pertumbuhan ekonomi diperkirakan 5,2 persen."""
ON_FOOTBALL: Final = """Persebaya Menang 3-1 atas Persib
Surabaya - Persebaya mengalahkan Persib 3-1 di Stadion Gelora Bung Tomo, Sabtu (11/5/2024), di \
depan 28.500 penonton. Gol pertama lahir pada menit ke-12, dan penguasaan bola tuan rumah mencapai \
58 persen.
Pelatih menilai pertahanan lawan lemah. Dengan hasil itu Persebaya naik ke peringkat empat dengan \
52 poin. Tiket seharga Rp 75.000 habis terjual, dan 90 persen di antaranya dibeli lewat internet."""


def understood(text: str, published: date | None = None) -> Understanding:
    return interpret(scan(text, published=published))


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


_ZERO: Final = 100


def row(*weights: int) -> bytes:
    return bytes(_ZERO + weight for weight in weights)


def plain_layer(choices: Sequence[str], rows: Mapping[str, bytes]) -> Layer:
    """Weights that do what their rows say, and nothing without them."""
    return Layer(choices, list(rows), b"".join(rows.values()), [0.0] * len(choices), 2.5, _ZERO)


def test_what_was_decided_of_a_number_speaks_for_the_next_one() -> None:
    after = "after participants actual, same unit"
    choices = ("participants actual", "population actual", "other")
    weights = Weights.of(
        {
            "topic": plain_layer(("other", "coverage"), {"word jkn": row(-1, 1)}),
            "meaning": plain_layer(choices, {"unit people": row(2, 0, 0), after: row(-4, 0, 4)}),
            "segment": plain_layer(("all", "ppu"), {"unit people": row(1, -1)}),
            "place": plain_layer(("place",), {"nobody": row(-1)}),
            "moment": plain_layer(("moment",), {"none, undated": row(-1)}),
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
