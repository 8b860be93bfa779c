"""Statistic claims: figures over many incidents or a whole period. They never become incidents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from marsad.coding import arguments
from marsad.coding.claims import base_claim, finished, with_type
from marsad.coding.counts import CountMention
from marsad.coding.incidents import spread_out, strongest
from marsad.coding.labels import SUB_EVENT
from marsad.coding.scene import Region, Scene, cite, regions
from marsad.coding.tolls import PART, counted
from marsad.model import Claim, Evidence, Place, Value, When

OWNED = re.compile(
    r"\b(?:its|the (?:town|city|camp|village)(?:'s|’s)?) (?:\w+ )?(?:\d|inhabitants|residents|people|population)", re.IGNORECASE
)
WIDE = re.compile(r"\b(?:war|country|nationwide|conflict|invasion|coup|uprising|million|across)\b", re.IGNORECASE)
SO_FAR = re.compile(r"\b(?:so far|since then|to date|until now|as of now)\b", re.IGNORECASE)
MEASURES = {"reached": "people_reached", "in_need": "people_in_need"}


def figures(scene: Scene, number: int, before: Sequence[Claim], *, least: float) -> Iterator[Claim]:
    """The statistic claims of sentence `number`: one for each figure, or one without a figure ("almost daily strikes").

    `before` are the claims made so far: figures that go on with those of the sentence before share its place and period.
    """
    note, said = scene.notes.sentences[number], scene.reading.sentences[number]
    parts_only = note.counts and all(m.subset or PART.search(m.words) for m in note.counts)
    if parts_only or (said.tells["statistic"] < least and not spread_out(note)):
        return
    for region in regions(scene, note, said, scope="statistic"):
        mentions = counted(scene, region, "statistic")
        whole = [m for m in mentions if not m.subset and not (m.low is None and m.high is None)]
        vague = [
            m
            for m in whole
            if not any(c.isdigit() for c in m.words) and m.low != m.high and len(whole) > 1 and (m.high or 0) < 1000
        ]
        chosen = [m for m in whole if m not in vague]
        for mention in chosen:
            parts = [m for m in mentions if m is not mention and (m.subset or m in vague) and len(chosen) == 1]
            yield _figure(scene, region, mention, parts, _gone_on_with(scene, number, region, before))
        named = any(h.strength == 3 and h.label in SUB_EVENT for h in note.hits)
        if not chosen and said.tells["statistic"] >= 0.6 and not note.counts and named:
            yield _figure(scene, region, None, [], None)


def _gone_on_with(scene: Scene, number: int, region: Region, before: Sequence[Claim]) -> Claim | None:
    """The statistic of the sentence before, where the same voice goes on with its figures."""
    last = before[-1] if before else None
    if last is None or last.scope != "statistic" or number == 0:
        return None
    previous = scene.notes.sentences[number - 1].sentence
    stands = next(e for e in last.evidence if e.field == "claim")
    mine = region.voice[0].name if region.voice else None
    theirs = last.according_to[0].name if last.according_to else None
    return last if previous.start <= stands.start < previous.end and mine in (None, theirs) else None


def _period(scene: Scene, region: Region, number: int) -> arguments.Told:
    """The region's own period; for "so far" that of the war which the sentence before dates."""
    own = arguments.period(scene, region)
    if own.when.first or own.when.last or number == 0 or not SO_FAR.search(scene.text[region.start : region.end]):
        return own
    note = scene.notes.sentences[number - 1]
    whole = ((note.sentence.start, note.sentence.end),)
    return arguments.period(scene, Region(note=note, said=scene.reading.sentences[number - 1], pieces=whole))


def _figure(
    scene: Scene, region: Region, mention: CountMention | None, others: Sequence[CountMention], earlier: Claim | None
) -> Claim:
    who, whom = arguments.actors(scene, region, "who"), arguments.actors(scene, region, "whom")
    if mention is not None and len(who.actors) > 1:
        who = arguments.nearest_before(who, region.note.sentence.start + mention.start)
    places, when = arguments.places(scene, region), _period(scene, region, region.note.sentence.index)
    where, cited = (places.places, places.evidence) if places.places else _story_area(scene, region)
    if earlier is not None and not places.places:
        where, cited = earlier.where, tuple(e for e in earlier.evidence if e.field == "where")
    if earlier is not None and not when.when.first:
        when = arguments.Told(when=earlier.when, evidence=tuple(e for e in earlier.evidence if e.field == "when"))
    counts = arguments.as_counts(scene, region, [*([mention] if mention else []), *others])
    kind = strongest([h for h in region.note.hits if h.strength == 3], SUB_EVENT)
    claim = with_type(base_claim(scene, region, scope="statistic", confidence=region.said.tells["statistic"]), kind)
    claim = replace(
        claim,
        measure=MEASURES.get(mention.effect, mention.effect) if mention else "incidents",
        value=Value(low=mention.low, high=mention.high, words=mention.words) if mention else None,
        who=who.actors,
        whom=whom.actors,
        where=where,
        when=when.when if when.when.first or when.when.last else When(),
        counts=counts.counts,
    )
    return finished(claim, (*who.evidence, *whom.evidence, *cited, *when.evidence, *counts.evidence))


def _story_area(scene: Scene, region: Region) -> tuple[tuple[Place, ...], tuple[Evidence, ...]]:
    """Where a figure names no place: the town that "its" goes back to, else the story's country, else the region named last."""
    named = [m for n in scene.notes.sentences for m in n.places if m.place is not None and not m.dateline]
    if OWNED.search(scene.text[region.start : region.end]):
        named = [m for m in named if m.start < region.start][-1:]
        return tuple(m.place for m in named if m.place), tuple(cite(scene.text, "where", m.start, m.end) for m in named)
    mentions = [m for m in named if m.place is not None and m.place.precision == 3]
    country = [m for m in mentions if m.place is not None and m.place.id == f"iso:{scene.country}"]
    if country and WIDE.search(scene.text[region.start : region.end]):
        mentions = country
    before = [m for m in mentions if m.start < region.end]
    chosen = before[-1:] or mentions[:1]
    return (
        tuple(m.place for m in chosen if m.place is not None),
        tuple(Evidence(field="where", start=m.start, end=m.end, quote=scene.text[m.start : m.end]) for m in chosen),
    )
