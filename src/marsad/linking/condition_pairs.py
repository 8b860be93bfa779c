"""The score of two condition claims: one state of one place, or two speakers' contrary words on it."""

from __future__ import annotations

from marsad.coding.nearness import kilometres
from marsad.linking.facts import Facts
from marsad.linking.incident_pairs import NEVER
from marsad.linking.names import ordinal
from marsad.linking.nearness import SIDES_KM, any_shared, day_gap, place_relation, same_name
from marsad.linking.tables import opposites

DAYS_APART = 1
COARSE_DAYS = 31
HOLDERS = ("territory", "siege")


def subject(facts: Facts) -> str:
    return facts.claim.condition.subject if facts.claim.condition else ""


def state(facts: Facts) -> str:
    return facts.claim.condition.state if facts.claim.condition else ""


def until(facts: Facts) -> int | None:
    return ordinal(facts.claim.when.until)


def contrary(one: Facts, other: Facts) -> bool:
    """True where the two states can't both hold."""
    return (subject(one), state(one), state(other)) in opposites("rivals")


def score(one: Facts, other: Facts) -> float:
    """Above 0 where two claims are on one state of one place (or one crossing's two sides) at one time."""
    if subject(one) != subject(other) or not _placed(one, other):
        return NEVER
    same_report = one.claim.report == other.claim.report
    time = _time(one, other)
    if time < 0:
        return NEVER
    holders = _holders(one, other)
    objected = one.claim.stance != other.claim.stance
    if state(one) != state(other):
        return _rival(one, other, time=time, same_report=same_report)
    if holders < 0 and not (objected or subject(one) not in HOLDERS):
        return NEVER
    value = 0.8 + time + 0.4 * holders + (0.3 if same_report and objected else 0.0)
    if same_report and one.voice == other.voice and not objected:
        value -= 0.9 if time < 1.0 else 0.4
    return round(value, 9)


def _placed(one: Facts, other: Facts) -> bool:
    """A shared place, or in one report (and for a ceasefire, which is often of nowhere) one that lacks it."""
    if not one.places or not other.places:
        return one.claim.report == other.claim.report or (subject(one) == "ceasefire" and _holders(one, other) > 0)
    if subject(one) == "border_crossing":
        return _same_crossing(one, other)
    loosely = subject(one) in ("ceasefire", "aid_delivery") and place_relation(one, other) in ("inside", "unknown")
    return loosely or any_shared(one, other)


def _same_crossing(one: Facts, other: Facts) -> bool:
    """A shared name, or the two sides of one crossing: places of two countries within 15 km. Two crossings of one country that
    lie near each other are two."""
    if any(same_name(a, b) for a in one.names for b in other.names):
        return any_shared(one, other)
    pairs = [(p, q, kilometres(p, q)) for p in one.places for q in other.places]
    return any(km is not None and km <= (SIDES_KM if p.country != q.country else 1.0) for p, q, km in pairs)


def _holders(one: Facts, other: Facts) -> int:
    """1 where a holder is shared, -1 where both are named and none is, 0 where one is silent."""
    if not one.named_who or not other.named_who:
        return 0
    return 1 if one.named_who & other.named_who else -1


def _time(one: Facts, other: Facts) -> float:
    """1 the same beginning, 0.4 one that is not dated, 0.2 a beginning within the other's span, -1 apart."""
    gap = day_gap(one, other)
    for a, b in ((one, other), (other, one)):
        end = until(a)
        if end is not None and b.first is not None and b.first >= end and b.first != a.first:
            return -1.0
    if gap is None:
        return 0.4 if one.claim.report == other.claim.report else _silent(one, other)
    if gap == 0:
        return 1.0 if (one.first, one.last) == (other.first, other.last) else 0.7
    both_exact = one.claim.when.precision == other.claim.when.precision == "day"
    if subject(one) == "aid_delivery":
        return -1.0 if gap > DAYS_APART or one.claim.report == other.claim.report else 0.3
    if gap <= DAYS_APART or _violation(one, other):
        return 0.3
    return 0.2 if gap <= COARSE_DAYS and not both_exact and state(one) == state(other) else -1.0


def _violation(one: Facts, other: Facts) -> bool:
    """A truce that is in force and is broken on a later day, told in one report."""
    early, late = (one, other) if (one.first or 0) <= (other.first or 0) else (other, one)
    inside = until(early) is None or (late.first or 0) <= (until(early) or 0)
    same_report = one.claim.report == other.claim.report
    return subject(one) == "ceasefire" and (state(early), state(late)) == ("in_force", "broken") and inside and same_report


def _silent(one: Facts, other: Facts) -> float:
    """Across reports an undated state stands as of its report: it must not lie before the other's beginning."""
    dated, bare = (one, other) if one.first is not None else (other, one)
    if bare.seen is None:
        return 0.1
    if dated.first is None:
        return 0.4 if dated.seen is None or abs(dated.seen - bare.seen) <= 60 else 0.1
    end = until(dated)
    inside = dated.first <= bare.seen and (end is None or bare.seen <= end)
    return -1.0 if not inside or subject(one) == "aid_delivery" else 0.4


def _rival(one: Facts, other: Facts, *, time: float, same_report: bool) -> float:
    """Contrary states are one matter where different speakers give them of the same time; a change is two conditions."""
    if not contrary(one, other) or one.voice == other.voice or _dated_change(one, other):
        return NEVER
    if subject(one) == "territory" and _holders(one, other) < 0:
        return NEVER
    return round(0.2 + 0.5 * time, 9) if same_report or time >= 0.7 else NEVER


def _dated_change(one: Facts, other: Facts) -> bool:
    """True where the two begin on different days, so that the later one is a change."""
    gap = day_gap(one, other)
    return gap is not None and gap > 1 and not _violation(one, other)
