"""A ledger's events in memory, kept up to date in small steps: what counts, charts and maps over all of them are made from.

`base` are the events as columns at some number of the log; `gone` marks those that have changed since, and `tail` are these as
they are now with all that came since. A step costs what has changed; the base is made anew when the tail has grown.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection, select

from marsad.ledger import schema
from marsad.ledger.inforce import last_seq
from marsad.ledger.narrow import day_number
from marsad.ledger.records import decode
from marsad.ledger.store import Ledger
from marsad.ledger.tallying import columns, last_bodies
from marsad.ledger.tallying_columns import UNKNOWN, Columns, Numbers, columns_of, joined, taken
from marsad.model import Event

NOWHERE = np.float32(np.nan)
STEP = 0.5
"""Seconds for which a look at the ledger is good, where the caller does not ask for the very last state."""
KEPT = 64
LEAST_TAIL = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Events as columns, with their points (not a number where none is known), and which of them are in force."""

    columns: Columns
    latitude: Numbers
    longitude: Numbers
    alive: Numbers | None = None

    def standing(self) -> Numbers:
        """A truth value for each event: whether it is in force."""
        return np.ones(len(self.columns), bool) if self.alive is None else self.alive


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All events as of number `seq` of the log."""

    seq: int
    base: Part
    tail: Part
    order: Numbers

    @property
    def parts(self) -> tuple[Part, ...]:
        """The two parts, the second left out where it is empty."""
        return (self.base, self.tail) if len(self.tail.columns) else (self.base,)

    def __len__(self) -> int:
        return int(self.base.standing().sum()) + len(self.tail.columns)


class Facet(NamedTuple):
    """A value of a field and how many events have it; `None` is for those in which nothing states one."""

    value: str | None
    events: int


class Bin(NamedTuple):
    """The events that begin in a stretch of days, and their dead (best figures)."""

    start: str
    events: int
    killed: int


class Memory:
    """The snapshots of one ledger. Safe for many threads; one of them at a time looks for what is new."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.lock = threading.Lock()
        self.recent: OrderedDict[int, Snapshot] = OrderedDict()
        self.looked = -STEP

    def now(self, *, fresh: bool = False) -> Snapshot:
        """The events as they are, or were half a second ago; with `fresh` as they are."""
        last = next(reversed(self.recent.values()), None)
        if last is not None and not fresh and time.monotonic() - self.looked < STEP:
            return last
        if last is not None and not fresh and self.lock.locked():
            return last
        with self.lock:
            last = next(reversed(self.recent.values()), None)
            found = self.step(last)
            self.looked = time.monotonic()
            self.recent[found.seq] = found
            self.recent.move_to_end(found.seq)
            while len(self.recent) > KEPT:
                self.recent.popitem(last=False)
            return found

    def at(self, seq: int) -> Snapshot | None:
        """The snapshot of that number of the log, where it is still kept."""
        return self.recent.get(seq)

    def step(self, last: Snapshot | None) -> Snapshot:
        with self.ledger.read() as connection:
            seq = last_seq(connection)
            if last is not None and last.seq <= seq:
                return last if last.seq == seq else advanced(connection, last, seq)
        return first(self.ledger)


def first(ledger: Ledger) -> Snapshot:
    """A snapshot from nothing: the columns that the ledger keeps, and the points of its index table."""
    held = columns(ledger)
    order = np.argsort(held.ids, kind="stable")
    latitude, longitude = (np.full(len(held), NOWHERE, np.float32) for _ in range(2))
    with ledger.read() as connection:
        table = schema.events
        known = (table.c.seq <= held.seq, table.c.ended > held.seq, table.c.latitude.is_not(None))
        rows = connection.execute(select(table.c.id, table.c.latitude, table.c.longitude).where(*known))
        for chunk in rows.partitions(50_000):
            at = rows_of(held, order, [row[0] for row in chunk])
            there = at >= 0
            latitude[at[there]] = np.array([row[1] for row in chunk], np.float32)[there]
            longitude[at[there]] = np.array([row[2] for row in chunk], np.float32)[there]
        base = Part(columns=held, latitude=latitude, longitude=longitude)
        start = Snapshot(seq=held.seq, base=base, tail=part_of([], seq=held.seq), order=order)
        return advanced(connection, start, last_seq(connection))


def advanced(connection: Connection, last: Snapshot, seq: int) -> Snapshot:
    """The snapshot with what changed up to a number of the log."""
    changed: list[str] = []
    events: list[Event] = []
    for fold, body in last_bodies(connection, last.seq, seq):
        changed.append(fold)
        if body is not None:
            events.append(decode(body))
    if not changed:
        return replace(last, seq=seq)
    at = rows_of(last.base.columns, last.order, changed)
    alive = last.base.standing().copy()
    alive[at[at >= 0]] = False
    stays = ~np.isin(last.tail.columns.ids, encoded(changed))
    tail = together(chosen(last.tail, np.flatnonzero(stays)), part_of(events, seq=seq))
    found = Snapshot(seq=seq, base=replace(last.base, alive=alive), tail=tail, order=last.order)
    return merged(found) if len(tail.columns) > max(LEAST_TAIL, len(alive) // 10) else found


def merged(found: Snapshot) -> Snapshot:
    """The same with all events in the base."""
    base = together(chosen(found.base, np.flatnonzero(found.base.standing())), found.tail)
    order = np.argsort(base.columns.ids, kind="stable")
    return Snapshot(seq=found.seq, base=base, tail=part_of([], seq=found.seq), order=order)


def part_of(events: Sequence[Event], *, seq: int = 0) -> Part:
    """Events in hand as a part."""
    points = [(e.place.latitude, e.place.longitude) if e.place else (None, None) for e in events]
    return Part(
        columns=columns_of(events, seq=seq),
        latitude=np.array([NOWHERE if p[0] is None or p[1] is None else p[0] for p in points], np.float32),
        longitude=np.array([NOWHERE if p[0] is None or p[1] is None else p[1] for p in points], np.float32),
    )


def chosen(part: Part, rows: Numbers) -> Part:
    return Part(columns=taken(part.columns, rows), latitude=part.latitude[rows], longitude=part.longitude[rows])


def together(one: Part, other: Part) -> Part:
    return Part(
        columns=joined(one.columns, other.columns),
        latitude=np.concatenate([one.latitude, other.latitude]),
        longitude=np.concatenate([one.longitude, other.longitude]),
    )


def encoded(ids: Sequence[str]) -> Numbers:
    return np.array([i.encode("utf-8", "replace") for i in ids], dtype=np.bytes_)


def rows_of(held: Columns, order: Numbers, ids: Sequence[str]) -> Numbers:
    """The row of each id, -1 where there is none; `order` sorts the rows by id."""
    if not len(held) or not ids:
        return np.full(len(ids), UNKNOWN, np.int64)
    wanted = encoded(ids)
    at = np.minimum(np.searchsorted(held.ids, wanted, sorter=order), len(held) - 1)
    rows = order[at]
    return np.where(held.ids[rows] == wanted, rows, UNKNOWN)


def ids_among(part: Part, ids: set[str], order: Numbers | None = None) -> Numbers:
    """Which events of a part have one of those ids."""
    found = np.zeros(len(part.columns), bool)
    if order is None:
        return np.isin(part.columns.ids, encoded(sorted(ids))) if ids else found
    rows = rows_of(part.columns, order, sorted(ids))
    found[rows[rows >= 0]] = True
    return found


NAMED = ("event_type", "sub_event_type", "country", "admin1", "place")
LISTED = ("actor", "who", "whom", "who_kind", "whom_kind", "actor_kind", "source")
FLAGS = {"disputed": "disputes", "civilian_targeting": "civilian_targeting", "accepted": "accepted", "background": "background"}
LEVELS = ("geo_precision", "time_precision")
FACETS = (*NAMED, *LISTED, *FLAGS, *LEVELS, "year", "confidence")
BANDS = (0.0, 0.25, 0.5, 0.75, 0.9)
"""Where the bands of confidence begin."""


def facet(parts: Sequence[tuple[Part, Numbers]], name: str, *, limit: int = 20) -> tuple[Facet, ...]:
    """How many of the chosen events have each value of a field, the most frequent first; levels and years in their order.

    An event with several actors or sources counts under each. Raises `KeyError` for a field that is none of `FACETS`.
    """
    if name not in FACETS:
        raise KeyError(name)
    totals: dict[str | None, int] = {}
    for part, mask in parts:
        for value, events in counted(part, mask, name).items():
            totals[value] = totals.get(value, 0) + events
    if name in LEVELS or name in ("year", "confidence") or name in FLAGS:
        return tuple(Facet(value, n) for value, n in sorted(totals.items(), key=lambda p: (p[0] is None, p[0] or "")) if n)
    ranked = sorted(((v, n) for v, n in totals.items() if n), key=lambda p: (-p[1], p[0] is None, p[0] or ""))
    return tuple(Facet(value, n) for value, n in ranked[:limit])


def counted(part: Part, mask: Numbers, name: str) -> Mapping[str | None, int]:
    held = part.columns
    if name in NAMED:
        item = held.coded[name]
        counts = np.bincount(item.codes[mask] + 1, minlength=1)
        return {None if n == 0 else item.names[n - 1]: int(counts[n]) for n in np.flatnonzero(counts)}
    if name in LISTED:
        many = held.listed[name]
        counts = np.bincount(many.codes[np.repeat(mask, np.diff(many.offsets))], minlength=1)
        return {many.names[n]: int(counts[n]) for n in np.flatnonzero(counts)} if many.names else {}
    if name in FLAGS:
        yes = int((held.ints[FLAGS[name]][mask] > 0).sum())
        return {"true": yes, "false": int(mask.sum()) - yes}
    if name == "confidence":
        counts = np.bincount(np.searchsorted(np.array(BANDS), held.confidence[mask], side="right"), minlength=len(BANDS) + 1)
        return {f"{BANDS[max(n - 1, 0)]:g}": int(counts[n]) for n in np.flatnonzero(counts).tolist()}
    if name == "year":
        return {b.start[:4] if b.start else None: b.events for b in binned(part, mask, "year")}
    counts = np.bincount(held.ints[name][mask] + 1, minlength=1)
    return {None if n == 0 else str(n - 1): int(counts[n]) for n in np.flatnonzero(counts)}


UNITS = {"day": "datetime64[D]", "month": "datetime64[M]", "year": "datetime64[Y]"}
EPOCH = 719_163
"""The number of the day 1970-01-01."""


def timeline(parts: Sequence[tuple[Part, Numbers]], unit: str) -> tuple[Bin, ...]:
    """The chosen events by the day, week, month or year in which they begin; those without a date under an empty `start`.

    Raises `KeyError` for another unit.
    """
    totals: dict[str, list[int]] = {}
    for part, mask in parts:
        for one in binned(part, mask, unit):
            total = totals.setdefault(one.start, [0, 0])
            total[0] += one.events
            total[1] += one.killed
    return tuple(Bin(start, *totals[start]) for start in sorted(totals))


def binned(part: Part, mask: Numbers, unit: str) -> list[Bin]:
    days = part.columns.ints["day"][mask]
    killed = part.columns.ints["killed_best"][mask]
    killed = np.where(killed < 0, np.maximum(part.columns.ints["killed_low"][mask], 0), killed)
    if unit == "week":
        codes = np.where(days < 0, UNKNOWN, (days - 1) // 7)
    elif unit in UNITS:
        since = (days.astype(np.int64) - EPOCH).astype("datetime64[D]")
        codes = np.where(days < 0, UNKNOWN, since.astype(UNITS[unit]).astype(np.int64))
    else:
        raise KeyError(unit)
    if not len(codes):
        return []
    known = codes[days >= 0]
    least = int(known.min()) if len(known) else 0
    slots = np.where(days < 0, 0, codes - least + 1)
    events, dead = np.bincount(slots), np.bincount(slots, weights=killed)
    return [Bin(start_of(int(n) + least - 1, unit) if n else "", int(events[n]), int(dead[n])) for n in np.flatnonzero(events)]


def start_of(code: int, unit: str) -> str:
    """The first day of a stretch.

    >>> start_of(0, "day"), start_of(673, "month"), start_of(56, "year"), start_of(105666, "week")
    ('1970-01-01', '2026-02-01', '2026-01-01', '2026-02-16')
    """
    if unit == "year":
        return f"{1970 + code:04}-01-01"
    if unit == "month":
        return f"{1970 + code // 12:04}-{code % 12 + 1:02}-01"
    return dt.date.fromordinal(code * 7 + 1 if unit == "week" else code + EPOCH).isoformat()


def ranked(
    parts: Sequence[tuple[Part, Numbers]], order: str, *, after: tuple[int | str, ...] | None, limit: int
) -> list[tuple[tuple[int | str, ...], int, int]]:
    """The first of the chosen events in an order, after a key: each one's key, day and dead. The last part of a key is the id.

    The orders are those of `marsad.ledger.lookup.Filter`.
    """
    found: list[tuple[tuple[int | str, ...], int, int]] = []
    for part, mask in parts:
        rows = np.flatnonzero(mask)
        days = part.columns.ints["day"][rows].astype(np.int64)
        days[days < 0] = schema.UNDATED
        dead = figures(part.columns, rows)
        newest = np.where(days == schema.UNDATED, 1, -days)
        keys = {"oldest": [days], "newest": [newest], "deadliest": [-dead, days]}[order]
        ids = part.columns.ids[rows]
        for n in nearest([*keys, ids], beyond(keys, ids, after), limit).tolist():
            found.append(((*(int(k[n]) for k in keys), ids[n].decode()), int(days[n]), int(dead[n])))
    return sorted(found)[:limit]


def beyond(keys: Sequence[Numbers], ids: Numbers, after: tuple[int | str, ...] | None) -> Numbers:
    """The rows that come after a key."""
    if after is None:
        return np.arange(len(ids))
    later, same = np.zeros(len(ids), bool), np.ones(len(ids), bool)
    for key, value in zip(keys, after, strict=False):
        later |= same & (key > value)
        same &= key == value
    ties = np.flatnonzero(same)
    later[ties] = ids[ties] > str(after[-1]).encode()
    return np.flatnonzero(later)


def nearest(keys: Sequence[Numbers], rows: Numbers, limit: int) -> Numbers:
    """The first `limit` of those rows, in whatever order; no two have the same last key."""
    if len(rows) <= limit:
        return rows
    if len(keys) == 1:
        return rows[np.argsort(keys[0][rows], kind="stable")[:limit]]
    lead = keys[0][rows]
    edge = np.partition(lead, limit - 1)[limit - 1]
    before, level = rows[lead < edge], rows[lead == edge]
    return np.concatenate([before, nearest(keys[1:], level, limit - len(before))])


def figures(held: Columns, rows: Numbers) -> Numbers:
    """The dead of events: best figure, else the lowest, -1 where none is told."""
    best = held.ints["killed_best"][rows].astype(np.int64)
    return np.where(best < 0, held.ints["killed_low"][rows], best)


def within_days(held: Columns, since: str | None, until: str | None) -> Numbers | None:
    """Which events overlap those days; `None` for no such test."""
    tests = []
    day, last = held.ints["day"], held.ints["last"]
    if since and (first_day := day_number(since)) is not None:
        tests.append((last >= first_day) & (day >= 0))
    if until and (last_day := day_number(until)) is not None:
        tests.append((day <= last_day) & (day >= 0))
    return np.asarray(np.logical_and.reduce(tests)) if tests else None


class Span(NamedTuple):
    """A name, how many events have it, and the first and last of their first days (empty where none is dated)."""

    name: str
    events: int
    first: str
    last: str


def spans(parts: Sequence[tuple[Part, Numbers]], name: str) -> tuple[Span, ...]:
    """Every value of a field of names, in order, with its events and their days. Raises `KeyError` for another field."""
    totals: dict[str, list[int]] = {}
    for part, mask in parts:
        held = part.columns
        if name in NAMED:
            rows, codes, names = np.flatnonzero(mask), held.coded[name].codes[mask], held.coded[name].names
        elif name in LISTED:
            many = held.listed[name]
            kept = np.repeat(mask, np.diff(many.offsets))
            rows, codes, names = many.owners()[kept], many.codes[kept], many.names
        else:
            raise KeyError(name)
        for code, events, first, last in spread_of(codes, held.ints["day"][rows]):
            total = totals.setdefault(names[code], [0, schema.UNDATED, 0])
            total[0] += events
            total[1], total[2] = min(total[1], first), max(total[2], last)
    return tuple(Span(n, t[0], day_name(t[1]), day_name(t[2])) for n, t in sorted(totals.items()))


def spread_of(codes: Numbers, days: Numbers) -> list[tuple[int, int, int, int]]:
    """Each code that occurs: how often, and the first and last day beside it."""
    known = codes >= 0
    codes, days = codes[known], days[known]
    order = np.argsort(codes, kind="stable")
    codes, days = codes[order], days[order]
    if not len(codes):
        return []
    starts = np.flatnonzero(np.concatenate([[True], codes[1:] != codes[:-1]]))
    counts = np.diff(np.append(starts, len(codes)))
    first = np.minimum.reduceat(np.where(days < 0, schema.UNDATED, days), starts)
    last = np.maximum.reduceat(days, starts)
    return list(zip(codes[starts].tolist(), counts.tolist(), first.tolist(), last.tolist(), strict=True))


def day_name(number: int) -> str:
    return dt.date.fromordinal(number).isoformat() if 0 < number < schema.UNDATED else ""
