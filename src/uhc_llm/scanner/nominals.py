"""Numbers that name, order or time something and count nothing: law numbers, clock times, URLs."""

import re
from typing import Final, NamedTuple, cast

from uhc_llm.scanner.tokens import TokenizedText
from uhc_llm.schemas import Kind

__all__ = ["Nominal", "find_nominals"]

_LAW: Final = (
    r"undang-undang|uu|perpres|peraturan|pp|inpres|instruksi\s+presiden|keppres|keputusan|"
    r"permen\w*|kepmen\w*|pergub|perbup|perwal|perwali|perda|qanun|sk|surat(?:\s+edaran)?|se|"
    r"pks|mou"
)

_PATTERN: Final = re.compile(
    rf"""
    (?P<identifier>
        (?:https?://|www\.) \S+                                # an address on the web
      | [\w.+-]{{1,64}} @ [\w-]{{1,64}} (?:\.[\w-]{{1,64}})+   # an e-mail address
      | (?<!\w) (?:\+62|\(0\d{{2,3}}\)|08\d{{1,2}}|02\d{{1,2}})
            (?:[\s-]?\d{{3,4}}){{2,3}} (?!\w)                   # a telephone
      | \b (?:covid|b|h1n|g|p|no\.?\s?hp|hotline|call\s+center|telp\.?|wa|nik|npwp|nip)
            [\s:-]* \d[\d-]*
      | (?<![\w.,]) \d{{16}} (?!\w)                            # a NIK
    )
  | (?P<reference>
        \b (?:{_LAW}) \s+ (?:[a-z]+\s+){{0,4}}? (?:no\b\.?|nomor)? \s* \d+
            (?:/[\w.-]+)* (?:\s+tahun\s+\d{{4}})?
      | \b (?:nomor|no\.) \s* :? \s* \d+ (?:[/.-][\w.-]*\w)? (?:\s+tahun\s+\d{{4}})?
      | \b (?:pasal|ayat|bab|butir|lampiran|halaman|hal\.|tahap|jilid|volume|edisi|kelas|tipe|grade
              |km|blok|gang|rt|rw|jalur|lantai|golongan)
            \s* \(? \d+ (?:/\d+)? \)?
      | (?:copyright|hak\s+cipta|©) [^\n\d]{{0,40}} (?:19|20)\d\d
      | \b jalan \s+ [\w. ]{{2,40}}? \s+ (?:no\.?\s*)? \d+
    )
  | (?P<ordinal> \b ke- \s? \d+ \b )
  | (?P<time>
        \b (?:pukul|jam|pkl\.?) \s+ \d{{1,2}} (?:[.:]\d{{2}})?
            (?:\s*[-–]\s*\d{{1,2}}(?:[.:]\d{{2}})?)? (?:\s*(?:wib|wita|wit)\b)?
      | (?<![\w.,]) (?:\d{{1,2}} [.:] \d{{2}} \s* (?:[-–]|sampai|hingga|s\.?d\.?) \s*)?
            \d{{1,2}} [.:] \d{{2}} \s* (?:wib|wita|wit) \b
      | (?<![\w.,]) (?:[01]?\d|2[0-3]) : [0-5]\d (?![\d:])
      | (?<![\w.,]) 24 \s+ jam \b
    )
  | (?P<age>
        \b (?:berusia|usia|umur|berumur) \s+ (?:di\s+(?:atas|bawah)\s+)? \d{{1,3}}
            (?:\s*[-–]\s*\d{{1,3}})? (?:\s+(?:tahun|bulan|hari))?
      | (?<=\() \d{{2}} (?=\),?\s+(?:warga|asal|ibu|bapak|mengaku))
    )
  | (?P<list_marker> (?m:^) [ \t]* \d{{1,2}} [.)] (?=[ \t]+\D) )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_DIGIT: Final = re.compile(r"\d")


class Nominal(NamedTuple):
    """A stretch of text whose numbers count nothing."""

    start: int
    end: int
    kind: Kind


def find_nominals(source: TokenizedText) -> list[Nominal]:
    """Find the stretches of a text in which a number names, orders or times something."""
    text = source.text
    return [
        Nominal(match.start(), match.end(), cast("Kind", match.lastgroup))
        for match in _PATTERN.finditer(text)
        if _DIGIT.search(match.group())
    ]
