"""Cues that are no verbs: "according to X", "by X's count", "X: …"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from marsad.coding.attribution_layout import Cue
from marsad.coding.attribution_subjects import NOT_SPEAKERS, has_finite_verb, speakers_of
from marsad.coding.attribution_words import SpeechVerb, clean_name, governments, role_of, speech_verbs
from marsad.language.text import text_of

if TYPE_CHECKING:
    from spacy.tokens import Doc

PHRASE = re.compile(
    r"\b(?P<phrase>"
    + "|".join(
        sorted(
            (re.escape(form).replace(r"\ ", r"\s+") for form, es in speech_verbs().items() if es[0].pattern == "phrase"),
            key=len,
            reverse=True,
        )
    )
    + r")\s+(?=[\w\"“])",
    re.I,
)
POSSESSIVE = re.compile(
    r"\b(?:by|in|on)\s+(?P<speaker>(?:(?:(?!(?:by|in|on)\s)[\w-]+\s+){0,5}?[\w-]+)(?=['’]s\s|(?<=s)['’]\s)|his|her|their|its)(?:['’]s?)?\s+(?:own\s+)?(?:\w+\s+)?(?P<cue>"
    + "|".join(form for form, es in speech_verbs().items() if any(e.pattern == "possessive" for e in es))
    + r")\b(?!\s+(?:of|that|to|for)\b)",
    re.I,
)
LABEL = re.compile(
    r"\A(?:\d{1,2}[:.]\d\d\s*[—–-]+\s*)?(?P<speaker>(?:[\w’'-]+\s+){0,4}[\w’'-]+(?:, (?:[A-Z][\w’'-]+ ?){1,3})?):\s+(?=[\w\"“])"
)


def phrase_cues(doc: Doc) -> Iterator[Cue]:
    text = text_of(doc)
    for hit in PHRASE.finditer(text):
        verb = speech_verbs()[" ".join(hit["phrase"].lower().split())][0]
        inside = [t for t in doc if t.idx >= hit.end()]
        if not inside:
            continue
        head = next(
            (t for t in inside[:12] if t.dep_ in ("pobj", "dobj") and t.head.idx < hit.end() and t.head.idx >= hit.start()), None
        )
        if head is None or head.left_edge.idx < hit.start():
            head = next(
                (
                    t
                    for t in inside[:12]
                    if t.pos_ in ("NOUN", "PROPN", "PRON")
                    and (t.i + 1 == len(doc) or (doc[t.i + 1].dep_ != "compound" and t.dep_ not in ("compound", "poss")))
                ),
                None,
            )
        if head is None or head.lower_ in NOT_SPEAKERS:
            continue
        for speaker, about, edge in speakers_of(head):
            if hit["phrase"].lower().endswith("ing") and role_of(about) is None:
                continue
            yield _phrase_cue(text, hit.span("phrase"), speaker, about, edge, verb)
    for hit in LABEL.finditer(text):
        if _is_heading(hit["speaker"]):
            continue
        if role_of(hit["speaker"]) not in (None, "anonymous") and not has_finite_verb(doc[0], 0, hit.end("speaker")):
            yield _phrase_cue(
                text, (hit.end("speaker"), hit.end()), hit.span("speaker"), hit["speaker"], hit.end(), _possession()
            )
    for hit in POSSESSIVE.finditer(text):
        speaker = hit.span("speaker")
        yield _phrase_cue(text, hit.span("cue"), speaker, hit["speaker"], hit.end(), _possession())


def _is_heading(words: str) -> bool:
    """A place before a colon says where a story is from or about, not who speaks: "CAIRO: …", "UNITED NATIONS: …".

    >>> _is_heading("CAIRO"), _is_heading("KHARTOUM, Sudan"), _is_heading("UNITED NATIONS"), _is_heading("WHO")
    (True, True, True, False)
    """
    place = words.split(",")[0]
    return clean_name(place).lower() in governments() or (place.isupper() and " " in place)


def _possession() -> SpeechVerb:
    return next(e for e in speech_verbs()["count"] if e.pattern == "possessive")


def _phrase_cue(text: str, cue: tuple[int, int], speaker: tuple[int, int], about: str, edge: int, verb: SpeechVerb) -> Cue:
    clause = min(cue[0], speaker[0]), max(edge, cue[1], speaker[1])
    left = text[: clause[0]].strip()
    tail = text[clause[1] :].lstrip(" ,")
    side = "right" if len(left.split()) < 3 else "left" if len(left.split()) > 5 or not tail.strip(". ") else "both"
    return Cue(
        speaker=speaker,
        about=about,
        cue=cue,
        clause=clause,
        stance=verb.stance,
        status=verb.status,
        pattern=verb.pattern,
        side=side,
    )
