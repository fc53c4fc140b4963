"""What of a run can be kept under a promise: by its reviews, by labels, or not at all and why."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
from typer.testing import CliRunner

from tests.decided_run import NOTHING, Said, add, add_said, articles, example, settle
from uhc_llm import Document, Extractor
from uhc_llm.batch import trust
from uhc_llm.batch.decisions import Action, Choice, decide, seen_of, undo
from uhc_llm.batch.keys import work_key
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.results import FORMATS, export
from uhc_llm.batch.reviewed import reviewed_article
from uhc_llm.batch.trust import (
    RunFact,
    Trust,
    judged_of,
    promised,
    promised_articles,
    run_facts,
    strangeness,
)
from uhc_llm.batch.work import Attempt, Work
from uhc_llm.cli import app
from uhc_llm.errors import ConfigurationError
from uhc_llm.promise import PROMISE, Kept, Promise, enough
from uhc_llm.reader.weights import Learned, load_weights
from uhc_llm.recalibration import Judged, shifts_of
from uhc_llm.schemas import Period, Region

AT: Final = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
LABELLED: Final = 0.8
"""The threshold of what the labelled articles tell here."""
BORNE: Final = Promise(0.9)
LESS: Final = Promise(0.6)
TOO_MUCH: Final = Promise(0.995)
USUAL: Final = 0.2
JATENG: Final = Region(code="33", name="Jawa Tengah", level="province")
MODEL: Final = "openai/gpt-4.1-mini"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.db"


@pytest.fixture
def _labelled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Labelled articles that bear some promises out and not another."""
    record = (Kept(LABELLED, 1000, 970), Kept(LABELLED / 2, 2000, 1300))
    learned = Learned(record=record, strangest=USUAL)
    monkeypatch.setattr(trust, "load_weights", lambda: load_weights()._replace(learned=learned))


labelled = pytest.mark.usefixtures("_labelled")


def review(ledger: Ledger, keys: list[str], *, wrong: int = 0, item: str = "fact:0") -> None:
    """Decide on a fact of each article: some are wrong, as many as is said, the others right."""
    for place, key in enumerate(keys):
        settle(ledger, key, item, "reject" if place < wrong else "accept")


def kept(path: Path, promise: Promise) -> list[dict[str, Any]]:
    out = path.with_name("out.jsonl")
    count = export(path, out, promise=promise)
    found = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert count == len(found)
    return found


def items(path: Path, promise: Promise) -> list[tuple[str, str]]:
    return [(row["id"], row["item"]) for row in kept(path, promise)]


# --- the facts of a run --------------------------------------------------------------------------


def test_the_facts_of_a_run_are_told_as_they_came_out(path: Path) -> None:
    with Ledger.write(path) as ledger:
        (first,) = add_said(ledger, [Said(0.9), Said(None, "suspect", "arithmetic")])
        (second,) = add_said(ledger, [Said(0.7, "rejected", "rate_bounds")], proposer=MODEL)
        assert list(run_facts(ledger)) == [
            RunFact(first, 0, "", "verified", 0.9, True, None, 0),
            RunFact(first, 1, "", "suspect", None, False, None, 0),
            RunFact(second, 0, MODEL, "rejected", 0.7, False, None, 0),
        ]


@pytest.mark.parametrize(
    ("said", "passes"),
    [
        (Said(0.1, "suspect", "confidence"), True),
        (Said(0.9, "suspect", "conflicting_values"), False),
        (Said(0.9, "rejected", "rate_bounds"), False),
        (Said(0.9, "rejected"), False),
        (Said(0.1, "suspect"), True),
    ],
)
def test_nothing_but_the_confidence_may_speak_against_a_fact_that_passes(
    path: Path, said: Said, passes: bool
) -> None:
    with Ledger.write(path) as ledger:
        add_said(ledger, [said])
        assert [fact.passes for fact in run_facts(ledger)] == [passes]


def test_what_is_only_noted_of_a_fact_does_not_speak_against_it(path: Path) -> None:
    with Ledger.write(path) as ledger:
        add_said(ledger, [Said(0.9, "verified", "unusual_rate")])
        with ledger.transaction() as db:
            db.execute("UPDATE findings SET severity = 'info'")
        assert [fact.passes for fact in run_facts(ledger)] == [True]


def test_articles_that_were_replaced_are_no_part_of_a_run(path: Path) -> None:
    with Ledger.write(path) as ledger:
        add_said(ledger, [Said(0.9)])
        add_said(ledger, [Said(0.8)], strangeness=0.9)
        with ledger.transaction() as db:
            db.execute("DELETE FROM sources WHERE source LIKE '%said-2%'")
        assert [fact.confidence for fact in run_facts(ledger)] == [0.9]
        assert strangeness(ledger) == 0.05


# --- what a reviewer made of them ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "changed", "is_right"),
    [
        ("accept", {}, True),
        ("reject", {}, False),
        ("correct", {"metric": "active_rate"}, False),
        ("correct", {"status": "target"}, False),
        ("correct", {"segment": "pbi_apbn"}, False),
        ("correct", {"region": JATENG}, False),
        ("correct", {"region": None}, False),
        ("correct", {"value": Decimal(11)}, False),
        ("correct", {"upper": Decimal(12)}, False),
        ("correct", {"period": Period(iso="2001", source="text")}, False),
        ("correct", {"period": None}, False),
        ("correct", {"period": Period(iso="2000-05", source="text")}, True),
        ("correct", {"qualifier": "at_least"}, True),
        ("correct", {"qualifier": "at_least", "status": "target"}, False),
        ("correct", {}, True),
    ],
    ids=str,
)
def test_a_fact_was_right_where_a_reviewer_left_what_is_promised_of_it(
    path: Path, action: Action, changed: dict[str, Any], is_right: bool
) -> None:
    """A promise is of metric, status, group, region, year and value, not of "about" or the day."""
    with Ledger.write(path) as ledger:
        (key,) = add_said(ledger, [Said(0.9), Said(0.9)])
        settle(ledger, key, "fact:0", action, **changed)
        first, second = run_facts(ledger)
        assert (first.is_right, second.is_right) == (is_right, None)
        assert first.decision > 0 == second.decision


def test_a_value_that_no_integer_holds_is_left_as_it_was(path: Path) -> None:
    with Ledger.write(path) as ledger:
        (key,) = add(ledger, [Document(text="Cakupan JKN Kota Batu 98,45 persen.", id="a")])
        settle(ledger, key, "fact:0", "correct", qualifier="at_least")
        assert [fact.is_right for fact in run_facts(ledger)] == [True]


def test_the_last_decision_that_was_not_undone_counts(path: Path) -> None:
    with Ledger.write(path) as ledger:
        (key,) = add_said(ledger, [Said(0.9)])
        settle(ledger, key, "fact:0", "accept", by="Ani")
        settle(ledger, key, "fact:0", "reject", by="Budi")
        assert [fact.is_right for fact in run_facts(ledger)] == [False]
        undo(ledger, reviewer="Budi")
        assert [fact.is_right for fact in run_facts(ledger)] == [True]
        undo(ledger, reviewer="Ani")
        assert [fact.is_right for fact in run_facts(ledger)] == [None]


def test_what_was_judged_is_told_in_the_order_in_which_it_was(path: Path) -> None:
    with Ledger.write(path) as ledger:
        first, second, third = add_said(ledger, [Said(0.9)], [Said(0.8), Said(None)], [Said(0.7)])
        settle(ledger, third, "fact:0", "accept")
        settle(ledger, second, "fact:1", "accept")
        settle(ledger, second, "fact:0", "reject")
        settle(ledger, first, "fact:0", "accept")
        assert judged_of(list(run_facts(ledger))) == [
            Judged("", 0.7, True),
            Judged("", 0.8, False),
            Judged("", 0.9, True),
        ]


# --- by its own reviews --------------------------------------------------------------------------


@labelled
@pytest.mark.parametrize("missing", [0, 1])
def test_so_many_reviews_that_are_all_right_bear_a_promise_and_one_fewer_does_not(
    path: Path, missing: int
) -> None:
    promise = Promise(0.7, 0.9)
    count = enough(promise) - missing
    assert count > 10
    with Ledger.write(path) as ledger:
        keys = add_said(ledger, *[[Said(0.6)]] * 30)
        review(ledger, keys[:count])
        found = promised(ledger, promise)
    assert found.reviewed == count
    if missing:
        assert (found.threshold, found.basis) == (LABELLED, "labels")
    else:
        assert found == Trust(0.6, "reviews", count, {})


@labelled
def test_reviews_bear_a_promise_down_to_where_too_many_are_wrong(path: Path) -> None:
    promise = Promise(0.7, 0.9)
    with Ledger.write(path) as ledger:
        sure = add_said(ledger, *[[Said(0.95)]] * 30)
        unsure = add_said(ledger, *[[Said(0.5)]] * 30)
        review(ledger, sure, wrong=2)
        review(ledger, unsure, wrong=20)
        assert promised(ledger, promise) == Trust(0.95, "reviews", 60, {})


@labelled
def test_what_the_exact_rules_doubt_bears_no_promise_however_right_it_is(path: Path) -> None:
    with Ledger.write(path) as ledger:
        doubted = Said(0.9, "suspect", "conflicting_values")
        review(ledger, add_said(ledger, *[[doubted]] * 30))
        assert promised(ledger, Promise(0.7, 0.9)).basis == "labels"


@labelled
def test_reviews_bear_what_no_label_does_even_of_strange_articles(path: Path) -> None:
    promise = Promise(0.8, 0.9)
    with Ledger.write(path) as ledger:
        keys = add_said(ledger, *[[Said(0.6)]] * 40, strangeness=0.9)
        with pytest.raises(ConfigurationError, match="unlike the labelled ones"):
            promised(ledger, promise)
        review(ledger, keys)
        assert promised(ledger, promise).basis == "reviews"


# --- by the labelled articles --------------------------------------------------------------------


@labelled
def test_without_reviews_the_labelled_articles_tell(path: Path) -> None:
    with Ledger.write(path) as ledger:
        add_said(ledger, [Said(0.9)])
        assert promised(ledger, BORNE) == Trust(LABELLED, "labels", 0, {})


@labelled
def test_few_reviews_tell_how_far_each_proposer_is_to_be_believed(path: Path) -> None:
    with Ledger.write(path) as ledger:
        review(ledger, add_said(ledger, *[[Said(0.95)]] * 10, proposer=MODEL), wrong=2)
        review(ledger, add_said(ledger, *[[Said(0.9)]] * 5))
        found = promised(ledger, BORNE)
        judged = judged_of(list(run_facts(ledger)))
    assert (found.threshold, found.basis, found.reviewed) == (LABELLED, "labels", 15)
    assert found.shifts == shifts_of(judged)
    assert found.shifts[MODEL] < 0 < found.shifts[""]


# --- what is kept --------------------------------------------------------------------------------

TRUST: Final = Trust(LABELLED, "labels", 10, {MODEL: -1.0, "better": 1.0})
FACT: Final = RunFact("k", 0, "", "verified", 0.9, passes=True, is_right=None, decision=0)


@pytest.mark.parametrize(
    ("fact", "is_kept"),
    [
        (FACT, True),
        (FACT._replace(confidence=LABELLED), True),
        (FACT._replace(confidence=LABELLED - 0.0001), False),
        (FACT._replace(verdict="suspect"), True),
        (FACT._replace(passes=False), False),
        (FACT._replace(confidence=None), False),
        (FACT._replace(is_right=True, confidence=0.1, passes=False, verdict="rejected"), True),
        (FACT._replace(is_right=True, confidence=None), True),
        (FACT._replace(is_right=False), False),
        (FACT._replace(proposer=MODEL), False),
        (FACT._replace(proposer="better", confidence=0.7), True),
        (FACT._replace(proposer="unknown", confidence=0.7), False),
    ],
)
def test_a_fact_is_kept_where_it_was_judged_right_or_nobody_judged_and_it_is_sure_enough(
    fact: RunFact, is_kept: bool
) -> None:
    assert TRUST.keeps(fact) == is_kept


def test_what_is_just_as_sure_as_the_threshold_is_kept_whatever_that_is() -> None:
    """Of a confidence of four digits, and of all of them."""
    for share in range(10_001):
        confidence = share / 10_000
        assert TRUST._replace(threshold=confidence).keeps(FACT._replace(confidence=confidence))


def test_of_a_run_nobody_reviewed_what_it_called_verified_is_what_the_same_promise_keeps(
    path: Path,
) -> None:
    """By the weights of the package, so that verdicts and exports never differ."""
    with Ledger.write(path) as ledger, Extractor(strategy="code") as extractor:
        settings = ledger.note_settings(extractor.settings)
        for name in ("01-satu-daerah", "03-target-dan-capaian", "10-instruksi-sisipan"):
            document = example(name)
            key = work_key(document.text, document.published, settings)
            ledger.add([Work(key, document, f"{name}.txt")], settings)
            ledger.record([Attempt(key, AT, AT, extraction=extractor.extract(document))])
        found = promised(ledger, PROMISE)
        assert found.basis == "labels"
        facts = list(run_facts(ledger))
        assert [found.keeps(fact) for fact in facts] == [f.verdict == "verified" for f in facts]
        assert {fact.verdict for fact in facts} >= {"verified", "suspect"}
    assert len(kept(path, PROMISE)) == sum(fact.verdict == "verified" for fact in facts)


# --- what cannot be promised, and why ------------------------------------------------------------


def refusal(ledger: Ledger, promise: Promise) -> str:
    with pytest.raises(ConfigurationError) as refused:
        promised(ledger, promise)
    return str(refused.value)


@labelled
def test_what_labelled_articles_do_not_bear_out_is_refused_and_what_is_missing_is_said(
    path: Path,
) -> None:
    with Ledger.write(path) as ledger:
        keys = add_said(ledger, *[[Said(0.9)]] * 5)
        assert refusal(ledger, TOO_MUCH) == (
            "99.50% cannot be promised of this run: labelled articles do not bear it out; "
            f"{enough(TOO_MUCH):,} more reviewed facts may be enough (0 are reviewed), the surest "
            "first; or ask for a lower precision"
        )
        review(ledger, keys)
        said = refusal(ledger, TOO_MUCH)
        assert f"{enough(TOO_MUCH) - 5:,} more reviewed facts" in said
        assert "(5 are reviewed)" in said


@labelled
def test_where_too_few_of_the_reviewed_are_right_more_reviews_are_not_advised(path: Path) -> None:
    with Ledger.write(path) as ledger:
        review(ledger, add_said(ledger, *[[Said(0.9)]] * 6), wrong=1)
        said = refusal(ledger, TOO_MUCH)
    assert said.endswith(
        "of the 6 facts that are reviewed too few are right: ask for a lower precision"
    )


@labelled
@pytest.mark.parametrize(("share", "is_strange"), [(USUAL, False), (USUAL + 0.001, True)])
def test_a_run_of_articles_unlike_the_labelled_ones_is_refused(
    path: Path, share: float, is_strange: bool
) -> None:
    with Ledger.write(path) as ledger:
        add_said(ledger, [Said(0.9)], [Said(0.9)], strangeness=share)
        if not is_strange:
            assert promised(ledger, BORNE).basis == "labels"
            return
        said = refusal(ledger, BORNE)
    assert "its articles are unlike the labelled ones: 20.1% of their words are in none" in said
    assert "where up to 20.0% is usual" in said
    assert f"{enough(BORNE):,} more reviewed facts may be enough" in said


@labelled
def test_a_run_whose_reviews_speak_against_the_labelled_articles_is_refused(path: Path) -> None:
    with Ledger.write(path) as ledger:
        keys = add_said(ledger, *[[Said(0.99)]] * 20)
        review(ledger, keys[:10], wrong=1)
        assert promised(ledger, BORNE).basis == "labels"
        review(ledger, keys, wrong=5)
        said = refusal(ledger, BORNE)
    assert "its reviews speak against what the labelled articles tell" in said
    assert "of the 20 facts that are reviewed too few are right" in said


@labelled
def test_facts_that_are_not_kept_anyway_speak_against_nothing(path: Path) -> None:
    with Ledger.write(path) as ledger:
        review(ledger, add_said(ledger, *[[Said(0.3)]] * 20), wrong=20)
        assert promised(ledger, BORNE).basis == "labels"


@pytest.mark.parametrize("none", [Promise(0), Promise(1), Promise(95), Promise(0.9, 1)])
def test_what_is_no_promise_is_refused(path: Path, none: Promise) -> None:
    with Ledger.write(path) as ledger:
        add_said(ledger, [Said(0.9)])
        assert "does not lie between 0 and 1" in refusal(ledger, none)


# --- how strange a run is ------------------------------------------------------------------------


def test_a_run_is_as_strange_as_its_articles_with_facts_are_on_the_average(path: Path) -> None:
    with Ledger.write(path) as ledger:
        assert strangeness(ledger) == 0
        add(ledger, [Document(text=NOTHING, id="nothing")])
        assert strangeness(ledger) == 0
        add_said(ledger, [Said(0.9)], strangeness=0.1)
        add_said(ledger, [Said(0.9)], [Said(0.2, "rejected", "rate_bounds")], strangeness=0.4)
        assert strangeness(ledger) == pytest.approx(0.3)
        add_said(ledger, [Said(0.9)], strangeness=None)
        assert strangeness(ledger) == pytest.approx(0.3)


# --- exported ------------------------------------------------------------------------------------


def decided(path: Path) -> None:
    """A run of which something is sure, something is not, and something was reviewed."""
    with Ledger.write(path) as ledger:
        add_said(ledger, [Said(0.9), Said(0.5), Said(0.9, "suspect", "conflicting_values")])
        (key,) = add_said(
            ledger, [Said(0.9), Said(0.3), Said(0.9), Said(0.1, "rejected", "rate_bounds")]
        )
        settle(ledger, key, "fact:0", "reject")
        settle(ledger, key, "fact:1", "accept")
        settle(ledger, key, "fact:2", "correct", status="target")
        settle(ledger, key, "fact:3", "accept")
        article = reviewed_article(ledger, key)
        assert article is not None
        added = Choice("number:34", "add", article.facts[0])
        decide(ledger, key, [added], reviewer="Ani", seen=seen_of(ledger, key))


@labelled
def test_only_what_is_sure_and_what_reviewers_left_standing_is_exported(path: Path) -> None:
    decided(path)
    found = kept(path, BORNE)
    assert {(row["id"], row["item"]): row["decision"] for row in found} == {
        ("said-1", "fact:0"): None,
        ("said-2", "fact:1"): "accepted",
        ("said-2", "fact:2"): "corrected",
        ("said-2", "fact:3"): "accepted",
        ("said-2", "number:34"): "added",
    }
    (corrected,) = [row for row in found if row["decision"] == "corrected"]
    assert corrected["status"] == "target"


@labelled
def test_where_less_is_promised_more_is_kept(path: Path) -> None:
    decided(path)
    assert set(items(path, LESS)) - set(items(path, BORNE)) == {("said-1", "fact:1")}
    assert set(items(path, LESS)) >= set(items(path, BORNE))


@labelled
@pytest.mark.parametrize("suffix", FORMATS)
def test_what_is_kept_is_written_in_every_kind_of_file(path: Path, suffix: str) -> None:
    decided(path)
    assert export(path, path.with_name(f"out{suffix}"), promise=BORNE) == 5


@labelled
def test_where_nothing_can_be_promised_no_file_is_written_and_none_is_lost(path: Path) -> None:
    decided(path)
    out = path.with_name("out.csv")
    with pytest.raises(ConfigurationError, match="cannot be promised"):
        export(path, out, promise=TOO_MUCH)
    assert list(path.parent.glob("*out*")) == []
    out.write_text("before", "utf-8")
    with pytest.raises(ConfigurationError, match="cannot be promised"):
        export(path, out, promise=TOO_MUCH)
    assert out.read_text("utf-8") == "before"
    assert len(list(path.parent.glob("*out*"))) == 1


def test_of_other_tables_nothing_is_promised(path: Path) -> None:
    decided(path)
    with pytest.raises(ConfigurationError, match="a promise is of facts"):
        export(path, path.with_name("out.csv"), table="declarations", promise=BORNE)


# --- shown ---------------------------------------------------------------------------------------


@labelled
def test_of_the_articles_what_is_kept_is_verified_and_all_else_suspect(path: Path) -> None:
    decided(path)
    with Ledger.read(path) as ledger:
        first, second = promised_articles(ledger, BORNE)
        as_it_was = articles(ledger)
    verdicts = [[f.verdict for f in each.extraction.facts] for each in (first, second)]
    assert verdicts == [["verified", "suspect", "suspect"], ["suspect", "verified", "suspect"]]
    assert [f.verdict for f in second.extraction.rejected] == ["rejected"]
    for judged, before in zip((first, second), as_it_was, strict=True):
        assert (judged.key, judged.number, judged.source) == (
            before.key,
            before.number,
            before.source,
        )
        assert judged.decisions == before.decisions
        assert [item.state for item in judged.items] == [item.state for item in before.items]
        assert [item.seen for item in judged.items] == [item.seen for item in before.items]


@labelled
def test_what_cannot_be_promised_is_shown_nowhere(path: Path) -> None:
    decided(path)
    with (
        Ledger.read(path) as ledger,
        pytest.raises(ConfigurationError, match="labelled articles do not bear it out"),
    ):
        next(promised_articles(ledger, TOO_MUCH))


# --- by command ----------------------------------------------------------------------------------


@pytest.fixture
def uhc() -> Callable[..., Any]:
    return lambda *said: CliRunner().invoke(app, list(map(str, said)))


@labelled
@pytest.mark.parametrize(("precision", "count"), [("0.6", 6), ("0.9", 5)])
def test_the_command_exports_what_can_be_kept(
    path: Path, uhc: Callable[..., Any], precision: str, count: int
) -> None:
    decided(path)
    out = path.with_name("out.csv")
    done = uhc("export", path, out, "--precision", precision)
    assert (done.exit_code, done.stderr) == (0, f"{count} rows of facts in {out}\n")
    everything = uhc("export", path, out)
    assert "7 rows of facts" in everything.stderr


@labelled
@pytest.mark.parametrize(
    ("said", "why"),
    [
        (["--precision", "0.995"], "99.50% cannot be promised of this run"),
        (["--precision", "1"], "precision 1.0 does not lie between 0 and 1"),
        (["--precision", "0"], "precision 0.0 does not lie between 0 and 1"),
        (["--precision", "0.95", "--certainty", "0.9999"], "labelled articles do not bear it out"),
        (
            ["--precision", "0.9", "--certainty", "1.5"],
            "certainty 1.5 does not lie between 0 and 1",
        ),
    ],
)
def test_the_command_says_why_it_cannot_promise(
    path: Path, uhc: Callable[..., Any], said: list[str], why: str
) -> None:
    decided(path)
    table, page = path.with_name("out.csv"), path.with_name("out.html")
    for command in (["export", path, table], ["report", path, "-o", page]):
        done = uhc(*command, *said)
        assert isinstance(done.exception, ConfigurationError)
        assert why in str(done.exception)
    assert list(path.parent.glob("out.*")) == []


@pytest.mark.parametrize(
    "other", [["--rejected"], ["--as-extracted"], ["--table", "errors"], ["--gold"]]
)
def test_the_command_promises_nothing_but_facts_as_reviewers_left_them(
    path: Path, uhc: Callable[..., Any], other: list[str]
) -> None:
    decided(path)
    done = uhc("export", path, path.with_name("out.jsonl"), "--precision", "0.9", *other)
    assert done.exit_code == 2
    said = re.sub(r"[^\w-]+", " ", done.stderr)
    assert "leave out" in said
    assert "--rejected" in said
