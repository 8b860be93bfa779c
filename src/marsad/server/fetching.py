"""Pages that somebody names by their address: fetched politely and safely, one at a time, by a loop of its own."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from concurrent.futures import TimeoutError as Late
from typing import TYPE_CHECKING, TypeVar

from marsad.commands.delivery import capture_of
from marsad.intake.sources import Fetching
from marsad.model import Capture, Problem
from marsad.server.problems import Refused

if TYPE_CHECKING:
    from marsad.intake.fetching import Failure, Fetched, Fetcher

T = TypeVar("T")
PATIENCE = Fetching(deadline=20.0, patience=15.0)
LONGEST = 60.0
"""Seconds for one address, with its robots.txt, redirects, and waiting for the host's turn."""
MOST_HOSTS = 1_000
WAITING = 4


class Pages:
    """Fetches what addresses name, by the rules of `marsad.intake.fetching`: robots.txt is obeyed, a host is asked once a second,
    private addresses are refused, bytes and time are bounded. Its thread begins with the first address."""

    def __init__(self, fetching: Fetching = PATIENCE, *, longest: float = LONGEST) -> None:
        self.fetching, self.longest = fetching, longest
        self.turns = threading.BoundedSemaphore(WAITING)
        self.lock = threading.Lock()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.fetcher: Fetcher | None = None

    def fetch(self, address: str) -> Capture | Problem:
        """The page at an address, or why there is none. Raises `Refused` where too many wait (503)."""
        from marsad.intake.fetching import Fetched

        if not self.turns.acquire(blocking=False):
            raise Refused(503, "busy", "too many pages are being fetched: try again soon", {"Retry-After": "10"})
        try:
            found = self.run(self.asked(address))
        except Late:
            return Problem(stage="intake", code="slow", message=f"took more than {self.longest:g} seconds", at=address)
        finally:
            self.turns.release()
        return capture_of(found) if isinstance(found, Fetched) else found.problem

    async def asked(self, address: str) -> Fetched | Failure:
        from marsad.intake.fetching import Fetcher

        if self.fetcher is None or len(self.fetcher.hosts) > MOST_HOSTS:
            self.fetcher = Fetcher(self.fetching)
        return await self.fetcher.fetch(address)

    def run(self, work: Coroutine[None, None, T]) -> T:
        """Have something done by the loop. Raises `TimeoutError` where it takes too long; it is then broken off."""
        with self.lock:
            if self.loop is None:
                self.loop = asyncio.new_event_loop()
                threading.Thread(target=self.loop.run_forever, name="marsad-fetching", daemon=True).start()
        future = asyncio.run_coroutine_threadsafe(work, self.loop)
        try:
            return future.result(timeout=self.longest)
        except Late:
            future.cancel()
            raise

    def stop(self) -> None:
        """End the loop; what is under way is broken off with it."""
        loop, self.loop = self.loop, None
        if loop is not None:
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(loop.stop)
