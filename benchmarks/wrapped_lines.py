"""What is lost when a program has broken an article's lines: the F1 of gold articles, wrapped.

Usage: python -m benchmarks.wrapped_lines [GOLD.jsonl...]

Each paragraph is wrapped as mail programs and saved pages are: at several widths, with and without
line ends at hyphens, and with words hyphenated at the margin. The strategy `code`, which asks no
model, then reads the text with its lines put together again (or, with --as-is, as they are).
"""

import argparse
import random
import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from benchmarks.corpus import ROOT
from uhc_llm import Extractor
from uhc_llm.evaluation import LEVELS, GoldArticle, evaluate, load_gold, make_report
from uhc_llm.scanner.plain.edits import edited
from uhc_llm.scanner.plain.lines import line_edits

FILES: Final = (ROOT / "eval" / "dev.gold.jsonl", ROOT / "eval" / "tuning.gold.jsonl")
WIDTHS: Final = (40, 60, 72, 80, 100)
MOST_LOST: Final = 0.005
_LONGEST_WORD: Final = 6
# "ke-se-ha-tan", "ta-han": before a consonant (two letters may be one) and its vowel.
_SYLLABLE: Final = re.compile(
    r"(?<=[aiueo])(?=(?:ng|ny|sy|kh|[b-df-hj-np-tv-z])[aiueo])"
    r"|(?<=[b-df-hj-np-tv-z])(?<!n(?=[gy]))(?<!s(?=y))(?<!k(?=h))(?=[b-df-hj-np-tv-z][aiueo])"
)

Wrapper = Callable[[str, int], list[str]]


def at_spaces(paragraph: str, width: int) -> list[str]:
    """Lines that end where words do."""
    return textwrap.wrap(paragraph, width, break_on_hyphens=False, break_long_words=False)


def at_hyphens(paragraph: str, width: int) -> list[str]:
    """Lines that may end behind a hyphen too."""
    return textwrap.wrap(paragraph, width, break_on_hyphens=True, break_long_words=False)


def in_words(paragraph: str, width: int) -> list[str]:
    """Lines as books have them, with words hyphenated at the margin."""
    lines = [""]
    for word in paragraph.split(" "):
        line = f"{lines[-1]} {word}".lstrip()
        if len(line) <= width:
            lines[-1] = line
            continue
        head, tail = _hyphenated(word, width - len(lines[-1]) - 1)
        lines[-1] = f"{lines[-1]} {head}".strip()
        lines.append(tail)
    return [line for line in lines if line]


def on_paper(paragraph: str, width: int) -> list[str]:
    """Lines of one width on paper, where letters are of several: their lengths vary."""
    dice = random.Random(paragraph)  # noqa: S311 - no secret
    lines, limit = [""], width
    for word in paragraph.split(" "):
        line = f"{lines[-1]} {word}".lstrip()
        if len(line) <= limit:
            lines[-1] = line
        else:
            lines.append(word)
            limit = width + round(dice.uniform(-0.07, 0.07) * width)
    return lines


WRAPPERS: Final[dict[str, Wrapper]] = {
    "at spaces": at_spaces,
    "at hyphens": at_hyphens,
    "in words": in_words,
    "on paper": on_paper,
}


def _hyphenated(word: str, room: int) -> tuple[str, str]:
    """What of a word fits, with its hyphen, and the rest; ("", word) where nothing does."""
    if not word.isalpha() or len(word) < _LONGEST_WORD or word.isupper():
        return "", word
    places = [place.start() for place in _SYLLABLE.finditer(word.lower())]
    fitting = [place for place in places if 2 <= place < min(room, len(word) - 1)]  # noqa: PLR2004
    if not fitting:
        return "", word
    return f"{word[: fitting[-1]]}-", word[fitting[-1] :]


def wrapped(text: str, width: int, wrap: Wrapper) -> str:
    """The text with each of its paragraphs wrapped."""
    return "\n".join("\n".join(wrap(line, width) or [""]) for line in text.split("\n"))


def unwrapped(text: str) -> str:
    """The text with its lines put together."""
    return edited(text, line_edits(text))[0]


def reached(articles: Sequence[GoldArticle]) -> list[float]:
    """The F1 of the strategy `code` at each level."""
    report = make_report(articles, evaluate(articles, Extractor(strategy="code")))
    return [report.levels[level].f1 for level in LEVELS]


def table(path: Path, *, as_is: bool) -> Iterator[tuple[str, float]]:
    """The rows for one file, each with the most that is lost at a level."""
    articles = load_gold(path)
    whole = reached(articles)
    yield f"{path.name:30}" + "".join(f"{level:>9}" for level in LEVELS), 0.0
    yield f"{'as it was':30}" + "".join(f"{f1:9.3f}" for f1 in whole), 0.0
    for name, wrap in WRAPPERS.items():
        for width in WIDTHS:
            read = (lambda text: text) if as_is else unwrapped
            broken = [a._replace(text=read(wrapped(a.text, width, wrap))) for a in articles]
            changes = [f1 - before for f1, before in zip(reached(broken), whole, strict=True)]
            row = f"{f'{name}, {width} columns':30}" + "".join(f"{c:+9.3f}" for c in changes)
            yield row, -min(changes)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print what is lost at each width."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path, default=FILES, metavar="GOLD.jsonl")
    parser.add_argument("--as-is", action="store_true", help="leave the lines as they were broken")
    options = parser.parse_args(arguments)
    for path in options.files:
        for row, lost in table(path, as_is=options.as_is):
            print(f"{row}  <-- more than {MOST_LOST}" if lost > MOST_LOST else row)


if __name__ == "__main__":
    main()
