"""Events condensed into cells: all that agree in what a question asks for, with their sums. The only pass over all events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from marsad.ledger.tallying_columns import MOST, TOLLS, UNKNOWN, Columns, Numbers, spread
from marsad.model import ConfigError

PERIODS = ("date", "week", "month", "year")
LISTS = ("who", "whom", "actor", "who_kind", "whom_kind", "actor_kind", "source")
LONGEST = {"date": 31, "week": 5, "month": 3, "year": 2}
"""An event whose days touch more periods than this is not dated closely enough for any of them."""
DENSE = 4_000_000
WIDER = {"place": ("admin1", "country"), "admin1": ("country",)}
EPOCH = dt.date(1970, 1, 1).toordinal()
SEED = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Cells of events: an event of each (`rows`), whether they are disputed in what is asked, and their sums by name.

    `sources` are the numbers of the different sources of each cell, those of cell n as `codes[starts[n]:starts[n + 1]]`, and how
    many sources there are at all.
    """

    columns: Columns
    rows: Numbers
    unsure: Numbers
    sums: Mapping[str, Numbers]
    sources: tuple[Numbers, Numbers, int]


def condensed(
    columns: Columns, rows: Numbers | None, by: Sequence[str], unsure: Numbers | None, measures: Sequence[str]
) -> Cells:
    """The cells of some events (of all for `None`) by some dimensions."""
    keys = [of(values, rows) for name in by for values in identities(columns, name)]
    keys += [] if unsure is None else [unsure.astype(np.int8)]
    length = len(columns) if rows is None else len(rows)
    number, size, firsts = numbered(keys, length) if length else (np.zeros(0, np.int64), 0, np.zeros(0, np.int64))
    number = number.astype(np.intp)
    sums = {}
    for name in ("disputed", "loose", "alone", "confidence", *(f"{m}_{end}" for m in measures if m in TOLLS for end in ENDS)):
        weights = of(amounts(columns, name), rows)
        sums[name] = np.bincount(number, weights=weights, minlength=size)
    sums["events"] = np.bincount(number, minlength=size).astype(np.float64)
    return Cells(
        columns=columns,
        rows=firsts if rows is None else rows[firsts],
        unsure=np.zeros(size, bool) if unsure is None else unsure[firsts],
        sums=sums,
        sources=sources_of(columns, rows, number, size),
    )


def of(values: Numbers, rows: Numbers | None) -> Numbers:
    """A column, or those rows of it."""
    return values if rows is None else values[rows]


ENDS = ("low", "best", "high", "open", "untold")


def amounts(columns: Columns, name: str) -> Numbers:
    """What each event adds to a sum. Where nothing is told of a toll it adds none; an open top adds the best figure to high."""

    def make() -> Numbers:
        ints = columns.ints
        if name == "confidence":
            return np.asarray(columns.confidence, np.float64)
        if name == "disputed":
            return np.asarray(ints["disputes"] > 0, np.float64)
        if name == "loose":
            return np.asarray((ints["time_precision"] > 1) | (ints["geo_precision"] != 1), np.float64)
        if name == "alone":
            return np.asarray(ints["voices"] <= 1, np.float64)
        measure, _, end = name.partition("_")
        low, best, high = (ints[f"{measure}_{bound}"] for bound in ENDS[:3])
        filled = np.where(best < 0, np.maximum(low, 0), best)
        untold = (low < 0) & (best < 0) & (high < 0)
        made = {
            "low": np.maximum(low, 0),
            "best": filled,
            "high": np.where(high < 0, filled, high),
            "open": (high < 0) & ~untold,
            "untold": untold,
        }
        return np.asarray(made[end], np.float64)

    found: Numbers = columns.once(f"amount {name}", make)
    return found


def identities(columns: Columns, name: str) -> Iterator[Numbers]:
    """What tells the cells of a dimension apart, event by event."""
    if name in PERIODS:
        first, last = periods(columns, name)
        yield first
        if columns.once(f"spans {name}", lambda: bool((first != last).any())):
            yield last
    elif name in LISTS:
        yield columns.once(f"sets {name}", lambda: sets(columns, name))
    elif name in columns.coded:
        yield columns.coded[name].codes
        for wider in WIDER.get(name, ()):
            yield columns.coded[wider].codes
    else:
        yield columns.ints[name]


def sets(columns: Columns, name: str) -> Numbers:
    """A number for each event that is the same for those with the same names."""
    item = columns.listed[name]
    tokens = np.random.default_rng(SEED).integers(1, 2**62, len(item.names) or 1)
    total = np.concatenate([np.zeros(1, np.int64), np.cumsum(tokens[item.codes])]) if len(item.codes) else np.zeros(1, np.int64)
    added = total[item.offsets[1:]] - total[item.offsets[:-1]]
    found: Numbers = np.unique(added, return_inverse=True)[1].astype(np.int32)
    return found


def sources_of(columns: Columns, rows: Numbers | None, number: Numbers, size: int) -> tuple[Numbers, Numbers, int]:
    """The different sources of each cell."""
    item = columns.listed["source"]
    width = max(len(item.names), 1)
    if rows is None:
        owners = columns.once("owners", item.owners)
        pairs = number[owners] * width + item.codes
    else:
        lengths = np.diff(item.offsets)[rows]
        pairs = np.repeat(number, lengths) * width + item.codes[spread(item.offsets[rows], lengths)]
    pairs = different(pairs, size * width)
    starts = np.searchsorted(pairs, np.arange(size + 1) * width)
    return starts, pairs % width, width


def different(numbers: Numbers, most: int) -> Numbers:
    """The different ones of numbers below `most`, in order."""
    if most > 8 * DENSE:
        return np.unique(numbers)
    there = np.zeros(most, bool)
    there[numbers] = True
    return np.flatnonzero(there)


def periods(columns: Columns, name: str) -> tuple[Numbers, Numbers]:
    """The numbers of the first and last period of each event; -1 for both where it is dated too loosely for any."""

    def make() -> tuple[Numbers, Numbers]:
        first, last = (period(columns.ints[day], name) for day in ("day", "last"))
        vague = (first < 0) | (last - first >= LONGEST[name])
        return np.where(vague, UNKNOWN, first), np.where(vague, UNKNOWN, np.maximum(first, last))

    found: tuple[Numbers, Numbers] = columns.once(f"periods {name}", make)
    return found


def period(days: Numbers, name: str) -> Numbers:
    """The number of the period that a day lies in; -1 for none."""
    if name == "date":
        return days
    if name == "week":
        return np.where(days < 0, UNKNOWN, (days - 1) // 7)
    least, most = int(days.min(initial=MOST, where=days > 0)), int(days.max(initial=1))
    least = min(least, most)
    return lookup(least, most, name)[np.where(days < 0, 0, days - least + 1)]


def lookup(least: int, most: int, name: str) -> Numbers:
    """The month or year of each day from `least` to `most`, after -1 for no day."""
    days = np.arange(least - EPOCH, max(most, least) - EPOCH + 1).astype("datetime64[D]")
    found = days.astype("datetime64[M]" if name == "month" else "datetime64[Y]").astype(np.int64)
    return np.concatenate([[UNKNOWN], found + (1970 * 12 if name == "month" else 1970)]).astype(np.int32)


def period_name(code: int, name: str) -> str | None:
    """A period's number as it is written.

    >>> period_name(739665, "date"), period_name(2026 * 12 + 1, "month"), period_name(105666, "week")
    ('2026-02-18', '2026-02', '2026-W08')
    """
    if code < 0:
        return None
    if name == "date":
        return dt.date.fromordinal(code).isoformat()
    if name == "week":
        year, week, _ = dt.date.fromordinal(code * 7 + 1).isocalendar()
        return f"{year:04}-W{week:02}"
    return f"{code // 12:04}-{code % 12 + 1:02}" if name == "month" else f"{code:04}"


def numbered(keys: Sequence[Numbers], length: int) -> tuple[Numbers, int, Numbers]:
    """Groups as numbers from 0: each part's, how many there are, and a part of each."""
    combined, size = np.zeros(length, np.int32), 1
    for codes in keys:
        low = int(codes.min())
        width = int(codes.max()) - low + 1
        if size * width > DENSE:
            combined, size, _ = renumbered(combined, size)
        if size * width > 2**62:
            raise ConfigError("too many groups: ask for fewer dimensions")
        wide = np.int64 if size * width > MOST else np.int32
        combined, size = combined.astype(wide) * width + (codes - low), size * width
    return renumbered(combined, size)


def renumbered(combined: Numbers, size: int) -> tuple[Numbers, int, Numbers]:
    if size > DENSE:
        values, firsts, number = np.unique(combined, return_index=True, return_inverse=True)
        return number, len(values), firsts
    example = np.full(size, UNKNOWN, np.int64)
    example[combined] = np.arange(len(combined))
    there = example >= 0
    found = int(there.sum())
    if found == size:
        return combined, size, example
    return (np.cumsum(there, dtype=np.int32) - 1)[combined], found, example[there]
