"""Reading inputs: what the bytes of a file become, and which files are refused with what advice."""

import io
import logging
import sys
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from uhc_llm.documents import (
    MAX_BYTES,
    Document,
    read_document,
    read_stdin,
)
from uhc_llm.errors import InputError

# Each sign beyond ASCII has other bytes in each encoding; the number hangs on some of them.
PRESS = "Cakupan “Kota Batu” – kata José – naik jadi 98,4\u00a0persen, ‘bukan’ 600–700 ribu…"
PLAIN = "Cakupan Kota Batu 98,4 persen."


def write(folder: Path, raw: bytes, name: str = "batu.txt") -> Path:
    path = folder / name
    path.write_bytes(raw)
    return path


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        pytest.param(b"", "", id="empty file"),
        pytest.param(PLAIN.encode("ascii"), PLAIN, id="ascii"),
        pytest.param(PRESS.encode("utf-8"), PRESS, id="utf-8"),
        pytest.param(PRESS.encode("utf-8-sig"), PRESS, id="utf-8 with mark"),
        pytest.param(b"\xef\xbb\xbf", "", id="nothing but a mark"),
        pytest.param("Alor 😀 95%".encode(), "Alor 😀 95%", id="beyond the basic plane"),
        pytest.param(b"a\r\nb\rc\n\r\nd", "a\r\nb\rc\n\r\nd", id="line ends of three systems"),
        pytest.param(b"98\x07,4\x0c persen\x1b\x7f", "98\x07,4\x0c persen\x1b\x7f", id="controls"),
        pytest.param(
            "98\u200b4 \u2009 1\u20280".encode(), "98\u200b4 \u2009 1\u20280", id="odd space"
        ),
        pytest.param("98 persen \ufffd".encode(), "98 persen \ufffd", id="replacement sign"),
    ],
)
def test_utf8_is_read_as_it_stands_and_without_a_warning(
    raw: bytes, text: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert read_document(write(tmp_path, raw)).text == text
    assert caplog.records == []


@pytest.mark.parametrize(
    ("raw", "text", "encoding"),
    [
        pytest.param(b"\xff\xfe" + PRESS.encode("utf-16-le"), PRESS, "utf-16-le", id="le, mark"),
        pytest.param(b"\xfe\xff" + PRESS.encode("utf-16-be"), PRESS, "utf-16-be", id="be, mark"),
        pytest.param(PRESS.encode("utf-16-le"), PRESS, "utf-16-le", id="le"),
        pytest.param(PRESS.encode("utf-16-be"), PRESS, "utf-16-be", id="be"),
        pytest.param("98%".encode("utf-16-le"), "98%", "utf-16-le", id="le, three signs"),
        pytest.param(
            b"\xff\xfe" + "a\r\nb".encode("utf-16-le"), "a\r\nb", "utf-16-le", id="line ends"
        ),
        pytest.param(b"\xff\xfe\0\0" + PRESS.encode("utf-32-le"), PRESS, "utf-32-le", id="utf-32"),
        pytest.param(PRESS.encode("cp1252"), PRESS, "cp1252", id="windows"),
        pytest.param(
            f"\x07{PRESS}\x0c\x1b[1m".encode("cp1252"),
            f"\x07{PRESS}\x0c\x1b[1m",
            "cp1252",
            id="windows, with control characters",
        ),
        pytest.param(b"98,4\xa0persen, Jos\xe9", "98,4\u00a0persen, José", "cp1252", id="latin-1"),
        pytest.param(b"600\x96700 ribu", "600–700 ribu", "cp1252", id="windows, one sign"),
    ],
)
def test_another_encoding_is_read_right_and_named_in_one_warning(
    raw: bytes, text: str, encoding: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="uhc_llm"):
        assert read_document(write(tmp_path, raw)).text == text
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert f"read as {encoding}" in record.getMessage()
    assert "batu.txt" in record.getMessage()


@pytest.mark.parametrize(
    ("raw", "kind", "advice"),
    [
        (b"PK\x03\x04\x14\x00", "ZIP archive", "unpack"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "old Word", "plain text"),
        (b"{\\rtf1\\ansi 98 persen}", "RTF", "plain text"),
        (b"\x1f\x8b\x08\x00", "gzip", "unpack"),
        (b"\x89PNG\r\n\x1a\n\0\0", "PNG", "copy the article"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "JPEG", "copy the article"),
        (b"GIF89a\x01\0", "GIF", "copy the article"),
        (b"98 persen\0 dari 10", "NUL bytes", "plain text"),
        (b"\x93ya\x94 \0\0\0", "NUL bytes", "plain text"),
        (b"\xff\xfea\0\0\0b\0", "NUL bytes", "plain text"),
        ("健康保险覆盖率达到百分之九十八。".encode("gbk"), "no encoding that is known", "UTF-8"),
        ("Охват страхованием".encode("cp1251"), "no encoding that is known", "UTF-8"),
        (PRESS.encode("utf-8")[:-1], "damaged: it is UTF-8", "plain text"),
        ("600–700 “ribu”".encode() + b"\x96", "damaged: it is UTF-8", "plain text"),
        (b"\xff\xfe" + PLAIN.encode("utf-16-le")[:-1], "damaged: it is UTF-16-LE", "plain text"),
        (b"\xff\xfea\0\x00\xd8b\0", "damaged: it is UTF-16-LE", "plain text"),
        (b"\xef\xbb\xbf\r\n  <HTML lang=id>", "no article", ".txt"),
    ],
)
def test_what_is_not_plain_text_is_refused_by_kind_with_what_to_do(
    raw: bytes, kind: str, advice: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError) as caught:
        read_document(write(tmp_path, raw))
    message = str(caught.value)
    assert "batu.txt" in message
    assert kind in message
    assert advice in message


def test_damaged_text_names_the_byte(tmp_path: Path) -> None:
    right = "“ya” ".encode()
    with pytest.raises(InputError, match=f"at byte {len(right)};"):
        read_document(write(tmp_path, right + b"\xe2\x80 98"))


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("01-satu.txt", "01-satu"),
        ("catatan.md", "catatan"),
        ("rilis.2024.txt", "rilis.2024"),
        ("tanpa-akhiran", "tanpa-akhiran"),
        ("berita.lain", "berita"),
        ("-", "-"),
    ],
)
def test_any_other_suffix_is_text_and_the_stem_is_the_id(
    name: str, id_: str, tmp_path: Path
) -> None:
    document = read_document(str(write(tmp_path, b"98 persen", name)))
    assert document == Document(text="98 persen", id=id_)


def test_tags_inside_a_text_are_left_there(tmp_path: Path) -> None:
    text = "Kode <html> muncul di artikel, 98 persen <b>tebal</b>."
    assert read_document(write(tmp_path, text.encode())).text == text


def test_a_folder_is_refused_with_a_pattern_for_its_files(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"is a folder: give its files, such as .*\*\.txt"):
        read_document(tmp_path)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("tidak-ada.txt", "there is no file 'tidak-ada.txt': check its name"),
        ("x" * 5000, "check the path"),
        ("a\0b.txt", "check the path"),
    ],
)
def test_a_path_that_leads_nowhere_is_an_input_error(path: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_document(path)
    assert message in str(caught.value)
    assert caught.value.__cause__ is not None


@pytest.mark.parametrize(
    "text", ["Cakupan JKN Kudus 95 persen.", "Kudus\n95 persen", "Cakupan JKN Kudus. " * 100]
)
def test_a_text_in_place_of_a_path_is_told_where_it_is_given(text: str) -> None:
    with pytest.raises(InputError, match=r"is a text, and no file: .* extract\(TEXT\)") as caught:
        read_document(text)
    assert len(str(caught.value)) < 200


def test_a_file_whose_name_is_a_sentence_is_read(tmp_path: Path) -> None:
    path = tmp_path / "Cakupan JKN Kudus 95 persen"
    path.write_bytes(b"98 persen")
    assert read_document(path).text == "98 persen"
    with pytest.raises(InputError, match="there is no file"):
        read_document(tmp_path / "Cakupan JKN Kudus 95 persen.txt")


def test_a_file_used_as_a_folder_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="check"):
        read_document(write(tmp_path, b"x") / "dalam.txt")


def test_a_file_that_may_not_be_read_is_an_input_error(tmp_path: Path) -> None:
    path = write(tmp_path, b"98 persen")
    path.chmod(0)
    try:
        path.read_bytes()
    except PermissionError:
        pass
    else:
        pytest.skip("this user may read everything")
    with pytest.raises(InputError, match="you may not read"):
        read_document(path)


def test_the_largest_file_is_read_and_one_byte_more_refused(tmp_path: Path) -> None:
    assert len(read_document(write(tmp_path, b"x" * MAX_BYTES)).text) == MAX_BYTES
    with pytest.raises(InputError, match=r"larger than 20 MB.*split"):
        read_document(write(tmp_path, b"x" * (MAX_BYTES + 1)))


def test_standard_input_is_decoded_as_a_file_is(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(PRESS.encode("cp1252"))))
    assert read_stdin(published=date(2024, 5, 14)) == Document(
        text=PRESS, published=date(2024, 5, 14)
    )
    assert "standard input is not UTF-8: read as cp1252" in caplog.text


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"%PDF-1.7", "standard input is a damaged PDF"),
        (b"<html>", "standard input has no article"),
        (b"x" * (MAX_BYTES + 1), "standard input is larger than 20 MB"),
    ],
)
def test_standard_input_is_refused_as_a_file_is(
    raw: bytes, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
    with pytest.raises(InputError, match=message):
        read_stdin()


@pytest.mark.parametrize("stdin", [None, io.StringIO("98 persen")])
def test_no_standard_input_is_an_input_error(
    stdin: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", stdin)
    with pytest.raises(InputError, match="give the text in a file"):
        read_stdin()


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60))
def test_every_utf8_text_comes_back_to_the_last_character(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "teks.txt"
    path.write_bytes(("Kabar: " + text).encode())
    assert read_document(path).text == "Kabar: " + text


@settings(deadline=None)  # some of them start a process
@given(st.binary(max_size=200))
def test_any_bytes_give_a_document_or_an_input_error(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "acak.txt"
    path.write_bytes(raw)
    try:
        text = read_document(path).text
    except InputError:
        return
    assert text.encode("utf-8").decode("utf-8") == text


@given(st.text(st.sampled_from("a9\r\n\ufeff “"), max_size=20))
def test_a_document_keeps_its_text_as_it_is(text: str) -> None:
    assert Document(text=text).text == text


def test_a_document_is_frozen_and_refuses_wrong_types_and_unknown_fields() -> None:
    document = Document(text="98 persen")
    with pytest.raises(ValidationError):
        document.text = "99 persen"  # type: ignore[misc]
    wrong: list[dict[str, object]] = [
        {"text": b"98"},
        {"text": None},
        {"text": "98", "published": "2024-05-14"},
        {"text": "98", "id": 7},
        {"text": "98", "author": "x"},
    ]
    for fields in wrong:
        with pytest.raises(ValidationError):
            Document.model_validate(fields)


def test_a_document_comes_back_from_its_own_json() -> None:
    document = Document(text=PRESS, id="batu", published=date(2024, 5, 14), title="Kota Batu")
    assert Document.model_validate_json(document.model_dump_json()) == document


@pytest.mark.parametrize("path", [None, b"batu.txt", 3])
def test_what_is_no_path_is_refused_as_such(path: object) -> None:
    told = rf"^a path must be a string or a Path, not {type(path).__name__}$"
    with pytest.raises(InputError, match=told):
        read_document(path)  # type: ignore[arg-type]
