"""Which articles of one set tell what others tell: nothing is scored on what was tuned on.

    python -m benchmarks.near_copies eval/blind.gold.jsonl eval/*.gold.jsonl

Articles of the first file beside those of all files, the first one too. Two of them are
near-copies where they share figures (the same event, rewritten), runs of words (the same words) or
the source of their figures. Articles that name one `event` are meant to. Prints each pair, and ends
with 1 where there are any.
"""

import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

RUN_OF_WORDS: Final = 5
"""So many words in a row, alike in two articles, are seldom chance."""

LEAST_DIGITS: Final = 4
"""A figure of so many digits, zeros at its ends left out, seldom comes twice by chance."""

SHARED_FIGURES: Final = 3
SHARED_WORDS: Final = 0.2
"""Near-copies share so many figures, or this part of the runs of the shorter one."""

_FIGURE: Final = re.compile(r"\d(?:[\d.,]*\d)?")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True)
class Article:
    """What is compared of an article.

    Attributes:
        name: file and id.
        event: what it tells, where its set says so.
        source: where its figures were published, if they were.
        figures: digits of the figures that are not round and no year.
        runs: every `RUN_OF_WORDS` words in a row, in small letters.
    """

    name: str
    event: str | None
    source: str | None
    figures: frozenset[str]
    runs: frozenset[tuple[str, ...]]


@dataclass(frozen=True)
class Pair:
    """Two articles that are near-copies.

    Attributes:
        names: of the two.
        figures: how many they share.
        words: the part of the shorter one's runs of words that the other has too.
        source: whether both have their figures from one place.
    """

    names: tuple[str, str]
    figures: int
    words: float
    source: bool


def figures_in(text: str) -> frozenset[str]:
    """Return the digits of figures that are not round and no year: "98,53" is "98.53"."""
    found = (match[0] for match in _FIGURE.finditer(text) if not _YEAR.fullmatch(match[0]))
    digits = (re.sub(r"\D", "", figure).strip("0") for figure in found)
    return frozenset(figure for figure in digits if len(figure) >= LEAST_DIGITS)


def runs_in(text: str) -> frozenset[tuple[str, ...]]:
    """Return every `RUN_OF_WORDS` words in a row."""
    words = re.findall(r"\w+", text.lower())
    return frozenset(zip(*(words[at:] for at in range(RUN_OF_WORDS)), strict=False))


def load(path: Path) -> list[Article]:
    """Read the articles of a set; those whose text stands in a file of their own too."""
    articles = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        text = row.get("text") or (path.parent / row["text_file"]).read_text(encoding="utf-8")
        name = f"{path.name.split('.')[0]}:{row['id']}"
        articles.append(
            Article(name, row.get("event"), row.get("source_url"), figures_in(text), runs_in(text))
        )
    return articles


def near_copies(these: Sequence[Article], those: Sequence[Article]) -> Iterator[Pair]:
    """Yield the pairs of near-copies, each once.

    An article is not held beside itself, nor beside one that names the same event.
    """
    seen: set[frozenset[str]] = set()
    for one in these:
        for other in those:
            names = frozenset({one.name, other.name})
            if len(names) == 1 or names in seen or (one.event and one.event == other.event):
                continue
            seen.add(names)
            figures = len(one.figures & other.figures)
            shorter = min(len(one.runs), len(other.runs))
            words = len(one.runs & other.runs) / shorter if shorter else 0.0
            source = one.source is not None and one.source == other.source
            if figures >= SHARED_FIGURES or words >= SHARED_WORDS or source:
                yield Pair((one.name, other.name), figures, words, source)


def main(arguments: Sequence[str]) -> int:
    """Print the near-copies; return 1 where there are any."""
    if not arguments:
        print(__doc__)
        return 2
    paths = [Path(argument) for argument in arguments]
    these = load(paths[0])
    those = [article for path in paths if path != paths[0] for article in load(path)]
    pairs = list(near_copies(these, [*these, *those]))
    for pair in pairs:
        shared = f"{pair.figures} figures, {pair.words:.0%} of the words"
        print(f"{' ~ '.join(pair.names)}: {shared}{', the source' if pair.source else ''}")
    print(f"{len(these)} articles beside {len(those)} others: {len(pairs)} near-copies")
    return 1 if pairs else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
