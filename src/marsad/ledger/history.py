"""How a ledger came to be as it is: its sequence, the moments in it, and every change of a fold with the reason."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, select, true

from marsad.ledger import schema
from marsad.ledger.inforce import last_seq
from marsad.ledger.store import Ledger
from marsad.model import ConfigError

SECOND = 1_000_000
Moment = int | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The end of the log: its number, the hash that stands for all before it, and the moment."""

    seq: int
    chain: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One change of a fold, or (`kind` copy) of which report the report `fold` is a copy of. `body` is `None` where it ceased."""

    seq: int
    kind: str
    fold: str
    why: str
    body: str | None
    at: str


def moment(at: int) -> str:
    """Microseconds since 1970 for a person.

    >>> moment(1_772_323_200_000_001)
    '2026-03-01T00:00:00.000001+00:00'
    """
    seconds, rest = divmod(at, SECOND)
    return dt.datetime.fromtimestamp(seconds, dt.UTC).replace(microsecond=rest).isoformat(timespec="microseconds")


def microseconds(words: str) -> int:
    """The last microsecond that an ISO date or date-time means; a day lasts until its end; UTC where no zone is said.

    Raises `ConfigError` where it is neither.

    >>> microseconds("1970-01-01"), microseconds("1970-01-01T00:00:01")
    (86399999999, 1000000)
    """
    try:
        given = dt.datetime.fromisoformat(words)
        given = given if given.tzinfo else given.replace(tzinfo=dt.UTC)
        passed = given - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    except (ValueError, OverflowError) as error:
        raise ConfigError(f"{words!r} is no moment: write it as 2026-03-01, 2026-03-01T12:00 or a number of the log") from error
    total = (passed.days * 86_400 + passed.seconds) * SECOND + passed.microseconds
    return total + 86_400 * SECOND - 1 if len(words.strip()) <= 10 else total


def position(ledger: Ledger, when: Moment | None) -> int:
    """The number of the last fact that was known at a moment; the end of the log for `None`. A number stands for itself."""
    with ledger.read() as connection:
        last = last_seq(connection)
        return last if when is None else min(resolve(connection, when), last)


def resolve(connection: Connection, when: Moment) -> int:
    """The same in a transaction that is under way. Raises `ConfigError` where it is no moment."""
    if isinstance(when, int):
        return when
    if when.isascii() and when.isdigit() and not (len(when) == 8 and when.startswith(("19", "20"))):
        return min(int(when), schema.FOREVER - 1)
    limit, low, high = microseconds(when), 0, last_seq(connection)
    table = schema.log
    while low < high:
        middle = (low + high + 1) // 2
        at = connection.execute(select(table.c.at).where(table.c.seq <= middle).order_by(table.c.seq.desc()).limit(1)).scalar()
        low, high = (middle, high) if at is not None and at <= limit else (low, middle - 1)
    return low


def head(ledger: Ledger, *, until: int | None = None) -> Head | None:
    """The end of the log, to be kept elsewhere: a later `verify` that finds it unchanged vouches for all before it.

    With `until`, the last fact up to that number.
    """
    table = schema.log
    upto = true() if until is None else table.c.seq <= until
    statement = select(table.c.seq, table.c.chain, table.c.at).where(upto).order_by(table.c.seq.desc()).limit(1)
    with ledger.read() as connection:
        row = connection.execute(statement).first()
    return Head(seq=row.seq, chain=bytes(row.chain).hex(), at=moment(row.at)) if row else None


def revisions(ledger: Ledger, *, fold: str | None = None, since: int = 0, until: int | None = None) -> tuple[Revision, ...]:
    """Changes of one fold or of all, in order: those after number `since`, up to `until`."""
    table = schema.revisions
    tests = [table.c.seq > since, table.c.fold == fold if fold else true(), table.c.seq <= until if until is not None else true()]
    statement = select(table, schema.log.c.at).join(schema.log, schema.log.c.seq == table.c.seq).where(*tests)
    with ledger.read() as connection:
        rows = connection.execute(statement.order_by(table.c.seq)).mappings()
        return tuple(
            Revision(seq=r["seq"], kind=r["kind"], fold=r["fold"], why=r["why"], body=r["body"], at=moment(r["at"])) for r in rows
        )


def revision_of(ledger: Ledger, fold: str) -> int | None:
    """The number of a fold's last revision; `None` where it was never there."""
    with ledger.read() as connection:
        return last_revision(connection, fold)


def last_revision(connection: Connection, fold: str) -> int | None:
    table = schema.revisions
    statement = select(table.c.seq).where(table.c.fold == fold).order_by(table.c.seq.desc()).limit(1)
    return connection.execute(statement).scalar()
