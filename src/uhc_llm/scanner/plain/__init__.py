"""The plain form of a text: what its reader sees, on lines as they were meant.

    as given -> characters (invisible ones, widths, line ends) -> markup -> lines  => PlainText

Everything behind reads the plain form alone, and its places lead back to the text as given.
"""

from uhc_llm.scanner.plain.edits import Edit, Places

__all__ = ["Edit", "Places"]
