"""The access board: what is open, closed, besieged or held on a day, since when, by whom, who says so and who disputes it.

Conditions are dated, sourced and disputable; the board sets out those that hold on one day, place by place, with the last
delivery that reached each. A state without a date is taken to hold from the first report of it on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from marsad.language.quantities import QUANTITY
from marsad.linking.names import fold
from marsad.model import Claim, Condition, Count, Place, TimePrecision

DELIVERY = "aid_delivery"
SUBJECTS = ("border_crossing", "corridor", "siege", "territory", "ceasefire")
"""The order in which the states of a place are told."""
WIDE = 3
"""The precision of a place that is known to a region or country only: it has no point."""
SHUT = {("border_crossing", "closed"), ("corridor", "blocked"), ("siege", "besieged"), ("ceasefire", "broken")}
PARTLY = {("border_crossing", "restricted"), ("corridor", "restricted"), ("territory", "contested"), ("ceasefire", "ended")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One state that holds on the day of the board. `id` is its condition's.

    `against` are other states that are told of the same day, with the ids of their conditions; `disputed_by` are speakers who
    deny or doubt it. `quiet` is how many days ago it was last told, `None` where no report of it has a date.
    """

    id: str
    subject: str
    state: str
    since: str | None
    precision: TimePrecision
    who: tuple[str, ...]
    sources: tuple[str, ...]
    disputed_by: tuple[str, ...]
    disputed: tuple[str, ...]
    against: tuple[tuple[str, str], ...]
    quiet: int | None
    voices: int
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A convoy or a handing-out: when it was told or happened, by whom, and what reached how many, in words."""

    id: str
    state: str
    day: str | None
    precision: TimePrecision
    who: tuple[str, ...]
    sources: tuple[str, ...]
    counts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A place on the board: its states, the last delivery that reached it, and the last that did not where that is newer."""

    place: Place
    standings: tuple[Standing, ...]
    delivered: Delivery | None = None
    thwarted: Delivery | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A state from a day until another; `None` where it is not stated, or goes on. `told` is when it was last told."""

    id: str
    state: str
    since: str | None
    until: str | None
    who: tuple[str, ...]
    disputed: bool
    assumed: bool
    told: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """The states of one subject at one place, in the order of time."""

    place: Place
    subject: str
    intervals: tuple[Interval, ...]


def board(conditions: Iterable[Condition], claims: Iterable[Claim] = (), *, at: str) -> tuple[Entry, ...]:
    """What holds on the day `at` (ISO), by country and place. With the claims, deliveries tell what reached whom.

    Raises `ValueError` where `at` is no date.
    """
    day = dt.date.fromisoformat(at).isoformat()
    known = {c.id: c for c in claims}
    places: dict[tuple[str, ...], list[Condition]] = {}
    for item in conditions:
        if item.place is not None:
            places.setdefault(place_key(item.place), []).append(item)
    entries = [entry_of(group, known, day) for group in places.values()]
    return tuple(sorted((e for e in entries if e), key=order))


def order(entry: Entry) -> tuple[str, str, str]:
    return entry.place.country or "~", entry.place.admin1 or "", entry.place.name


def place_key(place: Place) -> tuple[str, ...]:
    """What makes two places one: the gazetteer's id, or name and country."""
    return (place.id,) if place.id else (fold(place.name), place.country or "")


def entry_of(group: Sequence[Condition], claims: Mapping[str, Claim], day: str) -> Entry | None:
    standings = []
    for subject in SUBJECTS:
        there = [c for c in group if c.subject == subject and holds_on(c, day)]
        if there:
            standings += standings_of(there, day)
    deliveries = sorted(
        (c for c in group if c.subject == DELIVERY and (began(c) or "") <= day), key=lambda c: (began(c) or "", c.id)
    )
    delivered = next((c for c in reversed(deliveries) if c.state == "delivered"), None)
    thwarted = next((c for c in reversed(deliveries) if c.state != "delivered"), None)
    if thwarted and delivered and (began(thwarted) or "") < (began(delivered) or ""):
        thwarted = None
    if not standings and not delivered and not thwarted:
        return None
    return Entry(
        place=best_place(group),
        standings=tuple(standings),
        delivered=delivery_of(delivered, claims) if delivered else None,
        thwarted=delivery_of(thwarted, claims) if thwarted else None,
    )


def best_place(group: Sequence[Condition]) -> Place:
    """The most exact telling of the place."""
    places = [c.place for c in group if c.place]
    return min(places, key=lambda p: (p.precision or 9, p.admin1 is None, p.latitude is None, p.words))


def began(item: Condition) -> str | None:
    """The day from which a condition is taken to hold: its own, else that of its first report."""
    return item.since or item.told_first


def holds_on(item: Condition, day: str) -> bool:
    """Whether a condition holds on a day; on the day that another takes its place it no longer does."""
    start = began(item)
    if start is not None and start > day:
        return False
    if start is None and item.until is None:
        return True
    return item.until is None or item.until > day or (item.until == day and item.ended_by is None)


def standings_of(there: Sequence[Condition], day: str) -> list[Standing]:
    """The states of one subject: the newest, and others that hold beside it (several may hold parts of a place) or against it."""
    newest_first = sorted(there, key=lambda c: (began(c) or "", c.told_last or "", c.voices, c.id), reverse=True)
    shown: dict[tuple[str, tuple[str, ...]], Condition] = {}
    for item in newest_first:
        shown.setdefault((item.state, tuple(sorted(a.name for a in item.who))), item)
    main = newest_first[0]
    kept = [c for c in shown.values() if c is main or (c.subject == "territory" and c.state == main.state)]
    rivals = [c for c in shown.values() if c not in kept]
    return [standing_of(item, [c for c in rivals if c.state != item.state], day) for item in kept]


def standing_of(item: Condition, others: Sequence[Condition], day: str) -> Standing:
    last = item.told_last
    against = {(c.state, c.id) for c in others} | {(state, item.id) for state in item.rivals}
    return Standing(
        id=item.id,
        subject=item.subject,
        state=item.state,
        since=item.since,
        precision=item.precision,
        who=tuple(dict.fromkeys(a.name for a in item.who)),
        sources=tuple(dict.fromkeys(s.name for s in item.according_to)),
        disputed_by=tuple(dict.fromkeys(s.name for s in item.disputed_by)),
        disputed=item.disputed,
        against=tuple(sorted(against)),
        quiet=None if last is None or last > day else (dt.date.fromisoformat(day) - dt.date.fromisoformat(last[:10])).days,
        voices=item.voices,
        confidence=item.confidence,
    )


def delivery_of(item: Condition, claims: Mapping[str, Claim]) -> Delivery:
    told = [count for c in item.claims if c in claims for count in claims[c].counts if count.words]
    return Delivery(
        id=item.id,
        state=item.state,
        day=began(item),
        precision=item.precision if item.since else "unknown",
        who=tuple(dict.fromkeys(a.name for a in item.who)),
        sources=tuple(dict.fromkeys(s.name for s in item.according_to)),
        counts=tuple(dict.fromkeys(worded(c) for c in told)),
    )


def worded(count: Count) -> str:
    """A count in its own words, with what is counted after them where they don't name it.

    >>> worded(Count(effect="trucks", words="26 lorries")), worded(Count(effect="trucks", words="at least 26"))
    ('26 lorries', 'at least 26 trucks')
    >>> worded(Count(effect="reached", words="5,000 people"))
    '5,000 people reached'
    """
    named = count.effect == "trucks" and not QUANTITY.fullmatch(count.words)
    return count.words if named else f"{count.words} {count.effect.replace('_', ' ')}"


def timeline(conditions: Iterable[Condition]) -> tuple[Track, ...]:
    """All states of each subject at each place in the order of time, deliveries too."""
    groups: dict[tuple[str, ...], list[Condition]] = {}
    for item in conditions:
        if item.place is not None:
            groups.setdefault((item.subject, *place_key(item.place)), []).append(item)
    tracks = [
        Track(
            place=best_place(group),
            subject=group[0].subject,
            intervals=tuple(interval_of(c) for c in sorted(group, key=lambda c: (began(c) or "", c.until or "9", c.id))),
        )
        for group in groups.values()
    ]
    rank = {name: n for n, name in enumerate((*SUBJECTS, DELIVERY))}
    return tuple(sorted(tracks, key=lambda t: (t.place.country or "~", t.place.name, rank.get(t.subject, 9))))


def interval_of(item: Condition) -> Interval:
    return Interval(
        id=item.id,
        state=item.state,
        since=began(item),
        until=began(item) if item.subject == DELIVERY else item.until,
        who=tuple(dict.fromkeys(a.name for a in item.who)),
        disputed=bool(item.disputed_by or item.disputed or item.rivals),
        assumed=item.since is None,
        told=item.told_last[:10] if item.told_last else None,
    )


def openness(subject: str, state: str) -> str:
    """Whether a state lets people and goods pass: `open`, `partly`, `shut`, or `held` where it says who is there.

    >>> openness("siege", "besieged"), openness("border_crossing", "open"), openness("territory", "held")
    ('shut', 'open', 'held')
    """
    if (subject, state) in SHUT:
        return "shut"
    if (subject, state) in PARTLY:
        return "partly"
    return "held" if subject == "territory" else "open"


def worst(entry: Entry) -> str:
    """How open a place is altogether: shut where one thing shuts it."""
    found = {openness(s.subject, s.state) for s in entry.standings}
    return next((word for word in ("shut", "partly", "open", "held") if word in found), "open" if entry.delivered else "shut")
