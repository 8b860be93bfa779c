"""Reading a ledger: folds by filter, now or as of a moment, and everything behind one id."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, true

from marsad.ledger import schema
from marsad.ledger.findings import Findings, arrange
from marsad.ledger.history import resolve
from marsad.ledger.inforce import (
    bodies_of,
    claims_by_id,
    claims_of_reports,
    last_seq,
    reports_in_force,
)
from marsad.ledger.lookup import Filter, FoldKind, Row, cursor, match_of, matching, passages_with
from marsad.ledger.narrow import searchable
from marsad.ledger.records import among, decode
from marsad.ledger.store import Ledger
from marsad.model import Claim, Condition, Event, Problem, Report, Statistic

__all__ = [
    "Filter",
    "FoldKind",
    "Page",
    "Row",
    "Sum",
    "beginning_with",
    "behind",
    "everything",
    "find",
    "lookup",
    "page",
    "search",
    "tally",
    "touching",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some of the folds that match; `after` is the cursor that the next ones are asked for with, `seq` what all are as of."""

    found: Findings
    after: str | None
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """How many events of a type began in a month in a region, and how many they killed (best figures)."""

    month: str
    country: str
    admin1: str
    event_type: str
    sub_event_type: str
    events: int
    killed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """Ids of the claims and reports in which words stand; of claims, in their quotes or their report's title."""

    claims: tuple[str, ...]
    reports: tuple[str, ...]


def find(ledger: Ledger, kind: FoldKind, wanted: Filter = Filter()) -> Findings:
    """The folds of one kind that match, with their claims and reports.

    They come by day and id, as everywhere; `order` says which of them are taken where `limit` leaves some out.
    """
    with ledger.read() as connection:
        as_of = None if wanted.as_of is None else resolve(connection, wanted.as_of)
        return gather(connection, [row.seq for row in matching(connection, kind, wanted, as_of)], as_of)


def page(ledger: Ledger, kind: FoldKind, wanted: Filter) -> Page:
    """The same, `limit` at a time (100 where none is said): each next page is as of the same moment as the first.

    Raises `ConfigError` for a cursor that no page gave.
    """
    size = wanted.limit or 100
    with ledger.read() as connection:
        asked = wanted.moment()
        as_of = last_seq(connection) if asked is None else resolve(connection, asked)
        rows = matching(connection, kind, wanted.at_most(size + 1), as_of)
        shown = rows[:size]
        after = cursor(shown[-1], wanted.order, as_of) if len(rows) > size else None
        return Page(found=gather(connection, [row.seq for row in shown], as_of), after=after, seq=as_of)


def lookup(ledger: Ledger, kind: FoldKind, wanted: Filter = Filter()) -> list[Row]:
    """Id, day, figure and point of the folds that match, in the order asked for; quicker than `find`, which reads all of them."""
    with ledger.read() as connection:
        as_of = None if wanted.as_of is None else resolve(connection, wanted.as_of)
        return matching(connection, kind, wanted, as_of)


def gather(connection: Connection, revisions: Sequence[int], as_of: int | None) -> Findings:
    """The folds of those revisions, their claims and the reports of these."""
    table = schema.revisions
    rows = connection.execute(select(table.c.body).where(among(connection, table.c.seq, revisions)))
    return with_sources(connection, [decode(body) for (body,) in rows], as_of)


def with_sources(connection: Connection, items: Sequence[Any], as_of: int | None) -> Findings:
    claims = claims_by_id(connection, [c for item in items for c in item.claims], as_of)
    reports = reports_in_force(connection, [c.report for c in claims], as_of)
    return sort_out(items, claims, reports)


def touching(ledger: Ledger, reports: Iterable[str], *, problems: Iterable[Problem] = ()) -> Findings:
    """Those reports and their claims, and every fold that one of these claims is part of."""
    with ledger.read() as connection:
        wanted = list(dict.fromkeys(reports))
        own = claims_of_reports(connection, wanted)
        table = schema.linked
        folds = connection.execute(select(table.c.fold).distinct().where(among(connection, table.c.claim, own)))
        bodies = bodies_of(connection, [fold for fold in folds.scalars() if fold])
        items = [decode(body) for _, _, body in bodies.values()]
        return sort_out(items, list(own.values()), reports_in_force(connection, wanted), problems)


def everything(ledger: Ledger, *, as_of: int | str | None = None) -> Findings:
    """All that is in force, or was as of a moment: what a full export writes."""
    with ledger.read() as connection:
        seq = None if as_of is None else resolve(connection, as_of)
        table = schema.problems
        rows = connection.execute(select(table).where(true() if seq is None else table.c.seq <= seq)).mappings()
        met = [Problem(stage=p["stage"], code=p["code"], message=p["message"], at=p["at"] or None) for p in rows]
        items = [decode(body) for _, _, body in bodies_of(connection, None, seq).values()]
        claims = list(claims_of_reports(connection, None, seq).values())
        return sort_out(items, claims, reports_in_force(connection, None, seq), met)


def beginning_with(ledger: Ledger, prefix: str, *, limit: int = 50) -> list[str]:
    """The ids of folds, claims and reports that begin so, in order; also of folds that are no more."""
    with ledger.read() as connection:
        found: set[str] = set()
        high = prefix + "\U0010ffff"
        for column in (schema.revisions.c.fold, schema.claims.c.id, schema.reports.c.id):
            statement = select(column).distinct().where(column >= prefix, column < high).order_by(column).limit(limit)
            found.update(connection.execute(statement).scalars())
        return sorted(found)


def behind(ledger: Ledger, name: str, *, as_of: int | str | None = None) -> Findings:
    """All that explains the item of that full id: a fold with its claims, a claim with its report, a report with its claims."""
    with ledger.read() as connection:
        seq = None if as_of is None else resolve(connection, as_of)
        fold = bodies_of(connection, [name], seq)
        if fold:
            return with_sources(connection, [decode(body) for _, _, body in fold.values()], seq)
        claims = claims_by_id(connection, [name], seq)
        if claims:
            return sort_out([], claims, reports_in_force(connection, [claims[0].report], seq))
        own = claims_of_reports(connection, [name], seq)
        return sort_out([], list(own.values()), reports_in_force(connection, [name], seq))


def search(ledger: Ledger, words: str, *, limit: int = 100) -> Hits:
    """Claims and reports in which all these words stand, oldest facts first."""
    with ledger.read() as connection:
        match = match_of(connection.dialect.name, searchable(words))
        seqs = list(connection.execute(passages_with(connection.dialect.name, match)).scalars())
        hits = []
        for table in (schema.claims, schema.reports):
            statement = select(table.c.id).where(among(connection, table.c.seq, seqs)).order_by(table.c.seq).limit(limit)
            hits.append(tuple(dict.fromkeys(connection.execute(statement).scalars())))
        return Hits(claims=hits[0], reports=hits[1])


def tally(ledger: Ledger) -> tuple[Sum, ...]:
    """Events and their dead by month, region and type, from sums that are kept up to date."""
    sums, names = schema.rollups, schema.types
    columns = (sums.c.month, sums.c.country, sums.c.admin1, names.c.type, names.c.sub_type, sums.c.events, sums.c.killed)
    statement = select(*columns).join(names, names.c.code == sums.c.type).order_by(*columns[:5])
    with ledger.read() as connection:
        return tuple(
            Sum(month=m, country=c, admin1=a, event_type=t, sub_event_type=s, events=n, killed=k)
            for m, c, a, t, s, n, k in connection.execute(statement)
        )


def sort_out(
    items: Sequence[Any], claims: Sequence[Claim], reports: Sequence[Report], problems: Iterable[Problem] = ()
) -> Findings:
    """Items by kind, in order."""
    return arrange(
        reports=reports,
        claims=claims,
        events=[i for i in items if isinstance(i, Event)],
        statistics=[i for i in items if isinstance(i, Statistic)],
        conditions=[i for i in items if isinstance(i, Condition)],
        problems=problems,
    )
