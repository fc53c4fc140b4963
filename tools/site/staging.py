"""A copy of the pages in which every link leads within the site.

Pages link to each other, and to files, by where these stand in the repository. The site has no
other files than those that some page links to: they lie under `files/`, so that nobody is asked for
anything.
"""

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

__all__ = ["OTHER_PAGES", "BrokenLinksError", "stage"]

OTHER_PAGES: Final[Mapping[str, str]] = {
    "CHANGELOG.md": "project/changelog.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "README.id.md": "project/readme-id.md",
    "README.md": "project/readme.md",
    "SECURITY.md": "project/security.md",
    "eval/GUIDE.md": "project/labelling.md",
    "eval/README.md": "project/benchmark.md",
    "examples/README.md": "project/examples.md",
}
"""What of the repository is a page too, and which one."""

_FILES: Final = "files"
_FENCED: Final = re.compile(r"(^ *```.*?^ *```\n)", re.MULTILINE | re.DOTALL)
_LINK: Final = re.compile(r"(?P<before>\]\(|(?:href|src)=\")(?P<target>[^)\s\"]+)(?P<after>[)\"])")
_FOR_THE_SITE: Final = re.compile(r"<!-- site: (.+?) -->", re.DOTALL)
_ELSEWHERE: Final = re.compile(r"[a-z]+:|#")


class BrokenLinksError(Exception):
    """Links that lead nowhere, a line each."""


def stage(root: Path, out: Path) -> None:
    """Copy the pages of a repository, and what they link to, into a folder that is made anew.

    A comment `<!-- site: TEXT -->` becomes its text: what is there on the site alone.

    Raises:
        BrokenLinksError: a page links to what is not there.
    """
    shutil.rmtree(out, ignore_errors=True)
    places = _places(root)
    broken: list[str] = []
    for source, place in places.items():
        target = out / place
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.suffix != ".md":
            shutil.copyfile(root / source, target)
            continue
        page = _FOR_THE_SITE.sub(r"\1", (root / source).read_text("utf-8"))
        parts = _FENCED.split(page)
        for at in range(0, len(parts), 2):
            parts[at] = _LINK.sub(_Links(root, out, places, source, broken), parts[at])
        target.write_text("".join(parts), "utf-8", newline="\n")
    if broken:
        raise BrokenLinksError("\n".join(broken))


def _places(root: Path) -> dict[str, str]:
    """Where each page and picture goes."""
    docs = sorted(path for path in (root / "docs").rglob("*") if path.is_file())
    own = {
        path.relative_to(root).as_posix(): path.relative_to(root / "docs").as_posix()
        for path in docs
    }
    return own | {source: to for source, to in OTHER_PAGES.items() if (root / source).is_file()}


class _Links:
    """The links of one page, as the site has them."""

    def __init__(
        self, root: Path, out: Path, places: Mapping[str, str], source: str, broken: list[str]
    ) -> None:
        self._root, self._out, self._places = root, out, places
        self._source, self._broken = source, broken

    def __call__(self, link: re.Match[str]) -> str:
        path, hash_, anchor = link["target"].partition("#")
        if _ELSEWHERE.match(link["target"]):
            return link[0]
        wanted = os.path.normpath(os.path.join(os.path.dirname(self._source), path))  # noqa: PTH118, PTH120
        place = self._place(Path(wanted).as_posix())
        if place is None:
            self._broken.append(f"{self._source}: {link['target']} is not there")
            return link[0]
        here = Path(self._places[self._source]).parent
        to = Path(os.path.relpath(place, here)).as_posix()
        return f"{link['before']}{to}{hash_}{anchor}{link['after']}"

    def _place(self, wanted: str) -> str | None:
        """Where a page, a file or a folder of the repository is on the site."""
        known = self._places.get(wanted) or self._places.get(f"{wanted}/README.md")
        if known is not None:
            return known
        if wanted.startswith("docs/reference/"):
            return wanted.removeprefix("docs/")  # written out of the code; `built` looks for it
        if not (self._root / wanted).is_file():
            return None
        copied = self._out / _FILES / wanted
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self._root / wanted, copied)
        return f"{_FILES}/{wanted}"
