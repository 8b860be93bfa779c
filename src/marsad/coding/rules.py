"""The reader without a learned model: the trigger table alone. The baseline that the encoder is measured against."""

from __future__ import annotations

from collections.abc import Mapping

from marsad.coding.labels import SENTENCE, STATE, SUB_EVENT
from marsad.coding.notes import Note, Notes
from marsad.coding.reading import Reading, SentenceReading

UNREAL = ("planned", "threatened", "hypothetical")
CHANCE = {0: 0.05, 1: 0.3, 2: 0.55, 3: 0.8}


def read_by_rules(notes: Notes) -> Reading:
    """Sentences by their trigger words and counts; parts of words are left to the grammar of the region."""
    return Reading(sentences=tuple(_sentence(n) for n in notes.sentences))


def _sentence(note: Note) -> SentenceReading:
    hits = {h.label: h.strength for h in note.hits}
    harmed = any(c.effect in ("killed", "injured", "abducted") for c in note.counts)
    event = max((hits[k] for k in SUB_EVENT if k in hits), default=0)
    figure = bool(note.counts) and "statistic" in hits and not any(t.precision == "day" for t in note.times)
    unreal = any(k in hits for k in UNREAL)
    incident = CHANCE[event] + 0.1 * harmed - 0.35 * figure - 0.3 * unreal - 0.3 * ("sport_or_figure" in hits and event < 3)
    states = {k: CHANCE[hits.get(k, 0)] - 0.3 * unreal for k in STATE}
    tells: dict[str, float] = dict.fromkeys(SENTENCE, 0.0)
    tells.update(
        incident=incident,
        statistic=0.8 if figure else 0.1,
        condition=max(states.values()),
        attributed=1.0,
        told_before=0.6 if not note.places and not note.times else 0.2,
    )
    return SentenceReading(tells=tells, sub_event=_shares(hits), states=states)


def _shares(hits: Mapping[str, int]) -> dict[str, float]:
    weights = {k: 3.0 ** hits.get(k, 0) for k in SUB_EVENT}
    total = sum(weights.values())
    return {k: v / total for k, v in weights.items()}
