"""Statistics beside the events underneath: what lies inside, what it adds up to, and what is left open."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from marsad.analysis.checks import Coverage, check, inside
from marsad.model import Actor, Claim, Event, Evidence, Place, Speaker, Statistic, Toll, Value

SUDAN = Place(name="Sudan", words="Sudan", country="SDN", precision=3)
KORDOFAN = Place(name="Kordofan", words="Kordofan", country="SDN", precision=3, latitude=13.0, longitude=30.0)
DILLING = Place(
    name="Dilling", words="Dilling", country="SDN", admin1="South Kordofan", precision=1, latitude=12.05, longitude=29.65
)
SINJA = Place(name="Sinja", words="Sinja", country="SDN", admin1="Sennar", precision=1, latitude=13.15, longitude=33.93)
ABECHE = Place(name="Abeche", words="Abeche", country="TCD", precision=1)


def actors(*names: str) -> tuple[Actor, ...]:
    return tuple(Actor(name=n, words=n) for n in names)


def strike(
    name: str, *, day: str | None = "2025-03-01", last: str | None = None, place: Place | None = DILLING, **more: object
) -> Event:
    given = {
        "event_type": "Explosions/Remote violence",
        "sub_event_type": "Air/drone strike",
        "who": actors("RSF"),
        "killed": Toll(low=3, best=4, high=6),
        "sources": ("a doctor",),
    } | more
    return Event(id=name, date_first=day, date_last=last or day, place=place, **given)  # type: ignore[arg-type]


def figure(name: str = "s", value: int | None = 1032, measure: str = "killed", **more: object) -> Statistic:
    given = {
        "first": "2025-01-01",
        "last": "2025-12-31",
        "place": SUDAN,
        "event_type": "Explosions/Remote violence",
        "sub_event_type": "Air/drone strike",
        "according_to": (Speaker(name="ACLED", role="monitor"),),
    } | more
    return Statistic(id=name, measure=measure, low=value, high=value, **given)  # type: ignore[arg-type]


def only(statistic: Statistic, *events: Event) -> Coverage:
    (found,) = check([statistic], [], lambda s: events)
    return found


def test_events_underneath_are_added_up_beside_the_figure() -> None:
    found = only(figure(value=100), strike("a"), strike("b", place=SINJA, sources=("a doctor", "the army")))
    assert found.events == ("a", "b") and found.perhaps == ()
    assert found.found == Toll(low=6, best=8, high=12) and found.share == 0.08 and found.sources == 2


def test_the_order_of_events_changes_nothing() -> None:
    events = [strike("a"), strike("b", day="2025-12-31", last="2026-01-01"), strike("c", who=())]
    assert only(figure(), *events) == only(figure(), *reversed(events))


def test_what_may_lie_underneath_is_in_high_alone() -> None:
    over_the_edge = strike("b", day="2025-12-31", last="2026-01-01")
    found = only(figure(who=actors("RSF")), strike("a"), over_the_edge, strike("c", who=()), strike("d", place=None))
    assert found.events == ("a",) and found.perhaps == ("b", "c", "d")
    assert found.found == Toll(low=3, best=4, high=24)


@pytest.mark.parametrize(
    ("event", "fit"),
    [
        (strike("a"), "surely"),
        (strike("a", day="2026-01-01"), "no"),
        (strike("a", day=None), "perhaps"),
        (strike("a", place=ABECHE), "no"),
        (strike("a", event_type="Riots", sub_event_type="Mob violence"), "no"),
        (strike("a", event_type="Violence against civilians", sub_event_type="Attack"), "perhaps"),
        (strike("a", who=actors("the army")), "no"),
        (strike("a", who=actors("RSF", "SPLM-N")), "perhaps"),
        (strike("a", who=actors("Unidentified armed group")), "perhaps"),
    ],
)
def test_what_lies_inside(event: Event, fit: str) -> None:
    assert inside(figure(who=actors("RSF")), event) == fit


@pytest.mark.parametrize(
    ("wide", "place", "fit"),
    [
        (SUDAN, SINJA, "surely"),
        (KORDOFAN, DILLING, "surely"),
        (DILLING, DILLING, "surely"),
        (DILLING, SINJA, "no"),
        (DILLING, SUDAN, "perhaps"),
        (SUDAN, ABECHE, "no"),
        (SUDAN, None, "perhaps"),
        (None, SINJA, "perhaps"),
    ],
)
def test_places_inside_places(wide: Place | None, place: Place | None, fit: str) -> None:
    assert inside(figure(place=wide), strike("a", place=place)) == fit


def test_an_open_top_leaves_the_sum_open_and_no_toll_adds_nothing() -> None:
    found = only(figure(), strike("a"), strike("b", killed=Toll(low=18, best=18)), strike("c", killed=Toll()))
    assert found.found == Toll(low=21, best=22, high=None)


def test_incidents_are_counted() -> None:
    found = only(figure(value=163, measure="incidents"), strike("a"), strike("b"), strike("c", day=None))
    assert found.found == Toll(low=2, best=2, high=3) and found.share == round(2 / 163, 4)


@pytest.mark.parametrize(
    ("statistic", "says"),
    [
        (figure(measure="people_in_need"), "people in need"),
        (figure(first=None, last=None), "period"),
        (figure(value=None), "figure"),
    ],
)
def test_what_can_not_be_compared_says_why(statistic: Statistic, says: str) -> None:
    found = only(statistic, strike("a"))
    assert found.note and says in found.note and found.share is None and found.events == ()


def told(name: str, value: int, who: str | None, start: int, *, report: str = "r", **more: object) -> tuple[Statistic, Claim]:
    claim = Claim(
        id=f"c-{name}",
        report=report,
        scope="statistic",
        value=Value(low=value, high=value, words=str(value)),
        evidence=(Evidence(field="claim", start=start, end=start + 1, quote="x"),),
    )
    return figure(name, value, who=actors(who) if who else (), claims=(claim.id,), **more), claim  # type: ignore[arg-type]


def sums(told_of: Iterable[tuple[Statistic, Claim]]) -> dict[str, tuple[str, ...]]:
    items = list(told_of)
    return {c.statistic.id: c.sums for c in check([s for s, _ in items], [c for _, c in items], lambda s: ())}


def test_siblings_in_one_report_that_fall_short() -> None:
    strikes = [
        told(n, v, w, s, measure="incidents") for n, v, w, s in (("i", 163, None, 0), ("j", 83, "army", 50), ("k", 66, "RSF", 90))
    ]
    deaths = [told(n, v, w, s) for n, v, w, s in (("x", 1032, None, 10), ("y", 568, "army", 60), ("z", 288, "RSF", 99))]
    found = sums([*strikes, *deaths])
    assert found["i"] == found["k"] == ("incidents: 83 + 66 is 14 short of 163",)
    assert found["x"] == found["y"] == ("killed: 568 + 288 is 176 short of 1,032",)


def test_siblings_of_one_speaker_in_several_reports() -> None:
    told_of = [told("x", 1032, None, 0), told("y", 568, "army", 0, report="r2"), told("z", 288, "RSF", 0, report="r3")]
    assert sums(told_of)["x"] == ("killed: 568 + 288 is 176 short of 1,032",)


@pytest.mark.parametrize(
    "other",
    [
        {"according_to": (Speaker(name="the ministry", role="official"),)},
        {"first": "2025-06-01"},
        {"place": SINJA},
        {"sub_event_type": "Attack"},
        {"whom": actors("Civilians (Sudan)")},
    ],
)
def test_figures_about_something_else_are_no_siblings(other: dict[str, object]) -> None:
    odd = told("z", 288, "RSF", 0, report="r3", **other)
    assert sums([told("x", 1032, None, 0), told("y", 568, "army", 0, report="r2"), odd])["x"] == ()
