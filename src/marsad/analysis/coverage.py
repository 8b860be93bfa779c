"""Source coverage by month and area, so that a fall in reports is not read as peace."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from marsad.analysis.tallies_cells import period, period_name
from marsad.ledger.tallying import Outlet
from marsad.ledger.tallying_columns import Columns, columns_of
from marsad.model import Event

Level = Literal["country", "admin1"]
BEFORE = 6
"""The months before one that say what is usual."""
SHARE = 0.5
FEWEST = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """How well an area is told of in a month.

    `sources` are different speakers and outlets behind its events, `usual` the median of the six months before. `thin` where
    they are fewer than half of that: fewer events may then mean fewer reports. `silent` are outlets that told of it in those six
    months and published no report at all in this one; `publishing` are those of them that did.
    """

    area: str
    month: str
    events: int
    sources: int
    usual: float | None
    thin: bool
    silent: tuple[str, ...] = ()
    publishing: tuple[str, ...] = ()

    def __str__(self) -> str:
        usual = "" if self.usual is None else f", usually {self.usual:g}"
        words = f"{self.month} {self.area}: {self.sources} {'source' if self.sources == 1 else 'sources'}{usual}"
        if self.silent:
            words += f"; no report at all from {', '.join(self.silent)}"
        return words


def coverage(
    events: Sequence[Event] | Columns, *, level: Level = "country", outlets: Iterable[Outlet] = (), until: str | None = None
) -> tuple[Month, ...]:
    """Each area's months from its first event on to the last month that any has (or `until`, as 2026-02), quiet ones too.

    `outlets` says who published how many reports in which month (`marsad.ledger.tallying.outlets`); without it, nothing is known
    of who fell silent.
    """
    columns = events if isinstance(events, Columns) else columns_of(events)
    published: dict[str, set[str]] = {}
    for outlet in outlets:
        if outlet.month:
            published.setdefault(outlet.month, set()).add(outlet.outlet)
    return tuple(
        month for area, told in sorted(told_by(columns, level).items()) for month in of_area(area, told, published, until)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The events of an area's month and who told them."""

    events: int
    sources: frozenset[str]


def told_by(columns: Columns, level: Level) -> dict[str, dict[int, Told]]:
    """By area and month (as a number). Areas without a name are left out: nothing can be compared with them."""
    months = period(columns.ints["day"], "month")
    area = columns.coded[level].codes.astype(np.int64)
    country = columns.coded["country"].codes.astype(np.int64)
    known = (months >= 0) & (area >= 0)
    spread_of = int(months.max(initial=0)) + 1
    width = len(columns.coded["country"].names) + 1
    key = (area * width + country + 1) * spread_of + months
    counts = dict(zip(*(v.tolist() for v in np.unique(key[known], return_counts=True)), strict=True))
    item = columns.listed["source"]
    owners = item.owners()
    inside = known[owners]
    names = len(item.names) or 1
    pairs = np.unique(key[owners[inside]] * names + item.codes[inside])
    sources: dict[int, list[str]] = {}
    for pair in pairs.tolist():
        sources.setdefault(pair // names, []).append(item.names[pair % names])
    found: dict[str, dict[int, Told]] = {}
    for code, events in counts.items():
        rest, month = divmod(code, spread_of)
        own, home = divmod(rest, width)
        name = columns.coded[level].names[own]
        if level == "admin1" and home:
            name = f"{name}, {columns.coded['country'].names[home - 1]}"
        found.setdefault(name, {})[month] = Told(events=events, sources=frozenset(sources.get(code, ())))
    latest = max((m for months_of in found.values() for m in months_of), default=0)
    for months_of in found.values():
        months_of.setdefault(latest, Told(events=0, sources=frozenset()))
    return found


def of_area(area: str, told: Mapping[int, Told], published: Mapping[str, set[str]], until: str | None) -> Iterator[Month]:
    last = max(told) if until is None else max(max(told), int(until[:4]) * 12 + int(until[5:7]) - 1)
    nothing = Told(events=0, sources=frozenset())
    for number in range(min(told), last + 1):
        own = told.get(number, nothing)
        before = [told.get(n, nothing) for n in range(max(min(told), number - BEFORE), number)]
        usual = float(statistics.median(len(t.sources) for t in before)) if len(before) >= BEFORE // 2 else None
        month = period_name(number, "month") or ""
        known = frozenset().union(*(t.sources for t in before)) & all_outlets(published, number)
        there = published.get(month, set())
        yield Month(
            area=area,
            month=month,
            events=own.events,
            sources=len(own.sources),
            usual=usual,
            thin=usual is not None and usual >= FEWEST and len(own.sources) < SHARE * usual,
            silent=tuple(sorted(known - there)) if published else (),
            publishing=tuple(sorted(known & there)) if published else (),
        )


def all_outlets(published: Mapping[str, set[str]], number: int) -> frozenset[str]:
    """The outlets that published in the months before one."""
    names = (period_name(n, "month") or "" for n in range(max(0, number - BEFORE), number))
    return frozenset().union(*(published.get(name, set()) for name in names))


def thin_months(months: Iterable[Month]) -> tuple[Month, ...]:
    """Those where a fall may be one of reports alone: few sources, or half of the usual outlets silent."""
    return tuple(m for m in months if m.thin or (m.silent and len(m.silent) >= SHARE * (len(m.silent) + len(m.publishing))))
