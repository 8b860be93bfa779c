"""Names in text, however they are written: upper case, accents, slugs, over a line break; and text without them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

WORD = re.compile(r"[^\W_]+")
PARTICLES = frozenset(
    {"al", "el", "bin", "bint", "ibn", "ben", "de", "da", "do", "dos", "du", "del", "della", "di", "la", "le", "van", "von"}
    | {"der", "den", "abu", "abou", "um", "umm", "ould", "ag", "y", "e", "st", "jr", "sr", "dr", "mr", "mrs", "ms", "s"}
)
SHORTEST = 3
GLUED = 8
"""Letters from which on a name written as one word (`walidmohamed`) is taken to be that name."""
AGE = re.compile(r",?\s*(?:\(\s*(?:aged?\s*)?\d{1,3}\s*\)|,\s*(?:aged?\s*)?\d{1,3}(?=\s*[,.;:)]|\s+and\b)\s*,?)")
APPOSED = re.compile(r"\s*,\s+(?=(?:an?|one of|another)\s)")
SENTENCE_END = re.compile(r"(?:^|[.!?…:]['\"”’)]*\s+|\n\s*|[“\"]\s*)$")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text, folded, with its place."""

    word: str
    start: int
    end: int
    capital: bool


@lru_cache(maxsize=4096)
def folded(words: str) -> str:
    """Words without case and accents.

    >>> folded("TÜRK"), folded("José")
    ('turk', 'jose')
    """
    plain = unicodedata.normalize("NFKD", words)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def tokens(text: str) -> list[Token]:
    """The words of a text. Accents that stand as characters of their own belong to the word."""
    found: list[Token] = []
    for match in WORD.finditer(text):
        start, end = match.span()
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        if found and found[-1].end == start and unicodedata.combining(text[start - 1]):
            last = found.pop()
            found.append(Token(folded(text[last.start : end]), last.start, end, last.capital))
        else:
            found.append(Token(folded(text[start:end]), start, end, not text[start].islower() and text[start].isalpha()))
    return found


def key(name: str) -> tuple[str, ...]:
    """A name as its folded words.

    >>> key("Walid  Al-Mohamed")
    ('walid', 'al', 'mohamed')
    """
    return tuple(t.word for t in tokens(name))


@dataclass(frozen=True, slots=True)
class Hit:
    """A name in a text, and the words that stand for it."""

    start: int
    end: int
    instead: str


class Names:
    """Names to be kept out of texts, each with the words for it. `alone` are single words that count with a capital only."""

    def __init__(self, names: Mapping[str, str], alone: Mapping[str, str] | None = None) -> None:
        self.instead: dict[tuple[str, ...], str] = {}
        self.alone = dict(alone or {})
        for name, instead in names.items():
            words = key(name)
            if words and (len(words) > 1 or len(words[0]) >= SHORTEST):
                self.instead[words] = instead
                if len(words) == 2:
                    self.instead.setdefault(words[::-1], instead)
        self.glued = {"".join(k): v for k, v in self.instead.items() if len(k) > 1 and len("".join(k)) >= GLUED}
        self.begin: dict[str, list[tuple[str, ...]]] = {}
        for words in sorted(self.instead, key=lambda k: (-len(k), k)):
            self.begin.setdefault(words[0], []).append(words)

    def __bool__(self) -> bool:
        return bool(self.instead or self.alone)

    def with_alone(self, alone: Mapping[str, str]) -> Names:
        """The same names and further single words."""
        made = Names({})
        made.instead, made.glued, made.begin, made.alone = self.instead, self.glued, self.begin, {**self.alone, **alone}
        return made

    def find(self, text: str) -> list[Hit]:
        """Where these names stand, left to right, the longest first; they do not overlap."""
        if not self:
            return []
        words = tokens(text)
        found: list[Hit] = []
        at = 0
        while at < len(words):
            size, instead = self.at(words, at)
            if size:
                found.append(Hit(words[at].start, words[at + size - 1].end, instead))
            at += size or 1
        return found

    def at(self, words: Sequence[Token], at: int) -> tuple[int, str]:
        """How many words of a name begin here, and what stands for it; 0 where none does."""
        first = words[at]
        for name in self.begin.get(first.word, ()):
            if tuple(w.word for w in words[at : at + len(name)]) == name:
                return len(name), self.instead[name]
        if first.word in self.glued:
            return 1, self.glued[first.word]
        if first.capital and first.word in self.alone:
            return 1, self.alone[first.word]
        return 0, ""

    def holds(self, text: str) -> bool:
        """Whether one of them stands in a text."""
        return bool(self.find(text))


def scrubbed(text: str, names: Names) -> str:
    """A text with what stands for a name in brackets, so that a reader sees that it was changed.

    >>> known = Names({"Walid Mohamed": "a resident"})
    >>> scrubbed("Walid Mohamed, a resident of Kadugli, spoke. Food came, Walid Mohamed said.", known)
    'A resident of Kadugli, spoke. Food came, [a resident] said.'
    """
    parts: list[str] = []
    begin = 0
    for hit in joined(text, names.find(text)):
        parts.append(text[begin : hit.start])
        rest = text[hit.end :]
        age = AGE.match(rest)
        end = hit.end + (age.end() if age else 0)
        first = bool(SENTENCE_END.search(text[max(0, hit.start - 6) : hit.start]))
        apposed = APPOSED.match(text[end:]) or (APPOSED.match("," + text[end:]) if age and age.group().endswith(",") else None)
        if apposed:
            begin = end + len(text[end:]) - len(text[end:].lstrip(" ,"))
            if first and begin < len(text):
                parts.append(text[begin].upper())
                begin += 1
            continue
        words = hit.instead
        parts.append(f"[{words[:1].upper() + words[1:] if first else words}]")
        begin = end if age and not age.group().rstrip().endswith(",") else hit.end if not age else end
        if age and age.group().rstrip().endswith(",") and not text[begin:].startswith(" "):
            parts.append(" ")
    return "".join(parts) + text[begin:]


def joined(text: str, hits: Sequence[Hit]) -> list[Hit]:
    """Hits with nothing but spaces, hyphens and initials between them as one: "Walid M. Mohamed"."""
    found: list[Hit] = []
    for hit in hits:
        if found and re.fullmatch(r"[\s.\-–'’]*(?:[A-Z]\.\s*)?", text[found[-1].end : hit.start]):
            found[-1] = Hit(found[-1].start, hit.end, found[-1].instead)
        else:
            found.append(hit)
    return found


def replaced(words: str, names: Names) -> str:
    """A value that is nothing but words for somebody: without brackets.

    >>> replaced("Walid Mohamed", Names({"Walid Mohamed": "a resident"}))
    'a resident'
    """
    hits = joined(words, names.find(words))
    if not hits:
        return words
    parts, begin = [], 0
    for hit in hits:
        parts += [words[begin : hit.start], hit.instead]
        begin = hit.end
    return "".join([*parts, words[begin:]]).strip()


def parts_of(name: str) -> Iterable[str]:
    """The words of a name by which somebody may be called alone."""
    return [w for w in key(name) if len(w) >= SHORTEST and w not in PARTICLES]
