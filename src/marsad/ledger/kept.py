"""What people keep beside a ledger: filters under a name, remarks on items, the key that addresses are signed with."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

from sqlalchemy import Column, Float, Integer, String, Table, delete, func, insert, select

from marsad.ledger.accounts import METADATA, NAME, Accounts
from marsad.model import ConfigError

filters = Table(
    "account_filters",
    METADATA,
    Column("name", String, primary_key=True),
    Column("owner", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("query", String, nullable=False),
    Column("created", Float, nullable=False),
)
remarks = Table(
    "account_remarks",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("subject", String, nullable=False, index=True),
    Column("field", String),
    Column("by", String, nullable=False),
    Column("text", String, nullable=False),
    Column("at", Float, nullable=False),
)
keys = Table("account_keys", METADATA, Column("name", String, primary_key=True), Column("value", String, nullable=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A filter that somebody keeps under a name: the query string of a listing of that kind."""

    name: str
    owner: str
    kind: str
    query: str
    created: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What somebody says about an item or one field of it, beside the record."""

    id: int
    subject: str
    field: str | None
    by: str
    text: str
    at: float


def save_filter(accounts: Accounts, name: str, *, owner: str, kind: str, query: str) -> Saved:
    """Keep a filter under a name. Raises `ConfigError` where somebody else's has it, or it is no name."""
    if not NAME.fullmatch(name):
        raise ConfigError("a name has 1 to 64 letters, digits, spaces or . _ @ + -, and begins with a letter or digit")
    made = Saved(name=name, owner=owner, kind=kind, query=query, created=time.time())
    with accounts.write() as connection:
        row = connection.execute(select(filters.c.owner).where(filters.c.name == name)).first()
        if row is not None and row.owner != owner:
            raise ConfigError(f"{row.owner} keeps a filter {name}: choose another name")
        connection.execute(delete(filters).where(filters.c.name == name))
        connection.execute(insert(filters).values(name=name, owner=owner, kind=kind, query=query, created=made.created))
    return made


def saved_filters(accounts: Accounts) -> tuple[Saved, ...]:
    """All filters that are kept, by name."""
    with accounts.read() as connection:
        return tuple(Saved(**row) for row in connection.execute(select(filters).order_by(filters.c.name)).mappings())


def drop_filter(accounts: Accounts, name: str, *, owner: str | None = None) -> bool:
    """Forget a filter; with `owner` only where it is this person's. Whether there was one."""
    wanted = [filters.c.name == name] + ([filters.c.owner == owner] if owner is not None else [])
    with accounts.write() as connection:
        return bool(connection.execute(delete(filters).where(*wanted)).rowcount)


def add_remark(accounts: Accounts, subject: str, *, by: str, text: str, field: str | None = None) -> Remark:
    """Keep a remark on an item."""
    with accounts.write() as connection:
        number = (connection.execute(select(func.max(remarks.c.id))).scalar() or 0) + 1
        made = Remark(id=number, subject=subject, field=field, by=by, text=text, at=time.time())
        connection.execute(insert(remarks).values(id=number, subject=subject, field=field, by=by, text=text, at=made.at))
    return made


def remarks_on(accounts: Accounts, subject: str) -> tuple[Remark, ...]:
    """The remarks on an item, the first one first."""
    with accounts.read() as connection:
        rows = connection.execute(select(remarks).where(remarks.c.subject == subject).order_by(remarks.c.id)).mappings()
        return tuple(Remark(**row) for row in rows)


def signing_key(accounts: Accounts) -> bytes:
    """The key that addresses are signed with: made once, kept here."""
    with accounts.read() as connection:
        found = connection.execute(select(keys.c.value).where(keys.c.name == "signing")).scalar()
    if found is None:
        with accounts.write() as connection:
            found = connection.execute(select(keys.c.value).where(keys.c.name == "signing")).scalar()
            if found is None:
                found = secrets.token_hex(32)
                connection.execute(insert(keys).values(name="signing", value=found))
    return bytes.fromhex(found)
