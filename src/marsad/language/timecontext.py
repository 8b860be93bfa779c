"""What a time expression is read against: the anchor, the days named before it, and whether its clause looks ahead."""

# ruff: noqa: E501
from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from marsad.language import periods
from marsad.language.periods import Period
from marsad.language.timewords import MONTHS, Point

NOTHING = Period(first=None, last=None, precision="unknown")
FUTURE = re.compile(
    r"\b(?:will|shall|would|is to|are to|(?:is|are|was|were) (?:due|expected|set|scheduled|planned|likely) (?:to|for|on|by|in|at)|due (?:on|to|in|by)|scheduled|plan(?:s|ned)? (?:to|for)"
    r"|has until|have until|expects? to|called for|upcoming|deadline|expires?|intends? to|threaten(?:s|ed)? to|(?-i:may)|might|could|should|expects?|hopes? (?:to|for)|wants? to|(?:told|ordered|asked|urged|called on) [\w' ]{1,40}? to|vow(?:s|ed)? to|'ll|’ll|starting|announced for|postponed (?:to|until)|project(?:s|ed)|forecasts?)\b",
    re.I,
)
SPOKE = re.compile(
    r"\b(?:said|told|says|reported|announced|added|warned|confirmed|stated|wrote|signed|agreed|acknowledged)(?:\s+(?:here|late|early|also))?\s+(?:on\s+)?$"
)
PAST = re.compile(
    r"\b(?:after|since|signed|announced|agreed|ordered|killed|was|were|had|did|died|fell|came|said|told|which|who)\b", re.I
)


@dataclass(slots=True, kw_only=True)
class Reading:
    """The text, its anchor, and the periods read so far. Private to one call of `find_times`."""

    text: str
    anchor: date | None
    anchor_precision: str = "day"
    last_day: Period | None = None
    last_day_at: int = 0
    recent_day: Period | None = None
    last_month: Period | None = None
    first_month: Period | None = None
    spoken_day: Period | None = None
    spoken_at: int = 0
    last_year: int | None = None
    last_week: Period | None = None

    def remember(self, point: Point, period: Period, role: str = "at") -> None:
        """Keep a period for what is told relative to it; a day on which somebody spoke or a bound is none."""
        if not period.first or not period.last:
            return
        if period.precision == "month" and self.first_month is None and point.kind == "month":
            self.first_month = period
        if (
            period.precision == "day"
            and point.kind not in ("past", "clock")
            and (role in ("at", "between") or (self.last_day is None and role != "publication"))
        ):
            self.last_day, self.last_day_at = period, point.start
            if self.anchor and abs((self.anchor - period.last).days) < 90:
                self.recent_day = period
        if period.precision == "day" and role == "publication":
            self.spoken_day, self.spoken_at = period, point.start
        if period.precision == "week":
            self.last_week = period
        if period.precision in ("month", "day") and (period.last - period.first).days < 32:
            self.last_month = periods.month(period.first.year, period.first.month)
        self.last_year = period.first.year

    def future(self, point: Point) -> bool:
        """Whether the clause before the point talks of what is to come."""
        begin = (
            max(self.text.rfind(s, max(0, point.start - 160), point.start) for s in (". ", "\n", "; ", "? ", "! ", "”", "“")) + 1
        )
        clause = self.text[max(begin, point.start - 160, 0) : point.start]
        if SPOKE.search(clause):
            return False
        cues = list(FUTURE.finditer(clause))
        return bool(cues) and not PAST.search(clause[cues[-1].end() :])

    def spoken(self, point: Point) -> date | None:
        """The day on which somebody spoke, where the same sentence names it before the point, and no other day after it."""
        if self.spoken_day is None or self.spoken_at < self.last_day_at:
            return None
        gap = self.text[self.spoken_at : point.start]
        return None if "\n" in gap or ". " in gap else self.spoken_day.last

    def base(self, point: Point) -> date | None:
        """The day that "two days later" counts from: the last one named, else the anchor."""
        if self.recent_day and self.recent_day is not self.last_day and "\n" in self.text[self.last_day_at : point.start]:
            return self.recent_day.last
        if self.last_day and self.last_day.last and point.start - self.last_day_at < 1200:
            return self.last_day.last
        return self.anchor


def cap(period: Period, reading: Reading, point: Point | None = None) -> Period:
    if not reading.anchor or not period.first or not period.last or (point and (point.get("year") or reading.future(point))):
        return period
    if point and re.search(r"\b(?:since|by|before)\s+$", reading.text[max(0, point.start - 8) : point.start], re.I):
        return period
    if period.first <= reading.anchor < period.last and reading.anchor_precision == "day":
        return replace(period, last=reading.anchor)
    return period


def year_of(point: Point, reading: Reading) -> int | None:
    if year := point.get("year"):
        return int(year) if len(year) == 4 else (1900 if int(year) >= 40 else 2000) + int(year)
    which = point.get("which") or point.get("which2") or ""
    if "year" not in which or reading.anchor is None:
        return None
    if "that" in which or "same" in which or which == "of the year":
        return reading.last_year or reading.anchor.year
    if "following" in which:
        return (reading.last_year or reading.anchor.year) + 1
    return reading.anchor.year - (1 if "last" in which or "previous" in which or "before" in which else 0)


def month_number(point: Point) -> int:
    name = (point.get("month") or "").strip(". ")
    return int(name) if name.isdigit() else MONTHS[name]


def which_year(month: int, day: int, point: Point, reading: Reading) -> int | None:
    """The year for a date without one: the latest not after the anchor, the next one in talk of the future."""
    if reading.anchor is None:
        return None
    year = reading.anchor.year
    if reading.anchor_precision == "year" and (reading.anchor.month, reading.anchor.day) == (12, 31):
        return year
    ahead = (month, day) > (reading.anchor.month, reading.anchor.day)
    if re.search(r"\b(?:by|before|until|till)\s+(?:the\s+)?$", reading.text[max(0, point.start - 12) : point.start], re.I):
        upcoming = date(year if ahead else year + 1, month, min(day, 28))
        if (upcoming - reading.anchor).days <= 45:
            return upcoming.year
    if reading.future(point):
        return year if ahead or month == reading.anchor.month else year + 1
    return year - 1 if ahead else year
