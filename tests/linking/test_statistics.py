"""Figures over many incidents."""

from __future__ import annotations

from typing import Any

from marsad.linking import link
from marsad.model import Claim, Evidence, Statistic, Value

from .makers import actors, day, place, report, says

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
