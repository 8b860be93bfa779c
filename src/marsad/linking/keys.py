"""The keys under which a claim is found by those that it may be joined with.

Two claims are compared where each keeps a key that the other asks for, and their windows of days meet. All of it depends on the
two claims and their reports alone, so that a ledger can keep the keys of each claim and look up those that a new claim asks for.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from marsad.linking.names import fold, ordinal
from marsad.linking.recent import Recent
from marsad.linking.tables import families
from marsad.model import Claim, Place, Report

CELL = 0.5
NEAR_KM = 26.0
KM_PER_DEGREE = 111.2
SLACK = 3
SEEN = 8
BUCKET = 16
LONG = 45
LONG_BUCKET = 1024
STATISTIC_DAYS = 60
STANDS = 730
PLACES = 3
EVER = (0, 4_000_000)
TIMELESS = ("border_crossing", "siege", "territory", "corridor", "ceasefire")
LOOSE = ("ceasefire", "aid_delivery")
SOUNDS = str.maketrans("qckzjgpvtdo", "kkksggbbddu")
Window = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The keys that a claim is kept under, and those that it asks for."""

    kept: tuple[str, ...]
    asked: tuple[str, ...]


RECENT: Recent[Claim, int | None, Keys] = Recent()


def block_keys(claim: Claim, report: Report | None = None) -> tuple[str, ...]:
    """The keys to keep a claim under. Two claims that `link` may join, or that may end or dispute each other, each keep a key
    that the other asks for (`ask_keys`). Sorted, without repeats; mostly under ten, never above 300.

    They depend on the claim and on the day of its report alone. The report itself is a key; the others hold the scope, a place
    (its name by sound, its half-degree cell, its first-level division), and for an incident the time window and type family,
    for a statistic its measure with the figure or the period, for a condition its subject.

    >>> from marsad.model import Claim, Place, When
    >>> strike = Claim(id="c", report="r", scope="incident", sub_event_type="Air/drone strike",
    ...                where=(Place(name="Sinja", words="Sinja"),), when=When(first="2026-01-12", last="2026-01-12"))
    >>> block_keys(strike)
    ('i|report|r', 'i|violence|d46226|name:sng')
    """
    return read_keys(claim, report).kept


def ask_keys(claim: Claim, report: Report | None = None) -> tuple[str, ...]:
    """The keys that the claims are kept under with which a claim may be joined, or which it may end or dispute: those of
    `block_keys`, and the neighbouring cells and days; for a town its region, and for a region its towns."""
    return read_keys(claim, report).asked


def read_keys(claim: Claim, report: Report | None) -> Keys:
    """Both sorts of key."""
    seen = seen_on(report)
    return RECENT.get(claim, seen, lambda: _keys_of(claim, *days_of(claim), seen))


def seen_on(report: Report | None) -> int | None:
    """The day of a report."""
    return ordinal(report.published or report.anchor.date) if report else None


def days_of(claim: Claim) -> tuple[int | None, int | None]:
    """First and last day, in order; both or none."""
    first, last = ordinal(claim.when.first), ordinal(claim.when.last)
    first, last = first if first is not None else last, last if last is not None else first
    if first is not None and last is not None and last < first:
        first, last = last, first
    return first, last


def _keys_of(claim: Claim, first: int | None, last: int | None, seen: int | None) -> Keys:
    places = [(p, fold(p.name)) for p in claim.where[:PLACES]]
    window = window_of(claim, first, last, seen)
    own = f"{claim.scope[0]}|report|{claim.report}"
    sides = []
    for asking in (False, True):
        if claim.scope == "incident":
            found: Iterable[str] = _incident(claim, places, _buckets(first, last, window, asking), asking)
        elif claim.scope == "statistic":
            found = _statistic(claim, places, asking)
        else:
            times = ["ever"] if lasts(claim) else _buckets(first, last, window, asking)
            found = _condition(claim, places, times, asking)
        sides.append(tuple(sorted({own, *found})))
    return Keys(kept=sides[0], asked=sides[1])


def _incident(claim: Claim, places: Sequence[tuple[Place, str]], buckets: Sequence[str], asking: bool) -> list[str]:
    heads = [f"i|{family}|{bucket}|" for family in families(claim.sub_event_type) for bucket in buckets]
    return [head + where for place, name in places for where in _wheres(place, name, asking) for head in heads]


def _statistic(claim: Claim, places: Sequence[tuple[Place, str]], asking: bool) -> Iterator[str]:
    """Joined across reports: the same figure of one place or one period, and rival or revised figures of one place and period."""
    if claim.value is None or (claim.value.low, claim.value.high) == (None, None):
        return
    figure = f"{claim.measure}|{claim.value.low}-{claim.value.high}"
    period = f"{claim.when.first}..{claim.when.last}" if claim.when.first or claim.when.last else None
    spots = [where for place, name in places for where in _spots(place, name, asking)]
    yield from (f"s|{figure}|{where}" for where in spots)
    if period:
        yield f"s|{figure}|{period}"
        yield from (f"s|{claim.measure}|{period}|{where}" for where in spots or ["nowhere"])


def _condition(claim: Claim, places: Sequence[tuple[Place, str]], times: Sequence[str], asking: bool) -> Iterator[str]:
    subject = claim.condition.subject if claim.condition else ""
    for place, name in places:
        for where in (*_spots(place, name, asking), *(_divisions(place, name, asking) if subject in LOOSE else ())):
            yield from (f"c|{subject}|{time}|{where}" for time in times)
    if subject == "ceasefire":
        yield from (f"c|{subject}|ever|who:{fold(a.name)}" for a in claim.who[:6])


def window_of(claim: Claim, first: int | None, last: int | None, seen: int | None) -> Window:
    """The days in which another claim must fall to be compared with this one, both ends included."""
    if lasts(claim):
        return _standing(first, last, seen)
    around = STATISTIC_DAYS if claim.scope == "statistic" else SEEN
    if first is not None and last is not None:
        return first, last + (0 if claim.scope == "statistic" else SLACK)
    if seen is not None:
        return seen - around, seen + around
    return EVER if claim.scope == "statistic" else (0, 0)


def lasts(claim: Claim) -> bool:
    """Whether it tells a state that goes on until another one ends it."""
    return claim.scope == "condition" and (claim.condition is None or claim.condition.subject in TIMELESS)


def _standing(first: int | None, last: int | None, seen: int | None) -> Window:
    """A state that is told with its beginning meets what is told of it in the two years after; one without, the two months
    before it was told."""
    if first is not None and last is not None:
        return first, last + STANDS
    return (seen - STATISTIC_DAYS, seen) if seen is not None else EVER


def _buckets(first: int | None, last: int | None, window: Window, asking: bool) -> list[str]:
    """The stretches of 16 days that a claim's days touch, at most five; asking, three days more on either side. A span of more
    than 45 days keeps to its own kind."""
    if window in (EVER, (0, 0)):
        return ["ever" if window == EVER else "undated"]
    begin, end = window
    if first is not None and last is not None:
        if last - first > LONG:
            touched = range(first // LONG_BUCKET, last // LONG_BUCKET + 1)
            return [f"long{n}" for n in touched] if len(touched) <= 4 else ["ages"]
        end = last + SLACK if asking else last
    return [f"d{n}" for n in range((begin - SLACK if asking else begin) // BUCKET, end // BUCKET + 1)]


@lru_cache(maxsize=65536)
def _wheres(place: Place, name: str, asking: bool) -> tuple[str, ...]:
    """Where an incident may be."""
    return (*_spots(place, name, asking), *_divisions(place, name, asking))


def _spots(place: Place, name: str, asking: bool) -> Iterator[str]:
    """The name by its sound, and the half-degree cell; asking, all cells within 26 km, mostly four or fewer."""
    if name:
        yield f"name:{sound(name)}"
    if place.latitude is None or place.longitude is None or place.precision == 3:
        return
    tall = NEAR_KM / KM_PER_DEGREE if asking else 0.0
    wide = min(1.0, tall / max(0.05, math.cos(math.radians(place.latitude))))
    for row in _steps(place.latitude, tall):
        for column in _steps(place.longitude, wide):
            yield f"cell:{row}:{column % round(360 / CELL)}"


def _steps(at: float, half: float) -> range:
    return range(math.floor((at - half) / CELL), math.floor((at + half) / CELL) + 1)


def _divisions(place: Place, name: str, asking: bool) -> Iterator[str]:
    """A place inside a division asks for the division; the division asks for itself and for what lies inside."""
    names = {fold(place.admin1)} if place.admin1 else set()
    if place.precision != 3:
        yield from (f"{'of' if asking else 'in'}:{place.country}:{n}" for n in names)
        return
    for n in names | ({name} if name else set()):
        yield f"of:{place.country}:{n}"
        if asking:
            yield f"in:{place.country}:{n}"


@lru_cache(maxsize=65536)
def sound(name: str) -> str:
    """The first consonants of a folded name, so that spellings of one name agree; a short name stays as it is.

    >>> sound("sinja"), sound("singa"), sound("fashir"), sound("fasher"), sound("rafah"), sound("goma")
    ('sng', 'sng', 'fshr', 'fshr', 'rf', 'goma')
    """
    if len(name) < 5:
        return name
    bare = re.sub(r"[\W_]", "", name.translate(SOUNDS))
    heard = re.sub(r"[aeiouwy]|(?<=[^s])h", "", bare[1:])
    return re.sub(r"(.)\1+", r"\1", bare[0] + heard)[:4]
