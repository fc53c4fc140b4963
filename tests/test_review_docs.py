"""The page on the review names every option, and the keys that the review itself shows."""

import html
import re
from importlib.resources import files
from pathlib import Path
from typing import Final

import typer.main

from uhc_llm.cli import app
from uhc_llm.review.desk import FIELD_KEYS, PICK_KEYS
from uhc_llm.review.security import HEADERS

PAGE: Final = (Path(__file__).resolve().parent.parent / "docs" / "review.md").read_text("utf-8")
REVIEW: Final = files("uhc_llm.review")
HELP: Final = REVIEW.joinpath("templates/keys.html").read_text("utf-8")
TEMPLATES: Final = "".join(
    REVIEW.joinpath(f"templates/{name}.html").read_text("utf-8")
    for name in ("base", "article", "conflict", "queue")
)
KEYS_OF_THE_SCRIPT: Final = set("/19") | {"Esc", "↓", "↑"}


def table_keys() -> set[str]:
    """The keys in the first column of the table."""
    rows = re.findall(r"^\| (`.+?) \|", PAGE, flags=re.MULTILINE)
    return {key for row in rows for key in re.findall(r"`([^`]+)`", row)}


def help_keys() -> set[str]:
    return {html.unescape(key) for key in re.findall(r"<kbd>(.+?)</kbd>", HELP)}


def page_keys() -> set[str]:
    """The keys that some button, link or list of choices bears."""
    said = re.findall(r'data-key="([^"{]+)"', TEMPLATES)
    return {key for keys in said for key in keys.split()} | set(FIELD_KEYS.values())


def test_every_option_is_explained() -> None:
    group = typer.main.get_command(app)
    parameters = group.commands["review"].params  # type: ignore[attr-defined]
    options = {name for each in parameters for name in (*each.opts, *each.secondary_opts)}
    named = set(re.findall(r"--[a-z-]+[a-z]", PAGE))
    assert {"--port", "--reviewer", "--no-browser"} <= options & named


def test_the_page_and_the_help_name_the_same_keys() -> None:
    assert table_keys() == help_keys() - {"↓", "↑"}


def test_every_key_that_is_named_does_something() -> None:
    assert help_keys() - KEYS_OF_THE_SCRIPT - page_keys() == set()


def test_every_key_of_the_pages_is_named() -> None:
    of_a_conflict = {"y", "Escape"}
    assert page_keys() - of_a_conflict - help_keys() - {"ArrowUp", "ArrowDown"} == set()


def test_a_key_that_takes_a_choice_means_nothing_else() -> None:
    assert set(PICK_KEYS) & page_keys() - {"y"} == set()
    assert len(set(PICK_KEYS)) == len(PICK_KEYS)


def test_no_page_carries_a_script_or_a_style_of_its_own() -> None:
    for path in REVIEW.joinpath("templates").iterdir():
        template = path.read_text("utf-8")
        assert re.findall(r"\son\w+=|\sstyle=|<style|javascript:", template) == [], path.name
        assert re.findall(r"<script(?! src=\"/static/review\.js\")", template) == [], path.name
        assert "| safe" not in template
    assert "unsafe" not in HEADERS["Content-Security-Policy"]
    script = REVIEW.joinpath("static/review.js").read_text("utf-8")
    assert (
        re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", script) == []
    )
