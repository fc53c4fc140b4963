"""Take the messages out of the code, put them into the catalogues, and compile these.

    python3 tasks.py messages           take out, update, compile
    python3 tasks.py messages --check   say only whether that would change anything

Messages are what the code, the templates and the scripts mark (`_`, `ngettext`, `pgettext`,
`later`), and the words of the vocabulary, which are no sentences of the code: names of metrics,
statuses and the like under the context "term", what metrics, segments and rules are said to be, and
the helps of the command line.
"""

import io
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Final, get_args

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from typer.main import get_group

from uhc_llm import schemas
from uhc_llm.batch.decisions import Action
from uhc_llm.batch.result_tables import TABLES, Column
from uhc_llm.batch.sheets import EXPLANATION
from uhc_llm.batch.vocabularies import CELL_KINDS
from uhc_llm.cli import app
from uhc_llm.cli.help import say_anew
from uhc_llm.evaluation.scoring import Level
from uhc_llm.language import LANGUAGES
from uhc_llm.pages.marking import MarkKind
from uhc_llm.panel.choosing import RULES as CHOICE_RULES
from uhc_llm.panel.conflicts import KINDS
from uhc_llm.panel.tables import PANEL, TARGETS
from uhc_llm.reader.interpretation import Meaning
from uhc_llm.reader.weights import load_weights
from uhc_llm.report.figures import Part
from uhc_llm.report.overview import STATES, first_sentence
from uhc_llm.verifier import RULES

__all__ = ["catalogue", "compiled", "extracted", "for_scripts", "terms", "updated", "written"]

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGE: Final = ROOT / "src" / "uhc_llm"
TRANSLATED: Final = tuple(language for language in LANGUAGES if language != "en")

_KEYWORDS: Final = {
    "_": None,
    "gettext": None,
    "later": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
_OPTIONS: Final = {"**.html": {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}}
# Babel's own reader of scripts misses what stands within a template string.
_STRING: Final = r'"(?:[^"\\]|\\.)*+"'
_IN_SCRIPT: Final = re.compile(rf"(?<![\w$.])(_|ngettext)\(\s*({_STRING})(?:,\s*({_STRING}))?")
# The vocabulary whose names are shown as words.
_NAMED: Final = (
    schemas.Metric,
    schemas.Unit,
    schemas.Status,
    schemas.Segment,
    schemas.Qualifier,
    schemas.Kind,
    schemas.DeclarationStatus,
    schemas.Level,
    schemas.Verdict,
    schemas.Severity,
    schemas.AsideKind,
    schemas.TableForm,
    schemas.FactField,
    MarkKind,
    Part,
    Action,
    Level,
)
# What else is shown as a word: verdicts of the panel, the names of what made a result.
_OTHERS: Final = (
    "reviewed", "derived", "members", "text", "published",
    "model", "answered_by", "strategy", "prompt", "prompt_hash", "schema_hash", "version",
    "requests", "answers", "cost",
)  # fmt: skip
_SHEETS: Final = ("results", "columns", "panel", "targets", "codebook")
_PLURALS: Final = {"id": "nplurals=1; plural=0;"}
_HEADERS: Final = frozenset(
    {"Project-Id-Version", "Language", "Plural-Forms", "MIME-Version", "Content-Type"}
    | {"Content-Transfer-Encoding"}
)
_HEAD: Final = """\
# What uhc_llm says. `python3 tasks.py messages` takes the messages out of the code, and compiles.
#
# Names under the context "term" are those of the vocabulary (src/uhc_llm/schemas.py), as those who
# work with JKN say them. What is in braces, %(...)s or <...> stays as it is."""


class _Lasting(Catalog):
    """A catalogue whose head does not tell when, and by which version of Babel, it was written."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """The lines of its head."""
        return [(name, value) for name, value in self._get_mime_headers() if name in _HEADERS]

    @mime_headers.setter
    def mime_headers(self, headers: Iterable[tuple[str, str]]) -> None:
        self._set_mime_headers(headers)


def main(arguments: Sequence[str]) -> int:
    """Bring every catalogue up to date, or say which ones are not."""
    is_check = "--check" in arguments
    late = [path for path, content in written() if not is_same(path, content)]
    for path, content in written():
        if path in late and not is_check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    for path in late:
        print(f"{'not up to date' if is_check else 'written'}: {path.relative_to(ROOT)}")
    for language in TRANSLATED:
        missing = [
            message.id
            for message in catalogue(language)
            if message.id and not all_of(message.string)
        ]
        print(f"{language}: {len(missing)} messages are not translated")
    return int(is_check and bool(late))


def is_same(path: Path, content: bytes) -> bool:
    """Whether a file has this content already."""
    return path.is_file() and path.read_bytes() == content


def all_of(translation: str | Sequence[str] | None) -> bool:
    """Whether every form of a message is translated."""
    if translation is None or isinstance(translation, str):
        return bool(translation)
    return all(translation)


def extracted() -> Catalog:
    """Every message that is marked, and the vocabulary's."""
    found = Catalog(charset="utf-8")
    for name, _line, message, comments, context in sorted(_marked(), key=lambda each: each[:2]):
        found.add(message, locations=[(name, 0)], auto_comments=comments, context=context)
    for name in terms():
        found.add(name, locations=[("schemas.py", 0)], context="term")
    for sentence in _sentences():
        found.add(sentence, locations=[("schemas.py", 0)])
    _add_columns(found)
    return found


def _add_columns(found: Catalog) -> None:
    """What workbooks say: their sheets, the columns of these, and the names in their cells."""
    for name in _SHEETS:
        found.add(name, locations=[("batch/sheets.py", 0)], context="sheet")
    vocabularies = [CELL_KINDS]
    for name, column in _columns():
        found.add(column.name, locations=[("batch/result_tables.py", 0)], context="heading")
        if column.about:
            found.add(column.about, locations=[(name, 0)])
        if column.vocabulary:
            vocabularies.append(column.vocabulary)
    for vocabulary in vocabularies:
        for name in vocabulary.names:
            if vocabulary.context != "term":
                found.add(
                    name, locations=[("batch/vocabularies.py", 0)], context=vocabulary.context
                )


def _columns() -> Iterator[tuple[str, Column]]:
    """Every column, with the file that says what it is."""
    for table in TABLES.values():
        yield from (("batch/data/columns.csv", column) for column in table.columns)
    for table in (PANEL, TARGETS):
        yield from (("panel/data/codebook.csv", column) for column in table.columns)
    yield from (("batch/sheets.py", column) for column in EXPLANATION.columns)


def _marked() -> Iterator[tuple[str, int, str | tuple[str, ...], list[str], str | None]]:
    methods = [("**.py", "python"), ("**.html", "jinja2"), ("**.js", f"{__name__}:of_script")]
    yield from extract_from_dir(
        PACKAGE, method_map=methods, options_map=_OPTIONS, keywords=_KEYWORDS
    )


def of_script(
    file: IO[bytes], *_unused: object, **_options: object
) -> Iterator[tuple[int, str, tuple[str, ...], list[str]]]:
    """The messages of a script, as Babel asks for them."""
    for found in _IN_SCRIPT.finditer(file.read().decode()):
        yield 0, found[1], tuple(json.loads(each) for each in found.groups()[1:] if each), []


def terms() -> list[str]:
    """The names of the vocabulary that are shown as words."""
    names = [name for vocabulary in _NAMED for name in get_args(vocabulary)]
    meanings = map(Meaning.named, load_weights().meaning.choices)
    no_facts = [meaning.kind for meaning in meanings if meaning.kind]
    return list(dict.fromkeys([*names, *STATES, *_OTHERS, *no_facts]))


def _sentences() -> Iterator[str]:
    """What the vocabulary and the rules say of themselves."""
    yield from (definition.description for definition in schemas.METRICS.values())
    yield from schemas.SEGMENTS.values()
    yield from (rule.about for rule in CHOICE_RULES)
    yield from KINDS.values()
    yield from (first_sentence(rule.check.__doc__) for rule in RULES.each)
    yield from _helps()


def _helps() -> Iterator[str]:
    """What the command line says of its commands, options and arguments."""
    program = get_group(app)
    said: list[str] = []

    def note(words: str) -> str:
        said.append(words)
        return words

    for command in (program, *program.commands.values()):
        say_anew(command, note)
    yield from said


def catalogue(language: str) -> Catalog:
    """The catalogue of a language as it is written."""
    made = _Lasting(
        locale=language, project="uhc_llm", header_comment=_HEAD, charset="utf-8", fuzzy=False
    )
    made.mime_headers = [("Plural-Forms", _PLURALS[language])]
    path = folder(language) / "uhc_llm.po"
    if path.is_file():
        for message in read_po(io.BytesIO(path.read_bytes()), locale=language):
            if message.id:
                made[message.id] = message
    return made


def folder(language: str) -> Path:
    """Where the files of a language lie."""
    return PACKAGE / "locale" / language / "LC_MESSAGES"


def updated(language: str) -> Catalog:
    """The catalogue of a language with all messages that there are now, and no other."""
    now = catalogue(language)
    now.update(extracted(), no_fuzzy_matching=True, update_creation_date=False)
    now.obsolete.clear()
    return now


def compiled(messages: Catalog) -> bytes:
    """A catalogue as `gettext` reads it."""
    out = io.BytesIO()
    write_mo(out, messages)
    return out.getvalue()


def for_scripts(messages: Catalog) -> bytes:
    """The messages of the pages' scripts as JSON: by the English one, for plurals every form."""
    found: dict[str, str | list[str]] = {}
    for message in messages:
        if any(name.endswith(".js") for name, _line in message.locations):
            said = message.string or ""
            if isinstance(message.id, str):
                found[message.id] = str(said)
            else:
                found[message.id[0]] = list(said)
    return f"{json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True)}\n".encode()


def written() -> Iterator[tuple[Path, bytes]]:
    """Every file with what should be in it."""
    for language in TRANSLATED:
        messages = updated(language)
        out = io.BytesIO()
        write_po(out, messages, width=100, ignore_obsolete=True, include_lineno=False)
        yield folder(language) / "uhc_llm.po", out.getvalue()
        yield folder(language) / "uhc_llm.mo", compiled(messages)
        yield folder(language) / "scripts.json", for_scripts(messages)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
