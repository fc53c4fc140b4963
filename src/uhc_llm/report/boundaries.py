"""Outlines of regions, out of a GeoJSON file, as paths for a map: drawn once, when a page is made.

Nothing in the file is trusted: of its properties only a code that the gazetteer knows is taken, and
of its coordinates only numbers.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from uhc_llm.documents import decoded_json
from uhc_llm.errors import InputError
from uhc_llm.language import _, grouped
from uhc_llm.pages.telling import told
from uhc_llm.scanner.regions.gazetteer import gazetteer

__all__ = ["Boundaries", "load_boundaries"]

Point = tuple[float, float]
Ring = list[Point]

_WIDTH: Final = 10_000
"""So many units a map is wide; half a kilometre each, if it shows all of Indonesia."""

_CODES: Final = ("region_code", "kode", "code")
_LARGEST: Final = 200_000_000
# What lies nearer than so many units to the point before is left out: of provinces, of others.
_NEAR: Final = {2: 6, 5: 2}
_PROVINCE: Final = 2
_CORNERS: Final = 3


class Boundaries(NamedTuple):
    """Outlines on one map.

    Attributes:
        box: how wide and how high the map is.
        paths: an SVG path for each code, of whole numbers.
        boxes: for each code where its path lies: left, top, width, height.
    """

    box: tuple[int, int]
    paths: Mapping[str, str]
    boxes: Mapping[str, tuple[int, int, int, int]]

    @property
    def data(self) -> dict[str, Any]:
        """The same for a script."""
        shapes = {code: [path, *self.boxes[code]] for code, path in self.paths.items()}
        return {"box": list(self.box), "shapes": shapes}


def load_boundaries(path: str | Path) -> Boundaries:
    """Read outlines.

    Args:
        path: a GeoJSON FeatureCollection of polygons, in degrees; a feature's property
            `region_code`, `kode` or `code` is its Kemendagri code: 33, 33.22 or 3322.

    Raises:
        InputError: it is not there, is no such file, or has no region that is known.
    """
    rings: dict[str, list[Ring]] = {}
    for place, feature in enumerate(_features(Path(path)), start=1):
        try:
            if (code := _code(feature)) is not None:
                rings.setdefault(code, []).extend(_rings(feature.get("geometry")))
        except ValueError as error:
            raise InputError(
                _("{file}, feature {place}: {error}", file=path, place=place, error=error)
            ) from error
    rings = {
        code: seen
        for code, few in rings.items()
        if (seen := [ring for ring in few if len(ring) >= _CORNERS])
    }
    if not rings:
        raise InputError(
            _(
                "{file} has the outline of no region: a feature's property {names} must be its "
                "Kemendagri code, such as 33 or 33.22",
                file=path,
                names=", ".join(_CODES),
            )
        )
    return _drawn(rings)


def _features(path: Path) -> list[Mapping[str, Any]]:
    try:
        is_too_large = path.stat().st_size > _LARGEST
        raw = b"" if is_too_large else path.read_bytes()
    except OSError as error:
        raise InputError(
            _("{file} cannot be read: {why}", file=path, why=_(str(error.strerror)))
        ) from error
    if is_too_large:
        most = grouped(_LARGEST)
        raise InputError(
            _("{file} is larger than {n} bytes: simplify its outlines", file=path, n=most)
        )
    try:
        loaded = decoded_json(raw.decode("utf-8-sig"))
    except ValueError as error:
        why = told(str(error), "error")
        raise InputError(_("{file} is no GeoJSON: {why}", file=path, why=why)) from error
    features = loaded.get("features") if isinstance(loaded, dict) else None
    is_collection = isinstance(features, list) and loaded.get("type") == "FeatureCollection"
    if not is_collection or not all(isinstance(each, dict) for each in features or ()):
        raise InputError(_("{file} is no GeoJSON FeatureCollection", file=path))
    return features or []


def _code(feature: Mapping[str, Any]) -> str | None:
    """The code of the region that a feature is of; None where it is of none that is known."""
    properties = feature.get("properties")
    if not isinstance(properties, dict):
        return None
    said = next((properties[name] for name in _CODES if properties.get(name) is not None), None)
    digits = re.fullmatch(r"(\d\d)(?:\.?(\d\d))?", str(said).strip(), re.ASCII)
    if digits is None or isinstance(said, bool):
        return None
    code = ".".join(filter(None, digits.groups()))
    return code if code in gazetteer().by_code else None


def _rings(geometry: object) -> Iterator[Ring]:
    if geometry is None:
        return
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or kind not in ("Polygon", "MultiPolygon"):
        raise ValueError(_("its geometry is no Polygon or MultiPolygon"))
    coordinates = geometry.get("coordinates")
    for polygon in [coordinates] if kind == "Polygon" else _listed(coordinates):
        for ring in _listed(polygon):
            yield [_point(each) for each in _listed(ring)]


def _listed(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(  # noqa: TRY004
            _("its coordinates are not nested as GeoJSON has them")
        )
    return value


def _point(value: object) -> Point:
    longitude, latitude = (*_listed(value), None, None)[:2]
    for number, most in ((longitude, 180), (latitude, 90)):
        is_number = isinstance(number, int | float) and not isinstance(number, bool)
        if not is_number or not abs(number) <= most:  # as no NaN is
            raise ValueError(_("a position is no longitude and latitude in degrees"))
    return float(longitude), float(latitude)


# --- drawing --------------------------------------------------------------------------------------


def _drawn(rings: Mapping[str, Sequence[Ring]]) -> Boundaries:
    """Lay all on one map: degrees become units, as wide at its middle as they are there."""
    everything = [point for few in rings.values() for ring in few for point in ring]
    west, south, width, height = _extent(everything)
    flat = math.cos(math.radians(south + height / 2))
    scale = _WIDTH / (max(width * flat, height) or 1.0)
    paths, boxes = {}, {}
    for code, few in sorted(rings.items()):
        moved = [
            [(round((x - west) * flat * scale), round((south + height - y) * scale)) for x, y in r]
            for r in few
        ]
        kept = _kept(moved, _NEAR[len(code)])
        paths[code] = "".join(map(_path, kept))
        left, top, wide, high = _extent([point for ring in kept for point in ring])
        boxes[code] = int(left), int(top), int(wide), int(high)
    return Boundaries((round(width * flat * scale), round(height * scale)), paths, boxes)


def _extent(points: Sequence[tuple[float, float]]) -> tuple[float, float, float, float]:
    left, top = (min((p[axis] for p in points), default=0) for axis in (0, 1))
    right, bottom = (max((p[axis] for p in points), default=0) for axis in (0, 1))
    return left, top, right - left, bottom - top


def _kept(rings: Iterable[list[tuple[int, int]]], near: int) -> list[list[tuple[int, int]]]:
    """The rings that are large enough to be seen, with fewer points; of tiny ones the largest."""
    all_rings = list(rings)
    thinned = [_thinned(ring, near) for ring in all_rings]
    return [ring for ring in thinned if len(ring) >= _CORNERS] or [max(all_rings, key=len)]


def _thinned(ring: Iterable[tuple[int, int]], near: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for x, y in ring:
        if not found or abs(x - found[-1][0]) + abs(y - found[-1][1]) >= near:
            found.append((x, y))
    return found


def _path(ring: Sequence[tuple[int, int]]) -> str:
    """A closed path, each point by its way from the one before."""
    if not ring:
        return ""
    first, *rest = ring
    words, (x, y) = [f"M{first[0]} {first[1]}"], first
    for across, down in rest:
        words.append(f"l{across - x} {down - y}")
        x, y = across, down
    return f"{''.join(words)}z"
