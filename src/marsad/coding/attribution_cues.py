"""One sentence's attributions: the cue, the speaker's words and what is said, by the sentence's parse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from marsad.coding.attribution_attitudes import attitude_cues
from marsad.coding.attribution_layout import Cue, lay_out
from marsad.coding.attribution_phrases import phrase_cues
from marsad.coding.attribution_subjects import (
    CLOSERS,
    NOT_SPEAKERS,
    RELATIVES,
    SUBJECTS,
    agent_of,
    extended,
    has_finite_verb,
    mistaken,
    outlets,
    phrase_before,
    quoted_passive,
    quoted_speakers,
    speakers_of,
    subject_of,
    taken_for_participle,
)
from marsad.coding.attribution_surface import surface_cues
from marsad.coding.attribution_words import SpeechVerb, role_of, speech_verbs
from marsad.language.text import Sentence, text_of
from marsad.model import Stance

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

LONGEST = 4000
OWN_VOICE = re.compile(r"(?:our|this)\s", re.I)
OPENERS = ('"', "“", "‘", "«", "''")
OBJECT = re.compile(
    r"\s+(?:(?:only |some |at least )?\d|(?:the|an?|both|any|all|its|his|that|it|responsibility|no)\b|[A-Z]|[,.]$)"
)
TAIL = re.compile(r"\s*(?:[.,;]|$|(?:on|in|late|yesterday|today)\b)")
SURE = ("confirm", "verify", "believe", "think")
HEARSAY = re.compile(r"(?:said|thought|believed|alleged|known|reported|suspected|held) to (?:be|have|belong|\w+)\b", re.I)


def cues_in(sentence: Sentence, *, every: bool = False) -> tuple[Cue, ...]:
    """The sentence's cues in order, each with its content. Without a parse the words alone decide.

    `every` adds what people think, want and judge to what they state.

    A "sentence" of over 4,000 characters is a table or rubbish: nobody speaks in it.
    """
    if len(sentence.text) > LONGEST:
        return ()
    if sentence.doc is None:
        found = [_from_surface(sentence.text, *hit) for hit in surface_cues(sentence.text)]
    else:
        found = list(_parsed(sentence.doc))
        if every:
            found += [c for c in attitude_cues(sentence.doc) if not any(_same_cue(c, f) for f in found)]
    found.sort(key=lambda c: (c.cue, c.speaker))
    return lay_out(sentence.text, _once(found))


def _from_surface(text: str, speaker: tuple[int, int], cue: tuple[int, int], verb: SpeechVerb) -> Cue:
    clause = min(speaker[0], cue[0]), max(speaker[1], cue[1])
    left = text[: clause[0]].rstrip()
    side = "left" if left.endswith((",", *CLOSERS)) and len(left.split()) > 2 else "right"
    return Cue(
        speaker=speaker,
        about=text[slice(*speaker)],
        cue=cue,
        clause=clause,
        stance=verb.stance,
        status=verb.status,
        pattern=verb.pattern,
        side=side,
    )


def _same_cue(one: Cue, other: Cue) -> bool:
    return one.cue[0] < other.cue[1] and other.cue[0] < one.cue[1]


def _once(cues: list[Cue]) -> list[Cue]:
    kept: list[Cue] = []
    for cue in cues:
        if not any(cue.speaker == k.speaker and cue.cue[0] <= k.clause[1] and k.cue[0] <= cue.clause[1] for k in kept):
            kept.append(cue)
    return kept


def _parsed(doc: Doc) -> Iterator[Cue]:
    table = speech_verbs()
    for token in doc:
        entries = table.get(token.lower_, ())
        if not entries:
            continue
        cues = list(_verb_cue(token, entries)) if _is_verb(token) else []
        yield from cues or _tail_cue(token, entries)
    yield from phrase_cues(doc)


def _is_verb(token: Token) -> bool:
    behind = text_of(token.doc)[token.idx + len(token) :]
    if (
        token.lower_.endswith("s")
        and (re.match(r"\s+that\b|[.,]?$", behind))
        and token.dep_ not in ("pobj", "nsubj", "nsubjpass", "dobj")
    ):
        return True
    if (
        token.lower_.endswith("s")
        and token.tag_ in ("NNS", "NNPS")
        and OBJECT.match(behind)
        and token.i > 0
        and token.nbor(-1).pos_ in ("PROPN", "NOUN")
    ):
        return True
    if token.pos_ in ("VERB", "AUX") or token.tag_.startswith("VB"):
        return True
    return token.is_upper and any(c.dep_ in SUBJECTS or c.dep_ == "ccomp" for c in token.children)


def _tail_cue(token: Token, entries: tuple[SpeechVerb, ...]) -> Iterator[Cue]:
    """A "…, the White Helmets report" whose verb the parse took for a noun or hung elsewhere."""
    text = text_of(token.doc)
    verb = next((e for e in entries if e.pattern == "clause" and e.after is None), None)
    if (
        verb is None
        or token.tag_ == "VBG"
        or not TAIL.match(text[token.idx + len(token) :])
        or any(c.dep_ == "neg" for c in token.children)
    ):
        return
    for speaker, about, _ in phrase_before(token, verb):
        left = text[: speaker[0]].rstrip()
        if not left.endswith((",", *CLOSERS)) or role_of(about) is None or not has_finite_verb(token, 0, speaker[0]):
            continue
        clause = speaker[0], token.idx + len(token)
        yield Cue(
            speaker=speaker,
            about=about,
            cue=(token.idx, clause[1]),
            clause=clause,
            stance=verb.stance,
            status=verb.status,
            pattern=verb.pattern,
            side="left",
        )


def _verb_cue(token: Token, entries: tuple[SpeechVerb, ...]) -> Iterator[Cue]:
    text = text_of(token.doc)
    behind = text[token.idx + len(token) : token.idx + len(token) + 160].lstrip()
    usable = [e for e in entries if e.after is None or e.after.match(behind)]
    learned = _learned_from(token, next((e for e in usable if e.pattern == "from"), None))
    if learned:
        yield from learned
        return
    usable = [e for e in usable if e.pattern != "from"]
    if not usable or _unreal(token):
        return
    subject, own = subject_of(token)
    if token.dep_ == "relcl" and subject is not None and not own and text[: token.idx].rfind(",", subject.idx) < 0:
        return
    wrong = subject is not None and mistaken(token, subject, own)
    verb, stance = _choose(token, usable, subject, set_off=_set_off(token) or (wrong and not own))
    if verb is None or (verb.pattern != "clause" and _only_describes(token)):
        return
    nearer = phrase_before(token, verb) if subject is None or wrong else []
    if subject is None or nearer:
        speakers, own, before = nearer, True, True
    elif subject.lower_ in NOT_SPEAKERS:
        return
    else:
        speakers, before = speakers_of(subject), subject.i < token.i
    if verb.pattern == "quote":
        speakers = quoted_speakers(token) or speakers
    for speaker, about, edge in speakers:
        if OWN_VOICE.match(about):
            continue
        clause = min(speaker[0], token.idx), max(edge, token.idx + len(token))
        if before:
            clause = min(s[0] for s, _, _ in speakers), token.idx + len(token)
            speaker = speaker[0], extended(text, speaker[1], token.idx)
        side = "right" if verb.pattern == "quote" else _side(token, before, clause, own)
        yield Cue(
            stand_in=_stand_in(token),
            reach=token.right_edge.idx + len(token.right_edge) if token.dep_ == "relcl" and subject is not None else None,
            via=outlets(token, subject, verb),
            speaker=speaker,
            about=about,
            cue=(token.idx, token.idx + len(token)),
            clause=clause,
            stance=stance,
            status=verb.status,
            pattern=verb.pattern,
            side=side,
            own_subject=own,
            nested=token.dep_ == "ccomp" and token.head.lower_ in speech_verbs(),
        )


def _learned_from(token: Token, verb: SpeechVerb | None) -> list[Cue]:
    """The cues of "one learned from hospital sources": who told it speaks, an outlet that learned it passes it on."""
    source = next((c for c in token.children if c.lower_ == "from" and c.i > token.i), None) if verb is not None else None
    told = next((c for c in source.children if c.dep_ == "pobj"), None) if source is not None else None
    if verb is None or source is None or told is None:
        return []
    subject = next((c for c in token.children if c.dep_ in (*SUBJECTS, "nsubjpass")), None)
    start = subject.left_edge.idx if subject is not None and subject.i < token.i else token.idx
    via = subject is not None and role_of(subject.text) == "media"
    set_off = text_of(token.doc)[:start].rstrip().endswith((",", "—", "–", *CLOSERS))
    return [
        Cue(
            speaker=speaker,
            about=about,
            cue=(token.idx, token.idx + len(token)),
            clause=(start, edge),
            stance=verb.stance,
            status=verb.status,
            pattern="clause",
            side="left" if set_off else "right",
            via=((subject.left_edge.idx, subject.idx + len(subject)),) if via and subject is not None else (),
        )
        for speaker, about, edge in speakers_of(told)
        if role_of(about) is not None
    ]


def _stand_in(token: Token) -> tuple[int, int] | None:
    """Where the "who" stands of "X, who said"."""
    found = next((c for c in token.children if c.dep_ in SUBJECTS and c.lower_ in RELATIVES), None)
    return (found.idx, found.idx + len(found)) if found is not None and token.dep_ == "relcl" else None


def _only_describes(token: Token) -> bool:
    """Whether a participle tells who somebody is, not what they say: "demonstrators demanding elections threw stones"."""
    if token.dep_ != "acl" or token.tag_ != "VBG" or text_of(token.doc)[: token.idx].rstrip().endswith(","):
        return False
    return token.head.dep_ in SUBJECTS and token.head.head.lower_ not in speech_verbs()


def _unreal(token: Token) -> bool:
    """Not said: an infinitive ("asked to say"), a passive without a speaker, "would say", "did not say"."""
    children = [c for c in token.children if c.i < token.i]
    if (token.i > 0 and token.nbor(-1).lower_ == "as") or (
        token.tag_ in ("VBN", "VBD") and HEARSAY.match(text_of(token.doc)[token.idx :])
    ):
        return True
    if token.tag_ == "VB" and any(c.lower_ == "to" for c in children) and token.head.lower_ not in ("went", "going", "continued"):
        return True
    if any(c.dep_ == "neg" for c in children) and not any(e.verb in SURE for e in speech_verbs()[token.lower_]):
        return True
    if any(c.lower_ in ("would", "will", "should", "must", "might") for c in children):
        return True
    if token.tag_ == "VBN" and token.dep_ == "acl" and agent_of(token) is None and not taken_for_participle(token):
        return True
    if (
        token.dep_ == "relcl"
        and not any(c.dep_ in ("ccomp", "dobj") for c in token.children if c.i > token.i)
        and not _set_off(token)
    ):
        return True
    return (
        any(c.dep_ in ("auxpass", "nsubjpass") for c in token.children) and agent_of(token) is None and not quoted_passive(token)
    )


def _choose(token: Token, usable: list[SpeechVerb], subject: Token | None, *, set_off: bool) -> tuple[SpeechVerb | None, Stance]:
    """The entry that fits the verb's surroundings, and the stance it gives."""
    negated = any(c.dep_ == "neg" for c in token.children)
    said = _says_something(token)
    known = subject is None or _known(subject)
    for verb in [*(v for v in usable if v.pattern == "quote"), *(v for v in usable if v.stance != "asserts"), *usable]:
        if verb.pattern == "clause" and (said or set_off):
            return verb, "doubts" if negated else verb.stance
        if verb.pattern == "object":
            return verb, verb.stance
        if (
            verb.pattern == "weak"
            and known
            and any(c.dep_ in ("dobj", "ccomp", "oprd", "dative", "prep", "attr", "xcomp", "acomp") for c in token.children)
        ):
            return verb, "doubts" if negated else verb.stance
        if verb.pattern == "quote":
            return verb, verb.stance
    return None, "asserts"


def _known(subject: Token) -> bool:
    words = " ".join(t.text for t in subject.subtree)[:300]
    return role_of(words) is not None or subject.pos_ == "PRON"


def _says_something(token: Token) -> bool:
    text = text_of(token.doc)
    behind = text[token.idx + len(token) :].lstrip()
    before = text[: token.idx].rstrip()
    if any(e.verb in ("say", "tell") for e in speech_verbs()[token.lower_]) and len(behind.split()) > 2:
        return True
    return (
        any(c.dep_ in ("ccomp", "parataxis") for c in token.children)
        or behind.startswith(("that ", ":", *OPENERS))
        or before.endswith(tuple(CLOSERS))
    )


def _set_off(token: Token) -> bool:
    """Whether the clause of cue and subject is set off by a comma or quote, as in "…, the army said"."""
    text = text_of(token.doc)
    start = min([token.idx, *(c.left_edge.idx for c in token.children if c.dep_ in SUBJECTS)])
    return text[:start].rstrip().endswith((",", "—", "–", *CLOSERS)) or text[token.idx + len(token) :].strip() in ("", ".")


def _side(token: Token, before: bool, clause: tuple[int, int], own: bool) -> str:
    text = text_of(token.doc)
    left, right = text[: clause[0]].rstrip(), text[clause[1] :].lstrip()
    set_off = left.endswith((",", "—", "–", *CLOSERS, "?", "!"))
    clauses = [c for c in token.children if c.dep_ == "ccomp"]
    if not own or not set_off:
        return "right"
    if right.startswith("that ") and before:
        return "right"
    if token.dep_ == "parataxis" and token.head.i > token.i and right.startswith(","):
        return "both"
    if any(c.i < token.i for c in clauses) or left.endswith(tuple(CLOSERS)) or token.dep_ == "parataxis":
        return "left" if has_finite_verb(token, text.rfind(";", 0, clause[0]) + 1, clause[0]) else "both"
    if any(c.i > token.i for c in clauses) and before:
        return "right"
    if has_finite_verb(token, text.rfind(";", 0, clause[0]) + 1, clause[0]) and (
        not right or right[0] in ".,;:" or _adjunct(token)
    ):
        return "left"
    return "both" if not before or right.startswith(",") else "right"


def _adjunct(token: Token) -> bool:
    following = token.doc[token.i + 1] if token.i + 1 < len(token.doc) else None
    return following is not None and (
        following.pos_ in ("ADP", "ADV", "SCONJ", "PUNCT", "CCONJ")
        or following.dep_ in ("npadvmod", "nsubj", "det", "dobj", "compound", "dative")
    )
