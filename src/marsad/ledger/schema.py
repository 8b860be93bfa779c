"""The tables of a ledger. Facts are append-only: triggers refuse to change or delete a row of them.

`captures`, `reports`, `claims`, `codings`, `coding_claims`, `runs` and `problems` are facts. `copies`, `folds` and `fold_claims`
are worked out from them and may be deleted and rebuilt at any time.

A report is coded anew when the program, the codebook or its anchor date changes; `codings` holds each time, and the
last one of a report is the one in force.
"""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, UniqueConstraint

VERSION = 1
APPLICATION = 0x4D415253
METADATA = MetaData()

captures = Table(
    "captures",
    METADATA,
    Column("id", String, primary_key=True),
    Column("origin", String, nullable=False),
    Column("url", String),
    Column("fetched", String),
    Column("media_type", String),
    Column("body", LargeBinary, nullable=False),
)
runs = Table(
    "runs",
    METADATA,
    Column("seq", Integer, primary_key=True),
    Column("version", String, nullable=False),
    Column("codebook", String, nullable=False),
    Column("at", String, nullable=False),
)
reports = Table(
    "reports",
    METADATA,
    Column("seq", Integer, primary_key=True),
    Column("id", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("capture", String),
    Column("origin", String, nullable=False),
    Column("title", String),
    Column("publisher", String),
    Column("published", String),
    Column("body", String, nullable=False),
    UniqueConstraint("id", "digest"),
)
claims = Table(
    "claims",
    METADATA,
    Column("seq", Integer, primary_key=True),
    Column("id", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("report", String, nullable=False, index=True),
    Column("scope", String, nullable=False),
    Column("sub_event_type", String),
    Column("country", String),
    Column("first", String),
    Column("stance", String, nullable=False),
    Column("status", String, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("body", String, nullable=False),
    UniqueConstraint("id", "digest"),
)
codings = Table(
    "codings",
    METADATA,
    Column("seq", Integer, primary_key=True),
    Column("run", ForeignKey("runs.seq"), nullable=False),
    Column("report", String, nullable=False, index=True),
    Column("report_seq", ForeignKey("reports.seq"), nullable=False),
    Column("digest", String, nullable=False),
)
coding_claims = Table(
    "coding_claims",
    METADATA,
    Column("coding", ForeignKey("codings.seq"), primary_key=True),
    Column("claim", ForeignKey("claims.seq"), primary_key=True),
)
problems = Table(
    "problems",
    METADATA,
    Column("seq", Integer, primary_key=True),
    Column("run", ForeignKey("runs.seq"), nullable=False),
    Column("stage", String, nullable=False),
    Column("code", String, nullable=False),
    Column("message", String, nullable=False),
    Column("at", String, nullable=False),
    UniqueConstraint("stage", "code", "message", "at"),
)
copies = Table(
    "copies",
    METADATA,
    Column("report", String, primary_key=True),
    Column("copy_of", String, nullable=False),
)
folds = Table(
    "folds",
    METADATA,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("type", String),
    Column("sub_type", String),
    Column("first", String),
    Column("last", String),
    Column("country", String),
    Column("place", String),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("actors", String, nullable=False),
    Column("killed", Integer),
    Column("body", String, nullable=False),
    Index("folds_by_kind", "kind", "first"),
    Index("folds_by_country", "country", "first"),
)
fold_claims = Table(
    "fold_claims",
    METADATA,
    Column("fold", ForeignKey("folds.id", ondelete="CASCADE"), primary_key=True),
    Column("claim", String, primary_key=True, index=True),
)

FACTS = (captures, runs, reports, claims, codings, coding_claims, problems)
FOLDS = (copies, fold_claims, folds)


def triggers() -> list[str]:
    """SQL that makes every table of facts refuse changes and deletions."""
    return [
        f"CREATE TRIGGER {table.name}_no_{verb.lower()} BEFORE {verb} ON {table.name} BEGIN "
        f"SELECT RAISE(ABORT, '{table.name} is append-only'); END"
        for table in FACTS
        for verb in ("UPDATE", "DELETE")
    ]
