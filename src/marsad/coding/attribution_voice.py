"""Reports that are one speaker's statement from end to end."""

from __future__ import annotations

import re

from marsad.coding.attribution_words import role_of

SPOKES = re.compile(r"\b(?:spokes(?:man|woman|person)|information office|press office|media office|official speaker)\b", re.I)
OPENED = re.compile(
    r"\A(?:[^\n]{0,120}\n){0,3}?\W*(?P<words>(?:the\s+)?[\w '’.-]{4,80}?)\s+(?:informs?\s+(?:the\s+)?public|announces? (?:to|the following)|issues? the following)", re.I
)
OUR_OWN = re.compile(r"\b(?:the|our)\s+(?:armed forces|command|army|directorate|ministry|air component|troops)\b", re.I)
OUR_FORCE = re.compile(r"\bour\s+(?:\w+\s+){0,2}(?:forces?|fighters|units|troops|mujahideen|soldiers|army|men|brigades?|heroes|air force|martyrs|side|artillery|engineers|comrades|gunners)\b", re.I)
SELF = re.compile(r"\b(?:the|our)\s+(?:armed forces|general command|army|command|resistance|front|movement|brigades?|general staff|islamic emirate)\b", re.I)


def whole_voice(text: str, publisher: str | None = None, title: str | None = None) -> tuple[tuple[int, int], str] | None:
    """Where the speaker of a statement is named, and the words that tell their role; `None` for an ordinary report.

    A statement is signed by a spokesman at its end, opens with "X informs the public", or says "our forces" outside quotation.
    """
    signed = _signature(text)
    if signed:
        return signed
    opened = OPENED.search(text)
    if opened and role_of(opened["words"]):
        return opened.span("words"), opened["words"]
    if publisher and role_of(publisher) in ("military", "armed_group"):
        named = SELF.search(text) or OUR_OWN.search(text) or OUR_FORCE.search(text)
        return (named.span() if named else (0, 0)), publisher
    plain = re.sub(r"[\"“][^\"”\n]*[\"”]", lambda m: " " * len(m.group()), text)
    if OUR_FORCE.search(plain):
        named = SELF.search(plain) or OUR_FORCE.search(plain)
        if named:
            return named.span(), named.group()
    return None


def _signature(text: str) -> tuple[tuple[int, int], str] | None:
    """The signer in the last three lines: "Brigadier X, Official Spokesman of the Armed Forces", in one line or two."""
    lines = [m for m in re.finditer(r"[^\n]*\S[^\n]*", text)][-3:]
    for at, line in enumerate(lines):
        words = line.group().strip(" \t\"“”—–-*")
        if not SPOKES.search(words) or len(words) > 120 or re.search(r"[.!?]\s|\b(?:said|says|told|added)\b", words):
            continue
        start = line.start() + line.group().find(words)
        first = re.match(r"[^,;]+", words)
        named = words[: first.end()] if first and not SPOKES.search(first.group()) else ""
        above = lines[at - 1] if at else None
        if not named and above is not None and re.fullmatch(r"\W*(?:[A-Z][\w’'.-]*[\s,]*){2,8}", above.group()):
            return above.span(), f"{above.group().strip()}, {words}"
        return (start, start + len(named or words)), words
    return None
