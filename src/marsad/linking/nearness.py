"""How near two places, two spans of days and two figures are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from rapidfuzz import fuzz

from marsad.coding.nearness import kilometres
from marsad.linking.facts import Facts
from marsad.model import Place

ONE_KM = 1.0
SAME_KM = 5.0
SIDES_KM = 15.0
NEAR_KM = 25.0
Relation = Literal["same", "near", "inside", "unknown", "far"]


def same_name(one: str, other: str) -> bool:
    """Folded names that are equal, or spellings of one (Fashir, Fasher); numbers in them must agree (Bridge 1, Bridge 2)."""
    if one == other:
        return True
    if min(len(one), len(other)) < 5 or fuzz.ratio(one, other) < 86:
        return False
    return re.findall(r"\d+", one) == re.findall(r"\d+", other)


def relate(one: Place, one_name: str, other: Place, other_name: str) -> Relation:
    """How two places stand: the same, near, one inside the other, far apart, or unknown."""
    if one.id is not None and one.id == other.id:
        return "same"
    if one.country and other.country and one.country != other.country:
        km = kilometres(one, other)
        return "near" if km is not None and km <= SIDES_KM else "far"
    coarse = 3 in (one.precision, other.precision)
    km = kilometres(one, other)
    if same_name(one_name, other_name) and (km is None or km <= NEAR_KM or coarse):
        return "same"
    if coarse:
        return _inside(one, one_name, other, other_name, km)
    if km is None:
        return "unknown" if not (one.admin1 and other.admin1 and one.admin1 != other.admin1) else "far"
    if km <= ONE_KM or (km <= SAME_KM and one_name == other_name):
        return "same"
    return "near" if km <= NEAR_KM else "far"


def _inside(one: Place, one_name: str, other: Place, other_name: str, km: float | None) -> Relation:
    if one.precision == other.precision == 3:
        return "far" if km is not None and km > 150 else "unknown"
    wide, wide_name, narrow = (one, one_name, other) if one.precision == 3 else (other, other_name, one)
    if narrow.admin1 and wide_name == narrow.admin1.casefold():
        return "inside"
    if km is not None:
        return "inside" if km <= 300 else "far"
    return "inside" if wide.country and wide.country == narrow.country else "unknown"


ORDER: tuple[Relation, ...] = ("same", "near", "inside", "unknown", "far")


def place_relation(one: Facts, other: Facts) -> Relation:
    """The best relation of the most specific place of one claim with any place of the other."""
    if not one.places or not other.places:
        return "unknown"
    best = relate(one.places[0], one.names[0], other.places[0], other.names[0])
    if best in ("same", "near"):
        return best
    for p, name in zip(other.places[1:], other.names[1:], strict=True):
        if relate(one.places[0], one.names[0], p, name) == "same":
            return "inside"
    for p, name in zip(one.places[1:], one.names[1:], strict=True):
        if relate(p, name, other.places[0], other.names[0]) == "same":
            return "inside"
    return best


def any_shared(one: Facts, other: Facts, limit: float = SIDES_KM) -> bool:
    """True where any place of one has the name of a place of the other or lies within `limit` km of it."""
    for p, a in zip(one.places, one.names, strict=True):
        for q, b in zip(other.places, other.names, strict=True):
            if p.id is not None and p.id == q.id:
                return True
            km = kilometres(p, q)
            if km is not None and km <= limit and 3 not in (p.precision, q.precision):
                return True
            if same_name(a, b) and (km is None or km <= NEAR_KM or 3 in (p.precision, q.precision)):
                return True
    return False


def day_gap(one: Facts, other: Facts) -> int | None:
    """Days between two spans, 0 where they overlap, `None` where either is not dated."""
    if one.first is None or one.last is None or other.first is None or other.last is None:
        return None
    return max(0, one.first - other.last, other.first - one.last)


def ranges_meet(one: tuple[int | None, int | None], other: tuple[int | None, int | None]) -> bool:
    """True where two inclusive ranges (open where `None`) share a number."""
    apart = one[1] is not None and other[0] is not None and one[1] < other[0]
    return not apart and not (other[1] is not None and one[0] is not None and other[1] < one[0])


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Shared members over the smaller set: 0 to 1."""
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0


def listed(names: Sequence[str]) -> str:
    """Names in a sentence.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""
