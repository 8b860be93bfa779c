"""Coding one report: what is refused, what is cut, and that evidence holds."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from marsad.coding.report import LONGEST, code_report
from marsad.coding.resources import Resources, load_resources
from marsad.coding.trust import calibrated
from marsad.model import Anchor, Claim, Report, When

TEXT = (
    "A drone strike on a market in Nyala killed at least 12 people on Tuesday, the health ministry said.\n"
    "Thirty others were wounded. The army denied that it was behind the attack."
)


@cache
def resources() -> Resources:
    return load_resources()


def report(text: str, language: str | None = "en") -> Report:
    return Report(id="rep-1", origin="story", text=text, language=language, anchor=Anchor(date="2025-06-05", basis="published"))


def test_other_languages_are_kept_uncoded_and_said() -> None:
    claims, problems = code_report(report("Une frappe a tué douze personnes.", "fr"), resources=resources())
    assert claims == ()
    assert [p.code for p in problems] == ["language"]


def test_a_strike_with_its_toll() -> None:
    claims, problems = code_report(report(TEXT), resources=resources())
    assert problems == ()
    strike = next(c for c in claims if c.scope == "incident" and c.counts)
    assert strike.sub_event_type == "Air/drone strike"
    assert (strike.when.first, strike.when.last) == ("2025-06-03", "2025-06-03")
    assert [p.name for p in strike.where][:1] == ["Nyala"]
    assert (strike.counts[0].effect, strike.counts[0].low, strike.counts[0].high) == ("killed", 12, None)
    for evidence in strike.evidence:
        assert TEXT[evidence.start : evidence.end] == evidence.quote


def test_an_overlong_text_is_cut_and_said() -> None:
    long = "The minister opened a school. " * (LONGEST // 30 + 10)
    _, problems = code_report(report(long[: LONGEST + 50]), resources=resources())
    assert [p.code for p in problems] == ["too_long"]


def test_confidence_is_the_weighted_sum_of_a_claims_signs() -> None:
    claim = Claim(id="c", report="r", scope="incident", confidence=0.9)
    assert calibrated(claim, {}).confidence == 0.9
    assert calibrated(claim, {"incident": 0.0, "odds": 1.0}).confidence == 0.9
    assert calibrated(claim, {"incident": 0.0, "odds": 0.5}).confidence == 0.75
    dated = replace(claim, when=When(first="2025-01-01", last="2025-01-01", precision="day"))
    assert calibrated(dated, {"incident": 0.0, "odds": 0.5, "dated": 1.0}).confidence > 0.75
    assert calibrated(replace(claim, scope="statistic"), {"incident": 0.0, "odds": 0.5}).confidence == 0.9
