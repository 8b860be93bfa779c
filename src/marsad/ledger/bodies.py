"""Records as the text that the ledger keeps them in: pages of them for a server, which has no use for objects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import orjson
from sqlalchemy import Connection, func, select, text, true

from marsad.ledger import schema
from marsad.ledger.history import Moment, resolve
from marsad.ledger.inforce import in_force, last_seq
from marsad.ledger.lookup import Filter, FoldKind, cursor, match_of, matching, passages_with
from marsad.ledger.narrow import searchable
from marsad.ledger.records import among, decode
from marsad.ledger.store import Ledger
from marsad.model import ConfigError, Judgement


class Body(NamedTuple):
    """A record as one JSON object in text: its id, the number of its revision, when that was (microseconds since 1970)."""

    id: str
    seq: int
    at: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bodies:
    """A page of records; `after` is the cursor of the next one, `seq` what all are as of."""

    items: tuple[Body, ...]
    after: str | None
    seq: int


class Gone(NamedTuple):
    """A fold that is no more: its last text, the number of the revision that ended it, and when that was."""

    id: str
    seq: int
    at: int
    text: str


def page_of(ledger: Ledger, kind: FoldKind, wanted: Filter) -> Bodies:
    """The folds that match, `limit` at a time (100 where none is said), each page as of the moment of the first.

    Raises `ConfigError` for a cursor that no page gave.
    """
    size = wanted.limit or 100
    with ledger.read() as connection:
        asked, last = wanted.moment(), last_seq(connection)
        seq = last if asked is None else min(resolve(connection, asked), last)
        rows = matching(connection, kind, wanted.at_most(size + 1), None if seq >= last else seq)
        shown = rows[:size]
        after = cursor(shown[-1], wanted.order, seq) if len(rows) > size else None
        found = {body.seq: body for body in revisions(connection, [row.seq for row in shown])}
        return Bodies(items=tuple(found[row.seq] for row in shown), after=after, seq=seq)


def revisions(connection: Connection, numbers: Sequence[int]) -> list[Body]:
    """The texts of revisions by their numbers, those that ended a fold left out."""
    sqlite = connection.dialect.name == "sqlite"
    given = orjson.dumps(list(numbers)).decode() if sqlite else list(numbers)
    rows = connection.execute(REVISIONS if sqlite else REVISIONS_ON_SERVER, {"numbers": given})
    return [Body(row[0], row[1], row[2], row[3]) for row in rows]


READ = (
    "SELECT r.fold, r.seq, log.at, r.body FROM revisions r JOIN log ON log.seq = r.seq "
    "WHERE r.body IS NOT NULL AND r.seq "
)
REVISIONS = text(READ + "IN (SELECT value FROM json_each(:numbers))")
REVISIONS_ON_SERVER = text(READ + "= ANY(:numbers)")
"""Written out, because making them anew takes as long as asking."""


def named(ledger: Ledger, ids: Sequence[str], *, as_of: Moment | None = None) -> list[Body]:
    """The folds of those ids that are in force, in the order of the ids."""
    with ledger.read() as connection:
        seq = None if as_of is None else resolve(connection, as_of)
        table = schema.revisions
        until = true() if seq is None else table.c.seq <= seq
        last = select(func.max(table.c.seq)).where(among(connection, table.c.fold, list(ids)), until).group_by(table.c.fold)
        found = {body.id: body for body in revisions(connection, list(connection.execute(last).scalars()))}
    return [found[name] for name in dict.fromkeys(ids) if name in found]


def changes(
    ledger: Ledger, *, after: int, limit: int = 1000, kinds: Iterable[str] = ("event",)
) -> list[tuple[Body | Gone, str, str]]:
    """Revisions of folds after a number of the log, in order: what is now or what was last, the kind, and why."""
    table, log, before = schema.revisions, schema.log, schema.revisions.alias("before")
    older = select(before.c.body).where(before.c.fold == table.c.fold, before.c.seq < table.c.seq, before.c.body.is_not(None))
    last = older.order_by(before.c.seq.desc()).limit(1).scalar_subquery()
    columns = (table.c.fold, table.c.seq, log.c.at, table.c.body, last, table.c.kind, table.c.why)
    with ledger.read() as connection:
        statement = select(*columns).join(log, log.c.seq == table.c.seq).where(table.c.seq > after)
        statement = statement.where(table.c.kind.in_(list(kinds))).order_by(table.c.seq).limit(limit)
        rows = connection.execute(statement)
        return [
            (Body(r[0], r[1], r[2], r[3]) if r[3] is not None else Gone(r[0], r[1], r[2], r[4] or "{}"), r[5], r[6]) for r in rows
        ]


def gone(ledger: Ledger, *, since: int = 0, kind: FoldKind = "event") -> list[Gone]:
    """Folds that are no more, the last to go first; `since` is a moment in microseconds since 1970."""
    table, log, later = schema.revisions, schema.log, schema.revisions.alias("later")
    before = schema.revisions.alias("before")
    revived = select(later.c.seq).where(later.c.fold == table.c.fold, later.c.seq > table.c.seq).exists()
    older = select(before.c.body).where(before.c.fold == table.c.fold, before.c.seq < table.c.seq, before.c.body.is_not(None))
    last = older.order_by(before.c.seq.desc()).limit(1).scalar_subquery()
    statement = select(table.c.fold, table.c.seq, log.c.at, last).join(log, log.c.seq == table.c.seq)
    statement = statement.where(table.c.kind == kind, table.c.body.is_(None), ~revived, log.c.at >= since)
    with ledger.read() as connection:
        return [Gone(r[0], r[1], r[2], r[3] or "{}") for r in connection.execute(statement.order_by(table.c.seq.desc()))]


def revisions_since(ledger: Ledger, since: int, *, kind: FoldKind = "event") -> set[str]:
    """The ids of folds that have a revision at or after a moment (microseconds since 1970)."""
    table, log = schema.revisions, schema.log
    with ledger.read() as connection:
        first = connection.execute(select(func.min(log.c.seq)).where(log.c.at >= since)).scalar()
        if first is None:
            return set()
        statement = select(table.c.fold).distinct().where(table.c.seq >= first, table.c.kind == kind)
        return set(connection.execute(statement).scalars())


def claim_page(
    ledger: Ledger,
    *,
    report: str | None = None,
    fold: str | None = None,
    words: str | None = None,
    after: str | None = None,
    limit: int = 100,
    as_of: Moment | None = None,
) -> Bodies:
    """Claims in force by number: of one report, behind one fold (as it is now), with some words, or all."""
    claims, codings = schema.claims, schema.codings
    start, past = read_place(after)
    with ledger.read() as connection:
        seq = moment_of(connection, past if past is not None else as_of)
        statement = select(claims.c.id, claims.c.seq, schema.log.c.at, claims.c.body)
        statement = statement.join(schema.log, schema.log.c.seq == claims.c.seq)
        statement = statement.join(schema.coding_claims, schema.coding_claims.c.claim == claims.c.seq)
        statement = statement.join(codings, codings.c.seq == schema.coding_claims.c.coding).where(in_force(seq))
        if report is not None:
            statement = statement.where(codings.c.report == report)
        if fold is not None:
            statement = statement.where(claims.c.seq.in_(select(schema.linked.c.claim).where(schema.linked.c.fold == fold)))
        if words is not None:
            statement = statement.where(claims.c.seq.in_(with_words(connection, words)))
        rows = connection.execute(statement.where(claims.c.seq > start).order_by(claims.c.seq).limit(limit + 1))
        return cut([Body(*row) for row in rows], limit, seq if seq is not None else last_seq(connection))


def report_page(
    ledger: Ledger, *, words: str | None = None, after: str | None = None, limit: int = 100, as_of: Moment | None = None
) -> Bodies:
    """Reports in force by number: with some words, or all. Copies are marked."""
    reports, codings = schema.reports, schema.codings
    start, past = read_place(after)
    with ledger.read() as connection:
        seq = moment_of(connection, past if past is not None else as_of)
        statement = select(reports.c.id, reports.c.seq, schema.log.c.at, reports.c.body)
        statement = statement.join(schema.log, schema.log.c.seq == reports.c.seq)
        statement = statement.join(codings, codings.c.report_seq == reports.c.seq).where(in_force(seq))
        if words is not None:
            statement = statement.where(reports.c.seq.in_(with_words(connection, words)))
        rows = connection.execute(statement.where(reports.c.seq > start).order_by(reports.c.seq).limit(limit + 1))
        return cut([Body(*row) for row in rows], limit, seq if seq is not None else last_seq(connection))


def with_words(connection: Connection, words: str) -> list[int]:
    """The numbers of claims and reports in which all these words stand."""
    match = match_of(connection.dialect.name, searchable(words))
    return list(connection.execute(passages_with(connection.dialect.name, match)).scalars())


def folds_with(ledger: Ledger, words: str) -> set[str]:
    """The ids of folds that have a claim in whose quotes or title all these words stand."""
    linked = schema.linked
    with ledger.read() as connection:
        hits = with_words(connection, words)
        rows = connection.execute(select(linked.c.fold).distinct().where(among(connection, linked.c.claim, hits)))
        return {fold for fold in rows.scalars() if fold}


def folds_of(ledger: Ledger, claims: Iterable[str]) -> dict[str, str]:
    """The fold that each of those claims is part of now."""
    table, linked = schema.claims, schema.linked
    with ledger.read() as connection:
        statement = select(table.c.id, linked.c.fold).join(linked, linked.c.claim == table.c.seq)
        rows = connection.execute(statement.where(among(connection, table.c.id, list(claims)), linked.c.fold.is_not(None)))
        return {row.id: row.fold for row in rows}


def moment_of(connection: Connection, when: Moment | None) -> int | None:
    """The number of the log that a moment means; `None` for now."""
    if when is None:
        return None
    seq = resolve(connection, when)
    return None if seq >= last_seq(connection) else seq


def read_place(after: str | None) -> tuple[int, int | None]:
    """What `cut` wrote: the last number, and what the pages are as of. Raises `ConfigError` for anything else."""
    if after is None:
        return 0, None
    number, _, seq = after.partition(".")
    if not (number.isascii() and seq.isascii() and number.isdecimal() and seq.isdecimal()) or max(len(number), len(seq)) > 18:
        raise ConfigError(f"{after!r} is no cursor of a page")
    return int(number), int(seq)


def judgements_after(ledger: Ledger, seq: int) -> list[tuple[int, Judgement]]:
    """The judgements that came after a number of the log, each with its own."""
    table = schema.judgements
    with ledger.read() as connection:
        rows = connection.execute(select(table.c.seq, table.c.body).where(table.c.seq > seq).order_by(table.c.seq))
        return [(number, decode(body)) for number, body in rows]


def cut(rows: list[Body], limit: int, seq: int) -> Bodies:
    """A page of rows of which one more than asked for was read."""
    shown = tuple(rows[:limit])
    return Bodies(items=shown, after=f"{shown[-1].seq}.{seq}" if len(rows) > limit else None, seq=seq)


class Before(NamedTuple):
    """A fold before and after a revision; no text after where it ceased."""

    id: str
    at: int
    before: str
    after: str | None


def revised(ledger: Ledger, *, since: int = 0, kind: FoldKind = "event") -> list[Before]:
    """Each change of a fold that was there before, since a moment (microseconds since 1970), the last one first."""
    table, log, older = schema.revisions, schema.log, schema.revisions.alias("older")
    earlier = select(older.c.seq).where(older.c.fold == table.c.fold, older.c.seq < table.c.seq)
    last = earlier.order_by(older.c.seq.desc()).limit(1).scalar_subquery()
    with ledger.read() as connection:
        first = connection.execute(select(func.min(log.c.seq)).where(log.c.at >= since)).scalar()
        if first is None:
            return []
        statement = select(table.c.fold, log.c.at, older.c.body, table.c.body).join(log, log.c.seq == table.c.seq)
        statement = statement.join(older, older.c.seq == last.correlate(table))
        wanted = (table.c.seq >= first, table.c.kind == kind, older.c.body.is_not(None))
        return [Before(*row) for row in connection.execute(statement.where(*wanted).order_by(table.c.seq.desc()))]
