"""Releases: a name for the state of a ledger at one number of its log, and what was published of it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from marsad.ledger import schema
from marsad.ledger.failpoints import reach
from marsad.ledger.history import moment
from marsad.ledger.inforce import last_seq
from marsad.ledger.records import Journal, printable
from marsad.ledger.store import Ledger
from marsad.model import StoreError


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """`until` is the number of the last fact in it, `manifest` what was written down of its files, `at` when it was made."""

    name: str
    seq: int
    until: int
    manifest: str
    at: str


def keep_release(ledger: Ledger, name: str, manifest: str, *, until: int) -> Release:
    """Write down a release for good. The very same one again changes nothing.

    Raises `StoreError` where the name is taken by another one, or `until` is beyond the end of the log.
    """
    reach("release.begin")
    with ledger.write() as connection:
        table = schema.releases
        known = connection.execute(select(table).where(table.c.name == printable(name))).mappings().first()
        if known and (known["until"], known["manifest"]) != (until, printable(manifest)):
            raise StoreError(f"there is another release {name} in {ledger.name}: choose a new name")
        if not 0 <= until <= last_seq(connection):
            raise StoreError(f"a release can't hold what is not yet in {ledger.name}")
        if known is None:
            journal = Journal(connection)
            journal.add("release", printable(name), printable(name), until, printable(manifest))
            journal.flush()
        reach("release.fact")
        reach("release.commit")
    reach("release.done")
    return next(r for r in releases(ledger) if r.name == printable(name))


def releases(ledger: Ledger) -> tuple[Release, ...]:
    """All releases, the first one first."""
    table = schema.releases
    statement = select(table, schema.log.c.at).join(schema.log, schema.log.c.seq == table.c.seq).order_by(table.c.seq)
    with ledger.read() as connection:
        return tuple(
            Release(name=r["name"], seq=r["seq"], until=r["until"], manifest=r["manifest"], at=moment(r["at"]))
            for r in connection.execute(statement).mappings()
        )
