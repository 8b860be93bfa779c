"""What a reader says of a report: for each sentence what it tells, and for each stretch of words the part it plays."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from marsad.coding.notes import Notes


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceReading:
    """Probabilities, 0 to 1. `tells`: by the words of `labels.SENTENCE`; `sub_event`: sums to 1 over the 25 types;
    `states`: each `subject:state` by itself."""

    tells: Mapping[str, float]
    sub_event: Mapping[str, float]
    states: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceReading:
    """A stretch of the report's text (a word piece) and the probability of each part that it may play (`labels.PIECE`)."""

    start: int
    end: int
    parts: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One `SentenceReading` for each sentence; `pieces` in the order of the text (none where the reader gives no parts)."""

    sentences: tuple[SentenceReading, ...]
    pieces: tuple[PieceReading, ...] = ()

    def between(self, start: int, end: int) -> tuple[PieceReading, ...]:
        """The pieces that touch the words from `start` to `end`."""
        first = bisect_right(self.pieces, start, key=_end)
        return self.pieces[first : bisect_left(self.pieces, end, key=_start)]

    def part(self, name: str, start: int, end: int) -> float | None:
        """The mean probability that the words from `start` to `end` play the part `name`; `None` where the reader doesn't say."""
        inside = [p.parts[name] for p in self.between(start, end)]
        return sum(inside) / len(inside) if inside else None

    def stretches(self, name: str, start: int, end: int, *, least: float = 0.5) -> list[tuple[int, int]]:
        """The stretches between `start` and `end` whose pieces all have `name` with at least `least`, joined over white space.

        Pieces that are parts of words are not widened: `whole_words` does that where the text is at hand.
        """
        found: list[tuple[int, int]] = []
        last = None
        for piece in self.between(start, end):
            if piece.start >= start and piece.end <= end:
                if piece.parts[name] >= least:
                    if last is not None and found:
                        found[-1] = (found[-1][0], piece.end)
                    else:
                        found.append((piece.start, piece.end))
                    last = piece.end
                else:
                    last = None
        return found


Reader = Callable[[Notes], Reading]


def _start(piece: PieceReading) -> int:
    return piece.start


def _end(piece: PieceReading) -> int:
    return piece.end


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
