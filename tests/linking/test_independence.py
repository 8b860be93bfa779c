"""Copies, owners and names: what counts as one source."""

from __future__ import annotations

import dataclasses

import pytest

from marsad.linking import link
from marsad.linking.owners import owner_of
from marsad.model import Claim, Event, Report

from .makers import incident, killed, report, says

SENTENCE = "Shells fell on the grain market of Sinja shortly after dawn on Monday and killed five people."


def outcome(event: Event) -> tuple[object, ...]:
    return event.killed, event.injured, event.voices, event.confidence, event.disputed, event.sub_event_type


def story(name: str, source: str, toll: int, **more: object) -> Claim:
    return incident(name, source, counts=(killed(toll),), said=SENTENCE, **more)


@pytest.mark.parametrize("told", [(), says("the market committee", "resident")])
def test_fifty_syndicated_copies_change_neither_toll_nor_corroboration(told: object) -> None:
    first, other = (
        story("a", "r0", 5, according_to=told),
        incident("b", "r1", counts=(killed(6),), according_to=says("a doctor", "medical")),
    )
    reports = [report("r0", "2026-01-12"), report("r1", "2026-01-13")]
    alone = link([first, other], reports).events[0]
    assert alone.voices == 2
    copies = [dataclasses.replace(first, id=f"c{n}", report=f"x{n}") for n in range(50)]
    carried = [report(f"x{n}", f"2026-01-{13 + n % 9}", copy_of="r0") for n in range(50)]
    event = link([first, other, *copies], [*reports, *carried]).events[0]
    assert len(event.claims) == 52 and outcome(event) == outcome(alone)


def fakes(marked: bool) -> tuple[list[Claim], list[Report]]:
    """One false story at 200 addresses under 50 domains, each with a line of its own."""
    claims = [story(f"f{n}", f"x{n}", 400) for n in range(200)]
    reports = [
        report(
            f"x{n}", "2026-01-13", publisher=f"https://www.daily{n % 50}.example.org/{n}", copy_of="x0" if marked and n else None
        )
        for n in range(200)
    ]
    return claims, reports


@pytest.mark.parametrize("marked", [True, False])
def test_two_hundred_copies_from_fifty_domains_are_one_source(marked: bool) -> None:
    real = incident("a", "r1", counts=(killed(5),), according_to=says("the clinic", "medical"))
    claims, reports = fakes(marked)
    one = link([real, claims[0]], [report("r1", "2026-01-12"), reports[0]]).events[0]
    many = link([real, *claims], [report("r1", "2026-01-12"), *reports]).events[0]
    assert len(many.claims) == 201 and outcome(many) == outcome(one) and many.voices == 2


def test_the_names_and_addresses_of_an_outlet_are_one_owner() -> None:
    assert owner_of("AFP") == owner_of("Agence France-Presse") == owner_of("https://www.afp.com/en/news/1")
    assert owner_of("news.daily.example.org") == "news.daily.example.org" != owner_of("daily2.example.org")


def test_two_outlets_of_their_own_are_two_voices() -> None:
    reports = [report("r1", "2026-01-12"), report("r2", "2026-01-13")]
    event = link([incident("a", "r1"), incident("b", "r2")], reports).events[0]
    assert event.voices == 2 and event.confidence > 0.5
