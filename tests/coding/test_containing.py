"""What has no point of its own is given the place that it lies in, and nothing that it does not."""

from __future__ import annotations

from functools import cache

import pytest

from marsad.coding.report import code_report
from marsad.coding.resources import Resources, load_resources
from marsad.model import Anchor, Claim, Report

HEAD = "BELEDWEYNE, Somalia — "


@cache
def resources() -> Resources:
    return load_resources()


def incident(text: str) -> Claim:
    anchor = Anchor(date="2025-03-14", basis="published")
    told = Report(id="r", origin="t", text=text, language="en", published="2025-03-14", anchor=anchor)
    claims, _ = code_report(told, resources=resources())
    return next(c for c in claims if c.scope == "incident")


def test_a_tea_house_lies_in_the_town_of_the_dateline() -> None:
    claim = incident(HEAD + "A suicide bomber killed nine people outside the Lama Galbeed restaurant on Monday, police said.")
    assert [p.latitude is None for p in claim.where] == [True, False]
    assert claim.where[1].name.startswith("Beled") and claim.where[1].country == "SOM"
    quotes = [e.quote for e in claim.evidence if e.field == "where"]
    assert sorted(quotes) == ["BELEDWEYNE", "Lama Galbeed"]


def test_a_known_town_is_given_no_second_place() -> None:
    claim = incident(HEAD + "A suicide bomber killed nine people in Baidoa on Monday, police said.")
    assert [p.name for p in claim.where] == ["Baidoa"]


@pytest.mark.parametrize(
    ("text", "not_there"),
    [
        ("A train to Peshawar was attacked near Quetta on Monday and three passengers were killed.", "Peshawar"),
        ("In Karachi gunmen fired on the embassy of Chad on Monday and wounded a guard.", "Chad"),
    ],
)
def test_journeys_and_offices_are_no_places(text: str, not_there: str) -> None:
    assert not_there not in [p.name for p in incident(text).where]


def test_a_village_is_not_put_into_the_town_told_before_it() -> None:
    told = "Elders met in Baidoa. Gunmen killed two herders in the hamlet of Lama Galbeed on Monday, police said."
    claim = incident("BAIDOA, Somalia — " + told)
    assert [p.latitude for p in claim.where] == [None]
