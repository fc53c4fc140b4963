"""Marks within a line: links and pictures, emphasis, code, footnotes, and the tags of forums."""

import re
from collections.abc import Iterator, Set
from typing import Final

from uhc_llm.scanner.plain.edits import Edit

__all__ = ["inline_edits", "is_address"]

_TOKEN: Final = re.compile(
    r"""
      (?P<escape> \\ (?=[!-/:-@\[-`{}~]) )
    | (?P<url> https?://[^\s<>()\[\]*|]{1,2000}+ )
    | (?P<code> (?<![\w`]) (?P<ticks> `{1,3}+ )
                (?=[^\s`]) [^`\n]{1,300}+ (?<!\s) (?P=ticks) (?![\w`]) )
    | (?P<note> ^ \[\^ [^\]\s\[]{1,40}+ \] : [ \t]*+ | \[\^ [^\]\s\[]{1,40}+ \] )
    | (?P<forum> \[ (?P<closes>/?+)
                 (?P<tag> b|i|u|s|url|email|img|quote|color|size|font|center|left|right|code )
                 (?: = [^\]\[\n]{0,500}+ )?+ \] (?!\() )
    | (?P<wiki> \[\[ (?: [^\W\d] [^\[\]|\n]{0,200}+ \| )?+
                (?P<wiki_text> [^\W\d] [^\[\]|\n]{0,200}+ ) \]\] (?!\() )
    | (?P<open> !?+\[ )
    | (?P<close> \] (?: \( \s{0,3}+ <?+ (?P<address>
                          [^\s()<>]{0,2000}+ (?: \([^\s()<>]{0,200}+\) [^\s()<>]{0,2000}+ ){0,5}+ )
                        >?+ (?: \s{1,3}+ (?: "[^"\n]{0,300}+" | '[^'\n]{0,300}+' ) )?+ \s{0,3}+ \)
                      | \[ (?P<label> [^\]\[\n]{0,100}+ ) \] )?+ )
    | (?P<struck> ~~ (?=[^\s~]) [^~\n]{1,200}+ (?<!\s) ~~ )
    | (?P<run> \*{1,3}+ (?!\*) | _{1,3}+ (?!_) | '{3} (?!') )
    | (?P<other_run> \*++ | _++ | '{4,}+ )
    | (?P<paragraph> \n [ \t]*+ (?: \n | (?= [-*+|\#] [ \t] | \d{1,3}+ [.)] [ \t] | \| ) ) )
    """,
    re.VERBOSE | re.MULTILINE,
)
_ADDRESS: Final = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9+.-]{1,20}+:|/|\#|\?|\.{1,2}/|[\w%~-]{1,200}+(?:\.[\w-]{1,100}+)*+/)"
    r"|[^\s()]{0,300}\.[A-Za-z]{2,10}+(?:[?\#/]|\Z)|[^\d\W][^\W\d]*+\Z|\Z"
)
_MARK: Final = re.compile(r"\\?\[?(?:\d{1,3}|[a-z]|\*{1,3})\\?\]?|[↩^]{1,3}")
_PARTS: Final = {"***": ("**", "*"), "___": ("__", "_")}
_WHOLE: Final = frozenset({"s", "img"})


def is_address(text: str) -> bool:
    """Whether what stands in the brackets behind a link's text is where it leads."""
    return _ADDRESS.match(text.removeprefix("<")) is not None


def inline_edits(text: str, labels: Set[str]) -> Iterator[Edit]:
    """What marks within lines are read as; in no order, and some inside others.

    Args:
        text: the text.
        labels: of links whose addresses stand elsewhere, case folded.
    """
    reader = _Reader(text, labels)
    for token in _TOKEN.finditer(text):
        yield from reader.read(token)


class _Reader:
    """What is open where a token stands."""

    def __init__(self, text: str, labels: Set[str]) -> None:
        self._text, self._labels = text, labels
        self._brackets: list[re.Match[str]] = []
        self._runs: dict[str, tuple[int, int]] = {}
        self._forum: dict[str, re.Match[str]] = {}

    def read(self, token: re.Match[str]) -> Iterator[Edit]:
        kind = next(name for name in _KINDS if token[name] is not None)
        start, end = token.span()
        match kind:
            case "escape" | "note" | "struck":
                yield Edit(start, end, "")
            case "code":
                yield from _stripped(start, end, len(token["ticks"]))
            case "wiki":
                yield Edit(start, token.start("wiki_text"), "")
                yield Edit(token.end("wiki_text"), end, "")
            case "open":
                self._brackets.append(token)
            case "close":
                yield from self._link(token)
            case "run":
                yield from self._run(token)
            case "forum":
                yield from self._forum_tag(token)
            case "paragraph":
                self._brackets.clear()
                self._runs.clear()

    def _link(self, token: re.Match[str]) -> Iterator[Edit]:
        if not self._brackets:
            return
        opening = self._brackets.pop()
        said = self._text[opening.end() : token.start()]
        address = token["address"]
        if address is None:
            label = token["label"] or said
            if label.casefold() not in self._labels:
                return
        elif not is_address(address):
            return
        is_mark = bool(address) and address[0] == "#" and _MARK.fullmatch(said)
        if opening.group() == "![" or is_mark or not said.strip():
            yield Edit(opening.start(), token.end(), "")
            return
        yield Edit(opening.start(), opening.end(), "")
        follows_link = self._text.startswith("[", token.end())
        yield Edit(token.start(), token.end(), " " if follows_link else "")

    def _run(self, token: re.Match[str]) -> Iterator[Edit]:
        start, end = token.span()
        run, before, after = token.group(), self._text[start - 1 : start], self._text[end : end + 1]
        if before.isdigit() and after.isdigit():
            return
        is_inside = before.isalnum() and after.isalnum()
        may_close = before.strip() and before != "(" and not (run[0] == "_" and after.isalnum())
        may_open = after.strip() and after != ")" and not (is_inside and run in {"*", "_", "__"})
        # Three are two and one, whichever of them closes first.
        closed = [part for part in _PARTS.get(run, (run,)) if part in self._runs]
        if may_close and closed:
            for part in closed:
                yield Edit(*self._runs.pop(part), "")
            yield Edit(start, start + sum(map(len, closed)), "")
        elif may_open:
            for part in _PARTS.get(run, (run,)):
                self._runs[part] = (start, start + len(part))
                start += len(part)

    def _forum_tag(self, token: re.Match[str]) -> Iterator[Edit]:
        name = token["tag"]
        if not token["closes"]:
            self._forum[name] = token
        elif name in self._forum:
            opening = self._forum.pop(name)
            if name in _WHOLE:
                yield Edit(opening.start(), token.end(), "")
            else:
                yield Edit(*opening.span(), "")
                yield Edit(*token.span(), "")


# fmt: off
_KINDS: Final = (
    "escape", "url", "code", "note", "forum", "wiki", "open", "close", "struck", "run",
    "other_run", "paragraph",
)
# fmt: on


def _stripped(start: int, end: int, marks: int) -> Iterator[Edit]:
    yield Edit(start, start + marks, "")
    yield Edit(end - marks, end, "")
