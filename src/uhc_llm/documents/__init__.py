"""Documents: a text with what is known about it, and how files become one.

    bytes -> is it text at all? -> which encoding? -> plain text -----------------> Document
                                                  -> web page -> article, offsets -> Document

The text stays as its reader sees it, so that an offset into `Document.text` is an offset into the
article. Two things that no reader of a plain text sees are dropped: a byte order mark at the start,
and the carriage returns of other systems' line ends. Of a web page the article is kept. Either way
`Document.source_offset` leads back to the input.
"""

from uhc_llm.documents.document import Document, as_document
from uhc_llm.documents.reading import (
    MAX_BYTES,
    read_content,
    read_document,
    read_documents,
    read_stdin,
    refuse_address,
)

__all__ = [
    "MAX_BYTES",
    "Document",
    "as_document",
    "read_content",
    "read_document",
    "read_documents",
    "read_stdin",
    "refuse_address",
]
