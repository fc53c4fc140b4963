"""Whose a number in a table is, and of when."""

import re
from collections.abc import Sequence
from typing import Final

from uhc_llm.reader.cells.cell_text import ROWS_READ, CellText, within
from uhc_llm.reader.cells.heads import is_measure, is_on_topic, is_total, read_words
from uhc_llm.schemas import PeriodMention, RegionMention, Span

__all__ = ["CellPlaces"]

_DIGITS: Final = re.compile(r"\d")
_LONGEST_TITLE: Final = 120
_CLOSE: Final = 30
# "Menuju UHC 2025": no time of figures.
_TOWARDS: Final = re.compile(
    r"\b(?:menuju|menyongsong|jelang|demi|kejar|mengejar)\b", re.IGNORECASE
)
# What may stand between a number and its time in the same cell: "95,28 (2022)", "95 per Mei 2023".
_ITS_TIME: Final = re.compile(
    r"\s*[(\[,/;]?\s*(?:(?:per|pada|di|tahun|thn|th|data|posisi|akhir|awal)\b\.?\s*){0,3}",
    re.IGNORECASE,
)
# The time that the figures of a table are of, in a sentence over it.
_AS_OF: Final = re.compile(
    r"(?<!\w)(?:per|hingga|s\.?/?d\.?|sampai(?:\s+dengan)?|posisi|kondisi|data|keadaan)"
    r"(?:\s+(?:tahun|akhir|bulan|tanggal|posisi|kondisi))?\s+\Z",
    re.IGNORECASE,
)


class CellPlaces(CellText):
    """Reads the region and the period of the number in a cell."""

    def regions(self) -> tuple[tuple[RegionMention, ...], bool]:
        """The region of the row, the column or the table; whether the row names none known."""
        regions = self.reading.regions
        heads = [found for span in self.cell.heads[::-1] if (found := within(regions, span))]
        is_sum = is_total(self.of_heads(self.cell.column)) and self._has_regions_in_heads()
        has_names = False
        for span in self.row_names():
            has_names = True
            region = self.fills(span, regions)
            if region is not None and region.level != "area":
                return (region,), False
            name = self.text(span)
            if self.is_sum(span):
                is_sum = True
            elif not (within(self.reading.periods, span) or self._is_label(name)):
                return (), True
        if heads:
            is_one = len({r.id for r in heads[0]}) == 1
            return tuple(heads[0][:1]) if is_one else (), not is_one
        if self.table.naming and not has_names:
            return (), True
        titled = self._of_titles(regions)
        if is_sum and not titled:
            return self._around_rows(), False
        return titled, False

    def _is_label(self, name: str) -> bool:
        """Whether a row names a measure, in a table whose rows are no regions."""
        return is_measure(name) or read_words(name, None).is_bare

    def _has_regions_in_heads(self) -> bool:
        return any(
            within(self.reading.regions, cell) for cells in self.table.heads for cell in cells
        )

    def _around_rows(self) -> tuple[RegionMention, ...]:
        """The province of all rows, where the text names it."""
        rows = self.table.rows[:ROWS_READ]
        spans = [cells[column] for cells in rows for column in self.table.naming]
        spans += [cell for cells in self.table.heads for cell in cells]
        provinces = {r.province for span in spans for r in within(self.reading.regions, span)}
        named = (
            r
            for r in self.reading.regions
            if r.level == "province" and {r.name} == provinces and not r.implied
        )
        return tuple(named)[:1]

    def _of_titles(self, regions: Sequence[RegionMention]) -> tuple[RegionMention, ...]:
        """The region that what stands over the table names, if it names one."""
        for span in self.table.titles[::-1]:
            found = [r for r in within(regions, span) if r.level != "area"]
            if len({r.id for r in found}) == 1:
                return (found[0],)
            if found and len({r.id for r in found[:-1] if r.province != found[0].name}) <= 1:
                return (found[0],)  # "Kabupaten Blora, Jawa Tengah"
            if found:
                return ()
        return ()

    def periods(self) -> tuple[PeriodMention, ...]:
        """The period of the number itself, the column, the row or the table; the nearest one."""
        periods = self.reading.periods
        if own := self._time_behind():
            return (own,)
        self._look_for_times()
        heads = [p for span in self.cell.heads[::-1] for p in within(periods, span)[:1]]
        if len({p.iso[:4] for p in heads}) > 1:
            self.doubts.append("its heads name several years")
        names = [p for span in self.row_names() for p in within(periods, span)[:1]]
        if heads and names and heads[0].iso[:4] != names[0].iso[:4]:
            self.doubts.append("its head and its row name several years")
        titles = [p for span in self.table.titles[::-1] for p in self._times_of_title(span)]
        if (heads or names) and titles and self._is_unsure_of_year((*heads, *names), titles):
            self.doubts.append("its month may be that of another year")
        return tuple((*heads, *names, *titles)[:1])

    def _time_behind(self) -> PeriodMention | None:
        """The period that the cell itself gives for the number: "95,28 (2022)"."""
        text, end = self.reading.text, self.mention.end
        behind = (p for p in within(self.reading.periods, self.cell.span) if p.start >= end)
        period = next(behind, None)
        if period is None or period.start - end > _CLOSE:
            return None
        return period if _ITS_TIME.fullmatch(text, end, period.start) else None

    def _times_of_title(self, span: Span) -> list[PeriodMention]:
        """The period of the figures that a title says; of a sentence that of "per Maret 2024"."""
        found = within(self.reading.periods, span)[-1:]
        words = self.text(span)
        if _TOWARDS.search(words):
            return []
        own = self.without_regions([span])
        if not read_words(own, None).unknown:  # "Data JKN 2023."
            return found
        if self.is_sentence(span) or len(words) > _LONGEST_TITLE:
            text = self.reading.text
            return [p for p in found if _AS_OF.search(text, span.start, p.start)]
        return found if is_on_topic([words]) or is_measure(words) else []

    def _look_for_times(self) -> None:
        """Doubt the time of a head with digits that are no period: "Des-23"."""
        for span in self.cell.heads:
            words = self.text(span)
            for period in within(self.reading.periods, span):
                words = words.replace(period.text, "")
            if _DIGITS.search(words):
                self.doubts.append(f"its head {self.text(span)!r} has a number that is not read")

    def _is_unsure_of_year(
        self, own: Sequence[PeriodMention], titles: Sequence[PeriodMention]
    ) -> bool:
        """Whether a month without its year stands below a title with another one."""
        has_no_year = own[0].iso[:4] not in own[0].text
        return has_no_year and own[0].iso[:4] != titles[0].iso[:4]

    def is_stray(self) -> bool:
        """Whether an item names no region, where most items of its list do: "Lainnya"."""
        regions = self.reading.regions
        few = [cells[0] for cells in self.table.rows[:ROWS_READ]]
        named = sum(bool(within(regions, span)) for span in few)
        name = self.table.rows[self.cell.row][0]
        is_named = any(region.level != "area" for region in within(regions, name))
        return named * 2 > len(few) and not is_named and not is_measure(self.text(name))
