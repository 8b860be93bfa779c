"""Judgements: kept, numbered, folded in at once, taken back by another one, refused where stale."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.ledger.invented import batch_of

from marsad.exports import jsonl
from marsad.ledger.append import append
from marsad.ledger.audit import verify
from marsad.ledger.fold import rebuild
from marsad.ledger.history import head, revision_of, revisions
from marsad.ledger.judging import Judged, judge, judgements
from marsad.ledger.query import everything, lookup
from marsad.ledger.store import Ledger, StaleError, open_ledger
from marsad.model import Judgement, StoreError
from marsad.stages import installed_rules

RULES = installed_rules()


@pytest.fixture
def ledger(address: str) -> Iterator[Ledger]:
    opened = open_ledger(address, write=True)
    append(opened, batch_of(list(range(20))), **RULES)
    yield opened
    opened.close()


def said(ledger: Ledger, name: str, verb: str, subject: str, other: str | None = None, expected: int | None = None) -> Judged:
    judgement = Judgement(id=name, verb=verb, subject=subject, object=other, by="Amal", reason="seen", at="1999-01-01")
    return judge(ledger, judgement, expected=expected, **RULES)


def events(ledger: Ledger) -> list[str]:
    return [row.id for row in lookup(ledger, "event")]


def told(ledger: Ledger) -> str:
    return jsonl.write(everything(ledger))


def test_merge_then_undo_is_as_before_and_both_are_kept(ledger: Ledger) -> None:
    before, one, other = told(ledger), *events(ledger)[:2]
    done = said(ledger, "jdg-1", "merge", one, other)
    assert set(done.changed) == {one, other} and len(set(events(ledger)) & {one, other}) == 1
    assert rebuild(ledger, check=True, **RULES).same
    known = head(ledger)
    said(ledger, "jdg-2", "undo", "jdg-1")
    assert told(ledger) == before
    assert [j.id for j in judgements(ledger)] == ["jdg-1", "jdg-2"]
    assert known and len(everything(ledger, as_of=known.seq).events) == len(events(ledger)) - 1
    assert any(r.why.startswith("merged into evt-") and "(judgement jdg-1)" in r.why for r in revisions(ledger))
    assert rebuild(ledger, check=True, **RULES).same and verify(ledger) == []


def test_a_rejected_claim_comes_back(ledger: Ledger) -> None:
    before = told(ledger)
    claim = everything(ledger).events[0].claims[0]
    said(ledger, "jdg-1", "reject", claim)
    assert all(claim not in e.claims for e in everything(ledger).events)
    append(ledger, batch_of([30, 31]), **RULES)
    assert rebuild(ledger, check=True, **RULES).same
    said(ledger, "jdg-2", "accept", claim)
    assert any(claim in e.claims for e in everything(ledger).events)
    assert rebuild(ledger, check=True, **RULES).same and told(ledger) != before


def test_the_ledger_says_when_and_its_time_never_stands_still(ledger: Ledger) -> None:
    one = events(ledger)[0]
    moments = [said(ledger, f"jdg-{n}", "accept", one).judgement.at for n in range(5)]
    assert moments == sorted(set(moments)) and moments[0] > "2020"
    assert [j.at for j in judgements(ledger, subject=one)] == moments


def test_the_same_one_again_changes_nothing(ledger: Ledger) -> None:
    one, other = events(ledger)[:2]
    first = said(ledger, "jdg-1", "merge", one, other)
    end = head(ledger)
    again = said(ledger, "jdg-1", "merge", one, other)
    assert again.judgement == first.judgement and again.seq == first.seq and head(ledger) == end


def test_who_looked_at_an_older_state_is_told(ledger: Ledger) -> None:
    one, other = events(ledger)[:2]
    seen = revision_of(ledger, one)
    assert seen is not None
    said(ledger, "jdg-1", "merge", one, other, expected=seen)
    end = head(ledger)
    with pytest.raises(StaleError, match="has changed since you looked"):
        said(ledger, "jdg-2", "reject", one, expected=seen)
    assert head(ledger) == end


@pytest.mark.parametrize(
    ("verb", "subject", "other", "words"),
    [
        ("merge", "evt-none", None, "Name a second"),
        ("reject", "evt-none", None, "there is no claim, event"),
        ("undo", "jdg-none", None, "no judgement"),
        ("bless", "evt-none", None, "no verb"),
    ],
)
def test_what_is_not_there_can_not_be_judged(ledger: Ledger, verb: str, subject: str, other: str | None, words: str) -> None:
    end = head(ledger)
    with pytest.raises(StoreError, match=words):
        said(ledger, "jdg-1", verb, subject, other)
    assert head(ledger) == end
