"""What can go wrong with an answer, and with which one it does.

Drawn from a hash, not from chance: the same settings give the same faults to the same requests,
whatever order they come in.
"""

import hashlib
from collections.abc import Mapping
from typing import Final, Literal, get_args

__all__ = ["FAULTS", "IN_CONTENT", "IN_STATUS", "Fault", "draw", "fraction"]

Fault = Literal[
    "429",  # with Retry-After
    "429-bare",  # without
    "500",
    "503",
    "hang",  # nothing comes
    "reset",  # the connection is torn down
    "truncated",  # the body ends before its time
    "slow",  # byte after byte
    "no-json",  # a web page instead of a completion
    "wrong-json",  # a completion whose content is no JSON
    "wrong-schema",  # JSON of another form
    "empty",  # no content
    "refusal",
    "length",  # cut off at the token limit
]

FAULTS: Final[tuple[Fault, ...]] = get_args(Fault)
IN_STATUS: Final[frozenset[Fault]] = frozenset({"429", "429-bare", "500", "503"})
IN_CONTENT: Final[frozenset[Fault]] = frozenset(
    {"wrong-json", "wrong-schema", "empty", "refusal", "length"}
)


def draw(
    identity: str,
    times: int,
    shares: Mapping[Fault, float],
    *,
    stubborn: float = 0.0,
    seed: int = 0,
) -> Fault | None:
    """The fault of one answer, if it is to have one.

    Args:
        identity: what is asked; the same for every attempt at it.
        times: how often it was asked before.
        shares: of all answers, by kind of fault.
        stubborn: the share of identities that meet with the same fate every time.
        seed: another one deals out other faults.
    """
    if not shares:
        return None
    if fraction(seed, "stubborn", identity) < stubborn:
        times = 0
    left = fraction(seed, "fault", identity, times)
    for kind, share in shares.items():
        if left < share:
            return kind
        left -= share
    return None


def fraction(*said: object) -> float:
    """A number from 0 up to 1 that looks like chance and is always the same for the same words."""
    digest = hashlib.blake2b(repr(said).encode(), digest_size=8).digest()
    return float(int.from_bytes(digest) / 2**64)
