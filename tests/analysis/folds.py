"""Short ways to make folds for the tests of analysis."""

from __future__ import annotations

from typing import Any

from marsad.model import Actor, Condition, Event, Place, Speaker, Statistic, Toll

RSF = Actor(name="Rapid Support Forces", words="RSF", kind="Rebel Groups", id="rsf")
ARMY = Actor(name="Military Forces of Sudan", words="the army", kind="State Forces", id="saf")
CIVILIANS = Actor(name="Civilians (Sudan)", words="people", kind="Civilians")
TYPES = {
    "Air/drone strike": "Explosions/Remote violence",
    "Armed clash": "Battles",
    "Attack": "Violence against civilians",
}


def town(name: str = "Sinja", admin1: str | None = "Sennar", country: str = "SDN", precision: int = 1, **more: Any) -> Place:
    return Place(name=name, words=name, country=country, admin1=admin1, precision=precision, **more)


def event(name: str, day: str | None = "2026-02-10", sub: str = "Air/drone strike", **more: Any) -> Event:
    killed = more.pop("killed", Toll())
    if isinstance(killed, int):
        killed = Toll(low=killed, best=killed, high=killed)
    more.setdefault("place", town())
    more.setdefault("time_precision", 1)
    more.setdefault("voices", 1)
    more.setdefault("date_last", day)
    return Event(id=name, event_type=TYPES[sub], sub_event_type=sub, date_first=day, killed=killed, **more)


def statistic(name: str, measure: str, low: int, high: int | None = -1, **more: Any) -> Statistic:
    more.setdefault("first", "2025-01-01")
    more.setdefault("last", "2025-12-31")
    more.setdefault("according_to", (Speaker(name="ACLED", role="monitor"),))
    return Statistic(id=name, measure=measure, low=low, high=low if high == -1 else high, **more)


def condition(name: str, subject: str, state: str, since: str | None = None, **more: Any) -> Condition:
    more.setdefault("place", town())
    more.setdefault("precision", "day" if since else "unknown")
    return Condition(id=name, subject=subject, state=state, since=since, **more)
