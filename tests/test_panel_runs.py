"""What holds of the panel of a whole run, whatever is added to it and in whatever order."""

import csv
import json
import tempfile
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.panel_run import ARTICLES, Article, Told, write_run
from uhc_llm.panel import PanelOptions, write_panel
from uhc_llm.panel.tables import PANEL, TARGETS

DATED: Final = [article for article in ARTICLES if article.published]
DAYS: Final = sorted({article.published for article in DATED if article.published})
SUFFIXES: Final = (".csv", ".jsonl")
OF_A_COPY: Final = {
    "copies",
    "articles",
    "last_said",
    "lost",
    "evidence_article",
    "evidence_url",
    "evidence_sentence",
}

Row = dict[str, str]
Rows = dict[tuple[str, ...], Row]


def files(
    articles: Iterable[Article],
    asked: PanelOptions = PanelOptions(),  # noqa: B008 (a tuple)
    *,
    suffixes: Sequence[str] = SUFFIXES,
    complete: bool = False,
) -> dict[str, bytes]:
    """What is written of a run of articles, by the names of the files."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_run(folder / "run.db", articles)
        return {
            path.name: path.read_bytes()
            for suffix in suffixes
            for path in write_panel(
                folder / "run.db", folder / f"panel{suffix}", asked, complete=complete
            ).files
        }


def table(written: dict[str, bytes], name: str) -> Rows:
    """The rows of a table by their region, time, metric and group."""
    rows = list(csv.DictReader(written[name].decode().splitlines()))
    time = "target_year" if "targets" in name else "period"
    key = ("region_code", time, "metric", "segment")
    found = {tuple(row[column] for column in key): row for row in rows}
    assert len(found) == len(rows)
    return found


@pytest.fixture(scope="module")
def whole() -> dict[str, bytes]:
    return files(ARTICLES)


# --- the run itself ------------------------------------------------------------------------------


def test_the_run_has_cells_of_every_sort(whole: dict[str, bytes]) -> None:
    rows = table(whole, "panel.csv").values()
    assert {row["conflict"] for row in rows} >= {
        "one",
        "rounded",
        "denominator",
        "revised",
        "conflict",
    }
    assert {row["best_rule"] for row in rows} >= {"only", "derived", "exact", "revised", "latest"}
    assert {row["verdict"] for row in rows} == {"verified", "suspect", "derived"}
    notes = {note for row in rows for note in row["notes"].split(";")}
    assert notes == {"", "old_boundaries", "range"}
    assert {row["target_of"] for row in rows} == {"", "own", "nation"}
    assert len(table(whole, "panel.targets.csv")) == 2


def test_figures_are_those_that_the_articles_say(whole: dict[str, bytes]) -> None:
    rows = table(whole, "panel.csv")
    values = {
        (row["region"], row["period"], row["metric"]): (row["value"], row["best_rule"])
        for row in rows.values()
    }
    assert values == {
        ("Indonesia", "2024-07", "coverage_rate"): ("96.8", "only"),
        ("Kabupaten Demak", "2024-06", "coverage_rate"): ("87.45", "latest"),
        ("Kabupaten Demak", "2024-07", "coverage_rate"): ("89.94", "derived"),
        ("Kabupaten Demak", "2024-07", "participants"): ("1098400", "only"),
        ("Kabupaten Demak", "2024-07", "population"): ("1221300", "only"),
        ("Kabupaten Jepara", "2024-06", "coverage_rate"): ("90.36", "revised"),
        ("Kabupaten Kudus", "2024-05", "active_rate"): ("80.5", "usual"),
        ("Kabupaten Kudus", "2024-05", "coverage_rate"): ("97.41", "exact"),
        ("Kabupaten Kudus", "2024-05", "participants"): ("850292", "exact"),
        ("Kabupaten Kudus", "2024-05", "population"): ("872900", "only"),
        ("Kabupaten Semarang", "2023", "coverage_rate"): ("94.77", "only"),
        ("Papua", "2021", "budget"): ("51030000000", "only"),
        ("Papua", "2021-06", "coverage_rate"): ("98.37", "derived"),
        ("Papua", "2021-06", "participants"): ("120000", "only"),
        ("Papua", "2021-06", "population"): ("3435000", "only"),
    }


@pytest.mark.parametrize("complete", [False, True])
def test_the_same_run_gives_the_same_bytes(complete: bool) -> None:
    suffixes = (*SUFFIXES, ".parquet")
    first, second = (files(ARTICLES, suffixes=suffixes, complete=complete) for _ in range(2))
    assert len(first) == 3 * len(suffixes)
    assert first == second


# --- order ---------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=15)
@given(st.permutations(ARTICLES))
def test_the_order_of_the_articles_changes_nothing(
    whole: dict[str, bytes], articles: list[Article]
) -> None:
    assert files(articles) == whole


def test_the_order_of_articles_of_the_very_same_text_changes_nothing() -> None:
    both = [ARTICLES[2]._replace(name=name, url=f"https://{name}.example/") for name in "ab"]
    assert files(both) == files(both[::-1])


@pytest.mark.parametrize("name", ["panel.csv", "panel.targets.csv"])
def test_rows_stand_in_the_order_of_regions_the_nation_first(
    whole: dict[str, bytes], name: str
) -> None:
    codes = [key[0] for key in table(whole, name)]
    assert codes == sorted(codes, key=lambda code: (code != "ID", code))
    by_region = [key for key in table(whole, name) if key[0] == "33.19"]
    assert by_region == sorted(by_region, key=lambda key: (key[2], key[3], key[1]))


# --- copies --------------------------------------------------------------------------------------


def copy_of(article: Article, days: int) -> Article:
    """An article as another paper has it, some days later."""
    assert article.published
    later = date.fromisoformat(article.published) + timedelta(days)
    return article._replace(
        name=f"zz-{article.name}",
        marked=f"Dikutip dari koran lain.\n{article.marked}\nDemikian kabar hari itu.",
        published=later.isoformat(),
        url="https://lain.example/",
    )


@pytest.mark.parametrize("days", [1, 3])
@pytest.mark.parametrize("article", DATED, ids=lambda article: article.name)
def test_a_copy_changes_no_figure_and_is_no_report(
    whole: dict[str, bytes], article: Article, days: int
) -> None:
    after = files([*ARTICLES, copy_of(article, days)], suffixes=[".csv"])
    for name, columns in (("panel.csv", PANEL), ("panel.targets.csv", TARGETS)):
        before, now = table(whole, name), table(after, name)
        assert list(before) == list(now)
        changed = {
            column
            for key, row in before.items()
            for column in columns.names
            if row[column] != now[key][column]
        }
        assert changed <= OF_A_COPY, (name, changed)
    before, now = table(whole, "panel.csv"), table(after, "panel.csv")

    def grown(column: str) -> dict[tuple[str, ...], int]:
        return {key: int(now[key][column]) - int(row[column]) for key, row in before.items()}

    assert set(grown("copies").values()) <= {0, 1}
    assert set(grown("articles").values()) == {0, 1}
    regions = {told.region for told in article.told} - {"Kantor Cabang Semarang"}
    assert {key[0] for key, count in grown("articles").items() if count} == regions


def test_a_copy_of_weeks_later_is_a_report_of_its_own(whole: dict[str, bytes]) -> None:
    after = files([*ARTICLES, copy_of(ARTICLES[0], 21)], suffixes=[".csv"])
    key = ("33.19", "2024-05", "population", "all")
    before, now = table(whole, "panel.csv")[key], table(after, "panel.csv")[key]
    assert (before["reports"], before["conflict"]) == ("1", "one")
    assert (now["reports"], now["conflict"], now["copies"]) == ("2", "same", "0")


def test_the_very_same_text_is_a_copy(whole: dict[str, bytes]) -> None:
    twin = ARTICLES[2]._replace(name="zz-jepara-1")
    after = files([*ARTICLES, twin], suffixes=[".csv"])
    before, now = table(whole, "panel.csv"), table(after, "panel.csv")
    assert now == before  # it lost, so that nobody counts its copies
    alone, both = files([ARTICLES[2]]), files([ARTICLES[2], twin])
    ((_, one),) = table(alone, "panel.csv").items()
    ((_, two),) = table(both, "panel.csv").items()
    assert {column for column in one if one[column] != two[column]} == {"copies"}
    assert (one["copies"], two["copies"], two["articles"]) == ("0", "1", "1")


def test_what_is_aimed_at_joins_no_articles() -> None:
    aims = tuple(
        Told(value, period=year, region="ID", status="target")
        for value, year in (("98", "2024"), ("99", "2029"))
    )
    papers = [
        Article(f"a{n}", f"Target [98 persen], lalu [99 persen]. Kini [{n}] persen.", (*aims, told))
        for n, told in enumerate((Told("91"), Told("82", region="33.73")))
    ]
    rows = table(files(papers), "panel.targets.csv")
    assert [(row["target_year"], row["reports"]) for row in rows.values()] == [
        ("2024", "2"),
        ("2029", "2"),
    ]


# --- vintages ------------------------------------------------------------------------------------

LATER: Final = (
    Article(
        "zz-ralat",
        "KUDUS - Dinkes meralat data Mei: peserta [849.000 jiwa], cakupan [97,26 persen]; target "
        "[99 persen].",
        tuple(
            told._replace(value=value)
            for told, value in zip(
                (ARTICLES[0].told[0], ARTICLES[0].told[2], ARTICLES[0].told[4]),
                ("849000", "97.26", "99"),
                strict=True,
            )
        ),
        published="2024-09-01",
    ),
)


@pytest.mark.parametrize("day", DAYS)
def test_a_vintage_stays_as_it_was_whatever_comes_later(day: str) -> None:
    asked = PanelOptions(as_of=date.fromisoformat(day))
    by_then = [article for article in ARTICLES if (article.published or "") <= day]
    # A copy of what was there, and corrections of it.
    copies = [
        copy_of(article, 1 + (date.fromisoformat(day) - date.fromisoformat(published)).days)
        for article in by_then
        if (published := article.published)
    ]
    before = files(by_then, asked)
    assert files([*LATER, *copies, *reversed(ARTICLES)], asked) == before
    dated = [article for article in by_then if article.published]
    assert files(dated) == before
    assert len(table(before, "panel.csv")) > 0


def test_an_article_that_carries_two_releases_is_a_copy_of_one_from_its_day_on() -> None:
    rate, *others = (
        Told("94.77"),
        Told("1003811", "participants"),
        Told("81.4", "active_rate"),
        Told("1059200", "population"),
        Told("55389", "uninsured"),
    )

    def paper(name: str, day: int, *told: Told) -> Article:
        text = f"{name}: " + " ".join(f"Terdata [{fact.value}]." for fact in told)
        return Article(name, text, told, published=f"2024-07-{day}")

    papers = [
        paper("a", 10, rate, *others[:2]),
        paper("b", 10, rate, *others[2:]),
        paper("c", 11, rate, *others),
    ]
    key = ("33.22", "2024-06", "coverage_rate", "all")
    for day, reports, copies in ((10, "2", "0"), (11, "2", "1")):
        asked = PanelOptions(as_of=date(2024, 7, day))
        row = table(files(papers, asked), "panel.csv")[key]
        assert (row["reports"], row["copies"]) == (reports, copies)


def test_what_comes_later_changes_the_panel_of_today(whole: dict[str, bytes]) -> None:
    after = files([*ARTICLES, *LATER])
    row = table(after, "panel.csv")["33.19", "2024-05", "coverage_rate", "all"]
    assert (row["value"], row["best_rule"], row["revised_from"]) == ("97.26", "revised", "97.41")
    assert after != whole


def test_before_the_first_article_nothing_was_known() -> None:
    early = date.fromisoformat(DAYS[0]) - timedelta(1)
    written = files(ARTICLES, PanelOptions(as_of=early))
    assert table(written, "panel.csv") == table(written, "panel.targets.csv") == {}


# --- coarser and finer ---------------------------------------------------------------------------


def test_by_year_a_cell_holds_what_its_months_say(whole: dict[str, bytes]) -> None:
    rows = table(files(ARTICLES, PanelOptions(by="year"), suffixes=[".csv"]), "panel.csv")
    assert {key[1] for key in rows} == {"2021", "2023", "2024"}
    by_year = {(key[0], key[1], key[2], key[3]) for key in rows}
    months = {(key[0], key[1][:4], key[2], key[3]) for key in table(whole, "panel.csv")}
    assert by_year == months
    demak = rows["33.21", "2024", "coverage_rate", "all"]
    assert (demak["value"], demak["notes"]) == ("87.45", "sums_differ")


def test_what_lost_is_told_with_its_rule_and_its_articles(whole: dict[str, bytes]) -> None:
    rows = table(whole, "panel.csv")
    lost = {key: json.loads(row["lost"]) for key, row in rows.items() if row["lost"] != "[]"}
    assert lost["33.20", "2024-06", "coverage_rate", "all"] == [
        {
            "value": 90.63,
            "rule": "revised",
            "difference": "revised",
            "articles": ["jepara-1", "jepara-2"],
        }
    ]
    for key, few in lost.items():
        names = {name for each in few for name in each["articles"]}
        assert int(rows[key]["articles"]) >= len(names)
        assert {each["rule"] for each in few} >= {rows[key]["best_rule"]}
