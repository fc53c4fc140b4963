"""Write docs/reading.md: what the reader sees in one article, and what it makes of it.

Usage: python -m tools.document_reading [--check]
"""

import sys
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Final

from jinja2 import StrictUndefined, Template

from tools.written_page import settle
from uhc_llm import Extractor
from uhc_llm.documents import read_document
from uhc_llm.reader import Interpretation, Understanding, interpret
from uhc_llm.scanner import scan_plain

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs" / "reading.md"
TEMPLATE: Final = ROOT / "tools" / "reading.md.j2"
ARTICLE: Final = ROOT / "examples" / "03-target-dan-capaian.txt"
NUMBER: Final = "93,43 persen"
SAMPLE: Final = 40


def page() -> str:
    """The whole page, as the reader reads now."""
    document = read_document(ARTICLE)
    understanding = interpret(scan_plain(document).reading)
    with Extractor(strategy="code", explain=True) as extractor:
        facts = extractor.extract(document).facts
    fact = next(f for f in facts if f.evidence and f.evidence.quote == NUMBER)
    read = next(each for each in understanding.numbers if each.mention.text == NUMBER)
    template = Template(
        TEMPLATE.read_text("utf-8"),
        trim_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    written: str = template.render(
        article=ARTICLE.relative_to(ROOT).as_posix(),
        text=document.text.strip(),
        topic=understanding.topic,
        rows=list(_rows(understanding)),
        number=NUMBER,
        features=_features(understanding, read),
        sample=SAMPLE,
        fields=fact.reading,
        size=len(files("uhc_llm.reader").joinpath("data/weights.xz").read_bytes()),
    )
    return written


def _rows(understanding: Understanding) -> Iterator[list[str]]:
    for read in understanding.numbers:
        row = [read.mention.text, *_two(read.meanings)]
        if read.places:
            places = [(" + ".join(r.name for r in p.regions) or "none", s) for p, s in read.places]
            times = [(moment.iso or "none", share) for moment, share in read.moments]
            row += [read.segments[0][0], *_two(places), *_two(times)]
        yield row + [""] * (8 - len(row))


def _two(choices: Sequence[tuple[str, float]]) -> tuple[str, str]:
    """The likeliest choice and the next one, each with its probability."""
    said = [f"{name.replace('_', ' ')} {share:.2f}" for name, share in choices[:2]]
    return said[0], said[1] if len(said) > 1 else ""


def _features(understanding: Understanding, read: Interpretation) -> list[str]:
    """What was looked at in choosing the meaning of a number."""
    sight, steps = understanding.sight, understanding.steps_to(read)
    return list(dict.fromkeys([*sight.own(read.around), *sight.meaning(read.around, steps)]))


def main(arguments: Sequence[str]) -> int:
    """Write the page, or with --check only compare it."""
    return settle(PAGE, page(), "what is read", arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
