"""The rules of the verifier may be switched off, weighed otherwise, and added to."""

from collections.abc import Iterator

import pytest

from uhc_llm import Rule, RuleBook, verify
from uhc_llm.errors import ConfigurationError
from uhc_llm.verifier import RULES, Case, Claim, TextRule

TEXT = "Cakupan JKN 150 persen."
RATE = {"value": 150, "unit": "percent", "metric": "coverage_rate"}


def verdict(rules: RuleBook) -> str | None:
    return verify(TEXT, [RATE], rules=rules).facts[0].verdict


def test_a_rule_that_is_off_says_nothing() -> None:
    assert verdict(RULES) == "suspect"
    assert verdict(RULES.without("unusual_rate")) == "verified"


@pytest.mark.parametrize(
    ("severity", "expected"), [("error", "rejected"), ("warning", "suspect"), ("info", "verified")]
)
def test_the_severity_of_a_rule_decides_the_verdict(severity: str, expected: str) -> None:
    rules = RULES.with_severity("unusual_rate", severity)  # type: ignore[arg-type]
    result = verify(TEXT, [RATE], rules=rules).facts[0]
    assert result.verdict == expected
    assert [f.severity for f in result.findings] == [severity]


def refuse_all(claim: Claim, _case: Case) -> Iterator[tuple[str, tuple[tuple[int, int], ...]]]:
    yield f"{claim.fact.metric} is not wanted here", ()


def count_facts(case: Case) -> Iterator[tuple[str, tuple[tuple[int, int], ...]]]:
    yield f"{len(case.claims)} facts stand", ()


def test_a_rule_of_ones_own_is_followed() -> None:
    rules = RULES.with_rule(Rule("none_wanted", "error", refuse_all))
    result = verify(TEXT, [RATE], rules=rules).facts[0]
    assert result.verdict == "rejected"
    assert [f.message for f in result.findings if f.rule == "none_wanted"] == [
        "coverage_rate is not wanted here"
    ]


def test_a_text_rule_of_ones_own_sees_the_facts_that_stand() -> None:
    rules = RULES.with_rule(TextRule("count", "info", count_facts))
    found = verify(TEXT, [RATE, RATE | {"value": 15}], rules=rules).findings
    assert [f.message for f in found if f.rule == "count"] == ["1 facts stand"]


def test_changing_a_book_leaves_the_old_one_as_it_was() -> None:
    before = RULES.names
    RULES.without("unusual_rate").with_severity("arithmetic", "error")
    assert RULES.names == before


def test_an_unknown_rule_is_refused_with_the_names_that_there_are() -> None:
    with pytest.raises(ConfigurationError, match="no rule 'usual_rate'; there are number_in_text"):
        RULES.without("usual_rate")
    with pytest.raises(ConfigurationError, match="no rule 'x'"):
        RULES.with_severity("x", "error")


def test_a_second_rule_of_one_name_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="a rule 'arithmetic' already"):
        RULES.with_rule(Rule("arithmetic", "error", refuse_all))


@pytest.mark.parametrize("rule", [*RULES.facts, *RULES.text], ids=RULES.names)
def test_every_rule_says_in_its_first_sentence_what_must_be_true(rule: Rule | TextRule) -> None:
    said = (rule.check.__doc__ or "").partition("\n\n")[0]
    assert said.endswith(".") or ":" in said
    assert len(said) > 20
