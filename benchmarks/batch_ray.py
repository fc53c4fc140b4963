"""`--engine ray` on a cluster of this machine: a node lost midway, and two workers beside one.

Each node is a process group of Ray's own (`ray.cluster_utils.Cluster`), as on machines of their
own; the model is benchmarks/fake_provider with a set latency, so that workers wait more than they
compute, as they do before a real one.

Usage: python -m benchmarks.batch_ray [--documents 2000] [--scaling 600] [--latency 1.0]
"""

import argparse
import json
import os
import tempfile
import threading
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

from benchmarks.batch_articles import CODE, write_articles
from benchmarks.fake_provider import Running, running
from uhc_llm import Extractor
from uhc_llm.batch.ray_engine import Parts, RayOutcome, run_ray

_STORE: Final = 100 * 1024 * 1024
_AT_ONCE: Final = 8
_BLOCK: Final = 32


@contextmanager
def cluster(nodes: int) -> Iterator[Callable[[], None]]:
    """A head with no room for work, and so many nodes with some; yields what kills the first."""
    os.environ["RAY_DATA_DISABLE_PROGRESS_BARS"] = "1"
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Ray's own
        import ray
        from ray.cluster_utils import Cluster
        from ray.data import DataContext

        DataContext.get_current().enable_progress_bars = False
    head = {"num_cpus": 0, "object_store_memory": _STORE}
    made: Any = Cluster(initialize_head=True, head_node_args=head)
    try:
        workers = [made.add_node(num_cpus=2, object_store_memory=_STORE) for _ in range(nodes)]
        ray.init(address=made.address, log_to_driver=False)
        made.wait_for_nodes()
        yield partial(made.remove_node, workers[0], allow_graceful=False)
    finally:
        ray.shutdown()
        made.shutdown()


def run(
    documents: Path,
    out: Path,
    provider: Running,
    workers: int,
    say: Callable[[str], None] = lambda _: None,
) -> RayOutcome:
    """Extract what is in a file."""
    make = partial(Extractor, "openai/fake", base_url=provider.url, api_key="fake-key")
    return run_ray(
        [str(documents)], out, make, workers=workers, at_once=_AT_ONCE, block=_BLOCK, say=say
    )


def lose_a_node(documents: Path, out: Path, count: int, latency: float) -> dict[str, Any]:
    """One of two nodes is killed when half of the documents have been asked about."""
    with running(latency=latency, tag=CODE) as provider, cluster(2) as kill_node:
        lost: list[int] = []

        def kill() -> None:
            while (asked := provider.stats()["requests"]) < count // 2:
                time.sleep(0.2)
            kill_node()
            lost.append(asked)

        killer = threading.Thread(target=kill, daemon=True)
        killer.start()
        began = time.monotonic()
        outcome = run(documents, out, provider, workers=2)
        seconds = time.monotonic() - began
        stats = provider.stats(detailed=True)
        again = run(documents, out, provider, workers=1)
        asked_by_second_run = provider.stats()["requests"] - stats["requests"]
    keys = Counter(row["key"] for row in Parts(out).rows(("key",)))
    return {
        "documents": count,
        "killed after requests": lost[0] if lost else None,
        "seconds": round(seconds, 1),
        "outcome": outcome._asdict(),
        "keys": len(keys),
        "doubles": sum(keys.values()) - len(keys),
        "requests": stats["requests"],
        "documents asked again": sum(tag["asked"] > 1 for tag in stats["tags"].values()),
        "second run": {**again._asdict(), "requests": asked_by_second_run},
    }


def scale(documents: Path, out: Path, latency: float) -> dict[str, Any]:
    """The same documents with one worker and with two."""
    whole, steady = {}, {}
    with running(latency=latency) as provider, cluster(2):
        for workers in (1, 2):
            began = time.monotonic()
            blocks: list[float] = []
            outcome = run(
                documents,
                out / str(workers),
                provider,
                workers,
                say=lambda _, blocks=blocks: blocks.append(time.monotonic()),  # type: ignore[misc]
            )
            whole[workers] = time.monotonic() - began
            # From when the first blocks are done: before, Ray starts processes.
            steady[workers] = (len(blocks) - workers) / (blocks[-1] - blocks[workers - 1])
    return {
        "documents": outcome.done,
        "seconds with one worker": round(whole[1], 1),
        "seconds with two": round(whole[2], 1),
        "ratio": round(whole[1] / whole[2], 2),
        "ratio without the start of processes": round(steady[2] / steady[1], 2),
    }


def main() -> None:
    """Print both."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--scaling", type=int, default=600)
    parser.add_argument("--latency", type=float, default=1.0)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for count, measure in (
            (told.documents, partial(lose_a_node, count=told.documents)),
            (told.scaling, scale),
        ):
            if count:
                documents = folder / f"{count}.jsonl"
                write_articles(count, documents)
                figures = measure(documents, folder / f"out-{count}", latency=told.latency)
                print(json.dumps(figures, indent=2), flush=True)


if __name__ == "__main__":
    main()
