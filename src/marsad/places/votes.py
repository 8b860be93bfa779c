"""Which countries a text speaks of: here, and as a whole."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

REACH = 300
LOCAL = 0.45


@dataclass(frozen=True, slots=True)
class Vote:
    """A word at `at` that speaks for `country`, with the name that casts it."""

    at: int
    country: str
    weight: float
    name: str


class Tally:
    """Votes added up. A name has no say in the choice of its own place."""

    def __init__(self, votes: Iterable[Vote]) -> None:
        by_name: dict[tuple[str, str], float] = defaultdict(float)
        self.votes = list(votes)
        for vote in self.votes:
            by_name[vote.name, vote.country] += vote.weight
        # The tenth mention of a name says little that the first did not.
        self.cast = {key: math.sqrt(weight * max(1.0, min(weight, 6.0))) if weight > 1 else weight for key, weight in by_name.items()}
        self.total: dict[str, float] = defaultdict(float)
        for (_, country), weight in self.cast.items():
            self.total[country] += weight
        self.near: dict[str, list[Vote]] = defaultdict(list)
        for vote in self.votes:
            self.near[vote.country].append(vote)

    def ranked(self) -> tuple[str, ...]:
        """Countries, weightiest first."""
        return tuple(sorted(self.total, key=lambda c: (-self.total[c], c)))

    def shares(self, at: int, without: str) -> dict[str, float]:
        """Each country's weight at an offset, 0 to 1: in the whole text and close by, `without` the votes of one name."""
        overall = {c: w - self.cast.get((without, c), 0.0) for c, w in self.total.items()}
        close = {
            c: sum(v.weight * math.exp(-abs(v.at - at) / REACH) for v in votes if v.name != without and abs(v.at - at) < 4 * REACH)
            for c, votes in self.near.items()
        }
        most, closest = max(overall.values(), default=0.0), max(close.values(), default=0.0)
        if most <= 0:
            return {}
        scale, nearby = max(most, 0.8), max(closest, 0.5)
        return {c: (1 - LOCAL) * max(w, 0.0) / scale + LOCAL * close.get(c, 0.0) / nearby for c, w in overall.items()}
