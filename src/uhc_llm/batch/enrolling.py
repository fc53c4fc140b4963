"""Inputs brought into a ledger: keyed, some at a time."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from uhc_llm.batch.inputs import Item
from uhc_llm.batch.keys import work_key
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.work import InputProblem, State, Work

__all__ = ["CHUNK", "enroll", "sorted_out"]

CHUNK: Final = 32
"""So many documents go into the ledger at once."""


def enroll(
    ledger: Ledger, inputs: Iterable[Item | InputProblem], settings: str
) -> Iterator[list[State | None]]:
    """Bring documents into a ledger, some at a time.

    Args:
        ledger: open for writing.
        inputs: what `uhc_llm.batch.inputs.Inputs` gives.
        settings: the hash of the settings.

    Yields:
        For each document the state in which it was found; None for what is new.
    """
    rest = iter(inputs)
    while chunk := list(islice(rest, CHUNK)):
        works, problems = sorted_out(chunk, settings)
        states = ledger.add(works, settings)
        # Behind its rows, which are read up to where a table is damaged.
        if problems:
            ledger.add_problems(problems)
        yield states


def sorted_out(
    chunk: Sequence[Item | InputProblem], settings: str
) -> tuple[list[Work], list[InputProblem]]:
    """What there is to do, with its keys, and what cannot be read."""
    problems = [item for item in chunk if isinstance(item, InputProblem)]
    works = [
        Work(work_key(document.text, document.published, settings), document, source)
        for document, source in (item for item in chunk if isinstance(item, Item))
    ]
    return works, problems
