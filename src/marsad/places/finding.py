"""Finding the places that a text names, and choosing which places they are."""

from __future__ import annotations

from collections.abc import Sequence

from marsad.places.choosing import Reader
from marsad.places.gazetteer import Gazetteer
from marsad.places.reading import PlaceMention, PlaceReading

LIMIT = 200_000


def find_places(
    text: str,
    *,
    gazetteer: Gazetteer,
    title: str | None = None,
    avoid: Sequence[tuple[int, int]] = (),
    persons: Sequence[tuple[int, int]] = (),
    entities: Sequence[tuple[int, int, str]] = (),
) -> PlaceReading:
    """The places named in `text`, in its order, with the country of the story.

    `avoid` are spans that name something else (an actor): no place is read in them, but what they name helps to find the country.
    `persons` are names of people; `entities` spans with a label (GPE, LOC, FAC) that hint at places no gazetteer knows. All offsets
    count into `text`. Only the first 200,000 characters are read. A name that is a place but unknown comes back with the
    text's words as its name, the country it stands in and no coordinates.
    """
    head = f"{title}\n" if title else ""
    shift = len(head)
    reader = Reader(
        text=(head + text)[: LIMIT + shift],
        gazetteer=gazetteer,
        body=shift,
        avoid=[(a + shift, b + shift) for a, b in avoid],
        persons=[(a + shift, b + shift) for a, b in persons],
        hints=[(a + shift, b + shift) for a, b, label in entities if label in ("GPE", "LOC", "FAC")],
    )
    mentions = reader.read()
    ranked = reader.tally.ranked()
    return PlaceReading(
        mentions=tuple(moved(m, -shift) for m in mentions if m.start >= shift),
        country=ranked[0] if ranked else None,
        countries=ranked,
        demonyms=tuple((a - shift, b - shift, c) for a, b, c in reader.demonyms if a >= shift),
        titled=tuple(m for m in mentions if m.end <= shift),
    )


def moved(mention: PlaceMention, by: int) -> PlaceMention:
    return PlaceMention(
        start=mention.start + by,
        end=mention.end + by,
        words=mention.words,
        place=mention.place,
        alternatives=mention.alternatives,
        why=mention.why,
        relation=mention.relation,
        dateline=mention.dateline,
    )
