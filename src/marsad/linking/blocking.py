"""Which pairs of claims are worth a look: those of one report, and those of about the same place and time."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence

from marsad.linking.facts import Facts

CELL = 0.25
SLACK = 3
WINDOW = 8
Key = tuple[str, str, int, int]


def pairs(facts: Sequence[Facts], *, timed: bool = True) -> Iterator[tuple[int, int]]:
    """Each candidate pair (i, j), i < j, once. Near-linear where claims spread over places and days.

    Across reports two claims meet where they share a grid cell (or a neighbouring one), a place name or a first-level
    division, and, where `timed`, their days (else the days of their reports) come within a few days of each other.
    """
    seen: set[tuple[int, int]] = set()
    for block in _blocks(facts).values():
        for pair in _near_in_time(facts, sorted(set(block)), timed=timed):
            if pair not in seen:
                seen.add(pair)
                yield pair


def _blocks(facts: Sequence[Facts]) -> dict[Key, list[int]]:
    blocks: dict[Key, list[int]] = defaultdict(list)
    for i, one in enumerate(facts):
        blocks["report", one.claim.report, 0, 0].append(i)
        for key in _place_keys(one):
            blocks[key].append(i)
    return blocks


def _place_keys(one: Facts) -> Iterator[Key]:
    for place, name in zip(one.places[:3], one.names[:3], strict=True):
        yield "name", name, 0, 0
        if len(name) >= 5:
            yield "sound", f"{place.country}/{name[:3]}", 0, 0
        if place.admin1:
            yield "admin1", f"{place.country}/{place.admin1.casefold()}", 0, 0
        if place.precision == 3:
            yield "admin1", f"{place.country}/{name}", 0, 0
        if place.latitude is not None and place.longitude is not None and place.precision != 3:
            row, column = math.floor(place.latitude / CELL), math.floor(place.longitude / CELL)
            for a in (row, row + 1):
                for b in (column, column + 1):
                    yield "cell", "", a, b


def _near_in_time(facts: Sequence[Facts], block: Sequence[int], *, timed: bool) -> Iterator[tuple[int, int]]:
    """A sweep over the first days: each pair whose windows meet. Pairs of one report always meet."""
    windows = sorted((*_window(facts[i]), i) for i in block) if timed else [(0, 0, i) for i in block]
    open_now: list[tuple[int, int]] = []
    for first, last, i in windows:
        open_now = [(end, j) for end, j in open_now if end >= first]
        for _, j in open_now:
            yield min(i, j), max(i, j)
        open_now.append((last, i))
    if timed and len({facts[i].claim.report for i in block}) == 1:
        yield from ((a, b) for n, a in enumerate(block) for b in block[n + 1 :])


def _window(one: Facts) -> tuple[int, int]:
    if one.first is not None and one.last is not None:
        return one.first, one.last + SLACK
    return (one.seen - WINDOW, one.seen + WINDOW) if one.seen is not None else (0, 0)
