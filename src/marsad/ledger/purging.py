"""Taking full texts and captured pages out of a ledger without breaking its chain.

What is taken away leaves its hash: a capture's id is the hash of its bytes, and a report's record has its hash in the log. Of a
report's text the cited sentences stay at their offsets, all else becomes blank; the record as it then stands has its hash in a
further fact, so that `verify` can tell a text that was purged from one that was changed. What was purged does not come back when
the same page is read again.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, bindparam, select, text, update

from marsad.ledger import schema
from marsad.ledger.narrow import keep_passages, searchable
from marsad.ledger.records import Journal, among, decode, digest_of, encode, printable
from marsad.ledger.store import Ledger
from marsad.model import Report, StoreError

STAGE, CODE = "ledger", "purged"
DAY = 86_400_000_000
MARK = re.compile(r"(?P<kind>report|capture) number (?P<seq>[0-9]{1,18})(?: is now (?P<digest>[0-9a-f]{64}))?:")
BLANK = re.compile(r"[^\n]")
CHUNK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """The ids of reports whose text, and of captures whose bytes, were taken away."""

    reports: tuple[str, ...] = ()
    captures: tuple[str, ...] = ()


def purge(
    ledger: Ledger,
    *,
    reports: Sequence[str] = (),
    older_than: int | None = None,
    by: str,
    reason: str,
    version: str = "",
    codebook: str = "",
    check: bool = False,
    now: int | None = None,
) -> Purged:
    """Take the texts of those reports and of all that came in more than so many days ago, and the pages they were cut from.

    With `check` nothing is changed. Raises `StoreError` where there is no such report, or the ledger can't be written.
    """
    with ledger.write() as connection:
        before = None if older_than is None else (now or time.time_ns() // 1000) - older_than * DAY
        chosen = report_rows(connection, reports, before)
        pages = capture_rows(connection, [decode(body).capture for _, body in chosen], before)
        done = Purged(
            reports=tuple(dict.fromkeys(decode(body).id for _, body in chosen)), captures=tuple(name for _, name in pages)
        )
        if check or not (chosen or pages):
            connection.rollback()
            return done
        journal = Journal(connection)
        run = journal.add("run", printable(version), printable(version), printable(codebook))
        words = f"{printable(by)}: {printable(reason)}"
        with writable(connection, "reports", "captures"):
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA secure_delete=ON")
            for some in in_lots(chosen):
                blank_reports(connection, journal, run, some, words)
            empty_captures(connection, journal, run, pages, words)
        journal.flush()
    scrub(ledger)
    return done


def report_rows(connection: Connection, names: Sequence[str], before: int | None) -> list[tuple[int, str]]:
    """Numbers and bodies of the reports that are meant and not purged yet."""
    table, log = schema.reports, schema.log
    gone = set(purged_in(connection))
    found: dict[int, str] = {}
    if names:
        rows = list(connection.execute(select(table.c.seq, table.c.id, table.c.body).where(among(connection, table.c.id, names))))
        missing = sorted(set(names) - {row.id for row in rows})
        if missing:
            raise StoreError(f"there is no report {missing[0]}")
        found.update({row.seq: row.body for row in rows})
    if before is not None:
        statement = select(table.c.seq, table.c.body).join(log, log.c.seq == table.c.seq).where(log.c.at < before)
        found.update({row.seq: row.body for row in connection.execute(statement)})
    return [(seq, found[seq]) for seq in sorted(found) if seq not in gone]


def capture_rows(connection: Connection, names: Iterable[str | None], before: int | None) -> list[tuple[int, str]]:
    """Numbers and ids of the captures that are meant and not purged yet."""
    table, log = schema.captures, schema.log
    gone = set(purged_in(connection))
    wanted = [n for n in dict.fromkeys(names) if n]
    found = {
        r.seq: r.id for r in connection.execute(select(table.c.seq, table.c.id).where(among(connection, table.c.id, wanted)))
    }
    if before is not None:
        statement = select(table.c.seq, table.c.id).join(log, log.c.seq == table.c.seq).where(log.c.at < before)
        found.update({row.seq: row.id for row in connection.execute(statement)})
    return [(seq, found[seq]) for seq in sorted(found) if seq not in gone]


def in_lots(rows: Sequence[tuple[int, str]]) -> Iterable[Sequence[tuple[int, str]]]:
    return (rows[n : n + CHUNK] for n in range(0, len(rows), CHUNK))


def blank_reports(connection: Connection, journal: Journal, run: int, rows: Sequence[tuple[int, str]], words: str) -> None:
    """Leave of each text what claims cite; its words are found no more; the hash of what is left goes into the log."""
    spans = cited(connection, [seq for seq, _ in rows])
    for seq, body in rows:
        report: Report = decode(body)
        left = replace(report, text=blanked(report.text, spans.get(seq, ())))
        stub = encode(left)
        connection.execute(update(schema.reports).where(schema.reports.c.seq == bindparam("row")).values(body=stub), {"row": seq})
        row = connection.execute(select(schema.reports).where(schema.reports.c.seq == seq)).one()
        digest = digest_of("report", tuple(row)).hex()
        mark = f"report number {seq} is now {digest}: its text was taken away by {words}"
        journal.add("problem", report.id, run, STAGE, CODE, mark, report.id)
        forget_words(connection, seq, f"{report.title or ''}\n{report.text}", f"{left.title or ''}\n{left.text}")


def cited(connection: Connection, numbers: Sequence[int]) -> dict[int, list[tuple[int, int]]]:
    """The stretches that claims cite, by the number of the report's record."""
    codings, members, evidence = schema.codings, schema.coding_claims, schema.evidence
    statement = (
        select(codings.c.report_seq, evidence.c.start, evidence.c.end)
        .join(members, members.c.coding == codings.c.seq)
        .join(evidence, evidence.c.claim == members.c.claim)
        .where(among(connection, codings.c.report_seq, list(numbers)))
        .distinct()
    )
    found: dict[int, list[tuple[int, int]]] = {}
    for seq, start, end in connection.execute(statement):
        found.setdefault(seq, []).append((start, end))
    return found


def blanked(words: str, spans: Iterable[tuple[int, int]]) -> str:
    """A text of the same length in which only those stretches and line breaks are left.

    >>> blanked("Two died. Rain fell.", [(0, 9)])
    'Two died.           '
    """
    parts, at = [], 0
    for start, end in sorted(spans):
        if end > at:
            parts += [BLANK.sub(" ", words[at : max(at, start)]), words[max(at, start) : end]]
            at = end
    return "".join([*parts, BLANK.sub(" ", words[at:])])


def forget_words(connection: Connection, seq: int, before: str, after: str) -> None:
    """Take words out of the index, and put in what is left."""
    if connection.dialect.name == "sqlite":
        given = (seq, searchable(before))
        connection.exec_driver_sql("INSERT INTO passages (passages, rowid, words) VALUES ('delete', ?, ?)", given)
    else:
        connection.execute(text("DELETE FROM passages WHERE rowid = :row"), {"row": seq})
    keep_passages(connection, [(seq, after)])


def empty_captures(connection: Connection, journal: Journal, run: int, rows: Sequence[tuple[int, str]], words: str) -> None:
    """Take the bytes of captures away; their hash is their id."""
    for seq, name in rows:
        connection.execute(
            update(schema.captures).where(schema.captures.c.seq == bindparam("row")).values(body=b""), {"row": seq}
        )
        journal.add("problem", name, run, STAGE, CODE, f"capture number {seq}: its bytes were taken away by {words}", name)


class writable:
    """While it lasts, records of those tables can be changed; the triggers stand again when it ends."""

    def __init__(self, connection: Connection, *tables: str) -> None:
        self.connection, self.tables = connection, tables

    def __enter__(self) -> None:
        for name in self.tables:
            if self.connection.dialect.name == "sqlite":
                self.connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}_no_update")
            else:
                self.connection.exec_driver_sql(f"ALTER TABLE {name} DISABLE TRIGGER {name}_no_change")

    def __exit__(self, kind: object, *rest: object) -> None:
        if kind is not None:
            return  # the transaction is rolled back, and the triggers with it
        for name in self.tables:
            if self.connection.dialect.name == "sqlite":
                made = [s for s in schema.triggers("sqlite") if f"TRIGGER {name}_no_update " in s]
                self.connection.exec_driver_sql(made[0])
            else:
                self.connection.exec_driver_sql(f"ALTER TABLE {name} ENABLE TRIGGER {name}_no_change")


def scrub(ledger: Ledger) -> None:
    """Have the database write itself anew, so that what was taken away is not left in free pages or in the write-ahead log."""
    with ledger.engine.connect() as connection:
        if ledger.dialect == "sqlite":
            connection.exec_driver_sql("INSERT INTO passages (passages) VALUES ('optimize')")
            connection.exec_driver_sql("VACUUM")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        loose = connection.execution_options(isolation_level="AUTOCOMMIT")
        for name in ("reports", "captures", "passages"):
            loose.exec_driver_sql(f"VACUUM FULL {name}")


def purged(ledger: Ledger) -> dict[int, str | None]:
    """The numbers of records that were purged, with the hash of what is left of a report's (hexadecimal; `None`: a capture's)."""
    with ledger.read() as connection:
        return purged_in(connection)


def purged_in(connection: Connection) -> dict[int, str | None]:
    table = schema.problems
    statement = select(table.c.message).where(table.c.code == CODE, table.c.stage == STAGE)
    marks = (MARK.match(words) for words in connection.execute(statement).scalars())
    return {int(m["seq"]): m["digest"] for m in marks if m}


def as_written(row: Any) -> tuple[Any, ...]:
    """A purged capture's row as its hash was taken: the bytes' own hash, which is its id, in the place of the bytes."""
    return (*tuple(row)[:-1], row.id)
