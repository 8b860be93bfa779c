"""How much of one text's words another one holds."""

from __future__ import annotations

import re
from collections.abc import Iterable

WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*")
EMPTY = frozenset(
    [
        "the",
        "and",
        "for",
        "with",
        "from",
        "that",
        "this",
        "have",
        "has",
        "had",
        "was",
        "were",
        "are",
        "its",
        "their",
        "after",
        "over",
        "into",
        "near",
        "amid",
        "about",
        "says",
        "said",
        "say",
        "been",
        "will",
        "would",
        "more",
        "than",
        "who",
        "what",
        "when",
        "where",
        "which",
        "while",
        "not",
        "but",
        "off",
        "out",
        "new",
        "his",
        "her",
        "they",
        "them",
        "against",
        "between",
        "during",
    ]
)


def vocabulary(texts: Iterable[str]) -> frozenset[str]:
    """The stems of the words that carry meaning."""
    return frozenset(stem for text in texts for stem in _stems(text))


def coverage(text: str, words: frozenset[str]) -> float:
    """The share, 0 to 1, of a text's meaningful words that stand in `words`.

    >>> coverage("Drone strikes hit Sudan", vocabulary(["A drone strike in Sudan"]))
    0.75
    """
    stems = _stems(text)
    return sum(1 for s in stems if s in words) / len(stems) if stems else 0.0


def _stems(text: str) -> list[str]:
    found = [w.casefold() for w in WORD.findall(text)]
    return [_stem(w) for w in found if (len(w) > 2 or w.isdigit()) and w not in EMPTY]


def _stem(word: str) -> str:
    """Enough to see that `strikes` and `strike`, `opened` and `opening` are one word."""
    for end in ("ing", "ed", "es", "s"):
        if word.endswith(end) and len(word) - len(end) >= 4:
            return word[: -len(end)].rstrip("e")
    return word.rstrip("e") if len(word) > 4 else word
