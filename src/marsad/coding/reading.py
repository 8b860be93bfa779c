"""What a reader says of a report: for each sentence what it tells, and for each stretch of words the part it plays."""

from __future__ import annotations

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

    def part(self, name: str, start: int, end: int) -> float | None:
        """The mean probability that the words from `start` to `end` play the part `name`; `None` where the reader doesn't say."""
        inside = [p.parts[name] for p in self.pieces if p.start < end and start < p.end]
        return sum(inside) / len(inside) if inside else None

    def stretches(self, name: str, start: int, end: int, *, least: float = 0.5) -> list[tuple[int, int]]:
        """The stretches between `start` and `end` whose pieces all have `name` with at least `least`, joined over white space."""
        found: list[tuple[int, int]] = []
        last = None
        for piece in self.pieces:
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
