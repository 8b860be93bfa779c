"""A made-up record of any size: reports, claims with every value cited, and the events that they tell.

The same number and seed give the same record, and the first events of a large one are those of a small one. Places lie in
regions of four degrees with eighty towns each, so that a box of one degree holds about five towns; days spread over eleven
years; three events in four are told once, the others by two or three reports. All names are invented.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass

from marsad.linking.rulings import fold_id
from marsad.model import (
    Actor,
    Anchor,
    Capture,
    Claim,
    Count,
    Event,
    Evidence,
    Place,
    Report,
    Speaker,
    Toll,
    When,
    stable_id,
)

CHUNK = 1000
REGIONS = 25
TOWNS = 80
SIDE = 4.0
FIRST_DAY = dt.date(2015, 1, 1)
DAYS = 4000
TYPES = (
    ("Battles", "Armed clash", "clash", 0.35),
    ("Explosions/Remote violence", "Air/drone strike", "drone strike", 0.25),
    ("Explosions/Remote violence", "Shelling/artillery/missile attack", "shelling", 0.15),
    ("Violence against civilians", "Attack", "attack", 0.15),
    ("Riots", "Mob violence", "riot", 0.05),
    ("Strategic developments", "Looting/property destruction", "raid", 0.05),
)
ROLES = (("the governor", "official"), ("a hospital", "medical"), ("residents", "witness"), ("the army", "military"))
OUTLETS = tuple(
    f"{town} {kind}" for town in ("Nile", "Delta", "Sahel", "Coast", "Plateau") for kind in ("Courier", "Post", "Radio")
)
COUNTRIES = ("SDN", "ETH", "SOM", "MLI", "NER", "NGA", "TCD", "CAF", "COD", "YEM", "SYR", "IRQ", "AFG", "MMR", "HTI")
SYLLABLES = ("ba", "do", "ku", "ri", "sha", "ten", "mo", "la", "gi", "nur", "fa", "ze", "wo", "ti", "qa", "hes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some thousand events with all that they rest on."""

    captures: tuple[Capture, ...]
    reports: tuple[Report, ...]
    claims: tuple[Claim, ...]
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One claim before it has a report: its sentence and where in it the words of each field stand."""

    sentence: str
    spans: tuple[tuple[str, int, int], ...]
    event: int
    day: dt.date
    speaker: Speaker
    low: int
    high: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """What happened, before anybody tells it."""

    number: int
    kind: tuple[str, str, str]
    day: dt.date
    place: Place
    who: Actor
    whom: Actor
    killed: int


def towns(seed: int = 1) -> list[Place]:
    """All towns, the same for every size."""
    chance = random.Random(f"towns {seed}")
    found = []
    for region in range(REGIONS):
        south, west = -28 + 10 * (region // 5) + chance.random(), -60 + 30 * (region % 5) + chance.random()
        for number in range(TOWNS):
            name = "".join(chance.choice(SYLLABLES) for _ in range(3)).capitalize() + f" {region}-{number}"
            found.append(
                Place(
                    name=name,
                    words=name,
                    country=COUNTRIES[region % len(COUNTRIES)],
                    admin1=f"Region {region}-{number % 8}",
                    latitude=round(south + SIDE * chance.random(), 4),
                    longitude=round(west + SIDE * chance.random(), 4),
                    precision=1,
                    id=f"made:{region}-{number}",
                )
            )
    return found


def parts(events: int, *, seed: int = 1, first: int = 0) -> Iterator[Part]:
    """The record in parts of a thousand events; `first` is the number of the first event."""
    known = towns(seed)
    for start in range(first, first + events, CHUNK):
        numbers = range(start, min(start + CHUNK, first + events))
        yield part([incident(n, known, seed) for n in numbers], seed)


def news(held: int, claims: int, *, seed: int = 1, lot: int = 0) -> Part:
    """New claims for a record of `held` events: half of them tell these again, half tell of others. Each lot is another."""
    known = towns(seed)
    chance = random.Random(f"news {seed} {held} {lot}")
    first = held + lot * claims
    numbers = [chance.randrange(held) for _ in range(claims // 2)] + list(range(first, first + claims - claims // 2))
    return part([incident(n, known, seed) for n in numbers], seed, late=True)


def part(incidents: list[Incident], seed: int, *, late: bool = False) -> Part:
    """The reports, claims and events of some incidents; what is told late is told once each."""
    chance = random.Random(f"part {seed} {incidents[0].number} {late}")
    told = [one for item in incidents for one in (list(tellings(item, chance))[:1] if late else tellings(item, chance))]
    chance.shuffle(told)
    captures, reports, claims = [], [], []
    of_event: dict[int, list[tuple[Claim, Report]]] = {}
    by_number = {item.number: item for item in incidents}
    for start in range(0, len(told), 2):
        pair = told[start : start + 2]
        capture, report = written(pair, chance)
        captures.append(capture)
        reports.append(report)
        offset = 0
        for one in pair:
            claim = claim_of(one, by_number[one.event], report, offset)
            claims.append(claim)
            of_event.setdefault(one.event, []).append((claim, report))
            offset += len(one.sentence) + 1
    events = tuple(event_of(by_number[n], of_event[n]) for n in sorted(of_event))
    return Part(captures=tuple(captures), reports=tuple(reports), claims=tuple(claims), events=events)


def incident(number: int, known: list[Place], seed: int) -> Incident:
    """The incident of that number."""
    chance = random.Random(f"{seed} {number}")
    kind = chance.choices(TYPES, [t[3] for t in TYPES])[0]
    place = chance.choice(known)
    side = chance.randrange(4)
    army = Actor(name=f"Military Forces of {place.country}", words="the army", kind="State Forces", id=f"army-{place.country}")
    rebels = Actor(
        name=f"Front {side} ({place.country})", words="the front", kind="Rebel Groups", id=f"front-{side}-{place.country}"
    )
    civilians = Actor(name=f"Civilians ({place.country})", words="people", kind="Civilians", id=f"civilians-{place.country}")
    who, other = (army, rebels) if chance.random() < 0.5 else (rebels, army)
    return Incident(
        number=number,
        kind=kind[:3],
        day=FIRST_DAY + dt.timedelta(days=chance.randrange(DAYS)),
        place=place,
        who=who,
        whom=other if kind[0] == "Battles" else civilians,
        killed=min(400, int(chance.paretovariate(1.2))),
    )


def tellings(item: Incident, chance: random.Random) -> Iterator[Told]:
    """One to three sentences that tell an incident, by different speakers."""
    times = chance.choices((1, 2, 3), (0.75, 0.2, 0.05))[0]
    for name, role in chance.sample(ROLES, times):
        killed = max(0, item.killed + chance.choice((0, 0, 0, -1, 1, 2)))
        least = chance.random() < 0.3
        words = f"{'at least ' if least else ''}{killed} people were killed"
        day = f"{item.day.day} {item.day:%B %Y}"
        pieces: tuple[tuple[str | None, str], ...] = (
            ("according_to.0", name.capitalize()),
            (None, f" {invented(chance)} said {invented(chance)} that "),
            ("counts.0", words),
            (None, f" near {invented(chance)} {invented(chance)} in a "),
            ("event_type", item.kind[2]),
            (None, f" {invented(chance)} by "),
            ("who.0", item.who.words),
            (None, f" of {invented(chance)} on "),
            ("whom.0", item.whom.words),
            (None, f" from {invented(chance)} in "),
            ("where.0", item.place.name),
            (None, f" {invented(chance)} on "),
            ("when", day),
            (None, f", {invented(chance)} {invented(chance)}, incident {item.number}."),
        )
        sentence, spans = "", []
        for field, text in pieces:
            if field:
                spans.append((field, len(sentence), len(sentence) + len(text)))
            sentence += text
        yield Told(
            sentence=sentence,
            spans=(("claim", 0, len(sentence)), *spans),
            event=item.number,
            day=item.day,
            speaker=Speaker(name=name, role=role),
            low=killed,
            high=None if least else killed,
        )


def invented(chance: random.Random) -> str:
    """A word that hardly any other sentence has, so that sentences of one pattern are no copies of each other: of a million
    words, about as many as a million news reports have."""
    number = chance.getrandbits(20)
    return "".join(SYLLABLES[number >> shift & 15] for shift in (16, 12, 8, 4, 0))


def written(pair: list[Told], chance: random.Random) -> tuple[Capture, Report]:
    """A report that tells those sentences, and its bytes."""
    text = " ".join(one.sentence for one in pair)
    day = max(one.day for one in pair) + dt.timedelta(days=1)
    outlet = chance.choice(OUTLETS)
    body = text.encode()
    capture = Capture(id=hashlib.sha256(body).hexdigest(), origin=f"made/{pair[0].event}.txt", body=body, media_type="text/plain")
    report = Report(
        id=stable_id("rep", text),
        origin=capture.origin,
        text=text,
        capture=capture.id,
        title=f"News of {day.isoformat()}",
        publisher=outlet,
        language="en",
        published=day.isoformat(),
        anchor=Anchor(date=day.isoformat(), basis="published"),
    )
    return capture, report


def claim_of(told: Told, item: Incident, report: Report, offset: int) -> Claim:
    """The claim that a sentence of a report makes."""
    cited = [
        Evidence(field=field, start=offset + start, end=offset + end, quote=told.sentence[start:end])
        for field, start, end in told.spans
    ]
    words = next(e.quote for e in cited if e.field == "counts.0")
    return Claim(
        id=stable_id("clm", report.id, offset),
        report=report.id,
        scope="incident",
        event_type=item.kind[0],
        sub_event_type=item.kind[1],
        who=(item.who,),
        whom=(item.whom,),
        where=(item.place,),
        when=When(first=item.day.isoformat(), last=item.day.isoformat(), precision="day"),
        counts=(Count(effect="killed", low=told.low, high=told.high, words=words),),
        according_to=(told.speaker,),
        evidence=tuple(cited),
        confidence=0.8,
    )


def event_of(item: Incident, told: list[tuple[Claim, Report]]) -> Event:
    """The event of some claims that tell one incident, the oldest claim first."""
    told = sorted(told, key=lambda pair: (pair[1].published or "", pair[0].id))
    claims = [claim for claim, _ in told]
    lows = [c.counts[0].low or 0 for c in claims]
    day = item.day.isoformat()
    return Event(
        id=fold_id(claims[0]),
        event_type=item.kind[0],
        sub_event_type=item.kind[1],
        date_first=day,
        date_last=day,
        time_precision=1,
        who=(item.who,),
        whom=(item.whom,),
        place=item.place,
        civilian_targeting=item.whom.kind == "Civilians",
        killed=Toll(low=min(lows), best=lows[0], high=None if any(c.counts[0].high is None for c in claims) else max(lows)),
        disputed=("killed",) if len(set(lows)) > 1 else (),
        claims=tuple(c.id for c in claims),
        reports=tuple(dict.fromkeys(r.id for _, r in told)),
        sources=tuple(sorted({c.according_to[0].name for c in claims} | {r.publisher or "" for _, r in told})),
        confidence=0.8,
        because=tuple(f"{c.according_to[0].name}: same place and day." for c in claims[1:]),
    )
