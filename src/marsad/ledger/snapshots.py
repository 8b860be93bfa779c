"""A ledger's events in memory, kept up to date in small steps: what counts, charts and maps over all of them are made from.

`base` are the events as columns at some number of the log, in the order of their days; `alive` marks those that have not changed
since, and `tail` are these as they are now with all that came since. A step costs what has changed; the base is made anew when
the tail has grown.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy import Connection, select

from marsad.ledger import schema
from marsad.ledger.inforce import last_seq
from marsad.ledger.narrow import SPAN, day_number
from marsad.ledger.records import decode
from marsad.ledger.store import Ledger
from marsad.ledger.tallying import columns, last_bodies
from marsad.ledger.tallying_columns import UNKNOWN, Coded, Columns, Listed, Numbers, columns_of, joined, taken
from marsad.model import Event

NOWHERE = np.float32(np.nan)
STEP = 0.5
"""Seconds for which a look at the ledger is good, where the caller does not ask for the very last state."""
PATIENCE = 1.0
"""Seconds to wait for another's look at the ledger."""
KEPT = 64
LEAST_TAIL = 20_000
REGION = 3
EDGE = 85.0511
"""The latitude at which web maps end."""
Rows = slice | Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Events as columns, with their points (not a number where none is known), and which of them are in force.

    `seqs` are the numbers of their revisions. `south` is how far south on a web map a point lies, from 0 at its upper edge to 1
    at its lower; `placed` are those that have a point of their own there: not none at all, nor a region's.
    """

    columns: Columns
    latitude: Numbers
    longitude: Numbers
    south: Numbers
    placed: Numbers
    seqs: Numbers
    alive: Numbers | None = None

    def standing(self) -> Numbers:
        """A truth value for each event: whether it is in force."""
        return np.ones(len(self.columns), bool) if self.alive is None else self.alive


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All events as of number `seq` of the log. `order` sorts the base by id, `long` are its rows of more than a month.

    `dead` are the rows of the base that are no longer in force, `undated` is how many of its first ones have no date, and `began`
    the number of the log that the base was made at: what is worked out of the base holds as long as that stays the same.
    """

    seq: int
    base: Part
    tail: Part
    order: Numbers
    long: Numbers
    dead: Numbers
    undated: int
    began: int

    @property
    def parts(self) -> tuple[Part, ...]:
        """The two parts, the second left out where it is empty."""
        return (self.base, self.tail) if len(self.tail.columns) else (self.base,)

    def within(self, since: str | None, until: str | None) -> Iterator[tuple[Part, Rows | None]]:
        """The parts in which events of those days can be, each with its rows of the base (`None`: it is the tail)."""
        days = self.base.columns.ints["day"]
        first, last = day_number(since), day_number(until)
        start = 0 if first is None and last is None else before(days, max(0, (first or 0) - SPAN))
        end = len(days) if last is None else before(days, last + 1)
        window = slice(start, max(start, end))
        yield (self.base if window == slice(0, len(days)) else cut(self.base, window)), window
        early = self.long[self.long < start] if first is not None else self.long[:0]
        if len(early):
            yield chosen(self.base, early), early
        if len(self.tail.columns):
            yield self.tail, None

    def __len__(self) -> int:
        return len(self.base.columns) - len(self.dead) + len(self.tail.columns)


def before(days: Numbers, day: int) -> int:
    """How many of days in order lie before one. The day has to be of their type, or all of them would be copied."""
    return int(np.searchsorted(days, days.dtype.type(min(day, np.iinfo(days.dtype).max))))


class Memory:
    """The snapshots of one ledger. Safe for many threads; one of them at a time looks for what is new."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.lock = threading.Lock()
        self.recent: OrderedDict[int, Snapshot] = OrderedDict()
        self.looked = -STEP

    def now(self, *, fresh: bool = False) -> Snapshot:
        """The events as they are, or were half a second ago; with `fresh` as they are.

        Who asks while another looks waits for what that one finds; where it takes long, he has the last state meanwhile.
        """
        held = self.young() if not fresh else None
        if held is not None:
            return held
        last = self.last()
        if not self.lock.acquire(timeout=-1 if last is None or fresh else PATIENCE) and last is not None:
            return last
        try:
            held = self.young() if not fresh else None
            return held if held is not None else self.looked_again()
        finally:
            self.lock.release()

    def last(self) -> Snapshot | None:
        return next(reversed(self.recent.values()), None)

    def young(self) -> Snapshot | None:
        """The last state, where it was looked for a moment ago."""
        return self.last() if time.monotonic() - self.looked < STEP else None

    def looked_again(self) -> Snapshot:
        """The state of now, kept; the lock is held."""
        begun_at = time.monotonic()
        found = self.step(self.last())
        self.looked = begun_at
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
    seqs = np.zeros(len(held), np.int64)
    with ledger.read() as connection:
        table = schema.events
        known = (table.c.seq <= held.seq, table.c.ended > held.seq)
        rows = connection.execute(select(table.c.id, table.c.latitude, table.c.longitude, table.c.seq).where(*known))
        for chunk in rows.partitions(50_000):
            at = rows_of(held, order, [row[0] for row in chunk])
            there = at >= 0
            latitude[at[there]] = np.array([row[1] for row in chunk], np.float32)[there]
            longitude[at[there]] = np.array([row[2] for row in chunk], np.float32)[there]
            seqs[at[there]] = np.array([row[3] for row in chunk], np.int64)[there]
        base = made(held, latitude, longitude, seqs)
        return advanced(connection, begun(base, held.seq), last_seq(connection))


def begun(base: Part, seq: int) -> Snapshot:
    """A snapshot of these events alone, put into the order of their days."""
    held = base.columns
    sorted_base = chosen(base, np.lexsort((held.ids, held.ints["day"])))
    held = sorted_base.columns
    long = np.flatnonzero(held.ints["last"] - held.ints["day"] > SPAN)
    order = np.argsort(held.ids, kind="stable")
    return Snapshot(
        seq=seq,
        base=sorted_base,
        tail=part_of([], seq=seq),
        order=order,
        long=long,
        dead=long[:0],
        undated=before(held.ints["day"], 0),
        began=seq,
    )


def advanced(connection: Connection, last: Snapshot, seq: int) -> Snapshot:
    """The snapshot with what changed up to a number of the log."""
    changed: list[str] = []
    events: list[Event] = []
    numbers: list[int] = []
    for number, fold, body in last_bodies(connection, last.seq, seq):
        changed.append(fold)
        if body is not None:
            events.append(decode(body))
            numbers.append(number)
    if not changed:
        return replace(last, seq=seq)
    at = rows_of(last.base.columns, last.order, changed)
    alive = last.base.standing().copy()
    alive[at[at >= 0]] = False
    dead = np.union1d(last.dead, at[at >= 0])
    stays = ~np.isin(last.tail.columns.ids, encoded(changed))
    tail = together(chosen(last.tail, np.flatnonzero(stays)), part_of(events, seq=seq, seqs=numbers))
    found = replace(last, seq=seq, base=replace(last.base, alive=alive), tail=tail, dead=dead)
    return merged(found) if len(tail.columns) > max(LEAST_TAIL, len(alive) // 10) else found


def merged(found: Snapshot) -> Snapshot:
    """The same with all events in the base."""
    return begun(together(chosen(found.base, np.flatnonzero(found.base.standing())), found.tail), found.seq)


def part_of(events: Sequence[Event], *, seq: int = 0, seqs: Sequence[int] | None = None) -> Part:
    """Events in hand as a part; `seqs` are the numbers of their revisions, 0 where they are not told."""
    points = [(e.place.latitude, e.place.longitude) if e.place else (None, None) for e in events]
    latitude = np.array([NOWHERE if p[0] is None or p[1] is None else p[0] for p in points], np.float32)
    longitude = np.array([NOWHERE if p[0] is None or p[1] is None else p[1] for p in points], np.float32)
    numbers = np.zeros(len(events), np.int64) if seqs is None else np.array(seqs, np.int64)
    return made(columns_of(events, seq=seq), latitude, longitude, numbers)


def made(
    held: Columns,
    latitude: Numbers,
    longitude: Numbers,
    seqs: Numbers,
    alive: Numbers | None = None,
    south: Numbers | None = None,
) -> Part:
    """A part of columns, points and numbers of revisions."""
    return Part(
        columns=held,
        latitude=latitude,
        longitude=longitude,
        south=mercator(latitude) if south is None else south,
        placed=~(np.isnan(latitude) | (held.ints["geo_precision"] == REGION)),
        seqs=seqs,
        alive=alive,
    )


def mercator(latitude: Numbers) -> Numbers:
    """How far south points lie on a web map."""
    bounded = np.clip(latitude, -EDGE, EDGE)
    return np.asarray(0.5 - np.log(np.tan(np.pi / 4 + np.radians(bounded) / 2)) / (2 * np.pi))


def chosen(part: Part, rows: Numbers) -> Part:
    """Those rows alone, in the order given."""
    alive = None if part.alive is None else part.alive[rows]
    points = (part.latitude[rows], part.longitude[rows], part.seqs[rows])
    return made(taken(part.columns, rows), *points, alive, part.south[rows])


def cut(part: Part, rows: slice) -> Part:
    """A stretch of rows; nothing is copied but where lists begin."""
    held = part.columns
    listed = {}
    for name, item in held.listed.items():
        offsets = item.offsets[rows.start : rows.stop + 1]
        codes = item.codes[offsets[0] : offsets[-1]]
        listed[name] = Listed(offsets=offsets - offsets[0], codes=codes, names=item.names)
    return Part(
        columns=Columns(
            ids=held.ids[rows],
            ints={name: values[rows] for name, values in held.ints.items()},
            confidence=held.confidence[rows],
            coded={name: Coded(codes=c.codes[rows], names=c.names) for name, c in held.coded.items()},
            listed=listed,
            seq=held.seq,
        ),
        latitude=part.latitude[rows],
        longitude=part.longitude[rows],
        south=part.south[rows],
        placed=part.placed[rows],
        seqs=part.seqs[rows],
        alive=None if part.alive is None else part.alive[rows],
    )


def together(one: Part, other: Part) -> Part:
    """The rows of both, all of which are in force."""
    names = ("latitude", "longitude", "seqs", "south")
    latitude, longitude, seqs, south = (np.concatenate([getattr(one, name), getattr(other, name)]) for name in names)
    return made(joined(one.columns, other.columns), latitude, longitude, seqs, None, south)


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


def ids_among(part: Part, ids: Sequence[str], order: Numbers | None = None) -> Numbers:
    """Which events of a part have one of those ids."""
    found = np.zeros(len(part.columns), bool)
    if order is None:
        return np.isin(part.columns.ids, encoded(ids)) if ids else found
    rows = rows_of(part.columns, order, ids)
    found[rows[rows >= 0]] = True
    return found
