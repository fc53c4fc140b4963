"""A picture says what is in it, and what stands in the page is shapes and text alone."""

import sys
from collections.abc import Iterable
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from tests.test_report_figures import BATU, BOGOR, JAMBI, NATION, Said, said
from uhc_llm.errors import MissingExtraError
from uhc_llm.report.charts import Picture, pictures
from uhc_llm.report.drawing import percent_axis
from uhc_llm.report.figures import coverage_by_region
from uhc_llm.report.svg import printable, safe_svg
from uhc_llm.schemas import Region

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">{}</svg>'

FACTS = [
    said("98.4", "2024-05", article="batu"),
    said(80, "2020", article="batu"),
    said(98, "2025", article="batu", status="target"),
    said("75.5", "2024", article="batu", metric="active_rate"),
    said(70, "2024", BOGOR, article="bogor", verdict="suspect"),
    said(60, "2023", BOGOR, article="bogor", qualifier="about"),
    said(95, "2024", BOGOR, article="bogor", status="target"),
    said("98.3", "2024", NATION, article="nation"),
    said(99, "2024", JAMBI, article="jambi", segment="ppu"),
]


def named(facts: Iterable[Said]) -> dict[str, Picture]:
    return {picture.name: picture for picture in pictures(facts)}


def root_of(picture: Picture) -> ET.Element:
    return ET.fromstring(picture.svg)  # noqa: S314 (the program under test wrote it)


def texts(picture: Picture) -> list[ET.Element]:
    return list(root_of(picture).iter("text"))


def words(picture: Picture) -> list[str]:
    return ["".join((each.text or "", *(e.tail or "" for e in each))) for each in texts(picture)]


def hints(picture: Picture) -> list[str]:
    return [each.text or "" for each in root_of(picture).iter("title")]


def lines(picture: Picture) -> list[str]:
    return [
        path.get("d", "")
        for path in root_of(picture).iter("path")
        if path.get("stroke-width") == "1.5"
    ]


def cities(count: int) -> list[Said]:
    return [
        said(60 + number % 40, "2024", Region(code=f"35.{number}", name=f"Kota {number}",
             level="city", province="Jawa Timur" if number % 2 else "Bali"))
        for number in range(count)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def drawn() -> dict[str, Picture]:
    return named(FACTS)


def test_there_are_four_pictures_in_their_order(drawn: dict[str, Picture]) -> None:
    assert list(drawn) == ["coverage-by-region", "coverage-over-time", "targets", "active"]


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("coverage-by-region", "2 regions are at 70% to 98.4% in 2024"),
        ("coverage-over-time", "From 2020 to 2024, coverage rose in 2 of 2 regions"),
        ("targets", "The latest target of each region, and what it reached last"),
        ("active", "Registered and active in Kota Batu, 2024: 22.9 points apart"),
    ],
)
def test_a_title_says_what_is_seen(drawn: dict[str, Picture], name: str, title: str) -> None:
    assert drawn[name].title == title


@pytest.mark.parametrize(
    ("facts", "coverage", "time"),
    [
        (
            [said(80, "2020"), said(98, "2024")],
            "Kota Batu is at 98%, 2024",
            "Coverage of Kota Batu: 80% in 2020, 98% in 2024",
        ),
        (  # articles differ on the last period
            [said(80, "2020"), said(75, "2024"), said(98, "2024")],
            "Kota Batu is at 75% to 98%, 2024",
            "Coverage of Kota Batu: 80% in 2020, 75% to 98% in 2024",
        ),
        (
            [said(80, "2020"), said(75, "2024"), said(98, "2024"),
             said(80, "2020", BOGOR), said(98, "2024", BOGOR)],
            "2 regions are at 75% to 98% in 2024",
            "From 2020 to 2024, coverage rose in 1 of 2 regions",
        ),
        (
            [said(98, "2024"), said(98, "2024", BOGOR)],
            "2 regions are at 98% in 2024",
            "Coverage over time",
        ),
        (
            [*cities(3), said(50, "2024", BATU), said(99, "2024", BATU)],
            "Half of the 4 regions with a figure of 2024 are at 61% or more",
            "Coverage over time",
        ),
    ],
)  # fmt: skip
def test_a_title_is_true_whichever_article_is_right(
    facts: list[Said], coverage: str, time: str
) -> None:
    drawn = named(facts)
    assert drawn["coverage-by-region"].title == coverage
    assert drawn["coverage-over-time"].title == time


@pytest.mark.parametrize(
    ("name", "facts", "title"),
    [
        (
            "coverage-by-region",
            [said(98, "2024"), said(70, "2023", BOGOR)],
            "The latest coverage of each region",
        ),
        (
            "coverage-by-region",
            [said(98), said(70, region=BOGOR)],
            "The latest coverage of each region",
        ),
        ("coverage-by-region", [said(98)], "Kota Batu is at 98%, no period said"),
        ("coverage-by-region", [said(98, "2024", NATION)], "Coverage of the nation, 2024"),
        (
            "coverage-by-region",
            [*cities(5), said(99, "2021", JAMBI), said(98, region=BOGOR)],
            "Half of the 5 regions with a figure of 2024 are at 62% or more",
        ),
        (
            "targets",
            [said(98, "2025", status="target"), said(90, "2024")],
            "The latest target of each region, and what it reached last",
        ),
        (
            "targets",
            [said(98, "2024", status="target"), said(99, "2024-05")],
            "Kota Batu has reached its target of 2024",
        ),
        (
            "targets",
            [said(98, "2024", status="target"), said(99, "2024"),
             said(98, "2024", BOGOR, status="target"), said(70, "2024", BOGOR),
             said(98, "2025", JAMBI, status="target"), said(99, "2024", JAMBI)],
            "Regions have reached 1 of 2 targets of 2024",
        ),
        (
            "active",
            [said(98, "2024"), said(75, "2024", metric="active_rate"),
             said(98, "2024", BOGOR), said(99, "2024", BOGOR, metric="active_rate"),
             said(98, "2024", JAMBI), said(75, "2023", JAMBI, metric="active_rate")],
            "In 2024 the share active is below the share registered in 1 of 2 regions",
        ),
        (
            "active",
            [said(98, "2024"), said(75, "2023", metric="active_rate")],
            "The latest shares registered and active of each region",
        ),
    ],
)  # fmt: skip
def test_a_title_names_its_time_and_takes_no_two_years_together(
    name: str, facts: list[Said], title: str
) -> None:
    assert named(facts)[name].title == title


def test_every_region_with_a_series_is_led_to() -> None:
    facts = [
        said(value, str(year), Region(code=f"35.{n:02}", name=f"Kota {n}", level="city"))
        for n in range(20)
        for year, value in ((2023, 80), (2024, 90))
    ]
    picture = named(facts)["coverage-over-time"]
    assert {code for _name, code in picture.links} == {f"35.{n:02}" for n in range(20)}
    assert {row[0] for row in picture.rows} == {f"Kota {n}" for n in range(20)}
    assert named(facts)["coverage-by-region"].links == ()


def test_a_caption_says_what_is_in_the_picture_and_what_is_not(drawn: dict[str, Picture]) -> None:
    assert drawn["coverage-by-region"].caption == (
        "The latest share registered, of 2 regions and the nation, from 3 facts. Hollow discs and "
        "triangles, broken strokes and values with a question mark are suspect. "
        "The axis begins at 65%. "
        "Left out: 2 that say a target, 2 not the latest of their region, "
        "1 of one group of members."
    )


def test_values_stand_in_the_picture_with_a_question_mark_where_they_are_suspect(
    drawn: dict[str, Picture],
) -> None:
    shown = words(drawn["coverage-by-region"])
    assert {"Indonesia", "Kota Batu", "Kab. Bogor", "98.4%", "70%?", "98.3%", "2024"} <= set(shown)


def test_what_is_suspect_is_hollow(drawn: dict[str, Picture]) -> None:
    fills = {
        title.text: path.get("fill")
        for path in root_of(drawn["coverage-by-region"]).iter("path")
        for title in path.iter("title")
    }
    assert fills == {
        "Kota Batu: reached 98.4%, 2024-05, verified, batu": "var(--series-1)",
        "Kabupaten Bogor: reached 70%, 2024, suspect, bogor": "var(--surface)",
        "Indonesia: reached 98.3%, 2024, verified, nation": "var(--series-1)",
    }


def test_the_figures_behind_a_picture_are_a_table(drawn: dict[str, Picture]) -> None:
    header = ("region", "province", "what", "share", "period", "verdict", "articles")
    assert drawn["targets"].header == header
    assert drawn["targets"].rows == [
        ("Kabupaten Bogor", "Jawa Barat", "reached", "70%", "2024", "suspect", "bogor"),
        ("Kabupaten Bogor", "Jawa Barat", "target", "95%", "2024", "verified", "bogor"),
        ("Kota Batu", "Jawa Timur", "reached", "98.4%", "2024-05", "verified", "batu"),
        ("Kota Batu", "Jawa Timur", "target", "98%", "2025", "verified", "batu"),
    ]


def test_a_table_names_three_articles_and_counts_the_rest() -> None:
    facts = [said(98, "2024", article=name) for name in "abcde"]
    assert named(facts)["coverage-by-region"].rows[0][-1] == "a, b, c, 2 more"


def test_where_there_is_nothing_to_show_words_say_so_and_nothing_is_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "altair", None)
    target = [said(98, status="target")]
    assert all(picture.svg == "" and picture.empty for picture in pictures([]))
    assert named(target)["coverage-by-region"].empty == (
        "No fact says which share of a region's people is registered. "
        "Left out: 1 that say a target."
    )


@pytest.mark.parametrize("package", ["altair", "vl_convert"])
def test_without_the_extra_the_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=r"uhc-llm\[report\]"):
        pictures(FACTS)


def test_more_regions_than_rows_are_dots_in_the_strips_of_their_provinces() -> None:
    nation = said(98, region=NATION)
    picture = named([*cities(300), said(91, "2023", JAMBI), nation])["coverage-by-region"]
    assert picture.title == "Half of the 300 regions with a figure of 2024 are at 78% or more"
    assert len(picture.rows) == 302
    assert len([hint for hint in hints(picture) if hint.startswith("Kota ")]) == 300
    shown = words(picture)
    assert [name for name in shown if name in {"Indonesia", "Jambi", "Jawa Timur", "Bali"}] == [
        "Indonesia", "Jambi", "Jawa Timur", "Bali",
    ]  # fmt: skip
    assert shown.count("150") == 2


def test_the_stroke_of_a_province_is_broken_where_its_figure_is_suspect() -> None:
    banten = Region(code="36", name="Banten", level="province", province="Banten")
    facts = [*cities(50), said(91, region=JAMBI), said(80, region=banten, verdict="suspect")]
    dashes = {
        title.text: line.get("stroke-dasharray")
        for line in root_of(named(facts)["coverage-by-region"]).iter("line")
        for title in line.iter("title")
    }
    assert dashes == {
        "Jambi: reached 91%, no period said, verified, a": "1,0",
        "Banten: reached 80%, no period said, suspect, a": "3,2.5",
    }


def test_dots_of_a_strip_do_not_cover_each_other() -> None:
    same = [
        said(98, "2024", Region(code=f"51.{n}", name=f"Kota {n}", level="city", province="Bali"))
        for n in range(60)
    ]
    root = root_of(named(same)["coverage-by-region"])
    places = [path.get("transform") for path in root.iter("path") if list(path.iter("title"))]
    assert len(set(places)) == 60


def test_a_wrong_value_does_not_squeeze_all_the_others() -> None:
    facts = [*cities(100), said(9000, region=JAMBI), said(1, region=BOGOR)]
    axis = percent_axis(coverage_by_region(facts).points, room_for=Decimal("0.97"))
    assert (axis.low, axis.high, axis.beyond) == (55, 100, 2)
    caption = named(facts)["coverage-by-region"].caption
    assert "2 values lie beyond the axis and stand at its end." in caption


def test_a_wrong_value_among_few_stands_at_the_end_of_the_axis() -> None:
    wrong = said(9812, "2024", BOGOR, verdict="suspect")
    picture = named([*cities(20), wrong])["coverage-by-region"]
    assert "1 value lies beyond the axis and stands at its end." in picture.caption
    assert "9,812%?" in words(picture)
    assert "100%" in words(picture)


def test_the_line_over_time_passes_by_what_is_suspect() -> None:
    years = [said(80, "2020"), said(90, "2022"), said(98, "2024")]
    straight = lines(named(years)["coverage-over-time"])
    astray = said(25, "2023", verdict="suspect")
    picture = named([*years, astray])["coverage-over-time"]
    assert [line.count("L") for line in straight] == [2]
    assert [line.count("L") for line in lines(picture)] == [2]
    assert "Kota Batu: reached 25%, 2023, suspect, a" in hints(picture)
    doubted = [(name, fact.model_copy(update={"verdict": "suspect"})) for name, fact in years]
    assert not "".join(lines(named(doubted)["coverage-over-time"]))


@pytest.mark.parametrize(
    ("values", "axis"),
    [
        ([98.4], (90, 100, (90, 95, 100))),
        ([70, 98], (65, 100, (80, 100))),
        ([0, 100], (0, 100, (0, 50, 100))),
        ([99, 103], (95, 105, (95, 100, 105))),
        ([5, 109.55], (0, 110, (0, 50, 100))),
        ([5, 10**12], (0, 150, (0, 50, 100, 150))),
        ([300, 400], (140, 150, (140, 145, 150))),
    ],
)
def test_an_axis_reaches_100_and_has_few_round_values(
    values: list[float], axis: tuple[int, int, tuple[int, ...]]
) -> None:
    regions = [Region(code=str(n), name=str(n), level="city") for n in range(len(values))]
    facts = [said(str(v), region=r) for v, r in zip(values, regions, strict=True)]
    assert percent_axis(coverage_by_region(facts).points)[:3] == axis


# --- what stands in the page ---

HOSTILE = "<script>alert(1)</script>\"'&\u202e\x00\ufffe]]> {{7*7}} ' + datum.x + '"


def test_no_name_gets_out_of_a_picture() -> None:
    region = Region(code=None, name=f"Cabang {HOSTILE}", level="area", province=HOSTILE)
    facts = [
        *(said(v, p, region, article=HOSTILE) for v, p in ((98, "2024"), (80, "2020"))),
        said(99, "2025", region, status="target", article=HOSTILE),
        said(70, "2024", region, metric="active_rate", article=HOSTILE),
    ]
    whole = [*facts, *cities(50)]
    for picture in (*pictures(facts), *pictures(whole)):
        root = root_of(picture)
        assert {each.tag for each in root.iter()} <= {"svg", "g", "path", "line", "text", "title"}
        assert "<script" not in picture.svg
        assert not {"\u202e", "\x00", "\ufffe"} & set(picture.svg)
    assert any("<script>alert(1)</script>" in hint for hint in hints(pictures(facts)[0]))


def test_a_picture_takes_colours_and_fonts_from_the_page(drawn: dict[str, Picture]) -> None:
    for picture in drawn.values():
        root = root_of(picture)
        assert root.get("role") == "img"
        assert picture.title in root.get("aria-label", "")
        assert not {"width", "height"} & set(root.keys())
        keys = {key for each in root.iter() for key in each.keys()}  # noqa: SIM118 (no mapping)
        assert not keys & {"style", "class", "id", "href", "font-family"}
        colours = {each.get("fill") for each in root.iter("text")}
        assert colours <= {"currentColor", "var(--quiet)"}


def test_the_same_facts_make_the_same_picture() -> None:
    assert pictures(FACTS[:3]) == pictures(FACTS[:3])


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<style>*{fill:red}</style>",
        "<foreignObject><p/></foreignObject>",
        '<image href="https://example.com/x.png"/>',
        '<use href="#x"/>',
        "<a><text>x</text></a>",
        '<svg xmlns="http://www.w3.org/1999/xhtml"/>',
    ],
)
def test_elements_that_no_picture_needs_are_left_behind(inside: str) -> None:
    assert safe_svg(SVG.format(inside), "x") == (
        '<svg viewBox="0 0 10 10" role="img" aria-label="x"></svg>'
    )


@pytest.mark.parametrize(
    "attribute",
    [
        'onclick="alert(1)"',
        'style="fill:red"',
        'class="x"',
        'id="x"',
        'xlink:href="#x" xmlns:xlink="http://www.w3.org/1999/xlink"',
        'fill="url(https://example.com/#x)"',
        'fill="url(#x)"',
        'stroke="image(x)"',
        'fill="var(--x, url(#x))"',
        'transform="translate(1) url(x)"',
    ],
)
def test_attributes_that_may_fetch_or_style_are_left_behind(attribute: str) -> None:
    written = safe_svg(SVG.format(f'<path d="M0,0h1" {attribute}/>'), "x")
    assert '<path d="M0,0h1"></path>' in written


def test_colours_of_the_page_and_places_are_kept() -> None:
    path = '<path transform="translate(1,-2.5) rotate(-90)" d="M0,0h1e3Z" fill="var(--series-1)">'
    assert f"{path}</path>" in safe_svg(SVG.format(f"{path}</path>"), "x")


def test_labels_are_escaped() -> None:
    assert 'aria-label="&#34;&gt;&lt;b&gt;"' in safe_svg(SVG.format(""), '"><b>')


@pytest.mark.parametrize(
    "drawing",
    ["", "<svg", "<p/>", '<svg viewBox="0 0 1 1"/>', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
)
def test_what_is_no_drawing_is_refused(drawing: str) -> None:
    with pytest.raises(ValueError, match="drawing is not"):
        safe_svg(drawing, "x")


@pytest.mark.parametrize(
    ("words", "shown"),
    [("Kota\n Batu ", "Kota Batu"), ("a\x00b\ufffe", "a\ufffdb\ufffd"), ("\ud800", "\ufffd")],
)
def test_words_are_made_such_as_xml_can_hold(words: str, shown: str) -> None:
    assert printable(words) == shown
