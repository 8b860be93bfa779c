"""Finding the places that a text names, and choosing which places they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from marsad.places.associated import associated
from marsad.places.candidates import candidates
from marsad.places.choosing import choose
from marsad.places.gazetteer import Gazetteer
from marsad.places.mentions import borders, capitals, mention
from marsad.places.names import fold
from marsad.places.reading import PlaceMention, PlaceReading
from marsad.places.recalling import recalled
from marsad.places.story import Story, learn_names, prepare
from marsad.places.unknown import unknown_mentions
from marsad.places.votes import Tally, first_votes, second_votes

LIMIT = 200_000
PLACE_LABELS = frozenset(("GPE", "LOC", "FAC"))


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
    `persons` are names of people; `entities` spans with a label (GPE, LOC, FAC) that hint at places no gazetteer knows. All
    offsets
    count into `text`. Only the first 200,000 characters are read. A name that is a place but unknown comes back with the
    text's words as its name, the country it stands in and no coordinates.
    """
    head = f"{title}\n" if title else ""
    shift = len(head)
    story = prepare(
        (head + text)[: LIMIT + shift],
        body=shift,
        demonyms=gazetteer.demonyms,
        avoid=[(a + shift, b + shift) for a, b in avoid],
        persons=[(a + shift, b + shift) for a, b in persons],
        hints=[(a + shift, b + shift) for a, b, label in entities if label in PLACE_LABELS],
    )
    mentions, called, again, tally = read(story, gazetteer)
    ranked = tally.ranked()
    return PlaceReading(
        mentions=tuple(replace(m, start=m.start - shift, end=m.end - shift) for m in mentions if m.start >= shift),
        country=ranked[0] if ranked else None,
        countries=ranked,
        demonyms=tuple((a - shift, b - shift, c) for a, b, c in story.demonyms if a >= shift),
        titled=tuple(m for m in mentions if m.end <= shift),
        associated=tuple(replace(m, start=m.start - shift, end=m.end - shift) for m in called if m.start >= shift),
        recalled=tuple(replace(m, start=m.start - shift, end=m.end - shift) for m in again if m.start >= shift),
    )


def read(story: Story, gazetteer: Gazetteer) -> tuple[list[PlaceMention], list[PlaceMention], list[PlaceMention], Tally]:
    """The mentions of a prepared story, in order, those of places that other names are called after, those
    without a name, and the countries it speaks of.

    It is chosen twice: first by the countries that names may lie in, then by those that they were found to lie in.
    """
    found = candidates(story, gazetteer)
    learn_names(story, frozenset(i for c in found if c.clean for i in c.tokens))
    story.placed.update(
        fold(c.words) for c in found if c.unit or c.around.located or c.around.weakly or story.in_dateline(c.start)
    )
    chosen = choose(story, gazetteer, Tally(first_votes(story, found)), found)
    tally = Tally(second_votes(story, found, chosen))
    chosen = choose(story, gazetteer, tally, found, chosen)
    mentions = [mention(story, c) for c in chosen]
    kinds = {m.start: gazetteer.kind(c.entry) for m, c in zip(mentions, chosen, strict=True)}
    mentions += unknown_mentions(story, gazetteer, tally, chosen)
    mentions += capitals(story, gazetteer, tally, mentions)
    mentions += borders(story, gazetteer, tally)
    covered = {at for m in mentions for at in range(m.start, m.end)}
    called = [m for m in associated(story, gazetteer, tally, found, chosen) if not covered.intersection(range(m.start, m.end))]
    mentions.sort(key=lambda m: (m.start, m.end, m.why))
    return mentions, called, recalled(story.text, mentions, kinds), tally
