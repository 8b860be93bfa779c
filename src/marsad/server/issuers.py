"""Logging in at somebody else's: OpenID Connect with a code, PKCE and a nonce, at one issuer that the server was told of.

It says who somebody is; what they may do, their account here says. Nobody gets in who has none.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import secrets
import time
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlsplit

import httpx
import orjson
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from marsad.ledger.accounts import SESSION, User, all_users, begin_session
from marsad.ledger.kept import signing_key
from marsad.model import ConfigError
from marsad.server import shapes
from marsad.server.desk import Desk, desk_of
from marsad.server.guard import COOKIE, may
from marsad.server.problems import Refused
from marsad.server.settings import is_loopback

routes = APIRouter(prefix="/api/v1/oidc", tags=["accounts"])
STARTED = "marsad_oidc"
PATH = "/api/v1/oidc"
LASTS = 600
"""Seconds within which somebody has to come back from the issuer."""
KNOWN = 3600
"""Seconds for which an issuer's description and keys are kept."""
TIMEOUT = 10.0
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
SCOPE = "openid profile email"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """What an issuer says of itself, and since when that is known."""

    description: dict[str, Any]
    keys: Any
    since: float


ISSUERS: dict[str, Issuer] = {}


class NotIn(Exception):
    """Somebody does not get in; the word says why: `not_known`, `refused` or `failed`."""


def secure(address: str) -> str:
    """An address of the issuer. Raises `ConfigError` where others could read what is sent there."""
    parts = urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        return address
    raise ConfigError(f"{address!r} is no address that begins with https://")


def issuer_of(address: str, *, fresh: bool = False) -> Issuer:
    """The description and keys of an issuer. Raises `NotIn` where it can't be asked, or describes another."""
    held = ISSUERS.get(address)
    if held is not None and not fresh and time.monotonic() - held.since < KNOWN:
        return held
    try:
        with httpx.Client(timeout=TIMEOUT, trust_env=False, follow_redirects=False) as client:
            found = read(client, f"{secure(address).rstrip('/')}/.well-known/openid-configuration")
            if found.get("issuer") != address:
                raise NotIn("failed")
            keys = read(client, secure(str(found["jwks_uri"])))
    except (httpx.HTTPError, ValueError, KeyError, ConfigError) as error:
        raise NotIn("failed") from error
    ISSUERS[address] = Issuer(description=found, keys=keys, since=time.monotonic())
    return ISSUERS[address]


def read(client: httpx.Client, address: str) -> dict[str, Any]:
    response = client.get(address)
    response.raise_for_status()
    found = response.json()
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found


def client_of(request: Request, desk: Desk) -> Any:
    """A client of the issuer, as the server is known there."""
    from authlib.integrations.httpx_client import OAuth2Client  # type: ignore[import-untyped]

    settings = desk.settings
    return OAuth2Client(
        settings.oidc_client,
        settings.oidc_secret or None,
        token_endpoint_auth_method="client_secret_basic" if settings.oidc_secret else "none",
        scope=SCOPE,
        redirect_uri=f"{base_of(request, desk)}{PATH}/callback",
        code_challenge_method="S256",
        timeout=TIMEOUT,
        trust_env=False,
    )


def base_of(request: Request, desk: Desk) -> str:
    """Where browsers reach this server."""
    scheme = "https" if desk.settings.secure_cookie else request.url.scheme
    return f"{scheme}://{request.url.netloc}"


def wanted(desk: Desk) -> str:
    """The issuer. Raises `Refused` where none is named."""
    if not desk.settings.oidc or desk.accounts is None:
        raise Refused(404, "no_oidc", "people do not log in elsewhere here: start the server with --oidc")
    return desk.settings.oidc


@routes.get("/login", dependencies=may("enter", cost=5), status_code=303, responses=shapes.failing(404))
def start(request: Request) -> Response:
    """Go to the issuer to log in."""
    desk = desk_of(request)
    address = wanted(desk)
    try:
        there = secure(str(issuer_of(address).description["authorization_endpoint"]))
    except (NotIn, KeyError, ConfigError):
        return back("failed")
    words = {"nonce": secrets.token_urlsafe(24), "verifier": secrets.token_urlsafe(48), "until": int(time.time()) + LASTS}
    with client_of(request, desk) as client:
        url, state = client.create_authorization_url(there, nonce=words["nonce"], code_verifier=words["verifier"])
    response = RedirectResponse(url, 303, headers={"Cache-Control": "no-store"})
    value = sealed(desk, {**words, "state": state})
    https = base_of(request, desk).startswith("https")
    response.set_cookie(STARTED, value, max_age=LASTS, path=PATH, secure=https, httponly=True, samesite="lax")
    return response


PAGE: dict[int | str, dict[str, Any]] = {200: {"content": {"text/html": {}}}, **shapes.failing(404)}


@routes.get("/callback", dependencies=may("enter", cost=5), responses=PAGE)
def finish(
    request: Request,
    code: Annotated[str | None, Query(max_length=4000)] = None,
    state: Annotated[str | None, Query(max_length=400)] = None,
) -> Response:
    """Come back from the issuer: where it knows somebody who has an account here, a visit begins."""
    desk = desk_of(request)
    address = wanted(desk)
    try:
        begun = opened(desk, request.cookies.get(STARTED, ""))
        if not code or not state or not hmac.compare_digest(str(begun["state"]), state):
            raise NotIn("refused")
        user = person(desk, told(request, desk, address, code, begun))
    except NotIn as error:
        return back(str(error))
    assert desk.accounts is not None
    visit = begin_session(desk.accounts, user)
    response = back(None)
    https = base_of(request, desk).startswith("https")
    response.set_cookie(COOKIE, visit.secret, max_age=SESSION, path="/", secure=https, httponly=True, samesite="strict")
    return response


def told(request: Request, desk: Desk, address: str, code: str, begun: dict[str, Any]) -> dict[str, Any]:
    """What the issuer says of somebody, checked. Raises `NotIn`."""
    from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]

    issuer = issuer_of(address)
    try:
        with client_of(request, desk) as client:
            where = secure(str(issuer.description["token_endpoint"]))
            token = client.fetch_token(where, code=code, code_verifier=begun["verifier"])
        words = str(token["id_token"])
    except (AuthlibBaseError, httpx.HTTPError, ValueError, KeyError, ConfigError) as error:
        raise NotIn("failed") from error
    return checked(words, issuer, address, desk.settings.oidc_client, str(begun["nonce"]), again=True)


def checked(words: str, issuer: Issuer, address: str, audience: str, nonce: str, *, again: bool) -> dict[str, Any]:
    """The claims of an ID token that this issuer signed for this server and this visit. Raises `NotIn`."""
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    try:
        token = jwt.decode(words, KeySet.import_key_set(issuer.keys), algorithms=ALGORITHMS)
        rules = jwt.JWTClaimsRegistry(
            leeway=30,
            iss={"essential": True, "value": address},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        rules.validate(token.claims)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        if again:  # its keys may have changed
            return checked(words, issuer_of(address, fresh=True), address, audience, nonce, again=False)
        raise NotIn("refused") from error
    others = token.claims["aud"]
    if isinstance(others, list) and len(others) > 1 and token.claims.get("azp") != audience:
        raise NotIn("refused")
    return dict(token.claims)


def person(desk: Desk, claims: dict[str, Any]) -> User:
    """Who of the accounts here that is. Raises `NotIn` where nobody is."""
    assert desk.accounts is not None
    name = claims.get(desk.settings.oidc_claim)
    if desk.settings.oidc_claim == "email" and claims.get("email_verified") is not True:
        raise NotIn("not_known")
    found = next((u for u in all_users(desk.accounts) if u.name == name and u.active), None)
    if found is None:
        raise NotIn("not_known")
    return found


def sealed(desk: Desk, words: dict[str, Any]) -> str:
    """Words that a browser keeps for us and can't change."""
    body = base64.urlsafe_b64encode(orjson.dumps(words)).decode().rstrip("=")
    return f"{body}.{mark(desk, body)}"


def mark(desk: Desk, body: str) -> str:
    return hmac.new(signing_key(desk.kept()), f"oidc {body}".encode(), hashlib.sha256).hexdigest()


def opened(desk: Desk, value: str) -> dict[str, Any]:
    """What `sealed` made. Raises `NotIn` where it was changed, or is too old."""
    body, _, given = value.partition(".")
    if not body or not hmac.compare_digest(mark(desk, body).encode(), given.encode("utf-8", "replace")):
        raise NotIn("refused")
    words: dict[str, Any] = orjson.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    if words["until"] < time.time():
        raise NotIn("refused")
    return words


def back(why: str | None) -> Response:
    """Back to the app, by a page of our own: a redirect would still count as the issuer's, and take no strict cookie along."""
    to = "/" if why is None else f"/#/?login=refused&login_error={why}"
    to = html.escape(to)
    page = f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="0;url={to}">'
    page += f'<title>Marsad</title></head><body><a href="{to}">Marsad</a></body></html>'
    response = HTMLResponse(page, headers={"Cache-Control": "no-store"})
    response.delete_cookie(STARTED, path=PATH, httponly=True, samesite="lax")
    return response
