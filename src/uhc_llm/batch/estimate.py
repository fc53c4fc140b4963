"""What a run would take: how many documents, how many tokens, what price; nobody is asked."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, Final, NamedTuple, TypeVar

from pydantic import BaseModel

from uhc_llm import _background
from uhc_llm.batch.inputs import Item
from uhc_llm.batch.keys import settings_hash, work_key
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.prices import Price
from uhc_llm.batch.work import InputProblem
from uhc_llm.errors import OutputError, UhcLlmError
from uhc_llm.extraction import Extractor
from uhc_llm.llm.asking import Answer, Message
from uhc_llm.schemas import Usage

__all__ = ["Estimate", "Meter", "estimate"]

T = TypeVar("T", bound=BaseModel)

_CHARACTERS_A_TOKEN: Final = 3.2
_SCHEMA_TOKENS: Final = 350
_TOKENS_A_NUMBER: Final = 45
_MARK: Final = "[n"
_MEASURED: Final = 300
"""So many documents are put into questions; of the others the length says how many tokens."""


class Meter:
    """A model that answers nothing, and remembers how long the questions were.

    Args:
        name: of the model that would be asked.
        options: with which it would be asked.
    """

    def __init__(self, name: str, options: Mapping[str, Any] | None = None) -> None:
        self.name = name
        self.options = dict(options or {})
        self.requests = 0
        self.usage = Usage()

    async def ask(
        self, messages: Sequence[Message], answer_model: type[T], *, reasks: int = 2
    ) -> Answer[T]:
        """Measure the question, and answer nothing."""
        del answer_model, reasks
        said = [str(message["content"]) for message in messages]
        given = sum(map(len, said)) / _CHARACTERS_A_TOKEN + _SCHEMA_TOKENS
        taken = said[-1].count(_MARK) * _TOKENS_A_NUMBER
        self.requests += 1
        self.usage += Usage(input_tokens=round(given), output_tokens=taken)
        raise OutputError("nobody was asked")

    async def aclose(self) -> None:
        """Do nothing: there is nothing to close."""


class Estimate(NamedTuple):
    """What a run would take.

    Attributes:
        documents: in the inputs.
        done: those of them that are done already.
        problems: inputs that cannot be read.
        usage: tokens of what is to be done, about; no answer asked for again is in it.
        cost: US dollars; None where the price is not known.
    """

    documents: int
    done: int
    problems: int
    usage: Usage
    cost: float | None


def estimate(
    inputs: Iterable[Item | InputProblem],
    extractor: Extractor,
    meter: Meter | None,
    *,
    ledger: Ledger | None,
    price: Price | None,
    limit: int | None = None,
) -> Estimate:
    """Say what a run would take.

    Args:
        inputs: what would be asked for.
        extractor: one whose model is `meter`.
        meter: None where no model is asked.
        ledger: what was done before; None when there is none.
        price: of the model; None where it is not known.
        limit: so many documents at most would be done.
    """
    settings = settings_hash(extractor.settings)
    documents = done = problems = to_do = 0
    characters = measured = 0
    seen: set[bytes] = set()
    for item in inputs:
        if isinstance(item, InputProblem):
            problems += 1
            continue
        documents += 1
        text = item.document.text
        key = work_key(text, item.document.published, settings)
        short = bytes.fromhex(key[:24])
        if short in seen or (ledger is not None and _is_done(ledger, key)):
            done += 1
            continue
        seen.add(short)
        if limit is not None and to_do >= limit:
            continue
        to_do += 1
        characters += len(text)
        if meter is not None and to_do <= _MEASURED:
            measured += len(text)
            _measure(extractor, item)
    usage = Usage()
    if meter is not None and measured:
        share = characters / measured
        usage = Usage(
            input_tokens=round(meter.usage.input_tokens * share),
            output_tokens=round(meter.usage.output_tokens * share),
        )
    cost = None if price is None else price.cost(usage)
    return Estimate(documents, done, problems, usage, cost)


def _measure(extractor: Extractor, item: Item) -> None:
    try:
        _background.run(extractor.aextract(item.document, looks_first=True))
    except UhcLlmError:
        return  # it was asked, or would fail before that


def _is_done(ledger: Ledger, key: str) -> bool:
    query = "SELECT 1 FROM documents WHERE key = ? AND state = 'done'"
    return any(islice(ledger.rows(query, (key,)), 1))
