"""The name that a coded place is shown under."""

from __future__ import annotations

import re

from marsad.model import Place
from marsad.places.gazetteer import Entry
from marsad.places.names import fold

INNER = re.compile(r"(?<=[\w'’])[^\W_]")


def usual(entry: Entry, words: str) -> str:
    """The name to show: the table's own, a country's usual one, else the text's spelling where the index has it so."""
    if entry.kind == "country" or entry.id.startswith("marsad:"):
        return entry.name
    if entry.kind in ("adm1", "adm2") and fold(words).startswith(fold(entry.name)):
        return entry.name
    if entry.match == "fuzzy" or fold(entry.name) == fold(words):
        return entry.name
    return title_case(words) if words.isupper() else words


def title_case(words: str) -> str:
    """A name in capitals as it is written else.

    >>> title_case("PORT-AU-PRINCE"), title_case("SANA'A")
    ('Port-Au-Prince', "Sana'a")
    """
    return INNER.sub(lambda m: m.group().lower(), words)


def unknown_place(words: str, country: str | None, admin1: str | None, precision: int) -> Place:
    """A place that no gazetteer has: its name, and where the text says it lies."""
    return Place(
        name=title_case(words) if words.isupper() and len(words) > 4 else words,
        words=words,
        country=country,
        admin1=admin1,
        precision=precision,
    )
