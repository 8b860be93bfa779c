"""The closed word lists of the output contract: what a coded field may hold."""

from __future__ import annotations

from typing import Final

EVENT_TYPES: Final[dict[str, tuple[str, ...]]] = {
    "Battles": ("Armed clash", "Government regains territory", "Non-state actor overtakes territory"),
    "Explosions/Remote violence": (
        "Chemical weapon",
        "Air/drone strike",
        "Suicide bomb",
        "Shelling/artillery/missile attack",
        "Remote explosive/landmine/IED",
        "Grenade",
    ),
    "Violence against civilians": ("Sexual violence", "Attack", "Abduction/forced disappearance"),
    "Protests": ("Peaceful protest", "Protest with intervention", "Excessive force against protesters"),
    "Riots": ("Violent demonstration", "Mob violence"),
    "Strategic developments": (
        "Agreement",
        "Arrests",
        "Change to group/activity",
        "Disrupted weapons use",
        "Headquarters or base established",
        "Looting/property destruction",
        "Non-violent transfer of territory",
        "Other",
    ),
}
SUB_EVENT_TYPES: Final[tuple[str, ...]] = tuple(sub for subs in EVENT_TYPES.values() for sub in subs)
EVENT_TYPE_OF: Final[dict[str, str]] = {sub: event for event, subs in EVENT_TYPES.items() for sub in subs}
ACTOR_KINDS: Final[tuple[str, ...]] = (
    "State Forces",
    "Rebel Groups",
    "Political Militias",
    "Identity Militias",
    "Rioters",
    "Protesters",
    "Civilians",
    "External/Other Forces",
)
SCOPES: Final[tuple[str, ...]] = ("incident", "statistic", "condition")
CONDITIONS: Final[dict[str, tuple[str, ...]]] = {
    "border_crossing": ("open", "closed", "restricted"),
    "siege": ("besieged", "lifted"),
    "territory": ("held", "lost", "contested"),
    "corridor": ("open", "restricted", "blocked"),
    "aid_delivery": ("delivered", "blocked", "attacked"),
    "ceasefire": ("in_force", "broken", "ended"),
}
MEASURES: Final[tuple[str, ...]] = (
    "killed",
    "injured",
    "displaced",
    "abducted",
    "detained",
    "incidents",
    "people_in_need",
    "people_reached",
    "trucks",
)
EFFECTS: Final[tuple[str, ...]] = (
    "killed",
    "injured",
    "displaced",
    "abducted",
    "detained",
    "reached",
    "trucks",
    "incidents",
    "in_need",
)
SPEAKER_ROLES: Final[tuple[str, ...]] = (
    "official",
    "military",
    "armed_group",
    "medical",
    "aid",
    "un",
    "monitor",
    "media",
    "resident",
    "expert",
    "anonymous",
    "other",
)
STANCES: Final[tuple[str, ...]] = ("asserts", "denies", "doubts")
STATUSES: Final[tuple[str, ...]] = ("happened", "ongoing", "planned", "threatened", "hypothetical")
TIME_PRECISIONS: Final[tuple[str, ...]] = ("day", "week", "month", "year", "unknown")
WEAPON_CLASSES: Final[tuple[str, ...]] = (
    "drone",
    "aircraft",
    "artillery",
    "rocket",
    "missile",
    "mortar",
    "small arms",
    "bladed weapon",
    "mine",
    "improvised explosive",
    "car bomb",
    "suicide vest",
    "grenade",
    "chemical agent",
    "fire",
    "tear gas",
    "vehicle",
    "stones",
    "naval",
    "other",
)
TARGET_CLASSES: Final[tuple[str, ...]] = (
    "hospital",
    "school",
    "market",
    "home",
    "camp",
    "place of worship",
    "aid convoy",
    "aid site",
    "water",
    "power",
    "fuel",
    "bridge",
    "road",
    "crossing",
    "port",
    "airport",
    "vehicle",
    "military site",
    "police site",
    "government building",
    "media",
    "prison",
    "farm",
    "mine site",
    "business",
    "crowd",
    "other",
)


def event_type_of(sub_event_type: str) -> str:
    """The event type of a sub-event type. Raises `KeyError` for an unknown one.

    >>> event_type_of("Armed clash")
    'Battles'
    """
    return EVENT_TYPE_OF[sub_event_type]
