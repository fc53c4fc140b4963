"""Inputs are read one by one; what cannot be read is told with its place and stops nothing."""

import gzip
import io
import json
import os
import sys
import threading
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from pyarrow import parquet

from uhc_llm.batch.inputs import Inputs, Item
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.tables import Columns
from uhc_llm.batch.work import InputProblem
from uhc_llm.documents import MAX_BYTES
from uhc_llm.errors import InputError

TEXT = "Cakupan JKN Kota Batu 98,4 persen."
PAGE = (Path(__file__).parent / "pages" / "portal.html").read_bytes()


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(*paths: Path, **options: Any) -> tuple[list[Item], list[InputProblem]]:
    found = list(Inputs([str(path) for path in paths], **options))
    items = [item for item in found if isinstance(item, Item)]
    return items, [problem for problem in found if isinstance(problem, InputProblem)]


def lines(*rows: object) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def test_what_nobody_foresaw_is_told_of_its_input_and_does_not_stop_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_options: object) -> None:
        raise OverflowError("too large")

    table = write(tmp_path / "t.jsonl", lines({"text": "a"}, {"text": "b"}))
    text = write(tmp_path / "t.txt", TEXT)
    packed = write(tmp_path / "t.txt.gz", gzip.compress(TEXT.encode()))
    for name in ("read_document", "read_content", "document_of"):
        monkeypatch.setattr(f"uhc_llm.batch.inputs.{name}", broken)
    items, problems = read(table, text, packed)
    assert items == []
    assert [problem.line for problem in problems] == [1, 2, 0, 0]
    assert all("(OverflowError: too large)" in problem.error for problem in problems)


# --- files and folders -------------------------------------------------------------------------


def test_a_folder_is_read_with_the_folders_in_it_in_order(tmp_path: Path) -> None:
    write(tmp_path / "b.txt", TEXT)
    write(tmp_path / "a" / "z.md", TEXT)
    write(tmp_path / "a" / "page.html", PAGE)
    write(tmp_path / "a" / "more.jsonl", lines({"text": "row"}))
    items, problems = read(tmp_path)
    assert [item.document.id for item in items] == ["b", "more-1", "page", "z"]
    assert problems == []
    assert items[0].source == str(tmp_path / "b.txt")


def test_what_is_hidden_or_no_article_is_passed_over_and_counted(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", TEXT)
    write(tmp_path / ".DS_Store", b"\0")
    write(tmp_path / ".git" / "x.txt", TEXT)
    write(tmp_path / "photo.jpg", b"\xff\xd8")
    write(tmp_path / "README.md", f"# Data\n\n{TEXT}")
    write(tmp_path / "sub" / "Readme.txt", TEXT)
    write(tmp_path / "LICENSE", TEXT)
    write(tmp_path / "requirements-dev.txt", "numpy==2.1\nruff>=0.17  # tata tulis\n")
    write(tmp_path / "jalan.log", TEXT)
    write(tmp_path / "kosong.txt", "")
    write(tmp_path / "spasi.txt", " \n\n")
    write(tmp_path / "alamat.txt", "https://a.example/berita/satu-dua-tiga\n" * 9)
    write(tmp_path / "atur.json", '{"name": "x", "version": 2}')
    inputs = Inputs([str(tmp_path)])
    assert [item.document.id for item in inputs if isinstance(item, Item)] == ["a"]
    assert inputs.passed_over == {
        ".jpg": 1,
        "README.md": 1,
        "Readme.txt": 1,
        "LICENSE": 1,
        "requirements-dev.txt": 1,
        ".log": 1,
        "empty": 1,
        "without a sentence": 2,
        ".json without articles": 1,
    }


@pytest.mark.parametrize(
    "name", ["README.md", "license.txt", "kosong.txt", "jalan.log", "alamat", "requirements.txt"]
)
def test_a_file_that_is_named_is_read_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    content = "" if name == "kosong.txt" else "numpy"
    items, problems = read(write(tmp_path / name, content))
    assert problems == []
    assert items[0].document.text == content


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "Kab | Cakupan\nBlora dan Kudus sudah penuh | 95",
        "Cakupan\npeserta\nJKN\ndi\nKota\nBatu\nJawa\nTimur\n" * 3,
        "“Sudah 98,4 persen warga,” kata bupati.",
    ],
)
def test_whoever_says_something_is_an_article(tmp_path: Path, text: str) -> None:
    write(tmp_path / "a.txt", text)
    items, _ = read(tmp_path)
    assert items[0].document.text == text


def test_a_pipe_in_a_folder_is_passed_over(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", TEXT)
    for name in ("b.txt", "c.jsonl"):
        os.mkfifo(tmp_path / name)
    inputs = Inputs([str(tmp_path)])
    assert inputs.count() == 1
    assert [Path(item.source).name for item in inputs] == ["a.txt"]
    assert inputs.passed_over == {"no regular file": 2}


def test_a_pipe_that_is_named_is_not_emptied_by_counting(tmp_path: Path) -> None:
    pipe = tmp_path / "t.jsonl"
    os.mkfifo(pipe)
    content = lines({"text": "a"}, {"text": "b"})
    inputs = Inputs([str(pipe)])
    assert inputs.count() is None
    writer = threading.Thread(target=pipe.write_text, args=(content,), daemon=True)
    writer.start()
    assert [item.document.text for item in inputs if isinstance(item, Item)] == ["a", "b"]
    writer.join()


def test_an_address_is_told_how_to_be_fetched() -> None:
    with pytest.raises(InputError, match=r"curl -sL 'https://a\.example/x\?y=1&z=2'"):
        Inputs(["https://a.example/x?y=1&z=2"])
    with pytest.raises(InputError, match=r"trafilatura -u www\.a\.example/x --json --with-meta"):
        Inputs(["www.a.example/x"])


def test_a_file_with_the_name_of_an_address_is_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "www.blora.example.txt", TEXT)
    (item,) = Inputs(["www.blora.example.txt"])
    assert isinstance(item, Item)


def test_a_file_that_is_named_is_read_whatever_its_suffix(tmp_path: Path) -> None:
    items, _ = read(write(tmp_path / "artikel.berita", TEXT))
    assert items[0].document.text == TEXT


@pytest.mark.parametrize(
    ("name", "content", "id_"),
    [("a.txt.gz", TEXT.encode(), "a"), ("b.md.gz", TEXT.encode(), "b"), ("c.HTML.gz", PAGE, "c")],
)
def test_compressed_files_are_read(tmp_path: Path, name: str, content: bytes, id_: str) -> None:
    items, problems = read(write(tmp_path / name, gzip.compress(content)))
    assert problems == []
    assert items[0].document.id == id_


def test_what_is_named_but_not_there_is_an_error_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"missing\.txt"):
        Inputs([str(write(tmp_path / "a.txt", "a")), str(tmp_path / "missing.txt")])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("binary.txt", bytes(range(256)) * 9),
        ("cut.txt.gz", gzip.compress(TEXT.encode() * 50, mtime=0)[:-12]),
        ("none.txt.gz", b"this is not gzip"),
        ("cut.jsonl.gz", gzip.compress(lines({"no": "text"}).encode() * 50, mtime=0)[:-12]),
        ("none.parquet", b"PAR1 but no more"),
        ("bomb.txt.gz", gzip.compress(bytes(MAX_BYTES + 1))),
        ("empty.csv", b""),
        ("other.csv", b"judul,ringkasan\na,b\n"),
    ],
)
def test_a_bad_file_does_not_stop_the_rest(tmp_path: Path, name: str, content: bytes) -> None:
    write(tmp_path / name, content)
    write(tmp_path / "z.txt", TEXT)
    items, problems = read(tmp_path)
    assert [item.document.id for item in items] == ["z"]
    assert problems[-1].source == str(tmp_path / name)
    assert problems[-1].error


# --- tables ------------------------------------------------------------------------------------

ROW = {
    "text": TEXT,
    "id": "a1",
    "published": "2024-05-01",
    "url": "https://x.id/a",
    "title": "Judul",
}


def as_jsonl(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    return write(path.with_suffix(".jsonl"), lines(*rows))


def as_csv(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    rows = list(rows)
    table = [list(rows[0]), *(list(row.values()) for row in rows)]
    text = "".join(";".join(f'"{cell}"' for cell in cells) + "\r\n" for cells in table)
    return write(path.with_suffix(".csv"), b"\xef\xbb\xbf" + text.encode())


def as_parquet(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    parquet.write_table(pyarrow.Table.from_pylist(list(rows)), path.with_suffix(".parquet"))
    return path.with_suffix(".parquet")


Make = Callable[[Path, Iterable[dict[str, Any]]], Path]
FORMS = pytest.mark.parametrize("make", [as_jsonl, as_csv, as_parquet])


@FORMS
def test_a_row_is_a_document_with_what_is_known_about_it(tmp_path: Path, make: Make) -> None:
    path = make(tmp_path / "t", [{**ROW, "more": "x"}, {**ROW, "id": "", "published": ""}])
    (first, second), problems = read(path)
    assert problems == []
    assert first.document.model_dump() == {**ROW, "published": date(2024, 5, 1), "site": None}
    assert (second.document.id, second.document.published) == (
        "t-2" if make is not as_csv else "t-3",
        None,
    )


@FORMS
def test_columns_may_have_other_names(tmp_path: Path, make: Make) -> None:
    row = {"tubuh": TEXT, "isi": "x", "nomor": 7, "hari": "2024-05-01T10:00:00+07:00"}
    path = make(tmp_path / "t", [row])
    columns = Columns(text="tubuh", id="nomor", published="hari")
    (item,), _ = read(path, columns=columns)
    assert (item.document.text, item.document.id) == (TEXT, "7")
    assert item.document.published == date(2024, 5, 1)


@FORMS
def test_a_table_without_the_column_says_which_it_has(tmp_path: Path, make: Make) -> None:
    items, problems = read(make(tmp_path / "t", [{"ringkasan": TEXT}]))
    assert items == []
    assert "'ringkasan'" in problems[0].error
    assert "--text-column" in problems[0].error


@FORMS
@pytest.mark.parametrize(
    "names",
    [
        ("isi", "id_berita", "tanggal", "tautan", "judul", "media"),
        ("Konten", "ID Artikel", "Tanggal Terbit", "Link", "Judul Berita", "Nama Media"),
        ("berita", "kode", "tgl", "url_artikel", "headline", "sumber"),
        ("TEKS", "id", "waktu-terbit", "source_url", "title", "source-hostname"),
        ("text", "id", "date", "source", "title", "sitename"),
    ],
)
def test_columns_go_by_the_names_that_people_give_them(
    tmp_path: Path, make: Make, names: tuple[str, ...]
) -> None:
    said = (TEXT, "b7", "14 Mei 2024", "https://x.example/b7", "Judul", "Harian Nusantara")
    (item,), _ = read(make(tmp_path / "t", [dict(zip(names, said, strict=True))]))
    assert tuple(item.document.model_dump().values()) == (
        TEXT, "b7", date(2024, 5, 14), "https://x.example/b7", "Judul", "Harian Nusantara",
    )  # fmt: skip


def test_what_is_called_a_source_is_an_address_or_a_newspaper(tmp_path: Path) -> None:
    rows = [{"isi": TEXT, "sumber": "https://x.example/a"}, {"isi": TEXT, "sumber": "Suara Muria"}]
    (first, second), _ = read(as_jsonl(tmp_path / "t", rows))
    assert (first.document.url, first.document.site) == ("https://x.example/a", None)
    assert (second.document.url, second.document.site) == (None, "Suara Muria")


def test_the_likeliest_of_several_columns_with_a_text_is_taken(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"raw_text": "x", "isi": "y", "text": TEXT},
        {"text": None, "isi": TEXT},
    ]
    items, _ = read(as_jsonl(tmp_path / "t", rows))
    assert [item.document.text for item in items] == [TEXT, TEXT]


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("14 Mei 2024", date(2024, 5, 14)),
        ("Selasa, 14/05/2024 10:22 WIB", date(2024, 5, 14)),
        ("05/06/2024", date(2024, 6, 5)),
        ("14-05-2024", date(2024, 5, 14)),
        ("Selasa 14 Mei 2024, 10.22 WIB", date(2024, 5, 14)),
        ("2024-05-14 10:22:00", date(2024, 5, 14)),
        ("2024/05/14", date(2024, 5, 14)),
        ("Tue, 14 May 2024 10:22:00 +0700", date(2024, 5, 14)),
        ("Tue, 14 May 2024 10:22:00 +99999999999999999999", date(2024, 5, 14)),
        ("", None),
    ],
)
def test_a_date_is_read_as_the_press_writes_it(tmp_path: Path, said: str, day: date | None) -> None:
    (item,), problems = read(as_jsonl(tmp_path / "t", [{"isi": TEXT, "tanggal": said}]))
    assert (item.document.published, problems) == (day, [])


@pytest.mark.parametrize(
    "said",
    [
        "kemarin",
        "Mei 2024",
        "14 Mei",
        "Rabu, 14/05/2024",
        "31/02/2024",
        "1 Mei 2024 - 3 Mei 2024",
        1715653320,
        "Tue, 14 May 99999999999999999999 10:22:00 +0700",
    ],
)
def test_a_date_that_is_not_one_day_is_a_problem(tmp_path: Path, said: object) -> None:
    items, problems = read(as_jsonl(tmp_path / "t", [{"isi": TEXT, "tanggal": said}]))
    assert items == []
    assert "2024-05-31" in problems[0].error


TWO = [{"isi": TEXT, "judul": "a"}, {"isi": TEXT, "judul": "b"}]


@pytest.mark.parametrize(
    "shape",
    [TWO, {"status": "ok", "tag": ["x"], "data": TWO}],
)
def test_a_json_file_holds_articles_in_a_list(tmp_path: Path, shape: object) -> None:
    content = json.dumps(shape, indent=2)
    for path in (
        write(tmp_path / "t.json", content),
        write(tmp_path / "t.json.gz", gzip.compress(content.encode())),
    ):
        items, problems = read(path)
        assert problems == []
        assert [(item.document.id, item.document.title) for item in items] == [
            ("t-1", "a"),
            ("t-2", "b"),
        ]
        assert items[1].source == f"{path}:2"


def test_a_json_file_may_hold_one_article(tmp_path: Path) -> None:
    path = write(tmp_path / "t.json", json.dumps({"isi": TEXT, "komentar": [{"isi": "x"}]}))
    (item,), problems = read(path)
    assert (item.document.text, problems) == (TEXT, [])


@pytest.mark.parametrize("content", ["[", '"x"', "[1]", "{}", "[" * 100_000, b"\xff"])
def test_a_json_file_that_is_named_and_holds_none_is_a_problem(
    tmp_path: Path, content: str | bytes
) -> None:
    items, problems = read(write(tmp_path / "t.json", content))
    assert items == []
    assert len(problems) == 1


def test_dates_in_parquet_are_dates(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"text": "a", "published": datetime(2024, 5, 1, 12)},  # noqa: DTZ001 (as tables have them)
        {"text": "b", "published": None},
    ]
    (first, second), _ = read(as_parquet(tmp_path / "t", rows))
    assert (first.document.published, second.document.published) == (date(2024, 5, 1), None)


BAD_LINES = [
    (b"{not json}", "no JSON"),
    (b'["a list"]', "no JSON object"),
    (b'{"text": null}', "no text in column"),
    (b'{"text": 5}', "holds no text but int"),
    (b'{"text": "x", "published": "kemarin"}', "no date"),
    (b'{"text": "\\ud800"}', "text has half a character"),
    (b'{"text": "x", "id": "\\udfff"}', "id has half a character"),
    (b'{"text": "caf\xe9"}', "not in UTF-8"),
    (b"[" * 100_000, "nested deeper"),
    (b'{"text": "x", "views": ' + b"9" * 5_000 + b"}", "more digits"),
]


@pytest.mark.parametrize(("bad", "reason"), BAD_LINES, ids=[reason for _, reason in BAD_LINES])
def test_a_bad_line_is_told_with_its_number_and_the_rest_is_read(
    tmp_path: Path, bad: bytes, reason: str
) -> None:
    good = lines({"text": TEXT}).encode()
    items, problems = read(write(tmp_path / "t.jsonl", good + b"\n" + bad + b"\n" + good))
    assert [item.source.rpartition(":")[2] for item in items] == ["1", "4"]
    assert [problem.line for problem in problems] == [3]
    assert reason in problems[0].error


def test_a_bad_row_of_csv_is_told_with_its_line(tmp_path: Path) -> None:
    table = b'id,text\n1,"a\nb"\n2,caf\xe9\n3,x,y,z\n4,ok\n5\n'
    items, problems = read(write(tmp_path / "t.csv", table))
    assert [item.document.text for item in items] == ["a\nb", "ok"]
    assert [problem.line for problem in problems] == [4, 5, 7]


def test_a_quotation_mark_that_is_not_closed_does_not_merge_articles(tmp_path: Path) -> None:
    table = 'id,text\n1,a\n2,"b\n3,c\n'
    items, problems = read(write(tmp_path / "t.csv", table))
    assert [item.document.text for item in items] == ["a"]
    assert [(each.line, "is a quotation mark missing" in each.error) for each in problems] == [
        (3, True)
    ]


def test_a_row_with_a_quotation_mark_too_many_does_not_cost_those_behind_it(tmp_path: Path) -> None:
    table = 'id,text\n1,"kata "dia""\n2,"b\nb"\n'
    items, problems = read(write(tmp_path / "t.csv", table))
    assert [item.document.text for item in items] == ["b\nb"]
    assert [problem.line for problem in problems] == [2]


def test_a_header_that_is_no_csv_is_a_problem_of_the_table(tmp_path: Path) -> None:
    _, (problem,) = read(write(tmp_path / "t.csv", 'id,"text\n1,a\n'))
    assert (problem.line, "no CSV" in problem.error) == (0, True)


def test_a_line_that_is_too_long_is_not_kept_in_memory(tmp_path: Path) -> None:
    long = b'{"text": "' + b"x" * (MAX_BYTES + 10) + b'"}\n'
    items, problems = read(write(tmp_path / "t.jsonl", long + lines({"text": "ok"}).encode()))
    assert [item.document.text for item in items] == ["ok"]
    assert "longer than" in problems[0].error


# --- standard input ----------------------------------------------------------------------------


@pytest.fixture
def piped(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], list[Any]]:
    def pipe(content: bytes) -> list[Any]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        return list(Inputs(["-"]))

    return pipe


def test_lines_of_json_through_a_pipe_are_rows(piped: Callable[[bytes], list[Any]]) -> None:
    first, bad, second = piped(lines({"text": "a"}, {"text": 1}, {"text": "b", "id": "x"}).encode())
    assert (first.document.text, second.document.id) == ("a", "x")
    assert (bad.source, bad.line) == ("standard input", 2)
    assert first.source != second.source


def test_anything_else_through_a_pipe_is_one_text(piped: Callable[[bytes], list[Any]]) -> None:
    (item,) = piped(f"{TEXT}\n\n{TEXT}\n".encode())
    assert item.document.text == f"{TEXT}\n\n{TEXT}\n"


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("in_list", [False, True])
def test_json_through_a_pipe_may_be_on_one_line_or_many(
    piped: Callable[[bytes], list[Any]], indent: int | None, in_list: bool
) -> None:
    one = {"text": TEXT, "raw_text": "x", "title": "Judul", "date": "2024-05-14", "hostname": None}
    one |= {"source": "https://a.example/x", "source-hostname": "a.example"}
    (item,) = piped(json.dumps([one] if in_list else one, indent=indent).encode())
    known = item.document.model_dump(exclude={"id", "text"})
    assert known == {
        "published": date(2024, 5, 14),
        "url": "https://a.example/x",
        "title": "Judul",
        "site": "a.example",
    }


def test_a_text_through_a_pipe_may_begin_with_a_bracket(
    piped: Callable[[bytes], list[Any]],
) -> None:
    (item,) = piped(f"[Jakarta] {TEXT}\n".encode())
    assert item.document.text == f"[Jakarta] {TEXT}\n"


def test_a_broken_line_does_not_cost_those_behind_it(piped: Callable[[bytes], list[Any]]) -> None:
    bad, good = piped(b'{"text": \n' + lines({"text": TEXT}).encode())
    assert bad.line == 1
    assert good.document.text == TEXT


def test_nothing_through_a_pipe_is_an_empty_text(piped: Callable[[bytes], list[Any]]) -> None:
    (item,) = piped(b"")
    assert item.document.text == ""


# --- how many ----------------------------------------------------------------------------------


def test_how_many_there_are_is_told_without_reading_them(tmp_path: Path) -> None:
    for number in range(3):
        write(tmp_path / f"{number}.txt", TEXT)
    as_jsonl(tmp_path / "t", [ROW] * 4)
    as_parquet(tmp_path / "u", [ROW] * 5)
    write(tmp_path / "photo.jpg", b"")
    assert Inputs([str(tmp_path)]).count() == 12
    as_csv(tmp_path / "v", [ROW])
    assert Inputs([str(tmp_path)]).count() is None
    assert Inputs(["-"]).count() is None


def test_a_sample_is_always_the_same_and_grows_with_its_share(tmp_path: Path) -> None:
    path = as_jsonl(tmp_path / "t", [{"text": f"artikel {number}"} for number in range(400)])

    def taken(share: float) -> set[str]:
        return {item.document.text for item in read(path, share=share)[0]}

    assert taken(0.2) == taken(0.2)
    assert taken(0.2) < taken(0.5) < taken(1.0)
    assert 40 < len(taken(0.2)) < 120


# --- what a folder holds that cannot be read ---------------------------------------------------


@pytest.mark.parametrize("name", ["a.txt", "a.pdf", "a.json", "a.csv", "a.jsonl", "a.parquet"])
def test_a_link_that_leads_nowhere_is_one_problem_and_stops_nothing(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / name).symlink_to(tmp_path / "gone")
    write(tmp_path / "b.txt", TEXT)
    items, problems = read(tmp_path)
    assert [item.document.id for item in items] == ["b"]
    assert [problem.source for problem in problems] == [str(tmp_path / name)]
    assert Inputs([str(tmp_path)]).count() in {2, None}


@pytest.mark.parametrize("name", [b"berita-\xe9.txt", b"\xe9/berita.jsonl"])
def test_a_name_that_is_no_utf8_is_one_problem_and_stops_nothing(
    tmp_path: Path, name: bytes
) -> None:
    path = tmp_path / os.fsdecode(name)
    write(path, TEXT if path.suffix == ".txt" else lines({"text": TEXT}))
    write(tmp_path / "b.txt", TEXT)
    items, problems = read(tmp_path)
    assert [item.document.id for item in items] == ["b"]
    assert [problem.source for problem in problems] == [
        str(tmp_path / name.decode(errors="backslashreplace"))
    ]
    assert "not in UTF-8: rename it" in problems[0].error
    with Ledger.write(tmp_path / "run.db") as ledger:
        ledger.add_problems(problems)
        assert ledger.counts("").input_errors == 1


def test_a_table_between_tabs_is_a_table(tmp_path: Path) -> None:
    path = write(tmp_path / "t.tsv", f"id\tisi\na\t{TEXT}\nb\t{TEXT}\n")
    for asked in (path, tmp_path):
        items, problems = read(asked)
        assert [item.document.id for item in items] == ["a", "b"]
        assert problems == []
    assert Inputs([str(path)]).count() is None
