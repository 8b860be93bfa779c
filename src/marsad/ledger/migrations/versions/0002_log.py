"""One sequence for all facts, hashed and chained; revisions of folds; evidence rows; indexes by cell and day.

Only files were made by the first version. Its facts are carried over with their bytes, its folds as first revisions; what is
worked out from claims is left to the next run, which links everything anew.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from alembic import op
from sqlalchemy import Connection

from marsad.ledger import schema
from marsad.ledger.failpoints import reach
from marsad.ledger.narrow import Change, keep_changes, keep_passages
from marsad.ledger.records import Journal, decode, printable, put

revision = "0002"
down_revision = "0001"

OLD = ("coding_claims", "codings", "problems", "fold_claims", "folds", "copies", "claims", "reports", "captures", "runs")
WHY = "carried over from the first schema"


def upgrade() -> None:
    """Put the old tables aside, copy them into the new ones, drop them."""
    connection = op.get_bind()
    for table in OLD:
        for verb in ("update", "delete"):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
        connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO old_{table}")
    for (name,) in rows(connection, "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"):
        connection.exec_driver_sql(f"DROP INDEX {name}")
    schema.make_tables(connection)
    reach("migrate.aside")
    journal = Journal(connection)
    now, journal.at = journal.at, 0
    captures(connection, journal)
    codings(connection, journal)
    journal.flush()
    reach("migrate.facts")
    journal.at = max(journal.at, now)
    folds(connection, journal)
    reach("migrate.folds")
    for table in OLD:
        connection.exec_driver_sql(f"DROP TABLE old_{table}")


def rows(connection: Connection, query: str, *values: Any) -> list[Any]:
    return list(connection.exec_driver_sql(query, values))


def captures(connection: Connection, journal: Journal) -> None:
    """The bytes, as of the first run."""
    first = rows(connection, "SELECT at FROM old_runs ORDER BY seq LIMIT 1")
    journal.at = microseconds(first[0][0]) if first else 0
    query = "SELECT id, origin, url, fetched, media_type, body FROM old_captures ORDER BY rowid"
    for name, *words, body in connection.exec_driver_sql(query):
        journal.add("capture", name, name, *(None if w is None else printable(w) for w in words), body)
        if len(journal.rows["log"]) > 100:
            journal.flush()


def microseconds(at: str) -> int:
    return int(dt.datetime.fromisoformat(at).timestamp()) * 1_000_000


def codings(connection: Connection, journal: Journal) -> None:
    """Runs, reports, claims and problems in the order in which they came."""
    new_report: dict[int, int] = {}
    new_claim: dict[int, int] = {}
    words: list[tuple[int, str]] = []
    for old_run, version, codebook, at in rows(connection, "SELECT seq, version, codebook, at FROM old_runs ORDER BY seq"):
        journal.at = max(journal.at, microseconds(at))
        run = journal.add("run", version, version, codebook)
        query = "SELECT seq, report, report_seq, digest FROM old_codings WHERE run = ? ORDER BY seq"
        for old, report, report_seq, digest in rows(connection, query, old_run):
            if report_seq not in new_report:
                new_report[report_seq] = copy_report(connection, journal, report_seq, words)
            title = decode(rows(connection, "SELECT body FROM old_reports WHERE seq = ?", report_seq)[0][0]).title or ""
            claims = []
            for (claim,) in rows(connection, "SELECT claim FROM old_coding_claims WHERE coding = ? ORDER BY claim", old):
                if claim not in new_claim:
                    new_claim[claim] = copy_claim(connection, journal, claim, title, words)
                claims.append(new_claim[claim])
            seq = journal.add("coding", report, run, report, new_report[report_seq], digest, extra=sorted(claims))
            journal.beside(schema.coding_claims, [(seq, claim) for claim in claims])
        query = "SELECT stage, code, message, at FROM old_problems WHERE run = ? ORDER BY seq"
        for problem in rows(connection, query, old_run):
            journal.add("problem", printable(problem[3]), run, *map(printable, problem))
    keep_passages(connection, words)


def copy_report(connection: Connection, journal: Journal, old: int, words: list[tuple[int, str]]) -> int:
    name, digest, body = rows(connection, "SELECT id, digest, body FROM old_reports WHERE seq = ?", old)[0]
    seq = journal.add("report", name, name, digest, body)
    report = decode(body)
    words.append((seq, f"{report.title or ''}\n{report.text}"))
    return seq


def copy_claim(connection: Connection, journal: Journal, old: int, title: str, words: list[tuple[int, str]]) -> int:
    name, digest, body = rows(connection, "SELECT id, digest, body FROM old_claims WHERE seq = ?", old)[0]
    claim = decode(body)
    cited = [(n, e.field, e.start, e.end) for n, e in enumerate(claim.evidence)]
    seq = journal.add("claim", name, name, digest, body, extra=cited)
    journal.beside(schema.evidence, [(seq, *row) for row in cited])
    quotes = "\n".join(dict.fromkeys(e.quote for e in claim.evidence))
    words.append((seq, f"{title}\n{quotes}"))
    return seq


def folds(connection: Connection, journal: Journal) -> None:
    """Copies and folds as first revisions, and which claims are in which."""
    originals = [tuple(row) for row in rows(connection, "SELECT report, copy_of FROM old_copies ORDER BY report")]
    for report, original in originals:
        journal.add("revision", report, "copy", report, WHY, original)
    changes = []
    for name, kind, body in rows(connection, "SELECT id, kind, body FROM old_folds ORDER BY id"):
        changes.append(Change(seq=journal.add("revision", name, kind, name, WHY, body), new=decode(body)))
    journal.flush()
    put(connection, schema.copies, originals)
    keep_changes(connection, changes)
    query = (
        "SELECT c.seq, c.seq, f.fold FROM old_fold_claims f JOIN claims c ON c.id = f.claim "
        "JOIN coding_claims i ON i.claim = c.seq JOIN codings k ON k.seq = i.coding "
        "WHERE NOT EXISTS (SELECT 1 FROM codings l WHERE l.report = k.report AND l.seq > k.seq)"
    )
    put(connection, schema.linked, [tuple(row) for row in rows(connection, query)], anew="nothing")
