"""What is asked for as a file: text formats a page at a time, workbooks and layers as a whole, all as of one moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import Field

from marsad.exports import BINARY
from marsad.exports.acled import COLUMNS as ACLED
from marsad.exports.acled import acled_rows
from marsad.exports.delimited import lines
from marsad.exports.geojson import feature
from marsad.exports.rows import COLUMNS, Kind, Row, rows
from marsad.ledger.bodies import Bodies, moment_of
from marsad.ledger.findings import Findings, arrange
from marsad.ledger.inforce import claims_by_id
from marsad.ledger.query import sort_out, with_sources
from marsad.ledger.records import decode
from marsad.model import ConfigError
from marsad.server import answers, shapes
from marsad.server.asking import Asked, ConditionListing, EventListing, StatisticListing, understood
from marsad.server.atom import feed
from marsad.server.desk import Desk, desk_of
from marsad.server.guard import may
from marsad.server.selecting import page, pages

routes = APIRouter(prefix="/api/v1", tags=["export"])
SIZE = 500
KINDS: dict[str, Kind] = {"event": "events", "statistic": "statistics", "condition": "conditions"}
ENDINGS = {"acled-csv": "csv"}
BOM = "\ufeff"
Form = Literal["jsonl", "csv", "acled-csv", "geojson", "parquet", "gpkg", "xlsx", "atom"]


def in_form(
    request: Request,
    desk: Desk,
    asked: Asked,
    form: str,
    *,
    whole: bool = True,
    fields: Sequence[str] = (),
    bom: bool = False,
    hxl: bool = False,
) -> Response:
    """What is asked for in a format: all of it (`whole`), or the page alone.

    `fields` picks the columns of a CSV, `bom` begins it with the mark that Excel wants, `hxl` puts HXL tags under its head.
    """
    kind = KINDS[asked.kind]
    if form == "atom":
        return feed(request, page(desk, replace(asked, filter=replace(asked.filter, order="newest"))), kind)
    asked = replace(asked, filter=replace(asked.filter, limit=desk.settings.most_rows if whole else asked.filter.limit))
    name = f"marsad-{kind}.{ENDINGS.get(form, form)}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if form in BINARY:
        found = together(findings(desk, some) for some in pages(desk, asked, size=SIZE))
        return Response(BINARY[form](found, kind), 200, headers, answers.MEDIA[form])
    if form == "acled-csv" and kind != "events":
        raise ConfigError(f"acled-csv holds events and no {kind}: ask for csv")
    chosen = columns(kind, fields) if form == "csv" else ACLED
    first = pages(desk, asked, size=SIZE)
    text = {
        "jsonl": lambda: as_lines(first),
        "csv": lambda: as_csv(desk, first, kind, chosen, bom=bom, hxl=hxl),
        "acled-csv": lambda: as_acled(desk, first, bom=bom, hxl=hxl),
        "geojson": lambda: as_geojson(desk, first, kind),
    }[form]()
    return StreamingResponse(begun(text), 200, headers, answers.MEDIA[form])


def begun(text: Iterator[str]) -> Iterator[str]:
    """The same text, its first piece made at once: what is wrong with a question is said before an answer begins."""
    head = next(text, "")

    def all_of_it() -> Iterator[str]:
        yield head
        yield from text

    return all_of_it()


def columns(kind: Kind, fields: Sequence[str]) -> tuple[str, ...]:
    """The columns asked for. Raises `ConfigError` for one that there is not."""
    wrong = [f for f in fields if f not in COLUMNS[kind]]
    if wrong:
        raise ConfigError(f"there is no column {wrong[0]!r} of {kind}: choose of {', '.join(COLUMNS[kind])}")
    return tuple(dict.fromkeys(fields)) or COLUMNS[kind]


def findings(desk: Desk, some: Bodies, *, reports: bool = True) -> Findings:
    """A page of folds with their claims and, where they are wanted, their reports."""
    items = [decode(body.text) for body in some.items]
    with desk.ledger.read() as connection:
        seq = moment_of(connection, some.seq)
        if reports:
            return with_sources(connection, items, seq)
        return sort_out(items, claims_by_id(connection, [c for item in items for c in item.claims], seq), ())


def together(parts: Iterator[Findings]) -> Findings:
    """Pages as one: reports and claims that several name are there once."""
    held: dict[str, dict[str, Any]] = {name: {} for name in ("reports", "claims", "events", "statistics", "conditions")}
    for part in parts:
        for name, items in held.items():
            items.update({i.id: i for i in getattr(part, name)})
    return arrange(**{name: items.values() for name, items in held.items()})


def as_lines(some: Iterator[Bodies]) -> Iterator[str]:
    for one in some:
        yield "".join(body.text + "\n" for body in one.items)


def as_csv(
    desk: Desk, some: Iterator[Bodies], kind: Kind, chosen: Sequence[str], *, bom: bool, hxl: bool
) -> Iterator[str]:
    head = lines(chosen, [])
    yield (BOM if bom else "") + head + (tagged(chosen) if hxl else "")
    for one in some:
        yield lines(chosen, in_order(rows(findings(desk, one, reports=False), kind), one))[len(head) :]


def in_order(made: Sequence[Row], one: Bodies) -> list[Row]:
    """Rows in the order of the page that they are of."""
    by_id = {row["id"]: row for row in made}
    return [by_id[body.id] for body in one.items]


def as_acled(desk: Desk, some: Iterator[Bodies], *, bom: bool, hxl: bool) -> Iterator[str]:
    head = lines(ACLED, [])
    yield (BOM if bom else "") + head + (tagged(ACLED) if hxl else "")
    for one in some:
        yield lines(ACLED, acled_rows(findings(desk, one)))[len(head) :]


def as_geojson(desk: Desk, some: Iterator[Bodies], kind: Kind) -> Iterator[str]:
    yield '{"type":"FeatureCollection","features":[\n'
    between = ""
    for one in some:
        made = in_order(rows(findings(desk, one, reports=False), kind), one)
        features = ",\n".join(orjson.dumps(feature(kind.removesuffix("s"), row)).decode() for row in made)
        if features:
            yield between + features
            between = ",\n"
    yield "\n]}\n"


HXL = {
    "date_first": "#date+start",
    "date_last": "#date+end",
    "event_date": "#date+occurred",
    "since": "#date+start",
    "until": "#date+end",
    "first": "#date+start",
    "last": "#date+end",
    "event_type": "#event+type",
    "sub_event_type": "#event+type+sub",
    "who": "#group+name+first",
    "whom": "#group+name+second",
    "actor1": "#group+name+first",
    "actor2": "#group+name+second",
    "country": "#country",
    "admin1": "#adm1+name",
    "admin2": "#adm2+name",
    "place": "#loc+name",
    "location": "#loc+name",
    "latitude": "#geo+lat",
    "longitude": "#geo+lon",
    "killed_best": "#affected+killed",
    "fatalities": "#affected+killed",
    "killed_low": "#affected+killed+min",
    "killed_high": "#affected+killed+max",
    "injured_best": "#affected+injured",
    "sources": "#meta+source",
    "source": "#meta+source",
    "according_to": "#meta+source",
    "sentence": "#description",
    "notes": "#description",
    "id": "#meta+id",
    "event_id_cnty": "#meta+id",
    "subject": "#access+type",
    "state": "#access+status",
    "measure": "#indicator+name",
    "low": "#indicator+value+min",
    "high": "#indicator+value+max",
}


def tagged(chosen: Sequence[str]) -> str:
    """A row of HXL tags for those columns; empty cells where there is none."""
    return ",".join(HXL.get(name, "") for name in chosen) + "\n"


class EventFile(EventListing):
    """Which events, and how the file is written."""

    fields: str | None = Field(None, max_length=1000, description="Columns of a CSV, with commas between.")
    bom: bool = Field(False, description="Begin a CSV with the mark by which Excel knows UTF-8.")
    hxl: bool = Field(False, description="Put a row of HXL tags under a CSV's head.")


class StatisticFile(StatisticListing):
    """Which statistics, and how the file is written."""

    fields: str | None = Field(None, max_length=1000)
    bom: bool = False
    hxl: bool = False


class ConditionFile(ConditionListing):
    """Which conditions, and how the file is written."""

    fields: str | None = Field(None, max_length=1000)
    bom: bool = False
    hxl: bool = False


def file_of(request: Request, asking: EventFile | StatisticFile | ConditionFile, form: str) -> Response:
    """A listing as a file: all that matches, unless `limit` is given."""
    fields = [f.strip() for f in (asking.fields or "").split(",") if f.strip()]
    whole = "limit" not in asking.model_fields_set
    return in_form(
        request, desk_of(request), understood(asking), form, whole=whole, fields=fields, bom=asking.bom, hxl=asking.hxl
    )


FormPath = Annotated[Form, Path()]
FILES = tuple(dict.fromkeys(answers.MEDIA[form] for form in ("jsonl", "csv", "geojson", "parquet", "gpkg", "xlsx", "atom")))


@routes.get("/events.{form}", dependencies=may("read"), responses=shapes.giving(str, *FILES))
def event_file(request: Request, form: FormPath, asking: Annotated[EventFile, Query()]) -> Response:
    """Events as a file: .jsonl, .csv, .acled-csv, .geojson, .parquet, .gpkg, .xlsx or .atom."""
    return file_of(request, asking, form)


@routes.get("/statistics.{form}", dependencies=may("read"), responses=shapes.giving(str, *FILES))
def statistic_file(request: Request, form: FormPath, asking: Annotated[StatisticFile, Query()]) -> Response:
    """Statistics as a file."""
    return file_of(request, asking, form)


@routes.get("/conditions.{form}", dependencies=may("read"), responses=shapes.giving(str, *FILES))
def condition_file(request: Request, form: FormPath, asking: Annotated[ConditionFile, Query()]) -> Response:
    """Conditions as a file."""
    return file_of(request, asking, form)
