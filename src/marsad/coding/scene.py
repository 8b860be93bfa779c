"""A report as the coder sees it: notes, what the reader says, and who says what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from marsad.coding.attribution import Attribution, speaker_for
from marsad.coding.attribution_words import role_of
from marsad.coding.notes import Note, Notes
from marsad.coding.reading import Reading, SentenceReading, whole_words
from marsad.model import Evidence, Speaker

Offsets = tuple[int, int]
Said = tuple[Offsets, tuple[Attribution, ...]]
NEAR = 400
UNSPOKEN = 0.05
"""Where the reader is so sure that nobody is quoted, a speaker that the grammar finds is none."""
STRONG = 3
TWO = 0.4
SHORTEST = 20
DOWNED = "Disrupted weapons use"
FLOWN = ("Air/drone strike", "Shelling/artillery/missile attack")
DOWNING = re.compile(r"shot|shoot|brought|bring|down|intercept", re.IGNORECASE)
JOINT = re.compile(r"(?:,|;)?\s+(?:and|but|while|before)\s+|;\s+")
PARTING = re.compile(r";|,\s+(?:while|whereas)\b")
GROUP = re.compile(r"(?:the )?(?:group|militia|rebels|insurgents|movement|militants|faction|front)", re.IGNORECASE)
PRONOUNS = frozenset({"he", "she", "they", "it", "his", "her", "their", "its", "him", "them"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Everything that claims are made from."""

    notes: Notes
    reading: Reading
    attributions: tuple[Attribution, ...]

    @property
    def text(self) -> str:
        return self.notes.report.text

    @property
    def country(self) -> str | None:
        return self.notes.reading.country

    def part(self, name: str, start: int, end: int) -> float:
        """The probability of a part, 0 where the reader says nothing of it."""
        return self.reading.part(name, start, end) or 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A stretch of one sentence that one claim is read from, and who speaks in it (nobody: the report's own voice)."""

    note: Note
    said: SentenceReading
    pieces: tuple[Offsets, ...]
    voice: tuple[Attribution, ...] = ()
    words: Offsets | None = None

    @property
    def start(self) -> int:
        return self.pieces[0][0]

    @property
    def end(self) -> int:
        return self.pieces[-1][1]

    def holds(self, start: int, end: int) -> bool:
        """Whether most of a stretch lies in the region."""
        inside = sum(max(0, min(e, end) - max(s, start)) for s, e in self.pieces)
        return 2 * inside > end - start

    @property
    def stance(self) -> str:
        return self.voice[0].stance if self.voice else "asserts"


def cite(text: str, field: str, start: int, end: int) -> Evidence:
    """Evidence for a field, white space and closing commas cut off."""
    while start < end and text[start] in " \t\n,;":
        start += 1
    while end > start and text[end - 1] in " \t\n,;":
        end -= 1
    return Evidence(field=field, start=start, end=end, quote=text[start:end])


def speakers(voice: tuple[Attribution, ...]) -> tuple[Speaker, ...]:
    """The speakers of a voice, nearest first, then the outlets through which it came."""
    found = [Speaker(name=a.name, role=_role(a)) for a in voice]
    found += [Speaker(name=via, role="media") for a in voice for via in a.via]
    return tuple(dict.fromkeys(found))


def _role(voice: Attribution) -> str:
    """The speaker's role; "the group" is an armed one."""
    return "armed_group" if voice.role == "other" and GROUP.fullmatch(voice.speaker_words) else voice.role


def regions(scene: Scene, note: Note, said: SentenceReading, *, scope: str) -> Iterator[Region]:
    """The stretches of a sentence that make a claim each: one, or one for the report's voice and one for each speaker.

    The codebook: "where the report itself tells the incident and a speaker gives the toll or the perpetrator, that is
    two claims".
    """
    sentence = note.sentence
    whole = (sentence.start, sentence.end)
    halves = clauses(scene, note, scope)
    if halves:
        for half in halves:
            yield Region(note=note, said=said, pieces=(half,), voice=speaker_for(half, scene.attributions))
        return
    acts = two_acts(note, said) if scope == "incident" else []
    if acts:
        for half, label in acts:
            alone = replace(said, sub_event={k: float(k == label) for k in said.sub_event})
            yield Region(note=note, said=alone, pieces=(half,), voice=_voice_of(scene, half, whole))
        return
    inside = [a for a in scene.attributions if any(s < whole[1] and whole[0] < e for s, e in a.content)]
    parts = _spoken_parts(inside, whole)
    told = _told_within(note, parts) if scope == "incident" else None
    if told is not None:
        outer, inner = told
        yield Region(note=note, said=said, pieces=_without(outer[0], inner[0]), voice=outer[1], words=whole)
        yield Region(note=note, said=said, pieces=(inner[0],), voice=inner[1], words=whole)
        return
    if len(parts) >= 2 and said.tells["two_incidents"] >= 0.5 and scope == "incident":
        yield from (Region(note=note, said=said, pieces=(piece,), voice=voice) for piece, voice in parts)
        return
    own = _rest(whole, inside)
    split = (
        said.tells["own_voice"] >= 0.5
        and said.tells["attributed"] >= 0.5
        and (scope != "incident" or said.tells["two_incidents"] >= 0.3)
    )
    if split and len(parts) == 1 and own and own[1] - own[0] >= 25:
        yield Region(note=note, said=said, pieces=(own,))
        yield Region(note=note, said=said, pieces=(parts[0][0],), voice=parts[0][1])
        return
    voice = speaker_for(whole, scene.attributions)
    if not voice and said.tells["attributed"] >= 0.5:
        voice = parts[0][1] if parts else marked_voice(scene, whole)
    if said.tells["attributed"] < UNSPOKEN:
        voice = ()
    yield Region(note=note, said=said, pieces=(whole,), voice=voice)


def two_acts(note: Note, said: SentenceReading) -> list[tuple[Offsets, str]]:
    """The two halves of a sentence that tells of two acts, each with its type: "rebels seized the post and abducted 40 men".

    The reader must see two, or the second be the downing of what the first one sent: "drones struck X and gunners downed two".
    The types are those of the words that are sure; of the first half, the reader's where it has no such word.
    """
    sure = sorted((h for h in note.hits if h.strength == STRONG and h.label in said.sub_event), key=lambda h: h.start)
    main = max(said.sub_event, key=lambda k: said.sub_event[k])
    for second in reversed(sure):
        first = next((h for h in sure if h.end <= second.start and h.label != second.label), None)
        downed = second.label == DOWNED and main in FLOWN and bool(DOWNING.match(second.words))
        if not downed and (first is None or said.tells["two_incidents"] < TWO):
            continue
        joints = list(JOINT.finditer(note.sentence.text, first.end if first else 0, second.start))
        if not joints:
            continue
        cut = note.sentence.start + joints[-1].start()
        if min(cut - note.sentence.start, note.sentence.end - cut) < SHORTEST:
            continue
        label = first.label if first and not (downed and main != DOWNED) else main
        return [((note.sentence.start, cut), label), ((cut, note.sentence.end), second.label)]
    return []


def _voice_of(scene: Scene, half: Offsets, whole: Offsets) -> tuple[Attribution, ...]:
    """Who says a half of a sentence: its own speaker, else the only one of the sentence where he says both halves."""
    voice = speaker_for(half, scene.attributions)
    if voice:
        return voice
    inside = [a for a in scene.attributions if any(s < half[1] and half[0] < e for s, e in a.content)]
    return (inside[0],) if len(inside) == 1 and inside[0].cue_start < half[0] else ()


def clauses(scene: Scene, note: Note, scope: str) -> list[Offsets]:
    """The parts of a sentence between semicolons or "while", where each by itself tells of something."""
    if scope == "statistic":
        return []
    found: list[Offsets] = []
    at, base = note.sentence.start, note.sentence.start
    for mark in PARTING.finditer(note.sentence.text):
        found.append((at, base + mark.start()))
        at = base + mark.end()
    found.append((at, note.sentence.end))
    if len(found) == 1:
        return []
    if scope == "condition" and all(e - s >= 25 and scene.part(scope, s, e) >= 0.6 for s, e in found):
        return found
    dated = [*(p.start for p in note.places), *(t.start for t in note.times)]
    own = all(e - s >= 25 and scene.part(scope, s, e) >= 0.4 and any(s <= at < e for at in dated) for s, e in found)
    return found if own else []


def _spoken_parts(inside: list[Attribution], whole: Offsets) -> list[tuple[Offsets, tuple[Attribution, ...]]]:
    """For each speaker of the sentence the first stretch of it that is said, in the order of the text."""
    found: dict[str, tuple[Offsets, tuple[Attribution, ...]]] = {}
    for one in inside:
        for start, end in one.content:
            first, last = max(start, whole[0]), min(end, whole[1])
            if last - first >= 12 and one.name not in found:
                found[one.name] = ((first, last), (one,))
    return sorted(found.values(), key=lambda f: f[0])


def _told_within(note: Note, parts: list[Said]) -> tuple[Said, Said] | None:
    """A speaker's toll inside what another says: "Syria blamed Israel for a strike that an activist said killed 18"."""
    base = note.sentence.start
    for outer in parts:
        for inner in parts:
            within = outer[0][0] < inner[0][0] and inner[0][1] <= outer[0][1]
            if within and any(
                c.effect in ("killed", "injured") and inner[0][0] <= base + c.start < inner[0][1] for c in note.counts
            ):
                return outer, inner
    return None


def _without(whole: Offsets, part: Offsets) -> tuple[Offsets, ...]:
    return tuple((s, e) for s, e in ((whole[0], part[0]), (part[1], whole[1])) if e > s)


def _rest(whole: Offsets, inside: list[Attribution]) -> Offsets | None:
    """The longest stretch of the sentence that is nobody's words."""
    taken = sorted(
        (max(s, whole[0]), min(e, whole[1]))
        for a in inside
        for s, e in (*a.content, (a.cue_start, a.cue_end), (a.speaker_start, a.speaker_end))
        if s < whole[1] and e > whole[0]
    )
    at, best = whole[0], (whole[0], whole[0])
    for start, end in [*taken, (whole[1], whole[1])]:
        if start - at > best[1] - best[0]:
            best = (at, start)
        at = max(at, end)
    return best if best[1] > best[0] else None


def marked_voice(scene: Scene, whole: Offsets) -> tuple[Attribution, ...]:
    """The speaker that the reader marks in a sentence whose grammar gives none, else the one of the sentence before."""
    for start, end in scene.reading.stretches("according_to", *whole):
        first, last = whole_words(scene.text, start, end)
        words = scene.text[first:last]
        if last - first >= 3 and words.lower() not in PRONOUNS:
            known = next((a for a in scene.attributions if words in (a.name, a.speaker_words) or words in a.name.split()), None)
            name, role = (known.name, known.role) if known else (words, role_of(words) or "other")
            return (
                Attribution(
                    speaker_start=first, speaker_end=last, speaker_words=words, name=name, role=role,
                    cue_start=first, cue_end=last, content=(whole,),
                ),
            )  # fmt: skip
    earlier = [a for a in scene.attributions if a.cue_start < whole[0] and whole[0] - a.cue_end < NEAR]
    return (earlier[-1],) if earlier else ()
