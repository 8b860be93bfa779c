"""The gate's words: what the sentences of a text hold of them, and whether a page's bytes hold any."""

from __future__ import annotations

import contextlib
import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from marsad.model import ConfigError

COLUMNS = ["group", "language", "words", "source"]
GROUPS = ("arms", "group", "force", "violence", "harm", "unrest", "flight", "access")
TELLING = frozenset({"arms", "group", "violence", "harm", "unrest", "flight", "access"})
TOKEN = re.compile(r"[^\W_]+(?:['’\u200c-][^\W_]+)*")
SENTENCE_END = re.compile(r"(?<=[.!?…؟。])[\s\"”»’]+|\n+")
CLITICS = ("وال", "بال", "لل", "ال", "و", "ب", "ل", "ف")
ARABIC = re.compile(r"[\u0600-\u06ff]")
NUMBER = re.compile(r"\d")
SHORTEST_STEM = 3
ENGLISH = frozenset(
    {"the", "of", "to", "and", "in", "a", "is", "that", "for", "on", "with", "was", "by", "as", "at", "from", "he", "said", "it"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Words and the numbers of their groups: whole ones, beginnings (`bombard*`), and of two or three words."""

    whole: dict[str, frozenset[int]]
    stems: dict[str, frozenset[int]]
    phrases: dict[str, frozenset[int]]
    longest: int
    rows: tuple[tuple[str, int], ...]

    def entry_of(self, token: str) -> str | None:
        """The entry of the table that a small-letter word is: itself, or a beginning with its `*`."""
        if token in self.whole:
            return token
        for size in range(min(len(token), self.longest), SHORTEST_STEM - 1, -1):
            if token[:size] in self.stems:
                return token[:size] + "*"
        if ARABIC.match(token):
            for clitic in CLITICS:
                bare = token.removeprefix(clitic)
                if bare != token and len(bare) >= SHORTEST_STEM and (found := self.entry_of(bare)):
                    return found
        return None

    def groups_of(self, entry: str) -> frozenset[int]:
        """The groups that an entry is in."""
        if entry.endswith("*"):
            return self.stems[entry[:-1]]
        return self.phrases[entry] if " " in entry else self.whole[entry]


@cache
def load_lexicon() -> Lexicon:
    """The table `gate_words.tsv`. Raises `ConfigError` where it is malformed."""
    return read_lexicon(resources.files("marsad.intake").joinpath("gate_words.tsv").read_text(encoding="utf-8"))


def read_lexicon(text: str) -> Lexicon:
    """A table of the columns `group`, `language`, `words` (`|` between them, `*` where a word may go on) and `source`.

    >>> lexicon = read_lexicon("group\\tlanguage\\twords\\tsource\\narms\\ten\\tbombard*|air raid\\tnews usage\\n")
    >>> lexicon.entry_of("bombardment"), [GROUPS[n] for n in lexicon.groups_of("air raid")]
    ('bombard*', ['arms'])
    """
    lines = csv.reader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    if next(lines, None) != COLUMNS:
        raise ConfigError(f"gate_words.tsv line 1: the columns are not {COLUMNS}")
    kinds: tuple[dict[str, set[int]], ...] = ({}, {}, {})
    rows: list[tuple[str, int]] = []
    for number, cells in enumerate(lines, 2):
        if len(cells) != len(COLUMNS) or cells[0] not in GROUPS or not cells[3]:
            raise ConfigError(f"gate_words.tsv line {number}: a known group, a language, words and a source are needed")
        group = GROUPS.index(cells[0])
        for word in (w.strip().lower() for w in cells[2].split("|")):
            rows.append((word, group))
            kind = kinds[2] if " " in word else kinds[1] if word.endswith("*") else kinds[0]
            kind.setdefault(word.removesuffix("*") if kind is kinds[1] else word, set()).add(group)
    whole, stems, phrases = ({word: frozenset(groups) for word, groups in kind.items()} for kind in kinds)
    longest = max(map(len, stems), default=0)
    return Lexicon(whole=whole, stems=stems, phrases=phrases, longest=longest, rows=tuple(rows))


def sentences_of(text: str) -> Iterator[list[str]]:
    """The words of each sentence or line, in small letters, figures as `#`."""
    for piece in SENTENCE_END.split(text):
        tokens = ["#" if NUMBER.match(token) else token for token in TOKEN.findall(piece.lower())]
        if tokens:
            yield tokens


def is_english(sentences: Sequence[Sequence[str]]) -> bool:
    """Whether one word in eight is one of the commonest of English."""
    total = sum(map(len, sentences))
    return 8 * sum(token in ENGLISH for tokens in sentences for token in tokens) >= total


def entries_in(tokens: Sequence[str], lexicon: Lexicon) -> list[str]:
    """The entries of the table that stand in a sentence, each once, in order; those of two or three words last."""
    found = [entry for token in dict.fromkeys(tokens) if (entry := lexicon.entry_of(token)) is not None]
    for size in (2, 3):
        runs = (" ".join(tokens[n : n + size]) for n in range(len(tokens) - size + 1))
        found += [run for run in runs if run in lexicon.phrases]
    return list(dict.fromkeys(found))


def counts_of(entries: Sequence[str], lexicon: Lexicon) -> list[int]:
    """How many entries there are of each group, at most two of each."""
    counts = [0] * len(GROUPS)
    for entry in entries:
        for group in lexicon.groups_of(entry):
            counts[group] = min(2, counts[group] + 1)
    return counts


class Scan:
    """Which words of a lexicon stand in a page's bytes, found in one pass: hyperscan's where it is installed, else by `re`."""

    def __init__(self, lexicon: Lexicon) -> None:
        telling = [(word, group) for word, group in lexicon.rows if GROUPS[group] in TELLING]
        self.groups = [group for _, group in telling]
        self.patterns = [pattern_of(word) for word, _ in telling]
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
