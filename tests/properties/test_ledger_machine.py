"""A ledger through deliveries, repeats, judgements and crashes in any order: what must hold always does."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.faults import deliveries, processes

from marsad.ledger import failpoints
from marsad.ledger.append import count
from marsad.ledger.audit import verify
from marsad.ledger.fold import rebuild
from marsad.ledger.history import head
from marsad.ledger.judging import judge
from marsad.ledger.query import everything
from marsad.ledger.store import Ledger, open_ledger
from marsad.model import Judgement, dump

NUMBERS = st.integers(0, 11)
STEPS = st.sampled_from([p for p in failpoints.POINTS if p.startswith("append")])
PICK = st.integers(0, 10**6)


def digest_as_of(ledger: Ledger, seq: int) -> str:
    """A SHA-256 over all that the ledger said at a number of its log."""
    found = everything(ledger, as_of=seq)
    return hashlib.sha256("\n".join(dump(item) for item in found.records()).encode()).hexdigest()


class LedgerMachine(RuleBasedStateMachine):
    """One ledger, and beside it what was acknowledged."""

    judged = Bundle("judged")

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="marsad-machine-"))
        self.path = self.folder / "l.sqlite"
        self.ledger = open_ledger(self.path, write=True)
        self.acknowledged: set[int] = set()
        self.words: list[Judgement] = []
        self.done: list[int | Judgement] = []
        self.moments: dict[int, str] = {}

    def teardown(self) -> None:
        if not hasattr(self, "folder"):
            return
        try:
            self.equals_one_without_a_fault()
        finally:
            self.ledger.close()
            shutil.rmtree(self.folder)

    def equals_one_without_a_fault(self) -> None:
        """The same again without crashes and repeats gives the same record; where nothing was judged, in any order."""
        other = open_ledger(self.folder / "other.sqlite", write=True)
        steps = self.done if self.words else sorted(self.done, key=lambda n: (int(n) * 7) % 12)  # type: ignore[call-overload]
        for step in steps:
            if isinstance(step, Judgement):
                judge(other, step, **deliveries.RULES)
            else:
                list(deliveries.deliver(other, [step]))
        assert deliveries.digest(other) == deliveries.digest(self.ledger)
        other.close()

    def acknowledge(self, number: int) -> None:
        if number not in self.acknowledged:
            self.done.append(number)
        self.acknowledged.add(number)

    @rule(number=NUMBERS)
    def deliver(self, number: int) -> None:
        """A delivery, new or not."""
        known = number in self.acknowledged
        ((_, added),) = deliveries.deliver(self.ledger, [number])
        assert not (known and (added.reports or added.claims or added.captures)), "a repeat added something"
        self.acknowledge(number)

    @rule(number=NUMBERS, point=STEPS)
    def crash(self, number: int, point: str) -> None:
        """The same in a process that dies at a named step: after the last one it was acknowledged, before it was not."""
        self.ledger.close()

        def work(say: processes.Say) -> None:
            for _ in deliveries.deliver(open_ledger(self.path, write=True), [number]):
                pass

        before = deliveries.digest(self.ledger)
        self.ledger.close()
        child = processes.start(work, **{failpoints.VARIABLE: point})
        status = child.end()
        self.ledger = open_ledger(self.path, write=True)
        if status == 0:
            assert number in self.acknowledged, f"{point} is not reached by a new delivery"
        elif point == "append.done":
            self.acknowledge(number)
        else:
            assert status == -9 and deliveries.digest(self.ledger) == before, "half a delivery was kept"

    def said(self, verb: str, subject: str, other: str | None = None, **more: str) -> Judgement:
        name = f"jdg-{len(self.words)}"
        word = Judgement(id=name, verb=verb, subject=subject, object=other, by="A", reason="a test", at="", **more)
        judge(self.ledger, word, **deliveries.RULES)
        self.words.append(word)
        self.done.append(word)
        return word

    @precondition(lambda self: len(everything(self.ledger).events) > 1)
    @rule(target=judged, one=PICK, other=PICK)
    def merge(self, one: int, other: int) -> Judgement:
        events = everything(self.ledger).events
        first = one % len(events)
        second = (first + 1 + other % (len(events) - 1)) % len(events)
        return self.said("merge", events[first].id, events[second].id)

    @precondition(lambda self: any(len(e.claims) > 1 for e in everything(self.ledger).events))
    @rule(target=judged, one=PICK, other=PICK)
    def split(self, one: int, other: int) -> Judgement:
        events = [e for e in everything(self.ledger).events if len(e.claims) > 1]
        event = events[one % len(events)]
        return self.said("split", event.claims[0], event.claims[1 + other % (len(event.claims) - 1)])

    @precondition(lambda self: bool(everything(self.ledger).claims))
    @rule(target=judged, one=PICK)
    def reject(self, one: int) -> Judgement:
        claims = everything(self.ledger).claims
        return self.said("reject", claims[one % len(claims)].id)

    @precondition(lambda self: bool(everything(self.ledger).events))
    @rule(target=judged, one=PICK)
    def correct(self, one: int) -> Judgement:
        events = everything(self.ledger).events
        word = events[one % len(events)].id
        said = self.said("correct", word, field="killed", value="14")
        assert next(e for e in everything(self.ledger).events if e.id == word).killed.best == 14
        return said

    @rule(target=judged, word=judged)
    def undo(self, word: Judgement) -> Judgement:
        return self.said("undo", word.id)

    @precondition(lambda self: len(everything(self.ledger).events) > 1)
    @rule(one=PICK, other=PICK)
    def merge_and_undo_is_nothing(self, one: int, other: int) -> None:
        before = deliveries.digest(self.ledger)
        self.said("undo", self.merge(one, other).id)
        assert deliveries.digest(self.ledger) == before

    @rule()
    def remember(self) -> None:
        last = head(self.ledger)
        if last:
            self.moments[last.seq] = digest_as_of(self.ledger, last.seq)

    @rule()
    def what_was_known_then_is_known_now(self) -> None:
        for seq, digest in self.moments.items():
            assert digest_as_of(self.ledger, seq) == digest

    @rule()
    def a_rebuild_gives_the_same_bytes(self) -> None:
        assert rebuild(self.ledger, check=True, **deliveries.RULES).different == ()

    @rule()
    def open_again(self) -> None:
        self.ledger.close()
        self.ledger = open_ledger(self.path, write=True)

    @invariant()
    def acknowledged_means_present(self) -> None:
        if hasattr(self, "ledger"):
            assert deliveries.missing(self.ledger, sorted(self.acknowledged)) == []

    @invariant()
    def articles_are_distinct_hashes(self) -> None:
        if hasattr(self, "ledger"):
            given = {c.id for n in self.acknowledged for c in deliveries.delivery(n).captures}
            assert count(self.ledger)["captures"] == len(given)

    @invariant()
    def each_claim_is_in_one_fold_at_most(self) -> None:
        if hasattr(self, "ledger"):
            found = everything(self.ledger)
            placed = [c for item in (*found.events, *found.statistics, *found.conditions) for c in item.claims]
            assert len(placed) == len(set(placed)) and set(placed) <= {c.id for c in found.claims}

    @invariant()
    def the_chain_holds(self) -> None:
        if hasattr(self, "ledger"):
            assert verify(self.ledger) == []


def limits(examples: int) -> settings:
    """So many machines of twenty steps; not shrunk, which takes minutes: what failed is printed step by step anyway."""
    return settings(
        max_examples=examples,
        stateful_step_count=20,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        report_multiple_bugs=False,
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
    )


def test_a_few_machines() -> None:
    run_state_machine_as_test(LedgerMachine, settings=limits(6))


@pytest.mark.slow
def test_many_machines() -> None:
    run_state_machine_as_test(LedgerMachine, settings=limits(80))
