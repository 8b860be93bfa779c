"""Names and days as linking compares them."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from functools import lru_cache

ARTICLE = re.compile(r"\b(?:al|el|as|ash|an|ad|ar|at|the)[- ]")


@lru_cache(maxsize=65536)
def fold(name: str) -> str:
    """A name without case, accents, articles and punctuation.

    >>> fold("Al-Fāshir"), fold("El Fasher")
    ('fashir', 'fasher')
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()
    return " ".join(re.sub(r"[^\w\s]", " ", ARTICLE.sub("", bare)).split())


def ordinal(date: str | None) -> int | None:
    """The day number of an ISO date or date-time; `None` where it is missing or no date."""
    try:
        return dt.date.fromisoformat(date[:10]).toordinal() if date else None
    except ValueError:
        return None


def iso(day: int | None) -> str | None:
    """The ISO date of a day number."""
    return dt.date.fromordinal(day).isoformat() if day is not None else None
