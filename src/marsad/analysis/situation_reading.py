"""What a situation report is made of, read from a ledger as of one moment."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from marsad.ledger.bodies import named, revisions
from marsad.ledger.findings import Findings
from marsad.ledger.history import Moment, head, resolve
from marsad.ledger.inforce import last_seq
from marsad.ledger.lookup import Filter, FoldKind, matching
from marsad.ledger.query import with_sources
from marsad.ledger.records import decode
from marsad.ledger.store import Ledger
from marsad.ledger.tallying import Outlet, chain_at, outlets
from marsad.model import ConfigError, Event, Statistic

KINDS: tuple[FoldKind, ...] = ("event", "statistic", "condition")
SET_OUT = 400
"""Events that are told with every claim; all are counted."""
MOST_STATISTICS = 60
MOST_BENEATH = 5_000
"""Events that a statistic is compared with."""
MOST_REPORTS = 300_000
"""Facts of the log up to which it is asked which outlets published nothing."""
MONTHS_BEFORE = 6
NOTHING = Findings()
Watch = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Of which country (ISO alpha-3), which days (ISO, inclusive), which part of it; `at` is the day of the access board."""

    country: str
    since: str
    until: str
    place: str | None = None
    at: str | None = None

    def checked(self) -> Question:
        """The same with the board's day said. Raises `ConfigError` where the days are none, or run backwards."""
        for day in (self.since, self.until, self.at or self.until):
            try:
                dt.date.fromisoformat(day)
            except ValueError as error:
                raise ConfigError(f"{day!r} is not a day: write it as 2026-02-18") from error
        if self.since > self.until:
            raise ConfigError(f"the report would end ({self.until}) before it begins ({self.since})")
        return dataclasses.replace(self, at=self.at or self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The last report: what it is called, the number of the log that it knew up to, the chain there, and its first day."""

    name: str
    seq: int
    chain: str = ""
    since: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """All that a report tells of.

    `found` has all events of the period, and the claims and reports of those that are set out (`told`), of the statistics and of
    the conditions. `preceding` are the events of the six months before. `beneath` are, by statistic, the events that may lie
    underneath; `None` where they are too many. `was` and `now` are the record of the window of the last report and this one, as
    it was known then and as it is known; `moved` are ids of `was` that are still in the ledger, outside of the scope. `seq`,
    `chain` and `known` say as of which moment.
    """

    question: Question
    found: Findings
    seq: int = 0
    chain: str = ""
    known: str = ""
    told: tuple[str, ...] = ()
    preceding: tuple[Event, ...] = ()
    outlets: tuple[Outlet, ...] | None = None
    beneath: tuple[tuple[str, tuple[Event, ...] | None], ...] = ()
    statistics_left_out: int = 0
    earlier: Earlier | None = None
    was: Findings = NOTHING
    now: Findings = NOTHING
    moved: tuple[str, ...] = ()


def read(
    ledger: Ledger,
    question: Question,
    *,
    as_of: Moment | None = None,
    earlier: Earlier | None = None,
    watch: Watch = lambda step: None,
) -> Held:
    """What the ledger holds of the question, now or as of a moment.

    Raises `ConfigError` where the question is none, or the last report is not of this ledger.
    """
    question = question.checked()
    reader = Reader(ledger=ledger, question=question, seq=position(ledger, as_of))
    watch("events")
    events = reader.items("event", question.since, question.until)
    told = set_out(events)
    watch("statistics and conditions")
    statistics = reader.items("statistic", question.since, question.until)
    shown = sorted(statistics, key=lambda s: (-s.voices, -(s.low or s.high or 0), s.id))[:MOST_STATISTICS]
    conditions = reader.items("condition", None, question.at)
    watch("claims and reports")
    found = reader.with_claims([*told, *shown, *conditions])
    found = dataclasses.replace(found, events=tuple(sorted(events, key=lambda e: (e.date_first or "", e.id))))
    watch("sources")
    published = outlets(ledger) if reader.seq <= MOST_REPORTS else None
    return Held(
        question=question,
        found=found,
        seq=reader.seq,
        chain=reader.chain(),
        known=reader.known(),
        told=tuple(e.id for e in told),
        preceding=tuple(reader.items("event", months_before(question.since), day_before(question.since))),
        outlets=published,
        beneath=tuple((s.id, reader.beneath(s)) for s in shown),
        statistics_left_out=len(statistics) - len(shown),
        **(reader.compared(earlier) if earlier else {}),
    )


def position(ledger: Ledger, as_of: Moment | None) -> int:
    with ledger.read() as connection:
        last = last_seq(connection)
        return last if as_of is None else min(resolve(connection, as_of), last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A ledger as of one number of its log, asked about one country or a part of it."""

    ledger: Ledger
    question: Question
    seq: int

    def items(self, kind: FoldKind, since: str | None, until: str | None, *, seq: int | None = None) -> list[Any]:
        """The folds of a kind that touch those days."""
        wanted = Filter(country=self.question.country, place=self.question.place, since=since, until=until)
        with self.ledger.read() as connection:
            last = last_seq(connection)
            then = self.seq if seq is None else seq
            rows = matching(connection, kind, wanted, None if then >= last else then)
            return [decode(body.text) for body in revisions(connection, [row.seq for row in rows])]

    def with_claims(self, items: Sequence[Any]) -> Findings:
        with self.ledger.read() as connection:
            last = last_seq(connection)
            return with_sources(connection, items, None if self.seq >= last else self.seq)

    def beneath(self, told: Statistic) -> tuple[Event, ...] | None:
        """The events that may lie underneath a statistic; `None` where they are too many to be compared."""
        if told.first is None or told.last is None:
            return ()
        wanted = Filter(country=told.place.country if told.place else None, since=told.first, until=told.last)
        with self.ledger.read() as connection:
            last = last_seq(connection)
            rows = matching(connection, "event", wanted.at_most(MOST_BENEATH + 1), None if self.seq >= last else self.seq)
            if len(rows) > MOST_BENEATH:
                return None
            return tuple(decode(body.text) for body in revisions(connection, [row.seq for row in rows]))

    def compared(self, earlier: Earlier) -> dict[str, Any]:
        """The window of both reports as it was known then and is known now."""
        if earlier.seq > self.seq or (not chain_of(self.ledger, earlier.seq).startswith(earlier.chain)):
            raise ConfigError(f"{earlier.name} was not made of this ledger, or knew more of it than this report does")
        since = min(earlier.since or self.question.since, self.question.since)
        was = [i for kind in KINDS for i in self.window(kind, since, earlier.seq)]
        now = [i for kind in KINDS for i in self.window(kind, since, self.seq)]
        gone = {i.id for i in was} - {i.id for i in now}
        moved = [body.id for body in named(self.ledger, sorted(gone), as_of=self.seq)] if gone else []
        return {"earlier": earlier, "was": sorted_out(was), "now": sorted_out(now), "moved": tuple(moved)}

    def window(self, kind: FoldKind, since: str, seq: int) -> list[Any]:
        days = (None, self.question.at) if kind == "condition" else (since, self.question.until)
        return self.items(kind, *days, seq=seq)

    def chain(self) -> str:
        return chain_of(self.ledger, self.seq)

    def known(self) -> str:
        """The moment of the last fact that it knows."""
        end = head(self.ledger, until=self.seq)
        return end.at if end else ""


def chain_of(ledger: Ledger, seq: int) -> str:
    with ledger.read() as connection:
        return chain_at(connection, seq)


def set_out(events: Sequence[Event]) -> list[Event]:
    """The events that are told with all their claims: the weightiest."""
    return sorted(events, key=weight)[:SET_OUT]


def weight(event: Event) -> tuple[int, int, int, str, str]:
    """What puts events in order: the dead, the injured, how many independent voices tell it, the newest first."""
    dead = event.killed.best if event.killed.best is not None else event.killed.low or event.killed.high or 0
    hurt = event.injured.best if event.injured.best is not None else event.injured.low or event.injured.high or 0
    return -dead, -hurt, -event.voices, invert(event.date_first or "0000-00-00"), event.id


def invert(day: str) -> str:
    """A key by which later days come first."""
    return "".join(chr(ord("9") - int(c)) if c.isdigit() else c for c in day)


def sorted_out(items: Iterable[Any]) -> Findings:
    from marsad.ledger.query import sort_out

    return sort_out(list(items), (), ())


def months_before(day: str) -> str:
    """The first day of the month that is six months before.

    >>> months_before("2026-02-18")
    '2025-08-01'
    """
    number = int(day[:4]) * 12 + int(day[5:7]) - 1 - MONTHS_BEFORE
    return f"{number // 12:04}-{number % 12 + 1:02}-01"


def day_before(day: str) -> str:
    return (dt.date.fromisoformat(day) - dt.timedelta(days=1)).isoformat()
