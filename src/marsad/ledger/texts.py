"""Texts of records at one stroke: each row that a database hands over by itself costs a wait for the interpreter's lock, and each
statement that is put together anew more than the answer to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, text

from marsad.ledger.bodies import Body, revisions
from marsad.ledger.inforce import COPY, copies
from marsad.ledger.lookup import match_of
from marsad.ledger.narrow import searchable
from marsad.ledger.store import Ledger

BODIES = (
    "SELECT group_concat(body, char(10)) FROM (SELECT r.body FROM json_each(?) wanted "
    "CROSS JOIN revisions r ON r.seq = wanted.value WHERE r.body IS NOT NULL ORDER BY wanted.key)"
)
LINES = (
    "SELECT group_concat(line, char(10)) FROM (SELECT r.fold || ' ' || r.seq || ' ' || log.at || ' ' || r.body AS line "
    "FROM json_each(?) wanted CROSS JOIN revisions r ON r.seq = wanted.value JOIN log ON log.seq = r.seq "
    "WHERE r.body IS NOT NULL ORDER BY wanted.key)"
)
FOLDS = (
    "SELECT group_concat(DISTINCT l.fold) FROM passages p CROSS JOIN linked l ON l.claim = p.rowid "
    "WHERE passages MATCH ? AND l.fold IS NOT NULL"
)
FOLDS_ON_SERVER = text(
    "SELECT DISTINCT l.fold FROM passages p JOIN linked l ON l.claim = p.rowid "
    "WHERE p.words @@ plainto_tsquery('simple', :words) AND l.fold IS NOT NULL"
)


def in_turn(ledger: Ledger, numbers: Sequence[int]) -> list[Body]:
    """The texts of revisions in the order of their numbers given; those that ended a fold are left out."""
    if not numbers:
        return []
    with ledger.read() as connection:
        if connection.dialect.name != "sqlite":
            found = {body.seq: body for body in revisions(connection, numbers)}
            return [found[n] for n in numbers if n in found]
        lines = one(connection, LINES, orjson.dumps(list(numbers)).decode())
    return [body_of(line) for line in lines.split("\n")] if lines else []


def plain_texts(ledger: Ledger, numbers: Sequence[int]) -> list[str]:
    """The same, the texts alone: quicker, where it is known which they are and when they were written does not matter."""
    if ledger.dialect != "sqlite" or not numbers:
        return [body.text for body in in_turn(ledger, numbers)]
    with ledger.read() as connection:
        lines = one(connection, BODIES, orjson.dumps(list(numbers)).decode())
    return lines.split("\n") if lines else []


def body_of(line: str) -> Body:
    """A revision on one line: records have no line breaks."""
    fold, seq, at, body = line.split(" ", 3)
    return Body(fold, int(seq), int(at), body)


def folds_with(ledger: Ledger, words: str) -> list[str]:
    """The ids of folds that have a claim in whose quotes or title all these words stand."""
    with ledger.read() as connection:
        match = match_of(connection.dialect.name, searchable(words))
        if connection.dialect.name != "sqlite":
            return list(connection.execute(FOLDS_ON_SERVER, {"words": match}).scalars())
        found = one(connection, FOLDS, match)
    return found.split(",") if found else []


def one(connection: Connection, statement: str, given: str) -> str:
    """The one text that a statement of SQLite gives; empty for nothing."""
    return str(connection.exec_driver_sql(statement, (given,)).scalar() or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """A fold and what stands behind it, as texts: the number of its revision, its claims in force with the folds that they are
    part of now, the reports of these with the reports that they are copies of."""

    seq: int
    kind: str
    body: str
    claims: tuple[tuple[str, str | None], ...]
    reports: tuple[tuple[str, str | None], ...]


NOW = 2**62
IN_FORCE = "k.seq <= :seq AND NOT EXISTS (SELECT 1 FROM codings l WHERE l.report = k.report AND l.seq > k.seq AND l.seq <= :seq)"
LAST = text("SELECT seq, kind, body FROM revisions WHERE fold = :fold AND seq <= :seq ORDER BY seq DESC LIMIT 1")
CLAIMS = (
    "SELECT c.body, l.fold, k.report FROM claims c JOIN coding_claims cc ON cc.claim = c.seq JOIN codings k ON k.seq = cc.coding "
    f"LEFT JOIN linked l ON l.claim = c.seq WHERE c.id {{listed}} AND {IN_FORCE}"
)
REPORTS = (
    "SELECT r.body, k.report, o.copy_of FROM codings k JOIN reports r ON r.seq = k.report_seq "
    f"LEFT JOIN copies o ON o.report = k.report WHERE k.report {{listed}} AND {IN_FORCE}"
)
LISTED = {"sqlite": "IN (SELECT value FROM json_each(:ids))", "postgresql": "= ANY(:ids)"}
STATEMENTS = {d: (text(CLAIMS.format(listed=w)), text(REPORTS.format(listed=w))) for d, w in LISTED.items()}


def behind_fold(ledger: Ledger, name: str, *, as_of: int | None = None) -> Behind | None:
    """What stands behind a fold, now or as of a number of the log; `None` where there is no such fold then."""
    seq = NOW if as_of is None else as_of
    with ledger.read() as connection:
        row = connection.execute(LAST, {"fold": name, "seq": seq}).first()
        if row is None or row.body is None or row.kind == COPY:
            return None
        dialect = connection.dialect.name
        told, stories = STATEMENTS[dialect]

        def ids(names: Iterable[str]) -> Any:
            known = list(dict.fromkeys(names))
            return orjson.dumps(known).decode() if dialect == "sqlite" else known

        claims = connection.execute(told, {"ids": ids(orjson.loads(row.body)["claims"]), "seq": seq}).all()
        reports = connection.execute(stories, {"ids": ids(c.report for c in claims), "seq": seq}).all()
        then = None if as_of is None else copies(connection, [r.report for r in reports], as_of)
        return Behind(
            seq=row.seq,
            kind=row.kind,
            body=row.body,
            claims=tuple((c.body, c.fold) for c in claims),
            reports=tuple((r.body, r.copy_of if then is None else then.get(r.report)) for r in reports),
        )
