"""The pages and their forms, asked as a browser asks; and everybody who may not."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import httpx2
import pytest
from starlette.testclient import TestClient

from tests.decided_run import Said, add, add_said, make_run
from uhc_llm import Document
from uhc_llm.batch.decisions import Choice, decide, history
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.reviewed import reviewed_article
from uhc_llm.errors import InputError
from uhc_llm.review import make_app
from uhc_llm.review.security import HEADERS, Access
from uhc_llm.schemas import FieldReading, Region

PORT: Final = 8765
HOME: Final = f"http://127.0.0.1:{PORT}"
TEXT: Final = (
    "Kepesertaan JKN menuju UHC. Per Desember 2023 Kota Blitar mencatat 155.210 peserta JKN dari "
    "157.730 penduduk, atau 98,4 persen. Di Kota Kediri cakupannya 91,2 persen. Acara itu diikuti "
    "320 orang tamu undangan."
)
HOSTILE: Final = (
    '<script>alert(1)</script> Kota Blitar "><img src=x onerror=alert(2)> 97,1 persen peserta JKN '
    "{{ 7*7 }} {% raw %} --></textarea></form> \u202e 55 persen \u2066"
)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    documents = [
        Document(text=TEXT, id="a", title="Cakupan & capaian", url="https://example.org/a?b=c&d"),
        Document(text="Wali Kota Blitar membuka pasar malam.", id="b"),
        Document(
            text=HOSTILE,
            id="'><script>alert(3)</script>",
            title="</title><script>alert(4)</script>",
            url="javascript:alert(5)",
        ),
    ]
    with Ledger.write(tmp_path / "run.db") as written:
        add(written, documents)
    with Ledger.review(tmp_path / "run.db") as opened:
        yield opened


@pytest.fixture
def access() -> Access:
    return Access(PORT)


@pytest.fixture
def stranger(ledger: Ledger, access: Access) -> Iterator[TestClient]:
    """A browser that has not been let in."""
    app = make_app(ledger, access=access, reviewer="sari")
    with TestClient(app, base_url=HOME, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def client(stranger: TestClient, access: Access) -> TestClient:
    """A browser that opened the address on the terminal."""
    assert stranger.get(access.address).status_code == 200
    return stranger


class _Form(HTMLParser):
    """The hidden fields of one form of a page."""

    def __init__(self, page: str, action: str) -> None:
        super().__init__()
        self._action = action
        self._is_inside = False
        self.fields: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._is_inside = said.get("action") == self._action
        elif tag == "input" and self._is_inside:
            self.fields[said["name"]] = said.get("value", "")


def post(
    client: TestClient, page: str, action: str, follow: bool = True, **more: str
) -> httpx2.Response:
    """Send a form of a page as a browser does."""
    fields = _Form(client.get(page).text, action).fields
    assert fields["token"]
    return client.post(
        action, data=fields | more, headers={"Origin": HOME}, follow_redirects=follow
    )


def decide_by(client: TestClient, item: str, do: str, follow: bool = False) -> httpx2.Response:
    return post(client, f"/article/1?item={item}", "/article/1/decide", follow, do=do)


# --- who may speak to it -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/", "/article/1", "/help", "/next", "/static/review.js", "/undo", "/nowhere"]
)
def test_nobody_sees_anything_without_the_token(stranger: TestClient, path: str) -> None:
    answer = stranger.get(path)
    assert answer.status_code == 403
    assert "uhc-llm review" in answer.text
    assert "Blitar" not in answer.text


@pytest.mark.parametrize("query", ["", "?token=", "?token=x", "?other=1", "?token=%ff"])
def test_a_wrong_token_lets_nobody_in(stranger: TestClient, query: str) -> None:
    assert stranger.get(f"/start{query}").status_code == 403
    assert stranger.get("/").status_code == 403


def test_the_token_gives_a_cookie_that_no_script_and_no_other_site_gets(
    stranger: TestClient, access: Access
) -> None:
    answer = stranger.get(access.address, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers.get_list("set-cookie")[0]
    assert cookie.startswith(f"uhc_llm_review_{PORT}=")
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert stranger.get("/").status_code == 200


def test_the_address_for_a_browser_is_good_once(stranger: TestClient, access: Access) -> None:
    address = access.address_for_once()
    assert stranger.get(address).status_code == 200
    stranger.cookies.clear()
    assert stranger.get(address).status_code == 403


def test_a_cookie_of_another_process_opens_nothing(stranger: TestClient, access: Access) -> None:
    stranger.cookies.set(access.cookie, "0" * 43)
    assert stranger.get("/").status_code == 403


@pytest.mark.parametrize("other", ['theme={"dark":true}', "a b=c", "=x", '"', "é=1"])
def test_cookies_of_others_that_nobody_can_read_shut_nobody_out(
    stranger: TestClient, access: Access, other: str
) -> None:
    stranger.get(access.address)
    ours = f"{access.cookie}={stranger.cookies[access.cookie]}"
    cookies = f"{other}; {ours}".encode()
    assert stranger.get("/", headers={b"Cookie": cookies}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/start?token={token}"])
@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1",
        "127.0.0.1:80",
        f"127.0.0.1.nip.io:{PORT}",
        f"LOCALHOST.:{PORT}",
        "",
    ],
)
def test_another_host_name_is_answered_by_nobody(
    client: TestClient, access: Access, host: str, path: str
) -> None:
    token = access.address.partition("token=")[2]
    answer = client.get(path.format(token=token), headers={"Host": host}, follow_redirects=False)
    assert answer.status_code == 421
    assert "set-cookie" not in answer.headers


def test_localhost_is_a_name_of_ours(client: TestClient, access: Access) -> None:
    url = access.address.replace("127.0.0.1", "localhost")
    assert client.get(url, headers={"Host": f"localhost:{PORT}"}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": f"http://127.0.0.1:{PORT + 1}"},
        {"Origin": f"http://localhost:{PORT}"},
        {"Origin": HOME, "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null", "Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_a_form_of_another_page_does_nothing(
    client: TestClient, ledger: Ledger, headers: dict[str, str]
) -> None:
    fields = _Form(client.get("/article/1?item=fact:0").text, "/article/1/decide").fields
    answer = client.post("/article/1/decide", data=fields | {"do": "accept"}, headers=headers)
    assert answer.status_code == 403
    assert list(history(ledger)) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": HOME},
        {"Origin": HOME, "Sec-Fetch-Site": "same-origin"},
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin"},
    ],
)
def test_a_form_of_our_own_page_is_done(
    client: TestClient, ledger: Ledger, headers: dict[str, str]
) -> None:
    fields = _Form(client.get("/article/1?item=fact:0").text, "/article/1/decide").fields
    client.post("/article/1/decide", data=fields | {"do": "accept"}, headers=headers)
    assert len(list(history(ledger))) == 1


@pytest.mark.parametrize("token", ["", "x", "ÿ", None])
@pytest.mark.parametrize(
    "action", ["/article/1/decide", "/article/1/accept", "/article/1/none", "/undo", "/reviewer"]
)
def test_a_form_without_its_token_does_nothing(
    client: TestClient, ledger: Ledger, action: str, token: str | None
) -> None:
    fields = _Form(client.get("/article/1?item=fact:0").text, action).fields | {"do": "accept"}
    fields = {**fields, "token": token} if token is not None else fields
    if token is None:
        fields.pop("token", None)
    assert client.post(action, data=fields, headers={"Origin": HOME}).status_code == 403
    assert list(history(ledger)) == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"])
def test_other_methods_are_refused(client: TestClient, method: str) -> None:
    assert client.request(method, "/").status_code == 405


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/", "GET", 200),
        ("/article/1", "GET", 200),
        ("/article/99", "GET", 404),
        ("/article/99999999999999999999999", "GET", 404),
        ("/article/1?item=nothing", "GET", 400),
        ("/article/-1", "GET", 404),
        ("/article/../../etc/passwd", "GET", 404),
        ("/static/review.js", "GET", 200),
        ("/static/..%2f..%2fapp.py", "GET", 404),
        ("/static/app.py", "GET", 404),
        ("/undo", "GET", 405),
        ("/help", "PUT", 405),
        ("/start?token=x", "GET", 403),
    ],
)
def test_every_answer_carries_the_headers(
    client: TestClient, path: str, method: str, status: int
) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "Traceback" not in answer.text


def test_a_form_that_is_too_long_is_refused(client: TestClient) -> None:
    answer = client.post("/undo", data={"token": "x" * 300_000}, headers={"Origin": HOME})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "kind", ["multipart/form-data; boundary=x", "application/json", "text/plain", ""]
)
def test_only_plain_forms_are_read(client: TestClient, kind: str) -> None:
    headers = {"Origin": HOME, "Content-Type": kind}
    assert client.post("/undo", content=b"token=x", headers=headers).status_code == 415


def test_a_form_with_too_many_fields_is_refused(client: TestClient) -> None:
    body = "&".join(f"a{n}=1" for n in range(4000))
    headers = {"Origin": HOME, "Content-Type": "application/x-www-form-urlencoded"}
    assert client.post("/undo", content=body, headers=headers).status_code == 400


def test_a_fault_of_ours_shows_no_traceback(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret words")

    monkeypatch.setattr("uhc_llm.review.app.lay_out", broken)
    answer = client.get("/article/1")
    assert answer.status_code == 500
    assert "secret words" not in answer.text
    assert answer.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]


# --- what an article says is never markup --------------------------------------------------------


class _Tags(HTMLParser):
    """What of a page could run or load something."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.handlers: list[str] = []
        self.addresses: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on") or name == "style"]
        self.addresses += [
            v or "" for n, v in attrs if n in ("href", "src", "action", "formaction")
        ]


@pytest.mark.parametrize(
    "path", ["/?show=all", "/article/3", "/article/3?item=number:114", "/?q=%3Cscript%3E"]
)
def test_a_hostile_article_is_text(client: TestClient, path: str) -> None:
    page = client.get(path).text
    tags = _Tags(page)
    assert tags.tags.count("script") == 1  # our own file
    assert "img" not in tags.tags
    assert tags.handlers == []
    assert all(a.startswith(("/", "#", "data:,", "https://example.org/")) for a in tags.addresses)
    assert "\u202e" not in page
    assert "\u2066" not in page


def test_an_address_is_a_link_only_on_the_web(client: TestClient) -> None:
    assert 'href="https://example.org/a?b=c&amp;d"' in client.get("/article/1").text
    hostile = client.get("/article/3").text
    assert "javascript:alert(5)" in hostile
    assert 'href="javascript' not in hostile


def test_the_name_of_a_reviewer_is_text(client: TestClient) -> None:
    page = post(client, "/article/1", "/reviewer", name="<b>Budi</b> & 50%").text
    assert "&lt;b&gt;Budi&lt;/b&gt; &amp; 50%" in page
    assert "<b>Budi" not in page


# --- in which order ------------------------------------------------------------------------------

Review = Callable[..., TestClient]


@pytest.fixture
def review(tmp_path: Path, access: Access) -> Iterator[Review]:
    """Begins to review a run whose facts come out as is said."""
    with ExitStack() as opened:

        def begin(*articles: Sequence[Said]) -> TestClient:
            with Ledger.write(tmp_path / "said.db") as written:
                add_said(written, *articles)
            run = opened.enter_context(Ledger.review(tmp_path / "said.db"))
            app = make_app(run, access=access, reviewer="sari")
            client = opened.enter_context(TestClient(app, base_url=HOME))
            assert client.get(access.address).status_code == 200
            return client

        yield begin


def accept(client: TestClient, number: int, item: str) -> str:
    """Accept an item; returns where that leads."""
    page, action = f"/article/{number}?item={item}", f"/article/{number}/decide"
    return post(client, page, action, follow=False, do="accept").headers["location"]


def test_what_is_in_doubt_elsewhere_comes_before_what_is_verified_here(review: Review) -> None:
    client = review(
        [Said(0.5, "suspect"), Said(0.5, "suspect"), Said(0.9)],
        [Said(0.6, "suspect"), Said(0.9)],
        [Said(0.95)],
    )
    # The doubts of this article first, those of another then; and it is not said to be reviewed.
    assert accept(client, 1, "fact:0") == "/article/1?item=fact%3A1&did=accepted"
    assert accept(client, 1, "fact:1") == "/article/2?did=accepted"
    # Where nobody doubts anything any more, the rest of the article at hand.
    assert accept(client, 2, "fact:0") == "/article/2?item=fact%3A1&did=accepted"
    assert accept(client, 2, "fact:1") == "/article/1?did=accepted&of=2"
    assert accept(client, 1, "fact:2") == "/article/3?did=accepted&of=1"
    assert accept(client, 3, "fact:0") == "/?did=accepted&of=3"


def test_who_looks_at_what_is_verified_first_is_led_back_to_the_doubts_of_the_article(
    client: TestClient,
) -> None:
    """Of article 1 all is verified but a number; of article 3 something is in doubt."""
    (number,) = set(re.findall(r"item=(number%3A\d+)\"[^>]*class=\"unclaimed",
                               client.get("/article/1").text))  # fmt: skip
    assert decide_by(client, "fact:0", "accept").headers["location"] == (
        f"/article/1?item={number}&did=accepted"
    )
    assert decide_by(client, number, "reject").headers["location"] == "/article/3?did=no-fact"


def test_the_whole_of_the_verified_goes_on_to_what_is_in_doubt_here(review: Review) -> None:
    client = review([Said(0.9), Said(0.5, "suspect")], [Said(0.1, "suspect")])
    answer = post(client, "/article/1", "/article/1/accept", follow=False)
    assert answer.headers["location"] == "/article/1?item=fact%3A1&did=all"


def words(page: str) -> str:
    """What a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.mark.parametrize(
    ("articles", "said"),
    [
        (
            [[Said(0.5, "suspect"), Said(0.9)], [Said(0.6, "suspect"), Said(0.5, "suspect")]],
            "Of what is open about 2 are wrong; after about 4 more decisions, in this order, 98 in "
            "100 facts of this run should be right.",
        ),
        (
            [[Said(0.5, "suspect"), Said(0.999)]],
            "Of what is open about 1 is wrong; after about 1 more decisions, in this order, 98 in "
            "100 facts of this run should be right.",
        ),
        ([[Said(0.999)] * 5], "98 in 100 facts of this run should be right now."),
    ],
    ids=["several", "one", "none"],
)
def test_the_queue_tells_how_many_decisions_are_left_to_the_goal(
    review: Review, articles: list[list[Said]], said: str
) -> None:
    assert said in words(review(*articles).get("/").text)


def test_of_a_run_in_which_everything_is_reviewed_nothing_is_expected(review: Review) -> None:
    client = review([Said(0.5, "suspect")])
    assert "should be right" in client.get("/").text
    accept(client, 1, "fact:0")
    page = client.get("/").text
    assert "Everything is reviewed." in page
    assert "should be right" not in page


# --- which articles are shown --------------------------------------------------------------------

KUDUS: Final = Region(code="33.19", name="Kabupaten Kudus", level="regency", province="Jawa Tengah")
UNSURE: Final = {
    field: ("reading", (FieldReading(field=field, probability=0.3),))
    for field in ("status", "period")
}
SEVERAL: Final = (
    [
        Said(0.9, changed=(UNSURE["status"],)),
        Said(0.8, "suspect", changed=(("metric", "active_rate"), UNSURE["status"])),
    ],
    [
        Said(0.7, changed=(("region", KUDUS), UNSURE["period"])),
        Said(0.6, "rejected", "bounds", changed=(UNSURE["status"],)),
    ],
    [Said(0.5, "suspect", changed=(("status", "target"), ("reading", ())))],
)


def entries(page: str) -> list[str]:
    """Where the entries of the queue lead."""
    return re.findall(r'class="entry" href="([^"]+)"', page)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["/article/1", "/article/2", "/article/3"]),
        ("metric=active_rate", ["/article/1?item=fact%3A1"]),
        ("region=Kabupaten+Kudus", ["/article/2?item=fact%3A0"]),
        ("verdict=suspect", ["/article/1?item=fact%3A1", "/article/3?item=fact%3A0"]),
        ("verdict=rejected", ["/article/2?item=fact%3A1"]),
        ("field=period", ["/article/2?item=fact%3A0"]),
        ("panel=1", ["/article/1?item=fact%3A0", "/article/2?item=fact%3A0"]),
        ("metric=coverage_rate&verdict=suspect", ["/article/3?item=fact%3A0"]),
        ("metric=coverage_rate&q=said-3", ["/article/3?item=fact%3A0"]),
        ("metric=coverage_rate&show=reviewed", []),
        ("metric=budget", []),
        ("panel=yes", ["/article/1", "/article/2", "/article/3"]),
    ],
)
def test_the_queue_shows_only_articles_with_such_a_fact_and_leads_to_it(
    review: Review, query: str, found: list[str]
) -> None:
    client = review(*SEVERAL)
    page = client.get(f"/?{query}").text
    assert sorted(entries(page)) == found
    assert ("No article matches." in page) == (not found)
    for address in found:
        assert client.get(address).status_code == 200


def test_a_filter_leads_to_what_is_open(review: Review) -> None:
    client = review(*SEVERAL)
    accept(client, 1, "fact:1")
    assert entries(client.get("/?metric=active_rate&show=all").text) == []
    assert entries(client.get("/?verdict=suspect").text) == ["/article/3?item=fact%3A0"]


class _Choices(HTMLParser):
    """The choices of the form of the queue, by the names of the fields."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.offered: dict[str, list[str]] = {}
        self.chosen: dict[str, str] = {}
        self._name = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "select":
            self._name = said["name"]
        elif tag == "option":
            self.offered.setdefault(self._name, []).append(said["value"])
            if "selected" in said:
                self.chosen[self._name] = said["value"]
        elif tag == "input" and said.get("type") == "checkbox" and "checked" in said:
            self.chosen[said["name"]] = said["value"]


def test_what_may_be_looked_for_is_offered_and_stays_chosen(review: Review) -> None:
    client = review(*SEVERAL)
    asked = {"metric": "coverage_rate", "region": "Kota Batu", "verdict": "suspect",
             "field": "status", "panel": "1"}  # fmt: skip
    plain, narrowed = (_Choices(client.get("/", params=some).text) for some in ({}, asked))
    assert plain.offered == {
        "metric": ["", "active_rate", "coverage_rate"],
        "region": ["", "Kabupaten Kudus", "Kota Batu"],
        "verdict": ["", "suspect", "verified", "rejected"],
        "field": ["", "period", "status"],
    }
    assert (plain.chosen, narrowed.chosen) == ({}, asked)


def test_a_filter_goes_along_to_the_next_page(review: Review) -> None:
    client = review(*[[Said(0.5, "suspect")]] * 51)
    page = client.get("/?verdict=suspect&panel=1&metric=coverage_rate").text
    assert len(entries(page)) == 50
    (address,) = re.findall(r'rel="next" href="([^"]+)"', page)
    following = client.get(address.replace("&amp;", "&")).text
    assert len(entries(following)) == 1
    assert _Choices(following).chosen == {
        "verdict": "suspect",
        "panel": "1",
        "metric": "coverage_rate",
    }


@pytest.mark.parametrize("name", ["metric", "region", "verdict", "field", "panel"])
def test_what_is_looked_for_is_never_markup(review: Review, name: str) -> None:
    page = review(*SEVERAL).get("/", params={name: "'\"><script>alert(1)</script>"}).text
    assert _Tags(page).tags.count("script") == 1
    assert "alert(1)" not in page


# --- a review ------------------------------------------------------------------------------------


def test_the_queue_tells_how_far_the_review_is(client: TestClient) -> None:
    page = client.get("/").text
    assert "<strong>0</strong> of <strong>" not in page
    assert re.search(r"<strong>0</strong> of \d+ items decided", page)
    assert re.search(r"<strong>0</strong> of 3 articles reviewed", page)


def test_accepting_goes_on_to_the_next_item_and_a_reload_does_nothing(
    client: TestClient, ledger: Ledger
) -> None:
    answer = decide_by(client, "fact:0", "accept")
    assert answer.status_code == 303
    page = client.get(answer.headers["location"])
    assert "Accepted." in page.text
    client.get(answer.headers["location"])
    (made,) = history(ledger)
    assert (made.item, made.action, made.reviewer) == ("fact:0", "accept", "sari")


def test_a_correction_stays_with_the_item_and_says_what_was(client: TestClient) -> None:
    answer = decide_by(client, "fact:3", "status:target", follow=True)
    assert "Corrected." in answer.text
    assert re.search(r"target</span>\s*<span class=\"before quiet\">was actual</span>", answer.text)


def test_a_correction_that_the_verifier_rejects_says_so(tmp_path: Path, access: Access) -> None:
    text = TEXT.replace("91,2 persen", "101,2 persen")
    make_run(tmp_path / "more.db", Document(text=text, id="a"))
    with Ledger.review(tmp_path / "more.db") as ledger:
        client = TestClient(make_app(ledger, access=access, reviewer="sari"), base_url=HOME)
        client.get(access.address)
        # More members than inhabitants there may be, more active ones than members never.
        answer = decide_by(client, "fact:3", "metric:active_rate", follow=True)
    assert "would not let this pass" in answer.text


@pytest.mark.parametrize(
    "do", ["region:33.74", "value:99", "metric:budget", "verdict:verified", "delete", ""]
)
def test_what_the_page_does_not_offer_cannot_be_posted(
    client: TestClient, ledger: Ledger, do: str
) -> None:
    assert decide_by(client, "fact:3", do).status_code == 400
    assert list(history(ledger)) == []


def test_the_last_item_leads_to_the_next_article(client: TestClient) -> None:
    post(client, "/article/1", "/article/1/accept")
    page = client.get("/article/1")
    (number,) = set(re.findall(r"item=(number%3A\d+)\"[^>]*class=\"unclaimed", page.text))
    answer = decide_by(client, number, "reject")
    assert answer.headers["location"] == "/article/3?did=no-fact&of=1"
    assert "Article 1 is reviewed." in client.get(answer.headers["location"]).text


def test_all_verified_are_accepted_at_once_and_taken_back_at_once(
    client: TestClient, ledger: Ledger
) -> None:
    assert "is accepted" in post(client, "/article/1", "/article/1/accept").text
    assert len(list(history(ledger))) == 4
    assert "Taken back." in post(client, "/", "/undo").text
    assert all(d.undone_by == "sari" for d in history(ledger))
    assert "nothing left" in post(client, "/", "/undo").text


def test_all_numbers_that_are_left_over_are_no_facts_at_once(
    client: TestClient, ledger: Ledger
) -> None:
    text = (
        "Cakupan JKN Kota Blitar 91,2 persen. Acara itu diikuti 320 orang tamu undangan. Yang "
        "dirawat di rumah sakit 45 orang pasien."
    )
    add(ledger, [Document(text=text, id="left-over")])
    assert "No fact in all 2 left over" in client.get("/article/4").text
    answer = post(client, "/article/4", "/article/4/none")
    assert "no number that was left over is a fact" in answer.text
    assert "left over <kbd" not in client.get("/article/4").text
    assert [d.action for d in history(ledger)] == ["reject", "reject"]


def test_undo_goes_to_where_the_step_was(client: TestClient) -> None:
    decide_by(client, "fact:2", "reject")
    answer = post(client, "/", "/undo", follow=False)
    assert answer.headers["location"] == "/article/1?item=fact%3A2&did=undone"


def test_a_number_is_made_a_fact(client: TestClient, ledger: Ledger) -> None:
    start = TEXT.index("320 orang")
    page = decide_by(client, f"number:{start}", "metric:new_participants", follow=True).text
    assert "Added." in page
    (made,) = history(ledger)
    assert made.fact is not None
    assert made.fact.value == 320


def test_what_is_chosen_and_in_view_is_told_to_readers_of_the_screen(client: TestClient) -> None:
    page = client.get("/article/1?item=fact:0").text
    # The number in the text, the item in the list, and the present choice of each of six fields.
    assert len(re.findall(r' aria-current="true"', page)) == 8
    assert "&#34;true" not in page


def test_any_other_number_is_offered_too(client: TestClient) -> None:
    page = client.get("/article/1").text
    assert f"number%3A{TEXT.index('Desember 2023')}" in page


def test_a_number_that_is_only_looked_at_needs_no_decision(client: TestClient) -> None:
    asked, other = TEXT.index("320 orang"), TEXT.index("Desember 2023")
    assert 'value="reject"' in client.get(f"/article/1?item=number:{asked}").text
    assert 'value="reject"' not in client.get(f"/article/1?item=number:{other}").text
    assert "There is no fact yet to accept" in client.get(f"/article/1?item=number:{other}").text


def test_an_empty_article_is_accepted_as_such(client: TestClient, ledger: Ledger) -> None:
    assert "No coverage facts here?" in client.get("/article/2").text
    post(client, "/article/2", "/article/2/decide", do="accept")
    (made,) = history(ledger)
    assert (made.item, made.action, made.fact) == ("article", "accept", None)


def test_a_conflict_shows_both_and_one_key_decides(client: TestClient, ledger: Ledger) -> None:
    fields = _Form(client.get("/article/1?item=fact:3").text, "/article/1/decide").fields
    ((key,),) = ledger.rows("SELECT key FROM documents WHERE number = 1")
    article = reviewed_article(ledger, key)
    assert article is not None
    rejected = [Choice("fact:3", "reject", article.item("fact:3").fact)]
    decide(ledger, key, rejected, reviewer="budi <i>", seen={})
    mine = fields | {"do": "status:target"}
    answer = client.post("/article/1/decide", data=mine, headers={"Origin": HOME})
    assert answer.status_code == 409
    assert "budi &lt;i&gt; has decided" in answer.text
    assert len(list(history(ledger))) == 1
    again = _Form(answer.text, "/article/1/decide").fields | {"do": "status:target"}
    done = client.post("/article/1/decide", data=again, headers={"Origin": HOME})
    assert "Corrected." in done.text
    assert [d.reviewer for d in history(ledger)] == ["budi <i>", "sari"]


def test_a_reviewer_takes_another_name(client: TestClient, ledger: Ledger) -> None:
    post(client, "/", "/reviewer", name="Ni Made  Ayu")
    decide_by(client, "fact:0", "accept")
    assert [d.reviewer for d in history(ledger)] == ["Ni Made Ayu"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "a\x00b"])
def test_a_name_that_is_none_is_refused(client: TestClient, name: str) -> None:
    assert post(client, "/", "/reviewer", name=name).status_code == 400
    assert ">sari</summary>" in client.get("/").text


def test_a_program_without_a_reviewer_is_not_begun(ledger: Ledger, access: Access) -> None:
    with pytest.raises(InputError, match="name"):
        make_app(ledger, access=access, reviewer=" ")


def test_the_history_tells_what_was_taken_back(client: TestClient) -> None:
    decide_by(client, "fact:0", "reject")
    post(client, "/", "/undo")
    page = client.get("/article/1?item=fact:0").text
    assert "History (1)" in page
    assert "taken back by sari" in page


def test_every_key_of_the_help_is_on_the_pages(client: TestClient) -> None:
    decide_by(client, "fact:0", "accept")
    page = client.get("/article/1?item=fact:1").text + client.get("/article/2").text
    keys = {key for said in re.findall(r'data-key="([^"]+)"', page) for key in said.split()}
    assert keys >= set("arAumgpstldxjknq[]?+") | {"ArrowUp", "ArrowDown"}


def test_what_is_in_view_is_told_in_the_one_word_that_is_known(client: TestClient) -> None:
    page = client.get("/article/1").text
    assert re.findall(r'<(?:button|a)[^>]* aria-current="true"', page)
    assert set(re.findall(r"aria-current=([^ >]+)", page)) == {'"true"'}
