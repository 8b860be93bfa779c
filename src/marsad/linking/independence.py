"""Which claims of a fold depend on each other: copies of one story, one speaker under two names, one owner with two addresses."""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable, Sequence

from marsad.linking.clusters import components
from marsad.linking.facts import Facts
from marsad.linking.names import fold
from marsad.linking.tables import institutions

SENTENCE = 60


def settle(facts: Sequence[Facts]) -> list[Facts]:
    """The facts in the order given, `voice` the same for all that depend on each other, `seen` of a copy the day of the story.

    In its own voice a report depends on those of the same owner, on copies of the same story and on those that tell it in the
    same sentence. A speaker is one under a longer and a shorter name of one body ("the hospital", "Wad Madani hospital").
    """
    if len(facts) < 2:
        return list(facts)
    names = _one_body(facts)
    places: dict[Hashable, int] = {}
    edges = [(i, places.setdefault(key, i)) for i, f in enumerate(facts) for key in _dependence(f, names)]
    voices: dict[int, str] = {}
    for group in components(len(facts), edges):
        voice = min(names.get(facts[i].voice, facts[i].voice) for i in group)
        voices.update(dict.fromkeys(group, voice))
    days: dict[Hashable, int] = {}
    for i, f in enumerate(facts):
        for key in _story(f, voices[i]):
            if f.seen is not None:
                days[key] = min(days.get(key, f.seen), f.seen)
    return [
        dataclasses.replace(f, voice=voices[i], seen=min((days[k] for k in _story(f, voices[i]) if k in days), default=f.seen))
        for i, f in enumerate(facts)
    ]


def _dependence(facts: Facts, names: dict[str, str]) -> list[Hashable]:
    if facts.claim.according_to:
        return [("speaker", names.get(facts.voice, facts.voice))]
    keys: list[Hashable] = [("owner", facts.voice), ("family", facts.family)]
    said = _said(facts)
    return [*keys, ("words", said)] if said else keys


def _said(facts: Facts) -> str | None:
    """The claim's own sentence, where it is long enough that two writers would not hit on it."""
    said = " ".join(fold(e.quote) for e in facts.claim.evidence if e.field == "claim")
    return said if len(said) >= SENTENCE else None


def _story(facts: Facts, voice: str) -> list[Hashable]:
    told = (voice, facts.claim.stance, facts.killed, facts.injured, facts.claim.condition)
    said = _said(facts)
    return [("family", facts.family, *told), *([("words", said, *told)] if said else [])]


def _one_body(facts: Sequence[Facts]) -> dict[str, str]:
    """For the shorter name of a body its longer one, where a fold knows just one such."""
    spoken = {(f.voice, f.role) for f in facts if f.claim.according_to}
    words = {voice: frozenset(w.removesuffix("s") for w in voice.split()) for voice, _ in spoken}
    found: dict[str, str] = {}
    for voice, role in sorted(spoken):
        if words[voice].isdisjoint(institutions()):
            continue
        wider = {other for other, its in spoken if its == role and words[voice] < words[other]}
        longest = [w for w in wider if not any(words[w] < words[o] for o in wider)]
        if len(longest) == 1:
            found[voice] = longest[0]
    return found
