"""The plain form of a text: what its reader sees, on lines as they were meant.

    as given -> characters (invisible ones, widths, line ends) -> HTML -> Markdown
             -> marks of footnotes -> lines that a program broke => PlainText

Everything that is read is read in the plain form; `restored` tells results of the text as given.
"""

from uhc_llm.scanner.plain.plain_text import PlainText, plain_text
from uhc_llm.scanner.plain.restoring import of_plain, restored

__all__ = ["PlainText", "of_plain", "plain_text", "restored"]
