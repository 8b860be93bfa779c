"""Reading a ledger: folds by filter, and everything behind one id."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, and_, func, or_, select

from marsad.ledger import schema
from marsad.ledger.findings import Findings, arrange
from marsad.ledger.fold import in_force
from marsad.ledger.store import Ledger
from marsad.model import Claim, Condition, Event, Problem, Report, Statistic, from_record

FoldKind = Literal["event", "statistic", "condition"]
BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What to look for; `None` asks nothing. Words match parts of names, in either case.

    `country` is an ISO alpha-3 code. `type` is an event or sub-event type, a measure or a subject; `state` a condition's.
    `since` and `until` (ISO dates, inclusive) keep what overlaps those days; `at` keeps conditions that held on that day.
    Undated folds are left out wherever a date is asked for.
    """

    country: str | None = None
    place: str | None = None
    actor: str | None = None
    type: str | None = None
    state: str | None = None
    since: str | None = None
    until: str | None = None
    at: str | None = None
    min_killed: int | None = None
    limit: int | None = None


def find(ledger: Ledger, kind: FoldKind, wanted: Filter = Filter()) -> Findings:
    """The folds of one kind that match, oldest first, with their claims and reports."""
    table = schema.folds
    statement = select(table.c.id).where(table.c.kind == kind, *conditions(wanted))
    statement = statement.order_by(table.c.first.is_(None), table.c.first, table.c.id).limit(wanted.limit)
    with ledger.read() as connection:
        return gather(connection, [row[0] for row in connection.execute(statement)])


def conditions(wanted: Filter) -> list[Any]:
    """A filter as SQL; every value is bound."""
    table = schema.folds
    tests: list[Any] = []
    if wanted.country:
        tests.append(table.c.country == wanted.country)
    for column, words in ((table.c.place, wanted.place), (table.c.actors, wanted.actor)):
        if words:
            tests.append(column.contains(words.casefold(), autoescape=True))
    if wanted.type:
        tests.append(
            or_(*(func.lower(c).contains(wanted.type.lower(), autoescape=True) for c in (table.c.type, table.c.sub_type)))
        )
    if wanted.state:
        tests.append(func.lower(table.c.sub_type) == wanted.state.lower())
    if wanted.since:
        tests.append(func.coalesce(table.c.last, table.c.first) >= wanted.since)
    if wanted.until:
        tests.append(table.c.first <= wanted.until)
    if wanted.at:
        tests.append(and_(table.c.first <= wanted.at, or_(table.c.last.is_(None), table.c.last >= wanted.at)))
    if wanted.min_killed is not None:
        tests.append(table.c.killed >= wanted.min_killed)
    return tests


def gather(connection: Connection, folds: Sequence[str]) -> Findings:
    """Those folds, their claims and the reports of these."""
    items = [from_record(json.loads(b)) for b in bodies(connection, schema.folds.c.id, schema.folds.c.body, folds)]
    claims = current_claims(connection, schema.claims.c.id, [c for item in items for c in item.claims])
    reports = current_reports(connection, [c.report for c in claims])
    return sort_out(items, claims, reports)


def touching(ledger: Ledger, reports: Iterable[str], *, problems: Iterable[Problem] = ()) -> Findings:
    """Those reports and their claims, and every fold that one of these claims is part of."""
    with ledger.read() as connection:
        wanted = list(dict.fromkeys(reports))
        own = current_claims(connection, schema.claims.c.report, wanted)
        ids = bodies(connection, schema.fold_claims.c.claim, schema.fold_claims.c.fold, [c.id for c in own])
        items = [from_record(json.loads(b)) for b in bodies(connection, schema.folds.c.id, schema.folds.c.body, ids)]
        return sort_out(items, own, current_reports(connection, wanted), problems)


def everything(ledger: Ledger) -> Findings:
    """All that is in force: what a full export writes."""
    with ledger.read() as connection:
        reports = [row[0] for row in connection.execute(select(schema.codings.c.report).distinct())]
        problems = connection.execute(select(schema.problems)).mappings()
        met = [Problem(stage=p["stage"], code=p["code"], message=p["message"], at=p["at"] or None) for p in problems]
        items = [from_record(json.loads(row[0])) for row in connection.execute(select(schema.folds.c.body))]
        claims = current_claims(connection, schema.claims.c.report, reports)
        return sort_out(items, claims, current_reports(connection, reports), met)


def beginning_with(ledger: Ledger, prefix: str, *, limit: int = 50) -> list[str]:
    """The ids of folds, claims and reports that begin so, in order."""
    with ledger.read() as connection:
        found: set[str] = set()
        for column in (schema.folds.c.id, schema.claims.c.id, schema.reports.c.id):
            rows = connection.execute(
                select(column).distinct().where(column.startswith(prefix, autoescape=True)).order_by(column).limit(limit)
            )
            found.update(row[0] for row in rows)
        return sorted(found)


def behind(ledger: Ledger, name: str) -> Findings:
    """All that explains the item of that full id: a fold with its claims, a claim with its report, a report with its claims."""
    with ledger.read() as connection:
        if bodies(connection, schema.folds.c.id, schema.folds.c.id, [name]):
            return gather(connection, [name])
        claims = current_claims(connection, schema.claims.c.id, [name])
        if claims:
            return sort_out([], claims, current_reports(connection, [claims[0].report]))
        return sort_out([], current_claims(connection, schema.claims.c.report, [name]), current_reports(connection, [name]))


def bodies(connection: Connection, key: Any, column: Any, values: Sequence[str]) -> list[str]:
    """That column of the rows whose key is among the values, each once."""
    found: dict[str, None] = {}
    unique = list(dict.fromkeys(values))
    for start in range(0, len(unique), BATCH):
        rows = connection.execute(select(column).where(key.in_(unique[start : start + BATCH])).order_by(column))
        found.update((row[0], None) for row in rows)
    return list(found)


def current_claims(connection: Connection, key: Any, values: Sequence[str]) -> list[Claim]:
    """Claims in force whose id or report is among the values."""
    found: list[Claim] = []
    unique = list(dict.fromkeys(values))
    for start in range(0, len(unique), BATCH):
        rows = connection.execute(
            select(schema.claims.c.body)
            .join(schema.coding_claims, schema.coding_claims.c.claim == schema.claims.c.seq)
            .join(schema.codings, schema.codings.c.seq == schema.coding_claims.c.coding)
            .where(in_force(), key.in_(unique[start : start + BATCH]))
        )
        found.extend(from_record(json.loads(row[0])) for row in rows)
    return found


def current_reports(connection: Connection, ids: Sequence[str]) -> list[Report]:
    """Reports as they were coded last, copies marked."""
    found: list[Report] = []
    unique = list(dict.fromkeys(ids))
    for start in range(0, len(unique), BATCH):
        rows = connection.execute(
            select(schema.reports.c.body, schema.copies.c.copy_of)
            .join(schema.codings, schema.codings.c.report_seq == schema.reports.c.seq)
            .outerjoin(schema.copies, schema.copies.c.report == schema.reports.c.id)
            .where(in_force(), schema.reports.c.id.in_(unique[start : start + BATCH]))
        )
        found.extend(dataclasses.replace(from_record(json.loads(body)), copy_of=copy_of) for body, copy_of in rows)
    return found


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
