"""The public's door: who is not known gets redacted records on every route, may ask for corrections, and is noted."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from tests.exports.public.stories import batch
from tests.server.people import PASSWORD

from marsad.exports.public.names import key
from marsad.ledger.accounts import Accounts, add_user, make_token
from marsad.ledger.append import append
from marsad.ledger.auditing import beside, entries
from marsad.ledger.query import everything
from marsad.ledger.store import Ledger, open_ledger
from marsad.server import corrections
from marsad.server.app import create_app
from marsad.server.deeds import Deeds
from marsad.server.limits import Limiter
from marsad.server.public import RULES, PublicDoor
from marsad.server.settings import Settings
from marsad.stages import installed_rules

NAMES = ["Walid Mohamed", "Zawoqui Nybaxe", "Luthamor Vekfijo", "Omran Ahmed"]
OFFICIAL = "Karim Odeh"
PARTS = {part for name in NAMES for part in key(name)}


class Public:
    """A public server with one reviewer, asked by nobody in particular."""

    def __init__(self, client: TestClient, ledger: Ledger, accounts: Accounts) -> None:
        self.client, self.ledger, self.accounts = client, ledger, accounts
        _, secret = make_token(accounts, "lena", label="t", scopes=("read", "judge"), seconds=3600)
        self.known = {"Authorization": f"Bearer {secret}"}

    def layer(self, kind: type) -> object:
        """One of the layers around the application."""
        layer: object = self.client.app.middleware_stack  # type: ignore[attr-defined]
        while not isinstance(layer, kind):
            layer = layer.app  # type: ignore[attr-defined]
        return layer


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("public") / "record.sqlite"
    ledger = open_ledger(where, write=True)
    append(ledger, batch(NAMES, OFFICIAL), **installed_rules())
    with ledger.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    ledger.close()
    return where


@pytest.fixture
def public(written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Public]:
    where = tmp_path / "record.sqlite"
    shutil.copy(written, where)
    ledger = open_ledger(where, write=True)
    accounts = beside(ledger)
    for name, role in (("amal", "admin"), ("lena", "reviewer")):
        add_user(accounts, name, role, PASSWORD)
    monkeypatch.setattr(corrections, "LIMITER", Limiter(rate=1 / 60, burst=5, at_once=4))
    app = create_app(ledger, Settings(ledger=ledger.address, accounts=True, public=True, hosts=("testserver",)))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Public(client, ledger, accounts)
    ledger.close()


def leaks(body: bytes) -> list[str]:
    return [part for part in PARTS if part.encode() in body.lower()]


def addresses(public: Public) -> list[str]:
    """Every address that can be read, for every record there is."""
    found = everything(public.ledger)
    ids = {
        "events": [e.id for e in found.events],
        "claims": [c.id for c in found.claims],
        "reports": [r.id for r in found.reports],
    }
    made = []
    for path, methods in public.client.get("/openapi.json").json()["paths"].items():
        if "get" not in methods:
            continue
        kind = next((k for k in ids if f"/{k}/" in path), None)
        for name in ids[kind] if kind and "{name}" in path else ["events"]:
            words = {"name": name, "kind": "events", "version": "25.1", "item": ids["events"][0], "beginning": "evt"}
            for form in ("jsonl", "csv", "acled-csv", "geojson", "atom") if "{form}" in path else ("",):
                made.append(re.sub(r"\{(\w+)\}", lambda m, w={**words, "form": form}: w[m[1]], path))
    return made


@pytest.mark.slow
def test_no_route_gives_a_withheld_name_to_the_public(public: Public) -> None:
    answered = 0
    for address in addresses(public):
        if address == "/api/v1/stream":
            continue
        for part in ("", "?q=mohamed", "?words=mohamed"):
            response = public.client.get(address + part)
            assert response.status_code < 500, (address, response.text)
            shown = response.content.replace(b"mohamed", b"") if part else response.content
            assert leaks(shown) == [], address
            answered += response.status_code == 200
    assert answered > 60


def test_search_and_history_of_the_public_know_no_withheld_name(public: Public) -> None:
    client = public.client
    assert client.get("/api/v1/reports", params={"q": "Walid"}, headers=public.known).json()["count"] >= 1
    assert client.get("/api/v1/reports", params={"q": "Walid"}).json()["count"] == 0
    assert client.get("/api/v1/claims", params={"q": OFFICIAL}).json()["count"] == 0  # not in a quoted sentence
    event = everything(public.ledger).events[0].id
    for address in (f"/api/v1/events/{event}", f"/api/v1/events/{event}/history", "/api/v1/events.csv", "/api/v1/search?q=walid"):
        response = client.get(address)
        assert response.status_code == 200, address
        assert leaks(response.content.replace(b"q=walid", b"")) in ([], ["walid"] if "search" in address else []), address
    assert OFFICIAL in client.get(f"/api/v1/events/{event}").text
    assert leaks(client.get(f"/api/v1/events/{event}", headers=public.known).content)


def test_the_public_may_read_and_nothing_else(public: Public) -> None:
    client = public.client
    for address in ("filters", "remarks", "judgements", "users", "tokens", "stream", "corrections"):
        assert client.get(f"/api/v1/{address}").status_code == 401, address
    event = everything(public.ledger).events[0].id
    assert client.post("/api/v1/judgements", json={"verb": "accept", "subject": event, "reason": "x"}).status_code == 401
    assert client.post("/api/v1/code", json={"text": "x"}).status_code == 401
    assert client.get("/api/v1/events", headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert client.get("/api/v1/events", headers={"Cookie": "marsad_session=wrong"}).status_code == 200
    assert leaks(client.get("/api/v1/claims", headers={"Cookie": "marsad_session=wrong"}).content) == []


def test_small_cells_of_the_publics_tallies_are_empty(public: Public) -> None:
    told = public.client.get("/api/v1/tallies", params={"by": "place", "measure": "killed"}).json()
    assert told["rows"] and all(row["suppressed"] and row["killed_best"] is None and row["place"] for row in told["rows"])
    full = public.client.get("/api/v1/tallies", params={"by": "place"}, headers=public.known).json()
    assert all(row["events_best"] >= 1 for row in full["rows"])
    assert public.client.get("/api/v1/tallies", params={"by": "mood"}).status_code == 400


def test_what_changes_is_shown_anew_and_where_rules_are_wrong_nothing_is(
    public: Public, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = public.layer(PublicDoor)
    assert isinstance(door, PublicDoor)
    assert OFFICIAL in public.client.get("/api/v1/claims").text
    rules = tmp_path / "desk.toml"
    rules.write_text(f'[people]\nredact = ["{OFFICIAL}"]\n')
    monkeypatch.setenv(RULES, str(rules))
    door.mirror.fresh()
    assert OFFICIAL not in public.client.get("/api/v1/claims").text
    append(public.ledger, batch(["Jobaquin Thaluvek"], "Lena Vogt", first=9), **installed_rules())
    door.mirror.fresh()
    told = public.client.get("/api/v1/claims").text
    assert "Lena Vogt" in told and "thaluvek" not in told.lower()
    rules.write_text("[people")
    door.mirror.fresh()
    refused = public.client.get("/api/v1/claims")
    assert (refused.status_code, refused.json()["code"]) == (503, "not_ready")
    assert public.client.get("/api/v1/claims", headers=public.known).status_code == 200


def test_anybody_may_ask_for_a_correction_and_reviewers_see_it(public: Public) -> None:
    client = public.client
    page = client.get("/corrections", params={"subject": '"><script>'})
    assert (
        page.status_code == 200
        and "<script>" not in page.text
        and "form-action 'self'" in page.headers["content-security-policy"]
    )
    assert page.headers["referrer-policy"] == "same-origin"  # with no-referrer a browser sends `Origin: null`, which is refused
    given = {"kind": "removal", "subject": "evt-1", "text": "I am named <b>there</b>.", "contact": "a@b.example", "website": ""}
    assert "has been kept" in client.post("/corrections", data=given).text
    assert "has been kept" in client.post("/corrections", data={**given, "website": "spam"}).text
    assert client.post("/corrections", data={**given, "text": ""}).status_code == 400
    assert client.post("/corrections", data=given, headers={"Origin": "https://evil.example"}).status_code == 403
    assert client.post("/api/v1/corrections", json={"text": "wrong day"}).status_code == 201
    waiting = client.get("/api/v1/corrections", headers=public.known).json()
    assert [(r["kind"], r["text"]) for r in waiting] == [("removal", given["text"]), ("correction", "wrong day")]
    done = client.post(f"/api/v1/corrections/{waiting[0]['id']}", json={"status": "done", "note": "gone"}, headers=public.known)
    assert (done.json()["status"], done.json()["by"]) == ("done", "lena")
    assert len(client.get("/api/v1/corrections", headers=public.known).json()) == 1
    codes = [client.post("/api/v1/corrections", json={"text": str(n)}).status_code for n in range(5)]
    assert codes[-1] == 429


def test_exports_and_views_are_noted_with_who_and_without_secrets(public: Public) -> None:
    client = public.client
    report = everything(public.ledger).reports[0].id
    client.get("/api/v1/events.csv?country=SDN&token=abc", headers=public.known)
    client.get("/api/v1/events.csv?country=SDN", headers=public.known)
    client.get(f"/api/v1/reports/{report}", headers=public.known)
    client.get("/api/v1/events", headers=public.known)
    deeds = public.layer(Deeds)
    assert isinstance(deeds, Deeds)
    deeds.flush()
    told = [(e.deed.by, e.deed.action, e.deed.what) for e in entries(public.accounts)]
    assert ("lena", "export", "/api/v1/events.csv?country=SDN") in told and ("lena", "view", f"/api/v1/reports/{report}") in told
    assert "abc" not in json.dumps(told) and len(told) <= 3
