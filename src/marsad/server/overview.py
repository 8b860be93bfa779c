"""The record as a whole over HTTP: facets, a time line, the map, tallies, search, the access board."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field, create_model

from marsad.analysis.access import Entry, Track, board, worst
from marsad.analysis.access import timeline as tracks
from marsad.analysis.checks import Coverage, check
from marsad.analysis.coverage import coverage
from marsad.analysis.tallies import tally
from marsad.commands.tallying import coverage_row, row
from marsad.ledger.bodies import folds_of, moment_of, revisions
from marsad.ledger.cells import FINEST, cell_sums, coarser, hexagons
from marsad.ledger.cells import MOST as MOST_HEXAGONS
from marsad.ledger.clusters import added, drawn, in_regions, region_sums, sums_in, view_of, whole_world
from marsad.ledger.facets import FACETS, binned, counted, in_order
from marsad.ledger.lookup import matching
from marsad.ledger.query import Filter, find, with_sources
from marsad.ledger.query import search as search_words
from marsad.ledger.records import decode
from marsad.ledger.snapshots import Part
from marsad.ledger.tallying import columns, outlets
from marsad.ledger.tallying_columns import Numbers
from marsad.model import ConfigError, Event, Statistic, plain, to_record
from marsad.server import answers, shapes
from marsad.server.asking import (
    DAY,
    Asking,
    EventListing,
    StatisticListing,
    box_of,
    check_day,
    code_of,
    plain_query,
    understood,
)
from marsad.server.clock import patience
from marsad.server.desk import desk_of
from marsad.server.guard import may
from marsad.server.selecting import BUILDING, chosen_then, page, pieces, snapshot

routes = APIRouter(prefix="/api/v1", tags=["overview"])
MOST_BELOW = 5_000
"""Events that a statistic is compared with, at most."""
TrackShape: Any = shapes.shape(Track)
CheckShape: Any = shapes.shape(Coverage)
BoardEntry: Any = create_model("BoardEntry", __base__=shapes.shape(Entry), openness=(str, ...))
KEPT_TURNS = 256
"""Cells around the world up to which the sums of all of them are kept, so that a map that is moved costs little."""
WORLD = (-180.0, -90.0, 180.0, 90.0)


Pieces = Callable[[Hashable, Callable[[Part, Numbers], Any]], list[tuple[Part, int, Any]]]
"""What is counted by a function, in pieces: the part, how many times it counts (-1: taken off), and what was counted there."""


def remembered(request: Request, asking: EventListing, make: Callable[[Pieces], dict[str, Any]]) -> Response:
    """An answer over all events that pass; the same question is answered once while nothing changes."""
    desk, asked = desk_of(request), understood(asking)
    asked = replace(asked, filter=replace(asked.filter, after=None, limit=None))
    if asking.as_of is not None:
        parts, seq = chosen_then(desk, asked)
        return answers.given({**make(lambda what, count: [(p, 1, count(p, rows)) for p, rows in parts]), "as_of": seq})
    held = snapshot(desk)
    key = f"{held.seq} {request.url.path}?{request.url.query}"
    known = desk.answers.get(key)
    if known is None:
        found = make(lambda what, count: pieces(desk, asked, held, what, count))
        known = desk.answers.put(key, orjson.dumps({**found, "as_of": held.seq}))
    return Response(known, 200, {}, answers.JSON)


def put_together(counted: list[tuple[Part, int, Any]]) -> dict[Any, tuple[int, ...]]:
    """Sums by key out of pieces."""
    return added([(times, sums) for _, times, sums in counted])


class FacetAsking(EventListing):
    """Which events to count, and by which fields."""

    facet: list[str] = Field([], max_length=30, description=f"Fields to count by: {', '.join(FACETS)}.")
    size: int = Field(20, ge=1, le=500, description="At most so many values of a field.")


class Value(BaseModel):
    """A value of a field and how many events have it; `null` where nothing states one."""

    value: str | None
    events: int


class Facets(BaseModel):
    """Counts by field. An event with several actors or sources counts under each."""

    facets: dict[str, list[Value]]
    total: int
    as_of: int


FIRST = ("event_type", "sub_event_type", "country", "admin1", "actor", "source", "geo_precision", "confidence", "disputed")


@routes.get("/facets", dependencies=may("read"), responses=shapes.giving(Facets))
def facets(request: Request, asking: Annotated[FacetAsking, Query()]) -> Response:
    """How many events there are of each type, place, actor, source, precision, confidence, …"""
    names = [n for words in asking.facet for n in words.replace("|", ",").split(",") if n] or list(FIRST)
    names = list(dict.fromkeys(names))
    wrong = [n for n in names if n not in FACETS]
    if wrong:
        raise ConfigError(f"there is no facet {wrong[0]!r}: choose of {', '.join(FACETS)}")

    def count(part: Part, rows: Numbers) -> dict[tuple[str, str | None], tuple[int, ...]]:
        found: dict[tuple[str, str | None], tuple[int, ...]] = {("", None): (len(rows),)}
        for name in names:
            found |= {(name, value): (n,) for value, n in counted(part, rows, name).items()}
        return found

    def make(parts: Pieces) -> dict[str, Any]:
        sums = put_together(parts(("facets", *names), count))
        total = sums.pop(("", None))[0]
        by: dict[str, dict[str | None, int]] = {name: {} for name in names}
        for (name, value), (n,) in sums.items():
            by[name][value] = n
        return {"facets": {n: [v._asdict() for v in in_order(n, by[n], asking.size)] for n in by}, "total": total}

    return remembered(request, asking, make)


class TimeAsking(EventListing):
    """Which events, by which stretches of time."""

    unit: Literal["day", "week", "month", "year"] = "month"


class BinShape(BaseModel):
    """A stretch of days by its first one; empty for events without a date."""

    start: str = Field(examples=["2026-02-01"])
    events: int
    killed: int


class Timeline(BaseModel):
    """Events and their dead (best figures) by when they begin."""

    unit: str
    bins: list[BinShape]
    as_of: int


@routes.get("/timeline", dependencies=may("read"), responses=shapes.giving(Timeline))
def time_line(request: Request, asking: Annotated[TimeAsking, Query()]) -> Response:
    """Events by the day, week, month or year in which they begin."""

    def count(part: Part, rows: Numbers) -> dict[str, tuple[int, ...]]:
        return {b.start: (b.events, b.killed) for b in binned(part, rows, asking.unit)}

    def make(parts: Pieces) -> dict[str, Any]:
        sums = put_together(parts(("timeline", asking.unit), count))
        bins = [{"start": start, "events": n, "killed": k} for start, (n, k) in sorted(sums.items()) if n]
        return {"unit": asking.unit, "bins": bins}

    return remembered(request, asking, make)


class MapAsking(EventListing):
    """Which events, on which piece of a map: `view` is what is seen, `bbox` a filter like any other."""

    zoom: float = Field(2, ge=0, le=22)
    view: str | None = Field(None, max_length=120, description="west,south,east,north of the map; the world where left out.")


class ClusterShape(BaseModel):
    """Events in a cell of the map: the mean of their points, how many, their dead, the id of one that is alone, the cell."""

    longitude: float
    latitude: float
    events: int
    killed: int
    id: str | None
    box: tuple[float, float, float, float]


class RegionShape(BaseModel):
    """Events known to a region or country only: these are no points on the map."""

    country: str | None
    admin1: str | None
    events: int
    killed: int


class MapShape(BaseModel):
    """What is on the map, and beside it what has no place of its own there."""

    clusters: list[ClusterShape]
    regions: list[RegionShape]
    as_of: int


@routes.get("/clusters", dependencies=may("read"), responses=shapes.giving(MapShape))
def on_map(request: Request, asking: Annotated[MapAsking, Query()]) -> Response:
    """Events on a map in cells of 64 pixels, those that the view touches. What is known to a region only stands in `regions`,
    never at the region's centre."""
    view = view_of(box_of(asking.view) or WORLD, asking.zoom)
    whole = view.turns <= KEPT_TURNS
    area = whole_world(view.turns) if whole else view

    def make(parts: Pieces) -> dict[str, Any]:
        cells = parts(("clusters", area), lambda part, rows: sums_in(part, rows, area))
        seen = [(part, times * (area.part(view, sums) if whole else sums)) for part, times, sums in cells]
        found = in_regions(put_together(parts("regions", region_sums)))
        return {"clusters": [c._asdict() for c in drawn(view, seen)], "regions": [r._asdict() for r in found]}

    return remembered(request, asking, make)


class CellAsking(EventListing):
    """Which events, in cells of which size."""

    resolution: int = Field(3, ge=0, le=FINEST, description="Of H3: 3 is about 12,400 square kilometres a cell, 5 250, 7 5.")
    view: str | None = Field(None, max_length=120, description="west,south,east,north of the map; the world where left out.")


class HexagonShape(BaseModel):
    """Events in a cell of H3: its name, how many, their dead, its middle, and its corners once around."""

    cell: str = Field(examples=["836b4dfffffffff"])
    events: int
    killed: int
    longitude: float
    latitude: float
    boundary: list[tuple[float, float]] = Field(description="Longitudes go on beyond 180 where a cell lies on the date line.")


class CellsShape(BaseModel):
    """Cells with events, and beside them what has no place of its own on a map."""

    cells: list[HexagonShape]
    regions: list[RegionShape]
    resolution: int = Field(description="Lower than asked for where there would be more than 5,000 cells.")
    as_of: int


@routes.get("/cells", dependencies=may("read"), responses=shapes.giving(CellsShape))
def in_cells(request: Request, asking: Annotated[CellAsking, Query()]) -> Response:
    """Events by cell of the H3 grid, for a map of density: its cells have about the same area everywhere."""
    view = box_of(asking.view) or WORLD

    def make(parts: Pieces) -> dict[str, Any]:
        resolution = asking.resolution
        sums = put_together(parts(("cells", resolution), lambda part, rows: cell_sums(part, rows, resolution)))
        found = hexagons(sums, view)
        while len(found) > MOST_HEXAGONS:
            resolution -= 1
            sums = coarser(sums, resolution)
            found = hexagons(sums, view)
        regions = in_regions(put_together(parts("regions", region_sums)))
        cells = [h._asdict() for h in found]
        return {"cells": cells, "regions": [r._asdict() for r in regions], "resolution": resolution}

    return remembered(request, asking, make)


class TallyAsking(Asking):
    """A tally, as `marsad tally` takes it."""

    by: str = Field("month", max_length=200, description="Dimensions with commas between.", examples=["actor,month"])
    where: str | None = Field(None, max_length=2000, examples=["civilian_targeting and killed >= 5"])
    measure: str = Field("events,killed", max_length=60, pattern=r"\w", description="events, killed, injured.")


class TallyShape(BaseModel):
    """Groups with a range and a best figure for each measure, and what is uncertain about them."""

    by: list[str]
    measures: list[str]
    rows: list[dict[str, Any]]
    total: dict[str, Any]
    repeats: bool = Field(description="Whether an event can stand in several groups.")


@routes.get("/tallies", dependencies=may("read"), responses=shapes.giving(TallyShape))
def tallies(request: Request, asking: Annotated[TallyAsking, Query()]) -> Response:
    """Events counted by dimensions, each number with its range (docs/how-to/tally.md)."""
    ledger = desk_of(request).ledger
    with patience(BUILDING if asking.as_of is None else desk_of(request).settings.deadline):
        held = columns(ledger, as_of=asking.moment())
    found = tally(held, by=asking.by, where=asking.where, measures=asking.measure)
    total = row(found, found.total._replace(keys=tuple(None for _ in found.by)))
    rows = [row(found, group) for group in found.groups]
    return answers.given({"by": found.by, "measures": found.measures, "rows": rows, "total": total, "repeats": found.repeats})


class CoverageAsking(Asking):
    """Where sources fell silent."""

    level: Literal["country", "admin1"] = "country"


@routes.get("/coverage", dependencies=may("read"), responses=shapes.giving(list[dict[str, Any]]))
def sources_by_month(request: Request, asking: Annotated[CoverageAsking, Query()]) -> Response:
    """Sources by month and area: a fall of events may be one of reports."""
    ledger = desk_of(request).ledger
    with patience(BUILDING):
        months = coverage(columns(ledger, as_of=asking.moment()), level=asking.level, outlets=outlets(ledger))
    return answers.given([coverage_row(m) for m in months])


class SearchAsking(BaseModel):
    """Words to look for."""

    q: str = Field(min_length=1, max_length=200, examples=["Dilling drone"])
    limit: int = Field(20, ge=1, le=100)


class SearchShape(BaseModel):
    """Ids of the claims and reports in which all the words stand, and of the folds that these claims are part of."""

    claims: list[str]
    reports: list[str]
    folds: dict[str, str]


@routes.get("/search", dependencies=may("read"), responses=shapes.giving(SearchShape))
def search(request: Request, asking: Annotated[SearchAsking, Query()]) -> Response:
    """Claims and reports in which all these words stand."""
    ledger = desk_of(request).ledger
    found = search_words(ledger, asking.q, limit=asking.limit)
    return answers.given({"claims": found.claims, "reports": found.reports, "folds": folds_of(ledger, found.claims)})


class BoardAsking(Asking):
    """The access board on a day."""

    day: str | None = Field(None, pattern=DAY, description="How things stood on that day; today where left out.")
    country: str | None = Field(None, max_length=80, examples=["Sudan"])
    subject: str | None = Field(None, max_length=40, description="border_crossing, siege, territory, corridor, ceasefire.")
    place: str | None = Field(None, max_length=200, description="Part of a place's or region's name.")
    actor: str | None = Field(None, max_length=200, description="Part of a holder's, besieger's or deliverer's name.")


class BoardShape(BaseModel):
    """What holds on a day, place by place (`openness`: open, partly, shut or held), and each place's states in order of time."""

    day: str
    entries: list[BoardEntry]
    tracks: list[TrackShape]


@routes.get("/board", dependencies=may("read"), responses=shapes.giving(BoardShape))
def access_board(request: Request, asking: Annotated[BoardAsking, Query()]) -> Response:
    """Crossings, sieges, corridors, towns and ceasefires on a day: state, since when, by whom, who says so, who disputes it."""
    ledger = desk_of(request).ledger
    check_day(asking.day)
    day = asking.day or dt.datetime.now(dt.UTC).date().isoformat()
    country = None if asking.country is None else code_of(asking.country)
    wanted = Filter(country=country, type=asking.subject, place=asking.place, actor=asking.actor, as_of=asking.moment())
    found = find(ledger, "condition", wanted)
    entries = [{**plain(e), "openness": worst(e)} for e in board(found.conditions, found.claims, at=day)]
    return answers.given({"day": day, "entries": entries, "tracks": plain(tracks(found.conditions))})


class CheckAsking(StatisticListing):
    """Which statistics to set beside the events underneath them."""

    limit: int = Field(20, ge=1, le=100, description="How many a page.")


@routes.get("/checks", dependencies=may("read"), responses=shapes.giving(shapes.Page[CheckShape]))
def checks(request: Request, asking: Annotated[CheckAsking, Query()]) -> Response:
    """Statistics beside what the ledger holds underneath them, and totals that their parts don't add up to. No verdict."""
    desk, asked = desk_of(request), understood(asking)
    some = page(desk, asked)
    with desk.ledger.read() as connection:
        told = with_sources(connection, [decode(body.text) for body in some.items], moment_of(connection, some.seq))

    def events_of(statistic: Statistic) -> tuple[Event, ...]:
        home = statistic.place.country if statistic.place else None
        wanted = Filter(country=home, since=statistic.first, until=statistic.last, as_of=some.seq, limit=MOST_BELOW)
        with desk.ledger.read() as connection:
            rows = matching(connection, "event", wanted, moment_of(connection, some.seq))
            return tuple(decode(b.text) for b in revisions(connection, [row.seq for row in rows]))

    found = [{**plain(c), "statistic": to_record(c.statistic)} for c in check(told.statistics, told.claims, events_of)]
    link = f"{request.url.path}?{urlencode({**plain_query(asking), 'after': some.after})}" if some.after else None
    tail = {"count": len(found), "total": None, "after": some.after, "next": link, "as_of": some.seq}
    return answers.given({"data": found, **tail})
