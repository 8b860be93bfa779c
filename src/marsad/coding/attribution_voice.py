"""Reports that are one speaker's statement from end to end."""

from __future__ import annotations

import re

from marsad.coding.attribution_words import role_of

SIGNED = re.compile(
    r"(?:^|\n)[\s\"“—–-]*(?P<words>[A-Z][^\n.]{3,90}?(?:,|\n)\s*(?:official\s+|army\s+|military\s+)?(?:spokes(?:man|woman|person)|information office|press office|commander)[^\n]{0,90})\s*\Z",
    re.I,
)
OPENED = re.compile(
    r"\A(?:[^\n]{0,120}\n){0,3}?\W*(?P<words>(?:the\s+)?[\w '’.-]{4,80}?)\s+(?:informs?\s+(?:the\s+)?public|announces? (?:to|the following)|issues? the following)", re.I
)
OUR_OWN = re.compile(r"\b(?:the|our)\s+(?:armed forces|command|army|directorate|ministry|air component|troops)\b", re.I)
OUR_FORCE = re.compile(r"\bour\s+(?:\w+\s+){0,2}(?:forces?|fighters|units|troops|mujahideen|soldiers|army|men|brigades?|heroes|air force|martyrs|side|artillery|engineers|comrades|gunners)\b", re.I)
SELF = re.compile(r"\b(?:the|our)\s+(?:armed forces|general command|army|command|resistance|front|movement|brigades?|general staff|islamic emirate)\b", re.I)


def whole_voice(text: str, publisher: str | None = None) -> tuple[tuple[int, int], str] | None:
    """Where the speaker of a statement is named, and the words that tell their role; `None` for an ordinary report.

    A statement is signed by a spokesman at its end, opens with "X informs the public", or says "our forces" outside quotation.
    """
    signed = SIGNED.search(text)
    if signed:
        words = signed["words"]
        cut = re.search(r"[,\n]", words)
        start = signed.start("words")
        return (start, start + (cut.start() if cut else len(words))), words
    opened = OPENED.search(text)
    if opened and role_of(opened["words"]):
        return opened.span("words"), opened["words"]
    if publisher and role_of(publisher) in ("military", "armed_group"):
        named = next((m for m in OUR_OWN.finditer(text)), None)
        return (named.span() if named else (0, 0)), publisher
    plain = re.sub(r"[\"“][^\"”\n]*[\"”]", lambda m: " " * len(m.group()), text)
    if OUR_FORCE.search(plain):
        named = SELF.search(plain) or OUR_FORCE.search(plain)
        if named:
            return named.span(), named.group()
    return None
