"""Small stand-ins for the stages: every report that says "N killed in PLACE" makes one claim."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from marsad.linking import Folds
from marsad.model import (
    Actor,
    Anchor,
    Capture,
    Claim,
    Condition,
    Count,
    Event,
    Evidence,
    Place,
    Problem,
    Report,
    Speaker,
    State,
    Statistic,
    Toll,
    Value,
    When,
    stable_id,
)
from marsad.stages import Stages

POINTS = {"Sinja": (13.15, 33.93), "Dilling": (12.05, 29.65)}
KILLED = re.compile(r"(\d+) killed in (\w+)")


def capture_of(text: str, origin: str = "a.txt") -> Capture:
    body = text.encode()
    return Capture(id=hashlib.sha256(body).hexdigest(), origin=origin, body=body)


def report_of(text: str, origin: str = "a.txt", **fields: str | None) -> Report:
    return Report(
        id=stable_id("rep", text),
        origin=origin,
        text=text,
        anchor=Anchor(date="2026-02-18", basis="caller"),
        language="en",
        **fields,
    )


def place_of(name: str) -> Place:
    latitude, longitude = POINTS.get(name, (None, None))
    return Place(
        name=name,
        words=name,
        country="SDN",
        admin1="Sennar",
        latitude=latitude,
        longitude=longitude,
        precision=1 if latitude else None,
        id=f"gn:{name}",
    )


def claims_of(report: Report) -> tuple[Claim, ...]:
    if "explode now" in report.text:
        raise RuntimeError("a bug on this report")
    return tuple(claim_of(report, hit) for hit in KILLED.finditer(report.text))


def claim_of(report: Report, hit: re.Match[str]) -> Claim:
    number, name = int(hit[1]), hit[2]
    evidence = (
        Evidence(field="claim", start=hit.start(), end=hit.end(), quote=hit[0]),
        Evidence(field="where", start=hit.start(2), end=hit.end(2), quote=name),
        Evidence(field="counts.0", start=hit.start(), end=hit.end(1) + 7, quote=report.text[hit.start() : hit.end(1) + 7]),
    )
    return Claim(
        id=stable_id("clm", report.id, hit.start()),
        report=report.id,
        scope="incident",
        event_type="Violence against civilians",
        sub_event_type="Attack",
        who=(Actor(name="Rapid Support Forces", words="RSF", kind="Rebel Groups", id="rsf"),),
        whom=(Actor(name="Civilians (Sudan)", words="civilians", kind="Civilians"),),
        where=(place_of(name),),
        when=When(first="2026-02-16", last="2026-02-16", precision="day"),
        counts=(Count(effect="killed", low=number, high=number, words=f"{number} killed"),),
        according_to=(Speaker(name="the governor", role="official"),),
        evidence=evidence,
        confidence=0.8,
    )


def link(claims: Sequence[Claim], reports: Sequence[Report]) -> Folds:
    """One event a place."""
    groups: dict[str, list[Claim]] = {}
    for claim in sorted(claims, key=lambda c: c.id):
        groups.setdefault(claim.where[0].name, []).append(claim)
    events = []
    for group in groups.values():
        tolls = sorted(c.counts[0].low or 0 for c in group)
        first = group[0]
        events.append(
            Event(
                id=stable_id("evt", first.id),
                event_type=first.event_type or "",
                sub_event_type=first.sub_event_type or "",
                date_first=first.when.first,
                date_last=first.when.last,
                time_precision=1,
                who=first.who,
                whom=first.whom,
                place=first.where[0],
                civilian_targeting=True,
                killed=Toll(low=tolls[0], best=tolls[len(tolls) // 2], high=tolls[-1]),
                disputed=("killed",) if tolls[0] != tolls[-1] else (),
                claims=tuple(c.id for c in group),
                reports=tuple(sorted({c.report for c in group})),
                sources=("the governor",),
                confidence=0.8,
                because=("same place and day",),
            )
        )
    return Folds(events=tuple(events), statistics=(), conditions=())


def statistic() -> Statistic:
    return Statistic(
        id="sta-1111111111111111",
        measure="killed",
        low=1032,
        high=1032,
        first="2025-01-01",
        last="2025-12-31",
        place=place_of("Sinja"),
        according_to=(Speaker(name="ACLED", role="monitor"),),
    )


def condition() -> Condition:
    return Condition(
        id="con-2222222222222222",
        subject="siege",
        state="lifted",
        place=place_of("Dilling"),
        who=(Actor(name="Rapid Support Forces", words="RSF"),),
        since="2026-01-26",
        precision="day",
        according_to=(Speaker(name="the military", role="military"),),
        disputed_by=(Speaker(name="Birru", role="aid"),),
    )


def condition_claim(report: Report, words: str) -> Claim:
    start = report.text.index(words)
    return Claim(
        id=stable_id("clm", report.id, "condition", start),
        report=report.id,
        scope="condition",
        condition=State(subject="siege", state="lifted"),
        value=Value(low=1, high=1, words="one"),
        evidence=(Evidence(field="claim", start=start, end=start + len(words), quote=words),),
    )


def open_inputs(inputs: Sequence[str | Path]) -> Iterator[Capture | Problem]:
    for given in inputs:
        path = Path(given)
        if not path.is_file():
            yield Problem(stage="intake", code="missing", message="there is no such file", at=str(given))
            continue
        body = path.read_bytes()
        yield Capture(id=hashlib.sha256(body).hexdigest(), origin=path.name, body=body)


def read_capture(capture: Capture, published: str | None) -> tuple[list[Report], list[Problem]]:
    """A blank line parts two stories."""
    stories = [s for s in capture.body.decode().split("\n\n") if s.strip()]
    return [
        Report(
            id=stable_id("rep", story),
            origin=f"{capture.origin}#{n}" if len(stories) > 1 else capture.origin,
            text=story,
            title=story.split("\n")[0][:60],
            capture=capture.id,
            anchor=Anchor(date=published, basis="caller" if published else "none"),
        )
        for n, story in enumerate(stories, 1)
    ], []


def stages() -> Stages:
    return Stages(
        open_inputs=open_inputs,
        read_capture=read_capture,
        mark_copies=lambda reports: reports,
        code_report=lambda report: (claims_of(report), ()),
        link=link,
    )
