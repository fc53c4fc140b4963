"""What each article says, as it comes out of the file of a run."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.decided_run import settle
from tests.panel_run import ONE, Article, Told, observed, said, write_run
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.reviewed import reviewed_articles
from uhc_llm.batch.work import Work
from uhc_llm.documents import Document
from uhc_llm.panel.observations import AROUND, Observation, observations, seen_in
from uhc_llm.schemas import Metric

LONG = "Warga datang ke puskesmas sejak pagi. " * 50


def run_says(path: Path, *, as_of: date | None = None) -> list[Observation]:
    with Ledger.read(path) as ledger:
        return list(observations(ledger, as_of=as_of))


def test_an_observation_is_the_fact_with_its_words(tmp_path: Path) -> None:
    article = Article(
        "a",
        "BPJS Kesehatan merilis data. Cakupan [94,77 persen], peserta [1.003.811] jiwa.\nSelesai.",
        (
            Told("94.77", period="2024-06-30", source="derived", confidence=None),
            Told("1003811", metric="participants", verdict="suspect", segment="pbi_apbd"),
        ),
        url="https://koran.example/a",
    )
    write_run(tmp_path / "run.db", [article])
    found = run_says(tmp_path / "run.db")
    (key,) = {seen.article for seen in found}
    assert found == [seen._replace(article=key) for seen in observed(article)]
    rate, people = found
    assert rate.context[rate.start : rate.end] == "94,77 persen"
    assert people.context[people.start : people.end] == "1.003.811"
    assert rate.sentence == "Cakupan 94,77 persen, peserta 1.003.811 jiwa."
    assert (rate.is_own_date, rate.url) == (True, "https://koran.example/a")


def test_context_of_a_number_deep_in_a_text_is_cut(tmp_path: Path) -> None:
    article = Article("a", f"{LONG}Cakupan [94,77 persen]. {LONG}", (ONE,))
    write_run(tmp_path / "run.db", [article])
    (found,) = run_says(tmp_path / "run.db")
    assert found == observed(article)[0]._replace(article=found.article)
    assert found.place == len(LONG) + len("Cakupan ")
    assert (found.start, len(found.context)) == (AROUND, 2 * AROUND)
    assert found.context[found.start : found.end] == "94,77 persen"
    assert found.before.endswith("pagi. Cakupan ")


def test_the_nation_comes_first_and_then_regions_by_their_codes(tmp_path: Path) -> None:
    codes = ["33.22", "11", "ID", "91.71", "33"]
    articles = [
        Article(f"a{place}", f"Cakupan ke-{place} [94,77 persen].", (ONE._replace(region=code),))
        for place, code in enumerate(codes)
    ]
    write_run(tmp_path / "run.db", articles)
    found = [seen.region_code for seen in run_says(tmp_path / "run.db")]
    assert found == ["ID", "11", "33", "33.22", "91.71"]


@pytest.mark.parametrize(
    ("told", "is_seen"),
    [
        (ONE, True),
        (ONE._replace(region="Kantor Cabang Ungaran"), False),
        (ONE._replace(period=None), False),
        (ONE._replace(period=None, status="target"), True),
    ],
    ids=["told", "an area", "of no time", "a target of no time"],
)
def test_what_says_no_region_or_no_time_is_no_observation(
    tmp_path: Path, told: Told, is_seen: bool
) -> None:
    write_run(tmp_path / "run.db", [Article("a", "Cakupan [94,77 persen].", (told,))])
    assert len(run_says(tmp_path / "run.db")) == is_seen


def test_only_what_is_done_and_what_the_verifier_let_pass_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "run.db"
    write_run(path, [Article("a", "Cakupan [94,77 persen].", (ONE,))])
    with Ledger.write(path) as ledger, ledger.transaction() as db:
        db.execute("UPDATE facts SET rejected = 1")
    assert run_says(path) == []
    with Ledger.write(path) as ledger, ledger.transaction() as db:
        db.execute("UPDATE facts SET rejected = 0")
        db.execute("UPDATE documents SET state = 'waiting'")
    assert run_says(path) == []


def test_a_text_that_was_replaced_says_nothing_any_more(tmp_path: Path) -> None:
    path = tmp_path / "run.db"
    write_run(path, [Article("a", "Cakupan [94,77 persen].", (ONE,))])
    write_run(path, [Article("a", "Cakupan kini [95,12 persen].", (Told("95.12"),))])
    assert [seen.value for seen in run_says(path)] == [Decimal("95.12")]


def test_the_very_same_text_is_counted_and_told_once(tmp_path: Path) -> None:
    path = tmp_path / "run.db"
    article = Article("a", "Cakupan [94,77 persen].", (ONE,))
    (key,) = write_run(path, [article]).values()
    with Ledger.write(path) as ledger:
        (settings,) = next(ledger.rows("SELECT settings_hash FROM documents"))
        same = Document(text=article.text, id="b", published=date(2024, 7, 10))
        ledger.add([Work(key, same, "/corpus/b.txt")], settings)
    (found,) = run_says(path)
    assert (found.name, found.copies) == ("a", 1)


@pytest.mark.parametrize(
    ("as_of", "names"),
    [
        (None, ["early", "late", "undated"]),
        (date(2024, 7, 9), []),
        (date(2024, 7, 10), ["early"]),
        (date(2024, 8, 1), ["early", "late"]),
    ],
)
def test_a_vintage_is_of_what_was_published_by_then(
    tmp_path: Path, as_of: date | None, names: list[str]
) -> None:
    days = {"early": "2024-07-10", "late": "2024-08-01", "undated": None}
    articles = [
        Article(name, f"Cakupan {name} [94,77 persen].", (ONE,), published=day)
        for name, day in days.items()
    ]
    write_run(tmp_path / "run.db", articles)
    assert sorted(seen.name for seen in run_says(tmp_path / "run.db", as_of=as_of)) == names


# --- how exact a figure is -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mention", "value", "metric", "step"),
    [
        ("94,77 persen", "94.77", "coverage_rate", "0.01"),
        ("94,8 persen", "94.8", "coverage_rate", "0.1"),
        ("95 persen", "95", "coverage_rate", "1"),
        ("0,5 persen", "0.5", "uninsured_rate", "0.1"),
        # The nought of a share is a digit like others.
        ("90 persen", "90", "coverage_rate", "1"),
        ("100 persen", "100", "coverage_rate", "1"),
        ("seratus persen", "100", "coverage_rate", "1"),
        ("451.870 jiwa", "451870", "participants", "10"),
        ("451.000 jiwa", "451000", "participants", "1000"),
        ("451 ribu jiwa", "451000", "participants", "1000"),
        ("5 ribu jiwa", "5000", "participants", "1000"),
        ("dua juta jiwa", "2000000", "participants", "1000000"),
        # What stands before a scale is meant, and so is the second digit of what stands alone.
        ("Rp20 miliar", "20000000000", "budget", "1000000000"),
        ("Rp51,03 miliar", "51030000000", "budget", "10000000"),
        ("700.000 jiwa", "700000", "participants", "10000"),
        ("10 daerah", "10", "regions_covered", "1"),
        ("0 jiwa", "0", "uninsured", "1"),
    ],
)
def test_how_exact_a_figure_is_its_digits_say(
    mention: str, value: str, metric: Metric, step: str
) -> None:
    seen = said(f"Terdata [{mention}] per 30 Juni.", Told(value, metric=metric))
    assert seen.resolution == Decimal(step)


@settings(deadline=None)
@given(st.decimals(min_value=1, max_value=10**12, places=2))
def test_a_figure_is_a_whole_number_of_its_steps(value: Decimal) -> None:
    step = Observation.resolution_of(value)
    assert value % step == 0
    assert value % (step * 10) != 0


# --- one article, as reviewers left it -----------------------------------------------------------


def test_an_article_alone_says_what_it_says_in_its_run(tmp_path: Path) -> None:
    path = tmp_path / "run.db"
    numbers = (
        "Cakupan [94,77 persen], target [98 persen], di Ungaran [91 persen], [1.003.811] jiwa."
    )
    told = (
        Told("94.77", source="published", period="2024-07-10", confidence=None),
        Told("98", status="target", period=None),
        Told("91", region="Ungaran"),
        Told("1003811", metric="participants", upper="1003900", qualifier="about"),
    )
    articles = [
        Article("a", f"{LONG}{numbers}", told, url="https://koran.example/a"),
        Article("b", numbers, told, published=None),
    ]
    keys = write_run(path, articles)
    with Ledger.review(path) as ledger:
        settle(ledger, keys["a"], "fact:0", "correct", value=Decimal("94.79"))
        settle(ledger, keys["a"], "fact:3", "reject")
        settle(ledger, keys["b"], "fact:0")
    with Ledger.read(path) as ledger:
        alone = [seen for article in reviewed_articles(ledger) for seen in seen_in(article)]
        assert sorted(alone) == sorted(observations(ledger))
    found = [(seen.name, str(seen.value), seen.is_reviewed) for seen in alone]
    assert found == [
        ("a", "94.79", True),
        ("a", "98", False),
        ("b", "94.77", True),
        ("b", "98", False),
        ("b", "1003811", False),
    ]
