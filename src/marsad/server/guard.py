"""The door: who asks, whether they may, and whether a page of somebody else's made their browser ask."""

from __future__ import annotations

import secrets
from typing import cast
from urllib.parse import urlsplit

from fastapi import Depends, Request, params
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from marsad.ledger.accounts import Caller, caller_by_session, caller_by_token
from marsad.server.desk import Desk
from marsad.server.policy import NOBODY, Action, Identity, allowed
from marsad.server.problems import Refused

COOKIE = "marsad_session"
CSRF_HEADER = "x-csrf-token"
SAFE = ("GET", "HEAD", "OPTIONS")
LOCAL = Identity(name="local", role="admin")
PUBLIC = Identity(name="", role="reader", scopes=("read",))


class Guard:
    """A dependency that lets a request through to a route only where the caller may do the action. Every route has one."""

    def __init__(self, action: Action, cost: float = 1.0) -> None:
        self.action, self.cost = action, cost

    async def __call__(self, request: Request) -> Identity:
        desk = cast(Desk, request.app.state.desk)
        who = await identify(request, desk)
        lane = f"user {who.name}" if who.role and who.name else f"from {request.client.host if request.client else ''}"
        if desk.accounts is not None:
            desk.limiter.take(lane, self.cost)
            if desk.limiter.enter(lane):
                request.scope["state"]["lane"] = lane
        if not allowed(who, self.action):
            refuse(who, self.action)
        if request.method not in SAFE:
            same_site(request, desk, who, entering=self.action == "enter")
        request.state.who = who
        return who


def may(action: Action, *, cost: float = 1.0) -> list[params.Depends]:
    """The `dependencies` of a route for that action; `cost` is how many requests it counts as."""
    return [Depends(Guard(action, cost))]


def action_of(route: APIRoute) -> Action:
    """The action of a route. Raises `LookupError` where it has none, or several."""
    found = [d.dependency.action for d in route.dependencies if isinstance(d.dependency, Guard)]
    if len(found) != 1:
        raise LookupError(f"{route.path} has {len(found)} guards")
    return found[0]


async def identify(request: Request, desk: Desk) -> Identity:
    """Whom the request's token or cookie stands for; a wrong token is an error, a wrong cookie nobody."""
    if desk.accounts is None:
        return LOCAL
    secret = bearer(request)
    if secret is not None:
        caller = await run_in_threadpool(caller_by_token, desk.accounts, secret)
        if caller is None:
            raise Refused(401, "bad_token", "that token is not known, or no longer good", {"WWW-Authenticate": "Bearer"})
        return identity(caller)
    cookie = request.cookies.get(COOKIE)
    caller = await run_in_threadpool(caller_by_session, desk.accounts, cookie) if cookie else None
    if caller is not None:
        return identity(caller, by_cookie=True)
    return PUBLIC if desk.settings.public else NOBODY


def identity(caller: Caller, *, by_cookie: bool = False) -> Identity:
    return Identity(
        name=caller.user.name, role=caller.user.role, scopes=caller.scopes, csrf=caller.csrf, by_cookie=by_cookie
    )


def bearer(request: Request) -> str | None:
    """The token of an `Authorization: Bearer` head; `None` where there is none."""
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" and secret.strip() else None


def refuse(who: Identity, action: Action) -> None:
    if who.role is None or (who.name == "" and who.scopes is not None):
        raise Refused(401, "not_known", "who are you? Log in, or send a token", {"WWW-Authenticate": "Bearer"})
    raise Refused(403, "not_allowed", f"{who.name} may not do that: it needs a role or token that may {action}")


def same_site(request: Request, desk: Desk, who: Identity, *, entering: bool) -> None:
    """Refuse what a page of another site makes a browser send: another origin, or a form without the visit's own word."""
    origin = request.headers.get("origin")
    own = request.headers.get("host", "")
    if origin is not None and urlsplit(origin).netloc not in (own, *desk.settings.hosts):
        raise Refused(403, "other_origin", "that came from a page of another site")
    if request.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
        raise Refused(403, "other_origin", "that came from a page of another site")
    if who.by_cookie and not entering:
        given = request.headers.get(CSRF_HEADER, "")
        if not who.csrf or not secrets.compare_digest(given.encode(), who.csrf.encode()):
            raise Refused(403, "no_csrf", f"send the visit's word in {CSRF_HEADER}: /api/v1/me tells it")


def who_asks(request: Request) -> Identity:
    """The caller, as the guard found out."""
    return cast(Identity, request.state.who)
