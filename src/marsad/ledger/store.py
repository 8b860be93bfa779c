"""Opening a ledger: one SQLite file, safe against power cuts, many readers beside one writer."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from marsad.ledger import schema
from marsad.model import StoreError

WAIT = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """An open ledger. Use `read()` and `write()`; each gives a connection in a transaction."""

    path: Path
    engine: Engine
    writable: bool

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view. Raises `StoreError` where the file can't be read."""
        with translated(self.path), self.engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            yield connection
            connection.rollback()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """All or nothing. Raises `StoreError` where the disk is full, or the ledger stays locked for 30 seconds."""
        if not self.writable:
            raise StoreError(f"{self.path} was opened for reading only")
        with translated(self.path), self.engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()


def open_ledger(path: str | Path, *, write: bool = False) -> Ledger:
    """The ledger in that file; with `write` it is made where there is none.

    Raises `StoreError` where the file is missing, is not a ledger, comes from a newer version, or can't be written.
    """
    where = Path(path)
    if where.is_dir():
        raise StoreError(f"{where} is a folder: a ledger is one file")
    if not write and not where.exists():
        raise StoreError(f"there is no ledger {where}: `marsad code FILE --ledger {where}` makes one")
    if write and not where.parent.is_dir():
        raise StoreError(f"there is no folder {where.parent} to keep the ledger in")
    ledger = Ledger(path=where, engine=connect(where, write), writable=write)
    with translated(where):
        prepare(ledger)
    return ledger


def connect(where: Path, write: bool) -> Engine:
    """An engine on the file. Foreign keys on; a writer also sets WAL and full synchronisation."""
    mode = "rwc" if write else "ro"
    alone = "" if write or writable_folder(where) or where.with_name(where.name + "-wal").exists() else "&immutable=1"
    address = f"file:{quote(str(where.resolve()))}?mode={mode}{alone}"

    def opened() -> sqlite3.Connection:
        return sqlite3.connect(address, uri=True, timeout=WAIT, isolation_level=None, check_same_thread=False)

    engine = create_engine("sqlite://", creator=opened, poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, record: Any) -> None:
        connection.execute("PRAGMA foreign_keys=ON")
        if write:
            connection.execute("PRAGMA synchronous=FULL")

    return engine


def writable_folder(where: Path) -> bool:
    """Whether SQLite may put its files beside the ledger."""
    import os

    return os.access(where.resolve().parent, os.W_OK)


def prepare(ledger: Ledger) -> None:
    """Make the tables in an empty file; check what an existing one is."""
    with ledger.engine.connect() as connection:
        application = pragma(connection, "application_id")
        empty = application == 0 and connection.execute(text("SELECT count(*) FROM sqlite_master")).scalar_one() == 0
        if empty and ledger.writable:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
    if empty and ledger.writable:
        create(ledger)
        return
    if application != schema.APPLICATION:
        raise StoreError(f"{ledger.path} is not a Marsad ledger")
    with ledger.engine.connect() as connection:
        version = pragma(connection, "user_version")
    if version > schema.VERSION:
        schemas = f"schema {version}, this one knows {schema.VERSION}"
        raise StoreError(f"{ledger.path} was written by a newer Marsad ({schemas}): upgrade to read it")


def create(ledger: Ledger) -> None:
    """The tables and triggers, in one transaction; a second process that comes at the same time finds them made."""
    with ledger.write() as connection:
        if pragma(connection, "application_id") == schema.APPLICATION:
            return
        schema.METADATA.create_all(connection)
        for trigger in schema.triggers():
            connection.exec_driver_sql(trigger)
        connection.exec_driver_sql(f"PRAGMA application_id={schema.APPLICATION}")
        connection.exec_driver_sql(f"PRAGMA user_version={schema.VERSION}")


def pragma(connection: Connection, name: str) -> int:
    """A whole number that SQLite keeps in the file's head."""
    return int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's errors as `StoreError`, each with what to do about it."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise StoreError(advice(path, str(getattr(error, "orig", None) or error))) from error


def advice(path: Path, message: str) -> str:
    """One line for a person.

    >>> advice(Path("l.db"), "database or disk is full")
    'l.db: the disk is full; nothing of this run was kept: make room and run it again'
    """
    known = {
        "file is not a database": "is not a Marsad ledger",
        "unable to open database file": "can't be opened: is its folder there, and may you write in it?",
        "attempt to write a readonly database": "is read-only: may you write to it and to its folder?",
        "database or disk is full": "the disk is full; nothing of this run was kept: make room and run it again",
        "database is locked": f"is in use by another run; tried for {WAIT} seconds",
        "malformed": "is damaged: restore it from a copy",
    }
    for part, words in known.items():
        if part in message:
            return f"{path}: {words}" if ":" in words or ";" in words else f"{path} {words}"
    return f"{path}: {message}"
