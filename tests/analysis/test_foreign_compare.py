"""Comparison with a foreign set: one to one, with reasons, and differing tolls."""

from __future__ import annotations

from typing import Any

import pytest
from tests.analysis.folds import ARMY, CIVILIANS, RSF, event, town

from marsad.analysis.foreign import ForeignEvent
from marsad.analysis.foreign_compare import canonical, compare, distance
from marsad.model import Toll

SINJA = town(latitude=13.15, longitude=33.93)


def other(name: str, day: str = "2026-02-10", **more: Any) -> ForeignEvent:
    killed = more.pop("killed", 5)
    fields = dict(country="SDN", admin1="Sennar State", latitude=13.2, longitude=33.9, place="Sinja town") | more
    toll = Toll(low=killed, best=killed, high=killed) if killed is not None else Toll()
    return ForeignEvent(
        id=name, first=day, last=more.pop("last", day), killed=toll, **{k: v for k, v in fields.items() if k != "last"}
    )


def test_the_same_event_is_matched_and_says_why() -> None:
    found = compare(
        [event("a", place=SINJA, killed=5, who=(RSF,))], [other("x", side_a="Rapid Support Forces", side_b="Civilians")]
    )
    pair = found.pairs[0]
    assert (pair.ours.id, pair.theirs.id, pair.tolls) == ("a", "x", "same")
    assert pair.because == ("same day", "6 km apart", "same party (Rapid Support Forces)", "same toll")
    assert pair.score > 0.8 and not found.here and not found.there


def test_each_is_matched_once_and_the_nearest_first() -> None:
    ours = [event("a", place=SINJA, killed=5), event("b", "2026-02-11", place=SINJA, killed=9)]
    found = compare(ours, [other("x", "2026-02-11", killed=9), other("y", "2026-02-12", killed=1)])
    assert {(p.ours.id, p.theirs.id) for p in found.pairs} == {("b", "x"), ("a", "y")}
    assert found == compare(ours[::-1], [other("y", "2026-02-12", killed=1), other("x", "2026-02-11", killed=9)])


@pytest.mark.parametrize(
    "more",
    [{"latitude": 14.9}, {"day": "2026-02-15"}, {"country": "TCD"}],
)
def test_what_is_far_in_place_or_time_is_not_matched(more: dict[str, Any]) -> None:
    found = compare([event("a", place=SINJA, killed=5)], [other("x", **more), other("far", "2026-06-01")])
    assert not found.pairs
    assert [o.id for o in found.there][-1] == "far" and len(found.there) == 2


def test_a_region_alone_has_to_be_the_same() -> None:
    wide = town("Sennar", "Sennar", precision=3, latitude=13.0, longitude=34.0)
    near = compare([event("a", place=wide, killed=5, who=(RSF,))], [other("x", side_a="RSF", geo_precision=3)])
    assert near.pairs and "same region (Sennar)" in near.pairs[0].because
    assert not compare([event("a", place=wide, killed=5)], [other("x", admin1="Gedaref", geo_precision=3)]).pairs


def test_tolls_that_differ_are_told() -> None:
    ours = [event("a", place=SINJA, killed=Toll(low=20, best=30, high=40), who=(ARMY,))]
    assert compare(ours, [other("x", killed=3, side_a="Government of Sudan")]).tolls() == {"differ": 1}
    assert compare(ours, [other("x", killed=38)]).tolls() == {"overlap": 1}
    assert compare(ours, [other("x", killed=None)]).tolls() == {"untold": 1}


def test_only_what_both_cover_is_compared() -> None:
    ours = [
        event("a", place=SINJA),
        event("b", "2020-01-01", place=SINJA),
        event("c", place=town(country="YEM")),
        event("d", None),
    ]
    found = compare(ours, [other("x", "2026-02-01"), other("y", "2026-02-28")])
    assert (
        [e.id for e in found.here] == ["a"] and found.left_out == 3 and (found.first, found.last) == ("2026-02-01", "2026-02-28")
    )


def test_the_cells_add_up() -> None:
    ours = [event("a", place=SINJA, killed=5), event("b", "2026-02-20", place=SINJA, killed=2)]
    found = compare(ours, [other("x"), other("y", "2026-02-21", latitude=10.0, killed=7)])
    cell = found.cells()[0]
    assert (cell.month, cell.area, cell.both, cell.here, cell.there) == ("2026-02", "Sennar, SDN", 1, 1, 1)
    assert (cell.killed_here, cell.killed_there) == (7, 12)


def test_a_government_and_its_army_are_one_party() -> None:
    assert canonical("Government of Sudan") == canonical("Military Forces of Sudan")
    assert canonical(CIVILIANS.name) == canonical("Civilians")
    assert canonical("RSF") == canonical("Rapid Support Forces") != canonical("Government of Sudan")
    assert distance(0, 179.5, 0, -179.5) < 120
