"""Average-link clustering that does not depend on the order of its input."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

Pair = tuple[int, int]
Silent = Callable[[int, int], bool]
UNSCORED = -4.0
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
    together: Sequence[Pair] = (),
    apart: Sequence[Pair] = (),
) -> list[list[int]]:
    """Groups of 0..count-1 such that the mean score between two groups that were joined was above 0.

    `scores` holds log-odds for pairs (i, j), i < j; a pair that is not there counts as `UNSCORED` where neither is `loose`, and
    one without a score above 0 that is `silent` (as every unscored pair of a loose member must be) is left out of the mean. A
    group whose members are all `loose` joins another only where no second group fits nearly as well.

    `together` and `apart` are a reviewer's word, oldest first, and override every score: `together` unites the groups of the two
    as the scores made them; of a pair that is `apart` no group holds both, nor either with what the other was united with. Where
    the two contradict each other the first member of an `apart` pair stands alone. Members must come sorted by something of their
    own (their id), which makes the result the same for every input order; a member with no score above 0 to any of a group can't
    change that group.
    """
    tied = {m: n for n, group in enumerate(components(count, together)) for m in group} if together else {}
    barred = _barred(apart, together, tied)
    between: dict[int, dict[int, float | None]] = defaultdict(dict)
    for (a, b), value in scores.items():
        between[a][b] = None if value <= 0 and silent(a, b) else value
    found: list[list[int]] = []
    for group in components(count, (p for p, s in scores.items() if s > 0)):
        found.extend([group] if len(group) == 1 else _agglomerate(group, between, loose, barred))
    return sorted(_ruled(found, together, apart) if together or apart else found)


def _barred(apart: Sequence[Pair], together: Sequence[Pair], tied: Mapping[int, int]) -> dict[int, set[int]]:
    """Whom each member must not be with: who it was kept apart from, and all whom a reviewer united with that one."""
    mates: dict[int, set[int]] = defaultdict(set)
    for pair in together:
        for m in pair:
            mates[tied[m]].update(pair)
    found: dict[int, set[int]] = defaultdict(set)
    for a, b in apart:
        others = {a, *mates.get(tied.get(a, -1), ())}, {b, *mates.get(tied.get(b, -1), ())}
        if others[0] & others[1]:
            others = {a}, {b}
        for x in others[0]:
            found[x] |= others[1]
        for y in others[1]:
            found[y] |= others[0]
    return found


def _ruled(groups: list[list[int]], together: Sequence[Pair], apart: Sequence[Pair]) -> list[list[int]]:
    """The groups united as a reviewer says; the first of a pair that must be apart and isn't stands alone."""
    home = {m: n for n, group in enumerate(groups) for m in group}
    united = components(len(groups), ((home[a], home[b]) for a, b in together))
    found = [sorted(m for n in some for m in groups[n]) for some in united]
    home = {m: n for n, group in enumerate(found) for m in group}
    for a, b in reversed(apart):
        if home[a] == home[b]:
            found[home[a]].remove(a)
            home[a] = len(found)
            found.append([a])
    return found


class _Groups:
    """The groups of one component and, between those with a scored pair, sum and number of scores.

    A sparse form of the full table: between two groups stand the sum and the number of scores that count, and the number of
    scored pairs without a loose member; the pairs that were not scored follow from the sizes.
    """

    def __init__(
        self,
        members: Sequence[int],
        between: Mapping[int, Mapping[int, float | None]],
        loose: Sequence[bool],
        barred: Mapping[int, set[int]],
    ) -> None:
        self.members = {m: [m] for m in members}
        self.firm = {m: 0 if loose[m] else 1 for m in members}
        self.barred = {m: set(barred.get(m, ())) for m in members} if barred else {}
        self.sums: dict[int, dict[int, tuple[float, int, int]]] = {m: {} for m in members}
        for a in members:
            for b, value in between.get(a, {}).items():
                if b in self.sums:
                    entry = (value or 0.0, 0 if value is None else 1, self.firm[a] * self.firm[b])
                    self.sums[a][b] = self.sums[b][a] = entry

    def mean(self, a: int, b: int) -> float:
        total, number, firm = self.sums[a].get(b, (0.0, 0, 0))
        unscored = self.firm[a] * self.firm[b] - firm
        number += unscored
        return round((total + UNSCORED * unscored) / number, 9) if number else UNSCORED

    def may_join(self, a: int, b: int) -> bool:
        return not self.barred or self.barred[a].isdisjoint(self.members[b])

    def join(self, a: int, b: int) -> int:
        """Joins the two under the smaller name, and gives it."""
        a, b = min(a, b), max(a, b)
        self.members[a] = sorted(self.members[a] + self.members.pop(b))
        self.firm[a] += self.firm.pop(b)
        if self.barred:
            self.barred[a] |= self.barred.pop(b)
        gone = self.sums.pop(b)
        self.sums[a].pop(b, None)
        for c, (total, number, firm) in gone.items():
            if c != a:
                old = self.sums[a].get(c, (0.0, 0, 0))
                self.sums[a][c] = self.sums[c][a] = (old[0] + total, old[1] + number, old[2] + firm)
                self.sums[c].pop(b)
        return a


def _agglomerate(
    group: Sequence[int],
    between: Mapping[int, Mapping[int, float | None]],
    loose: Sequence[bool],
    barred: Mapping[int, set[int]],
) -> list[list[int]]:
    groups = _Groups(group, between, loose, barred)
    heap = [(-groups.mean(a, b), a, b) for a in groups.sums for b in groups.sums[a] if a < b and groups.mean(a, b) > 0]
    heapq.heapify(heap)
    while heap:
        value, a, b = heapq.heappop(heap)
        if b not in groups.sums.get(a, {}) or -value != groups.mean(a, b):
            continue
        if not groups.may_join(a, b) or _ambiguous(groups, a, b):
            continue
        kept = groups.join(a, b)
        for c in groups.sums[kept]:
            if groups.mean(kept, c) > 0:
                heapq.heappush(heap, (-groups.mean(kept, c), min(kept, c), max(kept, c)))
    return [groups.members[k] for k in sorted(groups.members)]


def _ambiguous(groups: _Groups, a: int, b: int) -> bool:
    """True where one side can't be placed by itself and a second group fits it nearly as well."""
    best = groups.mean(a, b)
    for side, partner in ((a, b), (b, a)):
        if not groups.firm[side] and groups.firm[partner]:
            rivals = (groups.mean(side, c) for c in groups.sums[side] if c != partner and groups.firm[c])
            if max(rivals, default=UNSCORED) > max(0.0, best - TIE):
                return True
    return False
