"""The tables of a ledger, the same on SQLite and on PostgreSQL.

Facts are append-only: triggers refuse to change or delete a row of them. One sequence numbers them all: a fact's `seq` is the
number of its row in `log`, so that "as of 4711" means `seq <= 4711` in every table. `revisions` is the history of the folds
(events, statistics, conditions and which report is a copy of which): a row each time that one changes, with the reason.

All other tables are worked out from these, and may be deleted and rebuilt at any time: the index tables `events`,
`statistics` and `conditions` from `revisions`, the rest from claims and reports.

A report is coded anew when the program, the codebook or its anchor date changes; `codings` holds each time, and the
last one of a report is the one in force.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)
from sqlalchemy.types import TypeEngine

VERSION = 2
APPLICATION = 0x4D415253
FOREVER = 2**62
"""`ended` of an index row that is in force."""
UNDATED = 3_652_060
"""The day number of what has no date: the day after 9999-12-31, so that it comes last."""
METADATA = MetaData()

Words: TypeEngine[str] = String().with_variant(String(collation="C"), "postgresql")
Number: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")


def sequence() -> Column[int]:
    """The number of a fact's row in the log."""
    return Column("seq", Number, primary_key=True, autoincrement=False)


log = Table(
    "log",
    METADATA,
    sequence(),
    Column("kind", Words, nullable=False),
    Column("ref", Words, nullable=False),
    Column("at", Number, nullable=False),  # microseconds since 1970; never runs backwards
    Column("sha256", LargeBinary, nullable=False),
    Column("chain", LargeBinary, nullable=False),
)
runs = Table(
    "runs",
    METADATA,
    sequence(),
    Column("version", Words, nullable=False),
    Column("codebook", Words, nullable=False),
)
captures = Table(
    "captures",
    METADATA,
    sequence(),
    Column("id", Words, nullable=False, unique=True),
    Column("origin", Words, nullable=False),
    Column("url", Words),
    Column("fetched", Words),
    Column("media_type", Words),
    Column("body", LargeBinary, nullable=False),
)
reports = Table(
    "reports",
    METADATA,
    sequence(),
    Column("id", Words, nullable=False),
    Column("digest", Words, nullable=False),
    Column("body", Words, nullable=False),
    UniqueConstraint("id", "digest"),
)
claims = Table(
    "claims",
    METADATA,
    sequence(),
    Column("id", Words, nullable=False),
    Column("digest", Words, nullable=False),
    Column("body", Words, nullable=False),
    UniqueConstraint("id", "digest"),
)
evidence = Table(
    "evidence",
    METADATA,
    Column("claim", Number, primary_key=True, autoincrement=False),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("field", Words, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    sqlite_with_rowid=False,
)
codings = Table(
    "codings",
    METADATA,
    sequence(),
    Column("run", Number, nullable=False),
    Column("report", Words, nullable=False),
    Column("report_seq", Number, nullable=False),
    Column("digest", Words, nullable=False),
    Index("codings_by_report", "report", "seq"),
)
coding_claims = Table(
    "coding_claims",
    METADATA,
    Column("coding", Number, primary_key=True, autoincrement=False),
    Column("claim", Number, primary_key=True, autoincrement=False),
    Index("codings_by_claim", "claim"),
    sqlite_with_rowid=False,
)
problems = Table(
    "problems",
    METADATA,
    sequence(),
    Column("run", Number, nullable=False),
    Column("stage", Words, nullable=False),
    Column("code", Words, nullable=False),
    Column("message", Words, nullable=False),
    Column("at", Words, nullable=False),
    Index("problems_by_code", "code", "at"),
)
judgements = Table(
    "judgements",
    METADATA,
    sequence(),
    Column("id", Words, nullable=False, unique=True),
    Column("body", Words, nullable=False),
)
releases = Table(
    "releases",
    METADATA,
    sequence(),
    Column("name", Words, nullable=False, unique=True),
    Column("until", Number, nullable=False),
    Column("manifest", Words, nullable=False),
)
revisions = Table(
    "revisions",
    METADATA,
    sequence(),
    Column("kind", Words, nullable=False),
    Column("fold", Words, nullable=False),
    Column("why", Words, nullable=False),
    Column("body", Words),
    Index("revisions_by_fold", "fold", "seq"),
)


def index_table(name: str) -> Table:
    """The narrow table that folds of one kind are looked up in: a row a revision, in force from `seq` until before `ended`."""
    return Table(
        name,
        METADATA,
        sequence(),
        Column("ended", Number, nullable=False),
        Column("cell", Integer),
        Column("day", Integer, nullable=False),
        Column("last", Integer, nullable=False),
        Column("type", Integer, nullable=False),
        Column("figure", Number),
        Column("latitude", Float),
        Column("longitude", Float),
        Column("country", Words),
        Column("id", Words, nullable=False),
        Index(f"{name}_by_cell", "cell", "day", "type", "ended", "last", "figure", "latitude", "longitude", "id"),
        Index(f"{name}_by_day", "day", "id", "ended"),
        Index(f"{name}_by_country", "country", "day", "ended", "id"),
    )


events = index_table("events")
statistics = index_table("statistics")
conditions = index_table("conditions")
fold_texts = Table(
    "fold_texts",
    METADATA,
    sequence(),
    Column("place", Words),
    Column("actors", Words, nullable=False),
)
types = Table(
    "types",
    METADATA,
    Column("code", Integer, primary_key=True, autoincrement=False),
    Column("kind", Words, nullable=False),
    Column("type", Words, nullable=False),
    Column("sub_type", Words, nullable=False),
)
rollups = Table(
    "rollups",
    METADATA,
    Column("month", Words, primary_key=True),
    Column("country", Words, primary_key=True),
    Column("admin1", Words, primary_key=True),
    Column("type", Integer, primary_key=True, autoincrement=False),
    Column("events", Number, nullable=False),
    Column("killed", Number, nullable=False),
    sqlite_with_rowid=False,
)
linked = Table(
    "linked",
    METADATA,
    Column("claim", Number, primary_key=True, autoincrement=False),
    Column("component", Number, nullable=False, index=True),
    Column("fold", Words, index=True),
)
claim_keys = Table(
    "claim_keys",
    METADATA,
    Column("key", Number, primary_key=True, autoincrement=False),
    Column("claim", Number, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
copies = Table(
    "copies",
    METADATA,
    Column("report", Words, primary_key=True),
    Column("copy_of", Words, nullable=False, index=True),
)
prints = Table(
    "prints",
    METADATA,
    Column("print", Number, primary_key=True, autoincrement=False),
    Column("report", Number, primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),
    sqlite_with_rowid=False,
)
copy_keys = Table(
    "copy_keys",
    METADATA,
    Column("key", Number, primary_key=True, autoincrement=False),
    Column("print", Number, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
common_keys = Table("common_keys", METADATA, Column("key", Number, primary_key=True, autoincrement=False))
standing = Table(
    "standing",
    METADATA,
    Column("name", Words, primary_key=True),
    Column("value", Words, nullable=False),
)

FACTS = (log, runs, captures, reports, claims, evidence, codings, coding_claims, problems, judgements, releases, revisions)
INDEXES = {"event": events, "statistic": statistics, "condition": conditions}
DERIVED: tuple[Table, ...] = (events, statistics, conditions, fold_texts, types, rollups, linked, claim_keys)
DERIVED += (copies, prints, copy_keys, common_keys, standing)
KINDS = {"run": runs, "capture": captures, "report": reports, "claim": claims, "coding": codings}
KINDS |= {"problem": problems, "judgement": judgements, "release": releases, "revision": revisions}
"""The table that each `log.kind` is kept in."""

SEARCH = {
    "sqlite": ["CREATE VIRTUAL TABLE passages USING fts5(words, content='', tokenize='unicode61 remove_diacritics 2')"],
    "postgresql": [
        "CREATE TABLE passages (rowid bigint PRIMARY KEY, words tsvector NOT NULL)",
        "CREATE INDEX passages_by_word ON passages USING gin (words)",
    ],
}


def triggers(dialect: str) -> list[str]:
    """SQL that makes every table of facts refuse changes and deletions."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table.name}_no_{verb.lower()} BEFORE {verb} ON {table.name} BEGIN "
            f"SELECT RAISE(ABORT, '{table.name} is append-only'); END"
            for table in FACTS
            for verb in ("UPDATE", "DELETE")
        ]
    refuse = (
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '%% is append-only', TG_TABLE_NAME; END $$"
    )
    return [refuse] + [
        f"CREATE TRIGGER {table.name}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table.name} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        for table in FACTS
    ]


def make_tables(connection: Connection) -> None:
    """Every table, index and trigger of this version."""
    METADATA.create_all(connection)
    for statement in (*SEARCH[connection.dialect.name], *triggers(connection.dialect.name)):
        connection.exec_driver_sql(statement)
