"""Opening a ledger: a SQLite file, or a PostgreSQL database; one writer, many readers, safe against power cuts."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from marsad.ledger import migrate, schema
from marsad.ledger.failpoints import reach
from marsad.model import ConfigError, StoreError

T = TypeVar("T")
WAIT = 30
LEAST_ROOM, MOST_ROOM = 200_000, 1_000_000
PAUSES = (0.1, 0.3, 1.0, 2.0, 4.0, 8.0)
SERVERS = ("postgresql://", "postgres://", "postgresql+psycopg://")


class StaleError(StoreError):
    """Somebody else changed it since the caller looked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """An open ledger. Use `read()` and `write()`; each gives a connection in a transaction."""

    address: str
    name: str
    engine: Engine
    writable: bool

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.engine.dialect.name

    @property
    def path(self) -> Path:
        """The file. Raises `StoreError` where it is a database on a server."""
        if self.dialect != "sqlite":
            raise StoreError(f"{self.name} is no file")
        return Path(self.address)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view. Raises `StoreError` where the ledger can't be read."""
        with translated(self.name), self.engine.connect() as connection:
            begin = "BEGIN" if self.dialect == "sqlite" else "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
            connection.exec_driver_sql(begin)
            yield connection
            connection.rollback()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """All or nothing, one at a time. Raises `StoreError` where the disk is full, or it stays locked for 30 seconds."""
        if not self.writable:
            raise StoreError(f"{self.name} was opened for reading only")
        with translated(self.name), self.engine.connect() as connection:
            if self.dialect == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{WAIT}s'")
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({schema.APPLICATION})")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    def close(self) -> None:
        """Let go of the file or the server."""
        self.engine.dispose()


def is_server(address: str | Path) -> bool:
    """Whether an address names a database on a server, and not a file."""
    return str(address).startswith(SERVERS)


def open_ledger(address: str | Path, *, write: bool = False) -> Ledger:
    """The ledger in that file or database (`postgresql://user@host/name`); with `write` it is made where there is none.

    A ledger of an older version is brought up to date, with a backup beside it first. Raises `StoreError` where it is missing,
    is no ledger, comes from a newer version, or can't be written.
    """
    if is_server(address):
        ledger = on_server(str(address), write)
        with translated(ledger.name):
            prepare_server(ledger)
        return ledger
    where = Path(address)
    if where.is_dir():
        raise StoreError(f"{where} is a folder: a ledger is one file")
    if not write and not where.exists():
        raise StoreError(f"there is no ledger {where}: `marsad code FILE --ledger {where}` makes one")
    if write and not where.parent.is_dir():
        raise StoreError(f"there is no folder {where.parent} to keep the ledger in")
    ledger = Ledger(address=str(where), name=str(where), engine=connect(where, write), writable=write)
    with translated(ledger.name):
        prepare(ledger)
    return ledger


def connect(where: Path, write: bool) -> Engine:
    """An engine on the file. A writer sets full synchronisation."""
    mode = "rwc" if write else "ro"
    alone = "" if write or writable_folder(where) or where.with_name(where.name + "-wal").exists() else "&immutable=1"
    address = f"file:{quote(str(where.resolve()))}?mode={mode}{alone}"

    def opened() -> sqlite3.Connection:
        return sqlite3.connect(address, uri=True, timeout=WAIT, isolation_level=None, check_same_thread=False)

    engine = create_engine("sqlite://", creator=opened, poolclass=QueuePool, pool_size=4, max_overflow=60)

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, record: Any) -> None:
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute(f"PRAGMA cache_size={-room() if write else -40_000}")
        if write:
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA temp_store=MEMORY")

    return engine


@cache
def room() -> int:
    """How many kilobytes of pages a writer may hold at most: a part of the machine's memory. Where an index does not fit, a new
    row may read a page from the disk and write another."""
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1024
    except (AttributeError, OSError, ValueError):
        return LEAST_ROOM
    return max(LEAST_ROOM, min(MOST_ROOM, total // 24))


def on_server(address: str, write: bool) -> Ledger:
    """A ledger on PostgreSQL. Raises `ConfigError` where its driver is not installed, `StoreError` for a wrong address."""
    try:
        url = make_url(address.replace("postgres://", "postgresql://", 1)).set(drivername="postgresql+psycopg")
    except ArgumentError as error:
        raise StoreError(f"{address.split('@')[-1]!r} is no address of a database: postgresql://user@host/name") from error
    try:
        engine = create_engine(url, pool_pre_ping=True, pool_size=4, max_overflow=60)
    except ImportError as error:
        raise ConfigError("a ledger on PostgreSQL needs its driver: pip install 'marsad[postgres]'") from error
    return Ledger(address=address, name=url.set(drivername="postgresql").render_as_string(), engine=engine, writable=write)


def writable_folder(where: Path) -> bool:
    """Whether SQLite may put its files beside the ledger."""
    return os.access(where.resolve().parent, os.W_OK)


def prepare(ledger: Ledger) -> None:
    """Make the tables in an empty file; check what an existing one is, and bring an older one up to date."""
    with ledger.read() as connection:
        application, version = pragma(connection, "application_id"), pragma(connection, "user_version")
        empty = application == 0 and connection.execute(text("SELECT count(*) FROM sqlite_master")).scalar_one() == 0
    if empty and ledger.writable:
        log_ahead(ledger)
        create(ledger)
        return
    if application != schema.APPLICATION:
        raise StoreError(f"{ledger.name} is not a Marsad ledger")
    if version > schema.VERSION:
        schemas = f"schema {version}, this one knows {schema.VERSION}"
        raise StoreError(f"{ledger.name} was written by a newer Marsad ({schemas}): upgrade to read it")
    if version < schema.VERSION:
        upgrade(ledger, version)


def log_ahead(ledger: Ledger) -> None:
    """Set the file to write-ahead logging. SQLite doesn't wait here for another process that does the same: we do."""
    until = time.monotonic() + WAIT
    while True:
        try:
            with ledger.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            return
        except OperationalError as error:
            if "locked" not in str(error.orig) or time.monotonic() > until:
                raise
            time.sleep(0.02)


def upgrade(ledger: Ledger, version: int) -> None:
    """An older file brought up to date, also when it was opened for reading."""
    if not (os.access(ledger.path, os.W_OK) and writable_folder(ledger.path)):
        raise StoreError(f"{ledger.name} was written by an older Marsad, and may not be changed here: make a copy and open that")
    writer = Ledger(address=ledger.address, name=ledger.name, engine=connect(ledger.path, True), writable=True)
    try:
        reach("migrate.begin")
        migrate.back_up(ledger.path, version)
        reach("migrate.backup")
        with writer.write() as connection:
            if pragma(connection, "user_version") < schema.VERSION:
                migrate.upgrade(connection)
                connection.exec_driver_sql(f"PRAGMA user_version={schema.VERSION}")
            reach("migrate.commit")
        reach("migrate.done")
    finally:
        writer.close()


def prepare_server(ledger: Ledger) -> None:
    """Make the tables in an empty database; check what an existing one is."""
    with ledger.engine.connect() as connection:
        tables = set(inspect(connection).get_table_names())
    if not tables & set(schema.METADATA.tables):
        if not ledger.writable:
            raise StoreError(f"there is no ledger in {ledger.name}: `marsad code FILE --ledger {ledger.name}` makes one")
        create(ledger)
        return
    if migrate.VERSIONS not in tables or schema.log.name not in tables:
        raise StoreError(f"{ledger.name} is not a Marsad ledger")
    with ledger.engine.connect() as connection:
        revision = migrate.current(connection)
    if not migrate.known(revision):
        raise StoreError(f"{ledger.name} was written by a newer Marsad (schema {revision}): upgrade to read it")


def create(ledger: Ledger) -> None:
    """The tables and triggers, in one transaction; a second process that comes at the same time finds them made."""
    reach("create.begin")
    with ledger.write() as connection:
        if inspect(connection).has_table(schema.log.name):
            return
        schema.make_tables(connection)
        reach("create.tables")
        if ledger.dialect == "sqlite":
            connection.exec_driver_sql(f"PRAGMA application_id={schema.APPLICATION}")
            connection.exec_driver_sql(f"PRAGMA user_version={schema.VERSION}")
        migrate.stamp(connection)
        reach("create.commit")


def pragma(connection: Connection, name: str) -> int:
    """A whole number that SQLite keeps in the file's head."""
    return int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())


@contextmanager
def translated(name: str) -> Iterator[None]:
    """The databases' errors as `StoreError`, each with what to do about it."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        raised = getattr(error, "orig", None) or error
        raise StoreError(advice(name, str(raised).strip().split("\n")[0])) from error


def persist(ledger: Ledger, work: Callable[[], T]) -> T:
    """Do something that may be done twice, again where the server went away while at it: after a restart it is done."""
    for pause in (*PAUSES, None):
        try:
            return work()
        except StoreError as error:
            if pause is None or not lost(error.__cause__):
                raise
            ledger.engine.dispose()
            time.sleep(pause)
    raise AssertionError("the last try returns or raises")


def lost(error: BaseException | None) -> bool:
    """Whether the server went away: it broke the connection, could not be reached, is stopping or starting."""
    if not isinstance(error, OperationalError) or isinstance(error.orig, sqlite3.Error):
        return False
    state = getattr(error.orig, "sqlstate", None)
    return state is None or state.startswith(("08", "57P"))


def advice(name: str | Path, message: str) -> str:
    """One line for a person.

    >>> advice("l.db", "database or disk is full")
    'l.db: the disk is full; nothing of this run was kept: make room and run it again'
    """
    known = {
        "file is not a database": "is not a Marsad ledger",
        "unable to open database file": "can't be opened: is its folder there, and may you write in it?",
        "attempt to write a readonly database": "is read-only: may you write to it and to its folder?",
        "database or disk is full": "the disk is full; nothing of this run was kept: make room and run it again",
        "No space left on device": "the disk is full; nothing of this run was kept: make room and run it again",
        "disk I/O error": "the disk is full or failing; nothing of this run was kept: make room and run it again",
        "database is locked": f"is in use by another run; tried for {WAIT} seconds",
        "lock timeout": f"is in use by another run; tried for {WAIT} seconds",
        "malformed": "is damaged: restore it from a copy",
    }
    for part, words in known.items():
        if part in message:
            return f"{name}: {words}" if ":" in words or ";" in words else f"{name} {words}"
    return f"{name}: {message}"
