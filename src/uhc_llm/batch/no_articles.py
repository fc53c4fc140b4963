"""What lies in a folder of articles and is none."""

import re
import tomllib
from fnmatch import translate
from importlib.resources import files
from pathlib import Path
from stat import S_ISREG
from typing import Any, Final

from uhc_llm.documents.beside import is_beside

__all__ = ["has_sentence", "no_article"]


def _table() -> dict[str, Any]:
    file = files("uhc_llm.batch").joinpath("no_articles.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


_TABLE: Final = _table()
_NAMES: Final = re.compile("|".join(map(translate, _TABLE["names"])), re.IGNORECASE)
_WORDS_OF_SENTENCE: Final[int] = _TABLE["words_of_sentence"]
_WORDS_OF_TEXT: Final[int] = _TABLE["words_of_text"]
_DESCRIBING: Final = frozenset({".json", ".yaml", ".yml"})
# An address, an option or a version is no word.
_WORD: Final = re.compile(
    r"(?<!\S)[^\w\s]{0,3}[^\W\d_]{2,40}(?:[-'’][^\W\d_]{1,40})?[^\w\s]{0,3}(?!\S)"
)


def no_article(file: Path, texts: frozenset[str]) -> str | None:
    """Why a file in a folder is no article, as far as that shows without reading it.

    Args:
        file: the file.
        texts: the suffixes of articles.

    Returns:
        What it is, such as "README.md", "empty" or "beside an article"; None of what may be one.
    """
    try:
        seen = file.stat()
    except OSError:
        seen = None  # a link that leads nowhere, which whoever reads it will say
    if seen is not None and not S_ISREG(seen.st_mode):
        return "no regular file"
    if _NAMES.match(file.name):
        return file.name
    if file.suffix.lower() in texts and seen is not None and seen.st_size == 0:
        return "empty"
    if file.suffix.lower() in _DESCRIBING and is_beside(file, texts):
        return "beside an article"
    return None


def has_sentence(text: str) -> bool:
    r"""Whether somebody says something in a text.

    >>> has_sentence("Cakupan JKN Kota Batu 98,4 persen."), has_sentence("numpy==2.1\\nruff")
    (True, False)
    """
    total = 0
    for line in text.split("\n"):
        words = sum(1 for _ in _WORD.finditer(line))
        total += words
        if words >= _WORDS_OF_SENTENCE or total >= _WORDS_OF_TEXT:
            return True
    return False
