"""Which countries a text speaks of: here, and as a whole."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from marsad.places.candidates import Candidate, longest
from marsad.places.gazetteer import Entry
from marsad.places.names import fold
from marsad.places.story import Story

if TYPE_CHECKING:
    from marsad.places.choosing import Chosen

Region = tuple[str, str]
Key = TypeVar("Key", bound=Hashable)
REACH = 300
LEAST, MOST_REGIONS = 1.0, 120
LOCAL = 0.45
MOST = 300
DEMONYM, TITLED = 0.4, 0.3
CHOSEN = {"country": 1.2, "adm1": 1.2, "city": 1.0, "adm2": 0.5}
DATELINE = 1.3


@dataclass(frozen=True, slots=True)
class Vote:
    """A word at `at` that speaks for `country`, and for a `region` of it, with the name that casts it;
    a `regional` one counts for the region alone."""

    at: int
    country: str
    weight: float
    name: str
    region: str | None = None
    regional: bool = False


class Tally:
    """Votes added up. A name has no say in the choice of its own place."""

    def __init__(self, votes: Iterable[Vote]) -> None:
        self.votes = list(votes)
        self.cast: Mapping[tuple[str, str], float] = damped((v.name, v.country, v.weight) for v in self.votes if not v.regional)
        self.total: Mapping[str, float] = added(self.cast)
        self.cast_regions: Mapping[tuple[str, Region], float] = damped(
            (v.name, (v.country, v.region), v.weight) for v in self.votes if v.region
        )
        self.total_regions: Mapping[Region, float] = added(self.cast_regions)
        self.kept_regions: dict[str, dict[Region, float]] = {}
        self.near: dict[str, list[Vote]] = defaultdict(list)
        for vote in sorted((v for v in self.votes if not v.regional), key=lambda v: v.at):
            self.near[vote.country].append(vote)

    def ranked(self) -> tuple[str, ...]:
        """Countries, weightiest first."""
        return tuple(sorted(self.total, key=lambda c: (-self.total[c], c)))

    def shares(self, at: int, without: str) -> dict[str, float]:
        """Each country's weight at an offset, 0 to 1: in the whole text and close by, `without` the votes of one name."""
        overall = {c: w - self.cast.get((without, c), 0.0) for c, w in self.total.items()}
        close = {c: self._close(c, at, without) for c in self.near}
        most, closest = max(overall.values(), default=0.0), max(close.values(), default=0.0)
        if most <= 1e-9:
            return {}
        scale, nearby = max(most, 0.8), max(closest, 0.5)
        return {c: (1 - LOCAL) * max(w, 0.0) / scale + LOCAL * close.get(c, 0.0) / nearby for c, w in overall.items()}

    def regions(self, without: str) -> Mapping[Region, float]:
        """Each region's weight in the whole text, 0 to 1, `without` the votes of one name."""
        known = self.kept_regions.get(without)
        if known is None:
            own = {region: weight for (name, region), weight in self.cast_regions.items() if name == without}
            left = {region: weight - own.get(region, 0.0) for region, weight in self.total_regions.items()}
            most = max(max(left.values(), default=0.0), LEAST)
            known = self.kept_regions[without] = {region: weight / most for region, weight in left.items()}
        return known

    def _close(self, country: str, at: int, without: str) -> float:
        """The votes for a country round an offset, those farther off counting less."""
        votes = self.near[country]
        begin = bisect_left(votes, at - 4 * REACH, key=lambda v: v.at)
        total = 0.0
        for vote in votes[begin : begin + MOST]:
            if vote.at >= at + 4 * REACH:
                break
            if vote.name != without:
                total += vote.weight * math.exp(-abs(vote.at - at) / REACH)
        return total


def damped(votes: Iterable[tuple[str, Key, float]]) -> dict[tuple[str, Key], float]:
    """The votes of each name for each key: the tenth mention of a name says little that the first did not."""
    found: dict[tuple[str, Key], float] = defaultdict(float)
    for name, key, weight in votes:
        found[name, key] += weight
    return {k: math.sqrt(weight * max(1.0, min(weight, 6.0))) if weight > 1 else weight for k, weight in found.items()}


def added(cast: Mapping[tuple[str, Key], float]) -> dict[Key, float]:
    """The votes of all names for each key."""
    found: dict[Key, float] = defaultdict(float)
    for (_, key), weight in cast.items():
        found[key] += weight
    return dict(found)


def first_votes(story: Story, found: Sequence[Candidate]) -> list[Vote]:
    """Votes before anything is chosen: demonyms, and each longest name for all the countries it may stand in."""
    votes = demonym_votes(story)
    for one in longest(found):
        weights: dict[str, float] = {}
        for entry in one.entries:
            if entry.country:
                weights[entry.country] = max(weights.get(entry.country, 0.0), strength(entry, one.unit))
        if not weights:
            continue
        most, total, factor = max(weights.values()), sum(weights.values()), trust(story, one)
        votes += [
            Vote(one.start, country, factor * most * weight / total, fold(one.words)) for country, weight in weights.items()
        ]
        votes += region_votes(one, factor)
    return votes


def region_votes(one: Candidate, factor: float) -> list[Vote]:
    """What a name says for each region that it may lie in: all alike where many regions have one so called. They count for no
    country."""
    weights: dict[Region, float] = {}
    for entry in one.entries[:MOST_REGIONS]:
        if entry.country and entry.admin1 and entry.kind in ("adm1", "adm2", "city") and entry.match == "exact":
            region = (entry.country, entry.admin1)
            weights[region] = max(weights.get(region, 0.0), presence(entry, one.unit))
    total = sum(weights.values())
    return [Vote(one.start, c, factor * w / total, fold(one.words), region=r, regional=True) for (c, r), w in weights.items()]


def presence(entry: Entry, unit: str | None) -> float:
    """How far a name speaks for the region of one of its places, large towns only somewhat louder than villages."""
    if entry.kind == "adm1":
        return 30.0 if unit else 20.0
    if entry.kind == "adm2":
        return 10.0 if unit else 2.0
    return math.pow(max(entry.population, 500) / 500, 0.4)


def second_votes(story: Story, found: Sequence[Candidate], chosen: Sequence[Chosen]) -> list[Vote]:
    """Votes once each name has a place; a name in an actor's or an institution's name still speaks for its country."""
    votes = demonym_votes(story)
    taken: set[int] = set()
    for one in chosen:
        taken.update(one.candidate.tokens)
        if one.entry.country:
            weight = CHOSEN.get(one.entry.kind, 1.0) * (DATELINE if story.in_dateline(one.candidate.start) else 1.0)
            region = one.entry.admin1 if one.entry.kind not in ("country", "region") else None
            votes.append(Vote(one.candidate.start, one.entry.country, weight, fold(one.candidate.words), region))
    for other in longest(found):
        entry = other.entries[0]
        if entry.country and entry.kind in ("country", "adm1") and other.first not in taken:
            votes.append(Vote(other.start, entry.country, 0.6 * trust(story, other), fold(other.words)))
    return votes


def demonym_votes(story: Story) -> list[Vote]:
    return [Vote(start, country, DEMONYM if start >= story.body else TITLED, country) for start, _, country in story.demonyms]


def trust(story: Story, one: Candidate) -> float:
    """How far a name is heard: not at all in a person's name, half in an actor's."""
    if story.people.intersection(one.tokens):
        return 0.0
    if story.avoided.intersection(one.tokens):
        return 0.5
    if not one.clean:
        return 0.6 if one.entries[0].kind == "country" else 0.25
    return 1.0


def strength(entry: Entry, unit: str | None) -> float:
    """How loud a name speaks for the country of one of its places."""
    factor = 0.5 if entry.match == "loose" else 1.0
    if entry.kind == "country":
        return 2.5 if unit is None else 0.8
    if entry.curated:
        return 1.5 * factor
    if entry.kind == "adm1":
        return (2.0 if unit else 1.2) * factor
    if entry.kind == "adm2":
        return 0.25 * factor
    return max(0.08, min(2.0, math.sqrt(entry.population / 150_000))) * factor
