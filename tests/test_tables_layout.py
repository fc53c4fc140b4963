"""Where tables and lists stand in a text, by their layout alone."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uhc_llm import scan
from uhc_llm.scanner.tables import cell_at, find_tables
from uhc_llm.schemas import Table

Cells = list[list[str]]


def cells(text: str, rows: tuple[tuple[tuple[int, int], ...], ...]) -> Cells:
    return [[text[start:end] for start, end in row] for row in rows]


@pytest.mark.parametrize(
    ("text", "heads", "rows", "naming"),
    [
        pytest.param(
            "No | Kabupaten | Cakupan (%)\n1 | Blora | 95,2\n2 | Kudus | n/a",
            [["No", "Kabupaten", "Cakupan (%)"]],
            [["1", "Blora", "95,2"], ["2", "Kudus", "n/a"]],
            (1,),
            id="bars",
        ),
        pytest.param(
            "| Kabupaten | Cakupan |\n| --- | ---: |\n| Kudus | 98,44 |",
            [["Kabupaten", "Cakupan"]],
            [["Kudus", "98,44"]],
            (0,),
            id="Markdown",
        ),
        pytest.param(
            "+------+----+\n| Kab. | %  |\n+------+----+\n| Pati | 98 |\n+------+----+",
            [["Kab.", "%"]],
            [["Pati", "98"]],
            (0,),
            id="a drawn frame",
        ),
        pytest.param(
            "Kabupaten\tPeserta\tCakupan\nKudus\t\t98,44",
            [["Kabupaten", "Peserta", "Cakupan"]],
            [["Kudus", "", "98,44"]],
            (0,),
            id="tabs, an empty cell",
        ),
        pytest.param(
            "Kabupaten;Cakupan\nKudus;98,44",
            [["Kabupaten", "Cakupan"]],
            [["Kudus", "98,44"]],
            (0,),
            id="semicolons",
        ),
        pytest.param(
            "Kabupaten     2022    2023\nBlora                 95,2\nKota Tegal    99,1    99,6",
            [["Kabupaten", "2022", "2023"]],
            [["Blora", "", "95,2"], ["Kota Tegal", "99,1", "99,6"]],
            (0,),
            id="aligned, an empty cell",
        ),
        pytest.param(
            "Kabupaten | Peserta | | UHC |\n| 2022 | 2023 | 2022 | 2023\nBlora | 1 | 2 | 3 | 4",
            [["Kabupaten", "Peserta", "Peserta", "UHC", "UHC"],
             ["", "2022", "2023", "2022", "2023"]],
            [["Blora", "1", "2", "3", "4"]],
            (0,),
            id="a head over two columns",
        ),
        pytest.param(
            "No | Kabupaten | UHC\n(1) | (2) | (3)\n1 | Blora | 95",
            [["No", "Kabupaten", "UHC"]],
            [["1", "Blora", "95"]],
            (1,),
            id="numbered columns",
        ),
        pytest.param(
            "Kabupaten | Tahun | UHC\nBlora | 2022 | 95\nBlora | 2023 | 96",
            [["Kabupaten", "Tahun", "UHC"]],
            [["Blora", "2022", "95"], ["Blora", "2023", "96"]],
            (0, 1),
            id="years beside the names",
        ),
        pytest.param(
            "Tahun | UHC\n2022 | 95\n2023 | 96",
            [["Tahun", "UHC"]],
            [["2022", "95"], ["2023", "96"]],
            (0,),
            id="years as names",
        ),
    ],
)  # fmt: skip
def test_a_table_has_heads_rows_and_columns_that_name_them(
    text: str, heads: Cells, rows: Cells, naming: tuple[int, ...]
) -> None:
    (table,) = find_tables(text)
    assert cells(text, table.heads) == heads
    assert cells(text, table.rows) == rows
    assert table.naming == naming


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        pytest.param("Cakupan 2023\nKab | %\nPati | 98", ["Cakupan 2023"], id="right above"),
        pytest.param("Cakupan 2023\n\nKab | %\nPati | 98", ["Cakupan 2023"], id="an empty line"),
        pytest.param(
            "Tabel 1\nCakupan 2023\nKab | %\nPati | 98", ["Tabel 1", "Cakupan 2023"], id="two lines"
        ),
        pytest.param(
            "Ia hadir. Datanya per Mei.\nKab | %\nPati | 98", ["Datanya per Mei."], id="a sentence"
        ),
        pytest.param("Jauh\n\n\n\nKab | %\nPati | 98", [], id="too far"),
        pytest.param("UHC | UHC\nKab | %\nPati | 98", ["UHC"], id="a cell over all columns"),
    ],
)
def test_what_stands_over_a_table_is_its_title(text: str, titles: list[str]) -> None:
    (table,) = find_tables(text)
    assert [text[slice(*span)] for span in table.titles] == titles


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        pytest.param(
            "Kab | %\nPati | 98\nPuskesmas | Kunjungan\nCepu | 12",
            [[["Pati", "98"]], [["Cepu", "12"]]],
            id="another head",
        ),
        pytest.param(
            "Kab | %\nPati | 98\n\nKab | UHC | %\nDemak | 97 | 96",
            [[["Pati", "98"]], [["Demak", "97", "96"]]],
            id="an empty line and other columns",
        ),
        pytest.param(
            "Kab | %\nPati | 98\nJawa Timur |\nTuban | 97",
            [[["Pati", "98"]], [["Tuban", "97"]]],
            id="a section",
        ),
        pytest.param(
            "Kab | UHC | %\nPati | 98\nDemak | 97 | 96",
            [[["Pati", "98"]], [["Demak", "97", "96"]]],
            id="a row with too few cells",
        ),
    ],
)
def test_one_text_has_several_tables(text: str, rows: list[Cells]) -> None:
    assert [cells(text, table.rows) for table in find_tables(text)] == rows


def test_a_rule_below_the_last_row_heads_nothing() -> None:
    assert len(list(find_tables("|\n95,2 | \n | "))) == 1
    (table,) = find_tables("Blora | 95,2\nKudus | 97,1\n--- | ---\n")
    assert (len(table.heads), len(table.rows)) == (0, 2)


def test_a_row_with_too_few_cells_has_no_heads() -> None:
    short, _ = find_tables("Kab | UHC | %\nPati | 98\nDemak | 97 | 96")
    assert short.heads == ()


@pytest.mark.parametrize(
    ("text", "heading", "rows"),
    [
        pytest.param(
            "Peserta (jiwa):\nAgam 456.332; Pasaman 297.914.", "Peserta (jiwa):",
            [["Agam", "456.332"], ["Pasaman", "297.914"]],
            id="one line below",
        ),
        pytest.param(
            "Peserta (jiwa):\n1. Kabupaten Pati: 1.330.000\n2. Demak = 900", "Peserta (jiwa):",
            [["Kabupaten Pati", "1.330.000"], ["Demak", "900"]],
            id="numbered lines",
        ),
        pytest.param(
            "UHC naik. Rinciannya: Blora 95,2 persen, Kudus (98,4 persen) dan Pati 97 persen.",
            "Rinciannya:",
            [["Blora", "95,2 persen"], ["Kudus", "98,4 persen"], ["Pati", "97 persen"]],
            id="in a sentence",
        ),
    ],
)  # fmt: skip
def test_a_list_has_a_heading_names_and_numbers(text: str, heading: str, rows: Cells) -> None:
    (table,) = find_tables(text)
    assert table.form == "list"
    assert text[slice(*table.titles[-1])] == heading
    assert cells(text, table.rows) == rows


@pytest.mark.parametrize(
    "text",
    [
        "Beranda | Daerah | JKN",
        "Beranda | Daerah\nBlora | JKN",
        "Cakupan naik.  Kepala dinas senang.\nIa hadir.  Warga juga.",
        "Katanya: cakupan naik 3 persen.",
        "Pemkab membayar iuran; 12 desa sudah ikut.\nWarga senang; 3 belum.",
    ],
)
def test_prose_is_no_table(text: str) -> None:
    assert find_tables(text) == ()


PIECES = st.sampled_from(
    ["Blora", "Kudus", "95,2", "812.345", "2023", "Cakupan (%)", "-", " | ", "|", "\t", ";", "   ",
     "\n", "\n\n", "--- | ---", ":", "1. "]
)  # fmt: skip


@given(st.lists(PIECES, max_size=60).map("".join))
def test_tables_are_in_order_and_apart_and_their_cells_are_too(text: str) -> None:
    tables = scan(text).tables
    ends = [0, *(table.end for table in tables)]
    assert all(end <= table.start for end, table in zip(ends, tables, strict=False))
    for table in tables:
        for row in table.rows:
            assert all(0 <= start <= end <= len(text) for start, end in row)
            assert all(a.end <= b.start for a, b in pairwise(row))
        assert is_found(table)


def is_found(table: Table) -> bool:
    """Whether each cell that is not empty is found by where it begins."""
    return all(
        (cell := cell_at([table], span.start)) is not None
        and table.rows[cell.row][cell.column] == span
        for row in table.rows
        for span in row
        if span.start < span.end
    )
