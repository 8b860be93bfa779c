"""What to look at next, what may be one with what, and how the server and its sources fare."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

import numpy as np
from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field

from marsad.ledger.append import count
from marsad.ledger.bodies import Body, named
from marsad.ledger.history import head
from marsad.ledger.lookup import Filter
from marsad.ledger.narrow import day_number
from marsad.ledger.records import decode
from marsad.ledger.snapshots import encoded
from marsad.ledger.tallying import outlets
from marsad.model import Event
from marsad.server import answers, shapes
from marsad.server.asking import Asked, EventListing, understood
from marsad.server.clock import patience
from marsad.server.desk import Desk, desk_of
from marsad.server.guard import may
from marsad.server.problems import missing
from marsad.server.selecting import BUILDING, chosen_then, page
from marsad.versions import version

routes = APIRouter(prefix="/api/v1", tags=["review"])
MOST = 200
NEAR_KM = 60.0
NEAR_DAYS = 4
EARTH = 6371.0


class QueueAsking(EventListing):
    """Which events to look at, in which order."""

    by: Literal["uncertain", "new"] = Field("uncertain", description="The least certain first, or those that changed last.")
    not_by: str | None = Field(None, max_length=80, description="Leave out what this coder has accepted or rejected.")
    again: bool = Field(False, description="Also what was accepted, for a second coder.")
    skip: int = Field(0, ge=0, le=100_000)


class Queue(BaseModel):
    """Events to look at, and how many there are in all."""

    data: list[shapes.EventRecord]
    left: int


@routes.get("/queue", dependencies=may("judge"), responses=shapes.giving(Queue))
def queue(request: Request, asking: Annotated[QueueAsking, Query()]) -> Response:
    """Events that nobody has accepted yet: the least certain first (low confidence, disputed), or those that changed last."""
    desk = desk_of(request)
    parts, _ = chosen_then(desk, understood(asking))
    seen = sorted(judged_by(desk, asking.not_by)) if asking.not_by else []
    rows: list[tuple[float, str]] = []
    left = 0
    size = min(asking.limit, MOST) + asking.skip
    for number, (part, at) in enumerate(parts):
        held = part.columns
        at = at if asking.again else at[held.ints["accepted"][at] == 0]
        if seen:
            at = at[~np.isin(held.ids[at], encoded(seen))]
        left += len(at)
        doubt = held.confidence[at] - 0.05 * (held.ints["disputes"][at] > 0)
        key = doubt if asking.by == "uncertain" else -(at + number * 1e9)
        best = at[np.argpartition(key, size)[:size]] if len(at) > size else at
        keys = dict(zip(at.tolist(), key.tolist(), strict=True)) if len(at) <= size else None
        for row in best.tolist():
            value = keys[row] if keys else float(key[np.searchsorted(at, row)])
            rows.append((value, held.ids[row].decode()))
    chosen = [name for _, name in sorted(rows)[asking.skip : size]]
    return answers.given({"data": [answers.loaded(b) for b in named(desk.ledger, chosen)], "left": left})


def judged_by(desk: Desk, who: str) -> set[str]:
    """What somebody has accepted or rejected."""
    standing = desk.words.stand()
    return {j.subject for j in desk.words.all() if j.id in standing and j.by == who and j.verb in ("accept", "reject")}


class Near(BaseModel):
    """An event that may be the same: how far away, and how many days apart."""

    record: shapes.EventRecord
    kilometres: float | None
    days: int | None


@routes.get("/events/{name}/near", dependencies=may("read"), responses=shapes.giving(list[Near], failing_with=(404,)))
def near(
    request: Request, name: Annotated[str, Path(max_length=80)], limit: Annotated[int, Query(ge=1, le=50)] = 10
) -> Response:
    """Other events of about the same days and place: what might be merged with it."""
    desk = desk_of(request)
    found = named(desk.ledger, [name]) if name.startswith("evt-") else []
    if not found:
        raise missing(f"there is no event {name}")
    event: Event = decode(found[0].text)
    others = [(b, decode(b.text)) for b in neighbours(desk, event)]
    ranked = sorted(((distance(event, e), apart(event, e), b) for b, e in others if e.id != name), key=closeness)
    return answers.given([{"record": answers.loaded(b), "kilometres": km, "days": days} for km, days, b in ranked[:limit]])


def neighbours(desk: Desk, event: Event) -> tuple[Body, ...]:
    place, first = event.place, day_number(event.date_first)
    if place is None or first is None:
        return ()
    since, until = (np.datetime64(first - 719_163 + shift, "D") for shift in (-NEAR_DAYS, NEAR_DAYS))
    wanted = Filter(country=place.country, since=str(since), until=str(until), bbox=around(event), limit=500)
    return page(desk, Asked(kind="event", filter=wanted)).items


def around(event: Event) -> tuple[float, float, float, float] | None:
    """A box around an event's point; `None` where it has none of its own."""
    place = event.place
    if place is None or place.latitude is None or place.longitude is None or place.precision == 3:
        return None
    high = math.degrees(NEAR_KM / EARTH)
    wide = high / max(0.05, math.cos(math.radians(place.latitude)))
    west, east = place.longitude - wide, place.longitude + wide
    return max(-180.0, west), max(-90.0, place.latitude - high), min(180.0, east), min(90.0, place.latitude + high)


def distance(one: Event, other: Event) -> float | None:
    """Kilometres between the points of two events."""
    points = [(e.place.latitude, e.place.longitude) if e.place else (None, None) for e in (one, other)]
    (a, b), (c, d) = points
    if a is None or b is None or c is None or d is None:
        return None
    lat1, lat2, turn = math.radians(a), math.radians(c), math.radians(d - b)
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(turn / 2) ** 2
    return round(2 * EARTH * math.asin(math.sqrt(half)), 1)


def apart(one: Event, other: Event) -> int | None:
    first, second = day_number(one.date_first), day_number(other.date_first)
    return None if first is None or second is None else second - first


def closeness(found: tuple[float | None, int | None, Body]) -> tuple[float, str]:
    kilometres, days, body = found
    return (NEAR_KM if kilometres is None else kilometres) + 20.0 * abs(NEAR_DAYS if days is None else days), body.id


class Outlet(BaseModel):
    """An outlet: how many reports of it the ledger holds, copies left out, and from which months."""

    outlet: str
    reports: int
    first: str
    last: str


@routes.get("/sources", dependencies=may("read"), responses=shapes.giving(list[Outlet]))
def sources(request: Request) -> Response:
    """Outlets by how many reports of them there are."""
    with patience(BUILDING):
        told = outlets(desk_of(request).ledger)
    found: dict[str, dict[str, Any]] = {}
    for each in told:
        row = found.setdefault(each.outlet, {"outlet": each.outlet, "reports": 0, "first": "", "last": ""})
        row["reports"] += each.reports
        months = [m for m in (row["first"], row["last"], each.month) if m]
        row["first"], row["last"] = min(months, default=""), max(months, default="")
    return answers.given(sorted(found.values(), key=lambda r: (-r["reports"], r["outlet"])))


class Pulse(BaseModel):
    """Whether the server can read its ledger."""

    ok: bool
    version: str


@routes.get("/health", dependencies=may("enter"), responses=shapes.giving(Pulse))
def health(request: Request) -> Response:
    """Whether the server can read its ledger."""
    head(desk_of(request).ledger)
    return answers.given({"ok": True, "version": version()})


class State(BaseModel):
    """How the ledger fares: rows of each table, the end of the log, what this process holds in memory."""

    version: str
    ledger: str
    tables: dict[str, int]
    seq: int
    chain: str | None
    at: str | None
    in_memory: int
    listening: int


@routes.get("/admin/state", dependencies=may("admin"), responses=shapes.giving(State))
def state(request: Request) -> Response:
    """How the ledger and this process fare."""
    desk = desk_of(request)
    with patience(BUILDING):
        tables = {str(name): rows for name, rows in count(desk.ledger).items()}
    end = head(desk.ledger)
    held = next(reversed(desk.memory.recent.values()), None)
    found = {
        "version": version(),
        "ledger": desk.ledger.name,
        "tables": tables,
        "seq": end.seq if end else 0,
        "chain": end.chain if end else None,
        "at": end.at if end else None,
        "in_memory": len(held) if held else 0,
        "listening": len(request.app.state.listeners.queues),
    }
    return answers.given(found)
