"""A tag publishes what was tried, and no job may do more than it needs."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from packaging.version import Version

import tasks
import uhc_llm

ROOT: Final = Path(__file__).resolve().parent.parent
GITHUB: Final = ROOT / ".github"
WORKFLOWS: Final = sorted((GITHUB / "workflows").glob("*.yml"))
IDS: Final = [path.stem for path in WORKFLOWS]

# What a hosted runner lets a job do is said by these words alone.
PINNED: Final = re.compile(r"[\w-]+/[\w.-]+@[0-9a-f]{40}")
LEAST: Final[dict[str, dict[str, dict[str, str]]]] = {
    "ci": {"ci": {"contents": "read"}, "check": {"contents": "read"}},
    "pages": {
        "build": {"contents": "read"},
        "publish": {"id-token": "write", "pages": "write"},
    },
    "release": {
        "build": {"contents": "read"},
        "publish": {"attestations": "write", "id-token": "write"},
        "release": {"contents": "write"},
    },
}


def workflow(path: Path) -> dict[str, Any]:
    """A workflow; YAML takes its key `on` for a truth value."""
    loaded: dict[Any, Any] = yaml.safe_load(path.read_text("utf-8"))
    return {"on" if key is True else str(key): value for key, value in loaded.items()}


RELEASE: Final = workflow(GITHUB / "workflows" / "release.yml")
JOBS: Final[dict[str, dict[str, Any]]] = RELEASE["jobs"]
TAGS: Final[list[str]] = RELEASE["on"]["push"]["tags"]


def uses(job: str) -> list[str]:
    """The actions of a job of the release, without their versions."""
    return [step["uses"].split("@")[0] for step in JOBS[job]["steps"] if "uses" in step]


def triggers(tag: str) -> bool:
    """Whether a tag starts a release: in these patterns `.` is a point, and `+` one or more."""
    return any(re.fullmatch(pattern.replace(".", r"\."), tag) for pattern in TAGS)


# --- all workflows -------------------------------------------------------------------------------


@pytest.mark.parametrize("path", WORKFLOWS, ids=IDS)
def test_each_job_may_do_what_it_needs_and_no_more(path: Path) -> None:
    written = workflow(path)
    allowed = {
        name: job.get("permissions", written["permissions"])
        for name, job in written["jobs"].items()
    }
    assert allowed == LEAST[path.stem]


@pytest.mark.parametrize("path", WORKFLOWS, ids=IDS)
def test_nothing_secret_is_kept_for_it(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "secrets." not in text
    assert "password" not in re.sub(r"^ *#.*$", "", text, flags=re.MULTILINE)


@pytest.mark.parametrize("path", WORKFLOWS, ids=IDS)
def test_an_action_is_pinned_by_its_commit_and_the_comment_says_which_version(path: Path) -> None:
    lines = re.findall(r"uses: (.+)$", path.read_text("utf-8"), flags=re.MULTILINE)
    assert lines
    for line in lines:
        action, _, version = line.partition(" # ")
        assert PINNED.fullmatch(action), line
        assert re.fullmatch(r"v\d+\.\d+\.\d+", version), line


def test_an_action_is_of_one_version_everywhere() -> None:
    text = "".join(path.read_text("utf-8") for path in WORKFLOWS)
    found = set(re.findall(r"uses: ([\w/.-]+)@(\w+)", text))
    assert len(found) == len({action for action, _ in found})


@pytest.mark.parametrize("path", WORKFLOWS, ids=IDS)
def test_a_job_ends_by_itself_and_leaves_no_token_in_the_tree(path: Path) -> None:
    for name, job in workflow(path)["jobs"].items():
        assert job["timeout-minutes"] <= 90, name
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False, name


@pytest.mark.parametrize("path", WORKFLOWS, ids=IDS)
def test_what_others_may_name_never_stands_in_a_command(path: Path) -> None:
    for job in workflow(path)["jobs"].values():
        assert not any("${{" in step.get("run", "") for step in job["steps"])


def test_every_version_of_python_is_tried() -> None:
    jobs = workflow(GITHUB / "workflows" / "ci.yml")["jobs"]
    (whole,) = (step["with"] for step in jobs["ci"]["steps"] if "python-version" in str(step))
    tried = {whole["python-version"], *jobs["check"]["strategy"]["matrix"]["python"]}
    first, last = tasks.OLDEST[1], tasks.NEWEST[1]
    assert tried == {f"3.{minor}" for minor in range(first, last + 1)}
    assert {"run": ".ci/run"} in jobs["ci"]["steps"]


# --- the release ---------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [uhc_llm.__version__, "12.0.345", "99.0.0rc1"])
def test_a_version_tag_starts_a_release(version: str) -> None:
    assert str(Version(version)) == version
    assert triggers(f"v{version}")


@pytest.mark.parametrize(
    "tag", ["0.1.0", "v0.1", "v1.0.0-rc1", "v1.0.0.dev1", "version-1", "v1x0x0"]
)
def test_another_tag_does_not(tag: str) -> None:
    assert not triggers(tag)


@pytest.mark.skipif(os.name != "posix", reason="the step is one of a POSIX shell")
@pytest.mark.parametrize(("tag", "code"), [(f"v{uhc_llm.__version__}", 0), ("v99.0.0", 1), ("", 1)])
def test_a_tag_that_is_not_the_version_ends_it(tag: str, code: int) -> None:
    (step,) = (
        step for step in JOBS["build"]["steps"] if step.get("name") == "the tag is the version"
    )
    variables = {**os.environ, "GITHUB_REF_NAME": tag}
    shell = ("/bin/bash", "-e", "-c")
    done = subprocess.run([*shell, step["run"]], cwd=ROOT, env=variables, check=False)
    assert done.returncode == code


def test_what_is_built_is_tried_before_it_goes_on() -> None:
    commands = [step["run"] for step in JOBS["build"]["steps"] if "run" in step]
    assert commands[1:] == ["python3 tasks.py check", "python3 tasks.py wheel"]
    assert all(command.split()[-1] in tasks.TASKS for command in commands[1:])
    (handed_on,) = (s["with"] for s in JOBS["build"]["steps"] if "upload" in s.get("uses", ""))
    assert handed_on["path"].split() == ["dist/*.whl", "dist/*.tar.gz"]
    assert handed_on["if-no-files-found"] == "error"
    assert (JOBS["publish"]["needs"], JOBS["release"]["needs"]) == ("build", "publish")


def test_who_publishes_runs_nothing_of_the_tree_and_waits_for_the_environment() -> None:
    assert JOBS["publish"]["environment"] == "pypi"
    assert not any("run" in step for step in JOBS["publish"]["steps"])
    assert uses("publish") == [
        "actions/download-artifact",
        "actions/attest-build-provenance",
        "pypa/gh-action-pypi-publish",
    ]


def test_only_who_publishes_says_who_it_is() -> None:
    with_identity = [name for name, job in JOBS.items() if "id-token" in job["permissions"]]
    assert with_identity == ["publish"]
    assert RELEASE["permissions"] == {}


def test_wheel_and_sdist_are_attached_to_the_release() -> None:
    assert uses("release") == ["actions/download-artifact"]
    (command,) = (step["run"] for step in JOBS["release"]["steps"] if "run" in step)
    assert command.startswith('gh release create "$GITHUB_REF_NAME" dist/*')
    assert "--verify-tag" in command


def test_actions_and_the_image_are_kept_up_to_date_and_the_locks_left_alone() -> None:
    settings = yaml.safe_load((GITHUB / "dependabot.yml").read_text("utf-8"))
    looked_at = {each["package-ecosystem"] for each in settings["updates"]}
    assert looked_at == {"github-actions", "docker"}
