"""Workbooks in Indonesian: words for people, beside the names that programs go by."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, get_args

import openpyxl
import pyarrow.parquet
import pytest
from typer.testing import CliRunner

from tests.decided_run import accept_all, examples, make_run
from tests.english import english_in
from tests.panel_run import ARTICLES, write_run
from tools import messages
from uhc_llm.batch.decisions import Action
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.result_tables import TABLES, Kind, ResultTable, TableName
from uhc_llm.batch.results import export
from uhc_llm.batch.vocabularies import CELL_KINDS, VOCABULARIES, Vocabulary
from uhc_llm.cli import app
from uhc_llm.errors import ConfigurationError
from uhc_llm.language import Language, pgettext, speaking
from uhc_llm.panel import write_panel
from uhc_llm.panel.tables import CODEBOOK, PANEL, TARGETS, codebook_rows
from uhc_llm.schemas import Period, Verdict

ALL: Final[dict[str, ResultTable]] = dict(TABLES.items()) | {"panel": PANEL, "targets": TARGETS}
LONGEST_SHEET_NAME: Final = 31  # of Excel


@pytest.fixture
def run(tmp_path: Path) -> Path:
    write_run(tmp_path / "run.db", ARTICLES)
    return tmp_path / "run.db"


def sheets(path: Path) -> dict[str, Any]:  # openpyxl carries no types
    book = openpyxl.load_workbook(path)
    return {sheet.title: list(sheet.iter_rows()) for sheet in book}


def values(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [tuple(cell.value for cell in row) for row in rows]


def vocabularies() -> Iterator[tuple[str, Vocabulary]]:
    yield "kind", CELL_KINDS
    for table in ALL.values():
        for column in table.columns:
            if column.vocabulary:
                yield column.name, column.vocabulary


# --- a workbook ----------------------------------------------------------------------------------


def test_a_workbook_of_facts_is_in_indonesian(run: Path) -> None:
    out = run.with_name("fakta.xlsx")
    export(run, out, lang="id")
    found = sheets(out)
    assert list(found) == ["Hasil", "Keterangan kolom"]
    head, *rows = values(found["Hasil"])
    facts = [dict(zip(head, row, strict=True)) for row in rows]
    (fact,) = [each for each in facts if each["Kode wilayah"] == "33.20"][:1]
    assert fact["Indikator"] == "cakupan kepesertaan"
    assert fact["Satuan"] == "persen"
    assert fact["Tingkat wilayah"] == "kabupaten"
    assert fact["Segmen peserta"] == "semua segmen"
    assert fact["Verifikasi"] in {"terverifikasi", "meragukan"}


def test_a_workbook_of_a_panel_is_in_indonesian(run: Path) -> None:
    out = run.with_name("panel.xlsx")
    write_panel(run, out, lang="id")
    found = sheets(out)
    assert list(found) == ["Panel", "Target", "Buku kode"]
    head, *rows = values(found["Panel"])
    cells = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    jepara = cells["33.20"]
    assert jepara["Nilai"] == 90.36
    assert jepara["Aturan pemilih"] == "sudah direvisi"
    assert jepara["Perbedaan"] == "direvisi"
    assert jepara["Penyebut"] == "penduduk"
    assert jepara["Pemilik target"] == "nasional"
    assert jepara["Mencapai ambang UHC"] == "tidak"


def told(table: ResultTable, name: str, value: Any) -> Any:
    """What a cell of an English workbook is in an Indonesian one."""
    (column,) = [column for column in table.columns if column.name == name]
    if column.vocabulary is None or value is None:
        return value
    with speaking("id"):
        context = column.vocabulary.context
        return "; ".join(pgettext(context, each) for each in value.split(";"))


@pytest.mark.parametrize("table", get_args(TableName))
def test_only_names_are_said_otherwise_and_every_cell_keeps_its_kind(
    tmp_path: Path, table: TableName
) -> None:
    run = tmp_path / "run.db"
    keys = make_run(run, *examples())
    with Ledger.write(run) as ledger:
        accept_all(ledger, keys[0])
    out: dict[Language, Path] = {"en": tmp_path / "en.xlsx", "id": tmp_path / "id.xlsx"}
    for lang, path in out.items():
        export(run, path, table=table, rejected=True, lang=lang)
    (names, *english), (_, *indonesian) = sheets(out["en"])["results"], sheets(out["id"])["Hasil"]
    assert len(english) == len(indonesian)
    for row, other in zip(english, indonesian, strict=True):
        for name, cell, said in zip(names, row, other, strict=True):
            assert said.value == told(TABLES[table], name.value, cell.value)
            assert (said.data_type, said.number_format) == (cell.data_type, cell.number_format)


def test_the_head_stays_in_sight_and_filters_and_has_room(run: Path) -> None:
    out = run.with_name("panel.xlsx")
    write_panel(run, out, lang="id")
    for sheet in openpyxl.load_workbook(out):
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions
        spans = list(sheet.column_dimensions.values())
        widths = [span.width for span in spans for _ in range(span.min, span.max + 1)]
        for cell, width in zip(sheet[1], widths, strict=True):
            assert width >= len(cell.value) + 3
    explained = sheet["G2"]
    assert (explained.alignment.wrap_text, explained.alignment.vertical) == (True, "top")
    for (cell,) in sheet["G2:G175"]:
        height = sheet.row_dimensions[cell.row].height or 15
        assert height >= len(cell.value or "") / 60 * 15


# --- the way back to the names -------------------------------------------------------------------


def explained(path: Path) -> list[dict[str, Any]]:
    *_, last = sheets(path).values()
    head, *rows = values(last)
    assert head == (
        "Lembar", "Judul kolom", "Nama variabel", "Jenis", "Isi sel", "Kode", "Penjelasan",
    )  # fmt: skip
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_the_last_sheet_leads_from_each_word_to_its_name(run: Path) -> None:
    out = run.with_name("panel.xlsx")
    write_panel(run, out, lang="id")
    rows = explained(out)
    columns = [row["Nama variabel"] for row in rows if row["Kode"] is None]
    assert columns == [*PANEL.names, *TARGETS.names]
    names = {
        (row["Lembar"], row["Judul kolom"], row["Isi sel"]): row["Kode"]
        for row in rows
        if row["Kode"]
    }
    assert names["Panel", "Indikator", "cakupan kepesertaan"] == "coverage_rate"
    assert names["Panel", "Penyebut", "peserta"] == "members"
    head, *cells = values(sheets(out)["Panel"])
    closed = {heading for sheet, heading, _word in names if sheet == "Panel"}
    for row in cells:
        for heading, cell in zip(head, row, strict=True):
            if heading in closed and cell is not None:
                assert all(("Panel", heading, word) in names for word in cell.split("; "))


def test_the_last_sheet_says_what_names_mean_where_the_vocabulary_does(run: Path) -> None:
    out = run.with_name("facts.xlsx")
    export(run, out, lang="id")
    about = {row["Kode"]: row["Penjelasan"] for row in explained(out)}
    assert about["coverage_rate"] == "persentase penduduk yang terdaftar dalam JKN"
    assert about["pbi_apbd"] == (
        "iuran dibayar pemerintah daerah (PBI APBD, PBPU-BP Pemda, Jamkesda)"
    )


@pytest.mark.parametrize("lang", messages.TRANSLATED)
def test_no_two_names_of_a_vocabulary_are_one_word(lang: Language) -> None:
    with speaking(lang):
        for name, vocabulary in vocabularies():
            words = [pgettext(vocabulary.context, each) for each in vocabulary.names]
            assert len(set(words)) == len(words), name
            assert [word for word in words if ";" in word] == []


@pytest.mark.parametrize("lang", messages.TRANSLATED)
@pytest.mark.parametrize("table", ALL)
def test_no_two_columns_of_a_sheet_have_one_heading(table: str, lang: Language) -> None:
    with speaking(lang):
        headings = [pgettext("heading", name) for name in ALL[table].names]
    assert len(set(headings)) == len(headings)
    assert [heading for heading in headings if english_in(heading)] == []


@pytest.mark.parametrize("lang", messages.TRANSLATED)
def test_sheets_have_names_that_excel_takes(lang: Language) -> None:
    with speaking(lang):
        names = [
            pgettext("sheet", each.id)
            for each in messages.extracted()
            if each.context == "sheet" and isinstance(each.id, str)
        ]
    assert len(set(names)) == len(names) == 5
    assert [n for n in names if len(n) > LONGEST_SHEET_NAME or set(n) & set("[]:*?/\\'")] == []


@pytest.mark.parametrize(
    ("column", "names"),
    [
        ("action", get_args(Action)),
        ("period_source", get_args(Period.model_fields["source"].annotation)),
    ],
)
def test_a_vocabulary_has_the_names_that_cells_hold(column: str, names: tuple[str, ...]) -> None:
    assert tuple(VOCABULARIES["", column].names) == names


def test_kinds_and_verdicts_of_cells_have_words() -> None:
    assert set(CELL_KINDS.names) == set(get_args(Kind))
    (verdict,) = [column.vocabulary for column in PANEL.columns if column.name == "verdict"]
    assert verdict is not None
    assert set(verdict.names) == {*get_args(Verdict), "reviewed", "derived"} - {"rejected"}


def test_names_that_are_terms_elsewhere_are_the_same_terms_here() -> None:
    names = {name for _, each in vocabularies() if each.context == "term" for name in each.names}
    assert names - set(messages.terms()) == set()


# --- what stays as it is -------------------------------------------------------------------------


def test_english_is_what_it_is_without_a_language(run: Path) -> None:
    for name, lang in (("a.xlsx", None), ("b.xlsx", "en")):
        spoken: dict[str, Any] = {"lang": lang} if lang else {}
        export(run, run.with_name(name), **spoken)
        write_panel(run, run.with_name(f"panel-{name}"), **spoken)
    for name in ("a.xlsx", "panel-a.xlsx"):
        other = name.replace("a.xlsx", "b.xlsx")
        assert run.with_name(name).read_bytes() == run.with_name(other).read_bytes()
    assert list(sheets(run.with_name("a.xlsx"))) == ["results", "columns"]


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_files_for_programs_have_names_in_every_language(run: Path, suffix: str) -> None:
    written = {}
    for lang in get_args(Language):
        folder = run.with_name(lang)
        folder.mkdir()
        export(run, folder / f"facts{suffix}", lang=lang)
        write_panel(run, folder / f"panel{suffix}", lang=lang)
        written[lang] = {path.name: path.read_bytes() for path in folder.iterdir()}
    book = f"panel.codebook{suffix}"
    assert written["en"].pop(book) != written["id"].pop(book)
    assert written["en"] == written["id"]
    assert len(written["id"]) == 3


def test_a_codebook_beside_a_panel_explains_the_same_names_in_indonesian(run: Path) -> None:
    write_panel(run, run.with_name("panel.parquet"), lang="id")
    rows = pyarrow.parquet.read_table(run.with_name("panel.codebook.parquet")).to_pylist()
    assert tuple(rows[0]) == CODEBOOK.names
    english = [dict(zip(CODEBOOK.names, row, strict=True)) for row in codebook_rows()]
    for row, other in zip(rows, english, strict=True):
        assert row.pop("about") != other.pop("about")
        assert row == other
    assert codebook_rows("id")[1][-1] == "nama resmi wilayah"


def test_explanations_in_indonesian_name_what_files_for_programs_hold() -> None:
    """The codebook of a CSV lists its names, in every language."""
    for english, other in zip(codebook_rows(), codebook_rows("id"), strict=True):
        table, name, _, about = english
        (column,) = [each for each in ALL[table].columns if each.name == name]
        for each in column.vocabulary.names if column.vocabulary else ():
            assert (each in about) == (each in other[-1]), (name, each)


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_a_language_that_is_not_there_is_refused(run: Path, name: str) -> None:
    lang: Any = "ms"
    for write in (export, write_panel):
        with pytest.raises(ConfigurationError, match="'ms' is none of en, id"):
            write(run, run.with_name(name), lang=lang)
    assert not run.with_name(name).exists()


# --- the commands --------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["export", "panel"])
@pytest.mark.parametrize(
    ("locale", "options", "is_indonesian"),
    [
        ("id_ID.UTF-8", (), True),
        ("id_ID.UTF-8", ("--lang", "en"), False),
        ("C.UTF-8", (), False),
        ("C.UTF-8", ("--lang", "id"), True),
    ],
)
def test_a_command_writes_in_the_language_that_is_asked_for_or_that_of_the_locale(
    run: Path, command: str, locale: str, options: tuple[str, ...], *, is_indonesian: bool
) -> None:
    out = run.with_name("out.xlsx")
    line = [command, str(run), str(out), *options]
    done = CliRunner(env={"LC_ALL": locale}).invoke(app, line)
    assert done.exit_code == 0, done.output
    first = openpyxl.load_workbook(out).worksheets[0]
    assert first["A1"].value in {"ID artikel", "Kode wilayah", "id", "region_code"}
    assert (first["A1"].value in {"ID artikel", "Kode wilayah"}) == is_indonesian
