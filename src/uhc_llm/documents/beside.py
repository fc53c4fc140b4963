"""What is said of an article in front of its text, or in a file beside it.

---                              laporan.txt, laporan.json, laporan.meta.json, laporan.yaml
judul: Blora Kejar UHC
tanggal: 14 Mei 2024
---
BLORA - Cakupan ...
"""

import logging
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from uhc_llm.documents.json_text import decoded_json
from uhc_llm.errors import InputError

__all__ = ["FrontMatter", "front_matter", "is_beside", "said_beside"]

logger = logging.getLogger(__name__)

_MOST: Final = 10_000
_HEAD: Final = re.compile(
    r"\ufeff*---[ \t]*\r?\n(?P<yaml>(?:(?!(?:---|\.\.\.)[ \t]*\r?$).{0,2000}\n){1,100}?)"
    r"(?:---|\.\.\.)[ \t]*\r?(?:\n|\Z)",
    re.MULTILINE,
)
# Else a text begins with a rule.
_LINE: Final = re.compile(r"[^\W\d_][\w .-]{0,40}:(?:\s|\Z)|[ \t#-]|\s*\Z")
_JSON: Final = (".json", ".meta.json")
_YAML: Final = (".yaml", ".yml", ".meta.yaml", ".meta.yml")
_LARGEST: Final = 1_000_000


class FrontMatter(NamedTuple):
    """What stands before a text, and the offset at which the text begins."""

    cells: Mapping[str, object]
    end: int


def front_matter(text: str, source: str) -> FrontMatter:
    """The front matter of a text: lines of YAML between two lines `---` at its very beginning.

    Args:
        text: the text as it was decoded.
        source: what it is called in messages.

    Raises:
        InputError: it is no YAML, or PyYAML is not installed.
    """
    head = _HEAD.match(text, 0, _MOST) if text.lstrip("\ufeff").startswith("---") else None
    if head is None or not all(map(_LINE.match, head["yaml"].split("\n"))):
        return FrontMatter({}, 0)
    cells = _yaml(head["yaml"], f"the front matter of {source}", lines_before=1)
    return FrontMatter(cells, head.end()) if isinstance(cells, dict) else FrontMatter({}, 0)


def said_beside(path: Path) -> Mapping[str, object]:
    """What a file beside an article says of it; nothing when there is none.

    A file that holds something else, such as the facts that came out of the article, says nothing.

    Raises:
        InputError: it is YAML and damaged, or PyYAML is not installed.
    """
    for file in _names_beside(path):
        cells = _cells(file) if file.is_file() and file.stat().st_size <= _LARGEST else None
        if isinstance(cells, dict):
            return {str(key): value for key, value in cells.items()}
    return {}


def is_beside(path: Path, texts: frozenset[str]) -> bool:
    """Whether a file stands beside an article and says something of it.

    Args:
        path: the file.
        texts: the suffixes of articles.
    """
    for suffix in (*_JSON, *_YAML):
        if path.name.lower().endswith(suffix):
            stem = path.name[: -len(suffix)]
            if any(path.with_name(f"{stem}{text}").is_file() for text in texts):
                return True
    return False


def _names_beside(path: Path) -> list[Path]:
    names = (path.with_name(f"{path.stem}{suffix}") for suffix in (*_JSON, *_YAML))
    return [name for name in names if name != path]


def _cells(file: Path) -> object:
    text = file.read_text(encoding="utf-8-sig", errors="replace")
    if file.suffix != ".json":
        return _yaml(text, repr(str(file)))
    try:
        return decoded_json(text)
    except InputError as error:
        logger.warning("%s says nothing of its article: %s", file, error)
        return None


def _yaml(text: str, source: str, *, lines_before: int = 0) -> Any:  # noqa: ANN401 - whatever it holds
    try:
        import yaml
    except ImportError as error:
        raise InputError(
            f"{source} is YAML, and reading that needs an extra: pip install 'uhc-llm[batch]'"
        ) from error
    try:
        cells = yaml.safe_load(text)
    except Exception as error:  # PyYAML raises KeyError, IndexError and others at "!!bool x"
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1 + lines_before}" if mark else ""
        raise InputError(
            f"{source} is no YAML{line}: put a value that holds a colon in quotation marks"
        ) from error
    return {str(key): value for key, value in cells.items()} if isinstance(cells, dict) else cells
