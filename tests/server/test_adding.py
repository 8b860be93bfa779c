"""Adding by address: a page is fetched where the server may, by the fetcher that keeps out of private networks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from tests.hostile import Site, answer, raw, status
from tests.server.conftest import Served

from marsad.intake.isolation import Parser
from marsad.intake.sources import Fetching
from marsad.ledger.store import Ledger
from marsad.model import Problem
from marsad.server.app import create_app
from marsad.server.fetching import Pages
from marsad.server.problems import Refused
from marsad.server.settings import Settings

STORY = "<html><head><title>Dilling</title></head><body><article><p>12 killed in Dilling, the governor said.</p>"
LOCAL = Fetching(pause=0.0, deadline=2.0, patience=1.0, private_hosts=frozenset({"127.0.0.1"}))


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as made:
        made.pages["/story"] = answer(STORY.encode())
        yield made


@pytest.fixture
def fetching(application: Served) -> Iterator[TestClient]:
    """A client of a server that fetches, also from this computer."""
    app = application(fetch=True)
    app.state.desk.pages.fetching = LOCAL
    with TestClient(app, raise_server_exceptions=False) as made:
        yield made


def test_a_page_is_fetched_coded_and_kept(fetching: TestClient, site: Site) -> None:
    address = site.at("/story")
    found = fetching.post("/api/v1/code", json={"address": address, "published": "2026-02-18", "keep": True}).json()
    assert found["kept"] and found["problems"] == [] and found["address"] == address
    assert [r["kind"] for r in found["records"]][:2] == ["report", "claim"]
    assert found["records"][0]["origin"] == address
    assert fetching.get(f"/api/v1/reports/{found['records'][0]['id']}").status_code == 200


def test_what_cannot_be_had_is_a_problem(fetching: TestClient, site: Site) -> None:
    site.pages["/robots.txt"] = answer(b"User-agent: *\nDisallow: /secret\n", media="text/plain")
    site.pages["/gone"] = status(410)
    for path, code in (("/secret", "robots"), ("/gone", "gone")):
        found = fetching.post("/api/v1/code", json={"address": site.at(path), "keep": True}).json()
        assert not found["kept"] and found["records"] == [] and [p["code"] for p in found["problems"]] == [code]


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:8000/api/v1/users",
        "http://[::1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "file:///etc/passwd",
    ],
)
def test_nothing_inside_a_network_is_fetched(application: Served, address: str) -> None:
    with TestClient(application(fetch=True), raise_server_exceptions=False) as client:
        found = client.post("/api/v1/code", json={"address": address}).json()
    assert found["records"] == [] and found["problems"][0]["code"] in ("private_address", "bad_address"), found


def test_a_server_that_was_not_told_to_fetches_nothing(client: TestClient, site: Site) -> None:
    assert client.get("/api/v1/me").json()["fetch"] is False
    refused = client.post("/api/v1/code", json={"address": site.at("/story")})
    assert refused.status_code == 403 and refused.json()["code"] == "no_fetching" and site.asked == []


@pytest.mark.parametrize(
    "given", [{}, {"text": "x", "address": "http://news.example/"}, {"address": "http://news.example/", "title": "x"}]
)
def test_a_text_or_an_address(client: TestClient, given: dict[str, str]) -> None:
    assert client.post("/api/v1/code", json=given).status_code == 422


def test_it_takes_so_long_and_so_many_wait(site: Site) -> None:
    pages = Pages(LOCAL, longest=0.2)
    try:
        site.pages["/slow"] = raw(b"HTTP/1.1 200 OK\r\n", b"\r\n", pause=1.5)
        found = pages.fetch(site.at("/slow"))
        assert isinstance(found, Problem) and found.code == "slow"
        while pages.turns.acquire(blocking=False):
            pass
        with pytest.raises(Refused, match="too many"):
            pages.fetch(site.at("/story"))
    finally:
        pages.stop()


@pytest.mark.slow
def test_what_is_sent_is_read_in_a_child_with_limits(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    real = Parser.read

    def noted(self: Parser, capture: object, *given: object, **how: object) -> object:
        read.append(type(capture).__name__)
        return real(self, capture, *given, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(Parser, "read", noted)
    app = create_app(ledger, Settings(ledger=ledger.address, hosts=("testserver",)))
    with TestClient(app, raise_server_exceptions=False) as client:
        found = client.post("/api/v1/code", json={"text": "Twelve people were killed in Dilling on Monday, the governor said."})
        assert found.status_code == 200 and read == ["Capture"]
        assert any(r["kind"] == "claim" for r in found.json()["records"])
