"""Events on a map: how many lie in each cell of a grid, and the places of those that are known to a region only."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from marsad.ledger.facets import figures
from marsad.ledger.snapshots import REGION, Part, mercator
from marsad.ledger.tallying_columns import Numbers

TILE = 256
CELL = 64
"""Pixels of a cell's side, at the zoom asked for."""
MOST_CELLS = 16_384
FINE = 4096
"""Cells around the world beyond which the points' places on the map are worked out anew, more exactly."""
Box = tuple[float, float, float, float]


class Cluster(NamedTuple):
    """Events in a cell: the mean of their points, how many, their dead (best figures), and the id where it is one alone."""

    longitude: float
    latitude: float
    events: int
    killed: int
    id: str | None
    box: Box


class Region(NamedTuple):
    """Events that are known to lie in a region or country only: none of them is a point on the map."""

    country: str | None
    admin1: str | None
    events: int
    killed: int


def clusters(parts: Sequence[tuple[Part, Numbers]], box: Box, zoom: float) -> list[Cluster]:
    """The chosen events with a point of their own inside a box, in cells of 64 pixels at that zoom of a web map.

    The box is west, south, east, north; its west may lie east of its east. Cells come from north-west to south-east.
    """
    grid = grid_of(box, zoom)
    sums = np.zeros((4, grid.columns * grid.rows))
    one = np.full(grid.columns * grid.rows, -1, np.int64)
    names: list[Numbers] = []
    held = 0
    for part, mask in parts:
        rows = placed(part, mask, box)
        size = grid.columns * grid.rows
        latitude = part.latitude[rows]
        south = part.south[rows] if grid.per_turn <= FINE else mercator(latitude.astype(np.float64))
        east = eastward(part.longitude[rows], grid.west)
        cells = grid.cells(east, south)
        dead = np.maximum(figures(part.columns, rows), 0)
        for n, weights in enumerate((None, dead, east, latitude)):
            sums[n] += np.bincount(cells, weights=weights, minlength=size)[:size]
        one[cells] = np.arange(len(rows)) + held
        held += len(rows)
        names.append(part.columns.ids[rows])
    ids = np.concatenate(names) if names else np.array([], dtype=np.bytes_)
    return [cluster(grid, sums[:, n], n, ids[one[n]].decode()) for n in np.flatnonzero(sums[0]).tolist()]


def cluster(grid: Grid, sums: Numbers, cell: int, name: str) -> Cluster:
    events = int(sums[0])
    longitude = (grid.west + sums[2] / events + 180) % 360 - 180
    return Cluster(
        longitude=round(float(longitude), 5),
        latitude=round(float(sums[3]) / events, 5),
        events=events,
        killed=int(sums[1]),
        id=name if events == 1 else None,
        box=grid.box(cell),
    )


def placed(part: Part, mask: Numbers, box: Box) -> Numbers:
    """The rows of chosen events that have a point, better known than to a region, inside a box."""
    west, south, east, north = box
    rows = np.flatnonzero((part.latitude >= south) & (part.latitude <= north) & mask)
    if east - west < 360:
        longitude = part.longitude[rows]
        first, last = longitude >= west, longitude <= east
        rows = rows[first & last if west <= east else first | last]
    return np.asarray(rows[part.columns.ints["geo_precision"][rows] != REGION])


def regions(parts: Sequence[tuple[Part, Numbers]]) -> list[Region]:
    """The chosen events without a point of their own, by region: the most frequent first."""
    totals: dict[tuple[str | None, str | None], list[int]] = {}
    for part, mask in parts:
        held = part.columns
        rows = part.unplaced[mask[part.unplaced]]
        country, admin1 = held.coded["country"], held.coded["admin1"]
        pairs = (country.codes[rows].astype(np.int64) + 1) * (len(admin1.names) + 1) + admin1.codes[rows] + 1
        found, inverse = np.unique(pairs, return_inverse=True)
        events = np.bincount(inverse, minlength=len(found))
        dead = np.bincount(inverse, weights=np.maximum(figures(held, rows), 0), minlength=len(found))
        for n, pair in enumerate(found.tolist()):
            c, a = divmod(pair, len(admin1.names) + 1)
            total = totals.setdefault((country.names[c - 1] if c else None, admin1.names[a - 1] if a else None), [0, 0])
            total[0] += int(events[n])
            total[1] += int(dead[n])
    made = [Region(country=c, admin1=a, events=n, killed=k) for (c, a), (n, k) in totals.items()]
    return sorted(made, key=lambda r: (-r.events, r.country or "", r.admin1 or ""))


class Grid(NamedTuple):
    """A grid over a box, in the projection of web maps. `left` and `top` are the numbers of its first column and row."""

    west: float
    per_degree: float
    per_turn: float
    left: int
    top: int
    columns: int
    rows: int

    def cells(self, east: Numbers, south: Numbers) -> Numbers:
        """The number of the cell of each point: degrees east of the grid's west, and how far south on a web map."""
        column = (self.west_offset() + east * self.per_degree).astype(np.int32)
        row = (south * self.per_turn).astype(np.int32) - self.top
        return np.clip(row, 0, self.rows - 1) * self.columns + np.clip(column, 0, self.columns - 1)

    def west_offset(self) -> float:
        return (self.west + 180) * self.per_degree - self.left

    def box(self, cell: int) -> Box:
        """West, south, east, north of a cell."""
        row, column = divmod(int(cell), self.columns)
        west = (self.left + column) / self.per_degree - 180
        north, south = (latitude_at((self.top + row + n) / self.per_turn) for n in (0, 1))
        east = west + 1 / self.per_degree
        return round(wrapped(west), 5), round(south, 5), round(wrapped(east), 5), round(north, 5)


def eastward(longitude: Numbers, west: float) -> Numbers:
    """Degrees east of a meridian, from 0 to 360."""
    east = longitude.astype(np.float64) - west
    return np.where(east < 0, east + 360, east) if west > -180 else east


def wrapped(longitude: float) -> float:
    return longitude if -180 <= longitude <= 180 else (longitude + 180) % 360 - 180


def grid_of(box: Box, zoom: float) -> Grid:
    """The grid of a zoom over a box; a coarser one where there would be too many cells."""
    west, south, east, north = box
    width = 360.0 if east - west >= 360 else (east - west) % 360 or 360.0
    turns = 2.0 ** max(0.0, min(zoom, 22.0)) * TILE / CELL
    while True:
        left, top = math.floor((west + 180) / 360 * turns), math.floor(float(mercator(np.array(north))) * turns)
        right = math.floor((west + width + 180) / 360 * turns)
        bottom = math.floor(float(mercator(np.array(south))) * turns)
        columns, rows = right - left + 1, bottom - top + 1
        if columns * rows <= MOST_CELLS:
            return Grid(west, turns / 360, turns, left, top, columns, rows)
        turns /= 2


def latitude_at(turns: float) -> float:
    """The latitude that lies that far south on a web map.

    >>> round(latitude_at(0.5), 6), round(latitude_at(0), 4)
    (0.0, 85.0511)
    """
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * turns))))
