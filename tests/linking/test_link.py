"""Which claims become one event, and which never do."""

from __future__ import annotations

import dataclasses

from marsad.linking import link
from marsad.model import Judgement, Value, dump, stable_id

from .makers import actors, condition, day, incident, killed, place, report, says

ONE, TWO = report("r1", "2026-01-12"), report("r2", "2026-01-13")


def groups(folds: object) -> list[tuple[str, ...]]:
    return [e.claims for e in folds.events]  # type: ignore[attr-defined]


def test_two_reports_of_one_strike_are_one_event() -> None:
    folds = link([incident("b", "r2"), incident("a", "r1")], [ONE, TWO])
    assert groups(folds) == [("a", "b")]
    assert "same place (Sinja)" in folds.events[0].because[0] and "same day (2026-01-12)" in folds.events[0].because[0]


def test_the_event_keeps_the_id_of_its_oldest_claim() -> None:
    first = link([incident("z", "r1")], [ONE]).events[0]
    later = link([incident("z", "r1"), incident("a", "r2")], [ONE, TWO]).events[0]
    assert first.id == later.id == stable_id("evt", "z")


def test_reports_of_one_day_are_ordered_by_their_hour() -> None:
    reports = [report("r1", "2026-01-12T06:00:00Z"), report("r2", "2026-01-12T11:00:00+03:00"), report("r3", "2026-01-12")]
    claims = [incident("z", "r1"), incident("b", "r2"), incident("a", "r3")]
    assert link(claims, reports).events[0].claims == ("z", "b", "a")


def test_other_day_other_town_and_other_kind_stay_apart() -> None:
    claims = [
        incident("a", "r1"),
        incident("b", "r2", when=day("2026-01-20")),
        incident("c", "r2", where=(place("Sennar", (13.55, 33.62)),)),
        incident("d", "r2", sub="Arrests"),
    ]
    assert len(link(claims, [ONE, TWO]).events) == 4


def test_an_attack_is_later_told_as_an_air_strike() -> None:
    event = link([incident("a", "r1", sub="Attack"), incident("b", "r2", sub="Air/drone strike")], [ONE, TWO]).events[0]
    assert event.claims == ("a", "b")
    assert (event.event_type, event.sub_event_type) == ("Explosions/Remote violence", "Air/drone strike")


def test_one_speaker_who_tells_two_incidents_of_unlike_types_in_one_report() -> None:
    claims = [
        incident("a", "r1", sub="Armed clash", according_to=says("the army", "military")),
        incident("b", "r1", sub="Remote explosive/landmine/IED", according_to=says("the army", "military"), start=200),
    ]
    assert len(link(claims, [ONE]).events) == 2


def test_two_speakers_on_one_incident_in_one_report() -> None:
    claims = [
        incident("a", "r1", who=actors("RSF"), according_to=says("the army", "military")),
        incident("b", "r1", counts=(killed(18, None),), according_to=says("an activist", "monitor"), start=60),
    ]
    event = link(claims, [ONE]).events[0]
    assert event.claims == ("a", "b") and event.who[0].name == "RSF" and event.killed.low == 18


def test_a_claim_without_place_or_day_joins_only_where_one_incident_fits() -> None:
    denial = incident("x", "r1", where=(), when=day(None), stance="denies", according_to=says("the RSF", "armed_group"), start=90)
    alone = link([incident("a", "r1"), denial], [ONE])
    assert groups(alone) == [("a", "x")]
    rival = incident("b", "r1", where=(place("Kosti", (13.16, 32.66)),), start=60)
    assert ("x",) in groups(link([incident("a", "r1"), rival, denial], [ONE]))


def test_plans_and_threats_make_nothing() -> None:
    claims = [incident("a", "r1", status="planned"), condition("c", "r1", "siege", "besieged", status="threatened")]
    folds = link(claims, [ONE])
    assert (folds.events, folds.conditions) == ((), ())


def test_a_statistic_is_no_event() -> None:
    figure = dataclasses.replace(
        incident("s", "r2", counts=(killed(27),)), scope="statistic", measure="killed", value=Value(low=27, high=27, words="27")
    )
    folds = link([incident("a", "r1", counts=(killed(27),)), figure], [ONE, TWO])
    assert groups(folds) == [("a",)] and [s.claims for s in folds.statistics] == [("s",)]


def test_a_claim_without_its_report_is_linked_all_the_same() -> None:
    assert groups(link([incident("a", "gone"), incident("b", "lost")], [])) == [("a", "b")]


def test_a_flood_of_copies_changes_neither_toll_nor_confidence() -> None:
    real = incident("a", "r1", counts=(killed(5),), said="five died", according_to=says("the clinic", "medical"))
    rival = incident("b", "r2", counts=(killed(40),), said="forty died", according_to=says("the gang", "armed_group"))
    copies = [dataclasses.replace(rival, id=f"c{i}", report=f"x{i}") for i in range(200)]
    reports = [ONE, TWO, *(report(f"x{i}", "2026-01-13", copy_of="r2") for i in range(200))]
    few, many = link([real, rival], reports).events[0], link([real, rival, *copies], reports).events[0]
    assert len(many.claims) == 202
    assert (few.killed, few.confidence) == (many.killed, many.confidence)
    assert few.killed.best == 5


def judge(name: str, verb: str, subject: str, other: str | None = None, at: str = "2026-02-01T00:00:00Z") -> Judgement:
    return Judgement(id=name, verb=verb, subject=subject, object=other, by="a reviewer", reason="read both", at=at)


def test_a_reviewer_merges_splits_rejects_and_undoes() -> None:
    near, far = [incident("a", "r1"), incident("b", "r2")], [incident("a", "r1"), incident("b", "r2", when=day("2026-01-20"))]
    assert groups(link(far, [ONE, TWO], [judge("j", "merge", "a", "b")])) == [("a", "b")]
    split = judge("j", "split", stable_id("evt", "a"), "b")
    assert len(link(near, [ONE, TWO], [split]).events) == 2
    undone = [split, judge("k", "undo", "j", at="2026-02-02T00:00:00Z")]
    assert groups(link(near, [ONE, TWO], undone)) == [("a", "b")]
    assert groups(link(near, [ONE, TWO], [judge("j", "reject", "b")])) == [("a",)]


def test_the_same_bytes_twice() -> None:
    claims = [incident("a", "r1", counts=(killed(3),)), incident("b", "r2", counts=(killed(4),))]
    first, second = link(claims, [ONE, TWO]), link(claims[::-1], [TWO, ONE])
    assert [dump(e) for e in first.events] == [dump(e) for e in second.events]
