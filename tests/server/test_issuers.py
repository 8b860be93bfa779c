"""Logging in elsewhere, at a stand-in of an issuer that keeps to the rules, and at one that does not."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import RSAKey
from tests.server.conftest import Served
from tests.server.people import Desk

from marsad.model import ConfigError
from marsad.server import issuers
from marsad.server.settings import Settings

NAME = "marsad-test"
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}, private=True)


class Standin(BaseHTTPRequestHandler):
    """An issuer: its description, its keys, and an ID token for a code that it gave out."""

    address = ""
    key = KEY
    given: dict[str, dict[str, Any]]
    claims: dict[str, Any]

    def log_message(self, *words: object) -> None: ...

    def tell(self, body: object, status: int = 200) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self) -> None:
        here = self.address
        if self.path == "/keys":
            self.tell({"keys": [KEY.as_dict(private=False)]})
        else:
            ends = {"authorization_endpoint": f"{here}/authorize", "token_endpoint": f"{here}/token", "jwks_uri": f"{here}/keys"}
            self.tell({"issuer": here, **ends})

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        asked = self.given.pop(form["code"][0], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"][0].encode()).digest()).decode().rstrip("=")
        if asked is None or challenge != asked["code_challenge"] or form["redirect_uri"][0] != asked["redirect_uri"]:
            self.tell({"error": "invalid_grant"}, 400)
            return
        now = int(time.time())
        claims = {"iss": self.address, "aud": NAME, "sub": "7", "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims |= self.claims
        words = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)
        self.tell({"access_token": "x", "token_type": "Bearer", "id_token": words})


@pytest.fixture
def issuer() -> Iterator[type[Standin]]:
    class Own(Standin): ...

    Own.given, Own.claims = {}, {"preferred_username": "coder"}
    server = ThreadingHTTPServer(("127.0.0.1", 0), Own)
    Own.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Own
    server.shutdown()
    server.server_close()


@pytest.fixture
def client(desk: Desk, application: Served, issuer: type[Standin]) -> Iterator[TestClient]:
    app = application(accounts=True, oidc=issuer.address, oidc_client=NAME)
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as made:
        yield made


def go(client: TestClient, issuer: type[Standin], **changed: str) -> Any:
    """To the issuer and back again."""
    sent = client.get("/api/v1/oidc/login")
    assert sent.status_code == 303, sent.text
    asked = {name: values[0] for name, values in parse_qs(urlsplit(sent.headers["location"]).query).items()}
    assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256" and asked["client_id"] == NAME
    assert "HttpOnly" in sent.headers["set-cookie"] and "SameSite=lax" in sent.headers["set-cookie"]
    issuer.given["a-code"] = asked
    return client.get("/api/v1/oidc/callback", params={"code": "a-code", "state": asked["state"], **changed})


def refused(response: Any) -> str:
    assert response.status_code == 200 and "marsad_session" not in response.headers.get("set-cookie", "")
    found: str = response.text.partition("login_error=")[2].partition('"')[0]
    return found


def test_who_has_an_account_here_gets_in(client: TestClient, issuer: type[Standin]) -> None:
    assert client.get("/api/v1/me").json()["oidc"] == {"name": urlsplit(issuer.address).netloc, "login": "/api/v1/oidc/login"}
    response = go(client, issuer)
    assert response.status_code == 200 and "samesite=strict" in response.headers["set-cookie"].lower()
    assert 'url=/"' in response.text
    me = client.get("/api/v1/me").json()
    assert me["name"] == "coder" and me["role"] == "coder" and me["csrf"]


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"preferred_username": "stranger"}, "not_known"),
        ({}, "not_known"),
        ({"preferred_username": "admin", "aud": "another"}, "refused"),
        ({"preferred_username": "admin", "iss": "https://id.example"}, "refused"),
        ({"preferred_username": "admin", "nonce": "guessed"}, "refused"),
        ({"preferred_username": "admin", "exp": 1_000_000_000}, "refused"),
        ({"preferred_username": "admin", "aud": [NAME, "another"]}, "refused"),
    ],
)
def test_who_is_not_known_or_not_meant_does_not(
    client: TestClient, issuer: type[Standin], claims: dict[str, Any], why: str
) -> None:
    issuer.claims = claims
    assert refused(go(client, issuer)) == why
    assert client.get("/api/v1/me").json()["role"] is None


def test_a_token_that_another_key_signed_is_none(client: TestClient, issuer: type[Standin]) -> None:
    issuer.key = RSAKey.generate_key(2048, {"kid": "one"}, private=True)
    assert refused(go(client, issuer)) == "refused"


def test_a_state_that_was_not_given_out_begins_nothing(client: TestClient, issuer: type[Standin]) -> None:
    assert refused(go(client, issuer, state="another")) == "refused"
    assert refused(go(client, issuer, code="never-given")) == "failed"
    client.cookies.clear()
    assert refused(client.get("/api/v1/oidc/callback", params={"code": "a", "state": "b"})) == "refused"
    value = issuers.sealed(client.app.state.desk, {"state": "b", "nonce": "n", "verifier": "v", "until": 1})  # type: ignore[attr-defined]
    client.cookies.set(issuers.STARTED, value)
    assert refused(client.get("/api/v1/oidc/callback", params={"code": "a", "state": "b"})) == "refused"


def test_an_address_has_to_be_verified(desk: Desk, application: Served, issuer: type[Standin]) -> None:
    app = application(accounts=True, oidc=issuer.address, oidc_client=NAME, oidc_claim="email")
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        issuer.claims = {"email": "coder"}
        assert refused(go(client, issuer)) == "not_known"
        issuer.claims = {"email": "coder", "email_verified": True}
        assert "marsad_session" in go(client, issuer).headers["set-cookie"]


def test_it_is_off_unless_told_and_needs_accounts(desk: Desk) -> None:
    assert desk.client.get("/api/v1/me").json()["oidc"] is None
    assert desk.client.get("/api/v1/oidc/login").json()["code"] == "no_oidc"
    with pytest.raises(ConfigError, match="accounts"):
        Settings(oidc="https://id.example", oidc_client="x").checked()
    with pytest.raises(ConfigError, match="https"):
        issuers.secure("http://id.example/x")
