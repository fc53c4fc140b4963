"""What is looked at for each number: the numbers before, the words, the layout, the times."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import pytest

from tests.reader_texts import article_of, number
from uhc_llm.reader.article import Article
from uhc_llm.reader.candidates import moments, named, places
from uhc_llm.reader.features.layout import layout_features
from uhc_llm.reader.features.options import how_far, numbers_among
from uhc_llm.reader.features.places import PlaceFeatures
from uhc_llm.reader.features.steps import Decided, Steps, step_features
from uhc_llm.reader.features.times import MomentFeatures
from uhc_llm.reader.features.wording import word_features
from uhc_llm.scanner import scan
from uhc_llm.schemas import Span

RATE: Final = "coverage_rate actual"
ACTIVE: Final = "active_rate actual"
MEMBERS: Final = "participants actual"


def of_whole_items(text: str) -> Article:
    """A text in whose list the cell of an item goes to the end of its line."""
    reading = scan(text)
    (found,) = reading.tables
    rows = tuple((name, Span(cell.start, text.index("\n", cell.end))) for name, cell in found.rows)
    table = found.model_copy(update={"rows": rows, "end": rows[-1][1].end})
    return Article(reading.model_copy(update={"tables": (table,)}))


# --- the numbers before --------------------------------------------------------------------------


def behind(text: str, *meanings: str) -> set[str]:
    """What the first numbers of a text, which mean that, say of the one behind them."""
    article, steps = article_of(text), Steps()
    for around, meaning in zip(article.numbers, meanings, strict=False):
        steps.add(Decided(around, meaning, segment="all"))
    return set(step_features(article, named(article), article.numbers[len(meanings)], steps))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kudus 98 persen, Blora 97 persen.", {f"another named after {RATE}, same unit"}),
        ("Kudus 98 persen, lalu 97 persen.", {f"no other named after {RATE}, same unit"}),
        ("Kudus 98 persen, 97 persen di Blora.", {f"no other named after {RATE}, same unit"}),
        ("Kudus 98 persen, Blora 1.000 jiwa.", {f"another named after {RATE}, other unit"}),
        ("Kudus 98 persen atau 1.000 jiwa.", {f"no other named after {RATE}, other unit"}),
        ("Kudus 98 persen. Blora 97 persen.", set()),
    ],
)
def test_a_name_between_two_numbers_of_a_sentence_is_told(text: str, expected: set[str]) -> None:
    assert {name for name in behind(text, RATE) if " named after " in name} == expected


@pytest.mark.parametrize(
    ("text", "meanings", "expected"),
    [
        ("Kudus 98 persen, aktif 81 persen, Blora 97 persen.", [RATE, ACTIVE], [RATE, ACTIVE]),
        (
            "Kudus 98 persen, 900 jiwa, aktif 81 persen, Blora 97 persen.",
            [RATE, MEMBERS, ACTIVE],
            [RATE, ACTIVE],
        ),
        ("Kudus 98 persen, Blora 97 persen.", [RATE], None),
        ("Kudus 98 persen. Aktif 81 persen, Blora 97 persen.", [RATE, ACTIVE], None),
        ("Kudus 98 persen, 900 jiwa, Blora 97 persen.", [RATE, MEMBERS], None),
    ],
)
def test_the_last_two_of_a_unit_in_the_sentence_are_told_in_order(
    text: str, meanings: list[str], expected: list[str] | None
) -> None:
    found = {name for name in behind(text, *meanings) if name.startswith("last two")}
    assert found == ({f"last two of percent: {', '.join(expected)}"} if expected else set())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rinciannya:\n- Kudus 98 persen\n- Blora 97 persen\n", "same unit"),
        ("Rinciannya:\n- Kudus 98 persen\n- Blora 900 jiwa\n", "other unit"),
        ("Rinciannya: Kudus 98 persen, Blora 97 persen.", "same unit"),
        ("Kudus 98 persen, Blora 97 persen.", None),
        ("Rinciannya:\n- Kudus 98 persen\n\nLainnya:\n- Blora 97 persen\n", None),
        ("| Daerah | JKN |\n|---|---|\n| Kudus | 98% |\n| Blora | 97% |\n", None),
    ],
)
def test_an_item_of_a_list_has_one_above(text: str, expected: str | None) -> None:
    found = {name for name in behind(text, RATE) if "item above" in name}
    assert found == ({f"at its place in the item above {RATE}, {expected}"} if expected else set())


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        (["98 persen (81 persen)", "97 persen (80 persen)"], [None, None, 0, 1]),
        (["98 persen (81 persen)", "97 persen", "96 persen (79 persen)"], [None, None, 0, 2, None]),
        (["98 persen", "97 persen (80 persen)"], [None, 0, None]),
    ],
)
def test_above_a_number_is_the_one_at_its_place_in_the_item_above(
    items: Sequence[str], expected: list[int | None]
) -> None:
    article = of_whole_items("Rinciannya:\n" + "".join(f"- Kudus {item}\n" for item in items))
    steps, found = Steps(), []
    for around in article.numbers:
        above = steps.above(around)
        found.append(above and article.numbers.index(above.around))
        steps.add(Decided(around, RATE, segment="all"))
    assert found == expected


# --- the words -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Cakupan JKN 98 persen.", "98 persen", [None, "covered", "5"]),
        ("Cakupan JKN naik. Peserta aktif 81 persen.", "81 persen", ["registered", "active", "5"]),
        ("Kuota dan cakupan, ya cakupan 98 persen.", "98 persen", ["quota", "covered", "5"]),
        ("Kuota lama, 900 jiwa aktif.", "900 jiwa", [None, "quota", "5"]),
        ("Keaktifan" + " ya" * 20 + " 81 persen.", "81 persen", [None, "active", "30"]),
        ("Keaktifan" + " ya" * 130 + " 81 persen.", "81 persen", [None, "active", "far"]),
        ("Rapat dihadiri 98 persen warga yang terdaftar.", "98 persen", None),
    ],
)
def test_what_was_last_said_to_be_counted_is_told_with_how_far_back(
    text: str, words: str, expected: Sequence[str | None] | None
) -> None:
    article = article_of(text)
    around = number(article, words)
    found = {name for name in word_features(article, around) if "last measure" in name}
    if expected is None:
        assert found == set()
    else:
        (former, latest, far), unit = expected, around.mention.unit
        assert found == {
            f"last measure {latest}",
            f"{unit}, last measure {latest}, {far}",
            f"{unit}, last measures {former}, {latest}",
        }


@pytest.mark.parametrize(("times", "former"), [(5, "quota"), (6, None)])
def test_what_else_was_counted_is_one_of_the_last_six(times: int, former: str | None) -> None:
    article = article_of("Kuota" + " cakupan" * times + " 98 persen.")
    shown = set(word_features(article, article.numbers[0]))
    assert f"percent, last measures {former}, covered" in shown


# --- the layout ----------------------------------------------------------------------------------


def turns(article: Article) -> list[list[str]]:
    """What each number of a list says of its place in its item."""
    return [
        [name for name in layout_features(article, around) if " its item" in name or "turn" in name]
        for around in article.numbers
    ]


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Kepesertaan dan keaktifan:", ["covered", "active"]),
        ("Daerah (terdaftar; aktif):", ["registered", "active"]),
        ("Keaktifan serta cakupan JKN 2024, ya cakupan:", ["active", "covered"]),
        ("Kuota, kepesertaan dan keaktifan:", None),
        ("Kepesertaan JKN:", None),
        ("Rinciannya:", None),
    ],
)
def test_a_heading_that_says_as_much_as_an_item_has_numbers_says_it_in_turn(
    heading: str, expected: Sequence[str] | None
) -> None:
    text = f"{heading}\n- Kudus 98 persen (81 persen)\n- Blora 97 persen (80 persen)\n"
    item = [["number 0 of 2 in its item"], ["number 1 of 2 in its item"]]
    for place, sense in enumerate(expected or ()):
        item[place].append(f"its turn in the heading: {sense}")
    assert turns(of_whole_items(text)) == [*item, *item]


def test_a_number_alone_in_its_item_has_no_turn() -> None:
    article = article_of("Kepesertaan dan keaktifan:\n- Kudus 98 persen\n- Blora 97 persen\n")
    assert turns(article) == [["number 0 of 1 in its item"]] * 2


def test_beyond_a_few_numbers_of_an_item_are_not_told_apart() -> None:
    article = of_whole_items("Rinciannya:\n- Kudus 98% (1%, 2%, 3%, 4%, 5%, 6%)\n")
    places_told = [0, 1, 2, 3, 4, 4, 4]
    assert turns(article) == [[f"number {place} of 5 in its item"] for place in places_told]


def test_a_list_has_items_of_two_numbers() -> None:
    article = article_of("Kepesertaan dan keaktifan:\n- Kudus 98 persen (81 persen)\n")
    assert [len(item) for item in article.items.values()] == [2]


@pytest.mark.parametrize(
    "text", ["Kudus 98 persen.", "| Daerah | JKN |\n|---|---|\n| Kudus | 98% |"]
)
def test_what_stands_in_no_list_has_no_place_in_an_item(text: str) -> None:
    assert turns(article_of(text)) == [[]]


# --- the times -----------------------------------------------------------------------------------

OLD: Final = "old, and a new one"
NEW: Final = "new, and an old one"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Cakupan turun dari 84 menjadi 82 persen.", [OLD, NEW]),
        ("Cakupan naik dari 84 persen pada 2022 menjadi 86 persen pada 2023.", [OLD, NEW]),
        ("Semula 84 persen, kini 86 persen.", [OLD, NEW]),
        ("Coverage rose from 84 percent to 86 percent.", [OLD, NEW]),
        ("Naik 2 persen dari 84 persen menjadi 86 persen.", ["no change", OLD, NEW]),
        ("Naik dari 84 menjadi 86 persen. Target menjadi 98 persen.", [OLD, NEW, "to"]),
        ("Naik dari hanya 84 persen menjadi sekitar 86 persen.", [OLD, NEW]),
        ("Naik dari 84 persen kini.", ["from"]),
        ("Naik menjadi 86 persen.", ["to"]),
        ("Kini 86 persen, sebelumnya 84 persen.", ["to", "from"]),
        ("Dari 1.000 jiwa, 900 jiwa terdaftar.", ["from", "no change"]),
        ("Kudus 86 persen dan Blora 84 persen.", ["no change", "no change"]),
    ],
)
def test_a_number_is_the_old_or_the_new_one_of_a_change(text: str, expected: list[str]) -> None:
    article = article_of(text)
    names, found = named(article), []
    for around in article.numbers:
        features = MomentFeatures(article, names, around, RATE)
        (nothing,) = [each for each in moments(article, names, around) if each.period is None]
        told = [f"none, {each}" for each in (OLD, NEW, "from", "to", "no change")]
        found += [name.partition(", ")[2] for name in features.of(nothing) if name in told]
    assert found == expected


def test_each_time_is_told_with_whether_the_number_changes() -> None:
    article = article_of("Cakupan naik menjadi 86 persen pada 2023.", date(2024, 6, 1))
    (around,), names = article.numbers, named(article)
    features = MomentFeatures(article, names, around, RATE)
    found = {each.iso: set(features.of(each)) for each in moments(article, names, around)}
    assert list(found) == ["2023", "2024-06-01", None]
    for shown, what in zip(found.values(), ("other", "own", "none"), strict=True):
        assert {f"{what}, to", f"{what}, to, 1 here"} <= shown


# --- what the choices have in common -------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "step"),
    [(0, "0"), (3, "3"), (4, "5"), (6, "8"), (9, "12"), (20, "20"), (21, "far")],
)
def test_so_many_words_are_so_far(count: int, step: str) -> None:
    assert how_far(["dan"] * count) == step


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("", 0),
        ("dan di #city pada #time", 0),
        ("atau #people di", 1),
        ("#number ,", 1),
        ("#percent ( #rupiah )", 2),
        ("#percent , #percent , #percent", 2),
    ],
)
def test_numbers_are_counted_among_words_up_to_two(words: str, count: int) -> None:
    assert numbers_among(words.split()) == count


def test_a_region_and_a_time_are_told_with_what_stands_between_them_and_the_number() -> None:
    article = article_of("Kudus mencatat 98 persen atau 900 jiwa, terdaftar pada 2023.")
    around, names = number(article, "98 persen"), named(article)
    of_places = PlaceFeatures(article, names, around, RATE)
    of_moments = MomentFeatures(article, names, around, RATE)
    place, moment = places(article, names, around)[0], moments(article, names, around)[0]
    assert {"before at 1", "before, 0 numbers and 0 regions between"} <= set(of_places.of(place))
    assert {"behind at 5", "behind, 1 numbers and 0 times between"} <= set(of_moments.of(moment))
