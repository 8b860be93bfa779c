"""The counts of a region: what the grammar of counting found, and what the reader marks that grammar has no rule for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from marsad.coding.counts import CountMention
from marsad.coding.labels import EFFECTS
from marsad.coding.reading import whole_words
from marsad.coding.scene import Region, Scene
from marsad.language.quantities import Quantity, find_quantities

SURE = 0.5
ONE = re.compile(r"(?i:an?|one|another|the|his|her|their|its)\s|[A-Z]")
PART = re.compile(r"\bof (?:the (?:dead|killed|victims|wounded|injured|missing)|them|those|whom)\b", re.IGNORECASE)
PLURAL = re.compile(r"\w(?:s|men|women|children|people|police)$", re.IGNORECASE)


def counted(scene: Scene, region: Region, scope: str) -> list[CountMention]:
    """The counts of a region that belong to a claim of `scope`, in the order of the text, offsets into its sentence."""
    base = region.note.sentence.start
    inside = [c for c in region.note.counts if region.holds(base + c.start, base + c.end)]
    rival = scope == "statistic" or region.said.tells["statistic"] >= 0.5
    chosen = [_with_effect(scene, base, c) for c in inside if not rival or _of_scope(scene, base + c.start, base + c.end, scope)]
    more = [c for c in _marked(scene, region, chosen) if not rival or _of_scope(scene, base + c.start, base + c.end, scope)]
    return sorted([*chosen, *more], key=lambda c: (c.start, c.end, c.effect))


def _of_scope(scene: Scene, start: int, end: int, scope: str) -> bool:
    chances = {name: scene.reading.part(name, start, end) for name in ("incident", "statistic", "condition")}
    known = {name: value for name, value in chances.items() if value is not None}
    return not known or known[scope] >= 0.35 or known[scope] == max(known.values())


def _with_effect(scene: Scene, base: int, mention: CountMention) -> CountMention:
    """The mention with the effect that the reader is sure of, where it contradicts the grammar."""
    if PART.search(mention.words):
        mention = replace(mention, subset=True)
    if mention.negated or mention.high == 0 or mention.anaphor:
        return mention
    chances = {effect: scene.part(effect, base + mention.start, base + mention.end) for effect in EFFECTS}
    best = max(EFFECTS, key=lambda e: chances[e])
    return replace(mention, effect=best) if chances[best] >= 0.6 and chances[mention.effect] < 0.15 else mention


def _marked(scene: Scene, region: Region, known: Sequence[CountMention]) -> list[CountMention]:
    """Counts that the reader marks and the grammar missed: their number, else one for a single person."""
    sentence = region.note.sentence
    quantities = find_quantities(sentence.text)
    found: list[CountMention] = []
    for effect in EFFECTS:
        for start, end in scene.reading.stretches(effect, region.start, region.end, least=SURE):
            whole = whole_words(scene.text, start, end)
            first, last = whole[0] - sentence.start, whole[1] - sentence.start
            if last - first < 3 or any(c.start < last and first < c.end and c.effect == effect for c in known):
                continue
            inside = [
                q
                for q in quantities
                if q.start < last and first < q.end and q.kind in ("people", "number", "other", "vehicles", "occurrences")
            ]
            mention = _from_number(inside[0], effect) if inside else _single(sentence.text, first, last, effect)
            if mention is not None and not any(c.start < mention.end and mention.start < c.end for c in known):
                found.append(mention)
    return found


def _from_number(quantity: Quantity, effect: str) -> CountMention:
    return CountMention(
        start=quantity.start,
        end=quantity.end,
        words=quantity.words,
        effect=effect,
        who=quantity.noun,
        low=quantity.low,
        high=quantity.high,
    )


def _single(text: str, first: int, last: int, effect: str) -> CountMention | None:
    words = text[first:last].strip(" ,.;")
    if effect in ("incidents", "trucks", "in_need", "reached") or not ONE.match(words) or len(words) > 80 or PLURAL.search(words):
        return None
    return CountMention(start=first, end=first + len(words), words=words, effect=effect, who=words, low=1, high=1)
