"""What a reader says of a report: for each sentence what it tells, and for each stretch of words the part it plays."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from marsad.coding.labels import PIECE
from marsad.coding.notes import Notes

COLUMN = {name: number for number, name in enumerate(PIECE)}


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceReading:
    """Probabilities, 0 to 1. `tells`: by the words of `labels.SENTENCE`; `sub_event`: sums to 1 over the 25 types;
    `states`: each `subject:state` by itself."""

    tells: Mapping[str, float]
    sub_event: Mapping[str, float]
    states: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """The word pieces of a report in the order of its text: where each starts and ends, and a row of `chances` that it plays each
    part (an array of pieces × parts, by `labels.PIECE`)."""

    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    chances: Any = ()

    def between(self, start: int, end: int) -> range:
        """The numbers of the pieces that touch the words from `start` to `end`."""
        return range(bisect_right(self.ends, start), bisect_left(self.starts, end))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One `SentenceReading` for each sentence; `pieces` is empty where the reader gives no parts."""

    sentences: tuple[SentenceReading, ...]
    pieces: Pieces = Pieces()

    def part(self, name: str, start: int, end: int) -> float | None:
        """The mean probability that the words from `start` to `end` play the part `name`; `None` where the reader doesn't say."""
        inside = self.pieces.between(start, end)
        if not inside:
            return None
        total = np.add.reduce(self.pieces.chances[inside.start : inside.stop, COLUMN[name]])
        return float(np.float32(float(total) / len(inside)))

    def stretches(self, name: str, start: int, end: int, *, least: float = 0.5) -> list[tuple[int, int]]:
        """The stretches between `start` and `end` whose pieces all have `name` with at least `least`, joined over white space.

        Pieces that are parts of words are not widened: `whole_words` does that where the text is at hand.
        """
        inside = self.pieces.between(start, end)
        chances = self.pieces.chances[inside.start : inside.stop, COLUMN[name]].tolist() if inside else ()
        least = float(np.float32(least))
        if not chances or max(chances) < least:
            return []
        found: list[tuple[int, int]] = []
        going = False
        for number, chance in zip(inside, chances, strict=True):
            first, last = self.pieces.starts[number], self.pieces.ends[number]
            sure = first >= start and last <= end and chance >= least
            if sure:
                found.append((found.pop()[0] if going else first, last))
            going = sure
        return found


Reader = Callable[[Notes], Reading]


def whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch widened to whole words, without an article before it.

    >>> text = "The Masterminds fled."
    >>> text[slice(*whole_words(text, 4, 10))]
    'Masterminds'
    """
    while start > 0 and (text[start - 1].isalnum() or text[start - 1] in "-’'") and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
        end += 1
    first = text[start:end].split(" ", 1)
    if len(first) == 2 and first[0].lower() in ("the", "a", "an"):
        start += len(first[0]) + 1
    return start, end
