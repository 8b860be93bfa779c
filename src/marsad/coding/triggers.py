"""Where the trigger table's words stand in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from marsad.codebook.sieve import Sieve
from marsad.codebook.triggers import triggers


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A trigger in a sentence; offsets count from the sentence's start."""

    label: str
    strength: int
    start: int
    end: int
    words: str


LONGEST = 1200


def find_triggers(sentence: str) -> tuple[Hit, ...]:
    """Every label with its strongest, then first, hit in the sentence, in the order of the table.

    Text after the first 1,200 characters of a sentence is not looked at.

    >>> [(h.label, h.words) for h in find_triggers("A suicide bomber attacked a mosque.") if h.strength == 3]
    [('Suicide bomb', 'suicide bomber')]
    """
    text = lower(sentence[:LONGEST])
    best: dict[str, Hit] = {}
    table = triggers()
    for number in _sieve().passing(text):
        trigger = table[number]
        if trigger.label in best and best[trigger.label].strength >= trigger.strength:
            continue
        found = trigger.pattern.search(text)
        if found:
            hit = Hit(
                label=trigger.label,
                strength=trigger.strength,
                start=found.start(),
                end=found.end(),
                words=sentence[found.start() : found.end()],
            )
            best[trigger.label] = hit
    return tuple(best.values())


@cache
def _sieve() -> Sieve:
    return Sieve([t.pattern for t in triggers()])


def lower(text: str) -> str:
    """The text in lower case, character for character: offsets stay."""
    plain = text.lower()
    return plain if len(plain) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
