"""Which of many patterns could match a text, found in one pass, so that only those few are tried one by one.

The pass is hyperscan's, in its prefilter mode: it may name a pattern that does not match, never the other way round. Where
hyperscan is not installed, or can't take a pattern, that pattern is always tried: slower, and the same answer.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from marsad.codebook.cache import cache_folder

FORMAT = 1
KEPT = 64


class Plain(dict[int, int]):
    """Characters as single bytes that any pattern meets alike: quotes and dashes as ASCII's, other letters as `x`."""

    def __missing__(self, code: int) -> int:
        character = chr(code)
        if code < 128:
            plain = code
        elif character in "‘’":
            plain = ord("'")
        elif character in "–—":
            plain = ord("-")
        else:
            plain = ord("x") if character.isalnum() else ord(" ") if character.isspace() else ord("!")
        self[code] = plain
        return plain


PLAIN = Plain()


class Sieve:
    """A set of compiled patterns. `passing(text)` gives the numbers, in order, of those worth trying on it.

    >>> sieve = Sieve([re.compile(r"\\bair ?strikes?"), re.compile(r"\\bsieges?\\b")])
    >>> sieve.passing("the siege of the town")
    (1,)
    """

    def __init__(self, patterns: Sequence[re.Pattern[str]]) -> None:
        self._always: tuple[int, ...] = tuple(range(len(patterns)))
        self._database: Any = None
        self._scratch: Any = None
        sources = [p.pattern.translate(PLAIN) for p in patterns]
        with contextlib.suppress(ImportError):
            self._prepare(sources)

    def passing(self, text: str) -> tuple[int, ...]:
        """The numbers of the patterns that may match; all that match are among them."""
        if self._database is None:
            return self._always
        found = set(self._always)
        self._database.scan(text.translate(PLAIN).encode(), match_event_handler=_keep, context=found, scratch=self._scratch)
        return tuple(sorted(found))

    def _prepare(self, sources: Sequence[str]) -> None:
        import hyperscan

        flags = hyperscan.HS_FLAG_PREFILTER | hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_CASELESS
        key = hashlib.sha256("\0".join([str(FORMAT), version("hyperscan"), *sources]).encode()).hexdigest()[:16]
        kept = cache_folder() / f"sieve-{key}.hs"
        database, taken = _load(kept)
        if database is None:
            taken = [n for n, source in enumerate(sources) if _takes(source, flags)]
            database = hyperscan.Database()
            database.compile(expressions=[sources[n].encode() for n in taken], ids=taken, flags=[flags] * len(taken))
            _save(kept, database, taken)
        self._database, self._scratch = database, hyperscan.Scratch(database)
        self._always = tuple(n for n in range(len(sources)) if n not in set(taken))


class Screen:
    """Patterns that are tried on a text only where one pass over it says that they may match.

    >>> toll, raid = re.compile(r"\\btoll of (\\d+)"), re.compile(r"\\braids?\\b")
    >>> screen = Screen([toll, raid])
    >>> [m[1] for m in screen.finditer(toll, "a toll of 12")], list(screen.finditer(raid, "a toll of 12"))
    (['12'], [])
    """

    def __init__(self, patterns: Sequence[re.Pattern[str]]) -> None:
        self._numbers = {pattern: number for number, pattern in enumerate(patterns)}
        self._passing = lru_cache(maxsize=KEPT)(Sieve(patterns).passing)

    def finditer(self, pattern: re.Pattern[str], text: str) -> Iterable[re.Match[str]]:
        """The matches of one of the patterns, as its own `finditer` gives them."""
        return pattern.finditer(text) if self._numbers[pattern] in self._passing(text) else ()


def _keep(number: int, start: int, end: int, flags: int, found: Any) -> None:
    found.add(number)


def _takes(source: str, flags: int) -> bool:
    """Whether hyperscan can work with a pattern, which must not match the empty text."""
    import hyperscan

    try:
        hyperscan.Database().compile(expressions=[source.encode()], ids=[0], flags=[flags])
    except hyperscan.HyperscanError:
        return False
    return True


def _load(kept: Path) -> tuple[Any, list[int]]:
    """A compiled set from the cache with the numbers of its patterns; `None` where there is none that is whole."""
    import hyperscan

    try:
        body = kept.read_bytes()
        head, numbers, data = body[:32], *body[32:].split(b"\n", 1)
        if hashlib.sha256(body[32:]).digest() == head:
            return hyperscan.loadb(data, hyperscan.HS_MODE_BLOCK), [int(n) for n in numbers.split()]
    except (OSError, ValueError, hyperscan.HyperscanError):
        pass
    return None, []


def _save(kept: Path, database: Any, taken: Sequence[int]) -> None:
    """Keep a compiled set for the next time, whole or not at all; a folder that can't be written costs only time."""
    import hyperscan

    body = " ".join(map(str, taken)).encode() + b"\n" + hyperscan.dumpb(database)
    with contextlib.suppress(OSError):
        kept.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=kept.parent, prefix=kept.name)
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(body).digest() + body)
        os.replace(name, kept)
