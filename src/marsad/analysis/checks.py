"""Statistics beside the events underneath them and beside their siblings: coverage, and no verdict on either."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from marsad.analysis.sums import FEWEST, LEAST_SHARE, MOST_SHARE, Sum, sums_that_differ
from marsad.codebook.actors import countries
from marsad.coding.nearness import kilometres
from marsad.linking.facts import UNKNOWN, fold
from marsad.linking.tables import generic_types, kinship
from marsad.model import Actor, Claim, Event, Place, Statistic, Toll

Fit = Literal["surely", "perhaps", "no"]
FITS: tuple[Fit, ...] = ("no", "perhaps", "surely")
REGION_KM = 300.0
TOWN_KM = 25.0
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
    """Whether an event lies inside what a statistic is about: its period, place, type, doers and victims."""
    tests: tuple[Callable[[], Fit], ...] = (
        lambda: in_period(statistic, event),
        lambda: in_place(statistic, event.place),
        lambda: of_type(statistic, event),
        lambda: among(statistic.who, event.who),
        lambda: among(statistic.whom, event.whom),
    )
    worst: Fit = "surely"
    for test in tests:
        worst = min(worst, test(), key=FITS.index)
        if worst == "no":
            break
    return worst


def in_period(statistic: Statistic, event: Event) -> Fit:
    """Surely where all of the event's days are inside, perhaps where some are, or it has none."""
    if event.date_first is None or event.date_last is None or statistic.first is None or statistic.last is None:
        return "perhaps"
    if statistic.first <= event.date_first and event.date_last <= statistic.last:
        return "surely"
    return "perhaps" if event.date_first <= statistic.last and statistic.first <= event.date_last else "no"


def in_place(statistic: Statistic, place: Place | None) -> Fit:
    """Whether a place lies in that of a statistic: a country, a first-level region, a named wider area, or a town.

    Where the statistic states none, a named side of it has to do; with neither, nothing is sure.
    """
    wide = statistic.place
    if wide is None:
        return "surely" if statistic.who or statistic.whom else "perhaps"
    if place is None:
        return "perhaps"
    if wide.country and place.country and wide.country != place.country:
        return "no"
    if wide.precision != 3:
        return in_town(wide, place)
    if is_country(wide):
        return "surely" if place.country else "perhaps"
    name, region = fold(wide.name), fold(place.admin1 or "")
    if name == fold(place.name) or name == region or (region and f" {region}".endswith(f" {name}")):
        return "surely"
    if wide.admin1 and place.admin1:
        return "no"
    km = kilometres(wide, place)
    return "perhaps" if km is None or km <= REGION_KM else "no"


def in_town(wide: Place, place: Place) -> Fit:
    """A town holds what has its name or lies in it; a whole region may have happened there."""
    if fold(wide.name) == fold(place.name) or (wide.id is not None and wide.id == place.id):
        return "surely"
    if place.precision == 3:
        return "perhaps" if place.admin1 is None or wide.admin1 is None or place.admin1 == wide.admin1 else "no"
    km = kilometres(wide, place)
    return "perhaps" if km is not None and km <= TOWN_KM else "no"


def is_country(place: Place) -> bool:
    """Whether a place is a whole country."""
    country = countries().get(place.country or "")
    return country is not None and place.admin1 is None and fold(place.name) in (fold(country.name), fold(country.long_name))


def of_type(statistic: Statistic, event: Event) -> Fit:
    """The same sub-event type, or event type where that is all that is stated; perhaps where the types fit each other."""
    if statistic.sub_event_type in (None, event.sub_event_type):
        return "surely" if statistic.sub_event_type or statistic.event_type in (None, event.event_type) else "no"
    vague = {statistic.sub_event_type, event.sub_event_type} & generic_types()
    return "perhaps" if vague and kinship(statistic.sub_event_type, event.sub_event_type) > 0 else "no"


def among(wanted: Sequence[Actor], there: Sequence[Actor]) -> Fit:
    """Surely where all of a side are among those wanted, perhaps where some are, or nobody is named."""
    if not wanted:
        return "surely"
    named = [a for a in there if not fold(a.name).startswith(UNKNOWN)]
    if not named:
        return "perhaps"
    known = {fold(a.name) for a in wanted} | {a.id for a in wanted if a.id}
    shared = sum(fold(a.name) in known or a.id in known for a in named)
    return "surely" if shared == len(named) else "perhaps" if shared else "no"


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
