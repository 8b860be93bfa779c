"""Who says a proposed claim, what they do with it, and whether it has happened: the server's word held against the grammar."""

from __future__ import annotations

from marsad.coding.asked.answer import SaidClaim, SaidSpeaker
from marsad.coding.asked.quotes import Offsets, locate_in
from marsad.coding.asked.support import Doubt, is_unreal, may_be_denied, may_be_unreal
from marsad.coding.asked.values import Room
from marsad.coding.attribution import Attribution, speaker_for
from marsad.coding.attribution_words import role_of
from marsad.coding.plans import STATUSES
from marsad.coding.plans import status as unreal_status
from marsad.coding.scene import PRONOUNS, Region
from marsad.model import Stance, Status

LEAST_ATTRIBUTED = 0.25
LEAST_SPEAKER = 0.3
NEAR = 1
Voice = tuple[Attribution, ...]


def speaking(said: SaidClaim, room: Room) -> tuple[Voice, list[Doubt]]:
    """The claim's speakers. A speaker whom the grammar finds is never lost: a claim does not become the report's own."""
    found: list[Attribution] = []
    doubts: list[Doubt] = []
    for one in said.according_to:
        speaker = _speaker(one, room)
        if speaker is None:
            message = f"dropped {one.words[:60]!r} as speaker: the text does not have them say so"
            doubts.append(Doubt(code="not_supported", message=message))
        elif all(speaker.name != known.name for known in found):
            found.append(speaker)
    if found:
        return tuple(found), doubts
    attributed = max(s.tells["attributed"] for _, s in room.told) >= LEAST_ATTRIBUTED
    return (speaker_for(room.quote, room.scene.attributions) if attributed else ()), doubts


def _speaker(one: SaidSpeaker, room: Room) -> Attribution | None:
    """The attribution whose speaker the words name, in the claim's sentences or next to them."""
    scene, near = room.scene, (*room.own, *_beside(room))
    at = locate_in(one.words, scene.text, near)
    spoken = [a for a in scene.attributions if any(s <= a.cue_start < e or s <= a.speaker_start < e for s, e in near)]
    known = [a for a in spoken if (at and a.speaker_start < at[1] and at[0] < a.speaker_end) or a.name == one.words]
    if known:
        return min(known, key=lambda a: (abs(a.cue_start - room.quote[0]), a.cue_start))
    if at is None:
        return None
    words = scene.text[slice(*at)]
    if words.lower() in PRONOUNS or scene.part("according_to", *at) < LEAST_SPEAKER:
        return None
    return Attribution(
        speaker_start=at[0],
        speaker_end=at[1],
        speaker_words=words,
        name=words,
        role=role_of(words) or one.role,
        cue_start=at[0],
        cue_end=at[1],
        content=(room.quote,),
    )


def _beside(room: Room) -> tuple[Offsets, ...]:
    first, last = room.told[0][0].sentence.index - NEAR, room.told[-1][0].sentence.index + NEAR
    near = [n.sentence for n in room.scene.notes.sentences if first <= n.sentence.index <= last]
    return tuple((s.start, s.end) for s in near)


def stance(said: SaidClaim, room: Room, own: Stance) -> tuple[Stance, list[Doubt]]:
    """The stance: the server's where the text bears it out, else that of the grammar."""
    if said.stance == own or (said.stance != "asserts" and own != "asserts"):
        return own, []
    if said.stance != "asserts" and may_be_denied(said.stance, room.told):
        return said.stance, []  # type: ignore[return-value]
    message = f"read as {own}, not {said.stance}: {said.quote[:60]!r}"
    return own, [Doubt(code="not_supported", message=message)]


def status(said: SaidClaim, room: Room, region: Region) -> tuple[Status, list[Doubt]]:
    """The status: the server's where the text bears it out."""
    spoken = next((a.status for a in region.voice if a.status in STATUSES), None)
    unreal = said.status in STATUSES
    if unreal and not (spoken or may_be_unreal(room.told)):
        own: Status = "ongoing" if said.scope == "condition" else "happened"
    elif not unreal and (spoken or is_unreal(room.told, said.scope)):
        own = unreal_status(region)
    else:
        return said.status, []  # type: ignore[return-value]
    return own, [Doubt(code="not_supported", message=f"read as {own}, not {said.status}: {said.quote[:60]!r}")]
