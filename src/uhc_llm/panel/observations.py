"""What each article says of a region, a time and an indicator, out of the file of a run."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from uhc_llm.batch.ledger import Ledger
from uhc_llm.batch.result_tables import FACTS_AS_EXTRACTED
from uhc_llm.batch.reviewed import ReviewedArticle
from uhc_llm.batch.trust import kept_facts
from uhc_llm.panel.periods import in_calendar
from uhc_llm.promise import Promise

__all__ = ["AROUND", "Observation", "facts_of", "observations", "seen_in"]


AROUND: Final = 1200
"""So many characters before a number and behind it are its context."""

_SENTENCE_END: Final = re.compile(r"[.!?]\s|\n")
_SHARE: Final = re.compile(r"\d[\d.,]*\s*(?:persen|%)")
_NUMBER: Final = re.compile(r"\d")
_FIRST_NUMBER: Final = re.compile(r"[1-9][\d.,]*")
# So many digits tell something though they are noughts.
_TELLING: Final = 2


class Observation(NamedTuple):
    """A fact as one article says it, as reviewers left it.

    Attributes:
        article: the key of its document.
        name: its id, else its source.
        url: of the article; empty where that is not known.
        published: its date, ISO; empty where that is not known.
        copies: how many more inputs have the very same text.
        region_code: of its region.
        metric: what is measured.
        segment: of which members.
        unit: of the value.
        status: whether it is reached or aimed at.
        value: the figure, or the lower end of a range.
        upper: the upper end of a range.
        qualifier: how exact it is.
        period: of what time it is, ISO, as exact as the text says, if a calendar has it; empty for
            a target without one.
        is_own_date: whether the text says that time, rather than the article's date.
        verdict: the verifier's.
        confidence: how likely it is right; None where that is not known.
        is_reviewed: whether somebody looked at it and let it stand.
        sentence: in which it stands; empty where it has no place in the text.
        context: what stands around it.
        start: where its number begins in the context.
        end: where that ends.
        place: where it begins in the text.
    """

    article: str
    name: str
    url: str
    published: str
    copies: int
    region_code: str
    metric: str
    segment: str
    unit: str
    status: str
    value: Decimal
    upper: Decimal | None
    qualifier: str
    period: str
    is_own_date: bool
    verdict: str
    confidence: float | None
    is_reviewed: bool
    sentence: str
    context: str
    start: int
    end: int
    place: int

    @property
    def before(self) -> str:
        """The words before the number, in its sentence and those before."""
        return self.context[: self.start]

    @property
    def own_words(self) -> tuple[str, str]:
        """The words behind the number and before it that are its own, not another number's."""
        return _own_words(self.context, self.start, self.end, self.unit == "percent")

    @property
    def resolution(self) -> Decimal:
        """How exactly it is said: one unit of the last digit that tells something.

        That is no nought, or it is written before a scale ("20 miliar"), or it is the second one
        ("700.000"); of a share it is at most one percent.
        """
        step, first = self.resolution_of(self.value), self.value.adjusted()
        written = _FIRST_NUMBER.search(self.context[self.start : self.end])
        if written:
            digits = sum(map(str.isdigit, written[0]))
            step = min(step, Decimal(1).scaleb(first - min(digits, _TELLING) + 1))
        return min(step, Decimal(1)) if self.unit == "percent" else step

    @staticmethod
    def resolution_of(value: Decimal) -> Decimal:
        """One unit of the last digit that is no nought: 0.01 for 94.77, 1000 for 451000.

        >>> Observation.resolution_of(Decimal("94.77")), Observation.resolution_of(Decimal(451000))
        (Decimal('0.01'), Decimal('1E+3'))
        """
        exponent = value.normalize().as_tuple().exponent
        return Decimal(1).scaleb(exponent) if isinstance(exponent, int) and value else Decimal(1)


# Each value of a cell is held against each other one.
@lru_cache(maxsize=4096)
def _own_words(context: str, start: int, end: int, is_share: bool) -> tuple[str, str]:  # noqa: FBT001
    mark = _SHARE if is_share else _NUMBER
    behind = _SENTENCE_END.split(context[end:], maxsplit=1)[0]
    before = _SENTENCE_END.split(context[:start])[-1]
    return mark.split(behind, maxsplit=1)[0], mark.split(before)[-1]


def facts_of(*, as_extracted: bool) -> str:
    """The table or view of a run that facts are read from."""
    return FACTS_AS_EXTRACTED if as_extracted else "reviewed_facts"


def observations(
    ledger: Ledger,
    *,
    as_of: date | None = None,
    promise: Promise | None = None,
    as_extracted: bool = False,
) -> Iterator[Observation]:
    """The facts of a run that say of a region what is reached or aimed at; the nation first.

    Args:
        ledger: the run.
        as_of: only what was published up to that day; None is all, the undated too.
        promise: only what can be kept under it; None is all that stands.
        as_extracted: as they came out, whatever reviewers decided since.

    Raises:
        ConfigurationError: that cannot be promised.
        LedgerError: the file cannot be read.
    """
    kept = None if promise is None else kept_facts(ledger, promise)
    query = _OBSERVATIONS.format(facts=facts_of(as_extracted=as_extracted))
    for row in ledger.rows(query, (as_of and as_of.isoformat(),) * 2):
        *told, item, is_reviewed = row
        if kept is None or is_reviewed or (told[0], item) in kept:
            seen = _observation(told, is_reviewed=bool(is_reviewed))
            if seen.period or seen.status == "target":
                yield seen


def seen_in(article: ReviewedArticle) -> Iterator[Observation]:
    """The same of one article, as reviewers left it.

    Args:
        article: with what came out of it; its key, where it has one, else its name tells it apart.
    """
    document = article.document
    published = article.extraction.published or document.published
    for item in article.items:
        fact = item.fact
        if fact is None or not item.stands or fact.region is None or fact.region.code is None:
            continue
        period = in_calendar(fact.period.iso) if fact.period else ""
        if not period and fact.status != "target":
            continue
        at, quote = (fact.evidence.start, fact.evidence.quote) if fact.evidence else (0, "")
        first = max(0, at - AROUND)
        yield Observation(
            article=article.key or article.name,
            name=article.name,
            url=document.url or "",
            published=published.isoformat() if published else "",
            copies=0,
            region_code=fact.region.code,
            metric=fact.metric,
            segment=fact.segment or "all",
            unit=fact.unit,
            status=fact.status or "actual",
            value=fact.value.normalize() + 0,
            upper=None if fact.upper is None else fact.upper.normalize() + 0,
            qualifier=fact.qualifier,
            period=period,
            is_own_date=fact.period is not None and fact.period.source != "published",
            verdict=fact.verdict or "suspect",
            confidence=fact.confidence,
            is_reviewed=item.state != "open",
            sentence=fact.evidence.sentence if fact.evidence else "",
            context=document.text[first : at + AROUND] if fact.evidence else "",
            start=at - first,
            end=at - first + len(quote),
            place=at,
        )


def _observation(told: list[object], *, is_reviewed: bool) -> Observation:
    (
        article, name, url, published, sources, code, metric, segment, unit, status, value, upper,
        qualifier, period, period_source, verdict, confidence, sentence, mention, start, context,
    ) = told  # fmt: skip
    place = int(str(start))
    at = min(place, AROUND)
    return Observation(
        article=str(article),
        name=str(name),
        url=str(url),
        published=str(published),
        copies=int(str(sources)) - 1,
        region_code=str(code),
        metric=str(metric),
        segment=str(segment),
        unit=str(unit),
        status=str(status),
        value=Decimal(str(value)).normalize() + 0,
        upper=None if upper is None else Decimal(str(upper)).normalize() + 0,
        qualifier=str(qualifier),
        period=in_calendar(str(period)),
        is_own_date=bool(period) and period_source != "published",
        verdict=str(verdict),
        confidence=None if confidence is None else float(str(confidence)),
        is_reviewed=is_reviewed,
        sentence=str(sentence),
        context=str(context),
        start=at,
        end=at + len(str(mention)),
        place=place,
    )


_OBSERVATIONS: Final = f"""
    SELECT t.document_key, coalesce(d.id, d.source), coalesce(d.url, ''),
        coalesce(d.published, json_extract(e.extraction, '$.published'), ''),
        (SELECT count(*) FROM sources AS s WHERE s.document_key = d.key),
        t.region_code, t.metric, coalesce(t.segment, 'all'), t.unit,
        coalesce(t.status, 'actual'), t.value, t.upper, t.qualifier, coalesce(t.period, ''),
        coalesce(t.period_source, ''), coalesce(t.verdict, 'suspect'), t.confidence,
        coalesce(t.sentence, ''), coalesce(t.mention, ''), coalesce(t.start, 0),
        CASE WHEN t.start IS NULL THEN ''
            ELSE substr(d.text, max(0, t.start - {AROUND}) + 1, min(t.start, {AROUND}) + {AROUND})
        END,
        t.item, t.decision IS NOT NULL
    FROM {{facts}} AS t JOIN documents AS d ON d.key = t.document_key
    JOIN extractions AS e ON e.document_key = d.key
    WHERE d.state = 'done' AND NOT t.rejected AND t.region_code IS NOT NULL
        AND (t.period IS NOT NULL OR t.status = 'target')
        AND EXISTS (SELECT 1 FROM sources AS s WHERE s.document_key = d.key)
        AND (? IS NULL OR coalesce(d.published, json_extract(e.extraction, '$.published')) <= ?)
    ORDER BY t.region_code <> 'ID', t.region_code, d.key, t.place
"""  # noqa: S608 (words of this module)
