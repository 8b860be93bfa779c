"""Low, best and high of a toll from rival claims. The rules are written in `docs/concepts/linking.md`, "Tolls"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from marsad.linking.counts import Range, is_bare
from marsad.linking.facts import Facts
from marsad.linking.nearness import ranges_meet
from marsad.linking.tables import tiers
from marsad.model import Toll

WORST = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """One speaker's whole toll in one report."""

    facts: Facts
    span: Range

    @property
    def tier(self) -> int:
        return tiers().get(self.facts.role, WORST)

    @property
    def figure(self) -> int:
        """The figure itself: the lower bound, or the upper one where that is all that is said ("up to 10")."""
        return self.span[0] if self.span[0] is not None else (self.span[1] or 0)

    def one_group(self, effect: str) -> bool:
        """True where only one named group is counted, not everybody."""
        counted = [c for c in self.facts.claim.counts if c.effect == effect and (c.low, c.high) != (None, None)]
        return len(counted) == 1 and not is_bare(counted[0])


def stated(facts: Sequence[Facts], effect: str) -> list[Stated]:
    """The whole tolls that stand: asserted, each voice's newest, copies once, withdrawn and refuted figures taken out."""
    given = [(f, f.killed if effect == "killed" else f.injured) for f in facts]
    said = [Stated(facts=f, span=s) for f, s in given if s is not None and f.claim.stance == "asserts"]
    denied = [Stated(facts=f, span=s) for f, s in given if s is not None and f.claim.stance == "denies"]
    if len(facts) == 1:
        return said
    said = [s for s in said if not any(_refutes(d, s) for d in denied)]
    kept = [s for s in said if not any(_supersedes(r, s) for r in said)]
    taken_back = [f for f, s in given if s is None and f.claim.stance == "denies" and not f.named_who]
    kept = [s for s in kept if not any(_takes_back(f, s) for f in taken_back)]
    return _once(_newest(kept))


def _supersedes(new: Stated, old: Stated) -> bool:
    """A figure that is said to take the place of an earlier one takes the place of those that its own speaker or one no better
    placed gave earlier, and that it is said to lie above or below."""
    way = new.facts.revises
    if way is None or new is old or not _earlier(old.facts, new.facts):
        return False
    if old.facts.voice != new.facts.voice and old.tier < new.tier:
        return False
    above, below = new.figure > old.figure, new.figure < old.figure
    return above if way == "up" else below if way == "down" else above or below


def _earlier(old: Facts, new: Facts) -> bool:
    """Whether one was told before the other: in an earlier report, or before it in the same one."""
    if old.claim.report == new.claim.report:
        return old.begin < new.begin
    return old.seen is not None and new.seen is not None and old.seen <= new.seen and old.revises is None


def _takes_back(denial: Facts, said: Stated) -> bool:
    """A speaker that denies the incident after having told it takes its own figure back."""
    return denial.voice == said.facts.voice and _earlier(said.facts, denial)


def _refutes(denial: Stated, other: Stated) -> bool:
    """A figure is out where its own speaker takes it back or a source at least as well placed denies it."""
    if denial.span != other.span:
        return False
    own = denial.facts.voice == other.facts.voice and (denial.facts.seen or 0) >= (other.facts.seen or 0)
    return own or denial.tier <= other.tier


def _newest(said: Sequence[Stated]) -> list[Stated]:
    """Each voice's figures of its newest day."""
    newest: dict[str, int] = {}
    for s in said:
        newest[s.facts.voice] = max(newest.get(s.facts.voice, -1), s.facts.seen or 0)
    return [s for s in said if (s.facts.seen or 0) == newest[s.facts.voice]]


def _once(said: Sequence[Stated]) -> list[Stated]:
    """One of each figure that one voice gives in copies of one story; the largest of several that it gives in one report."""
    kept: dict[tuple[str, str], Stated] = {}
    for s in sorted(said, key=lambda s: (s.facts.age, s.figure)):
        key = (s.facts.voice, s.facts.family)
        if key not in kept or s.figure > kept[key].figure:
            kept[key] = s
    return list(kept.values())


def fuse(facts: Sequence[Facts], effect: str) -> Toll:
    """Low, best, high over the claims of one event; all `None` where none states a whole toll, 0 where nobody was hurt.

    Low is the smallest whole toll that stands, high the largest: `None` where the largest is a lower bound alone ("at least
    18"), as low is where every figure is an upper bound ("up to 10"). Best is that of the best-placed source, of those the
    newest, of those the largest. A source that counts one group alone ("three soldiers") does not give the best figure while
    another counts all.
    """
    said = stated(facts, effect)
    if not said:
        return Toll()
    best = min(said, key=lambda s: (s.one_group(effect), s.tier, -(s.facts.seen or 0), -s.figure, s.facts.id))
    return Toll(low=min((s.span[0] for s in said if s.span[0] is not None), default=None), best=best.figure, high=_highest(said))


def _highest(said: Sequence[Stated]) -> int | None:
    """The largest figure that stands, `None` where it is a lower bound alone ("at least 18")."""
    closed = [s.span[1] for s in said if s.span[1] is not None]
    open_ended = [s.figure for s in said if s.span[1] is None]
    if open_ended and max(open_ended) >= max(closed, default=-1):
        return None
    return max(closed)


def disputed(facts: Sequence[Facts], effect: str) -> bool:
    """True where two independent voices give ranges that don't meet, or a figure is denied."""
    given = [(f, f.killed if effect == "killed" else f.injured) for f in facts]
    if any(s is not None and f.claim.stance == "denies" for f, s in given):
        return True
    said = stated(facts, effect)
    return any(a.facts.voice != b.facts.voice and not ranges_meet(a.span, b.span) for a, b in combinations(said, 2))
