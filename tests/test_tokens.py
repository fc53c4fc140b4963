"""The words and digits of a text, and the text that patterns are matched on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uhc_llm.scanner.tokens import tokenize


def test_letters_and_digits_are_tokens_of_their_own() -> None:
    assert [token.word for token in tokenize("Rp20,5M_3belas Covid-19").tokens] == [
        "rp", "20", "5", "m", "3", "belas", "covid", "19",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("KOTA Batu", "kota batu"),
        ("SENİN perſen jutı", "senin persen juti"),
        ("Jum’at\u00a05\u202fjuta", "jum'at 5 juta"),
        ("ǅ ß Σ", "ǆ ß σ"),
    ],
)
def test_folding_takes_away_what_says_nothing(text: str, folded: str) -> None:
    assert tokenize(text).folded == folded


@given(st.text(max_size=80) | st.text(alphabet="İıſßǅΣς’ \u00a0\u0345A1", max_size=20))
def test_every_folded_character_stands_for_the_one_in_its_place(text: str) -> None:
    source = tokenize(text)
    assert len(source.folded) == len(text)
    assert all(source.folded[t.start : t.end] == t.word for t in source.tokens)
    joined = [c for t in source.tokens for c in t.word]
    assert list(source.words) == [t.word for t in source.tokens]
    assert joined == [c for c in source.folded if c.isalnum()]


def test_the_places_of_words_are_those_of_their_tokens() -> None:
    source = tokenize("Kota Batu dan kota Malang")
    assert list(source.places_of({"kota", "malang"})) == [0, 3, 4]
