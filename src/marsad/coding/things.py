"""Weapons and targets named in a stretch of text, with their codebook classes."""

from __future__ import annotations

from collections.abc import Sequence

from marsad.codebook import target_words, weapon_words
from marsad.codebook.things import ThingWord
from marsad.model import Thing

MOST = 6


def find_weapons(text: str, pieces: Sequence[tuple[int, int]]) -> tuple[Thing, ...]:
    """The weapons named in the pieces of `text`, each class once, in the order of the text.

    >>> [t.class_ for t in find_weapons("A drone hit the clinic.", [(0, 23)])]
    ['drone']
    """
    return _find(text, pieces, weapon_words())


def find_targets(text: str, pieces: Sequence[tuple[int, int]]) -> tuple[Thing, ...]:
    """The physical things named in the pieces of `text` that could be hit or held, each class once."""
    return _find(text, pieces, target_words())


def _find(text: str, pieces: Sequence[tuple[int, int]], table: Sequence[ThingWord]) -> tuple[Thing, ...]:
    found: dict[str, tuple[int, Thing]] = {}
    for start, end in pieces:
        for row in table:
            match = row.pattern.search(text, start, min(end, start + 1500))
            if match and (row.class_ not in found or found[row.class_][0] > match.start()):
                found[row.class_] = (match.start(), Thing(words=match.group(), class_=row.class_))
    return tuple(thing for _, thing in sorted(found.values(), key=lambda f: f[0]))[:MOST]
