"""Kill -9 at every named step and at random moments: what was acknowledged is there, once, and the run can go on."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.databases import Server
from tests.faults import deliveries, processes

from marsad.ledger import failpoints
from marsad.ledger.audit import verify
from marsad.ledger.fold import rebuild
from marsad.ledger.history import head
from marsad.ledger.judging import judge, judgements
from marsad.ledger.query import everything
from marsad.ledger.releasing import keep_release, releases
from marsad.ledger.store import open_ledger
from marsad.model import Judgement


def uncrashed(address: Path | str, numbers: Sequence[int]) -> str:
    """The digest of a ledger that took the same deliveries without a fault."""
    ledger = open_ledger(address, write=True)
    for _ in deliveries.deliver(ledger, numbers):
        pass
    digest = deliveries.digest(ledger)
    ledger.close()
    return digest


def delivering(path: Path, numbers: Sequence[int]) -> processes.Child:
    """A child that delivers them and says each that was acknowledged."""

    def work(say: processes.Say) -> None:
        ledger = open_ledger(path, write=True)
        for number, _ in deliveries.deliver(ledger, numbers):
            say(str(number))

    return processes.start(work)


def whole(address: Path | str, acknowledged: Sequence[int]) -> None:
    """All that was acknowledged is there, and nothing is broken."""
    ledger = open_ledger(address, write=True)
    assert deliveries.missing(ledger, acknowledged) == []
    assert verify(ledger) == []
    assert rebuild(ledger, check=True, **deliveries.RULES).same
    ledger.close()


STEPS = [p for p in failpoints.POINTS if p.startswith(("create", "append"))]


@pytest.mark.parametrize("point", STEPS)
def test_a_kill_at_every_step_of_a_delivery(tmp_path: Path, point: str) -> None:
    killed_at(str(tmp_path / "l.sqlite"), tmp_path / "other.sqlite", point)


@pytest.mark.parametrize("point", ["create.tables", "append.facts", "append.revisions", "append.done"])
def test_a_kill_at_a_step_of_a_delivery_to_a_server(server: Server, tmp_path: Path, point: str) -> None:
    killed_at(server.make(), tmp_path / "other.sqlite", point)


def killed_at(address: str, other: Path, point: str) -> None:
    """A delivering process dies at a step; what it acknowledged is there, and the run taken up again ends as one without."""
    if not point.startswith("create"):
        uncrashed(address, range(3))

    def work(say: processes.Say) -> None:
        for number, _ in deliveries.deliver(open_ledger(address, write=True), range(2, 6)):
            say(str(number))

    child = processes.start(work, **{failpoints.VARIABLE: point})
    assert child.end() == -9, f"{point} was never reached: {child.heard}"
    whole(address, [0, 1, 2, *map(int, child.heard)] if not point.startswith("create") else [])
    assert uncrashed(address, range(6)) == uncrashed(other, range(6))


def word(name: str, verb: str, subject: str, other: str | None = None) -> Judgement:
    return Judgement(id=name, verb=verb, subject=subject, object=other, by="A", reason="a test", at="")


@pytest.mark.parametrize("point", [p for p in failpoints.POINTS if p.startswith("judge")])
def test_a_kill_at_every_step_of_a_judgement(tmp_path: Path, point: str) -> None:
    path = tmp_path / "l.sqlite"
    uncrashed(path, range(6))
    one, other = (e.id for e in everything(open_ledger(path)).events[:2])
    said = word("jdg-1", "merge", one, other)

    def work(say: processes.Say) -> None:
        judge(open_ledger(path, write=True), said, **deliveries.RULES)
        say("kept")

    child = processes.start(work, **{failpoints.VARIABLE: point})
    assert child.end() == -9
    whole(path, range(6))
    ledger = open_ledger(path, write=True)
    assert len(judgements(ledger)) == (1 if point == "judge.done" else 0)
    judge(ledger, said, **deliveries.RULES)
    assert [j.id for j in judgements(ledger)] == ["jdg-1"]
    straight = tmp_path / "other.sqlite"
    uncrashed(straight, range(6))
    unbroken = open_ledger(straight, write=True)
    judge(unbroken, said, **deliveries.RULES)
    assert deliveries.digest(ledger) == deliveries.digest(unbroken)


@pytest.mark.parametrize("point", [p for p in failpoints.POINTS if p.startswith("rebuild")])
def test_a_kill_at_every_step_of_a_rebuild(tmp_path: Path, point: str) -> None:
    path = tmp_path / "l.sqlite"
    before = uncrashed(path, range(6))
    child = processes.start(
        lambda say: rebuild(open_ledger(path, write=True), **deliveries.RULES) and None, **{failpoints.VARIABLE: point}
    )
    assert child.end() == -9
    whole(path, range(6))
    assert deliveries.digest(open_ledger(path)) == before


@pytest.mark.parametrize("point", [p for p in failpoints.POINTS if p.startswith("release")])
def test_a_kill_at_every_step_of_a_release(tmp_path: Path, point: str) -> None:
    path = tmp_path / "l.sqlite"
    uncrashed(path, range(4))
    until = head(open_ledger(path)).seq

    def work(say: processes.Say) -> None:
        keep_release(open_ledger(path, write=True), "one", "{}", until=until)

    child = processes.start(work, **{failpoints.VARIABLE: point})
    assert child.end() == -9
    whole(path, range(4))
    kept = releases(open_ledger(path))
    assert [r.name for r in kept] == (["one"] if point == "release.done" else [])


def random_kills(folder: Path, kills: int, seed: int, *, each: int) -> None:
    """Kill a delivering child `kills` times, a moment after none to three acknowledgements; look at the ledger now and then."""
    chance = random.Random(seed)
    path = folder / "l.sqlite"
    acknowledged: list[int] = []
    for kill in range(1, kills + 1):
        first = max(0, (max(acknowledged) if acknowledged else 0) - 1)
        child = delivering(path, range(first, first + 50))
        told = chance.choice((0, 1, 1, 2, 3))
        while child.status is None and len(child.heard) < told:
            child.listen(time.monotonic() + 0.01)
        child.listen(time.monotonic() + chance.random() * 0.08)
        child.kill()
        assert child.status == -9, child.heard
        acknowledged += [int(line) for line in child.heard]
        if kill % each == 0 or kill == kills:
            whole(path, sorted(set(acknowledged)))
    numbers = range(max(acknowledged, default=0) + 1)
    assert len(numbers) > kills // 8, "the children were killed before they did anything"
    ledger = open_ledger(path, write=True)
    for _ in deliveries.deliver(ledger, [*numbers, len(numbers)]):
        pass
    assert deliveries.digest(ledger) == uncrashed(folder / "other.sqlite", [*numbers, len(numbers)])


def test_random_kills(tmp_path: Path) -> None:
    random_kills(tmp_path, 12, seed=1, each=4)


@pytest.mark.slow
def test_two_hundred_random_kills(tmp_path: Path) -> None:
    random_kills(tmp_path, 200, seed=2, each=20)
