"""The sieve lets through every pattern that matches, keeps its work, and is not fooled by a broken cache."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from marsad.codebook import sieve as module
from marsad.codebook.sieve import Screen, Sieve
from marsad.codebook.triggers import triggers

SOURCES = (r"\bair ?strikes?", r"\bsieges?\b(?! mentality)", r"(?<!not )\bkilled", r"\bel[- ]fasher[’']s", r"\bélan\b")
PATTERNS = [re.compile(source) for source in SOURCES]
TEXT = "an airstrike on el–fasher’s market, a siege mentality, not killed, with élan"


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARSAD_CACHE", str(tmp_path))


def matching(text: str) -> set[int]:
    return {n for n, p in enumerate(PATTERNS) if p.search(text)}


def test_whatever_matches_passes_and_most_else_does_not() -> None:
    sieve = Sieve(PATTERNS)
    assert matching(TEXT) <= set(sieve.passing(TEXT))
    assert sieve.passing("the minister opened a school") == ()


def test_the_trigger_table_passes_its_own_examples() -> None:
    table = triggers()
    sieve = Sieve([t.pattern for t in table])
    for text in ("a suicide bomber attacked a mosque", "the crossing was reopened", "gunmen abducted nine pupils"):
        assert {n for n, t in enumerate(table) if t.pattern.search(text)} <= set(sieve.passing(text))


def test_a_broken_cache_is_made_anew(tmp_path: Path) -> None:
    first = Sieve(PATTERNS).passing(TEXT)
    (kept,) = tmp_path.glob("sieve-*.hs")
    body = bytearray(kept.read_bytes())
    body[len(body) // 2] ^= 1
    kept.write_bytes(bytes(body))
    assert Sieve(PATTERNS).passing(TEXT) == first
    assert kept.read_bytes() != bytes(body)


def test_without_hyperscan_every_pattern_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(self: Sieve, sources: object) -> None:
        raise ImportError

    monkeypatch.setattr(module.Sieve, "_prepare", absent)
    assert Sieve(PATTERNS).passing(TEXT) == tuple(range(len(PATTERNS)))


def test_a_screen_finds_what_the_patterns_find() -> None:
    patterns = [re.compile(p, re.I) for p in (r"\btoll of (\d+)", r"\bno one\b", r"\b(?:the\s+)?(?:ninth|tenth)\s+raid\b")]
    screen = Screen(patterns)
    for text in ("The toll of 12 became a TOLL OF 14.", "No one saw the ninth raid.", "", "Tenth\u00a0raid; toll of many."):
        for pattern in patterns:
            assert [m.span() for m in screen.finditer(pattern, text)] == [m.span() for m in pattern.finditer(text)]
