"""Made-up deliveries for a ledger: reports that tell of the same few towns and days, some of them copies, and their claims.

Nothing is coded here, so that no model is loaded: a test of faults can deliver a hundred times in a second.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import random
from collections.abc import Iterator, Sequence

from tests.linking import makers

from marsad.ledger.append import Added, Batch, append
from marsad.ledger.query import everything
from marsad.ledger.store import Ledger
from marsad.model import Capture, Claim, Evidence, Place, Problem, Report, Value, dump, stable_id
from marsad.stages import installed_rules

TOWNS = tuple(
    makers.place(name, at)
    for name, at in (
        ("Sinja", (13.15, 33.93)),
        ("Dilling", (12.05, 29.65)),
        ("Kumo", (11.2, 30.4)),
        ("Bara", (13.7, 30.37)),
        ("Rashad", (11.85, 31.05)),
    )
)
SPEAKERS = (("a doctor", "medical"), ("the army", "military"), ("the governor", "official"), ("residents", "witness"))
OUTLETS = ("Nile Courier", "Delta Post", "Sahel Radio", "Coast News")
RULES = installed_rules()
"""How a ledger is told to link: the same functions that a run gives it."""


def delivery(number: int) -> Batch:
    """The delivery of that number, the same each time: two or three reports with two or three claims each."""
    chance = random.Random(number)
    captures, reports, claims = [], [], []
    for part in range(chance.choice((2, 2, 3))):
        capture, report, told = story(number, part, chance)
        captures.append(capture)
        reports.append(report)
        claims += told
    met = [Problem(stage="intake", code="empty", message="is empty", at=f"{number}.txt")] if number % 7 == 3 else []
    return Batch(captures=captures, reports=reports, claims=claims, problems=met, version="1", codebook="c")


def story(number: int, part: int, chance: random.Random) -> tuple[Capture, Report, list[Claim]]:
    """One report of a delivery and its claims. Every third begins with what an earlier one tells, so that there are copies."""
    source = (number - chance.randrange(min(number, 9))) * 10 if number > 2 and chance.random() < 0.3 else number * 10 + part
    told = random.Random(f"story {source}")
    town, speaker = told.choice(TOWNS), told.choice(SPEAKERS)
    day = (dt.date(2026, 1, 10) + dt.timedelta(days=30 * (source // 200) + told.randrange(6))).isoformat()
    killed = told.randrange(2, 12)
    sentences = (
        f"{speaker[0].capitalize()} said on the phone that {killed} people were killed in {town.name} on {day} when drones struck"
        f" the market, the mosque beside it and a row of {told.randrange(3, 30)} shops that sell grain and oil.",
        f"The town of {town.name} has been besieged since {day}, {speaker[0]} added, and no lorry came for {killed} days.",
        f"Over the month {killed * 12} people were killed in the region around {town.name}, by the count of {speaker[0]}.",
    )
    text = " ".join((*sentences, f"Told in report {source} of the series."))
    body = f"{text} [{number}.{part}]".encode()
    capture = Capture(id=hashlib.sha256(body).hexdigest(), origin=f"{number}-{part}.txt", body=body)
    report = Report(
        id=stable_id("rep", text, number, part),
        origin=capture.origin,
        text=text,
        capture=capture.id,
        publisher=OUTLETS[(number + part) % len(OUTLETS)],
        published=(dt.date.fromisoformat(day) + dt.timedelta(days=chance.randrange(6, 18))).isoformat(),
        language="en",
    )
    kinds = told.choice((("incident", "condition"), ("incident",), ("incident", "statistic")))
    return capture, report, [claim_of(kind, report, sentences, town, speaker, day, killed) for kind in kinds]


def claim_of(
    kind: str, report: Report, sentences: Sequence[str], town: Place, speaker: tuple[str, str], day: str, killed: int
) -> Claim:
    """The claim that a sentence of the report makes."""
    said = sentences[("incident", "condition", "statistic").index(kind)]
    start = report.text.index(said)
    name = stable_id("clm", report.id, start)
    cited = (Evidence(field="claim", start=start, end=start + len(said), quote=said),)
    common = {"where": (town,), "according_to": makers.says(*speaker), "evidence": cited}
    if kind == "condition":
        return makers.condition(name, report.id, "siege", "besieged", when=makers.day(day), **common)
    if kind == "statistic":
        value = Value(low=killed * 12, high=killed * 12, words=str(killed * 12))
        month = makers.day(day[:8] + "01", day[:8] + "28", "month")
        return Claim(id=name, report=report.id, scope="statistic", measure="killed", value=value, when=month, **common)
    return makers.incident(name, report.id, when=makers.day(day), counts=(makers.killed(killed),), **common)


def deliver(ledger: Ledger, numbers: Sequence[int]) -> Iterator[tuple[int, Added]]:
    """Append each delivery in a transaction of its own; each number comes back when it is acknowledged."""
    for number in numbers:
        yield number, append(ledger, delivery(number), **RULES)


def digest(ledger: Ledger) -> str:
    """A SHA-256 over all that the ledger says."""
    found = everything(ledger)
    lines = sorted(dump(item) for item in found.records())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def missing(ledger: Ledger, numbers: Sequence[int]) -> list[str]:
    """Ids of reports and claims of those deliveries that the ledger does not hold."""
    found = everything(ledger)
    held = {r.id for r in found.reports} | {c.id for c in found.claims}
    given = [delivery(n) for n in numbers]
    return [i.id for batch in given for i in (*batch.reports, *batch.claims) if i.id not in held]
