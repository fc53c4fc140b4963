"""How right a run was, and how two runs differ, for people."""

from collections.abc import Iterable, Mapping
from typing import Final

from rich.console import Group, RenderableType
from rich.text import Text

from uhc_llm.display.layout import FittedTable, Hanging, plain_text
from uhc_llm.display.measures import results_table, scores_table
from uhc_llm.display.telling import told as told_anew
from uhc_llm.evaluation import Comparison, LabelledFact, Report, Score
from uhc_llm.evaluation.reporting import MISSED, NO_FACT
from uhc_llm.language import _, formatted, period, pgettext, term
from uhc_llm.wording import number

__all__ = ["comparison_report", "evaluation_report"]

_WORST: Final = 5
_SHOWN: Final = 6
_CONFUSIONS: Final = 8


def evaluation_report(report: Report) -> RenderableType:
    """The levels, metrics, attributes, confusions and worst articles of a run."""
    return Group(
        _levels(report),
        _metrics(report),
        _attributes(report),
        *_confusions(report),
        *_worst(report),
        _took(report),
    )


def comparison_report(comparison: Comparison) -> RenderableType:
    """The levels of two runs side by side, and the facts that only one of them has right."""
    title = _("compared with the other run")
    before, after = _("before"), _("after")
    columns = (before, after, _("difference"), _("95 %"), _("beyond chance"))
    table = results_table(title, _("level"), *columns, leaving=(before, after))
    for level, change in comparison.levels.items():
        table.add_row(
            term(level),
            formatted(change.before, ".3f"),
            formatted(change.after, ".3f"),
            formatted(change.difference, "+.3f"),
            _(
                "{low} to {high}",
                low=formatted(change.low, "+.3f"),
                high=formatted(change.high, "+.3f"),
            ),
            _("yes") if change.beyond_chance else _("no"),
        )
    lines: list[RenderableType] = []
    for article in comparison.articles:
        told = _(
            "{article}: {before} facts, now {after}",
            article=article.id,
            before=article.said_before,
            after=article.said_after,
        )
        lines.append(Hanging(plain_text(told)))
        gained, lost = _labels((_("gained"), "green"), (_("lost"), "red"))
        lines += [_line(gained + _fact(fact)) for fact in article.gained]
        lines += [_line(lost + _fact(fact)) for fact in article.lost]
    return Group(table, *lines)


def _score_cells(one: Score) -> tuple[str, ...]:
    shares = (one.precision, one.recall, one.f1)
    return (
        *(formatted(share, ".3f") for share in shares),
        str(one.hit),
        str(one.said),
        str(one.true),
    )


def _scores(title: str, first: str, scores: Mapping[str, Score]) -> FittedTable:
    table = scores_table(title, first)
    for name, one in scores.items():
        table.add_row(name, *_score_cells(one))
    return table


def _levels(report: Report) -> FittedTable:
    n = len(report.articles)
    title = _("{n} articles, each level stricter than the one before", n=n)
    return _scores(title, _("level"), {term(level): one for level, one in report.levels.items()})


def _metrics(report: Report) -> FittedTable:
    by_metric = {term(metric): one for metric, one in report.metrics.items()}
    return _scores(_("by metric, with status and region"), _("metric"), by_metric)


def _attributes(report: Report) -> FittedTable:
    title = _("of the numbers that were found")
    columns = (_("right"), _("of"), pgettext("column", "share"))
    table = results_table(title, _("attribute"), *columns)
    for name, (right, of) in report.attributes.items():
        table.add_row(
            _attribute(name), str(right), str(of), formatted(right / of, ".3f") if of else ""
        )
    return table


def _confusions(report: Report) -> Iterable[FittedTable]:
    for name, counts in report.confusions.items():
        wrong = [(pair, count) for pair, count in counts.items() if pair[0] != pair[1]]
        if wrong:
            title = _("{attribute}: what was said instead", attribute=_attribute(name))
            table = results_table(title, _("true"), _("said"), _("times"))
            for (true, said), count in wrong[:_CONFUSIONS]:
                table.add_row(_choice(true), _choice(said), str(count))
            yield table


def _attribute(name: str) -> str:
    return _("qualifier") if name == "qualifier" else term(name)


def _choice(said: str) -> str:
    """What is said of a number, or that nothing is."""
    if said == MISSED:
        return _("missed")
    return _("no fact") if said == NO_FACT else term(said)


def _worst(report: Report) -> Iterable[RenderableType]:
    for article in report.worst(_WORST):
        missed, invented, wrong = _labels(
            (_("missed"), "red"), (_("invented"), "red"), (_("wrong"), "yellow")
        )
        faults = (
            *((missed, fact) for fact in article.missed),
            *((invented, fact) for fact in article.invented),
        )
        told = _(
            "{article}: {missed} missed, {wrong} wrong, {invented} invented",
            article=article.id,
            missed=len(article.missed),
            wrong=len(article.wrong),
            invented=len(article.invented),
        )
        yield Hanging(plain_text(told))
        yield from (_line(label + _fact(fact)) for label, fact in faults[:_SHOWN])
        for gold, said in article.wrong[:_SHOWN]:
            if gold and said:
                differences = _("said: {what}", what=_differences(gold, said))
                yield _line(wrong + _fact(gold) + plain_text(f"  {differences}"))
        if article.error:
            yield _line(plain_text(told_anew(article.error, "error"), "red"))


def _labels(*said: tuple[str, str]) -> list[Text]:
    """Words and their styles, all as wide as the widest."""
    widest = max(len(words) for words, _style in said) + 2
    return [Text(f"{words:{widest}}", style=style) for words, style in said]


def _line(said: Text) -> RenderableType:
    return Hanging(said, indent=2)


def _fact(fact: LabelledFact) -> Text:
    value = (
        number(fact.value)
        if fact.upper is None
        else _("{low} to {high}", low=number(fact.value), high=number(fact.upper))
    )
    when = period(fact.period) if fact.period else None
    names = (fact.metric, fact.status, fact.segment)
    metric, status, segment = (name and term(name) for name in names)
    parts = (metric, status, fact.region_code, when, segment)
    return plain_text(f"{value} {term(fact.unit)}: {' '.join(part or '-' for part in parts)}")


def _differences(gold: LabelledFact, said: LabelledFact) -> str:
    from uhc_llm.evaluation.reporting import ATTRIBUTES

    return ", ".join(
        f"{term(name)} {term(str(read(said) or '-'))}"
        for name, read in ATTRIBUTES.items()
        if name != "qualifier" and read(gold) != read(said)
    )


def _took(report: Report) -> RenderableType:
    usage, articles = report.usage, max(1, len(report.articles))
    parts = [
        _("numbers that no number of the text has: {n}", n=report.not_in_text),
        _("requests: {n}", n=report.requests),
        _(
            "tokens an article: {given} in, {taken} out",
            given=formatted(usage.input_tokens / articles, ".0f"),
            taken=formatted(usage.output_tokens / articles, ".0f"),
        ),
    ]
    if report.seconds is not None:
        each = formatted(report.seconds / articles, ".1f")
        parts.append(_("seconds an article: {n}", n=each))
    if report.cost is not None:
        parts.append(_("cost: {cost}", cost=f"${formatted(report.cost, '.4f')}"))
    made = ", ".join(f"{term(name)} {value}" for name, value in report.made_with.items() if value)
    return Group(*(Hanging(plain_text(part)) for part in [*parts, made] if part))
