"""The names of what the reader answers, in the order of its outputs."""

from __future__ import annotations

SUB_EVENT = (
    "Armed clash",
    "Government regains territory",
    "Non-state actor overtakes territory",
    "Chemical weapon",
    "Air/drone strike",
    "Suicide bomb",
    "Shelling/artillery/missile attack",
    "Remote explosive/landmine/IED",
    "Grenade",
    "Sexual violence",
    "Attack",
    "Abduction/forced disappearance",
    "Peaceful protest",
    "Protest with intervention",
    "Excessive force against protesters",
    "Violent demonstration",
    "Mob violence",
    "Agreement",
    "Arrests",
    "Change to group/activity",
    "Disrupted weapons use",
    "Headquarters or base established",
    "Looting/property destruction",
    "Non-violent transfer of territory",
    "Other",
)
STATE = (
    "border_crossing:open",
    "border_crossing:closed",
    "border_crossing:restricted",
    "siege:besieged",
    "siege:lifted",
    "territory:held",
    "territory:lost",
    "territory:contested",
    "corridor:open",
    "corridor:restricted",
    "corridor:blocked",
    "aid_delivery:delivered",
    "aid_delivery:blocked",
    "aid_delivery:attacked",
    "ceasefire:in_force",
    "ceasefire:broken",
    "ceasefire:ended",
)
SENTENCE = (
    "incident",
    "statistic",
    "condition",
    "two_incidents",
    "told_before",
    "continues",
    "attributed",
    "own_voice",
    "denies",
    "doubts",
    "unreal",
    "background",
    "condition:happened",
    "condition:ongoing",
)
CONDITION = ("incident", "statistic", "condition")
EFFECTS = ("killed", "injured", "displaced", "abducted", "detained", "reached", "trucks", "incidents", "in_need")
PIECE = ("who", "whom", "where", "when", "according_to", *EFFECTS, *CONDITION)
