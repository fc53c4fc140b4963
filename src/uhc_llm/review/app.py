"""The pages of the review, and what their forms do.

Every step is a form of its own and a page that is loaded anew: it works without a script, and a
reload shows what others have decided meanwhile.
"""

import secrets
import threading
from base64 import b64decode
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import datetime
from importlib.resources import files
from typing import Final
from urllib.parse import quote, unquote, urlencode

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from uhc_llm.batch.decisions import reviewer_name, undo
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.ledger_file import now
from uhc_llm.batch.reviewed import ReviewedArticle, reviewed_article
from uhc_llm.errors import InputError, LedgerError, UhcLlmError
from uhc_llm.language import LANGUAGES, Language, _, current, later
from uhc_llm.pages import environment, style
from uhc_llm.pages.page_pictures import boxes_of, paint
from uhc_llm.pages.telling import told
from uhc_llm.promise import PROMISE
from uhc_llm.review.choices import TextChoices
from uhc_llm.review.deciding import (
    Conflict,
    accept_all,
    carry_out,
    item_of,
    mention_of,
    read_intent,
    reject_numbers,
)
from uhc_llm.review.desk import PICK_KEYS, in_order, lay_out, next_open
from uhc_llm.review.queue import GOAL, Queue, Show
from uhc_llm.review.security import Access, Guard
from uhc_llm.review.speaking import Speaking
from uhc_llm.review.worth import Only

__all__ = ["make_app"]

_A_PAGE: Final = 50
# What an address says that is not of the page: the language, and which step led there.
_PASSING: Final = frozenset({"lang", "did", "of"})
_TEXTS_KEPT: Final = 64
_MOST_FIELDS: Final = 3000
_SHOWN: Final[Mapping[str, Show]] = {"todo": "todo", "all": "all", "reviewed": "reviewed"}
_FILES: Final = {
    "pages.css": "text/css",
    "review.css": "text/css",
    "review.js": "text/javascript",
}

_WORDS: Final[Mapping[str, str]] = {
    "accepted": later("Accepted."),
    "rejected": later("Rejected."),
    "no-fact": later("Noted: no fact."),
    "corrected": later("Corrected."),
    "added": later("Added."),
    "looked-at": later("Noted: nothing in this article."),
    "all": later("All that was open and verified is accepted."),
    "some": later("Accepted what was still open; what others decided meanwhile stays as it is."),
    "none": later("Noted: no number that was left over is a fact."),
    "some-none": later(
        "Noted of what was still open; what others decided meanwhile stays as it is."
    ),
    "undone": later("Taken back."),
    "nothing": later("There is nothing left to take back."),
    "named": later("The name is changed."),
}
"""What a page says of the step that led to it."""

_Handler = Callable[[Request, FormData], Response]


class _Texts:
    """The choices of the texts that were looked at last: scanning one takes some time."""

    def __init__(self) -> None:
        self._kept: dict[str, TextChoices] = {}
        self._turn = threading.Lock()

    def choices(self, article: ReviewedArticle) -> TextChoices:
        """What an article's text offers."""
        with self._turn:
            found = self._kept.pop(article.key, None)
        # Others need not wait while a long text is scanned.
        found = found or TextChoices(article.document)
        with self._turn:
            self._kept[article.key] = found
            while len(self._kept) > _TEXTS_KEPT:
                del self._kept[next(iter(self._kept))]
        return found


def make_app(
    ledger: Ledger,
    *,
    access: Access,
    reviewer: str,
    language: Language | None = None,
    clock: Callable[[], datetime] = now,
) -> ASGIApp:
    """The review of a run as an application that a server can run.

    Args:
        ledger: open for review.
        access: who may speak to it.
        reviewer: whose decisions they are, until another name is given on the page.
        language: of the pages, until another one is chosen there; None for what a browser asks for.
        clock: what time it is.

    Raises:
        InputError: the reviewer has no name, or one that is none.
    """
    pages = _Pages(ledger, access, reviewer_name(reviewer), clock)
    return Speaking(Guard(pages.app(), access), language)


class _Pages:
    """What is answered to whom."""

    def __init__(
        self, ledger: Ledger, access: Access, reviewer: str, clock: Callable[[], datetime]
    ) -> None:
        self._ledger = ledger
        self._access = access
        self._reviewer = reviewer
        self._clock = clock
        self._queue = Queue(ledger)
        self._texts = _Texts()
        self._templates = environment("uhc_llm.review")
        self._templates.globals.update(PICK_KEYS=PICK_KEYS, promise=PROMISE, run=ledger.path.name)
        self._static = _static()

    def app(self) -> Starlette:
        """The routes."""
        return Starlette(
            routes=[
                Route("/", self.queue),
                Route("/next", self.next),
                Route("/help", self.help),
                Route("/article/{number:int}", self.article),
                Route("/article/{number:int}/page", self.page),
                Route("/article/{number:int}/decide", self._form(self.decide), methods=["POST"]),
                Route("/article/{number:int}/accept", self._form(self.accept), methods=["POST"]),
                Route("/article/{number:int}/none", self._form(self.none), methods=["POST"]),
                Route("/undo", self._form(self.undo), methods=["POST"]),
                Route("/reviewer", self._form(self.name), methods=["POST"]),
                Route("/static/{name}", self.static),
            ],
            exception_handlers={
                HTTPException: self._error,
                UhcLlmError: self._error,
                Exception: self._error,
            },
        )

    # --- pages --------------------------------------------------------------------------------

    def queue(self, request: Request) -> Response:
        """The articles, those with most in doubt first."""
        show = _SHOWN.get(request.query_params.get("show", ""), "todo")
        search = request.query_params.get("q", "")[:200]
        only = _only(request)
        view = self._queue.view()
        found = view.matching(show, search, only)
        pages = max(1, -(-len(found) // _A_PAGE))
        page = min(max(1, _int(request.query_params.get("page", ""))), pages)
        who = self._who(request)
        return self._page(
            request,
            "queue.html",
            entries=found[(page - 1) * _A_PAGE : page * _A_PAGE],
            found=len(found),
            page=page,
            pages=pages,
            show=show,
            search=search,
            only=only,
            asked={"show": show, "q": search, **only._asdict(), "panel": int(only.panel)},
            is_narrowed=only != Only(),
            offered={
                "metric": view.values("metric"),
                "region": view.values("region"),
                "verdict": ["suspect", "verified", "rejected"],
                "field": view.values("least"),
            },
            goal=GOAL,
            progress=view.progress,
            recent=self._queue.recent(other_than=who),
        )

    def article(self, request: Request) -> Response:
        """An article and one of its items."""
        number = request.path_params["number"]
        article = self._article(number)
        desk = lay_out(article, self._texts.choices(article), request.query_params.get("item", ""))
        before, after = self._queue.neighbours(number)
        return self._page(
            request, "article.html", desk=desk, previous_article=before, next_article=after
        )

    def page(self, request: Request) -> Response:
        """What the page of a PDF shows at an item's number: painted when it is asked for."""
        article = self._article(request.path_params["number"])
        item = item_of(article, request.query_params.get("item", ""))
        mention = mention_of(item, self._texts.choices(article))
        boxes = boxes_of(item.fact)
        if mention and not boxes:
            boxes = article.document.boxes(mention.start, mention.end)
        if not boxes:
            raise HTTPException(404, _("the text stands on no page"))
        shown = paint(article.document.pages, {item.id: boxes})[item.id]
        if shown.picture is None:
            raise HTTPException(404, shown.note)
        return Response(b64decode(shown.picture.png), media_type="image/png")

    def next(self, request: Request) -> Response:
        """The article that should be looked at next."""
        return RedirectResponse(self._next_article(request, other_than=""), status_code=303)

    def help(self, request: Request) -> Response:
        """The keys."""
        return self._page(request, "help.html")

    def static(self, request: Request) -> Response:
        """One of our own files, by its name."""
        name = request.path_params["name"]
        if name not in self._static:
            raise HTTPException(404)
        return Response(self._static[name], media_type=_FILES[name])

    # --- forms --------------------------------------------------------------------------------

    def decide(self, request: Request, form: FormData) -> Response:
        """Write a decision on one item down."""
        number = request.path_params["number"]
        article = self._article(number)
        intent = read_intent(_plain(form))
        done = carry_out(
            self._ledger,
            article.key,
            self._texts.choices(article),
            intent,
            reviewer=self._who(request),
        )
        if isinstance(done, Conflict):
            return self._page(
                request, "conflict.html", status=409, article=article, conflict=done, number=number
            )
        if intent.do == "correct":
            did = "added" if done.action == "add" else "corrected"
            return _go(f"/article/{number}", item=intent.item, did=did)
        if intent.do == "accept":
            did = "accepted" if done.fact else "looked-at"
        else:
            did = "rejected" if item_of(article, intent.item).said else "no-fact"
        return self._go_on(request, number, intent.item, did)

    def accept(self, request: Request, form: FormData) -> Response:
        """Accept all that is open and verified of an article."""
        number = request.path_params["number"]
        article = self._article(number)
        choices, reviewer = self._texts.choices(article), self._who(request)
        _done, left = accept_all(self._ledger, article.key, choices, _seen(form), reviewer=reviewer)
        return self._go_on(request, number, "", "some" if left else "all")

    def none(self, request: Request, form: FormData) -> Response:
        """Say that no open number without a fact of an article is one."""
        number = request.path_params["number"]
        key, reviewer = self._article(number).key, self._who(request)
        _done, left = reject_numbers(self._ledger, key, _seen(form), reviewer=reviewer)
        return self._go_on(request, number, "", "some-none" if left else "none")

    def undo(self, request: Request, _form: FormData) -> Response:
        """Take the reviewer's last step back, and go to where it was."""
        taken_back = undo(self._ledger, reviewer=self._who(request))
        if not taken_back:
            return _go("/", did="nothing")
        first = taken_back[0]
        article = reviewed_article(self._ledger, first.document_key)
        if article is None:
            return _go("/", did="undone")
        return _go(f"/article/{article.number}", item=first.item, did="undone")

    def name(self, request: Request, form: FormData) -> Response:
        """Decide under another name from now on."""
        name = reviewer_name(_plain(form).get("name", ""))
        number = _int(_plain(form).get("article", ""))
        answer = _go(f"/article/{number}" if number else "/", did="named")
        answer.set_cookie(
            self._access.name_cookie, quote(name), httponly=True, samesite="strict", path="/"
        )
        return answer

    # --- what they share ----------------------------------------------------------------------

    def _form(self, handler: _Handler) -> Callable[[Request], Awaitable[Response]]:
        """A route for a form that only our own pages can have sent."""

        async def answer(request: Request) -> Response:
            async with request.form(max_files=0, max_fields=_MOST_FIELDS) as form:
                token = form.get("token")
                is_ours = isinstance(token, str) and secrets.compare_digest(
                    token.encode(), self._access.form_token.encode()
                )
                if not is_ours:
                    raise HTTPException(
                        403, _("this form is of an earlier start: load the page again")
                    )
                return await run_in_threadpool(handler, request, form)

        return answer

    def _article(self, number: int) -> ReviewedArticle:
        # SQLite's numbers end there.
        key = self._queue.key_of(number) if number < 2**63 else None
        article = reviewed_article(self._ledger, key) if key else None
        if article is None:
            raise HTTPException(
                404, _("the run has no article {number} that is done", number=number)
            )
        return article

    def _who(self, request: Request) -> str:
        try:
            return reviewer_name(unquote(request.cookies.get(self._access.name_cookie, "")))
        except InputError:
            return self._reviewer

    def _go_on(self, request: Request, number: int, item: str, did: str) -> Response:
        """On to what is open next: in doubt here, then in another article, then the rest."""
        article = self._article(number)
        items = in_order(article)
        doubtful = tuple(each for each in items if each.is_doubtful)
        here = next_open(doubtful, item) or next_open(items, item)
        there = self._queue.view().next_for(
            self._who(request), other_than=article.key, at=self._clock()
        )
        if here and (here.is_doubtful or there is None or not there.doubtful):
            return _go(f"/article/{number}", item=here.id, did=did)
        of = "" if here else str(number)
        return _go(f"/article/{there.number}" if there else "/", did=did, of=of)

    def _next_article(self, request: Request, *, other_than: str) -> str:
        following = self._queue.view().next_for(
            self._who(request), other_than=other_than, at=self._clock()
        )
        return f"/article/{following.number}" if following else "/"

    def _page(
        self, request: Request, template: str, *, status: int = 200, **context: object
    ) -> HTMLResponse:
        did = _WORDS.get(request.query_params.get("did", ""))
        said = _(did) if did else ""
        of = _int(request.query_params.get("of", ""))
        if said and of:
            said += " " + _("Article {number} is reviewed.", number=of)
        html = self._templates.get_template(template).render(
            reviewer=self._who(request),
            token=self._access.form_token,
            said=said,
            here=request.path_params.get("number", 0),
            languages=list(_other_languages(request)),
            **context,
        )
        return HTMLResponse(html, status)

    def _error(self, request: Request, error: Exception) -> Response:
        status, why = _explained(error)
        return self._page(request, "error.html", status=status, why=why)


def _explained(error: Exception) -> tuple[int, str]:
    """The status and the words for what went wrong."""
    if isinstance(error, HTTPException):
        return error.status_code, told(error.detail, "error")
    if isinstance(error, InputError):
        return 400, told(str(error), "error")
    if isinstance(error, LedgerError):
        return 503, told(str(error), "error")
    return 500, _("something went wrong that should not; the terminal says more")


def _other_languages(request: Request) -> Iterator[tuple[Language, str, str]]:
    """The languages that the page could be in, with the address of the same page in each.

    What a form answered has no address to come back to.
    """
    if request.method != "GET":
        return
    kept = [(k, v) for k, v in request.query_params.multi_items() if k not in _PASSING]
    for language, name in LANGUAGES.items():
        if language != current():
            query = urlencode([*kept, ("lang", language)])
            yield language, name, f"{quote(request.url.path)}?{query}"


def _only(request: Request) -> Only:
    """Which facts the queue is asked for."""
    said = request.query_params
    told = {name: said.get(name, "")[:100] for name in ("metric", "region", "verdict", "field")}
    return Only(**told, panel=said.get("panel") == "1")


def _go(path: str, **query: str) -> RedirectResponse:
    said = {name: value for name, value in query.items() if value}
    return RedirectResponse(f"{path}?{urlencode(said)}" if said else path, status_code=303)


def _plain(form: FormData) -> dict[str, str]:
    return {name: value for name, value in form.multi_items() if isinstance(value, str)}


def _seen(form: FormData) -> dict[str, int]:
    """The items that were shown, each with the last row of its history."""
    return {
        name.removeprefix("seen."): _int(value)
        for name, value in _plain(form).items()
        if name.startswith("seen.")
    }


def _int(said: str) -> int:
    """A number as a query or a form has it; 0 for anything else."""
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 19 else 0  # noqa: PLR2004


def _static() -> dict[str, str]:
    """The files that pages load, read once."""
    own = files("uhc_llm.review").joinpath("static")
    return {
        name: style() if name == "pages.css" else own.joinpath(name).read_text("utf-8")
        for name in _FILES
    }
