"""English numbers in figures and in words, and what stands before them ("at least", "up to")."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


def read_table(package: str, name: str) -> list[Mapping[str, str]]:
    """The rows of a TSV table of `package`, header names to cells."""
    text = (files(package) / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))


def _class(*names: str) -> dict[str, int]:
    return {r["word"]: int(r["value"]) for r in read_table("marsad.language", "numbers.tsv") if r["class"] in names}


SMALL = _class("unit", "teen", "ten")
SCALES = _class("scale", "group")
ORDINALS = _class("ordinal")
_TENS = "|".join(_class("ten"))
_UNITS = "|".join(w for w in _class("unit") if w != "zero")
_TEENS = "|".join(_class("teen"))
_BELOW = rf"(?:(?:{_TENS})(?:[-\s](?:{_UNITS}))?|{_TEENS}|{_UNITS})"
_SCALE = "|".join(SCALES)
WORDS = rf"(?:{_BELOW}|an?)(?:[-\s](?:{_SCALE}))(?:(?:\s+and|,)?\s+{_BELOW}(?:[-\s](?:{_SCALE}))?){{0,3}}|{_BELOW}|zero"
DIGITS = r"\d{1,3}(?:[,\u00a0\u202f]\d{3})+(?!\d)|\d{1,3}(?: \d{3})+(?![\d,.]\d)|\d{1,12}(?:\.\d{1,3})?"
ORDINAL_WORD = rf"(?:(?:{_TENS})[-\s])?(?:{'|'.join(ORDINALS)})"
NUMBER = re.compile(
    rf"(?:(?P<digits>{DIGITS})(?:[-\s](?P<scale>{_SCALE}|mn|bn)|(?P<short>mn|bn|[mk]))?|(?P<words>{WORDS}))(?![\w])", re.I
)
_ABBREVIATED = {"mn": 10**6, "m": 10**6, "bn": 10**9, "k": 1000}


def read_number(text: str) -> int | float | None:
    """The value of a number in figures or words; `None` where `text` is no number. A whole value is an `int`.

    >>> read_number("forty-three"), read_number("1.2 million"), read_number("two hundred and six"), read_number("a dozen")
    (43, 1200000, 206, 12)
    """
    match = NUMBER.fullmatch(text.strip())
    if not match:
        return None
    if match["digits"]:
        value = float(re.sub(r"[,\s\u00a0\u202f]", "", match["digits"]))
        scale = (match["scale"] or match["short"] or "").lower()
        value *= _ABBREVIATED.get(scale) or SCALES.get(scale, 1)
        return round(value) if abs(value - round(value)) < 1e-6 else value
    return _read_words(match["words"])


def _read_words(text: str) -> int:
    total, part = 0, 0
    for word in re.split(r"[-\s,]+", text.lower()):
        if word in SMALL:
            part += SMALL[word]
        elif word in ("a", "an"):
            part += 1
        elif word in SCALES and SCALES[word] >= 1000:
            total += (part or 1) * SCALES[word]
            part = 0
        elif word in SCALES:
            part = (part or 1) * SCALES[word]
    return total + part


def read_ordinal(text: str) -> int | None:
    """The value of "14th", "fourteenth" or "twenty-first"; `None` where it is no ordinal.

    >>> read_ordinal("27th"), read_ordinal("twenty-first"), read_ordinal("one")
    (27, 21, None)
    """
    match = re.fullmatch(r"(\d{1,3})(?:st|nd|rd|th)", text.strip(), re.I)
    if match:
        return int(match[1])
    parts = re.split(r"[-\s]+", text.strip().lower())
    if parts[-1] not in ORDINALS:
        return None
    return ORDINALS[parts[-1]] + sum(SMALL.get(p, 0) for p in parts[:-1])


@cache
def vague_numbers() -> Mapping[str, tuple[int, int]]:
    """ "dozens", "several hundred", … and the bounds they are read as."""
    return {r["words"]: (int(r["low"]), int(r["high"])) for r in read_table("marsad.language", "vague_numbers.tsv")}


@cache
def modifiers() -> Mapping[str, str]:
    """ "at least" → `min`, "more than" → `over`, "up to" → `max`, "fewer than" → `under`, "about" → `near`, …"""
    return {r["words"]: r["rule"] for r in read_table("marsad.language", "number_modifiers.tsv")}
