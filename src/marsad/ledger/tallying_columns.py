"""Events as columns of numbers, which sums over a million of them are quick on. Amounts are -1 where nothing states them."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from marsad.ledger.narrow import day_number
from marsad.model import Event, Place, Toll

Numbers = np.ndarray[Any, np.dtype[Any]]
UNKNOWN = -1
TOLLS = ("killed", "injured")
BOUNDS = ("low", "best", "high")
DISPUTES = ("when", "who", "whom", "where", "type", "killed", "injured")
"""Fields whose dispute matters to a sum; the columns hold them as bits in this order."""
SAME_FIELD = {"date": "when", "place": "where", "event_type": "type", "sub_event_type": "type"}
INTS: tuple[str, ...] = (
    "day",
    "last",
    "time_precision",
    "geo_precision",
    "voices",
    "disputes",
    "civilian_targeting",
    "background",
)
INTS += ("accepted", "reports")
INTS += tuple(f"{effect}_{bound}" for effect in TOLLS for bound in BOUNDS)
SMALL = ("time_precision", "geo_precision", "civilian_targeting", "background", "accepted")
MOST = 2**31 - 1
CODED = ("event_type", "sub_event_type", "country", "admin1", "place")
LISTED = ("who", "whom", "actor", "who_kind", "whom_kind", "actor_kind", "source")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """One name an event, as its number in `names`; -1 where there is none."""

    codes: Numbers
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Any number of names an event: those of event n are `codes[offsets[n]:offsets[n + 1]]`."""

    offsets: Numbers
    codes: Numbers
    names: tuple[str, ...]

    def owners(self) -> Numbers:
        """The number of the event that each of `codes` is of."""
        return np.repeat(np.arange(len(self.offsets) - 1, dtype=np.int32), np.diff(self.offsets))


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Events as columns, all of one length. `seq` is the number of the log that they are as of, 0 for events in hand.

    `worked` holds what was worked out of them once and is asked for often.
    """

    ids: Numbers
    ints: Mapping[str, Numbers]
    confidence: Numbers
    coded: Mapping[str, Coded]
    listed: Mapping[str, Listed]
    seq: int = 0
    worked: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.ids)

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """What `make` gives, made at the first time."""
        if name not in self.worked:
            self.worked[name] = make()
        return self.worked[name]


def columns_of(events: Iterable[Event], *, seq: int = 0) -> Columns:
    """Those events as columns, in the given order."""
    ids: list[str] = []
    ints = {name: array("l") for name in INTS}
    confidence = array("d")
    coded = {name: Names() for name in CODED}
    listed = {name: Names() for name in LISTED}
    for event in events:
        ids.append(event.id)
        confidence.append(event.confidence)
        for name, number in numbers_of(event).items():
            ints[name].append(number)
        for name, word in names_of(event).items():
            coded[name].add(word)
        for name, words in lists_of(event).items():
            listed[name].add_all(words)
    return Columns(
        ids=np.array([i.encode("utf-8", "replace") for i in ids], dtype=np.bytes_),
        ints={name: np.array(values, dtype=np.int8 if name in SMALL else np.int32) for name, values in ints.items()},
        confidence=np.array(confidence, dtype=np.float32),
        coded={name: made.coded() for name, made in coded.items()},
        listed={name: made.listed() for name, made in listed.items()},
        seq=seq,
    )


class Names:
    """Names as numbers while columns are made: each new one gets the next."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.codes = array("l")
        self.ends = array("q", [0])

    def add(self, name: str | None) -> None:
        self.codes.append(UNKNOWN if not name else self.numbers.setdefault(name, len(self.numbers)))

    def add_all(self, names: Iterable[str]) -> None:
        for name in dict.fromkeys(names):
            self.add(name)
        self.ends.append(len(self.codes))

    def coded(self) -> Coded:
        return Coded(codes=np.array(self.codes, dtype=np.int32), names=tuple(self.numbers))

    def listed(self) -> Listed:
        offsets = np.array(self.ends, dtype=np.int64)
        return Listed(offsets=offsets, codes=np.array(self.codes, dtype=np.int32), names=tuple(self.numbers))


def numbers_of(event: Event) -> dict[str, int]:
    """The whole numbers of an event; days count from the year 1."""
    first, last = day_number(event.date_first), day_number(event.date_last)
    place = event.place
    bits = {SAME_FIELD.get(field.split(".")[0], field.split(".")[0]) for field in event.disputed}
    found = {
        "day": UNKNOWN if first is None else first,
        "last": (UNKNOWN if first is None else first) if last is None else last,
        "time_precision": event.time_precision,
        "geo_precision": place.precision if place and place.precision else UNKNOWN,
        "voices": event.voices,
        "disputes": sum(1 << n for n, field in enumerate(DISPUTES) if field in bits),
        "civilian_targeting": int(event.civilian_targeting),
        "background": int(event.background),
        "accepted": int(event.review == "accepted"),
        "reports": len(event.reports),
    }
    for effect in TOLLS:
        toll: Toll = getattr(event, effect)
        for bound in BOUNDS:
            value = getattr(toll, bound)
            found[f"{effect}_{bound}"] = UNKNOWN if value is None else min(value, MOST)
    return found


def names_of(event: Event) -> dict[str, str | None]:
    place = event.place or Place(name="", words="")
    return {
        "event_type": event.event_type,
        "sub_event_type": event.sub_event_type,
        "country": place.country,
        "admin1": place.admin1,
        "place": place.name,
    }


def lists_of(event: Event) -> dict[str, list[str]]:
    who, whom = event.who, event.whom
    return {
        "who": [a.name for a in who],
        "whom": [a.name for a in whom],
        "actor": [a.name for a in (*who, *whom)],
        "who_kind": [a.kind for a in who if a.kind],
        "whom_kind": [a.kind for a in whom if a.kind],
        "actor_kind": [a.kind for a in (*who, *whom) if a.kind],
        "source": list(event.sources),
    }


def taken(held: Columns, rows: Numbers) -> Columns:
    """Those rows alone, in the order given."""
    return Columns(
        ids=held.ids[rows],
        ints={name: values[rows] for name, values in held.ints.items()},
        confidence=held.confidence[rows],
        coded={name: Coded(codes=c.codes[rows], names=c.names) for name, c in held.coded.items()},
        listed={name: picked(item, rows) for name, item in held.listed.items()},
        seq=held.seq,
    )


def picked(item: Listed, rows: Numbers) -> Listed:
    lengths = item.offsets[rows + 1] - item.offsets[rows]
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
    return Listed(offsets=offsets, codes=item.codes[spread(item.offsets[rows], lengths)], names=item.names)


def spread(starts: Numbers, lengths: Numbers) -> Numbers:
    """All numbers from each start on, as many as its length says.

    >>> spread(np.array([5, 20]), np.array([2, 3])).tolist()
    [5, 6, 20, 21, 22]
    """
    ends = np.cumsum(lengths)
    return np.repeat(starts - (ends - lengths), lengths) + np.arange(ends[-1] if len(ends) else 0)


def joined(one: Columns, other: Columns) -> Columns:
    """The rows of both; names that both have keep their number."""
    coded, listed = {}, {}
    for name, left in one.coded.items():
        names, numbers = renumbered(left.names, other.coded[name].names)
        coded[name] = Coded(codes=np.concatenate([left.codes, mapped(other.coded[name].codes, numbers)]), names=names)
    for name, mine in one.listed.items():
        theirs = other.listed[name]
        names, numbers = renumbered(mine.names, theirs.names)
        offsets = np.concatenate([mine.offsets, theirs.offsets[1:] + mine.offsets[-1]])
        listed[name] = Listed(offsets=offsets, codes=np.concatenate([mine.codes, mapped(theirs.codes, numbers)]), names=names)
    return Columns(
        ids=np.concatenate([one.ids, other.ids]),
        ints={name: np.concatenate([values, other.ints[name]]) for name, values in one.ints.items()},
        confidence=np.concatenate([one.confidence, other.confidence]),
        coded=coded,
        listed=listed,
        seq=other.seq,
    )


def renumbered(names: tuple[str, ...], others: Sequence[str]) -> tuple[tuple[str, ...], Numbers]:
    known = {name: n for n, name in enumerate(names)}
    numbers = np.array([known.setdefault(name, len(known)) for name in others], dtype=np.int32)
    return tuple(known), numbers


def mapped(codes: Numbers, numbers: Numbers) -> Numbers:
    if not len(numbers):
        return codes
    return np.where(codes < 0, codes, numbers[codes]).astype(np.int32)
