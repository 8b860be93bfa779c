"""Publication dates in the formats that feeds, pages and tables use."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sept", "sep"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        1,
    )
    for name in names
}
MONTH = "(?P<month>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
YEAR = r"(?P<year>(?:19|20)\d\d)"
WORDED = (
    re.compile(rf"\b{DAY}(?:\s+of)?[\s-]+{MONTH},?[\s-]+{YEAR}\b", re.I),
    re.compile(rf"\b{MONTH}\s+{DAY},?\s+{YEAR}\b", re.I),
)
YEARLESS = (re.compile(rf"^{DAY}\s+{MONTH}$", re.I), re.compile(rf"^{MONTH}\s+{DAY}$", re.I))
ISO = re.compile(r"^(\d{4})-(\d\d)-(\d\d)(?:$|[T ]\d\d?:?\d\d)")
COMPACT = re.compile(r"^(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?Z?)?$")
NUMERIC = re.compile(r"^(\d{1,2})[./-](\d{1,2})[./-](\d{4})\b")
YEAR_FIRST = re.compile(r"^(\d{4})[./](\d{1,2})[./](\d{1,2})\b")
LIMIT = 120
FIRST_YEAR, LAST_YEAR = 1900, 2100


def parse_published(value: object) -> str | None:
    """An ISO 8601 date or date-time, or `None` where the value names no single day.

    ISO input stays as given. Mail dates keep their offset. Seconds and milliseconds since 1970 are read as UTC. Of
    `03/04/2026` no one can tell the month, so it is `None`; `23/04/2026` is read.

    >>> parse_published("Wed, 18 Feb 2026 22:30:00 -0500"), parse_published("18 February 2026")
    ('2026-02-18T22:30:00-05:00', '2026-02-18')
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return _epoch(float(value))
    text = " ".join(str(value)[:LIMIT].split())
    found = _iso(text) or _mail(text) or _numeric(text) or find_date(text)
    return found if found and FIRST_YEAR <= int(found[:4]) <= LAST_YEAR else None


def find_date(text: str) -> str | None:
    """The first date with a day, a named month and a year in a short text, as `YYYY-MM-DD`.

    >>> find_date("Updated on Feb. 18, 2026 at 10:30 GMT")
    '2026-02-18'
    """
    hits = [hit for pattern in WORDED if (hit := pattern.search(text[:2000]))]
    for hit in sorted(hits, key=lambda h: h.start()):
        day = _day(int(hit["year"]), MONTHS[hit["month"].lower()], int(hit["day"]))
        if day:
            return day
    return None


def parse_yearless(text: str) -> tuple[int, int] | None:
    """Month and day of `Dec 6` or `6 December`."""
    for pattern in YEARLESS:
        hit = pattern.match(" ".join(text.split()))
        if hit and _day(2024, MONTHS[hit["month"].lower()], int(hit["day"])):
            return MONTHS[hit["month"].lower()], int(hit["day"])
    return None


def _iso(text: str) -> str | None:
    hit = ISO.match(text)
    if not hit or not _day(*(int(g) for g in hit.groups())):
        return None
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return text[:10]
    return text if len(text) == 10 or text[10] == "T" else f"{text[:10]}T{text[11:]}"


def _mail(text: str) -> str | None:
    if not re.match(r"^(?:[A-Za-z]{3,9}, *)?\d{1,2} [A-Za-z]{3} \d{4} \d\d:\d\d", text):
        return None
    try:
        return parsedate_to_datetime(text).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _numeric(text: str) -> str | None:
    hit = COMPACT.match(text)
    if hit and hit.group(4):
        return _moment(hit)
    hit = hit or YEAR_FIRST.match(text)
    if hit:
        return _day(int(hit.group(1)), int(hit.group(2)), int(hit.group(3)))
    hit = NUMERIC.match(text)
    if not hit:
        return None
    first, second, year = (int(g) for g in hit.groups())
    if first > 12 or "." in text or first == second:
        return _day(year, second, first)
    return _day(year, first, second) if second > 12 else None


def _moment(hit: re.Match[str]) -> str | None:
    try:
        moment = datetime(*(int(g or 0) for g in hit.groups()))  # type: ignore[arg-type]
    except ValueError:
        return None
    return moment.isoformat() + ("Z" if hit.group().endswith("Z") else "")


def _epoch(value: float) -> str | None:
    seconds = value / 1000 if value > 1e11 else value
    if not 1e8 < seconds < 4.2e9:
        return _numeric(str(int(value))) if value == value and abs(value) < 1e9 else None
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def _day(year: int, month: int, day: int) -> str | None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
