"""`marsad.connect`: a real server on a port, asked from Python."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from tests.ledger.invented import batch_of
from tests.server.conftest import on_a_port

import marsad
from marsad.exports.explanation import explain
from marsad.ledger.accounts import add_user, make_token, open_accounts
from marsad.ledger.append import append
from marsad.ledger.findings import Findings
from marsad.ledger.query import everything
from marsad.ledger.store import Ledger, open_ledger
from marsad.model import ConfigError, SourceError
from marsad.remote import Remote, connect, pairs
from marsad.server.app import create_app
from marsad.server.settings import Settings
from marsad.stages import installed_rules

WORD = "-".join(["correct", "horse", "battery"])


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    opened = open_ledger(tmp_path_factory.mktemp("remote") / "record.sqlite", write=True)
    append(opened, batch_of(list(range(60))), **installed_rules())
    return opened


@pytest.fixture(scope="module")
def found(ledger: Ledger) -> Findings:
    return everything(ledger)


@pytest.fixture(scope="module")
def remote(ledger: Ledger) -> Iterator[Remote]:
    with on_a_port(create_app(ledger, Settings(ledger=ledger.address))) as address, connect(address) as made:
        yield made


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MARSAD_SERVER", "MARSAD_TOKEN", "MARSAD_USER", "MARSAD_PASSWORD"):
        monkeypatch.delenv(name, raising=False)


def test_all_that_matches_comes_back_as_a_result(remote: Remote, found: Findings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marsad.remote.PAGE", 7)
    every = remote.events()
    assert isinstance(every, marsad.Result) and {e.id: e for e in every.events} == {e.id: e for e in found.events}
    assert len(every.events) > 14 and len(remote.events(limit=9).events) == 9
    assert len(every.to_pandas()) == len(every.events)
    assert every.tally(by="who").total.events == len([e for e in found.events if not e.background])
    assert set(remote.conditions().conditions) == set(found.conditions) and remote.statistics().statistics == found.statistics


def test_filters_are_the_server_s(remote: Remote, found: Findings) -> None:
    ids = {e.id for e in remote.events(country="Sudan", since="2026-02-10", until="2026-02-12").events}
    assert ids == {e.id for e in found.events if (e.date_last or "") >= "2026-02-10" and (e.date_first or "") <= "2026-02-12"}
    assert 0 < len(ids) < len(found.events)
    assert not remote.events(country=["Norway", "Chad"]).events
    deadly = remote.events(where="killed >= 5", order="deadliest").events
    assert {e.id for e in deadly} == {e.id for e in found.events if (e.killed.best or 0) >= 5}
    assert {e.id for e in remote.events(disputed=True).events} == {e.id for e in found.events if e.disputed}


@pytest.mark.parametrize(
    ("name", "value", "day"),
    [
        ("since", "2026-02-01", "2026-02-01"),
        ("since", dt.date(2026, 2, 1), "2026-02-01"),
        ("since", dt.datetime(2026, 2, 1, 12), "2026-02-01"),
        ("since", "2026-02-01T12:00:00", "2026-02-01"),
        ("since", "2026-02", "2026-02-01"),
        ("until", "2024-02", "2024-02-29"),
        ("until", "2025", "2025-12-31"),
        ("since", [dt.date(2026, 2, 3), "2026-02-01"], "2026-02-01"),
        ("until", ("2026-02-01", dt.date(2026, 2, 3)), "2026-02-03"),
        ("at", ["2026-02-03"], "2026-02-03"),
    ],
)
def test_days_are_text_dates_or_lists(name: str, value: Any, day: str) -> None:
    assert list(pairs(name, value)) == [(name, day)]


TWO_DAYS = ["2026-02-01", "2026-02-02"]


@pytest.mark.parametrize(("name", "value"), [("since", "soon"), ("at", "2026"), ("since", []), ("at", TWO_DAYS)])
def test_what_is_no_day_is_refused(name: str, value: Any) -> None:
    with pytest.raises(ConfigError, match=name):
        list(pairs(name, value))


def test_data_frames_days_are_taken_too(remote: Remote) -> None:
    days = remote.events().to_pandas()["date_first"]
    assert remote.events(since=days, until=days).events == remote.events().events


def test_what_the_server_refuses_is_said_in_its_words(remote: Remote) -> None:
    with pytest.raises(ConfigError, match="colour"):
        remote.events(colour="red")
    with pytest.raises(ConfigError, match="Narnia"):
        remote.events(country="Narnia")
    with pytest.raises(ConfigError, match="limit"):
        remote.events(limit=0)
    with pytest.raises(ConfigError, match="no id"):
        remote.explain("../claims")
    with pytest.raises(ConfigError, match="evt-00"):
        remote.explain("evt-00")


def test_an_item_is_explained_as_at_home(remote: Remote, found: Findings) -> None:
    for item in (found.events[0], found.conditions[0]):
        assert str(remote.explain(item)) == str(explain(found, item.id)) == str(remote.explain(item.id))


def test_credentials_come_from_the_environment(ledger: Ledger, found: Findings, monkeypatch: pytest.MonkeyPatch) -> None:
    accounts = open_accounts(ledger)
    add_user(accounts, "amal", "reader", WORD)
    add_user(accounts, "omar", "admin", WORD)
    token = make_token(accounts, "amal", label="test", scopes=("read",))[1]
    accounts.close()
    try:
        with on_a_port(create_app(ledger, Settings(ledger=ledger.address, accounts=True))) as address:
            with pytest.raises(ConfigError, match="MARSAD_TOKEN"):
                connect(address).events()
            monkeypatch.setenv("MARSAD_SERVER", address)
            monkeypatch.setenv("MARSAD_TOKEN", token)
            assert len(connect().events().events) == len(found.events)
            monkeypatch.delenv("MARSAD_TOKEN")
            monkeypatch.setenv("MARSAD_USER", "amal")
            monkeypatch.setenv("MARSAD_PASSWORD", WORD)
            assert len(connect().events().events) == len(found.events)
            with pytest.raises(ConfigError):
                connect(password="wrong" + WORD)
    finally:
        Path(f"{ledger.address}.accounts").unlink()


@pytest.mark.parametrize("address", ["", "record.example.org", "ftp://record.example.org", "http://a:b@host/", "http://host/?x=1"])
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(ConfigError, match="no address"):
        connect(address)


def test_no_token_goes_over_a_line_that_others_can_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARSAD_TOKEN", "t")
    with pytest.raises(ConfigError, match="https alone"):
        connect("http://record.example.org")
    connect("https://record.example.org").close()


class Odd(BaseHTTPRequestHandler):
    """A server that answers what it is told to."""

    answers: ClassVar[list[tuple[int, dict[str, str], bytes]]] = []
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        status, heads, body = self.answers.pop(0)
        self.asked.append(self.headers.get("Authorization") or "")
        self.send_response(status)
        for name, value in {**heads, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: Any) -> None:
        pass


@pytest.fixture
def odd() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Odd)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Odd.answers.clear()
    Odd.asked.clear()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_busy_server_is_asked_again_and_a_strange_one_is_not_believed(odd: str) -> None:
    nothing = json.dumps({"data": [], "after": None}).encode()
    Odd.answers += [(503, {"Retry-After": "0"}, b"{}"), (429, {"Retry-After": "0"}, b"{}"), (200, {}, nothing)]
    assert connect(odd).events().events == () and len(Odd.asked) == 3
    Odd.answers += [(503, {"Retry-After": "0"}, b'{"detail": "too many wait"}')] * 4
    with pytest.raises(SourceError, match="too many wait"):
        connect(odd).events()
    for body in (b"<html>", b'{"data": [{"kind": "evil"}]}', b'{"data": [{"kind": "event"}]}'):
        Odd.answers.append((200, {}, body))
        with pytest.raises(SourceError):
            connect(odd).events()
    Odd.answers.append((500, {}, b"[]"))
    with pytest.raises(SourceError, match="500"):
        connect(odd).events()


def test_a_redirect_gets_no_token(odd: str) -> None:
    Odd.answers.append((302, {"Location": f"{odd}/elsewhere"}, b""))
    with pytest.raises(SourceError, match="302"):
        connect(odd, token="t").events()
    assert Odd.asked == ["Bearer t"]


def test_an_answer_without_end_is_cut_off(odd: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marsad.remote.LONGEST", 1000)
    Odd.answers.append((200, {}, b" " * 5000))
    with pytest.raises(SourceError, match="longer"):
        connect(odd).events()


def test_nobody_there(odd: str) -> None:
    with pytest.raises(SourceError, match="can't reach"):
        connect("http://127.0.0.1:9", timeout=2).events()
