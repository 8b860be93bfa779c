"""Condition claims → conditions: how things stand, since when, who disputes it.

Rules: `docs/concepts/linking.md`, "Conditions"."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from marsad.linking import agreement
from marsad.linking.condition_pairs import contrary, state, subject, until
from marsad.linking.facts import Facts, told_by
from marsad.linking.independence import settle
from marsad.linking.names import iso
from marsad.linking.nearness import any_shared, day_gap, listed
from marsad.linking.rulings import fold_id
from marsad.model import Condition, TimePrecision


def fuse_condition(facts: Sequence[Facts]) -> Condition:
    """The condition that these claims tell; speakers of the contrary, who deny or doubt it, stand in `disputed_by`."""
    facts = settle(sorted(facts, key=lambda f: f.age))
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
        disputed_by=agreement.tellers(_against(facts, main)),
        claims=tuple(f.id for f in facts),
        because=agreement.reasons([_explain(facts[0], f) for f in facts[1:21]], len(facts) - 1),
        told_first=iso(min((f.seen for f in backing if f.seen is not None), default=None)),
        told_last=iso(max((f.seen for f in backing if f.seen is not None), default=None)),
        disputed=_disputed(facts, main),
        rivals=tuple(sorted({state(f) for f in agreement.live(facts)} - {main})),
        confidence=agreement.confidence(facts if backing is sides else [*backing, *_against(facts, main)]),
        voices=agreement.voices(f for f in backing if f.claim.stance == "asserts"),
    )


def _state(facts: Sequence[Facts]) -> str:
    """The state with most independent voices behind it, at equal strength the newest claim's."""
    support: dict[str, set[str]] = defaultdict(set)
    for f in agreement.live(facts):
        support[state(f)].add(f.voice)
    newest = {state(f): (f.first or 0, f.seen or 0) for f in sorted(agreement.live(facts), key=lambda f: (f.first or 0, f.age))}
    return min(support, key=lambda s: (-len(support[s]), -newest[s][0], -newest[s][1], s))


def _against(facts: Sequence[Facts], main: str) -> list[Facts]:
    """The claims that deny or doubt the state, or assert one that can't hold beside it."""
    return [f for f in facts if (f.claim.stance != "asserts") == (state(f) == main)]


def _disputed(facts: Sequence[Facts], main: str) -> tuple[str, ...]:
    """On what sources that don't depend on each other differ: the state, who holds it, since when."""
    backing = [f for f in facts if state(f) == main and f.claim.stance == "asserts"]
    fields = ["state"] if _against(facts, main) else []
    holders = {(f.voice, f.named_who) for f in backing if f.named_who}
    if any(a[0] != b[0] and not a[1] & b[1] for a in holders for b in holders):
        fields.append("who")
    dated = {(f.voice, f.first, f.last): f for f in backing if f.first is not None}.values()
    if any(a.voice != b.voice and (day_gap(a, b) or 0) > 0 for a in dated for b in dated):
        fields.append("since")
    return tuple(fields)


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
