"""What holds of the regions of any text."""

from typing import Final

from hypothesis import example, given
from hypothesis import strategies as st

from uhc_llm.scanner.regions import find_regions, is_place_of_event
from uhc_llm.scanner.regions.gazetteer import gazetteer
from uhc_llm.scanner.sentences import split_sentences
from uhc_llm.scanner.tokens import tokenize
from uhc_llm.schemas import Region, RegionMention

REGIONS: Final = [region for code, region in gazetteer().by_code.items() if code != "ID"]
# Words that names begin with, that stand before them, and that join them.
WORDS: Final = """
Kota Kabupaten kabupaten Kab. Bupati Wali Provinsi Semarang Bandung Barat Raya Jambi Batu BATU Bara
Pangkajene dan Kepulauan Kep. Riau BPJS Kesehatan Cabang setempat KC Desa Pulau itu kota daerah ini
berpenduduk 300 ribu nasional Indonesia se - / , . ( ) 50 Senin di İzmir ’ Malang D.I. Yogyakarta –
tanah air Sabang sampai
""".split()  # noqa: SIM905 - a list literal would have a line for each
mixed = st.lists(st.one_of(st.sampled_from([*WORDS, "\n"]), st.text(max_size=4)), max_size=40).map(
    " ".join
)


def read(text: str) -> tuple[tuple[RegionMention, ...], str | None, tuple[str, ...]]:
    return find_regions(tokenize(text), split_sentences(text))


@given(st.one_of(mixed, st.text()))
@example("Kabupaten/Kota")
@example("BPJS Kesehatan Cabang")
@example("Kota")
def test_mentions_are_what_stands_at_their_place_in_order_and_apart(text: str) -> None:
    mentions, _, _ = read(text)
    behind = 0
    for mention in mentions:
        assert text[mention.start : mention.end] == mention.text
        assert behind <= mention.start < mention.end
        behind = mention.end
        assert isinstance(is_place_of_event(text, mention), bool)


@given(mixed)
def test_a_mention_stands_for_the_first_of_several_regions_with_codes(text: str) -> None:
    for mention in read(text)[0]:
        if mention.candidates:
            first = mention.candidates[0]
            assert len({candidate.code for candidate in mention.candidates}) > 1
            assert (mention.code, mention.name) == (first.code, first.name)
        assert (mention.code is None) == (mention.level == "area")


@given(mixed)
def test_the_main_region_is_one_of_the_text_and_never_without_a_reason(text: str) -> None:
    mentions, main, reasons = read(text)
    assert (main is None) == (not reasons)
    assert main is None or main in {mention.id for mention in mentions}
    coded = {mention.id for mention in mentions if mention.code}
    assert (main is None) == (not coded)


@given(st.lists(st.sampled_from(REGIONS), min_size=1, max_size=6), st.booleans())
def test_official_names_are_found_in_any_list(regions: list[Region], in_capitals: bool) -> None:
    names = [
        f"Provinsi {region.name}" if region.level == "province" else region.name
        for region in regions
    ]
    text = f"Cakupan naik di {', '.join(names)}."
    text = text.upper() if in_capitals else text
    found = [(mention.code, mention.candidates) for mention in read(text)[0]]
    assert found == [(region.code, ()) for region in regions]


@given(st.sampled_from(REGIONS), st.sampled_from((" ", "  ", "\n", "\u00a0")))
def test_a_name_may_be_broken_at_any_space(region: Region, space: str) -> None:
    name = f"Provinsi {region.name}" if region.level == "province" else region.name
    words = name.replace(" ", space)
    (mention,) = read(f"Cakupan di {words} naik.")[0]
    assert (mention.text, mention.code) == (words, region.code)
