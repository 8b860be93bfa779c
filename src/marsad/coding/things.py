"""Weapons and targets named in a stretch of text, with their codebook classes."""

from __future__ import annotations

from collections.abc import Sequence

from marsad import codebook
from marsad.codebook.things import ThingMention
from marsad.model import Thing

MOST = 6
LONGEST = 1500


def find_weapons(text: str, pieces: Sequence[tuple[int, int]]) -> tuple[Thing, ...]:
    """The weapons named in the pieces of `text`, each class once, in the order of the text.

    >>> [t.class_ for t in find_weapons("A drone hit the clinic.", [(0, 23)])]
    ['drone']
    """
    return _distinct([t for s, e in pieces for t in codebook.find_weapons(text[s : min(e, s + LONGEST)])])


def find_targets(text: str, pieces: Sequence[tuple[int, int]]) -> tuple[Thing, ...]:
    """The physical things named in the pieces of `text` that could be hit or held, each class once."""
    return _distinct([t for s, e in pieces for t in codebook.find_targets(text[s : min(e, s + LONGEST)])])


def _distinct(mentions: Sequence[ThingMention]) -> tuple[Thing, ...]:
    first: dict[str, Thing] = {}
    for mention in mentions:
        first.setdefault(mention.class_, Thing(words=mention.words, class_=mention.class_))
    return tuple(first.values())[:MOST]
