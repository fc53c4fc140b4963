"""What is said of an article in front of its text, or in a file beside it."""

import json
import logging
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uhc_llm.batch.inputs import Inputs, Item
from uhc_llm.documents import Document, read_content, read_document
from uhc_llm.errors import InputError
from uhc_llm.scanner.written_days import read_day

TEXT = "Cakupan JKN Kota Batu 98,4 persen.\n"
HEAD = "---\njudul: Batu Kejar UHC\ntanggal: 2024-05-14\ntautan: https://a.example/x\n---\n"


def read(content: str, name: str = "a.md") -> Document:
    return read_content(content.encode(), repr(name), name=name, read_day=read_day)


def known(document: Document) -> tuple[str | None, str | None, date | None, str | None]:
    return document.title, document.url, document.published, document.site


@pytest.mark.parametrize(
    "head",
    [
        HEAD,
        HEAD.replace("\n", "\r\n"),
        f"\ufeff{HEAD}",
        HEAD.replace("2024-05-14", "Selasa, 14 Mei 2024"),
        HEAD.replace("2024-05-14", "14/05/2024 # terbit").replace("---\n", "--- \n"),
        HEAD.replace("judul:", "# catatan\n\ntags:\n  - jkn\n- \njudul:").replace("- \n", ""),
        HEAD.replace("judul: Batu Kejar UHC", 'Title: "Batu Kejar UHC"').replace("tautan", "URL"),
        f"{HEAD[:-4]}...\n",
    ],
)
@pytest.mark.parametrize("name", ["a.md", "a.txt"])
def test_front_matter_is_what_is_known_and_no_text(head: str, name: str) -> None:
    document = read(head + TEXT, name)
    assert document.text == TEXT
    assert known(document) == ("Batu Kejar UHC", "https://a.example/x", date(2024, 5, 14), None)


def test_offsets_lead_behind_the_front_matter() -> None:
    source = "\ufeff" + HEAD.replace("\n", "\r\n") + "Kota\r\nBatu 98,4"
    document = read(source)
    source = source.removeprefix("\ufeff")
    for position, character in enumerate(document.text):
        offset = document.source_offset(position)
        assert offset is not None
        assert source[offset] == character
    start = document.text.index("98,4")
    assert document.source_span(start, start + 4) == (
        source.index("98,4"),
        source.index("98,4") + 4,
    )


@pytest.mark.parametrize(
    "text",
    [
        "---\nCakupan JKN Kota Batu 98,4 persen.\n---\nLagi.\n",
        "---\n\nCakupan: 98\n",
        "--- 98 persen\n---\n",
        "-----\nkota: Batu\n-----\n",
        "98 persen\n---\nkota: Batu\n---\n",
        "---\n---\nCakupan",
        "---\n- satu\n- dua\n---\nCakupan",
        "---\nKota: Batu\nsudah 98 persen, kata bupati: penuh\n---\n",
        "---\n" + "kota: Batu\n" * 200 + "---\n",
        "---\n" * 5_000,
        "---\n" + "a: 1\n" * 90 + "x" * 50_000,
    ],
)
def test_a_text_that_begins_with_a_rule_is_a_text(text: str) -> None:
    assert read(text).text == text


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ("---\njudul: Cakupan: 98 persen\n---\n", "front matter of 'a.md' is no YAML, line 2"),
        ("---\njudul: [a\n---\n", "no YAML"),
        ("---\njudul: !!bool x\n---\n", "no YAML"),
        ("---\ntanggal: Tue, 14 May 99999999999999999999 10:22:00\n---\n", "is no day"),
        ("---\ntanggal: kemarin\n---\n", "date 'kemarin' is no day"),
        ("---\njudul: !!python/object/apply:os.system [ls]\n---\n", "no YAML"),
    ],
)
def test_front_matter_that_is_broken_is_an_error(head: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(head + TEXT)


def test_without_the_extra_the_message_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    assert read(TEXT).text == TEXT
    with pytest.raises(InputError, match=r"pip install 'uhc-llm\[batch\]'"):
        read(HEAD + TEXT)


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(["---", "...", "a: 1", "b:", " - x", "\ufeff", "\r", TEXT]), max_size=9
    )
)
def test_any_head_is_read_or_an_error_and_leads_back(lines: list[str]) -> None:
    source = "---\n" + "\n".join(lines)
    try:
        document = read(source)
    except InputError:
        return
    for position, character in enumerate(document.text):
        offset = document.source_offset(position)
        assert offset is not None
        assert source[offset] == character


# --- a file beside -------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".json", ".meta.json", ".yaml", ".yml", ".meta.yaml"])
def test_a_file_beside_an_article_says_what_is_known_of_it(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    said = {
        "Judul": "Batu",
        "published": "14 Mei 2024",
        "url": "https://a.example/x",
        "media": "Kabar",
    }
    beside = (
        json.dumps(said) if "json" in suffix else "".join(f"{k}: {v}\n" for k, v in said.items())
    )
    (tmp_path / f"a{suffix}").write_text(beside, encoding="utf-8")
    expected = ("Batu", "https://a.example/x", date(2024, 5, 14), "Kabar")
    assert known(read_document(path, read_day=read_day)) == expected
    inputs = Inputs([str(tmp_path)])
    (item,) = inputs
    assert isinstance(item, Item)
    assert known(item.document) == expected
    assert inputs.passed_over == {"beside an article": 1}


def test_what_the_caller_knows_goes_first_and_a_file_beside_before_the_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(HEAD + TEXT, encoding="utf-8")
    (tmp_path / "a.json").write_text('{"title": "Lain"}', encoding="utf-8")
    document = read_document(path, published=date(2020, 1, 1))
    assert known(document) == ("Lain", "https://a.example/x", date(2020, 1, 1), None)
    assert document.source_offset(0) == len(HEAD)


@pytest.mark.parametrize("content", ['[{"published": "kemarin"}]', "{", "[" * 100_000, "5"])
def test_a_file_beside_that_holds_something_else_says_nothing(
    tmp_path: Path, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    (tmp_path / "a.json").write_text(content, encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        assert known(read_document(path)) == (None, None, None, None)


def test_a_date_beside_an_article_that_is_none_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    (tmp_path / "a.json").write_text('{"tanggal": "kemarin"}', encoding="utf-8")
    with pytest.raises(InputError, match=r"beside .*a\.txt.*'kemarin'"):
        read_document(path)
