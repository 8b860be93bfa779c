"""Which pairs of claims are worth a look: those of one report, and those of about the same place and time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from marsad.linking.facts import Facts


def pairs(facts: Sequence[Facts]) -> Iterator[tuple[int, int]]:
    """Each candidate pair (i, j), i < j, once. Near-linear where claims spread over places and days."""
    seen: set[tuple[int, int]] = set()
    for block in _blocks(facts).values():
        for pair in block:
            if pair not in seen:
                seen.add(pair)
                yield pair


def _blocks(facts: Sequence[Facts]) -> dict[str, Iterator[tuple[int, int]]]:
    members: dict[str, list[int]] = defaultdict(list)
    for i, one in enumerate(facts):
        for key in one.keys:
            members[key].append(i)
    return {key: _meeting(facts, block) for key, block in members.items() if len(block) > 1}


def _meeting(facts: Sequence[Facts], block: Sequence[int]) -> Iterator[tuple[int, int]]:
    """A sweep over the first days: each pair whose windows meet. Pairs of one report always meet."""
    if len({facts[i].claim.report for i in block}) == 1:
        yield from ((a, b) for n, a in enumerate(block) for b in block[n + 1 :])
        return
    open_now: list[tuple[int, int]] = []
    for first, last, i in sorted((*facts[i].window, i) for i in block):
        open_now = [(end, j) for end, j in open_now if end >= first]
        for _, j in open_now:
            yield min(i, j), max(i, j)
        open_now.append((last, i))


def meet(one: Facts, other: Facts) -> bool:
    """Whether the two are a candidate pair: of one report, or with a shared key and windows that meet."""
    if one.claim.report == other.claim.report:
        return one.claim.scope == other.claim.scope
    if one.window[0] > other.window[1] or other.window[0] > one.window[1]:
        return False
    return not set(one.keys).isdisjoint(other.keys)
