"""What the routes work with: the ledger, its events in memory, the accounts, and the worker that codes texts."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

from fastapi import Request

from marsad.ledger.accounts import Accounts
from marsad.ledger.bodies import judgements_after
from marsad.ledger.snapshots import Memory
from marsad.ledger.store import Ledger
from marsad.linking.rulings import in_force
from marsad.model import Judgement
from marsad.server.coding import Bench
from marsad.server.fetching import Pages
from marsad.server.limits import Limiter
from marsad.server.settings import Settings

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One for each application. `accounts` is `None` in local mode, `kept` where filters and remarks are kept in either.

    `answers` are the last ones as bytes; `worked` is what was worked out of the events in memory.
    """

    ledger: Ledger
    settings: Settings
    memory: Memory
    words: Words
    accounts: Accounts | None
    kept: Callable[[], Accounts]
    bench: Bench
    limiter: Limiter
    pages: Pages = field(default_factory=Pages)
    answers: Recent[str, bytes] = field(default_factory=lambda: Recent(64_000_000, len))
    worked: Recent[Hashable, Any] = field(default_factory=lambda: Recent(128_000_000, weight))


class Recent(Generic[K, V]):
    """What was worked out last, by question: so many bytes of it, as `size` tells them."""

    def __init__(self, most: int, size: Callable[[V], int]) -> None:
        self.most, self.size, self.total = most, size, 0
        self.lock = threading.Lock()
        self.held: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        with self.lock:
            found = self.held.get(key)
            if found is not None:
                self.held.move_to_end(key)
            return found

    def put(self, key: K, value: V) -> V:
        with self.lock:
            old = self.held.pop(key, None)
            self.total += self.size(value) - (self.size(old) if old is not None else 0)
            self.held[key] = value
            while self.total > self.most and self.held:
                self.total -= self.size(self.held.popitem(last=False)[1])
        return value


def weight(value: Any) -> int:
    """About the bytes of an array, or of a mapping of short tuples."""
    return int(value.nbytes) if hasattr(value, "nbytes") else 200 * len(value) + 100


class Words:
    """All judgements in the order in which they were given; only what is new is read."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.lock = threading.Lock()
        self.held: tuple[tuple[int, Judgement], ...] = ()
        self.standing: frozenset[str] = frozenset()

    def all(self, *, as_of: int | None = None) -> tuple[Judgement, ...]:
        """All, or those given up to a number of the log."""
        return tuple(j for seq, j in self.fresh() if as_of is None or seq <= as_of)

    def stand(self, *, as_of: int | None = None) -> frozenset[str]:
        """The ids of those that no later one has undone."""
        held = self.fresh()
        if as_of is None:
            return self.standing
        return frozenset(j.id for j in in_force([j for seq, j in held if seq <= as_of]))

    def fresh(self) -> tuple[tuple[int, Judgement], ...]:
        with self.lock:
            new = judgements_after(self.ledger, self.held[-1][0] if self.held else 0)
            if new:
                self.held += tuple(new)
                self.standing = frozenset(j.id for j in in_force([j for _, j in self.held]))
            return self.held


def desk_of(request: Request) -> Desk:
    """The desk of the application that a request came to."""
    return cast(Desk, request.app.state.desk)
