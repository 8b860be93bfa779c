"""Other people's programs: ACLED's Python client, the requests of acledR, UCDP GED, geopandas on OGC API – Features."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from tests.server.conftest import Served, on_a_port
from tests.server.people import PASSWORD, Desk

from marsad.exports.acled import COLUMNS, event_number
from marsad.exports.ged import COLUMNS as GED
from marsad.exports.ged import deadly
from marsad.ledger.query import everything
from marsad.ledger.store import Ledger

ACLED_CLIENT = """
import json, sys
from acled import AcledClient
from acled.auth import OAuthTokenAuth
OAuthTokenAuth.TOKEN_ENDPOINT = sys.argv[1] + "/oauth/token"
client = AcledClient(auth_method="oauth", username="reader", password=sys.argv[2])
data = client.get_data(country="Sudan", limit=500)
some = client.get_data(event_type="Battles", limit=3, page=2, fields="event_id_cnty|event_date|fatalities")
between = client.get_data(query_params={"event_date": "2026-02-05|2026-02-15", "event_date_where": "BETWEEN"}, limit=500)
print(json.dumps({
    "data": data, "some": some, "between": between,
    "countries": client.get_country_data(), "regions": client.get_region_data(), "actors": client.get_actor_data(),
    "kinds": client.get_actor_type_data(), "deleted": client.get_deleted_data(deleted_timestamp="2020-01-01"),
}, default=str))
"""


def test_acleds_python_client_works_unmodified(desk: Desk, application: Served, ledger: Ledger) -> None:
    with on_a_port(application(accounts=True)) as address:
        env = {**os.environ, "ACLED_API_HOST": f"{address}/api", "ACLED_MAX_RETRIES": "0", "HOME": "/nonexistent"}
        command = [sys.executable, "-c", ACLED_CLIENT, address, PASSWORD]
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    events = everything(ledger).events
    assert {d["event_id_cnty"] for d in found["data"]} == {event_number(e) for e in events}
    assert all(list(d) == list(COLUMNS) for d in found["data"])
    assert found["data"][0]["event_date"] == min(e.date_first or "9" for e in events)
    battles = sorted((e.date_first or "", e.id) for e in events if e.event_type == "Battles")
    assert [d["event_date"] for d in found["some"]] == [day for day, _ in battles[3:6]]
    assert set(found["some"][0]) == {"event_id_cnty", "event_date", "fatalities"}
    days = {e.date_first or "" for e in events}
    assert {d["event_date"] for d in found["between"]} == {d for d in days if "2026-02-05" <= d <= "2026-02-15"}
    assert found["countries"][0]["country"] == "Sudan" and found["countries"][0]["event_count"] == len(events)
    assert found["regions"][0]["region_name"] == "Northern Africa"
    assert found["actors"][0]["actor_name"] == "Rapid Support Forces"
    assert found["kinds"][0]["actor_type_name"] == "Rebel group"
    assert isinstance(found["deleted"], list)


def raw(address: str, path: str) -> Any:
    """A GET whose address is sent as it is written, as R does."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    connection.putrequest("GET", path, skip_accept_encoding=True)
    connection.endheaders()
    response = connection.getresponse()
    body = response.read()
    assert response.status == 200, body[:300]
    return json.loads(body)


def test_requests_as_acledr_sends_them(running: str, ledger: Ledger) -> None:
    events = everything(ledger).events
    many = "|".join(f"Country%20{n}" for n in range(240)) + "|Sudan|Chad|Mali"
    base = f"/api/acled/read?_format=json&country={many}"
    found = raw(running, f"{base}&event_date=2026-02-01|2026-02-28&event_date_where=BETWEEN&inter_num=0&limit=0")
    assert found["status"] == 200 and found["success"] is True and found["count"] == len(found["data"]) == len(events)
    assert found["data"][0]["inter1"] == "Rebel group"
    upper = "&event_type=VIOLENCE%20AGAINST%20CIVILIANS|EXPLOSIONS/REMOTE%20VIOLENCE"
    typed = raw(running, f"{base}{upper}&inter_num=1&population=full&limit=0")
    assert {d["event_type"] for d in typed["data"]} == {"Violence against civilians", "Explosions/Remote violence"}
    assert typed["data"][0]["inter1"] == 2
    older = raw(running, "/api/acled/read?_format=json&country=Sudan:OR:country=Chad&country_where=%3D&limit=0")
    newer = raw(running, "/api/acled/read?_format=json&country=Sudan:OR:Chad&limit=0")
    assert older["data"] == newer["data"] and len(older["data"]) == len(events)
    single = raw(running, f"{base}&export_type=monadic&limit=0")
    assert "actor2" not in single["data"][0] and len(single["data"]) >= len(events)


def test_a_dataset_is_kept_up_to_date_as_acledr_does(client: TestClient, ledger: Ledger) -> None:
    read = "/api/acled/read?_format=json&limit=0"
    have = {d["event_id_cnty"]: d for d in client.get(read).json()["data"]}
    since = max(d["timestamp"] for d in have.values())
    events = {event_number(e): e.id for e in everything(ledger).events}
    gone, changed, *_ = list(events)
    import time

    time.sleep(1.1)
    for word in (
        {"verb": "reject", "subject": events[gone], "reason": "an exercise"},
        {"verb": "correct", "subject": events[changed], "field": "killed", "value": "55", "reason": "a list"},
    ):
        assert client.post("/api/v1/judgements", json=word).status_code == 201
    since_then = f"deleted_timestamp_where=%3E%3D&deleted_timestamp={since}"
    deleted = client.get(f"/api/deleted/read?_format=json&{since_then}&limit=0").json()
    names = {d["event_id_cnty"] for d in deleted["data"]}
    assert names & have.keys() == {gone}
    updates = client.get(f"{read}&timestamp_where=%3E%3D&timestamp={since + 1}").json()["data"]
    assert [(d["event_id_cnty"], d["fatalities"]) for d in updates] == [(changed, 55)]
    have = {name: row for name, row in have.items() if name not in names}
    have |= {d["event_id_cnty"]: d for d in updates}
    assert have == {d["event_id_cnty"]: d for d in client.get(read).json()["data"]}


def test_acleds_columns_are_filters(client: TestClient) -> None:
    everything_there = client.get("/api/acled/read?limit=0").json()["data"]
    for query, test in (
        ("fatalities=3&fatalities_where=>", lambda d: d["fatalities"] > 3),
        ("location=sin", lambda d: "sin" in d["location"].lower()),
        ("location=Sinja&location_where=%3D", lambda d: d["location"] == "Sinja"),
        ("year=2026&iso=729", lambda d: True),
        ("region=5", lambda d: True),
        ("region=3", lambda d: False),
        ("notes=Kadugli", lambda d: "Kadugli" in d["notes"]),
        ("sub_event_type=drone", lambda d: "drone" in d["sub_event_type"]),
        ("latitude=12|13&latitude_where=BETWEEN", lambda d: 12 <= d["latitude"] <= 13),
        ("event_date=2026-02-10&event_date_where=<=", lambda d: d["event_date"] <= "2026-02-10"),
    ):
        found = client.get(f"/api/acled/read?limit=0&{query}").json()["data"]
        assert found == [d for d in everything_there if test(d)], query
    wrong = ("colour=red", "year=soon", "country=x&country_where=~", "fields=secret", "limit=many", "_format=xml")
    for query in (*wrong, "event_date=1&event_date_where=BETWEEN"):
        response = client.get(f"/api/acled/read?{query}")
        assert response.status_code in (400, 422) and response.json()["success"] is False, query


def test_refresh_tokens_are_used_once(desk: Desk) -> None:
    form = {"grant_type": "password", "client_id": "acled", "username": "reader", "password": PASSWORD}
    first = desk.client.post("/oauth/token", data=form).json()
    assert first["expires_in"] == 86_400 and first["token_type"] == "Bearer"
    heads = {"Authorization": f"Bearer {first['access_token']}"}
    assert desk.client.get("/api/acled/read?limit=1", headers=heads).status_code == 200
    assert desk.client.get("/api/v1/tokens", headers=heads).status_code == 403
    refreshed = {"grant_type": "refresh_token", "client_id": "acled", "refresh_token": first["refresh_token"]}
    assert desk.client.post("/oauth/token", data=refreshed).status_code == 200
    assert desk.client.post("/oauth/token", data=refreshed).status_code == 401
    wrong = {"Authorization": f"Bearer {first['refresh_token']}"}
    assert desk.client.get("/api/acled/read?limit=1", headers=wrong).status_code == 401
    assert desk.client.post("/oauth/token", files={k: (None, v) for k, v in form.items()}).status_code == 200


def test_ged_comes_in_pages_of_49_columns(client: TestClient, ledger: Ledger) -> None:
    dead = [e for e in everything(ledger).events if deadly(e)]
    assert len(GED) == 49 and dead
    found: list[dict[str, Any]] = []
    link = "/api/gedevents/25.1?pagesize=4"
    while link:
        page = client.get(link).json()
        assert page["TotalCount"] == len(dead) and page["TotalPages"] == -(-len(dead) // 4)
        found += page["Result"]
        link = page["NextPageUrl"].removeprefix("http://testserver")
    assert {f["relid"] for f in found} == {e.id for e in dead} and len(found) == len(dead)
    assert all(list(f) == list(GED) for f in found)
    assert all(f["deaths_a"] + f["deaths_b"] + f["deaths_civilians"] + f["deaths_unknown"] == f["best"] for f in found)
    assert found[0]["country_id"] == 625 and found[0]["region"] == "Africa"
    count = lambda query: client.get(f"/api/gedevents/25.1?{query}").json()["TotalCount"]  # noqa: E731
    assert count("Country=625") == len(dead) and count("Country=1,2") == 0
    assert count("Geography=11 29,12 30") == sum(11 <= f["latitude"] <= 12 for f in found)
    assert count("TypeOfViolence=1,2,3") == len(dead)
    assert sum(count(f"TypeOfViolence={n}") for n in (1, 2, 3)) == len(dead)
    for number in (1, 2, 3):
        assert count(f"TypeOfViolence={number}") == sum(f["type_of_violence"] == number for f in found)
    assert client.get("/api/gedevents/25.1?Dyad=5").status_code == 422


READER = """
import json, sys, geopandas
frame = geopandas.read_file("OAPIF:" + sys.argv[1] + "/collections/events")
points = frame.geometry.notna().sum()
print(json.dumps({"rows": len(frame), "crs": frame.crs.to_epsg(), "columns": list(frame.columns), "points": int(points)}))
"""


def test_geopandas_reads_the_layers(running: str, ledger: Ledger) -> None:
    events = everything(ledger).events
    placed = sum(e.place is not None and e.place.latitude is not None for e in events)
    for base in (running, f"{running}/ogc"):
        done = subprocess.run([sys.executable, "-c", READER, base], capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr[-2000:]
        found = json.loads(done.stdout)
        assert (found["rows"], found["crs"], found["points"]) == (len(events), 4326, placed)
        assert {"event_type", "killed_best", "sentence"} <= set(found["columns"])


def test_features_are_paged_and_filtered(client: TestClient, ledger: Ledger) -> None:
    events = everything(ledger).events
    ids: list[str] = []
    link = "/collections/events/items?limit=5"
    while link:
        page = client.get(link).json()
        assert page["numberMatched"] == len(events) and page["numberReturned"] == len(page["features"]) <= 5
        ids += [f["id"] for f in page["features"]]
        link = next((e["href"] for e in page["links"] if e["rel"] == "next"), "").removeprefix("http://testserver")
    assert set(ids) == {e.id for e in events} and len(ids) == len(events)
    box = client.get("/collections/events/items?bbox=29,11,30,12.5&limit=1000").json()
    inside = {e.id for e in events if e.place and 29 <= (e.place.longitude or 0) <= 30 and 11 <= (e.place.latitude or 0) <= 12.5}
    assert {f["id"] for f in box["features"]} == inside
    days = client.get("/collections/events/items?datetime=2026-02-05/2026-02-08&limit=1000").json()
    assert {f["id"] for f in days["features"]} == {e.id for e in events if "2026-02-05" <= (e.date_first or "") <= "2026-02-08"}
    one = client.get(f"/collections/events/items/{ids[0]}")
    assert one.json()["id"] == ids[0] and one.headers["content-type"] == "application/geo+json"
    assert client.get("/collections/events/items?colour=red").status_code == 422
    assert client.get("/collections/rivers").status_code == 422 or client.get("/collections/rivers").status_code == 404
    assert client.get("/", headers={"Accept": "application/json"}).json()["links"]
    assert client.get("/conformance").json()["conformsTo"]


@pytest.mark.parametrize("path", ["/collections/events/items", "/api/gedevents/25.1", "/api/acled/read"])
def test_an_empty_answer_is_whole(client: TestClient, path: str) -> None:
    query = {"/collections/events/items": "bbox=0,0,1,1", "/api/gedevents/25.1": "Country=1"}
    response = client.get(f"{path}?{query.get(path, 'country=Norway')}")
    assert response.status_code == 200 and response.json()
