"""What the parties say of an incident's type, and what an incident's type says of its parties."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from marsad.coding.actors import country_actor
from marsad.coding.scene import Region
from marsad.model import Actor

STATE = ("State Forces", "External/Other Forces")
UNARMED = ("Civilians", "Protesters")
TAKES = ("Government regains territory", "Non-state actor overtakes territory")
PLAIN = ("Armed clash", "Attack")
MEANS = (
    "Air/drone strike",
    "Shelling/artillery/missile attack",
    "Suicide bomb",
    "Remote explosive/landmine/IED",
    "Grenade",
    "Chemical weapon",
)
BLOODLESS = re.compile(
    r"\bwithout (?:a |any |firing a |meeting )?(?:single )?(?:shots?|fight|fighting|resistance|battle|bullet)\b", re.IGNORECASE
)
LESSER = ("Looting/property destruction", "Abduction/forced disappearance")
ARMED = (*MEANS[:3], "Chemical weapon", "Armed clash", *TAKES)
PROTESTS = ("Peaceful protest",)
RIOTS = ("Violent demonstration", "Mob violence")


def by_parties(kind: str, region: Region, who: Sequence[Actor], whom: Sequence[Actor]) -> str:
    """The type, put right by who did it to whom.

    The contract: where the means is stated it gives the type; where not, "an attack on an armed party is an Armed clash, on the
    unarmed an Attack". A state that takes a place regains it, anybody else overtakes it.
    """
    strong = {h.label for h in region.note.hits if h.strength == 3}
    means = [k for k in MEANS if k in strong]
    if kind in PLAIN and len(means) == 1 and "Armed clash" not in strong:
        return means[0]
    if kind == "Armed clash" and whom and all(a.kind in UNARMED for a in whom) and "Armed clash" not in strong:
        return "Attack"
    if kind == "Attack" and whom and all(a.kind not in (*UNARMED, None) for a in whom) and who:
        return "Armed clash"
    if kind in TAKES and BLOODLESS.search(region.note.sentence.text):
        return "Non-violent transfer of territory"
    if kind in TAKES and who and who[0].kind is not None:
        return TAKES[0] if who[0].kind in STATE else TAKES[1]
    return kind


def graver(kind: str, killed: bool) -> str:
    """Who kills and loots, or kills and abducts, has attacked: the contract's type is that of the gravest act."""
    return "Attack" if killed and kind in LESSER else kind


def in_role(kind: str, who: Sequence[Actor], country: str | None) -> tuple[Actor, ...]:
    """The doers as the type has them: who marches is a protester, who riots a rioter, whatever trade they have; traders fly no
    drones."""
    if kind in ARMED:
        return tuple(a for a in who if a.kind not in UNARMED)
    group = "protesters" if kind in PROTESTS else "rioters" if kind in RIOTS else None
    if group is None or country is None:
        return tuple(who)
    found = []
    for actor in who:
        plain = actor.kind in (None, "Civilians", "Protesters", "Rioters") or actor.name.startswith("Unidentified Armed Group")
        mine = country_actor(country, kind=group)
        found.append(replace(mine, words=actor.words) if plain else actor)
    return tuple(dict.fromkeys(found))
