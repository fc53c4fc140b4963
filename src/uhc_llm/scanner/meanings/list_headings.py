"""What the heading of a list says of its items: its last clause, and nothing before it."""

import re
from typing import Final, NamedTuple

from uhc_llm.scanner.meanings.heads import INTRODUCING, names_other_people, read_words
from uhc_llm.schemas import Metric, Unit

__all__ = ["JOINS", "Heading", "read_heading"]

JOINS: Final = re.compile(
    r"\b(?:dan|serta|atau|vs)\b|[&/;]|,\s*(?!per\b|menurut\b|tahun\b|data\b|di\b)[a-z]",
    re.IGNORECASE,
)
"""What stands between the matters of a title or of a heading: "JKN dan stunting"."""
_CLAUSE: Final = re.compile(r"[,;]\s+|\b(?:sedangkan|sementara|namun|tetapi)\b", re.IGNORECASE)
_AND: Final = re.compile(r"\b(?:dan|serta|maupun)\b", re.IGNORECASE)
_MOST_WORDS: Final = 3


class Heading(NamedTuple):
    """What a heading says.

    Attributes:
        words: the clause that says it; empty where it says nothing of that.
        metrics: what the items measure, likeliest first; empty where it leaves that open.
        is_nothing: whether the items are of another matter.
        doubt: why that is not sure; empty where it is.
    """

    words: str
    metrics: tuple[Metric, ...]
    is_nothing: bool
    doubt: str


def read_heading(heading: str, unit: Unit | None) -> Heading:
    """Read the heading of a list for items of a unit; its regions are left out before."""
    last = _CLAUSE.split(heading)[-1]
    for words in dict.fromkeys((last, heading)):
        said = read_words(words, unit)
        if said.is_nothing:
            is_joined = bool(JOINS.search(words))
            doubt = "its heading speaks of another matter too" if is_joined else ""
            return Heading(words, said.metrics, is_nothing=not is_joined, doubt=doubt)
        if said.metrics:
            is_several = len(said.metrics) > 1 and bool(_AND.search(words))
            doubt = "its heading speaks of several figures" if is_several else ""
            return Heading(words, said.metrics, is_nothing=False, doubt=doubt)
    unknown = [word for word in said.unknown if word not in INTRODUCING]
    if names_other_people(last):
        return Heading(last, (), is_nothing=True, doubt="")
    if unknown and len(heading.split()) <= _MOST_WORDS:
        return Heading("", (), is_nothing=False, doubt=f"its heading says {unknown[0]!r}")
    return Heading("", (), is_nothing=False, doubt="")
