"""Counts over events in memory: by field, by time, by name, and which come first in an order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from marsad.ledger import schema
from marsad.ledger.narrow import day_number
from marsad.ledger.snapshots import Part
from marsad.ledger.tallying_columns import UNKNOWN, Columns, Listed, Numbers, spread


class Facet(NamedTuple):
    """A value of a field and how many events have it; `None` is for those in which nothing states one."""

    value: str | None
    events: int


class Bin(NamedTuple):
    """The events that begin in a stretch of days, and their dead (best figures)."""

    start: str
    events: int
    killed: int


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
    return in_order(name, totals, limit)


def in_order(name: str, totals: Mapping[str | None, int], limit: int) -> tuple[Facet, ...]:
    """The values of a field, the most frequent first; levels, bands and years in their order."""
    if name in LEVELS or name in ("year", "confidence") or name in FLAGS:
        return tuple(Facet(value, n) for value, n in sorted(totals.items(), key=lambda p: (p[0] is None, p[0] or "")) if n)
    ranked = sorted(((v, n) for v, n in totals.items() if n), key=lambda p: (-p[1], p[0] is None, p[0] or ""))
    return tuple(Facet(value, n) for value, n in ranked[:limit])


def rows_in(chosen: Numbers) -> Numbers:
    """Events chosen by a truth value each, or by their rows, as rows."""
    return np.flatnonzero(chosen) if chosen.dtype == bool else chosen


def counted(part: Part, chosen: Numbers, name: str) -> Mapping[str | None, int]:
    held, rows = part.columns, rows_in(chosen)
    if name in NAMED:
        item = held.coded[name]
        counts = np.bincount(item.codes[rows] + 1, minlength=1)
        return {None if n == 0 else item.names[n - 1]: int(counts[n]) for n in np.flatnonzero(counts)}
    if name in LISTED:
        many = held.listed[name]
        counts = np.bincount(codes_of(many, rows)[1], minlength=1)
        return {many.names[n]: int(counts[n]) for n in np.flatnonzero(counts)} if many.names else {}
    if name in FLAGS:
        yes = int((held.ints[FLAGS[name]][rows] > 0).sum())
        return {"true": yes, "false": len(rows) - yes}
    if name == "confidence":
        counts = np.bincount(np.searchsorted(np.array(BANDS), held.confidence[rows], side="right"), minlength=len(BANDS) + 1)
        return {f"{BANDS[max(n - 1, 0)]:g}": int(counts[n]) for n in np.flatnonzero(counts).tolist()}
    if name == "year":
        return {b.start[:4] if b.start else None: b.events for b in binned(part, rows, "year")}
    counts = np.bincount(held.ints[name][rows] + 1, minlength=1)
    return {None if n == 0 else str(n - 1): int(counts[n]) for n in np.flatnonzero(counts)}


def codes_of(many: Listed, rows: Numbers) -> tuple[Numbers, Numbers]:
    """The names of those events: for each, which of the rows it is of, and its number."""
    starts, lengths = many.offsets[rows], many.offsets[rows + 1] - many.offsets[rows]
    return np.repeat(rows, lengths), many.codes[spread(starts, lengths)]


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


def binned(part: Part, chosen: Numbers, unit: str) -> list[Bin]:
    rows = rows_in(chosen)
    days = part.columns.ints["day"][rows]
    killed = np.maximum(figures(part.columns, rows), 0)
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


class Ranked(NamedTuple):
    """An event in an order: its key, of which the last part is the id, its day, its dead, and the number of its revision."""

    key: tuple[int | str, ...]
    day: int
    dead: int
    seq: int


def ranked(
    parts: Sequence[tuple[Part, Numbers]], order: str, *, after: tuple[int | str, ...] | None, limit: int
) -> list[Ranked]:
    """The first of the chosen events in an order, after a key. The orders are those of `marsad.ledger.lookup.Filter`."""
    found: list[Ranked] = []
    for part, mask in parts:
        rows = rows_in(mask)
        days = part.columns.ints["day"][rows].astype(np.int64)
        days[days < 0] = schema.UNDATED
        dead = figures(part.columns, rows)
        newest = np.where(days == schema.UNDATED, 1, -days)
        keys = {"oldest": [days], "newest": [newest], "deadliest": [-dead, days]}[order]
        ids = part.columns.ids[rows]
        for n in nearest([*keys, ids], beyond(keys, ids, after), limit).tolist():
            key = (*(int(k[n]) for k in keys), ids[n].decode())
            found.append(Ranked(key, int(days[n]), int(dead[n]), int(part.seqs[rows[n]])))
    return sorted(found)[:limit]


def leading(
    days: Numbers, rows: Numbers, order: str, *, after: tuple[int | str, ...] | None, limit: int, undated: int
) -> Numbers:
    """Rows of events that lie in the order of their days, `undated` ones first: without those that can't be among the first
    `limit` after a key."""
    if order not in ("oldest", "newest"):
        return rows
    split = int(np.searchsorted(rows, undated))
    dated, rest = rows[split:], rows[:split]
    if after is not None and after[0] == (schema.UNDATED if order == "oldest" else 1):
        return rest
    first, past = (0, 0) if order == "oldest" else (len(dated), len(dated))
    if after is not None:
        day = days.dtype.type(abs(int(after[0])))
        first, past = (int(np.searchsorted(dated, np.searchsorted(days, day, side=side))) for side in ("left", "right"))
    if order == "oldest":
        head = dated[first : past + limit]
        return head if past + limit < len(dated) else np.concatenate([head, rest])
    edge = max(0, first - limit)
    if edge == 0:
        return np.concatenate([dated[:past], rest])
    return dated[int(np.searchsorted(dated, np.searchsorted(days, days[dated[edge]]))) : past]


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
        rows = rows_in(mask)
        if name in NAMED:
            codes, names = held.coded[name].codes[rows], held.coded[name].names
        elif name in LISTED:
            names = held.listed[name].names
            rows, codes = codes_of(held.listed[name], rows)
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
