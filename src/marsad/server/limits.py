"""How much one caller may ask for: a bucket that fills with time, dear requests taking more, and a few at once."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

from marsad.server.problems import Refused

MOST_CALLERS = 10_000


class Limiter:
    """Buckets by caller. With a rate of 0 nothing is limited."""

    def __init__(self, *, rate: float, burst: float, at_once: int) -> None:
        self.rate, self.burst, self.at_once = rate, burst, at_once
        self.lock = threading.Lock()
        self.buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self.busy: dict[str, int] = {}

    def take(self, key: str, cost: float, *, now: float | None = None) -> None:
        """Take from a caller's bucket. Raises `Refused` (429) where it is empty, with the seconds to wait."""
        if not self.rate:
            return
        now = time.monotonic() if now is None else now
        with self.lock:
            held, since = self.buckets.pop(key, (self.burst, now))
            held = min(self.burst, held + (now - since) * self.rate)
            fits = held >= cost or held >= self.burst
            self.buckets[key] = (held - cost if fits else held, now)
            while len(self.buckets) > MOST_CALLERS:
                self.buckets.popitem(last=False)
        if not fits:
            wait = max(1, round((min(cost, self.burst) - held) / self.rate))
            raise Refused(429, "too_many_requests", f"too many requests: try again in {wait} seconds", {"Retry-After": str(wait)})

    def enter(self, key: str) -> bool:
        """Begin a request. Raises `Refused` (429) where the caller has too many under way; whether it has to be left again."""
        if not self.rate:
            return False
        with self.lock:
            if self.busy.get(key, 0) >= self.at_once:
                words = f"more than {self.at_once} requests at once"
                raise Refused(429, "too_many_at_once", words, {"Retry-After": "1"})
            self.busy[key] = self.busy.get(key, 0) + 1
        return True

    def leave(self, key: str) -> None:
        """End a request that was begun."""
        with self.lock:
            left = self.busy.get(key, 1) - 1
            if left > 0:
                self.busy[key] = left
            else:
                self.busy.pop(key, None)
