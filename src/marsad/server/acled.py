"""ACLED's dialect: the addresses, parameters and answers that clients written for ACLED use, over this record."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from marsad.exports.acled import COLUMNS as EVENTS
from marsad.exports.acled import acled_row, acled_rows, event_number
from marsad.exports.countries import countries
from marsad.exports.delimited import lines
from marsad.exports.rows import Row
from marsad.ledger.accounts import Caller, User, caller_by_token, check_login, drop_secret, keep_token
from marsad.ledger.bodies import Bodies, Body, named, revised, revisions_since
from marsad.ledger.facets import spans
from marsad.ledger.history import head
from marsad.ledger.lookup import Filter
from marsad.ledger.records import decode
from marsad.model import ConfigError
from marsad.server import answers, shapes
from marsad.server.acled_filters import (
    LATER,
    Condition,
    conditions_in,
    days_asked,
    fields_asked,
    regions,
    tests_of,
)
from marsad.server.asking import Asked
from marsad.server.desk import Desk, desk_of
from marsad.server.exporting import begun, findings
from marsad.server.guard import may
from marsad.server.problems import Refused
from marsad.server.selecting import pages, snapshot

routes = APIRouter(tags=["ACLED's dialect"])
USUAL = 5000
SIZE = 500
DAY = 86_400
ACCESS = 24 * 3600
REFRESH = 14 * DAY
OPTIONS = frozenset({"_format", "fields", "limit", "page", "export_type", "inter_num", "population", "terms", "email", "key"})
KINDS = {
    0: "",
    1: "State forces",
    2: "Rebel group",
    3: "Political militia",
    4: "Identity militia",
    5: "Rioters",
    6: "Protesters",
    7: "Civilians",
    8: "External/Other forces",
}
"""What stands for ACLED's numbers of actor kinds where text is asked for."""
TEXTS = frozenset(
    ("disorder_type", "actor1", "assoc_actor_1", "actor2", "assoc_actor_2", "civilian_targeting", "region", "country")
)
TEXTS |= {"admin1", "admin2", "admin3", "location", "source", "source_scale", "notes", "tags", "interaction", "inter1", "inter2"}
ONE_SIDE = ("actor2", "assoc_actor_2", "inter2")
DELETED = ("event_id_cnty", "deleted_timestamp")


class Envelope(BaseModel):
    """What every answer of this dialect is wrapped in."""

    status: int = Field(examples=[200])
    success: bool
    last_update: int = Field(description="Hours since the record changed.")
    count: int
    messages: list[str]
    data_query_restrictions: dict[str, Any]
    data: list[dict[str, Any]]


class Common:
    """The options of a request: format, columns, how many, which page."""

    def __init__(self, request: Request, columns: Sequence[str]) -> None:
        given = request.query_params.multi_items()
        known = OPTIONS | set(columns) | {f"{c}_where" for c in columns}
        wrong = [name for name, _ in given if name not in known]
        if wrong:
            raise ConfigError(f"there is no column or option {wrong[0]!r}: columns are {', '.join(columns)}")
        one = dict(given)
        self.columns = tuple(columns)
        self.form = one.get("_format", "json").lower() or "json"
        if self.form not in ("json", "csv"):
            raise ConfigError(f"_format is json or csv; got {self.form!r}")
        self.fields = fields_asked(one.get("fields", ""), columns)
        self.limit = whole("limit", one.get("limit") or str(USUAL))
        self.page = max(1, whole("page", one.get("page") or "1"))
        self.monadic = one.get("export_type", "").lower() == "monadic"
        self.numbers = one.get("inter_num", "0") == "1"
        self.tests = conditions_in(given, columns)

    def window(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows of the page asked for; all for a limit of 0."""
        start = (self.page - 1) * self.limit
        for number, row in enumerate(rows):
            if self.limit and number >= start + self.limit:
                return
            if number >= start:
                yield row


def whole(name: str, words: str) -> int:
    if not (words.isascii() and words.isdecimal()) or len(words) > 9:
        raise ConfigError(f"{name} is a whole number; got {words!r}")
    return int(words)


Described = Annotated[str | None, Query(max_length=40, description="json or csv.", examples=["json"])]
Several = Annotated[str | None, Query(max_length=16_000, description="Any column may be given so, values joined by |.")]
How = Annotated[str | None, Query(max_length=10, description="= != > < >= <= LIKE or BETWEEN.")]
Number = Annotated[str | None, Query(max_length=12, description="5000 where left out; 0 for all.")]


@routes.get("/api/acled/read", dependencies=may("read", cost=5), responses=shapes.giving(Envelope, "text/csv"))
def read(
    request: Request,
    _format: Described = None,
    country: Several = None,
    country_where: How = None,
    event_date: Several = None,
    event_date_where: How = None,
    event_type: Several = None,
    fields: Several = None,
    limit: Number = None,
    page: Number = None,
    export_type: Annotated[str | None, Query(max_length=20, description="monadic for a row an actor.")] = None,
    inter_num: Annotated[str | None, Query(max_length=2, description="1: kinds of actors as numbers.")] = None,
    timestamp: Several = None,
    timestamp_where: How = None,
) -> Response:
    """Events in ACLED's 31 columns. Every column is a filter, `<column>_where` says how; `timestamp` is the last change."""
    desk = desk_of(request)
    asked = Common(request, EVENTS)
    return answered(desk, asked, asked.window(sided(asked, event_rows(desk, asked.tests))))


def event_rows(desk: Desk, tests: Sequence[Condition]) -> Iterator[Row]:
    """Every event that passes, as a row; its notes are only made where the cheaper columns pass."""
    since, until = days_asked(tests)
    ids = changed_since(desk, tests)
    asked = Asked(kind="event", filter=Filter(since=since, until=until), test=tests_of(tests))
    early = [t for t in tests if t.column not in LATER]
    late = [t for t in tests if t.column in LATER]
    for some in pages(desk, asked, size=SIZE):
        bodies = [b for b in some.items if (ids is None or b.id in ids) and passes(early, acled_row(decode(b.text), {}, {}))]
        yield from (row for row in full_rows(desk, bodies, some) if passes(late, row))


def full_rows(desk: Desk, bodies: Sequence[Body], some: Bodies) -> list[Row]:
    """Rows with notes, and the moment of each event's last revision."""
    if not bodies:
        return []
    found = findings(desk, Bodies(items=tuple(bodies), after=None, seq=some.seq), reports=False)
    at = {body.id: body.at // 1_000_000 for body in bodies}
    return [{**row, "timestamp": at[event.id]} for event, row in zip(found.events, acled_rows(found), strict=True)]


def passes(tests: Iterable[Condition], row: Row) -> bool:
    return all(test.fits(row) for test in tests)


def changed_since(desk: Desk, tests: Sequence[Condition]) -> set[str] | None:
    """The events that changed since a moment that is asked for; `None` where none is."""
    starts = [int(min(t.values, key=int)) for t in tests if t.column == "timestamp" and t.operator in ("=", ">", ">=", "BETWEEN")]
    return revisions_since(desk.ledger, max(starts) * 1_000_000) if starts else None


def sided(asked: Common, rows: Iterable[Row]) -> Iterator[Row]:
    """Rows with kinds as text or numbers; for `monadic` one for each side."""
    for row in rows:
        sides = [row]
        if asked.monadic:
            other = {"actor1": row["actor2"], "assoc_actor_1": row["assoc_actor_2"], "inter1": row["inter2"]}
            sides = [row, {**row, **other}] if row["actor2"] else [row]
        for side in sides:
            yield side if asked.numbers else worded(side)


def worded(row: Row) -> Row:
    """Kinds of actors as text."""
    one, other = (KINDS.get(int(row[c] or 0), "") for c in ("inter1", "inter2"))
    both = "-".join(w for w in (one, other) if w)
    return {**row, "inter1": one, "inter2": other, "interaction": both if other or not one else f"{one} only"}


def answered(desk: Desk, asked: Common, rows: Iterable[Row], *, columns: Sequence[str] = ()) -> Response:
    """Rows in the envelope, or as CSV; a piece at a time."""
    fields = [f for f in asked.fields if not (asked.monadic and f in ONE_SIDE)]
    if asked.form == "csv":
        return StreamingResponse(begun(as_csv(fields, rows)), 200, {}, answers.MEDIA["csv"])
    last = head(desk.ledger)
    passed = time.time() - dt.datetime.fromisoformat(last.at).timestamp() if last else 0
    return StreamingResponse(begun(as_json(fields, rows, max(0, int(passed // 3600)))), 200, {}, answers.JSON)


def as_csv(fields: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    head_line = lines(fields, [])
    yield head_line
    for some in chunks(rows):
        yield lines(fields, some)[len(head_line) :]


def as_json(fields: Sequence[str], rows: Iterable[Row], hours: int) -> Iterator[str]:
    """The envelope, its count last: it is known when all rows are."""
    yield f'{{"status":200,"success":true,"last_update":{hours},"messages":[],"data_query_restrictions":{{}},"data":['
    count, between = 0, ""
    for some in chunks(rows):
        count += len(some)
        yield between + ",".join(orjson.dumps(cells(fields, row)).decode() for row in some)
        between = ","
    yield f'],"count":{count}}}'


def cells(fields: Sequence[str], row: Row) -> Row:
    """A row as JSON: texts are empty, numbers null where nothing states them."""
    return {f: "" if row.get(f) is None and f in TEXTS else row.get(f) for f in fields}


def chunks(rows: Iterable[Row], size: int = SIZE) -> Iterator[list[Row]]:
    some: list[Row] = []
    for row in rows:
        some.append(row)
        if len(some) == size:
            yield some
            some = []
    if some:
        yield some


@routes.get("/api/deleted/read", dependencies=may("read", cost=5), responses=shapes.giving(Envelope, "text/csv"))
def deleted(
    request: Request,
    _format: Described = None,
    event_id_cnty: Several = None,
    deleted_timestamp: Annotated[str | None, Query(max_length=40, description="A day, or seconds since 1970.")] = None,
    deleted_timestamp_where: How = None,
    limit: Number = None,
    page: Number = None,
) -> Response:
    """Events that were in the record and are no more, with when they went: merged into others, split, rejected or withdrawn."""
    desk = desk_of(request)
    asked = Common(request, DELETED)
    starts = [int(t.values[0]) for t in asked.tests if t.column == "deleted_timestamp" and t.operator in (">", ">=", "=")]
    rows = (row for row in deleted_rows(desk, max(starts, default=0)) if passes(asked.tests, row))
    return answered(desk, asked, asked.window(rows))


def deleted_rows(desk: Desk, since: int) -> Iterator[Row]:
    """The numbers that no event has any more, each once. A number changes with the country: the old one then counts as gone."""
    found: dict[str, tuple[str, int]] = {}
    for change in revised(desk.ledger, since=since * 1_000_000):
        before = event_number(decode(change.before))
        if change.after is None or event_number(decode(change.after)) != before:
            found.setdefault(before, (change.id, change.at // 1_000_000))
    there = {event_number(decode(b.text)) for b in named(desk.ledger, [fold for fold, _ in found.values()])}
    for number, (_, at) in found.items():
        if number not in there:
            yield {"event_id_cnty": number, "deleted_timestamp": at}


LISTS: Mapping[str, tuple[str, ...]] = {
    "country": ("country", "iso", "iso3", "first_event_date", "last_event_date", "event_count"),
    "region": ("region", "region_name", "first_event_date", "last_event_date", "event_count"),
    "actor": ("actor_name", "first_event_date", "last_event_date", "event_count"),
    "actortype": ("actor_type_id", "actor_type_name", "first_event_date", "last_event_date", "event_count"),
}


def list_rows(desk: Desk, what: str) -> list[Row]:
    """Countries, regions, actors or kinds of actors with how many events there are of each, and from when to when."""
    held = snapshot(desk)
    parts = [(part, part.standing()) for part in held.parts]
    field = {"country": "country", "region": "country", "actor": "actor", "actortype": "actor_kind"}[what]
    found: dict[str, Row] = {}
    for span in spans(parts, field):
        row = list_row(what, span.name)
        if row is None:
            continue
        key = str(row[LISTS[what][0]])
        old = found.get(key)
        days = [d for d in (span.first, span.last, old and old["first_event_date"], old and old["last_event_date"]) if d]
        ends = {"first_event_date": min(map(str, days), default=None), "last_event_date": max(map(str, days), default=None)}
        found[key] = {**row, **ends, "event_count": span.events + int((old and old["event_count"]) or 0)}
    return [found[key] for key in sorted(found)]


def list_row(what: str, name: str) -> Row | None:
    country = countries().get(name)
    if what == "country":
        return {"country": country.name, "iso": country.number, "iso3": country.iso3} if country else None
    if what == "region":
        number = next((n for n, region in regions().items() if country and region == country.region), None)
        return {"region": int(number), "region_name": regions()[number]} if number else None
    if what == "actor":
        return {"actor_name": name}
    number = next((str(n) for n, kind in KINDS.items() if kind and kind.casefold().startswith(name.casefold().rstrip("s"))), None)
    return {"actor_type_id": int(number), "actor_type_name": KINDS[int(number)]} if number else None


def listing(request: Request, what: str) -> Response:
    desk = desk_of(request)
    asked = Common(request, LISTS[what])
    rows = (row for row in list_rows(desk, what) if passes(asked.tests, row))
    return answered(desk, asked, asked.window(rows))


@routes.get("/api/country/read", dependencies=may("read"), responses=shapes.giving(Envelope, "text/csv"))
def country_list(request: Request, _format: Described = None, limit: Number = None, page: Number = None) -> Response:
    """Countries with events."""
    return listing(request, "country")


@routes.get("/api/region/read", dependencies=may("read"), responses=shapes.giving(Envelope, "text/csv"))
def region_list(request: Request, _format: Described = None, limit: Number = None, page: Number = None) -> Response:
    """Regions with events."""
    return listing(request, "region")


@routes.get("/api/actor/read", dependencies=may("read"), responses=shapes.giving(Envelope, "text/csv"))
def actor_list(request: Request, _format: Described = None, limit: Number = None, page: Number = None) -> Response:
    """Actors with their events."""
    return listing(request, "actor")


@routes.get("/api/actortype/read", dependencies=may("read"), responses=shapes.giving(Envelope, "text/csv"))
def kind_list(request: Request, _format: Described = None, limit: Number = None, page: Number = None) -> Response:
    """Kinds of actors with their events."""
    return listing(request, "actortype")


class TokenAnswer(BaseModel):
    """A token as OAuth 2 gives it."""

    token_type: str
    expires_in: int
    access_token: str
    refresh_token: str
    refresh_token_expires_in: int


@routes.post("/oauth/token", dependencies=may("enter", cost=5), responses=shapes.giving(TokenAnswer))
def token(
    request: Request,
    grant_type: Annotated[str, Form(max_length=40)],
    username: Annotated[str, Form(max_length=64)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    refresh_token: Annotated[str, Form(max_length=200)] = "",
    client_id: Annotated[str, Form(max_length=100)] = "",
    scope: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """A token for reading, for a name and password, or for an earlier refresh token, which is then used up."""
    desk = desk_of(request)
    if grant_type not in ("password", "refresh_token"):
        raise Refused(400, "unsupported_grant_type", "grant_type is password or refresh_token")
    if desk.accounts is None:
        return told("local", "local")
    user = of_password(desk, request, username, password) if grant_type == "password" else of_token(desk, refresh_token)
    _, access = keep_token(desk.accounts, user.name, "oauth", ("read",), ACCESS, kind="access")
    _, refresh = keep_token(desk.accounts, user.name, "oauth", ("read",), REFRESH, kind="refresh")
    return told(access, refresh)


def told(access: str, refresh: str) -> Response:
    found = {"token_type": "Bearer", "expires_in": ACCESS, "access_token": access, "refresh_token": refresh}
    return answers.given({**found, "refresh_token_expires_in": REFRESH}, headers={"Cache-Control": "no-store"})


def of_password(desk: Desk, request: Request, name: str, password: str) -> User:
    assert desk.accounts is not None
    user = check_login(desk.accounts, name, password, origin=request.client.host if request.client else "")
    if user is None:
        raise Refused(401, "invalid_grant", "that name and password don't go together")
    return user


def of_token(desk: Desk, secret: str) -> User:
    assert desk.accounts is not None
    caller: Caller | None = caller_by_token(desk.accounts, secret, kinds=("refresh",))
    if caller is None:
        raise Refused(401, "invalid_grant", "that refresh token is not known, or no longer good")
    drop_secret(desk.accounts, secret)
    return caller.user
