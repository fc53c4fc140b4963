"""The provider's own batches, at half the price: `uhc-llm batch --via batch-api`.

    waiting documents -> tape -> outbox -> provider -> ledger -> tape -> done, or the next request

A document is extracted by the same `Extractor` as ever, and asked by the same `ModelClient`; only
the answers come from a tape: what the ledger holds of them is played, and at the first request that
has no answer yet the conversation ends, and the request goes into a file. When the batch of that
file has been answered, the conversation is played from the beginning again, one answer further.
So nothing waits in memory, and going on after a crash is what happens anyway.

- tape: plays a document's answers
- reader: what became of a document, or what it asks next
- outbox: the file of requests that is handed in next
- records: batches and requests in the ledger
- handing_in, taking_in: of batches
- rounds: the run itself
- standing: on which terms, and how it stands
"""

from uhc_llm.batch.provider_batch.records import under_way
from uhc_llm.batch.provider_batch.rounds import run_batch_api
from uhc_llm.batch.provider_batch.standing import Outcome, Terms

__all__ = ["Outcome", "Terms", "run_batch_api", "under_way"]
