"""Invented stories in which private persons are named in every field that a record has."""

from __future__ import annotations

from marsad.ledger.append import Batch
from marsad.model import Actor, Anchor, Claim, Count, Evidence, Place, Report, Speaker, Thing, When, stable_id

TOWNS = (("Orvala", 13.62, 25.31), ("Kesht", 12.05, 29.65), ("Munda", 11.01, 29.72))
FRAMES = (
    "{name}, a resident of {town}, said {n} people were killed there on Monday.",
    "Shells killed {n} people in {town} on Monday, said {name}, {age}, who sells tea.",
    "A teacher named {name} told the agency that {n} people were killed in {town} on Monday.",
    "Local farmer {name} said {n} people were killed in {town} on Monday.",
    "{n} people were killed in {town} on Monday, {name}, a nurse at the clinic, said.",
)


def story(number: int, name: str, official: str) -> tuple[Report, Claim]:
    """A report and its one claim; the name stands in title, address, file name, sentence, speaker, actor and count."""
    town, latitude, longitude = TOWNS[number % len(TOWNS)]
    quote = FRAMES[number % len(FRAMES)].format(name=name, town=town, n=number % 9 + 1, age=20 + number % 50)
    text = f"{quote} {name.split()[-1]} fled on foot. Governor {official} denied it."
    day = f"2026-02-{number % 27 + 1:02}"
    slug = name.lower().replace(" ", "-")
    report = Report(
        id=stable_id("rep", number),
        origin=f"{slug}/{number}.txt",
        external_id=slug,
        text=text,
        title=f"{town}: {name.upper()} tells what happened",
        author=name,
        publisher=f"Paper {number % 3}",
        url=f"https://news.example/2026/{slug}-{number}",
        published=day,
        anchor=Anchor(date=day, basis="published", because=name),
        language="en",
    )
    start = text.index(quote)
    claim = Claim(
        id=stable_id("clm", number, quote),
        report=report.id,
        scope="incident",
        event_type="Explosions/Remote violence",
        sub_event_type="Shelling/artillery/missile attack",
        who=(Actor(name="Rapid Support Forces", words="the RSF", kind="Rebel Groups"),),
        whom=(Actor(name=name, words=name, kind="Civilians", id=slug),),
        where=(
            Place(
                name=town, words=town, country="SDN", admin1="South Kordofan", latitude=latitude, longitude=longitude, precision=1
            ),
        ),
        when=When(first=day, last=day, precision="day"),
        counts=(
            Count(
                effect="killed", who=f"relatives of {name}", low=number % 9 + 1, high=number % 9 + 1, words=f"{name} and others"
            ),
        ),
        weapons=(Thing(words="shells", class_="artillery"),),
        according_to=(Speaker(name=name, role="resident"), Speaker(name=official, role="official")),
        evidence=(
            Evidence(field="claim", start=start, end=start + len(quote), quote=quote),
            Evidence(field="according_to", start=text.index(name), end=text.index(name) + len(name), quote=name),
        ),
        confidence=0.8,
    )
    return report, claim


def batch(names: list[str], official: str, *, first: int = 0) -> Batch:
    """A story for each name, as a run gives them to a ledger."""
    told = [story(first + n, name, official) for n, name in enumerate(names)]
    return Batch(reports=[r for r, _ in told], claims=[c for _, c in told], version="1", codebook="c" * 64)
