"""Places in an order: "ke-4", "keempat", "peringkat 3"."""

import re
from typing import Final

from uhc_llm.scanner.nominals.nominal import ROMANS, Nominal, Reader, counts, nominal
from uhc_llm.scanner.nominals.words import RANK_VALUES, RANKS
from uhc_llm.scanner.quantities.words import NUMBER_WORDS
from uhc_llm.scanner.tokens import TokenizedText

__all__ = ["READERS"]

_DIGITS: Final = re.compile(
    r"(?P<gap>\s?[-–]\s?|\s|)(?P<number>\d{1,3}(?:\.\d{3})+|\d{1,9}|[ivx]{1,7})(?!\w)"
)
# "posisi 2023" is no rank.
_RANKED: Final = re.compile(r"\s(?!(?:19|20)\d\d(?!\d))\d{1,4}(?!\w)")
_TENS: Final = re.compile(r"\s(?P<tens>belas|puluh)(?:\s(?P<ones>[a-z]{1,8}))?")
_HEAD_REACH: Final = 4
_TEN: Final = 10
_MORE_DIGITS: Final = re.compile(r"\s{0,2}[.,]?\s{0,2}\d")
_FIRST_WORDS: Final = {f"ke{word}": n for word, n in NUMBER_WORDS.items() if 0 < n <= 1000}  # noqa: PLR2004
_VALUES: Final = _FIRST_WORDS | RANK_VALUES
_HEADS: Final = frozenset(RANKS["heads"])
_EVENTS: Final = frozenset(RANKS["events"])
_FOLLOWERS: Final = frozenset(RANKS["followers"])


def _th(source: TokenizedText, index: int) -> Nominal | None:
    """A number behind "ke"; "ke 4" only behind what is ranked, as "ke 4 desa" goes to villages."""
    token = source.tokens[index]
    match = _DIGITS.match(source.folded, token.end)
    if match is None or (token.start and source.folded[token.start - 1] in "-–"):
        return None
    number = match["number"].replace(".", "")
    behind = source.folded[match.end() : match.end() + 2]
    if behind[:1] in (".", ",") and behind[1:].isdecimal():
        return None
    if match["gap"] == " " and not _is_ranked(source, index, match.end()):
        return None
    value = int(number) if number.isdecimal() else ROMANS.get(number)
    if value is None or (not number.isdecimal() and "-" not in match["gap"]):
        return None
    return nominal(source.text, token.start, match.end(), "ordinal", value)


def _is_ranked(source: TokenizedText, index: int, end: int) -> bool:
    before = source.tokens[max(0, index - _HEAD_REACH) : index]
    if not before and not source.folded[end:].strip(" ."):
        return True
    if source.folded[end : end + 5].strip().startswith("kali"):
        return True
    is_headed = bool(before) and before[-1].word in _HEADS
    is_of_event = not _EVENTS.isdisjoint(token.word for token in before)
    return (is_headed or is_of_event) and not counts(source.folded, end)


def _word(source: TokenizedText, index: int) -> Nominal | None:
    """A number word with "ke-" where it ranks; "kedua daerah itu" are both of them."""
    token = source.tokens[index]
    folded, end, value = source.folded, token.end, _VALUES[token.word]
    if folded[end : end + 1] == "-" or (token.start and folded[token.start - 1] == "-"):
        return None
    if value < _TEN and (tens := _TENS.match(folded, end)):
        value, end = _with_tens(value, tens)
    following = source.tokens[index + 1] if index + 1 < len(source.tokens) else None
    is_before_word = following is not None and folded[end : following.start].isspace()
    if is_before_word and end == token.end and token.word not in RANK_VALUES:
        assert following is not None  # noqa: S101 - told by the line above
        before = source.tokens[index - 1].word if index else ""
        is_ranked = before in _HEADS or following.word in _FOLLOWERS or before.startswith("ter")
        if not is_ranked:
            return None
    return nominal(source.text, token.start, end, "ordinal", value)


def _with_tens(value: int, tens: re.Match[str]) -> tuple[int, int]:
    """The value and the end of "kedua belas" or "kedua puluh lima"."""
    if tens["tens"] == "belas":
        return value + _TEN, tens.end("tens")
    ones = NUMBER_WORDS.get(tens["ones"] or "", _TEN)
    if ones < _TEN:
        return value * _TEN + ones, tens.end()
    return value * _TEN, tens.end("tens")


def _rank(source: TokenizedText, index: int) -> Nominal | None:
    token = source.tokens[index]
    match = _RANKED.match(source.folded, token.end)
    if match is None or counts(source.folded, match.end()):
        return None
    if _MORE_DIGITS.match(source.folded, match.end()):
        return None  # "di posisi 98, 65 persen"
    return nominal(source.text, token.start, match.end(), "ordinal")


READERS: Final[dict[str, Reader]] = {
    **dict.fromkeys([word for word in RANKS["words"] if " " not in word], _rank),
    **dict.fromkeys(_VALUES, _word),
    "ke": _th,
}
"""Who reads a rank that begins with a word."""
