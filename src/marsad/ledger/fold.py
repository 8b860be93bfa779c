"""The folds of a ledger: copies, events, statistics and conditions, worked out from the claims in force."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, exists, insert, select

from marsad.ledger import schema
from marsad.ledger.store import Ledger
from marsad.model import Claim, Condition, Event, Report, Statistic, dump, from_record

if TYPE_CHECKING:
    from marsad.linking import Folds

Link = Callable[[Sequence[Claim], Sequence[Report]], "Folds"]
MarkCopies = Callable[[Sequence[Report]], Iterable[Report]]
BATCH = 500


def rebuild(ledger: Ledger, *, link: Link, mark_copies: MarkCopies) -> None:
    """Delete every fold and make it anew from the claims: the same claims give the same bytes."""
    with ledger.write() as connection:
        refold(connection, link=link, mark_copies=mark_copies)


def refold(connection: Connection, *, link: Link, mark_copies: MarkCopies) -> None:
    """The same inside a transaction that is under way."""
    reports = list(mark_copies(reports_in_force(connection)))
    claims = claims_in_force(connection)
    folds = link(claims, reports)
    for table in schema.FOLDS:
        connection.execute(delete(table))
    put(connection, schema.copies, [{"report": r.id, "copy_of": r.copy_of} for r in reports if r.copy_of])
    items: list[Event | Statistic | Condition] = [*folds.events, *folds.statistics, *folds.conditions]
    put(connection, schema.folds, [fold_row(item) for item in items])
    put(connection, schema.fold_claims, [{"fold": i.id, "claim": c} for i in items for c in dict.fromkeys(i.claims)])


def put(connection: Connection, table: Any, rows: Sequence[dict[str, object]]) -> None:
    for start in range(0, len(rows), BATCH):
        connection.execute(insert(table), list(rows[start : start + BATCH]))


def in_force() -> Any:
    """The test that a coding is the last one of its report."""
    later = schema.codings.alias("later")
    return ~exists().where(later.c.report == schema.codings.c.report, later.c.seq > schema.codings.c.seq)


def reports_in_force(connection: Connection) -> list[Report]:
    """Every report as it was coded last, by id; none is marked as a copy yet."""
    rows = connection.execute(
        select(schema.reports.c.body)
        .join(schema.codings, schema.codings.c.report_seq == schema.reports.c.seq)
        .where(in_force())
        .order_by(schema.reports.c.id)
    )
    return [from_record({**json.loads(body), "copy_of": None}) for (body,) in rows]


def claims_in_force(connection: Connection) -> list[Claim]:
    """The claims of every report's last coding, by id."""
    rows = connection.execute(
        select(schema.claims.c.body)
        .join(schema.coding_claims, schema.coding_claims.c.claim == schema.claims.c.seq)
        .join(schema.codings, schema.codings.c.seq == schema.coding_claims.c.coding)
        .where(in_force())
        .order_by(schema.claims.c.id)
    )
    return [from_record(json.loads(body)) for (body,) in rows]


def fold_row(item: Event | Statistic | Condition) -> dict[str, object]:
    """A fold with the columns that it is looked up by."""
    place = item.place
    people = [*item.who, *(() if isinstance(item, Condition) else item.whom)]
    row: dict[str, object] = {
        "id": item.id,
        "country": place.country if place else None,
        "place": " | ".join(p for p in (place.name, place.words, place.admin1) if p).casefold() if place else None,
        "latitude": place.latitude if place else None,
        "longitude": place.longitude if place else None,
        "actors": " | ".join(dict.fromkeys(n for a in people for n in (a.name, a.words))).casefold(),
        "killed": None,
        "body": dump(item),
    }
    if isinstance(item, Event):
        killed = item.killed.best if item.killed.best is not None else item.killed.low
        named = {"kind": "event", "type": item.event_type, "sub_type": item.sub_event_type, "killed": killed}
        return row | named | {"first": item.date_first, "last": item.date_last}
    if isinstance(item, Statistic):
        return row | {
            "kind": "statistic",
            "type": item.measure,
            "sub_type": item.sub_event_type,
            "first": item.first,
            "last": item.last,
        }
    return row | {"kind": "condition", "type": item.subject, "sub_type": item.state, "first": item.since, "last": item.until}
