"""One event as three sources tell it, in three reports; and stand-ins that code without a language model."""

from __future__ import annotations

import dataclasses

from tests.standins import stages

from marsad.ledger.append import Batch
from marsad.model import Actor, Anchor, Claim, Count, Evidence, Place, Report, Speaker, When, stable_id
from marsad.stages import Stages, installed_rules

DAY = "2026-04-14"
TOLD = (
    ("at least 14 people were killed", 14, None, "a group of doctors", "medical"),
    ("21 people were killed", 21, 21, "the governor", "official"),
    ("between 14 and 17 people were killed", 14, 17, "the Red Crescent", "aid"),
)


def told(number: int) -> tuple[Report, Claim]:
    """The report of one of the sources and what it claims."""
    words, low, high, speaker, role = TOLD[number]
    quote = f"In a drone strike on the market of Um Rawaba on 14 April {words}, {speaker} said."
    text = f"{quote} {'The road to the north was open. ' * (number + 1)}Number {number} of our papers wrote this alone."
    report = Report(
        id=stable_id("rep", "toll", number),
        origin=f"toll-{number}.txt",
        text=text,
        title=f"Strike on a market, {number}",
        publisher=f"Toll Paper {number}",
        published=f"2026-04-{15 + number}",
        anchor=Anchor(date=f"2026-04-{15 + number}", basis="published"),
        language="en",
    )
    at = quote.index(words)
    return report, Claim(
        id=stable_id("clm", report.id, 0),
        report=report.id,
        scope="incident",
        event_type="Explosions/Remote violence",
        sub_event_type="Air/drone strike",
        who=(Actor(name="Rapid Support Forces", words="RSF", kind="Rebel Groups", id="rsf"),),
        where=(
            Place(
                name="Um Rawaba",
                words="Um Rawaba",
                country="SDN",
                admin1="North Kordofan",
                latitude=12.91,
                longitude=31.22,
                precision=1,
                id="um-rawaba",
            ),
        ),
        when=When(first=DAY, last=DAY, precision="day"),
        counts=(Count(effect="killed", low=low, high=high, words=words),),
        according_to=(Speaker(name=speaker, role=role),),
        evidence=(
            Evidence(field="claim", start=0, end=len(quote), quote=quote),
            Evidence(field="counts.0", start=at, end=at + len(words), quote=words),
        ),
        confidence=0.8,
    )


def toll_batch() -> Batch:
    """The three of them as a batch."""
    found = [told(number) for number in range(len(TOLD))]
    return Batch(reports=[r for r, _ in found], claims=[c for _, c in found], version="1", codebook="c")


def coder() -> Stages:
    """Stand-ins that code, with the real rules of linking."""
    return dataclasses.replace(stages(), **installed_rules())
