"""Events by cell of Uber's H3 grid, whose cells have about the same area everywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import h3.api.basic_int as h3
import numpy as np

from marsad.ledger.clusters import added
from marsad.ledger.facets import figures, rows_in
from marsad.ledger.snapshots import Part
from marsad.ledger.tallying_columns import Numbers

FINEST = 9
"""Cells of this resolution have an area of a tenth of a square kilometre: places are known no better."""
MOST = 5_000


class Hexagon(NamedTuple):
    """Events in a cell: its name, how many, their dead (best figures), its middle, and its corners as longitude and latitude.

    Corners go around once, the first is not repeated; longitudes go on beyond 180 where a cell lies on the date line.
    """

    cell: str
    events: int
    killed: int
    longitude: float
    latitude: float
    boundary: list[tuple[float, float]]


def points(part: Part) -> tuple[Numbers, Numbers, Numbers]:
    """The different points of a part, as latitudes and longitudes, and which each event has; those without one have -1."""

    def find() -> tuple[Numbers, Numbers, Numbers]:
        rows = np.flatnonzero(part.placed)
        both = np.stack([part.latitude[rows], part.longitude[rows]], axis=1).copy().view(np.int64).ravel()
        found, inverse = np.unique(both, return_inverse=True)
        where = np.full(len(part.placed), -1, np.int32)
        where[rows] = inverse
        pairs = found.view(np.float32).reshape(-1, 2)
        return pairs[:, 0], pairs[:, 1], where

    known: tuple[Numbers, Numbers, Numbers] = part.columns.once("points", find)
    return known


def cell_sums(part: Part, chosen: Numbers, resolution: int) -> dict[int, tuple[int, ...]]:
    """How many of the chosen events that have a point of their own lie in each cell, and their dead."""
    latitude, longitude, where = points(part)

    def find() -> Numbers:
        pairs = zip(latitude.tolist(), longitude.tolist(), strict=True)
        return np.array([h3.latlng_to_cell(y, x, resolution) for y, x in pairs], np.uint64)

    cells: Numbers = part.columns.once(f"cells {resolution}", find)
    rows = rows_in(chosen)
    rows = rows[part.placed[rows]]
    events = np.bincount(where[rows], minlength=len(cells))
    dead = np.bincount(where[rows], weights=np.maximum(figures(part.columns, rows), 0), minlength=len(cells))
    there = np.flatnonzero(events)
    return added([(1, {int(cells[n]): (int(events[n]), int(dead[n]))}) for n in there.tolist()])


def coarser(sums: Mapping[int, tuple[int, ...]], resolution: int) -> dict[int, tuple[int, ...]]:
    """The same by the cells of a lower resolution."""
    return added([(1, {h3.cell_to_parent(cell, resolution): values}) for cell, values in sums.items()])


def hexagons(sums: Mapping[int, tuple[int, ...]], box: tuple[float, float, float, float]) -> list[Hexagon]:
    """The cells whose middle lies in a box or beside it by no more than a cell, the fullest first."""
    found = []
    for cell, (events, killed) in sums.items():
        if events:
            latitude, longitude = h3.cell_to_latlng(cell)
            if near(latitude, longitude, box, reach(h3.get_resolution(cell))):
                found.append((events, killed, cell, latitude, longitude))
    found.sort(key=lambda f: (-f[0], f[2]))
    return [Hexagon(h3.int_to_str(c), n, k, round(x, 5), round(y, 5), corners(c, x)) for n, k, c, y, x in found]


def reach(resolution: int) -> float:
    """Degrees from a cell's middle to its corners, about."""
    return 1.5 * float(h3.average_hexagon_edge_length(resolution, unit="km")) / 111.0


def near(latitude: float, longitude: float, box: tuple[float, float, float, float], degrees: float) -> bool:
    west, south, east, north = box
    if not south - degrees <= latitude <= north + degrees:
        return False
    wide = degrees / max(0.05, np.cos(np.radians(min(85.0, abs(latitude)))))
    width = 360.0 if east - west >= 360 else (east - west) % 360 or 360.0
    return width + 2 * wide >= 360 or bool((longitude - west + wide) % 360 <= width + 2 * wide)


def corners(cell: int, middle: float) -> list[tuple[float, float]]:
    """The corners of a cell, none further from its middle than half the world."""
    around: Sequence[Any] = h3.cell_to_boundary(cell)
    return [(round(middle + (x - middle + 180) % 360 - 180, 5), round(y, 5)) for y, x in around]
