"""Whether a ledger is what it was: every record against its hash, every hash against the chain, every quote against its text."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection, Table, func, select
from sqlalchemy.exc import SQLAlchemyError

from marsad.ledger import schema
from marsad.ledger.fold import history
from marsad.ledger.inforce import in_chunks
from marsad.ledger.narrow import narrow_row, text_row
from marsad.ledger.purging import as_written, purged_in
from marsad.ledger.records import START, among, decode, digest_of, link_of
from marsad.ledger.store import Ledger
from marsad.model import Problem

CHUNK = 2_000
Rows = dict[int, Any]
Watch = Callable[[int, int], None]


def verify(ledger: Ledger, *, head: str | None = None, watch: Watch = lambda done, total: None) -> list[Problem]:
    """What is wrong with a ledger, by name; empty where nothing is. `head` is the hash of an earlier end of the log.

    Reads everything: every record's hash is worked out anew, the chain of hashes, the ids of captures from their bytes, the
    quotes of claims in their reports, the index tables from the revisions, and on SQLite the structure of the file.
    """
    with ledger.read() as connection:
        steps: list[Callable[[], list[Problem]]] = [
            partial(structure, connection),
            partial(chain, connection, head),
            *(partial(records, connection, kind, table) for kind, table in schema.KINDS.items()),
            partial(quotes, connection),
            partial(index, connection),
        ]
        found: list[Problem] = []
        for number, step in enumerate(steps):
            watch(number, len(steps))
            found += step()
    return list(dict.fromkeys(found))


def fault(code: str, message: str, at: str | None = None) -> Problem:
    return Problem(stage="ledger", code=code, message=message, at=at)


def name_of(kind: str, ref: str, seq: int) -> str:
    return f"{kind} {ref} (number {seq} of the log)"


def structure(connection: Connection) -> list[Problem]:
    """What SQLite says of its file."""
    if connection.dialect.name != "sqlite":
        return []
    try:
        said = [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check(1000)")]
    except SQLAlchemyError as error:
        said = [str(error)]
    return [fault("damaged_file", f"SQLite finds the file damaged: {str(line)[:300]}") for line in said if line != "ok"]


def read_rows(connection: Connection, table: Table, low: int, high: int) -> tuple[Rows, list[int]]:
    """The rows of a stretch of the log, and the numbers at which nothing could be read."""
    statement = select(table).order_by(table.c.seq)
    try:
        return {row.seq: row for row in connection.execute(statement.where(table.c.seq.between(low, high)))}, []
    except (SQLAlchemyError, ValueError):
        rows: Rows = {}
        broken = []
        for seq in range(low, high + 1):
            try:
                row = connection.execute(select(table).where(table.c.seq == seq)).first()
            except (SQLAlchemyError, ValueError):
                broken.append(seq)
                continue
            if row is not None:
                rows[seq] = row
        return rows, broken


def last_of(connection: Connection) -> int:
    """The highest number in use anywhere."""
    last = 0
    for table in (schema.log, *schema.KINDS.values()):
        try:
            last = max(last, connection.execute(select(func.max(table.c.seq))).scalar() or 0)
        except SQLAlchemyError:
            continue
    return min(last, 10**10)


def chain(connection: Connection, head: str | None) -> list[Problem]:
    """The log: no number is missing, and each link follows from the one before."""
    found = []
    before, met = START, head is None
    for low in range(1, last_of(connection) + 1, CHUNK):
        high = min(low + CHUNK - 1, last_of(connection))
        rows, broken = read_rows(connection, schema.log, low, high)
        for seq in range(low, high + 1):
            row = rows.get(seq)
            if row is None:
                what = "can't be read" if seq in broken else "is missing"
                found.append(fault("broken_chain", f"entry {seq} of the log {what}", f"number {seq} of the log"))
                before = b""
                continue
            kept = plain(row.chain)
            if before and link_of(before, str(row.kind), str(row.ref), int(row.at), plain(row.sha256)) != kept:
                found.append(fault("broken_chain", "the log was changed here", name_of(row.kind, row.ref, seq)))
            before, met = kept, met or kept.hex() == head
    if not met:
        found.append(fault("broken_chain", f"the log does not hold {head}: it was cut or written anew"))
    return found


def plain(value: Any) -> bytes:
    return bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode()


def records(connection: Connection, kind: str, table: Table) -> list[Problem]:
    """The records of one kind against their hashes in the log."""
    found = []
    last = last_of(connection)
    gone = named_gone(connection) if kind in ("report", "capture") else {}
    for low in range(1, last + 1, CHUNK):
        high = min(low + CHUNK - 1, last)
        logged, _ = read_rows(connection, schema.log, low, high)
        rows, broken = read_rows(connection, table, low, high)
        expected = {seq: row for seq, row in logged.items() if row.kind == kind}
        extras = beside(connection, kind, low, high)
        for seq in sorted(expected.keys() | rows.keys() | set(broken)):
            entry, row = expected.get(seq), rows.get(seq)
            name = name_of(kind, entry.ref if entry else "", seq)
            if entry is None:
                found.append(fault("unlogged_record", "the log has no entry for it", name))
            elif row is None:
                what = "can't be read" if seq in broken else "is missing"
                code = "changed_record" if seq in broken else "missing_record"
                found.append(fault(code, f"the record {what}", name))
            else:
                found += compare(kind, row, extras, entry, name) if seq not in gone else left(kind, row, entry, gone[seq], name)
        found += strays(kind, extras, rows, logged)
    return found


def compare(kind: str, row: Any, extras: dict[int, list[Any]] | None, entry: Any, name: str) -> list[Problem]:
    """One record against its hash, and a capture against its id."""
    found = []
    extra = None if extras is None else sorted(extras.get(row.seq, []))
    try:
        same = digest_of(kind, tuple(row), extra) == plain(entry.sha256)
    except (TypeError, ValueError):
        same = False
    if not same:
        found.append(fault("changed_record", "the record, or what belongs to it, is not what was written", name))
    if kind == "capture" and hashlib.sha256(plain(row.body)).hexdigest() != row.id:
        found.append(fault("changed_capture", "the bytes are not those that the id stands for", name))
    return found


def named_gone(connection: Connection) -> dict[int, str | None]:
    """What was purged; nothing where that can't be read, which is named elsewhere."""
    try:
        return purged_in(connection)
    except (SQLAlchemyError, ValueError):
        return {}


def left(kind: str, row: Any, entry: Any, digest: str | None, name: str) -> list[Problem]:
    """A purged record: what is left of it against the hash in the log that says so."""
    try:
        if kind == "capture":
            same = plain(row.body) == b"" and digest_of(kind, as_written(row)) == plain(entry.sha256)
        else:
            same = digest_of(kind, tuple(row)).hex() == digest
    except (TypeError, ValueError):
        same = False
    return [] if same else [fault("changed_record", "the record is not what was left of it when it was purged", name)]


def beside(connection: Connection, kind: str, low: int, high: int) -> dict[int, list[Any]] | None:
    """The rows that belong to records of a kind, by its number; `None` where none do."""
    if kind == "claim":
        table, key = schema.evidence, schema.evidence.c.claim
    elif kind == "coding":
        table, key = schema.coding_claims, schema.coding_claims.c.coding
    else:
        return None
    found: dict[int, list[Any]] = {}
    try:
        for owner, *values in connection.execute(select(table).where(key.between(low, high))):
            found.setdefault(owner, []).append(values[0] if kind == "coding" else tuple(values))
    except (SQLAlchemyError, ValueError):
        for seq in range(low, high + 1):
            try:
                rows = [tuple(row[1:]) for row in connection.execute(select(table).where(key == seq))]
            except (SQLAlchemyError, ValueError):
                rows = [("can't be read",)]
            found[seq] = [row[0] for row in rows] if kind == "coding" else list(rows)
    return found


def strays(kind: str, extras: dict[int, list[Any]] | None, rows: Rows, logged: Rows) -> list[Problem]:
    """Rows that belong to no record."""
    lost = [seq for seq in extras or () if extras and extras[seq] and seq not in rows]
    return [
        fault("unlogged_record", f"it belongs to no {kind}", name_of(kind, logged[seq].ref if seq in logged else "", seq))
        for seq in lost
    ]


def quotes(connection: Connection) -> list[Problem]:
    """The words that claims cite, in the texts of their reports."""
    found = []
    try:
        last = last_of(connection)
        for low in range(1, last + 1, CHUNK):
            codings, _ = read_rows(connection, schema.codings, low, min(low + CHUNK - 1, last))
            found += [p for chunk in in_chunks(codings.values()) if chunk for p in quotes_of(connection, chunk)]
    except (SQLAlchemyError, ValueError, KeyError, TypeError) as error:
        found.append(fault("damaged_file", f"quotes could not all be checked: {str(error)[:200]}"))
    return found


def quotes_of(connection: Connection, codings: Sequence[Any]) -> list[Problem]:
    """The same for the claims of some codings."""
    table = schema.coding_claims
    rows = connection.execute(select(table).where(among(connection, table.c.coding, [c.seq for c in codings])))
    pairs = [(coding, claim) for coding, claim in rows]
    texts = items(connection, schema.reports, {c.report_seq for c in codings})
    claims = items(connection, schema.claims, {claim for _, claim in pairs})
    text_of = {c.seq: texts.get(c.report_seq) for c in codings}
    found = []
    for coding, number in pairs:
        report, claim = text_of.get(coding), claims.get(number)
        if report is None or claim is None:
            continue
        wrong = [e.field for e in claim.evidence if report.text[e.start : e.end] != e.quote]
        found += [
            fault("changed_evidence", f"what it cites for {name} is not in its report", name_of("claim", claim.id, number))
            for name in wrong
        ]
    return found


def items(connection: Connection, table: Table, numbers: set[int]) -> dict[int, Any]:
    """Items by number; what can't be read is left out, and named elsewhere."""
    try:
        rows = connection.execute(select(table.c.seq, table.c.body).where(among(connection, table.c.seq, numbers)))
        return {seq: decode(body) for seq, body in rows}
    except (SQLAlchemyError, ValueError, KeyError, TypeError):
        found = {}
    for seq in numbers:
        try:
            body = connection.execute(select(table.c.body).where(table.c.seq == seq)).scalar()
            found[seq] = decode(body) if body is not None else None
        except (SQLAlchemyError, ValueError, KeyError, TypeError):
            continue
    return found


def index(connection: Connection) -> list[Problem]:
    """The tables that folds are looked up in, against the revisions."""
    found = []
    try:
        kept = {kind: {row.seq: tuple(row) for row in connection.execute(select(t))} for kind, t in schema.INDEXES.items()}
        texts = {row.seq: tuple(row) for row in connection.execute(select(schema.fold_texts))}
        for seq, ended, item in history(connection):
            if item is None:
                continue
            rows = [k.pop(seq, None) for k in kept.values()]
            if narrow_row(seq, item, ended) not in rows or texts.pop(seq, None) != text_row(seq, item):
                found.append(stale(item.id, seq))
        found += [stale(row[-1], seq) for rows_of in kept.values() for seq, row in rows_of.items()]
        found += [stale("", seq) for seq in texts]
    except (SQLAlchemyError, ValueError, KeyError, TypeError) as error:
        found.append(fault("stale_index", f"the index could not be read: {str(error)[:200]}; `marsad rebuild` makes it anew"))
    return found


def stale(fold: str, seq: int) -> Problem:
    message = "the index does not say what the revision says; `marsad rebuild` makes it anew"
    return fault("stale_index", message, f"{fold} ({seq})")
