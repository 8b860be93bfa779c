"""Time expressions that name a date, a month, a season or a year."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from marsad.language import periods
from marsad.language.numbers import ORDINALS, read_number, read_ordinal
from marsad.language.periods import Period
from marsad.language.timecontext import NOTHING, Reading, cap, month_number, which_year, year_of
from marsad.language.timewords import WEEKDAYS, Point


def read_date(point: Point, reading: Reading) -> Period:
    number = read_ordinal(point.get("day") or "") or int(re.sub(r"\D", "", point.get("day") or "0") or 0)
    month = month_number(point)
    year = year_of(point, reading) or which_year(month, number, point, reading)
    return periods.day(date(year, month, number)) if year else NOTHING


def read_numeric(point: Point, reading: Reading) -> Period:
    day, month, year = int(point.parts["day"]), int(point.parts["month"]), int(point.parts["year"])
    readings = [
        date(year, m, d) for d, m in ((day, month), (month, day)) if 1 <= m <= 12 and 1 <= d <= periods.month_end(year, m).day
    ]
    if not readings:
        return NOTHING
    past = [r for r in readings if reading.anchor is None or r <= reading.anchor]
    return periods.day((past or readings)[0])


def read_day_range(point: Point, reading: Reading) -> Period:
    first, last = (_ordinal(point.get(name) or "") for name in ("from", "day"))
    if point.get("month"):
        month = month_number(point)
        year = year_of(point, reading) or which_year(month, last, point, reading)
    else:
        base = reading.last_month.first if reading.last_month else reading.anchor
        month, year = (base.month, base.year) if base else (1, None)
    if year is None or first >= last:
        return NOTHING
    return periods.days(date(year, month, first), date(year, month, last))


def _ordinal(words: str) -> int:
    return read_ordinal(words.removeprefix("the ")) or int(re.sub(r"\D", "", words) or 0)


THIRDS = {
    "early": "early",
    "mid": "mid",
    "late": "late",
    "start": "early",
    "beginning": "early",
    "end": "late",
    "close": "late",
    "middle": "mid",
}


def third(point: Point) -> str | None:
    words = point.get("third") or ""
    if "half" in words:
        return "half1" if "first" in words else "half2"
    return next((part for word, part in THIRDS.items() if word in words.split()), None)


def read_month(point: Point, reading: Reading) -> Period:
    if point.get("thismonth"):
        return periods.month(reading.anchor.year, reading.anchor.month, third(point)) if reading.anchor else NOTHING
    if point.get("same2"):
        base = reading.last_month.first if reading.last_month else reading.anchor
        return periods.month(base.year, base.month, third(point)) if base else NOTHING
    month = month_number(point)
    part = third(point)
    year = year_of(point, reading) or which_year(month, {"late": 21, "mid": 11}.get(part or "", 1), point, reading)
    if year is None:
        return NOTHING
    return cap(periods.month(year, month, part), reading, point)


def read_month_named(point: Point, reading: Reading) -> Period:
    if reading.anchor is None:
        return NOTHING
    month, which = month_number(point), point.parts["which"]
    base = reading.anchor
    if "following" in which or which == "the next":
        base = (reading.last_month or periods.day(base)).first or base
        return periods.month(base.year + (month <= base.month), month)
    if which == "next":
        return periods.month(base.year + (month <= base.month), month)
    if which == "this":
        return cap(periods.month(base.year, month), reading)
    return periods.month(base.year - (month >= base.month), month)


def read_day_of_month(point: Point, reading: Reading) -> Period:
    number, which = _ordinal(point.parts["day"]), point.get("which")
    if not 1 <= number <= 31:
        return NOTHING
    base = reading.anchor
    if which in (None, "the", "that"):
        base = (reading.last_month.first if reading.last_month else None) or reading.anchor
    if base is None:
        return NOTHING
    if which in ("last", "next"):
        base = periods.add_months(base, -1 if which == "last" else 1)
    found = date(base.year, base.month, number)
    if which is None and reading.last_month is None and reading.anchor and found > reading.anchor:
        base = periods.add_months(base, -1)
        found = date(base.year, base.month, number)
    return periods.day(found)


def read_last_day(point: Point, reading: Reading) -> Period:
    whole = read_month(point, replace(reading, anchor_precision="month"))
    if whole.first is None or whole.last is None:
        return NOTHING
    return periods.day(whole.first if point.parts["nth"] == "first" else periods.month_end(whole.last.year, whole.last.month))


def read_nth_weekday(point: Point, reading: Reading) -> Period:
    whole = read_month(point, reading)
    if whole.first is None or whole.last is None:
        return NOTHING
    weekday = WEEKDAYS[point.parts["weekday"]]
    if point.parts["nth"] == "last":
        end = periods.month_end(whole.first.year, whole.first.month)
        return periods.day(end - timedelta(days=(end.weekday() - weekday) % 7))
    first = whole.first + timedelta(days=(weekday - whole.first.weekday()) % 7)
    return periods.day(first + timedelta(weeks=ORDINALS[point.parts["nth"]] - 1))


def read_season(point: Point, reading: Reading) -> Period:
    name = point.parts["season"]
    if point.get("year"):
        return periods.season(name, int(point.parts["year"]))
    if point.get("which") == "that" and reading.last_year:
        return periods.season(name, reading.last_year)
    if reading.anchor is None:
        return NOTHING
    found = periods.season(name, reading.anchor.year)
    if found.first and found.first > reading.anchor and not reading.future(point):
        found = periods.season(name, reading.anchor.year - 1)
    return cap(found, reading, point)


def read_holiday(point: Point, reading: Reading) -> Period:
    month, number = (1, 1) if "day" in point.parts["holiday"] and "new" in point.parts["holiday"] else (12, 25)
    if "eve" in point.parts["holiday"].split()[-1]:
        month, number = (12, 31) if "new" in point.parts["holiday"] else (12, 24)
    year = year_of(point, reading) or which_year(month, number, point, reading)
    return periods.day(date(year, month, number)) if year else NOTHING


def read_year(point: Point, reading: Reading) -> Period:
    year = int(point.parts["year"])
    if reading.anchor and year > reading.anchor.year + 30:
        return NOTHING
    return cap(periods.year(year, third(point)), reading, point)


def read_year_end(point: Point, reading: Reading) -> Period:
    year = year_of(point, reading)
    which = point.get("which")
    if year is None and reading.anchor:
        year = reading.anchor.year + {"last": -1, "next": 1}.get(which or "", 0)
        if which is None or (which == "the" and reading.last_year and reading.last_year != year):
            year = reading.last_year or year
    if year is None:
        return NOTHING
    if point.parts["nth"] in ("start", "beginning"):
        return periods.month(year, 1)
    return periods.day(date(year, 12, 31)) if not point.get("which") else periods.month(year, 12)


def read_decade(point: Point, reading: Reading) -> Period:
    first = int(point.parts["decade"])
    return Period(first=date(first, 1, 1), last=date(first + 9, 12, 31), precision="year")


def read_span(point: Point, reading: Reading) -> Period:
    unit = point.get("unit") or "week"
    year = year_of(point, reading) or (reading.anchor.year if reading.anchor else None)
    if (nth := point.get("nth")) and point.get("month"):
        whole = read_month(point, replace(reading, anchor_precision="month"))
        if whole.first is None or whole.last is None:
            return NOTHING
        first = whole.first if nth == "first" else whole.last - timedelta(days=6)
        return Period(first=first, last=first + timedelta(days=6), precision="week")
    if nth:
        if year is None:
            return NOTHING
        size, index = (3 if unit == "quarter" else 6), ORDINALS[nth] - 1
        return periods.months((year, index * size + 1), (year, (index + 1) * size)) if index * size < 12 else NOTHING
    count = int(read_number(point.parts["n"]) or 0)
    if point.get("month") or "month" in (point.get("that") or ""):
        whole = read_month(point, reading) if point.get("month") else (reading.last_month or NOTHING)
        if whole.first is None:
            return NOTHING
        return periods.days(whole.first, whole.first + timedelta(days=count * (7 if unit == "week" else 1) - 1))
    if year is None or not count >= 1:
        return NOTHING
    if unit == "month" and count <= 12:
        return periods.months((year, 1), (year, count))
    return periods.days(date(year, 1, 1), date(year, 1, 1) + timedelta(days=count * (7 if unit == "week" else 1) - 1))
