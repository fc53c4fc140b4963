"""The benchmark beside others: what is done with what they say. No model is asked."""

import json
import threading
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace

import httpx2
import pytest

from benchmarks.side_by_side import __main__ as side_by_side
from benchmarks.side_by_side import peers
from benchmarks.side_by_side.proxy import counting_proxy
from uhc_llm import Extractor
from uhc_llm.evaluation import GoldArticle, LabelledFact

TEXT = "Cakupan JKN di Kabupaten Semarang 98,5 persen per 1 Mei 2024."
ARTICLE = GoldArticle(
    "a",
    TEXT,
    None,
    (
        LabelledFact(
            value=Decimal("98.5"),
            unit="percent",
            metric="coverage_rate",
            status="actual",
            region_code="33.22",
            period="2024-05-01",
            segment="all",
        ),
    ),
)


def extraction(words: str, **attributes: object) -> SimpleNamespace:
    said = {"metric": "coverage_rate", "status": "actual", "region": "Semarang"} | attributes
    return SimpleNamespace(extraction_class="fact", extraction_text=words, attributes=said)


@pytest.mark.parametrize(
    ("words", "value", "unit"),
    [
        ("98,5 persen", "98.5", "percent"),
        ("98,5", "98.5", "percent"),
        ("mencapai 98.5%", "98.5", "percent"),
        ("1,2 juta jiwa", "1200000", "people"),
    ],
)
def test_a_peer_s_words_are_read_as_kindly_as_our_own(words: str, value: str, unit: str) -> None:
    fact = peers.fact_of_extraction(ARTICLE, extraction(words))
    assert fact is not None
    assert (str(fact.value), fact.unit) == (value, unit)


@pytest.mark.parametrize(
    ("region", "code"),
    [
        ("Kabupaten Semarang", "33.22"),
        ("Semarang", "33.22"),  # the one that the article names
        ("Kota Semarang", "33.74"),
        ("tingkat nasional", "ID"),
        ("nowhere", None),
        (None, None),
    ],
)
def test_a_peer_s_region_is_looked_up_as_ours_are(region: str | None, code: str | None) -> None:
    fact = peers.fact_of_extraction(ARTICLE, extraction("98,5 persen", region=region))
    assert fact is not None
    assert fact.region_code == code


@pytest.mark.parametrize(
    ("period", "expected"),
    [("2024-05", "2024-05"), ("Mei 2024", "2024-05"), ("saat ini", None), (None, None)],
)
def test_a_peer_s_period_is_read_as_the_press_writes_it(
    period: str | None, expected: str | None
) -> None:
    fact = peers.fact_of_extraction(ARTICLE, extraction("98,5 persen", period=period))
    assert fact is not None
    assert fact.period == expected


@pytest.mark.parametrize("words", ["", "banyak warga", "Kabupaten Semarang"])
def test_an_extraction_without_a_number_is_no_fact(words: str) -> None:
    assert peers.fact_of_extraction(ARTICLE, extraction(words)) is None


def row(
    way: str, said: dict[str, list[LabelledFact]], error: str | None = None
) -> dict[str, object]:
    return {
        "way": way,
        "id": "a",
        "error": error,
        "seconds": 2.0,
        "requests": 1,
        "usage": {"input_tokens": 100, "output_tokens": 10},
        "said": {name: [f.model_dump(mode="json") for f in facts] for name, facts in said.items()},
    }


def test_the_table_has_a_line_for_each_way_that_is_done() -> None:
    said = side_by_side.ours(ARTICLE, Extractor(strategy="code"))
    wrong = ARTICLE.facts[0].model_copy(update={"value": ARTICLE.facts[0].value + 1})
    rows = [row("code", said), row("instructor", {"instructor": [wrong]}), row("quote", {}, "no")]
    lines = side_by_side.table([ARTICLE], rows).splitlines()
    assert lines[2] == (
        "| code | 1.000 | 1.000 | 1.000 | 1.000 | 1.000 | 1 | 0 | 0 | 100 | 10 | 2.0 |"
    )
    assert lines[-1].startswith("| instructor | 0.000 |")
    assert "| 1 | 1 | 0 | 100 |" in lines[-1]  # one number that is not in the text
    assert [line.split(" | ")[0] for line in lines[3:5]] == ["| quote", "| quote+verify"]


def test_facts_said_of_articles_on_other_matters_have_a_column_of_their_own() -> None:
    other = GoldArticle("b", "Vaksinasi 98,5 persen.", None, (), kind="offtopic")
    rows = [row("code", {"code": [*ARTICLE.facts, ARTICLE.facts[0]]})]
    rows.append(row("code", {"code": list(ARTICLE.facts)}) | {"id": "b"})
    head, _, line = side_by_side.table([ARTICLE, other], rows).splitlines()
    assert head.split(" | ")[7:9] == ["not in the text", "false, off topic"]
    assert line.split(" | ")[6:9] == ["2", "0", "1"]


def test_a_sample_has_articles_of_each_kind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gold = tmp_path / "gold.jsonl"
    kinds = ["coverage"] * 6 + ["offtopic"] * 2
    gold.write_text(
        "".join(
            json.dumps({"id": f"a{n}", "text": f"Artikel {n}.", "kind": kind, "facts": []}) + "\n"
            for n, kind in enumerate(kinds)
        ),
        encoding="utf-8",
    )
    results = tmp_path / "results.jsonl"
    empty = [row("code", {"code": []}) | {"id": f"a{n}"} for n in range(8)]
    results.write_text("".join(json.dumps(each) + "\n" for each in empty), encoding="utf-8")
    side_by_side.main([str(gold), "--sample", "4", "--table", "--results", str(results)])
    said = capsys.readouterr().out
    assert said.startswith("4 articles of gold.jsonl")
    assert "false, off topic" in said


def test_a_way_without_every_article_is_left_out() -> None:
    assert len(side_by_side.table([ARTICLE], []).splitlines()) == 2


def test_results_are_read_back(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    assert side_by_side.read(path) == []
    path.write_text(json.dumps(row("code", {})) + "\n", encoding="utf-8")
    assert side_by_side.read(path)[0]["way"] == "code"


class _Answering(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        answer = json.dumps({"usage": {"prompt_tokens": 7, "completion_tokens": 3}}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        pass


def test_the_proxy_counts_requests_and_tokens_of_whoever_asks() -> None:
    server = HTTPServer(("127.0.0.1", 0), _Answering)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with counting_proxy(f"http://127.0.0.1:{server.server_port}/v1") as proxy:
            for _ in range(2):
                with httpx2.Client() as client:
                    answer = client.post(f"{proxy.base_url}/chat/completions", content=b"{}")
                assert answer.json()["usage"]["prompt_tokens"] == 7
            usage = proxy.usage
            assert (proxy.requests, usage.input_tokens, usage.output_tokens) == (2, 14, 6)
            proxy.reset()
            assert (proxy.requests, proxy.usage.input_tokens) == (0, 0)
    finally:
        server.shutdown()
        server.server_close()
