"""Which events a statistic may already count. They are shown side by side, and never added up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from marsad.codebook.actors import countries
from marsad.coding.nearness import kilometres
from marsad.linking.facts import UNKNOWN
from marsad.linking.names import fold
from marsad.linking.nearness import NEAR_KM
from marsad.linking.tables import kinship
from marsad.model import Actor, Event, Place, Statistic

WIDE_KM = 300.0


def may_include(statistic: Statistic, events: Iterable[Event]) -> tuple[str, ...]:
    """Ids of the events, in the order given, that the statistic may count: nothing stated of period, place, doers, victims or
    type sets them apart.

    A statistic without a period includes none: nothing says where it begins. An event without a day may be in any period; what
    either side leaves open is no hindrance. Background events count as others do.

    >>> sudan = Place(name="Sudan", words="Sudan", country="SDN", precision=3)
    >>> year = Statistic(id="s", measure="killed", first="2025-01-01", last="2025-12-31", place=sudan)
    >>> def strike(name, day, country):
    ...     return Event(id=name, event_type="Explosions/Remote violence", sub_event_type="Air/drone strike", date_first=day,
    ...                  date_last=day, place=Place(name=name, words=name, country=country, precision=1))
    >>> may_include(year, [strike("a", "2025-03-04", "SDN"), strike("b", "2025-03-04", "TCD"), strike("c", "2024-03-04", "SDN")])
    ('a',)
    """
    if statistic.first is None or statistic.last is None:
        return ()
    return tuple(e.id for e in events if _within(statistic, e))


def _within(statistic: Statistic, event: Event) -> bool:
    return (
        _in_period(statistic, event)
        and _of_type(statistic, event)
        and _in_place(statistic.place, event.place)
        and _share(statistic.who, event.who)
        and _share(statistic.whom, event.whom)
    )


def _in_period(statistic: Statistic, event: Event) -> bool:
    if event.date_first is None or event.date_last is None:
        return True
    return event.date_first <= (statistic.last or "") and (statistic.first or "") <= event.date_last


def _of_type(statistic: Statistic, event: Event) -> bool:
    if statistic.sub_event_type is not None:
        return kinship(statistic.sub_event_type, event.sub_event_type) > 0
    return statistic.event_type in (None, event.event_type)


def _in_place(wide: Place | None, place: Place | None) -> bool:
    if wide is None or place is None:
        return True
    if wide.country and place.country and wide.country != place.country:
        return False
    if fold(wide.name) in (fold(place.name), fold(place.admin1 or "")) or (wide.id is not None and wide.id == place.id):
        return True
    if wide.precision == 3:
        return _in_region(wide, place)
    km = kilometres(wide, place)
    return place.precision == 3 or (km is not None and km <= NEAR_KM)


def _in_region(wide: Place, place: Place) -> bool:
    """Inside a country, or inside a region as far as its name and distance tell."""
    if wide.country and wide.country == place.country and fold(wide.name) in _country_names(wide.country):
        return True
    if wide.admin1 and place.admin1:
        return fold(wide.admin1) == fold(place.admin1)
    km = kilometres(wide, place)
    return km is None or km <= WIDE_KM


def _country_names(code: str) -> set[str]:
    country = countries().get(code)
    return {fold(country.name), fold(country.long_name)} if country else set()


def _share(wanted: Sequence[Actor], there: Sequence[Actor]) -> bool:
    known = _names(wanted)
    named = _names(there)
    return not known or not named or bool(known & named)


def _names(actors: Sequence[Actor]) -> set[str]:
    return {n for n in (fold(a.name) for a in actors) if not n.startswith(UNKNOWN)}
