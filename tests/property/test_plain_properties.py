"""A plain form leads back to its text, and no tail of a number passes for one."""

import re
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from uhc_llm import scan
from uhc_llm.scanner.plain import plain_text

ODD = st.characters(
    categories=["P", "S", "Z", "Cf", "Cc", "Mn", "Me"], exclude_characters="±≈~<>≤≥%$€£¥₩½¼¾"
)
TEXTS = st.text(
    st.one_of(st.sampled_from("95,28. jiwa\r\n*[]¹\u200b&<>"), st.characters(codec="utf-8")),
    max_size=60,
)


@given(TEXTS)
def test_every_stretch_of_a_plain_text_stands_for_a_stretch_of_the_text_as_given(text: str) -> None:
    plain = plain_text(text)
    if plain.places is None:
        assert plain.text == text
        return
    last = 0
    for index in range(len(plain.text)):
        start, end = plain.places.span(index, index + 1)
        assert last <= start < end <= len(text)
        last = start
    assert plain.places.span(0, len(plain.text))[1] <= len(text)


@given(TEXTS)
def test_a_plain_text_is_plain(text: str) -> None:
    once = plain_text(text).text
    assert "\r" not in once
    assert not any(character in once for character in "\u200b\xad\ufeff")
    assert not re.search(
        r"(?<=\S)¹(?![\d⁰¹²³⁴-⁹⁾.,])", once
    )  # one that opens a line is a note's own


@given(
    st.text("123456789", min_size=1, max_size=3),
    st.text(ODD, min_size=1, max_size=2),
    st.sampled_from(["345", "28", "5", "345.678"]),
    st.sampled_from([" jiwa", " persen", "%", " orang", " peserta"]),
)
def test_no_tail_of_a_number_is_a_number_without_a_flag(
    head: str, between: str, tail: str, unit: str
) -> None:
    text = f"tercatat {head}{between}{tail}{unit}"
    assume(not any(map(str.isspace, plain_text(between).text)))
    whole = Decimal(f"{head}{tail.replace('.', '')}")
    decimal = Decimal(f"{head}.{tail.replace('.', '')}")
    tails = {Decimal(tail.replace(".", "")), Decimal(tail)}
    for mention in scan(text).mentions:
        if mention.unit in {"people", "percent"} and not mention.flags:
            assert mention.value not in tails - {whole, decimal}, mention
