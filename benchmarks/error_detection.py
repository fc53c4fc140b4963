"""Whether `verify` tells the wrong facts of real models from the right ones, beside other checks.

    python -m benchmarks.error_detection

The facts are those that the embedded model made of forty blind articles, asked by instructor and by
LangExtract in their usual ways, and by this library (`point`, an earlier program);
benchmarks/results/side_by_side.jsonl keeps them. A fact is wrong where no labelled fact is the same
in number, metric, status, region, year and group of members. Checks that flag it:

    verify      it is not verified
    suspicion   it is less likely right than not, or an exact rule rejects it
    alignment   LangExtract does not ground it in the text (its own facts alone)
    citation    its number does not stand in the text, as a citation check would find
    logprobs    the geometric mean of its tokens' probabilities is low (instructor's facts alone,
                asked again by `python -m benchmarks.token_logprobs`)
    weakest     its least likely token is unlikely (the same)

How low is low is chosen here, so that as many facts are left as `suspicion` leaves: which of them
are right is what tells the checks apart.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from benchmarks import blind
from benchmarks.corpus import ROOT
from benchmarks.token_logprobs import RESULTS as LOGPROBS
from uhc_llm.evaluation import GoldArticle, LabelledFact, load_gold
from uhc_llm.evaluation.pairing import pair_facts
from uhc_llm.evaluation.scoring import score_article
from uhc_llm.scanner import scan_plain
from uhc_llm.verifier import verify_scanned

__all__ = ["rows"]

RESULTS: Final = ROOT / "benchmarks" / "results" / "side_by_side.jsonl"
WAYS: Final = ("instructor", "langextract", "point")
CHECKS: Final = ("verify", "suspicion", "citation", "alignment", "logprobs", "weakest")
ODDS: Final = CHECKS[-2:]
_EVEN: Final = 0.5


class Judged(NamedTuple):
    """A fact of a model.

    Attributes:
        is_wrong: whether no labelled fact is the same in everything.
        flags: the checks that flag it.
        checks: those that could.
        odds: how likely the model held its tokens, by `logprobs` and `weakest`.
    """

    is_wrong: bool
    flags: frozenset[str]
    checks: frozenset[str]
    odds: Mapping[str, float] = MappingProxyType({})


@cache
def _judged(way: str) -> tuple[Judged, ...]:
    articles = {article.id: article for article in load_gold(blind.GOLD)}
    found: list[Judged] = []
    for line in RESULTS.read_text("utf-8").splitlines():
        row = json.loads(line)
        if row["way"] == way:
            few = list(_of_article(articles[row["id"]], way, row["said"]))
            found += _with_odds(few, row) if way == "instructor" and few else few
    if way == "instructor":
        left = sum("suspicion" not in fact.flags for fact in found)
        for check in ODDS:
            found = list(_flagged_by_odds(found, check, left))
    return tuple(found)


def _of_article(article: GoldArticle, way: str, said: Mapping[str, Any]) -> Iterator[Judged]:
    facts = [LabelledFact.model_validate(each) for each in said.get(way, ())]
    grounded = [LabelledFact.model_validate(each) for each in said.get("grounded", ())]
    right = _right(article, facts)
    scanned = scan_plain(article.text, published=article.published)
    numbers = {number for m in scanned.reading.mentions for number in (m.value, m.upper)}
    checked = verify_scanned(scanned, [_claimed(fact) for fact in facts]).facts
    for fact, verified in zip(facts, checked, strict=True):
        flags = set()
        if verified.verdict != "verified":
            flags.add("verify")
        if verified.verdict == "rejected" or (verified.confidence or 0.0) < _EVEN:
            flags.add("suspicion")
        if fact.value not in numbers:
            flags.add("citation")
        checks = {"verify", "suspicion", "citation"}
        if way == "langextract":
            checks.add("alignment")
            if fact not in grounded:
                flags.add("alignment")
        yield Judged(id(fact) not in right, frozenset(flags), frozenset(checks))


def _with_odds(facts: Sequence[Judged], row: Mapping[str, Any]) -> list[Judged]:
    """Facts with how likely their tokens were held; the model says the same when asked again."""
    again = _asked_again()[row["id"]]
    said = (row["said"]["instructor"], again["facts"])
    first, second = ([LabelledFact.model_validate(fact) for fact in few] for few in said)
    assert first == second, row["id"]  # noqa: S101 - else two answers are mixed up
    return [
        fact._replace(odds={"logprobs": each["mean"], "weakest": each["least"]})
        for fact, each in zip(facts, again["odds"], strict=True)
    ]


@cache
def _asked_again() -> Mapping[str, dict[str, Any]]:
    rows = map(json.loads, LOGPROBS.read_text("utf-8").splitlines())
    return {row["id"]: row for row in rows}


def _flagged_by_odds(facts: Sequence[Judged], check: str, left: int) -> Iterator[Judged]:
    """Facts, all flagged but so many whose tokens were held likeliest."""
    ordered = sorted(facts, key=lambda fact: -fact.odds[check])
    for place, fact in enumerate(ordered):
        flags = fact.flags if place < left else fact.flags | {check}
        yield fact._replace(flags=flags, checks=fact.checks | {check})


def _right(article: GoldArticle, facts: Sequence[LabelledFact]) -> set[int]:
    """Those that are right in everything, each by itself."""
    found = set()
    for gold, fact in pair_facts(article.facts, facts):
        if gold is not None and fact is not None:
            full = score_article([gold], [fact])["full"]
            if full.hit:
                found.add(id(fact))
    return found


def _claimed(fact: LabelledFact) -> dict[str, Any]:
    told = {
        "value": fact.value, "upper": fact.upper, "unit": fact.unit, "metric": fact.metric,
        "status": fact.status, "region": fact.region_code or fact.region, "period": fact.period,
        "segment": fact.segment,
    }  # fmt: skip
    # Asked for and not said, a region or a period is said to be none.
    return {n: v for n, v in told.items() if v is not None or n in ("region", "period")}


def rows() -> Iterator[str]:
    """A table, a line for each model and each check."""
    yield (
        "| facts of | facts | wrong | flagged by | precision | recall | F1 "
        "| right of what is not flagged | that is |"
    )
    yield "|---|---|---|---|---|---|---|---|---|"
    for way in WAYS:
        facts = _judged(way)
        wrong = sum(fact.is_wrong for fact in facts)
        for check in CHECKS:
            if not any(check in fact.checks for fact in facts):
                continue
            flagged = [fact for fact in facts if check in fact.flags]
            hit = sum(fact.is_wrong for fact in flagged)
            precision, recall = hit / max(len(flagged), 1), hit / max(wrong, 1)
            f1 = 2 * precision * recall / max(precision + recall, 1e-9)
            left = [fact for fact in facts if check not in fact.flags]
            right = sum(not fact.is_wrong for fact in left)
            kept = f"{right / max(len(left), 1):.3f} | {len(left)}"
            yield (
                f"| {way} | {len(facts)} | {wrong} | {check} | {precision:.3f} | {recall:.3f} "
                f"| {f1:.3f} | {kept} |"
            )


def main() -> int:
    """Print the table."""
    print("\n".join(rows()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
