"""Which reports are copies of another: syndicated, cut down, or under a new headline.

Two texts are compared by their runs of four words. The share is taken of the shorter one, so that a wire story with a
paragraph cut still counts; MinHash, which estimates the share of both together, misses that. Only texts that share some of
their keys are compared: a key is a run, picked by its hash alone, so that the same run is picked in every text of about that
length. Whether two texts are compared never depends on how many others there are, unless a run is in very many of them.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from marsad.intake.clean import fold
from marsad.intake.headers import read_dateline
from marsad.model import Report

WORD = re.compile(r"[^\W_]+(?:[.,:]\d+)*")
RUN = 4
SHARE = 0.75
FEWEST = 12
LEAD = 64  # runs; what a shortened copy keeps, so more of them are keys
KEYS = 16  # about so many keys for the lead, and at least as many for the rest
FEW = 8  # texts of fewer keys are compared where they share one, others where they share two
COMMON = 256  # a run that more different texts share is a template's; a story has others
MIX = np.uint64(0x9E3779B97F4A7C15)
FIGURES = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
SAME = {word: str(number) for number, word in enumerate(FIGURES, 1)}


Runs = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Print:
    """A text's runs of words as hashes, each once and in order; the figures it names, the keys it is looked up by, in order, and
    a number for all its runs."""

    runs: Runs
    figures: frozenset[str]
    keys: tuple[int, ...]
    own: int


def copy_keys(report: Report) -> tuple[int, ...]:
    """The keys that a report is looked up by, each of 63 bits: first one that only texts of the same words have, then runs.

    >>> one = Report(id="r1", origin="a", text="Eight people were killed in Sinja on Monday, the governor said.")
    >>> other = Report(id="r2", origin="b", text="SINJA - Eight people were killed in Sinja on Monday, the governor said")
    >>> copy_keys(one) == copy_keys(other)
    True
    """
    made = _fingerprint(report.text)
    return (made.own, *made.keys)


def mark_copies(reports: Sequence[Report], *, common: frozenset[int] | None = None) -> list[Report]:
    """The reports in the order given, each copy with `copy_of` set to the id of its original.

    The original is the one published first (by day; undated ones last), then the one that is not carried from a wire
    service, then the one published first by the clock, then the one with the smallest id: the same whatever the order of
    input. An original is never itself a copy. A story that names a figure which the other does not is an update and no copy.
    Reports with one and the same id are one report, not copies. `common` are keys in too many texts to say anything; where it
    is not given, those that more than 256 of these texts hold.
    """
    ordered = sorted({r.id: r for r in reports}.values(), key=_rank)
    prints = {r.id: _fingerprint(r.text) for r in ordered}
    if common is None:
        counts = Counter(key for made in {p.own: p for p in prints.values()}.values() for key in made.keys)
        common = frozenset(key for key, number in counts.items() if number > COMMON)
    index: dict[int, list[int]] = defaultdict(list)
    same: dict[int, int] = {}
    original: dict[str, str] = {}
    for n, report in enumerate(ordered):
        made = prints[report.id]
        found = same.get(made.own)
        if found is None:
            found = _original(made, common, index, ordered, prints)
        if found is not None:
            original[report.id] = ordered[found].id
            continue
        same[made.own] = n
        for key in made.keys:
            if key not in common:
                index[key].append(n)
    return [r if r.copy_of == original.get(r.id) else replace(r, copy_of=original.get(r.id)) for r in reports]


def _rank(report: Report) -> tuple[str, bool, str, str]:
    published = report.published or "9999"
    carries = report.agency is not None and report.agency != report.publisher
    return (published[:10], carries, published[10:], report.id)


def _original(
    made: Print, common: frozenset[int], index: dict[int, list[int]], ordered: Sequence[Report], prints: dict[str, Print]
) -> int | None:
    """The first original that shares enough; the index holds originals only, in their rank."""
    shared = Counter(n for key in made.keys if key not in common for n in index.get(key, ()))
    for n in sorted(shared):
        other = prints[ordered[n].id]
        if shared[n] >= (1 if min(len(made.keys), len(other.keys)) < FEW else 2) and is_copy(made, other):
            return n
    return None


def is_copy(one: Print, other: Print) -> bool:
    """Whether two texts are one story: three quarters of the shorter one's runs stand in the longer, and all its figures."""
    shorter, longer = (one, other) if len(one.runs) <= len(other.runs) else (other, one)
    if one.own == other.own:
        return True
    if len(shorter.runs) < FEWEST or not shorter.figures <= longer.figures:
        return False
    return len(np.intersect1d(shorter.runs, longer.runs, assume_unique=True)) >= SHARE * len(shorter.runs)


@lru_cache(maxsize=8192)
def _fingerprint(text: str) -> Print:
    dateline = read_dateline(text[:400])
    words = WORD.findall(fold(text[dateline.length :] if dateline else text))
    runs = _runs(words)
    lead, rest = _step(min(len(runs), LEAD)), _step(len(runs))
    picked = runs & np.where(np.arange(len(runs)) < LEAD, np.uint64(lead - 1), np.uint64(rest - 1)) == 0
    unique = np.unique(runs)
    return Print(
        runs=unique,
        figures=frozenset(SAME.get(w, w) for w in set(words) if w in SAME or w[0].isdigit()),
        keys=tuple(np.unique(runs[picked]).tolist()),
        own=_number(unique.tobytes()),
    )


def _runs(words: Sequence[str]) -> Runs:
    """Each run of four words as a number of 63 bits, made of its words' numbers; the one run of a text of fewer words."""
    numbers = np.array([_word_number(w) for w in words] or [0], dtype=np.uint64)
    width = min(RUN, len(numbers))
    count = len(numbers) - width + 1
    mixed = np.full(count, width, dtype=np.uint64)
    for n in range(width):
        mixed = (mixed ^ numbers[n : n + count]) * MIX
        mixed ^= mixed >> np.uint64(29)
    return mixed >> np.uint64(1)


@lru_cache(maxsize=65536)
def _word_number(word: str) -> int:
    return _number(word.encode("utf-8", "surrogatepass"))


def _number(data: bytes) -> int:
    """The first 63 bits of a hash."""
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big") >> 1


def _step(runs: int) -> int:
    """One run in so many is a key: a power of two, so that a longer text's keys are among those of a shorter one."""
    return 1 << max(0, min(5, (runs // KEYS).bit_length() - 1))
