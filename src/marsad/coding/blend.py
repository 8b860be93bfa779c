"""The reader's answers weighed together with the words of the trigger table: a rare word that is sure can decide."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from marsad.codebook.rulings import state_order
from marsad.coding.reading import Reading, SentenceReading
from marsad.coding.triggers import Hit

STRONG = 3
LEAST = 0.03
DENIED = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much a trigger of full strength adds to the log-odds of a type or a state. Chosen on the reports held out of training;
    adding to those of an incident or a condition was tried and gained nothing."""

    sub_event: float = 2.0
    state: float = 1.6


def blend(reading: Reading, hits: Sequence[Sequence[Hit]], weights: Weights) -> Reading:
    """The reading with each sentence's triggers weighed in; `hits` are those of each sentence in order."""
    sentences = tuple(
        _sentence(s, found, weights) for s, found in zip(reading.sentences, hits, strict=True)
    )
    return replace(reading, sentences=sentences)


def _sentence(said: SentenceReading, found: Sequence[Hit], weights: Weights) -> SentenceReading:
    hits = {h.label: h.strength for h in found}
    raised = {k: v * math.exp(weights.sub_event * hits[k] / STRONG) if k in hits else v for k, v in said.sub_event.items()}
    total = sum(raised.values())
    states = {k: _shifted(v, weights.state * hits[k] / STRONG) if k in hits else v for k, v in said.states.items()}
    for winner, loser in state_order():
        if hits.get(winner) == STRONG and said.states[winner] >= LEAST:
            states[loser] = min(states[loser], states[winner] / 2)
    for hit in found:
        if hit.words.lower().endswith(" not") and hit.label in states:
            rivals = [k for k in states if k.split(":")[0] == hit.label.split(":")[0]]
            states = {**states, **{k: states[k] / 2 for k in rivals}, hit.label: max(states[hit.label], DENIED)}
    return SentenceReading(tells=said.tells, sub_event={k: v / total for k, v in raised.items()}, states=states)


def _shifted(chance: float, by: float) -> float:
    if by == 0.0 or not 0.0 < chance < 1.0:
        return chance
    return 1.0 / (1.0 + math.exp(-math.log(chance / (1.0 - chance)) - by))
