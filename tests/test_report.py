"""A report is one file that holds a whole run, asks for nothing, and escapes all that it shows."""

import base64
import gzip
import hashlib
import json
import re
import sys
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import uhc_llm
from tests.decided_run import NOTHING, Said, add_said, example, examples, make_run, settle
from uhc_llm import Document, Extractor
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.reviewed import ReviewedArticle
from uhc_llm.batch.work import Attempt, InputProblem, Work
from uhc_llm.cli import app
from uhc_llm.errors import (
    ConfigurationError,
    LedgerError,
    MissingExtraError,
    ResultFileError,
    ServerError,
)
from uhc_llm.promise import Promise
from uhc_llm.report import write_report
from uhc_llm.report.articles import CHUNK
from uhc_llm.report.datatables import datatables, under_a_name
from uhc_llm.report.overview import STATES, Overview
from uhc_llm.verifier.rulebook import labelled_threshold

HOSTILE = (
    "</script><script>alert(1)</script><img src=x onerror=alert(2)> <!-- <script> \u2028\n"
    "Cakupan JKN Kota Batu 98,4 persen per 1 Mei 2024. {{ 7 * 7 }}"
)


class Page(HTMLParser):
    """A report, taken apart."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[str, list[str]] = {"script": [], "style": []}
        self.words = ""
        self._within: str | None = None
        self.html = path.read_text("utf-8")
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in self.inside:
            self._within = tag
            self.inside[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._within:
            self._within = None

    def handle_data(self, data: str) -> None:
        if self._within:
            self.inside[self._within][-1] += data
        else:
            self.words += data

    @property
    def scripts(self) -> list[tuple[str, str]]:
        """The type of each script element, and what is in it."""
        kinds = [a.get("type") or "" for tag, a in self.tags if tag == "script"]
        return list(zip(kinds, self.inside["script"], strict=True))

    @property
    def data(self) -> dict[str, list[list[Any]]]:
        """The rows of facts and articles."""
        (text,) = (text for kind, text in self.scripts if kind == "application/json")
        loaded: dict[str, list[list[Any]]] = json.loads(text)
        return loaded

    @property
    def articles(self) -> list[str]:
        """The packed pages of the articles."""
        packs = [text for kind, text in self.scripts if kind == "application/octet-stream"]
        return [
            page for pack in packs for page in json.loads(gzip.decompress(base64.b64decode(pack)))
        ]

    @property
    def policy(self) -> dict[str, str]:
        """The content security policy, by directive."""
        (content,) = (
            a["content"] or ""
            for _, a in self.tags
            if a.get("http-equiv") == "Content-Security-Policy"
        )
        return {part.split()[0]: part.split(" ", 1)[1] for part in content.split("; ")}


def hashed(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def named(number: int, text: str = NOTHING) -> Document:
    return Document(text=f"{text} ({number})", id=f"a{number}")


@pytest.fixture
def run(tmp_path: Path) -> Path:
    path = tmp_path / "jawa.db"
    make_run(path, *examples())
    return path


def report_of(run: Path, title: str | None = None, promise: Promise | None = None) -> Page:
    out = run.with_name("report.html")
    write_report(run, out, title=title, promise=promise)
    return Page(out)


# --- one file -------------------------------------------------------------------------------------


def test_nothing_in_it_is_fetched_from_anywhere(run: Path) -> None:
    page = report_of(run)
    addresses = [
        (tag, name, value)
        for tag, attributes in page.tags
        for name, value in attributes.items()
        if name in {"src", "href", "srcset", "action", "poster"} and value
    ]
    assert [a for a in addresses if not a[2].startswith(("#", "data:,"))] == []
    assert [tag for tag, _ in page.tags if tag in {"iframe", "object", "embed", "base"}] == []
    for sheet in page.inside["style"]:
        assert re.findall(r"url\((?!data:)|@import", sheet) == []


def test_the_policy_allows_the_scripts_and_the_style_that_are_there_and_nothing_else(
    run: Path,
) -> None:
    page = report_of(run)
    run_scripts = [text for kind, text in page.scripts if kind == "module"]
    assert len(run_scripts) == 2
    assert page.policy == {
        "default-src": "'none'",
        "script-src": " ".join(map(hashed, run_scripts)),
        "style-src": " ".join(map(hashed, page.inside["style"])),
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_no_element_carries_a_style_or_a_handler_which_the_policy_would_refuse(run: Path) -> None:
    page = report_of(run)
    names = {name for _, attributes in page.tags for name in attributes}
    assert not {name for name in names if name == "style" or name.startswith("on")}


def test_every_standing_fact_and_every_article_has_a_row(run: Path) -> None:
    data = report_of(run).data
    assert len(data["facts"]) == len(uhc_llm.load(run).facts)
    assert [row[0] for row in data["articles"]] == [document.id for document in examples()]
    first = data["facts"][0]
    assert first[10] == 0
    assert first[9] == "verified"


def test_a_row_leads_to_its_card(run: Path) -> None:
    page = report_of(run)
    pages = page.articles
    for row in page.data["facts"]:
        assert f'id="a-{row[11]}"' in pages[row[10]]


def test_articles_are_packed_many_together_and_none_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "run.db"
    make_run(path, *(named(number) for number in range(CHUNK + 1)))
    page = report_of(path)
    assert len([kind for kind, _ in page.scripts if kind == "application/octet-stream"]) == 2
    assert len(page.articles) == CHUNK + 1
    assert f">a{CHUNK}</h2>" in page.articles[CHUNK]


def test_the_same_run_makes_the_same_articles(run: Path) -> None:
    assert report_of(run).scripts == report_of(run).scripts


# --- what it says ---------------------------------------------------------------------------------


def test_the_title_names_the_run_unless_another_is_given(run: Path) -> None:
    assert "<title>Coverage facts: jawa</title>" in report_of(run).html
    assert "<title>UHC &lt;2026&gt;</title>" in report_of(run, title="UHC <2026>").html


def test_what_reviewers_decided_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "run.db"
    (key,) = make_run(path, example("04-terdaftar-dan-aktif"))
    with Ledger.review(path) as ledger:
        settle(ledger, key, "fact:0", "correct", status="target")
        settle(ledger, key, "fact:1", "reject")
    page = report_of(path)
    states = {row[11]: row[9] for row in page.data["facts"]}
    assert states["fact:0"] == "corrected"
    assert states["fact:1"] == "rejected"
    assert "corrected by Ani" in page.articles[0]
    assert "Ani (2 decisions)" in " ".join(page.words.split())


def test_under_a_promise_verified_is_what_can_be_kept_and_what_was_decided_stays(
    tmp_path: Path,
) -> None:
    path = tmp_path / "run.db"
    promise = Promise(0.9)
    sure = labelled_threshold(promise)
    with Ledger.write(path) as ledger:
        # What the run called so was another promise.
        (key,) = add_said(
            ledger, [Said(sure, "suspect", "confidence"), Said(sure - 0.01), Said(None)]
        )
        settle(ledger, key, "fact:2", "accept")
    rows = {
        title: {row[11]: row[9] for row in report_of(path, promise=each).data["facts"]}
        for title, each in (("usual", None), ("promised", promise))
    }
    assert rows["usual"] == {"fact:0": "suspect", "fact:1": "verified", "fact:2": "accepted"}
    assert rows["promised"] == {"fact:0": "verified", "fact:1": "suspect", "fact:2": "accepted"}


def test_what_cannot_be_promised_makes_no_report(run: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"99\.99% cannot be promised of this run"):
        report_of(run, promise=Promise(0.9999))
    assert list(run.parent.glob("*.html")) == []


def test_of_results_in_hand_nothing_is_promised(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="a promise is of a run"):
        write_report([], tmp_path / "r.html", promise=Promise(0.9))
    assert list(tmp_path.iterdir()) == []


def test_what_failed_and_what_could_not_be_read_is_said(tmp_path: Path) -> None:
    path = tmp_path / "run.db"
    make_run(path, named(1))
    at = datetime(2026, 11, 1, tzinfo=UTC)
    with Ledger.write(path) as ledger, Extractor(strategy="code") as extractor:
        settings = ledger.note_settings(extractor.settings)
        ledger.add([Work("k", named(2), "/corpus/<b>two</b>.txt")], settings)
        ledger.record([Attempt("k", at, at, error=ServerError("it is <down>"))])
        ledger.add_problems([InputProblem("/corpus/bad.txt", 0, "not in UTF-8")])
    words = " ".join(report_of(path).words.split())
    assert "1 document failed. 1 input could not be read." in words
    assert "it is <down>" in words
    assert "not in UTF-8" in words


def test_a_run_with_nothing_in_it_makes_a_report_too(tmp_path: Path) -> None:
    path = tmp_path / "run.db"
    make_run(path)
    page = report_of(path)
    assert (page.data["facts"], page.data["articles"]) == ([], [])
    assert "0 facts out of 0 articles" in " ".join(page.words.split())


def test_results_in_hand_make_a_report_without_a_run(tmp_path: Path) -> None:
    documents = examples()[:2]
    with Extractor(strategy="code") as extractor:
        results = [(document, extractor.extract(document)) for document in documents]
    out = tmp_path / "r.html"
    assert uhc_llm.write_report(iter(results), out, title="Two") == 2
    assert [row[0] for row in Page(out).data["articles"]] == [d.id for d in documents]


# --- untrusted ------------------------------------------------------------------------------------


def test_markup_in_an_article_stays_text_wherever_it_shows(tmp_path: Path) -> None:
    path = tmp_path / "run.db"
    make_run(
        path,
        Document(
            text=HOSTILE, id="</script><b>id</b>", title="<i>judul</i>", url="javascript:alert(3)"
        ),
    )
    page = report_of(path)
    assert {kind for kind, _ in page.scripts} == {
        "module",
        "application/json",
        "application/octet-stream",
    }
    assert page.data["articles"][0][:2] == ["</script><b>id</b>", "<i>judul</i>"]
    (article,) = page.articles
    for markup in ("<script", "<img", "<b>", "<i>", 'href="javascript:'):
        assert markup not in article
    assert "{{ " in article  # which no template has read
    assert "javascript:alert(3)" in article  # as text


def test_only_addresses_of_the_web_are_links(tmp_path: Path) -> None:
    path = tmp_path / "run.db"
    make_run(path, Document(text=NOTHING, id="a", url="https://berita.example/1"))
    (article,) = report_of(path).articles
    assert '<a href="https://berita.example/1" rel="noreferrer noopener"' in article


# --- the tables -----------------------------------------------------------------------------------


def test_the_tables_script_gives_its_class_a_name_of_the_page() -> None:
    script = datatables().script
    assert re.search(r"globalThis\.DataTable=[\w$]+;", script)
    assert not re.search(r"\bexport\s*\{", script[-200_000:])
    assert "</script" not in script.lower()


@pytest.mark.parametrize(
    ("script", "named"),
    [
        ("var a=1;export{b as jQuery,a as default};//x", "var a=1;globalThis.DataTable=a;//x"),
        ("var $t=1;export { $t as default }", "var $t=1;globalThis.DataTable=$t;"),
        ("'</SCRIPT>';export{a as default};", "'<\\/SCRIPT>';globalThis.DataTable=a;"),
    ],
)
def test_what_a_module_exports_gets_a_name(script: str, named: str) -> None:
    assert under_a_name(script) == named


@pytest.mark.parametrize("script", ["var a=1;", "export{a as jQuery};", ""])
def test_a_package_without_the_script_that_is_expected_is_said(script: str) -> None:
    with pytest.raises(ConfigurationError, match=r"pip install 'itables"):
        under_a_name(script)


# --- counts ---------------------------------------------------------------------------------------


def test_counts_are_those_of_the_articles() -> None:
    overview = Overview()
    documents = examples()
    with Extractor(strategy="code") as extractor:
        extractions = [extractor.extract(document) for document in documents]
    for number, (document, extraction) in enumerate(zip(documents, extractions, strict=True)):
        overview.add(ReviewedArticle(document, extraction), number)
    facts = [fact for extraction in extractions for fact in extraction.facts]
    assert overview.articles == 10
    assert overview.facts == len(facts)
    assert overview.states["suspect"] == sum(fact.verdict == "suspect" for fact in facts)
    assert set(overview.states) == set(STATES)
    assert len(overview.declared) == sum(len(e.declarations) for e in extractions)
    assert sum(overview.makings.values()) == 10
    assert len(overview.regions) == len({(f.region.code, f.region.name) for f in facts if f.region})
    assert overview.rules_at_work


# --- the file and the command ---------------------------------------------------------------------


def test_a_file_that_cannot_be_written_is_said(run: Path, tmp_path: Path) -> None:
    with pytest.raises(ResultFileError, match="cannot be written"):
        write_report(run, tmp_path / "nowhere" / "report.html")


def test_a_run_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="there is no run"):
        write_report(tmp_path / "none.db", tmp_path / "report.html")
    assert list(tmp_path.iterdir()) == []


def test_a_package_that_is_missing_is_named_before_anything_is_read(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "itables", None)
    with pytest.raises(MissingExtraError, match=r"a report needs an extra: .*uhc-llm\[report\]"):
        write_report(run, tmp_path / "report.html")
    assert not (tmp_path / "report.html").exists()


def test_the_command_says_what_it_wrote(run: Path) -> None:
    out = run.with_name("page.html")
    done = CliRunner().invoke(app, ["report", str(run), "-o", str(out), "--title", "Jawa"])
    assert done.exit_code == 0
    assert re.search(r"10 articles, \d\.\d MB: ", done.stderr)
    assert "<title>Jawa</title>" in out.read_text("utf-8")


def test_the_command_calls_verified_what_it_can_promise(run: Path) -> None:
    sure = []
    for precision in ("0.5", "0.95"):
        out = run.with_name(f"{precision}.html")
        done = CliRunner().invoke(
            app, ["report", str(run), "-o", str(out), "--precision", precision]
        )
        assert done.exit_code == 0
        sure.append([row[9] for row in Page(out).data["facts"]].count("verified"))
    assert sure[0] > sure[1] > 0
