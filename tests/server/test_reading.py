"""Reading over HTTP: pages, filters, moments, counts; what is looked up in memory is what the ledger's own look-up gives."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.ledger.invented import batch_of

from marsad.analysis.tallies_fields import EVENT_FIELDS, holds
from marsad.analysis.tallies_filter import read_filter
from marsad.ledger.append import append
from marsad.ledger.query import Filter, everything, find
from marsad.ledger.store import Ledger
from marsad.model import from_record
from marsad.stages import installed_rules


def all_of(client: TestClient, address: str) -> list[dict[str, Any]]:
    """Every record, page after page."""
    found: list[dict[str, Any]] = []
    link: str | None = address
    while link:
        page = client.get(link).json()
        found += page["data"]
        link = page["next"]
    return found


@pytest.mark.parametrize("order", ["oldest", "newest", "deadliest"])
@pytest.mark.parametrize("rest", ["", "&min_confidence=0"])
def test_pages_hold_everything_once_and_in_order(client: TestClient, ledger: Ledger, order: str, rest: str) -> None:
    found = all_of(client, f"/api/v1/events?limit=3&order={order}{rest}")
    ids = [f["id"] for f in found]
    assert len(ids) == len(set(ids)) and set(ids) == {e.id for e in everything(ledger).events}
    days = [f["date_first"] for f in found]
    if order == "deadliest":
        dead = [f["killed"]["best"] for f in found]
        assert dead == sorted(dead, reverse=True)
    else:
        assert days == sorted(days, reverse=order == "newest")


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("disputed=true", "disputed"),
        ("disputed=false", "not disputed"),
        ("type=Attack", "sub_event_type = 'Attack'"),
        ("type=Battles|Attack", "event_type = 'Battles' or sub_event_type = 'Attack'"),
        ("max_killed=5", "killed <= 5"),
        ("min_confidence=0.9", "confidence >= 0.9"),
        ("admin1=Sinja state|Sennar state", "admin1 = 'Sinja state' or admin1 = 'Sennar state'"),
        ("source=the governor", "source = 'the governor'"),
        ("precision=1", "geo_precision <= 1"),
        ("who_kind=Rebel Groups", "who_kind = 'Rebel Groups'"),
        ("accepted=false&civilian_targeting=false", "not accepted and not civilian_targeting"),
        ("where=killed >= 4 and date >= '2026-02-10'", "killed >= 4 and date >= '2026-02-10'"),
    ],
)
def test_a_filter_gives_what_it_says_now_and_as_of(client: TestClient, ledger: Ledger, query: str, where: str) -> None:
    test = read_filter(where, EVENT_FIELDS)
    head = client.get("/api/v1/head").json()["seq"]
    for moment in (None, head // 2):
        wanted = {e.id for e in find(ledger, "event", Filter(as_of=moment)).events if holds(test, e)}
        tail = f"&as_of={moment}" if moment else ""
        found = {f["id"] for f in all_of(client, f"/api/v1/events?limit=7&{query}{tail}")}
        assert found == wanted
        assert client.get(f"/api/v1/events?limit=1&total=true&{query}{tail}").json()["total"] == len(wanted)


def test_the_two_ways_of_looking_up_agree(client: TestClient) -> None:
    queries = ("country=Sudan", "place=sin", "actor=rapid", "since=2026-02-10&until=2026-02-20", "bbox=29,11,30,13")
    day = client.get("/api/v1/events?limit=1").json()["data"][0]["date_first"]
    for query in (*queries, "q=Dilling", f"at={day}", "min_killed=4", "type=drone"):
        by_ledger = [f["id"] for f in all_of(client, f"/api/v1/events?limit=4&{query}")]
        in_memory = [f["id"] for f in all_of(client, f"/api/v1/events?limit=4&min_confidence=0&{query}")]
        assert by_ledger == in_memory and by_ledger, query


def test_pages_are_as_of_the_first_one(client: TestClient, ledger: Ledger) -> None:
    for rest in ("", "&min_confidence=0"):
        first = client.get(f"/api/v1/events?limit=5{rest}").json()
        before = {e.id for e in everything(ledger).events}
        append(ledger, batch_of([1000 + len(rest)]), **installed_rules())
        found = first["data"] + all_of(client, first["next"])
        assert {f["id"] for f in found} == before
        assert all(from_record(f).id == f["id"] for f in found)


def test_a_wrong_parameter_is_named(client: TestClient) -> None:
    wrong = (("contry=Sudan", "contry"), ("since=yesterday", "since"), ("limit=0", "limit"), ("order=random", "order"))
    for query, name in wrong:
        response = client.get(f"/api/v1/events?{query}")
        assert response.status_code == 422 and response.headers["content-type"] == "application/problem+json"
        assert response.json()["errors"][0]["name"] == name
    for query in ("country=Atlantis", "bbox=1,2,3", "where=killd > 3", "after=nonsense", "since=2026-02-31", "as_of=never"):
        response = client.get(f"/api/v1/events?{query}")
        assert response.status_code == 400 and response.json()["detail"], query


def test_an_event_shows_its_sentences_tolls_and_history(client: TestClient) -> None:
    for brief in all_of(client, "/api/v1/events")[:10]:
        whole = client.get(f"/api/v1/events/{brief['id']}").json()
        assert whole["record"]["id"] == brief["id"] and whole["revision"] == brief["revision"]
        assert {c["id"] for c in whole["claims"]} == set(brief["claims"]) == {c["claim"] for c in whole["citations"]}
        reports = {r["id"]: r for r in whole["reports"]}
        for cited in whole["citations"]:
            text = reports[cited["report"]]["text"]
            assert "killed in" in text[cited["start"] : cited["end"]]
            assert "".join(p["words"] for p in cited["pieces"]) in " ".join(text.split())
            assert any(p["field"] == "counts.0" for p in cited["pieces"])
        assert {t["claim"] for t in whole["tolls"]} == set(brief["claims"])
        steps = client.get(f"/api/v1/events/{brief['id']}/history").json()
        assert steps[-1]["seq"] == brief["revision"] and not steps[-1]["gone"]
        assert {c["field"] for c in steps[0]["changes"]} >= {"event_type", "place", "claims"}


def test_facets_and_bars_count_every_event(client: TestClient, ledger: Ledger) -> None:
    events = everything(ledger).events
    found = client.get("/api/v1/facets?facet=event_type,admin1,disputed,confidence,year&size=500").json()
    assert found["total"] == len(events)
    for name, values in found["facets"].items():
        assert sum(v["events"] for v in values) == len(events), name
    places = {v["value"]: v["events"] for v in found["facets"]["admin1"]}
    assert places["Sinja state"] == sum(e.place is not None and e.place.admin1 == "Sinja state" for e in events)
    for unit in ("day", "week", "month", "year"):
        bins = client.get(f"/api/v1/timeline?unit={unit}").json()["bins"]
        assert sum(b["events"] for b in bins) == len(events)
        assert sum(b["killed"] for b in bins) == sum(e.killed.best or 0 for e in events)


def test_the_board_is_of_its_day(client: TestClient) -> None:
    early, late = (client.get(f"/api/v1/board?day={d}").json() for d in ("2026-01-01", "2026-03-01"))
    assert not early["entries"] and late["entries"] and late["tracks"]
    assert {e["openness"] for e in late["entries"]} <= {"open", "partly", "shut", "held"}
    assert late["entries"][0]["standings"][0]["since"] <= "2026-03-01"


def test_statistics_stand_beside_events(client: TestClient) -> None:
    found = client.get("/api/v1/checks?limit=5").json()["data"]
    assert found and all(f["statistic"]["kind"] == "statistic" for f in found)
    assert any(f["events"] or f["perhaps"] or f["note"] for f in found)


def test_claims_reports_and_search(client: TestClient, ledger: Ledger) -> None:
    record = everything(ledger)
    assert {c["id"] for c in all_of(client, "/api/v1/claims?limit=11")} == {c.id for c in record.claims}
    assert {r["id"] for r in all_of(client, "/api/v1/reports?limit=11")} == {r.id for r in record.reports}
    own = [c.id for c in record.claims if c.report == record.reports[0].id]
    assert [c["id"] for c in all_of(client, f"/api/v1/claims?report={record.reports[0].id}")] == own or not own
    hits = client.get("/api/v1/search?q=Kadugli").json()
    assert hits["claims"] and hits["folds"]
    assert client.get(f"/api/v1/claims/{record.claims[0].id}").json()["id"] == record.claims[0].id
    assert client.get("/api/v1/claims/clm-0000000000000000").status_code == 404
    assert client.get(f"/api/v1/ids/{record.claims[0].id[:9]}").json()[0].startswith(record.claims[0].id[:9])
    assert client.get("/api/v1/tallies?by=admin1&measure=").status_code == 422


def test_what_may_be_the_same_is_near(client: TestClient) -> None:
    first = all_of(client, "/api/v1/events?place=Sinja")[0]
    found = client.get(f"/api/v1/events/{first['id']}/near").json()
    assert all(f["record"]["id"] != first["id"] and f["kilometres"] <= 70 and abs(f["days"]) <= 8 for f in found)


def test_the_plain_page_and_the_openapi(client: TestClient) -> None:
    page = client.get("/", headers={"Accept": "text/html"})
    assert page.status_code == 200
    schema = client.get("/openapi.json").json()
    assert all("x-marsad-action" in o for operations in schema["paths"].values() for o in operations.values())
    assert client.get("/no/such/thing").status_code == 404
