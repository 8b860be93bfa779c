"""Incident claims: one for each sentence, speaker and stance that tells of something that happened."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from marsad.codebook.rulings import vetoes
from marsad.coding import arguments
from marsad.coding.attribution import speaker_for
from marsad.coding.claims import base_claim, finished, with_type
from marsad.coding.counts import CountMention
from marsad.coding.memory import Incident, Memory, apart, other_days
from marsad.coding.notes import Note
from marsad.coding.parties import PROTESTS, RIOTS, TAKES, by_parties, graver, in_role
from marsad.coding.reading import SentenceReading
from marsad.coding.scene import Region, Scene, regions
from marsad.coding.things import find_targets, find_weapons
from marsad.coding.tolls import counted
from marsad.coding.triggers import Hit, lower
from marsad.model import Actor, Claim, Evidence, Place, Report, When

CROWDS = (
    "Peaceful protest", "Protest with intervention", "Excessive force against protesters", "Violent demonstration",
    "Mob violence",
)  # fmt: skip
SURE = 0.9
DIPLOMATIC = ("Agreement",)
YEAR = 365
VIOLENT = (
    "Armed clash", "Attack", "Air/drone strike", "Shelling/artillery/missile attack", "Suicide bomb", "Grenade",
    "Chemical weapon", "Remote explosive/landmine/IED", "Abduction/forced disappearance", "Sexual violence",
)  # fmt: skip
NOWHERE = ("Change to group/activity",)
"""What need not be done at any one place: without a place of its own it gets none of the story's."""
REACH = 500
MEANT, NONE_HURT = 0.4, 0.3
"""How sure the reader has to be that a number is of the dead: less where it is nobody."""
PASSAGES = ("border_crossing", "corridor")
SPREAD = re.compile(
    r"\b(?:strikes|attacks|raids|bombings|clashes|shelling) "
    r"(?:across(?! the (?:border|line|river|frontier|bridge))|throughout|all over|on several|in several|in various)\b"
    r"|\b(?:various|separate|multiple) (?:\w+ )?(?:attacks|strikes|raids|incidents|places)\b"
    r"|\bin \d+ (?:\w+ )?(?:cities|towns|villages)\b",
    re.IGNORECASE,
)
HERE = re.compile(r"\bhere\b", re.IGNORECASE)
HARM = ("killed", "injured", "displaced", "abducted", "detained")


def incidents(scene: Scene, number: int, memory: Memory, *, least: float) -> Iterator[Claim]:
    """The incident claims of sentence `number`. `least` is the probability under which a sentence tells of none."""
    note, said = scene.notes.sentences[number], scene.reading.sentences[number]
    if said.tells["incident"] < (0.15 if _changes_hands(note, said) else least) or _only_a_figure(note, said):
        return
    if _unworded(note, said):
        return
    if vetoed(note) or unreal(scene, note) or _only_relieved(note, said) or _only_a_state(note, said):
        return
    for region in regions(scene, note, said, scope="incident"):
        yield _incident(scene, region, memory)


def _changes_hands(note: Note, said: SentenceReading) -> bool:
    """Whether the sentence tells that a place is held because it was taken: the contract has the incident too."""
    taken = any(h.strength == 3 and h.label in TAKES for h in note.hits)
    return taken and said.states["territory:held"] >= 0.5 and said.tells["condition:happened"] > said.tells["condition:ongoing"]


def _unworded(note: Note, said: SentenceReading) -> bool:
    """Whether the likeliest type is a protest or a riot and no word of the sentence is of one: a ceremony, a funeral, a queue."""
    kind = max(said.sub_event, key=lambda k: said.sub_event[k])
    if kind not in CROWDS or max(said.tells["incident"], said.tells["told_before"], said.tells["attributed"]) >= SURE:
        return False
    return not any(h.label in CROWDS for h in note.hits)


def _only_relieved(note: Note, said: SentenceReading) -> bool:
    """Whether a siege was broken and no place taken: a condition, no incident."""
    kind = max(said.sub_event, key=lambda k: said.sub_event[k])
    taken = any(h.strength == 3 and h.label in TAKES for h in note.hits)
    return said.states["siege:lifted"] >= 0.5 and kind in TAKES and not taken


def vetoed(note: Note) -> bool:
    """Whether the sentence tells of a drill, an accident, a disaster or sport, and names no act of violence that is sure."""
    text = lower(note.sentence.text)
    found = [v.label for v in vetoes() if v.pattern.search(text)]
    sure = any(h.strength == 3 and h.label in VIOLENT for h in note.hits)
    return bool(found) and ("drill" in found or not sure)


def unreal(scene: Scene, note: Note) -> bool:
    """Whether the sentence's only speaker threatens, plans or supposes it, and speaks more than half of it."""
    start, end = note.sentence.start, note.sentence.end
    inside = [a for a in scene.attributions if start <= a.cue_start < end]
    if len(inside) != 1 or inside[0].status == "":
        return False
    said = sum(max(0, min(e, end) - max(s, start)) for s, e in inside[0].content)
    return 2 * said > end - start


def spread_out(note: Note) -> bool:
    """Whether a figure is told of acts in many places at once: "strikes across Lebanon", "in 38 cities"."""
    return bool(note.counts) and bool(SPREAD.search(note.sentence.text))


def _only_a_state(note: Note, said: SentenceReading) -> bool:
    """The firewall's other side: how things stand, with the words of an incident in passing."""
    if said.tells["condition"] < 0.8 or _changes_hands(note, said):
        return False
    kind = max(said.sub_event, key=lambda k: said.sub_event[k])
    taken = any(h.strength == 3 and h.label == kind for h in note.hits)
    state = max(said.states, key=lambda k: said.states[k])
    if state.split(":")[0] in PASSAGES and said.tells["condition"] > said.tells["incident"] and not note.counts:
        return True
    if any(h.label == "territory:lost" and h.strength == 3 for h in note.hits) and kind in TAKES and not taken:
        return True
    lasts = said.tells["condition:ongoing"] > said.tells["condition:happened"]
    return said.tells["incident"] < 0.5 or (kind in TAKES and lasts and not taken)


def _only_a_figure(note: Note, said: SentenceReading) -> bool:
    """The firewall: where a sentence is likelier to give a figure over many incidents, it tells of no incident."""
    if spread_out(note):
        return True
    return said.tells["statistic"] >= 0.5 and said.tells["incident"] < max(0.8, said.tells["statistic"])


def _incident(scene: Scene, region: Region, memory: Memory) -> Claim:
    told_before = region.said.tells["told_before"] >= 0.5
    places, when = arguments.places(scene, region), arguments.happened_when(scene, region)
    kind = sub_event_type(region, None)
    earlier = memory.match(sub_event_type=kind, places=places.places, when=when.when) if told_before else None
    if (
        earlier is None
        and told_before is False
        and memory.last
        and region.note.sentence.index == memory.last.sentence
        and not _contradicts(memory.last, places.places, when.when)
    ):
        earlier = memory.last
    kind = sub_event_type(region, earlier)
    known = (*(earlier.who if earlier else ()),)
    who = arguments.actors(scene, region, "who", kind="government" if kind in DIPLOMATIC else "military", known=known)
    whom = arguments.actors(scene, region, "whom", known=earlier.whom if earlier else ())
    if kind in (*TAKES, "Non-violent transfer of territory"):
        taker = arguments.taken_by(scene, region)
        who = taker if taker.actors else arguments.all_before(who, _verb(region))
    blamed = arguments.blamed(scene, region)
    if blamed.actors:
        others = tuple(a for a in who.actors if a.name != blamed.actors[0].name and a.kind is not None)
        whom = whom if whom.actors else arguments.Told(actors=others, evidence=_recited(who.evidence, "whom", others))
        who = blamed
    mentions = counted(scene, region, "incident")
    mentions = [_recalled(m, earlier) for m in mentions]
    if not who.actors:
        who = arguments.own_deed(scene, region)
    if not whom.actors:
        whom = arguments.harmed(scene, region, mentions)
    counts = arguments.as_counts(scene, region, mentions)
    where, where_cited = _where(scene, region, places, earlier, memory, kind)
    days, days_cited = _when(scene, when, earlier, memory, region)
    kind = by_parties(graver(kind, any(m.effect == "killed" and m.low for m in mentions)), region, who.actors, whom.actors)
    if kind in (*PROTESTS, *RIOTS) and not who.actors:
        who = arguments.crowd(scene, region)
    who = replace(who, actors=in_role(kind, who.actors, scene.country))
    claim = base_claim(scene, region, scope="incident", confidence=region.said.tells["incident"])
    claim = with_type(claim, kind)
    claim = replace(
        claim,
        who=who.actors,
        whom=whom.actors,
        where=where,
        when=days,
        counts=counts.counts,
        weapons=find_weapons(scene.text, region.pieces),
        targets=find_targets(scene.text, _unsaid(scene, region)),
        background=is_background(days, scene.notes.report),
    )
    claim = finished(claim, (*who.evidence, *whom.evidence, *where_cited, *days_cited, *counts.evidence))
    _remember(memory, earlier, claim, region, where_cited, days_cited)
    return claim


def _unsaid(scene: Scene, region: Region) -> list[tuple[int, int]]:
    """The region's pieces without the names of those who speak: a ministry that says so was not hit."""
    pieces = list(region.pieces)
    for one in scene.attributions:
        start, end = one.speaker_start, one.speaker_end
        pieces = [p for s, e in pieces for p in ((s, min(e, start)), (max(s, end), e)) if p[1] > p[0]]
    return pieces


def additions(scene: Scene, number: int, claims: list[Claim], memory: Memory) -> None:
    """Counts of a sentence that makes no claim of its own ("Nineteen others were hurt.") go to the incident told before it.

    Changes the last incident claim of `claims` in place where the sentence is by the same speaker, or by the report itself.
    """
    note, said = scene.notes.sentences[number], scene.reading.sentences[number]
    place = next((n for n in range(len(claims) - 1, -1, -1) if claims[n].scope == "incident"), None)
    if place is None or (not note.counts and not scene.reading.pieces):
        return
    claim = claims[place]
    near = scene.notes.sentences[number].sentence.start - max(e.end for e in claim.evidence if e.field == "claim") < REACH
    voice = speaker_for((note.sentence.start, note.sentence.end), scene.attributions)
    same = not voice or (claim.according_to and voice[0].name == claim.according_to[0].name)
    region = Region(note=note, said=said, pieces=((note.sentence.start, note.sentence.end),))
    start = note.sentence.start
    mentions = [m for m in counted(scene, region, "incident") if m.effect in HARM and _meant(scene, start, m)]
    if not near or not mentions or note.sentence.index - _sentence_of(scene, claim) > 2:
        return
    if not same:
        said = replace(said, tells={**said.tells, "told_before": 1.0})
        claims.append(_incident(scene, Region(note=note, said=said, pieces=region.pieces, voice=voice), memory))
        return
    counts = arguments.as_counts(scene, region, mentions, first=len(claim.counts))
    claims[place] = finished(replace(claim, counts=(*claim.counts, *counts.counts)), counts.evidence)


def _sentence_of(scene: Scene, claim: Claim) -> int:
    """The number of the last sentence that the claim stands in."""
    last = max(e.end for e in claim.evidence if e.field == "claim" or e.field.startswith("counts"))
    return max(n.sentence.index for n in scene.notes.sentences if n.sentence.start < last)


def _meant(scene: Scene, base: int, mention: CountMention) -> bool:
    chance = scene.reading.part(mention.effect, base + mention.start, base + mention.end)
    return chance is None or chance >= (NONE_HURT if mention.negated else MEANT)


def _verb(region: Region) -> int:
    """Where the words stand that tell of taking a place, the region's end where none do."""
    hits = [h for h in region.note.hits if h.label in (*TAKES, "Non-violent transfer of territory") and h.strength == 3]
    return region.note.sentence.start + min((h.start for h in hits), default=region.end)


def _recited(evidence: Sequence[Evidence], field: str, actors: Sequence[Actor]) -> tuple[Evidence, ...]:
    words = {a.words for a in actors}
    return tuple(replace(e, field=field) for e in evidence if e.quote in words)


def sub_event_type(region: Region, earlier: Incident | None) -> str:
    """The likeliest sub-event type, words of the trigger table and the incident told before weighed in."""

    def score(label: str) -> tuple[float, str]:
        value = region.said.sub_event[label]
        if earlier is not None and label == earlier.sub_event_type:
            value += 0.35
        return value, label

    return max(region.said.sub_event, key=score)


def _contradicts(incident: Incident, places: Sequence[Place], when: When) -> bool:
    return apart(incident.places, places) or other_days(incident.when, when)


def _where(
    scene: Scene, region: Region, here: arguments.Told, earlier: Incident | None, memory: Memory, kind: str
) -> tuple[tuple[Place, ...], tuple[Evidence, ...]]:
    """The region's own places; else those of the incident that it goes on with; else those of the story."""
    if here.places and not (earlier and earlier.places and _coarser(here.places, earlier.places)):
        return here.places, here.evidence
    if earlier is not None and earlier.places:
        return earlier.places, earlier.evidence.get("where", ())
    if here.places:
        return here.places, here.evidence
    return ((), ()) if kind in NOWHERE else _story_place(scene, region, memory)


def _coarser(ones: Sequence[Place], others: Sequence[Place]) -> bool:
    return (ones[0].precision or 3) > (others[0].precision or 3)


def _story_place(scene: Scene, region: Region, memory: Memory) -> tuple[tuple[Place, ...], tuple[Evidence, ...]]:
    """The place last named before the region, else the story's first, else its dateline."""
    text, start = scene.text, region.start
    mentions = [m for n in scene.notes.sentences for m in n.places if m.place is not None]
    near = [m for m in mentions if m.start < start and not m.dateline and scene.part("where", m.start, m.end) >= 0.5]
    if HERE.search(text[region.start : region.end]):
        near = [m for m in mentions if m.dateline][:1] or near
    if near:
        same = [m for m in near if text.count(". ", m.start, near[-1].start) == 0 and "\n" not in text[m.start : near[-1].start]]
        near = sorted(same, key=lambda m: (-(m.place.precision or 3) if m.place else -3, m.start))
    ranked = near[-1:] or [m for m in mentions if not m.dateline and m.place and m.place.precision != 3 and m.start < start][-1:]
    ranked = ranked or [m for m in mentions if m.dateline][:1] or mentions[:1]
    chosen = ranked[:1]
    return (
        tuple(m.place for m in chosen if m.place is not None),
        tuple(Evidence(field="where", start=m.start, end=m.end, quote=text[m.start : m.end]) for m in chosen),
    )


def _recalled(mention: CountMention, earlier: Incident | None) -> CountMention:
    """ "The same number of dead" is the number told before."""
    if not mention.anaphor or earlier is None or mention.effect not in earlier.tolls:
        return mention
    low, high = earlier.tolls[mention.effect]
    return replace(mention, low=low, high=high)


def _when(
    scene: Scene, here: arguments.Told, earlier: Incident | None, memory: Memory, region: Region
) -> tuple[When, tuple[Evidence, ...]]:
    if here.when.first:
        return here.when, here.evidence
    spoken = arguments.spoken_when(scene, region)
    told_later = earlier is not None and spoken.when.last and (earlier.when.first or "") > spoken.when.last
    if earlier is not None and earlier.when.first and not told_later:
        return earlier.when, earlier.evidence.get("when", ())
    if spoken.when.first:
        return spoken.when, spoken.evidence
    return _day_before(scene, region, memory)


def _day_before(scene: Scene, region: Region, memory: Memory) -> tuple[When, tuple[Evidence, ...]]:
    """The day told last before the region: that of the incident before it, else a day named by itself ("Tuesday:")."""
    last = memory.last
    if last is not None and last.when.first and region.note.sentence.index - last.sentence <= 1:
        return last.when, last.evidence.get("when", ())
    number = region.note.sentence.index
    times = [
        t
        for n in scene.notes.sentences[:number]
        for t in n.times
        if (t.role == "at" or (t.role == "since" and n.sentence.index == number - 1))
        and t.precision == "day"
        and t.first
        and not arguments.to_come(scene, t)
        and scene.part("when", t.start, t.end) >= 0.25
    ]
    if not times and last is not None and last.when.first:
        return last.when, last.evidence.get("when", ())
    if not times:
        return When(), ()
    day = times[-1]
    cited = Evidence(field="when", start=day.start, end=day.end, quote=scene.text[day.start : day.end])
    return When(first=day.first, last=day.first if day.role == "since" else day.last, precision=day.precision), (cited,)


def _remember(
    memory: Memory,
    earlier: Incident | None,
    claim: Claim,
    region: Region,
    where: tuple[Evidence, ...],
    days: tuple[Evidence, ...],
) -> None:
    sentence = region.note.sentence.index
    if earlier is not None:
        memory.learn(earlier, places=claim.where, when=claim.when, who=claim.who, whom=claim.whom, sentence=sentence)
        earlier.evidence.setdefault("where", where)
        earlier.evidence.setdefault("when", days)
        earlier.tolls.update(_tolls(claim))
        return
    memory.add(
        Incident(
            order=0,
            sub_event_type=claim.sub_event_type or "",
            sentence=sentence,
            places=claim.where,
            when=claim.when,
            who=claim.who,
            whom=claim.whom,
            tolls=_tolls(claim),
            evidence={"where": where, "when": days},
        )
    )


def _tolls(claim: Claim) -> dict[str, tuple[int | None, int | None]]:
    """The largest count of each effect."""
    found: dict[str, tuple[int | None, int | None]] = {}
    for count in claim.counts:
        if count.low is not None and count.low >= (found.get(count.effect, (0, 0))[0] or 0):
            found[count.effect] = (count.low, count.high)
    return found


def is_background(when: When, report: Report) -> bool:
    """Whether an incident ended over a year before the anchor (the contract's "History")."""
    from datetime import date

    if not when.last or not report.anchor.date:
        return False
    return (date.fromisoformat(report.anchor.date[:10]) - date.fromisoformat(when.last)).days > YEAR


def strongest(hits: Sequence[Hit], labels: Sequence[str]) -> str | None:
    """The label with the strongest hit among `labels`, the first of equals; `None` without one."""
    fits = [h for h in hits if h.label in labels]
    return max(fits, key=lambda h: h.strength).label if fits else None
