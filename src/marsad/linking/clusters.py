"""Average-link clustering that does not depend on the order of its input."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence

Pair = tuple[int, int]
Silent = Callable[[int, int], bool]
UNSCORED = -4.0
BARRED = -4000.0
TIE = 0.7


def components(count: int, edges: Iterable[Pair]) -> list[list[int]]:
    """Connected groups of 0..count-1, each sorted, in the order of their smallest member."""
    root = list(range(count))

    def find(x: int) -> int:
        while root[x] != x:
            root[x] = root[root[x]]
            x = root[x]
        return x

    for a, b in edges:
        a, b = find(a), find(b)
        if a != b:
            root[max(a, b)] = min(a, b)
    groups: dict[int, list[int]] = {}
    for i in range(count):
        groups.setdefault(find(i), []).append(i)
    return [groups[k] for k in sorted(groups)]


def cluster(
    count: int,
    scores: Mapping[Pair, float],
    *,
    loose: Sequence[bool],
    silent: Silent = lambda a, b: False,
    together: Iterable[Pair] = (),
    apart: Iterable[Pair] = (),
) -> list[list[int]]:
    """Groups of 0..count-1 such that the mean score between two groups that were joined was above 0.

    `scores` holds log-odds for pairs (i, j), i < j; a pair that is not there counts as `UNSCORED`, and one without a score above
    0 that is `silent` is left out of the mean. A group whose members are all `loose` joins another only where no second group
    fits nearly as well. `together` and `apart` are a reviewer's word and override every score. Members must come sorted by
    something of their own (their id), which makes the result the same for every input order; a member with no score above 0 to
    any of a group can't change that group.
    """
    forced, barred = _ordered(together), frozenset(_ordered(apart))
    live = [p for p, s in scores.items() if s > 0] + forced

    def pair(a: int, b: int) -> float | None:
        if (a, b) in barred:
            return BARRED
        value = scores.get((a, b), UNSCORED)
        return None if value <= 0 and silent(a, b) else value

    found: list[list[int]] = []
    for group in components(count, live):
        found.extend([group] if len(group) == 1 else _agglomerate(group, pair, loose, forced))
    return sorted(found)


def _ordered(pairs: Iterable[Pair]) -> list[Pair]:
    return sorted({(min(p), max(p)) for p in pairs if p[0] != p[1]})


class _Groups:
    """The groups of one component and, between them, the sum and number of scores."""

    def __init__(self, members: Sequence[int], pair: Callable[[int, int], float | None]) -> None:
        self.members = {m: [m] for m in members}
        self.sums: dict[int, dict[int, tuple[float, int]]] = {m: {} for m in members}
        for i, a in enumerate(members):
            for b in members[i + 1 :]:
                value = pair(a, b)
                self.sums[a][b] = self.sums[b][a] = (0.0, 0) if value is None else (value, 1)

    def mean(self, a: int, b: int) -> float:
        total, number = self.sums[a][b]
        return round(total / number, 9) if number else UNSCORED

    def join(self, a: int, b: int) -> int:
        """Joins the two under the smaller name, and gives it."""
        a, b = min(a, b), max(a, b)
        self.members[a] = sorted(self.members[a] + self.members.pop(b))
        gone = self.sums.pop(b)
        self.sums[a].pop(b)
        for c, (total, number) in gone.items():
            if c != a:
                old = self.sums[a][c]
                self.sums[a][c] = self.sums[c][a] = (old[0] + total, old[1] + number)
                self.sums[c].pop(b)
        return a


def _agglomerate(
    group: Sequence[int], pair: Callable[[int, int], float | None], loose: Sequence[bool], forced: Sequence[Pair]
) -> list[list[int]]:
    groups = _Groups(group, pair)
    name = {m: m for m in group}
    for a, b in forced:
        if a in name and name[a] != name[b]:
            kept = groups.join(name[a], name[b])
            name.update(dict.fromkeys(groups.members[kept], kept))
    heap = [(-groups.mean(a, b), a, b) for a in groups.sums for b in groups.sums[a] if a < b and groups.mean(a, b) > 0]
    heapq.heapify(heap)
    while heap:
        value, a, b = heapq.heappop(heap)
        if b not in groups.sums.get(a, {}) or -value != groups.mean(a, b) or _ambiguous(groups, a, b, loose):
            continue
        kept = groups.join(a, b)
        for c in groups.sums[kept]:
            if groups.mean(kept, c) > 0:
                heapq.heappush(heap, (-groups.mean(kept, c), min(kept, c), max(kept, c)))
    return [groups.members[k] for k in sorted(groups.members)]


def _ambiguous(groups: _Groups, a: int, b: int, loose: Sequence[bool]) -> bool:
    """True where one side can't be placed by itself and a second group fits it nearly as well."""
    best = groups.mean(a, b)
    for side, partner in ((a, b), (b, a)):
        if all(loose[m] for m in groups.members[side]) and not all(loose[m] for m in groups.members[partner]):
            rivals = (
                groups.mean(side, c) for c in groups.sums[side] if c != partner and not all(loose[m] for m in groups.members[c])
            )
            if max(rivals, default=UNSCORED) > max(0.0, best - TIE):
                return True
    return False
