"""Reports that are one speaker's statement from end to end."""

from __future__ import annotations

import re

from marsad.coding.attribution_words import role_of

Offsets = tuple[int, int]
Voice = tuple[Offsets, str]
SPOKES = re.compile(r"\b(?:spokes(?:man|woman|person)|information office|press office|media office|official speaker)\b", re.I)
TOLD = re.compile(r"[.!?]\s|\b(?:said|says|say|told|tells|added|denied|warned|announced)\b", re.I)
OPENED = re.compile(
    r"(?:\A|\n|[—–-]\s)\W{0,3}(?P<words>(?:the\s+)?[\w '’.-]{4,80}?)\s+"
    r"(?:informs?\s+(?:the\s+)?public|announces? (?:to|the following)|issues? the following)",
    re.I,
)
MADE_BY = re.compile(
    r"\b[Ss]tatement\s+(?:attributable to|attributed to|by|of|from)\s+"
    r"(?P<words>(?:the\s+)?[A-Z][\w’'-]*(?:\s[\w’'-]+){0,6}?)(?=[.,;:\n]|\s(?:on|about|in)\s|$)"
)
FORCES = (
    r"forces?|fighters|units|troops|mujahideen|soldiers|army|men|brigades?|heroes|air force|martyrs|side|artillery"
    r"|engineers|comrades|gunners"
)
OUR_FORCE = re.compile(rf"\bour\s+(?:\w+\s+){{0,2}}(?:{FORCES})\b", re.I)
SELF = re.compile(
    r"\b(?:the|our)\s+(?:armed forces|general command|army|command|resistance|front|movement|brigades?|general staff"
    r"|islamic emirate|directorate|ministry|air component|troops)\b",
    re.I,
)
FIRST_PERSON = re.compile(r"\b(?:I|we|our)\b")
QUOTED = re.compile(r"[\"“][^\"“”\n]{0,2000}[\"”]")


def whole_voice(text: str, *, publisher: str | None = None, title: str | None = None) -> Voice | None:
    """Where the speaker of a statement is named, and the words that tell their role; `None` for an ordinary report.

    A statement is signed by a spokesman at its end or head, opens with "X informs the public", calls itself "Statement by X", is
    put out by an armed force as its publisher, or says "our forces" outside quotation. The offsets are (0, 0) where the text
    itself does not name the speaker.
    """
    signed = _signature(text)
    if signed:
        return signed
    opened = OPENED.search(text[:400])
    if opened and role_of(opened["words"]):
        return opened.span("words"), opened["words"]
    plain = QUOTED.sub(lambda m: " " * len(m.group()), text)
    made = MADE_BY.search(plain[:400]) if FIRST_PERSON.search(plain) else None
    if made and role_of(made["words"]):
        return made.span("words"), made["words"]
    titled = MADE_BY.search(title) if title and FIRST_PERSON.search(plain) else None
    if titled and role_of(titled["words"]):
        at = text.lower().find(titled["words"].lower())
        return ((at, at + len(titled["words"])) if at >= 0 else (0, 0)), titled["words"]
    named = SELF.search(plain) or OUR_FORCE.search(plain)
    if publisher and role_of(publisher) in ("military", "armed_group"):
        return (named.span() if named else (0, 0)), publisher
    return (named.span(), named.group()) if named and OUR_FORCE.search(plain) else None


def _signature(text: str) -> Voice | None:
    """The signer in the first line or the last three: "Brigadier X, Official Spokesman of the Army", in one line or two."""
    lines = list(re.finditer(r"[^\n]*\S[^\n]*", text))
    if len(lines) < 3:
        return None
    for at in (*range(max(1, len(lines) - 3), len(lines)), 0):
        words = lines[at].group().strip(' \t"“”—–-*')
        if not SPOKES.search(words) or len(words) > 120 or TOLD.search(words) or words.endswith("."):
            continue
        start = lines[at].start() + lines[at].group().find(words)
        first = re.match(r"[^,;]+", words)
        named = words[: first.end()] if first and not SPOKES.search(first.group()) else ""
        above = lines[at - 1] if at else None
        if not named and above is not None and re.fullmatch(r"\W*(?:[A-Z][\w’'.-]*[\s,]*){2,8}", above.group()):
            return above.span(), f"{above.group().strip()}, {words}"
        return (start, start + len(named or words)), words
    return None
