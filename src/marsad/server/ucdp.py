"""UCDP's dialect: `/api/gedevents/{version}` with GED's parameters, pages and 49 columns, over this record."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from marsad.analysis.tallies_filter import Compare, Every, Flag, Not, Some, Test
from marsad.exports.ged import COLUMNS, GOVERNMENT, NON_STATE, ONE_SIDED, STATE, ged_rows, states
from marsad.ledger.lookup import Box, Filter
from marsad.ledger.releasing import releases
from marsad.ledger.store import Ledger
from marsad.model import ConfigError
from marsad.server import answers, shapes
from marsad.server.acled_filters import one_of
from marsad.server.asking import DAY, Asked, check_day
from marsad.server.desk import desk_of
from marsad.server.exporting import findings
from marsad.server.guard import may
from marsad.server.selecting import window

routes = APIRouter(tags=["UCDP's dialect"])
NUMBERS = r"^\d{1,6}(,\d{1,6})*$"


class GedAsking(BaseModel):
    """The parameters of GED that are known here; others are refused."""

    model_config = ConfigDict(extra="forbid")

    pagesize: int = Field(100, ge=1, le=1000)
    page: int = Field(0, ge=0, le=10_000_000, description="The first page is 0.")
    Country: str | None = Field(None, max_length=2000, pattern=NUMBERS, description="Numbers of Gleditsch and Ward, as 625.")
    Geography: str | None = Field(None, max_length=100, description="Two corners: y0 x0,y1 x1.", examples=["9 29,13 33"])
    StartDate: str | None = Field(None, pattern=DAY)
    EndDate: str | None = Field(None, pattern=DAY)
    TypeOfViolence: str | None = Field(None, max_length=10, pattern=r"^[123](,[123])*$", description="1, 2 or 3, with commas.")


class GedPage(BaseModel):
    """A page of GED."""

    TotalCount: int
    TotalPages: int
    PreviousPageUrl: str
    NextPageUrl: str
    Result: list[dict[str, Any]]


@routes.get("/api/gedevents/{version}", dependencies=may("read", cost=5), responses=shapes.giving(GedPage, failing_with=(404,)))
def gedevents(
    request: Request,
    version: Annotated[str, Path(max_length=60, description="The name of a release; any other means the record as it is now.")],
    asking: Annotated[GedAsking, Query()],
) -> Response:
    """Events in which somebody died, in GED's 49 columns."""
    desk = desk_of(request)
    check_day(asking.StartDate)
    check_day(asking.EndDate)
    wanted = Filter(
        since=asking.StartDate,
        until=asking.EndDate,
        bbox=corners(asking.Geography),
        min_killed=1,
        as_of=release(desk.ledger, version),
    )
    asked = Asked(kind="event", filter=wanted, test=tests_of(asking))
    number = asking.page
    some, total = window(desk, asked, number * asking.pagesize, asking.pagesize)
    rows = {row["relid"]: row for row in ged_rows(findings(desk, some))}
    pages = -(-total // asking.pagesize)
    found = {
        "TotalCount": total,
        "TotalPages": pages,
        "PreviousPageUrl": address(request, number - 1) if number > 0 else "",
        "NextPageUrl": address(request, number + 1) if number < pages - 1 else "",
        "Result": [{c: rows[b.id].get(c) for c in COLUMNS} for b in some.items if b.id in rows],
    }
    return answers.given(found)


def address(request: Request, page: int) -> str:
    query = urlencode({**dict(request.query_params), "page": page})
    return f"{request.url.scheme}://{request.url.netloc}{request.url.path}?{query}"


def release(ledger: Ledger, name: str) -> int | None:
    """The number of the log that a release holds; `None` for now."""
    return next((r.until for r in releases(ledger) if r.name == name), None)


def corners(words: str | None) -> Box | None:
    """Two corners, latitude first. Raises `ConfigError` where they are none.

    >>> corners("9 29,13 33")
    (29.0, 9.0, 33.0, 13.0)
    """
    if words is None:
        return None
    found = re.fullmatch(r"\s*(-?\d[\d.]{0,11})\s+(-?\d[\d.]{0,11})\s*,\s*(-?\d[\d.]{0,11})\s+(-?\d[\d.]{0,11})\s*", words)
    numbers = [float(p) for p in found.groups()] if found and all(p.count(".") < 2 for p in found.groups()) else []
    south, north = min(numbers[::2], default=-91.0), max(numbers[::2], default=91.0)
    west, east = min(numbers[1::2], default=-181.0), max(numbers[1::2], default=181.0)
    if south < -90 or north > 90 or west < -180 or east > 180:
        raise ConfigError(f"{words!r} is no area: two corners as y0 x0,y1 x1, as 9 29,13 33")
    return west, south, east, north


def tests_of(asking: GedAsking) -> Test | None:
    """Countries and types of violence as tests."""
    tests: list[Test] = []
    if asking.Country:
        wanted = {int(n) for n in asking.Country.split(",")}
        tests.append(one_of("country", [code for code, state in states().items() if state.number in wanted]))
    if asking.TypeOfViolence:
        tests.append(Some(tests=tuple(violence(int(n)) for n in dict.fromkeys(asking.TypeOfViolence.split(",")))))
    return Every(tests=tuple(tests)) if tests else None


def violence(kind: int) -> Test:
    """The test for a type of violence."""
    civilians = Flag(field="civilian_targeting")
    government = Compare(field="actor_kind", sort="text", op="=", value=GOVERNMENT)
    known: dict[int, Sequence[Test]] = {
        ONE_SIDED: (civilians,),
        STATE: (Not(test=civilians), government),
        NON_STATE: (Not(test=civilians), Not(test=government)),
    }
    return Every(tests=tuple(known[kind]))
