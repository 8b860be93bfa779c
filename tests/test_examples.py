"""The bundled stories: read whole, coded without a problem, and the things they were written to show."""

from __future__ import annotations

from pathlib import Path

import pytest

import marsad
from marsad.result import Result

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


@pytest.fixture(scope="module")
def coded() -> Result:
    return marsad.code(EXAMPLES)


def test_nine_stories_are_read_without_a_problem(coded: Result) -> None:
    assert len(coded.reports) == 9
    assert coded.problems == ()


def test_furniture_of_the_page_is_gone(coded: Result) -> None:
    text = "\n".join(report.text for report in coded.reports)
    for furniture in ("cookie", "Most read", "Related articles", "newsletter", "rights reserved", "dataLayer", "storm"):
        assert furniture not in text


def test_the_agency_story_is_marked_as_a_copy(coded: Result) -> None:
    carried = [report for report in coded.reports if report.agency == "Harbour Wire"]
    assert {report.publisher for report in carried} == {"Great Lakes Dispatch", "Kivu Morning"}
    assert sorted(report.copy_of is None for report in carried) == [False, True]


def test_every_citation_stands_in_its_report(coded: Result) -> None:
    texts = {report.id: report.text for report in coded.reports}
    assert coded.claims
    for claim in coded.claims:
        for cited in claim.evidence:
            assert texts[claim.report][cited.start : cited.end] == cited.quote


def test_figures_over_a_period_are_statistics_and_no_events(coded: Result) -> None:
    figures = {statistic.low for statistic in coded.statistics}
    assert {61, 312} <= figures
    assert not {event.killed.high for event in coded.events} & {61, 312, 38}


def test_rival_tolls_stay_side_by_side(coded: Result) -> None:
    there = [event for event in coded.events if event.place and "Ruwaba" in event.place.words]
    strikes = [event for event in there if len(event.reports) == 2]
    assert len(strikes) == 1
    assert (strikes[0].killed.low, strikes[0].killed.high) == (14, 21)


def test_the_siege_is_disputed(coded: Result) -> None:
    sieges = [c for c in coded.conditions if c.subject == "siege" and c.place and c.place.name.startswith("Bhamo")]
    assert sieges
    assert any(c.disputed_by for c in sieges) or {c.state for c in sieges} == {"besieged", "lifted"}


def test_the_crossing_is_open_and_the_convoy_delivered(coded: Result) -> None:
    found = {(c.subject, c.state) for c in coded.conditions}
    assert {("border_crossing", "open"), ("aid_delivery", "delivered")} <= found
