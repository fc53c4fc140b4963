"""What rules, reasons and errors say in the language that is spoken; they are stored in English."""

from uhc_llm.language import current

__all__ = ["told", "value_told"]


def told(words: str, of: str = "reason") -> str:
    """A sentence as the language that is spoken says it; with English nothing is looked up.

    Args:
        words: in English.
        of: the rule that says it, or what it is, as in `uhc_llm.pages.telling`.
    """
    if current() == "en":
        return words
    from uhc_llm.pages import telling

    return telling.told(words, of)


def value_told(value: str) -> str:
    """What the reader holds likely, as the language that is spoken says it."""
    if current() == "en":
        return value
    from uhc_llm.pages import telling

    return telling.anew("value", value)
