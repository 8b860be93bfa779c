"""The names of unnamed actors: "Military Forces of Sudan", "Civilians (Haiti)"."""

from __future__ import annotations

import re

from marsad.codebook.actors import ActorGroup, actor_groups, countries
from marsad.coding.actor_lexicon import fold
from marsad.model import Actor

STATE = "State Forces"
EXTERNAL = "External/Other Forces"


def country_actor(iso3: str | None, *, kind: str = "government", story_country: str | None = None, words: str = "") -> Actor:
    """The generated actor of a country: `kind` is a row of `actor_groups.tsv` (government, military, police, civilians, …).

    State forces in a story of another country are External/Other Forces. Raises `KeyError` for an unknown `kind`.

    >>> country_actor("SDN", kind="military").name, country_actor("COD", kind="civilians").name
    ('Military Forces of Sudan', 'Civilians (Democratic Republic of Congo)')
    """
    return group_actor(actor_groups()[kind], iso3, story_country or iso3, words)


def group_actor(group: ActorGroup, iso3: str | None, story: str | None, words: str) -> Actor:
    """The actor that a sort of unnamed actor is, in a country, as seen from the story's."""
    land = countries().get(iso3 or "")
    name = group.pattern
    if "({country})" in name:
        name = name.replace(" ({country})", f" ({land.long_name})" if land else "")
    elif "{country}" in name:
        name = name.replace("{country}", land.name) if land else name.replace(" of {country}", "")
    kind = EXTERNAL if group.kind == STATE and iso3 and story and iso3 != story else group.kind
    return Actor(name=name, words=words or name, kind=kind, id=slug(name))


def bracket(iso3: str | None) -> str:
    """A country as it ends a name: " (Sudan)"."""
    land = countries().get(iso3 or "")
    return f" ({land.long_name})" if land else ""


def slug(name: str) -> str:
    """A stable id out of a canonical name.

    >>> slug("Jama'at Nusrat al-Islam wal-Muslimin")
    'jamaat-nusrat-al-islam-wal-muslimin'
    """
    return re.sub(r"[^a-z0-9]+", "-", " ".join(fold(w) for w in name.split())).strip("-")
