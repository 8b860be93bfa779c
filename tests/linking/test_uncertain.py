"""A claim that the coder is not sure of is in no fold until a reviewer accepts it."""

from __future__ import annotations

from dataclasses import replace

from tests.linking.makers import incident

from marsad.linking import link
from marsad.model import Judgement


def test_an_uncertain_claim_waits_for_a_reviewer() -> None:
    sure, unsure = incident("a", "r1"), replace(incident("b", "r2"), uncertain=True)
    assert [e.claims for e in link([sure, unsure], []).events] == [(sure.id,)]
    accepted = Judgement(id="j1", verb="accept", subject=unsure.id, by="Reviewer", reason="the text says so", at="2026-01-01")
    assert {c for e in link([sure, unsure], [], [accepted]).events for c in e.claims} == {sure.id, unsure.id}
