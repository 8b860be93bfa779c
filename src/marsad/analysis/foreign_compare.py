"""Our events beside a foreign set's: matched, only here, only there, differing tolls. Neither is taken for the truth."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from marsad.analysis.foreign import ForeignEvent
from marsad.codebook.actors import actors
from marsad.linking.names import fold, ordinal
from marsad.model import Event, Toll

Tolls = Literal["same", "overlap", "differ", "untold"]
DAYS = 3
KILOMETRES = 25.0
LEAST = 0.45
ANYWHERE = "same country"
SLACK = {1: 0, 2: 4, 3: 20}
"""Days added for a date that is only known to the week or month."""
DIVISIONS = re.compile(
    r"\b(governorate|province|state|region|department|oblast|district|prefecture|county|division|wilayat?|muhafazat?|republic|of)\b"
)


STATE = re.compile(r"^(?:military forces|government|army) of ")
"""A state and its army are one party here: other sets name the government for what its army did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two tellings of what looks like one event. `score` is 0 to 1; `because` says what agrees; `tolls` how the dead compare."""

    ours: Event
    theirs: ForeignEvent
    score: float
    because: tuple[str, ...]
    tolls: Tolls


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A month in a region: how many events are in both, only here and only there, and the dead (best figures) on each side."""

    month: str
    area: str
    both: int
    here: int
    there: int
    killed_here: int
    killed_there: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What two sets have of the countries and days that both cover. `left_out` are events of ours outside of those."""

    pairs: tuple[Pair, ...]
    here: tuple[Event, ...]
    there: tuple[ForeignEvent, ...]
    left_out: int
    first: str | None
    last: str | None

    def tolls(self) -> Mapping[str, int]:
        """How many pairs have the same toll, overlapping ones, different ones."""
        return Counter(p.tolls for p in self.pairs)

    def cells(self) -> tuple[Cell, ...]:
        """By month and region, that of our event where both have one."""
        rows: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * 5)
        for pair in self.pairs:
            row = rows[month_area(pair.ours)]
            row[0], row[3], row[4] = row[0] + 1, row[3] + dead(pair.ours.killed), row[4] + dead(pair.theirs.killed)
        for event in self.here:
            row = rows[month_area(event)]
            row[1], row[3] = row[1] + 1, row[3] + dead(event.killed)
        for other in self.there:
            row = rows[other.first[:7], area_of(other.admin1, other.country)]
            row[2], row[4] = row[2] + 1, row[4] + dead(other.killed)
        return tuple(
            Cell(month=month, area=area, both=r[0], here=r[1], there=r[2], killed_here=r[3], killed_there=r[4])
            for (month, area), r in sorted(rows.items())
        )


def dead(toll: Toll) -> int:
    return toll.best if toll.best is not None else toll.low or 0


def month_area(event: Event) -> tuple[str, str]:
    place = event.place
    return (event.date_first or "")[:7], area_of(place.admin1, place.country) if place else "no place"


def area_of(admin1: str | None, country: str | None) -> str:
    """A region as both sets can name it.

    >>> area_of("Homs Governorate", "SYR")
    'Homs, SYR'
    """
    bare = division(admin1).title() if admin1 else None
    return ", ".join(p for p in (bare, country) if p) or "no place"


@lru_cache(maxsize=8192)
def division(name: str) -> str:
    return " ".join(DIVISIONS.sub(" ", fold(name)).split()) or fold(name)


def compare(
    ours: Iterable[Event], theirs: Sequence[ForeignEvent], *, days: int = DAYS, kilometres: float = KILOMETRES
) -> Comparison:
    """Match one to one, the best pairs first. Looked at are the foreign set's countries, from its first day to its last.

    Two can be one where their days are at most `days` apart (more where a date is loose) and their places at most `kilometres`
    (or in the same region, where one is only known so far). How near they are in time, place, parties and toll makes the score.
    """
    first = min((e.first for e in theirs), default=None)
    last = max((e.last for e in theirs), default=None)
    lands = {e.country for e in theirs}
    every = list(ours)
    placed = [e for e in every if e.date_first and e.place and e.place.country in lands]
    mine = sorted(placed, key=lambda e: (e.date_first or "", e.id))
    scored = sorted(candidates(mine, theirs, days, kilometres), key=lambda p: (-p.score, p.ours.id, p.theirs.id))
    used_here: set[str] = set()
    used_there: set[str] = set()
    pairs = []
    for pair in scored:
        if pair.ours.id not in used_here and pair.theirs.id not in used_there:
            used_here.add(pair.ours.id)
            used_there.add(pair.theirs.id)
            pairs.append(pair)
    here = [e for e in mine if e.id not in used_here and (first or "") <= (e.date_first or "") <= (last or "")]
    return Comparison(
        pairs=tuple(sorted(pairs, key=lambda p: (p.ours.date_first or "", p.ours.id))),
        here=tuple(here),
        there=tuple(e for e in sorted(theirs, key=lambda e: (e.first, e.id)) if e.id not in used_there),
        left_out=len(every) - len(pairs) - len(here),
        first=first,
        last=last,
    )


def candidates(ours: Sequence[Event], theirs: Sequence[ForeignEvent], days: int, kilometres: float) -> Iterator[Pair]:
    """All pairs that could be one event."""
    by_day: dict[tuple[str, int], list[ForeignEvent]] = defaultdict(list)
    for other in theirs:
        start, end = ordinal(other.first) or 0, ordinal(other.last) or 0
        slack = days + SLACK[other.time_precision]
        for day in range(start - slack, min(end, start + 60) + slack + 1):
            by_day[other.country or "", day].append(other)
    for event in ours:
        place = event.place
        if place is None or event.date_first is None:
            continue
        start, end = ordinal(event.date_first) or 0, ordinal(event.date_last) or 0
        slack = SLACK.get(event.time_precision, 20)
        found: dict[str, ForeignEvent] = {}
        for day in range(start - slack, min(max(start, end), start + 60) + slack + 1):
            found |= {o.id: o for o in by_day.get((place.country or "", day), ())}
        for other in found.values():
            pair = paired(event, other, days, kilometres)
            if pair is not None:
                yield pair


def paired(event: Event, other: ForeignEvent, days: int, kilometres: float) -> Pair | None:
    """The two as a pair, where enough agrees."""
    near, where = nearness(event, other, kilometres)
    if near is None:
        return None
    gap = day_gap(event, other)
    allowed = days + max(SLACK.get(event.time_precision, 20), SLACK[other.time_precision])
    if gap > allowed:
        return None
    parties, who = shared_parties(event, other)
    if where == ANYWHERE and not who:
        return None
    tolls = tolls_of(event.killed, other.killed)
    alike = {"same": 1.0, "overlap": 0.7, "untold": 0.5, "differ": 0.0}[tolls]
    score = 0.35 * (1 - gap / (allowed + 1)) + 0.3 * near + 0.2 * parties + 0.15 * alike
    if score < LEAST:
        return None
    when = "same day" if gap == 0 else f"{gap} day{'s' if gap > 1 else ''} apart"
    because = tuple(w for w in (when, where, who, {"same": "same toll", "overlap": "tolls overlap"}.get(tolls, "")) if w)
    return Pair(ours=event, theirs=other, score=round(score, 3), because=because, tolls=tolls)


def day_gap(event: Event, other: ForeignEvent) -> int:
    """Days between the two; 0 where they overlap."""
    a, b = ordinal(event.date_first) or 0, ordinal(event.date_last) or ordinal(event.date_first) or 0
    c, d = ordinal(other.first) or 0, ordinal(other.last) or 0
    return max(0, c - b, a - d)


def nearness(event: Event, other: ForeignEvent, kilometres: float) -> tuple[float | None, str]:
    """How near their places are, 0 to 1, and in words; `None` where too far."""
    place = event.place
    if place is None:
        return None, ""
    points = (place.latitude, place.longitude, other.latitude, other.longitude)
    exact = (place.precision or 3) < 3 and other.geo_precision < 3
    if exact and None not in points:
        apart = distance(*(p or 0.0 for p in points))
        return (1 - apart / (kilometres + 1), f"{apart:.0f} km apart") if apart <= kilometres else (None, "")
    if place.admin1 and other.admin1:
        same = division(place.admin1) == division(other.admin1)
        return (0.5, f"same region ({place.admin1})") if same else (None, "")
    return 0.2, ANYWHERE


def distance(south: float, west: float, north: float, east: float) -> float:
    """Kilometres between two points (latitude, longitude, latitude, longitude).

    >>> round(distance(15.5, 32.5, 15.5, 33.5))
    107
    """
    a, b = math.radians(south), math.radians(north)
    across = math.radians(east - west)
    half = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(across / 2) ** 2
    return 2 * 6371 * math.asin(math.sqrt(min(1.0, half)))


def shared_parties(event: Event, other: ForeignEvent) -> tuple[float, str]:
    """How far the parties agree: 1 both sides or the only one named, 0.5 unknown or one of two, 0 none."""
    mine = {canonical(a.name): a.name for a in (*event.who, *event.whom)}
    theirs = {canonical(s) for s in (other.side_a, other.side_b) if s}
    if not mine or not theirs:
        return 0.5, ""
    common = [name for key, name in mine.items() if key in theirs]
    if not common:
        return 0.0, ""
    return (1.0 if len(common) >= min(len(mine), len(theirs)) else 0.5), f"same party ({', '.join(common)})"


@lru_cache(maxsize=8192)
def canonical(name: str) -> str:
    """A party's name as the actor table has it; civilians of any country are one."""
    bare = re.sub(r"\s*\([^()]*\)$", "", name) if name.casefold().startswith("civilians") else name
    return STATE.sub("state of ", known_names().get(fold(bare), fold(bare)))


@cache
def known_names() -> Mapping[str, str]:
    """Names and aliases of the actor table, folded."""
    found: dict[str, str] = {}
    for actor in actors():
        for words in (actor.name, *(a.words for a in actor.aliases)):
            found.setdefault(fold(words), fold(actor.name))
    return found


def tolls_of(ours: Toll, theirs: Toll) -> Tolls:
    """How two ranges of dead compare.

    >>> tolls_of(Toll(low=10, best=12, high=14), Toll(low=14, high=20)), tolls_of(Toll(low=5, best=5), Toll(low=2, high=2))
    ('overlap', 'differ')
    """
    if ours == Toll() or theirs == Toll():
        return "untold"
    if ours.best is not None and ours.best == theirs.best:
        return "same"
    a, b = ours.low or 0, math.inf if ours.high is None else ours.high
    c, d = theirs.low or 0, math.inf if theirs.high is None else theirs.high
    return "overlap" if a <= d and c <= b else "differ"
