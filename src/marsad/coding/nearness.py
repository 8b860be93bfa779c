"""How far two places are from each other."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

from marsad.model import Place


def kilometres(one: Place, other: Place) -> float | None:
    """Great-circle distance in kilometres; `None` where a coordinate is missing."""
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return None
    p, q = radians(one.latitude), radians(other.latitude)
    bend = sin((q - p) / 2) ** 2 + cos(p) * cos(q) * sin(radians(other.longitude - one.longitude) / 2) ** 2
    return 12742.0 * asin(min(1.0, sqrt(bend)))
