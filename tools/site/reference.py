"""Pages of the reference that are written out of the code, so that they say what it does."""

import csv
import inspect
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, NamedTuple

from uhc_llm.verifier import Rule, TextRule
from uhc_llm.verifier.rules import RULES

__all__ = ["MODULES", "Module", "pages"]

ROOT: Final = Path(__file__).resolve().parents[2]
SCHEMAS: Final = ROOT / "schemas"


class Module(NamedTuple):
    """A page on what a package offers.

    Attributes:
        page: its name.
        package: whose docstring opens it.
        sources: the modules whose `__all__` is what there is, and which of it, if not everything.
    """

    page: str
    package: str
    sources: Mapping[str, Sequence[str]]


MODULES: Final = (
    Module("uhc_llm", "uhc_llm", {"uhc_llm": ()}),
    Module(
        "batch",
        "uhc_llm.batch",
        {
            # What programs of users call; the rest is how it is done.
            "uhc_llm.batch.results": ("load", "export", "Frames"),
            "uhc_llm.batch.gold": ("export_gold", "GoldCounts"),
            "uhc_llm.batch.ledger": ("Ledger",),
            "uhc_llm.batch.prices": ("price_of", "given_price", "Price"),
            "uhc_llm.batch.provider_batch": (),
            "uhc_llm.batch.ray_engine": (),
        },
    ),
    Module("documents", "uhc_llm.documents", {"uhc_llm.documents": ()}),
    Module("evaluation", "uhc_llm.evaluation", {"uhc_llm.evaluation": ()}),
    Module("panel", "uhc_llm.panel", {"uhc_llm.panel": ()}),
    Module("testing", "uhc_llm.testing", {"uhc_llm.testing": ()}),
)


def pages() -> Mapping[str, str]:
    """Every page, by its place on the site."""
    written = {
        "reference/command-line.md": command_line(),
        "reference/columns.md": columns(),
        "reference/rules.md": rules(),
        "reference/schemas.md": schemas(),
    }
    return written | {f"reference/python/{m.page}.md": api(m) for m in MODULES}


# --- command line --------------------------------------------------------------------------------


def command_line() -> str:
    """Every command with its arguments and options, as typer itself writes them down."""
    program = str(Path(sys.executable).with_name("typer"))
    line = [program, "uhc_llm.cli", "utils", "docs", "--name", "uhc-llm", "--title", "Command line"]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, check=True)  # noqa: S603
    text = done.stdout.decode("utf-8").replace("\r\n", "\n")
    # The list of commands is cut short, and leads nowhere.
    opening, _, commands = text.partition("**Commands**:\n")
    _, _, sections = commands.partition("\n## ")
    sections = f"## {sections}"
    told = re.findall(r"^## `uhc-llm ([a-z]+)`\n\n(.+)$", sections, re.MULTILINE)
    listed = "\n".join(f"- [`{name}`](#uhc-llm-{name}): {said}" for name, said in told)
    return _shown_as_code(f"{opening}**Commands**:\n\n{listed}\n\n{sections}")


def _shown_as_code(page: str) -> str:
    """A line that is a command alone stands as one."""
    return re.sub(r"^`(uhc-llm .+)`$", r"```console\n$ \1\n```", page, flags=re.MULTILINE)


# --- Python --------------------------------------------------------------------------------------


def api(module: Module) -> str:
    """What mkdocstrings is to fill in: the docstring of a package, and each of its public names."""
    parts = [f"# {module.package}", _prose(inspect.getdoc(import_module(module.package)) or "")]
    for source, chosen in module.sources.items():
        names = chosen or sorted(
            import_module(source).__all__, key=lambda name: _sort(source, name)
        )
        parts += [f"::: {source}.{name}" for name in names if name != "__version__"]
    return "\n\n".join(parts) + "\n"


def _sort(module: str, name: str) -> tuple[int, str]:
    """Functions first, then classes, errors, and the rest."""
    found = getattr(import_module(module), name)
    if inspect.isfunction(found):
        return 0, name
    if not inspect.isclass(found):
        return 3, name
    return (2 if issubclass(found, Exception) else 1), name


# --- rules ---------------------------------------------------------------------------------------


def rules() -> str:
    """Every rule of the verifier with its severity and what it says of itself."""
    opening = (
        "# The verifier's rules\n\n"
        "What every fact is held to, and the text itself. A finding of an `error` makes a fact "
        "rejected, one of a `warning` suspect; `info` only tells. `uhc-llm rules` lists them, "
        "`uhc-llm verify --rule NAME=SEVERITY` changes one, and so does a `RuleBook` in Python "
        "([`uhc_llm.RuleBook`](python/uhc_llm.md#uhc_llm.RuleBook))."
    )
    sections = [
        "## Of a fact",
        *_rules(RULES.facts),
        "## Of a text",
        *_rules(RULES.text),
    ]
    return "\n\n".join([opening, *sections]) + "\n"


def _rules(book: Iterable[Rule | TextRule]) -> Iterator[str]:
    for rule in book:
        yield f"### `{rule.name}`\n\n`{rule.severity}`{{ .severity }}"
        yield _prose(inspect.getdoc(rule.check) or "")


# --- columns -------------------------------------------------------------------------------------


def columns() -> str:
    """What stands in each column of what `export` and `panel` write."""
    parts = [
        "# Columns",
        "Of each table that `uhc-llm export` and `uhc-llm panel` write. A workbook has this as a "
        "sheet of its own.",
        "## Tables of a run",
    ]
    for table, rows in _by_table("uhc_llm.batch", "data/columns.csv"):
        parts += [f"### {table}", _table(("column", "about"), rows)]
    parts.append("## Tables of a panel")
    for table, rows in _by_table("uhc_llm.panel", "data/codebook.csv"):
        parts += [f"### {table} of a panel", _table(("column", "kind", "about"), rows)]
    return "\n\n".join(parts) + "\n"


def _by_table(package: str, path: str) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """The rows of a table of columns, by the table that these stand in."""
    text = files(package).joinpath(path).read_text("utf-8")
    found: dict[str, list[dict[str, str]]] = {}
    for row in csv.DictReader(text.splitlines()):
        found.setdefault(row["table"], []).append(row)
    yield from ((name.split(";")[0], rows) for name, rows in found.items())


def _table(head: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    for row in rows:
        first, *rest = (row[name] for name in head)
        lines.append(f"| {' | '.join([f'`{first}`', *map(_cell, rest)])} |")
    return "\n".join(lines)


def _cell(text: str) -> str:
    return " ".join(_escaped(text).split()).replace("|", "\\|")


# --- schemas -------------------------------------------------------------------------------------


def schemas() -> str:
    """Every schema of `schemas/`, and each object in it as a table."""
    parts = [
        "# JSON schemas",
        "What `--format json` writes, and what a fact has to look like. They are made from the "
        "models in `src/uhc_llm/schemas.py`, and a wheel has them in `uhc_llm/schemas/`.",
    ]
    listed: list[str] = []
    shared: dict[str, Mapping[str, Any]] = {}
    for path in sorted(SCHEMAS.glob("*.schema.json")):
        schema = json.loads(path.read_text("utf-8"))
        shared |= schema.get("$defs", {})
        shared[schema["title"]] = schema
        title, file = schema["title"], f"[`{path.name}`](../files/schemas/{path.name})"
        listed.append(f"- {file}: [{title}](#{title.lower()})")
    parts.append("\n".join(listed))
    for name, schema in sorted(shared.items()):
        parts += [f"## {name}", _prose(schema.get("description", ""))]
        if "properties" not in schema:
            parts.append(f"{_type(schema).capitalize()}.")
            continue
        needed = schema.get("required", ())
        rows = (
            {
                "field": field,
                "what it is": _type(said),
                "about": said.get("description", "") + ("" if field in needed else _default(said)),
            }
            for field, said in schema["properties"].items()
        )
        parts.append(_fields(rows))
    return "\n\n".join(part for part in parts if part) + "\n"


def _fields(rows: Iterable[Mapping[str, str]]) -> str:
    lines = ["| field | what it is | about |", "| --- | --- | --- |"]
    lines += [f"| `{r['field']}` | {r['what it is']} | {_cell(r['about'])} |" for r in rows]
    return "\n".join(lines)


def _default(said: Mapping[str, Any]) -> str:
    return f" (else {json.dumps(said['default'])})" if "default" in said else ""


def _type(said: Mapping[str, Any]) -> str:
    """What a field may hold, in a few words and with links to the objects."""
    if "$ref" in said:
        name = said["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})"
    if "enum" in said:
        return ", ".join(f"`{json.dumps(each)}`" for each in said["enum"])
    if "const" in said:
        return f"`{json.dumps(said['const'])}`"
    for key in ("anyOf", "oneOf"):
        if key in said:
            return " or ".join(map(_type, said[key]))
    if "prefixItems" in said:
        return f"list of {' and '.join(map(_type, said['prefixItems']))}"
    if said.get("type") == "array":
        return f"list of {_type(said.get('items', {}))}"
    kind = str(said.get("type", "anything"))
    return f"{kind} ({said['format']})" if "format" in said else kind


# --- text ----------------------------------------------------------------------------------------


def _escaped(text: str) -> str:
    """A text that Markdown shows as it stands, but for code between backticks."""
    parts = re.split(r"(`[^`]*`)", text)
    for at in range(0, len(parts), 2):
        parts[at] = re.sub(r"([\\*_<\[\]])", r"\\\1", parts[at])
    return "".join(parts)


def _prose(docstring: str) -> str:
    """A docstring as Markdown: its examples are indented, and stay code."""
    lines = docstring.splitlines()
    return "\n".join(line if line.startswith("    ") else _escaped(line) for line in lines)
