"""A browser, runs, and pages that are watched."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.runs import make_examples_run, make_hostile_run
from tests.browser.serving import reviewing
from tests.browser.watching import Watch, launch


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests; without one they fail."""
    with sync_playwright() as playwright:
        started = launch(playwright)
        yield started
        started.close()


@pytest.fixture
def watch(browser: Browser) -> Iterator[Watch]:
    """Opens pages, and fails the test if anything went wrong on them."""
    watching = Watch(browser)
    yield watching
    watching.close()
    assert watching.complaints == []


@pytest.fixture(scope="session")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run of the ten examples, to be read."""
    path = tmp_path_factory.mktemp("examples") / "examples.db"
    make_examples_run(path)
    return path


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run with markup everywhere, to be read."""
    path = tmp_path_factory.mktemp("hostile") / "hostile.db"
    make_hostile_run(path)
    return path


@pytest.fixture
def run(examples: Path, tmp_path: Path) -> Path:
    """The run of the ten examples, to be decided on."""
    return Path(shutil.copy(examples, tmp_path / "run.db"))


@pytest.fixture
def review(run: Path, watch: Watch) -> Iterator[str]:
    """The address of a review of `run`, by Ani."""
    with reviewing(run, reviewer="Ani") as address:
        watch.places.append(address.partition("start?")[0])
        yield address
        # A page that is open holds a connection, which the server would wait for.
        watch.close()
