"""The record over HTTP: events, statistics, conditions, claims and reports, one by one and in pages."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field

from marsad.ledger import bodies
from marsad.ledger.history import position
from marsad.ledger.inforce import last_seq
from marsad.ledger.query import beginning_with, behind
from marsad.ledger.records import encode
from marsad.model import Claim, Report
from marsad.server import answers, shapes
from marsad.server.asking import Asking, ConditionListing, EventListing, Listing, StatisticListing, plain_query, understood
from marsad.server.desk import Desk, desk_of
from marsad.server.evidence import whole
from marsad.server.exporting import in_form
from marsad.server.guard import may
from marsad.server.problems import missing
from marsad.server.selecting import page, total
from marsad.server.trail import steps

routes = APIRouter(prefix="/api/v1", tags=["record"])
Id = Annotated[str, Path(max_length=80, pattern=r"^[a-z]{3}-[0-9a-f]+$", examples=["evt-99894caf42d42a1c"])]
FORMS = ("json", "jsonl", "csv", "geojson", "parquet", "gpkg", "xlsx", "atom")
FILES = tuple(answers.MEDIA[form] for form in FORMS[1:])
Kind = Literal["events", "statistics", "conditions"]


def listed(request: Request, asking: Listing) -> Response:
    """A page of folds as JSON, or all of them in another format where `Accept` asks for one."""
    desk, asked = desk_of(request), understood(asking)
    form = answers.wanted_form(request, FORMS)
    if form != "json":
        return in_form(request, desk, asked, form, whole="limit" not in asking.model_fields_set)
    found = page(desk, asked, moments=False)
    number = total(desk, asked) if asking.total else None
    return answers.page(request, found, total=number, query=plain_query(asking))


@routes.get("/events", dependencies=may("read"), responses=shapes.giving(shapes.Page[shapes.EventRecord], *FILES))
def events(request: Request, asking: Annotated[EventListing, Query()]) -> Response:
    """Events that match, in pages; as JSON Lines, CSV, GeoJSON, GeoParquet, XLSX or Atom where `Accept` asks for it."""
    return listed(request, asking)


@routes.get("/statistics", dependencies=may("read"), responses=shapes.giving(shapes.Page[shapes.StatisticRecord], *FILES))
def statistics(request: Request, asking: Annotated[StatisticListing, Query()]) -> Response:
    """Figures over many incidents or a period, kept apart from events."""
    return listed(request, asking)


@routes.get("/conditions", dependencies=may("read"), responses=shapes.giving(shapes.Page[shapes.ConditionRecord], *FILES))
def conditions(request: Request, asking: Annotated[ConditionListing, Query()]) -> Response:
    """Crossings, sieges, who holds what, corridors, deliveries and ceasefires."""
    return listed(request, asking)


class ClaimListing(Asking):
    """Which claims."""

    report: str | None = Field(None, max_length=80, description="Of that report.")
    fold: str | None = Field(None, max_length=80, description="Behind that event, statistic or condition, as it is now.")
    q: str | None = Field(None, max_length=200, description="Words that all stand in a quote or in the report's title.")
    limit: int = Field(100, ge=1, le=1000)
    after: str | None = Field(None, max_length=60)


class ReportListing(Asking):
    """Which reports."""

    q: str | None = Field(None, max_length=200, description="Words that all stand in its title or text.")
    limit: int = Field(20, ge=1, le=200)
    after: str | None = Field(None, max_length=60)


@routes.get("/claims", dependencies=may("read"), responses=shapes.giving(shapes.Page[shapes.ClaimRecord]))
def claims(request: Request, asking: Annotated[ClaimListing, Query()]) -> Response:
    """Claims in force, in the order in which the ledger took them."""
    found = bodies.claim_page(
        desk_of(request).ledger,
        report=asking.report,
        fold=asking.fold,
        words=asking.q,
        after=asking.after,
        limit=asking.limit,
        as_of=asking.moment(),
    )
    return answers.page(request, found, query=plain_query(asking))


@routes.get("/reports", dependencies=may("read"), responses=shapes.giving(shapes.Page[shapes.ReportRecord]))
def reports(request: Request, asking: Annotated[ReportListing, Query()]) -> Response:
    """Reports with their texts, in the order in which the ledger took them."""
    found = bodies.report_page(
        desk_of(request).ledger, words=asking.q, after=asking.after, limit=asking.limit, as_of=asking.moment()
    )
    return answers.page(request, found, query=plain_query(asking))


@routes.get("/claims/{name}", dependencies=may("read"), responses=shapes.giving(shapes.ClaimRecord, failing_with=(404,)))
def claim(request: Request, name: Id, asking: Annotated[Asking, Query()]) -> Response:
    """One claim."""
    return single(desk_of(request), name, asking, Claim)


@routes.get("/reports/{name}", dependencies=may("read"), responses=shapes.giving(shapes.ReportRecord, failing_with=(404,)))
def report(request: Request, name: Id, asking: Annotated[Asking, Query()]) -> Response:
    """One report with its text."""
    return single(desk_of(request), name, asking, Report)


def single(desk: Desk, name: str, asking: Asking, kind: type[Claim] | type[Report]) -> Response:
    found = behind(desk.ledger, name, as_of=asking.moment())
    items: tuple[Any, ...] = found.claims if kind is Claim else found.reports
    item = next((i for i in items if i.id == name), None)
    if item is None:
        raise missing(f"there is no {kind.__name__.lower()} {name}")
    return Response(encode(item), 200, {}, answers.JSON)


def add_item_routes(kind: Kind) -> None:
    """The routes of one event, statistic or condition."""

    @routes.get(
        f"/{kind}/{{name}}",
        name=f"one_{kind.removesuffix('s')}",
        dependencies=may("read"),
        responses=shapes.giving(shapes.Whole, failing_with=(404,)),
    )
    def one(request: Request, name: Id, asking: Annotated[Asking, Query()]) -> Response:
        """One of them with everything behind it: claims in their sentences, reports, tolls, judgements."""
        desk = desk_of(request)
        moment = asking.moment()
        found = whole(desk, name, kind, position(desk.ledger, moment) if moment is not None else None)
        return answers.given(found)

    @routes.get(
        f"/{kind}/{{name}}/history",
        name=f"history_of_{kind.removesuffix('s')}",
        dependencies=may("read"),
        responses=shapes.giving(list[shapes.Step], failing_with=(404,)),
    )
    def history(request: Request, name: Id) -> Response:
        """Every revision of it, the first one first: when, why, by whom, and what it changed in which field."""
        desk = desk_of(request)
        found = steps(desk.ledger, name, desk.words.all())
        if not found:
            raise missing(f"there was never an item {name}")
        return answers.given(found)


for _kind in get_args(Kind):
    add_item_routes(_kind)


@routes.get("/ids/{beginning}", dependencies=may("read"), responses=shapes.giving(list[str]))
def ids(request: Request, beginning: Annotated[str, Path(min_length=1, max_length=80)]) -> Response:
    """The ids of items, claims and reports that begin so."""
    return answers.given(beginning_with(desk_of(request).ledger, beginning))


@routes.get("/head", dependencies=may("read"), responses=shapes.giving(dict[str, int]))
def head(request: Request) -> Response:
    """The number of the last fact in the ledger: what has changed since can be asked for with `as_of`."""
    with desk_of(request).ledger.read() as connection:
        return answers.given({"seq": last_seq(connection)})
