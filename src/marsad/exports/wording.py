"""How one value is worded for people: days, places, actors, tolls. Plain text, safe to print on a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from marsad.model import Actor, Count, Place, Speaker, Toll, Value

UNSAFE = {"Cc", "Cs"}
BIDI = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


def printable(words: str | None, *, limit: int | None = None) -> str:
    """`words` on one line, without control characters and direction marks: a report can't drive the reader's terminal.

    >>> printable("red\\x1b[31m\\nalert")
    'red�[31m alert'
    """
    if not words:
        return ""
    clean = "".join(" " if c.isspace() else "\ufffd" if unicodedata.category(c) in UNSAFE or c in BIDI else c for c in words)
    return clean if limit is None or len(clean) <= limit else clean[: limit - 1].rstrip() + "…"


def days(first: str | None, last: str | None) -> str:
    """One day or a span of days; the month or year alone where a span is a whole one.

    >>> days("2026-02-16", "2026-02-17"), days("2025-10-01", "2025-10-31"), days("2026-01-30", "2026-02-02"), days(None, None)
    ('2026-02-16 to 17', '2025-10', '2026-01-30 to 02-02', 'undated')
    """
    if not first and not last:
        return "undated"
    if not first or not last or first == last:
        return first or f"to {last}"
    if first[:4] == last[:4] and first[5:] == "01-01" and last[5:] == "12-31":
        return first[:4]
    if first[:7] == last[:7]:
        whole = first[8:] == "01" and last[8:] >= "28" and last == month_end(first)
        return first[:7] if whole else f"{first} to {last[8:]}"
    return f"{first} to {last[5:]}" if first[:4] == last[:4] else f"{first} to {last}"


def since(day: str | None, precision: str) -> str:
    """When a state began, no more exactly than it is known.

    >>> since("2012-01-01", "year"), since("2026-01-01", "month"), since("2026-01-26", "day"), since(None, "unknown")
    ('2012', '2026-01', '2026-01-26', 'not stated')
    """
    if day is None:
        return "not stated"
    return {"year": day[:4], "month": day[:7], "week": f"week of {day}"}.get(precision, day)


def month_end(day: str) -> str:
    """The last day of the month that `day` is in."""
    import calendar

    return f"{day[:8]}{calendar.monthrange(int(day[:4]), int(day[5:7]))[1]:02d}"


def place(where: Place | None) -> str:
    """Name, first-level region and country; `~` before a place that is only near or around the spot.

    >>> place(Place(name="Dilling", words="Dilling", country="SDN", admin1="South Kordofan", precision=1))
    'Dilling, South Kordofan, SDN'
    """
    if where is None:
        return ""
    parts = [where.name, where.admin1 if where.admin1 != where.name else None, where.country]
    words = ", ".join(printable(p) for p in parts if p)
    return f"~{words}" if where.precision and where.precision > 1 else words


def actors(group: Iterable[Actor]) -> str:
    """Names joined by commas, each once."""
    return ", ".join(dict.fromkeys(printable(a.name) for a in group))


def speakers(group: Iterable[Speaker]) -> str:
    """Names with their roles, each once."""
    return ", ".join(dict.fromkeys(f"{printable(s.name)} ({s.role})" for s in group))


def bounds(low: int | None, high: int | None) -> str:
    """A range of whole numbers: exact, open above, open below.

    >>> bounds(8, 8), bounds(18, None), bounds(None, 10), bounds(24, 99), bounds(None, None)
    ('8', '18+', '≤10', '24–99', '')
    """
    if low is None and high is None:
        return ""
    if high is None:
        return f"{low:,}+"
    if low is None:
        return f"≤{high:,}"
    return f"{low:,}" if low == high else f"{low:,}–{high:,}"


def toll(figure: Toll) -> str:
    """The best figure, and the range from low to high in brackets where they differ.

    >>> toll(Toll(low=5, best=8, high=12)), toll(Toll(low=5, best=8)), toll(Toll(low=3, best=3, high=3))
    ('8 (5–12)', '8 (5+)', '3')
    """
    if figure.low is None or figure.best is None or figure.low == figure.high:
        return bounds(figure.low, figure.high if figure.high is not None or figure.low is not None else figure.best)
    if figure.high is None:
        return f"{figure.best:,}+" if figure.best == figure.low else f"{figure.best:,} ({figure.low:,}+)"
    return f"{figure.best:,} ({figure.low:,}–{figure.high:,})"


def count(item: Count | Value) -> str:
    """A count as figures with the text's own words: `killed 18+ ("at least 18 fighters")`."""
    figure = bounds(item.low, item.high) or "no number"
    head = f"{item.effect} {figure}" if isinstance(item, Count) else figure
    return f'{head} ("{printable(item.words, limit=80)}")'


def plural(number: int, noun: str) -> str:
    """`1 event`, `2 events`, `2 stories`."""
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {noun[:-1]}ies" if noun.endswith("y") else f"{number:,} {noun}s"
