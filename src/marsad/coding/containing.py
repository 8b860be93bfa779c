"""Where an unlocated place lies: a quarter or hamlet that no gazetteer has is given the town or region round it as well."""

from __future__ import annotations

import re
from dataclasses import replace

from marsad.coding.claims import finished
from marsad.coding.scene import Scene, cite
from marsad.model import Claim
from marsad.places import PlaceMention

LIES_IN = re.compile(
    r"(?:\W*\b(?:quarter|district|area|suburb|village|hamlet|side|part|outskirts|neighbou?rhood|camp)\b)?,?\s*(?:in|of|at|near|,)?\s+(?:the\s+)?(?:\w+\s+)?",
    re.I,
)
INNER = re.compile(
    r"\b(?:quarter|district|neighbou?rhood|suburb|street|avenue|lane|square|roundabout|crossroads|market|restaurant|tea ?house"
    r"|hotel|hospital|clinic|mosque|church|chapel|school|university|prison|camp|bridge|(?:bus|train|railway|police) station"
    r"|stadium|terminal|airport|airstrip|base|barracks|checkpoint|junction)\b",
    re.I,
)
LIKELY = 0.25
REACH = 1_200


def with_container(claim: Claim, scene: Scene) -> Claim:
    """The claim with a second place after one that has no coordinates: what it is said to lie in, else the town told last
    before it, else that of the dateline. Nothing is changed where the claim has coordinates or two places."""
    if (
        claim.scope == "statistic"
        or len(claim.where) != 1
        or claim.where[0].latitude is not None
        or claim.where[0].precision == 3
    ):
        return claim
    cited = next((e for e in claim.evidence if e.field == "where"), None)
    found = container(scene, cited.start, cited.end) if cited is not None else None
    if found is None or found.place is None or found.place.name == claim.where[0].name:
        return claim
    return finished(replace(claim, where=(*claim.where, found.place)), (cite(scene.text, "where", found.start, found.end),))


def container(scene: Scene, start: int, end: int) -> PlaceMention | None:
    """The located place that the one at `start` lies in: what follows it ("in", a comma); for a quarter or a building also the
    town told last before it, else that of the dateline."""
    mentions = [m for n in scene.notes.sentences for m in n.places if m.place is not None and m.place.latitude is not None]
    within = [m for m in mentions if end <= m.start < end + 80 and LIES_IN.fullmatch(scene.text[end : m.start])]
    if within or not INNER.search(scene.text[start : end + 20], max(0, end - start - 20)):
        return next(iter(within), None)
    towns = [m for m in mentions if m.place is not None and m.place.precision != 3 and not m.dateline and m.start < start]
    before = [m for m in towns if start - REACH <= m.start and scene.part("where", m.start, m.end) >= LIKELY]
    return next(iter((*before[-1:], *(m for m in mentions if m.dateline), *towns[-1:])), None)
