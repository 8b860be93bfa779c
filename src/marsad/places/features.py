"""What speaks for and against each place that a name may be, as numbers; `weights.tsv` says how much each counts."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from marsad.places.candidates import Candidate
from marsad.places.gazetteer import Entry
from marsad.places.names import fold
from marsad.places.sources import table
from marsad.places.words import Words

if TYPE_CHECKING:
    from marsad.places.choosing import Chosen

GREAT, REACH, MOST = 5_000_000, 3_000, 60
WIDE = frozenset(("region", "front", "water"))
POINTS = frozenset(("city", "town", "camp", "crossing", "quarter", "adm2"))
DISTANCES = ((30.0, "near_30"), (80.0, "near_80"), (160.0, "near_160"), (400.0, "near_400"))
# Where counties are called as people are, their names go with "County".
SURNAMED = frozenset(("USA", "GBR", "CAN", "AUS", "NZL", "IRL"))
VILLAGE = 5_000
Shares = Mapping[str, float]
Features = dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The choice made before, in the text's order. `senses`: the ids of a folded name where the text says more of it;
    `regions`: the words by which it names each region."""

    chosen: Sequence[Chosen] = ()
    senses: Mapping[str, frozenset[str]] = field(default_factory=dict)
    regions: Mapping[tuple[str | None, str | None], frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, chosen: Sequence[Chosen]) -> Earlier:
        senses: dict[str, set[str]] = defaultdict(set)
        regions: dict[tuple[str | None, str | None], set[str]] = defaultdict(set)
        for one in chosen:
            if one.told:
                senses[fold(one.candidate.words)].add(one.entry.id)
            if one.entry.kind == "adm1":
                regions[one.entry.country, one.entry.admin1].add(one.candidate.words)
        return cls(
            chosen=chosen,
            senses={name: frozenset(ids) for name, ids in senses.items()},
            regions={region: frozenset(words) for region, words in regions.items()},
        )

    def names(self, entry: Entry, words: str) -> bool:
        """Whether the text names the region of a place by other words than these."""
        return bool(self.regions.get((entry.country, entry.admin1), frozenset()) - {words})


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the text says where a name stands: shares of countries and of regions in its signs, places that the text puts the
    name in, and the other places chosen before."""

    shares: Shares
    regions: Mapping[tuple[str, str], float]
    told: tuple[Entry, ...]
    earlier: Earlier


@cache
def load_weights() -> tuple[Mapping[str, float], Mapping[str, float]]:
    """The weights of the first choice (no other place is known yet) and of the second. Raises `ConfigError` on a bad table."""
    rows = table("marsad.places", "weights.tsv")
    return ({r["feature"]: float(r["first"]) for r in rows}, {r["feature"]: float(r["second"]) for r in rows})


def total(found: Features, weights: Mapping[str, float]) -> float:
    """The score of a set of features; comparable between the entries of one name."""
    return sum(weights[name] * value for name, value in found.items())


def features(words: Words, one: Candidate, entries: Sequence[Entry], context: Context) -> list[Features]:
    """The features of each entry that a name may be."""
    rivals = Rivals.of(entries, context.shares)
    nearby = others(one, context.earlier.chosen)
    senses = context.earlier.senses.get(fold(one.words), frozenset())
    return [
        own(entry)
        | rivals.over(entry, one)
        | spoken(words, one, entry)
        | put_in(entry, context.told)
        | around(entry, context)
        | near(entry, nearby)
        | meant(entry, one, senses, context.earlier)
        for entry in entries
    ]


def own(entry: Entry) -> Features:
    """What a place brings by itself: its kind, its size, how its name is written."""
    found: Features = {}
    size = math.log10(max(entry.population, 100)) - 2
    if entry.kind == "country":
        found["country"] = 1.0
    elif entry.curated:
        found["wide" if entry.kind in WIDE else "curated" if entry.latitude is not None else "pointless"] = 1.0
    elif entry.kind == "city":
        found["city_size"] = size
    elif entry.kind == "adm1":
        found["adm1"], found["adm1_size"] = 1.0, size
    else:
        found[entry.kind if entry.kind in ("adm2", "airport") else "other"] = 1.0
    if entry.match != "exact":
        found[entry.match] = 1.0
    if entry.latitude is None:
        found["no_point"] = 1.0
    if entry.other_name and entry.kind in ("city", "adm1", "adm2"):
        found["other_name"] = 1.0
    return found


@dataclass(frozen=True, slots=True)
class Rivals:
    """The entries of one name against each other."""

    largest: Mapping[str | None, int]
    greatest: int
    seats: frozenset[tuple[str | None, str | None]]
    named: frozenset[tuple[str | None, str | None]]
    listed: frozenset[str | None]
    great: bool
    shares: Shares

    @classmethod
    def of(cls, entries: Sequence[Entry], shares: Shares) -> Rivals:
        largest: dict[str | None, int] = {}
        for e in entries:
            if e.kind == "city":
                largest[e.country] = max(largest.get(e.country, 0), e.population)
        towns = [e for e in entries if e.kind == "city" and e.population >= VILLAGE and e.match == "exact"]
        return cls(
            largest,
            max(largest.values(), default=0),
            frozenset((e.country, e.admin1) for e in towns),
            frozenset((e.country, e.admin1) for e in entries if e.kind == "adm1"),
            frozenset(e.country for e in entries if e.curated and e.match == "exact"),
            any(e.kind == "adm1" and e.population > GREAT and shares.get(e.country or "", 0.0) > 0.5 for e in entries),
            shares,
        )

    def over(self, entry: Entry, one: Candidate) -> Features:
        """What an entry loses to its namesakes: any to one that the reviewed table has in its country, a village to the city of
        the same country, a region to its own chief town, a country that the text does not speak of to a great region of one
        that it does ("Georgia")."""
        if entry.country in self.listed and not entry.curated:
            return {"not_the_listed_one": 1.0}
        place = (entry.country, entry.admin1)
        if entry.kind == "city":
            if entry.population < VILLAGE and place in self.named and not one.around.settled:
                return {"village_in_its_region": 1.0}
            size = max(entry.population, 100)
            return {
                "smaller_here": math.log10(max(self.largest[entry.country], size) / size),
                "smaller_anywhere": math.log10(max(self.greatest, size) / size),
            }
        if entry.kind == "country":
            return {"overshadowed": 1.0} if self.great and self.shares.get(entry.country or "", 0.0) < 0.1 else {}
        return {"region_of_its_seat": 1.0} if entry.kind == "adm1" and not one.unit and place in self.seats else {}


def spoken(words: Words, one: Candidate, entry: Entry) -> Features:
    """What the words round the name say of its kind: "X State", "X district", "the town of X"."""
    if one.unit:
        size = "upper" if one.unit in words.upper else "lower"
        return {f"{size}_{entry.kind}": 1.0} if entry.kind in ("adm1", "adm2", "city", "country", "region") else {}
    if entry.kind == "adm2" and entry.country in SURNAMED:
        return {"bare_county": 1.0}
    if one.around.settled and entry.kind in ("adm1", "adm2"):
        return {"settled_region": 1.0}
    return {}


def put_in(entry: Entry, told: Sequence[Entry]) -> Features:
    """Whether the entry lies in the places that the text puts the name in."""
    found: Features = {}
    for place in told:
        if place.kind == "country":
            inside = place.country == entry.country and entry.kind != "country"
            name = "told_country" if inside else "not_told_country"
        elif entry.id != place.id:
            inside = place.admin1 == entry.admin1 and place.country == entry.country and entry.kind not in ("country", "adm1")
            name = "told_region" if inside else "not_told_region"
        else:
            continue
        found[name] = found.get(name, 0.0) + 1.0
    return found


def around(entry: Entry, context: Context) -> Features:
    """How far the text speaks of the entry's country and region."""
    found = {"country_share": context.shares.get(entry.country or "", 0.0)}
    if entry.admin1 and entry.kind not in ("country", "region"):
        found["region_share"] = context.regions.get((entry.country or "", entry.admin1), 0.0)
    return found


def others(one: Candidate, before: Sequence[Chosen]) -> list[Entry]:
    """The points chosen before that stand round a name under other names."""
    first = bisect_left(before, one.start - REACH, key=lambda c: c.candidate.start)
    stop = bisect_left(before, one.start + REACH, lo=first, key=lambda c: c.candidate.start)
    kept = (o for o in before[first:stop] if o.entry.kind in POINTS and o.candidate.words != one.words)
    return [o.entry for o in kept][:MOST]


def meant(entry: Entry, one: Candidate, senses: frozenset[str], earlier: Earlier) -> Features:
    """Whether the text says elsewhere that the name means this place, or names the region that it lies in."""
    found: Features = {"same_sense": 1.0} if entry.id in senses else {}
    if entry.kind in POINTS and earlier.names(entry, one.words):
        found["region_named"] = 1.0
    return found


def near(entry: Entry, nearby: Sequence[Entry]) -> Features:
    """What an entry gains by lying near the other places of the text."""
    if entry.kind not in POINTS or not nearby:
        return {}
    distances = sorted(kilometres(entry, other) for other in nearby)
    found = {"far_from_three": sum(map(distance, distances[:3])) / min(len(distances), 3)}
    name = next((name for reach, name in DISTANCES if distances[0] < reach), None)
    return found | {name: 1.0} if name else found


def distance(far: float) -> float:
    """Kilometres on a scale from 0 (10 km and less) to 3 (10,000 km and more)."""
    return min(3.0, math.log10(max(far, 10.0)) - 1.0)


def kilometres(a: Entry, b: Entry) -> float:
    """Great-circle distance; infinite where one has no coordinates."""
    if a.latitude is None or a.longitude is None or b.latitude is None or b.longitude is None:
        return math.inf
    p, q = math.radians(a.latitude), math.radians(b.latitude)
    half = math.sin((q - p) / 2) ** 2 + math.cos(p) * math.cos(q) * math.sin(math.radians(b.longitude - a.longitude) / 2) ** 2
    return 12742 * math.asin(min(1.0, math.sqrt(half)))
