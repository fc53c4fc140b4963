"""README, in both languages, and the page on security say what commands print and what is there."""

import re
import tomllib
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

import pytest
import typer.main
from PIL import Image

import uhc_llm
from tests.english import english_in
from tools import document_printed
from tools.pictures import DRAWN
from uhc_llm.cli import app
from uhc_llm.language import grouped, speaking
from uhc_llm.promise import PROMISE

ROOT: Final = Path(__file__).resolve().parent.parent
README: Final = (ROOT / "README.md").read_text("utf-8")
README_ID: Final = (ROOT / "README.id.md").read_text("utf-8")
SECURITY: Final = (ROOT / "SECURITY.md").read_text("utf-8")
EXTRAS: Final = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"][
    "optional-dependencies"
]
# Those that a newcomer meets, whose links lead on.
PAGES: Final = (
    "README.md",
    "README.id.md",
    "SECURITY.md",
    "CONTRIBUTING.md",
    "examples/README.md",
    "docs/providers.md",
    "docs/report.md",
    "docs/review.md",
)
REGIONLESS: Final = "Cakupan JKN sudah mencapai 98,4 persen per 1 Mei 2024."
MOST_WORDS: Final = 1_200
"""Of prose, which is what somebody reads in five minutes."""
MOST_BYTES: Final = 200_000
SHOWN_AT: Final = 840
"""How many dots wide a picture is shown at most, at half its size or less."""


def section(page: str, title: str) -> str:
    """What stands under a title, up to the next one."""
    return page.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def anchors(page: str) -> set[str]:
    """The places of a page that a link may lead to."""
    without_code = re.sub(r"^```.*?^```", "", page, flags=re.MULTILINE | re.DOTALL)
    titles = re.findall(r"^#+ (.+)$", without_code, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


# --- what is printed -----------------------------------------------------------------------------


@pytest.mark.parametrize("page", document_printed.PAGES, ids=lambda page: page.stem)
def test_a_page_shows_what_its_command_prints(page: Path) -> None:
    """When this fails: `python3 tasks.py docs`, and look at what changed."""
    text = page.read_text("utf-8")
    assert text.count("<!-- printed: uhc-llm ") == 1
    assert document_printed.filled(text, document_printed.PAGES[page]) == text


def test_a_block_that_says_something_else_is_written_anew() -> None:
    drifted = README.replace("1,021,435  actual", "1,021,436  actual")
    assert drifted != README
    assert document_printed.filled(drifted) == README


def test_the_first_commands_come_after_what_comes_out_and_need_no_key() -> None:
    first = section(README, "The first minute")
    assert README.index("01-satu-daerah\n\n region") < README.index(first)
    install, run = re.findall(r"^    (\S.*)$", first, flags=re.MULTILINE)[:2]
    assert install == "pip install ."
    assert run == "uhc-llm extract examples/01-satu-daerah.txt"
    rows = re.findall(r"^\| (.+?) \| (.+?) \| `(.+)` \|$", first, flags=re.MULTILINE)
    assert [needs.split(",")[0] for _, needs, _ in rows] == [
        "nothing",
        "`pip install '.[local]'`",
        "a key",
    ]


@pytest.fixture
def keyless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody named a model, and so the program reads by itself."""
    for name in ("OPENAI_API_KEY", "UHC_LLM_MODEL"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("keyless")
def test_the_code_in_python_runs_also_where_a_fact_has_no_region(
    capsys: pytest.CaptureFixture[str],
) -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```$", README, flags=re.DOTALL | re.MULTILINE)
    # What needs a key, or an event loop, is left out.
    parts = [part for part in code.split("\n\n") if "openai/" not in part]
    assert len(parts) == code.count("\n\n")
    exec("\n\n".join(parts), {"article": REGIONLESS})  # noqa: S102 (the page's own)
    assert capsys.readouterr().out.startswith("None 2024-05-01\ncoverage_rate 98.4 ")


@pytest.mark.usefixtures("keyless")
def test_the_code_that_the_package_shows_runs_also_where_a_fact_has_no_region(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = "".join(re.findall(r"^    (.*\n)", uhc_llm.__doc__ or "", flags=re.MULTILINE))
    exec(code, {"article": REGIONLESS})  # noqa: S102 (the package's own)
    assert capsys.readouterr().out.startswith("None coverage_rate 98.4 ")


# --- what is there -------------------------------------------------------------------------------


@pytest.mark.parametrize("page", [README, README_ID], ids=["en", "id"])
def test_every_command_is_named_and_none_that_is_not_there(page: str) -> None:
    group = typer.main.get_command(app)
    named = re.findall(r"^ +uhc-llm ([a-z]+)", page, flags=re.MULTILINE)
    assert set(named) == set(group.commands)  # type: ignore[attr-defined]


def test_every_extra_is_named() -> None:
    named = re.findall(r"`([a-z]+)`", section(README, "Install").split("| extra | for |")[1])
    assert set(named) == {*EXTRAS, "polars", "ray"}


@pytest.mark.parametrize("page", PAGES)
def test_a_link_leads_somewhere(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    found = re.findall(r"\]\(([^)\s]+)\)|(?:href|src)=\"([^\"]+)\"", text)
    for link in filter(None, (one or other for one, other in found)):
        path, _, place = link.partition("#")
        if "://" in path:
            continue
        target = (ROOT / page).parent / path if path else ROOT / page
        assert target.exists(), link
        assert not place or place in anchors(target.read_text("utf-8")), link


def test_it_can_be_read_in_five_minutes() -> None:
    prose = re.sub(r"^```.*?^```", "", README, flags=re.MULTILINE | re.DOTALL)
    prose = re.sub(r"^(?:<| {4}|\|).*", "", prose, flags=re.MULTILINE)
    assert len(prose.split()) <= MOST_WORDS


def test_what_the_report_shows_is_so_many_articles() -> None:
    articles = (ROOT / "eval" / "wires.gold.jsonl").read_text("utf-8").splitlines()
    assert f"{len(articles):,} made-up articles" in README
    with speaking("id"):
        assert f"{grouped(len(articles))} artikel rekaan" in README_ID


def test_each_language_leads_to_the_other() -> None:
    assert README.split("\n\n")[1] == "English | [Bahasa Indonesia](README.id.md)"
    assert README_ID.split("\n\n")[1] == "[English](README.md) | Bahasa Indonesia"


def test_the_indonesian_one_begins_as_the_english_one_does() -> None:
    first = section(README_ID, "Menit pertama")
    english = section(README, "The first minute")
    for page in (first, english):
        assert re.findall(r"^    (\S.*)$", page, flags=re.MULTILINE) == [
            "pip install .",
            "uhc-llm extract examples/01-satu-daerah.txt",
        ]
    share = f"{PROMISE.precision * 100:.0f}"
    assert f"{share} dari 100" in " ".join(first.split())


def test_the_indonesian_one_is_in_indonesian() -> None:
    prose = re.sub(r"^(```.*?^```| {4}.*?$)", "", README_ID, flags=re.MULTILINE | re.DOTALL)
    prose = re.sub(r"\]\([^)]+\)|`[^`]+`|<a href=\S+>|<!--.*?-->", "", prose)
    assert english_in(prose) == []


# --- pictures ------------------------------------------------------------------------------------


def pictures(page: str) -> list[ElementTree.Element]:
    """The pictures of a README."""
    return [ElementTree.fromstring(f"{tag}</img>") for tag in re.findall("<img [^>]+>", page)]  # noqa: S314


@pytest.mark.parametrize(
    ("page", "stems"),
    [(README, ["report", "review"]), (README_ID, ["report.id", "review.id"])],
    ids=["en", "id"],
)
def test_there_is_a_picture_of_the_report_and_one_of_the_review(
    page: str, stems: list[str]
) -> None:
    names = [Path(picture.get("src", "")).stem for picture in pictures(page)]
    assert names == stems
    assert set(names) <= set(DRAWN)


@pytest.mark.parametrize("page", [README, README_ID], ids=["en", "id"])
def test_a_picture_is_light_sharp_and_told_in_words(page: str) -> None:
    for picture in pictures(page):
        path = ROOT / picture.get("src", "")
        assert path.stat().st_size <= MOST_BYTES
        with Image.open(path) as drawn:
            assert drawn.format == "PNG"
            assert drawn.width >= 2 * SHOWN_AT
        assert len((picture.get("alt") or "").split()) > 20


# --- security ------------------------------------------------------------------------------------


def test_what_is_promised_on_security_is_held_by_tests_that_are_there() -> None:
    claims = section(SECURITY, "What the program expects").split("\n- **")[1:]
    assert len(claims) >= 7
    for claim in claims:
        held = re.findall(r"^  - `(tests/[\w/]+\.py)::(test_\w+)`$", claim, flags=re.MULTILINE)
        assert held, claim
        for path, test in held:
            assert f"def {test}(" in (ROOT / path).read_text("utf-8"), f"{path}::{test}"
