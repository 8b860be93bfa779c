"""Which place a name is: by what the text says of it, the country it speaks of, size, and nearness to the other places."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marsad.places.candidates import Candidate
from marsad.places.gazetteer import Entry, Gazetteer
from marsad.places.names import fold
from marsad.places.story import Story
from marsad.places.surroundings import QUALIFIER
from marsad.places.votes import Tally

GREAT, LARGE, MIDDLING, SMALL = 5_000_000, 500_000, 100_000, 15_000
FEW = 4
REACH, MOST = 3_000, 60
COUNTRY_WEIGHT = 2.2
MISMATCH = {"exact": 0.0, "loose": 0.25, "fuzzy": 0.6}
UPPER_UNIT = {"adm1": 1.6, "adm2": 0.3, "city": -0.3, "country": -1.5, "region": 0.8}
LOWER_UNIT = {"adm1": 0.1, "adm2": 0.45, "city": 0.1, "country": -1.0}
# Where towns are called as people are, a lone name needs a word that says it is a place.
SURNAMED = frozenset(("USA", "GBR", "CAN", "AUS", "NZL", "IRL"))
POINTS = frozenset(("city", "town", "camp", "crossing", "quarter", "adm2"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A candidate and its best entry; `share` is the weight of the entry's country here, `alone` says that no other word
    names a country,
    `close` is what nearness to other places gave it."""

    candidate: Candidate
    entry: Entry
    score: float
    ranked: tuple[Entry, ...]
    share: float
    alone: bool
    close: float
    told: tuple[Entry, ...]
    reason: str


def choose(
    story: Story, gazetteer: Gazetteer, tally: Tally, found: Sequence[Candidate], before: Sequence[Chosen]
) -> list[Chosen]:
    """One entry for each candidate that is a place; a longer name goes before a shorter one in it. `before` is an earlier
    choice."""
    taken: set[int] = set()
    kept: list[Chosen] = []
    for one in sorted(found, key=lambda c: (-(c.end - c.start), c.first)):
        if taken.intersection(one.tokens):
            continue
        best = weigh(story, gazetteer, tally, one, before)
        if best and accept(story, best):
            kept.append(best)
            taken.update(one.tokens)
    return sorted(kept, key=lambda c: c.candidate.start)


def weigh(story: Story, gazetteer: Gazetteer, tally: Tally, one: Candidate, before: Sequence[Chosen]) -> Chosen | None:
    """The best entry of a candidate, whether or not it is accepted."""
    shares = tally.shares(one.start, fold(one.words))
    told = tuple(qualifiers(story, gazetteer, one, before))
    entries = one.entries
    if entries and all(e.latitude is None for e in entries):
        lands = sorted({e.country for e in entries if e.country and shares.get(e.country, 0) > 0.25})
        entries += tuple(e for land in lands for e in gazetteer.similar(one.words, land) if e.latitude is not None)
    penalties = lesser(one, entries, shares)
    scored = [(score(story, e, one, shares, told, before) - p, e) for e, p in zip(entries, penalties, strict=True)]
    ranked = sorted(scored, key=lambda r: (-r[0], r[1].id))
    if not ranked:
        return None
    top, entry = ranked[0]
    others = tuple(dict.fromkeys(e for _, e in ranked[1 : 1 + 2 * FEW] if e.id != entry.id))[:FEW]
    share = shares.get(entry.country or "", 0.0)
    reason = explain(gazetteer, tally, entry, ranked, share, told)
    return Chosen(
        candidate=one,
        entry=entry,
        score=top,
        ranked=others,
        share=share,
        alone=not shares,
        close=closeness(entry, one, before),
        told=told,
        reason=reason,
    )


def lesser(one: Candidate, entries: Sequence[Entry], shares: Mapping[str, float]) -> list[float]:
    """What each entry loses to its namesakes: a village to the city of the same country, a region to its own chief town, a
    country that
    the text does not speak of to a great region of one that it does ("Georgia")."""
    great = any(e.kind == "adm1" and e.population > GREAT and shares.get(e.country or "", 0.0) > 0.5 for e in entries)
    largest: dict[str | None, int] = {}
    seats = {(e.country, e.admin1) for e in entries if e.kind == "city" and e.population >= 5_000 and e.match == "exact"}
    for e in entries:
        if e.kind == "city":
            largest[e.country] = max(largest.get(e.country, 0), e.population)
    named = {(e.country, e.admin1) for e in entries if e.kind == "adm1"}
    found = []
    for e in entries:
        if e.kind == "city" and e.population < 5_000 and (e.country, e.admin1) in named and not one.around.settled:
            found.append(0.8)
        elif e.kind == "city":
            found.append(
                0.2 * math.log10(max(largest[e.country], 1) / max(e.population, 100))
                if largest[e.country] > e.population
                else 0.0
            )
        else:
            overshadowed = e.kind == "country" and great and shares.get(e.country or "", 0.0) < 0.1
            found.append(
                1.2 if overshadowed else 0.6 if e.kind == "adm1" and not one.unit and (e.country, e.admin1) in seats else 0.0
            )
    return found


def qualifiers(story: Story, gazetteer: Gazetteer, one: Candidate, before: Sequence[Chosen]) -> list[Entry]:
    """Countries and regions that the text names as what the place lies in: "Kuriga, Kaduna State", "Syria's Boukamal", "the
    Chinese city of"."""
    found = []
    for other in nearby(before, one.start - 80, one.end + 60):
        start, end, kind = other.candidate.start, other.candidate.end, other.entry.kind
        if (
            one.end <= start <= one.end + 60
            and kind in ("country", "adm1", "adm2", "region")
            and QUALIFIER.match(story.text[one.end : start])
        ):
            found.append(other.entry)
        elif one.start - 40 <= end <= one.start and kind in ("country", "adm1"):
            gap = story.text[end : one.start]
            if gap[:3] in ("'s ", "’s ") and gap.count(" ") <= 4 and not any(c in gap for c in ".,;"):
                found.append(other.entry)
    first = bisect_left(story.demonyms, one.start - 60, key=lambda d: d[1])
    for _, end, country in story.demonyms[first : first + 8]:
        gap = story.text[end : one.start] if one.start - 45 <= end <= one.start else ""
        words = gap.split()
        settled = bool(words) and (words[-1] == "of" or words[-1] in story.words.settlement or words[-1] in story.words.unit)
        if settled and len(words) <= 5 and not any(c in gap for c in ".,;") and country in gazetteer.lands:
            found.append(gazetteer.lands[country].entry)
    return found


def nearby(chosen: Sequence[Chosen], begin: int, stop: int) -> Sequence[Chosen]:
    """The choices that begin between two offsets; `chosen` is in the text's order."""
    first = bisect_left(chosen, begin, key=lambda c: c.candidate.start)
    return chosen[first : bisect_left(chosen, stop + 1, lo=first, key=lambda c: c.candidate.start)]


def score(
    story: Story, entry: Entry, one: Candidate, shares: Mapping[str, float], told: Sequence[Entry], before: Sequence[Chosen]
) -> float:
    """How well an entry fits; comparable between entries of one candidate."""
    total = base(entry) + COUNTRY_WEIGHT * shares.get(entry.country or "", 0.0) - MISMATCH[entry.match]
    if one.unit:
        total += (UPPER_UNIT if one.unit in story.words.upper else LOWER_UNIT).get(entry.kind, 0.0)
    elif one.around.settled and entry.kind in ("adm1", "adm2"):
        total -= 0.6
    for place in told:
        if place.kind == "country":
            total += 1.6 if place.country == entry.country and entry.kind != "country" else -1.2
        elif entry.id != place.id:
            inside = place.admin1 == entry.admin1 and place.country == entry.country and entry.kind not in ("country", "adm1")
            total += 1.6 if inside else -0.5
    if entry.kind == "city" and before:
        total += closeness(entry, one, before)
    return total - (0.4 if entry.latitude is None else 0.0)


def closeness(entry: Entry, one: Candidate, before: Sequence[Chosen]) -> float:
    """What an entry gains by lying near the other places of the text."""
    around = nearby(before, one.start - REACH, one.start + REACH)[:MOST]
    others = (o.entry for o in around if o.entry.kind in POINTS and o.candidate.words != one.words)
    nearest = min((kilometres(entry, other) for other in others), default=math.inf)
    return 0.5 if nearest < 60 else 0.35 if nearest < 150 else 0.15 if nearest < 400 else 0.0


def base(entry: Entry) -> float:
    """How likely a place is to be meant, before anything else is known."""
    if entry.kind == "country":
        return 3.2
    if entry.curated:
        return 2.3 if entry.kind in ("region", "front", "water") else 1.7 if entry.latitude is not None else 0.9
    if entry.kind == "adm1":
        return 0.85 + min(0.7, max(-0.1, 0.25 * (math.log10(max(entry.population, 1)) - 5.5)))
    if entry.kind == "city":
        return 0.3 + 0.2 * max(0.0, math.log10(max(entry.population, 1)) - 2)
    return {"adm2": 0.4, "airport": 0.9}.get(entry.kind, 0.5)


def accept(story: Story, chosen: Chosen) -> bool:
    """Whether the candidate is a place at all."""
    one, entry, share = chosen.candidate, chosen.entry, chosen.share
    if not one.clean or story.avoided.intersection(one.tokens):
        return False
    firmly = one.unit is not None or one.around.settled
    if story.people.intersection(one.tokens) and not firmly:
        return False
    if one.single and personal(story, chosen, firmly):
        return False
    if entry.kind == "country":
        return True
    located, dated = one.around.located or one.unit is not None, story.in_dateline(one.start)
    if entry.curated:
        known = entry.match == "exact" and (chosen.alone or dated or not one.single or (located and entry.country is None))
        return share >= 0.08 or known
    if entry.match == "loose" and share < 0.3:
        return False
    within = any(p.country == entry.country for p in chosen.told)
    if entry.kind in ("adm1", "adm2"):
        wide = entry.kind == "adm1" and (not one.single or located) and entry.population > MIDDLING
        return share >= 0.2 or (one.unit is not None and share >= 0.05) or within or wide
    return big_enough(story, chosen, located=located, dated=dated, within=within)


def personal(story: Story, chosen: Chosen, firmly: bool) -> bool:
    """Whether a single word is rather a person's name, or a common word that opens a sentence."""
    one, entry = chosen.candidate, chosen.entry
    token = story.tokens[one.first]
    if entry.kind == "country":
        return False
    if token.lower in story.names and not firmly and not (one.around.located and entry.kind == "adm1"):
        return True
    opens = (token.initial or token.loud) and not story.in_dateline(one.start)
    return opens and story.lowers.get(token.lower, 0) > 0 and token.lower == fold(token.text)


def big_enough(story: Story, chosen: Chosen, *, located: bool, dated: bool, within: bool) -> bool:
    """Whether a town is large or near enough to what the text speaks of; the less the text speaks of its country, the larger."""
    one, share, size = chosen.candidate, chosen.share, chosen.entry.population
    if (
        one.single
        and chosen.entry.country in SURNAMED
        and size < LARGE
        and not (within or dated or fold(one.words) in story.placed)
    ):
        return False
    if share >= 0.5:
        first = story.tokens[one.first].lower in story.words.first
        return not one.single or located or one.around.weakly or size >= SMALL or dated or not first
    if share >= 0.22:
        return located or size >= SMALL or dated or within or not one.single
    if chosen.close >= 0.35 and (located or size >= SMALL):
        return True
    if size >= LARGE or within or (dated and size >= SMALL):
        return True
    return located and (size >= MIDDLING or chosen.score > 2.6)


def kilometres(a: Entry, b: Entry) -> float:
    """Great-circle distance; infinite where one has no coordinates."""
    if a.latitude is None or a.longitude is None or b.latitude is None or b.longitude is None:
        return math.inf
    p, q = math.radians(a.latitude), math.radians(b.latitude)
    half = math.sin((q - p) / 2) ** 2 + math.cos(p) * math.cos(q) * math.sin(math.radians(b.longitude - a.longitude) / 2) ** 2
    return 12742 * math.asin(min(1.0, math.sqrt(half)))


def explain(
    gazetteer: Gazetteer, tally: Tally, entry: Entry, ranked: Sequence[tuple[float, Entry]], share: float, told: Sequence[Entry]
) -> str:
    """One short sentence on why this place."""
    many = len({e.id for _, e in ranked})
    known = f"only {entry.name} is called so in the index" if many == 1 else f"best of {many} places called so"
    if entry.match != "exact":
        known += ", spelt otherwise"
    place = next((p for p in told if p.country == entry.country), None)
    if place:
        return f"{known}; the text puts it in {place.name}"
    land = gazetteer.lands.get(entry.country or "")
    if not land or entry.kind == "country":
        return known
    top = tally.ranked()
    role = "the story's country is" if top and top[0] == entry.country else "it lies in"
    return f"{known}; {role} {land.name} ({share:.0%} of the text's signs)"
