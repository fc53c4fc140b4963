"""What a number in a table measures: what the head, the name of the row or the title says."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from uhc_llm.reader.cells.cell_text import ROWS_READ, CellText, within
from uhc_llm.reader.cells.heads import (
    Words,
    is_measure,
    is_on_topic,
    is_total,
    names_aim,
    names_segment,
    names_status,
    read_words,
    without_head_words,
)
from uhc_llm.schemas import Metric, Unit

__all__ = ["CellMeasures"]

# What stands between the matters of a title: "JKN dan stunting".
_JOINS: Final = re.compile(
    r"\b(?:dan|serta|atau|vs)\b|[&/;]|,\s*(?!per\b|menurut\b|tahun\b|data\b|di\b)[a-z]",
    re.IGNORECASE,
)
_TOPIC_REACH: Final = 3000
_PLAIN: Final = frozenset[Metric]({"population", "participants", "coverage_rate"})
# "Tabel 2. Target cakupan JKN 2025"
_AIM_FIRST: Final = re.compile(
    r"(?:tabel\s+[\d.]{1,6}\s*[.:]?\s*|daftar\s+|data\s+)?"
    r"(?:target|sasaran|proyeksi|perkiraan|prakiraan|estimasi)\b(?!\s+uhc\b)",
    re.IGNORECASE,
)
# Columns of what has changed, and of ages: "+/-", "Δ", "0-14", "65+".
_CHANGE: Final = re.compile(r"[\s()%]*(?:\+\s?/?\s?[-–−]|[±Δ∆+▲▼])[\s()%\d]*")
_AGES: Final = re.compile(
    r"(?<![\d.,/-])\d{1,2}\s?(?:[-–]\s?\d{1,2}(?![\d/-])|\+)|[<>≥≤]\s?\d{1,2}\b(?!\s?%)"
)
_SHARE: Final = re.compile(
    r"(?:(?:%|\(%\)|persen(?:tase)?|capaian|pencapaian|realisasi|target|\(persen\))\s*)+"
)
_OF_TARGET: Final = re.compile(r"(?:%|persen(?:tase)?)\s*(?:\w+\s+)?target")
_SPENT: Final = re.compile(r"\b(?:pagu|anggaran|rp|rupiah|miliar|juta)\b")
_REACHED: Final = re.compile(r"\b(?:realisasi|capaian|pencapaian)\b", re.IGNORECASE)
_DIGITS: Final = re.compile(r"\d")
_UNITS: Final[Mapping[Unit, re.Pattern[str]]] = {
    "percent": re.compile(r"%|\bpersen|\bprosen"),
    "people": re.compile(r"\bjiwa\b|\borang\b"),
    "rupiah": re.compile(r"\brp\b|\brupiah\b"),
}


class CellMeasures(CellText):
    """Reads what the number in a cell measures.

    Attributes:
        own: the words of head and row that say it, without those of a title; once measured.
        is_nothing: whether words say that it is no coverage figure; once measured.
    """

    own = ""
    is_nothing = False

    def measure(self) -> tuple[Metric, ...]:
        """What the number measures, the likeliest first; nothing where no words say that."""
        head = self.without_regions(self.cell.heads)
        name = self._name_of_measure(head)
        own = self.own = f"{name} {head}".strip()
        if self._has_no_head():
            return self._nothing()
        said = read_words(own, self.mention.unit)
        if not said.is_bare:
            return self._settled(own, said)
        if not name and self._names_measures() and not self._is_in_sum_row():
            return self._nothing()  # a row of another matter among rows of measures
        for source, is_title in self._sources(own):
            words = read_words(source, self.mention.unit)
            if words.metrics or words.is_nothing:
                if not is_title:
                    self.own = f"{source} {own}"
                return self._settled(f"{source} {own}", words, is_title=is_title)
        if "capaian" in own.lower() and self.mention.unit == "percent":
            return self._settled(own, said._replace(metrics=("coverage_rate",)))
        return ()

    def _nothing(self) -> tuple[Metric, ...]:
        self.is_nothing = True
        return ()

    def is_aim(self) -> bool:
        """Whether a title is about what is aimed at, and no head is.

        A title that speaks of that beside other things makes a head without such words doubtful,
        unless another column is the one that it means.
        """
        lines = [self.text(s) for s in self.table.titles if not self.is_sentence(s)]
        told = next((line for line in lines[::-1] if names_aim(line)), "")
        if not told or names_status(self.own):
            return False
        columns = range(len(self.table.rows[0]))
        if any(names_aim(self.of_heads(c)) for c in columns if c != self.cell.column):
            return False
        unit = self.mention.unit
        if _AIM_FIRST.match(told) and read_words(told, unit).metrics and not _REACHED.search(told):
            return True
        self.doubts.append("its title speaks of what is aimed at")
        return False

    def _settled(self, words: str, said: Words, *, is_title: bool = False) -> tuple[Metric, ...]:
        """The metrics of some words, and what makes them doubtful."""
        if said.is_nothing:
            return self._nothing()
        if not said.metrics:
            return ()
        self._doubt_share()
        is_said = is_on_topic([words])
        self._compare_units(words)
        if not is_title and self._is_made_another(said, is_said=is_said):
            return self._nothing()
        if is_title and (len(said.metrics) > 1 or self._has_twin()):
            self.doubts.append("what stands over the table speaks of several figures")
        if is_title and said.unknown and said.metrics[0].startswith("uninsured"):
            self.doubts.append("what is not reached may be a target")  # "Belum Sampai Target"
        if not is_said and not _is_near_topic(self.reading.text, self.table.start, self.table.end):
            self.doubts.append("nothing near the table speaks of health insurance")
        return said.metrics

    def _has_twin(self) -> bool:
        """Whether another column without heads may be what the title speaks of as well."""
        column, heads = self.cell.column, self.table.heads
        row = self.table.rows[self.cell.row]
        others = [c for c in range(len(row)) if c != column and c not in self.table.naming]
        return not heads and any(_DIGITS.search(self.text(row[c])) for c in others)

    def _is_made_another(self, said: Words, *, is_said: bool) -> bool:
        """Whether a title makes another matter of what a head says; or else doubts of it."""
        if said.unknown:
            self.doubts.append(f"its head says {said.unknown[0]!r}, which is not understood")
        titles = [self.text(span) for span in self.table.titles if not self.is_sentence(span)]
        title = read_words(" ".join(titles), self.mention.unit)
        if not is_said and not is_on_topic(titles):
            if title.is_nothing:
                return True
            if title.metrics and title.unknown:
                self.doubts.append(f"its title says {title.unknown[0]!r}")
        if self._is_of_titled_matter(said, is_said=is_said):
            return True
        self._compare(said, title)
        return False

    def _has_no_head(self) -> bool:
        """Whether a column has no head that says anything, beside others that have: "+/-", ""."""
        column, heads = self.cell.column, self.table.heads
        if not heads or any(within(self.reading.regions, s) for s in self.cell.heads):
            return False
        own = self.of_heads(column)
        if _CHANGE.fullmatch(own) or _AGES.search(own):
            return True
        return not own and column not in self.table.naming

    def _doubt_share(self) -> None:
        """Doubt a share beside what is aimed at or spent: of that it may be one, not of people.

        "Target | Realisasi | %", "Pagu (Rp) | Realisasi (%)", "Cakupan (%) | % Target"
        """
        head = self.of_heads(self.cell.column)
        said = head.lower().strip()
        if not (_SHARE.fullmatch(said) and _UNITS["percent"].search(said)):
            return
        columns = range(len(self.table.rows[0]))
        others = [self.of_heads(c) for c in columns if c != self.cell.column]
        if _OF_TARGET.match(said):
            self.doubts.append(f"its head {head!r} may be a share of a target")
        elif any(names_aim(o) and not _UNITS["percent"].search(o) for o in others) or any(
            _SPENT.search(o.lower()) for o in others
        ):
            self.doubts.append(f"its head {head!r} may be a share of the column beside it")

    def _is_of_titled_matter(self, said: Words, *, is_said: bool) -> bool:
        """Whether a title makes of a plain head something else: "Peserta JKN nonaktif", "Klaim".

        Where it joins several matters, or the head says more than that, it only makes doubtful.
        """
        lines = [self.without_regions([s]) for s in self.table.titles if not self.is_sentence(s)]
        told = next((line for line in lines[::-1] if not read_words(line, None).is_bare), "")
        of_title = without_head_words(told)
        if said.metrics[0] not in _PLAIN or not read_words(of_title, None).is_nothing:
            return False
        unit = self.mention.unit
        columns = (c for c in range(len(self.table.rows[0])) if c != self.cell.column)
        if any(read_words(self.of_heads(column), unit).is_nothing for column in columns):
            return False  # that is the one which is meant
        if is_said or _JOINS.search(told):
            self.doubts.append("its title speaks of another matter too")
            return False
        return True

    def _compare_units(self, words: str) -> None:
        """Doubt a number whose own unit is not that of its head: "95,2%" below "Peserta (jiwa)"."""
        unit = self.mention.unit
        said = {u for u, pattern in _UNITS.items() if pattern.search(words.lower())}
        if unit in _UNITS and said and unit not in said:
            self.doubts.append("its head says another unit")

    def _compare(self, said: Words, title: Words) -> None:
        """Doubt a head that says less than the title: "Penduduk" below "Belum terdaftar JKN"."""
        told = title.metrics[:1]
        if told and said.metrics[0] in _PLAIN and told[0] not in (*said.metrics, *_PLAIN):
            others = [
                read_words(self.of_heads(column), self.mention.unit).metrics
                for column in range(len(self.table.rows[0]))
                if column != self.cell.column
            ]
            if not any(told[0] in metrics for metrics in others):
                self.doubts.append(f"its title speaks of {told[0]}")

    def _sources(self, own: str) -> Iterator[tuple[str, bool]]:
        """What may say the metric of a bare head, and whether it is a title."""
        if source := self._on_the_left(own):
            yield source, False
        titles = self.table.titles
        lines = [span for span in titles if not self.is_sentence(span)]
        if lines:
            yield " ".join(map(self.text, lines)), True
        for span in titles[::-1]:
            if self.is_sentence(span):
                yield self.text(span), True

    def _on_the_left(self, own: str) -> str:
        """The head that a bare one goes on: "Cakupan 2023 (%) | Target 2024 (%)"."""
        unit = self.mention.unit
        columns = range(self.cell.column - 1, -1, -1)
        heads = [self.of_heads(column) for column in columns if column not in self.table.naming]
        if is_total(own):
            has_groups = unit == "people" and any(map(names_segment, heads))
            return "Peserta" if has_groups else ""
        left = next((head for head in heads if not read_words(head, unit).is_bare), "")
        if not left:
            return ""
        is_unit_alone = left == heads[0] and not (_DIGITS.search(own) or names_status(own))
        is_alike = unit not in _UNITS or all(
            not pattern.search(left.lower()) for other, pattern in _UNITS.items() if other != unit
        )
        return left if is_unit_alone or is_alike else ""

    def _name_of_measure(self, head: str) -> str:
        """The name of the row, where it says a measure or a status and is no region, period or sum.

        Beside a region it only tells the group of members: "Blora | Belum UHC | 93,1".
        """
        has_metric = bool(read_words(head, self.mention.unit).metrics)
        is_in_region = any(self.fills(s, self.reading.regions) for s in self.row_names())
        for span in self.row_names():
            name = self.text(span)
            if self.fills(span, self.reading.periods) or within(self.reading.regions, span):
                continue
            if has_metric and is_in_region and not names_segment(name):
                continue
            if is_measure(name) or (names_status(name) and read_words(name, None).is_bare):
                return name
        return ""

    def _is_in_sum_row(self) -> bool:
        return any(self.is_sum(span) for span in self.row_names())

    def _names_measures(self) -> bool:
        """Whether the rows of the table name measures, and no regions or periods."""
        naming = self.table.naming
        few = self.table.rows[:ROWS_READ]
        spans = [cells[naming[-1]] for cells in few] if naming else []
        placed = sum(
            bool(within(self.reading.regions, s) or within(self.reading.periods, s)) for s in spans
        )
        return placed == 0 and any(is_measure(self.text(s)) for s in spans)


@lru_cache(maxsize=16)  # the cells of one table ask the same
def _is_near_topic(text: str, start: int, end: int) -> bool:
    """Whether a table, or what stands near it, speaks of health insurance."""
    head = text[max(0, start - _TOPIC_REACH) : min(end, start + _TOPIC_REACH)]
    return is_on_topic([head, text[end : end + _TOPIC_REACH]])
