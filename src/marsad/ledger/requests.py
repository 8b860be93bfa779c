"""What readers ask of a desk: corrections and removals, kept beside the ledger until somebody answers them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal, get_args

from sqlalchemy import BigInteger, Column, Integer, String, Table, func, insert, select, update

from marsad.ledger.accounts import METADATA, Accounts
from marsad.ledger.history import moment
from marsad.ledger.records import printable
from marsad.model import ConfigError, StoreError

Kind = Literal["correction", "removal", "other"]
Status = Literal["open", "done", "refused"]
KINDS: tuple[str, ...] = get_args(Kind)
STATUSES: tuple[str, ...] = get_args(Status)
LONGEST = 4_000
LONGEST_LINE = 300
MOST_OPEN = 10_000
"""So many may wait at once: a flood fills no disk."""

table = Table(
    "account_requests",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("kind", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("text", String, nullable=False),
    Column("contact", String, nullable=False),
    Column("status", String, nullable=False, index=True),
    Column("by", String, nullable=False),
    Column("note", String, nullable=False),
    Column("answered", BigInteger),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request: `subject` is the id or address that it is about, `by` who answered it and `note` what they said."""

    id: int
    at: str
    kind: str
    subject: str
    text: str
    contact: str
    status: str
    by: str = ""
    note: str = ""
    answered: str | None = None


def add_request(accounts: Accounts, *, kind: str, subject: str, text: str, contact: str = "") -> Request:
    """Keep a request. Raises `ConfigError` where it is empty, too long, of no known kind, or too many wait already."""
    if kind not in KINDS:
        raise ConfigError(f"a request is one of {', '.join(KINDS)}")
    words = [printable(w).strip() for w in (subject, text, contact)]
    if not words[1]:
        raise ConfigError("say what is wrong")
    if len(words[1]) > LONGEST or max(len(words[0]), len(words[2])) > LONGEST_LINE:
        raise ConfigError(f"at most {LONGEST:,} characters, and {LONGEST_LINE} for what it is about and how to reach you")
    with accounts.write() as connection:
        waiting = connection.execute(select(func.count()).select_from(table).where(table.c.status == "open")).scalar_one()
        if waiting >= MOST_OPEN:
            raise ConfigError("too many requests wait already: try again later")
        values = {
            "kind": kind,
            "subject": words[0],
            "text": words[1],
            "contact": words[2],
            "status": "open",
            "by": "",
            "note": "",
        }
        made = connection.execute(insert(table).values(at=time.time_ns() // 1000, **values).returning(table)).one()
    return request_of(made)


def requests_in(accounts: Accounts, *, status: str | None = "open", limit: int = 1000) -> list[Request]:
    """Requests of a status, or all for `None`, the oldest first."""
    statement = select(table).order_by(table.c.id).limit(limit)
    if status is not None:
        statement = statement.where(table.c.status == status)
    with accounts.read() as connection:
        return [request_of(row) for row in connection.execute(statement)]


def answer_request(accounts: Accounts, number: int, *, status: str, by: str, note: str = "") -> Request:
    """Close a request. Raises `StoreError` where there is none of that number, `ConfigError` for a status that is none."""
    if status not in STATUSES[1:]:
        raise ConfigError(f"an answer is one of {', '.join(STATUSES[1:])}")
    words = {"status": status, "by": printable(by), "note": printable(note)[:LONGEST], "answered": time.time_ns() // 1000}
    with accounts.write() as connection:
        made = connection.execute(update(table).where(table.c.id == number).values(**words).returning(table)).first()
    if made is None:
        raise StoreError(f"there is no request {number}")
    return request_of(made)


def request_of(row: object) -> Request:
    values = dict(row._mapping)  # type: ignore[attr-defined]
    answered = values.pop("answered")
    return Request(**{**values, "at": moment(values["at"]), "answered": None if answered is None else moment(answered)})
