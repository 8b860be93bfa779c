"""How many people and things, and what befell them: the counts of one sentence, by the words that stand around the number."""

# ruff: noqa: E501
from __future__ import annotations

import re
from dataclasses import replace

from marsad.coding.befallen import direct_counts
from marsad.coding.count_phrases import (
    convoy_counts,
    listed_counts,
    nobody_counts,
    ordinal_counts,
    part_of,
    strike_counts,
    subset_counts,
    taken_counts,
    toll_counts,
    uncounted_counts,
)
from marsad.coding.counted import counted_slots
from marsad.coding.effects import CountMention, find_triggers

__all__ = ["CountMention", "find_counts"]

MAX_SENTENCE = 3000


def find_counts(sentence: str) -> tuple[CountMention, ...]:
    """The counts of a sentence, in its order.

    >>> [(c.words, c.effect, c.low, c.high) for c in find_counts("27 people were killed and at least 73 wounded.")]
    [('27 people', 'killed', 27, 27), ('at least 73 wounded', 'injured', 73, None)]
    """
    sentence = sentence[:MAX_SENTENCE]
    triggers = find_triggers(sentence)
    slots = counted_slots(sentence, triggers)
    found = [
        *ordinal_counts(sentence),
        *(c for c in toll_counts(sentence, slots, triggers) if c.update),
        *taken_counts(sentence, slots),
        *direct_counts(sentence, slots, triggers),
        *toll_counts(sentence, slots, triggers),
        *uncounted_counts(sentence, triggers),
        *nobody_counts(sentence, triggers),
        *listed_counts(sentence, slots, triggers),
        *convoy_counts(sentence), *strike_counts(sentence),
    ]
    found = [part_of(sentence, c) for c in _distinct(found)]
    found = _distinct([*found, *subset_counts(sentence, slots, found, triggers)])
    several = bool(SEVERAL.search(sentence))
    return tuple(replace(c, total_of_several=several) for c in sorted(found, key=lambda c: (c.start, c.end)))


SEVERAL = re.compile(
    r"\b(?:various|several|separate|series of|wave of|spate of)\s+(?:\w+\s+)?(?:attacks|strikes|raids|incidents|assaults|clashes)|\bsince\b|\bso far\b"
    r"|\b(?:in|over) the (?:past|last)\b|\b(?:this|last) (?:year|month|week)\b|\bacross the (?:country|region|state)\b|\bnationwide\b",
    re.I,
)


def _distinct(found: list[CountMention]) -> list[CountMention]:
    kept: list[CountMention] = []
    for count in found:
        rival = next((k for k in kept if k.start < count.end and count.start < k.end), None)
        if rival is None or (
            count.low == count.high == rival.low == 0 and count.effect != rival.effect and rival.start == count.start
        ):
            kept.append(count)
        elif count.low == count.high == 0 and rival.high == 0:
            kept[kept.index(rival)] = count
    return kept
