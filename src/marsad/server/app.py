"""The application: routes, the guard of each, and what is around them."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

import orjson
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.routing import APIRoute

from marsad.ledger.accounts import Accounts, all_users, open_accounts
from marsad.ledger.snapshots import Memory
from marsad.ledger.store import Ledger, open_ledger
from marsad.model import ConfigError
from marsad.server import (
    acled,
    adding,
    answers,
    cast,
    corrections,
    entering,
    exporting,
    issuers,
    judging,
    keeping,
    ogc,
    overview,
    problems,
    records,
    reporting,
    reviewing,
    stream,
    ucdp,
)
from marsad.server.clock import set_deadline
from marsad.server.coding import Bench
from marsad.server.deeds import Deeds
from marsad.server.desk import Desk, Words
from marsad.server.express import Express
from marsad.server.front import front
from marsad.server.guard import action_of, may
from marsad.server.limits import Limiter
from marsad.server.policy import Action
from marsad.server.public import Mirror, PublicDoor
from marsad.server.settings import VARIABLE, Settings, from_text
from marsad.server.shield import Shield
from marsad.stages import Stages
from marsad.versions import version

SWITCH = 0.001
"""Seconds after which a thread that computes lets another have its turn, such as the one that takes requests."""
ROUTES: tuple[APIRouter, ...] = (
    exporting.routes,
    judging.routes,
    overview.routes,
    reporting.routes,
    adding.routes,
    stream.routes,
    entering.routes,
    issuers.routes,
    reviewing.routes,
    keeping.routes,
    corrections.routes,
    records.routes,
    acled.routes,
    cast.routes,
    ucdp.routes,
    ogc.make_routes(listed=True),
    ogc.make_routes(listed=False, prefix="/ogc"),
)
ABOUT = """A record of conflict and humanitarian access with a source for every value.

Errors have one shape on every route (RFC 9457, `application/problem+json`). Lists come in pages: follow `next`, or give
`after` back. `as_of` asks what the record said at a moment, `at` what held on a day. Records have a `revision`: a judgement
that gives the one it was made on as `expected` is refused with 409 where there is a later one."""


def create_app(
    ledger: Ledger, settings: Settings, *, make_stages: Callable[[], Stages] | None = None, desks: Accounts | None = None
) -> FastAPI:
    """An application on an open ledger. `desks` are a desk's accounts, where the ledger is what the public sees of its record.

    Raises `ConfigError` where the settings would let anybody in, or ask for accounts and there are none.
    """
    settings = settings.checked()
    accounts = desks or (people(ledger) if settings.accounts else None)
    mirrored = settings.public and accounts is not None and desks is None
    settings = dataclasses.replace(settings, public=settings.public and not mirrored)
    limiter = Limiter(rate=settings.rate, burst=settings.burst, at_once=settings.at_once)
    desk = Desk(
        ledger=ledger,
        settings=settings,
        memory=Memory(ledger),
        words=Words(ledger),
        accounts=accounts,
        kept=lambda: accounts if accounts is not None and desks is None else kept(ledger),
        bench=Bench(waiting=settings.waiting, seconds=settings.coding, make=make_stages),
        limiter=limiter,
    )
    set_deadline(ledger, settings.deadline)
    app = FastAPI(
        title="Marsad",
        version=version(),
        description=ABOUT,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        generate_unique_id_function=name_of,
        redirect_slashes=False,
    )
    app.state.desk = desk
    app.state.listeners = stream.Listeners(ledger)
    problems.install(app)
    title = "public" if desks else ledger.name
    routers = (*ROUTES, schema_routes(), front(Path(settings.static) if settings.static else None, title))
    app.state.actions = guarded(routers)
    for routes in routers:
        app.include_router(routes)
    express = Express(app, (route for routes in routers for route in routes.routes))
    app.add_middleware(Shield, settings=settings, limiter=limiter, express=express)
    app.add_middleware(Deeds, kept=lambda: desks or desk.kept(), views=accounts is not None and desks is None)
    if mirrored and accounts is not None:
        app.add_middleware(PublicDoor, mirror=Mirror(ledger=ledger, make=public_app(settings, accounts)), accounts=accounts)
    return app


def public_app(settings: Settings, accounts: Accounts | None) -> Callable[[Ledger], FastAPI]:
    """Makes the application that the public gets."""
    return lambda shown: create_app(shown, dataclasses.replace(settings, public=True, ledger=shown.address), desks=accounts)


def guarded(routers: Iterable[APIRouter]) -> dict[tuple[str, str], Action]:
    """The action of each method of each address. Raises `LookupError` for a route without a guard."""
    found: dict[tuple[str, str], Action] = {}
    for route in (r for router in routers for r in router.routes):
        if not isinstance(route, APIRoute):
            raise LookupError(f"{route} is no route that can have a guard")
        found |= {(route.path_format, method.lower()): action_of(route) for method in route.methods or ()}
    return found


def people(ledger: Ledger) -> Accounts:
    """The accounts of a ledger. Raises `ConfigError` where there are none yet."""
    accounts = open_accounts(ledger)
    if not any(u.role == "admin" and u.active for u in all_users(accounts)):
        raise ConfigError("there is no admin yet: `marsad users add NAME --role admin --ledger …` makes one")
    return accounts


@cache
def kept_at(address: str, ledger: Ledger) -> Accounts:
    return open_accounts(ledger)


def kept(ledger: Ledger) -> Accounts:
    """Where filters and remarks are kept in local mode."""
    return kept_at(ledger.address, ledger)


def name_of(route: APIRoute) -> str:
    """The name of an operation: what it is called here."""
    return route.name


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """While the server runs; when it is told to stop, streams end at once, so that it need not wait for who listens."""
    listeners: stream.Listeners = app.state.listeners
    loop = asyncio.get_running_loop()
    before = {s: signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM)} if on_main_thread() else {}
    for number, old in before.items():
        signal.signal(number, ending(loop, listeners, old))
    yield
    for number, old in before.items():
        signal.signal(number, old)
    await listeners.close()
    app.state.desk.bench.stop()
    app.state.desk.pages.stop()


def on_main_thread() -> bool:
    """Whether signals can be told here."""
    return threading.current_thread() is threading.main_thread()


def ending(loop: asyncio.AbstractEventLoop, listeners: stream.Listeners, old: Any) -> Callable[[int, FrameType | None], None]:
    """What to do on a signal: end the streams, then what was to be done before."""

    def handle(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(listeners.end)
        if callable(old):
            old(number, frame)

    return handle


def schema_routes() -> APIRouter:
    """The OpenAPI description."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/openapi.json", dependencies=may("enter"))
    @routes.get("/api/v1/openapi.json", dependencies=may("enter"))
    @routes.get("/api", dependencies=may("enter"))
    @routes.get("/ogc/api", dependencies=may("enter"))
    def openapi(request: Request) -> Response:
        kind = "application/vnd.oai.openapi+json;version=3.0" if request.url.path.endswith("/api") else answers.JSON
        return Response(orjson.dumps(schema_of(request.app)), 200, {}, kind)

    @routes.get("/ogc", dependencies=may("read"))
    @routes.get("/ogc/", dependencies=may("read"))
    def landing(request: Request) -> Response:
        return ogc.landing(request)

    return routes


def schema_of(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI of an application; each operation says which action it is (`x-marsad-action`)."""
    schema = app.openapi()
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            operation["x-marsad-action"] = app.state.actions[(path, method)]
    return schema


def from_environment() -> FastAPI:
    """The application that a server's process runs, by the settings in its environment. Raises `ConfigError` for wrong ones."""
    settings = from_text(os.environ.get(VARIABLE, ""))
    sys.setswitchinterval(SWITCH)
    return create_app(open_ledger(settings.ledger, write=True), settings)
