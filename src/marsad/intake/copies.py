"""Which reports are copies of another: syndicated, cut down, or under a new headline.

Two texts are compared by their runs of four words. The share is taken of the shorter one, so that a wire story with a
paragraph cut still counts; MinHash, which estimates the share of both together, misses that. Each run is looked up in an
index, so that only texts that share some are compared; long collections index one run in eight, picked by hash.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from marsad.intake.clean import fold
from marsad.intake.headers import read_dateline
from marsad.model import Report

WORD = re.compile(r"[^\W_]+(?:[.,:]\d+)*")
RUN = 4
SHARE = 0.75
FEWEST = 12
SAMPLED_FROM = 400
SAMPLE = 8
COMMON = 200  # a run that so many originals share is a template's; a story has others
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """A text's runs of words as hashes, and the figures it names."""

    runs: frozenset[int]
    figures: frozenset[str]


def mark_copies(reports: Sequence[Report]) -> list[Report]:
    """The reports in the order given, each copy with `copy_of` set to the id of its original.

    The original is the one published first (by day; undated ones last), then the one that is not carried from a wire
    service, then the one published first by the clock, then the one with the smallest id: the same whatever the order of
    input. An original is never itself a copy. A story that names a figure which the other does not is an update and no copy.
    Reports with one and the same id are one report, not copies.
    """
    ordered = sorted({r.id: r for r in reports}.values(), key=_rank)
    prints = [_fingerprint(r.text) for r in ordered]
    step = SAMPLE if len(ordered) > SAMPLED_FROM else 1
    index: dict[int, list[int]] = defaultdict(list)
    original: dict[str, str] = {}
    for n, (report, made) in enumerate(zip(ordered, prints, strict=True)):
        keys = [run for run in made.runs if run % step == 0]
        found = _original(made, keys, index, prints)
        if found is not None:
            original[report.id] = ordered[found].id
            continue
        for key in keys:
            if len(index[key]) < COMMON:
                index[key].append(n)
    return [replace(r, copy_of=original.get(r.id)) for r in reports]


def _rank(report: Report) -> tuple[str, bool, str, str]:
    published = report.published or "9999"
    carries = report.agency is not None and report.agency != report.publisher
    return (published[:10], carries, published[10:], report.id)


def _original(made: Print, keys: Sequence[int], index: dict[int, list[int]], prints: Sequence[Print]) -> int | None:
    """The first original that shares enough; the index holds originals only, in their rank."""
    shared = Counter(n for key in keys for n in index.get(key, ()))
    for n in sorted(shared):
        if is_copy(made, prints[n]):
            return n
    return None


def is_copy(one: Print, other: Print) -> bool:
    """Whether two texts are one story: three quarters of the shorter one's runs stand in the longer, and all its figures."""
    shorter, longer = (one, other) if len(one.runs) <= len(other.runs) else (other, one)
    if one.runs == other.runs:
        return True
    if len(shorter.runs) < FEWEST:
        return False
    return shorter.figures <= longer.figures and len(shorter.runs & longer.runs) >= SHARE * len(shorter.runs)


def _fingerprint(text: str) -> Print:
    dateline = read_dateline(text[:400])
    words = WORD.findall(fold(text[dateline.length :] if dateline else text))
    runs = {" ".join(words[n : n + RUN]) for n in range(max(1, len(words) - RUN + 1))}
    hashed = frozenset(int.from_bytes(hashlib.blake2b(run.encode(), digest_size=8).digest(), "big") for run in runs)
    return Print(runs=hashed, figures=frozenset(SAME.get(w, w) for w in words if w in SAME or w[0].isdigit()))
