"""What the report, the review and a notebook have in common: an article with its numbers marked.

`marking` cuts a text into pieces, `templates/facts.html` shows them and the cards of the facts,
`static/pages.css` says how all of it looks, and `templating` makes sure that nothing an article or
a model said is taken for markup.
"""

from uhc_llm.pages.marking import MarkKind, NumberMark, Piece, cut
from uhc_llm.pages.templating import environment, shown, style

__all__ = ["MarkKind", "NumberMark", "Piece", "cut", "environment", "shown", "style"]
