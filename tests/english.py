"""English words that are left where another language is spoken."""

import re
from html.parser import HTMLParser
from typing import Final

__all__ = ["english_in", "english_on_page"]

# Words that no sentence of a page does without, and that Indonesian does not have.
_LIST: Final = """
    a above after all also and another any are article articles as at be been before below beside
    by can cannot could day decided did does each else every fact facts far figure figures
    found from had has have here how is it its last least less looked made many may members month
    more most name named near next no nobody none not nothing number numbers of on one only open
    or other others out over page people period previous read region regions rejected rest right
    said say says sentence share should show so some somebody stand stands suspect than that the
    their them then there these they this those time to until up value verified was were what when
    where which who whose why with words would yet you your
"""
_WORDS: Final = frozenset(_LIST.split())
# Names are no words: of files, places of the web and commands; "No. 1" is Indonesian too.
_NAME: Final = re.compile(r"`[^`]*`|\{\w+\}|https?://\S+|\bNo\.|\S*[\d/_]\S*|\w+(?:-\w+)+")
_WORD: Final = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")
_ATTRIBUTES: Final = ("title", "alt", "aria-label", "placeholder", "data-narrow-label")
# What articles say, and what rules and commands are called, is in no language of ours.
_APART: Final = frozenset({"blockquote", "code", "kbd", "q", "script", "style"})
_CLASSES: Final = frozenset({"text"})
_VOID: Final = frozenset({"br", "hr", "img", "input", "link", "meta"})


def english_in(words: str) -> list[str]:
    """The English words in some words, in order; what is in capitals is short for a name."""
    plain = _NAME.sub(" ", words)
    return [word for word in _WORD.findall(plain) if word.lower() in _WORDS and not word.isupper()]


def english_on_page(html: str) -> list[str]:
    """The pieces of a page with English in them: of its words, and of what is read out."""
    page = _Page()
    page.feed(html)
    return [piece for piece in page.pieces if english_in(piece)]


class _Page(HTMLParser):
    """What a page says, without what others say on it."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._apart: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        is_apart = (
            tag in _APART
            or bool(_CLASSES.intersection(said.get("class", "").split()))
            or ("lang" in said and tag != "html")
        )
        if not any(self._apart) and not is_apart:
            self.pieces += [said[name] for name in _ATTRIBUTES if name in said]
        if tag not in _VOID:
            self._apart.append(is_apart)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID and self._apart:
            self._apart.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(self._apart):
            self.pieces.append(" ".join(data.split()))
