"""Files: every format as its readers take it; cells that a spreadsheet would run are text; signed addresses; feeds."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from pathlib import Path
from xml.etree import ElementTree

import geopandas
import openpyxl
import pytest
from fastapi.testclient import TestClient
from tests.ledger.invented import story
from tests.server.people import Desk

from marsad.exports.rows import COLUMNS
from marsad.ledger.append import Batch, append
from marsad.ledger.query import everything
from marsad.ledger.store import Ledger
from marsad.stages import installed_rules

HOSTILE = ("=cmd|'/c calc'!A1", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "＝1+1", '=HYPERLINK("http://evil.example","x")')


@pytest.fixture
def poisoned(ledger: Ledger) -> Ledger:
    """Events whose actors, places and outlets are formulas."""
    reports, claims = [], []
    for number, words in enumerate(HOSTILE):
        report, own = story(7000 + 3 * number)
        reports.append(dataclasses.replace(report, publisher=words, title=words))
        for claim in own:
            place = dataclasses.replace(claim.where[0], name=words, admin1=words, id=None)
            who = tuple(dataclasses.replace(a, name=words) for a in claim.who)
            claims.append(dataclasses.replace(claim, where=(place,), who=who))
    append(ledger, Batch(reports=reports, claims=claims, version="1", codebook="c"), **installed_rules())
    return ledger


def test_csv_cells_that_would_run_are_defused(poisoned: Ledger, client: TestClient) -> None:
    seen = 0
    files = ("/api/v1/events.csv", "/api/v1/events.acled-csv", "/api/v1/conditions.csv")
    for path in (*files, "/api/acled/read?_format=csv&limit=0"):
        for row in csv.reader(io.StringIO(client.get(path).text)):
            for cell in row:
                assert not cell.lstrip(" \xa0").startswith(("=", "+", "@", "\t", "＝")), (path, cell)
                assert not cell.startswith("-") or cell[1:].replace(".", "").isdigit(), (path, cell)
                seen += cell.startswith("'")
    assert seen >= len(HOSTILE)


def test_xlsx_holds_no_formula_and_numbers_are_numbers(poisoned: Ledger, client: TestClient) -> None:
    body = client.get("/api/v1/events.xlsx").content
    book = openpyxl.load_workbook(io.BytesIO(body))
    assert book.sheetnames == ["events", "codebook", "sources"]
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    sheet = book["events"]
    head = [c.value for c in sheet[1]]
    assert head == list(COLUMNS["events"]) and sheet.max_row == len(everything(poisoned).events) + 1
    killed = head.index("killed_best")
    assert all(isinstance(row[killed].value, int) for row in sheet.iter_rows(min_row=2))
    words = {row[head.index("who")].value for row in sheet.iter_rows(min_row=2)}
    assert HOSTILE[0] in words
    assert client.get("/api/v1/events.xlsx").content == body


def test_geoparquet_and_geojson_put_regions_nowhere(client: TestClient, ledger: Ledger, tmp_path: Path) -> None:
    where = tmp_path / "events.parquet"
    where.write_bytes(client.get("/api/v1/events.parquet").content)
    frame = geopandas.read_parquet(where)
    events = everything(ledger).events
    assert len(frame) == len(events) and frame.crs.to_epsg() == 4326
    assert set(frame.columns) == {*COLUMNS["events"], "geometry"}
    points = {e.id: (e.place.longitude, e.place.latitude) for e in events if e.place and e.place.latitude}
    for row in frame.itertuples():
        assert (round(row.geometry.x, 4), round(row.geometry.y, 4)) == points[row.id]
    found = client.get("/api/v1/events.geojson").json()
    assert len(found["features"]) == len(events)
    nothing = tmp_path / "none.parquet"
    nothing.write_bytes(client.get("/api/v1/events.parquet?country=Norway").content)
    assert geopandas.read_parquet(nothing).dtypes.equals(frame.dtypes)


def test_a_geopackage_opens_as_layers(client: TestClient, ledger: Ledger, tmp_path: Path) -> None:
    answer = client.get("/api/v1/events.gpkg")
    assert answer.headers["content-type"] == "application/geopackage+sqlite3"
    assert 'filename="marsad-events.gpkg"' in answer.headers["content-disposition"]
    where = tmp_path / "events.gpkg"
    where.write_bytes(answer.content)
    frame = geopandas.read_file(where, layer="events")
    assert set(frame["id"]) == {e.id for e in everything(ledger).events} and frame.crs.to_epsg() == 4326
    where.write_bytes(client.get("/api/v1/conditions", headers={"Accept": "application/geopackage+sqlite3"}).content)
    assert set(geopandas.read_file(where, layer="conditions")["id"]) == {c.id for c in everything(ledger).conditions}


def test_the_format_is_chosen_by_accept_or_ending(client: TestClient, ledger: Ledger) -> None:
    count = len(everything(ledger).events)
    lines = client.get("/api/v1/events", headers={"Accept": "application/x-ndjson"}).text.splitlines()
    assert len(lines) == count and lines == client.get("/api/v1/events.jsonl").text.splitlines()
    assert client.get("/api/v1/events", headers={"Accept": "text/csv;q=0.9, application/json;q=0.5"}).text.startswith("id,")
    assert client.get("/api/v1/events", headers={"Accept": "text/html, */*"}).json()["count"]
    assert len(client.get("/api/v1/events.jsonl?limit=3").text.splitlines()) == 3
    assert json.loads(lines[0])["kind"] == "event"


def test_columns_can_be_chosen_and_tagged(client: TestClient) -> None:
    text = client.get("/api/v1/events.csv?fields=id,date_first,killed_best,latitude&hxl=true&bom=true").text
    assert text.startswith("\ufeffid,date_first,killed_best,latitude\n#meta+id,#date+start,#affected+killed,#geo+lat\n")
    response = client.get("/api/v1/events.csv?fields=id,password")
    assert response.status_code == 400 and "password" in response.json()["detail"]


def test_rows_keep_the_order_asked_for(client: TestClient) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/api/v1/events.csv?order=deadliest").text)))
    dead = [int(r["killed_best"]) for r in rows]
    assert dead == sorted(dead, reverse=True)


def test_a_signed_address_needs_no_login_and_can_not_be_changed(desk: Desk) -> None:
    client = desk.client
    made = client.post("/api/v1/signed", json={"query": "country=Sudan&type=Attack"}, headers=desk.enter("reader"))
    assert made.status_code == 201, made.text
    path = made.json()["url"].removeprefix("http://testserver")
    client.cookies.clear()
    text = client.get(path).text
    assert text.startswith("\ufeffid,") and all(",Attack," in line for line in text.splitlines()[1:] if line.startswith("evt-"))
    changes = (("type%3DAttack", "type%3DBattles"), ("by=reader", "by=admin"), ("/events.csv", "/conditions.csv"))
    for old, new in (*changes, ("expires=1", "expires=9"), ("bom=1", "bom=0")):
        assert old in path and client.get(path.replace(old, new)).json()["code"] == "bad_signature", old
    assert client.get("/signed/events.csv").status_code == 422
    short = client.post("/api/v1/signed", json={"query": "", "days": 1e-6}, headers=desk.enter("reader")).json()["url"]
    client.cookies.clear()
    import time

    time.sleep(1.1)
    assert client.get(short.removeprefix("http://testserver")).json()["code"] == "expired"
    from marsad.ledger.accounts import change_user

    change_user(desk.accounts, "reader", active=False)
    assert client.get(path).status_code == 403


def test_a_kept_filter_has_a_feed(client: TestClient) -> None:
    made = client.post("/api/v1/filters", json={"name": "strikes", "query": "type=Air/drone strike"})
    assert made.status_code == 201
    feed = client.get(made.json()["feed"])
    root = ElementTree.fromstring(feed.content)
    spaces = {"a": "http://www.w3.org/2005/Atom"}
    titles = [t.text or "" for t in root.findall("a:entry/a:title", spaces)]
    assert titles and all(t.startswith("Air/drone strike") for t in titles)
    assert client.post("/api/v1/filters", json={"name": "bad", "query": "contry=Sudan"}).status_code == 400
    assert client.delete("/api/v1/filters/strikes").status_code == 204
    assert client.get("/feeds/strikes.atom").status_code == 404
