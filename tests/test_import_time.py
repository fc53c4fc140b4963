"""Nothing is imported before it is needed: each claim is checked in a fresh interpreter."""

import subprocess
import sys
from pathlib import Path

import pytest

import uhc_llm

HEAVY = ("openai", "instructor", "vcr", "xllamacpp", "huggingface_hub", "trafilatura")


def modules_after(program: str) -> set[str]:
    """The modules that are loaded once a program has run."""
    watched = f"{program}\nimport sys\nprint('MODULES', *sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", watched], capture_output=True, text=True, check=True
    )
    return set(done.stdout.rpartition("MODULES")[2].split())


def test_importing_the_package_imports_no_library() -> None:
    loaded = modules_after("import uhc_llm; uhc_llm.__version__; dir(uhc_llm)")
    assert "uhc_llm" in loaded
    assert not loaded & {*HEAVY, "pydantic", "jinja2", "typer", "rich"}


@pytest.mark.parametrize(
    "program",
    [
        "from uhc_llm import scan; scan('Cakupan JKN 98,4 persen')",
        "from uhc_llm import verify; verify('Cakupan JKN 98,4 persen', [])",
        "from uhc_llm import Extractor, extract, aextract",
        "from uhc_llm import extract; extract('Cakupan JKN 98,4 persen', model='local')",
        "import uhc_llm.cli",
        "from uhc_llm.testing import FakeModel\n"
        "from uhc_llm import extract\n"
        "extract('tanpa angka', model=FakeModel())",
    ],
)
def test_what_asks_no_model_imports_none_of_what_asks_one(program: str) -> None:
    assert not modules_after(program) & set(HEAVY)


def test_the_command_line_scans_without_what_asks_a_model(tmp_path: Path) -> None:
    article = tmp_path / "a.txt"
    article.write_text("Cakupan JKN 98,4 persen", encoding="utf-8")
    loaded = modules_after(
        f"import sys; sys.argv = ['uhc-llm', 'scan', {str(article)!r}]\n"
        "from uhc_llm.cli import main\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code"
    )
    assert not loaded & {*HEAVY, "jinja2"}


@pytest.mark.parametrize("name", uhc_llm.__all__)
def test_every_public_name_is_there_and_listed(name: str) -> None:
    assert getattr(uhc_llm, name) is not None
    assert name in dir(uhc_llm)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="extrakt"):
        uhc_llm.extrakt  # noqa: B018 - looking it up is the test
