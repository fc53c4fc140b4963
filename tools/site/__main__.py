"""Build the site of the documentation into `site/html/`: `python -m tools.site`."""

import subprocess
import sys
from pathlib import Path
from typing import Final

from tools.site.built import problems
from tools.site.reference import pages
from tools.site.staging import BrokenLinksError, stage

__all__ = ["build"]

ROOT: Final = Path(__file__).resolve().parents[2]
PAGES: Final = ROOT / "site" / "pages"
HTML: Final = ROOT / "site" / "html"


def build() -> int:
    """Build the site, and return the exit code: 1 where anything on it is wrong."""
    try:
        stage(ROOT, PAGES)
    except BrokenLinksError as broken:
        print(broken)
        return 1
    for place, text in pages().items():
        path = PAGES / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")
    line = [sys.executable, "-m", "zensical", "build", "--clean", "--strict"]
    done = subprocess.run(line, cwd=ROOT, check=False)  # noqa: S603
    if done.returncode:
        return 1
    wrong = problems(HTML)
    print("\n".join(wrong) or f"{len(list(HTML.rglob('*.html')))} pages: {HTML.relative_to(ROOT)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(build())
