"""Which characters the bytes of an input stand for, and which inputs hold no characters at all."""

import codecs
import logging
import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from uhc_llm.errors import InputError

__all__ = ["REPLACEMENT", "decode", "decode_head", "decode_html"]

logger = logging.getLogger(__name__)

REPLACEMENT: Final = "\ufffd"
"""What stands for a character of a web page that is damaged."""

_SAVE_AS_TEXT: Final = "save it as plain text (.txt, UTF-8), and give that file"
_SAVE_AS_WORD: Final = "save it as .docx or as plain text (.txt, UTF-8), and give that file"
_UNPACK: Final = "unpack it, and give the text files in it"
_ONLY_TEXT: Final = "only text can be read; copy the article from where it was published"


class _Binary(NamedTuple):
    """A kind of file that is no plain text, and what to do with one."""

    magic: bytes
    kind: str
    advice: str


_BINARIES: Final = (
    _Binary(
        b"PK\x03\x04",
        "a ZIP archive, a workbook (.xlsx) or slides",
        f"save a table as .csv, a text as .docx or .txt; an archive, {_UNPACK}",
    ),
    _Binary(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an old Word or Excel file, or one with a password",
        _SAVE_AS_WORD,
    ),
    _Binary(b"{\\rtf", "an RTF file", _SAVE_AS_WORD),
    _Binary(b"\x1f\x8b", "a gzip archive", _UNPACK),
    _Binary(b"\x89PNG\r\n\x1a\n", "a PNG image", _ONLY_TEXT),
    _Binary(b"\xff\xd8\xff", "a JPEG image", _ONLY_TEXT),
    _Binary(b"GIF8", "a GIF image", _ONLY_TEXT),
)

_BYTE_ORDER_MARK: Final = "\ufeff"
# UTF-32 stands before UTF-16, whose mark is the beginning of its own.
_BYTE_ORDER_MARKS: Final[Mapping[bytes, str]] = {
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
# The printable part of Latin-1 is the same in it. Left to choose among all encodings that it knows,
# charset-normalizer takes short Indonesian texts for cp1006 or cp1250; so it is asked only whether
# this one makes sense.
_LEGACY_ENCODING: Final = "cp1252"
_ASCII_CONTROLS: Final = bytes(set(range(0x20)) - set(b"\t\n\r")) + b"\x7f"

_NUL_SAMPLE: Final = 4096
_NUL_MANY: Final = 0.5
_NUL_FEW: Final = 0.05

_DECLARED: Final = re.compile(
    rb"""<(?:meta[^>]{0,300}?charset|\?xml[^>]{0,100}?encoding)\s{0,9}=\s{0,9}["']?([\w:.-]{1,40})""",
    re.IGNORECASE,
)
_DECLARED_WITHIN: Final = 4096


def decode(raw: bytes, source: str) -> str:
    """The text that the bytes stand for, to the last character, but for a byte order mark.

    A warning says so when they are not UTF-8.

    Args:
        raw: UTF-8, UTF-16, UTF-32 or Windows-1252.
        source: what the input is called in messages.

    Raises:
        InputError: the bytes are no text, or damaged.
    """
    _refuse_known_binary(raw, source)
    text, encoding = _decoded(raw, source)
    _refuse_nul(text, source)
    _warn_of(encoding, source)
    return text.lstrip(_BYTE_ORDER_MARK)


def decode_html(raw: bytes, source: str) -> tuple[str, bool]:
    """The characters of a web page, and whether some of them are damaged.

    Right UTF-8 is taken for that, whatever the page says of itself; else it is believed. Pages
    often cut a summary in their head in the middle of a character, and so a damaged one is
    replaced here.

    Raises:
        InputError: the bytes are no text.
    """
    _refuse_known_binary(raw, source)
    declared = _declared_encoding(raw)
    is_damaged = False
    try:
        text, encoding = _decoded_as_declared(raw, declared) or _decoded(raw, source)
    except _DamagedError:
        encoding, is_damaged = _wide_encoding(raw) or "utf-8", True
        text = raw.decode(encoding, "replace")
        logger.warning("%s is damaged: some of its characters cannot be read", source)
    _refuse_nul(text, source)
    if encoding != declared:
        _warn_of(encoding, source)
    return text, is_damaged


def decode_head(raw: bytes) -> str:
    """The first characters of an input, as far as they can be told, to see what it is."""
    return raw[:_NUL_SAMPLE].decode(_wide_encoding(raw) or "utf-8", "ignore")


class _DamagedError(InputError):
    """The bytes are of an encoding that is known, but for some."""


def _refuse_nul(text: str, source: str) -> None:
    if "\0" in text:
        raise InputError(f"{source} is a binary file (it holds NUL bytes): {_SAVE_AS_TEXT}")


def _warn_of(encoding: str, source: str) -> None:
    if encoding != "utf-8":
        logger.warning(
            "%s is not UTF-8: read as %s; save it as UTF-8 if its letters look wrong",
            source,
            encoding,
        )


def _declared_encoding(raw: bytes) -> str | None:
    """The encoding that a page says it is in, by the name that Python has for it.

    As in browsers, Latin-1 means Windows-1252, and UTF-16 cannot be true where this is legible.
    """
    found = _DECLARED.search(raw, 0, _DECLARED_WITHIN)
    if not found:
        return None
    try:
        name = codecs.lookup(found[1].decode("ascii")).name
        "".encode(name)
    except (LookupError, UnicodeError, ValueError):
        return None
    if name.startswith(("utf-16", "utf-32")):
        return "utf-8"
    return _LEGACY_ENCODING if name in {"iso8859-1", "ascii"} else name


def _decoded_as_declared(raw: bytes, declared: str | None) -> tuple[str, str] | None:
    if declared in {None, "utf-8"} or _wide_encoding(raw) or _mostly_utf8(raw):
        return None
    try:
        return raw.decode(declared), declared
    except UnicodeDecodeError:
        return None


def _refuse_known_binary(raw: bytes, source: str) -> None:
    for magic, kind, advice in _BINARIES:
        if raw.startswith(magic):
            raise InputError(f"{source} is {kind}, which cannot be read: {advice}")


def _decoded(raw: bytes, source: str) -> tuple[str, str]:
    """The text and the name of its encoding."""
    wide = _wide_encoding(raw)
    try:
        if wide is not None:
            return raw.decode(wide), wide
        return raw.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        if wide is not None or _mostly_utf8(raw):
            raise _DamagedError(
                f"{source} is damaged: it is {(wide or 'utf-8').upper()}, but not so at byte "
                f"{error.start}; {_SAVE_AS_TEXT}"
            ) from error
    return _decoded_legacy(raw, source)


def _wide_encoding(raw: bytes) -> str | None:
    """UTF-16 or UTF-32, told by a byte order mark or by where the NUL bytes stand.

    Each Latin letter is one NUL byte in UTF-16, always on the same side.
    """
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if raw.startswith(mark):
            return encoding
    sample = raw[:_NUL_SAMPLE]
    pairs = max(len(sample) // 2, 1)
    before, behind = sample[0::2].count(0) / pairs, sample[1::2].count(0) / pairs
    if behind >= _NUL_MANY and before <= _NUL_FEW:
        return "utf-16-le"
    if before >= _NUL_MANY and behind <= _NUL_FEW:
        return "utf-16-be"
    return None


def _mostly_utf8(raw: bytes) -> bool:
    """Whether more characters beyond ASCII are right UTF-8 than wrong.

    Such a file is damaged UTF-8. Read as Windows-1252 each dash in it would turn into three
    letters, and a range such as 600 to 700 would no longer be one.
    """
    text = raw.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    return len(re.findall(r"[^\x00-\x7f]", text)) - wrong > wrong


def _decoded_legacy(raw: bytes, source: str) -> tuple[str, str]:
    from charset_normalizer import from_bytes

    if b"\0" in raw:
        raise InputError(f"{source} is a binary file (it holds NUL bytes): {_SAVE_AS_TEXT}")
    # Control characters say nothing about the encoding, but count as noise.
    visible = raw.translate(None, _ASCII_CONTROLS)
    match = from_bytes(visible, cp_isolation=[_LEGACY_ENCODING], preemptive_behaviour=False).best()
    if match is None:
        raise InputError(
            f"{source} is in no encoding that is known here (UTF-8, UTF-16, Windows-1252): "
            f"{_SAVE_AS_TEXT}"
        )
    return raw.decode(_LEGACY_ENCODING), _LEGACY_ENCODING
