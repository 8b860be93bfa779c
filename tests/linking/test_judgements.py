"""A reviewer's word: merge, split, accept, reject, correct, undo."""

from __future__ import annotations

import pytest

from marsad.linking import Folds, check_correction, compare, link
from marsad.model import Judgement, Toll, stable_id

from .makers import actors, condition, day, incident, killed, place, report

REPORTS = [report(f"r{n}", f"2026-01-{12 + n}") for n in range(6)]
A = [incident("a", "r0", counts=(killed(3),)), incident("c", "r1")]
B = [incident("b", "r2", when=day("2026-01-25"), counts=(killed(8),)), incident("d", "r3", when=day("2026-01-25"))]
EVT_A, EVT_B = stable_id("evt", "a"), stable_id("evt", "b")


def judge(number: int, verb: str, subject: str, other: str | None = None, **more: str) -> Judgement:
    return Judgement(
        id=f"j{number}", verb=verb, subject=subject, object=other, by="A", reason="read both", at="2026-02-01", **more
    )


def groups(folds: Folds) -> list[tuple[str, ...]]:
    return sorted(tuple(sorted(e.claims)) for e in folds.events)


def linked(*said: Judgement) -> Folds:
    return link([*A, *B], REPORTS, said)


def test_a_merge_of_two_events_takes_all_their_claims() -> None:
    assert groups(linked()) == [("a", "c"), ("b", "d")]
    merged = linked(judge(1, "merge", EVT_A, EVT_B))
    assert groups(merged) == [("a", "b", "c", "d")] and merged.events[0].id == EVT_A
    (change,) = compare(linked(), merged)
    assert (change.kind, change.fold, change.others) == ("merged", EVT_A, tuple(sorted((EVT_A, EVT_B))))
    assert "joined through the other claims or by a reviewer" in change.why


def test_merge_then_split_is_as_before() -> None:
    assert linked(judge(1, "merge", EVT_A, EVT_B), judge(2, "split", EVT_B, EVT_A)).events == linked().events


def test_a_claim_that_is_split_off_leaves_a_merged_event() -> None:
    said = [judge(1, "merge", EVT_A, EVT_B), judge(2, "split", "d", EVT_A)]
    assert groups(linked(*said)) == [("a", "b", "c"), ("d",)]
    (change,) = (c for c in compare(linked(said[0]), linked(*said)) if c.kind == "split")
    assert change.fold == EVT_A and change.others == (stable_id("evt", "d"),)


def test_the_order_given_counts_and_no_clock() -> None:
    early, late = judge(1, "merge", "a", "b"), judge(2, "split", "a", "b")
    assert groups(linked(early, late)) != groups(linked(late, early))


def test_an_undone_undo_undoes_nothing() -> None:
    merge, undo = judge(1, "merge", "a", "b"), judge(2, "undo", "j1")
    assert groups(linked(merge, undo)) == groups(linked())
    assert groups(linked(merge, undo, judge(3, "undo", "j2"))) == [("a", "b", "c", "d")]


def test_a_rejected_event_is_set_aside_and_can_come_back() -> None:
    said = judge(1, "reject", EVT_B)
    folds = linked(said)
    assert groups(folds) == [("a", "c")] and [f.id for f in folds.rejected] == [EVT_B]
    assert [(c.kind, c.why) for c in compare(linked(), folds)] == [("withdrawn", "A reviewer rejected it.")]
    assert groups(linked(said, judge(2, "accept", EVT_B))) == groups(linked())
    assert {e.id: e.review for e in linked(judge(2, "accept", EVT_B)).events} == {EVT_A: None, EVT_B: "accepted"}


def test_a_rejected_state_ends_nothing() -> None:
    held = condition("h", "r0", "territory", "held", who=actors("Army"), when=day("2026-01-01"))
    taken = condition("t", "r3", "territory", "held", who=actors("RSF"), when=day("2026-01-10"))
    assert [c.until for c in link([held, taken], REPORTS).conditions] == ["2026-01-10", None]
    alone = link([held, taken], REPORTS, [judge(1, "reject", stable_id("con", "t"))])
    assert [c.until for c in alone.conditions] == [None]


def test_corrections_of_an_event() -> None:
    said = [
        judge(1, "correct", EVT_A, field="killed", value="10-12-14"),
        judge(2, "correct", EVT_A, field="date", value="2026-01-11..2026-01-12"),
        judge(3, "correct", EVT_A, field="sub_event_type", value="Armed clash"),
        judge(4, "correct", EVT_A, field="place", value="Karkoj, SDN (12.9, 34.05)"),
        judge(5, "correct", EVT_A, field="who", value="RSF; Unidentified gunmen"),
    ]
    event = next(e for e in linked(*said).events if e.id == EVT_A)
    assert event.killed == Toll(low=10, best=12, high=14) and event.claims == ("a", "c")
    assert (event.date_first, event.date_last, event.event_type) == ("2026-01-11", "2026-01-12", "Battles")
    assert event.place is not None and (event.place.name, event.place.country, event.place.longitude) == ("Karkoj", "SDN", 34.05)
    assert [a.name for a in event.who] == ["RSF", "Unidentified gunmen"]
    assert sum("Corrected by a reviewer" in s for s in event.because) == 5
    assert next(e for e in linked(*said, judge(6, "undo", "j1")).events if e.id == EVT_A).killed.best == 3


def test_a_correction_of_a_claim_goes_into_the_figures_of_its_event() -> None:
    event = link(A, REPORTS, [judge(1, "correct", "a", field="killed", value="7+")]).events[0]
    assert event.killed == Toll(low=7, best=7, high=None) and "Claim a corrected" in event.because[-1]


def test_corrections_of_a_condition() -> None:
    one = condition("h", "r0", "border_crossing", "open", when=day("2026-01-01"))
    name = stable_id("con", "h")
    said = [
        judge(1, "correct", name, field="state", value="restricted"),
        judge(2, "correct", name, field="until", value="2026-01-09"),
    ]
    (found,) = link([one], REPORTS, said).conditions
    assert (found.state, found.until) == ("restricted", "2026-01-09")


def test_a_correction_that_cannot_be_read_changes_nothing() -> None:
    said = [judge(1, "correct", EVT_A, field="killed", value="many"), judge(2, "correct", EVT_A, field="colour", value="red")]
    assert linked(*said).events == linked().events


@pytest.mark.parametrize(
    ("scope", "field", "value"),
    [
        ("incident", "killed", "14-10"),
        ("incident", "date", "2026-02-30"),
        ("incident", "date", "2026-02-03..2026-02-01"),
        ("incident", "sub_event_type", "Massacre"),
        ("incident", "place", "Sinja (113.2, 33.9)"),
        ("statistic", "killed", "4"),
        ("condition", "state", "ajar"),
    ],
)
def test_a_wrong_correction_is_refused_in_words(scope: str, field: str, value: str) -> None:
    with pytest.raises(ValueError, match=r"\w+ \w+"):
        check_correction(scope, field, value)


def test_an_empty_value_takes_a_statement_away() -> None:
    event = next(e for e in linked(judge(1, "correct", EVT_A, field="killed", value="")).events if e.id == EVT_A)
    assert event.killed == Toll()


def test_other_places_of_a_fold_are_known() -> None:
    event = next(e for e in linked(judge(1, "correct", EVT_A, field="place", value="sinja")).events if e.id == EVT_A)
    assert event.place == place()
