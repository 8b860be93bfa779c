"""Time expressions that count from the anchor or from a day named before: "on Monday", "two weeks ago", "the next day"."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from marsad.language import periods
from marsad.language.numbers import read_number
from marsad.language.periods import DAY, Period
from marsad.language.timecontext import NOTHING, Reading, cap, month_number, which_year
from marsad.language.timewords import WEEKDAYS, Point


def read_weekday(point: Point, reading: Reading) -> Period:
    anchor = reading.anchor
    if anchor is None:
        return NOTHING
    weekday, which, after = WEEKDAYS[point.parts["weekday"]], point.get("which") or "", point.get("after") or ""
    found = anchor - timedelta(days=(anchor.weekday() - weekday) % 7)
    monday = anchor - timedelta(days=anchor.weekday())
    if "last week" in after:
        found = monday + timedelta(days=weekday - 7)
    elif "this week" in after:
        found = monday + timedelta(days=weekday)
    elif "next week" in after:
        found = monday + timedelta(days=weekday + 7)
    elif (
        which in ("the same", "that", "that same", "the following", "the previous") and reading.last_day and reading.last_day.last
    ):
        base = reading.last_day.last
        if "following" in which:
            found = base + timedelta(days=(weekday - base.weekday() - 1) % 7 + 1)
        else:
            found = base - timedelta(days=(base.weekday() - weekday - ("previous" in which)) % 7 + ("previous" in which))
    elif (which in ("last", "the previous") or after == "last") and found == anchor:
        found -= timedelta(weeks=1)
    elif which in ("next", "coming", "this coming") or after == "next" or (not which and _ahead(point, reading)):
        found = anchor + timedelta(days=(weekday - anchor.weekday() - 1) % 7 + 1)
        if (
            which == after == ""
            and anchor.weekday() == weekday
            and re.search(r"\bfrom $", reading.text[max(0, point.start - 6) : point.start])
        ):
            found = anchor
    return periods.days(found - DAY, found) if point.get("into") else periods.day(found)


def _ahead(point: Point, reading: Reading) -> bool:
    possessive = reading.text[point.start : point.end].lower().endswith(("'s", "’s"))
    return reading.future(point) or (
        not possessive and bool(re.search(r"\bfor (?:this )?$", reading.text[max(0, point.start - 10) : point.start], re.I))
    )


def read_weeks_to(point: Point, reading: Reading) -> Period:
    if reading.anchor is None:
        return NOTHING
    unit = point.parts["unit"]
    count = read_number(point.get("n") or "one") or 1
    if point.get("month"):
        whole = periods.month(which_year(month_number(point), 1, point, reading) or 1, month_number(point))
        assert whole.last is not None
        back = periods.add_months(whole.last.replace(day=1), 1 - int(count) * (12 if unit == "year" else 1))
        return periods.months((back.year, back.month), (whole.last.year, whole.last.month))
    if point.get("weekday"):
        end = reading.anchor - timedelta(days=(reading.anchor.weekday() - WEEKDAYS[point.parts["weekday"]]) % 7)
    else:
        end = reading.anchor - (DAY if point.get("yesterday") == "yesterday" else timedelta(0))
    span = periods.span_back(end, int(count), unit)
    if unit in ("day", "week") and span.first:
        return replace(span, first=span.first + DAY, precision="week" if unit == "week" or count >= 7 else "day")
    return span


def read_lastnight(point: Point, reading: Reading) -> Period:
    if reading.anchor is None:
        return NOTHING
    if point.parts["night"] == "overnight":
        return periods.days(reading.anchor - DAY, reading.anchor)
    return periods.day(reading.anchor - DAY)


def read_clock_night(point: Point, reading: Reading) -> Period:
    return periods.days(reading.anchor - DAY, reading.anchor) if reading.anchor else NOTHING


def read_relative_day(point: Point, reading: Reading) -> Period:
    if reading.anchor is None:
        return NOTHING
    word = point.parts["word"]
    return periods.day(reading.anchor + timedelta(days=-2 if "before" in word else {"yesterday": -1, "tomorrow": 1}.get(word, 0)))


def read_weekend(point: Point, reading: Reading) -> Period:
    if reading.anchor is None:
        return NOTHING
    which = point.get("which") or ""
    found = periods.weekend(reading.anchor)
    if which in ("next", "coming") or (which in ("the", "this") and reading.future(point)):
        found = periods.weekend(reading.anchor + timedelta(days=7 - (reading.anchor.weekday() == 6)))
    elif which == "last" and reading.anchor.weekday() >= 5:
        found = periods.weekend(reading.anchor - timedelta(weeks=1))
    return found


def count_of(point: Point) -> int | None:
    words = (point.get("n") or "").strip()
    if words in ("several", "a few", "few"):
        return None
    if "couple" in words:
        return 2
    value = read_number(words) if words not in ("a", "an") else 1
    return int(value) if value is not None else None


def read_ago(point: Point, reading: Reading) -> Period:
    if reading.anchor is None:
        return NOTHING
    if point.get("halfunit"):
        return periods.day(reading.anchor)
    count, unit = count_of(point), point.parts["unit"]
    if count is None:
        return NOTHING
    if point.get("today"):
        size = {"week": 7, "fortnight": 14, "day": 1}.get(unit)
        back = (
            reading.anchor - timedelta(days=count * size)
            if size
            else (periods.add_months(reading.anchor, -count * (12 if unit == "year" else 1)))
        )
        return periods.day(back)
    return periods.shift(reading.anchor, -count, unit)


def read_past(point: Point, reading: Reading) -> Period:
    count = count_of(point) if point.get("n") else 1
    if reading.anchor and count is None and point.parts["unit"] == "day":  # "the past few days": three, as "recent days"
        return replace(periods.span_back(reading.anchor, 3, "day"), precision="week")
    return periods.span_back(reading.anchor, count, point.parts["unit"]) if reading.anchor and count else NOTHING


def read_recent(point: Point, reading: Reading) -> Period:
    if reading.anchor is None or point.parts["unit"] != "day" or "coming" in reading.text[point.start : point.end].lower():
        return NOTHING
    back = replace(periods.span_back(reading.anchor, 3, "day"), precision="week")
    if "recent" in reading.text[point.start : point.end].lower():  # "Recent days": the three days before the anchor
        return replace(back, last=reading.anchor - timedelta(days=1))
    return back


def read_unit(point: Point, reading: Reading) -> Period:
    if reading.anchor is None:
        return NOTHING
    which, unit, third = point.parts["which"], point.parts["unit"], point.get("third")
    step = {"last": -1, "previous": -1, "next": 1, "the coming": 1}.get(which, 0)
    if unit == "fortnight":
        return periods.span_back(reading.anchor, 2, "week")
    if unit == "quarter":
        at = periods.add_months(reading.anchor, 3 * step)
        first = (at.month - 1) // 3 * 3 + 1
        return cap(periods.months((at.year, first), (at.year, first + 2)), reading)
    found = periods.shift(reading.anchor, step, unit)
    if third in ("early", "mid", "late") and found.first and unit in ("month", "year"):
        return (
            periods.month(found.first.year, found.first.month, third)
            if unit == "month"
            else periods.year(found.first.year, third)
        )
    return found if third == "earlier" and unit == "month" else cap(found, reading, point)


def read_before_unit(point: Point, reading: Reading) -> Period:
    unit = point.parts["unit"]
    base = {"week": reading.last_week, "month": reading.last_month}.get(unit)
    at = (base.first if base else None) or reading.anchor
    if unit == "year" and reading.last_year and reading.anchor:
        at = date(reading.last_year, 1, 1)
    return periods.shift(at, -1, unit) if at else NOTHING


def read_later(point: Point, reading: Reading) -> Period:
    base = reading.base(point)
    if base is None:
        return NOTHING
    way = point.get("way") or point.get("way2") or "before"
    back = way in ("before", "beforehand", "earlier", "previous", "preceding")
    if way in ("after", "before") and point.get("n") and re.match(r"\s+\w", reading.text[point.end : point.end + 3]):
        back = not back
        near = (
            reading.last_day
            if reading.last_day and "\n" not in (gap := reading.text[reading.last_day_at : point.start]) and ". " not in gap
            else None
        )
        base = (near.last if near else None) or reading.anchor or base
    unit = point.get("unit") or "day"
    if unit in ("afternoon",):
        unit = "day"
    if back and reading.last_day and reading.last_day.first:
        base = reading.last_day.first if point.start - reading.last_day_at < 1200 else base
    if unit == "week" and point.get("way2") and back and reading.anchor:
        base = reading.anchor
    base = reading.spoken(point) or base
    count = count_of(point) if point.get("n") else 1
    if unit in ("hour", "minute") and (count or 0) < 12:
        return periods.day(base)
    if count is None:
        return NOTHING
    return periods.shift(base, -count if back else count, unit)


def read_hours(point: Point, reading: Reading) -> Period:
    """ "Hours later", "earlier in the day": the day last named, else the anchor."""
    base = reading.base(point)
    return periods.day(base) if base else NOTHING


def read_same(point: Point, reading: Reading) -> Period:
    unit = point.parts["unit"]
    if point.get("back"):
        at = (reading.last_month.first if reading.last_month else None) if unit == "month" else reading.anchor
        return periods.shift(periods.add_months(at, -12), 0, unit) if at else NOTHING
    if unit == "year":
        return periods.year(reading.last_year) if reading.last_year else NOTHING
    if unit == "month":
        return (
            reading.first_month
            or reading.last_month
            or (cap(periods.shift(reading.anchor, 0, "month"), reading) if reading.anchor else NOTHING)
        )
    if unit == "quarter":
        return NOTHING
    base = reading.base(point)
    if base is None:
        return NOTHING
    return (reading.last_week or periods.week(base)) if unit == "week" else periods.day(base)


def read_duration(point: Point, reading: Reading) -> Period:
    words = reading.text[point.start : point.end].lower()
    count, unit = count_of(point), point.parts["unit"]
    if reading.anchor is None or count is None or not words.startswith("for") or unit in ("minute", "hour"):
        return NOTHING
    if unit in ("day", "night"):
        return periods.day(reading.anchor - timedelta(days=count))
    return periods.shift(reading.anchor, -count, unit)


def read_clock(point: Point, reading: Reading) -> Period:
    near = reading.last_day and reading.last_day.last and point.start - reading.last_day_at < 300
    if near and "\n" not in reading.text[reading.last_day_at : point.start]:
        base = reading.last_day.last if reading.last_day else None
        return periods.day(base) if base else NOTHING
    if reading.anchor is None:
        return NOTHING
    return periods.days(reading.anchor - DAY, reading.anchor) if point.get("clock") == "midnight" else periods.day(reading.anchor)
