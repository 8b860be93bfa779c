"""Which language a text is in."""

from __future__ import annotations

import re

CODE = re.compile(r"([a-z]{2})(?:[-_][a-z0-9_\-]{1,12})?", re.I)
NAMES = {"english": "en", "arabic": "ar", "french": "fr", "spanish": "es", "russian": "ru", "ukrainian": "uk", "portuguese": "pt"}
SHORTEST = 40
SAMPLE = 4000


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
    import py3langid  # the model is read on first use

    return str(py3langid.classify(text[:SAMPLE])[0])
