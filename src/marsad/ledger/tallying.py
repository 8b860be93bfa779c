"""A ledger's events as columns: what was worked out is kept, and only revisions that came since are read.

They are kept in memory and, for a file, beside it (`record.sqlite.columns`). That file may be deleted at any time; it is believed
only where the ledger's chain of hashes is the one that it was made of.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import JSON, Connection, cast, func, select

from marsad.ledger import schema
from marsad.ledger.history import Moment, resolve
from marsad.ledger.inforce import bodies_of, copies, in_force, last_seq
from marsad.ledger.records import decode
from marsad.ledger.store import Ledger
from marsad.ledger.tallying_columns import CODED, INTS, LISTED, Coded, Columns, Listed, columns_of, joined, taken
from marsad.model import Event, Report

Watch = Callable[[int, int], None]
FORM = 1
CHUNK = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """How many reports an outlet published in a month, copies left out. `month` is empty where no date is known."""

    outlet: str
    month: str
    reports: int


def columns(ledger: Ledger, *, as_of: Moment | None = None, watch: Watch = lambda done, total: None) -> Columns:
    """The events of a ledger as columns, now or as of a moment (which is worked out each time).

    `watch` is told how many revisions are read out of how many.
    """
    with ledger.read() as connection:
        if as_of is not None:
            bodies = bodies_of(connection, None, resolve(connection, as_of))
            return columns_of(decode(body) for _, kind, body in bodies.values() if kind == "event")
        seq = last_seq(connection)
        held = IN_MEMORY.get(ledger.address)
        if held is None or not vouched(connection, held):
            held = read_kept(ledger, connection)
        if held is None or held.columns.seq > seq:
            held = Kept(chain="", columns=columns_of(()))
        if held.columns.seq < seq:
            fresh = grown(connection, held.columns, seq, watch)
            worth = len(fresh) - len(held.columns) >= max(CHUNK, len(held.columns) // 10)
            held = Kept(chain=chain_at(connection, seq), columns=fresh)
            if worth:
                keep(ledger, held)
        IN_MEMORY[ledger.address] = held
        return held.columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Columns and the link of the ledger's chain that they are as of."""

    chain: str
    columns: Columns


IN_MEMORY: dict[str, Kept] = {}


def chain_at(connection: Connection, seq: int) -> str:
    link = connection.execute(select(schema.log.c.chain).where(schema.log.c.seq == seq)).scalar()
    return bytes(link).hex() if link is not None else ""


def vouched(connection: Connection, held: Kept) -> bool:
    """Whether the ledger is the one, or has grown out of the one, that these columns were made of."""
    return bool(held.chain) and chain_at(connection, held.columns.seq) == held.chain


def grown(connection: Connection, old: Columns, seq: int, watch: Watch) -> Columns:
    """The columns with all revisions up to `seq`: what these change is taken out, what is in force after them put in."""
    table = schema.revisions
    newer = (table.c.seq > old.seq, table.c.seq <= seq, table.c.kind == "event")
    total = connection.execute(select(func.count()).select_from(table).where(*newer)).scalar() or 0
    changed: list[str] = []

    def made() -> Iterator[Event]:
        for done, (_, fold, body) in enumerate(last_bodies(connection, old.seq, seq)):
            changed.append(fold)
            if done % CHUNK == 0:
                watch(done, total)
            if body is not None:
                yield decode(body)

    new = columns_of(made(), seq=seq)
    if not len(old):
        return new
    gone = np.isin(old.ids, np.array([c.encode("utf-8", "replace") for c in changed], dtype=np.bytes_))
    return joined(taken(old, np.flatnonzero(~gone)), new)


def last_bodies(connection: Connection, after: int, until: int) -> Iterator[tuple[int, str, str | None]]:
    """The last revision of each event that has one in that stretch of the log, in order of the log: number, id and body."""
    table, later = schema.revisions, schema.revisions.alias("later")
    between = (table.c.seq > after, table.c.seq <= until, table.c.kind == "event")
    newer = select(later.c.seq).where(later.c.fold == table.c.fold, later.c.seq > table.c.seq, later.c.seq <= until)
    last = after
    while True:
        rows = select(table.c.seq, table.c.fold, table.c.body).where(*between, table.c.seq > last, ~newer.exists())
        found = list(connection.execute(rows.order_by(table.c.seq).limit(CHUNK)))
        if not found:
            return
        for number, fold, body in found:
            last = number
            yield number, fold, body


def kept_file(ledger: Ledger) -> Path | None:
    """Where the columns of a ledger are kept; nowhere for a database on a server."""
    return ledger.path.with_name(ledger.path.name + ".columns") if ledger.dialect == "sqlite" else None


def forget(ledger: Ledger) -> None:
    """Delete what is kept of a ledger's columns, as after a purge."""
    IN_MEMORY.pop(ledger.address, None)
    where = kept_file(ledger)
    if where is not None:
        where.unlink(missing_ok=True)


def keep(ledger: Ledger, held: Kept) -> None:
    """Write the columns beside the ledger; where that can't be done they stay in memory alone."""
    where = kept_file(ledger)
    if where is None:
        return
    found = held.columns
    named: dict[str, Coded | Listed] = {**found.coded, **found.listed}
    words = {name: c.names for name, c in named.items()}
    head = {"form": FORM, "chain": held.chain, "seq": found.seq, "names": words}
    parts = {"head": np.frombuffer(json.dumps(head).encode(), np.uint8), "ids": found.ids, "confidence": found.confidence}
    parts |= found.ints
    parts |= {f"{name}.codes": c.codes for name, c in named.items()}
    parts |= {f"{name}.offsets": c.offsets for name, c in found.listed.items()}
    with contextlib.suppress(OSError):  # a folder that may not be written to: they are worked out anew next time
        handle, name = tempfile.mkstemp(prefix=f".{where.name}.", dir=where.parent)
        try:
            with os.fdopen(handle, "wb") as out:
                np.savez(out, **parts)  # type: ignore[arg-type]
            os.chmod(name, ledger.path.stat().st_mode & 0o777)
            os.replace(name, where)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def read_kept(ledger: Ledger, connection: Connection) -> Kept | None:
    """What `keep` wrote; `None` where there is nothing, it is damaged, or it is of another ledger."""
    where = kept_file(ledger)
    if where is None or not where.is_file():
        return None
    try:
        with np.load(where, allow_pickle=False) as parts:
            head = json.loads(parts["head"].tobytes())
            if head["form"] != FORM:
                return None
            words = {name: tuple(names) for name, names in head["names"].items()}
            found = Columns(
                ids=parts["ids"],
                ints={name: parts[name] for name in INTS},
                confidence=parts["confidence"],
                coded={name: Coded(codes=parts[f"{name}.codes"], names=words[name]) for name in CODED},
                listed={n: Listed(offsets=parts[f"{n}.offsets"], codes=parts[f"{n}.codes"], names=words[n]) for n in LISTED},
                seq=head["seq"],
            )
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    held = Kept(chain=head["chain"], columns=found)
    return held if vouched(connection, held) else None


def outlets_of(reports: Iterable[Report]) -> tuple[Outlet, ...]:
    """How many reports each outlet published in each month, copies left out, in order."""
    return counted(
        (r.agency or r.publisher or r.origin, (r.published or r.anchor.date or "")[:7]) for r in reports if not r.copy_of
    )


def counted(pairs: Iterable[tuple[str, str]]) -> tuple[Outlet, ...]:
    return tuple(Outlet(outlet=o, month=m, reports=n) for (o, m), n in sorted(Counter(pairs).items()))


def outlets(ledger: Ledger) -> tuple[Outlet, ...]:
    """The same of a ledger's reports in force."""
    table = schema.reports
    path = text_at if ledger.dialect == "sqlite" else text_in
    with ledger.read() as connection:
        named = (path(table.c.body, "agency"), path(table.c.body, "publisher"), path(table.c.body, "origin"))
        day = func.coalesce(path(table.c.body, "published"), path(table.c.body, "anchor", "date"), "")
        statement = select(table.c.id, func.coalesce(*named), func.substr(day, 1, 7))
        statement = statement.join(schema.codings, schema.codings.c.report_seq == table.c.seq).where(in_force(None))
        copied = copies(connection, None)
        return counted((outlet, month) for report, outlet, month in connection.execute(statement) if report not in copied)


def text_at(body: Any, *keys: str) -> Any:
    """A field of a record as SQLite reads it."""
    return func.json_extract(body, "$." + ".".join(keys))


def text_in(body: Any, *keys: str) -> Any:
    """A field of a record as PostgreSQL reads it."""
    return func.json_extract_path_text(cast(body, JSON), *keys)
