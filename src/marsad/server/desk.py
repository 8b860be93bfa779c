"""What the routes work with: the ledger, its events in memory, the accounts, and the worker that codes texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from fastapi import Request

from marsad.ledger.accounts import Accounts
from marsad.ledger.facets import Memory
from marsad.ledger.store import Ledger
from marsad.server.coding import Bench
from marsad.server.limits import Limiter
from marsad.server.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One for each application. `accounts` is `None` in local mode, `kept` where filters and remarks are kept in either."""

    ledger: Ledger
    settings: Settings
    memory: Memory
    accounts: Accounts | None
    kept: Callable[[], Accounts]
    bench: Bench
    limiter: Limiter
    made: dict[str, Any] = field(default_factory=dict)


def desk_of(request: Request) -> Desk:
    """The desk of the application that a request came to."""
    return cast(Desk, request.app.state.desk)
