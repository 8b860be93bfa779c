"""Each kind of time expression, and ranges of two, read into a span of days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from marsad.language import calendardates as named
from marsad.language import periods
from marsad.language import relativedates as relative
from marsad.language.periods import Period
from marsad.language.timecontext import NOTHING, Reading
from marsad.language.timewords import Point


def read_point(point: Point, reading: Reading) -> Period:
    """The span of days that one expression names; open where nothing says."""
    try:
        period = READERS[point.kind](point, reading)
    except (ValueError, OverflowError):
        return NOTHING
    return _coarsen(point, period, reading)


def read_range(left: Point, right: Point, reading: Reading, joint: str) -> Period | None:
    """ "between Monday and Thursday", "from April 1992 until February 1996": one span, or `None` where it makes no sense."""
    last = read_point(right, reading)
    if last.last is None or last.first is None:
        return None
    inner = Reading(text=reading.text, anchor=last.first, anchor_precision=reading.anchor_precision)
    explicit = left.get("year") or left.get("which")
    first = read_point(left, reading if explicit else inner)
    if first.first is None or first.first > last.last:
        return None
    if joint == "pair" and (last.last - first.first).days > 3:
        return None
    if left.kind == "weekday" and (last.last - first.first).days > 6:
        return None
    precision = first.precision if first.precision == last.precision else max(first.precision, last.precision, key=ORDER.index)
    if precision == "day" and joint != "pair" and (last.last - first.first).days > 45:
        precision = "month"
    return Period(first=first.first, last=last.last, precision=precision)


ORDER = ["day", "week", "month", "year", "unknown"]
OWN_DATE = {
    "iso",
    "numeric",
    "dateline",
    "date",
    "day_range",
    "month",
    "month_named",
    "year",
    "decade",
    "ordinal",
    "season",
    "last_day",
    "nth_weekday",
    "holiday",
    "span",
    "year_end",
}


def _coarsen(point: Point, period: Period, reading: Reading) -> Period:
    if (
        reading.anchor is None
        or reading.anchor_precision == "day"
        or period.precision not in ("day", "week")
        or period.first is None
    ):
        return period
    if point.kind in OWN_DATE:
        return period
    whole = (
        periods.month(reading.anchor.year, reading.anchor.month)
        if reading.anchor_precision == "month"
        else periods.year(reading.anchor.year)
    )
    return replace(whole, precision=whole.precision)


READERS: dict[str, Callable[[Point, Reading], Period]] = {
    "iso": named.read_date,
    "numeric": named.read_numeric,
    "dateline": named.read_date,
    "day_range": named.read_day_range,
    "span": named.read_span,
    "date": named.read_date,
    "month": named.read_month,
    "month_named": named.read_month_named,
    "ordinal": named.read_day_of_month,
    "hours": relative.read_hours,
    "last_day": named.read_last_day,
    "nth_weekday": named.read_nth_weekday,
    "weekday": relative.read_weekday,
    "weeks_to": relative.read_weeks_to,
    "lastnight": relative.read_lastnight,
    "clock_night": relative.read_clock_night,
    "relative_day": relative.read_relative_day,
    "weekend": relative.read_weekend,
    "ago": relative.read_ago,
    "past": relative.read_past,
    "recent": relative.read_recent,
    "unit": relative.read_unit,
    "before_unit": relative.read_before_unit,
    "later": relative.read_later,
    "same": relative.read_same,
    "season": named.read_season,
    "holiday": named.read_holiday,
    "year_end": named.read_year_end,
    "decade": named.read_decade,
    "year": named.read_year,
    "duration": relative.read_duration,
    "clock": relative.read_clock,
}
