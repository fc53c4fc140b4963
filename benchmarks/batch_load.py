"""What `uhc-llm batch` adds to the requests that it sends.

Usage: python -m benchmarks.batch_load [--documents 2000] [--latency 2] [--concurrency 100]
       [--rounds 1] [--without langextract] [--profile-documents 500]

A provider on this machine answers each request after the latency, so that the ideal is concurrency
over latency: 50 documents a second. Beside our command, which scans, asks, verifies and writes a
ledger, bare loops of AsyncOpenAI and of instructor send the very same requests, and LangExtract's
own runner reads the same articles; each in a process of its own, with a provider of its own, one
after the other. Processor seconds are those of the whole process, its imports included; of several
rounds, in which all take turns, the one of each that took the processor least counts. "denied" are
seconds in which a process could have run but others had the processors: where they are many, the
machine was too busy for its throughput to mean anything.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, NamedTuple

from benchmarks.batch_articles import CODE, write_articles
from benchmarks.batch_command import Took, batch, ledger_rows, took, workplace
from benchmarks.corpus import ROOT
from benchmarks.fake_provider import running

THROUGHPUT_GOAL: Final = 0.9
CPU_GOAL: Final = 2.5
PEERS: Final = ("instructor", "openai", "langextract")


class Result(NamedTuple):
    """What one way took for all documents, and what the provider saw of it."""

    name: str
    took: Took
    stats: dict[str, Any]


def ours(articles: Path, folder: Path, options: argparse.Namespace) -> Result:
    """Our command; what it asks is kept for the others."""
    run = folder / "load.db"
    for path in folder.glob("load.db*"):
        path.unlink()
    with running(latency=options.latency, tag=CODE, record=str(folder / "asked.jsonl")) as provider:
        command = batch(articles, run, "--concurrency", str(options.concurrency))
        used = took(command, provider)
        stats = provider.stats()
    states = dict(ledger_rows(run, "SELECT state, count(*) FROM documents GROUP BY state"))
    if used.code or states != {"done": options.documents}:
        sys.exit(f"uhc-llm batch ended with {used.code} and {states}:\n{used.said}")
    return Result("uhc-llm batch", used, stats)


def one_round(articles: Path, folder: Path, options: argparse.Namespace) -> Iterator[Result]:
    """Ours and all that are installed, one after the other."""
    yield ours(articles, folder, options)
    for name in PEERS:
        path = articles if name == "langextract" else folder / "asked.jsonl"
        if name not in options.without.split(",") and (one := peer(name, path, options)):
            yield one


def peer(name: str, path: Path, options: argparse.Namespace) -> Result | None:
    """One of the others; None where it is not installed."""
    python = python_with(name)
    if python is None:
        return None
    module = ("-m", "benchmarks.batch_peers", name)
    with running(latency=options.latency, tag=CODE) as provider:
        used = took([python, *module, provider.url, str(path), str(options.concurrency)], provider)
        stats = provider.stats()
    if used.code:
        print(f"{name} ended with {used.code}:\n{used.said}", file=sys.stderr)
    return Result(f"bare {name}" if name != "langextract" else "LangExtract", used, stats)


def python_with(package: str) -> str | None:
    """This interpreter where it has the package, else that of the benchmarks' environment."""
    if find_spec(package):
        return sys.executable
    other = ROOT / ".venv-bench" / "bin" / "python"
    return str(other) if other.exists() else None


def profile(articles: Path, folder: Path, options: argparse.Namespace) -> dict[str, int]:
    """Samples of processor time by stage, of a run of its own."""
    out, some = folder / "stages.json", folder / "some.jsonl"
    lines = articles.read_text("utf-8").splitlines(keepends=True)
    some.write_text("".join(lines[: options.profile_documents]), encoding="utf-8")
    command = batch(some, folder / "profile.db", "--concurrency", str(options.concurrency))
    with running(latency=min(options.latency, 0.5)) as provider:
        sampled = [sys.executable, "-m", "benchmarks.cpu_stages", str(out), *command[1:]]
        used = took(sampled, provider)
    if used.code:
        sys.exit(f"the profiled run ended with {used.code}:\n{used.said}")
    stages: dict[str, int] = json.loads(out.read_text("utf-8"))
    return stages


def table(results: Sequence[Result], options: argparse.Namespace) -> Iterator[str]:
    """A line a way."""
    ideal = options.concurrency / options.latency
    bare = next((each.took.cpu for each in results if each.name == "bare instructor"), 0.0)
    yield (
        f"{'':16}{'seconds':>9}{'doc/s':>8}{'of ideal':>10}{'asking':>8}{'CPU s':>8}"
        f"{'denied':>8}{'ms/doc':>8}{'x instr.':>10}{'peak MB':>9}{'requests':>10}{'open':>6}"
    )
    for name, used, stats in results:
        rate = options.documents / used.seconds
        asking = stats["last_answer"] - stats["first_request"]
        times = f"{used.cpu / bare:.2f}" if bare else "-"
        yield (
            f"{name:16}{used.seconds:9.1f}{rate:8.1f}{rate / ideal:10.3f}"
            f"{options.documents / asking / ideal:8.3f}{used.cpu:8.2f}{used.denied:8.1f}"
            f"{used.cpu / options.documents * 1000:8.2f}{times:>10}{used.peak / 1e6:9.0f}"
            f"{stats['requests']:10}{stats['peak_open']:6}"
        )


def stages(samples: dict[str, int]) -> Iterator[str]:
    """A line a stage, the costliest first."""
    total = sum(samples.values())
    for name, count in sorted(samples.items(), key=lambda item: -item[1]):
        if count >= total / 200:
            yield f"  {name:28}{count / total:7.1%}"


def main(arguments: Sequence[str]) -> None:
    """Run all ways, and print what they took."""
    parser = argparse.ArgumentParser(prog="batch_load", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--latency", type=float, default=2.0)
    parser.add_argument("--concurrency", type=int, default=100)
    parser.add_argument("--profile-documents", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--without", default="", help="which of the others, with commas between")
    options = parser.parse_args(arguments)
    # Whoever comes first would write the compiled files for all.
    subprocess.run([sys.executable, "-c", "import uhc_llm, openai, instructor"], check=True)
    with workplace() as folder:
        articles = folder / "articles.jsonl"
        write_articles(options.documents, articles)
        rounds = [list(one_round(articles, folder, options)) for _ in range(options.rounds)]
        results = [min(of_one, key=lambda r: r.took.cpu) for of_one in zip(*rounds, strict=True)]
        print(
            f"{options.documents} documents, {options.latency:g} s latency, concurrency "
            f"{options.concurrency}; ideal {options.concurrency / options.latency:g} a second\n"
        )
        print("\n".join(table(results, options)))
        print(f"\ngoals: of ideal at least {THROUGHPUT_GOAL}, x instr. at most {CPU_GOAL}")
        print(f"\nwhere the processor time goes ({options.profile_documents} documents):")
        print("\n".join(stages(profile(articles, folder, options))))


if __name__ == "__main__":
    main(sys.argv[1:])
