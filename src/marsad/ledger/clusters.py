"""Events on a map: how many lie in each cell of a grid, and the places of those that are known to a region only.

What is counted here adds up: the sums of some events and those of others are together the sums of all of them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar

import numpy as np

from marsad.ledger.facets import figures, rows_in
from marsad.ledger.snapshots import Part, mercator
from marsad.ledger.tallying_columns import Numbers

TILE = 256
CELL = 64
"""Pixels of a cell's side, at the zoom asked for."""
MOST_CELLS = 16_384
FINE = 4096
"""Cells around the world beyond which the points' places on the map are worked out anew, more exactly."""
DEEPEST = 22.0
Box = tuple[float, float, float, float]
Where = tuple[str | None, str | None]
K = TypeVar("K")


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


class View(NamedTuple):
    """The cells that a piece of a map shows: `turns` of them go around the world, `left` and `top` is the first of `columns`
    and `rows`, counted from the date line and the map's upper edge. Columns go on beyond the date line from the first."""

    turns: int
    left: int
    top: int
    columns: int
    rows: int

    def box(self, cell: int) -> Box:
        """West, south, east, north of a cell."""
        row, column = divmod(int(cell), self.columns)
        west = (self.left + column) % self.turns / self.turns * 360 - 180
        north, south = (latitude_at((self.top + row + n) / self.turns) for n in (0, 1))
        return round(west, 5), round(south, 5), round(west + 360 / self.turns, 5), round(north, 5)

    def cells(self, column: Numbers, row: Numbers) -> Numbers:
        """The numbers of cells in this view; -1 for those outside."""
        x, y = (column - self.left) % self.turns, row - self.top
        return np.where((x < self.columns) & (y >= 0) & (y < self.rows), y * self.columns + x, -1)

    def part(self, view: View, sums: Numbers) -> Numbers:
        """The sums of another view's cells out of those of the whole world, which this one is."""
        square = sums.reshape(SUMS, self.rows, self.columns)[:, view.top : view.top + view.rows]
        columns = np.arange(view.left, view.left + view.columns) % self.turns
        return np.asarray(square[:, :, columns].reshape(SUMS, view.rows * view.columns))


def view_of(box: Box, zoom: float) -> View:
    """The cells of 64 pixels at that zoom of a web map that a box touches; larger ones where there would be too many.

    The box is west, south, east, north; its west may lie east of its east.
    """
    west, south, east, north = box
    width = 360.0 if east - west >= 360 else (east - west) % 360 or 360.0
    turns = round(2.0 ** max(0.0, min(zoom, DEEPEST)) * TILE / CELL)
    while True:
        left, right = (math.floor((edge + 180) / 360 * turns) for edge in (west, west + width))
        top, bottom = (min(turns - 1, math.floor(float(mercator(np.array(edge))) * turns)) for edge in (north, south))
        columns, rows = min(turns, right - left + 1), bottom - top + 1
        if columns * rows <= MOST_CELLS or turns == 1:
            return View(turns, left % turns, top, columns, rows)
        turns = -(-turns // 2)


def whole_world(turns: int) -> View:
    """All cells."""
    return View(turns, 0, 0, turns, turns)


SUMS = 5
"""How many sums a cell has: events, dead, longitudes, latitudes, and the numbers of the rows."""


def sums_in(part: Part, chosen: Numbers, view: View) -> Numbers:
    """The sums of each cell of a view over chosen events that have a point, better known than to a region."""
    rows = rows_in(chosen)
    rows = rows[part.placed[rows]]
    longitude, latitude = part.longitude[rows].astype(np.float64), part.latitude[rows]
    south = part.south[rows] if view.turns <= FINE else mercator(latitude.astype(np.float64))
    column = np.minimum(((longitude + 180) * (view.turns / 360)).astype(np.int64), view.turns - 1)
    row = np.clip((south * view.turns).astype(np.int64), 0, view.turns - 1)
    cells = view.cells(column, row)
    inside = np.flatnonzero(cells >= 0)
    if len(inside) < len(cells):
        cells, rows, longitude, latitude = cells[inside], rows[inside], longitude[inside], latitude[inside]
    dead = np.maximum(figures(part.columns, rows), 0)
    size = view.columns * view.rows
    weights = (None, dead, longitude, latitude, rows)
    return np.stack([np.bincount(cells, weights=w, minlength=size)[:size].astype(np.float64) for w in weights])


def drawn(view: View, parts: Sequence[tuple[Part, Numbers]]) -> list[Cluster]:
    """The clusters of a view, from north-west to south-east, out of the sums of parts, each of which may come several times."""
    by_part: dict[int, tuple[Part, Numbers]] = {}
    for part, sums in parts:
        by_part[id(part)] = (part, by_part[id(part)][1] + sums if id(part) in by_part else sums)
    total = np.sum([sums for _, sums in by_part.values()], axis=0) if parts else np.zeros((SUMS, 0))
    found = []
    for cell in np.flatnonzero(total[0] > 0.5).tolist():
        events, dead, longitude, latitude = total[:4, cell].tolist()
        name = None
        if round(events) == 1:
            name = next((p.columns.ids[int(s[4, cell])].decode() for p, s in by_part.values() if round(s[0, cell]) == 1), None)
        mean = round(longitude / events, 5), round(latitude / events, 5)
        found.append(Cluster(*mean, round(events), round(dead), name, view.box(cell)))
    return found


def clusters(parts: Sequence[tuple[Part, Numbers]], box: Box, zoom: float) -> list[Cluster]:
    """The chosen events with a point of their own in the cells that a box touches, at that zoom of a web map."""
    view = view_of(box, zoom)
    return drawn(view, [(part, sums_in(part, chosen, view)) for part, chosen in parts])


def region_sums(part: Part, chosen: Numbers) -> dict[Where, tuple[int, ...]]:
    """How many of the chosen events have no point of their own, and their dead, by country and region."""
    held, rows = part.columns, rows_in(chosen)
    rows = rows[~part.placed[rows]]
    country, admin1 = held.coded["country"], held.coded["admin1"]
    pairs = (country.codes[rows].astype(np.int64) + 1) * (len(admin1.names) + 1) + admin1.codes[rows] + 1
    found, inverse = np.unique(pairs, return_inverse=True)
    events = np.bincount(inverse, minlength=len(found))
    dead = np.bincount(inverse, weights=np.maximum(figures(held, rows), 0), minlength=len(found))
    sums: dict[Where, tuple[int, ...]] = {}
    for n, pair in enumerate(found.tolist()):
        c, a = divmod(pair, len(admin1.names) + 1)
        where = (country.names[c - 1] if c else None, admin1.names[a - 1] if a else None)
        sums[where] = (int(events[n]), int(dead[n]))
    return sums


def in_regions(sums: Mapping[Where, tuple[int, ...]]) -> list[Region]:
    """Sums by region, the most frequent first."""
    made = [Region(country=c, admin1=a, events=n, killed=k) for (c, a), (n, k) in sums.items() if n]
    return sorted(made, key=lambda r: (-r.events, r.country or "", r.admin1 or ""))


def regions(parts: Sequence[tuple[Part, Numbers]]) -> list[Region]:
    """The chosen events without a point of their own, by region: the most frequent first."""
    return in_regions(added([(1, region_sums(part, chosen)) for part, chosen in parts]))


def added(sums: Sequence[tuple[int, Mapping[K, tuple[int, ...]]]]) -> dict[K, tuple[int, ...]]:
    """Sums put together, each taken so many times."""
    total: dict[K, tuple[int, ...]] = {}
    for times, each in sums:
        for key, values in each.items():
            old = total.get(key)
            old = old or (0,) * len(values)
            total[key] = tuple(o + times * v for o, v in zip(old, values, strict=True))
    return total


def latitude_at(turns: float) -> float:
    """The latitude that lies that far south on a web map.

    >>> round(latitude_at(0.5), 6), round(latitude_at(0), 4)
    (0.0, 85.0511)
    """
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * turns))))
