"""Which language is spoken, that its catalogue is whole, and how it writes numbers and times."""

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest
from babel.messages import Message

from tools import messages
from uhc_llm import language
from uhc_llm.language import Language, _, formatted, ngettext, pgettext, speaking
from uhc_llm.schemas import METRICS, SEGMENTS, Fact, Qualifier, Unit
from uhc_llm.wording import amount, number, spoken

TRANSLATED = messages.TRANSLATED
PLACEHOLDER = re.compile(r"\{\w+(?:![rs])?\}|%\(\w+\)s|</?\w+>|_[A-Z]+_|%%")


@pytest.fixture
def indonesian() -> Iterator[None]:
    with speaking("id"):
        yield


def translated(name: Language) -> list[Message]:
    return [message for message in messages.catalogue(name) if message.id]


# --- which one ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variables", "spoken_there"),
    [
        ({}, "en"),
        ({"LANG": "id_ID.UTF-8"}, "id"),
        ({"LANG": "id"}, "id"),
        ({"LANG": "in_ID"}, "id"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "ms_MY.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "id_ID"}, "id"),
        ({"LANG": "id_ID", "LC_ALL": "C"}, "en"),
        ({"LANG": "id_ID", "LC_ALL": ""}, "id"),
        ({"LC_TIME": "id_ID"}, "en"),
        ({"UHC_LLM_LANG": "id", "LC_ALL": "C"}, "id"),
        ({"UHC_LLM_LANG": "en", "LANG": "id_ID.UTF-8"}, "en"),
        ({"UHC_LLM_LANG": "", "LANG": "id_ID.UTF-8"}, "id"),
        ({"UHC_LLM_LANG": "nl", "LANG": "id_ID.UTF-8"}, "id"),
    ],
)
def test_the_locale_says_which_language(
    variables: Mapping[str, str], spoken_there: Language
) -> None:
    assert language.of_environment(variables) == spoken_there


@pytest.mark.parametrize(
    ("header", "spoken_there"),
    [
        ("", "en"),
        ("id", "id"),
        ("id-ID,id;q=0.9,en-US;q=0.8,en;q=0.7", "id"),
        ("en-GB,en;q=0.9,id;q=0.8", "en"),
        ("nl, id;q=0.5", "id"),
        ("en;q=0.1, id;q=0.2", "id"),
        ("id;q=0, en;q=0.1", "en"),
        ("id;q=much", "en"),
        (",;q=,;;", "en"),
        ("x" * 100_000, "en"),
    ],
)
def test_a_browser_says_which_language_it_likes_best(header: str, spoken_there: Language) -> None:
    assert language.of_header(header) == spoken_there


def test_a_language_is_spoken_within_its_block_and_no_longer() -> None:
    with speaking("id"):
        with speaking("en"):
            assert _("not said") == "not said"
        assert _("not said") == "tidak disebut"
    assert language.current() == "en"


def test_english_loads_neither_catalogue_nor_locale() -> None:
    program = (
        "from uhc_llm.language import _, month_names, ngettext, period, time_of_day\n"
        "from uhc_llm.wording import number, spoken\n"
        "from decimal import Decimal\n"
        "_('not said'), ngettext('{count} a', '{count} b', 2), number(Decimal(1)), spoken('bp')\n"
        "period('2021-S2'), month_names(), time_of_day('2024-05-01T09:30:00+00:00')\n"
        "import sys\n"
        "assert not {'babel', 'gettext'} & set(sys.modules), sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


# --- its catalogue --------------------------------------------------------------------------------


def test_the_catalogues_are_those_of_the_messages_that_there_are() -> None:
    """Run `python3 tasks.py messages` where this fails."""
    late = [
        path.name for path, content in messages.written() if not messages.is_same(path, content)
    ]
    assert late == []


def test_messages_of_every_sort_of_file_are_found() -> None:
    found = {Path(name).suffix for each in messages.extracted() for name, _line in each.locations}
    assert found == {".csv", ".html", ".js", ".py"}


@pytest.mark.parametrize("name", TRANSLATED)
def test_every_message_is_translated(name: Language) -> None:
    assert [m.id for m in translated(name) if not messages.all_of(m.string)] == []


@pytest.mark.parametrize("name", TRANSLATED)
def test_no_translation_is_left_for_looking_over(name: Language) -> None:
    assert [m.id for m in translated(name) if m.fuzzy] == []


@pytest.mark.parametrize("name", TRANSLATED)
def test_what_is_filled_in_and_what_is_markup_stays(name: Language) -> None:
    for message in translated(name):
        many = message.id if isinstance(message.id, str) else message.id[-1]
        forms = [message.string] if isinstance(message.string, str) else message.string or ()
        for form in forms:
            assert sorted(PLACEHOLDER.findall(form)) == sorted(PLACEHOLDER.findall(many)), many


@pytest.mark.parametrize("name", TRANSLATED)
def test_no_translation_ends_the_attribute_that_it_stands_in(name: Language) -> None:
    of_pages = [m for m in translated(name) if any(f.endswith(".html") for f, _line in m.locations)]
    assert len(of_pages) > 100
    assert [m.id for m in of_pages if '"' in f"{m.string}"] == []


@pytest.mark.parametrize("name", TRANSLATED)
def test_the_glossary_has_a_word_for_every_name_of_the_vocabulary(name: Language) -> None:
    words = {m.id: m.string for m in translated(name) if m.context == "term"}
    assert set(words) == set(messages.terms())
    assert all(words.values())
    assert set(words) >= {*METRICS, *SEGMENTS, *get_args(Unit), *get_args(Qualifier)}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("coverage_rate", "cakupan kepesertaan"),
        ("active_rate", "tingkat keaktifan"),
        ("pbi_apbd", "PBI APBD (PBPU-BP Pemda)"),
        ("verified", "terverifikasi"),
        ("suspect", "meragukan"),
        ("target", "target"),
        ("no_such_name", "no such name"),
    ],
)
@pytest.mark.usefixtures("indonesian")
def test_names_are_said_as_the_field_says_them(name: str, words: str) -> None:
    assert spoken(name) == words


@pytest.mark.usefixtures("indonesian")
def test_messages_are_filled_in() -> None:
    assert _("{region} has not reached its target of {year}", region="Kota Batu", year="2024") == (
        "Kota Batu belum mencapai target 2024"
    )
    assert [ngettext("{count} article", "{count} articles", n) for n in (1, 2000)] == [
        "1 artikel",
        "2.000 artikel",
    ]
    assert pgettext("period", "quarter {n} of {year}", n="II", year=2021) == "triwulan II 2021"
    assert _("a message that nobody wrote") == "a message that nobody wrote"


# --- its numbers and times ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "form", "english", "written"),
    [
        (0.9531, ".3f", "0.953", "0,953"),
        (-0.0312, "+.3f", "-0.031", "-0,031"),
        (1234.5, ",.2f", "1,234.50", "1.234,50"),
        (0.999, ".1%", "99.9%", "99,9%"),
        (Decimal("84.33"), "", "84.33", "84,33"),
        (7, ".0f", "7", "7"),
    ],
)
def test_a_format_keeps_its_digits_and_takes_the_marks_of_the_language(
    value: float | Decimal, form: str, english: str, written: str
) -> None:
    assert formatted(value, form) == english
    with speaking("id"):
        assert formatted(value, form) == written


@pytest.mark.parametrize(
    ("value", "english", "written"),
    [
        ("1034331", "1,034,331", "1.034.331"),
        ("98.7", "98.7", "98,7"),
        ("84.33", "84.33", "84,33"),
        ("1034331.5", "1,034,331.5", "1.034.331,5"),
        ("0.123456789", "0.123456789", "0,123456789"),
        ("-3", "-3", "-3"),
        ("0", "0", "0"),
    ],
)
def test_numbers_keep_all_their_digits(value: str, english: str, written: str) -> None:
    assert number(Decimal(value)) == english
    with speaking("id"):
        assert number(Decimal(value)) == written


@pytest.mark.parametrize(
    ("said", "english", "written"),
    [
        ({"metric": "coverage_rate", "value": "98.4", "unit": "percent"}, "98.4%", "98,4%"),
        (
            {"metric": "budget", "value": "17.5e9", "unit": "rupiah", "qualifier": "about"},
            "~Rp 17,500,000,000",
            "~Rp17.500.000.000",
        ),
        (
            {"metric": "uninsured", "value": "7e4", "upper": "8e4", "unit": "people"},
            "70,000 to 80,000",
            "70.000 sampai 80.000",
        ),
        (
            {"metric": "participants", "value": "1200", "unit": "households"},
            "1,200 households",
            "1.200 rumah tangga",
        ),
    ],
)
def test_amounts_are_written_with_their_units(
    said: Mapping[str, str], english: str, written: str
) -> None:
    decimals = {name: Decimal(said[name]) for name in ("value", "upper") if name in said}
    fact = Fact.model_validate({**said, **decimals})
    assert amount(fact) == english
    with speaking("id"):
        assert amount(fact) == written


@pytest.mark.parametrize(
    ("iso", "written"),
    [
        ("2021", "2021"),
        ("2023-12", "Desember 2023"),
        ("2023-12-31", "31 Desember 2023"),
        ("2021-S2", "semester II 2021"),
        ("2022-Q1", "triwulan I 2022"),
        ("2022-02-31", "2022-02-31"),
        ("2022-Q9", "2022-Q9"),
        ("", ""),
    ],
)
def test_periods_are_said_in_words(iso: str, written: str) -> None:
    assert language.period(iso) == iso
    with speaking("id"):
        assert language.period(iso) == written


def test_days_and_times_are_written_as_people_write_them() -> None:
    at = "2024-05-01T09:30:07+00:00"
    assert language.day(date(2024, 5, 1)) == "2024-05-01"
    assert language.time_of_day(at, seconds=True) == "2024-05-01 09:30:07 UTC"
    with speaking("id"):
        assert language.day(date(2024, 5, 1)) == "1 Mei 2024"
        assert language.time_of_day(at) == "1 Mei 2024 09.30 UTC"
        assert language.time_of_day(at, seconds=True) == "1 Mei 2024 09.30.07 UTC"
        assert language.month_names()[7] == "Agustus"
        assert language.month_names(short=True)[11] == "Des"
    assert language.month_names()[7] == "August"
