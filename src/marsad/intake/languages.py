"""Which language a text is in."""

from __future__ import annotations

import re

CODE = re.compile(r"([a-z]{2})(?:[-_][a-z0-9_\-]{1,12})?", re.I)
NAMES = {"english": "en", "arabic": "ar", "french": "fr", "spanish": "es", "russian": "ru", "ukrainian": "uk", "portuguese": "pt"}
SHORTEST = 40
SAMPLE = 4000
ENGLISH = frozenset(
    ("the", "of", "and", "to", "that", "for", "was", "with", "by", "at", "from", "has", "have", "it", "said", "were", "they")
)
PLAINLY = 0.2


def is_plainly_english(text: str) -> bool:
    """Whether one word in five is a common one that no other language has so often: then no model need be asked.

    >>> is_plainly_english("Two people were killed by a shell that hit the market of the town, the mayor said.")
    True
    """
    words = text.lower().split()
    return sum(word in ENGLISH for word in words) > PLAINLY * len(words)


def detect_language(text: str, given: str | None = None) -> str | None:
    """The ISO 639-1 code of the text's language; a given one (`en`, `en-GB`, `English`) wins. `None` for too short a text.

    >>> detect_language("Two people were killed when a shell hit a market in the town on Monday.")
    'en'
    """
    if given:
        hit = CODE.fullmatch(given.strip())
        named = hit.group(1).lower() if hit else NAMES.get(given.strip().lower())
        if named:
            return named
    if sum(1 for c in text[:SAMPLE] if c.isalpha()) < SHORTEST:
        return None
    if is_plainly_english(text[:SAMPLE]):
        return "en"
    import py3langid  # the model is read on first use

    return str(py3langid.classify(text[:SAMPLE])[0])
