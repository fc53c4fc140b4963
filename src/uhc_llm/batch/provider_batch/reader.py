"""Reads a document as far as there are answers: to its end, or to what it asks next."""

from uhc_llm.batch.ledger_file import now
from uhc_llm.batch.prices import Price
from uhc_llm.batch.provider_batch.records import Recording
from uhc_llm.batch.provider_batch.tape import Tape, Unanswered
from uhc_llm.batch.work import LASTING, Attempt, Work
from uhc_llm.errors import UhcLlmError
from uhc_llm.extraction import Extractor
from uhc_llm.schemas import Usage

__all__ = ["Reader"]


class Reader:
    """An extractor whose model is a tape.

    Args:
        extractor: asks a client that gets its answers from the tape.
        tape: that one.
        price: of the model, asked one by one; None where it is not known.
    """

    def __init__(self, extractor: Extractor, tape: Tape, price: Price | None) -> None:
        self._extractor = extractor
        self._tape = tape
        self._price = price

    async def read(self, work: Work, recording: Recording) -> Attempt | Unanswered:
        """What became of a document, or what it asks next.

        Raises:
            UhcLlmError: one of those that every other document would meet too.
        """
        since = recording.since or now()
        self._tape.wind(recording.replies)
        try:
            extraction = await self._extractor.aextract(work.document, looks_first=True)
        except Unanswered as question:
            return question
        except LASTING:
            raise
        except Exception as error:  # noqa: BLE001 (one bad document never stops the rest)
            requests, _, given, taken, cached = getattr(error, "spent", UhcLlmError.spent)
            usage = Usage(input_tokens=given, output_tokens=taken, cached_tokens=cached)
            cost = self.cost(usage)
            return Attempt(
                work.key, since, now(), error=error, requests=requests, usage=usage, cost=cost
            )
        made = extraction.provenance
        return Attempt(
            work.key,
            since,
            now(),
            extraction=extraction,
            requests=made.requests,
            usage=made.usage,
            cost=self.cost(made.usage),
            model=made.answered_by,
        )

    def cost(self, usage: Usage) -> float | None:
        """US dollars, at the price of batches."""
        return self._price.cost(usage, batch=True) if self._price else None
