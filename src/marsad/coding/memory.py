"""The incidents of a report so far: what a later sentence on one of them leaves unsaid is taken from there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from marsad.coding.nearness import kilometres
from marsad.model import Actor, Evidence, Place, When

FAR = 30.0


@dataclass(slots=True, kw_only=True)
class Incident:
    """One incident as told so far; `order` counts them in the report."""

    order: int
    sub_event_type: str
    sentence: int
    places: tuple[Place, ...] = ()
    when: When = When()
    who: tuple[Actor, ...] = ()
    whom: tuple[Actor, ...] = ()
    tolls: dict[str, tuple[int | None, int | None]] = field(default_factory=dict)
    evidence: dict[str, tuple[Evidence, ...]] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Memory:
    """The incidents of one report in the order in which they were told."""

    incidents: list[Incident] = field(default_factory=list)

    def match(self, *, sub_event_type: str, places: Sequence[Place], when: When) -> Incident | None:
        """The earlier incident that a sentence most likely speaks of again; `None` where none fits its place and days."""
        best, most = None, -1.0
        for one in self.incidents:
            if apart(one.places, places) or other_days(one.when, when):
                continue
            score = one.order * 0.4 + 1.0 * (one.sub_event_type == sub_event_type)
            score += 1.5 * bool(places and one.places and not apart(one.places, places)) + 1.0 * bool(
                when.first and one.when.first
            )
            if score > most:
                best, most = one, score
        return best

    def add(self, incident: Incident) -> Incident:
        """Keep a new incident."""
        incident.order = len(self.incidents)
        self.incidents.append(incident)
        return incident

    def learn(
        self,
        incident: Incident,
        *,
        places: Sequence[Place],
        when: When,
        who: Sequence[Actor],
        whom: Sequence[Actor],
        sentence: int,
    ) -> None:
        """Fill in what an incident lacked."""
        incident.places = incident.places or tuple(places)
        incident.when = incident.when if incident.when.first else when
        incident.who = incident.who or tuple(who)
        incident.whom = incident.whom or tuple(whom)
        incident.sentence = sentence
        self.incidents.remove(incident)
        self.add(incident)
        for order, one in enumerate(self.incidents):
            one.order = order

    @property
    def last(self) -> Incident | None:
        """The incident told last."""
        return self.incidents[-1] if self.incidents else None


def apart(ones: Sequence[Place], others: Sequence[Place]) -> bool:
    """Whether two lists of places can't be one place."""
    if not ones or not others:
        return False
    for one in ones:
        for other in others:
            if one.name.casefold() == other.name.casefold():
                return False
            far = kilometres(one, other)
            if far is not None and far <= (300.0 if 3 in (one.precision, other.precision) else FAR):
                return False
            if far is None and one.country == other.country and 3 in (one.precision, other.precision):
                return False
    return True


def other_days(one: When, other: When) -> bool:
    """Whether two spans of days don't meet."""
    if not (one.first and one.last and other.first and other.last):
        return False
    return one.last < other.first or other.last < one.first
