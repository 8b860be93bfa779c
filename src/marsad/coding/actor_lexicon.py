"""The actor tables as an index over words: a text's tokens, and the longest entry that begins at each of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Generic, NamedTuple, TypeVar

from marsad.codebook.actors import (
    ActorNoun,
    Alias,
    GroupHead,
    NamedActor,
    actor_nouns,
    actors,
    countries,
    group_heads,
    peoples,
    phrase_parts,
)

TOKEN = re.compile(r"[^\W_]+(?:[.'’ʼʿ‘`][^\W_]+){0,6}")
POSSESSIVE = frozenset(("'s", "’s", "'S", "’S"))
MARKS = re.compile(r"[.'’ʼʿ‘`]")
JOINT = re.compile(r"(?:['’][sS]?)?[ \u00a0]?[-–/(&]?[ \u00a0]?")
T = TypeVar("T")
ACRONYM_LENGTH = 6
GUARDED_LENGTH = 3


class Token(NamedTuple):
    """A word of the text without its possessive ending. `key` is folded: no case, no accents, no apostrophes; `capital` says
    whether it begins with a capital or a digit."""

    start: int
    end: int
    raw: str
    key: str
    capital: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """An alias of a named actor, ready to be compared with the capitals of the text."""

    alias: Alias
    tokens: tuple[Token, ...]
    rows: tuple[NamedActor, ...]

    @property
    def acronym(self) -> bool:
        """Whether it is one short word in capitals."""
        return len(self.tokens) == 1 and self.tokens[0].raw.isupper() and len(self.tokens[0].raw) <= ACRONYM_LENGTH

    @property
    def guarded(self) -> bool:
        """Whether it is so short that another body may own it in another country's news."""
        return self.acronym and len(self.tokens[0].raw) <= GUARDED_LENGTH and not self.alias.famous


@dataclass(slots=True)
class Node(Generic[T]):
    """A step in the index: what may follow, and what ends here."""

    after: dict[str, Node[T]] = field(default_factory=dict)
    ends: list[T] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Names, nouns, country names and the heads of group names, each by its tokens."""

    names: Node[Name]
    nouns: Node[ActorNoun]
    lands: Node[str]
    capitals: Node[str]
    first: Node[GroupHead]
    last: dict[tuple[str, ...], GroupHead]
    lower: dict[str, GroupHead]
    parts: Mapping[str, frozenset[str]]
    peoples: frozenset[str]


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """A word without case, accents, dots and apostrophes.

    >>> fold("Ta’ang"), fold("Séléka"), fold("U.N.")
    ('taang', 'seleka', 'un')
    """
    if not word.isascii():
        word = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    return MARKS.sub("", word).casefold()


def tokenise(text: str) -> list[Token]:
    """The words of a text with their offsets; a possessive ending is left out of the word.

    >>> [(t.raw, t.key) for t in tokenise("the U.N.'s al-Shabaab file")]
    [('the', 'the'), ('U.N', 'un'), ('al', 'al'), ('Shabaab', 'shabaab'), ('file', 'file')]
    """
    found = []
    for match in TOKEN.finditer(text):
        raw, end = match.group(), match.end()
        if raw[-2:] in POSSESSIVE:
            raw, end = raw[:-2], end - 2
        if raw == "s":
            continue
        capital = raw[0].isupper() or raw[0].isdigit()
        found.append(Token(match.start(), end, raw, fold(raw), capital))
    return found


def joined(text: str, left: Token, right: Token) -> bool:
    """Whether two tokens stand side by side: a space, a hyphen or a slash between them, and no stop."""
    begin = left.end + 1 if "." in left.raw and text[left.end : left.end + 1] == "." else left.end
    return right.start - begin <= 5 and JOINT.fullmatch(text, begin, right.start) is not None


def longest(root: Node[T], text: str, tokens: Sequence[Token], at: int) -> Sequence[tuple[int, T]]:
    """Every entry that begins at token `at`, longest first: the index after its last token, and the entry."""
    if at >= len(tokens) or tokens[at].key not in root.after:
        return ()
    node, i = root, at
    found: list[tuple[int, T]] = []
    while i < len(tokens):
        step = node.after.get(tokens[i].key)
        if step is None or (i > at and not joined(text, tokens[i - 1], tokens[i])):
            break
        node, i = step, i + 1
        found.extend((i, entry) for entry in reversed(node.ends))
    return found[::-1]


def add(root: Node[T], keys: Sequence[str], entry: T) -> None:
    """Enter `entry` under its words."""
    node = root
    for key in keys:
        node = node.after.setdefault(key, Node())
    node.ends.append(entry)


@cache
def lexicon() -> Lexicon:
    """The index over the shipped tables. Built once, about 30 ms."""
    nouns: Node[ActorNoun] = Node()
    for noun in actor_nouns():
        add(nouns, _keys(noun.words), noun)
    lands: Node[str] = Node()
    capitals: Node[str] = Node()
    for country in countries().values():
        for words in {country.name.removeprefix("the "), country.long_name.removeprefix("the ")}:
            add(lands, _keys(words), country.iso3)
        if country.capital:
            add(capitals, _keys(country.capital), country.iso3)
    first: Node[GroupHead] = Node()
    last: dict[tuple[str, ...], GroupHead] = {}
    lower: dict[str, GroupHead] = {}
    for head in group_heads():
        if head.place == "first":
            add(first, _keys(head.words), head)
        elif head.place == "last":
            last[tuple(_keys(head.words))] = head
        else:
            lower[head.words] = head
    return Lexicon(
        names=_names(),
        nouns=nouns,
        lands=lands,
        capitals=capitals,
        first=first,
        last=last,
        lower=lower,
        parts=phrase_parts(),
        peoples=peoples(),
    )


def _names() -> Node[Name]:
    rows: dict[tuple[str, str], list[NamedActor]] = {}
    spelt: dict[tuple[str, str], Alias] = {}
    for actor in actors():
        for alias in (Alias(words=actor.name.split(" (")[0] if actor.kind else actor.name), *actor.aliases):
            key = (alias.words.casefold(), actor.id)
            rows.setdefault(key, []).append(actor)
            if key not in spelt or alias.famous or alias.not_in_capitals or alias.at_home or alias.words.islower():
                spelt[key] = alias
    root: Node[Name] = Node()
    for key, found in rows.items():
        tokens = tuple(tokenise(spelt[key].words))
        add(root, [t.key for t in tokens], Name(alias=spelt[key], tokens=tokens, rows=tuple(found)))
    return root


def _keys(words: str) -> list[str]:
    return [t.key for t in tokenise(words)]
