"""ACLED's forecasts in its dialect, over a record in hand and over HTTP."""

from __future__ import annotations

from fastapi.testclient import TestClient

from marsad.ledger.snapshots import Snapshot, begun, part_of
from marsad.model import Event, Place
from marsad.server.cast import COLUMNS, rows_of

KINDS = ("Battles", "Explosions/Remote violence", "Violence against civilians", "Protests")


def held(months: int) -> Snapshot:
    """Two regions: in one five battles a month, in the other one attack."""
    events = []
    for month in range(months):
        day = f"{2024 + month // 12}-{month % 12 + 1:02}-10"
        for number, (admin1, kind) in enumerate([("North", 0)] * 5 + [("South", 2), ("North", 3)]):
            place = Place(name="X", words="X", country="SDN", admin1=admin1, precision=3)
            name = f"evt-{month * 100 + number:016x}"
            events.append(Event(id=name, event_type=KINDS[kind], sub_event_type="", date_first=day, date_last=day, place=place))
    return begun(part_of(events), 1)


def test_what_goes_on_is_expected_to_go_on() -> None:
    rows = list(rows_of(held(25)))
    ahead = [r for r in rows if r["total_forecast"] is not None]
    assert len(ahead) == 12 and {r["country"] for r in rows} == {"Sudan"}
    north = [r for r in ahead if r["admin1"] == "North"]
    assert [(r["month"], r["year"]) for r in north][:2] == [("January", 2026), ("February", 2026)]
    assert all(abs(float(r["battles_forecast"] or 0) - 5) < 0.5 and r["vac_forecast"] == 0 for r in north)
    assert all(set(r) == set(COLUMNS) for r in rows)


def test_a_month_that_may_not_be_over_is_left_out_and_others_told() -> None:
    rows = [r for r in rows_of(held(25)) if r["total_observed"] is not None]
    assert len(rows) == 24 and (rows[-1]["month"], rows[-1]["year"]) == ("December", 2025)
    assert {(r["admin1"], r["battles_observed"], r["vac_observed"]) for r in rows} == {("North", 5.0, 0.0), ("South", 0.0, 1.0)}


def test_too_short_a_record_foretells_nothing() -> None:
    assert all(r["total_forecast"] is None for r in rows_of(held(10)))
    assert list(rows_of(begun(part_of([]), 1))) == []


def test_it_is_asked_as_acleds(client: TestClient) -> None:
    found = client.get("/api/cast/read?country=Sudan&year=2026&fields=country|admin1|month|total_observed&limit=0").json()
    assert found["success"] and found["count"] == len(found["data"])
    assert all(set(row) == {"country", "admin1", "month", "total_observed"} for row in found["data"])
    assert client.get("/api/cast/read?_format=csv").text.splitlines()[0] == ",".join(COLUMNS)
    assert client.get("/api/cast/read?password=1").status_code == 400
