"""What people keep: filters under a name and their feeds, signed addresses for spreadsheets, remarks on items."""

from __future__ import annotations

import hashlib
import hmac
import time
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Body, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from marsad.ledger.accounts import all_users
from marsad.ledger.kept import add_remark, drop_filter, remarks_on, save_filter, saved_filters, signing_key
from marsad.ledger.query import beginning_with
from marsad.model import ConfigError, plain
from marsad.server import answers, shapes
from marsad.server.asking import listing_of, understood
from marsad.server.atom import feed
from marsad.server.desk import Desk, desk_of
from marsad.server.exporting import in_form
from marsad.server.guard import may, who_asks
from marsad.server.policy import allowed
from marsad.server.problems import Refused, missing
from marsad.server.selecting import page

routes = APIRouter(tags=["kept"])
Kind = Literal["events", "statistics", "conditions"]
NamePath = Annotated[str, Path(max_length=64)]
LONGEST_DAYS = 366


class NewFilter(BaseModel):
    """A filter to be kept."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=64, examples=["drones in Kordofan"])
    kind: Kind = "events"
    query: str = Field(max_length=4000, description="The query of a listing.", examples=["country=Sudan&type=Battles"])


class SavedShape(BaseModel):
    """A filter that is kept, and the address of its feed."""

    name: str
    owner: str
    kind: str
    query: str
    created: float
    feed: str


@routes.get("/api/v1/filters", dependencies=may("read"), responses=shapes.giving(list[SavedShape]))
def filters(request: Request) -> Response:
    """Filters that people keep."""
    kept = saved_filters(desk_of(request).kept())
    return answers.given([{**plain(f), "feed": f"/feeds/{f.name}.atom"} for f in kept])


@routes.post(
    "/api/v1/filters", status_code=201, dependencies=may("own"), responses={201: {"model": SavedShape}, **shapes.failing()}
)
def keep_filter(request: Request, wanted: Annotated[NewFilter, Body()]) -> Response:
    """Keep a filter under a name; one of yours of that name is replaced."""
    understood(listing_of(wanted.kind, wanted.query))
    made = save_filter(
        desk_of(request).kept(), wanted.name, owner=who_asks(request).name, kind=wanted.kind, query=wanted.query.lstrip("?")
    )
    return answers.given({**plain(made), "feed": f"/feeds/{made.name}.atom"}, status=201)


@routes.delete("/api/v1/filters/{name}", status_code=204, dependencies=may("own"), responses=shapes.failing(404))
def forget_filter(request: Request, name: NamePath) -> Response:
    """Forget a filter of yours; an admin anybody's."""
    who = who_asks(request)
    if not drop_filter(desk_of(request).kept(), name, owner=None if allowed(who, "admin") else who.name):
        raise missing(f"there is no filter {name} of yours")
    return Response(status_code=204)


FEED = shapes.giving(str, answers.MEDIA["atom"], failing_with=(404,))


@routes.get("/feeds/{name}.atom", dependencies=may("read"), responses=FEED)
def filter_feed(request: Request, name: NamePath) -> Response:
    """The feed of a filter that is kept: its newest items."""
    desk = desk_of(request)
    kept = next((f for f in saved_filters(desk.kept()) if f.name == name), None)
    if kept is None:
        raise missing(f"there is no filter {name}")
    asking = listing_of(kept.kind, kept.query).model_copy(update={"order": "newest", "after": None})
    return feed(request, page(desk, understood(asking)), kept.kind, title=f"Marsad: {kept.name}")


class ToSign(BaseModel):
    """An address to be signed."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind = "events"
    form: Literal["csv", "acled-csv", "jsonl", "geojson", "parquet", "gpkg", "xlsx", "atom"] = "csv"
    query: str = Field("", max_length=4000, examples=["country=Sudan"])
    days: float = Field(30, gt=0, le=LONGEST_DAYS)
    bom: bool = Field(True, description="Begin a CSV with the mark by which Excel knows UTF-8.")
    hxl: bool = False


class Signed(BaseModel):
    """An address that anybody who has it can read until it expires; it ends with your account."""

    url: str
    expires: float


@routes.post("/api/v1/signed", status_code=201, dependencies=may("own"), responses={201: {"model": Signed}, **shapes.failing()})
def sign(request: Request, wanted: Annotated[ToSign, Body()]) -> Response:
    """An address for Excel, Power BI or a feed reader, which can't log in."""
    desk = desk_of(request)
    understood(listing_of(wanted.kind, wanted.query))
    expires = int(time.time() + wanted.days * 86_400)
    options = {"bom": "1" if wanted.bom else "0", "hxl": "1" if wanted.hxl else "0"}
    signs = {"q": wanted.query.lstrip("?"), **options, "expires": str(expires), "by": who_asks(request).name}
    path = f"/signed/{wanted.kind}.{wanted.form}"
    query = urlencode({**signs, "signature": signature(desk, path, signs)})
    base = f"{request.url.scheme}://{request.url.netloc}"
    return answers.given({"url": f"{base}{path}?{query}", "expires": float(expires)}, status=201)


def signature(desk: Desk, path: str, signs: dict[str, str]) -> str:
    """What proves that this server made an address."""
    words = "\n".join([path, *(f"{k}={signs[k]}" for k in sorted(signs))])
    return hmac.new(signing_key(desk.kept()), words.encode(), hashlib.sha256).hexdigest()


@routes.get(
    "/signed/{kind}.{form}",
    dependencies=may("enter", cost=5),
    responses=shapes.giving(str, *sorted({*answers.MEDIA.values()} - {answers.JSON})),
)
def signed(
    request: Request,
    kind: Kind,
    form: Literal["csv", "acled-csv", "jsonl", "geojson", "parquet", "gpkg", "xlsx", "atom"],
    q: Annotated[str, Query(max_length=4000)],
    bom: Annotated[str, Query(max_length=1)],
    hxl: Annotated[str, Query(max_length=1)],
    expires: Annotated[str, Query(max_length=12, pattern=r"^\d{1,12}$")],
    by: Annotated[str, Query(max_length=64)],
    signature: Annotated[str, Query(max_length=64, min_length=64)],
) -> Response:
    """What a signed address gives: the record as it is when it is read."""
    desk = desk_of(request)
    signs = {"q": q, "bom": bom, "hxl": hxl, "expires": expires, "by": by}
    check_signature(desk, request.url.path, signs, signature)
    asked = understood(listing_of(kind, q))
    whole = "limit" not in dict(parse_qsl(q))
    return in_form(request, desk, asked, form, whole=whole, bom=bom == "1", hxl=hxl == "1")


def check_signature(desk: Desk, path: str, signs: dict[str, str], given: str) -> None:
    """Refuse an address that was changed, has expired, or whose maker may no longer read."""
    right = signature(desk, path, signs)
    if not hmac.compare_digest(right.encode(), given.encode("utf-8", "replace")):
        raise Refused(403, "bad_signature", "that address was not made by this server, or was changed")
    if int(signs["expires"]) < time.time():
        raise Refused(403, "expired", "that address has expired: make a new one")
    if desk.accounts is not None and not any(u.name == signs["by"] and u.active for u in all_users(desk.accounts)):
        raise Refused(403, "not_allowed", "whoever made that address has no account any more")


class NewRemark(BaseModel):
    """A remark on an item, or one field of it."""

    model_config = ConfigDict(extra="forbid")

    subject: str = Field(max_length=80, examples=["evt-99894caf42d42a1c"])
    field: str | None = Field(None, max_length=40)
    text: str = Field(min_length=1, max_length=4000)


@routes.get("/api/v1/remarks", dependencies=may("read"), responses=shapes.giving(list[shapes.RemarkShape]))
def remarks(request: Request, subject: Annotated[str, Query(max_length=80)]) -> Response:
    """What people say about an item."""
    return answers.given(plain(remarks_on(desk_of(request).kept(), subject)))


SAID: dict[int | str, dict[str, Any]] = {201: {"model": shapes.RemarkShape}, **shapes.failing(404)}


@routes.post("/api/v1/remarks", status_code=201, dependencies=may("code"), responses=SAID)
def remark(request: Request, wanted: Annotated[NewRemark, Body()]) -> Response:
    """Say something about an item. It stands beside the record and changes nothing in it."""
    desk = desk_of(request)
    if wanted.subject not in beginning_with(desk.ledger, wanted.subject, limit=1):
        raise missing(f"there is nothing called {wanted.subject}")
    if not wanted.text.strip():
        raise ConfigError("a remark says something")
    made = add_remark(desk.kept(), wanted.subject, by=who_asks(request).name, text=wanted.text, field=wanted.field)
    return answers.given(plain(made), status=201)
