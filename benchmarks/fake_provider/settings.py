"""How the provider behaves, as a value and as options of the command line."""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, Final, Literal, get_args

from benchmarks.fake_provider.faults import FAULTS, Fault

__all__ = ["RetryAfter", "Settings", "arguments", "from_arguments"]

RetryAfter = Literal["seconds", "milliseconds", "both", "none"]
"""Which of `retry-after` and `retry-after-ms` come with a rate limit."""


_WAITING: Final = f"what a rate limit says of waiting: {', '.join(get_args(RetryAfter))}"


def _option(default: Any, help_: str, kind: Any = str) -> Any:  # noqa: ANN401
    return field(default=default, metadata={"help": help_, "type": kind})


@dataclass(frozen=True)
class Settings:
    """How the provider behaves; every field is an option. Times are in seconds."""

    latency: float = _option(0.0, "before an answer begins", float)
    jitter: float = _option(0.0, "up to this much longer, another time for each answer", float)
    rpm: int = _option(0, "requests a minute; 0 is no limit", int)
    tpm: int = _option(0, "tokens a minute; 0 is no limit", int)
    burst: float = _option(60.0, "how many seconds' worth of a limit may come at once", float)
    retry_after: RetryAfter = field(default="both", metadata={"help": _WAITING, "type": str})
    fault_wait: float = _option(1.0, "what the fault 429 asks to wait", float)
    stubborn: float = _option(0.0, "share of requests with the same fate every time", float)
    hang: float = _option(600.0, "how long the fault hang lasts", float)
    slow: float = _option(10.0, "how long the fault slow takes", float)
    seed: int = _option(0, "another one deals out other faults", int)
    key: str = _option("", "the only API key that is taken; empty takes any")
    models: str = _option("", "the models there are, with commas between; empty is any")
    tag: str = _option("", "pattern of what tells requests apart in the statistics and for faults")
    record: str = _option("", "file that every chat request is written to, a line each")
    batch_seconds: float = _option(0.0, "how long a batch takes", float)
    batch_window: float = _option(86_400.0, "after which a batch expires", float)
    batch_tokens: int = _option(0, "most tokens of all waiting batches; 0 is no limit", int)
    batch_refusals: float = _option(0.0, "share of calls on files and batches that get 503", float)
    faults: Mapping[Fault, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if unknown := set(self.faults) - set(FAULTS):
            raise ValueError(f"there is no fault {min(unknown)!r}, but {', '.join(FAULTS)}")
        if self.retry_after not in get_args(RetryAfter):
            raise ValueError(f"retry_after {self.retry_after!r} is none of the forms there are")
        if sum(self.faults.values()) > 1 or min(self.faults.values(), default=0) < 0:
            raise ValueError(
                "the shares of the faults must be positive and no more than 1 together"
            )


_EVENLY: Final = "all"


def arguments(settings: Settings) -> list[str]:
    """The command line that means these settings."""
    told = list(_told(settings))
    for kind, share in settings.faults.items():
        told += ["--fault", f"{kind}={share}"]
    return told


def _told(settings: Settings) -> Iterator[str]:
    for each in fields(settings):
        value = getattr(settings, each.name)
        if each.metadata and value != each.default:
            yield f"--{each.name.replace('_', '-')}={value}"


def from_arguments(said: Sequence[str]) -> tuple[int, bool, Settings]:
    """The port, whether to end when standard input does, and the settings."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.fake_provider",
        description="An OpenAI-compatible server on 127.0.0.1, for load and fault tests.",
    )
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument(
        "--until-input-ends", action="store_true", help="end when standard input does"
    )
    for each in fields(Settings):
        if each.metadata:
            options = dict(each.metadata)
            text = f"{options.pop('help')} (default: {each.default!r})"
            assert each.default is not MISSING  # noqa: S101 (so it is said above)
            parser.add_argument(
                f"--{each.name.replace('_', '-')}", default=each.default, help=text, **options
            )
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="KIND=SHARE",
        help=f"share of answers with a fault of this kind: {', '.join(FAULTS)}, or {_EVENLY}, "
        "which spreads the share over all of them",
    )
    options = vars(parser.parse_args(said))
    port, until = options.pop("port"), options.pop("until_input_ends")
    try:
        faults = _shares(options.pop("fault"))
        return port, until, Settings(**options, faults=faults)
    except ValueError as error:
        parser.error(str(error))


def _shares(said: Sequence[str]) -> dict[Fault, float]:
    shares: dict[Any, float] = {}
    for each in said:
        kind, _, share = each.partition("=")
        if kind == _EVENLY:
            shares |= dict.fromkeys(FAULTS, float(share) / len(FAULTS))
        else:
            shares[kind] = float(share)
    return shares
