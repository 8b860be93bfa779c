"""Bringing an older ledger up to date: a backup beside it first, then all changes in one transaction, by alembic."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

VERSIONS = "alembic_version"
FIRST = "0001"


def scripts() -> ScriptDirectory:
    """The changes that this version knows."""
    return ScriptDirectory(str(Path(__file__).parent / "migrations"))


def known(revision: str | None) -> bool:
    """Whether this version knows that change, or a ledger without any."""
    return revision in {script.revision for script in scripts().walk_revisions()}


def current(connection: Connection) -> str | None:
    """The last change that the ledger has had."""
    return MigrationContext.configure(connection).get_current_revision()


def stamp(connection: Connection, revision: str = "head") -> None:
    """Write down that the ledger has had all changes up to that one."""
    MigrationContext.configure(connection).stamp(scripts(), revision)


def upgrade(connection: Connection) -> None:
    """Run the changes that are missing, inside the transaction that is under way."""
    directory = scripts()
    if current(connection) is None:
        stamp(connection, FIRST)
    with EnvironmentContext(Config(), directory, fn=lambda revision, _: directory._upgrade_revs("head", revision)) as environment:
        environment.configure(connection=connection)
        environment.run_migrations()


def back_up(path: Path, version: int) -> Path:
    """A copy of the file as it is, beside it; one that is there and whole is kept."""
    backup = path.with_name(f"{path.name}.schema-{version}.backup")
    if backup.exists():
        return backup
    part = backup.with_name(backup.name + ".part")
    part.unlink(missing_ok=True)
    source = sqlite3.connect(path)
    try:
        source.execute("VACUUM INTO ?", (str(part),))
    finally:
        source.close()
    with open(part, "rb") as file:
        os.fsync(file.fileno())
    os.replace(part, backup)
    folder = os.open(backup.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return backup
