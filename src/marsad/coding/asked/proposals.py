"""Claims made of what a server proposes: whatever the report does not bear out is dropped, and said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from marsad.coding.asked.answer import SaidClaim
from marsad.coding.asked.quotes import Offsets, locate, locate_in
from marsad.coding.asked.speech import speaking, stance, status
from marsad.coding.asked.support import Doubt, told_in, unsupported
from marsad.coding.asked.values import Room, actors, counts, places, value, when
from marsad.coding.claims import base_claim, distinct, finished, with_type
from marsad.coding.incidents import DIPLOMATIC, is_background
from marsad.coding.scene import Region, Scene, cite
from marsad.coding.things import find_targets, find_weapons
from marsad.model import Claim, Evidence, State

LEAST_QUOTE = 8
MOST_SENTENCES = 3
DELIVERED = ("aid_delivery", "corridor")

Made = tuple[Claim | None, list[Doubt]]


def claims_from(proposals: Iterable[SaidClaim], scene: Scene) -> tuple[tuple[Claim, ...], tuple[Doubt, ...]]:
    """The claims that the report bears out, and why others, or values of theirs, were dropped."""
    found: list[Claim] = []
    doubts: list[Doubt] = []
    for proposal in proposals:
        claim, met = _claim(proposal, scene)
        doubts += met
        found += [claim] if claim is not None else []
    return distinct(found), tuple(doubts)


def _claim(said: SaidClaim, scene: Scene) -> Made:
    at = _quoted(said.quote, scene)
    if at is None:
        return None, [Doubt(code="quote_not_found", message=f"dropped a claim: {said.quote[:80]!r} is not in the text")]
    told = told_in(scene, *at)
    if len(told) > MOST_SENTENCES:
        message = f"dropped a claim: {said.quote[:80]!r} is not one sentence of the text"
        return None, [Doubt(code="quote_not_found", message=message)]
    why = unsupported(said, told)
    if why is not None:
        return None, [Doubt(code="not_supported", message=f"dropped a claim on {said.quote[:80]!r}: {why}")]
    return _build(said, Room(scene=scene, told=told, quote=at))


def _quoted(quote: str, scene: Scene) -> Offsets | None:
    """Where the claim's words stand: in one sentence, or running over several that follow each other."""
    sentences = tuple((n.sentence.start, n.sentence.end) for n in scene.notes.sentences)
    at = locate_in(quote, scene.text, sentences) or locate(quote, scene.text)
    return at if at and at[1] - at[0] >= LEAST_QUOTE and " " in scene.text[slice(*at)].strip() else None


def _build(said: SaidClaim, room: Room) -> Made:
    scene = room.scene
    note, tells = room.told[0]
    voice, doubts = speaking(said, room)
    region = Region(note=note, said=tells, pieces=(room.quote,), voice=voice, words=room.quote)
    chance = max(s.tells[said.scope] for _, s in room.told)
    claim = base_claim(scene, region, scope=said.scope, confidence=chance)
    stands, met = stance(said, room, claim.stance)
    happened, more = status(said, room, region)
    doubts += [*met, *more]
    claim = replace(claim, stance=stands, status=happened)
    return _filled(said, room, region, claim, doubts)


def _filled(said: SaidClaim, room: Room, region: Region, claim: Claim, doubts: list[Doubt]) -> Made:
    """The claim with its values and their evidence."""
    kind = "military" if said.scope == "incident" and said.sub_event_type not in DIPLOMATIC else "government"
    who, met_who = actors(room, said.who, "who", kind)
    whom, met_whom = actors(room, said.whom, "whom", kind)
    where, met_where = places(room, said.where)
    days, days_cited, met_when = when(room, said)
    evidence = [
        *(cite(room.scene.text, "who", *at) for _, at in who),
        *(cite(room.scene.text, "whom", *at) for _, at in whom),
        *(cite(room.scene.text, "where", *at) for _, at in where),
        *days_cited,
    ]
    claim = replace(
        claim, who=tuple(a for a, _ in who), whom=tuple(a for a, _ in whom), where=tuple(p for p, _ in where), when=days
    )
    doubts = [*doubts, *met_who, *met_whom, *met_where, *met_when]
    if said.scope == "statistic":
        return _statistic(said, room, claim, evidence, doubts)
    counted, met = counts(room, said)
    evidence += [cite(room.scene.text, f"counts.{n}", *at) for n, (_, at) in enumerate(counted)]
    more: Mapping[str, Any] = {"counts": tuple(c for c, _ in counted)}
    if said.scope == "incident":
        claim = _incident(said, room, region, claim)
    else:
        subject, state = (said.condition or "").split(":")
        more = {**more, "condition": State(subject=subject, state=state)}
        if subject not in DELIVERED:
            more = {**more, "whom": ()}
            evidence = [e for e in evidence if e.field != "whom"]
    return finished(replace(claim, **more), evidence), [*doubts, *met]


def _incident(said: SaidClaim, room: Room, region: Region, claim: Claim) -> Claim:
    text, pieces = room.scene.text, _unspoken(region)
    return replace(
        with_type(claim, said.sub_event_type),
        weapons=find_weapons(text, pieces),
        targets=find_targets(text, pieces),
        background=is_background(claim.when, room.scene.notes.report),
    )


def _unspoken(region: Region) -> tuple[Offsets, ...]:
    """The quoted words without the names of those who speak: a ministry that says so was not hit."""
    pieces, at = list[Offsets](), region.start
    for voice in sorted(region.voice, key=lambda v: v.speaker_start):
        if at <= voice.speaker_start < region.end:
            pieces.append((at, voice.speaker_start))
            at = min(region.end, voice.speaker_end)
    return (*pieces, (at, region.end))


def _statistic(said: SaidClaim, room: Room, claim: Claim, evidence: Sequence[Evidence], doubts: list[Doubt]) -> Made:
    """A statistic stands and falls with its figure."""
    claim = replace(with_type(claim, said.sub_event_type), measure=said.measure)
    if said.value is None:
        return finished(claim, evidence), doubts
    figure = value(room, said)
    if isinstance(figure, Doubt):
        return None, [*doubts, figure]
    number, count, at = figure
    claim = replace(claim, value=number, counts=(count,))
    return finished(claim, [*evidence, cite(room.scene.text, "counts.0", *at)]), doubts
