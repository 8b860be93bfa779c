"""Invented reports and claims for measuring time: any number of them, the same on every machine."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from itertools import accumulate

from marsad.model import Actor, Anchor, Claim, Count, Evidence, Place, Report, Speaker, State, Thing, Value, When

PLACES = 2000
CLAIMS_A_DAY = 300
START = dt.date(2015, 1, 1)
TYPES = (
    ("Explosions/Remote violence", "Air/drone strike", 26),
    ("Explosions/Remote violence", "Shelling/artillery/missile attack", 16),
    ("Battles", "Armed clash", 24),
    ("Violence against civilians", "Attack", 16),
    ("Explosions/Remote violence", "Remote explosive/landmine/IED", 6),
    ("Protests", "Peaceful protest", 6),
    ("Strategic developments", "Arrests", 3),
    ("Strategic developments", "Looting/property destruction", 3),
)
STATES = (("border_crossing", ("open", "closed")), ("siege", ("besieged", "lifted")), ("territory", ("held", "held")))
SYLLABLES = ("ba", "dor", "kel", "mi", "sar", "tun", "wa", "zan", "qo", "lif", "ner", "gu", "hab", "jet", "rom", "py")
WORDS = ("homes", "market", "road", "night", "camp", "river", "shells", "smoke", "bridge", "school", "convoy", "troops", "dawn")
SPEAKERS = (("the army", "military"), ("the hospital", "medical"), ("residents", "resident"), ("the ministry", "official"))


def claims_and_reports(number: int, seed: int = 7) -> tuple[list[Claim], list[Report]]:
    """About `number` claims at 300 a day, so that more of them means a longer time and not denser days.

    One in eight incidents is carried by four outlets more, word for word.
    """
    chance = random.Random(seed)
    places = _places(chance)
    weights = list(accumulate((n + 1) ** -0.8 for n in range(PLACES)))
    claims: list[Claim] = []
    reports: list[Report] = []
    while len(claims) < number:
        day = START + dt.timedelta(days=len(claims) // CLAIMS_A_DAY)
        place = chance.choices(places, cum_weights=weights)[0]
        for report, found in _matter(chance, place, day, len(reports)):
            reports.append(report)
            claims += found
    return claims, reports


def _places(chance: random.Random) -> list[Place]:
    found = []
    for n in range(PLACES):
        name = "".join(chance.choices(SYLLABLES, k=3)).capitalize() + SYLLABLES[n % 16]
        country = f"C{n % 40:02}"
        centre = (n % 40 % 8 * 12 - 30.0, n % 40 // 8 * 20 - 40.0)
        at = (round(centre[0] + chance.uniform(-5, 5), 4), round(centre[1] + chance.uniform(-5, 5), 4))
        region = f"Region {n % 200}"
        found.append(
            Place(name=name, words=name, country=country, admin1=region, latitude=at[0], longitude=at[1], precision=1, id=f"g{n}")
        )
    return found


def _matter(chance: random.Random, place: Place, day: dt.date, at: int) -> Iterator[tuple[Report, list[Claim]]]:
    draw = chance.random()
    told = chance.choice((1, 1, 2, 2, 3))
    kind = chance.choices(TYPES, weights=[t[2] for t in TYPES])[0]
    toll, words = chance.randint(0, 30), " ".join(chance.choices(WORDS, k=6))
    subject, states = chance.choice(STATES)
    state, side = chance.choice(states), f"Force {chance.randint(1, 3)} of {place.country}"
    first: str | None = None
    copies = 4 if draw < 0.12 else 0
    for n in range(told + copies):
        copied = n >= told
        name = f"r{at + n:08}"
        report = Report(
            id=name,
            origin=f"invented#{at + n}",
            text="",
            publisher=f"Outlet {chance.randint(1, 400)}",
            published=(day + dt.timedelta(days=chance.randint(0, 1))).isoformat(),
            anchor=Anchor(date=day.isoformat(), basis="caller"),
            copy_of=first if copied else None,
        )
        first = first or name
        if draw < 0.8:
            yield (
                report,
                list(_incident(chance, name, place, day, kind, toll, f"{words} {0 if copied else n}", side, 0 if copied else n)),
            )
        elif draw < 0.88:
            yield report, [_statistic(chance, name, place, day, toll * 37 + 100)]
        else:
            yield report, [_condition(chance, name, place, day, State(subject=subject, state=state), side)]


def _incident(
    chance: random.Random,
    report: str,
    place: Place,
    day: dt.date,
    kind: tuple[str, str, int],
    toll: int,
    words: str,
    side: str,
    voice: int,
) -> Iterator[Claim]:
    for n in range(2 if voice == 0 else 1):
        speaker = SPEAKERS[(voice + n) % 4]
        yield Claim(
            id=f"{report}-{n}",
            report=report,
            scope="incident",
            event_type=kind[0],
            sub_event_type=kind[1],
            who=(Actor(name=side, words=side, kind="State Forces"),) if n else (),
            where=(place,),
            when=_day(day),
            counts=(Count(effect="killed", low=toll + voice % 2, high=toll + voice % 2, words=f"{toll + voice % 2} people"),),
            weapons=(Thing(words="drone", class_="drone"),) if kind[1].startswith("Air") else (),
            according_to=(Speaker(name=speaker[0], role=speaker[1]),),
            evidence=(Evidence(field="claim", start=100 * n, end=100 * n + len(words), quote=words),),
            confidence=0.8,
        )


def _day(day: dt.date) -> When:
    return When(first=day.isoformat(), last=day.isoformat(), precision="day")


def _statistic(chance: random.Random, report: str, place: Place, day: dt.date, figure: int) -> Claim:
    region = Place(name=place.admin1 or place.name, words="", country=place.country, precision=3)
    return Claim(
        id=f"{report}-0",
        report=report,
        scope="statistic",
        measure=chance.choice(("killed", "incidents", "displaced")),
        value=Value(low=figure, high=figure, words=str(figure)),
        where=(region,),
        when=When(first=f"{day.year}-01-01", last=f"{day.year}-12-31", precision="year"),
        evidence=(Evidence(field="claim", start=0, end=8, quote="a figure"),),
    )


def _condition(chance: random.Random, report: str, place: Place, day: dt.date, state: State, side: str) -> Claim:
    return Claim(
        id=f"{report}-0",
        report=report,
        scope="condition",
        condition=state,
        who=(Actor(name=side, words=side),),
        where=(place,),
        when=_day(day) if chance.random() < 0.6 else When(),
        status="ongoing",
        evidence=(Evidence(field="claim", start=0, end=9, quote="it stands"),),
    )


def shuffled(claims: Sequence[Claim], seed: int = 1) -> list[Claim]:
    """The claims in another order, the same each time."""
    found = list(claims)
    random.Random(seed).shuffle(found)
    return found
