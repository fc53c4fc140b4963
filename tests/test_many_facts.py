"""A text with very many facts is verified without all of them being compared with all."""

from collections import Counter

import pytest

from uhc_llm import verify
from uhc_llm.schemas import METRICS, Metric
from uhc_llm.verifier import Claim, rulebook
from uhc_llm.verifier.arithmetic import derivation


def test_what_bears_a_fact_out_is_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: Counter[str] = Counter()

    def counted(claim: Claim, others: tuple[Claim, ...]) -> object:
        asked[claim.mention.id if claim.mention else ""] += 1
        return derivation(claim, others)

    monkeypatch.setattr(rulebook, "derivation", counted)
    said: list[tuple[Metric, str, int]] = [
        ("participants", f"Peserta JKN di Kota Semarang {900_000 + 37 * i} jiwa.", 900_000 + 37 * i)
        for i in range(30)
    ]
    said.append(("population", "Penduduknya 1.700.000 jiwa.", 1_700_000))
    facts = [
        {
            "metric": metric,
            "value": value,
            "unit": METRICS[metric].unit,
            "region": "Kota Semarang",
            "quote": quote,
        }
        for metric, quote, value in said
    ]
    text = " ".join(quote for _, quote, _ in said)
    found = verify(text, facts)
    assert sum(f.rule == "conflicting_values" for fact in found.facts for f in fact.findings) > 20
    assert set(asked.values()) == {1}
