"""One saved page of plain text → its stories.

A story starts at a dateline, at a labelled title, at a headline with a byline or date under it, or behind a separator line
where a headline follows. The lines between the running text of one story and that of the next (headlines, bullets that sum
up, bylines, dates) go to the story whose words they share; a headline may stand before its story or after it. Where it is
not clear that a second story starts, the page is one story and nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from marsad.intake.clean import fold
from marsad.intake.overlap import coverage, vocabulary
from marsad.intake.paragraphs import Paragraph, read_paragraphs

SHORT_STORY = 12
STANDFIRST = 45
TURN = 60
TITLE = re.compile(r"[A-Z0-9À-Þ][^?!“”\"@#$]{28,}[\w’'%)]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A story as cut from a page: the lines above its running text, the running text, the lines under it."""

    head: tuple[Paragraph, ...]
    core: tuple[Paragraph, ...]
    tail: tuple[Paragraph, ...]


def split_page(text: str) -> list[Piece]:
    """The stories of a cleaned page, in their order. One piece at least, where the page has any line."""
    paragraphs = read_paragraphs(text)
    if not paragraphs:
        return []
    starts = _starts(paragraphs)
    zones = [_zone(paragraphs, start, starts[n - 1] if n else None) for n, start in enumerate(starts)]
    cuts: list[tuple[int, int, int]] = []
    for n, (start, zone) in enumerate(zip(starts, zones, strict=True)):
        if n == 0:
            cuts.append((0, 0, start))
            continue
        following = zones[n + 1] if n + 1 < len(zones) else len(paragraphs)
        cut = _divide(
            paragraphs[starts[n - 1] : zone],
            paragraphs[zone:start],
            paragraphs[start:following],
            titled=_has_title(paragraphs, cuts[-1]),
        )
        cuts.append((zone, zone + cut, start))
    pieces = []
    for n, (_, begin, start) in enumerate(cuts):
        core_end, tail_end = (
            (cuts[n + 1][0], cuts[n + 1][1]) if n + 1 < len(cuts) else (_tail_start(paragraphs, start), len(paragraphs))
        )
        pieces.append(
            Piece(
                head=tuple(paragraphs[begin:start]),
                core=tuple(paragraphs[start:core_end]),
                tail=tuple(paragraphs[core_end:tail_end]),
            )
        )
    return pieces


def _has_title(paragraphs: Sequence[Paragraph], cut: tuple[int, int, int]) -> bool:
    return any(p.kind == "headline" or (p.header and p.header.field == "title") for p in paragraphs[cut[1] : cut[2]])


def _tail_start(paragraphs: Sequence[Paragraph], start: int) -> int:
    end = len(paragraphs)
    while end > start + 1 and not paragraphs[end - 1].running:
        end -= 1
    return end


def _starts(paragraphs: Sequence[Paragraph]) -> list[int]:
    """Where each story's running text begins."""
    running = [n for n, p in enumerate(paragraphs) if p.running]
    if not running:
        return [_first_bullet(paragraphs)]
    speakers = _speakers(paragraphs)
    candidates = [n for n in running if _opens(paragraphs, n, speakers)]
    first = running[0]
    if candidates and sum(p.words for p in paragraphs[first : candidates[0]] if p.running) <= STANDFIRST:
        first = candidates.pop(0) if candidates[0] == first or _titled_before(paragraphs, first) else first
    starts = [first]
    for before, n, after in zip((first, *candidates), candidates, (*candidates[1:], len(paragraphs)), strict=False):
        if n > starts[-1] and _is_apart(paragraphs, (starts[-1], before, n, after)):
            starts.append(n)
    return starts


def _first_bullet(paragraphs: Sequence[Paragraph]) -> int:
    """A page without running text: its bullets, or all but the first line, are the story."""
    bullets = [n for n, p in enumerate(paragraphs) if p.kind == "bullet"]
    return bullets[0] if bullets else min(1, len(paragraphs) - 1)


def _titled_before(paragraphs: Sequence[Paragraph], first: int) -> bool:
    return any(p.kind == "headline" for p in paragraphs[:first])


def _speakers(paragraphs: Sequence[Paragraph]) -> set[str]:
    """Labels that open three paragraphs or more without a headline before them: an interview's speakers or a bulletin's
    sections, not datelines."""
    labels: dict[str, int] = {}
    for before, p in zip((None, *paragraphs), paragraphs, strict=False):
        bare = p.dateline is not None and p.dateline.agency is None and p.dateline.date is None
        if bare and p.dateline and (before is None or before.kind in ("body", "header")):
            labels[p.dateline.city] = labels.get(p.dateline.city, 0) + 1
    return {label for label, count in labels.items() if count >= 3}


def _opens(paragraphs: Sequence[Paragraph], n: int, speakers: set[str]) -> bool:
    """Whether a story may begin with this running paragraph."""
    p = paragraphs[n]
    zone = paragraphs[_run_before(paragraphs, n) : n]
    if p.dateline and p.dateline.city not in speakers:
        return not p.dateline.weak or n == 0 or any(z.kind in ("headline", "header", "separator") for z in zone)
    begin = _run_before(paragraphs, n)
    return _is_head(zone, first=begin == 0) or _turns(paragraphs[max(0, begin - 12) : begin], zone, paragraphs[n : n + 4])


def _turns(above: Sequence[Paragraph], zone: Sequence[Paragraph], below: Sequence[Paragraph]) -> bool:
    """Whether the matter changes at a full headline: its words, and the names in the lines under it, are new."""
    heads = [p.text for p in zone if p.kind == "headline" and p.words >= 5 and p.gap and TITLE.fullmatch(p.text)]
    if not heads or sum(p.words for p in above) < TURN or sum(p.words for p in below) < TURN:
        return False
    told, coming = vocabulary(p.text for p in above), vocabulary(p.text for p in below)
    new = max(coverage(heads[0], told), coverage(" ".join(p.text for p in below), told)) <= 0.25
    return new and coverage(heads[0], coming) >= 0.4


def _run_before(paragraphs: Sequence[Paragraph], n: int) -> int:
    begin = n
    while begin > 0 and not paragraphs[begin - 1].running:
        begin -= 1
    return begin


def _is_head(zone: Sequence[Paragraph], *, first: bool) -> bool:
    """Whether lines that stand before running text without a dateline are the head of a story, and not a subhead."""
    if first:
        return True
    if any(p.header and p.header.field == "title" for p in zone):
        return True
    cut = max((n for n, p in enumerate(zone) if p.kind in ("separator", "footer")), default=-1)
    after = zone[cut + 1 :]
    heads = [n for n, p in enumerate(after) if p.kind == "headline" and p.words >= 4]
    if not heads:
        return False
    signed = any(
        p.kind == "header" and p.header and p.header.field in ("author", "published", "url") for p in after[heads[0] + 1 :]
    )
    strong = cut >= 0 and (zone[cut].kind == "footer" or len(zone[cut].text) >= 3) and zone[cut].gap | after[0].gap
    doubled = any(fold(after[n].text) == fold(after[n + 1].text) for n in heads if n + 1 < len(after))
    return signed or doubled or (strong and any(after[n].words >= 5 for n in heads))


def _is_apart(paragraphs: Sequence[Paragraph], places: tuple[int, int, int, int]) -> bool:
    """Whether a candidate start is far enough from the last one. Bare datelines one a paragraph are a round-up: one story.

    `places`: the last start, the candidate before this one, this one, the one after it.
    """
    last, before, n, after = places
    begin = _run_before(paragraphs, n)
    told = 0
    for p in reversed(paragraphs[max(last, begin - SHORT_STORY) : begin]):
        told += p.words if p.running or p.kind == "bullet" else 0
    if told < SHORT_STORY:
        return False
    if any(p.kind in ("headline", "separator", "footer") or p.header for p in paragraphs[begin:n]):
        return True
    return _count(paragraphs[before:n]) >= 2 and _count(paragraphs[n:after]) >= 2


def _count(paragraphs: Sequence[Paragraph]) -> int:
    return sum(1 for p in paragraphs if p.running)


def _zone(paragraphs: Sequence[Paragraph], start: int, last: int | None) -> int:
    """Where the lines around this start begin: those that are not running text, and a standfirst under a headline."""
    if last is None:
        return 0
    begin = _run_before(paragraphs, start)
    before = begin - 1
    bare = not any(p.kind == "headline" for p in paragraphs[begin:start])
    if bare and before - 1 > last and paragraphs[before].words <= STANDFIRST and paragraphs[before - 1].kind == "headline":
        story = vocabulary(p.text for p in paragraphs[start : start + 8])
        above = vocabulary(p.text for p in paragraphs[last : before - 1])
        headline = paragraphs[before - 1].text
        if coverage(headline, story) > coverage(headline, above):
            return _run_before(paragraphs, before)
    return begin


def _divide(above: Sequence[Paragraph], zone: Sequence[Paragraph], below: Sequence[Paragraph], *, titled: bool) -> int:
    """How many of the zone's lines belong to the story above it."""
    marks = [n for n, p in enumerate(zone) if p.kind in ("separator", "footer")]
    if marks:
        return marks[-1] + 1
    upper = vocabulary(p.text for p in above if p.running)
    lower = vocabulary(p.text for p in below if p.running)
    groups = _groups(zone)
    if not groups:
        return next((n for n, p in enumerate(zone) if p.kind == "header"), len(zone))
    best, best_score = 0, float("-inf")
    for cut in range(len(groups) + (0 if titled else 1)):  # next to a titled story, the last headline is the next one's
        score = sum(_fit(zone[b:e], upper) - (0.35 if titled else 0.1) for b, e in groups[:cut])
        score += sum(_fit(zone[b:e], lower) for b, e in groups[cut:])
        if score > best_score + 1e-9:
            best, best_score = groups[cut][0] if cut < len(groups) else len(zone), score
    return best


def _groups(zone: Sequence[Paragraph]) -> list[tuple[int, int]]:
    """The zone's headlines, each with the lines that follow it; a headline told twice is one group. Headers directly above
    the first headline belong to it."""
    begins: list[int] = []
    last = ""
    for n, p in enumerate(zone):
        title = p.kind == "headline" or (p.header is not None and p.header.field == "title")
        if title and fold(p.text) != last:
            begins.append(n)
            last = fold(p.text)
    if not begins:
        return []
    while begins[0] > 0 and zone[begins[0] - 1].kind == "header":
        begins[0] -= 1
    return [(b, e) for b, e in zip(begins, [*begins[1:], len(zone)], strict=True)]


def _fit(group: Sequence[Paragraph], words: frozenset[str]) -> float:
    told = " ".join(p.text for p in group if p.kind in ("headline", "bullet", "header"))
    return coverage(told, words)
