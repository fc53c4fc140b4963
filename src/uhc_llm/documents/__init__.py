"""Documents: a text with what is known about it, and how files become one.

    bytes -> is it text at all? -> which encoding? -> plain text -----------------> Document
                                                  -> web page -> article, offsets -> Document

A plain text stays as it is, to the last character: what its reader does not see is for the scanner
to tell. Of a web page the article is kept, and `Document.source_offset` leads back to the page.
"""

from uhc_llm.documents.document import Day, Document, as_day, as_document
from uhc_llm.documents.json_text import decoded_json
from uhc_llm.documents.reading import (
    MAX_BYTES,
    TABLE_SUFFIXES,
    read_content,
    read_document,
    read_stdin,
    refuse_no_path,
)

__all__ = [
    "MAX_BYTES",
    "TABLE_SUFFIXES",
    "Day",
    "Document",
    "as_day",
    "as_document",
    "decoded_json",
    "read",
    "read_content",
    "read_document",
    "read_stdin",
    "refuse_no_path",
]

read = read_document
"""Read one file: what `uhc_llm.read` is."""
