"""Tallies: events and their dead by any dimensions, each number with its range and with what is uncertain about it.

How a range comes about (`docs/how-to/tally.md`). An event belongs to a group *surely* where all its days lie in the group's
period and none of the fields that the question names is disputed. `low` adds what sure events tell at least; `best` adds the best
figures of all events, each in the period of its first day; `high` adds the highest figures, in every period that an event's days
touch. `high` is open (`None`) as soon as one event's is. An event that is dated too loosely for any period stands under none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from marsad.analysis.tallies_cells import LISTS, PERIODS, WIDER, Cells, condensed, different, numbered, of, period_name, periods
from marsad.analysis.tallies_fields import EVENT_FIELDS
from marsad.analysis.tallies_filter import Every, Not, Some, Test, read_filter
from marsad.analysis.tallies_select import dispute_bit, passing
from marsad.ledger.tallying_columns import TOLLS, UNKNOWN, Columns, Numbers, columns_of, spread
from marsad.model import ConfigError, Event

if TYPE_CHECKING:
    import pandas

MEASURES = ("events", *TOLLS)
PLACES = ("country", "admin1", "place")
FLAGS = ("civilian_targeting", "background", "accepted")
DIMENSIONS = (*PERIODS, *PLACES, "event_type", "sub_event_type", *LISTS, *FLAGS, "time_precision", "geo_precision")
MOST_DIMENSIONS = 6
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

    def to_pandas(self) -> pandas.DataFrame:
        """A row for each group: its keys, each measure as low, best and high (empty where open), and what is uncertain of it."""
        import pandas

        doubts = ("disputed", "loose", "alone", "sources")
        rows = []
        for group in self.groups:
            row: dict[str, object] = dict(zip(self.by, group.keys, strict=True))
            for name in self.measures:
                figure = group.figure(name)
                row |= {f"{name}_low": figure.low, f"{name}_best": figure.best, f"{name}_high": figure.high}
            rows.append(row | {name: getattr(group, name) for name in doubts})
        figures = [f"{name}_{end}" for name in self.measures for end in ("low", "best", "high")]
        frame = pandas.DataFrame(rows, columns=[*self.by, *figures, *doubts])
        return frame.astype(dict.fromkeys((*figures, *doubts), "Int64") | dict.fromkeys(self.by, "string"))


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
    cells = condensed(columns, rows, dimensions, doubtful(columns, rows, {*dimensions, *fields_in(test)}), wanted)
    total = next(iter(groups_of(Parts.of(cells), (), wanted)), nothing(wanted))
    parts = Parts.of(cells)
    for name in sorted(dimensions, key=lambda d: d not in PERIODS):
        parts = split(parts, name)
    found = list(groups_of(parts, dimensions, wanted)) if dimensions else []
    return Tally(by=dimensions, measures=wanted, groups=tuple(found), total=total, where=where)


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
    found = (of(columns.ints["disputes"], rows) & bits) > 0
    return found if found.any() else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Cells in groups: the cell of each part, and the numbers of its keys so far.

    Parts that are `unsure` don't count in low, those that are `further` (an event's second period and so on) only in high;
    `None` is none of them.
    """

    base: Cells
    cells: Numbers
    unsure: Numbers | None = None
    further: Numbers | None = None
    keys: tuple[tuple[str, Numbers], ...] = ()

    @classmethod
    def of(cls, base: Cells) -> Parts:
        unsure = base.unsure if base.unsure.any() else None
        return cls(base=base, cells=np.arange(len(base.rows)), unsure=unsure)

    @property
    def columns(self) -> Columns:
        return self.base.columns

    def take(self, values: Numbers) -> Numbers:
        """A column of the events, one value a part: all events of a cell have the same in what it is a cell by."""
        return values[self.base.rows[self.cells]]

    def repeated(self, lengths: Numbers) -> Parts:
        """Each part as many times as its length says."""
        return Parts(
            base=self.base,
            cells=np.repeat(self.cells, lengths),
            unsure=None if self.unsure is None else np.repeat(self.unsure, lengths),
            further=None if self.further is None else np.repeat(self.further, lengths),
            keys=tuple((name, np.repeat(codes, lengths)) for name, codes in self.keys),
        )

    def keyed(self, name: str, codes: Numbers, unsure: Numbers | None = None, further: Numbers | None = None) -> Parts:
        return Parts(
            base=self.base,
            cells=self.cells,
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
    """A part under each of its names; under none (-1) where it has no name."""
    item = parts.columns.listed[name]
    starts = parts.take(item.offsets[:-1])
    counts = parts.take(np.diff(item.offsets))
    lengths = np.maximum(counts, 1)
    more = parts.repeated(lengths)
    codes = np.full(len(more.cells), UNKNOWN, np.int64)
    codes[np.repeat(counts > 0, lengths)] = item.codes[spread(starts, counts)]
    return more.keyed(name, codes)


def by_period(parts: Parts, name: str) -> Parts:
    """A part in each period that its days touch; surely where that is one, for best in that of its first day."""
    first, last = (parts.take(ends) for ends in periods(parts.columns, name))
    unsure = (first != last) | (first < 0)
    width = np.maximum(last - first + 1, 1)
    codes = spread(first, width)
    more = parts.repeated(width)
    return more.keyed(name, codes, unsure=np.repeat(unsure, width), further=codes != np.repeat(first, width))


def groups_of(parts: Parts, by: Sequence[str], measures: Sequence[str]) -> Iterator[Group]:
    """The groups with their figures."""
    if not len(parts.cells):
        return
    keys = [codes for wanted in by for codes in identified(parts, wanted)]
    number, size, firsts = numbered(keys, len(parts.cells))
    sums = Sums(parts=parts, number=number, size=size)
    names = [words_of(parts, name, by, firsts) for name in by]
    order = in_order(names, size)
    marks = [sums.add(mark, best=True).astype(np.int64) for mark in ("events", "disputed", "loose", "alone")]
    confidence = sums.add("confidence", best=True) / np.maximum(marks[0], 1)
    shown = (*(m[order].tolist() for m in marks), sums.sources()[order].tolist(), confidence[order].round(3).tolist())
    ordered = order.tolist()
    keys_of = zip(*([words[n] for n in ordered] for words in names), strict=True) if by else [()] * size
    told = zip(*(figures_of(sums, measure, order) for measure in measures), strict=True)
    yield from map(Group._make, zip(keys_of, told, *shown, strict=True))


def in_order(names: Sequence[Sequence[str | None]], size: int) -> Numbers:
    """The groups in the order of their keys, in either case, what nothing states last."""
    ranks = []
    for words in names:
        every = sorted({w for w in words if w is not None}, key=lambda w: (w.casefold(), w))
        rank = {word: n for n, word in enumerate(every)}
        ranks.append(np.array([len(every) if w is None else rank[w] for w in words], np.int64))
    return np.lexsort(ranks[::-1]) if ranks else np.arange(size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """The number of each part's group, and how many groups there are."""

    parts: Parts
    number: Numbers
    size: int

    def add(self, name: str, *, low: bool = False, best: bool = False) -> Numbers:
        """The sum of what cells hold in each group: of sure parts, of first parts, or of all."""
        parts = self.parts
        amounts = parts.base.sums[name][parts.cells]
        out = either(parts.unsure, parts.further) if low else parts.further if best else None
        return np.bincount(self.number, weights=amounts if out is None else np.where(out, 0, amounts), minlength=self.size)

    def sources(self) -> Numbers:
        """How many different sources each group has."""
        starts, codes, width = self.parts.base.sources
        lengths = np.diff(starts)[self.parts.cells]
        own = codes[spread(starts[self.parts.cells], lengths)]
        pairs = different(np.repeat(self.number, lengths).astype(np.int64) * width + own, self.size * width)
        return np.bincount(pairs // width, minlength=self.size)


def identified(parts: Parts, name: str) -> Iterator[Numbers]:
    """What tells the groups of a dimension apart: for a region also its country, for a town also its region."""
    yield dict(parts.keys)[name]
    for wider in WIDER.get(name, ()):
        yield parts.take(parts.columns.coded[wider].codes)


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
    rows = parts.base.rows[parts.cells[firsts]]
    own = named(columns, name, rows)
    more = [named(columns, w, rows) for w in WIDER.get(name, ()) if w not in by]
    if not more:
        return own
    labels: dict[tuple[str | None, ...], str | None] = {}
    for key in zip(own, *more, strict=True):
        if key not in labels:
            labels[key] = key[0] and ", ".join(dict.fromkeys(w for w in key if w))
    return [labels[key] for key in zip(own, *more, strict=True)]


def named(columns: Columns, name: str, rows: Numbers) -> list[str | None]:
    item = columns.coded[name]
    return [item.names[code] if code >= 0 else None for code in item.codes[rows].tolist()]


def figures_of(sums: Sums, measure: str, order: Numbers) -> list[Figure]:
    """The range of a measure in each group, in that order of groups."""
    if measure == "events":
        counts = [sums.add(measure, low=True), sums.add(measure, best=True), sums.add(measure)]
        low, best, high = (n[order].astype(np.int64).tolist() for n in counts)
        return [Figure(measure, a, b, c) for a, b, c in zip(low, best, high, strict=True)]
    told = [
        sums.add(f"{measure}_low", low=True),
        sums.add(f"{measure}_best", best=True),
        sums.add(f"{measure}_high"),
        sums.add(f"{measure}_open"),
        sums.add(f"{measure}_untold", best=True),
    ]
    low, best, high, opened, untold = (n[order].astype(np.int64).tolist() for n in told)
    ends = [None if o else c for c, o in zip(high, opened, strict=True)]
    return [Figure(measure, a, b, c, o, u) for a, b, c, o, u in zip(low, best, ends, opened, untold, strict=True)]


def nothing(measures: Sequence[str]) -> Group:
    """The total of no events."""
    figures = tuple(Figure(measure=m, low=0, best=0, high=0) for m in measures)
    return Group(keys=(), figures=figures, events=0, disputed=0, loose=0, alone=0, sources=0, confidence=0.0)
