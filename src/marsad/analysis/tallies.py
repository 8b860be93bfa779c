"""Tallies: events and their dead by any dimensions, each number with its range and with what is uncertain about it.

How a range comes about (`docs/how-to/tally.md`). An event belongs to a group *surely* where all its days lie in the group's
period and none of the fields that the question names is disputed. `low` adds what sure events tell at least; `best` adds the best
figures of all events, each in the period of its first day; `high` adds the highest figures, in every period that an event's days
touch. `high` is open (`None`) as soon as one event's is. An event that is dated too loosely for any period stands under none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from marsad.analysis.tallies_fields import EVENT_FIELDS
from marsad.analysis.tallies_filter import Every, Not, Some, Test, read_filter
from marsad.analysis.tallies_select import dispute_bit, passing
from marsad.ledger.tallying_columns import BOUNDS, MOST, TOLLS, UNKNOWN, Columns, Numbers, columns_of, spread
from marsad.model import ConfigError, Event

MEASURES = ("events", *TOLLS)
PERIODS = ("date", "week", "month", "year")
PLACES = ("country", "admin1", "place")
LISTS = ("who", "whom", "actor", "who_kind", "whom_kind", "actor_kind", "source")
FLAGS = ("civilian_targeting", "background", "accepted")
DIMENSIONS = (*PERIODS, *PLACES, "event_type", "sub_event_type", *LISTS, *FLAGS, "time_precision", "geo_precision")
MOST_DIMENSIONS = 6
LONGEST = {"date": 31, "week": 5, "month": 3, "year": 2}
"""An event whose days touch more periods than this is not dated closely enough for any of them."""
DENSE = 4_000_000
WIDER = {"place": ("admin1", "country"), "admin1": ("country",)}
ABOUT = dict.fromkeys((*PLACES, "geo_precision"), "where") | dict.fromkeys(("event_type", "sub_event_type"), "type")
ABOUT |= dict.fromkeys((*PERIODS, "time_precision"), "when")
ABOUT |= {"who": "who", "who_kind": "who", "whom": "whom", "whom_kind": "whom", "civilian_targeting": "whom"}


class Figure(NamedTuple):
    """A measure of a group: a range with a best figure.

    `high` is `None` where an event states no upper bound; `open` says for how many events so. `untold` is how many events state
    nothing at all about it: they count as none.
    """

    measure: str
    low: int
    best: int
    high: int | None
    open: int = 0
    untold: int = 0


class Group(NamedTuple):
    """One row of a tally: `keys` in the order of the dimensions, `None` where nothing states one.

    `events` is how many there are; of these `disputed` differ between sources in anything, `loose` have no exact day or spot, and
    `alone` rest on one voice. `sources` is how many different speakers and outlets tell them. `confidence` is their mean.
    """

    keys: tuple[str | None, ...]
    figures: tuple[Figure, ...]
    events: int
    disputed: int
    loose: int
    alone: int
    sources: int
    confidence: float

    def figure(self, measure: str) -> Figure:
        """The figure of a measure. Raises `KeyError` where it was not asked for."""
        for figure in self.figures:
            if figure.measure == measure:
                return figure
        raise KeyError(measure)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The groups and, in `total`, all events that passed the filter, each once."""

    by: tuple[str, ...]
    measures: tuple[str, ...]
    groups: tuple[Group, ...]
    total: Group
    where: str | None = None

    @property
    def repeats(self) -> bool:
        """Whether an event can stand in several groups, so that these are not to be added up."""
        return any(name in LISTS or name in PERIODS for name in self.by)


def tally(
    events: Sequence[Event] | Columns,
    *,
    by: str | Sequence[str] = (),
    where: str | None = None,
    measures: str | Sequence[str] = MEASURES[:2],
) -> Tally:
    """Events counted by dimensions, `by` and `measures` as lists or as words with commas between them.

    Groups come in the order of their keys, what nothing states last. Raises `ConfigError` for an unknown dimension or measure,
    and (as `FilterError`, with the place) for a mistake in `where`.

    >>> clash = Event(id="e", event_type="Battles", sub_event_type="Armed clash", date_first="2026-02-18")
    >>> tally([clash], by="month").groups[0].keys
    ('2026-02',)
    """
    dimensions, wanted = listed(by, DIMENSIONS, "dimension"), listed(measures, MEASURES, "measure")
    if len(dimensions) > MOST_DIMENSIONS:
        raise ConfigError(f"at most {MOST_DIMENSIONS} dimensions")
    test = read_filter(where, EVENT_FIELDS)
    columns = events if isinstance(events, Columns) else columns_of(events)
    chosen = passing(columns, test)
    rows = None if bool(chosen.all()) else np.flatnonzero(chosen)
    whole = Parts(columns=columns, rows=rows, unsure=doubtful(columns, rows, {*dimensions, *fields_in(test)}))
    total = next(iter(groups_of(whole, (), wanted)), nothing(wanted))
    parts = whole
    for name in sorted(dimensions, key=lambda d: d not in PERIODS):
        parts = split(parts, name)
    found = list(groups_of(parts, dimensions, wanted)) if dimensions else []
    found.sort(key=lambda g: tuple((k is None, natural(k)) for k in g.keys))
    return Tally(by=dimensions, measures=wanted, groups=tuple(found), total=total, where=where)


def natural(key: str | None) -> tuple[str, str]:
    words = key or ""
    return words.casefold(), words


def listed(words: str | Sequence[str], allowed: Sequence[str], what: str) -> tuple[str, ...]:
    """Words with commas between them, each once. Raises `ConfigError` for one that is not allowed.

    >>> listed("actor, month", DIMENSIONS, "dimension")
    ('actor', 'month')
    """
    parts = words.split(",") if isinstance(words, str) else words
    names = tuple(dict.fromkeys(p.strip().lower() for p in parts if p.strip()))
    for name in names:
        if name not in allowed:
            raise ConfigError(f"there is no {what} {name!r}: choose of {', '.join(allowed)}")
    return names


def fields_in(test: Test | None) -> Iterator[str]:
    """The fields that a filter names."""
    if isinstance(test, (Every, Some)):
        for inner in test.tests:
            yield from fields_in(inner)
    elif isinstance(test, Not):
        yield from fields_in(test.test)
    elif test is not None:
        yield test.field


def doubtful(columns: Columns, rows: Numbers | None, fields: set[str]) -> Numbers | None:
    """Which of those events are disputed in a field that the question names; `None` for none of them."""
    about = {ABOUT[f] for f in fields if f in ABOUT}
    if {"actor", "actor_kind"} & fields:
        about |= {"who", "whom"}
    bits = dispute_bit(*about)
    if not bits:
        return None
    disputes = columns.ints["disputes"]
    found = ((disputes if rows is None else disputes[rows]) & bits) > 0
    return found if found.any() else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Events in groups: the row of each part (`None`: all rows in order), and the numbers of its keys so far.

    Parts that are `unsure` don't count in low, those that are `further` (an event's second period and so on) only in high;
    `None` is none of them.
    """

    columns: Columns
    rows: Numbers | None
    unsure: Numbers | None = None
    further: Numbers | None = None
    keys: tuple[tuple[str, Numbers], ...] = ()

    def __len__(self) -> int:
        return len(self.columns) if self.rows is None else len(self.rows)

    def take(self, values: Numbers) -> Numbers:
        """A column, one value a part."""
        return values if self.rows is None else values[self.rows]

    def numbers(self) -> Numbers:
        """The row of each part."""
        return np.arange(len(self.columns), dtype=np.int32) if self.rows is None else self.rows

    def repeated(self, lengths: Numbers) -> Parts:
        """Each part as many times as its length says."""
        return Parts(
            columns=self.columns,
            rows=np.repeat(self.numbers(), lengths),
            unsure=None if self.unsure is None else np.repeat(self.unsure, lengths),
            further=None if self.further is None else np.repeat(self.further, lengths),
            keys=tuple((name, np.repeat(codes, lengths)) for name, codes in self.keys),
        )

    def keyed(self, name: str, codes: Numbers, unsure: Numbers | None = None, further: Numbers | None = None) -> Parts:
        return Parts(
            columns=self.columns,
            rows=self.rows,
            unsure=either(self.unsure, unsure),
            further=either(self.further, further),
            keys=(*self.keys, (name, codes)),
        )


def either(one: Numbers | None, other: Numbers | None) -> Numbers | None:
    if one is None or other is None:
        return other if one is None else one
    return one | other


def split(parts: Parts, name: str) -> Parts:
    """The parts by one dimension more."""
    columns = parts.columns
    if name in PERIODS:
        return by_period(parts, name)
    if name in LISTS:
        return by_names(parts, name)
    return parts.keyed(name, parts.take(columns.coded[name].codes if name in columns.coded else columns.ints[name]))


def by_names(parts: Parts, name: str) -> Parts:
    """An event under each of its names; under none (-1) where it has no name."""
    item = parts.columns.listed[name]
    starts = parts.take(item.offsets[:-1])
    counts = parts.take(np.diff(item.offsets))
    least, most = (int(counts.min()), int(counts.max())) if len(counts) else (1, 1)
    if least == most == 1:
        return parts.keyed(name, item.codes[starts])
    if least > 0:
        more = parts.repeated(counts)
        return more.keyed(name, item.codes if parts.rows is None else item.codes[spread(starts, counts)])
    lengths = np.maximum(counts, 1)
    more = parts.repeated(lengths)
    codes = np.full(len(more), UNKNOWN, np.int32)
    codes[np.repeat(counts > 0, lengths)] = item.codes[spread(starts, counts)]
    return more.keyed(name, codes)


def by_period(parts: Parts, name: str) -> Parts:
    """An event in each period that its days touch; surely where that is one, for best in that of its first day."""
    days = parts.columns.ints
    first, last = (period(parts.take(days[end]), name) for end in ("day", "last"))
    vague = (first < 0) | (last - first >= LONGEST[name])
    unsure = vague | (first != last)
    if not bool(unsure.any()):
        return parts.keyed(name, first)
    first = np.where(vague, UNKNOWN, first)
    width = np.where(vague, 1, np.maximum(last - first + 1, 1))
    codes = spread(first, width)
    more = parts.repeated(width)
    return more.keyed(name, codes, unsure=np.repeat(unsure, width), further=codes != np.repeat(first, width))


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


EPOCH = dt.date(1970, 1, 1).toordinal()


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


def groups_of(parts: Parts, by: Sequence[str], measures: Sequence[str]) -> Iterator[Group]:
    """The groups with their figures."""
    if not len(parts):
        return
    keys = [codes for wanted in by for codes in identified(parts, wanted)]
    number, size, firsts = numbered(keys, len(parts))
    cell = Cells(parts=parts, number=number, size=size)
    marks = cell.marks()
    figures = zip(*(figures_of(cell, measure) for measure in measures), strict=True)
    names = zip(*(words_of(parts, name, by, firsts) for name in by), strict=True) if by else [()] * size
    confidence = cell.add(parts.take(parts.columns.confidence), best=True) / np.maximum(marks[0], 1)
    shown = (*(m.tolist() for m in marks), distinct(cell).tolist(), confidence.round(3).tolist())
    yield from map(Group._make, zip(names, figures, *shown, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """The number of each part's group, and how many groups there are."""

    parts: Parts
    number: Numbers
    size: int

    def count(self, flags: Numbers, *, times: int) -> Numbers:
        """How many parts of each group have each value of `flags`, which lies below `times`."""
        found = np.bincount(self.number * times + flags, minlength=self.size * times)
        return found.reshape(self.size, times)

    def add(self, amounts: Numbers, *, low: bool = False, best: bool = False) -> Numbers:
        """The sum of amounts in each group: of sure parts, of first parts, or of all."""
        out = either(self.parts.unsure, self.parts.further) if low else self.parts.further if best else None
        return np.bincount(self.number, weights=amounts if out is None else np.where(out, 0, amounts), minlength=self.size)

    def marks(self) -> tuple[Numbers, ...]:
        """How many events there are, are disputed, are loosely dated or placed, and are alone."""
        ints, take = self.parts.columns.ints, self.parts.take
        loose = (take(ints["time_precision"]) > 1) | (take(ints["geo_precision"]) != 1)
        flags = (take(ints["disputes"]) > 0) * np.int8(1) + loose * np.int8(2) + (take(ints["voices"]) <= 1) * np.int8(4)
        if self.parts.further is not None:
            flags = np.where(self.parts.further, 8, flags)
        found = self.count(flags, times=9)[:, :8]
        return (found.sum(axis=1), *(found[:, [f for f in range(8) if f >> bit & 1]].sum(axis=1) for bit in range(3)))


def identified(parts: Parts, name: str) -> Iterator[Numbers]:
    """What tells the groups of a dimension apart: for a region also its country, for a town also its region."""
    yield dict(parts.keys)[name]
    for wider in WIDER.get(name, ()):
        yield parts.take(parts.columns.coded[wider].codes)


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


def words_of(parts: Parts, name: str, by: Sequence[str], firsts: Numbers) -> list[str | None]:
    """How the key of a dimension is written in each group; a town or region with what tells it from others of its name."""
    columns = parts.columns
    codes = dict(parts.keys)[name][firsts].tolist()
    if name in PERIODS:
        written = {code: period_name(code, name) for code in set(codes)}
        return [written[code] for code in codes]
    if name in FLAGS:
        return ["yes" if code else "no" for code in codes]
    if name in columns.listed:
        names: Sequence[str] = columns.listed[name].names
        return [names[code] if code >= 0 else None for code in codes]
    if name not in columns.coded:
        return [str(code) if code >= 0 else None for code in codes]
    rows = firsts if parts.rows is None else parts.rows[firsts]
    own = named(columns, name, rows)
    more = [named(columns, w, rows) for w in WIDER.get(name, ()) if w not in by]
    return [first and ", ".join(dict.fromkeys(w for w in (first, *rest) if w)) for first, *rest in zip(own, *more, strict=True)]


def named(columns: Columns, name: str, rows: Numbers) -> list[str | None]:
    item = columns.coded[name]
    return [item.names[code] if code >= 0 else None for code in item.codes[rows].tolist()]


def figures_of(cell: Cells, measure: str) -> list[Figure]:
    """The range of a measure in each group."""
    parts = cell.parts
    if measure == "events":
        ones = np.ones(len(parts), np.int8)
        counts = [cell.add(ones, low=True), cell.add(ones, best=True), cell.add(ones)]
        return [Figure(measure, int(a), int(b), int(c)) for a, b, c in zip(*(n.tolist() for n in counts), strict=True)]
    low, best, high = (parts.take(parts.columns.ints[f"{measure}_{bound}"]) for bound in BOUNDS)
    best = np.where(best < 0, np.maximum(low, 0), best)
    opened = high < 0
    untold = opened & (low < 0) & (best <= 0)
    sums = [cell.add(np.maximum(low, 0), low=True), cell.add(best, best=True), cell.add(np.where(opened, best, high))]
    flags = np.where(untold, 2, opened)
    if parts.further is not None:
        flags = np.where(untold & parts.further, 0, flags)
    marks = cell.count(flags, times=3)
    told = [n.tolist() for n in (*sums, marks[:, 1], marks[:, 2])]
    return [Figure(measure, int(a), int(b), None if o else int(c), o, u) for a, b, c, o, u in zip(*told, strict=True)]


def distinct(cell: Cells) -> Numbers:
    """How many different sources each group has."""
    parts, item = cell.parts, cell.parts.columns.listed["source"]
    width = max(len(item.names), 1)
    if parts.rows is None:
        pairs = cell.number[item.owners()] * np.int64(width) + item.codes
    else:
        lengths = np.diff(item.offsets)[parts.rows]
        codes = item.codes[spread(item.offsets[parts.rows], lengths)]
        pairs = np.repeat(cell.number, lengths) * np.int64(width) + codes
    if cell.size * width <= 4 * DENSE:
        there = np.zeros(cell.size * width, bool)
        there[pairs] = True
        return np.asarray(there.reshape(cell.size, width).sum(axis=1))
    return np.bincount(np.unique(pairs) // width, minlength=cell.size)


def nothing(measures: Sequence[str]) -> Group:
    """The total of no events."""
    figures = tuple(Figure(measure=m, low=0, best=0, high=0) for m in measures)
    return Group(keys=(), figures=figures, events=0, disputed=0, loose=0, alone=0, sources=0, confidence=0.0)
