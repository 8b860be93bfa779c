"""Attributions by the words alone, for a sentence that has no parse."""

from __future__ import annotations

import re

from marsad.coding.attribution_words import SpeechVerb, role_of, speech_verbs

NOUN_PHRASE = r"(?:[^\W_][\w’'.-]*\s+){0,9}[^\W_][\w’'-]*"
ACCORDING = re.compile(rf"\baccording\s+to\s+(?P<speaker>{NOUN_PHRASE})", re.I)
VERBS = (
    "said",
    "says",
    "say",
    "told",
    "added",
    "announced",
    "reported",
    "confirmed",
    "claimed",
    "denied",
    "warned",
    "insisted",
    "stated",
    "declared",
)
WORDS = "|".join(VERBS)
BEFORE = re.compile(
    rf"(?:^|[,;\"”’»—–]\s*|\b(?:but|and|while)\s+)(?P<speaker>{NOUN_PHRASE})\s+(?:(?:has|have|had|also|later)\s+){{0,2}}(?P<cue>{WORDS})\b",
    re.I,
)
AFTER = re.compile(rf"[,\"”’»]\s*(?P<cue>{WORDS})\s+(?P<speaker>{NOUN_PHRASE})", re.I)
PREPOSITION = re.compile(
    r"\s+(?:on|in|after|late|early|yesterday|today|as|when|who|which|that|by|during|adding|has|had|was|were)\s.*$", re.I | re.S
)
LATER = r"(?:\s+(?:on|in|late|early|yesterday|today|to|by)\b[\w\s’'-]{0,60})?[.!]?"
SAID_SO = re.compile(
    rf"(?:(?:and|but)\s+)?(?P<speaker>{NOUN_PHRASE})\s+(?P<cue>said|says|confirmed|reported|told\s+[\w’'-]+(?:\s[\w’'-]+)?)\s+"
    rf"(?:so|this|that|it|as\s+much|the\s+same){LATER}",
    re.I,
)
THAT_IS = re.compile(
    rf"(?:that|this)\s+(?:is|was|at\s+least\s+is)\s+(?:at\s+least\s+)?what\s+(?P<speaker>{NOUN_PHRASE})\s+"
    rf"(?P<cue>said|says|reported|told)(?:\s+[\w’'-]+){{0,4}}{LATER}",
    re.I,
)
CONFIRMED = re.compile(
    rf"(?:that|this|the\s+toll|the\s+figure)\s+(?:is|was|has\s+been)\s+(?P<cue>confirmed|given|reported|according)\s+(?:by|to)\s+"
    rf"(?P<speaker>{NOUN_PHRASE})[.!]?",
    re.I,
)
PRONOUNS = frozenset({"he", "she", "they", "it"})
Hit = tuple[tuple[int, int], tuple[int, int], SpeechVerb]


def surface_cues(text: str) -> list[Hit]:
    """Speaker, cue and verb of each "X said", "said X" and "according to X", with offsets into the text."""
    table, found = speech_verbs(), []
    for hit in ACCORDING.finditer(text):
        start, end = hit.span("speaker")
        found.append(((start, _end(text, start, end)), (hit.start(), start), table["according to"][0]))
    for pattern in (BEFORE, AFTER):
        for hit in pattern.finditer(text):
            start, end = hit.span("speaker")
            words = hit["speaker"]
            if pattern is AFTER:
                end = _end(text, start, end)
            if role_of(text[start:end]) or words.lower() in PRONOUNS or words[:1].isupper() or pattern is AFTER:
                found.append(((start, end), hit.span("cue"), table[hit["cue"].lower()][0]))
    return found


def said_so(text: str) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Speaker and cue of a sentence that only says whose the sentence before is.

    >>> text = "That is what the mayor told reporters."; speaker, cue = said_so(text); text[slice(*speaker)], text[slice(*cue)]
    ('the mayor', 'told')
    """
    hit = SAID_SO.fullmatch(text) or THAT_IS.fullmatch(text) or CONFIRMED.fullmatch(text)
    if hit is None or (
        role_of(hit["speaker"]) is None and not hit["speaker"][:1].isupper() and hit["speaker"].lower() not in PRONOUNS
    ):
        return None
    return hit.span("speaker"), hit.span("cue")


def _end(text: str, start: int, end: int) -> int:
    cut = PREPOSITION.search(text[start:end])
    return start + cut.start() if cut else end
