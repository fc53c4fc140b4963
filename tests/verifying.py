"""Verifying by the exact rules alone."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from tests.rule_cases import ARTICLE
from uhc_llm import Extractor
from uhc_llm.schemas import Fact, Finding, Verification
from uhc_llm.verifier import RULES
from uhc_llm.verifier import verify as verify_by_all

__all__ = ["EXACT", "EXTRACTOR", "checked", "finding", "verify"]

# How likely a fact is changes with every article that is learned from; the other rules are exact.
EXACT: Final = RULES.without("confidence")
EXTRACTOR: Final = Extractor(strategy="code", rules=EXACT)


def verify(text: str, facts: Iterable[Fact | Mapping[str, Any]], *, published: date | None = None
           ) -> Verification:  # fmt: skip
    return verify_by_all(text, facts, published=published, rules=EXACT)


def checked(
    fact: Mapping[str, Any] | Fact, text: str = ARTICLE, published: date | None = None
) -> Fact:
    (result,) = verify(text, [fact], published=published).facts
    return result


def finding(fact: Fact, rule: str) -> Finding:
    (found,) = [finding for finding in fact.findings if finding.rule == rule]
    return found
