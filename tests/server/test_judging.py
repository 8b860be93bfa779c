"""Judgements over HTTP: kept and folded in at once, refused on a revision that is no longer the last."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.server.people import Desk

from marsad.ledger.query import everything
from marsad.ledger.store import Ledger


def some_event(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/v1/events?limit=1&order=deadliest").json()["data"][0]
    return found


def test_a_correction_shows_everywhere_and_can_be_undone(client: TestClient, ledger: Ledger) -> None:
    event = some_event(client)
    value = {"field": "killed", "value": "77", "expected": event["revision"]}
    word = {"verb": "correct", "subject": event["id"], "reason": "a list", **value}
    given = client.post("/api/v1/judgements", json=word)
    assert given.status_code == 201, given.text
    now = next(n for n in given.json()["now"] if n["id"] == event["id"])
    assert now["killed"]["best"] == 77 and now["revision"] > event["revision"]
    assert client.get("/api/v1/events?order=deadliest&limit=1&min_confidence=0").json()["data"][0]["killed"]["best"] == 77
    whole = client.get(f"/api/v1/events/{event['id']}").json()
    assert whole["judgements"][0]["judgement"]["by"] == "local" and whole["judgements"][0]["stands"]
    last = client.get(f"/api/v1/events/{event['id']}/history").json()[-1]
    assert last["by"] == "local" and "killed" in {c["field"] for c in last["changes"]}
    undo = {"verb": "undo", "subject": given.json()["judgement"]["id"], "reason": "the wrong list"}
    assert client.post("/api/v1/judgements", json=undo).status_code == 201
    assert {e.id: e.killed.best for e in everything(ledger).events}[event["id"]] == event["killed"]["best"]
    listed = client.get("/api/v1/judgements").json()["data"]
    assert [g["judgement"]["verb"] for g in listed] == ["undo", "correct"] and not listed[1]["stands"]


def test_of_many_at_once_one_is_kept(client: TestClient) -> None:
    event = some_event(client)

    def give(number: int) -> int:
        word = {"verb": "correct", "subject": event["id"], "field": "killed", "value": str(100 + number)}
        return client.post("/api/v1/judgements", json={**word, "reason": "mine", "expected": event["revision"]}).status_code

    with ThreadPoolExecutor(8) as pool:
        found = sorted(pool.map(give, range(8)))
    assert found == [201] + [409] * 7


def test_nonsense_is_refused(client: TestClient) -> None:
    event = some_event(client)
    wrong: list[tuple[dict[str, object], int]] = [
        ({"verb": "correct", "subject": event["id"], "field": "killed", "value": "many"}, 400),
        ({"verb": "correct", "subject": event["id"], "field": "colour", "value": "red"}, 400),
        ({"verb": "correct", "subject": event["id"]}, 400),
        ({"verb": "merge", "subject": event["id"]}, 400),
        ({"verb": "merge", "subject": event["id"], "object": event["id"]}, 400),
        ({"verb": "accept", "subject": "evt-0000000000000000"}, 404),
        ({"verb": "accept", "subject": event["reports"][0]}, 404),
        ({"verb": "undo", "subject": "jdg-0000000000000000"}, 404),
        ({"verb": "burn", "subject": event["id"]}, 422),
    ]
    for word, status in wrong:
        response = client.post("/api/v1/judgements", json={"reason": "why not", **word})
        assert response.status_code == status, (word, response.text)
    assert client.post("/api/v1/judgements", json={"verb": "accept", "subject": event["id"], "reason": " "}).status_code == 400
    assert client.get("/api/v1/judgements").json()["total"] == 0


def test_the_queue_empties_and_two_coders_are_compared(desk: Desk) -> None:
    client, coder, reviewer = desk.client, desk.headers("coder"), desk.headers("reviewer")
    queue = client.get("/api/v1/queue?limit=4", headers=coder).json()
    assert [e["confidence"] for e in queue["data"]] == sorted(e["confidence"] for e in queue["data"])
    ids = [e["id"] for e in queue["data"]]
    for n, name in enumerate(ids):
        given = client.post("/api/v1/judgements", json={"verb": "accept", "subject": name, "reason": "read"}, headers=coder)
        assert given.status_code == 201
        verb = "reject" if n == 0 else "accept"
        client.post("/api/v1/judgements", json={"verb": verb, "subject": name, "reason": "read"}, headers=reviewer)
    after = client.get("/api/v1/queue?limit=50", headers=coder).json()
    assert not set(ids) & {e["id"] for e in after["data"]} and after["left"] < queue["left"]
    found = client.get("/api/v1/judgements/agreement?one=coder&other=reviewer", headers=coder).json()
    assert found["items"] == 4 and found["agree"] == 0.75 and found["differ"] == [ids[0]]


def test_who_may_merge_and_undo(desk: Desk) -> None:
    client = desk.client
    one, other = (e["id"] for e in client.get("/api/v1/events?limit=2", headers=desk.headers("reader")).json()["data"])
    merge = {"verb": "merge", "subject": one, "object": other, "reason": "the same"}
    assert client.post("/api/v1/judgements", json=merge, headers=desk.headers("reader")).status_code == 403
    assert client.post("/api/v1/judgements", json=merge, headers=desk.headers("coder")).status_code == 403
    given = client.post("/api/v1/judgements", json=merge, headers=desk.headers("reviewer"))
    assert given.status_code == 201 and given.json()["judgement"]["by"] == "reviewer"
    undo = {"verb": "undo", "subject": given.json()["judgement"]["id"], "reason": "no"}
    assert client.post("/api/v1/judgements", json=undo, headers=desk.headers("coder")).status_code == 403
    assert client.post("/api/v1/judgements", json=undo, headers=desk.headers("reviewer")).status_code == 201


def test_many_at_once_stand_or_fall_alone(client: TestClient) -> None:
    ids = [e["id"] for e in client.get("/api/v1/events?limit=3").json()["data"]]
    words = [{"verb": "accept", "subject": i, "reason": "read"} for i in (*ids, "evt-0000000000000000")]
    found = client.post("/api/v1/judgements/bulk", json={"judgements": words}).json()
    assert [f["status"] for f in found] == [201, 201, 201, 404]


@pytest.mark.parametrize("form", ["text", "file"])
def test_a_text_is_coded_and_kept_where_asked(client: TestClient, form: str) -> None:
    text = "12 killed in Dilling, the governor said."

    def send(keep: bool) -> dict[str, Any]:
        if form == "text":
            response = client.post("/api/v1/code", json={"text": text, "published": "2026-02-18", "keep": keep})
        else:
            files = {"files": ("../../etc/story.txt", text.encode(), "text/plain")}
            response = client.post("/api/v1/code/files", files=files, data={"published": "2026-02-18", "keep": str(keep).lower()})
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        return found

    before = client.get("/api/v1/head").json()["seq"]
    found = send(False)
    assert [r["kind"] for r in found["records"]] == ["report", "claim", "event"] and not found["kept"]
    if form == "file":
        assert found["records"][0]["origin"] == "story.txt"
    assert client.get("/api/v1/head").json()["seq"] == before
    kept = send(True)
    assert client.get(f"/api/v1/reports/{kept['records'][0]['id']}").status_code == 200


def test_a_remark_changes_nothing_in_the_record(client: TestClient) -> None:
    event = some_event(client)
    said = client.post("/api/v1/remarks", json={"subject": event["id"], "field": "killed", "text": "see page 2"})
    assert said.status_code == 201
    assert client.get(f"/api/v1/remarks?subject={event['id']}").json()[0]["text"] == "see page 2"
    assert some_event(client)["revision"] == event["revision"]
    assert client.post("/api/v1/remarks", json={"subject": "evt-0000000000000000", "text": "x"}).status_code == 404
