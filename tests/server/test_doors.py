"""Who gets in and what they may do: every role at every route, forms of other sites, passwords, tokens, limits, headers, logs."""

from __future__ import annotations

import logging
import re
import time
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.testclient import TestClient
from tests.server.conftest import Served
from tests.server.people import PASSWORD, Desk

from marsad.ledger import accounts as people
from marsad.ledger.accounts import ROLES
from marsad.ledger.store import Ledger
from marsad.model import ConfigError
from marsad.server.app import create_app, guarded
from marsad.server.limits import Limiter
from marsad.server.policy import MAY
from marsad.server.problems import Refused
from marsad.server.settings import Settings

SAMPLES = {"name": "evt-0000000000000000", "kind": "events", "form": "csv", "version": "25.1", "item": "evt-0000000000000000"}
SAMPLES |= {"beginning": "evt"}


def operations(client: TestClient) -> list[tuple[str, str, str]]:
    """Method, address and action of every operation, as the OpenAPI tells them."""
    schema = client.get("/openapi.json").json()
    return [(m, p, o["x-marsad-action"]) for p, methods in schema["paths"].items() for m, o in methods.items()]


def address(path: str) -> str:
    if path.startswith("/collections"):
        return re.sub(r"\{name\}", "events", path).replace("{item}", SAMPLES["item"])
    return re.sub(r"\{(\w+)\}", lambda m: SAMPLES[m[1]], path)


def test_every_role_at_every_route(desk: Desk) -> None:
    wrong = []
    checked = 0
    for method, path, action in operations(desk.client):
        if path == "/api/v1/stream":
            continue
        for role in (None, *ROLES):
            response = desk.client.request(method.upper(), address(path), headers=desk.headers(role))
            may = action == "enter" or (role is not None and action in MAY[role])
            if path.startswith("/api/v1/log") or (action == "own" and role != "admin"):
                may = may and role == "admin" if action == "own" else may
            refused = response.status_code in (401, 403) and response.json()["code"] in ("not_known", "not_allowed")
            checked += 1
            if refused == may or response.status_code >= 500:
                wrong.append((method, path, action, role, response.status_code, response.text[:80]))
    assert not wrong, wrong
    assert checked > 250


def test_the_stream_is_guarded_too(desk: Desk) -> None:
    assert desk.client.get("/api/v1/stream").status_code == 401


def test_a_route_without_a_guard_does_not_get_in() -> None:
    routes = APIRouter()

    @routes.get("/open")
    def open_to_all() -> None: ...

    with pytest.raises(LookupError, match="0 guards"):
        guarded([routes])


def test_a_session_needs_its_word_and_its_own_pages(desk: Desk) -> None:
    client = desk.client
    event = client.get("/api/v1/events?limit=1", headers=desk.headers("reader")).json()["data"][0]
    word = {"verb": "accept", "subject": event["id"], "reason": "read"}
    heads = desk.enter("coder")
    cookie = next(c for c in client.cookies.jar if c.name == "marsad_session")
    assert cookie.has_nonstandard_attr("HttpOnly") and cookie.get_nonstandard_attr("SameSite") == "strict"
    assert client.get("/api/v1/me").json()["name"] == "coder"
    assert client.post("/api/v1/judgements", json=word).json()["code"] == "no_csrf"
    assert client.post("/api/v1/judgements", json=word, headers={"x-csrf-token": "guess"}).json()["code"] == "no_csrf"
    for other in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert client.post("/api/v1/judgements", json=word, headers={**heads, **other}).json()["code"] == "other_origin"
    assert client.post("/api/v1/judgements", json=word, headers={**heads, "Origin": "http://testserver"}).status_code == 201
    assert client.post("/api/v1/logout", headers=heads).status_code == 204
    client.cookies.set("marsad_session", cookie.value or "")
    assert client.get("/api/v1/me").json()["role"] is None


def test_a_new_visit_gets_a_new_cookie(desk: Desk) -> None:
    desk.client.cookies.set("marsad_session", "fixed-by-somebody-else")
    desk.enter("reader")
    values = [c.value for c in desk.client.cookies.jar if c.name == "marsad_session"]
    assert any(v and v != "fixed-by-somebody-else" for v in values)


def test_wrong_passwords_have_to_wait_whoever_they_are_of(desk: Desk) -> None:
    for name in ("coder", "nobody"):
        codes = [desk.client.post("/api/v1/login", json={"name": name, "password": f"wrong {n}"}).status_code for n in range(7)]
        assert codes[0] in (401, 429) and codes[-1] == 429
    refused = desk.client.post("/api/v1/login", json={"name": "coder", "password": PASSWORD})
    assert refused.status_code == 429 and int(refused.headers["retry-after"]) >= 1


def test_tokens_are_hashed_scoped_and_end(desk: Desk) -> None:
    token, secret = people.make_token(desk.accounts, "reviewer", label="x", scopes=("read",), seconds=1.2)
    heads = {"Authorization": f"Bearer {secret}"}
    assert desk.client.get("/api/v1/head", headers=heads).status_code == 200
    word = {"verb": "accept", "subject": "evt-0000000000000000", "reason": "r"}
    assert desk.client.post("/api/v1/judgements", json=word, headers=heads).status_code == 403
    with desk.accounts.read() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM account_tokens").fetchall()
        hashes = connection.exec_driver_sql("SELECT password FROM account_users").scalars().all()
    assert secret not in repr(rows) and all(h.startswith("$argon2id$") for h in hashes)
    time.sleep(1.3)
    assert desk.client.get("/api/v1/head", headers=heads).json()["code"] == "bad_token"
    _, other = people.make_token(desk.accounts, "coder", label="y")
    people.change_user(desk.accounts, "coder", active=False)
    assert desk.client.get("/api/v1/head", headers={"Authorization": f"Bearer {other}"}).status_code == 401
    assert token.id.startswith("tok-")


def test_a_token_is_made_and_dropped_by_its_owner_alone(desk: Desk) -> None:
    heads = desk.enter("coder")
    made = desk.client.post("/api/v1/tokens", json={"label": "nb", "scopes": ["read", "judge"], "days": 1}, headers=heads)
    assert made.status_code == 201
    beyond = desk.client.post("/api/v1/tokens", json={"scopes": ["admin"]}, headers=heads)
    assert beyond.status_code == 403
    name = made.json()["token"]["id"]
    other = desk.enter("reader")
    assert desk.client.delete(f"/api/v1/tokens/{name}", headers=other).status_code == 404
    heads = desk.enter("coder")
    assert desk.client.delete(f"/api/v1/tokens/{name}", headers=heads).status_code == 204


def test_admins_manage_people_and_one_stays(desk: Desk) -> None:
    heads = desk.headers("admin")
    made = desk.client.post("/api/v1/users", json={"name": "amal", "role": "coder", "password": PASSWORD}, headers=heads)
    assert made.status_code == 201
    assert desk.client.patch("/api/v1/users/amal", json={"role": "reviewer"}, headers=heads).json()["role"] == "reviewer"
    assert desk.client.patch("/api/v1/users/admin", json={"role": "reader"}, headers=heads).status_code == 400
    assert desk.client.patch("/api/v1/users/nobody", json={"role": "reader"}, headers=heads).status_code == 404
    assert PASSWORD not in desk.client.get("/api/v1/users", headers=heads).text


def test_the_public_reads_only_where_it_is_let(ledger: Ledger, application: Served, desk: Desk) -> None:
    with TestClient(application(accounts=True, public=True), raise_server_exceptions=False) as client:
        assert client.get("/api/v1/events").status_code == 200
        assert client.post("/api/v1/code", json={"text": "x"}).status_code == 401
        assert client.get("/api/v1/users").status_code == 401
        assert client.post("/api/v1/filters", json={"name": "x", "query": ""}).status_code == 401


def test_without_accounts_only_this_computer_is_answered(ledger: Ledger, client: TestClient) -> None:
    for host in ("evil.example", "evil.example:8000", "127.0.0.1.evil.example"):
        assert client.get("/api/v1/me", headers={"Host": host}).status_code == 421
    assert client.get("/api/v1/me", headers={"Host": "127.0.0.1:8000"}).status_code == 200
    with pytest.raises(ConfigError, match="other computers"):
        create_app(ledger, Settings(host="0.0.0.0"))
    with pytest.raises(ConfigError, match="no admin"):
        create_app(ledger, Settings(accounts=True))


def test_bodies_addresses_and_queries_are_bounded(application: Served) -> None:
    with TestClient(application(body=2000), raise_server_exceptions=False) as client:
        assert client.post("/api/v1/code", json={"text": "x" * 5000}).status_code == 413

        def chunks() -> Any:
            for _ in range(100):
                yield b"x" * 1000

        assert client.post("/api/v1/code", content=chunks(), headers={"content-type": "application/json"}).status_code == 413
        assert client.get(f"/api/v1/events?q={'x' * 20_000}").status_code == 414
        assert client.get(f"/{'x' * 3000}").status_code == 414


def test_a_query_has_a_deadline(application: Served, ledger: Ledger) -> None:
    with TestClient(application(deadline=0.05), raise_server_exceptions=False) as client:
        assert client.get("/api/v1/events?limit=1").status_code == 200
        slow = (
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000) SELECT count(*) FROM n"
        )
        began = time.monotonic()
        from marsad.model import StoreError

        with pytest.raises(StoreError, match="interrupted") as caught, ledger.read() as connection:
            connection.exec_driver_sql(slow)
        assert time.monotonic() - began < 5
        from marsad.server.problems import answer

        assert answer(caught.value).status_code == 504


def test_a_bucket_fills_and_empties() -> None:
    limiter = Limiter(rate=10, burst=20, at_once=2)
    for _ in range(20):
        limiter.take("a", 1, now=100.0)
    with pytest.raises(Refused, match="too many requests"):
        limiter.take("a", 1, now=100.0)
    limiter.take("b", 1, now=100.0)
    limiter.take("a", 5, now=100.5)
    assert limiter.enter("a") and limiter.enter("a")
    with pytest.raises(Refused, match="at once"):
        limiter.enter("a")
    limiter.leave("a")
    assert limiter.enter("a")


def test_one_who_asks_too_much_is_told_when_to_come_back(desk: Desk, application: Served) -> None:
    with TestClient(application(accounts=True, rate=1, burst=5), raise_server_exceptions=False) as client:
        found = [client.get("/api/v1/head", headers=desk.headers("reader")) for _ in range(12)]
        assert [r.status_code for r in found[:5]] == [200] * 5 and found[-1].status_code == 429
        assert int(found[-1].headers["retry-after"]) >= 1
        assert client.get("/api/v1/head", headers=desk.headers("coder")).status_code == 200


def test_browsers_are_told_to_run_nothing(client: TestClient) -> None:
    for path in ("/api/v1/events", "/", "/no/such", "/api/v1/events?since=x", "/api/v1/events.csv"):
        heads = client.get(path).headers
        policy = heads["content-security-policy"]
        assert policy.startswith("default-src 'none'") and "unsafe" not in policy and "*" not in policy
        assert heads["x-content-type-options"] == "nosniff" and heads["x-frame-options"] == "DENY"
        assert "server" not in heads


def test_nothing_secret_gets_into_a_log(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    canary = desk.tokens["admin"]
    heads = desk.headers("admin")
    for path in ("/api/v1/events", f"/api/v1/events?q={canary}", f"/signed/events.csv?signature={canary}", "/api/v1/nothing"):
        desk.client.get(path, headers=heads)
    desk.client.post("/api/v1/login", json={"name": "admin", "password": PASSWORD})
    desk.client.post("/api/v1/login", json={"name": "admin", "password": canary})
    desk.client.post("/oauth/token", data={"grant_type": "password", "username": "admin", "password": PASSWORD})
    cookies = [c.value or "-" for c in desk.client.cookies.jar]
    own = [r for r in caplog.records if r.name.startswith(("marsad", "uvicorn", "fastapi", "starlette"))]
    text = "\n".join(r.getMessage() + str(r.exc_info or "") for r in own)
    assert "/api/v1/events" in text
    for secret in (canary, PASSWORD, *cookies):
        assert secret not in text


def test_a_fault_says_nothing_of_the_inside(application: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    from marsad.server import reviewing

    def broken(*given: object) -> None:
        raise RuntimeError("the inside: /secret/path")

    monkeypatch.setattr(reviewing, "head", broken)
    with TestClient(application(), raise_server_exceptions=False) as client:
        response = client.get("/api/v1/health")
    assert response.status_code == 500 and "secret" not in response.text and response.json()["code"] == "fault"
    assert "content-security-policy" in response.headers
