"""A result shows itself in a notebook: all of it, and nothing of it as markup."""

import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

import uhc_llm
from tests.decided_run import example
from tests.test_import_time import modules_after
from uhc_llm import Document, Extraction, Extractor, InputError, scan, show, verify
from uhc_llm.schemas import Reading, Verification
from uhc_llm.verifier import RULES
from uhc_llm.wording import amount

BATU: Final = (
    "Cakupan JKN Kota Batu 98,4 persen per 1 Mei 2024. Targetnya 100 persen.\n"
    "Penduduk miskin ekstrem 12.345 jiwa."
)
HOSTILE: Final = (
    "</style><script>alert(1)</script> <img src=x onerror=alert(2)> {{ 7 * 7 }}\n"
    "Cakupan JKN Kota Batu <b>98,4 persen</b> per 1 Mei 2024. \u202enesrep 5\u202c"
)
VOID: Final = frozenset({"br", "img", "input", "hr"})


class Page(HTMLParser):
    """What a notebook is given, taken apart; tags that do not close one another fail."""

    def __init__(self, shown: Any) -> None:
        super().__init__()
        self.html: str = shown._repr_html_()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.style = ""
        self.marked: dict[str, str] = {}
        self._open: list[str] = []
        self._mark = ""
        self.feed(self.html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)
        classes = (dict(attrs).get("class") or "").split()
        self._mark = classes[1] if classes[:1] == ["mark"] else ""

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open[-1:] == ["style"]:
            self.style += data
            return
        self.words += data
        if self._mark:
            self.marked[data] = self._mark
            self._mark = ""

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def extracted(text: str | Document = BATU) -> Extraction:
    # How sure a fact is changes with every article that is learned from.
    with Extractor(strategy="code", rules=RULES.without("confidence")) as extractor:
        return extractor.extract(text)


def verified(text: str = BATU) -> Verification:
    told = {"unit": "percent", "metric": "coverage_rate"}
    return verify(text, [{"value": 98.4, **told}, {"value": 95.28, **told}])


# --- what is in it --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["05-segmen-peserta", "06-anggaran", "09-format-pers"])
def test_every_fact_is_there_with_its_sentence(name: str) -> None:
    extraction = extracted(example(name))
    page = Page(extraction)
    for fact in extraction.facts:
        assert amount(fact) in page.words
        assert fact.evidence
        assert fact.evidence.sentence in page.words
    assert len(page.named("mark")) == len(extraction.facts)
    for verdict, count in Counter(fact.verdict for fact in extraction.facts).items():
        assert f"{count} {verdict}" in page.words


def test_what_is_rejected_is_there_but_apart() -> None:
    before = extracted()
    bad = before.facts[0].model_copy(update={"verdict": "rejected"})
    apart = before.model_copy(update={"facts": before.facts[1:], "rejected": (bad,)})
    words = Page(apart).words
    assert "1 rejected" in words
    assert words.index("Rejected: these are not among the facts (1)") < words.index("98.4%")


def test_numbers_that_may_be_facts_are_told_from_those_that_are_none() -> None:
    page = Page(extracted())
    assert page.marked == {"12.345 jiwa": "unclaimed"}
    assert re.search(r"no fact claims \(2\).*1 Mei 2024\s*date", page.words, re.DOTALL)


def test_a_text_without_facts_says_so() -> None:
    page = Page(extracted("Tidak ada angka di sini."))
    assert "no coverage facts" in page.words
    assert "where the text says so" not in page.words


def test_how_it_was_made_is_there() -> None:
    extraction = extracted()
    assert "Made by code alone, strategy code" in Page(extraction).words
    asked = extraction.provenance.model_copy(
        update={"model": "openai/gpt-4.1-mini", "prompt_hash": "ab12", "cost": 0}
    )
    words = Page(extraction.model_copy(update={"provenance": asked})).words
    assert "Made by openai/gpt-4.1-mini" in words
    assert "ab12" in words


def test_declarations_and_findings_are_there() -> None:
    extraction = extracted(example("10-instruksi-sisipan"))
    words = Page(extraction).words
    for finding in (*extraction.findings, *(f for fact in extraction.facts for f in fact.findings)):
        assert finding.message in words
    said = Page(extracted("Kota Batu telah meraih predikat UHC pada 1 Mei 2024.")).words
    assert re.search(r"UHC\s+reached: Kota Batu", said)


def test_a_verification_shows_every_verdict_with_its_reason() -> None:
    verification = verified()
    page = Page(verification)
    assert [fact.verdict for fact in verification.facts] == ["verified", "rejected"]
    assert "1 verified" in page.words
    assert "1 rejected" in page.words
    assert "number_in_text" in page.words
    assert page.marked["100 persen"] == "unclaimed"


# --- a text that was only scanned -----------------------------------------------------------------


def test_a_reading_is_its_text_with_all_that_it_names_marked() -> None:
    page = Page(scan(f"{BATU} Lihat Pasal 5."))
    legend = {"quantity", "region", "period", "a number that counts nothing"}
    assert {words: kind for words, kind in page.marked.items() if words not in legend} == {
        "Kota Batu": "region",
        "98,4 persen": "quantity",
        "1 Mei 2024": "period",
        "100 persen": "quantity",
        "12.345 jiwa": "quantity",
        "Pasal 5": "aside",
    }
    titles = {title for each in page.named("span") if (title := each.get("title"))}
    assert {"98.4 percent", "Kota Batu, 35.79", "2024-05-01", "12,345 people"} <= titles


def test_a_region_that_the_text_leaves_open_shows_as_all_that_it_may_be() -> None:
    page = Page(scan(example("10-instruksi-sisipan").text))
    assert "Bengkulu or Kota Bengkulu" in {each.get("title") for each in page.named("span")}


@given(st.text(alphabet="KotaBtu 0123456789.,%Mei\n<&", max_size=200))
def test_nothing_of_a_reading_is_lost(text: str) -> None:
    reading = scan(text)
    page = Page(reading)
    assert reading.text in page.words


# --- an article with its cards --------------------------------------------------------------------


def test_an_article_leads_from_each_number_to_its_card() -> None:
    shown = show(BATU, extracted())
    page = Page(shown)
    assert page.marked == {
        "98,4 persen": "verified",
        "1 Mei 2024": "aside",
        "100 persen": "verified",
        "12.345 jiwa": "unclaimed",
    }
    cards = [each["id"] for each in page.named("article")]
    assert [each["href"] for each in page.named("a")] == [f"#{card}" for card in cards]
    assert repr(shown) == "<article: 2 verified>"


def test_articles_in_one_notebook_do_not_share_their_cards() -> None:
    names = [
        {each["id"] for each in Page(show(text, extracted(text))).named("article")}
        for text in (BATU, f"{BATU} ")
    ]
    assert names[0]
    assert not names[0] & names[1]


def test_the_same_article_shows_the_same() -> None:
    assert show(BATU, extracted())._repr_html_() == show(BATU, extracted())._repr_html_()


def test_facts_are_not_shown_in_another_text() -> None:
    with pytest.raises(InputError, match=r"'98,4 persen' is not at 22 to 33; show them with"):
        show(f"KOTA BATU - {BATU}", extracted())


def test_an_article_without_numbers_can_be_shown() -> None:
    text = "Tidak ada angka di sini."
    shown = show(Document(text=text, title="Judul"), extracted(text))
    assert "No number of this article is a coverage fact." in Page(shown).words
    assert repr(shown) == "<Judul: no facts>"


# --- what a notebook may do with it ---------------------------------------------------------------


def everything(text: str) -> list[Any]:
    """All that shows itself, of one text."""
    extraction, verification, reading = extracted(text), verified(text), scan(text)
    return [extraction, verification, reading, show(text, extraction)]


@pytest.mark.parametrize("place", range(4))
def test_an_article_full_of_markup_shows_as_text(place: int) -> None:
    page = Page(everything(HOSTILE)[place])
    assert not {tag for tag, _ in page.tags} & {"script", "img", "b"}
    assert not {name for _, attrs in page.tags for name in attrs if name.startswith("on")}
    assert "\u202e" not in page.html


def test_what_a_model_said_is_text_too() -> None:
    before = extracted()
    spoilt = before.model_copy(
        update={
            "id": "<script>1</script>",
            "provenance": before.provenance.model_copy(update={"model": "<img src=x>"}),
        }
    )
    assert {tag for tag, _ in Page(spoilt).tags}.isdisjoint({"script", "img"})


@pytest.mark.parametrize("place", range(4))
def test_it_asks_for_nothing_and_styles_nothing_but_itself(place: int) -> None:
    page = Page(everything(BATU)[place])
    loading = {"src", "srcset", "style", "data", "action"}
    assert not loading & {name for _, attrs in page.tags for name in attrs}
    assert all((each["href"] or "").startswith("#") for each in page.named("a"))
    assert not page.named("link")
    rules = re.sub(r"/\*.*?\*/", "", page.style, flags=re.DOTALL).strip()
    assert rules.startswith(".uhc-llm.uhc-llm {")
    depths = [rules[:end].count("{") - rules[:end].count("}") for end in range(len(rules))]
    assert min(depths[rules.index("{") + 1 :]) == 1  # all stands within the first rule
    assert "url(" not in rules
    assert "prefers-color-scheme" not in rules  # a notebook's theme is not the system's


@pytest.mark.parametrize("kind", [Extraction, Verification, Reading])
def test_as_words_a_result_is_one_line(kind: type) -> None:
    shown = {type(each): each for each in everything(BATU)}[kind]
    assert repr(shown).startswith(f"<{kind.__name__}")
    assert "\n" not in repr(shown)


def test_only_a_notebook_imports_what_draws_for_it() -> None:
    program = "from uhc_llm import scan; r = scan('Cakupan JKN 98,4 persen')"
    assert "jinja2" not in modules_after(program)
    loaded = modules_after(f"{program}; assert '98,4 persen' in r._repr_html_()")
    assert "jinja2" in loaded
    assert not loaded & {"altair", "vl_convert", "itables", "pandas", "openai"}


def test_it_can_be_had_from_the_package() -> None:
    assert uhc_llm.show is show
