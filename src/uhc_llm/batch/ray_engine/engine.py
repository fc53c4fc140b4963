"""The run itself: Ray Data reads, deals out and retries; here it is only told what to do."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from uhc_llm.batch.keys import settings_hash, settings_json
from uhc_llm.batch.ledger_file import now
from uhc_llm.batch.ray_engine.merging import error_of
from uhc_llm.batch.ray_engine.parts import Kind, Parts, PartState, place
from uhc_llm.batch.ray_engine.worker import PATH, Keys, Task, Worker, lines_of
from uhc_llm.batch.tables import Columns
from uhc_llm.errors import InputError, MissingExtraError
from uhc_llm.extraction import Extractor
from uhc_llm.language import _, grouped, later

__all__ = ["RayOutcome", "run_ray"]

_log = logging.getLogger(__name__)

_PARQUET: Final = (".parquet",)
_JSONL: Final = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")
_OUTCOMES: Final = (later("done"), later("failed"), later("unreadable"), later("known"))
"""What became of documents: the names of `RayOutcome`."""

_BOTH_KINDS: Final = later(
    "{path!r} holds both Parquet and JSONL: --engine ray reads files .parquet or .jsonl, or "
    "folders of the one or the other"
)
_NO_KIND: Final = later(
    "{path!r} holds neither Parquet nor JSONL: --engine ray reads files .parquet or .jsonl, or "
    "folders of the one or the other"
)
_PASSES: Final = 3
_COLUMNS: Final = Columns()


class RayOutcome(NamedTuple):
    """How many rows of the inputs are done, failed and unreadable now, and were known before.

    Attributes:
        done: documents.
        failed: documents.
        unreadable: rows that are no document.
        known: rows that were done in an earlier run, or are the same text as another.
    """

    done: int
    failed: int
    unreadable: int
    known: int


def run_ray(
    inputs: Sequence[str],
    out: str | Path,
    make_extractor: Callable[[], Extractor],
    *,
    columns: Columns = _COLUMNS,
    kind: Kind = "parquet",
    workers: int = 1,
    cpus: float = 1.0,
    at_once: int = 16,
    block: int = 128,
    retry_failed: bool = False,
    filesystem: Any = None,  # noqa: ANN401 (pyarrow carries no types)
    address: str | None = None,
    say: Callable[[str], None] = _log.info,
) -> RayOutcome:
    """Extract the facts of many documents on the machines of a Ray cluster.

    Args:
        inputs: Parquet or JSONL files, folders of them, or URIs that Ray Data reads.
        out: the folder of the run; every machine must reach it.
        make_extractor: is called on each machine, and must have all that it needs there; a key is
            best in that machine's environment.
        columns: how the inputs call what is read.
        kind: of the files that are written.
        workers: how many extractors there are.
        cpus: that each of them is given.
        at_once: how many documents each of them is at at a time.
        block: how many documents are dealt out, and written, together.
        retry_failed: do again what failed in an earlier run.
        filesystem: of inputs and output, where their URIs do not say all that is needed.
        address: of the cluster; None is the one that this process is connected to or the
            environment names, else one that is started here.
        say: hears what goes on, a line each time.

    Raises:
        InputError: the inputs are no Parquet and no JSONL, or are not there.
        ConfigurationError: ray is not installed, or `out` is nowhere.
        ProviderError: the key is wrong, the model is unknown, or the account is used up. What was
            done is written, and the same run goes on from there.
    """
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise MissingExtraError("--engine ray", "ray") from error
    parts = Parts(out, kind=kind, filesystem=filesystem)
    settings = make_extractor().settings
    task = Task(
        make_extractor=make_extractor,
        settings=settings_hash(settings),
        columns=columns,
        parts=parts,
        run=f"{now():%Y%m%dT%H%M%S%f}",
        at_once=at_once,
    )
    parts.write_settings(task.settings, settings_json(settings))
    if not ray.is_initialized():
        ray.init(address=address, log_to_driver=False)
    rows = _rows(list(inputs), columns, filesystem).repartition(target_num_rows_per_block=block)
    before = parts.states()
    total = 0
    for _pass in range(_PASSES):
        keys = _beside_the_driver(_known(parts, before, task.run, retry_failed=retry_failed))
        tally: Counter[str] = Counter()
        for counts in _work(rows, task, keys, workers=workers, cpus=cpus):
            tally.update(counts)
            say(", ".join(f"{grouped(count)} {_(name)}" for name, count in tally.items()))
        total = total or tally.total()
        # A block that was dealt out anew in other bounds has left keys that nobody did.
        lost = {parts.name(task.run, name) for name in ray.get(keys.claimed.remote())}
        if lost <= set(parts.names()):
            break
        say(_("a machine was lost with what it had begun: doing that again"))
    made = Counter(parts.states(run=task.run).values())
    return RayOutcome(
        done=made["done"],
        failed=made["failed"],
        unreadable=made["unreadable"],
        known=total - made.total(),
    )


def _known(
    parts: Parts, before: Mapping[str, PartState], run: str, *, retry_failed: bool
) -> Iterator[str]:
    """The keys that need nothing more: those of this run, and of earlier ones what is to stay."""
    yield from parts.states(run=run)
    for key, state in before.items():
        if state != "failed" or not retry_failed:
            yield key


def _beside_the_driver(known: Iterable[str]) -> Any:  # noqa: ANN401 (a handle of ray's)
    """The actor that knows all keys, on the machine that is lost only when the run is."""
    import ray
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
    actor = ray.remote(Keys).options(num_cpus=0, scheduling_strategy=here)
    return actor.remote(list(known))


class _Asking:
    """Claims keys of the actor that knows them all."""

    def __init__(self, keys: Any) -> None:  # noqa: ANN401
        self._keys = keys

    def __call__(self, block: str, keys: Sequence[str]) -> list[bool]:
        import ray

        claimed: list[bool] = ray.get(self._keys.claim.remote(block, list(keys)))
        return claimed


def _work(rows: Any, task: Task, keys: Any, *, workers: int, cpus: float) -> Iterator[Counter[str]]:  # noqa: ANN401
    """Deal the blocks out, and say of each what came of it.

    Raises:
        UhcLlmError: one that every other document would meet too.
    """
    from ray.data import ActorPoolStrategy

    counted = rows.map_batches(
        Worker,
        batch_size=None,
        batch_format="pyarrow",
        fn_constructor_args=(task, _Asking(keys)),
        compute=ActorPoolStrategy(size=workers),
        num_cpus=cpus,
    )
    for row in counted.iter_rows():
        if row["error_kind"]:
            raise error_of(row["error_kind"], row["error"])
        yield Counter({name: int(row[name]) for name in RayOutcome._fields})


# --- inputs --------------------------------------------------------------------------------------


def _rows(inputs: list[str], columns: Columns, filesystem: Any) -> Any:  # noqa: ANN401
    """The rows of all inputs, with where they are from.

    Raises:
        InputError: they are not there, or not all of one kind.
    """
    import ray.data

    if not inputs:
        raise InputError(_("no input: name Parquet or JSONL files, or folders of them"))
    kinds = {_kind(path, filesystem) for path in inputs}
    if len(kinds) > 1:
        raise InputError(
            _("Parquet and JSONL cannot be read in one run of --engine ray: run twice")
        )
    if kinds == {"jsonl"}:
        # Lines are taken apart here: one that is no JSON would end the whole of a JSON reader.
        files = ray.data.read_binary_files(
            inputs,
            filesystem=filesystem,
            include_paths=True,
            file_extensions=[suffix.lstrip(".") for suffix in _JSONL],
        )
        return files.flat_map(lines_of)
    table = ray.data.read_parquet(
        inputs, filesystem=filesystem, include_paths=True, file_extensions=["parquet"]
    )
    there = table.schema().names
    wanted = columns.among(there)
    if not wanted:
        raise InputError(columns.missing_text(there))
    return table.select_columns([*wanted, *(name for name in (PATH,) if name in there)])


def _kind(path: str, filesystem: Any) -> str:  # noqa: ANN401
    if path.endswith(_PARQUET):
        return "parquet"
    if path.endswith(_JSONL):
        return "jsonl"
    found = {kind for name in _names_in(path, filesystem) if (kind := _kind_of_file(name))}
    if len(found) != 1:
        raise InputError(_(_BOTH_KINDS if found else _NO_KIND, path=path))
    return found.pop()


def _kind_of_file(name: str) -> str | None:
    if name.endswith(_PARQUET):
        return "parquet"
    return "jsonl" if name.endswith(_JSONL) else None


def _names_in(path: str, filesystem: Any) -> Iterator[str]:  # noqa: ANN401
    from pyarrow.fs import FileSelector

    where = place(path, filesystem)
    try:
        found = where.filesystem.get_file_info(FileSelector(where.path, recursive=True))
    except OSError as error:
        raise InputError(_("there is no {path!r}: {why}", path=path, why=error)) from error
    for info in found:
        yield info.path
