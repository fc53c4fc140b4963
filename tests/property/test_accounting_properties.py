"""Every number of a text is accounted for: in one mention, whatever its script and its form."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from uhc_llm.scanner import scan

RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
DIGITS = st.text(st.characters(categories=["Nd"]), min_size=1, max_size=4)
ASCII = st.text("0123456789", min_size=1, max_size=6)
SIGNS = st.text(st.characters(categories=["No", "Nl"]), min_size=1, max_size=2)
IDEOGRAPHS = st.text("〇一二三四五六七八九十百千万", min_size=1, max_size=3)
SEPARATORS = st.sampled_from(
    [
        ".",
        ",",
        ",,",
        ";",
        ":",
        "-",
        "–",
        "/",
        "'",
        " ",
        "\u00a0",
        "\u202f",
        " .",
        ", ",
        "+",
        "e",
        "x",
    ]
)
LETTERS = st.text(st.characters(categories=["Ll", "Lu"]), min_size=1, max_size=3)
WORDS = st.sampled_from(
    [
        *[" juta", " ribu", " persen", "%", " jiwa", "Rp", " koma ", " ½ ", " kota", "satu ", "se"],
        *[
            "tahun ",
            "/2024",
            " Mei ",
            "pukul ",
            "ke-",
            "Pasal ",
            "https://",
            "@",
            "\n",
            "triwulan ",
        ],
        *[" million", " people", " per cent", "sepertiga ", "dua pertiga "],
    ]
)
NUMBER_LIKE = st.lists(
    st.one_of(ASCII, ASCII, DIGITS, SIGNS, IDEOGRAPHS, SEPARATORS, SEPARATORS, LETTERS, WORDS),
    max_size=12,
).map("".join)
CARRIERS = ("{}", "Tercatat {} jiwa.", "Cakupan {} persen di Kota Batu.", "Rp {} miliar", "({})")


@settings(max_examples=500, deadline=None)
@given(NUMBER_LIKE, st.sampled_from(CARRIERS))
@example("95 ½", "Cakupan {} persen di Kota Batu.")
@example("¾ penduduk, ⅔ warga, Ⅳ, ①, 三十, 5²", "{}")
@example("1,708.552", "Tercatat {} jiwa.")
@example("95,,28", "Cakupan {} persen di Kota Batu.")
@example("95 koma", "Cakupan {} persen di Kota Batu.")
@example("٣٫٥ 9S,28 812;345", "Tercatat {} jiwa.")
@example("0⅛²²", "{}")
@example("²½ juta²½ juta", "Tercatat {} jiwa.")
@example("½" * 50, "{}")
def test_every_numeral_stands_in_one_mention(text: str, carrier: str) -> None:
    reading = scan(carrier.format(text))
    spans = [(mention.start, mention.end) for mention in reading.mentions]
    for place, character in enumerate(reading.text):
        if character.isnumeric():
            around = sum(start <= place < end for start, end in spans)
            # A raised figure behind something else leads to a note.
            is_mark = character in RAISED and not reading.text[place - 1].isspace()
            assert around == 1 or (is_mark and place and not around), (reading.text, place, spans)
