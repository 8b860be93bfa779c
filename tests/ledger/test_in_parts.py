"""Linking all of a large ledger anew, some claims at a time, gives what one look at all of them gives."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.ledger.invented import batch_of

from marsad import linking
from marsad.exports import jsonl
from marsad.ledger import folding, inforce
from marsad.ledger.append import append
from marsad.ledger.audit import verify
from marsad.ledger.fold import rebuild
from marsad.ledger.history import revisions
from marsad.ledger.judging import judge
from marsad.ledger.query import everything, lookup
from marsad.ledger.store import Ledger, open_ledger
from marsad.model import Claim, Judgement, Report, When
from marsad.stages import Rules, installed_rules

RULES = installed_rules()


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Seven claims or reports at a time; how many claims each look was at."""
    looks: list[int] = []
    whole = folding.compare

    def compare(connection: object, journal: object, rules: object, numbers: list[int], cause: str) -> list[str]:
        looks.append(len(numbers))
        return whole(connection, journal, rules, numbers, cause)  # type: ignore[arg-type]

    monkeypatch.setattr(folding, "compare", compare)
    monkeypatch.setattr(folding, "LITTLE", 0)
    monkeypatch.setattr(folding, "SOME", 7)
    monkeypatch.setattr(inforce, "CHUNK", 7)
    yield looks


def filled(address: str, seed: int) -> Ledger:
    """A ledger with judgements, some of them on claims that come much later in the log than others."""
    ledger = open_ledger(address, write=True)
    append(ledger, batch_of(list(range(40))), **RULES)
    chance = random.Random(seed)
    found = [row.id for row in lookup(ledger, "event")]
    for n, verb in enumerate(("merge", "merge", "split", "reject", "correct")):
        one, other = chance.sample(found, 2)
        said = Judgement(id=f"jdg-{n}", verb=verb, subject=one, object=other if n < 3 else None, by="A", reason="r", at="")
        said = dataclasses.replace(said, field="sub_event_type", value="Attack") if verb == "correct" else said
        judge(ledger, said, **RULES)
    given = batch_of([3, 4, 5])
    append(ledger, dataclasses.replace(given, claims=given.claims[2:]), **RULES)
    return ledger


def coarse(claim: Claim) -> Claim:
    """The claim, told to the week alone and, where it kills eight or more, too uncertain to publish."""
    day = f"2026-02-{(int((claim.when.first or '')[8:]) - 1) // 7 * 7 + 1:02}"
    many = any((c.low or 0) >= 8 for c in claim.counts)
    return dataclasses.replace(claim, when=When(first=day, last=day, precision="day"), uncertain=many)


def by_week() -> Rules:
    """Other rules of linking, by which much comes out otherwise."""
    return Rules(
        link=lambda claims, reports, said=(): linking.link([coarse(c) for c in claims], reports, said),
        linked=lambda new, known, *rest: linking.linked([coarse(c) for c in new], [coarse(c) for c in known], *rest),
        block_keys=lambda claim, report: linking.block_keys(coarse(claim), report),
        ask_keys=lambda claim, report: linking.ask_keys(coarse(claim), report),
        mark_copies=RULES["mark_copies"],
        copy_keys=RULES["copy_keys"],
    )


def told(ledger: Ledger) -> str:
    return jsonl.write(everything(ledger))


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_the_same_rules_change_nothing(address: str, parts: list[int], seed: int) -> None:
    ledger = filled(address, seed)
    before = told(ledger)
    assert rebuild(ledger, check=True, **RULES).different == ()
    assert len(parts) > 5 and max(parts) < sum(parts) / 2
    assert rebuild(ledger, **RULES).same and told(ledger) == before and verify(ledger) == []


@pytest.mark.slow
def test_other_rules_give_what_one_look_at_all_gives(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    once = filled(str(tmp_path / "once.sqlite"), 1)
    known = len(revisions(once))
    assert not rebuild(once, **by_week()).same
    expected = sorted((r.fold, r.why, r.body) for r in revisions(once)[known:])
    monkeypatch.setattr(folding, "LITTLE", 0)
    monkeypatch.setattr(folding, "SOME", 7)
    monkeypatch.setattr(inforce, "CHUNK", 7)
    ledger = filled(address, 1)
    assert len(revisions(ledger)) == known
    assert not rebuild(ledger, **by_week()).same
    assert sorted((r.fold, r.why, r.body) for r in revisions(ledger)[known:]) == expected
    assert {w.split()[0] for _, w, _ in expected} >= {"merged", "withdrawn:"} and told(ledger) == told(once)
    assert rebuild(ledger, check=True, **by_week()).different == () and verify(ledger) == []


@pytest.mark.slow
def test_a_new_version_that_comes_with_a_run_links_all_in_parts(address: str, parts: list[int]) -> None:
    ledger = filled(address, 0)
    before = len(parts)
    given: list[Report] = list(batch_of([60, 61]).reports)
    append(ledger, dataclasses.replace(batch_of([60, 61]), version="2"), **RULES)
    assert len(parts) > before and {r.id for r in given} <= {r.id for r in everything(ledger).reports}
    assert rebuild(ledger, check=True, **RULES).different == ()
