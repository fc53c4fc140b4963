"""The plain form of a text, and the way back to the text as given."""

from datetime import date

import pytest

from uhc_llm import Document, Extractor, scan, verify
from uhc_llm.scanner.plain import plain_text
from uhc_llm.scanner.plain.edits import Edit, edited
from uhc_llm.schemas import Mention, PeriodMention, RegionMention

CODE = Extractor(strategy="code")
PUBLISHED = date(2024, 2, 5)


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        pytest.param(
            "satu\r\ndua\rtiga\x85empat\u2028lima", "satu\ndua\ntiga\nempat\nlima", id="lines"
        ),
        pytest.param(
            "95,\u200b28\u200d \u2060persen\xad", "95,28 persen", id="invisible characters"
        ),
        pytest.param(
            "keak\xad\ntifan warga be\xad\r\nlum", "keaktifan warga belum", id="words broken softly"
        ),
        pytest.param("95\xad\n28 a\xad\n\nb", "95\n28 a\n\nb", id="soft hyphens in no word"),
        pytest.param("warga\n\x0cyang. A\n\x0cB", "warga\nyang. A\n\nB", id="ends of pages"),
        pytest.param("\ufeffJKN \u200fdi\u200e Blora", "JKN di Blora", id="marks of direction"),
        pytest.param("９５，２８％", "95,28%", id="full width"),
        pytest.param("٩٥٫٢٨٪ dan ९५", "95,28% dan 95", id="digits of other scripts"),
        pytest.param("𝟗𝟓 𝐉𝐊𝐍 ﬁnal", "95 JKN final", id="set otherwise"),
        pytest.param("9\ufe0f\u20e35\ufe0f\u20e3 persen", "95 persen", id="keycaps"),
        pytest.param("812\u2007345\u2003jiwa\u3000", "812\u2009345 jiwa ", id="spaces"),
        pytest.param("82\u202e5,9", "82\ufffd5,9", id="turned around"),
        pytest.param("9\x085 persen", "9\ufffd5 persen", id="control characters"),
        pytest.param("812.345¹ jiwa, 97⁽²⁾", "812.345 jiwa, 97", id="raised digits"),
        pytest.param("95,2¹⁾ dan 97 ²⁾ dan 98⁽ᵃ⁾", "95,2 dan 97  dan 98", id="raised brackets"),
        pytest.param("95,2ᵃ persen, 97ᵇ.", "95,2 persen, 97.", id="raised letters"),
        pytest.param("812¹⁾345, 1ˢᵗ", "812¹⁾345, 1ˢᵗ", id="raised within a number"),
        pytest.param(
            "812.345* jiwa; 97† persen; 5[2] kota; 3* 4",
            "812.345 jiwa; 97 persen; 5 kota; 3 4",
            id="marks",
        ),
        pytest.param("10⁶ dan m² dan 3 km²", "10^6 dan m^2 dan 3 km^2", id="powers"),
        pytest.param("¹⁄₃ penduduk, 2¹⁄₂ juta", "1/3 penduduk, 2 1/2 juta", id="set fractions"),
        pytest.param(
            "“Kota” – José’s 5 × 3 ½ – 4 * 5", "“Kota” – José’s 5 × 3 ½ – 4 * 5", id="as it is"
        ),
    ],
)
def test_a_text_is_read_as_its_reader_sees_it(given: str, plain: str) -> None:
    assert plain_text(given).text == plain


def test_a_text_that_is_plain_already_keeps_no_places() -> None:
    assert plain_text("Kota Batu 95,28 persen.\nBaris dua.").places is None


def test_edits_lead_back_to_what_they_stand_for() -> None:
    text, places = edited("a&amp;b<br>c", [Edit(1, 6, "&"), Edit(7, 11, "\n")])
    assert text == "a&b\nc"
    assert [places.span(i, i + 1) for i in range(5)] == [(0, 1), (1, 6), (6, 7), (7, 11), (11, 12)]
    assert places.span(1, 4) == (1, 11)
    assert places.span(2, 2) == (6, 6)
    assert places.span(5, 5) == (12, 12)
    assert places.edited_span(1, 6) == (1, 2)
    assert places.edited_span(6, 12) == (2, 5)


def test_edits_of_an_edited_text_lead_back_to_the_first() -> None:
    first, places = edited("a&amp;b", [Edit(1, 6, "&")])
    second, more = edited(first, [Edit(0, 1, "")])
    assert second == "&b"
    assert more.behind(places).span(0, 1) == (1, 6)
    assert more.behind(places).span(0, 2) == (1, 7)


GIVEN = (
    "\ufeffBLORA\r\n\r\nPada Januari 2024 cakupan JKN di Kabupaten Blora 95,\u200b28 persen, "
    "atau 812.345¹ jiwa.\r\nKabupaten Blora menargetkan UHC."
)


def test_a_reading_tells_its_places_in_the_text_as_given() -> None:
    reading = scan(GIVEN, published=PUBLISHED)
    assert reading.text == GIVEN
    times = tuple(period for period in reading.periods if period.end)
    placed: tuple[Mention | PeriodMention | RegionMention, ...] = (
        *reading.mentions,
        *times,
        *reading.regions,
    )
    assert {item.text for item in placed} >= {"95,\u200b28 persen", "812.345¹ jiwa", "Januari 2024"}
    for item in placed:
        assert GIVEN[item.start : item.end] == item.text
    assert next(GIVEN[slice(*span)] for span in reading.sentences) == "BLORA"


def test_facts_and_all_that_is_said_of_them_are_of_the_text_as_given() -> None:
    extraction = CODE.extract(GIVEN, published=PUBLISHED)
    assert [str(fact.value) for fact in extraction.facts] == ["95.28", "812345"]
    for evidence in (
        *(fact.evidence for fact in extraction.facts),
        *(declaration.evidence for declaration in extraction.declarations),
    ):
        assert evidence is not None
        assert GIVEN[evidence.start : evidence.end] == evidence.quote
        assert GIVEN[evidence.sentence_start : evidence.sentence_end] == evidence.sentence
    for unclaimed in extraction.unclaimed:
        mention = unclaimed.mention
        assert GIVEN[mention.start : mention.end] == mention.text


def test_what_came_out_of_a_text_verifies_against_it() -> None:
    facts = CODE.extract(GIVEN, published=PUBLISHED).facts
    again = verify(GIVEN, facts, published=PUBLISHED)
    assert again.facts == facts


@pytest.mark.parametrize("quote", ["95,\u200b28 persen", "95,28 persen", "Blora  95,28\npersen"])
def test_a_quote_is_found_however_it_is_set(quote: str) -> None:
    fact = {"value": 95.28, "unit": "percent", "metric": "coverage_rate", "quote": quote}
    (verified,) = verify(GIVEN, [fact], published=PUBLISHED).facts
    assert verified.verdict == "verified"
    assert verified.evidence is not None
    assert verified.evidence.quote == "95,\u200b28 persen"


def test_the_spans_of_findings_are_of_the_text_as_given() -> None:
    text = (
        "\ufeffCakupan JKN Kabupaten Blora 95,\u200b28 persen.\r\nPeserta JKN Blora 812;345 jiwa."
    )
    (fact,) = [f for f in CODE.extract(text).facts if f.unit == "people"]
    (finding,) = [f for f in fact.findings if f.rule == "number_is_whole"]
    assert text[slice(*finding.spans[0])] == "812;345 jiwa"


def test_a_document_is_read_in_its_plain_form_and_kept_as_it_is() -> None:
    document = Document(text=GIVEN, published=PUBLISHED)
    assert CODE.extract(document).facts[0].value == CODE.extract(GIVEN).facts[0].value
    assert document.text == GIVEN
