"""Tables and lists: their layout, and that a cell means what its head and its row say."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from uhc_llm import Extractor, verify
from uhc_llm.schemas import Fact
from uhc_llm.verifier import RULES

# How likely a fact is changes with every article that is learned from; the other rules are exact.
EXACT: Final = RULES.without("confidence")
EXTRACTOR: Final = Extractor(strategy="code", rules=EXACT)
PUBLISHED: Final = date(2024, 1, 20)
INTRO: Final = "Kepala dinas memaparkan data JKN per Januari 2024.\n"
Rows = list[list[str]]


def bars(rows: Rows) -> str:
    return "\n".join(" | ".join(row) for row in rows)


def closed_bars(rows: Rows) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def markdown(rows: Rows) -> str:
    head, *rest = closed_bars(rows).split("\n")
    return "\n".join([head, f"|{' --- |' * len(rows[0])}", *rest])


def tabs(rows: Rows) -> str:
    return "\n".join("\t".join(row) for row in rows)


def blanks(rows: Rows) -> str:
    widths = [max(map(len, column)) + 3 for column in zip(*rows, strict=True)]
    return "\n".join(
        "".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def semicolons(rows: Rows) -> str:
    return "\n".join(";".join(row) for row in rows)


LAYOUTS: Final[list[Callable[[Rows], str]]] = [
    bars, closed_bars, markdown, tabs, blanks, semicolons,
]  # fmt: skip


class Head(NamedTuple):
    words: str
    cells: tuple[str, str]
    metric: str | None
    status: str
    year: str
    segment: str


def heads() -> list[Head]:
    found = []
    lines = (Path(__file__).parent / "table_heads.txt").read_text(encoding="utf-8").splitlines()
    for line in lines:
        if not line.startswith("#"):
            words, one, other, right = (part.strip() for part in line.split(" | "))
            metric, *rest = right.split()
            status = rest[0] if rest else "actual"
            year = next((word for word in rest if word.isdigit()), "2024")
            segment = rest[-1] if rest and rest[-1] not in (status, year) else "all"
            is_fact = metric != "nothing"
            found.append(
                Head(words, (one, other), metric if is_fact else None, status, year, segment)
            )
    return found


HEADS: Final = heads()


def said(fact: Fact) -> tuple[str, ...]:
    """What a fact says, its number aside."""
    return (
        fact.metric,
        fact.status or "",
        fact.region.name if fact.region else "",
        fact.period.iso[:4] if fact.period else "",
        fact.segment or "",
    )


def facts_of(text: str) -> dict[str, Fact]:
    """The facts of a text that are no fault, by their number; no number may have two."""
    found = EXTRACTOR.extract(text, published=PUBLISHED).facts
    assert len({fact.evidence.start for fact in found if fact.evidence}) == len(found)
    return {fact.evidence.quote: fact for fact in found if fact.evidence}


def is_unlikely(fact: Fact) -> bool:
    """Whether a fact is no fact of the text, hardly one, or doubted by an exact rule."""
    doubts = {finding.rule for finding in fact.findings if finding.severity == "warning"}
    is_doubted = bool(doubts - {"confidence"})
    return fact.verdict == "rejected" or is_doubted or (fact.confidence or 0.0) < 0.5


# --- what a head says ----------------------------------------------------------------------------


@pytest.mark.parametrize("is_beside", [False, True], ids=["alone", "beside coverage"])
@pytest.mark.parametrize("layout", LAYOUTS, ids=[layout.__name__ for layout in LAYOUTS])
@pytest.mark.parametrize("head", HEADS, ids=[head.words for head in HEADS])
def test_a_cell_means_what_its_head_says(
    head: Head, layout: Callable[[Rows], str], is_beside: bool, request: pytest.FixtureRequest
) -> None:
    if head.words.startswith("Premi") and layout is markdown and not is_beside:
        # Behind a drawn line the numbers are too far from the heads for its topic.
        request.applymarker(pytest.mark.xfail(strict=True))
    rows = [["No", "Kabupaten", head.words], ["1", "Blora", head.cells[0]]]
    rows.append(["2", "Kudus", head.cells[1]])
    if is_beside:
        for row, cell in zip(rows, ("Cakupan JKN (%)", "91,17", "92,27"), strict=True):
            row.append(cell)
    facts = facts_of(INTRO + layout(rows))
    others = [fact for quote, fact in facts.items() if quote not in ("91,17", "92,27")]
    regions = ("Kabupaten Blora", "Kabupaten Kudus")
    meant = [(head.metric, head.status, region, head.year, head.segment) for region in regions]
    assert [said(fact) for fact in others] == (meant if head.metric else [])
    assert len(facts) == len(others) + 2 * is_beside


PAIRS: Final = [
    (one, other)
    for place, one in enumerate(HEADS)
    for other in (HEADS[place - 1], HEADS[place - 7], HEADS[place - 24])
    if one.metric and one[2:] != other[2:] and one.cells[0] != other.cells[0]
]


@pytest.mark.parametrize(
    ("head", "other"), PAIRS, ids=[f"{one.words}, {other.words}" for one, other in PAIRS]
)
def test_a_fact_is_not_verified_when_the_heads_are_exchanged(head: Head, other: Head) -> None:
    rows = [["Kabupaten", head.words, other.words], ["Blora", head.cells[0], other.cells[0]]]
    swapped = [["Kabupaten", other.words, head.words], rows[1]]
    fact = facts_of(INTRO + bars(rows))[head.cells[0]]
    (checked,) = verify(INTRO + bars(swapped), [fact], published=PUBLISHED).facts
    assert is_unlikely(checked)


# --- whole tables and lists ----------------------------------------------------------------------

WHOLE: Final[list[tuple[str, str, dict[str, str]]]] = [
    (
        "a head of two lines, a title over it, a sum",
        "Cakupan JKN per Desember 2023, Jawa Tengah\n\n"
        "Kabupaten | Peserta | | Cakupan (%) |\n| 2022 | 2023 | 2022 | 2023\n"
        "Blora | 800.100 | 812.345 | 94,1 | 95,2\nKudus | | 850.100 | - | 98,4\n"
        "Jumlah | 1.600.100 | 1.662.445 | 95,0 | 96,8",
        {
            "800.100": "participants actual Kabupaten Blora 2022",
            "812.345": "participants actual Kabupaten Blora 2023",
            "94,1": "coverage_rate actual Kabupaten Blora 2022",
            "95,2": "coverage_rate actual Kabupaten Blora 2023",
            "850.100": "participants actual Kabupaten Kudus 2023",
            "98,4": "coverage_rate actual Kabupaten Kudus 2023",
            "1.600.100": "participants actual Jawa Tengah 2022",
            "1.662.445": "participants actual Jawa Tengah 2023",
            "95,0": "coverage_rate actual Jawa Tengah 2022",
            "96,8": "coverage_rate actual Jawa Tengah 2023",
        },
    ),
    (
        "columns that stand over one another",
        "Data JKN Jawa Tengah\n\n"
        "Kabupaten      Peserta (jiwa)            Cakupan (%)\n"
        "               2022        2023          2022    2023\n"
        "Blora          800.100     812.345       94,1    95,2\n"
        "Kota Tegal                 279.000               99,6",
        {
            "800.100": "participants actual Kabupaten Blora 2022",
            "812.345": "participants actual Kabupaten Blora 2023",
            "94,1": "coverage_rate actual Kabupaten Blora 2022",
            "95,2": "coverage_rate actual Kabupaten Blora 2023",
            "279.000": "participants actual Kota Tegal 2023",
            "99,6": "coverage_rate actual Kota Tegal 2023",
        },
    ),
    (
        "regions in the columns",
        "Pemprov Jawa Tengah merilis data JKN per Januari 2024.\n\n"
        "Indikator | Blora | Kudus | Jumlah\nPeserta (jiwa) | 812.345 | 850.100 | 1.662.445\n"
        "Stunting (%) | 14,2 | 11,3 | 12,1\nTarget cakupan 2025 (%) | 98,1 | 99,1 | 98,6",
        {
            "812.345": "participants actual Kabupaten Blora 2024",
            "850.100": "participants actual Kabupaten Kudus 2024",
            "1.662.445": "participants actual Jawa Tengah 2024",
            "98,1": "coverage_rate target Kabupaten Blora 2025",
            "99,1": "coverage_rate target Kabupaten Kudus 2025",
            "98,6": "coverage_rate target Jawa Tengah 2025",
        },
    ),
    (
        "years in the rows",
        "Data JKN Kabupaten Blora\n\nTahun | Peserta (jiwa) | Cakupan (%)\n"
        "2021 | 780.000 | 91,2\n2022 | 800.100 | 94,1",
        {
            "780.000": "participants actual Kabupaten Blora 2021",
            "91,2": "coverage_rate actual Kabupaten Blora 2021",
            "800.100": "participants actual Kabupaten Blora 2022",
            "94,1": "coverage_rate actual Kabupaten Blora 2022",
        },
    ),
    (
        "metrics in the rows, years in the columns",
        "Data JKN Kabupaten Blora\n\nUraian | 2022 | 2023\n"
        "Peserta aktif (jiwa) | 600.100 | 612.345\n"
        "Belum terdaftar (jiwa) | 60.100 | 42.345\nKemiskinan (%) | 11,1 | 10,2",
        {
            "600.100": "active_participants actual Kabupaten Blora 2022",
            "612.345": "active_participants actual Kabupaten Blora 2023",
            "60.100": "uninsured actual Kabupaten Blora 2022",
            "42.345": "uninsured actual Kabupaten Blora 2023",
        },
    ),
    (
        "groups of members in the rows",
        "Peserta JKN Kabupaten Blora per Desember 2023\n\nSegmen | Jumlah (jiwa)\n"
        "PBI APBN | 412.345\nPPU | 98.100",
        {
            "412.345": "participants actual Kabupaten Blora 2023 pbi_apbn",
            "98.100": "participants actual Kabupaten Blora 2023 ppu",
        },
    ),
    (
        "two tables, the second of another matter",
        "Tabel 1. Cakupan JKN 2023\nProvinsi | Kabupaten | Cakupan (%)\n"
        "Jawa Tengah | Blora | 93,8\n"
        "Jawa Tengah | Jumlah | 95,1\nJawa Timur | Tuban | 98,5\n\n"
        "Tabel 2. Angka stunting 2023\nKabupaten | Angka (%)\nBlora | 14,1\nTuban | 12,1",
        {
            "93,8": "coverage_rate actual Kabupaten Blora 2023",
            "95,1": "coverage_rate actual Jawa Tengah 2023",
            "98,5": "coverage_rate actual Kabupaten Tuban 2023",
        },
    ),
    (
        "a section between the rows",
        "Data JKN 2023\n| Kabupaten | Cakupan (%) |\n| --- | ---: |\n| Kudus | 98,44 |\n"
        "| Eks Karesidenan Pati | |\n| Jepara | 97,10 |",
        {
            "98,44": "coverage_rate actual Kabupaten Kudus 2023",
            "97,10": "coverage_rate actual Kabupaten Jepara 2023",
        },
    ),
    (
        "bare names among cities that are called so",
        "Cakupan JKN 2023\nKabupaten/Kota\tCakupan (%)\nSemarang\t95,2\nKota Semarang\t99,2",
        {
            "95,2": "coverage_rate actual Kabupaten Semarang 2023",
            "99,2": "coverage_rate actual Kota Semarang 2023",
        },
    ),
    (
        "a target beside what is reached",
        "Data JKN Januari 2024.\nKabupaten | Cakupan 2023 (%) | Target 2025 (%)\n"
        "Pati | 96,1 | 98,5",
        {
            "96,1": "coverage_rate actual Kabupaten Pati 2023",
            "98,5": "coverage_rate target Kabupaten Pati 2025",
        },
    ),
    (
        "a target beside another matter",
        "Data JKN Januari 2024.\nKabupaten | Stunting (%) | Target 2025 (%)\nPati | 16,1 | 13,5",
        {},
    ),
    (
        "a number and its share in one cell",
        "Data JKN 2023.\nKabupaten | Peserta\nBlora | 812.345 jiwa (95,2%)\n"
        "Kudus | 850.100 jiwa (98,4%)",
        {
            "812.345 jiwa": "participants actual Kabupaten Blora 2023",
            "95,2%": "coverage_rate actual Kabupaten Blora 2023",
            "850.100 jiwa": "participants actual Kabupaten Kudus 2023",
            "98,4%": "coverage_rate actual Kabupaten Kudus 2023",
        },
    ),
    (
        "what stands below a table",
        "Gubernur Jawa Tengah memaparkan data JKN per Januari 2024.\n"
        "Kabupaten | Cakupan 2022 (%)\nBlora | 95,2\nJepara | 97,1\n\n"
        "Sebanyak 120.000 warga Jawa Tengah belum terdaftar JKN per Januari 2024.",
        {
            "95,2": "coverage_rate actual Kabupaten Blora 2022",
            "97,1": "coverage_rate actual Kabupaten Jepara 2022",
            "120.000 warga": "uninsured actual Jawa Tengah 2024",
        },
    ),
    (
        "a list below its heading",
        "Di Sumatera Barat 677.331 penduduk belum terdaftar JKN pada 2023.\n"
        "Peserta JKN 2023 menurut daerah (jiwa):\n"
        "Agam 456.332; Pasaman 297.914; Bukittinggi 121.987.",
        {
            "677.331 penduduk": "uninsured actual Sumatera Barat 2023",
            "456.332": "participants actual Kabupaten Agam 2023",
            "297.914": "participants actual Kabupaten Pasaman 2023",
            "121.987": "participants actual Kota Bukittinggi 2023",
        },
    ),
    (
        "a time of its own in a cell",
        "Kabupaten | Cakupan JKN 2024 (%)\nPati | 91,2 (2022)\nDemak | 97,1",
        {
            "91,2": "coverage_rate actual Kabupaten Pati 2022",
            "97,1": "coverage_rate actual Kabupaten Demak 2024",
        },
    ),
    (
        "heads over two columns each",
        "Kepesertaan JKN\n"
        "                | Desember 2022           | Desember 2023\n"
        "Daerah          | Terdaftar (%) | Aktif (%) | Terdaftar (%) | Aktif (%)\n"
        "Kabupaten Blora | 96,1 | 80,4 | 97,3 | 81,2",
        {
            "96,1": "coverage_rate actual Kabupaten Blora 2022",
            "80,4": "active_rate actual Kabupaten Blora 2022",
            "97,3": "coverage_rate actual Kabupaten Blora 2023",
            "81,2": "active_rate actual Kabupaten Blora 2023",
        },
    ),
    (
        "aligned columns with one blank between two numbers",
        "Peserta JKN di Papua Barat Daya.\n"
        "                2021            2023\n"
        "Kab/Kota        Peserta   %     Peserta    %\n"
        "Kota Sorong     241.870  86,3   268.114   93,7\n"
        "Raja Ampat       63.908  96,0    67.451  98,6\n"
        "Sorong Selatan   49.013  94,8    55.290 100,3",
        {
            "241.870": "participants actual Kota Sorong 2021",
            "86,3": "coverage_rate actual Kota Sorong 2021",
            "268.114": "participants actual Kota Sorong 2023",
            "93,7": "coverage_rate actual Kota Sorong 2023",
            "63.908": "participants actual Kabupaten Raja Ampat 2021",
            "96,0": "coverage_rate actual Kabupaten Raja Ampat 2021",
            "67.451": "participants actual Kabupaten Raja Ampat 2023",
            "98,6": "coverage_rate actual Kabupaten Raja Ampat 2023",
            "49.013": "participants actual Kabupaten Sorong Selatan 2021",
            "94,8": "coverage_rate actual Kabupaten Sorong Selatan 2021",
            "55.290": "participants actual Kabupaten Sorong Selatan 2023",
            "100,3": "coverage_rate actual Kabupaten Sorong Selatan 2023",
        },
    ),
    (
        "rows of years, one of them of a target and short",
        "Capaian JKN Kabupaten Sleman.\n"
        "Tahun          Peserta    Cakupan\n"
        "2021           409.100    93,0%\n"
        "2022           415.300    94,1%\n"
        "Target 2024                99%\n",
        {
            "409.100": "participants actual Kabupaten Sleman 2021",
            "93,0%": "coverage_rate actual Kabupaten Sleman 2021",
            "415.300": "participants actual Kabupaten Sleman 2022",
            "94,1%": "coverage_rate actual Kabupaten Sleman 2022",
            "99%": "coverage_rate target Kabupaten Sleman 2024",
        },
    ),
    (
        "numbered lines",
        "Belum terdaftar JKN 2023 menurut daerah (jiwa):\n1. Kabupaten Pati: 41.100\n"
        "2. Kota Tegal: 2.300",
        {
            "41.100": "uninsured actual Kabupaten Pati 2023",
            "2.300": "uninsured actual Kota Tegal 2023",
        },
    ),
    (
        "an item with a second number",
        "Peserta JKN 2023 menurut daerah (jiwa):\n- Pati: 1.210.400 (95,2 persen)\n"
        "- Demak: 1.105.300 (97,8 persen)",
        {
            "1.210.400": "participants actual Kabupaten Pati 2023",
            "95,2 persen": "coverage_rate actual Kabupaten Pati 2023",
            "1.105.300": "participants actual Kabupaten Demak 2023",
            "97,8 persen": "coverage_rate actual Kabupaten Demak 2023",
        },
    ),
    (
        "a list of another matter",
        "Data JKN 2023. Angka stunting menurut daerah (%):\n- Pati: 12,1\n- Demak: 13,2",
        {},
    ),
]


@pytest.mark.parametrize(("text", "meant"), [row[1:] for row in WHOLE], ids=[r[0] for r in WHOLE])
def test_a_table_is_read_whole(text: str, meant: dict[str, str]) -> None:
    found = {}
    for quote, fact in facts_of(text).items():
        metric, status, region, year, segment = said(fact)
        group = "" if segment in ("all",) else f" {segment}"
        found[quote] = f"{metric} {status} {region} {year}{group}"
        assert fact.verdict == "verified", fact.findings
    assert found == meant


SURE: Final = "Data JKN per Januari 2024 di Jawa Tengah.\n"
DOUBTED: Final[list[tuple[str, str, str]]] = [
    ("a district", "Kabupaten | Cakupan (%)\nKecamatan Cepu | 70,1\nBlora | 95,2", "70,1"),
    ("what no gazetteer knows", "Kabupaten | Cakupan (%)\nLainnya | 70,1\nBlora | 95,2", "70,1"),
    ("districts", "Kecamatan | Peserta (jiwa)\nCepu | 70.100\nBlora | 90.100", "90.100"),
    (
        "districts of Yogyakarta",
        "Kapanewon | Peserta (jiwa)\nDepok | 118.201\nMlati | 90.100",
        "118.201",
    ),
    ("a mean", "Kabupaten | Cakupan (%)\nBlora | 95,2\nRata-rata | 96,8", "96,8"),
    ("a word unknown", "Kabupaten | Peserta lomba (jiwa)\nBlora | 95.200", "95.200"),
    ("a time that is not read", "Kabupaten | Cakupan Des-23 (%)\nBlora | 95,2", "95,2"),
    (
        "thousands or millions",
        "Kabupaten | Peserta (ribu jiwa)\nBlora | 812.345\nKudus | 850.100",
        "812.345",
    ),
    (
        "an item that is no region",
        "Peserta JKN (jiwa):\n1. Pati: 1.330.000\n2. Demak: 1.200.500\n3. Lainnya: 900.100",
        "900.100",
    ),
]


@pytest.mark.parametrize(
    ("text", "quote"), [row[1:] for row in DOUBTED], ids=[r[0] for r in DOUBTED]
)
def test_what_a_table_does_not_settle_is_never_verified(text: str, quote: str) -> None:
    fact = facts_of(SURE + text)[quote]
    assert fact.verdict == "suspect"
    assert "cell_undecided" in {finding.rule for finding in fact.findings}


@pytest.mark.parametrize("label", ["Kecamatan Cepu", "Lainnya", "Desa Ngawen"])
def test_a_row_that_names_no_region_has_none(label: str) -> None:
    text = f"{SURE}Kabupaten | Cakupan (%)\n{label} | 70,1\nBlora | 95,2"
    assert facts_of(text)["70,1"].region is None


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"metric": "active_rate"}, id="metric"),
        pytest.param({"status": "target"}, id="status"),
        pytest.param({"region": "Kudus"}, id="the region of another row"),
        pytest.param({"region": "Jawa Tengah"}, id="the province above"),
        pytest.param({"period": "2024"}, id="the year of another column"),
        pytest.param({"segment": "ppu"}, id="segment"),
    ],
)
def test_a_fact_that_says_otherwise_than_head_and_row_is_not_verified(
    change: dict[str, str],
) -> None:
    text = (
        "Data JKN Jawa Tengah.\nKabupaten | Cakupan 2023 (%) | Keaktifan PPU 2024 (%)\n"
        "Blora | 95,2 | 81,1\nKudus | 98,4 | 77,7"
    )
    right = {
        "value": 95.2, "unit": "percent", "metric": "coverage_rate", "status": "actual",
        "region": "Blora", "period": "2023", "segment": "all",
    }  # fmt: skip
    assert [fact.verdict for fact in verify(text, [right], rules=EXACT).facts] == ["verified"]
    (wrong,) = verify(text, [right | change]).facts
    assert is_unlikely(wrong)


COVERAGE: Final = "Kabupaten | Cakupan JKN (%)\nBlora | 95,2\nKudus | 98,4"


@pytest.mark.parametrize(
    ("above", "meant"),
    [
        ("Menuju JKN semesta", ("actual", "2024-03-04")),
        ("Menuju UHC 2025", ("actual", "2024-03-04")),
        (
            "Jawa Tengah menargetkan cakupan JKN 97 persen pada 2025. Data per kabupaten:",
            ("actual", "2024-03-04"),
        ),
        ("Semua daerah harus mencapai 97 persen. Datanya:", ("actual", "2024-03-04")),
        ("Target cakupan JKN 2025", ("target", "2025")),
        ("Perda JKN terbit pada 2017. Ini datanya.", ("actual", "2024-03-04")),
        ("Cakupan JKN per Desember 2023", ("actual", "2023-12")),
        ("Cakupan JKN hingga Desember 2023 sebagai berikut.", ("actual", "2023-12")),
    ],
)
def test_a_line_over_a_table_gives_only_its_own_aim_and_time(
    above: str, meant: tuple[str, str]
) -> None:
    text = f"{above}\n{COVERAGE}"
    found = EXTRACTOR.extract(text, published=date(2024, 3, 4))
    facts = [f for f in found.facts if f.evidence and f.evidence.quote in {"95,2", "98,4"}]
    assert [(f.status, f.period and f.period.iso) for f in facts] == [meant, meant]
    assert {f.verdict for f in facts} == {"verified"}


@pytest.mark.parametrize("title", ["Rencana UHC 2026", "Cakupan dan target JKN"])
def test_a_title_that_leaves_open_what_is_aimed_at_is_doubted(title: str) -> None:
    assert facts_of(f"{title}\n{COVERAGE}")["95,2"].verdict == "suspect"


def test_a_year_to_reach_something_in_is_no_target_of_the_columns_beside_it() -> None:
    text = "Rencana UHC\n\nDaerah | Cakupan 2023 (%) | Tahun target UHC\nKudus | 98,4 | 2025"
    assert facts_of(text)["98,4"].status == "actual"


PEOPLE: Final = "Kabupaten | Peserta (jiwa)\nBlora | 112.345\nKudus | 150.100"


@pytest.mark.parametrize(
    "title",
    [
        "Peserta JKN nonaktif per kabupaten, 2024",
        "Peserta JKN yang menunggak iuran, 2024",
        "Peserta JKN yang dinonaktifkan",
        "Peserta JKN meninggal 2024",
        "Peserta JKN penderita diabetes",
        "Peserta JKN lansia",
        "Skrining kesehatan peserta JKN 2024",
        "Klaim JKN 2024",
    ],
)
def test_a_title_of_other_members_leaves_a_plain_head_no_fact(title: str) -> None:
    assert facts_of(f"{title}\n\n{PEOPLE}") == {}


@pytest.mark.parametrize(
    "title", ["Data JKN dan stunting 2024", "Peserta JKN aktif 2024", "Peserta JKN baru 2024"]
)
def test_a_title_that_says_more_than_a_plain_head_makes_it_doubtful(title: str) -> None:
    found = facts_of(f"{title}\n\n{PEOPLE}")
    assert {quote: fact.verdict for quote, fact in found.items()} == {
        "112.345": "suspect",
        "150.100": "suspect",
    }


def test_a_section_of_another_matter_has_no_facts() -> None:
    text = (
        "Data JKN 2024\n\nKabupaten | Peserta (jiwa)\nPeserta JKN |\nBlora | 812.345\n"
        "Penduduk miskin |\nBlora | 12.345\nKudus | 10.100"
    )
    assert list(facts_of(text)) == ["812.345"]


@pytest.mark.parametrize(
    "items",
    ["\n- Agam 56.332 jiwa\n- Pasaman 97.914 jiwa\n", " Agam 56.332 jiwa; Pasaman 97.914 jiwa."],
)
@pytest.mark.parametrize(
    ("heading", "metric"),
    [
        ("Peserta JKN aktif (jiwa):", "active_participants"),
        ("Peserta JKN baru (jiwa):", "new_participants"),
        ("Peserta JKN nonaktif (jiwa):", ""),
        ("Peserta JKN yang menunggak (jiwa):", ""),
        ("Peserta JKN penderita diabetes (jiwa):", ""),
        ("Data JKN 2023.\nPengungsi banjir:", ""),
        ("Data JKN 2023.\nPenerima bantuan pangan:", ""),
        ("Masih 677.331 warga belum terdaftar JKN. Peserta menurut daerah:", "participants"),
    ],
)
def test_the_heading_of_a_list_alone_says_what_its_items_are(
    heading: str, metric: str, items: str
) -> None:
    found = facts_of(heading + items)
    said_of = {quote: fact.metric for quote, fact in found.items() if quote != "677.331 warga"}
    assert said_of == ({"56.332 jiwa": metric, "97.914 jiwa": metric} if metric else {})


def test_a_second_list_is_of_its_own_heading() -> None:
    text = (
        "Peserta JKN (jiwa):\n- Agam 456.332\n- Pasaman 297.914\n\n"
        "Pengungsi banjir:\n- Agam 6.332 jiwa\n- Pasaman 7.914 jiwa\n"
    )
    assert list(facts_of(text)) == ["456.332", "297.914"]


@pytest.mark.parametrize(
    "heads",
    [
        "Pagu (Rp miliar) | %",
        "Target (jiwa) | %",
        "Target (jiwa) | % Capaian",
        "Target (jiwa) | Realisasi (%)",
        "Peserta (jiwa) | % Target",
    ],
)
def test_a_share_beside_a_target_or_money_is_doubted(heads: str) -> None:
    text = f"Data JKN 2023\n\nKabupaten | {heads}\nBlora | 850 | 95,2\nKudus | 900 | 93,1"
    assert {facts_of(text)[quote].verdict for quote in ("95,2", "93,1")} == {"suspect"}


@pytest.mark.parametrize("heads", ["2022 | +/-", "2022 | ", "2022 | ±"])
def test_a_column_of_changes_or_without_a_head_has_no_facts(heads: str) -> None:
    text = f"Cakupan JKN (%)\n\nKabupaten | {heads}\nBlora | 94,1 | 12,3\nKudus | 98,2 | 14,1"
    assert list(facts_of(text)) == ["94,1", "98,2"]


@pytest.mark.parametrize(
    ("text", "number", "rule"),
    [
        pytest.param(
            "Peserta JKN 2023 (jiwa)\n\nKabupaten | 0-14 | 15-64 | 65+\n"
            "Blora | 11.345 | 64.100 | 600",
            {"value": 64_100, "unit": "people", "metric": "participants"},
            "confidence",
            id="a column of some ages",
        ),
        pytest.param(
            "Kabupaten | Cakupan JKN 2024\nPati | 0,912\nKudus | 0,984",
            {"value": 0.912, "unit": "percent", "metric": "coverage_rate"},
            "unit_in_text",
            id="a ratio is no percentage",
        ),
    ],
)
def test_what_is_no_figure_of_its_metric_is_never_verified(
    text: str, number: dict[str, Any], rule: str
) -> None:
    assert "verified" not in {fact.verdict for fact in facts_of(text).values()}
    (told,) = verify(text, [number]).facts
    assert rule in {finding.rule for finding in told.findings}


@pytest.mark.parametrize(
    "text",
    [
        "Kabupaten Agam\n- Peserta JKN: 456.332 jiwa\n\nKabupaten Pasaman\n- Cakupan: 92,5 persen",
        "Kabupaten Agam: peserta JKN 456.332 jiwa.\nKabupaten Pasaman: cakupan JKN 92,5 persen.",
        "AGAM\n- Peserta JKN: 456.332 jiwa\n\nPASAMAN\n- Cakupan JKN: 92,5 persen",
    ],
)
def test_a_region_over_items_or_before_a_colon_is_theirs(text: str) -> None:
    found = {quote: said(fact)[2] for quote, fact in facts_of(text).items()}
    assert found == {"456.332 jiwa": "Kabupaten Agam", "92,5 persen": "Kabupaten Pasaman"}
