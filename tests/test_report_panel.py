"""The panel of a report: a tile for each province, what shows in a month, and nothing made up."""

import base64
import gzip
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.decided_run import NOTHING, examples, make_run
from tests.panel_run import Article, Told, write_run
from tests.test_report import HOSTILE, Page
from uhc_llm import Document, Extractor
from uhc_llm.cli import app
from uhc_llm.errors import InputError, MissingExtraError
from uhc_llm.promise import PROMISE, Promise
from uhc_llm.report import write_report
from uhc_llm.report.boundaries import load_boundaries
from uhc_llm.report.panel import KEPT, Share, share_at, tiles
from uhc_llm.scanner.regions.gazetteer import gazetteer

JAWA_TENGAH, MALUKU, KUDUS = "33", "81", "33.19"
JUNE = 2024 * 12 + 5


def told(value: str, region: str = JAWA_TENGAH, **more: Any) -> Told:
    return Told(value, region=region, **more)


def one(name: str, fact: Told, **more: Any) -> Article:
    return Article(name, f"Cakupan JKN [{fact.value} persen].", (fact,), **more)


def page_of(folder: Path, *articles: Article, **options: Any) -> Page:
    run, out = folder / "run.db", folder / "report.html"
    write_run(run, articles)
    write_report(run, out, **options)
    return Page(out)


def panel_of(page: Page) -> dict[str, Any]:
    panel: dict[str, Any] = page.data["panel"]  # type: ignore[assignment]
    return panel


def pack_of(panel: dict[str, Any], province: str) -> dict[str, Any]:
    pack: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(panel["pages"][province])))
    return pack


def sentences_of(panel: dict[str, Any], province: str) -> list[str]:
    return ["".join(parts) for parts in pack_of(panel, province)["sentences"]]


# --- the tiles ------------------------------------------------------------------------------------


def test_each_province_has_one_tile_and_no_two_lie_at_one_place() -> None:
    provinces = [code for code, r in gazetteer().by_code.items() if r.level == "province"]
    assert len(provinces) == 38
    assert sorted(tile.code for tile in tiles()) == sorted(provinces)
    assert len({(tile.column, tile.row) for tile in tiles()}) == 38
    assert len({tile.short for tile in tiles()}) == 38
    assert all(2 <= len(tile.short) <= 4 for tile in tiles())


@pytest.mark.parametrize(
    ("west", "east"), [("11", "12"), ("36", "32"), ("33", "35"), ("51", "52"), ("61", "64")]
)
def test_what_lies_further_east_has_no_column_further_west(west: str, east: str) -> None:
    columns = {tile.code: tile.column for tile in tiles()}
    assert columns[west] <= columns[east]


@pytest.mark.parametrize(
    ("north", "south"), [("11", "18"), ("65", "63"), ("71", "73"), ("31", "32"), ("33", "34")]
)
def test_what_lies_further_north_has_a_row_further_up(north: str, south: str) -> None:
    rows = {tile.code: tile.row for tile in tiles()}
    assert rows[north] < rows[south]


# --- which figure shows ---------------------------------------------------------------------------


def share(time: str, first: int, verdict: str = "verified") -> Share:
    return Share(time, first, 90.0, "90%", verdict, 1, is_disputed=False)


@pytest.mark.parametrize(
    ("month", "time"),
    [
        (JUNE - 1, None),
        (JUNE, "2024-06"),
        (JUNE + KEPT, "2024-06"),
        (JUNE + KEPT + 1, None),
    ],
)
def test_a_figure_shows_from_its_month_on_for_twelve_more(month: int, time: str | None) -> None:
    found = share_at([share("2024-06", JUNE)], month)
    assert (found and found.time) == time


def test_a_suspect_figure_shows_only_if_asked_for() -> None:
    both = [share("2024-06", JUNE, "suspect"), share("2024-05", JUNE - 1)]
    known, all_ = share_at(both, JUNE), share_at(both, JUNE, unsure=True)
    assert known is not None
    assert all_ is not None
    assert (known.time, all_.time) == ("2024-05", "2024-06")


def test_a_year_alone_counts_as_its_december_and_behind_its_months(tmp_path: Path) -> None:
    page = page_of(
        tmp_path,
        one("a", told("90.1", period="2023")),
        one("b", told("91.2", period="2023-03"), published="2023-05-01"),
        one("c", told("92.3", period="2022-12"), published="2023-01-01"),
    )
    rows = panel_of(page)["shares"][JAWA_TENGAH]["coverage_rate"]
    december = 2023 * 12 + 11
    assert [row[:2] for row in rows] == [
        ["2023-03", december - 9],
        ["2023", december],
        ["2022-12", december - 12],
    ]


def test_the_months_are_those_that_the_panel_has_and_it_begins_where_most_is_known(
    tmp_path: Path,
) -> None:
    page = page_of(
        tmp_path,
        one("a", told("90.1", period="2021-03"), published="2021-05-01"),
        one("b", told("91.2", MALUKU, period="2021-05"), published="2021-07-01"),
        one("c", told("92.3", period="2024-06")),
    )
    panel = panel_of(page)
    assert panel["months"] == [2021 * 12 + 2, 2021 * 12 + 4, JUNE]
    assert panel["start"] == 2021 * 12 + 4


# --- nothing, and nought --------------------------------------------------------------------------


def test_nought_is_a_figure_and_nothing_said_is_none(tmp_path: Path) -> None:
    page = page_of(tmp_path, one("a", told("0", MALUKU)), one("b", told("95.02")))
    panel = panel_of(page)
    ((time, _, value, words, *_),) = panel["shares"][MALUKU]["coverage_rate"]
    assert (time, value, words) == ("2024-06", 0.0, "0%")
    assert "active_rate" not in panel["shares"][MALUKU]
    assert "11" not in panel["shares"]
    said = {code: count for code, _, _, count, _ in panel["regions"]}
    assert (said[MALUKU], said["11"], len(said)) == (1, 0, 553)


def test_without_a_script_the_latest_figures_by_province_are_a_table(tmp_path: Path) -> None:
    page = page_of(
        tmp_path,
        one("a", told("95.02", period="2023-12"), published="2024-01-10"),
        one("b", told("98.02", verdict="suspect")),
        one("c", told("0", MALUKU)),
        one("d", told("81.5", MALUKU, metric="active_rate", verdict="suspect")),
    )
    words = " ".join(re.sub(r"<[^>]*>", " ", page.html).split())
    assert "Jawa Tengah 95.02% 2023-12, verified nothing said" in words
    assert "Maluku 0% 2024-06, verified 81.5% 2024-06, suspect" in words
    assert "Aceh nothing said nothing said" in words
    assert ("details", {"id": "panel-latest", "open": None}) in page.tags


def test_a_run_that_says_nothing_of_a_region_says_so(tmp_path: Path) -> None:
    run, out = tmp_path / "run.db", tmp_path / "report.html"
    make_run(run, Document(text=NOTHING, id="a"))
    write_report(run, out)
    page = Page(out)
    assert "panel" not in page.data
    assert "there is nothing to lay out" in page.words


# --- the page of a region -------------------------------------------------------------------------


def test_a_cell_has_what_it_rests_on_and_what_does_not_stand(tmp_path: Path) -> None:
    page = page_of(
        tmp_path,
        one("demak-1", told("88.15", KUDUS), url="https://koran.example/1"),
        one("demak-2", told("87.45", KUDUS, verdict="suspect"), url="javascript:alert(1)"),
        one("target", told("98", "ID", status="target", period="2024")),
    )
    panel = panel_of(page)
    pack = pack_of(panel, "33")
    (cell,) = pack["regions"][KUDUS]["cells"]
    assert (cell["words"], cell["verdict"], cell["likely"]) == ("88.15%", "verified", 90)
    assert (cell["reports"], cell["conflict"]) == (1, "conflict")
    assert (cell["low"], cell["high"]) == (87.45, 88.15)
    ((lost),) = cell["lost"]
    assert (lost["words"], lost["rule"], lost["difference"]) == ("87.45%", "verified", "conflict")
    assert panel["rules"]["verified"]
    assert panel["conflicts"]["conflict"] == "sources disagree"
    ((article, sentence, item),) = cell["seen"]
    assert pack["articles"][article] == ["demak-1", "https://koran.example/1", 0]
    assert pack["sentences"][sentence] == ["Cakupan JKN ", "88.15 persen", "."]
    assert f'id="a-{item}"' in page.articles[0]
    assert pack["articles"][lost["seen"][0][0]] == ["demak-2", "", 1]
    (target,) = pack_of(panel, "ID")["regions"]["ID"]["targets"]
    assert (target["year"], target["words"]) == ("2024", "98%")


def test_results_in_hand_have_a_panel_too(tmp_path: Path) -> None:
    documents, out = examples(), tmp_path / "report.html"
    with Extractor(strategy="code") as extractor:
        write_report([(each, extractor.extract(each)) for each in documents], out)
    panel = panel_of(Page(out))
    assert panel["shares"]
    numbers = {
        article[2] for code in panel["pages"] for article in pack_of(panel, code)["articles"]
    }
    assert numbers <= set(range(len(documents)))


def test_a_long_sentence_is_cut_around_its_number(tmp_path: Path) -> None:
    filler = " ".join(["Dinas Kesehatan"] * 40)
    fact = told("88.15", KUDUS)
    article = Article("a", f"{filler} mencatat [88,15 persen] {filler}.", (fact,))
    (sentence,) = pack_of(panel_of(page_of(tmp_path, article)), "33")["sentences"]
    before, number, behind = sentence
    assert number == "88,15 persen"
    assert before.startswith("… ")
    assert behind.endswith(" …")
    # No word is cut.
    assert {*before.split(), *behind.split()} == {"…", "Dinas", "Kesehatan", "mencatat"}
    assert len("".join(sentence)) <= 300 + len("……")


def test_the_same_run_makes_the_same_panel(tmp_path: Path) -> None:
    run = tmp_path / "run.db"
    make_run(run, *examples())
    for name in ("1.html", "2.html"):
        write_report(run, tmp_path / name)
    first, second = (panel_of(Page(tmp_path / name)) for name in ("1.html", "2.html"))
    assert first == second


# --- what is promised, and untrusted words --------------------------------------------------------


@pytest.mark.parametrize(
    ("promise", "words"),
    [(None, f"{PROMISE.precision * 100:g} in 100"), (Promise(precision=0.8), "80 in 100")],
)
def test_beside_verified_stands_what_it_is_worth(
    tmp_path: Path, promise: Promise | None, words: str
) -> None:
    page = page_of(tmp_path, one("a", told("95.02")), promise=promise)
    assert f"verified: of such facts at least {words}" in " ".join(page.words.split())


def test_markup_in_an_article_stays_text_on_the_page_of_a_region(tmp_path: Path) -> None:
    run, out = tmp_path / "run.db", tmp_path / "report.html"
    make_run(run, Document(text=HOSTILE, id="</script><b>id</b>", url="javascript:alert(3)"))
    write_report(run, out)
    page = Page(out)
    assert {kind for kind, _ in page.scripts} == {
        "module",
        "application/json",
        "application/octet-stream",
    }
    pack = pack_of(panel_of(page), "35")
    assert pack["articles"] == [["</script><b>id</b>", "", 0]]
    assert "</script><b>id</b>" not in page.html


def test_text_that_plays_with_its_neighbours_shows_a_sign(tmp_path: Path) -> None:
    article = Article("a\u202e", "Cakupan \u202eJKN\n[95 persen]\u2066.", (told("95"),))
    panel = panel_of(page_of(tmp_path, article))
    assert pack_of(panel, "33")["articles"][0][0] == "a\ufffd"
    assert not {"\u202e", "\u2066"} & set("".join(sentences_of(panel, "33")))


def test_a_package_that_is_missing_is_named_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = tmp_path / "run.db"
    make_run(run)
    for name in [name for name in sys.modules if name.startswith("uhc_llm.panel")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "uhc_llm.report.panel", raising=False)
    monkeypatch.setitem(sys.modules, "rapidfuzz", None)
    with pytest.raises(MissingExtraError, match=r"a report needs an extra"):
        write_report(run, tmp_path / "report.html")


# --- outlines -------------------------------------------------------------------------------------

SQUARE = [[110.0, -7.0], [111.0, -7.0], [111.0, -8.0], [110.0, -8.0], [110.0, -7.0]]


def feature(properties: object, coordinates: object = (SQUARE,), kind: str = "Polygon") -> object:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def geojson(folder: Path, features: Iterable[object]) -> Path:
    path = folder / "regions.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}))
    return path


def test_outlines_are_paths_of_whole_numbers_by_code(tmp_path: Path) -> None:
    more = [[120.0, -3.0], [122.0, -3.0], [122.0, -5.0]]
    path = geojson(
        tmp_path,
        [
            feature({"region_code": 33}),
            feature({"kode": "7371"}, [[more]], "MultiPolygon"),
            feature({"code": "33.19", "region_code": None}),
            feature({"name": "a lake"}),
            feature({"region_code": "99"}),
            feature(None),
        ],
    )
    found = load_boundaries(path)
    assert sorted(found.paths) == ["33", "33.19", "73.71"]
    assert found.box[0] == 10_000
    assert set("".join(found.paths.values())) <= set("Mlz -0123456789")
    assert found.paths["73.71"].startswith("M8")
    left, top, width, height = found.boxes["33"]
    assert left == 0
    assert top > found.boxes["73.71"][1]
    assert width == pytest.approx(height, rel=0.02)


def test_a_degree_is_as_wide_as_it_is_high_near_the_equator(tmp_path: Path) -> None:
    far = [[[0.0, 60.0], [1.0, 60.0], [1.0, 61.0], [0.0, 61.0]]]
    _, _, width, height = load_boundaries(geojson(tmp_path, [feature({"code": "33"}, far)])).boxes[
        "33"
    ]
    assert width == pytest.approx(height * 0.49, rel=0.02)


def test_outlines_stand_in_the_page_and_properties_do_not(tmp_path: Path) -> None:
    hostile = {"region_code": "33", "name": "</script><script>alert(1)</script>"}
    path = geojson(tmp_path, [feature(hostile)])
    page = page_of(tmp_path, one("a", told("95.02")), boundaries=path)
    assert list(panel_of(page)["outlines"]["shapes"]) == ["33"]
    assert "alert(1)" not in page.html


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "is no GeoJSON"),
        ("[1, 2", "is no GeoJSON"),
        ("[" * 200_000, "is no GeoJSON"),
        ("9" * 5_000, "is no GeoJSON"),
        ("[]", "is no GeoJSON FeatureCollection"),
        ('{"type": "Topology", "features": []}', "is no GeoJSON FeatureCollection"),
        ('{"type": "FeatureCollection", "features": [3]}', "is no GeoJSON FeatureCollection"),
        ('{"type": "FeatureCollection", "features": []}', "has the outline of no region"),
    ],
)
def test_what_is_no_geojson_is_refused(tmp_path: Path, written: str, said: str) -> None:
    path = tmp_path / "regions.geojson"
    path.write_text(written)
    with pytest.raises(InputError, match=said):
        load_boundaries(path)


@pytest.mark.parametrize(
    ("coordinates", "kind", "said"),
    [
        ([1, 2], "Point", "no Polygon or MultiPolygon"),
        ([[110, -7]], "Polygon", "no longitude and latitude|not nested"),
        ("x", "Polygon", "not nested"),
        ([[["110", "-7"]]], "Polygon", "no longitude and latitude"),
        ([[[True, 1]]], "Polygon", "no longitude and latitude"),
        ([[[float("nan"), 1]]], "Polygon", "no longitude and latitude"),
        ([[[10**400, 1]]], "Polygon", "no longitude and latitude"),
        ([[[1e999, 1]]], "Polygon", "no longitude and latitude"),
        ([[[500000, 9000000]]], "Polygon", "no longitude and latitude"),
        ([[[110]]], "Polygon", "no longitude and latitude"),
        ([[]], "Polygon", "has the outline of no region"),
    ],
)
def test_coordinates_that_are_none_are_refused_with_their_feature(
    tmp_path: Path, coordinates: object, kind: str, said: str
) -> None:
    path = geojson(tmp_path, [feature({"code": "33"}, coordinates, kind)])
    with pytest.raises(InputError, match=said):
        load_boundaries(path)


def test_a_file_of_outlines_that_is_not_there_is_said_before_anything_is_read(
    tmp_path: Path,
) -> None:
    run = tmp_path / "run.db"
    make_run(run)
    options = ["report", str(run), "-o", str(tmp_path / "r.html")]
    done = CliRunner().invoke(app, [*options, "--boundaries", str(tmp_path / "none.geojson")])
    assert isinstance(done.exception, InputError)
    assert "cannot be read" in str(done.exception)
    assert not (tmp_path / "r.html").exists()


def test_the_command_draws_the_outlines_that_it_is_given(tmp_path: Path) -> None:
    run, out = tmp_path / "run.db", tmp_path / "r.html"
    write_run(run, [one("a", told("95.02"))])
    path = geojson(tmp_path, [feature({"code": "33"})])
    done = CliRunner().invoke(
        app, ["report", str(run), "-o", str(out), "--boundaries", str(path), "--precision", "0.8"]
    )
    assert done.exit_code == 0, done.stderr
    assert panel_of(Page(out))["outlines"]["box"]
