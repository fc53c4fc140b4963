"""Made-up articles whose facts are given, as observations and as the run of a ledger."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Final, Literal, NamedTuple

from uhc_llm import Document, Extractor
from uhc_llm.batch.keys import work_key
from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.work import Attempt, Work
from uhc_llm.panel.building import Cell, PanelOptions, Target, cells_of
from uhc_llm.panel.choosing import RULES, ChoiceRule, Chosen, Option, choose, options_of
from uhc_llm.panel.observations import AROUND, Observation
from uhc_llm.scanner.regions.gazetteer import area, gazetteer
from uhc_llm.schemas import (
    METRICS,
    Evidence,
    Extraction,
    Fact,
    Metric,
    Period,
    Provenance,
    Qualifier,
    Segment,
    Status,
    Verdict,
)

__all__ = [
    "ARTICLES",
    "ONE",
    "Article",
    "Told",
    "cells",
    "chosen",
    "observed",
    "options",
    "said",
    "the_cell",
    "write_run",
]

_AT: Final = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
_MADE: Final = Provenance(
    model=None,
    strategy="code",
    prompt=None,
    prompt_hash=None,
    schema_hash=None,
    version="0",
)
_NUMBER: Final = re.compile(r"\[([^]]*)\]")
_END: Final = re.compile(r"(?<=[.!?])\s|\n")


class Told(NamedTuple):
    """A fact of an article. A region of no code is an area, and no time is none."""

    value: str
    metric: Metric = "coverage_rate"
    period: str | None = "2024-06"
    region: str = "33.22"
    status: Status = "actual"
    segment: Segment = "all"
    upper: str | None = None
    qualifier: Qualifier = "exact"
    source: Literal["text", "derived", "published"] = "text"
    verdict: Verdict = "verified"
    confidence: float | None = 0.9
    is_reviewed: bool = False


ONE: Final = Told("94.77")


class Article(NamedTuple):
    """An article: its text with the numbers of its facts in brackets, and these facts."""

    name: str
    marked: str
    told: tuple[Told, ...]
    published: str | None = "2024-07-10"
    url: str | None = None

    @property
    def text(self) -> str:
        """As it stands in the paper."""
        return _NUMBER.sub(r"\1", self.marked)

    def places(self) -> Iterator[Evidence]:
        """Where its numbers stand."""
        text = self.text
        ends = [0, *(found.end() for found in _END.finditer(text)), len(text)]
        for place, found in enumerate(_NUMBER.finditer(self.marked)):
            start, quote = found.start() - 2 * place, found[1]
            first, last = next((a, b) for a, b in pairwise(ends) if a <= start < b)
            yield Evidence(
                mention=None,
                quote=quote,
                start=start,
                end=start + len(quote),
                sentence=text[first:last].strip(),
                sentence_start=first,
                sentence_end=last,
            )

    def facts(self) -> Iterator[Fact]:
        """Its facts, each at its place."""
        for told, evidence in zip(self.told, self.places(), strict=True):
            region = gazetteer().by_code.get(told.region) or area(told.region)
            yield Fact(
                metric=told.metric,
                value=Decimal(told.value),
                upper=None if told.upper is None else Decimal(told.upper),
                unit=METRICS[told.metric].unit,
                qualifier=told.qualifier,
                status=told.status,
                region=region,
                period=None if told.period is None else Period(iso=told.period, source=told.source),
                segment=told.segment,
                evidence=evidence,
                confidence=told.confidence,
                verdict=told.verdict,
            )


def observed(*articles: Article) -> list[Observation]:
    """What articles say, as the panel looks at it."""
    return [
        Observation(
            article=article.name,
            name=article.name,
            url=article.url or "",
            published=article.published or "",
            copies=0,
            region_code=told.region,
            metric=told.metric,
            segment=told.segment,
            unit=METRICS[told.metric].unit,
            status=told.status,
            value=Decimal(told.value).normalize() + 0,
            upper=None if told.upper is None else Decimal(told.upper).normalize() + 0,
            qualifier=told.qualifier,
            period=told.period or "",
            is_own_date=told.period is not None and told.source != "published",
            verdict=told.verdict,
            confidence=told.confidence,
            is_reviewed=told.is_reviewed,
            sentence=place.sentence,
            context=article.text[max(0, place.start - AROUND) : place.start + AROUND],
            start=min(place.start, AROUND),
            end=min(place.start, AROUND) + len(place.quote),
            place=place.start,
        )
        for article in articles
        for told, place in zip(article.told, article.places(), strict=True)
    ]


def said(marked: str, told: Told = ONE) -> Observation:
    """The one number of a text."""
    (found,) = observed(Article("a", marked, (told,)))
    return found


def options(*articles: Article, groups: Mapping[str, str] | None = None) -> list[Option]:
    """The values that articles say for one cell."""
    return options_of(observed(*articles), groups or {})


def chosen(
    *articles: Article,
    rules: Sequence[ChoiceRule] = RULES,
    groups: Mapping[str, str] | None = None,
    adds_up_to: str | None = None,
) -> Chosen:
    """What is chosen out of what articles say for one cell."""
    share = None if adds_up_to is None else Decimal(adds_up_to)
    return choose(options(*articles, groups=groups), rules, adds_up_to=share)


def cells(
    *articles: Article,
    asked: PanelOptions = PanelOptions(),  # noqa: B008 (a tuple)
    groups: Mapping[str, str] | None = None,
) -> tuple[list[Cell], list[Target]]:
    """The cells and targets of what articles say."""
    return cells_of(observed(*articles), groups or {}, asked)


def the_cell(
    *articles: Article,
    metric: Metric = "coverage_rate",
    asked: PanelOptions = PanelOptions(),  # noqa: B008 (a tuple)
) -> Cell:
    """The one cell of a metric that articles tell."""
    (found,) = [cell for cell in cells(*articles, asked=asked)[0] if cell.metric == metric]
    return found


def write_run(path: Path, articles: Iterable[Article]) -> dict[str, str]:
    """Write a run of articles; returns the key of each document by the article's name."""
    keys = {}
    with Ledger.write(path) as ledger:
        settings = ledger.note_settings(Extractor(strategy="code").settings)
        for article in articles:
            day = None if article.published is None else date.fromisoformat(article.published)
            document = Document(text=article.text, id=article.name, published=day, url=article.url)
            key = work_key(document.text, document.published, settings)
            work = Work(key, document, f"/corpus/{article.name}.txt")
            keys[article.name] = key
            if ledger.add([work], settings) == ["done"]:
                continue  # the very same text has been read
            extraction = Extraction(
                id=article.name, published=day, facts=tuple(article.facts()), provenance=_MADE
            )
            ledger.record([Attempt(key, _AT, _AT, extraction=extraction)])
    return keys


# --- a run ---------------------------------------------------------------------------------------

_KUDUS: Final = "33.19"
_JEPARA: Final = "33.20"
_DEMAK: Final = "33.21"
_PAPUA: Final = Told("3379000", "participants", "2021-06", "91")

ARTICLES: Final = (
    Article(
        "kudus-1",
        "KUDUS - Dinas Kesehatan mencatat [850.292 jiwa] dari [872.900 penduduk] menjadi peserta "
        "per 31 Mei 2024, atau [97,41 persen]. Peserta aktif [80,5 persen].\nTahun depan "
        "ditargetkan [98,6 persen].",
        (
            Told("850292", "participants", "2024-05-31", _KUDUS),
            Told("872900", "population", "2024-05-31", _KUDUS),
            Told("97.41", period="2024-05-31", region=_KUDUS),
            Told("80.5", "active_rate", "2024-05-31", _KUDUS),
            Told("98.6", period="2025", region=_KUDUS, status="target"),
        ),
        published="2024-06-12",
        url="https://koran.example/kudus-1",
    ),
    Article(
        "kudus-2",
        "KUDUS - Sudah [850 ribu warga] Kudus terdaftar, atau [97,4 persen]. Yang aktif dari "
        "seluruh warga [78,2 persen].",
        (
            Told("850000", "participants", "2024-05", _KUDUS, qualifier="about"),
            Told("97.4", period="2024-05", region=_KUDUS, verdict="suspect"),
            Told("78.2", "active_rate", "2024-05", _KUDUS),
        ),
        published="2024-06-25",
    ),
    Article(
        "jepara-1",
        "JEPARA - Cakupan Jepara pada Juni [90,63 persen], kata BPJS Kesehatan.",
        (Told("90.63", region=_JEPARA),),
        published="2024-07-08",
    ),
    Article(
        "jepara-2",
        "JEPARA - Angka cakupan Juni dikoreksi dari [90,63 persen] jadi [90,36 persen], kata BPJS "
        "Kesehatan.",
        (Told("90.63", region=_JEPARA), Told("90.36", region=_JEPARA)),
        published="2024-07-20",
    ),
    Article(
        "demak-1",
        "DEMAK - Cakupan Kabupaten Demak bulan Juni [88,15 persen].",
        (Told("88.15", region=_DEMAK),),
        published="2024-07-10",
    ),
    Article(
        "demak-2",
        "DEMAK - Warga Demak yang terlindungi hingga Juni lalu [87,45 persen].",
        (Told("87.45", region=_DEMAK),),
        published="2024-07-11",
    ),
    Article(
        "demak-3",
        "DEMAK - Peserta di Demak Juli ini [1.098.400 jiwa] dari [1.221.300 penduduk]; Kantor "
        "Cabang melayani [2.100.000 jiwa].",
        (
            Told("1098400", "participants", "2024-07", _DEMAK),
            Told("1221300", "population", "2024-07", _DEMAK),
            Told("2100000", "participants", "2024-07", "Kantor Cabang Semarang"),
        ),
        published="2024-08-02",
    ),
    Article(
        "nasional-1",
        "JAKARTA - Pemerintah menargetkan [98 persen] pada 2024; Juli baru [96,8 persen].",
        (
            Told("98", period="2024", region="ID", status="target"),
            Told("96.8", period="2024-07", region="ID", verdict="suspect", confidence=0.6),
        ),
        published="2024-08-20",
    ),
    Article(
        "papua-1",
        "JAYAPURA - Peserta di Papua [3.379.000 jiwa] dari [3.435.000 penduduk], anggarannya "
        "[Rp51,03 miliar] untuk [120.000-125.000 jiwa] peserta daerah.",
        (
            _PAPUA,
            _PAPUA._replace(value="3435000", metric="population"),
            _PAPUA._replace(value="51030000000", metric="budget", period="2021"),
            _PAPUA._replace(value="120000", upper="125000", segment="pbi_apbd"),
        ),
        published="2021-07-01",
    ),
    Article(
        "tanpa-tanggal",
        "SEMARANG - Cakupan Kabupaten Semarang [94,77 persen] pada 2023.",
        (Told("94.77", period="2023"),),
        published=None,
    ),
)
"""A run that has a cell of every sort; articles that say the same lie more than a week apart."""
