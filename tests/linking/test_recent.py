"""What is kept of the last claims for a moment, and which claims are not read at all."""

from __future__ import annotations

import dataclasses

from hypothesis import given
from hypothesis import strategies as st
from tests.linking.makers import day, incident, place, report

from marsad.linking.blocking import in_reach, meet
from marsad.linking.facts import read
from marsad.linking.keys import read_keys
from marsad.linking.recent import MOST, Recent

DAYS = ("2026-01-01", "2026-01-04", "2026-01-09", "2026-01-12", "2026-01-20", "2026-03-01", None)
SPOTS = (place(), place("Singa", (13.2, 34.0)), place("Sennar", None, 3), place("Goma", (-1.68, 29.22), 1, "COD"))
TYPES = ("Air/drone strike", "Armed clash", "Attack", "Mob violence")


def test_facts_are_those_of_the_report_as_it_is_now() -> None:
    claim, original = incident("a", "r1"), report("r1")
    first = read(claim, {"r1": original})
    assert read(claim, {"r1": original}) is first
    marked = dataclasses.replace(original, copy_of="r0")
    assert (first.family, read(claim, {"r1": marked}).family, read(claim, {"r1": original}).family) == ("r1", "r0", "r1")


def test_another_claim_of_the_same_id_has_facts_of_its_own() -> None:
    stories = {"r1": report("r1")}
    one, other = incident("a", "r1"), incident("a", "r1", when=day("2026-02-01"))
    assert read(one, stories).first != read(other, stories).first
    assert read_keys(one, stories["r1"]) != read_keys(other, stories["r1"])


def test_what_is_kept_does_not_grow_without_end() -> None:
    recent: Recent[tuple[int, int], int, int] = Recent()
    given = [(n, n) for n in range(MOST + 5)]
    assert [recent.get(pair, 0, lambda pair=pair: pair[0]) for pair in given] == list(range(MOST + 5))
    assert len(recent._held) == 5


@given(st.lists(st.tuples(st.sampled_from(DAYS), st.sampled_from(SPOTS), st.sampled_from(TYPES), st.booleans()), max_size=12))
def test_no_claim_that_could_meet_a_new_one_is_left_unread(told: list[tuple[str | None, object, str, bool]]) -> None:
    stories = {
        f"r{n}": report(f"r{n}", published) for n, published in enumerate(("2026-01-13", "2026-01-21", "2026-03-02", None))
    }
    claims = [
        (incident(f"c{n}", f"r{n % 4}", sub, where=(where,), when=day(first)), new)
        for n, (first, where, sub, new) in enumerate(told)
    ]
    new = [read(c, stories) for c, fresh in claims if fresh]
    known = [c for c, fresh in claims if not fresh]
    kept = {c.id for c in in_reach(new, known, stories)}
    assert {c.id for c in known if any(meet(read(c, stories), f) for f in new)} <= kept


def test_an_incident_of_other_days_is_not_read() -> None:
    stories = {"r1": report("r1"), "r2": report("r2"), "r3": report("r3")}
    new = [read(incident("a", "r1"), stories)]
    near, far = incident("b", "r2", when=day("2026-01-10")), incident("c", "r3", when=day("2026-01-02"))
    assert set(read_keys(far, stories["r3"]).kept) & set(new[0].keys.asked)
    assert [c.id for c in in_reach(new, [near, far], stories)] == ["b"]
