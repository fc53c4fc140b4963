"""Texts that several tests of the reader read, and what they all need."""

from datetime import date
from math import isclose
from typing import Final

from hypothesis import strategies as st

from uhc_llm.reader.article import Around, Article
from uhc_llm.reader.scoring import Layer
from uhc_llm.reader.weights import Weights
from uhc_llm.scanner import scan

__all__ = ["ON_COVERAGE", "PARTS", "TEXTS", "article_of", "is_near", "layers_of", "number"]

PARTS: Final = ("topic", "meaning", "segment", "place", "moment")

ON_COVERAGE: Final = """Cakupan JKN Kota Tegal Capai 98,4 Persen
Tegal - BPJS Kesehatan mencatat 98,4 persen penduduk Kota Tegal terdaftar sebagai peserta JKN \
hingga Mei 2024. Dari 291.806 jiwa penduduk, sebanyak 287.137 jiwa sudah menjadi peserta.
Pemkot Tegal menganggarkan Rp 21 miliar untuk iuran peserta PBI APBD pada 2024, dan menargetkan \
cakupan 99 persen pada 2025."""

PIECES: Final = st.sampled_from(
    [
        *["Kota Tegal ", "Kudus dan Blora ", "Jawa Tengah ", "Indonesia ", "kota itu ", "BPJS "],
        *["98,4 persen ", "287.137 jiwa ", "Rp 21 miliar ", "12 daerah ", "95 ", "2.100-2.300 "],
        *["pada 2024", "per Mei 2023 ", "tahun lalu ", ", ", ". ", "\n", "\n- ", ": ", "(", ")"],
        *[
            "peserta JKN ",
            "belum terdaftar ",
            "aktif ",
            "target ",
            "minimal ",
            "penduduk ",
            "naik ",
        ],
        *["masing-masing ", "atau ", "dari ", "iuran ", "kuota ", "PBI APBD ", "pasien ", "UHC "],
        *["| Daerah | JKN |\n|---|---|\n", "| Kudus | 95 persen |\n", "jkn-", "’", "\u200b", "😀"],
    ]
)
TEXTS: Final = st.lists(PIECES, max_size=25).map("".join)


def article_of(text: str, published: date | None = None) -> Article:
    return Article(scan(text, published=published))


def number(article: Article, words: str) -> Around:
    (found,) = [around for around in article.numbers if around.mention.text == words]
    return found


def is_near(one: float, other: float) -> bool:
    return isclose(one, other, rel_tol=1e-7, abs_tol=1e-6)


def layers_of(weights: Weights) -> dict[str, Layer]:
    """What a file of weights holds."""
    return {
        part: getattr(weights, part)._layer  # noqa: SLF001 - packing it again shows what was read
        for part in PARTS
    }
