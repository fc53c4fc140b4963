"""Who may speak to the page: this machine's own user, from the page itself.

A page on the loopback is open to every program and every user of the machine, and to every web site
that a browser of it visits. So the host must be named as ours (a site may let its own name point
here), a cookie is needed that only those get who know the token of this process, and what changes
anything must come from our own pages and carry a token of theirs.
"""

import secrets
import threading
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from uhc_llm.language import _, later

__all__ = ["HEADERS", "Access", "Guard"]

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "connect-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""What every answer says: nothing is loaded but from here, nothing is kept, nobody frames it."""

_START: Final = "/start"
_METHODS: Final = frozenset({"GET", "HEAD", "POST"})
_FORM: Final = "application/x-www-form-urlencoded"
_LONGEST_BODY: Final = 256 * 1024
_OTHERS_PAGE: Final = later("this came from another page than ours, and was not done")


class Access:
    """The secrets of one process, and the addresses that it answers under.

    Args:
        port: of the page.
    """

    def __init__(self, port: int) -> None:
        self.hosts = (f"127.0.0.1:{port}", f"localhost:{port}")
        # Cookies are shared by all ports of a host: another review would take the place of ours.
        self.cookie = f"uhc_llm_review_{port}"
        self.name_cookie = f"uhc_llm_reviewer_{port}"
        self.form_token = secrets.token_urlsafe(32)
        self._session = secrets.token_urlsafe(32)
        self._token = secrets.token_urlsafe(24)
        self._once: set[str] = set()
        self._turn = threading.Lock()

    @property
    def address(self) -> str:
        """Where to begin. It lets in whoever knows it, as long as the process runs."""
        return self._start(self._token)

    def address_for_once(self) -> str:
        """Where to begin, good for one visit.

        For a browser that is started with it: its command line is for every user of the machine to
        read.
        """
        token = secrets.token_urlsafe(24)
        with self._turn:
            self._once.add(token)
        return self._start(token)

    def lets_in(self, token: str) -> bool:
        """Whether a token opens the page; one for once does so once."""
        if _equal(token, self._token):
            return True
        with self._turn:
            found = next((each for each in self._once if _equal(token, each)), None)
            if found is not None:
                self._once.discard(found)
        return found is not None

    def admit(self, answer: Response) -> None:
        """Give a browser the cookie that all pages ask for, and no other name than the usual."""
        answer.set_cookie(self.cookie, self._session, httponly=True, samesite="strict")
        answer.delete_cookie(self.name_cookie, httponly=True, samesite="strict")

    def knows(self, cookies: Mapping[str, str]) -> bool:
        """Whether the cookies of a request have ours."""
        return _equal(cookies.get(self.cookie, ""), self._session)

    def is_ours(self, headers: Headers) -> bool:
        """Whether a request that changes something comes from our own page."""
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if site is not None and site != "same-origin":
            return False
        # Without a referrer browsers call the origin null; then they say in other words what it is.
        if origin in (None, "null"):
            return site == "same-origin"
        return origin == f"http://{headers.get('host', '')}"

    def _start(self, token: str) -> str:
        return f"http://{self.hosts[0]}{_START}?token={token}"


class Guard:
    """Answers whatever is not for the application, and puts our headers on every answer."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        answer = self._answer(scope)
        if answer is None and scope["method"] == "POST":
            body = await _body(receive)
            if body is None:
                answer = _refused(413, _("the form is longer than any of ours"))
            else:
                receive = _again(body)
        await (answer or self._app)(scope, receive, with_headers)

    def _answer(self, scope: Scope) -> Response | None:
        """The answer to what the application is not to see; None where it is."""
        headers, access = Headers(scope=scope), self._access
        if headers.getlist("host") not in [[host] for host in access.hosts]:
            here = f"http://{access.hosts[0]}/"
            return _refused(421, _("this page is at {here} and nowhere else", here=here))
        if scope["method"] not in _METHODS:
            known = _("only GET and POST are known here")
            return _refused(405, known, [("Allow", "GET, HEAD, POST")])
        if scope["path"] == _START and scope["method"] == "GET":
            return self._begin(scope)
        if not access.knows(HTTPConnection(scope).cookies):
            return _refused(
                403,
                _("open the address that `uhc-llm review` printed on the terminal, with its token"),
            )
        if scope["method"] == "POST":
            if not access.is_ours(headers):
                return _refused(403, _(_OTHERS_PAGE))
            if headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
                return _refused(415, _("a form must be sent as {form}", form=_FORM))
        return None

    def _begin(self, scope: Scope) -> Response:
        (token,) = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[:1]
        if not self._access.lets_in(token):
            return _refused(
                403,
                _(
                    "this address is not, or no more, good: open the one that `uhc-llm review` "
                    "printed on the terminal"
                ),
            )
        answer = RedirectResponse("/", status_code=303)
        self._access.admit(answer)
        return answer


def _equal(one: str, other: str) -> bool:
    return secrets.compare_digest(one.encode(), other.encode())


def _refused(status: int, why: str, headers: Iterable[tuple[str, str]] = ()) -> Response:
    return PlainTextResponse(f"{why}\n", status, headers=dict(headers))


async def _body(receive: Receive) -> bytes | None:
    """The whole body; None where it is too long."""
    whole = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return bytes(whole)
        whole += message.get("body", b"")
        if len(whole) > _LONGEST_BODY:
            return None
        if not message.get("more_body"):
            return bytes(whole)


def _again(body: bytes) -> Receive:
    """Receive a body that was read already."""
    is_read = False

    async def receive() -> Message:
        nonlocal is_read
        if is_read:
            return {"type": "http.disconnect"}
        is_read = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
