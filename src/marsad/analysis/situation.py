"""The situation of a country in some days: what happened, by whom, what is said of it, how access stands, what changed.

Figures carry their range as tallies do (`docs/how-to/tally.md`), and every one knows the events that it is made of.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from marsad.analysis.access import Entry, board, openness
from marsad.analysis.checks import Coverage, check
from marsad.analysis.coverage import Month, coverage, thin_months
from marsad.analysis.situation_changes import Changed, changes
from marsad.analysis.situation_reading import Held, weight
from marsad.analysis.tallies import Figure, Group, Tally, tally
from marsad.ledger.findings import Findings
from marsad.ledger.tallying_columns import Columns, columns_of, joined, taken
from marsad.linking.names import fold
from marsad.model import Claim, Condition, Event, Statistic

MEASURES = ("events", "killed", "injured")
KEY_EVENTS = 12
TOP = 10
Bucket = Literal["date", "week", "month"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some of the events: what they have in common (`key`, `None` where nothing states it), their figures, and which they are."""

    key: str | None
    events: Figure
    killed: Figure
    injured: Figure
    ids: tuple[str, ...]
    disputed: int = 0
    alone: int = 0
    untold: int = 0
    sources: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """What one speaker says of an event's dead or injured, in figures and in its own words; the claims that say so."""

    who: str
    role: str | None
    effect: str
    low: int | None
    high: int | None
    words: str
    stance: str
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """An event that is set out: who says how many, and its claims."""

    event: Event
    voices: tuple[Voice, ...]
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A speaker or outlet, and the events that it tells of."""

    name: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a report tells, in the order in which it does."""

    held: Held
    total: Part
    civilians: Part
    bucket: Bucket
    times: tuple[Part, ...]
    types: tuple[Part, ...]
    regions: tuple[Part, ...]
    actors: tuple[Part, ...]
    key: tuple[Telling, ...]
    statistics: tuple[Coverage, ...]
    access: tuple[Entry, ...]
    turned: tuple[Condition, ...]
    changes: tuple[Changed, ...]
    months: tuple[Month, ...]
    thin: tuple[Month, ...]
    sources: tuple[Source, ...]


def situation(held: Held) -> Situation:
    """All that a report says of what is held."""
    found, asked = held.found, held.question
    period = Period.of(asked.since, asked.until, found.events)
    bucket = bucket_of(asked.since, asked.until)
    at = asked.at or asked.until
    own = {e.id for e in found.events}
    whole = joined(columns_of(e for e in held.preceding if e.id not in own), period.columns)
    months = coverage(whole, outlets=held.outlets or (), until=asked.until[:7])
    regions = coverage(whole, level="admin1", until=asked.until[:7])
    within = [m for m in (*months, *regions) if asked.since[:7] <= m.month <= asked.until[:7]]
    return Situation(
        held=held,
        total=period.whole(),
        civilians=period.only(lambda e: e.civilian_targeting).whole(),
        bucket=bucket,
        times=tuple(filled(period.parts((bucket,), lambda e: buckets(e, bucket)), asked.since, asked.until, bucket)),
        types=most(period.parts(("sub_event_type",), lambda e: (e.sub_event_type,))),
        regions=most(period.parts(("country", "admin1"), lambda e: (e.place.admin1 if e.place else None,))),
        actors=most(period.parts(("who",), lambda e: tuple(dict.fromkeys(a.name for a in e.who)) or (None,))),
        key=tuple(key_events(found)),
        statistics=tuple(beside(held)),
        access=board(found.conditions, found.claims, at=at),
        turned=tuple(c for c in found.conditions if c.since and asked.since <= c.since <= asked.until),
        changes=changes(held),
        months=tuple(m for m in within if m in months),
        thin=thin_months(within),
        sources=tuple(sources_of(found.events)),
    )


def bucket_of(since: str, until: str) -> Bucket:
    """By which stretch of time a period is told: days up to six weeks, weeks up to half a year, else months."""
    days = (dt.date.fromisoformat(until) - dt.date.fromisoformat(since)).days + 1
    return "date" if days <= 45 else "week" if days <= 190 else "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Events and the days that they are counted in."""

    since: str
    until: str
    events: Sequence[Event]
    columns: Columns
    sure: Columns
    """Those that end in the period and on whose day no source differs."""

    @classmethod
    def of(cls, since: str, until: str, events: Sequence[Event]) -> Period:
        return cls.over(since, until, events, columns_of(events))

    @classmethod
    def over(cls, since: str, until: str, events: Sequence[Event], columns: Columns) -> Period:
        sure = [(e.date_last or "9999") <= until and "when" not in e.disputed for e in events]
        rows = np.flatnonzero(np.array(sure, bool))
        return cls(since=since, until=until, events=events, columns=columns, sure=taken(columns, rows))

    def only(self, fits: Callable[[Event], bool]) -> Period:
        """Those of the events that fit."""
        good = [fits(e) for e in self.events]
        events = [e for e, fit in zip(self.events, good, strict=True) if fit]
        return Period.over(self.since, self.until, events, taken(self.columns, np.flatnonzero(np.array(good, bool))))

    def whole(self) -> Part:
        """All of them as one."""
        return self.parts((), lambda e: ("",))[0] if self.events else NOTHING

    def parts(self, by: Sequence[str], keys: Callable[[Event], tuple[str | None, ...]]) -> list[Part]:
        """The events by a dimension. Best figures are those of events that begin in the period; low ones of those that surely lie
        in it; high ones of all that touch it."""
        begun = f"date >= '{self.since}' and date <= '{self.until}'"
        touching = by_key(tally(self.columns, by=by, measures=MEASURES))
        inside = by_key(tally(self.columns, by=by, where=begun, measures=MEASURES))
        least = by_key(tally(self.sure, by=by, where=begun, measures=MEASURES))
        ids: dict[str | None, list[str]] = {}
        for event in self.events:
            for key in keys(event):
                ids.setdefault(key, []).append(event.id)
        return [
            part(name[-1], group, inside.get(name), least.get(name), ids.get(name[-1], ())) for name, group in touching.items()
        ]


def by_key(found: Tally) -> dict[tuple[str | None, ...], Group]:
    """The groups of a tally by their keys; of one without dimensions, its total under an empty word."""
    return {g.keys: g for g in found.groups} if found.by else {("",): found.total}


def part(key: str | None, all_of_it: Group, inside: Group | None, sure: Group | None, ids: Sequence[str]) -> Part:
    """The figures of a group: low of what is sure, best of what is inside, high of all."""

    def figure(measure: str) -> Figure:
        return all_of_it.figure(measure)._replace(
            low=sure.figure(measure).low if sure else 0, best=inside.figure(measure).best if inside else 0
        )

    return Part(
        key=key,
        events=figure("events"),
        killed=figure("killed"),
        injured=figure("injured"),
        ids=tuple(ids),
        disputed=all_of_it.disputed,
        alone=all_of_it.alone,
        untold=all_of_it.figure("killed").untold,
        sources=all_of_it.sources,
    )


NONE = Figure(measure="events", low=0, best=0, high=0)
NOTHING = Part(key="", events=NONE, killed=NONE, injured=NONE, ids=())


def most(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Those with the most dead first, then with the most events."""
    return tuple(sorted(parts, key=lambda p: (p.key is None, -p.killed.best, -p.events.best, p.key or "")))


def buckets(event: Event, bucket: Bucket) -> tuple[str | None, ...]:
    """The days, weeks or months that an event touches; at most 400."""
    if event.date_first is None:
        return (None,)
    first = dt.date.fromisoformat(event.date_first)
    last = dt.date.fromisoformat(event.date_last or event.date_first)
    days = min((last - first).days, 400)
    return tuple(dict.fromkeys(name_of(first + dt.timedelta(days=n), bucket) for n in range(days + 1)))


def name_of(day: dt.date, bucket: Bucket) -> str:
    """What a tally calls the stretch of time that a day is in."""
    if bucket == "date":
        return day.isoformat()
    if bucket == "month":
        return day.isoformat()[:7]
    year, week, _ = day.isocalendar()
    return f"{year:04}-W{week:02}"


def filled(parts: Sequence[Part], since: str, until: str, bucket: Bucket) -> list[Part]:
    """All stretches of the period in order, those without events too."""
    known = {p.key: p for p in parts}
    first, days = dt.date.fromisoformat(since), (dt.date.fromisoformat(until) - dt.date.fromisoformat(since)).days
    names = dict.fromkeys(name_of(first + dt.timedelta(days=n), bucket) for n in range(days + 1))
    return [known.get(name) or Part(key=name, events=NONE, killed=NONE, injured=NONE, ids=()) for name in names]


def key_events(found: Findings) -> list[Telling]:
    """The weightiest events, in the order of time."""
    claims = {c.id: c for c in found.claims}
    held = [e for e in found.events if any(c in claims for c in e.claims)]
    chosen = sorted(held, key=weight)[:KEY_EVENTS]
    return [telling(e, claims) for e in sorted(chosen, key=lambda e: (e.date_first or "", e.id))]


def telling(event: Event, claims: Mapping[str, Claim]) -> Telling:
    """An event with what each speaker says of its dead and injured."""
    own = [claims[c] for c in event.claims if c in claims]
    voices: dict[tuple[object, ...], Voice] = {}
    for claim in own:
        speaker = claim.according_to[0] if claim.according_to else None
        for effect in ("killed", "injured"):
            count = next((c for c in claim.counts if c.effect == effect), None)
            if count is None:
                continue
            key = (fold(speaker.name) if speaker else claim.report, count.effect, count.low, count.high, claim.stance)
            old = voices.get(key)
            voices[key] = Voice(
                who=speaker.name if speaker else "",
                role=speaker.role if speaker else None,
                effect=count.effect,
                low=count.low,
                high=count.high,
                words=count.words,
                stance=claim.stance,
                claims=(*(old.claims if old else ()), claim.id),
            )
    return Telling(event=event, voices=tuple(voices.values()), claims=tuple(c.id for c in own))


def beside(held: Held) -> list[Coverage]:
    """Each statistic with the events underneath it."""
    below = dict(held.beneath)
    shown = [s for s in held.found.statistics if s.id in below]

    def events_of(told: Statistic) -> Iterable[Event]:
        return below[told.id] or ()

    found = check(shown, held.found.claims, events_of)
    return [too_many(c) if below[c.statistic.id] is None else c for c in found]


def too_many(item: Coverage) -> Coverage:
    return Coverage(statistic=item.statistic, sums=item.sums, note="too many events lie in its period to be compared here")


def sources_of(events: Iterable[Event]) -> list[Source]:
    """Who tells of how many of the events, most first."""
    told: dict[str, list[str]] = {}
    for event in events:
        for name in event.sources:
            told.setdefault(name, []).append(event.id)
    return [Source(name=n, ids=tuple(ids)) for n, ids in sorted(told.items(), key=lambda item: (-len(item[1]), item[0]))]


def shut(entries: Iterable[Entry]) -> list[Entry]:
    """The places where something is shut or besieged."""
    return [e for e in entries if any(openness(s.subject, s.state) == "shut" for s in e.standings)]
