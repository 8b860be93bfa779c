"""Calendar arithmetic: spans of days as news counts them (weeks from Monday, month thirds, seasons)."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from marsad.model import TimePrecision

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The days from `first` to `last`, both included; either may be open. `precision` as in the contract."""

    first: date | None
    last: date | None
    precision: TimePrecision


def day(at: date) -> Period:
    """One day."""
    return Period(first=at, last=at, precision="day")


def days(first: date, last: date) -> Period:
    """Two or more days, to the day."""
    return Period(first=first, last=last, precision="day")


def week(at: date) -> Period:
    """The week, Monday to Sunday, that holds `at`."""
    monday = at - timedelta(days=at.weekday())
    return Period(first=monday, last=monday + timedelta(days=6), precision="week")


def weekend(at: date) -> Period:
    """The last Saturday and Sunday that had begun on `at`."""
    saturday = at - timedelta(days=(at.weekday() - 5) % 7)
    return Period(first=saturday, last=saturday + DAY, precision="week")


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def month(year: int, number: int, part: str | None = None) -> Period:
    """A month, or its `early` (1 to 10), `mid` (11 to 20) or `late` (21 to the end) third, its first or last `half`."""
    end = month_end(year, number).day
    first, last = {"early": (1, 10), "mid": (11, 20), "late": (21, end), "half1": (1, 15), "half2": (16, end)}.get(
        part or "", (1, end)
    )
    return Period(first=date(year, number, first), last=date(year, number, last), precision="month")


def year(number: int, part: str | None = None) -> Period:
    """A year, or its `early`, `mid` or `late` third, precision month for a part."""
    months = {"early": (1, 4), "mid": (5, 8), "late": (9, 12), "half1": (1, 6), "half2": (7, 12)}.get(part or "", (1, 12))
    return Period(first=date(number, months[0], 1), last=month_end(number, months[1]), precision="month" if part else "year")


def months(first: tuple[int, int], last: tuple[int, int]) -> Period:
    """From one (year, month) to another, both included."""
    return Period(first=date(*first, 1), last=month_end(*last), precision="month")


def add_months(at: date, count: int) -> date:
    """The same day `count` months on (or back), cut to the month's end."""
    index = at.year * 12 + at.month - 1 + count
    year_, month_ = max(1, min(9999, index // 12)), index % 12 + 1
    return date(year_, month_, min(at.day, month_end(year_, month_).day))


def shift(at: date, count: int, unit: str) -> Period:
    """The day, calendar week, month or year that lies `count` units from `at`.

    >>> shift(date(2026, 2, 18), -2, "week").first
    datetime.date(2026, 2, 2)
    """
    try:
        if unit in ("hour", "minute"):
            return day(at + timedelta(days=round(count / 24) if unit == "hour" else 0))
        if unit in ("day", "night", "evening", "morning"):
            return day(at + timedelta(days=count))
        if unit in ("week", "fortnight"):
            return week(at + timedelta(weeks=count * (2 if unit == "fortnight" else 1)))
        if unit in ("weekend",):
            return weekend(at + timedelta(weeks=count))
        if unit in ("month", "quarter"):
            moved = add_months(at, count * (3 if unit == "quarter" else 1))
            return month(moved.year, moved.month)
        return year(max(1, min(9999, at.year + count * (10 if unit == "decade" else 1))))
    except (OverflowError, ValueError):
        return Period(first=None, last=None, precision="unknown")


def span_back(at: date, count: int, unit: str) -> Period:
    """The `count` units that end on `at` ("in the past two days": from two days before)."""
    precision: TimePrecision = "day"
    try:
        if unit in ("month", "quarter"):
            first, precision = add_months(at, -count * (3 if unit == "quarter" else 1)), "month"
        elif unit in ("year", "decade"):
            first, precision = add_months(at, -12 * count * (10 if unit == "decade" else 1)), "year"
        else:
            size = {"hour": 1 / 24, "minute": 0, "week": 7, "fortnight": 14}.get(unit, 1)
            first = at - timedelta(days=round(count * size))
            precision = "week" if size >= 7 else "day"
    except (OverflowError, ValueError):
        return Period(first=None, last=None, precision="unknown")
    return Period(first=first, last=at, precision=precision)


SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}


def season(name: str, year_: int) -> Period:
    """A northern meteorological season; winter is named after the year in which it begins."""
    first = date(year_, SEASONS[name], 1)
    last = add_months(first, 2)
    return months((first.year, first.month), (last.year, last.month))
