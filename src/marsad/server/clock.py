"""A deadline on every query: the database is asked to stop where one takes too long."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from marsad.ledger.store import Ledger

STEPS = 20_000
"""Instructions of SQLite between two looks at the clock."""


class Clock(threading.local):
    """How long a query of this thread may take, where it is not the usual time."""

    seconds: float | None = None


CLOCK = Clock()


def set_deadline(ledger: Ledger, seconds: float) -> None:
    """Have every query of a ledger end after so many seconds: SQLite is asked to stop, PostgreSQL told the time beforehand."""
    if ledger.dialect == "sqlite":

        @event.listens_for(ledger.engine, "checkout")
        def started(connection: Any, record: Any, proxy: Any) -> None:
            end = time.monotonic() + (CLOCK.seconds or seconds)
            connection.set_progress_handler(lambda: time.monotonic() > end, STEPS)

        @event.listens_for(ledger.engine, "checkin")
        def ended(connection: Any, record: Any) -> None:
            if connection is not None:
                connection.set_progress_handler(None, 0)

        return

    @event.listens_for(ledger.engine, "connect")
    def connected(connection: Any, record: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET statement_timeout = {int(seconds * 1000)}")
        connection.commit()


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Give what this thread asks of the ledger another time: writing, and what is done once for all."""
    before, CLOCK.seconds = CLOCK.seconds, seconds
    try:
        yield
    finally:
        CLOCK.seconds = before
