"""What is in force in a ledger, now or as of a number in its sequence: reports as coded last, their claims, who copies whom."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Select, Table, and_, exists, func, select, true

from marsad.ledger import schema
from marsad.ledger.records import among, decode
from marsad.model import Claim, Judgement, Report

COPY = "copy"
CHUNK = 5_000


def in_force(as_of: int | None) -> Any:
    """The test that a coding is the last one of its report."""
    later = schema.codings.alias("later")
    same = later.c.report == schema.codings.c.report
    if as_of is None:
        return ~exists().where(same, later.c.seq > schema.codings.c.seq)
    after = and_(same, later.c.seq > schema.codings.c.seq, later.c.seq <= as_of)
    return and_(schema.codings.c.seq <= as_of, ~exists().where(after))


def last_body(as_of: int | None, kind: str | None = None) -> Select[Any]:
    """Fold, number and body of each fold's last revision, `None` where it ceased."""
    table = schema.revisions
    later = table.alias("later")
    tests = [later.c.fold == table.c.fold, later.c.seq > table.c.seq]
    wanted: list[Any] = [table.c.kind == kind] if kind else []
    if as_of is not None:
        tests.append(later.c.seq <= as_of)
        wanted.append(table.c.seq <= as_of)
    return select(table.c.fold, table.c.seq, table.c.kind, table.c.body).where(~exists().where(*tests), *wanted)


def bodies_of(connection: Connection, folds: Iterable[str] | None, as_of: int | None = None) -> dict[str, tuple[int, str, str]]:
    """Number, kind and body of folds that are in force; all of them for `None`, copies left out."""
    statement = last_body(as_of).where(schema.revisions.c.kind != COPY)
    if folds is not None:
        statement = statement.where(among(connection, schema.revisions.c.fold, dict.fromkeys(folds)))
    return {row.fold: (row.seq, row.kind, row.body) for row in connection.execute(statement) if row.body is not None}


def coded(as_of: int | None, *columns: Any) -> Select[Any]:
    """Claims of the codings in force."""
    return (
        select(*columns)
        .join(schema.coding_claims, schema.coding_claims.c.claim == schema.claims.c.seq)
        .join(schema.codings, schema.codings.c.seq == schema.coding_claims.c.coding)
        .where(in_force(as_of))
    )


def claims_by_id(connection: Connection, ids: Iterable[str], as_of: int | None = None) -> list[Claim]:
    """Claims in force with those ids."""
    wanted = among(connection, schema.claims.c.id, dict.fromkeys(ids))
    return [decode(body) for (body,) in connection.execute(coded(as_of, schema.claims.c.body).where(wanted))]


def claims_of_reports(connection: Connection, reports: Iterable[str] | None, as_of: int | None = None) -> dict[int, Claim]:
    """Claims in force of those reports (of all for `None`), by number."""
    wanted = true() if reports is None else among(connection, schema.codings.c.report, dict.fromkeys(reports))
    rows = connection.execute(coded(as_of, schema.claims.c.seq, schema.claims.c.body).where(wanted))
    return {seq: decode(body) for seq, body in rows}


def claims_by_number(connection: Connection, numbers: Iterable[int]) -> dict[int, Claim]:
    """Claims by their number, in force or not."""
    table = schema.claims
    rows = connection.execute(select(table.c.seq, table.c.body).where(among(connection, table.c.seq, numbers)))
    return {seq: decode(body) for seq, body in rows}


def reports_in_force(connection: Connection, ids: Iterable[str] | None, as_of: int | None = None) -> list[Report]:
    """Reports as they were coded last, by id, copies marked; all of them for `None`."""
    statement = select(schema.reports.c.body).join(schema.codings, schema.codings.c.report_seq == schema.reports.c.seq)
    statement = statement.where(in_force(as_of))
    known = None if ids is None else list(dict.fromkeys(ids))
    if known is not None:
        statement = statement.where(among(connection, schema.codings.c.report, known))
    copy_of = copies(connection, known, as_of)
    found = [decode(body) for (body,) in connection.execute(statement.order_by(schema.reports.c.id))]
    return [dataclasses.replace(r, copy_of=copy_of.get(r.id)) if r.copy_of != copy_of.get(r.id) else r for r in found]


def copies(connection: Connection, reports: Iterable[str] | None, as_of: int | None = None) -> dict[str, str]:
    """The original of each report that is a copy."""
    if as_of is not None:
        statement = last_body(as_of, COPY)
        if reports is not None:
            statement = statement.where(among(connection, schema.revisions.c.fold, reports))
        return {row.fold: row.body for row in connection.execute(statement) if row.body is not None}
    current = select(schema.copies.c.report, schema.copies.c.copy_of)
    if reports is not None:
        current = current.where(among(connection, schema.copies.c.report, reports))
    return {row.report: row.copy_of for row in connection.execute(current)}


def judgements_in(connection: Connection, as_of: int | None = None) -> list[Judgement]:
    """All judgements, in the order in which they came."""
    table = schema.judgements
    wanted = true() if as_of is None else table.c.seq <= as_of
    return [decode(body) for (body,) in connection.execute(select(table.c.body).where(wanted).order_by(table.c.seq))]


def last_seq(connection: Connection) -> int:
    """The number of the last fact; 0 in an empty ledger."""
    return int(connection.execute(select(func.coalesce(func.max(schema.log.c.seq), 0))).scalar_one())


def facts(connection: Connection, table: Table) -> Iterator[tuple[int, Any]]:
    """Every item that a table of facts holds, with its number."""
    last = 0
    while True:
        statement = select(table.c.seq, table.c.body).where(table.c.seq > last).order_by(table.c.seq).limit(CHUNK)
        rows = list(connection.execute(statement))
        if not rows:
            return
        for seq, body in rows:
            yield seq, decode(body)
        last = rows[-1].seq


def in_chunks(items: Iterable[Any]) -> Iterator[list[Any]]:
    chunk: list[Any] = []
    for item in items:
        chunk.append(item)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    yield chunk
