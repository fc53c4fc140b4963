"""What a model adds to the reader on numbers that the reader is not sure of.

Usage: python -m benchmarks.reader_and_model [--articles 60] [--model local]

The reader is fitted to all folds but one. Of articles of that one the numbers are asked about whose
likeliest meaning has a probability below 0.9: each with its three likeliest choices, once as they
are and once with the nearest labelled sentences of the other folds as examples. Then the model's
choice is added to the reader's log-probabilities with a weight that is fitted on one half of the
articles and measured on the other, both ways. Everything that was asked and answered is kept in
benchmarks/results/reader_and_model.json.
"""

import argparse
import asyncio
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import log, sqrt
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import numpy as np
from pydantic import create_model

from tools.training.fitting import folds_of
from tools.training.sets import Source, load_sources
from tools.training.validation import Held, fit_sources
from uhc_llm.llm.answers import NO_FACTS
from uhc_llm.llm.asking import Message
from uhc_llm.llm.client import ModelClient
from uhc_llm.llm.models import choose_model
from uhc_llm.llm.prompts import load_prompt
from uhc_llm.reader import Interpretation, Meaning, interpret
from uhc_llm.reader.weights import Weights
from uhc_llm.scanner import scan_plain
from uhc_llm.schemas import METRICS

RESULTS: Final = Path(__file__).parent / "results" / "reader_and_model.json"
SURE: Final = 0.9
THRESHOLDS: Final = (0.5, 0.7, 0.9)
CHOICES: Final = 3
NEAREST: Final = 3
_LONGEST: Final = 300


class Sentence(NamedTuple):
    """A labelled number in its sentence, for an example."""

    unit: str | None
    text: str
    metric: str
    words: Counter[str]


def choice_of(name: str) -> str:
    """What a meaning is called in a question: its metric, or the kind of no fact."""
    metric = Meaning.named(name).metric
    return metric or (name if name in NO_FACTS else "other")


def shares(read: Interpretation) -> dict[str, float]:
    """How likely each choice is as the reader has it, the likeliest first."""
    found: dict[str, float] = {}
    for name, share in read.meanings:
        found[choice_of(name)] = found.get(choice_of(name), 0) + share
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def sentences(sources: Sequence[Source]) -> Iterator[Sentence]:
    """The labelled numbers of some articles, each in its sentence."""
    for source in sources:
        gold = source.article.gold
        reading = scan_plain(gold.text, published=gold.published).reading
        for example in source.article.numbers:
            mention = example.around.mention
            span = reading.sentences[example.around.sentence]
            start, end = max(span.start, mention.start - 150), min(span.end, mention.end + 150)
            text = (
                f"{reading.text[start : mention.start]}[{mention.text}]"
                f"{reading.text[mention.end : end]}"
            )
            yield Sentence(mention.unit, text, choice_of(example.label.meaning), _words(text))


def _words(text: str) -> Counter[str]:
    return Counter(word for word in text.lower().split() if word.isalpha())


def nearest(
    text: str, unit: str | None, known: Sequence[Sentence], rare: Mapping[str, float]
) -> list[Sentence]:
    """The labelled sentences that share most, and the rarest, words with one."""
    words = _words(text)

    def alike(other: Sentence) -> float:
        both = sum(rare.get(word, 0) for word in words.keys() & other.words.keys())
        return both / sqrt(1 + sum(rare[word] for word in other.words))

    few = [each for each in known if each.unit == unit]
    return sorted(few, key=alike, reverse=True)[:NEAREST]


async def main(arguments: Sequence[str]) -> int:
    """Ask, and print what was learned."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--articles", type=int, default=60)
    parser.add_argument("--model", default="local")
    options = parser.parse_args(arguments)
    sources = load_sources()
    fold = folds_of([source.group for source in sources])
    others = [s for s, f in zip(sources, fold, strict=True) if f]
    weights = Weights.of(fit_sources(others))
    held = [
        Held(
            s,
            interpret(
                scan_plain(s.article.gold.text, published=s.article.gold.published).reading,
                weights=weights,
            ),
        )
        for s, f in zip(sources, fold, strict=True)
        if not f and s.set in ("varied", "broad", "briefs")
    ]
    known = list(sentences(others))
    counts = Counter(word for each in known for word in each.words)
    rare = {word: log(len(known) / count) for word, count in counts.items()}
    chance = np.random.default_rng(1)
    order = [held[place] for place in chance.permutation(len(held))]
    client = ModelClient(choose_model(options.model)[0])
    rows: list[dict[str, Any]] = []
    done = 0
    for each in order:
        unsure = [
            r
            for r in each.understanding.numbers
            if is_unsure(r) and not each.understanding.is_off_topic
        ]
        labels = each.labels
        unsure = [r for r in unsure if r.mention.id in labels]
        if not unsure:
            continue
        plain = await answers(client, each, unsure, None, rare)
        shown = await answers(client, each, unsure, known, rare)
        for read in unsure:
            rows.append(
                {
                    "article": each.source.article.gold.id,
                    "number": read.mention.text,
                    "shares": {k: round(v, 4) for k, v in list(shares(read).items())[:6]},
                    "right": choice_of(labels[read.mention.id].meaning),
                    "plain": plain.get(read.mention.id),
                    "examples": shown.get(read.mention.id),
                }
            )
        done += 1
        RESULTS.write_text(
            json.dumps({"model": options.model, "articles": done, "rows": rows}, indent=1), "utf-8"
        )
        if done == options.articles:
            break
    await client.aclose()
    print("\n".join(table(rows)))
    return 0


def is_unsure(read: Interpretation) -> bool:
    """Whether a model would be asked about a number."""
    return read.meanings[0][1] < SURE and read.mention.unit is not None


async def answers(
    client: ModelClient,
    held: Held,
    unsure: Sequence[Interpretation],
    known: Sequence[Sentence] | None,
    rare: Mapping[str, float],
) -> dict[str, str]:
    """What the model chooses for some numbers of an article."""
    reading = held.understanding.reading
    prompt = load_prompt("metric/v1")
    found: dict[str, str] = {}
    for read in unsure:
        mention = read.mention
        span = reading.sentences[read.around.sentence]
        before = reading.sentences[max(0, read.around.sentence - 1)]
        start = max(before.start, mention.start - _LONGEST)
        end = min(span.end, mention.end + _LONGEST)
        before_it, behind = reading.text[start : mention.start], reading.text[mention.end : end]
        text = f"{before_it}[n1: {mention.text}]{behind}"
        options = list(shares(read))[:CHOICES]
        system = prompt.system(metrics=METRICS, no_facts=NO_FACTS, has_statements=False)
        user = prompt.user(text=text, questions={"n1": options}, statements={})
        if known is not None:
            alike = nearest(text, mention.unit, known, rare)
            told = "\n".join(f"{each.text} -> {each.metric}" for each in alike)
            user = f"Numbers in brackets of other texts, and what they are:\n{told}\n\n{user}"
        said: Any = Literal[*options]
        answer_form: Any = create_model("Answer", n1=(create_model("N1", metric=(said, ...)), ...))
        messages: list[Message] = [
            {"role": "system", "content": system},
            {"role": "user", "content": user},
        ]
        answer: Any = await client.ask(messages, answer_form, reasks=1)
        found[mention.id] = answer.content.model_dump()["n1"]["metric"]
    return found


# --- what it adds --------------------------------------------------------------------------------


def table(rows: Sequence[dict[str, Any]]) -> list[str]:
    """How often each is right, by how unsure the reader was."""
    heads = "reader below | numbers | reader | model | both | model, shown examples | both"
    lines = [f"| {heads} |", "|---|---|---|---|---|---|---|"]
    for threshold in THRESHOLDS:
        few = [row for row in rows if max(row["shares"].values()) < threshold]
        figures = [_right(few, [next(iter(row["shares"])) for row in few])]
        for way in ("plain", "examples"):
            figures += [_right(few, [str(row[way]) for row in few]), _joined(few, way)]
        shown = " | ".join(f"{figure:.3f}" for figure in figures)
        lines.append(f"| {threshold} | {len(few)} | {shown} |")
    return lines


def _right(rows: Sequence[dict[str, Any]], said: Sequence[str]) -> float:
    """The share of the numbers of which the right thing is said."""
    hits = [each for row, each in zip(rows, said, strict=True) if row["right"] == each]
    return len(hits) / max(len(rows), 1)


def _joined(rows: Sequence[dict[str, Any]], way: str) -> float:
    """Right with both; how much the model counts is fitted on the other half of the articles."""
    half = set(sorted({row["article"] for row in rows})[::2])
    right = 0.0
    for is_first in (True, False):
        fitted = [row for row in rows if (row["article"] in half) == is_first]
        tried = [row for row in rows if (row["article"] in half) != is_first]
        found = {w: _right(fitted, _both(fitted, way, w)) for w in np.linspace(0, 3, 31)}
        weight = max(found, key=lambda w: found[w])
        right += _right(tried, _both(tried, way, weight)) * len(tried)
    return right / max(len(rows), 1)


def _both(rows: Sequence[dict[str, Any]], way: str, weight: float) -> list[str]:
    """What the reader and the model say together."""
    said = []
    for row in rows:
        scores = {k: log(max(v, 1e-6)) + weight * (k == row[way]) for k, v in row["shares"].items()}
        said.append(max(scores, key=lambda k: scores[k]))
    return said


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
