"""Who, whom, where, when and how many: what a region of a sentence gives a claim, each with the words that say it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from marsad.coding.actors import ActorMention, country_actor
from marsad.coding.counts import CountMention
from marsad.coding.reading import whole_words
from marsad.coding.scene import Region, Scene, cite
from marsad.language.dates import TimeExpression, reach
from marsad.model import Actor, Count, Evidence, Place, When
from marsad.places import PlaceMention

LEAST = {"who": 0.25, "whom": 0.35}
# How sure the reader has to be that "the site" says where it was.
RECALLED = 0.1
BARE = re.compile(
    r"(?:(?:at least|about|some|around|nearly|almost|over|more than|up to|another|the|other)\s+)*"
    r"(?:[\d,.]+|one|two|three|four|five|six|seven|eight|nine|ten|\w+teen|dozens|scores|hundreds|thousands)?\s*"
    r"(?:people|persons|others?|dead|wounded|victims?|casualties|of them|more)?",
    re.IGNORECASE,
)
TAKEN_BY = re.compile(
    r"\b(?:f[ae]ll(?:en|s)?|lost) (?:in)?to\b|\b(?:captured|seized|taken|overrun|occupied|held|controlled|besieged|encircled"
    r"|surrounded|retaken|recaptured|blockaded|shut|closed|reopened) by\b",
    re.IGNORECASE,
)
BLAME = re.compile(r"\b(?:blam\w+|accus\w+)\b", re.IGNORECASE)
OWN = re.compile(
    r"[\W_]*(?:(?:[^.\n]{0,60}?\b)?that\W+)?(?:(?:it|they|we)\b|(?:its|their|our)\s+(?:\w+\s+){0,2}?(?:forces?|troops|fighters|soldiers|men|units?|drones?|jets"
    r"|warplanes|aircraft|planes|artillery|mujahideen|brigades?|battalions?|operatives|police|officers)\b)",
    re.IGNORECASE,
)
HARM = ("killed", "injured", "abducted", "detained")
PRONOUNS = {"they", "it", "he", "she", "its", "their", "them", "his", "her", "both", "who", "we", "our", "us"}


BEGAN = re.compile(
    r"\b(?:began|begun|beginning|erupted|started|broke out|breaking out|launched|outbreak|(?:took|seized) power)\W+(?:\w+\W+)"
    r"{0,7}$",
    re.IGNORECASE,
)
ACTS_FOR = re.compile(
    r"\b(?:(?:embass\w+|consulates?|ambassadors?|envoys?) (?:of|to|from) (?:the )?"
    r"|(?:blam|accus|thank|condemn)(?:e|es|ed|ing|s)? |from the direction of |(?:sent|backed|funded|armed|recognised) by "
    r"|(?:train|bus|flight|plane|ticket|ferry|lorry|lorries|convoy|envoy|trip|phone call) (?:to|for) )$"
)
BOUND = re.compile(r"-bound\b|['’]s (?:request|behest|invitation|orders?|ambassador|embassy|prosecutor)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Values and the words that say them."""

    actors: tuple[Actor, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    places: tuple[Place, ...] = ()
    when: When = When()
    counts: tuple[Count, ...] = ()
    evidence: tuple[Evidence, ...] = ()


def actors(scene: Scene, region: Region, part: str, *, kind: str = "military", known: Sequence[Actor] = ()) -> Told:
    """The actors that play `part` (`who` or `whom`) in a region. `kind` is what a bare country's name stands for; `known` the
    actors of the incident so far, whom a pronoun names."""
    other = "whom" if part == "who" else "who"
    found: list[tuple[int, int, Actor]] = []
    for mention in region.note.actors:
        actor = (mention.agent or mention.actor) if part == "who" else mention.actor
        if actor is None or not region.holds(mention.start, mention.end) or _speaks(mention.start, mention.end, scene, part):
            continue
        mine = scene.part(part, mention.start, mention.end)
        if mine >= LEAST[part] and mine >= scene.part(other, mention.start, mention.end):
            found.append((mention.start, mention.end, actor))
    best = max((scene.part(part, s, e) for s, e, _ in found), default=0.0)
    found = [f for f in found if scene.part(part, f[0], f[1]) >= 0.6 * best]
    for start, end in _stretches(scene, region, part):
        if (
            any(s < end and start < e for s, e, _ in found)
            or _is_known(region, start, end)
            or BARE.fullmatch(scene.text[start:end])
        ):
            continue
        actor = _named_by(scene, region, start, end, part, kind, known)
        if actor is not None:
            found.append((start, end, actor))
    found.sort(key=lambda f: f[0])
    kept = list({a.name: (s, e, a) for s, e, a in reversed(found)}.values())[::-1]
    evidence = [cite(scene.text, part, s, e) for s, e, _ in kept]
    return Told(actors=tuple(a for _, _, a in kept), spans=tuple((s, e) for s, e, _ in kept), evidence=tuple(evidence))


def blamed(scene: Scene, region: Region) -> Told:
    """Whom the region's speaker blames or accuses: the first party named after the verb."""
    if not region.voice:
        return Told()
    cue = region.voice[0]
    verb = BLAME.search(scene.text, cue.cue_start, min(len(scene.text), cue.cue_end + 12))
    if verb is None:
        return Told()
    ahead = (verb.end(), verb.end() + 45)
    for mention in region.note.actors:
        if mention.actor is not None and ahead[0] <= mention.start < ahead[1]:
            actor = mention.agent or mention.actor
            return _single(scene, actor, mention.start, mention.end)
    for place in region.note.places:
        if place.place is not None and place.place.country and ahead[0] <= place.start < ahead[1]:
            land = place.place.country
            actor = replace(country_actor(land, kind="military", story_country=scene.country), words=place.words)
            return _single(scene, actor, place.start, place.end)
    return Told()


def own_deed(scene: Scene, region: Region) -> Told:
    """The armed party that tells of its own deed: "the RSF said it had captured", "the army said its jets struck"."""
    if not region.voice:
        return Told()
    cue = region.voice[0]
    said = [(max(s, region.start), e) for s, e in cue.content if e > region.start and s < region.end]
    if not said or OWN.match(scene.text, said[0][0]) is None:
        return Told()
    for mention in (m for n in scene.notes.sentences for m in n.actors):
        if mention.start < cue.speaker_end and cue.speaker_start < mention.end and _party(mention):
            actor = mention.agent or mention.actor
            return _single(scene, actor, mention.start, mention.end) if actor is not None else Told()
    return Told()


def crowd(scene: Scene, region: Region) -> Told:
    """Who marched or rioted where only a number of people is told: "Some 10,000 people"."""
    for start, end in _stretches(scene, region, "who"):
        words = scene.text[start:end]
        return _single(scene, Actor(name=words, words=words), start, end)
    return Told()


def _single(scene: Scene, actor: Actor, start: int, end: int) -> Told:
    return Told(actors=(actor,), spans=((start, end),), evidence=(cite(scene.text, "who", start, end),))


def taken_by(scene: Scene, region: Region) -> Told:
    """Who has a place that "fell to" them, that was "captured by" or "besieged by" them: the party named right after."""
    for verb in TAKEN_BY.finditer(scene.text, region.start, region.end):
        for mention in region.note.actors:
            if mention.actor is not None and verb.end() <= mention.start < verb.end() + 30:
                mention = _known_as(scene, region, mention)
                actor = mention.actor if mention.armed else mention.agent or mention.actor
                if actor is None:
                    continue
                return _single(scene, actor, mention.start, mention.end)
    return Told()


def _known_as(scene: Scene, region: Region, mention: ActorMention) -> ActorMention:
    """The name that a description is given: "fighters known as the Syrian Democratic Forces"."""
    for other in region.note.actors:
        between = scene.text[mention.end : other.start] if 0 < other.start - mention.end < 20 else ""
        if other.actor is not None and re.search(r"\b(?:known as|called)\b", between):
            return other
    return mention


def nearest_before(told: Told, at: int) -> Told:
    """Of several actors the one named last before `at`: "the army 83 strikes, the RSF 66"."""
    before = [(a, s) for a, s in zip(told.actors, told.spans, strict=False) if s[0] < at]
    if not before:
        return told
    actor, span = before[-1]
    cited = tuple(e for e in told.evidence if e.start <= span[0] and span[1] <= e.end)
    return Told(actors=(actor,), spans=(span,), evidence=cited)


def all_before(told: Told, at: int) -> Told:
    """Those of several actors who are named before `at`, all of them where none is: who takes stands before the verb."""
    chosen = [n for n, span in enumerate(told.spans) if span[0] < at]
    if not chosen or len(chosen) == len(told.spans):
        return told
    spans = tuple(told.spans[n] for n in chosen)
    cited = tuple(e for e in told.evidence if any(e.start <= s and t <= e.end for s, t in spans))
    return Told(actors=tuple(told.actors[n] for n in chosen), spans=spans, evidence=cited)


def nearest_to(told: Told, word: re.Match[str] | None) -> Told:
    """Of several actors the one named nearest to a word: "the RSF siege", "besieged by the rebels"."""
    if word is None or not told.spans:
        return told
    far = [min(abs(word.start() - e), abs(s - word.end())) for s, e in told.spans]
    best = far.index(min(far))
    span = told.spans[best]
    cited = tuple(e for e in told.evidence if e.start <= span[0] and span[1] <= e.end)
    return Told(actors=(told.actors[best],), spans=(span,), evidence=cited)


def harmed(scene: Scene, region: Region, mentions: Sequence[CountMention]) -> Told:
    """The actors that a harmful count names, where the reader marks no victim: "15 boys" were abducted."""
    base = region.note.sentence.start
    found: list[tuple[int, int, Actor]] = []
    for mention in mentions:
        if mention.effect not in HARM or mention.negated or mention.high == 0:
            continue
        start, end = base + mention.start, base + mention.end
        for actor in region.note.actors:
            if (
                actor.actor is not None
                and actor.start < end
                and start < actor.end
                and scene.part("who", actor.start, actor.end) < 0.5
            ):
                found.append((actor.start, actor.end, actor.actor))
    kept = list({a.name: (s, e, a) for s, e, a in reversed(found)}.values())[::-1]
    return Told(actors=tuple(a for _, _, a in kept), evidence=tuple(cite(scene.text, "whom", s, e) for s, e, _ in kept))


def _stretches(scene: Scene, region: Region, part: str) -> Iterable[tuple[int, int]]:
    for start, end in scene.reading.stretches(part, region.start, region.end):
        first, last = whole_words(scene.text, start, end)
        if region.holds(start, end) and last - first >= 2:
            yield first, last


def _is_known(region: Region, start: int, end: int) -> bool:
    """Whether a stretch is a piece of a name that the tables know: then they have the say."""
    return any(m.actor is not None and m.start < end and start < m.end for m in region.note.actors)


def _speaks(start: int, end: int, scene: Scene, part: str) -> bool:
    """Whether a mention is the speaker, not a party: "the army said"."""
    said = any(a.speaker_start < end and start < a.speaker_end for a in scene.attributions)
    return said and scene.part(part, start, end) < 0.6


def _named_by(scene: Scene, region: Region, start: int, end: int, part: str, kind: str, known: Sequence[Actor]) -> Actor | None:
    words = scene.text[start:end].strip()
    if words.lower() in PRONOUNS or words.lower().split()[0] in {"its", "their", "our", "his"}:
        return _replace_words(known[0], words) if known else _last_actor(scene, start, part, words)
    place = next((p for p in region.note.places if p.start < end and start < p.end and p.place is not None), None)
    if place is not None and place.place is not None and place.place.country and (place.place.precision == 3 or part == "who"):
        return _replace_words(country_actor(place.place.country, kind=kind), words)
    iso = next((iso for s, e, iso in scene.notes.reading.demonyms if s < end and start < e), None)
    if part == "who" and iso:
        return _replace_words(country_actor(iso, kind=kind), words)
    if part == "whom" and scene.country and len(words) > 2:
        return _replace_words(country_actor(scene.country, kind="civilians"), words)
    return Actor(name=words, words=words) if len(words) > 3 else None


def _replace_words(actor: Actor, words: str) -> Actor:
    return Actor(name=actor.name, words=words, kind=actor.kind, id=actor.id)


def _last_actor(scene: Scene, start: int, part: str, words: str) -> Actor | None:
    """The armed actor named last before a pronoun."""
    earlier = [m for n in scene.notes.sentences for m in n.actors if m.end <= start and m.actor is not None and _party(m)]
    return _replace_words(earlier[-1].actor, words) if earlier and earlier[-1].actor else None


def _party(mention: ActorMention) -> bool:
    return mention.actor is not None and mention.actor.kind not in (None, "Civilians") and mention.armed is not False


def places(scene: Scene, region: Region, *, most: int = 2) -> Told:
    """The places of a region, the most specific first.

    Places of speakers and datelines are left out unless the reader says otherwise.
    """
    found: list[tuple[float, PlaceMention]] = []
    for mention in region.note.places:
        if mention.place is None or not region.holds(mention.start, mention.end):
            continue
        chance = scene.reading.part("where", mention.start, mention.end)
        least = 0.25 if chance is not None else 0.0
        if mention.dateline:
            least = 0.6
        if any(a.speaker_start <= mention.start < a.speaker_end for a in scene.attributions):
            least = max(least, 0.85)
        if elsewhere(scene.text, mention.start, mention.end):
            continue
        acts = scene.part("who", mention.start, mention.end)
        if (chance if chance is not None else 0.5) >= least and not acts >= max(0.5, chance or 0.0):
            found.append((chance or 0.0, mention))
    if all(m.place is None or m.place.precision == 3 for _, m in found):
        found += _recalled(scene, region)
    ranked = sorted(found, key=lambda f: (f[1].place.precision or 3 if f[1].place else 3, -f[0], f[1].start))
    kept: list[PlaceMention] = []
    for _, mention in ranked:
        if all(mention.place and m.place and mention.place.name != m.place.name for m in kept):
            kept.append(mention)
    kept = kept[:most]
    return Told(
        places=tuple(m.place for m in kept if m.place is not None),
        evidence=tuple(cite(scene.text, "where", m.start, m.end) for m in kept),
    )


def elsewhere(text: str, start: int, end: int) -> bool:
    """Whether a name tells who acts for a place or where somebody was going, and not where anything happened: "the embassy of
    Chad", "blames Belgrade", "a train to Peshawar", "a Davao-bound bus".

    >>> elsewhere("Albin Kurti blames Belgrade.", 19, 27), elsewhere("A bomb in Belgrade.", 10, 18)
    (True, False)
    """
    return bool(ACTS_FOR.search(text, max(0, start - 60), start) or BOUND.match(text, end))


def _recalled(scene: Scene, region: Region) -> list[tuple[float, PlaceMention]]:
    """What the region names without a name: "the crossing", "the site"."""
    inside = [m for m in scene.notes.reading.recalled if region.holds(m.start, m.end)]
    chances = [(scene.reading.part("where", m.start, m.end), m) for m in inside]
    return [(chance or 0.0, m) for chance, m in chances if (0.5 if chance is None else chance) >= RECALLED]


def times(scene: Scene, region: Region) -> list[TimeExpression]:
    """The dated time expressions of a region that say when it happened, the likeliest first."""
    found: list[tuple[float, TimeExpression]] = []
    for time in region.note.times:
        if not region.holds(time.start, time.end) and len(region.note.times) > 1:
            continue
        chance = scene.reading.part("when", time.start, time.end)
        least = 0.6 if time.role == "publication" else 0.2
        if (chance if chance is not None else 0.5 * (time.role != "publication")) >= least:
            found.append((chance or 0.0, time))
    return [t for _, t in sorted(found, key=lambda f: (f[1].first is None and f[1].last is None, -round(f[0], 1), f[1].start))]


def spoken_when(scene: Scene, region: Region) -> Told:
    """The day on which somebody spoke, as the day of what nobody dates otherwise: "said on Saturday that it had captured"."""
    chosen = next((t for t in region.note.times if t.role == "publication" and t.first), None)
    if chosen is None:
        return Told()
    when = When(first=chosen.first, last=chosen.last or chosen.first, precision=chosen.precision)
    return Told(when=when, evidence=(cite(scene.text, "when", chosen.start, chosen.end),))


def happened_when(scene: Scene, region: Region) -> Told:
    """The days of an incident: none that lie after the anchor."""
    chosen = next((t for t in times(scene, region) if (t.first or t.last) and not to_come(scene, t)), None)
    if chosen is None:
        return Told()
    when = When(first=chosen.first or chosen.last, last=chosen.last or chosen.first, precision=chosen.precision)
    return Told(when=when, evidence=(cite(scene.text, "when", chosen.start, chosen.end),))


def to_come(scene: Scene, time: TimeExpression) -> bool:
    """Whether a time lies after the day of the report: nothing has happened on it yet."""
    first, anchor = time.first or time.last, scene.notes.anchor
    return bool(first and anchor and date.fromisoformat(first) > anchor + timedelta(days=1))


def stood_when(scene: Scene, region: Region) -> Told:
    """When a condition began and, where that is told, ended."""
    first = last = until = None
    precision = "unknown"
    evidence: list[Evidence] = []
    for time in times(scene, region):
        if time.role in ("until", "by") and until is None and time.last:
            until = time.last
        elif first is None and (time.first or time.last):
            first, last, precision = time.first or time.last, time.last or time.first, time.precision
        else:
            continue
        evidence.append(cite(scene.text, "when", time.start, time.end))
    when = When(first=first, last=last, precision=precision, until=until)  # type: ignore[arg-type]
    return Told(when=when, evidence=tuple(evidence[:1]))


def period(scene: Scene, region: Region) -> Told:
    """The period of a statistic: "since April 2023" reaches to the anchor."""
    chosen = next((t for t in times(scene, region) if t.first or t.last), None)
    if chosen is None:
        return Told()
    span = reach(chosen, anchor=scene.notes.anchor)
    before = scene.text[max(0, chosen.start - 70) : chosen.start]
    if span.first and scene.notes.anchor and BEGAN.search(before):
        span = replace(span, last=scene.notes.anchor)
    when = When(
        first=span.first.isoformat() if span.first else None,
        last=span.last.isoformat() if span.last else None,
        precision=chosen.precision,
    )
    return Told(when=when, evidence=(cite(scene.text, "when", chosen.start, chosen.end),))


def as_counts(scene: Scene, region: Region, mentions: Sequence[CountMention], *, first: int = 0) -> Told:
    """Count mentions as a claim's counts, evidence numbered from `first`."""
    base = region.note.sentence.start
    rows = [Count(effect=m.effect, who=m.who, low=m.low, high=m.high, words=m.words) for m in mentions]
    evidence = [cite(scene.text, f"counts.{first + n}", base + m.start, base + m.end) for n, m in enumerate(mentions)]
    return Told(counts=tuple(rows), evidence=tuple(evidence))
