"""Which place a name is: by what the text says of it, the country it speaks of, size, and nearness to the other places."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from marsad.places.candidates import Candidate
from marsad.places.features import SURNAMED, Context, Earlier, features, load_weights, total
from marsad.places.gazetteer import Entry, Gazetteer
from marsad.places.names import fold
from marsad.places.story import Story
from marsad.places.surroundings import QUALIFIER
from marsad.places.votes import Tally

LARGE, MIDDLING, SMALL = 500_000, 100_000, 15_000
FEW = 4
INNER = frozenset(
    ("quarter", "street", "lane", "square", "roundabout", "neighbourhood", "neighborhood", "avenue", "suburb", "district")
)
CLOSE = frozenset(("near_30", "near_80", "near_160"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A candidate and its best entry; `share` is the weight of the entry's country here, `region` of its region,
    `alone` says that no other word names a country, `close` that it lies near another place of the text."""

    candidate: Candidate
    entry: Entry
    score: float
    ranked: tuple[Entry, ...]
    share: float
    region: float
    alone: bool
    close: bool
    told: tuple[Entry, ...]
    reason: str


def choose(
    story: Story, gazetteer: Gazetteer, tally: Tally, found: Sequence[Candidate], before: Sequence[Chosen] | None = None
) -> list[Chosen]:
    """One entry for each candidate that is a place; a longer name goes before a shorter one in it. `before` is an earlier
    choice, `None` for the first."""
    earlier = None if before is None else Earlier.of(before)
    taken: set[int] = set()
    kept: list[Chosen] = []
    for one in sorted(found, key=lambda c: (-(c.end - c.start), c.first)):
        if taken.intersection(one.tokens):
            continue
        best = weigh(story, gazetteer, tally, one, earlier)
        if best and accept(story, best) and not (earlier and elsewhere(story, best)):
            kept.append(best)
            taken.update(one.tokens)
    return sorted(kept, key=lambda c: c.candidate.start)


def weigh(story: Story, gazetteer: Gazetteer, tally: Tally, one: Candidate, earlier: Earlier | None) -> Chosen | None:
    """The best entry of a candidate, whether or not it is accepted."""
    before = earlier.chosen if earlier else ()
    name = fold(one.words)
    shares = tally.shares(one.start, name)
    told = tuple(qualifiers(story, gazetteer, one, before))
    entries = one.entries
    if entries and all(e.latitude is None for e in entries):
        lands = sorted({e.country for e in entries if e.country and shares.get(e.country, 0) > 0.25})
        entries += tuple(e for land in lands for e in gazetteer.similar(one.words, land) if e.latitude is not None)
    if not entries:
        return None
    context = Context(shares=shares, regions=tally.regions(name), told=told, earlier=earlier or Earlier())
    weights = load_weights()[0 if earlier is None else 1]
    weighed = features(story.words, one, entries, context)
    scored = [(total(f, weights), e, f) for f, e in zip(weighed, entries, strict=True)]
    ranked = [(s, e) for s, e, _ in sorted(scored, key=lambda r: (-r[0], r[1].id))]
    top, entry = ranked[0]
    others = tuple(dict.fromkeys(e for _, e in ranked[1 : 1 + 2 * FEW] if e.id != entry.id))[:FEW]
    share = shares.get(entry.country or "", 0.0)
    best = next(f for _, e, f in scored if e is entry)
    return Chosen(
        candidate=one,
        entry=entry,
        score=top,
        ranked=others,
        share=share,
        region=best.get("region_share", 0.0),
        alone=not shares,
        close=bool(best.keys() & CLOSE),
        told=told,
        reason=explain(gazetteer, tally, entry, ranked, share, told),
    )


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


def accept(story: Story, chosen: Chosen) -> bool:
    """Whether the candidate is a place at all."""
    one, entry, share = chosen.candidate, chosen.entry, chosen.share
    if one.short:
        return True
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
    if entry.kind == "adm2" and entry.country in SURNAMED and one.single and not (one.unit or within or one.around.settled):
        return False
    if entry.kind in ("adm1", "adm2"):
        wide = entry.kind == "adm1" and (not one.single or located) and entry.population > MIDDLING
        return share >= 0.2 or (one.unit is not None and share >= 0.05) or within or wide
    return big_enough(story, chosen, located=located, dated=dated, within=within)


def elsewhere(story: Story, chosen: Chosen) -> bool:
    """Whether a name that the text gives to a quarter, a street or a square is a far-off place's namesake."""
    one, entry = chosen.candidate, chosen.entry
    inner = story.after(one.last, INNER) or story.tokens[one.last].lower in INNER
    return inner and entry.kind in ("city", "town", "site", "quarter", "other") and not chosen.close and not chosen.told


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
    if one.single and chosen.entry.country in SURNAMED and size < LARGE and not (within or dated):
        local = story.after(one.last, story.words.local)
        if story.tokens[one.first].lower in story.trailing and not (located or local):
            return False
        if not (local or fold(one.words) in story.placed or (chosen.region >= 0.5 and share >= 0.5)):
            return False
    if share >= 0.5:
        first = story.tokens[one.first].lower in story.words.first
        return not one.single or located or one.around.weakly or size >= SMALL or dated or not first
    if share >= 0.22:
        return located or size >= SMALL or dated or within or not one.single
    if chosen.close and (located or size >= SMALL):
        return True
    if size >= LARGE or within or (dated and size >= SMALL):
        return True
    return located and (size >= MIDDLING or chosen.score > 2.6)


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
