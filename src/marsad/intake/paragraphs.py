"""A saved page's lines as paragraphs, each with what it looks like."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from marsad.intake.headers import Dateline, Header, read_dateline, read_header
from marsad.intake.names import furniture

Kind = Literal["separator", "footer", "furniture", "links", "header", "bullet", "headline", "body"]
SEPARATOR = re.compile(r"(?:[-=*_#~•·—–+]\s?){3,200}")
BULLET = re.compile(r"(?:[-–—•*·▪●◦‣○■►]|\(?\d{1,2}[.)])\s+(?=\S)")
HEADLINE_START = re.compile(r"[\"“‘'«(\[]?[A-Z0-9À-Þ]")
LOWER = re.compile(r"[a-zß-ÿ]")
UNFINISHED = re.compile(r"[^.!?:;”\"’)\]…]$")
LONGEST_HEADLINE = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """`gap` where a blank line stands before it; `dateline` and `header` where it opens with or is one."""

    text: str
    kind: Kind
    gap: bool
    dateline: Dateline | None = None
    header: Header | None = None

    @property
    def words(self) -> int:
        return len(self.text.split())

    @property
    def running(self) -> bool:
        """Running text, as against a headline, a bullet or furniture."""
        return self.kind == "body"


def read_paragraphs(text: str) -> list[Paragraph]:
    """The paragraphs of a cleaned page, in order: lines, or, where the page is wrapped at a width, the wrapped lines joined."""
    found: list[Paragraph] = []
    lines = unwrap(text)
    for line, gap in lines:
        before = found[-1] if found else None
        if SEPARATOR.fullmatch(line) and before and before.kind == "headline" and not gap and len(line) >= len(before.text) * 0.5:
            continue
        found.append(_classify(line, gap))
    return found


def unwrap(text: str) -> list[tuple[str, bool]]:
    """The lines that hold something, each with whether a blank one stood before; hard-wrapped lines are joined."""
    lines: list[tuple[str, bool]] = []
    gap = True
    for raw in text.split("\n"):
        line = raw.strip()
        if line:
            lines.append((line, gap))
        gap = not line
    if not _is_wrapped(lines):
        return lines
    width = max(len(line) for line, _ in lines)
    joined: list[tuple[str, bool]] = []
    last = ""
    for line, gap in lines:
        if joined and not gap and _continues(last, line, width):
            joined[-1] = (f"{joined[-1][0]} {line}", joined[-1][1])
        else:
            joined.append((line, gap))
        last = line
    return joined


def _is_wrapped(lines: list[tuple[str, bool]]) -> bool:
    if len(lines) < 4 or max(len(line) for line, _ in lines) > 130:
        return False
    pairs = [(a, b) for (a, _), (b, gap) in pairwise(lines) if not gap]
    broken = sum(1 for a, b in pairs if len(a) > 40 and UNFINISHED.search(a) and LOWER.match(b))
    return broken >= 2 and broken >= 0.25 * len(pairs)


def _continues(last: str, line: str, width: int) -> bool:
    if SEPARATOR.fullmatch(line) or SEPARATOR.fullmatch(last) or BULLET.match(line):
        return False
    return len(last) > width * 0.6 or bool(LOWER.match(line))


def _classify(line: str, gap: bool) -> Paragraph:
    header = read_header(line)
    kind: Kind
    if SEPARATOR.fullmatch(line):
        kind = "separator"
    elif len(line) < 500 and furniture("footer").fullmatch(line):
        kind = "footer"
    elif len(line) < 120 and furniture("links").fullmatch(line):
        kind = "links"
    elif len(line) < 600 and furniture("drop").fullmatch(line):
        kind = "furniture"
    elif header:
        kind = "header"
    elif BULLET.match(line):
        kind = "bullet"
    else:
        dateline = read_dateline(line)
        running = dateline is not None and len(line) - dateline.length > 60
        if not running and is_headline(line):
            return Paragraph(text=line, kind="headline", gap=gap)
        return Paragraph(text=line, kind="body", gap=gap, dateline=dateline)
    return Paragraph(text=line, kind=kind, gap=gap, header=header if kind == "header" else None)


def is_headline(line: str) -> bool:
    """Whether a line looks like a headline or a subhead: short, no final stop, starting with a capital or a figure."""
    if len(line) > LONGEST_HEADLINE or not HEADLINE_START.match(line) or len(line.split()) > 28:
        return False
    end = line.rstrip("”\"’')»]")
    return not end.endswith((".", ",", ";", ":", "…")) or bool(re.search(r"\b(?:[A-Z]\.){2,}$", end))
