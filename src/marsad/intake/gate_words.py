"""The gate's words: what the sentences of a text hold of them, and whether a page's bytes hold any."""

from __future__ import annotations

import contextlib
import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from marsad.model import ConfigError

COLUMNS = ["group", "language", "strength", "words", "source"]
GROUPS = ("arms", "group", "force", "violence", "harm", "unrest", "flight", "access", "other")
OTHER = GROUPS.index("other")
STRENGTHS = 3
TOKEN = re.compile(r"[^\W_]+(?:['’\u200c-][^\W_]+)*")
SENTENCE_END = re.compile(r"(?<=[.!?…؟。])[\s\"”»’]+|\n+")
CLITICS = ("وال", "بال", "لل", "ال", "و", "ب", "ل", "ف")
ARABIC = re.compile(r"[\u0600-\u06ff]")
SHORTEST_STEM = 3
LONGEST_PHRASE = 3
MEMORY = 50_000
Strengths = Mapping[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Words with the strength that they have in each of their groups: whole ones, beginnings (`bombard*`), and phrases.

    Strength 3 hardly stands in other news; 2 sometimes does; 1 tells only beside others.
    """

    whole: Mapping[str, Strengths]
    stems: Mapping[str, Strengths]
    phrases: Mapping[str, Strengths]
    longest: int
    firsts: frozenset[str] = frozenset()
    memory: dict[str, str | None] = field(default_factory=dict, compare=False, repr=False)

    def entry_of(self, token: str) -> str | None:
        """The entry of the table that a small-letter word is: itself, or a beginning with its `*`."""
        try:
            return self.memory[token]
        except KeyError:
            if len(self.memory) >= MEMORY:
                self.memory.clear()
            found = self.memory[token] = self._find(token)
            return found

    def _find(self, token: str) -> str | None:
        if token in self.whole:
            return token
        for size in range(min(len(token), self.longest), SHORTEST_STEM - 1, -1):
            if token[:size] in self.stems:
                return token[:size] + "*"
        if ARABIC.match(token):
            for clitic in CLITICS:
                bare = token.removeprefix(clitic)
                if bare != token and len(bare) >= SHORTEST_STEM and (found := self._find(bare)):
                    return found
        return None

    def strengths_of(self, entry: str) -> Strengths:
        """The strength of an entry by the number of its group."""
        if entry.endswith("*"):
            return self.stems[entry[:-1]]
        return self.phrases[entry] if " " in entry else self.whole[entry]


@cache
def load_lexicon() -> Lexicon:
    """The table `gate_words.tsv`. Raises `ConfigError` where it is malformed."""
    return read_lexicon(resources.files("marsad.intake").joinpath("gate_words.tsv").read_text(encoding="utf-8"))


def read_lexicon(text: str) -> Lexicon:
    """A table of the columns `group`, `language`, `words` (`|` between them, `*` where a word may go on) and `source`.

    >>> text = "group\\tlanguage\\tstrength\\twords\\tsource\\narms\\ten\\t3\\tbombard*|air raid\\tnews usage\\n"
    >>> lexicon = read_lexicon(text)
    >>> lexicon.entry_of("bombardment"), lexicon.strengths_of("air raid")
    ('bombard*', {0: 3})
    """
    lines = csv.reader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    if next(lines, None) != COLUMNS:
        raise ConfigError(f"gate_words.tsv line 1: the columns are not {COLUMNS}")
    whole: dict[str, dict[int, int]] = {}
    stems: dict[str, dict[int, int]] = {}
    phrases: dict[str, dict[int, int]] = {}
    for number, cells in enumerate(lines, 2):
        if len(cells) != len(COLUMNS) or cells[0] not in GROUPS or cells[2] not in "123" or not cells[4]:
            raise ConfigError(f"gate_words.tsv line {number}: a known group, a language, 1 to 3, words and a source are needed")
        group, strength = GROUPS.index(cells[0]), int(cells[2])
        for word in (w.strip().lower() for w in cells[3].split("|")):
            kind, name = (phrases, word) if " " in word else (stems, word[:-1]) if word.endswith("*") else (whole, word)
            held = kind.setdefault(name, {})
            held[group] = max(strength, held.get(group, 0))
    firsts = frozenset(phrase.split(" ", 1)[0] for phrase in phrases)
    return Lexicon(whole=whole, stems=stems, phrases=phrases, longest=max(map(len, stems), default=0), firsts=firsts)


def sentences_of(text: str) -> Iterator[list[str]]:
    """The words of each sentence or line, in small letters, figures as `#`."""
    for piece in SENTENCE_END.split(text):
        tokens = ["#" if token[0].isdigit() else token for token in TOKEN.findall(piece.lower())]
        if tokens:
            yield tokens


def entries_in(tokens: Sequence[str], lexicon: Lexicon) -> list[str]:
    """The entries of the table that stand in a sentence, each once, in order; those of two or three words last."""
    found = [entry for token in dict.fromkeys(tokens) if (entry := lexicon.entry_of(token)) is not None]
    for start in (n for n, token in enumerate(tokens) if token in lexicon.firsts):
        runs = (" ".join(tokens[start : start + size]) for size in range(2, LONGEST_PHRASE + 1))
        found += [run for run in runs if run in lexicon.phrases]
    return list(dict.fromkeys(found))


def counts_of(entries: Sequence[str], lexicon: Lexicon) -> list[int]:
    """How many entries there are of each group and strength (`arms` 1, 2, 3, then `group` 1, …), at most two of each."""
    counts = [0] * (len(GROUPS) * STRENGTHS)
    for entry in entries:
        for group, strength in lexicon.strengths_of(entry).items():
            place = group * STRENGTHS + strength - 1
            counts[place] = min(2, counts[place] + 1)
    return counts


class Scan:
    """Which words of a lexicon stand in a page's bytes, found in one pass: hyperscan's where it is installed, else by `re`."""

    def __init__(self, lexicon: Lexicon) -> None:
        named = {**lexicon.whole, **lexicon.phrases, **{f"{stem}*": held for stem, held in lexicon.stems.items()}}
        told = [(word, held) for word, held in named.items() if set(held) != {OTHER}]
        self.strong = frozenset(
            n for n, (_, held) in enumerate(told) if any(strength > 1 for group, strength in held.items() if group != OTHER)
        )
        self.patterns = [pattern_of(word) for word, _ in told]
        self._database: Any = None
        with contextlib.suppress(ImportError):
            self._prepare()
        self._compiled = [] if self._database else [re.compile(p, re.I) for p in self.patterns]

    def _prepare(self) -> None:
        import hyperscan

        flags = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_CASELESS
        database = hyperscan.Database()
        count = len(self.patterns)
        database.compile(expressions=self.patterns, ids=list(range(count)), flags=[flags] * count)
        self._database, self._scratch = database, hyperscan.Scratch(database)

    def strong_in(self, body: bytes) -> bool:
        """Whether the bytes hold a word of more than the least strength."""
        return not self.strong.isdisjoint(self.words_in(body))

    def words_in(self, body: bytes) -> set[int]:
        """The numbers of the words that the bytes (UTF-8) hold, in any case of letters."""
        if self._database is None:
            return {n for n, pattern in enumerate(self._compiled) if pattern.search(body)}
        found: set[int] = set()
        self._database.scan(body, match_event_handler=_keep, context=found, scratch=self._scratch)
        return found


def pattern_of(word: str) -> bytes:
    """A word as a pattern over UTF-8 bytes. Letters beyond ASCII have no case there, and words of them no edges."""
    bare = word.removesuffix("*")
    if not bare.isascii():
        forms = dict.fromkeys((bare, bare.capitalize(), bare.upper()))
        return b"(?:" + b"|".join(escaped(form) for form in forms) + b")"
    spaced = b"[ -]".join(escaped(part) for part in bare.split(" "))
    return rb"\b" + spaced + (b"" if word.endswith("*") else rb"\b")


def escaped(text: str) -> bytes:
    return b"".join(b"\\x%02x" % byte if byte > 127 else re.escape(bytes([byte])) for byte in text.encode())


def _keep(number: int, start: int, end: int, flags: int, found: Any) -> None:
    found.add(number)
