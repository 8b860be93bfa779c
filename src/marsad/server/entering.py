"""Coming in and going out: visits of people, tokens of programs, and who there is."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from fastapi import APIRouter, Body, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from marsad.ledger.accounts import (
    LONGEST_DAYS,
    SESSION,
    Accounts,
    add_user,
    all_users,
    begin_session,
    change_user,
    check_login,
    drop_token,
    end_session,
    make_token,
    tokens_of,
)
from marsad.model import plain
from marsad.server import answers, shapes
from marsad.server.desk import Desk, desk_of
from marsad.server.guard import COOKIE, may, who_asks
from marsad.server.policy import MAY, allowed
from marsad.server.problems import Refused, missing

routes = APIRouter(prefix="/api/v1", tags=["accounts"])
Role = Literal["reader", "coder", "reviewer", "admin"]


class Entry(BaseModel):
    """Name and password."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=64, examples=["amal"])
    password: str = Field(min_length=1, max_length=1000)


class Elsewhere(BaseModel):
    """An issuer of identities, and the address that leads there."""

    name: str = Field(examples=["id.example.org"])
    login: str = Field(examples=["/api/v1/oidc/login"])


class Me(BaseModel):
    """Who you are to the server, and what you may do. `csrf` goes into the head x-csrf-token of what changes anything."""

    name: str
    role: str | None
    may: list[str]
    scopes: list[str] | None = None
    csrf: str | None = None
    accounts: bool = Field(description="Whether this server has accounts; without, everybody may do everything.")
    fetch: bool = Field(False, description="Whether a page may be added by its address.")
    oidc: Elsewhere | None = Field(None, description="Where people can log in too.")


def accounts_of(desk: Desk) -> Accounts:
    """The accounts. Raises `Refused` where the server has none."""
    if desk.accounts is None:
        raise Refused(404, "no_accounts", "this server has no accounts: `marsad users add NAME --role admin` makes the first one")
    return desk.accounts


@routes.get("/me", dependencies=may("enter"), responses=shapes.giving(Me))
def me(request: Request) -> Response:
    """Who you are, and what you may do."""
    who = who_asks(request)
    actions = sorted({a for actions in MAY.values() for a in actions if allowed(who, a)})
    found = {"name": who.name, "role": who.role, "may": actions, "scopes": who.scopes, "csrf": who.csrf}
    desk = desk_of(request)
    return answers.given({**found, "accounts": desk.accounts is not None, **possible(desk)})


def possible(desk: Desk) -> dict[str, Any]:
    """What else there is here."""
    elsewhere = {"name": urlsplit(desk.settings.oidc).netloc, "login": "/api/v1/oidc/login"} if desk.settings.oidc else None
    return {"fetch": desk.settings.fetch, "oidc": elsewhere}


@routes.post("/login", dependencies=may("enter"), responses=shapes.giving(Me, failing_with=(404,)))
def login(request: Request, entry: Annotated[Entry, Body()]) -> Response:
    """Begin a visit: the answer sets the cookie, and tells the word that forms must bring."""
    desk = desk_of(request)
    accounts = accounts_of(desk)
    user = check_login(accounts, entry.name, entry.password, origin=request.client.host if request.client else "")
    if user is None:
        raise Refused(401, "wrong", "that name and password don't go together")
    old = request.cookies.get(COOKIE)
    if old:
        end_session(accounts, old)
    visit = begin_session(accounts, user)
    found = {"name": user.name, "role": user.role, "may": sorted(MAY[user.role]), "scopes": None, "csrf": visit.csrf}
    response = answers.given({**found, "accounts": True, **possible(desk)})
    secure = desk.settings.secure_cookie or request.url.scheme == "https"
    response.set_cookie(COOKIE, visit.secret, max_age=SESSION, path="/", secure=secure, httponly=True, samesite="strict")
    return response


@routes.post("/logout", status_code=204, dependencies=may("enter"), responses=shapes.failing(404))
def logout(request: Request) -> Response:
    """End a visit."""
    accounts = accounts_of(desk_of(request))
    secret = request.cookies.get(COOKIE)
    if secret:
        end_session(accounts, secret)
    response = Response(status_code=204)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return response


class TokenShape(BaseModel):
    """What is known of a token."""

    id: str
    user: str
    label: str
    scopes: list[str]
    created: float
    expires: float


class NewToken(BaseModel):
    """A token to be made."""

    model_config = ConfigDict(extra="forbid")

    label: str = Field("", max_length=100, examples=["notebook"])
    scopes: list[Literal["read", "code", "judge", "admin"]] = Field(["read"], min_length=1, max_length=4)
    days: float = Field(90, gt=0, le=LONGEST_DAYS)


class MadeToken(BaseModel):
    """A token and its secret, which is told this once."""

    token: TokenShape
    secret: str


@routes.get("/tokens", dependencies=may("own"), responses=shapes.giving(list[TokenShape], failing_with=(404,)))
def tokens(request: Request) -> Response:
    """Your tokens."""
    return answers.given(plain(tokens_of(accounts_of(desk_of(request)), who_asks(request).name)))


@routes.post(
    "/tokens", status_code=201, dependencies=may("own"), responses={201: {"model": MadeToken}, **shapes.failing(404)}
)
def new_token(request: Request, wanted: Annotated[NewToken, Body()]) -> Response:
    """Make a token for a program. No scope gives more than your role may."""
    who = who_asks(request)
    accounts = accounts_of(desk_of(request))
    beyond = [s for s in wanted.scopes if not allowed(who, s)]
    if beyond:
        raise Refused(403, "not_allowed", f"your role may not {beyond[0]}")
    scopes = tuple(dict.fromkeys(wanted.scopes))
    made, secret = make_token(accounts, who.name, label=wanted.label, scopes=scopes, seconds=wanted.days * 86400)
    return answers.given({"token": plain(made), "secret": secret}, status=201)


@routes.delete("/tokens/{name}", status_code=204, dependencies=may("own"), responses=shapes.failing(404))
def no_token(request: Request, name: Annotated[str, Path(max_length=40)]) -> Response:
    """Take a token of yours back; an admin anybody's."""
    who = who_asks(request)
    own = None if allowed(who, "admin") else who.name
    if not drop_token(accounts_of(desk_of(request)), name, user=own):
        raise missing(f"there is no token {name}")
    return Response(status_code=204)


class UserShape(BaseModel):
    """Somebody with an account."""

    name: str
    role: Role
    active: bool
    created: float


class NewUser(BaseModel):
    """An account to be made."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=64, examples=["amal"])
    role: Role
    password: str = Field(min_length=10, max_length=1000)


class UserChange(BaseModel):
    """What to change of an account; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    role: Role | None = None
    password: str | None = Field(None, min_length=10, max_length=1000)
    active: bool | None = None


@routes.get("/users", dependencies=may("admin"), responses=shapes.giving(list[UserShape], failing_with=(404,)))
def users(request: Request) -> Response:
    """Everybody who has an account."""
    return answers.given(plain(all_users(accounts_of(desk_of(request)))))


@routes.post(
    "/users", status_code=201, dependencies=may("admin"), responses={201: {"model": UserShape}, **shapes.failing(404)}
)
def new_user(request: Request, wanted: Annotated[NewUser, Body()]) -> Response:
    """Make an account."""
    made = add_user(accounts_of(desk_of(request)), wanted.name, wanted.role, wanted.password)
    return answers.given(plain(made), status=201)


@routes.patch("/users/{name}", dependencies=may("admin"), responses=shapes.giving(UserShape, failing_with=(404,)))
def other_user(request: Request, name: Annotated[str, Path(max_length=64)], wanted: Annotated[UserChange, Body()]) -> Response:
    """Change somebody's role or password, or shut them out."""
    accounts = accounts_of(desk_of(request))
    if name not in {u.name for u in all_users(accounts)}:
        raise missing(f"there is no user {name}")
    return answers.given(plain(change_user(accounts, name, role=wanted.role, password=wanted.password, active=wanted.active)))


@routes.get("/users/tokens", dependencies=may("admin"), responses=shapes.giving(list[TokenShape], failing_with=(404,)))
def everybodys_tokens(request: Request) -> Response:
    """The tokens of everybody."""
    return answers.given(plain(tokens_of(accounts_of(desk_of(request)))))
