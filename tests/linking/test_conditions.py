"""How things stand: one state, its end, and who disputes it."""

from __future__ import annotations

from marsad.linking import held_at, link
from marsad.model import Claim, Condition

from .makers import actors, condition, day, place, report, says

REPORTS = [report("r1", "2019-10-01"), report("r2", "2019-10-02"), report("r3", "2026-02-09")]
QAIM, BOUKAMAL = place("Qaim", (34.37, 41.10), country="IRQ"), place("Boukamal", (34.45, 40.92), country="SYR")


def folds(*claims: Claim) -> tuple[Condition, ...]:
    return link(claims, REPORTS).conditions


def test_the_two_sides_of_one_crossing_are_one_condition() -> None:
    near = place("Boukamal", (34.41, 41.00), country="SYR")
    found = folds(
        condition("a", "r1", "border_crossing", "open", where=(QAIM,), when=day("2019-09-30")),
        condition("b", "r2", "border_crossing", "open", where=(near,), when=day("2019-09-30")),
        condition("c", "r2", "border_crossing", "open", where=(BOUKAMAL, QAIM), when=day("2019-09-30")),
    )
    assert [c.claims for c in found] == [("a", "b", "c")]


def test_two_crossings_of_one_state_say_nothing_of_each_other() -> None:
    jordan, turkey = place("Jordan", (31.0, 36.0), 3, "JOR"), place("Turkey", (39.0, 35.0), 3, "TUR")
    syria = place("Syria", (35.0, 38.0), 3, "SYR")
    south, north = place("Nassib", (32.55, 36.19), 1, "SYR"), place("Bab al-Hawa", (36.24, 36.69), 1, "SYR")
    claims = [
        condition("a", "r1", "border_crossing", "open", where=(south, jordan, syria), when=day("2025-06-10")),
        condition("b", "r2", "border_crossing", "closed", where=(north, turkey, syria), when=day("2025-11-19")),
    ]
    found = link(claims, [report("r1", "2025-06-11"), report("r2", "2025-11-20")]).conditions
    assert [(c.state, c.until) for c in found] == [("open", None), ("closed", None)]


def test_two_numbered_bridges_are_two_crossings() -> None:
    one, two = place("Friendship Bridge No. 1", (16.69, 98.52)), place("Friendship Bridge No. 2", None)
    found = folds(
        condition("a", "r1", "border_crossing", "closed", where=(one,), when=day("2019-09-30")),
        condition("b", "r2", "border_crossing", "closed", where=(two,), when=day("2019-09-30")),
    )
    assert len(found) == 2


def test_an_opening_ends_the_closure() -> None:
    closed, opened = folds(
        condition(
            "a", "r1", "border_crossing", "closed", where=(QAIM,), when=day("2012-01-01", "2012-12-31", "year"), status="ongoing"
        ),
        condition("b", "r1", "border_crossing", "open", where=(QAIM,), when=day("2019-09-30")),
    )
    assert (closed.state, closed.until) == ("closed", "2019-09-30") and "Ended by" in closed.because[-1]
    assert (opened.state, opened.since, opened.until) == ("open", "2019-09-30", None)


def test_a_siege_that_one_says_is_lifted_and_another_says_is_not() -> None:
    found = folds(
        condition(
            "a",
            "r3",
            "siege",
            "lifted",
            when=day("2026-02-01", "2026-02-07", "week"),
            according_to=says("the military", "military"),
        ),
        condition("b", "r3", "siege", "besieged", status="ongoing", according_to=says("Birru", "expert")),
    )
    assert len(found) == 1 and found[0].claims == ("a", "b")
    assert len(found[0].according_to) == len(found[0].disputed_by) == 1


def test_a_denial_stands_in_disputed_by() -> None:
    found = folds(
        condition(
            "a", "r3", "territory", "held", who=actors("RSF"), when=day("2026-02-01"), according_to=says("the RSF", "armed_group")
        ),
        condition("b", "r3", "territory", "held", who=actors("RSF"), according_to=says("the army", "military"), stance="denies"),
    )
    assert len(found) == 1
    assert [s.name for s in found[0].disputed_by] == ["the army"] and [s.name for s in found[0].according_to] == ["the RSF"]


def test_a_disputed_change_ends_nothing() -> None:
    held = condition(
        "a", "r1", "territory", "held", who=actors("Army"), when=day("2019-01-01"), according_to=says("the army", "military")
    )
    taken = condition(
        "b", "r3", "territory", "held", who=actors("RSF"), when=day("2026-02-01"), according_to=says("the RSF", "armed_group")
    )
    denied = condition(
        "c", "r3", "territory", "held", who=actors("RSF"), according_to=says("the army", "military"), stance="denies"
    )
    assert [c.until for c in folds(held, taken)] == ["2026-02-01", None]
    assert [c.until for c in folds(held, taken, denied)] == [None, None]


def test_two_holders_at_once_dispute_each_other() -> None:
    found = folds(
        condition(
            "a", "r3", "territory", "held", who=actors("Army"), according_to=says("the army", "military"), status="ongoing"
        ),
        condition(
            "b", "r3", "territory", "held", who=actors("RSF"), according_to=says("the RSF", "armed_group"), status="ongoing"
        ),
    )
    assert len(found) == 2
    assert {c.who[0].name: c.disputed_by[0].name for c in found} == {"Army": "the RSF", "RSF": "the army"}


def test_two_deliveries_are_two() -> None:
    found = folds(
        condition("a", "r3", "aid_delivery", "delivered", when=day("2026-02-01")),
        condition("b", "r3", "aid_delivery", "delivered", when=day("2026-02-04")),
    )
    assert len(found) == 2 and all(c.until is None for c in found)


def crossing(name: str, source: str, state: str, **more: object) -> Claim:
    return condition(name, source, "border_crossing", state, where=(QAIM,), **more)  # type: ignore[arg-type]


def test_what_held_on_a_day() -> None:
    found = folds(
        crossing("a", "r1", "closed", when=day("2012-01-01", "2012-12-31", "year"), status="ongoing"),
        crossing("b", "r1", "open", when=day("2019-09-30")),
    )
    assert found[0].ended_by == found[1].id

    def states(on: str) -> list[str]:
        return [c.state for c in held_at(found, on)]

    assert states("2011-06-01") == []
    assert states("2015-06-01") == states("2019-09-29") == ["closed"]
    assert states("2019-09-30") == states("2026-01-01") == ["open"]


def test_an_undated_state_holds_from_its_first_report() -> None:
    found = folds(crossing("a", "r1", "open", status="ongoing"), crossing("b", "r2", "open", status="ongoing"))
    assert [(c.since, c.told_first, c.told_last) for c in found] == [(None, "2019-10-01", "2019-10-02")]
    assert held_at(found, "2019-09-30") == () and held_at(found, "2019-10-01") == found


def test_a_stated_end_is_the_last_day() -> None:
    found = folds(crossing("a", "r1", "closed", when=day("2019-01-01", until="2019-03-31")))
    assert held_at(found, "2019-03-31") == found and held_at(found, "2019-04-01") == ()


def test_a_delivery_holds_on_its_own_day() -> None:
    found = folds(condition("a", "r3", "aid_delivery", "delivered", when=day("2026-02-01")))
    assert held_at(found, "2026-02-01") == found and held_at(found, "2026-02-02") == ()


def test_a_change_that_another_source_contradicts_afterwards_closes_nothing() -> None:
    shut = crossing("a", "r3", "closed", when=day("2026-01-03"), status="ongoing", according_to=says("drivers", "resident"))
    opened = crossing("b", "r4", "open", when=day("2026-02-01"), according_to=says("the border authority"))
    reports = [report("r3", "2026-02-09"), report("r4", "2026-02-02")]
    closed, opening = link([shut, opened], reports).conditions
    assert (closed.state, closed.until, closed.disputed, closed.rivals) == ("closed", None, ("until",), ("open",))
    assert [s.name for s in closed.disputed_by] == ["the border authority"]
    assert [s.name for s in opening.disputed_by] == ["drivers"] and opening.disputed == ("state",)
    assert len(held_at([closed, opening], "2026-02-05")) == 2


def test_old_words_that_are_carried_after_a_change_contradict_nothing() -> None:
    shut = crossing("a", "r3", "closed", when=day("2026-01-03"), status="ongoing", according_to=says("drivers", "resident"))
    carried = crossing("c", "r5", "closed", when=day("2026-01-03"), status="ongoing", according_to=says("drivers", "resident"))
    opened = crossing("b", "r4", "open", when=day("2026-02-01"), according_to=says("the border authority"))
    reports = [report("r3", "2026-01-09"), report("r4", "2026-02-02"), report("r5", "2026-02-09", copy_of="r3")]
    closed, opening = link([shut, carried, opened], reports).conditions
    assert closed.claims == ("a", "c") and closed.until == "2026-02-01" and opening.disputed_by == ()


def test_two_outlets_that_contradict_each_other_in_their_own_voice_are_named() -> None:
    reports = [report("r6", "2026-02-01"), report("r7", "2026-02-02")]
    found = link(
        [crossing("a", "r6", "open", status="ongoing"), crossing("b", "r7", "closed", status="ongoing")], reports
    ).conditions
    assert sorted(n for c in found for n in c.claims) == ["a", "b"] and all(c.disputed for c in found)
    told = {c.state: (c.disputed_by[0].name, c.disputed, c.rivals) for c in found}
    assert told == {"open": ("Outlet r7", ("state",), ("closed",)), "closed": ("Outlet r6", ("state",), ("open",))}


def test_holders_and_beginnings_that_differ_are_named() -> None:
    found = folds(
        crossing("a", "r1", "closed", when=day("2019-09-01"), according_to=says("the ministry")),
        crossing("b", "r2", "closed", when=day("2019-09-02"), according_to=says("drivers", "resident")),
    )
    assert [c.disputed for c in found] == [("since",)] and found[0].voices == 2
