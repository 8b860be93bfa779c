"""What is worked out bit by bit is what working everything out gives."""

from __future__ import annotations

import dataclasses
import random

import pytest
from tests.ledger.invented import batch_of, story

from marsad.exports import jsonl
from marsad.intake.copies import mark_copies
from marsad.ledger.append import Added, append
from marsad.ledger.fold import rebuild
from marsad.ledger.history import head, revisions
from marsad.ledger.query import Filter, everything, find, lookup
from marsad.ledger.store import Ledger, open_ledger
from marsad.model import Report
from marsad.stages import installed_rules

RULES = installed_rules()


def told(ledger: Ledger, *, as_of: int | None = None) -> str:
    return jsonl.write(everything(ledger, as_of=as_of))


@pytest.mark.parametrize("seed", range(3))
def test_any_order_and_any_batches_give_one_record(address: str, tmp_path: str, seed: int) -> None:
    chance = random.Random(seed)
    numbers = chance.sample(range(90), 45)
    ledger = open_ledger(address, write=True)
    rest = list(numbers)
    while rest:
        size = chance.choice((1, 2, 5, 9))
        append(ledger, batch_of(rest[:size]), **RULES)
        rest = rest[size:]
    once = open_ledger(f"{tmp_path}/once.sqlite", write=True)
    append(once, batch_of(sorted(numbers)), **RULES)
    assert told(ledger) == told(once)
    assert sum(e is not None for e in everything(ledger).events) > 10 and any(r.copy_of for r in everything(ledger).reports)
    assert rebuild(ledger, check=True, **RULES).different == ()
    assert append(ledger, batch_of(numbers[:7]), **RULES) == Added()


def test_a_report_coded_anew_takes_its_claims_out_of_their_folds(address: str) -> None:
    ledger = open_ledger(address, write=True)
    append(ledger, batch_of(list(range(12))), **RULES)
    given = batch_of([3, 4, 5])
    for claims in (given.claims[1:], given.claims[:2], given.claims):
        reports = {c.report for c in claims}
        kept = [r for r in given.reports if r.id in reports or claims is not given.claims]
        told_of = [c for c in claims if c.report in {r.id for r in kept}]
        append(ledger, dataclasses.replace(given, reports=kept, claims=told_of), **RULES)
        assert rebuild(ledger, check=True, **RULES).different == ()


def test_copies_bit_by_bit(tmp_path: str) -> None:
    """Shortened, lengthened and chained copies, earlier and later than their originals, in random order."""
    for seed in range(6):
        chance = random.Random(seed)
        ledger = open_ledger(f"{tmp_path}/{seed}.sqlite", write=True)
        reports = variants(chance)
        chance.shuffle(reports)
        for start in range(0, len(reports), 4):
            given = dataclasses.replace(batch_of([]), reports=reports[start : start + 4])
            append(ledger, given, **RULES)
        expected = {r.id: r.copy_of for r in mark_copies(reports)}
        assert {r.id: r.copy_of for r in everything(ledger).reports} == expected
        assert len([o for o in expected.values() if o]) > 10


def variants(chance: random.Random) -> list[Report]:
    made = []
    for family in range(5):
        words = [f"w{chance.randint(0, 400)}" for _ in range(chance.choice((14, 40, 90, 300)))]
        for n in range(7):
            text = list(words)
            for _ in range(chance.choice((0, 0, 1, 2))):
                cut = chance.randrange(len(text))
                text[cut : cut + chance.randint(0, max(1, len(text) // 8))] = [f"x{chance.randint(0, 9)}"]
            report, _ = story(1000 + family * 10 + n)
            day = chance.choice((None, f"2026-02-{chance.randint(1, 28):02}"))
            made.append(dataclasses.replace(report, text=" ".join(text), published=day))
    return made


def test_runs_of_words_that_very_many_texts_share_say_nothing(tmp_path: str) -> None:
    """A form letter: what makes two texts copies stops doing so, whenever the many come."""
    form = "the following notice is published by order of the court and holds for the district of this town " * 2
    reports = []
    for n in range(290):
        report, _ = story(5000 + n)
        reports.append(dataclasses.replace(report, text=f"{form} case zq{n} of yr{n * 3} against vt{n * 7} was heard"))
    ledger = open_ledger(f"{tmp_path}/r.sqlite", write=True)
    for start in (0, 40, 280):
        stop = {0: 40, 40: 280, 280: 290}[start]
        append(ledger, dataclasses.replace(batch_of([]), reports=reports[start:stop]), **RULES)
        expected = {r.id: r.copy_of for r in mark_copies(reports[:stop])}
        assert {r.id: r.copy_of for r in everything(ledger).reports} == expected
    assert rebuild(ledger, check=True, **RULES).different == ()


def test_an_export_as_of_then_is_the_same_for_ever(address: str) -> None:
    ledger = open_ledger(address, write=True)
    snapshots = {}
    for start in range(0, 60, 10):
        append(ledger, batch_of(list(range(start, start + 10))), **RULES)
        end = head(ledger)
        assert end is not None
        snapshots[end.seq] = (told(ledger), end.at, [row.id for row in lookup(ledger, "event", Filter(bbox=(29, 11, 30, 13)))])
    assert len({text for text, _, _ in snapshots.values()}) == 6
    for seq, (text, at, found) in snapshots.items():
        assert told(ledger, as_of=seq) == text
        assert jsonl.write(everything(ledger, as_of=at)) == text
        assert [row.id for row in lookup(ledger, "event", Filter(bbox=(29, 11, 30, 13), as_of=seq))] == found
    first = min(snapshots)
    assert find(ledger, "event", Filter(as_of=first)).events == tuple(everything(ledger, as_of=first).events)


def test_every_change_says_why(address: str) -> None:
    ledger = open_ledger(address, write=True)
    for start in range(0, 60, 10):
        append(ledger, batch_of(list(range(start, start + 10))), **RULES)
    reasons = [r.why for r in revisions(ledger)]
    assert all(reasons) and any(w.startswith("new: claim") for w in reasons) and any(w.startswith("new claim") for w in reasons)
    assert any(w.startswith("copy of rep-") for w in reasons)
