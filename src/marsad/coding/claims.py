"""Making claims: ids, evidence in order, the names of the codebook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from marsad.codebook.words import EVENT_TYPE_OF
from marsad.coding.scene import Region, Scene, cite, speakers
from marsad.language.text import dateline_end
from marsad.model import Claim, Evidence, Status, plain, stable_id

ORDER = ("claim", "who", "whom", "where", "when", "according_to")


def base_claim(
    scene: Scene, region: Region, *, scope: str, confidence: float, status: Status = "happened", ongoing: bool = False
) -> Claim:
    """A claim with its sentence, its speakers and its stance; the values are put in by `replace`."""
    first, last = region.words or (region.start, region.end)
    first += dateline_end(scene.text[first:last])
    evidence = [cite(scene.text, "claim", first, last)]
    if region.voice:
        voice = region.voice[0]
        evidence.append(cite(scene.text, "according_to", voice.speaker_start, voice.speaker_end))
    return Claim(
        id="",
        report=scene.notes.report.id,
        scope=scope,  # type: ignore[arg-type]
        according_to=speakers(region.voice),
        stance=region.stance,  # type: ignore[arg-type]
        status="ongoing" if ongoing else status,
        evidence=tuple(evidence),
        confidence=round(max(0.01, min(0.99, confidence)), 3),
    )


def with_type(claim: Claim, sub_event_type: str | None) -> Claim:
    """The claim with a sub-event type and the event type that it belongs to."""
    return replace(claim, sub_event_type=sub_event_type, event_type=EVENT_TYPE_OF[sub_event_type] if sub_event_type else None)


def finished(claim: Claim, evidence: Iterable[Evidence]) -> Claim:
    """The claim with all its evidence in order, each once, and its id: a hash of what it says and where it stands."""
    whole = {(e.field, e.start, e.end): e for e in (*claim.evidence, *evidence) if e.end > e.start}
    ordered = tuple(sorted(whole.values(), key=_place))
    bare = plain(replace(claim, evidence=ordered, id="", confidence=0.0))
    return replace(claim, evidence=ordered, id=stable_id("clm", bare))


def _place(evidence: Evidence) -> tuple[int, str, int, int]:
    rank = ORDER.index(evidence.field) if evidence.field in ORDER else len(ORDER)
    return rank, evidence.field, evidence.start, evidence.end


def distinct(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """The claims without repeats of one id, in order."""
    return tuple({c.id: c for c in claims}.values())
