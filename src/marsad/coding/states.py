"""Condition claims: crossings, sieges, territory, corridors, deliveries and truces, as they stand or as they change."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from marsad.coding import arguments
from marsad.coding.claims import base_claim, finished
from marsad.coding.memory import Memory
from marsad.coding.reading import SentenceReading
from marsad.coding.scene import Region, Scene, cite, regions
from marsad.coding.tolls import counted
from marsad.model import Claim, Evidence, Place, State, When
from marsad.places import unnamed

ONE_A_TOWN = ("siege",)
CHANGES_HANDS = (
    "Government regains territory",
    "Non-state actor overtakes territory",
    "Non-violent transfer of territory",
)
STANDING = ("besieged", "closed", "held", "blocked", "restricted")
SECOND = 0.25
NOWHERE = ("ceasefire",)
"""A truce that the sentence puts nowhere holds for the whole war: no place told earlier is taken for it."""
SURE = 0.85
ATTACKED = "aid_delivery:attacked"
SIEGE = re.compile(r"\b(?:siege|blockade|encirclement|besieg\w+|encircl\w+|surround\w+)\b", re.IGNORECASE)
SIEGES = re.compile(r"\b(?:the|both|these|those) (?:two )?(?:sieges|cities|towns|camps|blockades)\b", re.IGNORECASE)
THESE = re.compile(r"\b(?:these|those|both|the two|the) (?:\w+ )?(?:cities|towns|villages|camps|places)\b", re.IGNORECASE)
HOLDER = "government"


def states(
    scene: Scene,
    number: int,
    memory: Memory,
    told: Sequence[Claim],
    *,
    before: Sequence[Claim] = (),
    least: float,
    least_state: float,
) -> Iterator[Claim]:
    """The condition claims of sentence `number`; `told` are the incident claims that it made, `before` all claims so far."""
    note, said = scene.notes.sentences[number], scene.reading.sentences[number]
    chosen = [s for s, chance in said.states.items() if chance >= least_state] if said.tells["condition"] >= least else []
    if said.tells["condition"] >= least and not chosen:
        best = max(said.states, key=lambda s: said.states[s])
        chosen = [best] if said.states[best] >= (0.08 if said.tells["condition"] >= SURE else 0.2) else []
    if not chosen and any(c.sub_event_type in CHANGES_HANDS and c.stance == "asserts" for c in told):
        chosen = ["territory:held"]
    if any(h.label == ATTACKED and h.strength == 3 for h in note.hits) and any(c.stance == "asserts" for c in told):
        chosen = [*(c for c in chosen if not c.startswith("aid_delivery:")), ATTACKED]
        said = replace(said, states={**said.states, ATTACKED: max(said.states[ATTACKED], 0.6)})
    chosen = _one_each(chosen, said)
    if not chosen:
        return
    for region in regions(scene, note, said, scope="condition"):
        for label in chosen:
            yield from _state(scene, region, label, memory, told, before)


def _one_each(chosen: Sequence[str], said: SentenceReading) -> list[str]:
    """The likeliest state of each subject; of further subjects only the likely."""
    ranked = sorted(chosen, key=lambda s: (-said.states[s], s))
    kept: list[str] = []
    for state in ranked:
        if all(state.split(":")[0] != k.split(":")[0] for k in kept) and (not kept or said.states[state] >= SECOND):
            kept.append(state)
    if any(k.startswith("siege:") for k in kept):
        kept = [k for k in kept if not k.startswith("territory:") or said.states[k] >= 0.9]
    return kept


def _state(
    scene: Scene, region: Region, label: str, memory: Memory, told: Sequence[Claim], before: Sequence[Claim]
) -> Iterator[Claim]:
    subject, state = label.split(":")
    places = arguments.places(scene, region, most=4)
    where, cited = (places.places, places.evidence) if places.places else _earlier_place(scene, region, told, subject)
    if subject == "siege" and not places.places and SIEGES.search(scene.text, region.start, region.end):
        where, cited = _besieged_before(before) or (where, cited)
    when = arguments.stood_when(scene, region)
    who = arguments.actors(scene, region, "who", kind=HOLDER)
    taker = arguments.taken_by(scene, region)
    who = taker if taker.actors and subject in ("territory", "siege", "border_crossing") else who
    if subject == "territory" and told and told[0].sub_event_type in CHANGES_HANDS and told[0].who:
        who = arguments.Told(actors=told[0].who, evidence=tuple(e for e in told[0].evidence if e.field == "who"))
    holder, holder_cited = who.actors, who.evidence
    if not holder and told and subject == "territory":
        holder, holder_cited = told[0].who, tuple(e for e in told[0].evidence if e.field == "who")
    if subject == "siege" and len(holder) > 1:
        besieger = arguments.nearest_to(who, SIEGE.search(scene.text, region.start, region.end))
        holder, holder_cited = besieger.actors, besieger.evidence
    whom = arguments.actors(scene, region, "whom", kind=HOLDER)
    mentions = counted(scene, region, "condition") if subject in ("aid_delivery", "corridor") else []
    counts = arguments.as_counts(scene, region, mentions)
    said = region.said
    chance = said.tells["condition"] * (said.states[label] ** 0.5)
    lasts = any(t.role in ("since", "duration") for t in region.note.times) and state in STANDING
    ongoing = lasts or said.tells["condition:ongoing"] > said.tells["condition:happened"]
    for group in _groups(subject, where):
        claim = base_claim(scene, region, scope="condition", confidence=chance, ongoing=ongoing)
        claim = replace(
            claim,
            condition=State(subject=subject, state=state),
            who=holder,
            whom=whom.actors if subject == "aid_delivery" else (),
            where=group,
            when=when.when or When(),
            counts=counts.counts,
        )
        yield finished(claim, (*holder_cited, *_for(group, where, cited), *when.evidence, *counts.evidence))


def _groups(subject: str, where: tuple[Place, ...]) -> list[tuple[Place, ...]]:
    """One claim a town for a siege; one for all places otherwise."""
    if subject in ONE_A_TOWN and len([p for p in where if p.precision == 1]) >= 2:
        return [(p,) for p in where if p.precision == 1]
    return [where]


def _for(group: tuple[Place, ...], where: tuple[Place, ...], cited: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    if len(group) == len(where) or len(cited) != len(where):
        return cited
    return tuple(e for p, e in zip(where, cited, strict=True) if p in group)


def _besieged_before(before: Sequence[Claim]) -> tuple[tuple[Place, ...], tuple[Evidence, ...]] | None:
    """The towns whose sieges were told of last, in one sentence: "the sieges", "these cities"."""
    told = [c for c in before if c.condition is not None and c.condition.subject == "siege" and c.where]
    if not told:
        return None
    stands = [e for e in told[-1].evidence if e.field == "claim"]
    group = [c for c in told if [e for e in c.evidence if e.field == "claim"] == stands]
    where = tuple(dict.fromkeys(p for c in group for p in c.where))
    return where, tuple(dict.fromkeys(e for c in group for e in c.evidence if e.field == "where"))


def _earlier_place(
    scene: Scene, region: Region, told: Sequence[Claim], subject: str
) -> tuple[tuple[Place, ...], tuple[Evidence, ...]]:
    """Where the sentence names no place: that of its incident, else the place named last."""
    for claim in told:
        if claim.where:
            return claim.where, tuple(e for e in claim.evidence if e.field == "where")
    if subject in NOWHERE:
        return (), ()
    mentions = [
        m for n in scene.notes.sentences for m in n.places if m.place is not None and m.start < region.start and not m.dateline
    ]
    if mentions and subject in ("border_crossing", "corridor", "territory") and unnamed(scene.text, region.start, region.end):
        return (), ()
    if THESE.search(scene.text[region.start : region.end]):
        several = [[m for m in n.places if m.place is not None and m.place.precision == 1] for n in scene.notes.sentences]
        several = [ms for ms in several if len(ms) >= 2 and ms[0].start < region.start]
        if several:
            return (
                tuple(m.place for m in several[-1] if m.place is not None),
                tuple(cite(scene.text, "where", m.start, m.end) for m in several[-1]),
            )
    mentions = [m for m in mentions if m.place and m.place.precision != 3] or mentions
    chosen = mentions[-1:] or [m for m in scene.notes.reading.mentions if m.dateline and m.place is not None][:1]
    return (
        tuple(m.place for m in chosen if m.place is not None),
        tuple(Evidence(field="where", start=m.start, end=m.end, quote=scene.text[m.start : m.end]) for m in chosen),
    )
