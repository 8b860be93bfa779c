"""The whole codebook, read at once: a table that does not load or does not fit the others is found here."""

from __future__ import annotations

from marsad.codebook.actors import actor_groups, actor_nouns, actors, countries, group_heads, phrase_parts
from marsad.codebook.meanings import conditions, crosswalk, event_types
from marsad.codebook.outlets import outlets
from marsad.codebook.things import target_classes, weapon_classes
from marsad.codebook.words import ACTOR_KINDS, TARGET_CLASSES, WEAPON_CLASSES
from marsad.model import ConfigError


def validate() -> dict[str, int]:
    """How many entries each table has. Raises `ConfigError` where one is malformed or contradicts another."""
    ids = {a.id for a in actors()}
    for actor in actors():
        if actor.parent is not None and actor.parent not in ids:
            raise ConfigError(f"actors.tsv: {actor.name}: unknown parent {actor.parent!r}")
        if actor.country is not None and actor.country not in countries():
            raise ConfigError(f"actors.tsv: {actor.name}: unknown country {actor.country!r}")
    missing = set(ACTOR_KINDS) - {g.kind for g in actor_groups().values()}
    if missing:
        raise ConfigError(f"actor_groups.tsv: no group of kind {', '.join(sorted(missing))}")
    for name, wanted, words in (
        ("weapons.tsv", WEAPON_CLASSES, weapon_classes()),
        ("targets.tsv", TARGET_CLASSES, target_classes()),
    ):
        lacking = set(wanted) - {w.class_ for w in words}
        if lacking:
            raise ConfigError(f"{name}: no words for {', '.join(sorted(lacking))}")
    return {
        "actors.tsv": len(actors()),
        "actor_groups.tsv": len(actor_groups()),
        "actor_nouns.tsv": len(actor_nouns()),
        "actor_words.tsv": len(phrase_parts()),
        "group_heads.tsv": len(group_heads()),
        "countries.tsv": len(countries()),
        "event_types.toml": len(event_types()),
        "conditions.toml": len(conditions()),
        "crosswalk.tsv": len(crosswalk()),
        "weapons.tsv": len(weapon_classes()),
        "targets.tsv": len(target_classes()),
        "outlets.tsv": len(outlets()),
    }
