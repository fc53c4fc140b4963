"""What the clause of a period is about: a time of other matters is not that of a figure."""

import re
from functools import lru_cache
from typing import Final

from uhc_llm.reader.article import Article
from uhc_llm.scanner.periods.words import COVERAGE_WORDS, FUTURE, OTHER_MATTERS
from uhc_llm.schemas import PeriodMention

__all__ = ["clause_around"]

# Of a clause so many characters are looked at, on either side of its period.
_CLAUSE: Final = 160
_CLAUSE_END: Final = re.compile(
    r"[.;:,!?](?=\s|\Z)|\n|\b(?:sedangkan|sementara|tetapi|namun|padahal|sehingga|dan|serta)\b"
)
_MATTERS: Final = (
    ("of coverage", COVERAGE_WORDS),
    ("of other matters", OTHER_MATTERS),
    ("to come", FUTURE),
)
_WORD: Final = re.compile(r"[a-z]+")


def clause_around(article: Article, period: PeriodMention) -> str:
    """What the clause of a period is about: coverage, other matters, either or neither; to come."""
    return _about(article.reading.text, period.start, period.end)


@lru_cache(maxsize=256)  # every number of an article asks for those of the same periods
def _about(text: str, start: int, end: int) -> str:
    look_back, look_ahead = max(0, start - _CLAUSE), end + _CLAUSE
    begins = [found.end() for found in _CLAUSE_END.finditer(text, look_back, start)]
    found = _CLAUSE_END.search(text, end, look_ahead)
    clause = text[begins[-1] if begins else look_back : found.start() if found else look_ahead]
    words = set(_WORD.findall(clause.lower()))
    about = [name for name, few in _MATTERS if not few.isdisjoint(words)]
    return " and ".join(about) or "of nothing known"
