"""Write docs/asking.md: what a model is asked of an article, as the program would send it.

Usage: python -m tools.document_asking [--check]
"""

import json
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from jinja2 import Template

from tools.written_page import settle
from uhc_llm import Extractor
from uhc_llm.documents import read_document
from uhc_llm.errors import EmptyAnswerError
from uhc_llm.llm.answers import NO_FACTS, StaticAnswer
from uhc_llm.llm.offers import Breadth
from uhc_llm.llm.point import Form, room_for
from uhc_llm.llm.transport.providers import PROVIDERS
from uhc_llm.llm.transport.strict_schema import strict_schema
from uhc_llm.testing import FakeModel, FakeRequest

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs" / "asking.md"
ARTICLE: Final = ROOT / "examples" / "03-target-dan-capaian.txt"
# One of which the reader is not sure of every number.
UNSURE: Final = ROOT / "examples" / "09-format-pers.txt"

TEMPLATE: Final = ROOT / "tools" / "asking.md.j2"


def page() -> str:
    """The whole page, as what it describes is now."""
    whole = _asked(ARTICLE, "unit", "static")
    short = _asked(UNSURE, "cues", "narrowed")
    room = room_for("whole")
    template = Template(TEMPLATE.read_text("utf-8"), keep_trailing_newline=True)
    written: str = template.render(
        article=ARTICLE.relative_to(ROOT).as_posix(),
        unsure=UNSURE.relative_to(ROOT).as_posix(),
        system=_said(whole, "system"),
        user=_said(whole, "user"),
        kinds=", ".join(f"`{kind}`" for kind in NO_FACTS),
        schema=json.dumps(
            strict_schema(StaticAnswer.model_json_schema(), PROVIDERS["openai"].subset), indent=1
        ),
        short=_said(short, "user"),
        numbers=room.numbers,
        characters=f"{room.characters:,}",
    )
    return written


def _asked(article: Path, breadth: Breadth, form: Form) -> FakeRequest:
    """The first request about an article."""
    model = FakeModel([EmptyAnswerError("only the question is wanted")])
    with Extractor(model, breadth=breadth, form=form) as extractor, suppress(EmptyAnswerError):
        extractor.extract(read_document(article))
    return model.requests[0]


def _said(request: FakeRequest, role: str) -> str:
    return str(next(m["content"] for m in request.messages if m["role"] == role))


def main(arguments: Sequence[str]) -> int:
    """Write the page, or with --check only compare it."""
    return settle(PAGE, page(), "what is asked", arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
