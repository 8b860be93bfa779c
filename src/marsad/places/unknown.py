"""Names that the text uses as places and no gazetteer has."""

from __future__ import annotations

from collections.abc import Sequence

from marsad.places.choosing import Chosen, nearby
from marsad.places.features import POINTS, kilometres
from marsad.places.gazetteer import Entry, Gazetteer
from marsad.places.names import fold
from marsad.places.naming import unknown_place
from marsad.places.reading import PlaceMention, Relation
from marsad.places.story import Story
from marsad.places.surroundings import DATED, HEADING, OVERCOME, WITHIN
from marsad.places.tokens import is_arabic
from marsad.places.votes import Tally

NEARBY = 250
LONGEST = 5
# A spelling that no gazetteer has is read as a known one this near to another place of the text.
FAR_OFF, WITHIN_KM = 1_500, 400.0
# Capitalised words after a name that are no part of it.
TAILS = frozenset(
    ("town", "city", "village", "camp", "quarter", "area", "province", "state", "district", "county", "region", "township")
)
Stretch = tuple[int, int]


def unknown_mentions(story: Story, gazetteer: Gazetteer, tally: Tally, chosen: Sequence[Chosen]) -> list[PlaceMention]:
    """A mention for each run of capitals that the words round it make a place; once made one, everywhere it stands."""
    taken = {i for c in chosen for i in c.candidate.tokens} | story.avoided | story.people | story.demonym_tokens
    found = stretches(story, taken)
    accepted = {fold(words_of(story, s)) for s in found if is_place(story, s, bool(chosen))}
    return [mention(story, gazetteer, tally, s, chosen) for s in found if fold(words_of(story, s)) in accepted]


def words_of(story: Story, stretch: Stretch) -> str:
    return story.text[story.tokens[stretch[0]].start : story.tokens[stretch[1]].end]


def stretches(story: Story, taken: set[int]) -> list[Stretch]:
    """Runs of capitals that may name a place: no organisation, no title, no common word at either end."""
    found = []
    for first, last in sorted({r for r in story.runs if r[1] >= r[0]}):
        while first < last and opens_idly(story, first):
            first += 1
        while last > first and story.tokens[last].lower in TAILS:
            last -= 1
        if not taken.intersection(range(first, last + 1)) and may_name(story, first, last):
            found.append((first, last))
    return found


def opens_idly(story: Story, first: int) -> bool:
    """Whether a word at the head of a run says nothing of the name: "On", "Northern", "Syrian"."""
    token, words = story.tokens[first], story.words
    return token.lower in words.direction or first in story.demonym_tokens or (token.initial and token.lower in words.stop)


def may_name(story: Story, first: int, last: int) -> bool:
    """Whether a run of capitals has the form of a place's name."""
    words, tokens = story.words, story.tokens[first : last + 1]
    lowers = [t.lower for t in tokens]
    if len(lowers) > LONGEST or lowers[0] in words.title or (lowers[0] in words.first and len(lowers) > 1):
        return False
    if is_arabic(tokens[0].text):
        return False
    if tokens[0].loud and not listed(story, tokens[0].start, tokens[-1].end):
        return False
    if (
        any(c.isdigit() for t in tokens for c in t.text)
        and lowers[-1] not in words.extending
        and not story.after(last, words.settlement)
    ):
        return False
    if len(lowers) > 1 and (lowers[0] in words.stop or lowers[-1] in words.stop):
        return False
    if any(w in words.organisation or w in words.inside for w in lowers) and lowers[-1] not in words.extending:
        return False
    if len(lowers) == 1 and (lowers[0] in words.nameless or lowers[0] in story.names):
        return False
    text = words_of(story, (first, last))
    if fold(text) in words.phrase:
        return False
    short = text.isupper() and len(text) < 6 and not any(c.isdigit() for c in text) and not story.in_dateline(tokens[0].start)
    return len(text) >= 3 and not short


def listed(story: Story, start: int, end: int) -> bool:
    """Whether a name opens a line with a date after it, or heads an item of a list or a line in capitals."""
    before = story.text[max(0, start - 12) : start].rpartition("\n")[2].strip()
    if before.strip("•*–—-▪·►0123456789.)"):
        return False
    right, name = story.around(start, end).right, story.text[start:end]
    return bool(DATED.match(right) or (HEADING.match(right) and (before or (name.isupper() and " " in name))))


def is_place(story: Story, stretch: Stretch, placed: bool) -> bool:
    """Whether the words round one run of capitals say that it is a place. `placed`: the text names places that are known."""
    first, last = stretch
    words, head, tail = story.words, story.tokens[first], story.tokens[last]
    around = story.around(head.start, tail.end)
    if any(t.lower in story.names for t in story.tokens[first : last + 1]) and not story.after(last, words.settlement):
        return False
    if last > first and (tail.lower in words.extending or head.lower in words.head):
        return True
    opening = head.initial and story.lowers.get(head.lower, 0) > 0
    if story.after(last, words.inside):
        return False
    followed = story.after(last, words.settlement | words.unit) or story.extended(last) > last
    if around.settled or (followed and not tail.possessive):
        return around.settled or not opening
    if opening or (last == first and story.lowers.get(head.lower, 0) > 0):
        return False
    if story.in_dateline(head.start) or listed(story, head.start, tail.end):
        return True
    if OVERCOME.match(around.right):
        return True
    if head.initial and first == last:
        return False
    return around.located or around.hit or (first in story.hinted and (around.weakly or placed)) or acted_on(story, first, last)


def acted_on(story: Story, first: int, last: int) -> bool:
    """ "Seized X", "a raid on X", "the villagers of X", "escaped from X"."""
    words = story.words
    before = [t.lower for t in story.tokens[max(0, first - 3) : first]]
    if not before or story.tokens[first].gap != " " or story.after(last, words.speech):
        return False
    if before[-1] in words.verb:
        return True
    return len(before) > 1 and before[-1] in ("on", "of", "at", "for", "to") and before[-2] in words.event


def mention(story: Story, gazetteer: Gazetteer, tally: Tally, stretch: Stretch, chosen: Sequence[Chosen]) -> PlaceMention:
    first, last = stretch
    bare = story.text[story.tokens[first].start : story.tokens[named(story, stretch)].end]
    if not story.tokens[last].possessive:
        last = story.extended(last)
    start, end = story.tokens[first].start, story.tokens[last].end
    words = story.text[start:end]
    near = story.around(start, end).near
    relation: Relation = "near" if near else "at"
    precision = 2 if near else 1
    admin1, country = within(story, end, chosen)
    country = country or country_at(story, tally, start, fold(words), chosen)
    similar = alike(gazetteer, words, country, start, chosen)
    if not similar and bare != words:
        similar = alike(gazetteer, bare, country, start, chosen)
        precision = 2 if similar else precision
    land = gazetteer.lands[country].name if country in gazetteer.lands else "an unknown country"
    if similar and (admin1 is None or similar[0].admin1 == admin1):
        place, others = (
            similar[0].place(words, precision=precision),
            tuple(e.place(words) for e in similar[1:4] if e.id != similar[0].id),
        )
        why = f"spelt nearly like {similar[0].name}, the nearest name in {land}"
    else:
        place, others = unknown_place(words, country, admin1, precision), ()
        why = f"no gazetteer has it; the text speaks of {land} here"
    dated = story.in_dateline(start)
    return PlaceMention(
        start=start, end=end, words=words, place=place, alternatives=others, why=why, relation=relation, dateline=dated
    )


def named(story: Story, stretch: Stretch) -> int:
    """The last token of a name without the "bridge", "airbase" or "road" that ends it."""
    first, last = stretch
    ending = story.words.extending | story.words.facility
    while last > first and story.tokens[last].lower in ending:
        last -= 1
    return last


def alike(gazetteer: Gazetteer, words: str, country: str | None, at: int, chosen: Sequence[Chosen]) -> tuple[Entry, ...]:
    """The places of a country that are spelt nearly like the words, no regions, and none too far from what the text names."""
    found = (e for e in (gazetteer.similar(words, country) if country else ()) if e.kind != "adm1")
    return tuple(e for e in found if e.curated or reachable(e, at, chosen))


def reachable(entry: Entry, at: int, chosen: Sequence[Chosen]) -> bool:
    """Whether a place that is only spelt alike lies near a place of the same country that the text names close by; where it
    names none, any may be meant."""
    around = [c.entry for c in nearby(chosen, at - FAR_OFF, at + FAR_OFF) if c.entry.kind in POINTS]
    known = [e for e in around if e.country == entry.country and e.latitude is not None]
    return not known or min(kilometres(entry, e) for e in known) < WITHIN_KM


def within(story: Story, end: int, chosen: Sequence[Chosen]) -> tuple[str | None, str | None]:
    """The region and country that the same sentence names after the place as what it lies in."""
    for one in nearby(chosen, end, end + 80):
        start, entry = one.candidate.start, one.entry
        if end < start <= end + 80 and entry.kind in ("adm1", "country", "region") and WITHIN.match(story.text[end:start]):
            return (entry.admin1 if entry.kind == "adm1" else None, entry.country)
    return (None, None)


def country_at(story: Story, tally: Tally, at: int, without: str, chosen: Sequence[Chosen]) -> str | None:
    """The country of the nearest known place close by that is no country and no dateline, else the one the text speaks of
    there."""
    near = [
        (abs(c.candidate.start - at), c.entry.country)
        for c in chosen
        if c.entry.country
        and c.entry.kind != "country"
        and not story.in_dateline(c.candidate.start)
        and abs(c.candidate.start - at) < NEARBY
    ]
    shares = tally.shares(at, without)
    if near:
        closest = min(near)[1]
        if closest and shares.get(closest, 0.0) >= 0.25:
            return closest
    best = max(shares, key=lambda c: (shares[c], c), default=None)
    return best if best and shares[best] >= 0.3 else None
