"""The prompts: found by name, rendered once, and hashed for the record."""

from pathlib import Path

import pytest

from uhc_llm.errors import ConfigurationError
from uhc_llm.llm.prompts import Prompt, load_prompt

PARTS = {
    "system.j2": "You read {{ metrics }}.",
    "user.j2": "Text: {{ text }}",
    "reask.j2": "{{ faults }}",
}


def own_prompt(folder: Path, **changed: str) -> Prompt:
    folder.mkdir(exist_ok=True)
    for name, content in PARTS.items():
        text = changed.get(name.removesuffix(".j2"), content)
        (folder / name).write_text(text, encoding="utf-8")
    return load_prompt(str(folder))


@pytest.mark.parametrize("name", ["point/v3", "metric/v1", "quote/v1"])
def test_a_prompt_of_the_package_is_found_by_its_name(name: str) -> None:
    prompt = load_prompt(name)
    assert prompt.name == name
    shown = prompt.system(metrics={}, segments={}, no_facts={}, form="static", has_statements=False)
    assert "JKN" in shown
    assert len(prompt.hash) == 64


@pytest.mark.parametrize("name", ["point/v9", "nonsense", "", "../prompts", "point"])
def test_an_unknown_prompt_is_an_error_that_names_the_known_ones(name: str) -> None:
    with pytest.raises(ConfigurationError, match=r"metric/v1, point/v3, quote/v1"):
        load_prompt(name)


def test_a_folder_of_ones_own_works(tmp_path: Path) -> None:
    prompt = own_prompt(tmp_path)
    assert prompt.system(metrics="figures") == "You read figures."
    assert prompt.user(text="98,4 persen") == "Text: 98,4 persen"


@pytest.mark.parametrize("missing", sorted(PARTS))
def test_a_folder_without_one_of_the_files_is_an_error_that_names_it(
    tmp_path: Path, missing: str
) -> None:
    own_prompt(tmp_path)
    (tmp_path / missing).unlink()
    with pytest.raises(ConfigurationError, match=missing):
        load_prompt(str(tmp_path))


def test_the_hash_is_that_of_the_content_wherever_it_lies(tmp_path: Path) -> None:
    one, other = own_prompt(tmp_path / "one"), own_prompt(tmp_path / "other")
    assert one.hash == other.hash == load_prompt(str(tmp_path / "one")).hash


@pytest.mark.parametrize("part", ["system", "user", "reask"])
def test_the_hash_changes_with_each_file(tmp_path: Path, part: str) -> None:
    before = own_prompt(tmp_path / "before")
    after = own_prompt(tmp_path / "after", **{part: PARTS[f"{part}.j2"] + "."})
    assert before.hash != after.hash


def test_the_hash_changes_when_a_line_moves_to_another_file(tmp_path: Path) -> None:
    before = own_prompt(tmp_path / "before", system="a\nb\n", user="c")
    after = own_prompt(tmp_path / "after", system="a\n", user="b\nc")
    assert before.hash != after.hash


def test_a_prompt_renders_what_its_hash_is_of(tmp_path: Path) -> None:
    """Its files may be edited while an extractor lives; the next one takes the new words."""
    before = own_prompt(tmp_path)
    after = own_prompt(tmp_path, user="Article: {{ text }}")
    assert before.user(text="x") == "Text: x"
    assert after.user(text="x") == "Article: x"
    assert before.hash != after.hash


@pytest.mark.parametrize("text", ["{{ 7*7 }}", "{% include 'system.j2' %}", "<b>&amp;</b>", "{#"])
def test_a_text_is_never_a_template(tmp_path: Path, text: str) -> None:
    assert own_prompt(tmp_path).user(text=text) == f"Text: {text}"


@pytest.mark.parametrize("wrong", ["{{ nobody_knows_this }}", "{% if %}", "{{ text"])
def test_a_template_that_cannot_be_rendered_is_an_error_of_the_set_up(
    tmp_path: Path, wrong: str
) -> None:
    prompt = own_prompt(tmp_path, user=wrong)
    with pytest.raises(ConfigurationError, match=r"user\.j2"):
        prompt.user(text="x")


def test_a_template_that_is_no_text_is_an_error_that_names_it(tmp_path: Path) -> None:
    own_prompt(tmp_path)
    (tmp_path / "user.j2").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigurationError, match=r"user\.j2"):
        load_prompt(str(tmp_path))
