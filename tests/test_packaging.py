"""What a user installs is what the tree says: names, files, licences, dependencies, locks."""

import ast
import re
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any, Final
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import uhc_llm

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGE: Final = ROOT / "src" / "uhc_llm"
PYPROJECT: Final[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT: Final[dict[str, Any]] = PYPROJECT["project"]
GROUPS: Final[dict[str, list[Any]]] = PYPROJECT["dependency-groups"]

# What jusText wants as an extra of lxml that older pips leave out: named, and not imported.
FOR_OTHERS: Final = {canonicalize_name("lxml_html_clean")}

HEAVY: Final = ("openai", "instructor", "xllamacpp", "huggingface_hub", "vcr", "trafilatura")


def requirements(*, extras: bool) -> list[Requirement]:
    """What pyproject.toml asks for, with or without the extras."""
    lines = list(PROJECT["dependencies"])
    if extras:
        lines += [line for extra in PROJECT["optional-dependencies"].values() for line in extra]
    return [Requirement(line) for line in lines]


def imported_names(tree: ast.Module) -> Iterator[str]:
    """Top-level names of every module that is imported anywhere in a file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def hatchling(project: Path, target: str, into: Path) -> Path:
    """Build one sdist or wheel of `project`, and return it."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(into)]
    subprocess.run(command, cwd=project, check=True, capture_output=True)
    (built,) = into.iterdir()
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ZipFile]:
    """A wheel built from the tree."""
    with ZipFile(hatchling(ROOT, "wheel", tmp_path_factory.mktemp("wheel"))) as archive:
        yield archive


# --- names ---------------------------------------------------------------------------------------


def test_every_public_name_is_there_and_nothing_else_is_public() -> None:
    assert sorted(uhc_llm.__all__) == list(uhc_llm.__all__)
    assert [name for name in uhc_llm.__all__ if not hasattr(uhc_llm, name)] == []
    ours = {
        name
        for name, value in vars(uhc_llm).items()
        if getattr(value, "__module__", "").startswith("uhc_llm") and not name.startswith("_")
    }
    assert ours <= set(uhc_llm.__all__)


@pytest.mark.parametrize("module", ["uhc_llm", "uhc_llm.cli", "uhc_llm.testing"])
def test_importing_it_waits_for_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print([n for n in {HEAVY} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


# --- files ---------------------------------------------------------------------------------------


def test_the_wheel_holds_the_package_the_prompts_and_the_schemas(wheel: ZipFile) -> None:
    folders = {PACKAGE: "uhc_llm", ROOT / "prompts": "uhc_llm/prompts"}
    folders[ROOT / "schemas"] = "uhc_llm/schemas"
    for folder, place in folders.items():
        files = [p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts]
        assert files
        there = {f"{place}/{path.relative_to(folder).as_posix()}" for path in files}
        assert there <= set(wheel.namelist())


def test_the_wheel_is_typed_and_carries_its_licences(wheel: ZipFile) -> None:
    names = wheel.namelist()
    assert "uhc_llm/py.typed" in names
    (licence,) = (name for name in names if name.endswith("/licenses/LICENSE"))
    (notice,) = (name for name in names if "/licenses/" in name and name.endswith("/NOTICE"))
    assert b"Apache License" in wheel.read(licence)
    assert b"MIT License" in wheel.read(notice)


def test_the_wheel_has_the_version_that_the_package_says(wheel: ZipFile) -> None:
    (metadata,) = (name for name in wheel.namelist() if name.endswith("/METADATA"))
    assert f"\nVersion: {uhc_llm.__version__}\n" in wheel.read(metadata).decode()


def test_the_sdist_builds_the_same_wheel(wheel: ZipFile, tmp_path: Path) -> None:
    with tarfile.open(hatchling(ROOT, "sdist", tmp_path / "sdist")) as archive:
        archive.extractall(tmp_path, filter="data")
    (unpacked,) = (path for path in tmp_path.iterdir() if path.name.startswith("uhc_llm"))
    with ZipFile(hatchling(unpacked, "wheel", tmp_path / "wheel")) as again:
        assert sorted(again.namelist()) == sorted(wheel.namelist())


# --- dependencies --------------------------------------------------------------------------------


def test_what_is_imported_is_declared_and_what_is_declared_is_imported() -> None:
    names = {
        name
        for path in PACKAGE.rglob("*.py")
        for name in imported_names(ast.parse(path.read_text("utf-8")))
    }
    outside = names - set(sys.stdlib_module_names) - {"uhc_llm"}
    distributions = packages_distributions()
    imported = {canonicalize_name(distributions[name][0]) for name in outside}
    declared = {canonicalize_name(r.name) for r in requirements(extras=True)}
    assert declared - imported == FOR_OTHERS
    assert imported <= declared


def pins(lock: str) -> dict[str, str]:
    """Package names and versions of one lock."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8")
    return {
        canonicalize_name(name): version
        for name, version in re.findall(r"^([\w.-]+)==([\w.]+)", text, flags=re.MULTILINE)
    }


@pytest.mark.parametrize(
    ("lock", "asked"),
    [
        ("runtime", requirements(extras=False)),
        ("dev", requirements(extras=True)),
        ("dev", [Requirement(line) for line in GROUPS["dev"] if isinstance(line, str)]),
        ("dev", [Requirement(line) for line in GROUPS["train"]]),
        ("dev", [Requirement(line) for line in GROUPS["docs"]]),
        ("weights", [Requirement(line) for line in GROUPS["weights"]]),
    ],
    ids=["runtime", "extras", "dev", "train", "docs", "weights"],
)
def test_the_lock_is_not_behind_pyproject(lock: str, asked: list[Requirement]) -> None:
    """When this fails: `python3 tasks.py lock`."""
    locked = pins(lock)
    behind = [str(r) for r in asked if locked.get(canonicalize_name(r.name)) not in Accepts(r)]
    assert behind == []


class Accepts:
    """The versions that a requirement allows."""

    def __init__(self, requirement: Requirement) -> None:
        self._specifier = requirement.specifier

    def __contains__(self, version: str | None) -> bool:
        return version is not None and self._specifier.contains(version, prereleases=True)


def test_users_get_the_versions_that_were_tested() -> None:
    tested = pins("dev")
    assert {name: tested.get(name) for name in pins("runtime")} == pins("runtime")


@pytest.mark.parametrize("lock", ["dev", "runtime", "weights"])
def test_a_lock_says_nothing_of_where_it_was_made(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8")
    assert re.findall(r"\S*://\S*|--(?:extra-)?index-url|--find-links", text) == []
