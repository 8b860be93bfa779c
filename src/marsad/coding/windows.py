"""A report cut into windows of word pieces, as the encoder takes them: the title, then whole sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from marsad.language.text import Sentence

PIECES = 256
TITLE = 12
CLS, SEP = 101, 102


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """`ids`: word pieces with [CLS] title [SEP] sentences [SEP]. `offsets`: for each piece its place in the report's text,
    (0, 0) for those outside. `sentences`: the report's sentence numbers in it; `pieces`: for each the first and last position
    (exclusive) in `ids`.
    """

    ids: tuple[int, ...]
    offsets: tuple[tuple[int, int], ...]
    sentences: tuple[int, ...]
    pieces: tuple[tuple[int, int], ...]


def windows(text: str, sentences: Sequence[Sentence], *, title: str | None, tokenizer: Any, size: int = PIECES) -> list[Window]:
    """The windows of a report. Every sentence is in one; a sentence longer than a window is cut at its end."""
    head = list(tokenizer.encode(title or "", add_special_tokens=False).ids)[:TITLE]
    room = size - len(head) - 3
    encoded = [tokenizer.encode(s.text, add_special_tokens=False) for s in sentences]
    lengths = [min(len(e.ids), room) for e in encoded]
    found: list[Window] = []
    first = 0
    while first < len(sentences):
        last, used = first, 0
        while last < len(sentences) and used + lengths[last] <= room:
            used += lengths[last]
            last += 1
        found.append(_window(range(first, last), head, encoded, sentences, room))
        first = last
    return found


def _window(chosen: range, head: Sequence[int], encoded: Sequence[Any], sentences: Sequence[Sentence], room: int) -> Window:
    ids = [CLS, *head, SEP]
    offsets = [(0, 0)] * len(ids)
    pieces = []
    for number in chosen:
        begin = len(ids)
        base = sentences[number].start
        ids += encoded[number].ids[:room]
        offsets += [(base + a, base + b) for a, b in encoded[number].offsets[:room]]
        pieces.append((begin, len(ids)))
    return Window(ids=(*ids, SEP), offsets=(*offsets, (0, 0)), sentences=tuple(chosen), pieces=tuple(pieces))


def piece_marks(window: Window, words: Sequence[tuple[int, int, int]]) -> list[tuple[int, int]]:
    """Which pieces of a window have which of the report's marked stretches: pairs of a position and a mark's number."""
    found = []
    low = min((a for a, b in window.offsets if b > a), default=0)
    high = max((b for a, b in window.offsets if b > a), default=0)
    words = [w for w in words if w[0] < high and low < w[1]]
    for position, (start, end) in enumerate(window.offsets):
        if end > start:
            found += [(position, mark) for first, last, mark in words if first < end and start < last]
    return found
