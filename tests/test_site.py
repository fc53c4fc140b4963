"""The site leaves nothing out, its links are held to what is there, and its pages' code runs."""

import json
import re
import shutil
from importlib import import_module
from pathlib import Path
from typing import Final

import griffe
import pytest
import typer.main
import yaml

from tools import document_pages
from tools.site import reference
from tools.site.built import problems
from tools.site.docstrings import Docstrings
from tools.site.staging import OTHER_PAGES, BrokenLinksError, stage
from uhc_llm.cli import app
from uhc_llm.verifier.rules import RULES

ROOT: Final = Path(__file__).resolve().parent.parent
COMMANDS: Final = typer.main.get_command(app).commands  # type: ignore[attr-defined]
NOT_RUN: Final = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PATHS: Final = re.compile(
    r"`((?:\.github|benchmarks|cassettes|docs|eval|examples|prompts|schemas|src|tests|tools)/[\w./-]+)"
    r"(?:::(\w+))?`"
)
# What is no file of ours: a set by its short name, llama.cpp's own page.
ELSEWHERE: Final = ("eval/dev", "tools/server/README.md")


class Loader(yaml.SafeLoader):
    """Reads `mkdocs.yml`, and leaves what names a function in Python alone."""


Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda *_: None)
SETTINGS: Final = yaml.load((ROOT / "mkdocs.yml").read_text("utf-8"), Loader)  # noqa: S506


def in_nav(part: object) -> list[str]:
    """The pages of a part of the navigation."""
    if isinstance(part, str):
        return [part]
    parts = part.values() if isinstance(part, dict) else part
    return [page for each in parts for page in in_nav(each)]  # type: ignore[attr-defined]


def options(command: str) -> set[str]:
    """Every option of a command."""
    parameters = COMMANDS[command].params
    return {name for each in parameters for name in (*each.opts, *each.secondary_opts)}


# --- nothing is left out -------------------------------------------------------------------------


def test_every_page_stands_in_the_navigation_once() -> None:
    docs = [path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")]
    pages = [*docs, *OTHER_PAGES.values(), *reference.pages()]
    assert sorted(in_nav(SETTINGS["nav"])) == sorted(pages)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_page_on_the_command_line_has_every_option(command: str) -> None:
    page = reference.command_line()
    section = page.split(f"\n## `uhc-llm {command}`\n", 1)[1].split("\n## ", 1)[0]
    for each in COMMANDS[command].params:
        name = each.opts[0] if each.opts[0].startswith("-") else each.metavar
        assert name in section, each.name
        assert not each.help or each.help.split("\n")[0] in section, each.name
    assert f"- [`{command}`](#uhc-llm-{command}): " in page


def test_the_page_on_the_rules_has_each_with_its_severity() -> None:
    told = re.findall(r"^### `(\w+)`\n\n`(\w+)`\{", reference.rules(), flags=re.MULTILINE)
    of_facts = [(rule.name, rule.severity) for rule in RULES.facts]
    assert told == of_facts + [(rule.name, rule.severity) for rule in RULES.text]


def test_the_page_on_the_schemas_has_every_field_of_every_object() -> None:
    page = reference.schemas()
    for path in (ROOT / "schemas").glob("*.json"):
        schema = json.loads(path.read_text("utf-8"))
        for name, each in {**schema["$defs"], schema["title"]: schema}.items():
            section = page.split(f"\n## {name}\n", 1)[1].split("\n## ", 1)[0]
            fields = re.findall(r"^\| `(\w+)`", section, flags=re.MULTILINE)
            assert fields == [*each.get("properties", {})]
            assert fields or "List of " in section, name


def test_the_page_on_columns_has_them_all() -> None:
    page = reference.columns()
    rows = re.findall(r"^\| `(\w+)` \|", page, flags=re.MULTILINE)
    lines = 0
    for package, path in (("batch", "columns.csv"), ("panel", "codebook.csv")):
        text = (ROOT / "src" / "uhc_llm" / package / "data" / path).read_text("utf-8")
        lines += len(text.splitlines()) - 1
    assert len(rows) == lines


@pytest.mark.parametrize("module", reference.MODULES, ids=lambda module: module.page)
def test_the_page_of_a_package_names_what_it_makes_public(module: reference.Module) -> None:
    named = set(re.findall(r"^::: ([\w.]+)$", reference.api(module), flags=re.MULTILINE))
    for source, chosen in module.sources.items():
        public = set(import_module(source).__all__) - {"__version__"}
        assert set(chosen) <= public
        assert {f"{source}.{name}" for name in chosen or public} <= named


def test_examples_in_docstrings_stand_as_code_and_fields_have_their_description(
    tmp_path: Path,
) -> None:
    code = (
        "def twice(number):\n"
        '    """Twice a number.\n\n    >>> [twice(2)]\n    [4]\n\n    Not more.\n    """\n'
        "class Fact:\n"
        "    value: int = Field(description='the number, '\n        'scale applied')\n"
        "    unit: str\n"
    )
    (tmp_path / "page.py").write_text(code)
    extensions = griffe.load_extensions(Docstrings)
    module = griffe.load("page", search_paths=[tmp_path], extensions=extensions)
    twice = module["twice"].docstring.value
    assert "\n```pycon\n>>> [twice(2)]\n[4]\n```\n" in twice
    assert module["Fact.value"].docstring.value == "the number, scale applied"
    assert module["Fact.unit"].docstring is None


# --- links ---------------------------------------------------------------------------------------


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small repository with two pages and a file."""
    (tmp_path / "docs" / "how-to").mkdir(parents=True)
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "words.toml").write_text("a = 1\n")
    (tmp_path / "CHANGELOG.md").write_text("# Changes\n")
    (tmp_path / "docs" / "index.md").write_text(
        "[a](how-to/a.md#b) [c](../CHANGELOG.md) <!-- site: [r](reference/rules.md) -->\n"
        "```\n[not](a-link.md)\n```\n"
    )
    (tmp_path / "docs" / "how-to" / "a.md").write_text("[w](../../src/words.toml) [x](#b)\n")
    return tmp_path


def test_links_of_staged_pages_lead_within_the_site(tree: Path) -> None:
    stage(tree, tree / "out")
    index = (tree / "out" / "index.md").read_text()
    assert index.startswith("[a](how-to/a.md#b) [c](project/changelog.md) [r](reference/rules.md)")
    assert "[not](a-link.md)" in index
    assert (tree / "out" / "how-to" / "a.md").read_text() == (
        "[w](../files/src/words.toml) [x](#b)\n"
    )
    assert (tree / "out" / "files" / "src" / "words.toml").read_text() == "a = 1\n"


def test_a_link_to_what_is_not_there_is_named(tree: Path) -> None:
    (tree / "src" / "words.toml").unlink()
    with pytest.raises(BrokenLinksError, match=r"docs/how-to/a\.md: \.\./\.\./src/words\.toml"):
        stage(tree, tree / "out")


@pytest.mark.parametrize(
    ("html", "problem"),
    [
        (
            '<a href="b.html#there">x</a><img src="p.png"><a href="https://kota.example/">x</a>',
            None,
        ),
        ('<a href="b.html#else">x</a>', "b.html#else has no such place"),
        ('<a href="c.html">x</a>', "c.html is not there"),
        ('<a href="../secret.html">x</a>', "../secret.html is not there"),
        ('<img src="q.png">', "q.png is not there"),
        ('<script src="https://cdn.example/x.js"></script>', "would be asked for elsewhere"),
        ('<link rel="stylesheet" href="//cdn.example/x.css">', "would be asked for elsewhere"),
        ('<link rel="canonical" href="https://kota.example/a.html">', None),
    ],
)
def test_what_is_wrong_with_a_built_page_is_told(
    html: str, problem: str | None, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (tmp_path / "secret.html").write_text("")
    (site / "a.html").write_text(html)
    (site / "b.html").write_text('<h2 id="there">x</h2>')
    (site / "p.png").write_bytes(b"")
    found = problems(site)
    assert [problem in each for each in found] == [True] if problem else found == []


@pytest.mark.parametrize(
    "page",
    [*sorted((ROOT / "docs").rglob("*.md")), *map(ROOT.joinpath, OTHER_PAGES)],
    ids=lambda page: page.relative_to(ROOT).as_posix(),
)
def test_a_file_that_a_page_names_is_there(page: Path) -> None:
    for path, test in PATHS.findall(page.read_text("utf-8")):
        if path not in ELSEWHERE:
            assert (ROOT / path).exists(), path
            assert not test or f"def {test}(" in (ROOT / path).read_text("utf-8"), test


# --- code ----------------------------------------------------------------------------------------


@pytest.mark.skipif(shutil.which("cut") is None, reason="its commands are those of a POSIX shell")
@pytest.mark.parametrize(
    "page", document_pages.PAGES, ids=lambda page: page.relative_to(ROOT / "docs").as_posix()
)
def test_the_code_of_a_page_prints_what_the_page_says(page: Path) -> None:
    """When this fails: `python3 tasks.py docs`, and look at what changed."""
    text = page.read_text("utf-8")
    assert document_pages.filled(text) == text


@pytest.mark.skipif(shutil.which("cut") is None, reason="its commands are those of a POSIX shell")
def test_what_is_printed_otherwise_is_written_into_the_page() -> None:
    said = "```console\n$ echo Blora 95,28\nBlora 95.28\n$ printf 'a\\nb\\nc\\n'\na\n...\n```\n"
    told = document_pages.filled(said + "\n```python\nprint(1 + 1)\n```\n")
    assert told == said.replace("Blora 95.28", "Blora 95,28") + (
        "\n```python\nprint(1 + 1)\n```\n\n```text\n2\n```\n"
    )


@pytest.mark.parametrize("page", document_pages.PAGES, ids=lambda page: page.stem)
def test_a_command_that_is_not_run_has_the_options_that_it_names(page: Path) -> None:
    text = page.read_text("utf-8")
    lines = [line for block in NOT_RUN.findall(text) for line in block.splitlines()]
    for line in [*lines, *re.findall(r"`(uhc-llm [a-z]+ [^`]+)`", text)]:
        if line.startswith("uhc-llm "):
            command = line.split()[1]
            assert set(re.findall(r" (--?[a-z][a-z-]*)", line)) <= options(command), line
