"""Plans, threats and what might be: claims with a status of their own, which never become events or conditions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from marsad.coding import arguments
from marsad.coding.claims import base_claim, finished, with_type
from marsad.coding.incidents import sub_event_type
from marsad.coding.scene import Region, Scene, regions
from marsad.model import Claim, State, Status

STATUSES: tuple[Status, ...] = ("threatened", "planned", "hypothetical")
LEAST_STATE = 0.4


def plans(scene: Scene, number: int, *, least: float) -> Iterator[Claim]:
    """The claim of sentence `number` about what has not happened, where the reader is sure enough that it makes one."""
    note, said = scene.notes.sentences[number], scene.reading.sentences[number]
    if said.tells["unreal"] < least:
        return
    for region in regions(scene, note, said, scope="incident"):
        yield _plan(scene, region)


def _plan(scene: Scene, region: Region) -> Claim:
    state = max(region.said.states, key=lambda s: region.said.states[s])
    is_state = region.said.states[state] >= LEAST_STATE and region.said.tells["incident"] < 0.5
    places = arguments.places(scene, region)
    who, whom = arguments.actors(scene, region, "who"), arguments.actors(scene, region, "whom")
    when = arguments.happened_when(scene, region)
    scope = "condition" if is_state else "incident"
    claim = base_claim(scene, region, scope=scope, confidence=region.said.tells["unreal"], status=status(region))
    if is_state:
        subject, word = state.split(":")
        claim = replace(claim, condition=State(subject=subject, state=word))
    else:
        claim = with_type(claim, sub_event_type(region, None))
    claim = replace(claim, who=who.actors, whom=whom.actors, where=places.places, when=when.when)
    return finished(claim, (*who.evidence, *whom.evidence, *places.evidence, *when.evidence))


def status(region: Region) -> Status:
    """The status by the words of the trigger table, and by the speaker's verb; a plan where neither says."""
    spoken = next((a.status for a in region.voice if a.status in STATUSES), None)
    if spoken is not None:
        return spoken
    hits = {h.label for h in region.note.hits}
    return next((s for s in STATUSES if s in hits), "planned")
