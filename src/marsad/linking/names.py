"""Names and days as linking compares them."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from functools import lru_cache

ARTICLE = re.compile(r"\b(?:al|el|as|ash|an|ad|ar|at|the)[- ]")
MARK = re.compile(r"[^\w\s]")


@lru_cache(maxsize=65536)
def fold(name: str) -> str:
    """A name without case, accents, articles and punctuation.

    >>> fold("Al-Fāshir"), fold("El Fasher")
    ('fashir', 'fasher')
    """
    return fold_text(name)


def fold_text(text: str) -> str:
    """The same of a text, which is not remembered."""
    if text.isascii():
        bare = text.lower()
    else:
        bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()
    return " ".join(MARK.sub(" ", ARTICLE.sub("", bare)).split())


def ordinal(date: str | None) -> int | None:
    """The day number of an ISO date or date-time; `None` where it is missing or no date."""
    try:
        return dt.date.fromisoformat(date[:10]).toordinal() if date else None
    except ValueError:
        return None


def moment(published: str | None, day: int | None) -> tuple[int, int]:
    """Day number and second at which a report was published, in UTC; without an hour, after all of that day.

    >>> moment("2026-01-12T01:30:00+03:00", None) < moment("2026-01-12", ordinal("2026-01-12")) < moment(None, None)
    True
    """
    try:
        at = dt.datetime.fromisoformat(published) if published and len(published) > 10 else None
        at = at.astimezone(dt.UTC) if at and at.tzinfo else at
    except (ValueError, OverflowError):
        at = None
    if at is None:
        return (day, 86400) if day is not None else (10**7, 0)
    return at.toordinal(), at.hour * 3600 + at.minute * 60 + at.second


def iso(day: int | None) -> str | None:
    """The ISO date of a day number."""
    return dt.date.fromordinal(day).isoformat() if day is not None else None
