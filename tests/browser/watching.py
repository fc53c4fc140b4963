"""A browser whose pages are watched: what goes wrong on them though nobody looks is told."""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, Literal, NamedTuple

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

from tools.chromium import MissingChromiumError, find_chromium, is_root

__all__ = [
    "PHONE",
    "SCHEMES",
    "SIZES",
    "WIDE",
    "Focus",
    "Scheme",
    "Watch",
    "excess_width",
    "faults_of",
    "focus_of",
    "launch",
    "moving_parts",
]

Scheme = Literal["light", "dark"]

WIDE: Final[ViewportSize] = {"width": 1440, "height": 900}
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}
SIZES: Final[Mapping[str, ViewportSize]] = {"wide": WIDE, "phone": PHONE}
SCHEMES: Final[tuple[Scheme, ...]] = ("light", "dark")

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
_PATIENCE: Final = 10.0
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
    options = (*_OPTIONS, "--no-sandbox") if is_root() else _OPTIONS
    return playwright.chromium.launch(executable_path=program, args=list(options))


class Focus(NamedTuple):
    """What has the focus; no name for nothing."""

    name: str
    is_marked: bool


class Watch:
    """Opens pages, and notes what they say on the console, ask for, and fail at.

    Attributes:
        places: prefixes of the addresses that pages may ask for.
        requests: every address that was asked for.
    """

    def __init__(self, browser: Browser, *places: str) -> None:
        self.places = list(places)
        self.requests: list[str] = []
        self._heard: list[str] = []
        self._expected: list[str] = []
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    def page(
        self,
        *,
        scheme: Scheme = "light",
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
    def expecting(self, *said: str) -> Iterator[None]:
        """Let pages complain so from now on; by the end of the block they must have.

        Args:
            said: regular expressions, each of another complaint.
        """
        self._expected += said
        yield
        end = time.monotonic() + _PATIENCE
        missing = set(said)
        while missing and time.monotonic() < end:
            missing = {each for each in missing if not self._is_heard(each)}
            # Only while it waits for something does Playwright hear of anything.
            self._contexts[-1].pages[0].wait_for_timeout(50)
        assert not missing, f"nothing said {missing}: {self._heard}"

    @property
    def complaints(self) -> list[str]:
        """What went wrong though nobody expected it, in order."""
        return [
            each
            for each in self._heard
            if not any(re.search(said, each) for said in self._expected)
        ]

    def close(self) -> None:
        """Close every page."""
        for context in self._contexts:
            context.close()

    def _is_heard(self, said: str) -> bool:
        return any(re.search(said, each) for each in self._heard)

    def _follow(self, context: BrowserContext) -> None:
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)
        context.on("dialog", self._on_dialog)
        context.on("request", self._on_request)
        context.on("response", self._on_response)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in _LOUD:
            place = message.location
            self._heard.append(
                f"console {message.type}: {message.text} ({place['url']}:{place['lineNumber']})"
            )

    def _on_error(self, error: WebError) -> None:
        self._heard.append(f"script: {error.error}")

    def _on_dialog(self, dialog: Dialog) -> None:
        self._heard.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _on_request(self, request: Request) -> None:
        if request.url.startswith(_INLINE):
            return
        self.requests.append(request.url)
        if not request.url.startswith(tuple(self.places)):
            self._heard.append(f"request to elsewhere: {request.url}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400:
            self._heard.append(f"answer {response.status}: {response.url}")


def faults_of(page: Page) -> str:
    """What axe-core finds on a page that keeps people out; empty for nothing."""
    found: Sequence[dict[str, Any]] = Axe().run(page).response["violations"]
    return "\n".join(_fault(each) for each in found if each["impact"] in _SERIOUS)


def focus_of(page: Page) -> Focus:
    """Where the focus is, and whether it can be seen."""
    at = page.evaluate(
        """() => {
            const at = document.activeElement, look = getComputedStyle(at);
            const hasOutline = look.outlineStyle !== "none" && parseFloat(look.outlineWidth) > 0;
            return [
                at === document.body ? "" : at.tagName + " " + at.textContent.trim().slice(0, 40),
                hasOutline || look.boxShadow !== "none",
            ];
        }"""
    )
    return Focus(*at)


def moving_parts(page: Page) -> list[str]:
    """What moves on a page, or would when something happens: the beginning of each element."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((each) => {
            const look = getComputedStyle(each);
            return parseFloat(look.transitionDuration) > 0.01
                || parseFloat(look.animationDuration) > 0.01
                || look.scrollBehavior === "smooth";
        }).map((each) => each.outerHTML.slice(0, 80))"""
    )
    return found


def excess_width(page: Page) -> int:
    """By how many pixels a page, or the dialog that is open, is wider than its place."""
    wide: int = page.evaluate(
        """() => {
            const beyond = (box, width) => box ? box.scrollWidth - width : 0;
            const dialog = document.querySelector("dialog[open]");
            return Math.max(
                beyond(document.documentElement, innerWidth),
                beyond(dialog, dialog?.clientWidth),
            );
        }"""
    )
    return wide


def _fault(violation: dict[str, Any]) -> str:
    nodes = (
        f"    {', '.join(map(str, node['target']))}\n"
        f"        {' '.join(node['html'].split())[:200]}\n"
        f"        {' '.join(node.get('failureSummary', '').split())[:300]}"
        for node in violation["nodes"][:10]
    )
    head = f"{violation['impact']}: {violation['id']}: {violation['help']}"
    return "\n".join([f"{head} ({len(violation['nodes'])} times)", *nodes])
