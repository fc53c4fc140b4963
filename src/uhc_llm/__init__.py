"""Verified facts about health-insurance coverage from Indonesian news.

The model points, the code reads: every number, date and region that comes out stands in the text.

    from uhc_llm import extract
    for fact in extract(article).facts:
        print(fact.region and fact.region.name, fact.metric, fact.value, fact.verdict)

Everything is imported when it is first used, so that `import uhc_llm` costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from uhc_llm._version import __version__

if TYPE_CHECKING:
    from uhc_llm.batch.results import load
    from uhc_llm.documents import Document, read
    from uhc_llm.errors import (
        ConfigurationError,
        InputError,
        OutputError,
        ProviderError,
        UhcLlmError,
    )
    from uhc_llm.extraction import Extractor, aextract, extract
    from uhc_llm.promise import Promise
    from uhc_llm.report import show, write_report
    from uhc_llm.scanner import scan
    from uhc_llm.schemas import (
        Declaration,
        Extraction,
        Fact,
        Finding,
        Mention,
        Period,
        Reading,
        Region,
        Verification,
    )
    from uhc_llm.verifier import Rule, RuleBook, verify

__all__ = [
    "ConfigurationError",
    "Declaration",
    "Document",
    "Extraction",
    "Extractor",
    "Fact",
    "Finding",
    "InputError",
    "Mention",
    "OutputError",
    "Period",
    "Promise",
    "ProviderError",
    "Reading",
    "Region",
    "Rule",
    "RuleBook",
    "UhcLlmError",
    "Verification",
    "__version__",
    "aextract",
    "extract",
    "load",
    "read",
    "scan",
    "show",
    "verify",
    "write_report",
]

_HOMES = {
    "batch.results": ("load",),
    "documents": ("Document", "read"),
    "errors": ("ConfigurationError", "InputError", "OutputError", "ProviderError", "UhcLlmError"),
    "extraction": ("Extractor", "aextract", "extract"),
    "promise": ("Promise",),
    "report": ("show", "write_report"),
    "scanner": ("scan",),
    "schemas": (
        "Declaration",
        "Extraction",
        "Fact",
        "Finding",
        "Mention",
        "Period",
        "Reading",
        "Region",
        "Verification",
    ),
    "verifier": ("Rule", "RuleBook", "verify"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever is asked for
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
