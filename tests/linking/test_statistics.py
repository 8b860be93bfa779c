"""Figures over many incidents."""

from __future__ import annotations

import dataclasses
from typing import Any

from marsad.linking import link, may_include
from marsad.model import Claim, Evidence, Place, Statistic, Value

from .makers import actors, day, incident, killed, place, report, says

REPORTS = [report("r1", "2026-01-12"), report("r2", "2026-01-20")]


def figure(name: str, source: str, low: int | None, high: int | None = -1, **more: Any) -> Claim:
    more.setdefault("where", (place("Sudan", None, precision=3),))
    more.setdefault("when", day("2025-01-01", "2025-12-31", "year"))
    said = Evidence(field="claim", start=0, end=4, quote="said")
    value = Value(low=low, high=low if high == -1 else high, words=str(low))
    more.setdefault("value", value)
    return Claim(id=name, report=source, scope="statistic", measure=more.pop("measure", "killed"), evidence=(said,), **more)


def folds(*claims: Claim) -> tuple[Statistic, ...]:
    return link(claims, REPORTS).statistics


def test_the_same_figure_in_two_reports() -> None:
    found = folds(figure("a", "r1", 1032), figure("b", "r2", 1032))
    assert [s.claims for s in found] == [("a", "b")] and (found[0].low, found[0].high) == (1032, 1032)


def test_other_measures_periods_and_doers_stay_apart() -> None:
    found = folds(
        figure("a", "r1", 163, measure="incidents"),
        figure("b", "r1", 568, who=actors("Army")),
        figure("c", "r1", 288, who=actors("RSF")),
        figure("d", "r2", 568, who=actors("Army"), when=day("2024-01-01", "2024-12-31", "year")),
    )
    assert len(found) == 4


def test_a_revision_by_its_speaker_takes_the_place_of_the_old_figure() -> None:
    found = folds(
        figure("a", "r1", 900, according_to=says("ACLED", "monitor")),
        figure("b", "r2", 1032, according_to=says("ACLED", "monitor")),
    )
    assert len(found) == 1 and (found[0].low, found[0].high) == (1032, 1032)


def test_rival_figures_in_one_report_keep_both() -> None:
    found = folds(
        figure("a", "r1", 390, according_to=says("Foro", "monitor")), figure("b", "r1", 749, according_to=says("the prosecutor"))
    )
    assert len(found) == 1 and (found[0].low, found[0].high) == (390, 749)


def test_at_least_leaves_the_top_open() -> None:
    assert folds(figure("a", "r1", 77, None))[0].high is None


def test_a_doubt_without_a_figure_joins_what_it_doubts() -> None:
    doubt = figure("b", "r1", None, value=None, stance="doubts", according_to=says("a priest", "other"))
    found = folds(figure("a", "r1", 63), doubt)
    assert len(found) == 1 and found[0].low == 63


def test_equal_figures_of_nowhere_and_no_time_stay_apart_across_reports() -> None:
    bare = {"where": (), "when": day(None)}
    assert len(folds(figure("a", "r1", 50, **bare), figure("b", "r2", 50, **bare))) == 2


def test_which_events_a_statistic_may_include() -> None:
    darfur = Place(name="El Fasher", words="El Fasher", country="SDN", admin1="North Darfur", precision=1)
    claims = [
        incident("in", "r1", counts=(killed(5),), who=actors("Army"), when=day("2025-03-04")),
        incident("late", "r1", counts=(killed(5),), when=day("2026-01-04")),
        incident("abroad", "r1", where=(place("Abeche", (13.8, 20.8), country="TCD"),), when=day("2025-03-04")),
        incident("rsf", "r1", who=actors("RSF"), when=day("2025-05-04")),
        incident("clash", "r1", sub="Arrests", when=day("2025-07-04")),
        incident("darfur", "r1", where=(darfur,), when=day("2025-09-04")),
    ]
    reports = [dataclasses.replace(REPORTS[0], id=c.id) for c in claims]
    events = link([dataclasses.replace(c, report=c.id) for c in claims], reports).events
    assert len(events) == 6
    statistic = folds(figure("s", "r1", 568))[0]

    def counted(**limits: object) -> set[str]:
        ids = may_include(dataclasses.replace(statistic, **limits), events)  # type: ignore[arg-type]
        return {e.claims[0] for e in events if e.id in ids}

    assert counted() == {"in", "rsf", "clash", "darfur"}
    assert counted(who=actors("Army")) == {"in", "clash", "darfur"}
    assert counted(sub_event_type="Air/drone strike") == {"in", "rsf", "darfur"}
    region = Place(name="North Darfur", words="", country="SDN", latitude=15.4, longitude=25.5, precision=3)
    assert counted(place=region) == {"darfur"}
    assert counted(first=None) == set()
    assert statistic.low == 568 and statistic.high == 568
