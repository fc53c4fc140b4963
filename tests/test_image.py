"""The image runs the program as nobody in particular, and holds what it needs and nothing else."""

import json
import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Final, NamedTuple
from zipfile import ZipFile

import pytest
from packaging.specifiers import SpecifierSet

import tasks
import uhc_llm
from tests.test_packaging import hatchling

ROOT: Final = Path(__file__).resolve().parent.parent
PYPROJECT: Final[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT: Final[dict[str, Any]] = PYPROJECT["project"]
IGNORED: Final = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
TEXT: Final = (ROOT / "Containerfile").read_text("utf-8")
TAG: Final = "uhc-llm:tried"


class Step(NamedTuple):
    """An instruction of the file, with what stands behind it."""

    name: str
    rest: str


def stages() -> list[list[Step]]:
    """The steps of each stage of the image; the first of a stage is `FROM`."""
    without_comments = re.sub(r"^#.*\n", "", TEXT, flags=re.MULTILINE).replace("\\\n", " ")
    found: list[list[Step]] = [[]]
    arguments: dict[str, str] = {}
    for line in filter(None, without_comments.splitlines()):
        name, _, rest = line.partition(" ")
        if name == "ARG":
            key, _, value = rest.partition("=")
            arguments[f"${{{key}}}"] = value
            continue
        for key, value in arguments.items():
            rest = rest.replace(key, value)
        if name == "FROM":
            found.append([])
        found[-1].append(Step(name, rest.strip()))
    return found[1:]


BUILD, LAST = stages()


def of(stage: list[Step], name: str) -> list[str]:
    """What stands behind each instruction of a name."""
    return [step.rest for step in stage if step.name == name]


def copied() -> list[str]:
    """What is copied out of the tree."""
    return [path for rest in of(BUILD, "COPY") for path in shlex.split(rest)[:-1]]


def is_ignored(path: str) -> bool:
    """Whether a path is kept from the builder: of the lines that fit it the last one counts."""
    ignored = False
    for line in IGNORED:
        pattern = line.removeprefix("!").removeprefix("**/").rstrip("/")
        if pattern and not line.startswith("#"):
            parts = [path, *(str(parent) for parent in Path(path).parents), Path(path).name]
            if any(fnmatch(part, pattern) for part in parts):
                ignored = not line.startswith("!")
    return ignored


# --- what it is made of --------------------------------------------------------------------------


def test_it_stands_on_a_python_of_a_known_version_that_is_supported() -> None:
    for stage in (BUILD, LAST):
        image = stage[0].rest.split(" AS ")[0]
        name, _, version = image.rpartition(":")
        assert name == "docker.io/library/python"
        assert version.endswith("-slim")
        number = version.removesuffix("-slim")
        assert number in SpecifierSet(PROJECT["requires-python"])
        assert f"Programming Language :: Python :: {number}" in PROJECT["classifiers"]


def test_nothing_is_fetched_but_packages_whose_hash_is_known() -> None:
    assert [step for stage in (BUILD, LAST) for step in stage if step.name == "ADD"] == []
    assert re.search(r"curl|wget|apt-get|https?://", TEXT) is None
    for install in re.findall(r"pip install (.+)", TEXT):
        assert "--no-deps" in install
        assert "--require-hashes" in install or "/wheel/*.whl" in install


def test_all_that_is_copied_is_there_and_nothing_else_reaches_the_builder() -> None:
    sources = copied()
    assert [path for path in sources if not (ROOT / path).exists()] == []
    assert [path for path in sources if is_ignored(path.rstrip("/"))] == []
    others = {path.name for path in ROOT.iterdir()} - {Path(path).parts[0] for path in sources}
    assert [name for name in sorted(others) if not is_ignored(name)] == []
    for private in (".env", "src/uhc_llm/run.db", "src/uhc_llm/__pycache__", "examples/a.txt"):
        assert is_ignored(private), private


def test_what_is_copied_is_enough_for_the_same_wheel(tmp_path: Path) -> None:
    tree = tmp_path / "source"
    for path in copied():
        source, target = ROOT / path, tree / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    here, there = (
        hatchling(project, "wheel", tmp_path / name)
        for name, project in (("here", ROOT), ("there", tree))
    )
    with ZipFile(here) as one, ZipFile(there) as other:
        assert sorted(one.namelist()) == sorted(other.namelist())


def test_it_has_every_extra_but_those_that_bring_a_model_or_a_cluster() -> None:
    left_out = {"anthropic", "local", "polars", "ray", "testing"}
    assert set(tasks.IMAGE_EXTRAS) == set(PROJECT["optional-dependencies"]) - left_out


# --- how it runs ---------------------------------------------------------------------------------


def test_it_runs_the_program_as_nobody_in_particular_in_the_folder_of_the_data() -> None:
    assert [json.loads(rest) for rest in of(LAST, "ENTRYPOINT")] == [["uhc-llm"]]
    (user,) = of(LAST, "USER")
    number, _, group = user.partition(":")
    assert int(number) >= 1000
    assert int(group) >= 1000
    (made,) = (rest for rest in of(LAST, "RUN") if rest.startswith("useradd"))
    assert f"--uid {number}" in made
    assert of(LAST, "WORKDIR") == of(LAST, "VOLUME") == ["/data"]
    order = [step.name for step in LAST]
    assert max(i for i, name in enumerate(order) if name in ("RUN", "COPY")) < order.index("USER")


def test_its_labels_say_what_the_package_says() -> None:
    (labels,) = of(LAST, "LABEL")
    said = dict(part.split("=", 1) for part in shlex.split(labels))
    of_image = {key.removeprefix("org.opencontainers.image."): value for key, value in said.items()}
    assert of_image == {
        "title": PROJECT["name"],
        "description": PROJECT["description"],
        "version": uhc_llm.__version__,
        "licenses": PROJECT["license"],
        "authors": PROJECT["authors"][0]["name"],
    }


def builder() -> str:
    """The program that can build an image here; skips where there is none."""
    for name in ("podman", "docker"):
        # The client of docker may be there without its daemon.
        found = shutil.which(name)
        if (
            found
            and subprocess.run([found, "info"], capture_output=True, check=False).returncode == 0
        ):
            return found
    pytest.skip("neither podman nor a docker whose daemon runs is here")


@pytest.fixture(scope="module")
def image() -> Iterator[list[str]]:
    """The image, built; and the command that runs it, read-only and without a network."""
    program = builder()
    build = [program, "build", "--file", "Containerfile", "--tag", TAG, "."]
    subprocess.run(build, cwd=ROOT, check=True)
    yield [program, "run", "--rm", "--read-only", "--network", "none"]
    subprocess.run([program, "rmi", TAG], capture_output=True, check=False)


@pytest.mark.live
def test_it_reads_a_mounted_folder_and_writes_nothing_else(
    image: list[str], tmp_path: Path
) -> None:
    shutil.copy(ROOT / "examples" / "01-satu-daerah.txt", tmp_path)
    tmp_path.chmod(0o777)

    def run(*arguments: str) -> str:
        command = [*image, "--volume", f"{tmp_path}:/data", TAG, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    assert run("--version").split() == ["uhc-llm", uhc_llm.__version__]
    assert "96.93" in run("extract", "01-satu-daerah.txt", "--format", "csv")
    run("batch", ".", "--run", "run.db", "--strategy", "code")
    for made in ("report", "panel"):
        out = {"report": "report.html", "panel": "panel.xlsx"}[made]
        run(made, "run.db", *(["--output"] if made == "report" else []), out)
        assert (tmp_path / out).stat().st_size > 1_000
