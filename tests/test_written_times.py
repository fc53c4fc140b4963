"""Every way in which the press writes a time, beside a number and far from the article's day."""

import re
from datetime import date

import pytest

from uhc_llm import extract, scan
from uhc_llm.scanner.periods.unread import _SHAPES, find_unread
from uhc_llm.scanner.tokens import fold_text
from uhc_llm.schemas import Fact

PUBLISHED = date(2025, 6, 17)
SENTENCES = (
    "Per {} cakupan kepesertaan JKN di Kabupaten Blora mencapai 95,28 persen.",
    "BLORA - Hingga {} cakupan kepesertaan JKN di Kabupaten Blora mencapai 95,28 persen.",
    "Cakupan kepesertaan JKN di Kabupaten Blora 95,28 persen per {}.",
    "Data {}: cakupan kepesertaan JKN Kabupaten Blora 95,28 persen.",
)

# Several a line: what stands between two bars is one form.
READ = {
    "2023-12-31": """
        31 Desember 2023 | 31 Des 2023 | 31 Des. 2023 | 31 Des '23 | 31 Desember ’23 |
        31-Des-2023 | 31-Des-23 | 31/Des/2023 | 31.Des.2023 | 31Des2023 | 31Desember 2023 |
        31/12/2023 | 31/12/23 | 31-12-2023 | 31-12-23 | 31.12.2023 | 31.12.23 | 31–12–2023 |
        31 / 12 / 2023 | 31 - 12 - 2023 | 31-12-'23 | 31 12 2023 | 31/12 2023 | 12/31/2023 |
        12-31-2023 | 2023-12-31 | 2023/12/31 | 2023.12.31 | 31-XII-2023 | 31/XII/2023 |
        31.XII.2023 | 31 XII 2023 | 31-XII-'23 | 31-xii-2023 | tanggal 31 Desember 2023 |
        tgl 31 Des 2023 | tgl. 31-12-2023 | tgl.31/12/2023 |
        tanggal 31 bulan Desember tahun 2023 | tanggal 31 bulan 12 tahun 2023 |
        31 Desember tahun 2023 | 31 Desember thn 2023 | 31 Desember, 2023 | 31 Desember (2023) |
        Desember 31, 2023 | December 31, 2023 | Dec. 31, 2023 | Dec 31 2023 | 31 December 2023 |
        31st December 2023 | 31st of December 2023 | December 31st, 2023 |
        31 Desember 2023 kemarin | 31 Desember 2023 lalu | Minggu, 31 Desember 2023 |
        Minggu (31/12/2023) | 31 Desember 2023 pukul 24.00 WIB | 31 Desember 2023 (audited) |
        31 Desember 2023* | s.d. 31 Desember 2023 | s.d.31 Desember 2023 | 31-12-2023 s/d |
        31 Desember2023
    """,
    "2023-02-05": """
        5 Pebruari 2023 | 5 Peb 2023 | 5 Febuari 2023
    """,
    "2023-11-05": """
        5 Nopember 2023
    """,
    "2023-01-03": """
        3 Djanuari 2023 | 3 Djan. 2023
    """,
    "2023-08-17": """
        17 Agust. 2023 | 17 Ag. 2023 | 17 Ags 2023 | 17 Agt 2023
    """,
    "2023-03-10": """
        10 Mrt 2023 | 10 Maart 2023
    """,
    "2023-07-03": """
        3 Djuli 2023
    """,
    "2023-06-01": """
        1 Juni 2023
    """,
    "2023-04-03": """
        03/04/2023 | 3/4/2023
    """,
    "2023-05-01": """
        1 May 2023 | May 1, 2023
    """,
    "2023-12": """
        Desember dua ribu dua puluh tiga | akhir Desember dua ribu dua puluh tiga |
        Desember tahun dua ribu dua puluh tiga |
        2023 Desember | tahun 2023 bulan Desember | 2023, bulan Desember | [Desember 2023] |
        Desember 2023 | Des 2023 | Des. 2023 | Des '23 | Des’23 | Des-23 | Des/23 |
        Desember '23 | Desember ‘23 | Desember/2023 | Desember-2023 | Desember, 2023 |
        Desember (2023) | DESEMBER 2023 | Des2023 | Des.2023 | Desember tahun 2023 |
        Desember th. 2023 | bulan Desember 2023 | bln Des 2023 | bln. Desember 2023 |
        bulan 12 2023 | bulan 12 tahun 2023 | bulan 12/2023 | bulan XII tahun 2023 |
        akhir Desember 2023 | akhir bulan Desember 2023 | ultimo Desember 2023 | 12/2023 |
        2023-Des | 2023/Desember |
        12-2023 | 12.2023 | 2023-12 | 2023/12 | XII/2023 | XII-2023 | XII 2023 |
        Desember 2023 kemarin | Desember 2023 lalu | Desember 2023 silam | December 2023 |
        Dec 2023 | end of December 2023 | YTD Desember 2023 | Januari-Desember 2023 |
        Jan-Des '23 | s/d Desember 2023 | sd. Des 2023 | per-Desember 2023
    """,
    "2023-03": """
        Mrt 2023
    """,
    "2023-01": """
        Djan 2023
    """,
    "2023-08": """
        Ag 2023 | Ag. 2023 | Agustus 2023
    """,
    "2023-10": """
        Okt 2023 | October 2023
    """,
    "2023-Q4": """
        4Q23 | 4Q2023 | 4Q 2023 | Q4 2023 | Q4-2023 | Q4/2023 | Q4'23 | Q4 '23 | Q4 FY2023 |
        2023-Q4 | 2023Q4 | 2023 Q4 | Q-4 2023 | Q IV 2023 | TW IV 2023 | TW IV/2023 |
        TW-IV 2023 | TW4 2023 | TW. IV 2023 | Triw. IV 2023 | Trw IV 2023 | triwulan IV 2023 |
        triwulan IV-2023 | triwulan ke-4 2023 | triwulan ke-IV tahun 2023 |
        triwulan keempat 2023 | triwulan IV TA 2023 | triwulan IV tahun anggaran 2023 |
        kuartal IV 2023 | kuartal keempat tahun 2023 | kuartal terakhir 2023 | kwartal IV '23 |
        tahun 2023 triwulan IV | fourth quarter of 2023 | quarter 4 2023
    """,
    "2023-S2": """
        semester II 2023 | semester II/2023 | semester II-2023 | Sem. II/2023 | Sem II 2023 |
        Smt 2 2023 | smt. II '23 | smt2 2023 | semester 2 tahun 2023 | semester kedua 2023 |
        S2 2023 | S2-2023 | 2023-S2 | H2 2023 | 2H23 | 2H2023 | paruh kedua 2023
    """,
    "2023-S1": """
        1H23 | paruh pertama tahun 2023
    """,
    "2023": """
        FY2023 | FY 2023 | FY23 | FY'23  | TA 2023 | T.A. 2023 | T.A.2023 |
        TA.2023 | TA. 2023 | TA2023 | TA-2023 | T.A '23 | tahun anggaran 2023 |
        thn anggaran 2023 | tahun anggaran '23 | tahun buku 2023 | tahun fiskal 2023 | 2023 |
        tahun 2023 | Tahun2023 | thn 2023 | thn.2023 | thn. 2023 | th 2023 | th. 2023 | th.2023 |
        tahun '23 | tahun ’23 | tahun ‘23 | tahun `23 | tahun ´23 | thn '23 | '23 | akhir ’23 |
        akhir '23 | akhir 2023 | akhir tahun 2023 | akhir th 2023 | akhir thn '23 |
        akhir tahun anggaran 2023 | penghujung 2023 | medio '23 | medio 2023 |
        pertengahan tahun 2023 | awal 2023 | ultimo 2023 | tutup tahun 2023 | tutup buku 2023 |
        end of 2023 | year-end 2023 | mid-2023 | early 2023 | late 2023 | tahun 2023 lalu |
        tahun 2023 kemarin | 2023 silam | 2023 kemarin | tahun 2023 M | tahun 2023 Masehi |
        tahun dua ribu dua puluh tiga |
        APBD 2023 | APBD-2023
    """,
}
FORMS = [(" ".join(form.split()), iso) for iso, forms in READ.items() for form in forms.split("|")]

# In these a year of two digits is nothing that could be known, or two years are one; or there is no
# such day or month.
UNREAD = [
    "31 Desember 2.023",
    "31-Des-2O23",
    "Desember 202",
    "Desember 20233",
    "tahun 202",
    "tahun dua ribu dua tiga",
    "Desember dua ribu dua tiga",
    "31/12",
    "12-23",
    "XII 23",
    "IV/2023",
    "2023W52",
    "TA23",
    "thn. 23",
    "2023-2024",
    "FY 2023/2024",
    "tahun anggaran 2023/2024",
    "2023/24",
    "31 Des 23",
    "20231231",
    "31122023",
    "tahun 2.023",
    "tahun 2O23",
    "tahun 23",
    "akhir 23",
    "Desember 23",
    "31-13-2023",
    "31 Februari 2023",
    "31/02/2023",
    "XIII/2023",
    "XXI/2023",
    "1445 H",
    "Desember 2O23",
    "5Q23",
    "2023-13",
]

NO_TIMES = [
    "Ada 12.2023 jiwa di sana.",
    "Sebanyak 12/2023 peserta hadir.",
    "Perda Nomor 12/2023 berlaku.",
    "Pergub Jateng 12/2023 berlaku.",
    "UU Nomor 1/2023 berlaku.",
    "Putusan 12/PUU-XII/2023 dibacakan.",
    "Surat 005/XII/2023 dikirim.",
    "Nomor 440/12/2023 dikirim.",
    "Aplikasi versi 2023.12.31 dirilis.",
    "Versi 3.12.23 dirilis.",
    "Mobile JKN v2023.12.31 dirilis.",
    "Berkas data_2023.12.31.xlsx dibuka.",
    "Berkas data-2023-12-31.xlsx dibuka.",
    "Alamat IP 10.12.20.23 dibuka.",
    "Pukul 12.10.23 WIB dibuka.",
    "Menang skor 21-12-20 di sana.",
    "PON X/2023 dibuka.",
    "Rasio 1/2023 dipakai.",
    "Kode 33.22.12.2023 dipakai.",
    "Telepon 0812-12-2023.",
    "Rp12.2023 saja.",
    "Naik dari 12,2023 ke 13.",
    "Kata '98 persen terdaftar' itu benar.",
    "Long March dan May hadir.",
    "Mei 20 orang dan Mar 12 orang.",
    "Sudah 5 bulan 12 hari.",
    "Nilai 8.12.23 dan 7.10.22.",
    "Menyebut 1445 H dan 12 Muharram.",
    "Tahun dua ribu peserta.",
]


def facts_of(sentence: str, form: str, published: date | None = PUBLISHED) -> Fact:
    result = extract(sentence.format(form), strategy="code", published=published)
    found = [fact for fact in result.facts if str(fact.value) == "95.28"]
    assert len(found) == 1, form
    return found[0]


@pytest.mark.parametrize(("form", "iso"), FORMS, ids=[form for form, _ in FORMS])
def test_every_way_to_write_a_time_is_read(form: str, iso: str) -> None:
    fact = facts_of(SENTENCES[0], form)
    assert fact.period is not None
    assert (fact.period.iso, fact.period.source, fact.verdict) == (iso, "text", "verified")


@pytest.mark.parametrize("sentence", SENTENCES[1:])
def test_wherever_it_stands_its_year_is_right_or_in_doubt(sentence: str) -> None:
    for form, iso in FORMS:
        if form.startswith("T.A.") and "per {}" in sentence:
            continue  # below
        assert_right_or_in_doubt(sentence, form, iso)


def assert_right_or_in_doubt(sentence: str, form: str, iso: str) -> None:
    fact = facts_of(sentence, form)
    year = fact.period.iso[:4] if fact.period else None
    assert year == iso[:4] or fact.verdict == "suspect", form


def test_what_is_counted_per_budget_year_has_its_year_or_is_in_doubt() -> None:
    (sentence,) = (sentence for sentence in SENTENCES if "persen per {}" in sentence)
    for form, iso in FORMS:
        if form.startswith("T.A."):
            assert_right_or_in_doubt(sentence, form, iso)


@pytest.mark.parametrize("published", [PUBLISHED, None])
@pytest.mark.parametrize("form", UNREAD)
def test_what_looks_like_a_time_and_is_not_read_puts_its_number_in_doubt(
    form: str, published: date | None
) -> None:
    fact = facts_of(SENTENCES[0], form, published)
    assert fact.verdict == "suspect"
    said = [finding.message for finding in fact.findings if finding.rule == "period_unread"]
    assert len(said) == 1
    assert re.search(r"\d", said[0])


@pytest.mark.parametrize("text", NO_TIMES)
def test_what_only_looks_like_a_time_is_none(text: str) -> None:
    assert [p.text for p in scan(text, published=PUBLISHED).periods if p.end] == []


@pytest.mark.parametrize(
    ("text", "isos"),
    [
        pytest.param("Pada 03/04/2023 dibuka.", ["2023-04-03"], id="the day first"),
        pytest.param(
            "Pada 12/31/2023 dibuka.", ["2023-12-31"], id="the month, where only that fits"
        ),
        pytest.param("Pada 12/31/23 dibuka.", ["2023-12-31"], id="with a short year"),
        pytest.param("Pada Mei-15 Juni 2023.", ["2023-05", "2023-06-15"], id="a day, not a year"),
        pytest.param("Pada 31 Des 23 puskesmas.", ["2024-12-31"], id="a count, not a year"),
        pytest.param("Selama TA 2023/24 naik.", ["2023", "2024"], id="a school year or a budget's"),
        pytest.param("Selama Jan-Des '23 naik.", ["2023-01", "2023-12"], id="a range"),
        pytest.param("Pada 2022, triwulan I 2023.", ["2022", "2023-Q1"], id="two times"),
        pytest.param("Lulusan S2 2023 naik.", ["2023"], id="a degree"),
        pytest.param("Oleh Drs. Ali, M.Ag 2023.", ["2023"], id="another degree"),
        pytest.param("Muktamar XII 2023 dibuka.", ["2023"], id="a congress"),
        pytest.param("4 bln lalu dan 2 thn yll.", ["2025-02", "2023"], id="short words"),
        pytest.param("Sejak '98 naik.", ["1998"], id="the century before"),
        pytest.param("Pada Desember. 2023 baik.", ["2024-12", "2023"], id="two sentences"),
    ],
)
def test_of_two_ways_to_read_a_time_the_likelier_is_taken(text: str, isos: list[str]) -> None:
    assert [p.iso for p in scan(text, published=PUBLISHED).periods if p.end] == isos


@pytest.mark.parametrize(
    "text",
    [
        "Per 31 Desember 2023 ada 95 persen.",
        "Per 1.000 penduduk ada 5 dokter.",
        "Pada Desember 23 orang hadir.",
        "Tahun ini 500 peserta hadir.",
        "Sesuai Perda Nomor 12/2023 dan UU 40/2004.",
        "Aplikasi versi 3.12.23 dirilis.",
        "Kata '98 persen terdaftar' itu benar.",
        "Lihat https://contoh.id/2023/13/31-13-2023 di sana.",
        "Telepon 0812-13-2023.",
        "Sejak tahun 1990-an naik.",
        "Covid-19 mereda pukul 12.10.",
    ],
)
def test_nothing_is_unread_where_all_is_read_or_no_time(text: str) -> None:
    assert find_unread(scan(text, published=PUBLISHED), fold_text(text), 0, len(text)) == ()


def test_a_shape_looks_at_a_few_characters_alone_so_that_work_grows_as_the_text_does() -> None:
    _least, most = re._parser.parse(_SHAPES.pattern, _SHAPES.flags).getwidth()  # type: ignore[attr-defined] # noqa: SLF001
    assert most < 64
