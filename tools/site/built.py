"""Whether what built pages link to and show is there, and nothing of it comes from elsewhere.

The generator looks at links too, as they stand in Markdown; this looks at what came out of it: the
navigation, the reference that was written out of docstrings, links in HTML.
"""

from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import unquote, urldefrag

__all__ = ["problems"]

# What a browser fetches by itself, and by which attribute.
_FETCHED: Final = {"audio": "src", "iframe": "src", "img": "src", "script": "src", "video": "src"}
_NO_FETCH: Final = frozenset({"alternate", "canonical", "next", "prev"})
# The page of what is not there is shown under addresses that nobody knows.
_ANYWHERE: Final = frozenset({"404.html"})


class _Link(NamedTuple):
    """A link of a page, and whether it is fetched without anybody's asking."""

    target: str
    is_fetched: bool


class _Page(HTMLParser):
    """What of a page can be linked to, and what it links to."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.anchors: set[str] = set()
        self.links: list[_Link] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value for name, value in attrs if value is not None}
        self.anchors.update(said[name] for name in ("id", "name") if name in said)
        if tag == "a" and "href" in said:
            self.links.append(_Link(said["href"], is_fetched=False))
        elif tag == "link" and "href" in said:
            is_fetched = said.get("rel") not in _NO_FETCH
            self.links.append(_Link(said["href"], is_fetched=is_fetched))
        elif tag in _FETCHED and _FETCHED[tag] in said:
            self.links.append(_Link(said[_FETCHED[tag]], is_fetched=True))


def problems(site: Path) -> Sequence[str]:
    """What is wrong with the links of the pages of a folder, a line each."""
    pages: dict[Path, _Page] = {}
    for path in sorted(site.rglob("*.html")):
        if path.name not in _ANYWHERE and "files" not in path.relative_to(site).parts:
            pages[path] = _Page()
            pages[path].feed(path.read_text("utf-8"))
    return [
        f"{path.relative_to(site).as_posix()}: {problem}"
        for path, page in pages.items()
        for problem in dict.fromkeys(_problems(site, path, page, pages))
    ]


def _problems(site: Path, path: Path, page: _Page, pages: dict[Path, _Page]) -> Iterator[str]:
    for target, is_fetched in page.links:
        address, anchor = urldefrag(target)
        if ":" in address.split("/")[0] or address.startswith("//"):
            if is_fetched and not address.startswith("data:"):
                yield f"{target} would be asked for elsewhere"
            continue
        file = (path.parent / unquote(address)).resolve() if address else path
        if file.is_dir():
            file /= "index.html"
        if not file.is_relative_to(site.resolve()) or not file.is_file():
            yield f"{target} is not there"
        elif anchor and file in pages and unquote(anchor) not in pages[file].anchors:
            yield f"{target} has no such place"
