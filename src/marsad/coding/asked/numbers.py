"""The number in quoted words: by the grammar of counting, never by what the server makes of it."""

from __future__ import annotations

import re

from marsad.coding.asked.quotes import Offsets
from marsad.coding.asked.support import Doubt
from marsad.coding.counted import COUNTED
from marsad.coding.counts import CountMention
from marsad.coding.effects import find_triggers
from marsad.coding.notes import Note
from marsad.coding.scene import Scene
from marsad.language.numbers import NUMBER, read_number
from marsad.language.quantities import find_quantities

LEAST_EFFECT = 0.3
ONE = re.compile(r"(?i:an?|one|another|the|his|her|their|its)\s|[A-Z]")
SEVERAL = re.compile(r"(?:[^s]s|men|people|children|police)$", re.IGNORECASE)


def read_figure(scene: Scene, at: Offsets, effect: str, low: int | None, high: int | None) -> CountMention | Doubt:
    """The count that stands at `at`, offsets into the report.

    A doubt where the words hold no number, or not the server's `low` and `high`, or where the sentence says something else of it
    than `effect`.
    """
    note = next(n for n in scene.notes.sentences if n.sentence.start <= at[0] < n.sentence.end)
    words = scene.text[slice(*at)]
    read = _mention(note, at, effect) or _quantity(note, at, effect) or _single(note, at, words, effect)
    if read is None:
        return Doubt(code="number_not_in_quote", message=f"dropped {words[:60]!r}: the words hold no number")
    known = {read.low, read.high, *_numbers(read.words), *_numbers(words)}
    if any(n is not None and n not in known for n in (low, high)):
        said = "-".join(str(n) for n in (low, high) if n is not None)
        return Doubt(code="number_not_in_quote", message=f"dropped {words[:60]!r}: the number given, {said}, is not in it")
    base = note.sentence.start
    if not _befell(scene, note, read, effect):
        return Doubt(code="not_supported", message=f"dropped {words[:60]!r} as {effect}: the sentence does not say so")
    return CountMention(
        start=base + read.start, end=base + read.end, words=read.words, effect=effect, who=read.who, low=read.low, high=read.high
    )


def _mention(note: Note, at: Offsets, effect: str) -> CountMention | None:
    start, end = at[0] - note.sentence.start, at[1] - note.sentence.start
    inside = [c for c in note.counts if c.start < end and start < c.end]
    return max(inside, key=lambda c: (c.effect == effect, min(c.end, end) - max(c.start, start), -c.start), default=None)


def _quantity(note: Note, at: Offsets, effect: str) -> CountMention | None:
    start, end = at[0] - note.sentence.start, at[1] - note.sentence.start
    for q in find_quantities(note.sentence.text):
        if q.start < end and start < q.end and q.kind in COUNTED:
            return CountMention(start=q.start, end=q.end, words=q.words, effect="", who=q.noun, low=q.low, high=q.high)
    return None


def _single(note: Note, at: Offsets, words: str, effect: str) -> CountMention | None:
    """One person, told of with an article or a name: "a nurse"."""
    if not ONE.match(words) or SEVERAL.search(words) or any(c.isdigit() for c in words):
        return None
    base = note.sentence.start
    return CountMention(start=at[0] - base, end=at[1] - base, words=words, effect="", who=words, low=1, high=1)


def _befell(scene: Scene, note: Note, read: CountMention, effect: str) -> bool:
    """Whether the grammar, the local reader or, where neither has another opinion, a word of the sentence gives the effect."""
    base = note.sentence.start
    if read.effect == effect or scene.part(effect, base + read.start, base + read.end) >= LEAST_EFFECT:
        return True
    return not read.effect and any(effect == e for t in find_triggers(note.sentence.text) for e, _ in t.readings)


def _numbers(words: str) -> set[int]:
    found = (read_number(m.group()) for m in NUMBER.finditer(words))
    return {n for n in found if isinstance(n, int)}
