"""Where what is said begins and ends: a sentence's cues, each with its content."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from marsad.model import Stance

CONJUNCTION = re.compile(
    r"(?:,\s*(?:and|but|while|whereas|though|although|yet|so)|\s+(?:and|but|while|whereas|although)|\s[-–—])\s+(?:[^,;]{0,30},?\s+)?$"
)
LINK = re.compile(r"(?:[\s,]+(?:and|but|then|also|later|has|have|had|who))*[\s,]*$")
TELLS = frozenset({"told", "tells", "tell", "telling"})
AUDIENCE = re.compile(r"\s+(?:(?!that\s)[\w’'.&-]+\s+){1,10}that\s+")
TRAILING = re.compile(r"\s*(?:;|,\s+(?!(?:\w+\s+)?(?:after|as|when|while|but|though|although|who|which|hours|days|where)\b))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A speaker and a cue in one sentence; all offsets count from the sentence's start.

    `about` is the speaker's words with their apposition, from which the role is read; `clause` runs over speaker and cue;
    `side` is where the thing said stands ("left", "right" or "both"), and `content` what `lay_out` makes of it.
    """

    speaker: tuple[int, int]
    about: str
    cue: tuple[int, int]
    clause: tuple[int, int]
    stance: Stance
    status: str
    pattern: str
    side: str
    own_subject: bool = True
    nested: bool = False
    reach: int | None = None
    via: tuple[tuple[int, int], ...] = ()
    kind: str = "speech"
    stand_in: tuple[int, int] | None = None
    content: tuple[tuple[int, int], ...] = ()


def lay_out(text: str, cues: list[Cue]) -> tuple[Cue, ...]:
    """The same cues with `content`: for "left" back to the last boundary, for "right" up to the next speaker's clause."""
    laid: list[Cue] = []
    for at, cue in enumerate(cues):
        floor, ceiling = _floor(text, cue, cues[:at]), _ceiling(text, cue, cues[at + 1 :])
        spans = []
        if cue.side in ("left", "both"):
            spans.append((floor, cue.clause[0]))
        if cue.side in ("right", "both"):
            begin = cue.clause[1] if cue.pattern in ("clause", "phrase", "possessive") else cue.cue[0]
            told = AUDIENCE.match(text, begin) if text[slice(*cue.cue)].lower() in TELLS else None
            spans.append((told.end() if told and told.end() < ceiling else begin, ceiling))
        elif TRAILING.match(text[cue.clause[1] : ceiling]):
            spans.append((cue.clause[1], ceiling))
        elif re.match(r"[^;\"“]{0,60}[\"“]", text[cue.clause[1] : ceiling]):
            spans.append(
                (
                    cue.clause[1] + text[cue.clause[1] : ceiling].index(next(c for c in text[cue.clause[1] :] if c in '"“')),
                    ceiling,
                )
            )
        content = tuple(s for s in (_trim(text, *s) for s in spans) if s[1] - s[0] > 1)
        laid.append(replace(cue, content=content))
    return tuple(c for c in laid if c.content)


def _floor(text: str, cue: Cue, before: list[Cue]) -> int:
    semicolon = text.rfind(";", 0, cue.clause[0]) + 1
    marks = [0, semicolon if any(b.clause[1] < semicolon for b in before) else 0]
    marks += [b.clause[1] for b in before if b.side == "left" and b.clause[1] <= cue.clause[0] and b.speaker != cue.speaker]
    return max(marks)


def _ceiling(text: str, cue: Cue, behind: list[Cue]) -> int:
    stop = text.find(";", cue.clause[1])
    marks = [
        cue.reach if cue.reach is not None else len(text),
        stop if stop >= 0 and any(b.clause[0] > stop for b in behind) else len(text),
    ]
    for other in behind:
        if other.speaker == cue.speaker and not other.own_subject and other.cue[0] > cue.cue[1] and cue.clause[1] < other.cue[0]:
            marks.append(cue.clause[1] + len(LINK.sub("", text[cue.clause[1] : other.cue[0]])))
            break
    for other in behind:
        if other.own_subject and other.side == "right" and not other.nested and other.clause[0] >= cue.clause[1]:
            link = CONJUNCTION.search(text[cue.clause[1] : other.clause[0]])
            if link:
                marks.append(cue.clause[1] + link.start())
                break
    return min(marks)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    head = re.match(r"(?:[\s,;:—–-]+|(?:and|but|that)\s)*", text[start:end])
    start += head.end() if head else 0
    while end > start and text[end - 1] in " ,;:—–-\n":
        end -= 1
    return start, max(start, end)
