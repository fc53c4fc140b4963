"""What a spreadsheet would run, or take for a number or a day, is kept from it, and comes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uhc_llm.batch.cells import as_it_was, harmless, kept_as_text

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@x",
    "\tx",
    "\rx",
    "\n=1",
    "=cmd|' /C calc'!A0",
    " =1+1",
    "\u00a0@x",
]
# What Excel or LibreOffice makes of these in one language or the other: a number, a day, a time, a
# truth value, an error.
CONVERTED = [
    "33.10", "33.01", "3310", "0012", "33", "2024", "1e5", "1E+5", "98,7", "98.7", "1.034.331",
    "98%", "12/5", "12-05", "2024-06", "2024-05-14", "10.22", "10:22", "3 PM", "(5)", "1 1/2",
    "12 Mei 2024", "Mei 2024", "May 2024", "1 Jan", "des-24", "Selasa, 14/05/2024", "Rp25.500",
    "Rp 1.000", "$5", "TRUE", "false", "Benar", "#N/A", "#REF!", " 33.10", "\u00a033.10", "٣٣",
]  # fmt: skip
LEFT_ALONE = [
    "", " ", "ID", "Kabupaten Blora", "98 persen", "98,4 persen", "685 ribu jiwa", "fact:2",
    "number:184:2", "2024-S1", "2024-Q3", "Mei", "'", "a=b", "dua\nbaris", "❤ 5 bintang", "3 ribu",
    "2026-11-01T09:00:00.000+00:00", "Rp17,5 miliar", "#tagar", "https://koran.example/2024/06",
]  # fmt: skip


@pytest.mark.parametrize("cell", FORMULAS)
def test_a_cell_that_begins_like_a_formula_gets_an_apostrophe(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
    assert kept_as_text(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", [-3, 98.4, None, True])
def test_what_is_no_text_is_no_formula(cell: object) -> None:
    assert harmless(cell) is cell


@pytest.mark.parametrize("text", CONVERTED)
def test_text_that_a_spreadsheet_takes_for_something_else_gets_an_apostrophe(text: str) -> None:
    assert kept_as_text(text) == f"'{text}"
    assert harmless(text) == text  # to a program it is what it is


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_other_text_is_left_alone(text: str) -> None:
    assert kept_as_text(text) == (text if text != "'" else "''")


@given(st.one_of(st.text(), st.sampled_from([*FORMULAS, *CONVERTED, *LEFT_ALONE, "''33.10"])))
def test_without_the_apostrophe_a_text_is_as_it_was(text: str) -> None:
    kept = kept_as_text(text)
    assert as_it_was(kept) == text
    assert kept in (text, f"'{text}")
    assert not kept.lstrip().startswith(("=", "+", "-", "@"))


@given(st.one_of(st.text(), st.sampled_from([*FORMULAS, *CONVERTED]).map("'{}".format)))
def test_what_was_made_harmless_is_as_it_was(text: str) -> None:
    assert as_it_was(str(harmless(text))) == text
