"""The review speaks the language that is chosen on its pages, else the one that is asked for."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from starlette.testclient import TestClient

from tests.decided_run import Said, add, add_said, examples
from tests.english import english_in, english_on_page
from tests.test_review_app import HOME, PORT, post
from uhc_llm import Document
from uhc_llm.batch.ledger import Ledger
from uhc_llm.language import Language
from uhc_llm.review import make_app
from uhc_llm.review.security import Access
from uhc_llm.review.speaking import COOKIE

NUMBERS: Final = (
    "KOTA BLITAR - Kepesertaan JKN menuju UHC. Per Desember 2023 Kota Blitar mencatat 155.210 "
    "peserta JKN dari 157.730 penduduk, atau 98,4 persen. Di Kota Kediri cakupannya 91,2 persen."
)
QUEUE: Final = {"en": "Articles to review", "id": "Artikel untuk ditinjau"}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.write(tmp_path / "run.db") as written:
        add(written, [Document(text=NUMBERS, id="kepesertaan-1"), *examples()])
        add_said(written, [Said(0.5, "suspect"), Said(0.99), Said(0.2, "rejected", "rate_bounds")])
    with Ledger.review(tmp_path / "run.db") as opened:
        yield opened


@pytest.fixture
def access() -> Access:
    return Access(PORT)


def visitor(ledger: Ledger, access: Access, language: Language | None = None) -> TestClient:
    """A browser that was let in and has no wishes."""
    app = make_app(ledger, access=access, reviewer="sari", language=language)
    client = TestClient(app, base_url=HOME)
    client.headers["accept-language"] = ""
    assert client.get(access.address).status_code == 200
    return client


def language_of(page: str) -> str:
    """The language that a page says it is in."""
    found = re.search(r'<html lang="(\w+)">', page)
    assert found
    assert QUEUE[found[1]] in page
    return found[1]


# --- which one ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("started", "liked", "spoken"),
    [
        (None, "", "en"),
        (None, "id-ID,id;q=0.9,en;q=0.8", "id"),
        (None, "nl", "en"),
        ("id", "", "id"),
        ("en", "id", "en"),
        ("id", "en", "id"),
    ],
)
def test_what_the_program_was_started_with_goes_before_what_the_browser_likes(
    ledger: Ledger, access: Access, started: Language | None, liked: str, spoken: str
) -> None:
    client = visitor(ledger, access, started)
    assert language_of(client.get("/", headers={"Accept-Language": liked}).text) == spoken


def test_what_is_chosen_on_a_page_is_kept(ledger: Ledger, access: Access) -> None:
    client = visitor(ledger, access, "en")
    answer = client.get("/?lang=id")
    assert language_of(answer.text) == "id"
    (cookie,) = (c for c in answer.headers.get_list("set-cookie") if c.startswith(COOKIE))
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert language_of(client.get("/").text) == "id"
    assert language_of(client.get("/", headers={"Accept-Language": "en"}).text) == "id"
    assert language_of(client.get("/?lang=en").text) == "en"
    assert language_of(client.get("/").text) == "en"


def test_a_choice_is_read_behind_cookies_of_others(ledger: Ledger, access: Access) -> None:
    client = visitor(ledger, access)
    ours = f"{access.cookie}={client.cookies[access.cookie]}"
    cookies = f'theme={{"dark":true}}; {COOKIE}=id; {ours}'
    assert language_of(client.get("/", headers={"Cookie": cookies}).text) == "id"


@pytest.mark.parametrize("wish", ["ms", "", "id'><script>", "x" * 5000, "%00"])
def test_a_language_that_is_none_changes_nothing(ledger: Ledger, access: Access, wish: str) -> None:
    client = visitor(ledger, access)
    answer = client.get("/", params={"lang": wish})
    assert language_of(answer.text) == "en"
    assert COOKIE not in str(answer.headers)
    client.cookies.set(COOKIE, "klingon")
    assert language_of(client.get("/").text) == "en"


def test_a_page_leads_to_itself_in_the_other_language(ledger: Ledger, access: Access) -> None:
    client = visitor(ledger, access)
    page = client.get("/article/1?item=fact:0&did=accepted&of=2").text
    (address,) = re.findall(r'<a class="button language" href="([^"]*)"', page)
    assert address == "/article/1?item=fact%3A0&amp;lang=id"
    there = client.get(address.replace("&amp;", "&")).text
    assert '<html lang="id">' in there
    assert 'value="fact:0"' in there
    assert 'lang="en" hreflang="en">English</a>' in there


def test_what_a_search_asked_for_is_asked_for_in_the_other_language_too(
    ledger: Ledger, access: Access
) -> None:
    page = visitor(ledger, access).get("/?q=%22%3E%3Cb&show=all").text
    (address,) = re.findall(r'<a class="button language" href="([^"]*)"', page)
    assert address == "/?q=%22%3E%3Cb&amp;show=all&amp;lang=id"


def test_two_browsers_of_one_process_speak_their_own_language(
    ledger: Ledger, access: Access
) -> None:
    app = make_app(ledger, access=access, reviewer="sari")
    browsers = [TestClient(app, base_url=HOME) for _each in range(2)]
    for client, wish in zip(browsers, ("id", "en"), strict=True):
        client.get(access.address)
        client.get(f"/?lang={wish}")
    for _turn in range(3):
        assert [language_of(client.get("/").text) for client in browsers] == ["id", "en"]


# --- that all of it is spoken ---------------------------------------------------------------------


def test_no_page_has_english_left(ledger: Ledger, access: Access) -> None:
    client = visitor(ledger, access, "id")
    pages = ["/", "/?show=all", "/?q=nowhere", "/?metric=coverage_rate&panel=1", "/help"]
    for number in range(1, 13):
        first = client.get(f"/article/{number}").text
        items = re.findall(rf'href="/article/{number}\?(item=[^"]+)"', first)
        pages += [f"/article/{number}?{item}" for item in dict.fromkeys(items)]
    assert len(pages) > 100
    left = {page: found for page in pages if (found := english_on_page(client.get(page).text))}
    assert left == {}


@pytest.mark.parametrize("do", ["accept", "reject", "status:target", "metric:active_rate"])
def test_what_was_done_is_said(ledger: Ledger, access: Access, do: str) -> None:
    client = visitor(ledger, access, "id")
    answer = post(client, "/article/1?item=fact:2", "/article/1/decide", do=do)
    said = re.search('<p class="said" role="status">(.*?)</p>', answer.text)
    assert said
    assert said[1].endswith(".")
    assert english_in(said[1]) == []
    history = client.get("/article/1?item=fact:2").text
    assert "oleh sari" in history
    assert english_on_page(history) == []


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/article/99", 404, "tidak ada artikel 99"),
        ("/article/1?item=fact:77", 400, "tidak memiliki butir"),
        ("/nowhere", 404, "Tidak ditemukan"),
    ],
)
def test_what_could_not_be_done_is_said(
    ledger: Ledger, access: Access, path: str, status: int, words: str
) -> None:
    answer = visitor(ledger, access, "id").get(path)
    assert answer.status_code == status
    assert words in answer.text
    assert english_on_page(answer.text) == []


def test_a_name_that_is_none_is_refused_in_words(ledger: Ledger, access: Access) -> None:
    answer = post(visitor(ledger, access, "id"), "/", "/reviewer", name="\u202e")
    assert answer.status_code == 400
    assert "nama paling panjang 100 karakter" in answer.text


def test_who_is_not_let_in_is_told_why(ledger: Ledger, access: Access) -> None:
    app = make_app(ledger, access=access, reviewer="sari", language="id")
    client = TestClient(app, base_url=HOME)
    assert client.get("/").text.startswith("buka alamat yang dicetak `uhc-llm review`")
    assert english_in(client.get("/start?token=x").text) == []


def test_two_decisions_on_one_item_are_laid_side_by_side(ledger: Ledger, access: Access) -> None:
    app = make_app(ledger, access=access, reviewer="sari", language="id")
    mine, theirs = (TestClient(app, base_url=HOME) for _each in range(2))
    for client in (mine, theirs):
        client.get(access.address)
    form = mine.get("/article/1?item=fact:2").text
    post(theirs, "/", "/reviewer", name="Budi")
    post(theirs, "/article/1?item=fact:2", "/article/1/decide", do="reject")
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))
    answer = mine.post(
        "/article/1/decide",
        data={**fields, "item": "fact:2", "do": "status:target"},
        headers={"Origin": HOME},
    )
    assert answer.status_code == 409
    assert "Budi sementara itu sudah memutuskan butir ini" in answer.text
    assert english_on_page(answer.text) == []
    # What a form answered cannot be asked for again.
    assert "button language" not in answer.text


def test_decisions_are_the_same_in_every_language(ledger: Ledger, access: Access) -> None:
    languages: tuple[Language, ...] = ("en", "id")
    for item, language in zip(("fact:0", "fact:2"), languages, strict=True):
        client = visitor(ledger, access, language)
        post(client, f"/article/1?item={item}", "/article/1/decide", do="status:target")
    ((facts,),) = ledger.rows("SELECT count(*) FROM decisions WHERE fact LIKE '%\"target\"%'")
    assert facts == 2
    ((told,),) = ledger.rows("SELECT count(*) FROM decisions WHERE fact LIKE '%benar seluruhnya%'")
    assert told == 0


def test_numbers_and_dates_are_written_as_indonesian_writes_them(
    ledger: Ledger, access: Access
) -> None:
    page = visitor(ledger, access, "id").get("/article/1?item=fact:0").text
    assert "155.210" in page
    assert "155,210" not in page
    assert "Desember 2023" in page
    assert "2023-12" not in page
