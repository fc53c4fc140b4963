"""What is shown on narrow screens and on wide ones: what leaves, what wraps, what stays whole."""

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console, RenderableType
from rich.text import Text

from uhc_llm.batch.progress import status_line
from uhc_llm.batch.tally import Tally
from uhc_llm.cli import common
from uhc_llm.display import extraction_table, reading_table, rules_table, verification_report
from uhc_llm.display.layout import Column, FittedTable, Hanging, wrapped
from uhc_llm.scanner import scan
from uhc_llm.schemas import Evidence, Extraction, Fact, Finding, Period, Provenance, Region
from uhc_llm.verifier import RULES, verify

TEXT: Final = (
    "Peserta JKN Kabupaten Ogan Komering Ulu Selatan 1.021.435 jiwa per April 2024, "
    "cakupan 96,93 persen, PBI APBD 78.415 jiwa."
)


def fact(value: str, quote: str, region: str, **changed: object) -> Fact:
    start = TEXT.index(quote)
    end = start + len(quote)
    fields: dict[str, object] = {
        "metric": "participants",
        "value": Decimal(value),
        "unit": "people",
        "status": "actual",
        "segment": "all",
        "region": Region(code=None, name=region, level="area"),
        "period": Period(iso="2024-04", source="text"),
        "evidence": Evidence(
            mention="n1",
            quote=quote,
            start=start,
            end=end,
            sentence=TEXT,
            sentence_start=0,
            sentence_end=len(TEXT),
        ),
        "verdict": "verified",
    }
    return Fact.model_validate(fields | changed)


UNSURE: Final = Finding(
    rule="confidence",
    severity="warning",
    message="its segment is unsure: all 74 in 100, other 10 in 100; right in everything 67 in 100",
)


def extraction(region: str) -> Extraction:
    facts = (
        fact("1021435", "1.021.435 jiwa", region),
        fact("96.93", "96,93 persen", region, metric="coverage_rate", unit="percent"),
        fact(
            "78415",
            "78.415 jiwa",
            region,
            segment="pbi_apbd",
            verdict="suspect",
            findings=(UNSURE,),
        ),
    )
    return Extraction(
        id="contoh",
        facts=facts,
        provenance=Provenance(
            model=None,
            strategy="code",
            prompt=None,
            prompt_hash=None,
            schema_hash=None,
            version="0",
        ),
    )


def shown(renderable: RenderableType, width: int) -> str:
    """What is printed, without blanks at the ends of lines."""
    out = io.StringIO()
    Console(file=out, width=width).print(renderable)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


WIDE: Final = """\
contoh

 region         period   metric                      value  status  verdict   text
 ───────────────────────────────────────────────────────────────────────────────────────────
 Kabupaten Oku  2024-04  participants            1,021,435  actual  verified  1.021.435 jiwa
 Kabupaten Oku  2024-04  coverage_rate              96.93%  actual  verified  96,93 persen
 Kabupaten Oku  2024-04  participants, pbi_apbd     78,415  actual  suspect   78.415 jiwa

  confidence: 78.415 jiwa: its segment is unsure: all 74 in 100, other 10 in 100; right in everything 67 in 100

"""  # noqa: E501 - as wide as the screen
WITHOUT_TEXT: Final = """\
contoh

 region         period   metric                      value  status  verdict
 ───────────────────────────────────────────────────────────────────────────
 Kabupaten Oku  2024-04  participants            1,021,435  actual  verified
 Kabupaten Oku  2024-04  coverage_rate              96.93%  actual  verified
 Kabupaten Oku  2024-04  participants, pbi_apbd     78,415  actual  suspect

  confidence: 78.415 jiwa (Kabupaten Oku, 78,415): its segment is unsure: all
    74 in 100, other 10 in 100; right in everything 67 in 100

"""
BY_REGION: Final = """\
contoh

   period   metric                  value  status  verdict
   ────────────────────────────────────────────────────────
 Kabupaten Ogan Komering Ulu Selatan
   2024-04  participants        1,021,435  actual  verified
   2024-04  coverage_rate          96.93%  actual  verified
   2024-04  participants,          78,415  actual  suspect
            pbi_apbd

  confidence: 78.415 jiwa (Kabupaten Ogan Komering Ulu
    Selatan, 78,415): its segment is unsure: all 74 in 100,
    other 10 in 100; right in everything 67 in 100

"""
STACKED: Final = """\
contoh

   period   metric                  value  verdict
   ────────────────────────────────────────────────
 Kabupaten Ogan Komering Ulu Selatan
   2024-04  participants,       1,021,435  verified
            actual
   2024-04  coverage_rate,         96.93%  verified
            actual
   2024-04  participants,          78,415  suspect
            pbi_apbd, actual

  confidence: 78.415 jiwa (Kabupaten Ogan Komering
    Ulu Selatan, 78,415): its segment is unsure: all
    74 in 100, other 10 in 100; right in everything
    67 in 100

"""


@pytest.mark.parametrize(
    ("width", "region", "expected"),
    [
        (120, "Kabupaten Oku", WIDE),
        (80, "Kabupaten Oku", WITHOUT_TEXT),
        (60, "Kabupaten Ogan Komering Ulu Selatan", BY_REGION),
        (52, "Kabupaten Ogan Komering Ulu Selatan", STACKED),
    ],
)
def test_facts_are_laid_out_for_the_screen(width: int, region: str, expected: str) -> None:
    assert shown(extraction_table(extraction(region)), width) == expected.removesuffix("\n")


READING_60: Final = """\
numbers

 text                value  unit     kind      qualifier
 ───────────────────────────────────────────────────────
 1.021.435 jiwa  1,021,435  people   quantity  exact
 April 2024              -  -        date      exact
 96,93 persen        96.93  percent  quantity  exact
 78.415 jiwa        78,415  people   quantity  exact
"""
READING_80: Final = """\
numbers

 id  text                value  unit     kind      qualifier  span
 ────────────────────────────────────────────────────────────────────
 n1  1.021.435 jiwa  1,021,435  people   quantity  exact      48:62
 n2  April 2024              -  -        date      exact      67:77
 n3  96,93 persen        96.93  percent  quantity  exact      87:99
 n4  78.415 jiwa        78,415  people   quantity  exact      110:121
"""


@pytest.mark.parametrize(
    ("width", "expected"), [(60, READING_60), (80, READING_80), (120, READING_80)]
)
def test_numbers_of_a_text_are_laid_out_for_the_screen(width: int, expected: str) -> None:
    assert shown(reading_table(scan(TEXT)), width).startswith(expected)


VERIFIED_60: Final = """\
rejected  coverage_rate 98.5% (-, -)
  number_in_text: the quote says '96,93 persen' (96,93
    percent), not 98,5 percent
    r April 2024, cakupan 96,93 persen, PBI APBD 78.415 jiwa
                          ^^^^^^^^^^^^
  unclaimed_number: no fact claims '1.021.435 jiwa'; it
    may be participants
"""
VERIFIED_80: Final = """\
rejected  coverage_rate 98.5% (-, -)
  number_in_text: the quote says '96,93 persen' (96,93 percent), not 98,5
    percent
    35 jiwa per April 2024, cakupan 96,93 persen, PBI APBD 78.415 jiwa.
                                    ^^^^^^^^^^^^
  unclaimed_number: no fact claims '1.021.435 jiwa'; it may be participants
"""


@pytest.mark.parametrize(("width", "expected"), [(60, VERIFIED_60), (80, VERIFIED_80)])
def test_findings_wrap_between_words_under_their_beginning(width: int, expected: str) -> None:
    wrong = {
        "value": 98.5, "unit": "percent", "metric": "coverage_rate", "quote": "96,93 persen",
    }  # fmt: skip
    console = Console(file=io.StringIO(), width=width)
    report = shown(verification_report(TEXT, verify(TEXT, [wrong]), console), width)
    assert report.startswith(expected)


def test_what_a_finding_is_about_fits_the_screen_however_long_it_is() -> None:
    text = "Cakupan JKN 98,4 persen " * 40
    wrong = {"value": 1, "unit": "percent", "metric": "coverage_rate", "quote": text.strip()}
    console = Console(file=io.StringIO(), width=60)
    report = shown(verification_report(text, verify(text, [wrong]), console), 60)
    lines = [line for line in report.splitlines() if line.strip() and set(line.strip()) == {"^"}]
    assert all(len(line) <= 60 for line in report.splitlines())
    assert len(lines) == 1


def words(printed: str) -> set[str]:
    """What stands between blanks, without the marks around it."""
    return {word.strip("(),:") for word in printed.split()}


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize(
    "make",
    [
        lambda: rules_table(RULES),
        lambda: reading_table(scan(TEXT)),
        lambda: extraction_table(extraction("Kabupaten Ogan Komering Ulu Selatan")),
    ],
    ids=["rules", "reading", "extraction"],
)
def test_no_line_is_wider_than_the_screen_and_no_word_is_cut(
    width: int, make: Callable[[], RenderableType]
) -> None:
    whole = words(shown(make(), 1000))
    narrow = shown(make(), width)
    assert max(map(len, narrow.splitlines())) <= width
    assert "…" not in narrow
    assert {word for word in words(narrow) if "─" not in word} <= whole


# --- tables --------------------------------------------------------------------------------------


def table(*leaving: str, wraps_last: bool = False) -> FittedTable:
    made = FittedTable(
        Column("name", wraps=True),
        Column("least", "right"),
        Column("more", "right"),
        Column("nothing"),
        leaving=leaving,
        wraps_last=wraps_last,
    )
    made.add_row("dua kata", "1,000", "20", "")
    return made


@pytest.mark.parametrize(
    ("width", "wraps_last", "columns"),
    [
        (40, False, ["name", "least", "more"]),
        (20, False, ["name", "least", "more"]),
        (18, False, ["name", "more"]),
        (20, True, ["name", "more"]),
        (11, False, ["name"]),
    ],
)
def test_columns_leave_in_order_and_empty_ones_always(
    width: int, columns: list[str], *, wraps_last: bool
) -> None:
    made = table("least", "more", wraps_last=wraps_last)
    assert made.fits(width)
    assert shown(made, width).split("─")[0].split() == columns


def test_a_screen_may_be_too_narrow_for_what_must_stay() -> None:
    assert not table("least", "more").fits(5)


# --- lines ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "width", "lines"),
    [
        ("satu dua tiga", 80, "satu dua tiga"),
        ("satu dua tiga", 10, "satu dua\n  tiga"),
        ("  satu dua tiga", 10, "  satu dua\n    tiga"),
        ("satu\ndua", 10, "satu\ndua"),
        ("", 10, ""),
        ("di /sebuah/tempat/yang/jauh ya", 12, "di\n  /sebuah/tempat/yang/jauh\n  ya"),
    ],
)
def test_a_line_wraps_between_words_and_a_path_stays_whole(
    words: str, width: int, lines: str
) -> None:
    assert wrapped(words, width) == lines


@given(st.text("ab \n", max_size=120), st.integers(1, 60))
def test_wrapping_loses_no_word(words: str, width: int) -> None:
    assert wrapped(words, width).split() == words.split()
    assert shown(Hanging(Text(words.replace("\n", " "))), max(width, 30)).split() == words.split()


@pytest.mark.parametrize(
    ("is_terminal", "expected"),
    [(True, "satu dua tiga\n  empat\n"), (False, "satu dua tiga empat\n")],
)
def test_what_is_said_wraps_on_a_terminal_alone(
    monkeypatch: pytest.MonkeyPatch, *, is_terminal: bool, expected: str
) -> None:
    out = io.StringIO()
    console = Console(file=out, width=15, force_terminal=is_terminal, color_system=None)
    monkeypatch.setattr(common, "errors", console)
    common.say("satu dua tiga empat")
    assert out.getvalue() == expected


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (
            None,
            "12 done, 1 failed, 3 suspect, 40 facts, 5 known before, 2 unreadable, $1.50, "
            "2.0 a second, 15 s left",
        ),
        (80, "12 done, 1 failed, 3 suspect, 40 facts, 2 unreadable, $1.50, 15 s left"),
        (48, "12 done, 1 failed, 40 facts, $1.50, 15 s left"),
        (1, "12 done, 1 failed, $1.50, 15 s left"),
    ],
)
def test_a_narrow_screen_is_told_the_most_of_a_run(width: int | None, expected: str) -> None:
    tally = Tally(
        done=12, suspect=3, facts=40, known=5, problems=2, cost=1.5, waiting=30, all_read=True
    )
    tally.failed["ServerError"] = 1
    assert status_line(tally, 2.0, priced=True, width=width) == expected
