"""Reading: what each number of a scanned text means, learned from labelled articles.

article     the words of a text, their senses, and what stands around each number
candidates  whose a number can be, and of when: what the text offers
features/   what is looked at, each under a name that a person can read
cells/      what the heads, rows and titles of tables say, by exact rules
scoring     how choices are scored by learned weights (weights; made by `tools/training`)
sight       all that is looked at in a text, for each choice of each number
interpreting  the order of reading: what was decided before speaks for what comes next, on each
            of the ways of reading that are open (paths)
declarations  what a text says of the UHC status of regions, in words alone
"""

from uhc_llm.reader.candidates import NATION_ID, Moment, Place
from uhc_llm.reader.interpretation import Interpretation, Meaning
from uhc_llm.reader.interpreting import Understanding, interpret

__all__ = [
    "NATION_ID", "Interpretation", "Meaning", "Moment", "Place", "Understanding", "interpret",
]  # fmt: skip
