"""Digits under the conventions that the press mixes, and numbers written in words."""

from decimal import Decimal

import pytest

from uhc_llm.scanner.quantities.numerals import read_digits, read_words


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        pytest.param("95", ["95"], id="no separator"),
        pytest.param("007", ["7"], id="leading zeros"),
        pytest.param("1.034.331", ["1034331"], id="dots by three"),
        pytest.param("8,157,582", ["8157582"], id="commas by three"),
        pytest.param("84,33", ["84.33"], id="decimal comma"),
        pytest.param("95.87", ["95.87"], id="decimal point"),
        pytest.param("0,75", ["0.75"], id="less than one"),
        pytest.param("98,2023", ["98.2023"], id="four decimals"),
        pytest.param("1.034.331,5", ["1034331.5"], id="dots and a decimal comma"),
        pytest.param("1,034,331.5", ["1034331.5"], id="commas and a decimal point"),
        pytest.param("25.500,00", ["25500.00"], id="sen"),
        pytest.param(
            "2.650", ["2650", "2.650"], id="one dot by three: the Indonesian reading first"
        ),
        pytest.param(
            "2,650", ["2.650", "2650"], id="one comma by three: the Indonesian reading first"
        ),
        pytest.param("0.123", ["0.123"], id="no group begins with zero"),
        pytest.param("1234.567", ["1234.567"], id="four digits are no group"),
        pytest.param("26.6.2020", [], id="a date is no number"),
        pytest.param("12.345.67", [], id="a group of two"),
        pytest.param("1.23.456", [], id="a group of two in the middle"),
        pytest.param("1,034.331.5", [], id="separators that change their mind"),
        pytest.param("1.000,500,5", [], id="two decimal commas"),
        pytest.param("9" * 26, [], id="longer than any number of an article"),
    ],
)
def test_digits_have_the_readings_that_some_convention_allows(
    text: str, readings: list[str]
) -> None:
    assert [numeral.value for numeral in read_digits(text)] == [Decimal(r) for r in readings]


@pytest.mark.parametrize(
    ("text", "resolution"),
    [("95", "1"), ("1.034.331", "1"), ("84,33", "0.01"), ("95.8", "0.1"), ("1.034.331,50", "0.01")],
)
def test_resolution_is_one_unit_of_the_last_printed_digit(text: str, resolution: str) -> None:
    assert read_digits(text)[0].resolution == Decimal(resolution)


@pytest.mark.parametrize(
    ("words", "value", "resolution"),
    [
        ("nol", "0", "1"),
        ("tiga", "3", "1"),
        ("sepuluh", "10", "1"),
        ("sebelas", "11", "1"),
        ("tujuh belas", "17", "1"),
        ("delapan puluh", "80", "10"),
        ("delapan puluh empat", "84", "1"),
        ("seratus dua puluh tiga", "123", "1"),
        ("lima ratus", "500", "100"),
        ("seribu", "1000", "1000"),
        ("seribu satu", "1001", "1"),
        ("seribu lima ratus", "1500", "100"),
        ("dua puluh lima ribu enam ratus", "25600", "100"),
        ("sejuta", "1000000", "1000000"),
        ("delapan juta", "8000000", "1000000"),
        ("satu juta dua puluh satu ribu empat ratus tiga puluh lima", "1021435", "1"),
        ("seratus miliar", "100000000000", "1000000000"),
        ("dua triliun lima ratus miliar", "2500000000000", "1000000000"),
        ("setengah juta", "500000", "500000"),
        ("seperempat juta", "250000", "250000"),
        ("dua setengah juta", "2500000", "500000"),
        ("tiga perempat juta", "750000", "1"),
        ("selusin", "12", "12"),
        ("dua lusin", "24", "12"),
        ("sembilan kuadriliun seratus triliun", "9100000000000000", "1000000000000"),
        ("delapan ribu triliun", "8000000000000000", "1000000000000"),
        ("seribu triliun", "1000000000000000", "1000000000000"),
        ("tiga miliar koma nol nol sembilan", "3000000000.009", "0.001"),
        ("lima koma dua puluh lima", "5.25", "0.01"),
        ("lima koma sepuluh", "5.10", "0.01"),
        ("delapan puluh empat koma tiga tiga", "84.33", "0.01"),
        ("nol koma lima", "0.5", "0.1"),
        ("dua koma lima juta", "2500000", "100000"),
        ("Delapan Juta", "8000000", "1000000"),
        ("dua-puluh-lima", "25", "1"),
    ],
)
def test_number_words_are_read(words: str, value: str, resolution: str) -> None:
    numeral = read_words(words)
    assert numeral is not None
    assert numeral.value == Decimal(value)
    assert numeral.resolution == Decimal(resolution)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "juta",
        "ribu",
        "ratus",
        "belas",
        "dua tiga",
        "nol ribu",
        "lima juta juta",
        "tiga seribu",
        "koma lima",
        "lima koma",
        "lima koma seratus",
        "lima koma sepuluh dua puluh",
        "dua setengah setengah juta",
        "setengah koma lima",
        "dua warga",
        "sepuluh sebelas",
        "dua ratus tiga ratus",
        "tiga belas dua",
        "dua puluh sepuluh",
        "dua ribu tiga juta",
        "lima juta dua juta",
        "ribu triliun",
        "dua pertiga juta",
        "nol koma" + " satu" * 11,
    ],
)
def test_words_that_make_no_number_are_not_read(words: str) -> None:
    assert read_words(words) is None
