"""The provider as a process of its own, for the length of a `with` block."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.request import Request, urlopen

from benchmarks.fake_provider.settings import Settings, arguments

__all__ = ["Running", "running"]

_ROOT: Final = Path(__file__).resolve().parents[2]
_PATIENCE: Final = 60.0


@dataclass(frozen=True)
class Running:
    """A provider that is up.

    Attributes:
        url: the base URL for clients; it ends in /v1.
        pid: of its process.
    """

    url: str
    pid: int

    def stats(self, *, detailed: bool = False) -> dict[str, Any]:
        """What it was asked; see `Counts.summary`."""
        return self._call(f"stats?detailed={int(detailed)}", "GET")

    def reset(self) -> None:
        """Let it count from the beginning."""
        self._call("stats", "DELETE")

    def _call(self, path: str, method: str) -> dict[str, Any]:
        address = f"{self.url.removesuffix('/v1')}/{path}"
        with urlopen(Request(address, method=method), timeout=_PATIENCE) as answer:  # noqa: S310 (ours)
            said: dict[str, Any] = json.load(answer)
        return said


@contextmanager
def running(settings: Settings | None = None, **options: Any) -> Iterator[Running]:  # noqa: ANN401
    """Start a provider, and stop it at the end of the block.

    It ends with this process too, however that ends, as its standard input does then.

    Args:
        settings: how it behaves.
        options: fields of `Settings`, instead.
    """
    told = arguments(settings or Settings(**options))
    command = [sys.executable, "-m", "benchmarks.fake_provider", "--until-input-ends", *told]
    process = subprocess.Popen(
        command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        try:
            if process.stdout is None or not (line := process.stdout.readline()):
                raise RuntimeError(f"the fake provider did not start: {' '.join(command)}")
            yield Running(url=json.loads(line)["url"], pid=process.pid)
        finally:
            process.terminate()
