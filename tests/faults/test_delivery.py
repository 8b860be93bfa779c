"""The same delivered again, in any order, by many at once, under a clock that is wrong: the record is the same."""

from __future__ import annotations

import random
import sqlite3
import time
from pathlib import Path

import pytest
from tests.faults import deliveries, processes

from marsad.ledger.audit import verify
from marsad.ledger.history import revisions
from marsad.ledger.query import everything
from marsad.ledger.store import Ledger, open_ledger

NUMBERS = range(10)


def straight(folder: Path) -> Ledger:
    """A ledger that took every delivery once, in order."""
    ledger = open_ledger(folder / "straight.sqlite", write=True)
    for _ in deliveries.deliver(ledger, NUMBERS):
        pass
    return ledger


def test_three_deliveries_of_everything_shuffled_are_one(tmp_path: Path) -> None:
    for seed in range(3):
        numbers = list(NUMBERS) * 3
        random.Random(seed).shuffle(numbers)
        ledger = open_ledger(tmp_path / f"{seed}.sqlite", write=True)
        for _ in deliveries.deliver(ledger, numbers):
            pass
        assert deliveries.digest(ledger) == deliveries.digest(straight(tmp_path))
        assert verify(ledger) == []


def test_articles_are_counted_once_however_often_they_come(tmp_path: Path) -> None:
    ledger = straight(tmp_path)
    for _ in deliveries.deliver(ledger, list(NUMBERS) * 2):
        pass
    given = [b for n in NUMBERS for b in deliveries.delivery(n).captures]
    with sqlite3.connect(tmp_path / "straight.sqlite") as connection:
        (kept,) = connection.execute("SELECT count(*) FROM captures").fetchone()
    assert kept == len({c.id for c in given}) == len({r.capture for r in everything(ledger).reports})


def test_a_clock_two_days_wrong_changes_nothing_in_the_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = time.time_ns
    ledger = open_ledger(tmp_path / "l.sqlite", write=True)
    chance = random.Random(3)
    for number in NUMBERS:
        shift = chance.choice((-2, -1, 0, 1, 2)) * 86_400 * 10**9
        monkeypatch.setattr(time, "time_ns", lambda shift=shift: real() + shift)
        for _ in deliveries.deliver(ledger, [number]):
            pass
    monkeypatch.undo()
    assert deliveries.digest(ledger) == deliveries.digest(straight(tmp_path))
    assert verify(ledger) == []
    moments = [r.at for r in revisions(ledger)]
    assert moments == sorted(moments), "the log runs backwards"


@pytest.mark.parametrize("writers", [8])
def test_many_writers_at_once_lose_nothing(tmp_path: Path, writers: int) -> None:
    path = tmp_path / "l.sqlite"

    def work(part: int) -> processes.Child:
        def deliver(say: processes.Say) -> None:
            ledger = open_ledger(path, write=True)
            for number, _ in deliveries.deliver(ledger, [n for n in range(24) if n % writers in (part, (part + 1) % writers)]):
                say(str(number))

        return processes.start(deliver)

    children = [work(part) for part in range(writers)]
    assert [child.end(120) for child in children] == [0] * writers, [c.heard for c in children]
    ledger = open_ledger(path)
    assert deliveries.missing(ledger, range(24)) == [] and verify(ledger) == []
    other = open_ledger(tmp_path / "other.sqlite", write=True)
    for _ in deliveries.deliver(other, range(24)):
        pass
    assert deliveries.digest(ledger) == deliveries.digest(other)


def test_many_that_make_one_ledger_at_once_all_get_it(tmp_path: Path) -> None:
    for number in range(6):
        path = tmp_path / f"{number}.sqlite"

        def make(say: processes.Say, path: Path = path) -> None:
            open_ledger(path, write=True).close()

        children = [processes.start(make) for _ in range(8)]
        assert [child.end(120) for child in children] == [0] * 8, [c.heard for c in children]
        assert everything(open_ledger(path)).claims == ()
