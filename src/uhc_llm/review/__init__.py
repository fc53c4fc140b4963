"""A local web page on which people check what came out of a run.

    the queue -> an article, its items one by one -> a decision, kept in the ledger

`queue` says which article is next, `choices` what a number may be said to mean, `deciding` turns
what a form says into a decision, `text` shows the article around it, `security` keeps everybody
else out, `app` answers, and `serving` runs it on this machine alone.
"""

from uhc_llm.review.app import make_app
from uhc_llm.review.serving import Serving

__all__ = ["Serving", "make_app"]
