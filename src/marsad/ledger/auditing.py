"""Who took or looked at what, and when: a list beside the ledger that only grows, each entry with a hash over all before it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass

import orjson
from sqlalchemy import BigInteger, Column, Integer, String, Table, insert, select

from marsad.ledger import requests  # so that its table is made too
from marsad.ledger.accounts import METADATA, Accounts, open_accounts
from marsad.ledger.history import moment
from marsad.ledger.records import printable
from marsad.ledger.store import Ledger
from marsad.model import Problem

LONGEST = 1_000
table = Table(
    "account_audit",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("by", String, nullable=False),
    Column("action", String, nullable=False),
    Column("what", String, nullable=False),
    Column("tier", String, nullable=False),
    Column("records", Integer),
    Column("digest", String, nullable=False),
    Column("chain", String, nullable=False),
)
COLUMNS = ("at", "by", "action", "what", "tier", "records", "digest")
assert requests.table.metadata is METADATA


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What somebody did: `action` is publish, export, view, purge; `what` names it, `tier` how sensitive it may be at most.

    `records` is how many left, `digest` the SHA-256 of what left, where one is known.
    """

    by: str
    action: str
    what: str
    tier: str = ""
    records: int | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A deed in the list, with its number, moment, and the hash over it and all before it."""

    id: int
    at: str
    deed: Deed
    chain: str


def beside(ledger: Ledger) -> Accounts:
    """What is kept beside a ledger, this list and requests too. Raises `StoreError` where it can't be written."""
    return open_accounts(ledger)


def note(accounts: Accounts, deeds: Iterable[Deed]) -> None:
    """Add deeds to the list."""
    given = list(deeds)
    if not given:
        return
    with accounts.write() as connection:
        if accounts.engine.dialect.name != "sqlite":
            connection.exec_driver_sql(f"LOCK TABLE {table.name} IN EXCLUSIVE MODE")
        last = connection.execute(select(table.c.id, table.c.chain).order_by(table.c.id.desc()).limit(1)).first()
        number, chain = (int(last.id), str(last.chain)) if last else (0, "")
        rows = []
        for deed in given:
            number += 1
            values = {
                "at": time.time_ns() // 1000,
                "by": printable(deed.by)[:LONGEST],
                "action": printable(deed.action)[:LONGEST],
                "what": printable(deed.what)[:LONGEST],
                "tier": printable(deed.tier)[:LONGEST],
                "records": deed.records,
                "digest": deed.digest,
            }
            chain = link(chain, number, values)
            rows.append({"id": number, **values, "chain": chain})
        connection.execute(insert(table), rows)


def link(chain: str, number: int, values: dict[str, object]) -> str:
    """The hash of an entry and all before it."""
    return hashlib.sha256(orjson.dumps([chain, number, [values[c] for c in COLUMNS]])).hexdigest()


def entries(accounts: Accounts, *, by: str | None = None, action: str | None = None, limit: int | None = None) -> list[Entry]:
    """The list, the newest first."""
    statement = select(table).order_by(table.c.id.desc()).limit(limit)
    if by is not None:
        statement = statement.where(table.c.by == by)
    if action is not None:
        statement = statement.where(table.c.action == action)
    with accounts.read() as connection:
        rows = list(connection.execute(statement))
    return [
        Entry(
            id=r.id,
            at=moment(r.at),
            deed=Deed(by=r.by, action=r.action, what=r.what, tier=r.tier, records=r.records, digest=r.digest),
            chain=r.chain,
        )
        for r in rows
    ]


def broken(accounts: Accounts) -> list[Problem]:
    """Where the list is not what was written: entries changed or taken out; what was cut off its end does not show."""
    found, chain, number = [], "", 0
    with accounts.read() as connection:
        rows = list(connection.execute(select(table).order_by(table.c.id)))
    for row in rows:
        number += 1
        values = dict(row._mapping)
        if row.id != number or link(chain, number, values) != row.chain:
            message = "the list of deeds was changed here"
            found.append(Problem(stage="ledger", code="broken_audit", message=message, at=f"entry {row.id}"))
        chain, number = row.chain, row.id
    return found
