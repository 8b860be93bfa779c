"""Where and when only roughly: what is sensitive is told by cell or region, and late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from marsad.codebook.sensitivity import RANK, Coarsening, Policy
from marsad.exports.countries import countries
from marsad.exports.geojson import REGION
from marsad.model import Claim, Condition, ConfigError, Event, Place, Report, Statistic

Fold = Event | Statistic | Condition
DECIMALS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """How something is told: where to which exactness, and how many days late."""

    coarsen: Coarsening = "none"
    days: int = 0

    def __or__(self, other: Care) -> Care:
        coarser = max(self.coarsen, other.coarsen, key=lambda c: RANK[c])
        return Care(coarsen=coarser, days=max(self.days, other.days))


NONE = Care()


def care_of(item: Fold | Claim, policy: Policy) -> Care:
    """The care that the rules of a desk ask for, by an item's targets, type, state and place."""
    found = NONE
    told = list(features(item))
    for rule in policy.sensitive:
        for by, words in told:
            fits = any(w in words for w in rule.words) if by == "place" else words in rule.words
            if by == rule.by and fits:
                found |= Care(coarsen=rule.coarsen, days=rule.days)
    country = country_of(item)
    if not policy.shown("place.exact", country):
        found |= Care(coarsen="admin1")
    return Care(
        coarsen="none" if policy.shown("sensitive.place", country) and policy.shown("place.exact", country) else found.coarsen,
        days=0 if policy.shown("sensitive.days", country) else found.days,
    )


def features(item: Fold | Claim) -> Iterator[tuple[str, str]]:
    """What the rules look at, in lower case."""
    if isinstance(item, Claim):
        yield from (("target", t.class_.casefold()) for t in item.targets)
        if item.condition is not None:
            yield from states(item.condition.subject, item.condition.state)
    if isinstance(item, Condition):
        yield from states(item.subject, item.state)
    elif item.sub_event_type:
        yield "type", item.sub_event_type.casefold()
    for place in places_of(item):
        yield "place", f"{place.name} {place.words}".casefold()


def states(subject: str, state: str) -> Iterator[tuple[str, str]]:
    yield "state", subject.casefold()
    yield "state", f"{subject}: {state}".casefold()


def places_of(item: Fold | Claim) -> Sequence[Place]:
    return item.where if isinstance(item, Claim) else (item.place,) if item.place else ()


def country_of(item: Fold | Claim) -> str | None:
    return next((p.country for p in places_of(item) if p.country), None)


def coarse(place: Place, how: Coarsening, policy: Policy) -> Place:
    """A place as a cell or a region. Raises `ConfigError` where H3 is not installed.

    >>> from marsad.codebook.sensitivity import load_policy
    >>> camp = Place(name="Zamzam", words="Zamzam camp", country="SDN", admin1="North Darfur", latitude=13.5, longitude=25.3)
    >>> coarse(camp, "admin1", load_policy()).name, coarse(camp, "h3", load_policy()).id
    ('North Darfur', 'h3:856b0883fffffff')
    """
    country = countries().get(place.country or "")
    name = place.admin1 or (country.name if country else "")
    if how == "none":
        return place
    region = Place(name=name, words=name, country=place.country, admin1=place.admin1, precision=REGION)
    if how == "admin1" or place.latitude is None or place.longitude is None or place.precision == REGION:
        return region
    try:
        import h3
    except ImportError as error:
        raise ConfigError("coarsening to cells needs h3: pip install 'marsad[publish]'") from error
    cell = h3.latlng_to_cell(place.latitude, place.longitude, policy.h3)
    latitude, longitude = h3.cell_to_latlng(cell)
    return Place(
        name=name,
        words=name,
        country=place.country,
        admin1=place.admin1,
        latitude=round(latitude, DECIMALS),
        longitude=round(longitude, DECIMALS),
        precision=2,
        id=f"h3:{cell}",
    )


def days_since(item: Fold | Claim, reports: Iterable[Report], today: str) -> int | None:
    """Days from an item's last day until today; `None` where nothing dates it, not even its reports."""
    told = [r.published or r.anchor.date for r in reports]
    latest = max((day for day in map(day_of, told) if day is not None), default=None)
    own = [day for day in map(day_of, stated(item)) if day is not None]
    last = max(own, default=latest)
    if last is not None and latest is not None:
        last = min(last, latest)
    now = day_of(today)
    return None if last is None or now is None else (now - last).days


def stated(item: Fold | Claim) -> tuple[str | None, ...]:
    if isinstance(item, Event):
        return item.date_first, item.date_last
    if isinstance(item, Statistic):
        return item.first, item.last
    if isinstance(item, Condition):
        return item.since, item.told_last
    return item.when.first, item.when.last


def day_of(words: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat((words or "")[:10])
    except ValueError:
        return None
