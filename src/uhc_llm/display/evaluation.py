"""How right a run was, and how two runs differ, for people."""

from collections.abc import Iterable, Mapping
from typing import Final

from rich.console import Group, RenderableType
from rich.text import Text

from uhc_llm.display.layout import FittedTable, Hanging, plain_text
from uhc_llm.display.measures import COUNTS, results_table
from uhc_llm.evaluation import Comparison, LabelledFact, Report, Score
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
    title = "compared with the other run"
    columns = ("before", "after", "difference", "95 %", "beyond chance")
    table = results_table(title, "level", *columns, leaving=("before", "after"))
    for level, change in comparison.levels.items():
        table.add_row(
            level,
            f"{change.before:.3f}",
            f"{change.after:.3f}",
            f"{change.difference:+.3f}",
            f"{change.low:+.3f} to {change.high:+.3f}",
            "yes" if change.beyond_chance else "no",
        )
    lines: list[RenderableType] = []
    for article in comparison.articles:
        told = f"{article.id}: {article.said_before} facts, now {article.said_after}"
        lines.append(Hanging(plain_text(told)))
        lines += [_line(Text("gained  ", style="green") + _fact(fact)) for fact in article.gained]
        lines += [_line(Text("lost    ", style="red") + _fact(fact)) for fact in article.lost]
    return Group(table, *lines)


def _score_cells(one: Score) -> tuple[str, ...]:
    shares = (one.precision, one.recall, one.f1)
    return (*(f"{share:.3f}" for share in shares), str(one.hit), str(one.said), str(one.true))


def _scores(title: str, first: str, scores: Mapping[str, Score]) -> FittedTable:
    columns = ("precision", "recall", "F1", "right", "said", "true")
    table = results_table(title, first, *columns, leaving=COUNTS)
    for name, one in scores.items():
        table.add_row(name, *_score_cells(one))
    return table


def _levels(report: Report) -> FittedTable:
    title = f"{len(report.articles)} articles, each level stricter than the one before"
    return _scores(title, "level", {str(level): one for level, one in report.levels.items()})


def _metrics(report: Report) -> FittedTable:
    return _scores("by metric, with status and region", "metric", report.metrics)


def _attributes(report: Report) -> FittedTable:
    table = results_table("of the numbers that were found", "attribute", "right", "of", "share")
    for name, (right, of) in report.attributes.items():
        table.add_row(name, str(right), str(of), f"{right / of:.3f}" if of else "")
    return table


def _confusions(report: Report) -> Iterable[FittedTable]:
    for name, counts in report.confusions.items():
        wrong = [(pair, count) for pair, count in counts.items() if pair[0] != pair[1]]
        if wrong:
            table = results_table(f"{name}: what was said instead", "true", "said", "times")
            for (true, said), count in wrong[:_CONFUSIONS]:
                table.add_row(true, said, str(count))
            yield table


def _worst(report: Report) -> Iterable[RenderableType]:
    for article in report.worst(_WORST):
        faults = (
            *((Text("missed    ", style="red"), fact) for fact in article.missed),
            *((Text("invented  ", style="red"), fact) for fact in article.invented),
        )
        told = f"{len(article.missed)} missed, {len(article.wrong)} wrong"
        yield Hanging(plain_text(f"{article.id}: {told}, {len(article.invented)} invented"))
        yield from (_line(label + _fact(fact)) for label, fact in faults[:_SHOWN])
        for gold, said in article.wrong[:_SHOWN]:
            if gold and said:
                differences = plain_text(f"  said: {_differences(gold, said)}")
                yield _line(Text("wrong     ", style="yellow") + _fact(gold) + differences)
        if article.error:
            yield _line(plain_text(article.error, "red"))


def _line(said: Text) -> RenderableType:
    return Hanging(said, indent=2)


def _fact(fact: LabelledFact) -> Text:
    value = (
        number(fact.value)
        if fact.upper is None
        else f"{number(fact.value)} to {number(fact.upper)}"
    )
    parts = (fact.metric, fact.status, fact.region_code, fact.period, fact.segment)
    return plain_text(f"{value} {fact.unit}: {' '.join(part or '-' for part in parts)}")


def _differences(gold: LabelledFact, said: LabelledFact) -> str:
    from uhc_llm.evaluation.reporting import ATTRIBUTES

    return ", ".join(
        f"{name} {read(said) or '-'}"
        for name, read in ATTRIBUTES.items()
        if name != "qualifier" and read(gold) != read(said)
    )


def _took(report: Report) -> RenderableType:
    usage, articles = report.usage, max(1, len(report.articles))
    parts = [
        f"numbers that no number of the text has: {report.not_in_text}",
        f"requests: {report.requests}",
        f"tokens an article: {usage.input_tokens / articles:.0f} in, "
        f"{usage.output_tokens / articles:.0f} out",
    ]
    if report.seconds is not None:
        parts.append(f"seconds an article: {report.seconds / articles:.1f}")
    if report.cost is not None:
        parts.append(f"cost: ${report.cost:.4f}")
    made = ", ".join(f"{name} {value}" for name, value in report.made_with.items() if value)
    return Group(*(Hanging(plain_text(part)) for part in [*parts, made] if part))
