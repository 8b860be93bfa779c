"""Statistics set out by dimensions. They are figures that somebody gave over many incidents: none is ever added to another."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from marsad.analysis.sums import FEWEST, LEAST_SHARE, MOST_SHARE, breakdown, figures
from marsad.analysis.tallies import listed
from marsad.analysis.tallies_fields import STATISTIC_FIELDS, holds, values_of
from marsad.analysis.tallies_filter import read_filter
from marsad.codebook.words import MEASURES
from marsad.model import Claim, Statistic

DIMENSIONS = ("who", "whom", "actor", "country", "admin1", "place", "event_type", "sub_event_type", "source", "month", "year")
SAME_MEASURE = {"events": "incidents"}


class Told(NamedTuple):
    """What was told of a measure: the lowest and highest of the figures, `None` where open, and of which statistics."""

    measure: str
    low: int | None
    high: int | None
    statistics: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Figures that somebody gave about one thing: the same period, place, type, doers and victims.

    `keys` are the values of the dimensions. `inherits` is the id of the total whose type, period, place and victims a part was
    read with: "of 163 strikes the army carried out 83" means strikes too.
    """

    keys: tuple[str | None, ...]
    first: str | None
    last: str | None
    about: Statistic
    according_to: tuple[str, ...]
    told: tuple[Told, ...]
    inherits: str | None = None

    def figure(self, measure: str) -> Told | None:
        """What was told of a measure; `None` where nothing was."""
        return next((t for t in self.told if t.measure == SAME_MEASURE.get(measure, measure)), None)


def set_out(
    statistics: Sequence[Statistic],
    claims: Sequence[Claim] = (),
    *,
    by: str | Sequence[str] = ("who",),
    where: str | None = None,
    measures: str | Sequence[str] = ("incidents", "killed"),
) -> tuple[Line, ...]:
    """Statistics that pass a filter, those about the same thing in one line, by period and with totals before their parts.

    With the claims, parts that a report gives after a total are read with what the total is about. Raises `ConfigError` as
    `marsad.analysis.tallies.tally` does.
    """
    dimensions = listed(by, DIMENSIONS, "dimension of statistics")
    wanted = listed(measures, (*MEASURES, *SAME_MEASURE), "measure")
    names = tuple(dict.fromkeys(SAME_MEASURE.get(m, m) for m in wanted))
    test = read_filter(where, STATISTIC_FIELDS)
    whole = inherited(statistics, claims)
    lines: dict[object, list[tuple[Statistic, str | None]]] = {}
    for item in statistics:
        full, source = whole.get(item.id, (item, None))
        if full.measure in names and holds(test, full):
            lines.setdefault(about(full), []).append((full, source))
    made = [line_of(group, dimensions, names) for group in lines.values()]
    return tuple(sorted(made, key=lambda line: (line.first or "9999", line.last or "9999", -largest(line), keys_in_words(line))))


def keys_in_words(line: Line) -> tuple[str, ...]:
    return tuple(k or "" for k in line.keys)


def about(item: Statistic) -> tuple[object, ...]:
    """What a statistic is about, its measure left out."""
    place = (item.place.name, item.place.country) if item.place else None
    who, whom = (tuple(sorted(a.name for a in group)) for group in (item.who, item.whom))
    speakers = tuple(sorted(s.name for s in item.according_to))
    return item.first, item.last, place, item.event_type, item.sub_event_type, who, whom, speakers


def line_of(group: Sequence[tuple[Statistic, str | None]], by: Sequence[str], measures: Sequence[str]) -> Line:
    first = group[0][0]
    told = []
    for measure in measures:
        of = [s for s, _ in group if s.measure == measure]
        if of:
            lows, highs = [s.low for s in of], [s.high for s in of]
            told.append(
                Told(
                    measure=measure,
                    low=None if None in lows else min(n for n in lows if n is not None),
                    high=None if None in highs else max(n for n in highs if n is not None),
                    statistics=tuple(s.id for s in of),
                )
            )
    return Line(
        keys=tuple(key_of(first, name) for name in by),
        first=first.first,
        last=first.last,
        about=first,
        according_to=tuple(s.name for s in first.according_to),
        told=tuple(told),
        inherits=next((source for _, source in group if source), None),
    )


def key_of(item: Statistic, name: str) -> str | None:
    """A dimension's value: names together, as the figure is about them all; a month or year where it lies in one."""
    if name in ("month", "year"):
        size = 7 if name == "month" else 4
        inside = item.first and item.last and item.first[:size] == item.last[:size]
        return item.first[:size] if inside and item.first else None
    return "; ".join(dict.fromkeys(str(v) for v in values_of(item, name))) or None


def largest(line: Line) -> int:
    return max((t.low or t.high or 0 for t in line.told), default=0)


def inherited(statistics: Sequence[Statistic], claims: Sequence[Claim]) -> dict[str, tuple[Statistic, str]]:
    """Parts of a total, filled with what they leave to it: its type, period, place and victims; and the total's id."""
    found: dict[str, tuple[Statistic, str]] = {}
    told = list(figures(statistics, {c.id: c for c in claims}))
    for total in sorted(told, key=lambda f: (-f.value, f.statistic.id)):
        parts = breakdown(total, told)
        share = sum(p.value for p in parts) / total.value
        if len(parts) < FEWEST or not LEAST_SHARE <= share <= MOST_SHARE:
            continue
        for part in parts:
            full = filled(part.statistic, total.statistic)
            if full != part.statistic and part.statistic.id not in found:
                found[part.statistic.id] = (full, total.statistic.id)
    return found


def filled(part: Statistic, total: Statistic) -> Statistic:
    dated = part.first is not None or part.last is not None
    typed = part.event_type is not None
    return dataclasses.replace(
        part,
        event_type=part.event_type if typed else total.event_type,
        sub_event_type=part.sub_event_type if typed else total.sub_event_type,
        first=part.first if dated else total.first,
        last=part.last if dated else total.last,
        place=part.place or total.place,
        whom=part.whom or total.whom,
    )
