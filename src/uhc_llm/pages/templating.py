"""Templates that take nothing an article or a model said for markup."""

from collections.abc import Callable
from importlib.resources import files
from typing import Any, Final
from urllib.parse import urlsplit

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from uhc_llm import language
from uhc_llm.pages.as_read import as_read
from uhc_llm.pages.marking import kind_of
from uhc_llm.pages.telling import told
from uhc_llm.wording import amount, number, region_name, spoken

__all__ = ["environment", "shown", "style", "web_address"]

# What moves text about (bidirectional overrides) or cannot be printed shows as a character of its
# own: a number must stand on the page in the order in which it was written.
_UNSEEN: Final = dict.fromkeys(
    (
        *range(0x09),
        *range(0x0B, 0x20),
        *range(0x7F, 0xA0),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        0x200E,
        0x200F,
        0x061C,
    ),
    "\ufffd",
)


def shown(value: Any) -> Any:  # noqa: ANN401 (whatever a template prints)
    """A value as it is printed: None as nothing, and no character that plays with the others."""
    if value is None:
        return ""
    if isinstance(value, str) and not isinstance(value, Markup):
        return value.translate(_UNSEEN)
    return value


def web_address(url: str | None) -> str:
    """An address that a link may lead to; empty for anything but a web page's."""
    if not url:
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""


def environment(package: str) -> Environment:
    """Templates of a package, and those that all pages share.

    Everything that is printed is escaped, and a name that a template does not get is an error. They
    speak the language that is spoken when a page is rendered.

    Args:
        package: the one whose folder `templates` is looked into first, such as `uhc_llm.review`.
    """
    made = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=ChoiceLoader([PackageLoader(package), PackageLoader("uhc_llm.pages")]),
        extensions=["jinja2.ext.i18n"],
    )
    made.policies["ext.i18n.trimmed"] = True
    # The extension gives the environment this attribute, which has no type.
    setattr(made, "newstyle_gettext", True)  # noqa: B010
    made.globals.update(
        _=_gettext,
        gettext=_gettext,
        ngettext=_ngettext,
        pgettext=_pgettext,
        language=language.current,
    )
    filters: dict[str, Callable[..., Any]] = {
        "amount": amount,
        "as_read": as_read,
        "cents": _cents,
        "day": language.day,
        "grouped": language.grouped,
        "number": number,
        "period": language.period,
        "region_name": region_name,
        "signed": _signed,
        "spoken": spoken,
        "time_of_day": language.time_of_day,
        "told": told,
        "kind_of": kind_of,
        "web_address": web_address,
    }
    made.filters.update(filters)
    return made


def _gettext(message: str, /, **values: object) -> Markup:
    return _filled(language._(message), values)


def _ngettext(one: str, many: str, count: int, /, **values: object) -> Markup:
    return _filled(language.plural(one, many, count), {"num": count, **values})


def _pgettext(context: str, message: str, /, **values: object) -> Markup:
    return _filled(language.pgettext(context, message), values)


def _filled(message: str, values: dict[str, object]) -> Markup:
    """A message of the catalogue, which is markup, with values in it that are not."""
    told = {
        name: language.grouped(value) if type(value) is int else shown(value)
        for name, value in values.items()
    }
    return Markup(message) % told  # noqa: S704 (ours)


def _cents(dollars: float) -> str:
    """An amount of money with two decimals."""
    return f"{dollars:.2f}".replace(".", language.decimal_mark())


def _signed(weight: float) -> str:
    """A weight with its sign, such as +0.35 and −1.20."""
    words = f"{weight:+.2f}".replace("-", "−")
    return words.replace(".", language.decimal_mark())


def style() -> str:
    """The style sheet that all pages share."""
    return files("uhc_llm.pages").joinpath("static/pages.css").read_text("utf-8")
