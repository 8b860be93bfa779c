"""What the closed words mean: sub-event types and conditions with an example each, and how other codebooks put them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from marsad.codebook.tables import need, rows_of, toml_of
from marsad.codebook.words import CONDITIONS, EVENT_TYPE_OF
from marsad.model import ConfigError

DEFINITION_COLUMNS = ("list", "word", "definition", "source")
CROSSWALK_COLUMNS = ("sub_event_type", "ucdp_rule", "plover_event", "plover_mode", "source")
UCDP_RULES = ("by actors", "by target", "one-sided", "none")
STATE_BASED, NON_STATE, ONE_SIDED = 1, 2, 3
UNARMED = ("Civilians", "Protesters")


@dataclass(frozen=True, slots=True, kw_only=True)
class SubEventType:
    """A sub-event type, its definition and an invented example sentence."""

    name: str
    event_type: str
    definition: str
    example: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionState:
    """One state of a condition's subject. `who` says whose name stands in the claim's `who`; `None` where nobody's does."""

    subject: str
    state: str
    who: str | None
    definition: str
    example: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """How UCDP and PLOVER put a sub-event type. `ucdp_rule` is one of `UCDP_RULES`."""

    sub_event_type: str
    ucdp_rule: str
    plover_event: str | None
    plover_mode: str | None
    source: str


@cache
def event_types() -> Mapping[str, SubEventType]:
    """Every sub-event type by name, in the codebook's order. Raises `ConfigError` where one lacks its example or definition."""
    defined = {
        row["word"]: row["definition"]
        for _, row in rows_of("definitions.tsv", DEFINITION_COLUMNS)
        if row["list"] == "sub-event type"
    }
    found = {}
    for entry in _entries("event_types.toml", "sub_event_type", ("name", "event_type", "example", "source")):
        name = entry["name"]
        if EVENT_TYPE_OF.get(name) != entry["event_type"]:
            raise ConfigError(f"event_types.toml: {name!r} is no sub-event type of {entry['event_type']!r}")
        if name not in defined:
            raise ConfigError(f"definitions.tsv: no definition of {name!r}")
        found[name] = SubEventType(definition=defined[name], **entry)
    _complete("event_types.toml", found, EVENT_TYPE_OF)
    return found


@cache
def conditions() -> Mapping[tuple[str, str], ConditionState]:
    """Every state of a condition by subject and state. Raises `ConfigError` where one is missing or unknown."""
    found = {}
    for entry in _entries("conditions.toml", "condition", ("subject", "state", "who", "definition", "example", "source")):
        who = entry.pop("who") or None
        found[entry["subject"], entry["state"]] = ConditionState(who=who, **entry)
    _complete("conditions.toml", found, {(s, state) for s, states in CONDITIONS.items() for state in states})
    return found


@cache
def crosswalk() -> Mapping[str, Crossing]:
    """How other codebooks put each sub-event type. Raises `ConfigError` with the line of a bad row."""
    name, found = "crosswalk.tsv", {}
    for number, row in rows_of(name, CROSSWALK_COLUMNS):
        need(row["sub_event_type"] in EVENT_TYPE_OF, name, number, f"unknown sub-event type {row['sub_event_type']!r}")
        need(row["ucdp_rule"] in UCDP_RULES, name, number, f"unknown rule {row['ucdp_rule']!r}")
        found[row["sub_event_type"]] = Crossing(
            sub_event_type=row["sub_event_type"],
            ucdp_rule=row["ucdp_rule"],
            plover_event=row["plover_event"] or None,
            plover_mode=row["plover_mode"] or None,
            source=row["source"],
        )
    _complete(name, found, EVENT_TYPE_OF)
    return found


def type_of_violence(sub_event_type: str, *, who: Iterable[str | None], whom: Iterable[str | None]) -> int | None:
    """UCDP's type of violence: 1 state-based, 2 non-state, 3 one-sided; `None` where the sub-event type is none of them.

    `who` and `whom` are actor kinds. Raises `KeyError` for an unknown sub-event type.

    >>> type_of_violence("Armed clash", who=["State Forces"], whom=["Rebel Groups"])
    1
    >>> type_of_violence("Air/drone strike", who=["Rebel Groups"], whom=["Civilians"])
    3
    """
    rule = crosswalk()[sub_event_type].ucdp_rule
    doers, targets = set(who), set(whom)
    if rule == "none":
        return None
    if rule == "one-sided" or (rule == "by target" and targets and targets <= set(UNARMED)):
        return ONE_SIDED
    return STATE_BASED if (doers | targets) & {"State Forces", "External/Other Forces"} else NON_STATE


def _entries(name: str, table: str, keys: tuple[str, ...]) -> Iterable[dict[str, str]]:
    for number, entry in enumerate(toml_of(name).get(table, []), start=1):
        if set(entry) != set(keys) or not all(isinstance(v, str) for v in entry.values()):
            raise ConfigError(f"{name}: entry {number} of {table} needs {', '.join(keys)}, and they are text")
        yield dict(entry)


def _complete(name: str, found: Iterable[object], wanted: Iterable[object]) -> None:
    odd = set(found) ^ set(wanted)
    if odd:
        raise ConfigError(f"{name}: missing or unknown: {', '.join(sorted(map(str, odd)))}")
