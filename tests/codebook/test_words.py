"""The closed words are those of the output contract."""

from marsad import codebook

CONTRACT = {
    "event_types": {
        "Battles": ["Armed clash", "Government regains territory", "Non-state actor overtakes territory"],
        "Explosions/Remote violence": [
            "Chemical weapon",
            "Air/drone strike",
            "Suicide bomb",
            "Shelling/artillery/missile attack",
            "Remote explosive/landmine/IED",
            "Grenade",
        ],
        "Violence against civilians": ["Sexual violence", "Attack", "Abduction/forced disappearance"],
        "Protests": ["Peaceful protest", "Protest with intervention", "Excessive force against protesters"],
        "Riots": ["Violent demonstration", "Mob violence"],
        "Strategic developments": [
            "Agreement",
            "Arrests",
            "Change to group/activity",
            "Disrupted weapons use",
            "Headquarters or base established",
            "Looting/property destruction",
            "Non-violent transfer of territory",
            "Other",
        ],
    },
    "conditions": {
        "border_crossing": ["open", "closed", "restricted"],
        "siege": ["besieged", "lifted"],
        "territory": ["held", "lost", "contested"],
        "corridor": ["open", "restricted", "blocked"],
        "aid_delivery": ["delivered", "blocked", "attacked"],
        "ceasefire": ["in_force", "broken", "ended"],
    },
    "actor_kinds": "State Forces|Rebel Groups|Political Militias|Identity Militias"
    "|Rioters|Protesters|Civilians|External/Other Forces",
    "scopes": "incident|statistic|condition",
    "measures": "killed|injured|displaced|abducted|detained|incidents|people_in_need|people_reached|trucks",
    "effects": "killed|injured|displaced|abducted|detained|reached|trucks|incidents|in_need",
    "speaker_roles": "official|military|armed_group|medical|aid|un|monitor|media|resident|expert|anonymous|other",
    "stances": "asserts|denies|doubts",
    "statuses": "happened|ongoing|planned|threatened|hypothetical",
    "time_precisions": "day|week|month|year|unknown",
    "weapon_classes": "drone|aircraft|artillery|rocket|missile|mortar|small arms|bladed weapon|mine|improvised explosive|car bomb"
    "|suicide vest|grenade|chemical agent|fire|tear gas|vehicle|stones|naval|other",
    "target_classes": "hospital|school|market|home|camp|place of worship|aid convoy|aid site|water|power|fuel"
    "|bridge|road|crossing|port"
    "|airport|vehicle|military site|police site|government building|media|prison|farm|mine site|business|crowd|other",
}


def test_event_types_and_conditions_are_the_contracts() -> None:
    assert {k: list(v) for k, v in codebook.EVENT_TYPES.items()} == CONTRACT["event_types"]
    assert {k: list(v) for k, v in codebook.CONDITIONS.items()} == CONTRACT["conditions"]
    assert len(codebook.SUB_EVENT_TYPES) == 25


def test_flat_lists_are_the_contracts() -> None:
    for name, words in CONTRACT.items():
        if isinstance(words, str):
            assert "|".join(getattr(codebook, name.upper())) == words, name


def test_event_type_of() -> None:
    assert codebook.event_type_of("Grenade") == "Explosions/Remote violence"
