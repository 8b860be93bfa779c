"""A database server that goes away in the middle of a run: what was acknowledged is there, and the run is taken up again."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from tests.databases import MISSING, Server, programs
from tests.faults import deliveries, processes

from marsad.ledger import store
from marsad.ledger.audit import verify
from marsad.ledger.store import open_ledger
from marsad.model import StoreError

NUMBERS = range(24)
RESTARTS = 3


def test_a_server_that_is_restarted_in_the_middle_loses_nothing(tmp_path: Path) -> None:
    if programs() is None:
        pytest.skip(MISSING)
    server = Server()
    try:
        restarted(server, tmp_path)
    finally:
        server.close()


def restarted(server: Server, folder: Path) -> None:
    """The server dies at once and comes back, three times, while a child delivers; the child is told nothing of it."""
    address = server.make()
    open_ledger(address, write=True).close()

    def work(say: processes.Say) -> None:
        ledger = open_ledger(address, write=True)
        for number, _ in deliveries.deliver(ledger, NUMBERS):
            say(str(number))

    child = processes.start(work)
    for restart in range(RESTARTS):
        while child.status is None and len(child.heard) < 2 + 6 * restart:
            child.listen(time.monotonic() + 0.05)
        assert child.status is None, f"it ended before the server did: {child.heard[-1]}"
        server.stop("immediate")
        server.start()
        ledger = open_ledger(address)
        assert deliveries.missing(ledger, [int(line) for line in child.heard if line.isdigit()]) == []
        ledger.close()
    assert child.end(300) == 0, child.heard
    ledger = open_ledger(address, write=True)
    assert deliveries.missing(ledger, NUMBERS) == [] and verify(ledger) == []
    other = open_ledger(folder / "other.sqlite", write=True)
    for _ in deliveries.deliver(other, NUMBERS):
        pass
    assert deliveries.digest(ledger) == deliveries.digest(other)
    ledger.close()


def test_a_server_that_stays_away_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "PAUSES", (0.05, 0.1))
    if programs() is None:
        pytest.skip(MISSING)
    server = Server()
    try:
        address = server.make()
        ledger = open_ledger(address, write=True)
        list(deliveries.deliver(ledger, [0]))
        server.stop("immediate")
        with pytest.raises(StoreError) as refused:
            list(deliveries.deliver(ledger, [1]))
        assert "Traceback" not in str(refused.value) and "\n" not in str(refused.value)
        server.start()
        list(deliveries.deliver(ledger, [1]))
        assert deliveries.missing(ledger, [0, 1]) == []
        ledger.close()
    finally:
        server.close()
