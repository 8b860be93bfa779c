"""Invented reports and claims in any number, for ledgers: few places, days and types, so that many of them are joined."""

from __future__ import annotations

import dataclasses
import random

from marsad.ledger.append import Batch
from marsad.model import Actor, Anchor, Claim, Count, Evidence, Place, Report, Speaker, State, Value, When, stable_id

PLACES = (("Sinja", 13.15, 33.93), ("Dilling", 12.05, 29.65), ("Kadugli", 11.01, 29.72), ("Sennar", 13.55, 33.60))
TYPES = (
    ("Battles", "Armed clash"),
    ("Violence against civilians", "Attack"),
    ("Explosions/Remote violence", "Air/drone strike"),
)
FILLER = (
    "Residents said that shops near the old bridge had been closed since the morning while families waited for news.",
    "The town has been without power for weeks and the road to the north is open only to buses with a permit.",
    "A doctor at the hospital asked for blood and said that two wards had been moved to the school across the street.",
    "Traders from the market said that prices of sorghum and fuel had doubled since the last convoy came through.",
    "An aid worker who asked not to be named said that her team would try again when the telephone lines are back.",
)


def story(number: int) -> tuple[Report, list[Claim]]:
    """A report with one to three claims; the same for the same number. Every third one repeats the words of the one before."""
    chance = random.Random((number - 1 if number % 3 == 2 else number) * 7919)
    day = f"2026-02-{chance.randint(1, 27):02}"
    sentences, claims = [], []
    for _ in range(chance.choice((1, 1, 2, 3))):
        name, latitude, longitude = chance.choice(PLACES)
        killed = chance.randint(1, 9)
        main, sub = chance.choice(TYPES)
        quote = f"{killed} people were killed in {name} on {day} in what officials called {sub.lower()}."
        point = {"latitude": latitude, "longitude": longitude}
        place = Place(name=name, words=name, country="SDN", admin1=f"{name} state", precision=1, id=name, **point)
        scope = chance.choice(("incident", "incident", "incident", "statistic", "condition"))
        claims.append((quote, main, sub, killed, place, scope))
        sentences.append(quote)
    text = " ".join(sentences + chance.sample(FILLER, 3))
    if number % 3 == 2:
        text += f" Our own correspondent contributed to this report, number {'abcdefghij'[number % 10]}."
    report = Report(
        id=stable_id("rep", number),
        origin=f"{number}.txt",
        text=text,
        title=f"News {number}",
        publisher=f"Paper {number % 5}",
        published=day,
        anchor=Anchor(date=day, basis="published"),
        language="en",
    )
    return report, [claim_of(report, n, *given, day) for n, given in enumerate(claims)]


def claim_of(report: Report, n: int, quote: str, main: str, sub: str, killed: int, place: Place, scope: str, day: str) -> Claim:
    start = report.text.index(quote)
    cited = (
        Evidence(field="claim", start=start, end=start + len(quote), quote=quote),
        Evidence(field="counts.0", start=start, end=start + 8, quote=quote[:8]),
    )
    plain = Claim(
        id=stable_id("clm", report.id, n),
        report=report.id,
        scope="incident",
        event_type=main,
        sub_event_type=sub,
        who=(Actor(name="Rapid Support Forces", words="RSF", kind="Rebel Groups", id="rsf"),),
        where=(place,),
        when=When(first=day, last=day, precision="day"),
        counts=(Count(effect="killed", low=killed, high=killed, words=f"{killed} killed"),),
        according_to=(Speaker(name="the governor", role="official"),),
        evidence=cited,
        confidence=0.8,
    )
    if scope == "statistic":
        value = Value(low=killed, high=killed, words=str(killed))
        return dataclasses.replace(plain, scope="statistic", measure="killed", value=value, counts=())
    if scope == "condition":
        state = State(subject="siege", state="besieged" if killed % 2 else "lifted")
        return dataclasses.replace(plain, scope="condition", condition=state, counts=(), event_type=None, sub_event_type=None)
    return plain


def batch_of(numbers: list[int]) -> Batch:
    """Those stories as a batch."""
    told = [story(number) for number in numbers]
    return Batch(
        reports=[report for report, _ in told], claims=[c for _, claims in told for c in claims], version="1", codebook="c"
    )
