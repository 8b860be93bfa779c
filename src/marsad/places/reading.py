"""What reading a text for places gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from marsad.model import Place

Relation = Literal["at", "near", "part", "region", "named"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceMention:
    """A place that the text names: `text[start:end] == words`, its choice and the runners-up.

    `relation`: `at` the place itself, `near` it or on a road to it (precision 2), `part` of it ("eastern Caracas"), `region`
    for a state, a region, a country or a part of one (precision 3), `named` for a place that only another name is called
    after ("Newark Police"). `why` is a short sentence for a person. `dateline`: where the reporter sat.
    """

    start: int
    end: int
    words: str
    place: Place | None
    alternatives: tuple[Place, ...] = ()
    why: str = ""
    relation: Relation = "at"
    dateline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceReading:
    """The places of a text in its order. `country` is that of the story and `countries` all that it speaks of, weightiest
    first (ISO3);
    `demonyms` are adjectives and peoples (start, end, ISO3); `titled` are the title's mentions, their offsets count into the
    title; `associated` are places that other names are called after (relation `named`): signs of where a story plays, never
    where something happened; `recalled` are nouns that stand for a place named before ("the crossing")."""

    mentions: tuple[PlaceMention, ...] = ()
    country: str | None = None
    countries: tuple[str, ...] = ()
    demonyms: tuple[tuple[int, int, str], ...] = ()
    titled: tuple[PlaceMention, ...] = ()
    associated: tuple[PlaceMention, ...] = ()
    recalled: tuple[PlaceMention, ...] = ()
