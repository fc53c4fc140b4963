"""The learned weights: one file of the package, made by `python3 tasks.py train`."""

import json
import lzma
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from uhc_llm.promise import Kept
from uhc_llm.reader.confidence import Weights as ConfidenceWeights
from uhc_llm.reader.scoring import Layer, Scorer
from uhc_llm.reader.trees import Tree, Trees

__all__ = ["Learned", "Weights", "load_weights", "pack", "unpack"]

_FILE: Final = "data/weights.xz"
_PARTS: Final = ("topic", "meaning", "segment", "place", "moment")


class Learned(NamedTuple):
    """What was learned beside the scores of choices, and from what.

    Attributes:
        confidence: how likely what is read is right, by what is seen of it.
        record: how much of what is said of labelled articles is right, from each confidence on.
        strangest: the strangeness above which a run's articles are unlike the labelled ones.
        sets: the sha256 of each set of labelled articles, by its name.
        features: the sha256 of what is looked at in sample articles.
    """

    confidence: ConfidenceWeights | None = None
    record: Sequence[Kept] = ()
    strangest: float = 1.0
    sets: Mapping[str, str] = MappingProxyType({})
    features: str = ""


_NOTHING: Final = Learned()


class Weights(NamedTuple):
    """What scores each choice, and what else was learned.

    Attributes:
        topic: whether a text speaks of coverage.
        meaning: metric and status of a number, or the kind of no fact.
        segment: whose members it counts.
        place: whose it is.
        moment: of when it is.
        learned: how sure the reader may be, and what all was made from.
    """

    topic: Scorer
    meaning: Scorer
    segment: Scorer
    place: Scorer
    moment: Scorer
    learned: Learned

    @classmethod
    def of(cls, layers: Mapping[str, Layer], learned: Learned = _NOTHING) -> "Weights":
        """The weights of some layers, by the names of the choices."""
        return cls(**{part: Scorer(layers[part]) for part in _PARTS}, learned=learned)


def pack(layers: Mapping[str, Layer], learned: Learned) -> bytes:
    """The file of some weights; the same for the same weights, on any machine."""
    head: dict[str, Any] = learned._asdict() | {"sets": dict(sorted(learned.sets.items()))}
    body = []
    for part in _PARTS:
        said = layers[part]._asdict()
        rows, names = said.pop("rows"), "\0".join(said.pop("names")).encode()
        head[part] = said | {"names": len(names), "rows": len(rows)}
        body += [names, rows]
    told = json.dumps(head, separators=(",", ":"), ensure_ascii=False).encode()
    whole = b"".join([len(told).to_bytes(4, "little"), told, *body])
    return lzma.compress(whole, preset=9 | lzma.PRESET_EXTREME)


def unpack(packed: bytes) -> Weights:
    """The weights of a file."""
    whole = lzma.decompress(packed)
    start = 4 + int.from_bytes(whole[:4], "little")
    head = json.loads(whole[4:start])
    layers = {}
    for part in _PARTS:
        said = head[part]
        middle = start + said["names"]
        end = middle + said["rows"]
        names = whole[start:middle].decode().split("\0")
        layers[part] = Layer(**said | {"names": names, "rows": whole[middle:end]})
        start = end
    learned = Learned(**{name: head[name] for name in Learned._fields})
    record = [Kept(*each) for each in learned.record]
    confidence = head["confidence"] and _trees(head["confidence"])
    return Weights.of(layers, learned._replace(record=record, confidence=confidence))


def _trees(told: Mapping[str, Any]) -> ConfidenceWeights:
    return {
        field: Trees(start, [Tree(*each) for each in trees])
        for field, (start, trees) in told.items()
    }


@lru_cache(maxsize=1)
def load_weights() -> Weights:
    """The weights that come with the package."""
    return unpack(files("uhc_llm.reader").joinpath(_FILE).read_bytes())
