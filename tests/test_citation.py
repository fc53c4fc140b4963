"""What the program is cited by is what the package says of itself."""

import tomllib
from pathlib import Path
from typing import Any, Final

import yaml

import uhc_llm

ROOT: Final = Path(__file__).resolve().parent.parent
PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CITATION: Final[dict[str, Any]] = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))


def test_it_has_what_the_format_asks_for() -> None:
    assert CITATION["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= set(CITATION)
    assert CITATION["type"] == "software"


def test_it_says_what_the_package_says() -> None:
    assert CITATION["version"] == uhc_llm.__version__
    assert CITATION["license"] == PROJECT["license"]
    assert CITATION["authors"] == PROJECT["authors"]
    assert CITATION["keywords"] == PROJECT["keywords"]
    assert CITATION["title"].lower().endswith(PROJECT["description"].lower())


def test_it_names_no_address_or_identifier_that_nobody_gave() -> None:
    given = set(PROJECT.get("urls", {}).values())
    assert {CITATION.get(key) for key in ("doi", "url", "repository-code")} - given <= {None}
    assert "identifiers" not in CITATION
