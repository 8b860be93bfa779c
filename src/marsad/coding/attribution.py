"""Who says what: the report's attributions, with speakers resolved through the whole text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from marsad.coding.attribution_cues import cues_in
from marsad.coding.attribution_layout import Cue
from marsad.coding.attribution_speakers import (
    PRONOUNS,
    Known,
    People,
    actor_of,
    antecedent_of,
    back_reference,
    new_speaker,
    owned_by,
    people_in,
)
from marsad.coding.attribution_surface import said_so
from marsad.coding.attribution_voice import whole_voice
from marsad.coding.attribution_words import ARTICLE, clean_name, role_of, stance_of
from marsad.language.text import Sentence
from marsad.model import Stance

Offsets = tuple[int, int]

QUOTE = re.compile(r"(?:[\"“«]|'')((?:(?!'')[^\"“”«»\n]){2,2000})(?:[\"”»]|''|$)", re.M)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """One speaker's words in a report; all offsets count into the report's text.

    `speaker_words` is `text[speaker_start:speaker_end]`; `name` is the speaker's full name as the text has it elsewhere,
    `content` the pieces of text that are said, `via` the outlets through which it came. `kind` is "speech", or "attitude" for
    what is thought, wanted or judged; `stand_in` is where the "who" of "X, who said" stands; `nested` stands in another's words.
    """

    speaker_start: int
    speaker_end: int
    speaker_words: str
    name: str
    role: str
    cue_start: int
    cue_end: int
    content: tuple[Offsets, ...]
    stance: Stance = "asserts"
    status: str = ""
    anonymous: bool = False
    via: tuple[str, ...] = ()
    kind: str = "speech"
    stand_in: Offsets | None = None
    nested: bool = False


def find_attributions(
    text: str,
    sentences: Sequence[Sentence],
    *,
    publisher: str | None = None,
    title: str | None = None,
    every: bool = False,
) -> tuple[Attribution, ...]:
    """The report's attributions in the order of the text. A passage that none covers is in the report's own voice.

    Sentences with a parse in `doc` are read by it, others by their words alone. Pronouns, surnames and "the spokesman" take the
    name and role of the speaker that they go back to. With `publisher`, "the mission" in a paper of the mission is that mission,
    and an armed force's own bulletin is that force's word from end to end. `every` adds the attitudes, which no claim rests on,
    and says of each attribution whether it is nested.
    """
    people = people_in(sentences)
    known: list[Known] = []
    found: list[Attribution] = []
    for sentence in sentences:
        cues = cues_in(sentence, every=every)
        actor = actor_of(sentence, people, cues)
        if actor is not None and all(k.name != actor.name for k in known[-1:]):
            known = [*[k for k in known if k.name != actor.name], actor]
        for cue in cues:
            if _inside_own_quote(sentence.text, cue):
                continue
            made, who = _resolve(text, sentence, cue, known, people)
            found.append(made)
            if who is not None:
                known = [*[k for k in known if k.name != who.name], who]
    found.sort(key=lambda a: (a.cue_start, a.speaker_start))
    found.extend(_open_quotes(text, found))
    found.extend(_reportedly(text, sentences, found))
    found.extend(_said_so(text, sentences, found, known, people))
    if publisher:
        found = [_published(a, publisher) for a in found]
    if every:
        quotes = [q.span(1) for q in QUOTE.finditer(text)]
        found = [replace(a, nested=_is_nested(a, found, quotes)) for a in found]
    voice = whole_voice(text, publisher=publisher, title=title)
    if voice is not None:
        found.append(_whole(text, *voice))
    return tuple(sorted(found, key=lambda a: (a.cue_start, a.speaker_start, a.content)))


def _is_nested(one: Attribution, found: Sequence[Attribution], quotes: Sequence[Offsets]) -> bool:
    """Whether a speaker stands inside what another says, or inside quotation marks."""
    at = one.stand_in[0] if one.stand_in else one.speaker_start
    return any(s <= at and one.cue_end <= e for s, e in quotes) or any(
        o.speaker_start != one.speaker_start
        and any(s <= at < e for s, e in o.content)
        and (_size(one) < _size(o) or not any(s <= o.speaker_start < e for s, e in one.content))
        for o in found
    )


def _size(one: Attribution) -> int:
    return sum(e - s for s, e in one.content)


def speaker_for(span: Offsets, attributions: Sequence[Attribution]) -> tuple[Attribution, ...]:
    """The attributions that cover most of a stretch of text, the nearest speaker first; empty for the report's own voice.

    Of one speaker's words, what they deny or doubt goes before what they assert.
    """
    length = max(1, span[1] - span[0])
    fits: list[tuple[int, int, int, Attribution]] = []
    for order, one in enumerate(attributions):
        reach = [*one.content, (one.cue_start, one.cue_end), (one.speaker_start, one.speaker_end)]
        if 0 <= one.cue_start - one.speaker_end < 150:
            reach.append((one.speaker_start, one.cue_end))
        size = sum(e - s for s, e in one.content)
        inside = sum(max(0, min(e, span[1]) - max(s, span[0])) for s, e in one.content)
        covered = _covered(span, reach)
        if (inside > 0 and covered * 2 > length) or inside * 2 > length:
            fits.append((size, one.cue_start, order, one))
    near = [one for _, _, _, one in sorted(fits, key=lambda f: f[:3])]
    refused = next((a for a in near if a.stance != "asserts" and near[0].name == a.name), None)
    return tuple(near) if refused is None else (refused, *(a for a in near if a is not refused))


def carried_over(span: Offsets, attributions: Sequence[Attribution], sentences: Sequence[Sentence]) -> Attribution | None:
    """The speaker of the sentence just before, in the same paragraph, for a stretch in the report's own voice.

    A figure that follows a speaker's figures is mostly still theirs; an incident is not. The caller decides.
    """
    here = next((s for s in sentences if s.start <= span[0] < s.end), None)
    before = next((s for s in sentences if here is not None and s.index == here.index - 1), None)
    if here is None or before is None or here.paragraph != before.paragraph or speaker_for(span, attributions):
        return None
    return next((a for a in reversed(attributions) if before.start <= a.cue_start < before.end), None)


def _covered(span: Offsets, pieces: Sequence[Offsets]) -> int:
    at, total = span[0], 0
    for start, end in sorted(pieces):
        begin, stop = max(start, at), min(end, span[1])
        if stop > begin:
            total, at = total + stop - begin, stop
    return total


def _inside_own_quote(text: str, cue: Cue) -> bool:
    """A cue inside a quotation whose speaker is "I" or "we": the quotation's speaker goes on."""
    return text[slice(*cue.speaker)].lower() in ("i", "we")


def _resolve(text: str, sentence: Sentence, cue: Cue, known: list[Known], people: People) -> tuple[Attribution, Known | None]:
    words = sentence.text[slice(*cue.speaker)]
    start, end = sentence.start + cue.speaker[0], sentence.start + cue.speaker[1]
    back = antecedent_of(sentence, cue, people) if words.lower() in ("they", "he", "she", "it") else None
    back = back or back_reference(words, known)
    if words.lower() in ("one", "another") and cue.about.lower().startswith(words.lower() + ", "):
        back, _ = new_speaker(cue.about[len(words) + 2 :], cue.about[len(words) + 2 :], people)
    if back is not None:
        who: Known | None = back
    elif words.lower() in PRONOUNS:
        who = None
    else:
        who, (first, last) = new_speaker(words, cue.about, people)
        who = owned_by(who, words, known)
        start, end = start + first, start + last
    content = tuple((sentence.start + s, sentence.start + e) for s, e in cue.content)
    made = Attribution(
        speaker_start=start,
        speaker_end=end,
        speaker_words=text[start:end],
        name=who.name if who else words,
        role=who.role if who else "other",
        cue_start=sentence.start + cue.cue[0],
        cue_end=sentence.start + cue.cue[1],
        content=content,
        stance=_stance(cue, sentence.text),
        status=cue.status,
        anonymous=who.anonymous if who else False,
        kind=cue.kind,
        stand_in=(sentence.start + cue.stand_in[0], sentence.start + cue.stand_in[1]) if cue.stand_in else None,
        via=tuple(ARTICLE.sub("", sentence.text[s:e]) for s, e in cue.via),
    )
    return made, who


def _published(one: Attribution, publisher: str) -> Attribution:
    """A speaker such as "the desk" or "this consultancy" in that desk's own publication, under its full name and role."""
    words = re.sub(r"^(?:the|this|our)\s+|['’]s$", "", one.speaker_words.lower())
    role = role_of(publisher)
    if one.role in ("other", "official") and len(words.split()) == 1 and role and words in publisher.lower() and role != "media":
        return replace(one, name=publisher, role=role)
    return one


def _stance(cue: Cue, text: str) -> Stance:
    if cue.stance != "asserts" or not cue.content:
        return cue.stance
    return stance_of(text[slice(*cue.content[0])]) if cue.content[0][0] >= 0 else "asserts"


def _open_quotes(text: str, found: Sequence[Attribution]) -> list[Attribution]:
    """Quotations that stand in no attribution: they are the last speaker's in the paragraph, else the next one's.

    One that a paragraph leaves open goes on in the next, where that begins with a quotation mark.
    """
    extra: list[Attribution] = []
    last: tuple[int, Attribution | None] = (-1, None)
    for quote in QUOTE.finditer(text):
        start, end = quote.span()
        owner = next((a for a in found if any(s <= start + 1 < e for s, e in a.content)), None)
        if owner is None and len(quote.group(1).split()) >= 4:
            goes_on = last[1] is not None and 0 <= last[0] <= start and not text[last[0] : start].strip()
            owner = last[1] if goes_on else _beside(text, start, end, found)
            if owner is not None and _whole_sentence(text, start, end):
                extra.append(replace(owner, content=((start, min(end, len(text))),), stance="asserts"))
        last = (end, owner) if text[end - 1 : end] not in tuple("\"”»'") else (-1, None)
    return extra


def _beside(text: str, start: int, end: int, found: Sequence[Attribution]) -> Attribution | None:
    """Who speaks last before a stretch in its paragraph, or first behind it."""
    line = text.rfind("\n", 0, start) + 1, (text.find("\n", end) + 1 or len(text) + 1)
    before = [a for a in found if line[0] <= a.cue_start < start]
    behind = [a for a in found if end <= a.cue_start < min(line[1], end + 120)]
    return before[-1] if before else behind[0] if behind else None


def _reportedly(text: str, sentences: Sequence[Sentence], found: Sequence[Attribution]) -> list[Attribution]:
    """Sentences with "reportedly" right behind a monitor's or a medium's: they go on with what that speaker reports."""
    extra = []
    for sentence in sentences:
        span = (sentence.start, sentence.end)
        if re.search(r"\breportedly\b", sentence.text) and not any(span[0] <= a.cue_start < span[1] for a in found):
            owner = carried_over(span, found, sentences)
            if owner is not None and owner.role in ("monitor", "un", "media", "aid"):
                extra.append(replace(owner, content=(span,), stance="asserts"))
    return extra


def _said_so(
    text: str, sentences: Sequence[Sentence], found: Sequence[Attribution], known: list[Known], people: People
) -> list[Attribution]:
    """ "The hospital's director said so.", "That is what he told reporters.": whose the sentence before is."""
    extra = []
    for before, sentence in pairwise(sentences):
        hit = said_so(sentence.text) if before.paragraph == sentence.paragraph else None
        if hit is None or any(before.start <= a.cue_start < before.end for a in found):
            continue
        speaker, span = hit
        cue = Cue(
            speaker=speaker,
            about=sentence.text[slice(*speaker)],
            cue=span,
            clause=span,
            stance="asserts",
            status="",
            pattern="clause",
            side="left",
            content=((before.start - sentence.start, before.end - sentence.start),),
        )
        extra.append(_resolve(text, sentence, cue, known, people)[0])
    return extra


def _whole_sentence(text: str, start: int, end: int) -> bool:
    before = text[:start].rstrip()
    return not before or before[-1] in '.!?:\n"”' or text[start - 1 : start] == "\n"


def _whole(text: str, speaker: Offsets, about: str) -> Attribution:
    words = text[slice(*speaker)]
    return Attribution(
        speaker_start=speaker[0],
        speaker_end=speaker[1],
        speaker_words=words,
        name=clean_name(words or about),
        role=role_of(about) or "other",
        cue_start=speaker[0],
        cue_end=speaker[1],
        content=((0, len(text)),),
    )
