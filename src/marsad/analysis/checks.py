"""Statistics beside the events underneath them and beside their siblings: coverage, and no verdict on either."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from marsad.analysis.sums import FEWEST, LEAST_SHARE, MOST_SHARE, Sum, sums_that_differ
from marsad.codebook.actors import countries
from marsad.linking import may_include
from marsad.linking.names import fold
from marsad.model import Actor, Claim, Event, Place, Statistic, Toll

Fit = Literal["surely", "perhaps", "no"]
MEASURES = ("killed", "injured", "incidents")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """One statistic and what the record holds underneath it.

    `events` lie inside its period, place, actors and type for certain, `perhaps` may. `found` is what they tell: low and best of
    `events`, high of both together; for `incidents` their number. `share` is best over the stated figure. `sources` counts
    the different speakers and outlets of `events`. `note` says why a statistic has nothing to be compared with.
    """

    statistic: Statistic
    events: tuple[str, ...] = ()
    perhaps: tuple[str, ...] = ()
    found: Toll = Toll()
    share: float | None = None
    sources: int = 0
    sums: tuple[str, ...] = ()
    note: str | None = None


def check(
    statistics: Sequence[Statistic],
    claims: Sequence[Claim],
    events_of: Callable[[Statistic], Iterable[Event]],
) -> list[Coverage]:
    """Each statistic with its coverage, in the given order. `events_of` gives at least the events that may lie underneath.

    A low share may mean that the record is thin, that the figure is too high, or that they count different things: the check
    doesn't say which.
    """
    sums: dict[str, list[str]] = {}
    for differing in unequal(statistics, claims):
        for member in (differing.total, *differing.parts):
            sums.setdefault(member.id, []).append(str(differing))
    found = []
    for statistic in statistics:
        note = incomparable(statistic)
        events = [] if note else sorted(events_of(statistic), key=lambda e: e.id)
        found.append(cover(statistic, events, note=note, sums=tuple(dict.fromkeys(sums.get(statistic.id, ())))))
    return found


def incomparable(statistic: Statistic) -> str | None:
    """Why no event can be set beside a statistic; `None` where events can."""
    if statistic.measure not in MEASURES:
        return f"events don't count {statistic.measure.replace('_', ' ')}"
    if statistic.first is None or statistic.last is None:
        return "its period is not stated"
    if statistic.low is None and statistic.high is None:
        return "its figure is not stated"
    return None


def cover(statistic: Statistic, events: Sequence[Event], *, note: str | None = None, sums: tuple[str, ...] = ()) -> Coverage:
    """One statistic beside those events."""
    if note:
        return Coverage(statistic=statistic, note=note, sums=sums)
    fits = {event.id: inside(statistic, event) for event in events}
    sure = [e for e in events if fits[e.id] == "surely"]
    maybe = [e for e in events if fits[e.id] == "perhaps"]
    found = counted(statistic.measure, sure, maybe)
    stated = statistic.low if statistic.low is not None else statistic.high
    return Coverage(
        statistic=statistic,
        events=tuple(e.id for e in sure),
        perhaps=tuple(e.id for e in maybe),
        found=found,
        share=round(found.best / stated, 4) if stated and found.best is not None else None,
        sources=len({fold(s) for e in sure for s in e.sources}),
        sums=sums,
    )


def counted(measure: str, sure: Sequence[Event], maybe: Sequence[Event]) -> Toll:
    """What the events tell of a measure. High is open where one of them has an open top or, among deaths, states no toll."""
    if measure == "incidents":
        return Toll(low=len(sure), best=len(sure), high=len(sure) + len(maybe))
    tolls = [e.killed if measure == "killed" else e.injured for e in sure]
    others = [e.killed if measure == "killed" else e.injured for e in maybe]
    highs = [t.high for t in (*tolls, *others) if t != Toll()]
    return Toll(
        low=sum(t.low or 0 for t in tolls),
        best=sum(t.best if t.best is not None else t.low or 0 for t in tolls),
        high=None if None in highs else sum(h for h in highs if h is not None),
    )


def inside(statistic: Statistic, event: Event) -> Fit:
    """Whether an event lies inside what a statistic is about: its period, place, type, doers and victims.

    Not where what is stated sets them apart (`marsad.linking.may_include`); surely where nothing is left open either.
    """
    if not may_include(statistic, [event]):
        return "no"
    sure = (
        in_period(statistic, event)
        and in_place(statistic, event.place)
        and of_type(statistic, event)
        and among(statistic.who, event.who)
        and among(statistic.whom, event.whom)
    )
    return "surely" if sure else "perhaps"


def in_period(statistic: Statistic, event: Event) -> bool:
    """All of the event's days are inside the period."""
    if event.date_first is None or event.date_last is None or statistic.first is None or statistic.last is None:
        return False
    return statistic.first <= event.date_first and event.date_last <= statistic.last


def in_place(statistic: Statistic, place: Place | None) -> bool:
    """A place is known to lie in that of the statistic: its country, region or town.

    Where the statistic states none, a named side of it has to do.
    """
    wide = statistic.place
    if wide is None:
        return bool(statistic.who or statistic.whom)
    if place is None or (wide.country and wide.country != place.country):
        return False
    if is_country(wide) or fold(wide.name) == fold(place.name) or (wide.id is not None and wide.id == place.id):
        return True
    name, region = fold(wide.name), fold(place.admin1 or "")
    return wide.precision == 3 and bool(region) and f" {region}".endswith(f" {name}")


def is_country(place: Place) -> bool:
    """Whether a place is a whole country."""
    country = countries().get(place.country or "")
    return country is not None and place.admin1 is None and fold(place.name) in (fold(country.name), fold(country.long_name))


def of_type(statistic: Statistic, event: Event) -> bool:
    """The same sub-event type, or event type where no closer one is stated."""
    if statistic.sub_event_type is not None:
        return statistic.sub_event_type == event.sub_event_type
    return statistic.event_type in (None, event.event_type)


def among(wanted: Sequence[Actor], there: Sequence[Actor]) -> bool:
    """All that are named on a side are among those wanted, and somebody is."""
    if not wanted:
        return True
    known = {fold(a.name) for a in wanted} | {a.id for a in wanted if a.id}
    return bool(there) and all(fold(a.name) in known or a.id in known for a in there)


def unequal(statistics: Sequence[Statistic], claims: Sequence[Claim]) -> list[Sum]:
    """Totals whose parts give another sum: in one report, or by one speaker for one period and place in several."""
    found = {key(s): s for s in [*sums_that_differ(statistics, claims), *across_reports(statistics)]}
    return list(found.values())


def key(item: Sum) -> tuple[str, ...]:
    return (item.total.id, *sorted(p.id for p in item.parts))


def across_reports(statistics: Sequence[Statistic]) -> list[Sum]:
    """Totals and parts that one speaker gives of the same measure, period, place and type, the parts for different doers."""
    groups: dict[object, list[Statistic]] = {}
    for item in statistics:
        if item.low is None or item.low != item.high or item.low <= 0 or item.first is None:
            continue
        where = (fold(item.place.name), item.place.country) if item.place else None
        for speaker in item.according_to:
            about = (fold(speaker.name), item.measure, item.first, item.last, where, item.event_type, item.sub_event_type)
            groups.setdefault(about, []).append(item)
    found = []
    for group in groups.values():
        for total in (s for s in group if not s.who):
            found += differing(total, group)
    return found


def differing(total: Statistic, group: Sequence[Statistic]) -> list[Sum]:
    """The total with its parts, where there are enough of them and they give another sum."""
    parts: dict[frozenset[str], Statistic] = {}
    for part in sorted(group, key=lambda s: s.id):
        who = frozenset(fold(a.name) for a in part.who)
        same_victims = {fold(a.name) for a in part.whom} == {fold(a.name) for a in total.whom}
        if who and same_victims and figure(part) < figure(total):
            parts.setdefault(who, part)
    chosen = sorted(parts.values(), key=lambda s: (-figure(s), s.id))
    added = sum(figure(p) for p in chosen)
    share = added / figure(total)
    if len(chosen) < FEWEST or added == figure(total) or not LEAST_SHARE <= share <= MOST_SHARE:
        return []
    return [Sum(total=total, parts=tuple(chosen), gap=figure(total) - added)]


def figure(item: Statistic) -> int:
    """The exact figure of a statistic."""
    return item.low or 0
