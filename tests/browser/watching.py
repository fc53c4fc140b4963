"""A browser whose pages are watched: what goes wrong on them though nobody looks is told."""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    Playwright,
    Request,
    Response,
    ViewportSize,
    WebError,
)

from tools.chromium import MissingChromiumError, find_chromium

__all__ = ["PHONE", "WIDE", "Watch", "faults_of", "launch"]

WIDE: Final[ViewportSize] = {"width": 1440, "height": 900}
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}

_OPTIONS: Final = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_LOUD: Final = frozenset({"error", "warning", "assert"})
_INLINE: Final = ("data:", "blob:")
_SERIOUS: Final = frozenset({"serious", "critical"})


def launch(playwright: Playwright) -> Browser:
    """Start the browser.

    Raises:
        MissingChromiumError: there is none.
    """
    program = find_chromium()
    if program is None:
        raise MissingChromiumError("there is no Chromium")
    # Chromium's sandbox does not let itself be used by root.
    options = (*_OPTIONS, "--no-sandbox") if os.geteuid() == 0 else _OPTIONS
    return playwright.chromium.launch(executable_path=program, args=list(options))


class Watch:
    """Opens pages, and notes what they say on the console, ask for, and fail at.

    Attributes:
        places: prefixes of the addresses that pages may ask for.
        requests: every address that was asked for.
        complaints: what went wrong, in order.
    """

    def __init__(self, browser: Browser, *places: str) -> None:
        self.places = list(places)
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    def page(
        self,
        *,
        scheme: Literal["light", "dark"] = "light",
        size: ViewportSize = WIDE,
        scripts: bool = True,
        motion: Literal["reduce", "no-preference"] = "no-preference",
    ) -> Page:
        """An empty page of a visitor of its own, with no cookies of any other."""
        context = self._browser.new_context(
            color_scheme=scheme,
            viewport=size,
            java_script_enabled=scripts,
            reduced_motion=motion,
            locale="en-GB",
            timezone_id="UTC",
        )
        context.set_default_timeout(10_000)
        self._contexts.append(context)
        self._follow(context)
        return context.new_page()

    @contextmanager
    def expecting(self, said: str) -> Iterator[None]:
        """Let pages complain so, but they must.

        Args:
            said: a regular expression.
        """
        before = len(self.complaints)
        yield
        for context in self._contexts:
            for page in context.pages:
                page.wait_for_timeout(50)  # until messages that are on their way are here
        heard = self.complaints[before:]
        assert any(re.search(said, each) for each in heard), f"nothing said {said!r}: {heard}"
        self.complaints[before:] = [each for each in heard if not re.search(said, each)]

    def close(self) -> None:
        """Close every page."""
        for context in self._contexts:
            context.close()

    def _follow(self, context: BrowserContext) -> None:
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)
        context.on("dialog", self._on_dialog)
        context.on("request", self._on_request)
        context.on("response", self._on_response)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in _LOUD:
            place = message.location
            self.complaints.append(
                f"console {message.type}: {message.text} ({place['url']}:{place['lineNumber']})"
            )

    def _on_error(self, error: WebError) -> None:
        self.complaints.append(f"script: {error.error}")

    def _on_dialog(self, dialog: Dialog) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _on_request(self, request: Request) -> None:
        if request.url.startswith(_INLINE):
            return
        self.requests.append(request.url)
        if not request.url.startswith(tuple(self.places)):
            self.complaints.append(f"request to elsewhere: {request.url}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400:
            self.complaints.append(f"answer {response.status}: {response.url}")


def faults_of(page: Page) -> str:
    """What axe-core finds on a page that keeps people out; empty for nothing."""
    found: Sequence[dict[str, Any]] = Axe().run(page).response["violations"]
    return "\n".join(_fault(each) for each in found if each["impact"] in _SERIOUS)


def _fault(violation: dict[str, Any]) -> str:
    nodes = (
        f"    {', '.join(map(str, node['target']))}\n"
        f"        {' '.join(node['html'].split())[:200]}\n"
        f"        {' '.join(node.get('failureSummary', '').split())[:300]}"
        for node in violation["nodes"][:10]
    )
    head = f"{violation['impact']}: {violation['id']}: {violation['help']}"
    return "\n".join([f"{head} ({len(violation['nodes'])} times)", *nodes])
