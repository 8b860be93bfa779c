"""OGC API – Features (parts Core, OpenAPI 3.0 and GeoJSON): events and conditions as layers for QGIS, GDAL and geopandas."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from marsad.exports.geojson import feature
from marsad.exports.rows import Kind, rows
from marsad.ledger.bodies import Bodies, named
from marsad.ledger.lookup import Filter
from marsad.model import ConfigError
from marsad.server import answers, shapes
from marsad.server.asking import Asked, box_of, check_day
from marsad.server.desk import Desk, desk_of
from marsad.server.exporting import findings, in_order
from marsad.server.guard import may
from marsad.server.problems import missing
from marsad.server.selecting import window

CORE = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf"
CONFORMS = [f"{CORE}/{part}" for part in ("core", "oas30", "geojson")]
CRS = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
Layer = Literal["events", "conditions"]
LAYERS: dict[str, tuple[str, str]] = {
    "events": ("Events", "Incidents as all reports together tell them. What is known to a region only has no geometry."),
    "conditions": ("Conditions", "Crossings, sieges, corridors, who holds what: each with the days from and to which it held."),
}
KINDS: dict[str, Literal["event", "condition"]] = {"events": "event", "conditions": "condition"}
DAYS = r"^[\d:TZ.+-]{0,40}(/[\d:TZ.+-]{0,40})?$"


class FeatureAsking(BaseModel):
    """Which features."""

    model_config = ConfigDict(extra="forbid")

    bbox: str | None = Field(None, max_length=200, description="west,south,east,north in degrees.", examples=["29,9,33,13"])
    datetime: str | None = Field(
        None, max_length=90, pattern=DAYS, description="A day, or two with / between; .. or nothing for an open end."
    )
    limit: int = Field(100, ge=1, le=10_000)
    offset: int = Field(0, ge=0, le=100_000_000)
    f: Literal["json"] = "json"


class Plain(BaseModel):
    """No parameters but the format."""

    model_config = ConfigDict(extra="forbid")

    f: Literal["json"] = "json"


def link(base: str, rel: str, path: str = "", kind: str = answers.JSON, title: str = "") -> dict[str, str]:
    return {"rel": rel, "href": f"{base}{path}", "type": kind, **({"title": title} if title else {})}


def base_of(request: Request) -> str:
    """The address that the layers lie under: the server's own, or `/ogc` of it."""
    return f"{request.url.scheme}://{request.url.netloc}" + ("/ogc" if request.url.path.startswith("/ogc") else "")


def landing(request: Request) -> Response:
    """Where a client begins."""
    base = base_of(request)
    found = {
        "title": "Marsad",
        "description": "A record of conflict and humanitarian access with a source for every value.",
        "links": [
            link(base, "self", "/"),
            link(base, "service-desc", "/api", "application/vnd.oai.openapi+json;version=3.0"),
            link(base, "conformance", "/conformance"),
            link(base, "data", "/collections"),
        ],
    }
    return answers.given(found)


def layer(base: str, name: str) -> dict[str, Any]:
    title, words = LAYERS[name]
    return {
        "id": name,
        "title": title,
        "description": words,
        "itemType": "feature",
        "crs": [CRS],
        "extent": {"spatial": {"bbox": [[-180, -90, 180, 90]], "crs": CRS}, "temporal": {"interval": [[None, None]]}},
        "links": [
            link(base, "self", f"/collections/{name}"),
            link(base, "items", f"/collections/{name}/items", answers.MEDIA["geojson"], title),
        ],
    }


def make_routes(*, listed: bool, prefix: str = "") -> APIRouter:
    """The routes; `listed` in the OpenAPI."""
    routes = APIRouter(tags=["OGC API – Features"], include_in_schema=listed, prefix=prefix)
    giving = shapes.giving(dict[str, Any])

    @routes.get("/conformance", dependencies=may("read"), responses=giving)
    def conformance(request: Request, asking: Annotated[Plain, Query()]) -> Response:
        """The parts of the standard that are kept to."""
        return answers.given({"conformsTo": CONFORMS})

    @routes.get("/collections", dependencies=may("read"), responses=giving)
    def collections(request: Request, asking: Annotated[Plain, Query()]) -> Response:
        """The layers."""
        base = base_of(request)
        found = {"links": [link(base, "self", "/collections")], "collections": [layer(base, name) for name in LAYERS]}
        return answers.given(found)

    @routes.get("/collections/{name}", dependencies=may("read"), responses=shapes.giving(dict[str, Any], failing_with=(404,)))
    def collection(request: Request, name: Layer, asking: Annotated[Plain, Query()]) -> Response:
        """One layer."""
        return answers.given(layer(base_of(request), name))

    @routes.get(
        "/collections/{name}/items",
        dependencies=may("read", cost=3),
        responses=shapes.giving(dict[str, Any], answers.MEDIA["geojson"]),
    )
    def items(request: Request, name: Layer, asking: Annotated[FeatureAsking, Query()]) -> Response:
        """Features of a layer, in pages."""
        return features(request, desk_of(request), name, asking)

    @routes.get(
        "/collections/{name}/items/{item}",
        dependencies=may("read"),
        responses=shapes.giving(dict[str, Any], answers.MEDIA["geojson"], failing_with=(404,)),
    )
    def item(
        request: Request, name: Layer, item: Annotated[str, Path(max_length=80)], asking: Annotated[Plain, Query()]
    ) -> Response:
        """One feature."""
        desk = desk_of(request)
        prefix_of = {"events": "evt-", "conditions": "con-"}[name]
        found = named(desk.ledger, [item]) if item.startswith(prefix_of) else []
        if not found:
            raise missing(f"there is no feature {item} in {name}")
        made = made_of(desk, name, Bodies(items=tuple(found), after=None, seq=2**62))
        base = base_of(request)
        links = [link(base, "self", f"/collections/{name}/items/{item}", answers.MEDIA["geojson"])]
        links.append(link(base, "collection", f"/collections/{name}"))
        return Response(orjson.dumps({**made[0], "links": links}), 200, {}, answers.MEDIA["geojson"])

    return routes


def features(request: Request, desk: Desk, name: str, asking: FeatureAsking) -> Response:
    """A page of a layer with its links."""
    since, until = interval(asking.datetime)
    wanted = Filter(bbox=box(asking.bbox), since=since, until=until)
    some, total = window(desk, Asked(kind=KINDS[name], filter=wanted), asking.offset, asking.limit)
    made = made_of(desk, name, some)
    here = f"{base_of(request)}/collections/{name}/items"
    given = {k: v for k, v in asking.model_dump(exclude_defaults=True).items() if k not in ("offset", "limit")}

    def other(rel: str, offset: int) -> dict[str, str]:
        query = urlencode({**given, "limit": asking.limit, "offset": offset})
        return {"rel": rel, "href": f"{here}?{query}", "type": answers.MEDIA["geojson"]}

    links = [other("self", asking.offset), link(base_of(request), "collection", f"/collections/{name}")]
    if asking.offset + len(made) < total and made:
        links.append(other("next", asking.offset + asking.limit))
    if asking.offset:
        links.append(other("prev", max(0, asking.offset - asking.limit)))
    found = {
        "type": "FeatureCollection",
        "numberMatched": total,
        "numberReturned": len(made),
        "links": links,
        "features": made,
    }
    return Response(orjson.dumps(found), 200, {}, answers.MEDIA["geojson"])


def made_of(desk: Desk, name: str, some: Bodies) -> list[dict[str, object]]:
    kind: Kind = "events" if name == "events" else "conditions"
    made = in_order(rows(findings(desk, some, reports=False), kind), some)
    return [feature(kind.removesuffix("s"), row) for row in made]


def box(words: str | None) -> tuple[float, float, float, float] | None:
    """A box of four numbers, or of six with heights, which are left out."""
    if words is not None and words.count(",") == 5:
        west, south, _, east, north, _ = words.split(",")
        words = ",".join((west, south, east, north))
    return box_of(words)


def interval(words: str | None) -> tuple[str | None, str | None]:
    """The first and last day of an instant or interval. Raises `ConfigError` where it is none.

    >>> interval("2026-02-18"), interval("2026-02-01T00:00:00Z/.."), interval("../2026-02-28")
    (('2026-02-18', '2026-02-18'), ('2026-02-01', None), (None, '2026-02-28'))
    """
    if words is None:
        return None, None
    ends = [None if part in ("", "..") else part[:10] for part in words.split("/")]
    if ends == [None]:
        raise ConfigError(f"{words!r} is no day and no interval: write it as 2026-02-18 or 2026-02-01/2026-02-28")
    for end in ends:
        check_day(end)
    return (ends[0], ends[0]) if len(ends) == 1 else (ends[0], ends[1])
