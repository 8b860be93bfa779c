"""Finding what a question asks for: by the ledger's own look-up where that can say it, else over its events in memory."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from marsad.analysis.tallies_fields import holds, values_of
from marsad.analysis.tallies_select import named, passing
from marsad.ledger.bodies import Bodies, Body, page_of
from marsad.ledger.bodies import named as bodies_named
from marsad.ledger.clusters import added
from marsad.ledger.facets import Ranked, figures, leading, ranked, within_days
from marsad.ledger.lookup import Row, beyond_values, cursor
from marsad.ledger.narrow import Fold, days_of, figure_of
from marsad.ledger.query import lookup
from marsad.ledger.records import decode
from marsad.ledger.snapshots import Part, Snapshot, ids_among, part_of
from marsad.ledger.tallying_columns import Numbers
from marsad.ledger.texts import folds_with, in_turn, plain_texts
from marsad.model import Event
from marsad.server.asking import Asked
from marsad.server.clock import patience
from marsad.server.desk import Desk
from marsad.server.problems import Refused

SCAN = 500
MOST_SCANNED = 50_000
BUILDING = 600.0
"""Seconds for reading all events of a ledger into memory, which is done once."""
DEAR = 100_000
"""Events looked at beyond which the rows that pass are kept."""
Chosen = list[tuple[Part, Numbers]]
K = TypeVar("K")
V = TypeVar("V")


def page(desk: Desk, asked: Asked, *, moments: bool = True) -> Bodies:
    """A page of what is asked for. `after` may be set where a page is short: so many were looked at that the rest has to wait.

    Without `moments` it need not be known when records were written, which costs half as much.
    """
    if asked.test is None and not asked.actors and quick(asked):
        return page_of(desk.ledger, asked.kind, asked.filter)
    held = snapshot_for(desk, asked) if asked.kind == "event" else None
    return page_in_memory(desk, asked, held, moments=moments) if held is not None else page_by_looking(desk, asked)


def quick(asked: Asked) -> bool:
    """Whether an index of the ledger leads to a page at once, or the events of now would not say."""
    return asked.kind != "event" or asked.filter.as_of is not None


def snapshot(desk: Desk, *, fresh: bool = False) -> Snapshot:
    """The events in memory."""
    with patience(BUILDING):
        return desk.memory.now(fresh=fresh)


def snapshot_for(desk: Desk, asked: Asked) -> Snapshot | None:
    """The events that a question is about, where they are in memory: now, or as of a page before."""
    moment = asked.filter.moment()
    if moment is None:
        return snapshot(desk)
    return desk.memory.at(moment) if isinstance(moment, int) else None


def chosen(desk: Desk, asked: Asked, held: Snapshot) -> Chosen:
    """Which events of a snapshot pass, by their rows in each part, in order."""
    base = matched(desk, asked, held)
    if len(held.dead):
        base = base[held.base.standing()[base]]
    found = [(held.base, base)]
    if len(held.tail.columns):
        found.append((held.tail, in_tail(desk, asked, held)))
    return found


def question(asked: Asked) -> Asked:
    """What a question asks, whatever the page, order and number."""
    return replace(asked, filter=replace(asked.filter, after=None, limit=None, as_of=None, order="oldest"))


def matched(desk: Desk, asked: Asked, held: Snapshot) -> Numbers:
    """The rows of the base that pass, also of events that are no longer in force. What was dear to find is kept."""
    wanted = asked.filter
    key = ("rows", held.began, question(asked))
    known: Numbers | None = desk.worked.get(key) if wanted.words is None else None
    if known is not None:
        return known
    ids = ids_among(held.base, folds_with(desk.ledger, wanted.words), held.order) if wanted.words else None
    rows: list[Numbers] = []
    looked = 0
    for part, at in held.within(wanted.at or wanted.since, wanted.at or wanted.until):
        if at is None:
            continue
        tests = narrowed(part, asked) + ([] if ids is None else [ids[at]])
        looked += len(part.columns)
        mine = np.flatnonzero(np.logical_and.reduce(tests)) if tests else np.arange(len(part.columns))
        rows.append(mine + at.start if isinstance(at, slice) else at[mine])
    found = np.sort(np.concatenate(rows)) if len(rows) > 1 else rows[0]
    if wanted.words is None and looked >= DEAR:
        desk.worked.put(key, found)
    return found


def in_tail(desk: Desk, asked: Asked, held: Snapshot) -> Numbers:
    """The rows of the tail that pass."""
    tests = narrowed(held.tail, asked)
    if asked.filter.words:
        tests.append(ids_among(held.tail, folds_with(desk.ledger, asked.filter.words)))
    return np.flatnonzero(np.logical_and.reduce(tests)) if tests else np.arange(len(held.tail.columns))


def summed(
    desk: Desk, asked: Asked, held: Snapshot, what: Hashable, count: Callable[[Part, Numbers], Mapping[K, tuple[int, ...]]]
) -> dict[K, tuple[int, ...]]:
    """Sums over the events that pass. Those of the base are kept; what has changed since is taken off and put on."""
    return added([(times, sums) for _, times, sums in pieces(desk, asked, held, what, count)])


def pieces(
    desk: Desk, asked: Asked, held: Snapshot, what: Hashable, count: Callable[[Part, Numbers], V]
) -> list[tuple[Part, int, V]]:
    """What `count` gives for the base (kept), for what of it is no longer in force (-1 times), and for the tail."""
    rows = matched(desk, asked, held)
    key = ("sums", held.began, question(asked), what)
    sums: V | None = desk.worked.get(key) if asked.filter.words is None else None
    if sums is None:
        sums = count(held.base, rows)
        if asked.filter.words is None:
            desk.worked.put(key, sums)
    found = [(held.base, 1, sums)]
    gone = held.dead[np.isin(held.dead, rows, assume_unique=True)] if len(held.dead) else held.dead
    if len(gone):
        found.append((held.base, -1, count(held.base, gone)))
    if len(held.tail.columns):
        found.append((held.tail, 1, count(held.tail, in_tail(desk, asked, held))))
    return found


def narrowed(part: Part, asked: Asked) -> list[Numbers]:
    """The tests of a `Filter` on events in memory, one truth value an event."""
    wanted, held = asked.filter, part.columns
    tests: list[Numbers] = [] if asked.test is None else [passing(held, asked.test)]
    for since, until in ((wanted.since, wanted.until), (wanted.at, wanted.at)):
        if (days := within_days(held, since, until)) is not None:
            tests.append(days)
    if wanted.country:
        country = held.coded["country"]
        tests.append(country.codes == (country.names.index(wanted.country) if wanted.country in country.names else -2))
    if wanted.type:
        part_of_name = wanted.type.casefold()
        fits = [named(held, field, lambda name: part_of_name in name.casefold()) for field in ("event_type", "sub_event_type")]
        tests.append(fits[0] | fits[1])
    if wanted.place:
        words = wanted.place.casefold()
        fits = [named(held, field, lambda name: words in name.casefold()) for field in ("place", "admin1")]
        tests.append(fits[0] | fits[1])
    actors = asked.actors or ((wanted.actor,) if wanted.actor else ())
    if actors:
        parts = [a.casefold() for a in actors]
        tests.append(named(held, "actor", lambda name: any(a in name.casefold() for a in parts)))
    if wanted.min_killed is not None:
        tests.append(figures(held, np.arange(len(held))) >= wanted.min_killed)
    if wanted.bbox is not None:
        tests.append(inside(part, wanted.bbox))
    return tests


def inside(part: Part, box: tuple[float, float, float, float]) -> Numbers:
    west, south, east, north = box
    across = (part.longitude >= west, part.longitude <= east)
    found = (part.latitude >= south) & (part.latitude <= north)
    return np.asarray(found & (across[0] & across[1] if west <= east else across[0] | across[1]))


def page_in_memory(desk: Desk, asked: Asked, held: Snapshot, *, moments: bool) -> Bodies:
    """A page out of the events in memory; their texts come from the ledger."""
    wanted = asked.filter
    size = wanted.limit or 100
    after = tuple(beyond_values(wanted).values()) if wanted.after else None
    parts = first_of(chosen(desk, asked, held), held, wanted.order, after, size + 1)
    rows = ranked(parts, wanted.order, after=after, limit=size + 1)
    shown = rows[:size]
    items = texts(desk, shown, held.seq, moments=moments)
    last = None
    if len(rows) > size:
        row = Row(id=str(shown[-1].key[-1]), seq=0, day=shown[-1].day, figure=shown[-1].dead, latitude=None, longitude=None)
        last = cursor(row, wanted.order, held.seq)
    return Bodies(items=tuple(items), after=last, seq=held.seq)


def first_of(parts: Chosen, held: Snapshot, order: str, after: tuple[int | str, ...] | None, limit: int) -> Chosen:
    """The same without what can't come first: the base lies in the order of days."""
    days = held.base.columns.ints["day"]
    return [
        (p, leading(days, rows, order, after=after, limit=limit, undated=held.undated)) if p is held.base else (p, rows)
        for p, rows in parts
    ]


def texts(desk: Desk, shown: Sequence[Ranked], seq: int, *, moments: bool = True) -> list[Body]:
    """The texts of events in memory, in their order, from the ledger."""
    numbers = [one.seq for one in shown]
    if not moments:
        words = plain_texts(desk.ledger, numbers)
        if len(words) == len(shown):
            return [Body(str(one.key[-1]), one.seq, 0, word) for one, word in zip(shown, words, strict=True)]
    found = in_turn(desk.ledger, numbers)
    return found if len(found) == len(shown) else bodies_named(desk.ledger, [str(one.key[-1]) for one in shown], as_of=seq)


def page_by_looking(desk: Desk, asked: Asked) -> Bodies:
    """A page by reading what the ledger's look-up gives and leaving out what does not pass."""
    size = asked.filter.limit or 100
    found: list[Body] = []
    after, seen = asked.filter.after, 0
    while True:
        got = page_of(desk.ledger, asked.kind, replace(asked.filter, after=after, limit=SCAN))
        for number, body in enumerate(got.items):
            item = decode(body.text)
            if passes(asked, item):
                found.append(body)
            if len(found) == size:
                more = got.after is not None or number + 1 < len(got.items)
                return Bodies(items=tuple(found), after=cursor_of(item, asked, got.seq) if more else None, seq=got.seq)
        seen += len(got.items)
        after = got.after
        if after is None or seen >= MOST_SCANNED:
            return Bodies(items=tuple(found), after=after, seq=got.seq)


def passes(asked: Asked, item: Fold) -> bool:
    """Whether an item passes what the ledger's own look-up can't test."""
    if asked.actors:
        names = [str(n).casefold() for side in ("who", "whom") for n in (values_of(item, side) if fitting(item, side) else ())]
        if not any(a.casefold() in name for a in asked.actors for name in names):
            return False
    return holds(asked.test, item)


def fitting(item: Fold, side: str) -> bool:
    return hasattr(item, side)


def cursor_of(item: Fold, asked: Asked, seq: int) -> str:
    row = Row(id=item.id, seq=0, day=days_of(item)[0], figure=figure_of(item), latitude=None, longitude=None)
    return cursor(row, asked.filter.order, seq)


def pages(desk: Desk, asked: Asked, *, size: int = 1000) -> Iterator[Bodies]:
    """All that is asked for, page by page, as of one moment; no more than the filter's own limit where it has one."""
    left = asked.filter.limit
    after = asked.filter.after
    while True:
        some = page(desk, asked.beginning(after, size if left is None else min(size, left)))
        yield some
        left = None if left is None else left - len(some.items)
        after = some.after
        if after is None or (left is not None and left <= 0):
            return


def total(desk: Desk, asked: Asked) -> int:
    """How many match. Raises `ConfigError` where a moment is asked for that would have to be read through."""
    everything = replace(asked.filter, after=None, limit=None)
    asked = replace(asked, filter=everything)
    if asked.kind == "event":
        held = snapshot_for(desk, asked)
        if held is not None:
            return sum(len(rows) for _, rows in chosen(desk, asked, held))
    if asked.test is None and not asked.actors:
        return len(lookup(desk.ledger, asked.kind, everything))
    return sum(len(some.items) for some in pages(desk, asked))


def chosen_then(desk: Desk, asked: Asked) -> tuple[Chosen, int]:
    """The events that a question is about, in memory: read there where it is about a moment. Also what they are as of.

    Raises `Refused` where they are too many to be read.
    """
    asked = replace(asked, filter=replace(asked.filter, after=None, limit=None))
    held = snapshot_for(desk, asked)
    if held is not None:
        return chosen(desk, asked, held), held.seq
    items: list[Fold] = []
    seq = 0
    for some in pages(desk, asked):
        seq = some.seq
        items += [decode(body.text) for body in some.items]
        if len(items) > MOST_SCANNED:
            raise Refused(422, "too_many", f"more than {MOST_SCANNED:,} events as of then: narrow it by country or dates")
    part = part_of([i for i in items if isinstance(i, Event)], seq=seq)
    return [(part, np.arange(len(part.columns)))], seq


def window(desk: Desk, asked: Asked, start: int, size: int) -> tuple[Bodies, int]:
    """So many of what is asked for, from a number on, and how many there are in all.

    Raises `Refused` where that would have to read through too many.
    """
    asked = replace(asked, filter=replace(asked.filter, after=None, limit=None))
    held = snapshot_for(desk, asked) if asked.kind == "event" else None
    if held is not None:
        parts = chosen(desk, asked, held)
        number = sum(len(rows) for _, rows in parts)
        rows = ranked(parts, asked.filter.order, after=None, limit=min(start + size, number))[start:] if start < number else []
        items = texts(desk, rows, held.seq)
        return Bodies(items=tuple(items), after=None, seq=held.seq), number
    found: list[Body] = []
    number, seq = 0, 0
    for some in pages(desk, asked, size=SCAN):
        seq = some.seq
        found += [b for n, b in enumerate(some.items, number) if start <= n < start + size]
        number += len(some.items)
        if number > MOST_SCANNED:
            raise Refused(422, "too_many", f"more than {MOST_SCANNED:,} to look through: narrow it by country or dates")
    return Bodies(items=tuple(found), after=None, seq=seq), number
