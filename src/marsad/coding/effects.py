"""The words that say what befell people, and the forms in which each does: `effects.tsv`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from marsad.language.numbers import read_table

PERSONAL = ("killed", "injured", "displaced", "abducted", "detained", "reached", "in_need")


@dataclass(frozen=True, slots=True, kw_only=True)
class CountMention:
    """One count of a sentence, offsets into it: `sentence[start:end] == words`.

    `effect` is the contract's word; `low`/`high` are inclusive, `None` where open or not told. `subset` marks a part of another
    count ("including three children"), `total_of_several` a figure for many incidents, `added` further victims ("four more"),
    `update` a toll that has changed ("rose to 14"), `anaphor` a number told elsewhere ("the same number of dead"), `negated` a
    figure that the sentence denies or that is nought. `verb_start` is where the word stands that gives the effect.
    """

    start: int
    end: int
    words: str
    effect: str
    who: str | None
    low: int | None
    high: int | None
    subset: bool = False
    total_of_several: bool = False
    added: bool = False
    negated: bool = False
    update: bool = False
    anaphor: bool = False
    verb_start: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """A word that gives an effect, and the forms in which it can do so."""

    start: int
    end: int
    words: str
    readings: tuple[tuple[str, str], ...]

    def effects(self, *forms: str) -> list[str]:
        """The effects that the trigger has in one of `forms`."""
        return [effect for effect, form in self.readings if form in forms]


@cache
def _effects() -> dict[str, tuple[tuple[str, str], ...]]:
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for row in read_table("marsad.coding", "effects.tsv"):
        found[row["words"].lower()] = (*found.get(row["words"].lower(), ()), (row["effect"], row["form"]))
    return found


@cache
def _pattern() -> re.Pattern[str]:
    """All words, the longest first among those that begin with the same letter: one test for each letter, not for each word."""
    begun: dict[str, list[str]] = {}
    for word in sorted(_effects(), key=lambda w: (-len(w), w)):
        begun.setdefault(word[0], []).append(_flexible(word[1:]))
    grouped = "|".join(f"{re.escape(letter)}(?:{'|'.join(rest)})" for letter, rest in sorted(begun.items()))
    return re.compile(rf"(?<![\w-])(?:{grouped})(?![\w-])", re.I)


def _flexible(words: str) -> str:
    """A `*` in the table stands for up to three words."""
    return re.escape(words).replace(r"\*\ ", r"(?:[\w'’-]+\s+){0,3}?").replace(r"\ ", r"\s+")


@cache
def _wildcards() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(_flexible(w), re.I), w) for w in _effects() if "*" in w)


def _readings(words: str) -> tuple[tuple[str, str], ...]:
    known = _effects().get(re.sub(r"\s+", " ", words.lower()))
    return known or next((_effects()[w] for pattern, w in _wildcards() if pattern.fullmatch(words)), ())


def find_triggers(sentence: str) -> list[Trigger]:
    """The effect words of a sentence, longest first where two overlap."""
    return [
        Trigger(start=m.start(), end=m.end(), words=m.group(), readings=_readings(m.group()))
        for m in _pattern().finditer(sentence)
    ]
