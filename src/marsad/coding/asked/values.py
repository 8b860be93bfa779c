"""The values of a proposed claim: each found in the report, then read by the tables that the other readers use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from marsad.coding import arguments
from marsad.coding.actors import ActorMention, country_actor
from marsad.coding.asked.answer import SaidClaim, SaidCount, SaidValue
from marsad.coding.asked.numbers import read_figure
from marsad.coding.asked.quotes import Offsets, locate_in
from marsad.coding.asked.support import MEASURED, Doubt, Told, missing, odd
from marsad.coding.scene import Scene, cite
from marsad.language.dates import TimeExpression, reach
from marsad.model import Actor, Count, Evidence, Place, Value, When
from marsad.places import PlaceMention

Named = TypeVar("Named")
LEAST_PART = 0.02
LEAST_PLACE = 0.05
RIVAL = 0.3
NEAR = 3
FAR = 10
SPOKEN = 0.2
FOLLOWING = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Where a claim's values may stand: in its quotation, its sentences, and for some values around them."""

    scene: Scene
    told: Told
    quote: Offsets

    @property
    def own(self) -> tuple[Offsets, ...]:
        return tuple((n.sentence.start, n.sentence.end) for n, _ in self.told)

    def find(self, words: str) -> Offsets | None:
        """Where words stand: in the quotation, else in its sentences."""
        return locate_in(words, self.scene.text, (self.quote,)) or locate_in(words, self.scene.text, self.own)

    def find_beyond(self, words: str, names: Callable[[Offsets], Named | None]) -> Named | None:
        """What `names` makes of the words elsewhere: before the claim, the nearest sentence first, else after it."""
        start, sentences = self.own[0][0], [(n.sentence.start, n.sentence.end) for n in self.scene.notes.sentences]
        before = [o for o in reversed(sentences) if o[0] < start]
        after = [o for o in sentences if o[0] > start]
        for one in (*before, *after):
            at = locate_in(words, self.scene.text, (one,))
            if at is not None and (found := names(at)) is not None:
                return found
        return None


def actors(room: Room, words: Sequence[str], part: str, kind: str) -> tuple[list[tuple[Actor, Offsets]], list[Doubt]]:
    """The actors that the words name. `kind` is what a bare country stands for."""
    found: list[tuple[Actor, Offsets]] = []
    doubts: list[Doubt] = []
    for one in words:
        at = room.find(one) or _other_name(room, one)
        if at is None:
            doubts.append(missing(one))
        elif _other_part(room, at, part):
            doubts.append(odd(one, f"as {part}: the sentence gives it another part"))
        elif (actor := _actor(room, at, part, kind)) is None:
            doubts.append(odd(one, f"as {part}: it names nobody"))
        elif all(actor.name != known.name for known, _ in found):
            found.append((actor, at))
    return found, doubts


def _other_name(room: Room, words: str) -> Offsets | None:
    """Where the claim's sentence names, in other words, the actor whom the report calls so elsewhere: "RSF"."""
    mentions = [m for n in room.scene.notes.sentences for m in n.actors]
    meant = {m.actor.name for m in mentions if m.actor and m.words == words and not m.generic}
    here = [m for n, _ in room.told for m in n.actors if m.actor and m.actor.name in meant and not m.generic]
    return (here[0].start, here[0].end) if here else None


def _other_part(room: Room, at: Offsets, part: str) -> bool:
    """Whether the local reader sees no sign that the words play this part, or surer ones of another part or other words."""
    scene = room.scene
    mine = scene.reading.part(part, *at)
    if mine is None:
        return False
    rival = max(scene.part(p, *at) for p in ("who", "whom", "according_to") if p != part)
    speaks = any(a.speaker_start < at[1] and at[0] < a.speaker_end for a in scene.attributions)
    best = max((scene.part(part, m.start, m.end) for n, _ in room.told for m in n.actors), default=0.0)
    weaker = mine < best / FAR or (rival >= RIVAL and mine < rival / NEAR)
    return mine < LEAST_PART or weaker or (speaks and mine < SPOKEN)


def _actor(room: Room, at: Offsets, part: str, kind: str) -> Actor | None:
    scene = room.scene
    words = scene.text[slice(*at)]
    if words.lower() in arguments.PRONOUNS:
        return None
    mentions = [m for n, _ in room.told for m in n.actors if m.start < at[1] and at[0] < m.end]
    best = max(mentions, key=lambda m: (_shared(m, at), -m.start), default=None)
    named = best and ((best.agent or best.actor) if part == "who" else best.actor)
    if named:
        return named
    place = next((p.place for n, _ in room.told for p in n.places if p.start < at[1] and at[0] < p.end and p.place), None)
    land = place.country if place else next((c for s, e, c in scene.notes.reading.demonyms if s < at[1] and at[0] < e), None)
    if land:
        return replace(country_actor(land, kind=kind, story_country=scene.country), words=words)
    if part == "whom" and scene.country:
        return replace(country_actor(scene.country, kind="civilians"), words=words)
    return Actor(name=words, words=words)


def _shared(mention: ActorMention | PlaceMention | TimeExpression, at: Offsets) -> int:
    return min(mention.end, at[1]) - max(mention.start, at[0])


def places(room: Room, words: Sequence[str]) -> tuple[list[tuple[Place, Offsets]], list[Doubt]]:
    """The places that the words name: in the claim's own sentences, or elsewhere where those name none."""
    found: list[tuple[Place, Offsets]] = []
    doubts: list[Doubt] = []
    named = any(p.place and p.place.precision != 3 and not p.dateline for n, _ in room.told for p in n.places)
    read = partial(_best_place, room.scene)
    for one in words:
        at = room.find(one)
        mention = read(at) if at else room.find_beyond(one, read) if not named else None
        if at is None and mention is None:
            doubts.append(missing(one))
        elif mention is None or mention.place is None:
            doubts.append(odd(one, "as a place: it names none"))
        elif (room.scene.reading.part("where", mention.start, mention.end) or 0.0) < LEAST_PLACE and not mention.dateline:
            doubts.append(odd(one, "as the place: the sentence gives it another part"))
        elif all(mention.place.name != known.name for known, _ in found):
            found.append((mention.place, (mention.start, mention.end)))
    return found, doubts


def _best_place(scene: Scene, at: Offsets) -> PlaceMention | None:
    mentions = [m for m in scene.notes.reading.mentions if m.start < at[1] and at[0] < m.end and m.place]
    return max(mentions, key=lambda m: (_shared(m, at), -m.start), default=None)


def when(room: Room, claim: SaidClaim) -> tuple[When, list[Evidence], list[Doubt]]:
    """The days that the words give by the date reader; what the server may know of a calendar plays no part."""
    scene, doubts = room.scene, list[Doubt]()
    dated = any(t.first or t.last for n, _ in room.told for t in n.times)
    chosen: list[TimeExpression] = []
    read = partial(_best_time, scene)
    for one in claim.when:
        at = room.find(one)
        time = read(at) if at else room.find_beyond(one, read) if not dated else None
        if at is None and time is None:
            doubts.append(missing(one))
        elif time is None:
            doubts.append(odd(one, "as a date: it gives none"))
        elif time not in chosen:
            chosen.append(time)
    if not chosen:
        return When(), [], doubts
    span = _span(scene, claim.scope, chosen)
    return span, [cite(scene.text, "when", t.start, t.end) for t in chosen[:2]], doubts


def _best_time(scene: Scene, at: Offsets) -> TimeExpression | None:
    times = [t for n in scene.notes.sentences for t in n.times if t.start < at[1] and at[0] < t.end and (t.first or t.last)]
    return max(times, key=lambda t: (_shared(t, at), -t.start), default=None)


def _span(scene: Scene, scope: str, chosen: Sequence[TimeExpression]) -> When:
    first = chosen[0]
    if scope == "statistic":
        whole = reach(first, anchor=scene.notes.anchor)
        start, end = (d.isoformat() if d else None for d in (whole.first, whole.last))
        return When(first=start, last=end, precision=first.precision)
    ends = [t for t in chosen if t.role in ("until", "by") and t.last] if scope == "condition" else []
    begins = [t for t in chosen if t not in ends]
    until = ends[0].last if ends else None
    if not begins:
        return When(until=until)
    one = begins[0]
    return When(first=one.first or one.last, last=one.last or one.first, precision=one.precision, until=until)


def counts(room: Room, claim: SaidClaim) -> tuple[list[tuple[Count, Offsets]], list[Doubt]]:
    """The counts whose numbers stand in their words and whose sentence says what befell them."""
    found: list[tuple[Count, Offsets]] = []
    doubts: list[Doubt] = []
    for said in claim.counts:
        made = _count(room, said)
        if isinstance(made, Doubt):
            doubts.append(made)
        elif all(made != known for known in found):
            found.append(made)
    return found, doubts


def _count(room: Room, said: SaidCount) -> tuple[Count, Offsets] | Doubt:
    at = room.find(said.words) or _in_sequel(room, said.words)
    if at is None:
        return missing(said.words)
    read = read_figure(room.scene, at, said.effect, said.low, said.high)
    if isinstance(read, Doubt):
        return read
    return Count(effect=said.effect, who=read.who, low=read.low, high=read.high, words=read.words), (read.start, read.end)


def _in_sequel(room: Room, words: str) -> Offsets | None:
    """Where words stand in one of the next sentences, as long as these go on with the claim's and tell nothing else."""
    scene, last = room.scene, room.told[-1][0].sentence.index
    for number in range(last + 1, min(len(scene.notes.sentences), last + 1 + FOLLOWING)):
        sentence, tells = scene.notes.sentences[number].sentence, scene.reading.sentences[number].tells
        if tells["incident"] >= 0.5 and tells["told_before"] < 0.5:
            return None
        if (found := locate_in(words, scene.text, ((sentence.start, sentence.end),))) is not None:
            return found
    return None


def value(room: Room, claim: SaidClaim) -> tuple[Value, Count, Offsets] | Doubt:
    """The figure of a statistic, and the count that goes with it."""
    said: SaidValue | None = claim.value
    if said is None or claim.measure is None:
        return Doubt(code="not_supported", message="a statistic without a figure")
    at = room.find(said.words)
    if at is None:
        return missing(said.words)
    effect = MEASURED.get(claim.measure, claim.measure)
    read = read_figure(room.scene, at, effect, said.low, said.high)
    if isinstance(read, Doubt):
        return read
    figure = Value(low=read.low, high=read.high, words=read.words)
    return figure, Count(effect=effect, who=read.who, low=read.low, high=read.high, words=read.words), (read.start, read.end)
