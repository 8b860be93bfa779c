"""Parts that do not add up to their total are noticed; what is no breakdown is left alone."""

from __future__ import annotations

from marsad.analysis.sums import sums_that_differ
from marsad.model import Actor, Claim, Evidence, Statistic, Value


def told(
    value: int, who: str | None, start: int, *, measure: str = "incidents", report: str = "r", **fields: str
) -> tuple[Statistic, Claim]:
    name = f"{measure}-{value}-{start}"
    actors = (Actor(name=who, words=who),) if who else ()
    claim = Claim(
        id=f"c-{name}",
        report=report,
        scope="statistic",
        value=Value(low=value, high=value, words=str(value)),
        evidence=(Evidence(field="claim", start=start, end=start + 1, quote="x"),),
    )
    return Statistic(id=name, measure=measure, low=value, high=value, who=actors, claims=(claim.id,), **fields), claim


def notes(*items: tuple[Statistic, Claim]) -> list[str]:
    return [str(s) for s in sums_that_differ([s for s, _ in items], [c for _, c in items])]


def test_a_shortfall_is_noticed_for_each_measure() -> None:
    strikes = [told(163, None, 0), told(83, "the army", 100), told(66, "RSF", 150)]
    deaths = [told(n, w, s, measure="killed") for n, w, s in ((1032, None, 20), (568, "the army", 120), (288, "RSF", 170))]
    assert notes(*strikes, *deaths) == ["incidents: 83 + 66 is 14 short of 163", "killed: 568 + 288 is 176 short of 1,032"]


def test_too_much_is_noticed_too() -> None:
    assert notes(told(100, None, 0), told(60, "a", 1), told(50, "b", 2)) == ["incidents: 60 + 50 is 10 more than 100"]


def test_parts_that_add_up_say_nothing() -> None:
    assert notes(told(100, None, 0), told(60, "a", 1), told(40, "b", 2)) == []


def test_what_is_no_breakdown_is_left_alone() -> None:
    total = told(163, None, 0)
    assert notes(total, told(83, "the army", 100)) == []
    assert notes(total, told(83, "the army", 100), told(66, "RSF", 900)) == []
    assert notes(total, told(83, "the army", 100), told(66, "RSF", 150, report="other")) == []
    assert notes(total, told(83, "the army", 100), told(66, "RSF", 150, measure="killed")) == []
    assert notes(total, told(8, "the army", 100), told(6, "RSF", 150)) == []
    assert notes(total, told(83, None, 100), told(66, None, 150)) == []
    assert notes(told(163, None, 0, first="2025-01-01"), told(83, "a", 1, first="2024-01-01"), told(66, "b", 2)) == []
