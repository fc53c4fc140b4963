"""The notebook of the examples runs, shows what it says, and needs neither a key nor a download."""

import json
from pathlib import Path
from typing import Final

import pytest

from tools import document_notebook
from tools.document_notebook import PAGE, cells, page, shown, without_pictures

KEPT: Final = PAGE.read_text("utf-8")


@pytest.fixture(scope="module")
def ran() -> str:
    """The notebook as it comes out when it is run now."""
    return page(KEPT, PAGE.parent)


def test_its_cells_show_what_stands_in_the_file(ran: str) -> None:
    """When this fails: `python3 tasks.py docs`, and look at what changed."""
    assert without_pictures(ran) == without_pictures(KEPT)


def test_its_chart_is_a_picture_that_needs_no_script(ran: str) -> None:
    (chart,) = (
        "".join(text)
        for cell in cells(ran)
        for output in cell.get("outputs", ())
        for kind, text in output.get("data", {}).items()
        if kind.startswith("image/")
    )
    assert chart.startswith("<svg")
    assert "Kota Tarakan" in chart
    assert "<script" not in chart


def test_it_goes_from_an_article_to_a_chart() -> None:
    code = "\n".join("".join(c["source"]) for c in cells(KEPT) if c["cell_type"] == "code")
    steps = ["extract(", "show(", "to_records(", '"batch"', "load(", "load_panel(", "alt.Chart("]
    places = [code.index(step) for step in steps]
    assert places == sorted(places)
    assert 'strategy="code"' in code
    assert "model=" not in code


def test_it_says_nothing_of_the_machine_that_ran_it() -> None:
    assert str(Path.home()) not in KEPT
    assert str(PAGE.parent.parent) not in KEPT


def test_it_is_a_notebook_of_the_newest_form_whose_cells_have_names() -> None:
    written = json.loads(KEPT)
    assert (written["nbformat"], written["nbformat_minor"]) == (4, 5)
    names = [cell["id"] for cell in written["cells"]]
    assert len(set(names)) == len(names)
    assert {cell["cell_type"] for cell in written["cells"]} == {"code", "markdown"}


def notebook(*sources: str) -> str:
    """A notebook that was not run yet."""
    code = [{"cell_type": "code", "id": f"c{n}", "source": [s]} for n, s in enumerate(sources)]
    return json.dumps({"cells": code})


def test_cells_share_their_names_and_show_what_is_printed_and_what_stands_last(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.txt").write_text("98,5")
    first = "from pathlib import Path\nread = Path('a.txt').read_text()\nprint(read)"
    _, second = (cell["outputs"] for cell in cells(page(notebook(first, "read * 2"), tmp_path)))
    (said,) = cells(page(notebook(first), tmp_path))[0]["outputs"]
    assert said["text"] == ["98,5\n"]
    assert second[0]["data"] == {"text/plain": ["'98,598,5'"]}


def test_a_cell_that_fails_ends_it(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        page(notebook("1 / 0"), tmp_path)


def test_of_a_result_its_richest_form_is_kept() -> None:
    class Rich:
        def _repr_html_(self) -> str:
            return "<b>98,5</b>\n"

    assert shown(Rich()) == {"text/html": ["<b>98,5</b>\n"]}
    assert shown(98.5) == {"text/plain": ["98.5"]}


def test_one_that_shows_something_else_is_named_and_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    there = tmp_path / "examples" / "notebook.ipynb"
    there.parent.mkdir()
    there.write_text(notebook("1 + 1"))
    monkeypatch.setattr(document_notebook, "PAGE", there)
    before = there.read_text()
    assert document_notebook.main(["--check"]) == 1
    assert "examples/notebook.ipynb" in capsys.readouterr().out
    assert there.read_text() == before
    assert document_notebook.main([]) == 0
    assert document_notebook.main(["--check"]) == 0
