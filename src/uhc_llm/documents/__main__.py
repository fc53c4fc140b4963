"""The process in which a file is read that may do harm; see `uhc_llm.documents.apart`.

    python -m uhc_llm.documents READER < options in one line, and the file

writes what was read to standard output, as one line of JSON.
"""

import io
import json
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import import_module
from typing import Any, Final, cast

from uhc_llm.documents.apart import RefusedError

_READERS: Final = {
    "pdf": "uhc_llm.documents.pdf.reader:read",
    "pictures": "uhc_llm.documents.pdf.pictures:paint_all",
    "docx": "uhc_llm.documents.office.docx:read",
    "odt": "uhc_llm.documents.office.odt:read",
}

_Reader = Callable[[bytes, Mapping[str, Any]], Mapping[str, object]]


def main() -> None:
    """Read the file on standard input."""
    # Nothing that a library prints gets among what is said.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    said = _read(sys.argv[1], sys.stdin.buffer)
    answers.write(json.dumps(said).encode())
    answers.close()
    # What a library does at its end is of no interest, and may take long.
    os._exit(0)


def _read(name: str, stream: io.BufferedReader | Any) -> Mapping[str, object]:  # noqa: ANN401
    options = json.loads(stream.readline())
    _bound(options["seconds"], options["memory"])
    module, _, function = _READERS[name].partition(":")
    try:
        reader = cast("_Reader", getattr(import_module(module), function))
        return reader(stream.read(), options)
    except RefusedError as refused:
        return {"refused": str(refused)}
    except (MemoryError, RecursionError):
        return {"refused": "is made to use up memory, which no article does: do not trust it"}


def _bound(seconds: int, memory: int) -> None:
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


if __name__ == "__main__":
    main()
