"""The keys under which claims find each other."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marsad.linking import ask_keys, block_keys, linked
from marsad.linking.facts import read
from marsad.linking.incident_pairs import features
from marsad.linking.keys import sound
from marsad.linking.tables import families, kinships, weights
from marsad.model import When

from .makers import actors, condition, day, incident, killed, place, report

ONE, TWO = report("r1", "2026-01-12"), report("r2", "2026-01-14")


def meet(a: object, b: object) -> bool:
    one = set(ask_keys(a, ONE)) & set(block_keys(b, TWO))  # type: ignore[arg-type]
    other = set(ask_keys(b, TWO)) & set(block_keys(a, ONE))  # type: ignore[arg-type]
    return bool(one) and bool(other)


def test_types_that_fit_share_a_family() -> None:
    apart = [pair for pair, kin in kinships().items() if kin > 0 and not set(families(pair[0])) & set(families(pair[1]))]
    assert apart == []
    assert all(set(families(None)) >= set(families(one)) for one, _ in kinships())


@given(
    st.floats(-75, 75),
    st.floats(-180, 180),
    st.floats(-0.11, 0.11),
    st.floats(-0.11, 0.11),
)
def test_places_a_few_kilometres_apart_share_a_cell(latitude: float, longitude: float, north: float, east: float) -> None:
    a = incident("a", "r1", where=(place("Aaa", (latitude, longitude)),))
    b = incident("b", "r2", where=(place("Bbb", (latitude + north, (longitude + east + 180) % 360 - 180)),))
    assert meet(a, b)


@pytest.mark.parametrize(
    ("first", "second", "together"), [("2026-01-15", "2026-01-18", True), ("2026-01-01", "2026-02-20", False)]
)
def test_days_near_each_other_share_a_stretch(first: str, second: str, together: bool) -> None:
    assert meet(incident("a", "r1", when=day(first)), incident("b", "r2", when=day(second))) is together


def test_spellings_of_one_name_sound_alike() -> None:
    for one, other in (("sinja", "singa"), ("fashir", "fasher"), ("kharkiv", "kharkov"), ("mekele", "mekelle")):
        assert sound(one) == sound(other)
    assert len({sound(n) for n in ("goma", "sinja", "rafah", "mosul", "donetsk")}) == 5


def test_the_number_of_keys_is_bounded() -> None:
    wide = When(first="1990-01-01", last="2026-01-01", precision="year")
    month = When(first="2026-01-01", last="2026-02-14", precision="month")
    spots = tuple(place(f"Place {n}", (60.0 + n, 30.0)) for n in range(30))
    for when, sub in itertools.product((wide, month, When()), ("Attack", None)):
        assert len(ask_keys(incident("a", "r1", sub=sub or "", where=spots, when=when), ONE)) <= 300
    assert len(block_keys(incident("a", "r1"), ONE)) < 6 and len(ask_keys(incident("a", "r1"), ONE)) < 16


def test_what_a_new_claim_bears_on() -> None:
    known = [
        incident("a", "r1"),
        incident("far", "r1", where=(place("Bara", (13.7, 30.36)),)),
        condition("open", "r1", "border_crossing", "open", when=day("2026-01-02")),
    ]
    assert linked([incident("n", "r2")], known, [ONE, TWO]) == {"a"}
    shut = condition("shut", "r2", "border_crossing", "closed", when=day("2026-01-13"))
    assert linked([shut], known, [ONE, TWO]) == {"open"}


def test_every_feature_of_a_pair_has_a_weight() -> None:
    table = {r.id: r for r in (ONE, TWO, report("r3", "2026-01-15", copy_of="r1"))}
    told = [
        incident("a", "r1", sub="Attack", who=actors("RSF"), whom=actors("Civilians"), counts=(killed(3),), start=0),
        incident("b", "r1", sub="Armed clash", who=actors("Army"), whom=actors("RSF"), counts=(killed(9),), start=90),
        incident("c", "r1", where=(place("Kosti", (13.16, 32.66)),), when=day("2026-01-13"), stance="denies", start=300),
        incident("d", "r2", where=(place("Karkoj", None),), when=day("2026-01-10", "2026-01-25", "month")),
        incident("e", "r2", where=(), when=day(None), said="b told it"),
        incident("f", "r3", who=actors("RSF"), counts=(killed(3),), said="the toll has risen to 3"),
        incident("g", "r2", sub="Government regains territory", when=day("2026-01-12", "2026-01-13")),
        incident("h", "r2", sub="Non-state actor overtakes territory", when=day("2026-01-13", "2026-01-14")),
    ]
    facts = [read(c, table) for c in told]
    found = {name for one in facts for other in facts if one is not other for name in features(one, other)}
    assert len(found) > 25 and found <= set(weights())
