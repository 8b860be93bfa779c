"""The words for weapons and for the physical things that are hit or held, with their codebook classes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from marsad.codebook.tables import need, rows_of
from marsad.codebook.words import TARGET_CLASSES, WEAPON_CLASSES

COLUMNS = ("class", "pattern", "source")
WORD_START = re.compile(r"\b\w")
OPTIONAL = re.compile(r"\(\?:[^()]*\)\?")
OTHER_ESCAPE = re.compile(r"\\[^dw]")


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingWord:
    """All the patterns of one class joined into one."""

    class_: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingRow:
    """One row: a pattern for words of a class, from the beginning of a word to the end of one, whatever the case."""

    class_: str
    pattern: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingMention:
    """One place where a text names a weapon or a target: `text[start:end] == words`."""

    start: int
    end: int
    words: str
    class_: str


@cache
def weapon_classes() -> tuple[ThingRow, ...]:
    """The rows of `weapons.tsv`. Raises `ConfigError` with the line of a bad row."""
    return read_things("weapons.tsv", WEAPON_CLASSES)


@cache
def target_classes() -> tuple[ThingRow, ...]:
    """The rows of `targets.tsv`. Raises `ConfigError` with the line of a bad row."""
    return read_things("targets.tsv", TARGET_CLASSES)


@cache
def weapon_words() -> tuple[ThingWord, ...]:
    """The classes of `weapons.tsv`, each with its words."""
    return _by_class(weapon_classes())


@cache
def target_words() -> tuple[ThingWord, ...]:
    """The classes of `targets.tsv`, each with its words."""
    return _by_class(target_classes())


def read_things(name: str, classes: Sequence[str], text: str | None = None) -> tuple[ThingRow, ...]:
    """The rows of a table of words, or of `text`. Raises `ConfigError` with the line of a bad row."""
    found = []
    for number, row in rows_of(name, COLUMNS, text=text):
        need(row["class"] in classes, name, number, f"unknown class {row['class']!r}")
        need(not OTHER_ESCAPE.search(row["pattern"]), name, number, "no escapes but those of digits and word characters")
        try:
            empty = re.compile(row["pattern"]).fullmatch("")
        except re.error as error:
            need(False, name, number, f"bad pattern: {error}")
        need(not empty, name, number, "the pattern would match nothing at all")
        found.append(ThingRow(class_=row["class"], pattern=row["pattern"], source=row["source"]))
    return tuple(found)


def _by_class(rows: Sequence[ThingRow]) -> tuple[ThingWord, ...]:
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.class_, []).append(row.pattern)
    return tuple(ThingWord(class_=c, pattern=re.compile(rf"\b(?:{'|'.join(p)})\b", re.IGNORECASE)) for c, p in found.items())


def find_weapons(text: str) -> tuple[ThingMention, ...]:
    """The weapons that a text names, in text order, the longest words first: "barrel bombs" are no "bombs".

    >>> [(m.words, m.class_) for m in find_weapons("A roadside bomb went off; then drones dropped barrel bombs.")]
    [('roadside bomb', 'improvised explosive'), ('drones', 'drone'), ('barrel bombs', 'aircraft')]
    """
    return _find(text, _patterns("weapons"), weapon_classes())


def find_targets(text: str) -> tuple[ThingMention, ...]:
    """The physical things that a text names which may be hit or held, in text order, the longest words first.

    >>> [(m.words, m.class_) for m in find_targets("Shells hit a primary school and the cattle market.")]
    [('primary school', 'school'), ('cattle market', 'market')]
    """
    return _find(text, _patterns("targets"), target_classes())


@cache
def _patterns(sort: str) -> dict[str, re.Pattern[str]]:
    """For each letter one pattern of all the words that may begin with it: only those are tried where a word begins."""
    rows = weapon_classes() if sort == "weapons" else target_classes()
    by_letter: dict[str, list[int]] = {}
    for i, row in enumerate(rows):
        for letter in first_letters(row.pattern.lower()):
            by_letter.setdefault(letter, []).append(i)
    found = {}
    for letter, chosen in by_letter.items():
        chosen.sort(key=lambda i: (-OPTIONAL.sub("", rows[i].pattern).count(" "), -len(rows[i].pattern), i))
        found[letter] = re.compile("(?:" + "|".join(f"(?P<w{i}>{rows[i].pattern.lower()})" for i in chosen) + r")\b")
    return found


def first_letters(pattern: str) -> set[str]:
    """The characters that a match of a pattern may begin with.

    >>> sorted(first_letters("(?:car|truck)? ?bombs?")), sorted(first_letters("b?ax"))
    ([' ', 'b', 'c', 't'], ['a', 'b'])
    """
    if not pattern:
        return set()
    if pattern.startswith("(?:"):
        parts, rest = _alternatives(pattern)
        after = rest.removeprefix("?")
        found = {c for part in parts for c in first_letters(part + after)}
        return found | first_letters(after) if rest.startswith("?") else found
    if pattern.startswith("\\d"):
        return set("0123456789")
    rest = pattern[1:]
    return {pattern[0]} | first_letters(rest[1:]) if rest.startswith("?") else {pattern[0]}


def _alternatives(pattern: str) -> tuple[list[str], str]:
    """The alternatives of the group that a pattern begins with, and what follows the group."""
    depth, parts, begin = 0, [], 3
    for i, c in enumerate(pattern):
        depth += (c == "(") - (c == ")")
        if (c == "|" and depth == 1) or depth == 0:
            parts.append(pattern[begin:i])
            begin = i + 1
        if depth == 0:
            return parts, pattern[i + 1 :]
    return [pattern[3:]], ""


def _find(text: str, patterns: dict[str, re.Pattern[str]], rows: Sequence[ThingRow]) -> tuple[ThingMention, ...]:
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    found: list[ThingMention] = []
    end = 0
    for begin in WORD_START.finditer(lower):
        pattern = patterns.get(begin.group())
        match = pattern.match(lower, begin.start()) if pattern and begin.start() >= end else None
        if match:
            end = match.end()
            class_ = rows[int((match.lastgroup or "w0")[1:])].class_
            found.append(ThingMention(start=match.start(), end=end, words=text[match.start() : end], class_=class_))
    return tuple(found)
