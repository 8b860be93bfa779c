"""Short ways to make reports and claims for the tests of linking."""

from __future__ import annotations

from typing import Any

from marsad.model import Actor, Claim, Count, Evidence, Place, Report, Speaker, State, When


def report(name: str, day: str | None = "2026-01-13", text: str = "", **more: Any) -> Report:
    return Report(id=name, origin=name, text=text, published=day, publisher=more.pop("publisher", f"Outlet {name}"), **more)


def place(
    name: str = "Sinja", at: tuple[float, float] | None = (13.15, 33.93), precision: int = 1, country: str = "SDN"
) -> Place:
    latitude, longitude = at if at else (None, None)
    return Place(name=name, words=name, country=country, latitude=latitude, longitude=longitude, precision=precision)


def actors(*names: str, kind: str | None = None) -> tuple[Actor, ...]:
    return tuple(Actor(name=n, words=n, kind=kind) for n in names)


def day(first: str | None, last: str | None = None, precision: Any = "day", until: str | None = None) -> When:
    return When(first=first, last=last or first, precision=precision if first else "unknown", until=until)


def killed(low: int | None, high: int | None = -1, who: str | None = None, words: str = "") -> Count:
    high = low if high == -1 else high
    return Count(effect="killed", who=who, low=low, high=high, words=words or f"{low} {who or 'people'}")


def says(name: str, role: str = "official") -> tuple[Speaker, ...]:
    return (Speaker(name=name, role=role),)


def incident(name: str, source: str, sub: str = "Air/drone strike", **more: Any) -> Claim:
    kinds = {"Armed clash": "Battles", "Attack": "Violence against civilians"}
    more.setdefault("where", (place(),))
    more.setdefault("when", day("2026-01-12"))
    said = more.pop("said", f"{name} told it")
    start = more.pop("start", 0)
    more.setdefault("evidence", (Evidence(field="claim", start=start, end=start + len(said), quote=said),))
    kind = kinds.get(sub, "Explosions/Remote violence")
    return Claim(id=name, report=source, scope="incident", event_type=kind, sub_event_type=sub, **more)


def condition(name: str, source: str, subject: str, state: str, **more: Any) -> Claim:
    more.setdefault("where", (place(),))
    said = f"{name} told it"
    more.setdefault("evidence", (Evidence(field="claim", start=0, end=len(said), quote=said),))
    return Claim(id=name, report=source, scope="condition", condition=State(subject=subject, state=state), **more)
