"""Conditions as intervals on one another's timeline: what a later state ends, who contradicts whom, what held on a day."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Mapping, Sequence

from marsad.linking import agreement
from marsad.linking.condition_pairs import state
from marsad.linking.facts import Facts
from marsad.linking.independence import settle
from marsad.linking.names import fold, iso
from marsad.linking.neighbours import Spot, spot_of, touching
from marsad.linking.tables import opposites
from marsad.model import Condition, Speaker

WEEK = 7


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A condition, its claims as they were joined, where they are, and the days of their first and last report."""

    item: Condition
    facts: tuple[Facts, ...]
    spots: frozenset[Spot]
    told: tuple[int, int]


def relate(items: Sequence[Condition], facts: Mapping[str, Facts]) -> list[Condition]:
    """The conditions with `until`, `ended_by` and `disputed_by` as the others of the same subject and place give them.

    The earliest later contrary state that nobody disputes ends a state on the day it begins. Where another source goes on telling
    the earlier state after that day, both are disputed and neither ends the other. `facts` holds each claim's by id.
    """
    near = touching(facts.values())
    ordered = sorted(items, key=lambda c: (c.since or "", c.id))
    members = [_member(item, facts) for item in ordered]
    beside = _beside(members, near)
    members = [_disputed(m, [members[j] for j in beside[i] if _overlap(m, members[j])], near) for i, m in enumerate(members)]
    members = _contradicted(members, beside)
    return [_closed(m, [members[j] for j in beside[i] if m.item.since is None or j > i]) for i, m in enumerate(members)]


def _beside(members: Sequence[Member], near: Mapping[Spot, frozenset[Spot]]) -> list[list[int]]:
    """For each condition the others of its subject and place, in their order of time."""
    at_spot: dict[Spot, list[int]] = defaultdict(list)
    for i, m in enumerate(members):
        for spot in m.spots:
            at_spot[spot].append(i)
    known: dict[frozenset[Spot], list[int]] = {}
    for m in members:
        if m.spots not in known:
            known[m.spots] = sorted({j for s in m.spots for t in near[s] for j in at_spot[t]})
    return [[j for j in known[m.spots] if j != i] for i, m in enumerate(members)]


def _member(item: Condition, facts: Mapping[str, Facts]) -> Member:
    own = tuple(settle([facts[c] for c in item.claims]))
    seen = [f.seen for f in own if f.seen is not None]
    told = (min(seen), max(seen)) if len(seen) == len(own) else (0, 10**7)
    return Member(item=item, facts=own, spots=frozenset(s for s in map(spot_of, own) if s is not None), told=told)


def _overlap(one: Member, other: Member) -> bool:
    """Whether reports of both lie within a week of each other, as far as the first and last of each tell."""
    return one.told[0] <= other.told[1] + WEEK and other.told[0] <= one.told[1] + WEEK


def _disputed(one: Member, others: Sequence[Member], near: Mapping[Spot, frozenset[Spot]]) -> Member:
    """With the speakers of a contrary condition that was told at about the same time and is no later change."""
    item, own = one.item, {f.voice for f in one.facts}
    for other in (m for m in others if _same_time(one, m, near)):
        telling = [f for f in other.facts if f.claim.stance == "asserts" and state(f) == other.item.state and f.voice not in own]
        what = "who" if other.item.state == item.state else "state"
        item = _against(item, agreement.tellers(telling), what, other.item.state)
    return dataclasses.replace(one, item=item)


def _same_time(one: Member, other: Member, near: Mapping[Spot, frozenset[Spot]]) -> bool:
    a, b = one.item, other.item
    if a.until or b.until or not (_ends(a, b) or _ends(b, a)):
        return False
    if a.since is not None and b.since is not None and a.since != b.since:
        return False
    return any(_same_week(f, g) and spot_of(g) in near.get(spot_of(f) or ("", ()), ()) for f in one.facts for g in other.facts)


def _against(item: Condition, speakers: Sequence[Speaker], what: str, rival: str | None = None) -> Condition:
    known = {fold(s.name) for s in (*item.according_to, *item.disputed_by)}
    found = tuple(s for s in speakers if fold(s.name) not in known)
    if not found:
        return item
    rivals = (*item.rivals, rival) if rival and rival not in (item.state, *item.rivals) else item.rivals
    disputed = item.disputed if what in item.disputed else (*item.disputed, what)
    return dataclasses.replace(item, disputed_by=item.disputed_by + found, disputed=disputed, rivals=rivals)


def _same_week(one: Facts, other: Facts) -> bool:
    return one.claim.report == other.claim.report or (
        one.seen is not None and other.seen is not None and abs(one.seen - other.seen) <= WEEK
    )


def _contradicted(members: Sequence[Member], beside: Sequence[Sequence[int]]) -> list[Member]:
    """A change that another source contradicts afterwards, and what it would have ended, are disputed on both sides."""
    found = [m.item for m in members]
    for i, m in enumerate(members):
        last = iso(min(m.told[1], 3_000_000)) or ""
        for j in beside[i]:
            later = members[j]
            if (later.item.since or "9999") < last and m.item.until is None and _changes(m.item, later.item):
                still = [f for f in m.facts if _still_told(f, later)]
                if still:
                    found[i] = _against(found[i], agreement.tellers(later.facts), "until", later.item.state)
                    found[j] = _against(found[j], agreement.tellers(still), "state", m.item.state)
    return [dataclasses.replace(m, item=item) for m, item in zip(members, found, strict=True)]


def _still_told(facts: Facts, change: Member) -> bool:
    """Whether a claim tells, after a change and independently of those who told the change, that the old state goes on."""
    if facts.claim.status != "ongoing" or facts.claim.stance != "asserts" or facts.claim.background or facts.seen is None:
        return False
    if facts.claim.when.until is not None or (iso(facts.seen) or "") <= (change.item.since or ""):
        return False
    return not any(g.claim.report == facts.claim.report or g.voice == facts.voice for g in change.facts)


def _closed(one: Member, others: Sequence[Member]) -> Condition:
    """With `until` from the earliest later contrary state that nobody disputes, where it states none itself."""
    item = one.item
    if item.until is not None or not one.spots:
        return item
    for other in others:
        if not _changes(item, other.item) or (item.since is None and not _told_before(one.facts, other)):
            continue
        if other.item.disputed_by:
            item = _end_disputed(item, other.item)
            continue
        why = f"Ended by {other.item.id}: a later state of the same place that nobody disputes."
        return dataclasses.replace(item, until=other.item.since, ended_by=other.item.id, because=(*item.because, why))
    return item


def _end_disputed(item: Condition, other: Condition) -> Condition:
    if "until" in item.disputed and any(other.id in s for s in item.because):
        return item
    why = f"Its end is disputed: {other.id} tells a later state, which others deny or contradict."
    disputed = item.disputed if "until" in item.disputed else (*item.disputed, "until")
    return dataclasses.replace(item, disputed=disputed, because=(*item.because, why))


def _changes(one: Condition, later: Condition) -> bool:
    """Whether `later` begins after `one` and can't hold beside it. An undated state began before."""
    return later.since is not None and (one.since is None or one.since < later.since) and _ends(one, later)


def _told_before(facts: Sequence[Facts], change: Member) -> bool:
    """An undated state ends on a later day only where it was last told before it, or as past in the report of the change."""
    seen = [f.seen for f in facts if f.seen is not None]
    shared = {f.claim.report for f in facts if f.claim.status != "ongoing"} & {f.claim.report for f in change.facts}
    return bool(shared) or (bool(seen) and (iso(max(seen)) or "") < (change.item.since or ""))


def _ends(one: Condition, later: Condition) -> bool:
    """True where `later` can't begin while `one` still holds."""
    holders, after = {a.name for a in one.who}, {a.name for a in later.who}
    if one.subject != later.subject:
        return False
    if one.subject == "territory" and later.state == one.state == "held":
        return bool(holders and after and not holders & after)
    if (one.subject, one.state, later.state) not in opposites("ends"):
        return False
    if one.subject == "territory" and {one.state, later.state} == {"held", "lost"}:
        return bool(holders & after) == (one.state == "held") if holders and after else True
    return True


def held_at(conditions: Sequence[Condition], day: str) -> tuple[Condition, ...]:
    """The conditions that held on an ISO date, in the order given.

    From `since` (from the first report of it, where that isn't told) to `until`: that day included where a source states it, but
    not where another state began on it. A delivery holds on its own day only.

    >>> ended = {"since": "2012-01-01", "until": "2019-09-30", "ended_by": "o"}
    >>> closed = Condition(id="c", subject="border_crossing", state="closed", **ended)
    >>> opened = Condition(id="o", subject="border_crossing", state="open", since="2019-09-30")
    >>> [c.state for c in held_at([closed, opened], "2015-01-01")], [c.state for c in held_at([closed, opened], "2019-09-30")]
    (['closed'], ['open'])
    """
    return tuple(c for c in conditions if _holds(c, day))


def _holds(item: Condition, day: str) -> bool:
    begin = item.since or item.told_first
    if begin is None or day < begin:
        return False
    if item.subject == "aid_delivery":
        return day <= (item.until or begin)
    return item.until is None or day < item.until or (day == item.until and item.ended_by is None)
