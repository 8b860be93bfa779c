"""Condition claims → conditions: how things stand, since when, who disputes it.

Rules: `docs/concepts/linking.md`, "Conditions"."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from marsad.linking import agreement
from marsad.linking.condition_pairs import contrary, score, state, subject, until
from marsad.linking.facts import Facts, fold, iso, told_by
from marsad.linking.nearness import any_shared, listed
from marsad.linking.rulings import fold_id
from marsad.linking.tables import opposites
from marsad.model import Condition, Speaker, TimePrecision

Member = tuple[Condition, Sequence[Facts]]
__all__ = ["fuse_condition", "fuse_conditions", "score"]


def fuse_conditions(groups: Sequence[Sequence[Facts]]) -> list[Condition]:
    """A condition for each group; an earlier state ends where a later, undisputed report says that it changed."""
    made: list[Member] = [(fuse_condition(g), sorted(g, key=lambda f: f.age)) for g in groups]
    blocks: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i, (_, facts) in enumerate(made):
        for key in _keys(facts):
            blocks[key].append(i)
    near = [sorted({j for key in _keys(facts) for j in blocks[key]}) for _, facts in made]
    made = [(_dispute(c, facts, [made[j] for j in near[i]]), facts) for i, (c, facts) in enumerate(made)]
    return [_close(c, facts, [made[j] for j in near[i]]) for i, (c, facts) in enumerate(made)]


def _keys(facts: Sequence[Facts]) -> set[tuple[str, str]]:
    """The subject with each place's name and rough cell, so that only neighbours are compared."""
    keys = set()
    for f in facts:
        keys |= {(subject(f), name) for name in f.names}
        for p in f.places:
            if p.latitude is not None and p.longitude is not None:
                row, column = int(p.latitude // 0.25), int(p.longitude // 0.25)
                keys |= {(subject(f), f"{a}/{b}") for a in (row, row + 1) for b in (column, column + 1)}
    return keys


def fuse_condition(facts: Sequence[Facts]) -> Condition:
    """The condition that these claims tell; speakers of the contrary, who deny or doubt it, stand in `disputed_by`."""
    facts = sorted(facts, key=lambda f: f.age)
    main = _state(facts)
    sides = [f for f in facts if state(f) == main]
    backing = [f for f in sides if f.claim.stance == "asserts"] or sides
    dated = [f for f in backing if f.first is not None]
    since = min(dated, key=lambda f: ((f.last or 0) - (f.first or 0), f.age), default=None)
    ends = [u for u in (until(f) for f in backing) if u is not None]
    precision: TimePrecision = since.claim.when.precision if since else "unknown"
    return Condition(
        id=fold_id(facts[0].claim),
        subject=subject(facts[0]),
        state=main,
        place=agreement.fuse_place(sides),
        who=agreement.fuse_who(sides),
        since=iso(since.first) if since else None,
        until=iso(Counter(ends).most_common(1)[0][0]) if ends else None,
        precision=precision,
        according_to=agreement.speakers(backing),
        disputed_by=_objectors(facts, main),
        claims=tuple(f.id for f in facts),
        because=agreement.reasons([_explain(facts[0], f) for f in facts[1:]]),
    )


def _state(facts: Sequence[Facts]) -> str:
    """The state with most independent voices behind it, at equal strength the newest claim's."""
    support: dict[str, set[str]] = defaultdict(set)
    for f in agreement.live(facts):
        support[state(f)].add(f.voice)
    newest = {state(f): (f.first or 0, f.seen or 0) for f in sorted(agreement.live(facts), key=lambda f: (f.first or 0, f.age))}
    return min(support, key=lambda s: (-len(support[s]), -newest[s][0], -newest[s][1], s))


def _objectors(facts: Sequence[Facts], main: str) -> tuple[Speaker, ...]:
    """Who denies or doubts the state, or asserts one that can't hold beside it."""
    against = [f for f in facts if (f.claim.stance != "asserts") == (state(f) == main)]
    named = agreement.speakers(against)
    outlets = [
        Speaker(name=f.report.publisher, role="media")
        for f in against
        if not f.claim.according_to and f.report and f.report.publisher
    ]
    return named + tuple(dict.fromkeys(outlets))


def _dispute(condition: Condition, facts: Sequence[Facts], others: Sequence[Member]) -> Condition:
    """The condition with the speakers of a contrary one that was told at about the same time and is no later change."""
    voices = {fold(s.name) for s in condition.according_to}
    found = list(condition.disputed_by)
    for other, theirs in others:
        if other.id == condition.id or not voices or not _ends(condition, other) or condition.until or other.until:
            continue
        if None not in (condition.since, other.since) and condition.since != other.since:
            continue
        if any(any_shared(a, b) and _same_week(a, b) for a in facts for b in theirs):
            known = voices | {fold(s.name) for s in found}
            found += [s for s in other.according_to if fold(s.name) not in known]
    return dataclasses.replace(condition, disputed_by=tuple(found))


def _same_week(one: Facts, other: Facts) -> bool:
    return one.claim.report == other.claim.report or (
        one.seen is not None and other.seen is not None and abs(one.seen - other.seen) <= 7
    )


def _close(condition: Condition, facts: Sequence[Facts], others: Sequence[Member]) -> Condition:
    """The condition with `until` from the earliest later contrary state that nobody disputes, where it states none itself."""
    if condition.until is not None or condition.subject == "aid_delivery":
        return condition
    ends = sorted((when, other.id) for other, when in _changes(condition, facts, others))
    if not ends:
        return condition
    sentence = f"Ended by {ends[0][1]}: a later state of the same place that nobody disputes."
    return dataclasses.replace(condition, until=ends[0][0], because=(*condition.because, sentence))


def _changes(condition: Condition, facts: Sequence[Facts], others: Sequence[Member]) -> Iterator[tuple[Condition, str]]:
    for other, theirs in others:
        if other.id == condition.id or other.since is None or other.disputed_by or not _ends(condition, other):
            continue
        if not any(any_shared(a, b) for a in facts for b in theirs):
            continue
        if condition.since is not None:
            if condition.since < other.since:
                yield other, other.since
        elif _told_before(facts, theirs, other.since):
            yield other, other.since


def _told_before(facts: Sequence[Facts], theirs: Sequence[Facts], day: str) -> bool:
    """An undated state ends on a later day only where it was last told before that day, or in the report of the change."""
    seen = [f.seen for f in facts if f.seen is not None]
    shared = {f.claim.report for f in facts} & {f.claim.report for f in theirs}
    return bool(shared) or (bool(seen) and (iso(max(seen)) or "") < day)


def _ends(one: Condition, later: Condition) -> bool:
    """True where `later` can't begin while `one` still holds."""
    holders, after = {a.name for a in one.who}, {a.name for a in later.who}
    if one.subject == "territory" and later.state == one.state == "held":
        return bool(holders and after and not holders & after)
    if (one.subject, one.state, later.state) not in opposites("ends"):
        return False
    if one.subject == "territory" and {one.state, later.state} == {"held", "lost"}:
        return bool(holders & after) == (one.state == "held") if holders and after else True
    return True


def _explain(one: Facts, other: Facts) -> str:
    parts = [f"same subject ({subject(one).replace('_', ' ')})"]
    if any_shared(one, other):
        parts.append(f"same place ({one.claim.where[0].name})")
    if state(one) == state(other):
        parts.append(
            "one answers the other" if one.claim.stance != other.claim.stance else f"same state ({state(one).replace('_', ' ')})"
        )
    elif contrary(one, other):
        parts.append(f"rival states ({state(one).replace('_', ' ')}, {state(other).replace('_', ' ')})")
    if one.first is not None and one.first == other.first:
        parts.append(f"same day ({iso(one.first)})" if one.first == one.last else "same beginning")
    return f"{told_by(other)}: {listed(parts)}."
