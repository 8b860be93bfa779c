"""Statistic claims → statistics. They are never added to events. Rules: `docs/concepts/linking.md`, "Statistics"."""

from __future__ import annotations

from collections.abc import Sequence

from marsad.linking import agreement
from marsad.linking.facts import Facts, told_by
from marsad.linking.incident_pairs import NEVER
from marsad.linking.independence import settle
from marsad.linking.names import iso
from marsad.linking.nearness import listed, place_relation, ranges_meet
from marsad.linking.rulings import fold_id
from marsad.linking.tables import kinship
from marsad.model import Statistic


def score(one: Facts, other: Facts) -> float:
    """Above 0 where two claims give one figure: the same measure of the same people, place and period, and the figure
    equal, revised by its speaker, answered or rivalled by another speaker."""
    if one.claim.measure != other.claim.measure or not _same_people(one, other):
        return NEVER
    place = place_relation(one, other)
    if place == "far" or (place == "inside") or (place == "unknown" and one.places and other.places):
        return NEVER
    if kinship(one.claim.sub_event_type, other.claim.sub_event_type) == 0.0:
        return NEVER
    same_report = one.claim.report == other.claim.report
    period = _period(one, other)
    if period <= 0 and not (same_report and one.claim.stance != other.claim.stance):
        return NEVER
    value = _value(one, other, same_report=same_report, exact=period == 1.0)
    placed = 0.5 if place in ("same", "near") else (0.0 if not one.places and not other.places else -0.6)
    return round(value + period + placed - 1.0, 9) if value > 0 else NEVER


def _same_people(one: Facts, other: Facts) -> bool:
    """No stated doer or victim contradicts the other's, unless they share one."""
    sides = ((one.named_who, other.named_who), (one.whom, other.whom))
    return not any(a and b and not a & b for a, b in sides)


def _period(one: Facts, other: Facts) -> float:
    """Shared days over all days, 0 to 1; 0.3 where a period is not stated."""
    if one.first is None or other.first is None or one.last is None or other.last is None:
        return 0.3 if one.first is None and other.first is None else 0.1
    shared = min(one.last, other.last) - max(one.first, other.first) + 1
    return max(0.0, shared / (max(one.last, other.last) - min(one.first, other.first) + 1))


def _span(facts: Facts) -> tuple[int | None, int | None] | None:
    value = facts.claim.value
    return (value.low, value.high) if value and (value.low is not None or value.high is not None) else None


def _value(one: Facts, other: Facts, *, same_report: bool, exact: bool) -> float:
    a, b = _span(one), _span(other)
    objected = one.claim.stance != other.claim.stance
    if a is None or b is None:
        return 1.0 if same_report and objected else 0.0
    if a == b:
        return 1.0 if one.voice != other.voice or not same_report or objected else 0.0
    if one.voice == other.voice:
        return 0.6 if not same_report and exact else 0.0
    if same_report:
        return 0.7 if exact and bool(one.who) == bool(other.who) and one.whom == other.whom else 0.0
    return 0.5 if ranges_meet(a, b) and exact else 0.0


def fuse_statistic(facts: Sequence[Facts]) -> Statistic:
    """The statistic that these claims give together: bounds over the voices that stand, the newest of each."""
    facts = settle(sorted(facts, key=lambda f: f.age))
    standing = _standing(facts)
    spans = [s for s in (_span(f) for f in standing) if s is not None]
    lows = [low if low is not None else high for low, high in spans]
    highs = [high for _, high in spans]
    who = agreement.fuse_who(facts)
    told = [f for f in agreement.live(facts) if f.first is not None] or [f for f in facts if f.first is not None]
    types = [(f.claim.event_type, f.claim.sub_event_type) for f in facts if f.claim.sub_event_type]
    kind = types[0] if types else (next((f.claim.event_type for f in facts if f.claim.event_type), None), None)
    return Statistic(
        id=fold_id(facts[0].claim),
        measure=facts[0].claim.measure or "incidents",
        low=min((x for x in lows if x is not None), default=None),
        high=None if not highs or any(h is None for h in highs) else max(h for h in highs if h is not None),
        first=iso(min((f.first for f in told if f.first is not None), default=None)),
        last=iso(max((f.last for f in told if f.last is not None), default=None)),
        who=who,
        whom=agreement.fuse_whom(facts, who),
        place=agreement.fuse_place(facts),
        event_type=kind[0],
        sub_event_type=kind[1],
        according_to=agreement.speakers(facts),
        claims=tuple(f.id for f in facts),
        because=agreement.reasons([_explain(facts[0], f) for f in facts[1:21]], len(facts) - 1),
        confidence=agreement.confidence(facts),
        voices=agreement.voices(f for f in facts if f.claim.stance == "asserts"),
    )


def _standing(facts: Sequence[Facts]) -> list[Facts]:
    """Asserted claims, of each voice the newest, without figures that their own speaker takes back."""
    taken_back = {(f.voice, _span(f)) for f in facts if f.claim.stance == "denies"}
    newest: dict[str, Facts] = {}
    for f in facts:
        if f.claim.stance == "asserts" and (f.voice, _span(f)) not in taken_back:
            newest[f.voice] = f
    return list(newest.values())


def _explain(one: Facts, other: Facts) -> str:
    parts = [f"same measure ({one.claim.measure})"]
    if one.first is not None and one.first == other.first and one.last == other.last:
        parts.append("same period")
    elif _period(one, other) > 0.3:
        parts.append("overlapping periods")
    if one.names and other.names and place_relation(one, other) == "same":
        parts.append(f"same place ({one.places[0].name})")
    if _span(one) == _span(other):
        parts.append("same figure")
    elif one.claim.stance != other.claim.stance:
        parts.append("one answers the other")
    else:
        parts.append("a revision by its speaker" if one.voice == other.voice else "a rival figure for the same")
    return f"{told_by(other)}: {listed(parts)}."
