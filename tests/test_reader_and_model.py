"""What the benchmark of a model beside the reader says of what was asked and answered."""

from typing import Any

from benchmarks.reader_and_model import choice_of, shares, table
from uhc_llm.reader import interpret
from uhc_llm.scanner import scan

HEAD = (
    "| reader below | numbers | reader | model | both | model, shown examples | both |",
    "|---|---|---|---|---|---|---|",
)


def row(article: str, first: float, *, right: str, plain: str, examples: str) -> dict[str, Any]:
    said = {"coverage_rate": first, "share": 1 - first}
    return {
        "article": article, "shares": said, "right": right, "plain": plain, "examples": examples
    }  # fmt: skip


def test_a_model_that_is_always_right_is_followed_and_one_that_never_is_is_not() -> None:
    rows = [
        row(name, 0.6, right="share", plain="share", examples="coverage_rate") for name in "abcd"
    ]
    assert table(rows) == [
        *HEAD,
        "| 0.5 | 0 | 0.000 | 0.000 | 0.000 | 0.000 | 0.000 |",
        "| 0.7 | 4 | 0.000 | 1.000 | 1.000 | 0.000 | 0.000 |",
        "| 0.9 | 4 | 0.000 | 1.000 | 1.000 | 0.000 | 0.000 |",
    ]


def test_a_number_counts_where_the_reader_is_less_sure() -> None:
    rows = [row("a", 0.8, right="coverage_rate", plain="share", examples="share")]
    assert [line.split(" | ")[1:3] for line in table(rows)[2:]] == [
        ["0", "0.000"], ["0", "0.000"], ["1", "1.000"]
    ]  # fmt: skip


def test_a_status_is_no_choice_of_its_own() -> None:
    assert choice_of("coverage_rate target") == "coverage_rate"
    (number,) = interpret(scan("Cakupan JKN Kabupaten Blora 95 persen.")).numbers
    assert next(iter(shares(number))) == "coverage_rate"
    assert abs(sum(shares(number).values()) - 1) < 1e-6
