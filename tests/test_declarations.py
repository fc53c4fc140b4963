"""What a text says of the UHC status of regions."""

import asyncio
from datetime import date
from typing import Any, Final

import pytest

from benchmarks.declarations import scores
from tests.pointed import pointed
from uhc_llm import Extractor, extract
from uhc_llm.extraction import Strategy
from uhc_llm.llm.answers import StaticAnswer, metric_answer
from uhc_llm.llm.point import PointConversation
from uhc_llm.llm.prompts import load_prompt
from uhc_llm.reader import Understanding, declarations, interpret
from uhc_llm.reader.declarations import find_statements, read_declarations
from uhc_llm.scanner import scan
from uhc_llm.scanner.regions import is_place_of_event
from uhc_llm.schemas import RegionMention
from uhc_llm.testing import FakeModel

DOUBTFUL = "Pemkab Kudus sudah menargetkan UHC pada 2024."


def understood(text: str, published: date | None = None) -> Understanding:
    return interpret(scan(text, published=published))


def said(text: str, published: date | None = None) -> list[tuple[str, str, str | None]]:
    return [
        (each.region.name, each.status, each.period.iso if each.period else None)
        for each in read_declarations(understood(text, published))
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kabupaten Kudus telah meraih UHC pada 2023.", ("Kabupaten Kudus", "reached", "2023")),
        ("Kota Bima resmi menyandang status UHC.", ("Kota Bima", "reached", None)),
        ("Pemkot Tegal menerima UHC Award 2024.", ("Kota Tegal", "reached", "2024")),
        ("Kota Sabang diganjar predikat UHC Utama.", ("Kota Sabang", "reached", None)),
        ("Kabupaten Alor mempertahankan UHC.", ("Kabupaten Alor", "reached", None)),
        ("Kabupaten Alor sudah ber-UHC.", ("Kabupaten Alor", "reached", None)),
        (
            "Kabupaten Sikka mencapai Universal Health Coverage (UHC) sejak Mei 2022.",
            ("Kabupaten Sikka", "reached", "2022-05"),
        ),
        ("Kota Batu telah melampaui target UHC pada 2024.", ("Kota Batu", "reached", "2024")),
        ("Kota Batu menargetkan melampaui UHC pada 2024.", ("Kota Batu", "aimed", "2024")),
        ("Kota Batu belum melampaui target UHC.", ("Kota Batu", "aimed", None)),
        ("Kabupaten Ngada menuju UHC 2025.", ("Kabupaten Ngada", "aimed", "2025")),
        ("Pemkot Bitung menargetkan UHC pada 2026.", ("Kota Bitung", "aimed", "2026")),
        ("Pemkab Bone berupaya mencapai UHC.", ("Kabupaten Bone", "aimed", None)),
        ("Pemkab Bone menargetkan UHC tercapai 2024.", ("Kabupaten Bone", "aimed", "2024")),
        ("Pemkab Bone bekerja agar UHC terwujud.", ("Kabupaten Bone", "aimed", None)),
        ("Jika lolos, Pemkab Bone akan berstatus UHC.", ("Kabupaten Bone", "aimed", None)),
        ("Dana untuk mempertahankan UHC Prioritas Kota Bima.", ("Kota Bima", "reached", None)),
        ("Agar meraih UHC, Pemkot Solok menambah kuota.", ("Kota Solok", "aimed", None)),
        ("Kabupaten Jember kehilangan status UHC.", ("Kabupaten Jember", "lost", None)),
        ("Status UHC Kabupaten Jember dicabut.", ("Kabupaten Jember", "lost", None)),
        ("Kota Tual gagal mempertahankan UHC.", ("Kota Tual", "lost", None)),
        (
            "Surakarta has achieved universal health coverage (UHC).",
            ("Kota Surakarta", "reached", None),
        ),
        ("Magelang city aims to achieve UHC by 2024.", ("Kota Magelang", "aimed", "2024")),
        ("West Java lost its UHC status.", ("Jawa Barat", "lost", None)),
    ],
)
def test_a_status_is_reached_aimed_at_or_lost(
    text: str, expected: tuple[str, str, str | None]
) -> None:
    assert said(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "Program UHC di Kota Medan berjalan baik.",
        "Warga Kota Medan berobat lewat UHC.",
        "UHC adalah jaminan kesehatan bagi semua warga Kota Medan.",
        "Sebuah daerah disebut UHC bila 98 persen warganya terdaftar.",
        "Kota Medan belum UHC.",
        "Kota Medan hampir mencapai UHC.",
        "Apakah Kota Medan sudah UHC?",
        "Tercapainya UHC di Kota Medan masih jauh.",
        "Wali kota membantah Kota Medan telah UHC.",
        "Kota Medan gagal memenuhi syarat UHC.",
        "Cakupan UHC Kota Medan 98 persen.",
        "Tiga daerah di Jawa Tengah sudah UHC.",
        "Penghargaan tersebut diterima Kota Medan.",
        "Indonesia menargetkan UHC.",
        "",
    ],
)
def test_what_speaks_of_uhc_alone_declares_nothing(text: str) -> None:
    assert said(text) == []


def test_what_is_quoted_is_not_cut_within_a_number() -> None:
    text = "Kabupaten Alor telah mencapai UHC dengan cakupan 95,1 persen, atau 146.000 warga."
    (declaration,) = read_declarations(interpret(scan(text)))
    assert declaration.evidence.quote == text.split(", atau", maxsplit=1)[0]


def test_of_some_regions_those_of_the_list_are_meant() -> None:
    text = "Di Jawa Tengah tiga daerah sudah UHC: Kudus, Kota Tegal dan Blora."
    names = ["Kabupaten Kudus", "Kota Tegal", "Kabupaten Blora"]
    assert [name for name, *_ in said(text)] == names


def test_a_predicate_points_back_to_uhc() -> None:
    text = "Syarat UHC adalah 95 persen. Dua daerah menyandang predikat tersebut: Kudus dan Blora."
    assert [name for name, *_ in said(text)] == ["Kabupaten Kudus", "Kabupaten Blora"]


def test_one_status_of_one_year_is_declared_once_and_with_its_year() -> None:
    text = "Kota Tegal sudah UHC. Pada 2023 Kota Tegal meraih UHC. Kota Tegal sukses meraih UHC."
    assert said(text) == [("Kota Tegal", "reached", "2023")]


def test_the_article_s_own_date_stands_for_a_status_of_now() -> None:
    assert said("Kota Tegal sudah UHC.", date(2024, 5, 1)) == [
        ("Kota Tegal", "reached", "2024-05-01")
    ]


def test_the_evidence_stands_in_the_text() -> None:
    text = "Rapat usai. Kabupaten Kudus telah meraih UHC, kata bupati."
    (found,) = read_declarations(understood(text))
    evidence = found.evidence
    assert text[evidence.start : evidence.end] == evidence.quote
    assert evidence.quote == "Kabupaten Kudus telah meraih UHC"
    assert evidence.sentence == "Kabupaten Kudus telah meraih UHC, kata bupati."
    assert evidence.mention is None


ANSWER = pointed([], [{"statement": "d1", "status": "reached"}])


@pytest.mark.parametrize(
    ("strategy", "answers"), [("point", [ANSWER]), ("quote", []), ("code", [])]
)
def test_an_extraction_carries_declarations_whatever_the_strategy(
    strategy: Strategy, answers: list[dict[str, Any]]
) -> None:
    text = "Kabupaten Kudus telah meraih UHC."
    extraction = extract(text, model=FakeModel(answers), strategy=strategy)
    assert [each.status for each in extraction.declarations] == ["reached"]


def test_only_a_statement_in_doubt_is_asked_about() -> None:
    (statement,) = find_statements(understood(DOUBTFUL))
    assert statement.is_doubtful
    for text, asked in ((DOUBTFUL, True), ("Kabupaten Kudus telah meraih UHC.", False)):
        conversation = PointConversation(
            FakeModel(), load_prompt("metric/v1"), scan(text), question="metric", breadth="cues"
        )
        assert conversation.has_questions == asked


@pytest.mark.parametrize("status", ["reached", "aimed", "lost", "none"])
def test_the_model_decides_what_is_in_doubt(status: str) -> None:
    model = FakeModel([{"d1": status}])
    extraction = Extractor(model, form="narrowed", breadth="cues").extract(DOUBTFUL)
    assert '"Pemkab Kudus sudah menargetkan UHC pada 2024"' in model.requests[0].text
    expected = [] if status == "none" else [status]
    assert [each.status for each in extraction.declarations] == expected


def test_the_static_form_asks_about_statements_too() -> None:
    answer = pointed([], [{"statement": "d1", "status": "lost"}])
    extraction = Extractor(FakeModel([answer]), form="static", breadth="unit").extract(
        "Kabupaten Kudus telah meraih UHC."
    )
    assert [each.status for each in extraction.declarations] == ["lost"]


def test_no_status_but_the_three_can_be_said() -> None:
    form = metric_answer([], find_statements(understood(DOUBTFUL)))
    assert set(form.model_json_schema()["properties"]["d1"]["enum"]) == {
        "reached",
        "aimed",
        "lost",
        "none",
    }
    assert StaticAnswer.model_validate({"facts": []}).statements == []


# --- how right they are --------------------------------------------------------------------------

FLOOR: Final = 0.85


def test_declarations_are_found_in_labelled_articles() -> None:
    place, time = scores()
    assert place.f1 >= FLOOR, (place, time)
    assert time.f1 >= FLOOR - 0.05, (place, time)


def test_asking_again_leaves_declarations_alone() -> None:
    model = FakeModel([{"d1": "aimed"}])
    conversation = PointConversation(
        model, load_prompt("metric/v1"), scan(DOUBTFUL), question="metric", breadth="cues"
    )
    asyncio.run(conversation.ask())
    assert asyncio.run(conversation.reask([])) == []
    assert conversation.statuses == {"d1": "aimed"}


def test_each_region_is_looked_at_once_whatever_the_number_of_statements(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_at: list[RegionMention] = []

    def counted(text: str, region: RegionMention) -> bool:
        looked_at.append(region)
        return is_place_of_event(text, region)

    monkeypatch.setattr(declarations, "is_place_of_event", counted)
    understanding = understood("Kabupaten Blora telah mencapai UHC, " * 20)
    assert len(find_statements(understanding)) == 20
    assert looked_at == list(understanding.sight.names.regions)
