"""Quotes are found verbatim but for white space, also where a text is made to hide them."""

import re

from hypothesis import example, given
from hypothesis import strategies as st

from uhc_llm.verifier.quotable import Quotable

CLOSE = st.text("ab \n\u00a0\u2009\u3000.", max_size=30)


def by_pattern(text: str, quote: str) -> list[tuple[int, int]]:
    words = quote.split()
    pattern = r"\s+".join(map(re.escape, words))
    return [found.span() for found in re.finditer(pattern, text)] if words else []


@given(CLOSE, CLOSE.map(lambda text: text[:6]))
@example("aa a  a\na", "a a")
@example(" a b ", " a  b ")
@example("a\x1fb\x85c", "a b c")
def test_quotes_stand_where_a_pattern_of_their_words_finds_them(text: str, quote: str) -> None:
    assert list(Quotable(text).places(quote)) == by_pattern(text, quote)


@given(st.text(max_size=40), st.data())
def test_any_stretch_of_a_text_is_found_in_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    quote = text[start : data.draw(st.integers(start, len(text)))]
    assert list(Quotable(text).places(quote)) == by_pattern(text, quote)


def test_a_quote_that_nearly_stands_everywhere_is_looked_for_once() -> None:
    repeated = "a " * 50_000
    assert list(Quotable(repeated).places(f"{repeated} b")) == []
    assert next(Quotable(f"{repeated}b").places("a b")) == (99_998, 100_001)
