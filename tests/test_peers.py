"""The examples that other number readers test themselves with, read by ours.

They stand in a folder `shared` beside the repository, and are not ours to publish.
"""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from uhc_llm.scanner import scan
from uhc_llm.schemas import Mention

PEERS: Final = Path(__file__).parent.parent.parent / "shared" / "peers"

pytestmark = pytest.mark.skipif(
    not PEERS.is_dir(), reason="no folder shared/peers beside the repository"
)

# Not read as the others read it, by the text of the case, and why. One that is read after all
# fails its test: take it out then.
_MILLION: Final = "the press writes M for miliar, and only behind a currency"
_GIGA: Final = "the press writes no G"
_FORM: Final = "no convention allows the form, so that it may be anything"
_NUMBERS: Final = "every number of a text is accounted for, here without a sign"
NOT_READ: Final = {
    "kosong": "means empty in the press",
    "3M": _MILLION,
    "1,2M": _MILLION,
    "-1,2M": _MILLION,
    ",0012G": _GIGA,
    "-,0012G": _GIGA,
    "-0,0012G": _GIGA,
    "positif dua": "in the press it says who has tested positive",
    "smbln bls": "the press does not spell so",
    "--123": _NUMBERS,
    "++123": _NUMBERS,
    "1, 2, 3": "every number of a text is accounted for, here as three",
    "1x23": _FORM,
    "12.300.01": _FORM,
    "12,300,01": _FORM,
}
# Where a sentence goes on, a dash before a space is no minus, and what follows "90 ribu" without a
# scale of its own may be another number.
ALONE_ONLY: Final = frozenset({"- 1.200.000", "9 ratus 90 ribu 2", "9,60 juta 30 ribu 100"})

NAMES: Final[Mapping[str, frozenset[str]]] = {
    "Dollar": frozenset({"$", "dolar"}),
    "USD": frozenset({"usd"}),
    "EUR": frozenset({"€", "eur", "euro", "euros"}),
    "Pound": frozenset({"£", "pound", "pound sterling"}),
    "GBP": frozenset({"gbp"}),
    "JPY": frozenset({"¥", "yen"}),
}


def cases() -> Iterator[Any]:
    for name in ("duckling_id.json", "other_id.json"):
        path = PEERS / name
        rows = json.loads(path.read_text("utf-8"), parse_float=Decimal) if path.is_file() else []
        for number, row in enumerate(rows):
            yield pytest.param(row, id=f"{name.split('_')[0]}-{number}-{row['text']}")


def mentions(text: str) -> list[Mention]:
    return [m for m in scan(text).mentions if "unread" not in m.flags]


def is_read(value: Any, found: list[Mention]) -> bool:
    """Whether what was found is the one number, range, bound or amount of money of a case."""
    if value is None:
        return not found
    if len(found) != 1:
        return False
    (mention,) = found
    if not isinstance(value, dict):
        return mention.value == value and mention.upper is None
    if value["unit"] == "IDR":
        is_currency = mention.unit == "rupiah"
    else:
        is_currency = (mention.unit, (mention.noun or "").lower() in NAMES[value["unit"]]) == (
            "other",
            True,
        )
    low = value.get("from", value.get("value", value.get("to")))
    high = value.get("to") if "from" in value else None
    bound = "at_most" if "from" not in value and "to" in value else "at_least"
    is_bound = ("from" in value) != ("to" in value)
    return (
        is_currency
        and (mention.value, mention.upper) == (low, high)
        and (not is_bound or mention.qualifier == bound)
    )


@pytest.mark.parametrize("case", list(cases()))
def test_a_case_of_other_readers_is_read_alone(case: dict[str, Any]) -> None:
    assert is_read(case["value"], mentions(case["text"])) == (case["text"] not in NOT_READ)


@pytest.mark.parametrize("carrier", ["Kata dia, angkanya {} saja.", "Tercatat ({}) di sana."])
@pytest.mark.parametrize(
    "case",
    [
        case
        for case in cases()
        if case.values[0]["value"] is not None
        if case.values[0]["text"] not in NOT_READ | dict.fromkeys(ALONE_ONLY, "")
    ],
)
def test_a_case_of_other_readers_is_read_in_a_sentence(case: dict[str, Any], carrier: str) -> None:
    text, value = case["text"], case["value"]
    if case.get("dim") == "Ordinal" or "ordinal" in case.get("src", ""):
        carrier = "Daerah {} di sana."
    elif len(text.split()) == 1 and text.isalpha():
        text = f"{text} orang"  # one word alone in a sentence may be no number
    assert is_read(value, mentions(carrier.format(text)))


def test_every_exception_is_a_case() -> None:
    texts = {case.values[0]["text"] for case in cases()}
    assert texts >= NOT_READ.keys()
    assert texts >= ALONE_ONLY
