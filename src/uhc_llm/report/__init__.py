"""A run as one page to read: what was found, pictures of it, and every number in its article.

`panel` lays out what stands for each region, on a map whose outlines `boundaries` may bring,
`overview` counts, `figures` and `charts` draw, `articles` puts the articles into the page, and
`page` makes the one file of all that. `notebook` shows a single result in a notebook.
"""

from uhc_llm.report.notebook import show
from uhc_llm.report.page import write_report

__all__ = ["show", "write_report"]
