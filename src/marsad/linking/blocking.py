"""Which pairs of claims are worth a look: those of one report, and those of about the same place and time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from marsad.linking.facts import Facts
from marsad.linking.keys import Window, days_of, read_keys, seen_on, window_of
from marsad.model import Claim, Report


def pairs(facts: Sequence[Facts]) -> Iterator[tuple[int, int]]:
    """Each candidate pair (i, j), i < j, once: those that `meet`. Near-linear where claims spread over places and days."""
    kept: dict[str, list[int]] = defaultdict(list)
    for i, one in enumerate(facts):
        for key in one.keys.kept:
            kept[key].append(i)
    blocks: dict[str, _Block] = {}
    asked: dict[int, set[int]] = {}
    for i, one in enumerate(facts):
        found: set[int] = set()
        for key in one.keys.asked:
            members = kept.get(key)
            if members is None or members == [i]:
                continue
            if "|report|" in key:
                found.update(members)
                continue
            if key not in blocks:
                blocks[key] = _Block(facts, members)
            found.update(blocks[key].near(facts, one))
        found.discard(i)
        asked[i] = found
    for i, found in asked.items():
        yield from ((i, j) for j in sorted(found) if j > i and i in asked[j])


class _Block:
    """The claims under one key, by the first day of their windows."""

    __slots__ = ("firsts", "longest", "members")

    def __init__(self, facts: Sequence[Facts], members: Sequence[int]) -> None:
        self.members = sorted(members, key=lambda i: facts[i].window)
        self.firsts = [facts[i].window[0] for i in self.members]
        self.longest = max(facts[i].window[1] - facts[i].window[0] for i in members)

    def near(self, facts: Sequence[Facts], one: Facts) -> Iterator[int]:
        """Those whose windows meet that of one claim."""
        first, last = one.window
        begin, end = bisect_left(self.firsts, first - self.longest), bisect_right(self.firsts, last)
        return (i for i in self.members[begin:end] if facts[i].window[1] >= first)


def in_reach(new: Sequence[Facts], known: Iterable[Claim], reports: Mapping[str, Report]) -> Iterator[Claim]:
    """The known claims without those incidents of other reports that can't `meet` a new one, told before more is read of them."""
    own = {f.claim.report for f in new}
    sought: dict[str, list[Window]] = defaultdict(list)
    for f in new:
        if f.claim.scope == "incident":
            for key in f.keys.asked:
                sought[key].append(f.window)
    for claim in known:
        if claim.scope != "incident" or claim.report in own:
            yield claim
            continue
        report = reports.get(claim.report)
        first, last = window_of(claim, *days_of(claim), seen_on(report))
        windows = (w for key in read_keys(claim, report).kept for w in sought.get(key, ()))
        if any(begin <= last and first <= end for begin, end in windows):
            yield claim


def meet(one: Facts, other: Facts) -> bool:
    """Whether two of one scope are a candidate pair: of one report, or each with a key that the other asks for and windows that
    meet."""
    if one.claim.report == other.claim.report:
        return one.claim.scope == other.claim.scope
    if one.window[0] > other.window[1] or other.window[0] > one.window[1]:
        return False
    return not set(one.keys.kept).isdisjoint(other.keys.asked) and not set(other.keys.kept).isdisjoint(one.keys.asked)
