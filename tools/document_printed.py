"""Write what commands print into the pages that show it: README, in each language, and SECURITY.

A page names the command before the block: `<!-- printed: uhc-llm extract article.txt -->`. It is
run as on a wide terminal, by somebody who has no key, in the language of the page.
"""

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tools.written_page import settle
from uhc_llm.language import Language

__all__ = ["PAGES", "filled", "main"]

ROOT: Final = Path(__file__).resolve().parent.parent
PAGES: Final[Mapping[Path, Language]] = {
    ROOT / "README.md": "en",
    ROOT / "README.id.md": "id",
    ROOT / "SECURITY.md": "en",
}
"""Each with its language."""

_BLOCK: Final = re.compile(r"(<!-- printed: (.+?) -->\n\n```\n).*?(\n```\n)", re.DOTALL)
# The narrowest screen on which a table has the text's own words.
_SCREEN: Final = {"COLUMNS": "110", "PYTHONUTF8": "1"}


def filled(page: str, language: Language = "en") -> str:
    """A page with what its commands print now."""
    return _BLOCK.sub(lambda block: f"{block[1]}{printed(block[2], language)}{block[3]}", page)


def printed(command: str, language: Language) -> str:
    """What a command of ours prints on a terminal, without blanks at the ends of lines."""
    program, *arguments = command.split()
    # A pipe would get JSON.
    line = [str(Path(sys.executable).with_name(program)), *arguments, "--format", "table"]
    keyless = {
        name: value
        for name, value in os.environ.items()
        if not name.endswith("_API_KEY") and name != "UHC_LLM_MODEL"
    }
    variables = {**keyless, **_SCREEN, "UHC_LLM_LANG": language}
    done = subprocess.run(line, cwd=ROOT, env=variables, capture_output=True, check=True)  # noqa: S603
    return "\n".join(each.rstrip() for each in done.stdout.decode("utf-8").strip().splitlines())


def main(arguments: Sequence[str]) -> int:
    """Write the pages, or with --check only compare them, and return the exit code."""
    codes = [
        settle(
            page, filled(page.read_text("utf-8"), language), "what its commands print", arguments
        )
        for page, language in PAGES.items()
    ]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
