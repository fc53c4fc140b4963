"""The pictures of the README are kept small, and only those that there are can be asked for."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tools import pictures


def shot(size: tuple[int, int] = (200, 100)) -> bytes:
    """A picture as the browser takes it, with more colours than are kept."""
    drawn = Image.linear_gradient("L").resize(size).convert("RGB")
    out = BytesIO()
    drawn.save(out, "PNG")
    return out.getvalue()


def test_a_picture_is_written_with_few_colours_at_its_full_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pictures, "OUT", tmp_path)
    size = pictures.keep(shot(), "map")
    with Image.open(tmp_path / "map.png") as kept:
        assert (kept.mode, kept.size) == ("P", (200, 100))
        assert len(kept.getcolors() or ()) <= pictures.COLOURS
    assert size == (tmp_path / "map.png").stat().st_size
    assert "docs/pictures/map.png" in capsys.readouterr().out


def test_a_picture_that_there_is_not_is_named_beside_those_that_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert pictures.main(["reprot"]) == 2
    said = capsys.readouterr().out
    assert "reprot" in said
    assert "report, review" in said
