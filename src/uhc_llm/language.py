"""Which language people read, and its catalogue of messages.

English stands in the code, and is what a message is known by: with English nothing is looked up and
nothing is loaded. `python3 tasks.py messages` takes the messages out of the code into
`locale/LANGUAGE/LC_MESSAGES/uhc_llm.po`, where they are translated. What is stored, such as the
message of a finding, is always English, and is translated where it is shown.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

if TYPE_CHECKING:
    from gettext import NullTranslations

__all__ = [
    "LANGUAGES",
    "Language",
    "_",
    "current",
    "day",
    "decimal_mark",
    "formatted",
    "grouped",
    "later",
    "month_names",
    "named",
    "ngettext",
    "of_environment",
    "of_header",
    "period",
    "pgettext",
    "plural",
    "script_messages",
    "speaking",
    "term",
    "time_of_day",
]

Language = Literal["en", "id"]
"""A language that pages and the command line are written in, by ISO 639-1."""

LANGUAGES: Final[Mapping[Language, str]] = {"en": "English", "id": "Bahasa Indonesia"}
"""What each calls itself."""

_CURRENT: Final[ContextVar[Language]] = ContextVar("language", default="en")
# Java and old browsers still call Indonesian so.
_FORMER: Final[Mapping[str, Language]] = {"in": "id"}
# What is said for this program alone goes before the system's locale.
_OWN_VARIABLE: Final = "UHC_LLM_LANG"
_VARIABLES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_SHORT: Final = 3
_SWAPPED: Final = str.maketrans(",.", ".,")
_ROMAN: Final = ("", "I", "II", "III", "IV")
_YEAR: Final = len("2024")
_MONTH: Final = len("2024-05")


# --- which language ---


def named(tag: str) -> Language | None:
    """The language of a tag or a locale; None for one that no page is written in.

    >>> named("id_ID.UTF-8"), named("en-GB"), named("ms")
    ('id', 'en', None)
    """
    name = tag.replace("_", "-").partition("-")[0].partition(".")[0].strip().lower()
    known: Mapping[str, Language] = {each: each for each in get_args(Language)} | dict(_FORMER)
    return known.get(name)


def of_environment(variables: Mapping[str, str] = os.environ) -> Language:
    """The language that `UHC_LLM_LANG` says, else that of the locale; English where it is another.

    >>> of_environment({"LC_ALL": "", "LANG": "id_ID.UTF-8"}), of_environment({"LANG": "C"})
    ('id', 'en')
    """
    if own := named(variables.get(_OWN_VARIABLE, "")):
        return own
    locale = next((variables[name] for name in _VARIABLES if variables.get(name)), "")
    return named(locale) or "en"


def of_header(accepted: str) -> Language:
    """The language that a browser likes best (Accept-Language); English where it knows none.

    >>> of_header("ms, id-ID;q=0.9, en;q=0.8"), of_header("nl")
    ('id', 'en')
    """
    liked: list[tuple[float, Language]] = []
    for part in accepted[:1000].split(","):
        tag, _sign, weight = part.partition(";q=")
        language = named(tag)
        try:
            liking = float(weight or 1)
        except ValueError:
            continue
        if language and liking > 0:
            liked.append((liking, language))
    # Of equals the first counts.
    return max(liked, key=lambda each: each[0])[1] if liked else "en"


def current() -> Language:
    """The language that is spoken here and now."""
    return _CURRENT.get()


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Speak a language within a block, and in no other thread or task."""
    token = _CURRENT.set(language)
    try:
        yield
    finally:
        _CURRENT.reset(token)


# --- messages ---


def _(message: str, /, **values: object) -> str:
    """A message in the language that is spoken, with its values filled in.

    >>> _("{name} has reached its target", name="Kabupaten Demak")
    'Kabupaten Demak has reached its target'
    """
    return _filled(_catalogue().gettext(message) if current() != "en" else message, values)


def ngettext(one: str, many: str, count: int, /, **values: object) -> str:
    """A message about so many things; `{count}` in it is their number.

    >>> ngettext("{count} article", "{count} articles", 2000)
    '2,000 articles'
    """
    return _filled(plural(one, many, count), {"count": grouped(count), **values})


def plural(one: str, many: str, count: int) -> str:
    """The form of a message that goes with a number, no value filled in."""
    if current() == "en":
        return one if count == 1 else many
    return _catalogue().ngettext(one, many, count)


def pgettext(context: str, message: str, /, **values: object) -> str:
    """A message that means another thing elsewhere: the context tells the two apart."""
    return _filled(
        _catalogue().pgettext(context, message) if current() != "en" else message, values
    )


def later(message: str) -> str:
    """Mark a message that is translated where it is shown."""
    return message


def term(name: str) -> str:
    """What the field calls a name of the vocabulary (`schemas`); the name where it has no word."""
    return name if current() == "en" else _catalogue().pgettext("term", name)


def script_messages() -> dict[str, str | list[str]]:
    """The messages of the pages' scripts: by the English ones; for plurals every form."""
    if current() == "en":
        return {}
    text = _folder().joinpath("scripts.json").read_text("utf-8")
    found: dict[str, str | list[str]] = json.loads(text)
    return found


def _filled(message: str, values: Mapping[str, object]) -> str:
    return message.format_map(values) if values else message


def _folder() -> Any:  # noqa: ANN401 (importlib's own name for it is private)
    return files("uhc_llm").joinpath(f"locale/{current()}/LC_MESSAGES")


def _catalogue() -> "NullTranslations":
    return _loaded(current())


@cache
def _loaded(language: Language) -> "NullTranslations":
    from gettext import GNUTranslations

    with files("uhc_llm").joinpath(f"locale/{language}/LC_MESSAGES/uhc_llm.mo").open("rb") as file:
        return GNUTranslations(file)


# --- numbers and times ---


def grouped(value: Decimal | int) -> str:
    """A number with all its digits: 1,034,331 and 84.33; 1.034.331 and 84,33 in Indonesian.

    >>> grouped(1034331), grouped(Decimal("84.33"))
    ('1,034,331', '84.33')
    """
    if current() == "en":
        return f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
    from babel.numbers import format_decimal

    return format_decimal(value, locale=current(), decimal_quantization=False)


def formatted(value: float | Decimal, form: str) -> str:
    """A number in one of Python's formats: 0.953, 1,200.5 or 95.3%, each with the language's marks.

    >>> formatted(0.9531, ".3f"), formatted(0.9531, "+.1%")
    ('0.953', '+95.3%')
    """
    text = format(value, form)
    return text.translate(_SWAPPED) if decimal_mark() == "," else text


def decimal_mark() -> str:
    """What stands before the decimals of a number."""
    return grouped(Decimal("0.5"))[1]


def day(value: date) -> str:
    """A day: 2023-12-31, or 31 Desember 2023."""
    if current() == "en":
        return value.isoformat()
    from babel.dates import format_date

    return format_date(value, "d MMMM y", locale=current())


def time_of_day(value: datetime | str, *, seconds: bool = False) -> str:
    """A day with its time in UTC, of a `datetime` or as ISO writes it.

    >>> time_of_day("2024-05-01T09:30:00+00:00")
    '2024-05-01 09:30 UTC'
    """
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    if current() == "en":
        return f"{at:%Y-%m-%d %H:%M:%S} UTC" if seconds else f"{at:%Y-%m-%d %H:%M} UTC"
    from babel.dates import format_time

    pattern = "HH.mm.ss" if seconds else "HH.mm"
    return f"{day(at.date())} {format_time(at.time(), pattern, locale=current())} UTC"


def period(iso: str) -> str:
    """A period as `schemas` writes it; in other languages in words: semester II 2021, Mei 2024.

    >>> period("2021-S2")
    '2021-S2'
    """
    if current() == "en" or len(iso) <= _YEAR:
        return iso
    year, part = iso[:_YEAR], iso[_YEAR + 1 :]
    try:
        if part[0] == "Q":
            return pgettext("period", "quarter {n} of {year}", n=_ROMAN[int(part[1])], year=year)
        if part[0] == "S":
            return pgettext("period", "semester {n} of {year}", n=_ROMAN[int(part[1])], year=year)
        if len(iso) == _MONTH:
            return f"{month_names()[int(part) - 1]} {year}"
        return day(date.fromisoformat(iso))
    except (IndexError, ValueError):  # no such day, such as 31 February
        return iso


def month_names(*, short: bool = False) -> tuple[str, ...]:
    """The months, January first."""
    if current() == "en":
        return tuple(name[:_SHORT] for name in _MONTHS) if short else _MONTHS
    from babel.dates import get_month_names

    width: Literal["abbreviated", "wide"] = "abbreviated" if short else "wide"
    names = get_month_names(width, context="stand-alone", locale=current())
    return tuple(names[number] for number in range(1, 13))
