"""A run of PDF files: pages and boxes stay with their facts, and report and review show them."""

import base64
import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from tests import pdf_files
from tests.decided_run import articles, make_run, settle
from tests.office_files import open_document_file, word_file
from uhc_llm import Document, extract, load
from uhc_llm.batch.inputs import Inputs, Item
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.results import export
from uhc_llm.batch.reviewed import ReviewedArticle
from uhc_llm.cli import app
from uhc_llm.documents import read_document
from uhc_llm.pages import page_pictures
from uhc_llm.pages.page_pictures import pictures_of
from uhc_llm.report import articles as report_articles
from uhc_llm.report import write_report
from uhc_llm.review.app import make_app
from uhc_llm.review.security import Access


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("berita")
    (folder / "kolom.pdf").write_bytes(pdf_files.two_columns().content)
    (folder / "blora.docx").write_bytes(word_file())
    (folder / "blora.odt").write_bytes(open_document_file())
    (folder / "rusak.pdf").write_bytes(b"%PDF-1.7 rusak")
    return folder


@pytest.fixture(scope="module")
def run(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("run") / "run.db"
    done = CliRunner().invoke(app, ["batch", str(corpus), "--run", str(path), "--strategy", "code"])
    assert done.exit_code == 3, done.output  # one cannot be read
    return path


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    path = tmp_path / "kolom.pdf"
    path.write_bytes(pdf_files.two_columns().content)
    return path


def article_of(path: Path) -> ReviewedArticle:
    document = read_document(path)
    return ReviewedArticle(document, extract(document, strategy="code"))


# --- a run ----------------------------------------------------------------------------------------


def test_a_folder_gives_its_pdf_word_and_open_document_files(corpus: Path) -> None:
    read = list(Inputs([str(corpus)]))
    assert [each.document.id for each in read if isinstance(each, Item)] == [
        "blora",
        "blora",
        "kolom",
    ]
    assert Inputs([str(corpus)]).count() == 4


def test_pages_and_boxes_stay_with_the_facts_of_a_run(run: Path, tmp_path: Path) -> None:
    out = tmp_path / "facts.jsonl"
    export(run, out)
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert {row["page"] for row in rows if row["id"] == "blora"} == {None}
    pages = [(row["mention"], row["page"]) for row in rows if row["id"] == "kolom"]
    assert pages == [
        ("98,5 persen", 1),
        ("912.345 jiwa", 1),
        ("93,3 persen", 2),
        ("99 persen", 2),
    ]
    (place,) = pdf_files.two_columns().places["912.345 jiwa"]
    (box,) = next(
        json.loads(r["boxes"]) for r in rows if r["mention"] == "912.345 jiwa" and r["boxes"]
    )
    assert box["x0"] == pytest.approx(place.left, abs=0.5)
    frame = load(run).facts
    assert frame[frame["id"] == "kolom"]["page"].tolist() == [1, 1, 2, 2]
    with Ledger.read(run) as ledger:
        (article,) = (each for each in articles(ledger) if each.name == "kolom")
        assert article.document.pages is not None
        for fact in article.extraction.facts:
            assert fact.evidence is not None
            assert fact.evidence == article.document.placed(fact.evidence)


def test_a_corrected_fact_and_an_added_one_keep_their_pages(pdf: Path, tmp_path: Path) -> None:
    path = tmp_path / "run.db"
    (key,) = make_run(path, read_document(pdf))
    with Ledger.review(path) as ledger:
        settle(ledger, key, "fact:1", "correct", status="target")
    for as_extracted in (False, True):
        rows = load(path, as_extracted=as_extracted).facts
        assert rows["page"].tolist() == [1, 1, 2, 2]
        assert rows["boxes"].notna().all()


# --- the report -----------------------------------------------------------------------------------


def pages_of_articles(report: Path) -> list[str]:
    """The articles in a report, unpacked."""
    chunks = report.read_text("utf-8").split('type="application/octet-stream"')[1:]
    found: list[str] = []
    for chunk in chunks:
        packed = chunk.split(">", 1)[1].split("<", 1)[0]
        found.extend(json.loads(gzip.decompress(base64.b64decode(packed))))
    return found


def test_a_card_of_the_report_shows_the_page(run: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    write_report(run, out)
    (shown,) = (page for page in pages_of_articles(out) if "kolom" in page)
    assert shown.count('src="data:image/png;base64,iVBOR') == 4
    assert 'alt="page 2, with 93,3 persen marked"' in shown
    assert "page 1" in shown
    assert "img-src data:" in out.read_text("utf-8")
    assert out.stat().st_size < 1_500_000
    others = [page for page in pages_of_articles(out) if "kolom" not in page]
    assert not any("on-page" in page for page in others)


def test_results_in_hand_show_their_pages_too(pdf: Path, tmp_path: Path) -> None:
    article = article_of(pdf)
    out = tmp_path / "report.html"
    write_report([(article.document, article.extraction)], out)
    assert pages_of_articles(out)[0].count("data:image/png") == 4


def test_the_report_holds_so_many_pictures_and_no_more(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_articles, "_MOST_PICTURES", -1)
    out = tmp_path / "report.html"
    write_report(run, out)
    whole = "".join(pages_of_articles(out))
    assert "data:image/png" not in whole
    assert whole.count("holds as many pictures as it may") == 4


# --- the file -------------------------------------------------------------------------------------


def test_a_pdf_that_is_gone_or_has_changed_is_said_to_be_so(pdf: Path) -> None:
    article = article_of(pdf)
    assert all(shown.picture for shown in pictures_of(article, article.items).values())
    pdf.write_bytes(pdf_files.table(ruled=True).content)
    notes = {shown.note for shown in pictures_of(article, article.items).values()}
    assert notes == {"the PDF has changed since it was read, so its page is not shown"}
    pdf.unlink()
    notes = {shown.note for shown in pictures_of(article, article.items).values()}
    assert notes == {"the PDF is no longer where it was read, so its page is not shown"}


def test_a_compressed_pdf_is_shown_too(pdf: Path, tmp_path: Path) -> None:
    packed = tmp_path / "kolom.pdf.gz"
    packed.write_bytes(gzip.compress(pdf.read_bytes()))
    (item,) = Inputs([str(packed)])
    assert isinstance(item, Item)
    assert item.document.pages is not None
    item.document.pages.path = item.source
    boxes = item.document.boxes(0, 5)
    assert page_pictures.paint(item.document.pages, {"x": boxes})["x"].picture


def test_only_so_many_are_painted_of_one_file(pdf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_pictures, "_AT_ONCE", 1)
    article = article_of(pdf)
    shown = list(pictures_of(article, article.items).values())
    assert [each.picture is None for each in shown] == [False, True, True, True]


def test_what_was_not_read_from_a_pdf_shows_nothing() -> None:
    document = Document(text="Cakupan JKN Kota Batu 98,4 persen per 1 Mei 2024.")
    article = ReviewedArticle(document, extract(document, strategy="code"))
    assert pictures_of(article, article.items) == {}


# --- the review -----------------------------------------------------------------------------------


@pytest.fixture
def client(run: Path) -> Iterator[TestClient]:
    access = Access(8766)
    with Ledger.review(run) as ledger:
        pages = make_app(ledger, access=access, reviewer="sari")
        with TestClient(pages, base_url="http://127.0.0.1:8766") as browser:
            browser.get(access.address)
            yield browser


def number_of(run: Path, name: str) -> int:
    with Ledger.read(run) as ledger:
        return next(each.number for each in articles(ledger) if each.name == name)


def test_the_review_shows_the_page_of_the_item_in_view(client: TestClient, run: Path) -> None:
    number = number_of(run, "kolom")
    html = client.get(f"/article/{number}?item=fact:2").text
    address = f"/article/{number}/page?item=fact%3A2"
    assert f'src="{address}"' in html
    assert 'alt="page 2, with 93,3 persen marked' in html
    answer = client.get(address)
    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")


def test_a_number_without_a_fact_has_its_page_too(client: TestClient, run: Path) -> None:
    with Ledger.read(run) as ledger:
        (article,) = (each for each in articles(ledger) if each.name == "kolom")
    start = article.extraction.unclaimed[0].mention.start
    answer = client.get(f"/article/{article.number}/page?item=number:{start}")
    assert answer.content.startswith(b"\x89PNG")


def test_an_item_that_stands_on_no_page_has_no_picture(client: TestClient, run: Path) -> None:
    number = number_of(run, "blora")
    assert "/page?" not in client.get(f"/article/{number}?item=fact:0").text
    answer = client.get(f"/article/{number}/page?item=fact:0")
    assert answer.status_code == 404
    assert "stands on no page" in answer.text


def test_the_review_says_why_a_page_cannot_be_shown(pdf: Path, tmp_path: Path) -> None:
    path = tmp_path / "run.db"
    make_run(path, read_document(pdf))  # its source is a place where nothing is
    access = Access(8766)
    with Ledger.review(path) as ledger:
        pages = make_app(ledger, access=access, reviewer="sari")
        with TestClient(pages, base_url="http://127.0.0.1:8766") as browser:
            browser.get(access.address)
            answer = browser.get("/article/1/page?item=fact:0")
    assert answer.status_code == 404
    assert "no longer where it was read" in answer.text
