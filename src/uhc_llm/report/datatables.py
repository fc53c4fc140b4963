"""DataTables, the tables that sort and filter, out of the package that brings it: itables."""

import re
from importlib.resources import files
from typing import Final, NamedTuple

from uhc_llm.errors import ConfigurationError, MissingExtraError
from uhc_llm.language import _

__all__ = ["DataTables", "datatables", "under_a_name"]

# The bundle is a module, whose names an inline script cannot import: there is no address to import
# them from. So the class is given a name that all scripts see.
_EXPORT: Final = re.compile(r"export\s*\{(?P<names>[^{}]*)\}\s*;?")
_DEFAULT: Final = re.compile(r"(?:^|,)\s*(?P<name>[\w$]+)\s+as\s+default\s*(?:,|$)")


class DataTables(NamedTuple):
    """The script, after which `DataTable` is a name of the page, and the style sheet."""

    script: str
    style: str


def datatables() -> DataTables:
    """Read the script and the style sheet from the package.

    Raises:
        MissingExtraError: the package is not installed.
        ConfigurationError: it holds no such script, as other versions may not.
    """
    try:
        import itables
    except ImportError as error:
        raise MissingExtraError("a report", "report") from error
    folder = files(itables).joinpath("html")
    try:
        script = folder.joinpath("dt_bundle.js").read_text("utf-8")
        style = folder.joinpath("dt_bundle.css").read_text("utf-8")
    except FileNotFoundError as error:
        raise _unknown_version() from error
    return DataTables(under_a_name(script), style)


def under_a_name(script: str) -> str:
    """Give what a module exports by default the name `DataTable`, so that it runs inline.

    Raises:
        ConfigurationError: it exports nothing by default.
    """
    exports = list(_EXPORT.finditer(script))
    name = _DEFAULT.search(exports[-1]["names"]) if exports else None
    if name is None:
        raise _unknown_version()
    start, end = exports[-1].span()
    script = f"{script[:start]}globalThis.DataTable={name['name']};{script[end:]}"
    # Nothing in it may end the element that it stands in.
    return re.sub(r"</(?=script)", r"<\\/", script, flags=re.IGNORECASE)


def _unknown_version() -> ConfigurationError:
    return ConfigurationError(
        _(
            "the installed itables holds no DataTables where this version looks for it: {command}",
            command="pip install 'itables>=2.9,<3'",
        )
    )
