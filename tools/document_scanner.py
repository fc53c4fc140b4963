"""Write docs/scanning.md: every rule of the scanner with a sentence, and what `scan` makes of it.

Usage: python tools/document_scanner.py [--check]

The sentences stand in scanner_examples.toml beside this program, and what is read in them comes
from running `scan`, so the page says what the code does and nothing else.
"""

import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final, Literal, NamedTuple

from tools.written_page import settle
from uhc_llm.documents import Document
from uhc_llm.scanner import scan
from uhc_llm.scanner.calendar import MONTHS
from uhc_llm.scanner.quantities.words import (
    CURRENCY_SCALES,
    QUALIFIERS_AFTER,
    QUALIFIERS_BEFORE,
    SCALES,
    UNIT_OF_NOUN,
)
from uhc_llm.scanner.regions.gazetteer import gazetteer
from uhc_llm.schemas import Mention, PeriodMention, Reading, Region, RegionMention

HERE: Final = Path(__file__).resolve().parent
EXAMPLES: Final = HERE / "scanner_examples.toml"
PAGE: Final = HERE.parent / "docs" / "scanning.md"

OPENING: Final = """\
# What is read, and how

`scan` finds every number, period and region of an Indonesian text by code alone: no model is asked,
and what can be read in two ways is said to be so. This page shows each rule on a sentence, with
what comes out; `python3 tasks.py docs` writes it by running `scan`. Every sentence, and every
figure in it, is made up.

Of a number the tables show the value and the unit, then what else there is to say: a hedge, a kind
when it is no quantity, and in italics its flags. A dash means that nothing is read.
"""

_ESCAPED: Final = str.maketrans({c: f"\\{c}" for c in "\\`*_<>[]|#"} | {"\n": "<br>", "\t": " ⇥ "})


class Example(NamedTuple):
    """A sentence that shows a rule.

    Attributes:
        rule: what it shows, in a few words.
        text: the sentence, or several lines.
        published: the date of the article that it stands in.
        is_silent: whether the rule says what is not read, so that nothing ought to come out.
        format: HTML is read as a page.
    """

    rule: str
    text: str
    published: date | None = None
    is_silent: bool = False
    format: Literal["text", "html"] = "text"

    def read(self) -> Reading:
        """What `scan` makes of it."""
        document = Document(text=self.text)
        if self.format == "html":
            document = Document.from_html(self.text)
        return scan(document, published=self.published)


class Group(NamedTuple):
    """Rules that belong together, and what of a reading shows them."""

    title: str
    shows: str
    prose: str
    examples: tuple[Example, ...]


def groups() -> tuple[Group, ...]:
    """The table of examples."""
    table = tomllib.loads(EXAMPLES.read_text("utf-8"))
    return tuple(
        Group(
            title=group["title"],
            shows=group["shows"],
            prose=group["prose"].strip(),
            examples=tuple(Example(**example) for example in group["examples"]),
        )
        for group in table["group"]
    )


def page() -> str:
    """The page as it ought to be."""
    sections = [OPENING.strip(), *map(_section, groups()), *_vocabulary()]
    return "\n\n".join(sections) + "\n"


# --- examples ------------------------------------------------------------------------------------


def _section(group: Group) -> str:
    if group.shows == "page":
        shown = [_web_page(example) for example in group.examples]
    else:
        rows = [_row(example, SHOWN[group.shows]) for example in group.examples]
        shown = ["\n".join([*_table("Rule", "Sentence", "Read as"), *rows])]
    return "\n\n".join([f"## {group.title}", group.prose, *shown])


def _web_page(example: Example) -> str:
    reading = example.read()
    shown = _table("Of what", "Read as")
    rows = [f"| {name} | {'<br>'.join(SHOWN[name](reading))} |" for name in EVERYTHING]
    return "\n\n".join(
        [
            f"```html\n{example.text.strip()}\n```",
            f"The text of it:\n\n```text\n{reading.text}\n```",
            "\n".join([f"The article's date is {reading.published}.", "", *shown, *rows]),
        ]
    )


def _row(example: Example, shown: Callable[[Reading], Iterable[str]]) -> str:
    lines = "<br>".join(shown(example.read())) or "–"
    dated = f"<br>({example.published.isoformat()})" if example.published else ""
    return f"| {example.rule} | {_plain(example.text)}{dated} | {lines} |"


def _table(*columns: str) -> tuple[str, str]:
    return f"| {' | '.join(columns)} |", f"|{' --- |' * len(columns)}"


def _plain(text: str) -> str:
    """A text that Markdown shows as it stands."""
    return text.replace("&", "&amp;").translate(_ESCAPED)


def _quoted(text: str) -> str:
    r"""The words of a mention. A bar ends a table's cell even in code, unless it is escaped."""
    return "`" + " ".join(text.split()).replace("|", r"\|") + "`"


def _digits(value: Decimal) -> str:
    return format(value.normalize(), "f")


def _numbers(reading: Reading) -> Iterator[str]:
    for mention in reading.mentions:
        yield f"{_quoted(mention.text)}: {_number(mention)}"


def _number(mention: Mention) -> str:
    values = " or ".join(map(_digits, mention.readings)) or _digits(mention.value)
    if mention.upper is not None:
        values += f" to {_digits(mention.upper)}"
    said = [f"{values} {mention.unit}" if mention.unit else values]
    if mention.qualifier != "exact":
        said.append(mention.qualifier)
    if mention.kind != "quantity":
        said.append(mention.kind)
    return ", ".join([*said, *(f"*{flag}*" for flag in mention.flags)])


def _precision(reading: Reading) -> Iterator[str]:
    for mention in reading.mentions:
        resolution = f"resolution {_digits(mention.resolution)}"
        yield f"{_quoted(mention.text)}: {_number(mention)}, {resolution}"


def _periods(reading: Reading) -> Iterator[str]:
    for period in reading.periods:
        # The article's own date has no place in the text; the row says it already.
        if period.text:
            yield f"{_quoted(period.text)}: {_period(period)}"


def _period(period: PeriodMention) -> str:
    said = [period.iso, period.source]
    if period.part is not None:
        said.append(period.part)
    if period.weekday_agrees is not None:
        said.append("weekday agrees" if period.weekday_agrees else "weekday does not agree")
    return ", ".join(said)


def _regions(reading: Reading) -> Iterator[str]:
    for region in reading.regions:
        yield f"{_quoted(region.text)}: {_region_mention(region)}"


def _region_mention(mention: RegionMention) -> str:
    meant = " or ".join(map(_region, mention.candidates or (mention,)))
    return f"{meant}, by reference" if mention.implied else meant


def _region(region: Region) -> str:
    code = region.code or "no code"
    within = f" in {region.province}" if region.province not in (None, region.name) else ""
    return f"{region.name} ({code}, {region.level}{within})"


def _main_region(reading: Reading) -> Iterator[str]:
    for region in reading.regions:
        if region.id == reading.main_region:
            yield f"{_region(region)}: {'; '.join(reading.main_region_reasons)}"
            return


def _asides(reading: Reading) -> Iterator[str]:
    for aside in reading.asides:
        yield f"{aside.kind}: {_quoted(reading.text[aside.start : aside.end])}"
    yield from _numbers(reading)


SHOWN: Final[Mapping[str, Callable[[Reading], Iterable[str]]]] = {
    "numbers": _numbers,
    "precision": _precision,
    "periods": _periods,
    "regions": _regions,
    "main region": _main_region,
    "asides": _asides,
    "page": _numbers,
}
EVERYTHING: Final = ("numbers", "periods", "regions")


# --- vocabulary ----------------------------------------------------------------------------------


def _vocabulary() -> Iterator[str]:
    """The words of the tables, and how many names the gazetteer has."""
    yield (
        "## The words\n\n"
        "All of them stand in `src/uhc_llm/scanner/data/`, where a line more is a word more."
    )
    scales = {word: _digits(factor) for word, factor in SCALES.items()}
    currency = {word: f"{_digits(n)}, with a currency" for word, n in CURRENCY_SCALES.items()}
    yield "### Units\n\n" + _words("Unit", "Nouns", UNIT_OF_NOUN)
    yield "### Scales\n\n" + _words("Factor", "Words", scales | currency)
    yield "### Hedges before the number\n\n" + _words("Hedge", "Words", QUALIFIERS_BEFORE)
    yield "### Hedges behind the number\n\n" + _words("Hedge", "Words", QUALIFIERS_AFTER)
    months = {name: str(month) for name, month in MONTHS.items()}
    yield "### Months\n\n" + _words("Month", "Names", months)
    yield _gazetteer()


def _words(key: str, column: str, table: Mapping[str, str]) -> str:
    """The words of a table, gathered by what they mean."""
    gathered: dict[str, list[str]] = {}
    for word, meaning in table.items():
        gathered.setdefault(meaning, []).append(word)
    rows = (f"| {meaning} | {_plain(', '.join(words))} |" for meaning, words in gathered.items())
    return "\n".join([*_table(key, column), *rows])


def _gazetteer() -> str:
    known = gazetteer()
    levels = [region.level for region in known.by_code.values()]
    rows = [f"| {level} | {levels.count(level)} |" for level in dict.fromkeys(levels)]
    names = [name for name in known.names.values() if name.behind_level]
    shared = [name for name in names if len(name.regions) > 1]
    counts = (
        f"{len(levels)} regions of today go by {len(names)} names, former ones too, to which\n"
        "Kota, Kabupaten or Provinsi may be added; without one of these words\n"
        f"{len(shared)} of them can mean more than one region."
    )
    return "\n".join(["## The gazetteer", "", counts, "", *_table("Level", "Regions"), *rows])


def main(arguments: Sequence[str]) -> int:
    """Write the page, or with --check only compare it."""
    return settle(PAGE, page(), "what scan says", arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
