"""The language of the review's pages: what was chosen on them, else asked for, else English."""

from typing import Final
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from uhc_llm.language import Language, named, of_header, speaking

__all__ = ["COOKIE", "Speaking"]

COOKIE: Final = "uhc_llm_language"
"""Where the choice is kept; all reviews of a machine share it."""

_A_YEAR: Final = 365 * 24 * 60 * 60


class Speaking:
    """Lets an application speak the language of each request.

    That is the one that `?lang=` of the address names, which is kept; else the one that was kept;
    else the one that the program was started with; else the one that the browser likes best.

    Args:
        app: what answers.
        language: that the program was started with; None for none.
    """

    def __init__(self, app: ASGIApp, language: Language | None) -> None:
        self._app = app
        self._language = language

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer in the language of the request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers, chosen = Headers(scope=scope), _chosen(scope)

        async def with_choice(message: Message) -> None:
            if chosen and message["type"] == "http.response.start":
                cookie = f"{COOKIE}={chosen}; Max-Age={_A_YEAR}; Path=/; HttpOnly; SameSite=strict"
                MutableHeaders(scope=message).append("set-cookie", cookie)
            await send(message)

        asked = self._language or of_header(headers.get("accept-language", ""))
        with speaking(chosen or _kept(scope) or asked):
            await self._app(scope, receive, with_choice)


def _chosen(scope: Scope) -> Language | None:
    if scope["method"] != "GET":
        return None
    said = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])
    return named(said[0])


def _kept(scope: Scope) -> Language | None:
    return named(HTTPConnection(scope).cookies.get(COOKIE, ""))
