"""The same work in the hands of others, each in a process of its own.

Usage: python -m benchmarks.batch_peers instructor|openai URL REQUESTS.jsonl CONCURRENCY
       python -m benchmarks.batch_peers langextract URL ARTICLES.jsonl CONCURRENCY

The first two send the very requests that a run of ours sent, and do nothing with the answers but
what their library does: openai parses them, instructor validates them against the form. LangExtract
reads the articles with its own runner, one request an article, and aligns what it extracts.
"""

import asyncio
import json
import sys
import warnings
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict

from uhc_llm.schemas import DeclarationStatus, Metric, Segment, Status

_KEY: Final = "benchmark-key"
_TIMEOUT: Final = 120.0

Ask = Callable[[dict[str, Any]], Awaitable[object]]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Pointer(_Answer):
    """The form of `point`, written again: importing ours would cost these loops our imports."""

    number: str
    metric: Metric | Literal["other"]
    status: Status
    region: str
    period: str
    segment: Segment


class Statement(_Answer):
    """What one clause says."""

    statement: str
    status: DeclarationStatus | Literal["none"]


class Pointers(_Answer):
    """One entry for each number and each statement."""

    numbers: list[Pointer]
    statements: list[Statement] = []


def read(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSONL file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


async def all_of(requests: list[dict[str, Any]], concurrency: int, ask: Ask) -> None:
    """Ask everything, so many at a time."""
    free = asyncio.Semaphore(concurrency)

    async def one(request: dict[str, Any]) -> None:
        async with free:
            await ask(request)

    await asyncio.gather(*map(one, requests))


async def with_openai(url: str, path: Path, concurrency: int) -> None:
    """A loop around AsyncOpenAI."""
    import openai

    async with openai.AsyncOpenAI(api_key=_KEY, base_url=url, timeout=_TIMEOUT) as client:
        create: Any = client.chat.completions.create
        await all_of(read(path), concurrency, lambda request: create(**request))


async def with_instructor(url: str, path: Path, concurrency: int) -> None:
    """A loop around instructor."""
    import instructor
    import openai

    async with openai.AsyncOpenAI(api_key=_KEY, base_url=url, timeout=_TIMEOUT) as client:
        create: Any = instructor.from_openai(client, mode=instructor.Mode.JSON_SCHEMA).create

        def ask(request: dict[str, Any]) -> Awaitable[object]:
            plain = {name: value for name, value in request.items() if name != "response_format"}
            done: Awaitable[object] = create(response_model=Pointers, max_retries=2, **plain)
            return done

        await all_of(read(path), concurrency, ask)


def with_langextract(url: str, path: Path, concurrency: int) -> None:
    """LangExtract's own runner, one chunk an article."""
    import langextract as lx
    from langextract import factory

    said = {"metric": "coverage_rate", "status": "actual", "region": "r1", "period": "2023-05"}
    example = lx.data.ExampleData(
        text="Per Mei 2023 warga yang terdaftar 88,4 persen.",
        extractions=[lx.data.Extraction("fact", "88,4 persen", attributes=said)],
    )
    config = factory.ModelConfig(
        model_id="fake-model",
        provider="OpenAILanguageModel",
        provider_kwargs={"api_key": _KEY, "base_url": url, "max_workers": concurrency},
    )
    documents = [lx.data.Document(text=row["text"], document_id=row["id"]) for row in read(path)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = lx.extract(
            documents,
            prompt_description="Extract every coverage figure of the article, word for word.",
            examples=[example],
            config=config,
            max_char_buffer=100_000,
            batch_length=concurrency,
            max_workers=concurrency,
            show_progress=False,
        )
    print(sum(len(document.extractions or ()) for document in found), "extractions")


def main(way: str, url: str, path: str, concurrency: str) -> None:
    """Do the work in one of the ways."""
    many = int(concurrency)
    if way == "langextract":
        with_langextract(url, Path(path), many)
    else:
        ask = {"openai": with_openai, "instructor": with_instructor}[way]
        asyncio.run(ask(url, Path(path), many))


if __name__ == "__main__":
    main(*sys.argv[1:])
