"""Names with a number in them: laws, articles and classes, addresses, cards, pages."""

import re
from typing import Final

from uhc_llm.scanner.calendar import MONTHS
from uhc_llm.scanner.nominals.nominal import (
    ROMAN,
    ROMANS,
    Nominal,
    Reader,
    any_of,
    counts,
    follows_number,
    nominal,
)
from uhc_llm.scanner.nominals.words import ADDRESSES, IDENTIFIERS, LAWS, REFERENCES
from uhc_llm.scanner.tokens import TokenizedText

__all__ = ["READERS"]

# "12", "75/2019", "3/HUK/2026", "HK.01.07/MENKES/312/2020"
_CODE: Final = r"(?:[a-z]{1,6}[./-]){0,3}\d{1,6}(?:[./-]\w(?:[\w.-]{0,20}\w)?){0,6}"
_OF_YEAR: Final = r"(?:\s{1,2}(?:tahun|thn|th\.?)\s{1,2}(?:19|20)\d\d(?!\d))"
_NUMBER: Final = rf"\b{any_of(LAWS['number_words'])}\b\.?\s{{0,2}}:?\s{{0,2}}"
_LAW: Final = re.compile(
    rf"""
    {any_of(LAWS["words"])}\b
    (?:
      (?:[\s(]{{1,3}}[^\W\d_][^\W\d_./-]{{0,24}}\)?,?){{0,7}}?[\s(]{{1,3}}{_NUMBER}{_CODE}{_OF_YEAR}?
    | [\s-]?\d{{1,4}}(?:/(?:19|20)\d\d|{_OF_YEAR})(?!\w)
    | \s(?P<bare>\d{{1,3}})(?!\w)
    )
    """,
    re.VERBOSE,
)
_CONSTITUTION: Final = re.compile(
    rf"{any_of(LAWS['constitution'])}(?:\snri)?(?:\stahun)?\s(?:19)?45(?!\w)"
)
_NUMBERED: Final = re.compile(rf"{_NUMBER}(?P<code>{_CODE}){_OF_YEAR}?")

_ITEM: Final = rf"\(?(?:\d{{1,4}}[a-z]?|{ROMAN})\)?(?!\w)"
_HEADED: Final = re.compile(rf"[\s.]{{1,3}}(?P<item>{_ITEM})")
_MORE: Final = re.compile(
    r"(?:\s?[,/&–-]\s?(?:(?:dan|atau)\s)?|\s(?:dan|atau|serta|hingga|sampai|s\.d\.)\s)"
    rf"(?:{any_of(REFERENCES['strong'])}\s)?(?P<item>{_ITEM})"
)
_PART: Final = re.compile(rf"\s{any_of(REFERENCES['parts'])}\s\(?(?:\d{{1,3}}|[a-z])\)?(?!\w)")
_CAPTIONED: Final = re.compile(
    r"\.?:?\s{0,2}\(?\d{1,3}(?:\s?/\s?\d{1,3}|\sdari\s\d{1,3})?\)?(?![\w/])"
)
_MOST_ITEMS: Final = 12
_YEAR: Final = re.compile(r"(?:19|20)\d\d")

_STREET_NUMBER: Final = (
    rf"{any_of(ADDRESSES['numbers'])}\.?\s{{0,2}}:?\s{{0,2}}\d{{1,4}}[a-z]?(?!\w)"
)
_LANE: Final = rf"(?:[\s,]{{1,2}}{any_of(ADDRESSES['lanes'])}\.?\s[\w']{{1,15}})?"
_STREET: Final = re.compile(
    rf"""
    \.?\s{{1,2}}
    (?: (?:[\w'/-]{{1,20}}\.?,?\s{{1,2}}){{1,6}}?{_STREET_NUMBER}(?:[,.-]\d{{1,3}}(?!\d))?
      | (?:raya\s)?\d{{1,2}}\s{any_of(MONTHS)}\b )
    """,
    re.VERBOSE,
)
# "Jalan" is also a word, and "Jl." is not: only behind that a number needs no "No.".
_SHORT_STREET: Final = re.compile(
    r"\.?\s{1,2}(?:[^\W\d_][\w'/-]{0,20}\.?\s{1,2}){1,5}?\d{1,4}[a-z]?(?!\w)"
)
_WARD: Final = re.compile(
    rf"[\s.]{{0,2}}\d{{1,3}}(?!\w)(?:\s?[/,]?\s?(?:{any_of(ADDRESSES['wards'])}[\s.]{{0,2}})?\d{{1,3}}(?!\w))?"
)
_POSTCODE: Final = re.compile(rf"{any_of(ADDRESSES['postcode'])}\s?:?\s?\d{{5}}(?!\w)")

_IDENTIFIED: Final = re.compile(
    rf"[\s.:]{{0,3}}(?:{any_of(IDENTIFIERS['between'])}\b[\s.:]{{1,3}}){{0,4}}"
    r"\d{5,24}(?:[.-]\d{1,10}){0,6}(?!\w)"
)
_NAMED: Final = re.compile(rf"{any_of(IDENTIFIERS['names'])}(?!\w)")


def _law(source: TokenizedText, index: int) -> Nominal | None:
    token = source.tokens[index]
    if token.word in LAWS["capitals"] and not source.text[token.start : token.end].isupper():
        return None
    match = _LAW.match(source.folded, token.start)
    if match is None or (match["bare"] and counts(source.folded, match.end())):
        return None
    return nominal(source.text, *match.span(), "reference")


def _constitution(source: TokenizedText, index: int) -> Nominal | None:
    match = _CONSTITUTION.match(source.folded, source.tokens[index].start)
    return nominal(source.text, *match.span(), "reference") if match else None


def _numbered(source: TokenizedText, index: int) -> Nominal | None:
    """A number that is called one: "Nomor 3/HUK/2026"; telephones are read elsewhere."""
    match = _NUMBERED.match(source.folded, source.tokens[index].start)
    if match is None or match["code"].startswith("0") or counts(source.folded, match.end()):
        return None
    return nominal(source.text, *match.span(), "reference")


def _reference(source: TokenizedText, index: int) -> Nominal | None:
    """A name and its numbers: "kelas 1, 2 dan 3", "Pasal 12 ayat (2) huruf b"."""
    token = source.tokens[index]
    is_strong = token.word in REFERENCES["strong"]
    if not is_strong and follows_number(source, index):
        return None  # "dua tahap 3"; but "Perpres 82 Tahun 2018 Pasal 12"
    first = _HEADED.match(source.folded, token.end)
    if first is None or not _names(source.folded, first, nouns=not is_strong):
        return None
    end = first.end()
    for _ in range(_MOST_ITEMS):
        more = _MORE.match(source.folded, end)
        if more and _names(source.folded, more, nouns=True):
            end = more.end()
        elif part := _PART.match(source.folded, end):
            end = part.end()
        else:
            break
    value = ROMANS.get(first["item"].strip("()"))
    return nominal(source.text, token.start, end, "reference", value)


def _names(folded: str, match: re.Match[str], *, nouns: bool) -> bool:
    item = match["item"].strip("()")
    is_year = _YEAR.fullmatch(item) is not None
    if is_year or not (item[0].isdecimal() or item in ROMANS):
        return False
    return not counts(folded, match.end(), nouns=nouns)


def _caption(source: TokenizedText, index: int) -> Nominal | None:
    token = source.tokens[index]
    match = _CAPTIONED.match(source.folded, token.end)
    if match is None or match.start() == match.end() or counts(source.folded, match.end()):
        return None
    if follows_number(source, index):
        return None
    return nominal(source.text, token.start, match.end(), "reference")


def _street(source: TokenizedText, index: int) -> Nominal | None:
    token = source.tokens[index]
    match = _STREET.match(source.folded, token.end)
    if match is None and token.word != "jalan":
        match = _SHORT_STREET.match(source.folded, token.end)
        if match and counts(source.folded, match.end()):
            return None
    return nominal(source.text, token.start, match.end(), "address") if match else None


def _ward(source: TokenizedText, index: int) -> Nominal | None:
    token = source.tokens[index]
    match = _WARD.match(source.folded, token.end)
    if match is None:
        return None
    # "5 RT 3 warga" counts; "No. 12 RT 03" is an address.
    is_counted = follows_number(source, index) and " 0" not in match.group()
    if is_counted or counts(source.folded, match.end(), nouns=False):
        return None
    return nominal(source.text, token.start, match.end(), "address")


def _postcode(source: TokenizedText, index: int) -> Nominal | None:
    match = _POSTCODE.match(source.folded, source.tokens[index].start)
    return nominal(source.text, *match.span(), "address") if match else None


def _identified(source: TokenizedText, index: int) -> Nominal | None:
    token = source.tokens[index]
    match = _IDENTIFIED.match(source.folded, token.end)
    if match is None or counts(source.folded, match.end()):
        return None
    return nominal(source.text, token.start, match.end(), "identifier")


def _named(source: TokenizedText, index: int) -> Nominal | None:
    match = _NAMED.match(source.folded, source.tokens[index].start)
    return nominal(source.text, *match.span(), "identifier") if match else None


def _first_words(phrases: list[str]) -> set[str]:
    return {re.split(r"[\W\d]", phrase)[0] for phrase in phrases}


READERS: Final[dict[str, Reader]] = {
    **dict.fromkeys(_first_words(IDENTIFIERS["names"]), _named),
    **dict.fromkeys(_first_words(ADDRESSES["postcode"]), _postcode),
    **dict.fromkeys([*REFERENCES["strong"], *REFERENCES["weak"]], _reference),
    **dict.fromkeys(REFERENCES["captions"], _caption),
    **dict.fromkeys(ADDRESSES["streets"], _street),
    **dict.fromkeys(ADDRESSES["wards"], _ward),
    **dict.fromkeys(IDENTIFIERS["words"], _identified),
    **dict.fromkeys(_first_words(LAWS["words"]), _law),
    **dict.fromkeys(LAWS["constitution"], _constitution),
    **dict.fromkeys(LAWS["number_words"], _numbered),
}
"""Who reads a name that begins with a word."""
