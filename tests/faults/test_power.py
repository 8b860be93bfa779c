"""Power cuts: a disk that lost or tore what was not synced still holds every acknowledged delivery."""

from __future__ import annotations

import pickle
import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.faults import deliveries, powercut, processes
from tests.faults.recorder import Step, record

from marsad.ledger.audit import verify
from marsad.ledger.store import open_ledger

DELIVERIES = 12
EACH = 3
NAME = "l.sqlite"


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> list[Step]:
    """All that a run of twelve deliveries did to its files, the ledger closed and opened again after every third."""
    folder = tmp_path_factory.mktemp("run")

    def work(say: processes.Say) -> None:
        done: list[Step] = []
        mark = record(done)
        for first in range(0, DELIVERIES, EACH):
            ledger = open_ledger(folder / NAME, write=True)
            for number, _ in deliveries.deliver(ledger, range(first, first + EACH)):
                mark(str(number))
            ledger.close()
        (folder / "steps").write_bytes(pickle.dumps(done))

    child = processes.start(work)
    assert child.end() == 0, child.heard
    found: list[Step] = pickle.loads((folder / "steps").read_bytes())
    return found


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The digest of a ledger after none, one, two, … deliveries."""
    ledger = open_ledger(tmp_path_factory.mktemp("states") / NAME, write=True)
    found = [deliveries.digest(ledger)]
    for _ in deliveries.deliver(ledger, range(DELIVERIES)):
        found.append(deliveries.digest(ledger))
    return found


def test_the_recording_gives_the_same_files(steps: Sequence[Step], tmp_path: Path, states: Sequence[str]) -> None:
    kinds = {step.kind for step in steps}
    assert kinds == {"write", "truncate", "sync", "delete", "mark"} and len(steps) > 100
    files, marks = powercut.cut(steps, random.Random(0))
    assert marks == [str(n) for n in range(DELIVERIES)]
    powercut.lay(files, tmp_path / "laid")
    assert deliveries.digest(open_ledger(tmp_path / "laid" / NAME, write=True)) == states[-1]


def test_without_syncs_acknowledged_deliveries_are_lost(steps: Sequence[Step], tmp_path: Path, states: Sequence[str]) -> None:
    """The test can fail: on a disk that ignores syncs, cuts lose what was acknowledged."""
    careless = [step for step in steps if step.kind != "sync"]
    lost = 0
    for seed in range(20):
        try:
            survived(careless, seed, tmp_path / str(seed), states)
        except Exception:
            lost += 1
    assert lost > 0


def test_a_hundred_and_fifty_power_cuts(steps: Sequence[Step], tmp_path: Path, states: Sequence[str]) -> None:
    for seed in range(150):
        survived(steps, seed, tmp_path / str(seed), states)


def survived(steps: Sequence[Step], seed: int, folder: Path, states: Sequence[str]) -> None:
    """A cut at a random step; what came before it is there, and every tenth time the run is resumed to its end."""
    chance = random.Random(seed)
    files, marks = powercut.cut(steps[: chance.randrange(1, len(steps) + 1)], chance)
    powercut.lay(files, folder)
    ledger = open_ledger(folder / NAME, write=True)
    assert deliveries.digest(ledger) in states[len(marks) : len(marks) + 2], f"seed {seed}: a delivery is lost or torn"
    assert verify(ledger) == []
    if seed % 10 == 0:
        for _ in deliveries.deliver(ledger, range(DELIVERIES)):
            pass
        assert deliveries.digest(ledger) == states[-1]
    ledger.close()
