"""Draw the pictures of the README: the report's map, and an article under review.

    python3 tasks.py pictures [report] [review] [report.id] [review.id]

Those of `README.id.md` are in Indonesian. All are of made-up articles, and no model is asked: the
map of `eval/wires.gold.jsonl`, whose writers had regions and years of their own; the review of
`examples/`. How letters look depends on the browser and its fonts, so the pictures are looked at,
and never compared.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.browser.serving import reviewing, write_report
from tests.browser.watching import launch
from uhc_llm.language import Language

__all__ = ["DRAWN", "MOST_BYTES", "OUT", "main"]

ROOT: Final = Path(__file__).resolve().parent.parent
OUT: Final = ROOT / "docs" / "pictures"

ARTICLES: Final = ROOT / "eval" / "wires.gold.jsonl"
EXAMPLES: Final = ROOT / "examples"
SHOWN: Final = ("10-instruksi-sisipan", "99 persen")
"""The article that is shown under review, and the number that its text tells machines to write."""

OF_REPORT: Final[ViewportSize] = {"width": 1440, "height": 900}
OF_REVIEW: Final[ViewportSize] = {"width": 1024, "height": 841}
LOCALES: Final[Mapping[Language, str]] = {"en": "en-GB", "id": "id-ID"}
"""That of the browser, which tells the review its language."""

SHARPNESS: Final = 2
"""Dots of the picture for each of the page, so that it is sharp at half its size."""

COLOURS: Final = 88
MOST_BYTES: Final = 200_000
"""More than that is slow to load, and stays in the history of the repository for ever."""


def main(names: Sequence[str]) -> int:
    """Draw the pictures that are named, or all; returns the exit code."""
    if unknown := set(names) - set(DRAWN):
        print(f"There is no picture {', '.join(sorted(unknown))}; there are {', '.join(DRAWN)}.")
        return 2
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = launch(playwright)
        sizes = [keep(DRAWN[name](browser, Path(folder)), name) for name in names or DRAWN]
        browser.close()
    return 1 if max(sizes) > MOST_BYTES else 0


def draw_report(browser: Browser, folder: Path, language: Language = "en") -> bytes:
    """The panel as a map."""
    run = read(folder / "wires.db", ARTICLES)
    report = write_report(run, folder / "report.html", "--lang", language)
    page = visit(browser, report.as_uri(), OF_REPORT, language)
    page.locator("html[data-ready]").wait_for(state="attached")
    return page.locator("#panel-map").screenshot(animations="disabled")


def draw_review(browser: Browser, folder: Path, language: Language = "en") -> bytes:
    """An article, and what is to be decided about one of its numbers."""
    article, number = SHOWN
    run = read(folder / "examples.db", *sorted(EXAMPLES.glob("*.txt")))
    with reviewing(run, reviewer="Ani") as start:
        page = visit(browser, start, OF_REVIEW, language)
        page.get_by_role("link", name=article).first.click()
        page.get_by_role("link", name=number).first.click()
        page.locator("#decide").wait_for()
        # The page leads to the number; a picture begins at the title.
        page.evaluate("""for (const each of document.querySelectorAll("*")) each.scrollTop = 0""")
        shot = page.screenshot(animations="disabled")
        # A page that is open holds a connection, which the server would wait for.
        page.context.close()
    return shot


DRAWN: Final[Mapping[str, Callable[[Browser, Path], bytes]]] = {
    "report": draw_report,
    "review": draw_review,
    "report.id": partial(draw_report, language="id"),
    "review.id": partial(draw_review, language="id"),
}


def read(run: Path, *inputs: Path) -> Path:
    """Read articles into a run, and return its path; no model is asked."""
    command = Path(sys.executable).with_name("uhc-llm")
    options = ("--run", run, "--strategy", "code")
    subprocess.run([command, "batch", *inputs, *options], check=True, capture_output=True)  # noqa: S603
    return run


def visit(browser: Browser, address: str, size: ViewportSize, language: Language) -> Page:
    """A page in light colours, whose pictures are sharp."""
    context = browser.new_context(
        viewport=size,
        device_scale_factor=SHARPNESS,
        color_scheme="light",
        reduced_motion="reduce",
        locale=LOCALES[language],
        timezone_id="UTC",
    )
    page = context.new_page()
    page.goto(address)
    return page


def keep(shot: bytes, name: str) -> int:
    """Write a picture with few colours, and return how many bytes it has."""
    few = Image.open(BytesIO(shot)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    path = OUT / f"{name}.png"
    few.save(path, optimize=True)
    size = path.stat().st_size
    print(f"docs/pictures/{path.name}: {size:,} bytes, {MOST_BYTES:,} at most")
    return size


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
