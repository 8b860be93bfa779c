"""What a time expression means: each kind read into a span of days against the anchor and the days named before it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from marsad.language import periods
from marsad.language.numbers import ORDINALS, read_number, read_ordinal
from marsad.language.periods import DAY, Period
from marsad.language.timewords import MONTHS, WEEKDAYS, Point

NOTHING = Period(first=None, last=None, precision="unknown")
FUTURE = re.compile(
    r"\b(?:will|shall|would|is to|are to|(?:is|are|was|were) (?:due|expected|set|scheduled|planned|likely) (?:to|for|on|by|in|at)|due (?:on|to|in|by)|scheduled|plan(?:s|ned)? (?:to|for)"
    r"|has until|have until|expects? to|called for|upcoming|deadline|expires?|intends? to|threaten(?:s|ed)? to|(?-i:may)|might|could|should|expects?|hopes? (?:to|for)|wants? to|(?:told|ordered|asked|urged|called on) [\w' ]{1,40}? to|vow(?:s|ed)? to|'ll|’ll|starting|announced for|postponed (?:to|until)|project(?:s|ed)|forecasts?)\b",
    re.I,
)
SPOKE = re.compile(r"\b(?:said|told|says|reported|announced|added|warned|confirmed|stated|wrote|signed|agreed|acknowledged)(?:\s+(?:here|late|early|also))?\s+(?:on\s+)?$")
PAST = re.compile(r"\b(?:after|since|signed|announced|agreed|ordered|killed|was|were|had|did|died|fell|came|said|told|which|who)\b", re.I)


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
    last_year: int | None = None
    last_week: Period | None = None

    def remember(self, point: Point, period: Period, role: str = "at") -> None:
        """Keep a period for what is told relative to it; a day on which somebody spoke or a bound is none."""
        if not period.first or not period.last:
            return
        if period.precision == "month" and self.first_month is None and point.kind == "month":
            self.first_month = period
        if period.precision == "day" and point.kind not in ("past", "clock") and (role in ("at", "between") or self.last_day is None and role != "publication"):
            self.last_day, self.last_day_at = period, point.start
            if self.anchor and abs((self.anchor - period.last).days) < 90:
                self.recent_day = period
        if period.precision == "week":
            self.last_week = period
        if period.precision in ("month", "day") and (period.last - period.first).days < 32:
            self.last_month = periods.month(period.first.year, period.first.month)
        self.last_year = period.first.year

    def future(self, point: Point) -> bool:
        """Whether the clause before the point talks of what is to come."""
        begin = max(self.text.rfind(s, max(0, point.start - 160), point.start) for s in (". ", "\n", "; ", "? ", "! ", "”", "“")) + 1
        clause = self.text[max(begin, point.start - 160, 0) : point.start]
        if SPOKE.search(clause):
            return False
        found = None
        for found in FUTURE.finditer(clause):
            pass
        return bool(found) and not PAST.search(clause[found.end() :])  # type: ignore[union-attr]

    def base(self, point: Point) -> date | None:
        """The day that "two days later" counts from: the last one named, else the anchor."""
        if self.recent_day and self.recent_day is not self.last_day and "\n" in self.text[self.last_day_at : point.start]:
            return self.recent_day.last
        if self.last_day and self.last_day.last and point.start - self.last_day_at < 1200:
            return self.last_day.last
        return self.anchor


def read_point(point: Point, reading: Reading) -> Period:
    """The span of days that one expression names; open where nothing says."""
    try:
        period = READERS[point.kind](point, reading)
    except (ValueError, OverflowError):
        return NOTHING
    return _coarsen(point, period, reading)


def read_range(left: Point, right: Point, reading: Reading, joint: str) -> Period | None:
    """"between Monday and Thursday", "from April 1992 until February 1996": one span, or `None` where it makes no sense."""
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
OWN_DATE = {"iso", "numeric", "dateline", "date", "day_range", "month", "month_named", "year", "decade", "ordinal", "season", "last_day", "nth_weekday", "holiday", "span", "year_end"}  # fmt: skip


def _coarsen(point: Point, period: Period, reading: Reading) -> Period:
    if reading.anchor is None or reading.anchor_precision == "day" or period.precision not in ("day", "week") or period.first is None:
        return period
    if point.kind in OWN_DATE:
        return period
    whole = periods.month(reading.anchor.year, reading.anchor.month) if reading.anchor_precision == "month" else periods.year(reading.anchor.year)
    return replace(whole, precision=whole.precision)


def _cap(period: Period, reading: Reading, point: Point | None = None) -> Period:
    if not reading.anchor or not period.first or not period.last or (point and (point.get("year") or reading.future(point))):
        return period
    if point and re.search(r"\b(?:since|by|before)\s+$", reading.text[max(0, point.start - 8) : point.start], re.I):
        return period
    if period.first <= reading.anchor < period.last and reading.anchor_precision == "day":
        return replace(period, last=reading.anchor)
    return period


def _year_of(point: Point, reading: Reading) -> int | None:
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


def _month_number(point: Point) -> int:
    name = (point.get("month") or "").strip(". ")
    return int(name) if name.isdigit() else MONTHS[name]


def _which_year(month: int, day: int, point: Point, reading: Reading) -> int | None:
    """The year for a date without one: the latest not after the anchor, the next one in talk of the future."""
    if reading.anchor is None:
        return None
    year = reading.anchor.year
    if reading.anchor_precision == "year":
        return year
    ahead = (month, day) > (reading.anchor.month, reading.anchor.day)
    if bound := re.search(r"\b(?:by|before|until|till)\s+(?:the\s+)?$", reading.text[max(0, point.start - 12) : point.start], re.I):
        upcoming = date(year if ahead else year + 1, month, min(day, 28))
        if (upcoming - reading.anchor).days <= 45:
            return upcoming.year
    if reading.future(point):
        return year if ahead or month == reading.anchor.month else year + 1
    return year - 1 if ahead else year


def _read_date(point: Point, reading: Reading) -> Period:
    number = read_ordinal(point.get("day") or "") or int(re.sub(r"\D", "", point.get("day") or "0") or 0)
    month = _month_number(point)
    year = _year_of(point, reading) or _which_year(month, number, point, reading)
    return periods.day(date(year, month, number)) if year else NOTHING


def _read_numeric(point: Point, reading: Reading) -> Period:
    day, month, year = int(point.parts["day"]), int(point.parts["month"]), int(point.parts["year"])
    readings = [date(year, m, d) for d, m in ((day, month), (month, day)) if 1 <= m <= 12 and 1 <= d <= periods.month_end(year, m).day]
    past = [r for r in readings if reading.anchor is None or r <= reading.anchor]
    return periods.day((past or readings)[0])


def _read_day_range(point: Point, reading: Reading) -> Period:
    first, last = (_ordinal(point.get(name) or "") for name in ("from", "day"))
    if point.get("month"):
        month = _month_number(point)
        year = _year_of(point, reading) or _which_year(month, last, point, reading)
    else:
        base = reading.last_month.first if reading.last_month else reading.anchor
        month, year = (base.month, base.year) if base else (1, None)
    if year is None or first >= last:
        return NOTHING
    return periods.days(date(year, month, first), date(year, month, last))


def _ordinal(words: str) -> int:
    return read_ordinal(words.removeprefix("the ")) or int(re.sub(r"\D", "", words) or 0)


THIRDS = {"early": "early", "mid": "mid", "late": "late", "start": "early", "beginning": "early", "end": "late", "close": "late", "middle": "mid"}


def _third(point: Point) -> str | None:
    words = point.get("third") or ""
    if "half" in words:
        return "half1" if "first" in words else "half2"
    return next((part for word, part in THIRDS.items() if word in words.split()), None)


def _read_month(point: Point, reading: Reading) -> Period:
    if point.get("thismonth"):
        return periods.month(reading.anchor.year, reading.anchor.month, _third(point)) if reading.anchor else NOTHING
    if point.get("same2"):
        base = reading.last_month.first if reading.last_month else reading.anchor
        return periods.month(base.year, base.month, _third(point)) if base else NOTHING
    month = _month_number(point)
    part = _third(point)
    year = _year_of(point, reading) or _which_year(month, {"late": 21, "mid": 11}.get(part or "", 1), point, reading)
    if year is None:
        return NOTHING
    return _cap(periods.month(year, month, part), reading, point)


def _read_month_named(point: Point, reading: Reading) -> Period:
    if reading.anchor is None:
        return NOTHING
    month, which = _month_number(point), point.parts["which"]
    base = reading.anchor
    if "following" in which or which == "the next":
        base = (reading.last_month or periods.day(base)).first or base
        return periods.month(base.year + (month <= base.month), month)
    if which == "next":
        return periods.month(base.year + (month <= base.month), month)
    if which == "this":
        return _cap(periods.month(base.year, month), reading)
    return periods.month(base.year - (month >= base.month), month)


def _read_ordinal(point: Point, reading: Reading) -> Period:
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


def _read_last_day(point: Point, reading: Reading) -> Period:
    whole = _read_month(point, replace(reading, anchor_precision="month"))
    if whole.first is None or whole.last is None:
        return NOTHING
    return periods.day(whole.first if point.parts["nth"] == "first" else periods.month_end(whole.last.year, whole.last.month))


def _read_nth_weekday(point: Point, reading: Reading) -> Period:
    whole = _read_month(point, reading)
    if whole.first is None or whole.last is None:
        return NOTHING
    weekday = WEEKDAYS[point.parts["weekday"]]
    if point.parts["nth"] == "last":
        end = periods.month_end(whole.first.year, whole.first.month)
        return periods.day(end - timedelta(days=(end.weekday() - weekday) % 7))
    first = whole.first + timedelta(days=(weekday - whole.first.weekday()) % 7)
    return periods.day(first + timedelta(weeks=ORDINALS[point.parts["nth"]] - 1))


def _read_weekday(point: Point, reading: Reading) -> Period:
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
    elif which in ("the same", "that", "that same", "the following", "the previous") and reading.last_day and reading.last_day.last:
        base = reading.last_day.last
        if "following" in which:
            found = base + timedelta(days=(weekday - base.weekday() - 1) % 7 + 1)
        else:
            found = base - timedelta(days=(base.weekday() - weekday - ("previous" in which)) % 7 + ("previous" in which))
    elif (which in ("last", "the previous") or after == "last") and found == anchor:
        found -= timedelta(weeks=1)
    elif which in ("next", "coming", "this coming") or after == "next" or (not which and _ahead(point, reading)):
        found = anchor + timedelta(days=(weekday - anchor.weekday() - 1) % 7 + 1)
        if which == after == "" and anchor.weekday() == weekday and re.search(r"\bfrom $", reading.text[max(0, point.start - 6) : point.start]):
            found = anchor
    return periods.days(found - DAY, found) if point.get("into") else periods.day(found)


def _ahead(point: Point, reading: Reading) -> bool:
    possessive = reading.text[point.start : point.end].lower().endswith(("'s", "’s"))
    return reading.future(point) or not possessive and bool(re.search(r"\bfor (?:this )?$", reading.text[max(0, point.start - 10) : point.start], re.I))


def _read_weeks_to(point: Point, reading: Reading) -> Period:
    if reading.anchor is None:
        return NOTHING
    unit = point.parts["unit"]
    count = read_number(point.get("n") or "one") or 1
    if point.get("month"):
        whole = periods.month(_which_year(_month_number(point), 1, point, reading) or 1, _month_number(point))
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


def _read_lastnight(point: Point, reading: Reading) -> Period:
    if reading.anchor is None:
        return NOTHING
    if point.parts["night"] == "overnight":
        return periods.days(reading.anchor - DAY, reading.anchor)
    return periods.day(reading.anchor - DAY)


def _read_clock_night(point: Point, reading: Reading) -> Period:
    return periods.days(reading.anchor - DAY, reading.anchor) if reading.anchor else NOTHING


def _read_relative_day(point: Point, reading: Reading) -> Period:
    if reading.anchor is None:
        return NOTHING
    word = point.parts["word"]
    return periods.day(reading.anchor + timedelta(days=-2 if "before" in word else {"yesterday": -1, "tomorrow": 1}.get(word, 0)))


def _read_weekend(point: Point, reading: Reading) -> Period:
    if reading.anchor is None:
        return NOTHING
    which = point.get("which") or ""
    found = periods.weekend(reading.anchor)
    if which in ("next", "coming") or (which in ("the", "this") and reading.future(point)):
        found = periods.weekend(reading.anchor + timedelta(days=7 - (reading.anchor.weekday() == 6)))
    elif which == "last" and reading.anchor.weekday() >= 5:
        found = periods.weekend(reading.anchor - timedelta(weeks=1))
    return found


def _count(point: Point) -> int | None:
    words = (point.get("n") or "").strip()
    if words in ("several", "a few", "few"):
        return None
    if "couple" in words:
        return 2
    value = read_number(words) if words not in ("a", "an") else 1
    return int(value) if value is not None else None


def _read_ago(point: Point, reading: Reading) -> Period:
    if reading.anchor is None:
        return NOTHING
    if point.get("halfunit"):
        return periods.day(reading.anchor)
    count, unit = _count(point), point.parts["unit"]
    if count is None:
        return NOTHING
    if point.get("today"):
        size = {"week": 7, "fortnight": 14, "day": 1}.get(unit)
        back = reading.anchor - timedelta(days=count * size) if size else (periods.add_months(reading.anchor, -count * (12 if unit == "year" else 1)))
        return periods.day(back)
    return periods.shift(reading.anchor, -count, unit)


def _read_past(point: Point, reading: Reading) -> Period:
    count = _count(point) if point.get("n") else 1
    return periods.span_back(reading.anchor, count, point.parts["unit"]) if reading.anchor and count else NOTHING


def _read_recent(point: Point, reading: Reading) -> Period:
    if reading.anchor is None or point.parts["unit"] != "day" or "coming" in reading.text[point.start : point.end].lower():
        return NOTHING
    return replace(periods.span_back(reading.anchor, 3, "day"), precision="week")


def _read_unit(point: Point, reading: Reading) -> Period:
    if reading.anchor is None:
        return NOTHING
    which, unit, third = point.parts["which"], point.parts["unit"], point.get("third")
    step = {"last": -1, "previous": -1, "next": 1, "the coming": 1}.get(which, 0)
    if unit == "fortnight":
        return periods.span_back(reading.anchor, 2, "week")
    if unit == "quarter":
        at = periods.add_months(reading.anchor, 3 * step)
        first = (at.month - 1) // 3 * 3 + 1
        return _cap(periods.months((at.year, first), (at.year, first + 2)), reading)
    found = periods.shift(reading.anchor, step, unit)
    if third in ("early", "mid", "late") and found.first and unit in ("month", "year"):
        return periods.month(found.first.year, found.first.month, third) if unit == "month" else periods.year(found.first.year, third)
    return found if third == "earlier" and unit == "month" else _cap(found, reading, point)


def _read_before_unit(point: Point, reading: Reading) -> Period:
    unit = point.parts["unit"]
    base = {"week": reading.last_week, "month": reading.last_month}.get(unit)
    at = (base.first if base else None) or reading.anchor
    if unit == "year" and reading.last_year and reading.anchor:
        at = date(reading.last_year, 1, 1)
    return periods.shift(at, -1, unit) if at else NOTHING


def _read_later(point: Point, reading: Reading) -> Period:
    base = reading.base(point)
    if base is None:
        return NOTHING
    way = point.get("way") or point.get("way2") or "before"
    back = way in ("before", "beforehand", "earlier", "previous", "preceding")
    if way in ("after", "before") and point.get("n") and re.match(r"\s+\w", reading.text[point.end : point.end + 3]):
        back = not back
        near = reading.last_day if reading.last_day and "\n" not in (gap := reading.text[reading.last_day_at : point.start]) and ". " not in gap else None
        base = (near.last if near else None) or reading.anchor or base
    unit = point.get("unit") or "day"
    if unit in ("afternoon",):
        unit = "day"
    if back and reading.last_day and reading.last_day.first:
        base = reading.last_day.first if point.start - reading.last_day_at < 1200 else base
    if unit == "week" and point.get("way2") and back and reading.anchor:
        base = reading.anchor
    count = _count(point) if point.get("n") else 1
    if unit in ("hour", "minute") and (count or 0) < 12:
        return periods.day(base)
    if count is None:
        return NOTHING
    return periods.shift(base, -count if back else count, unit)


def _read_same(point: Point, reading: Reading) -> Period:
    unit = point.parts["unit"]
    if point.get("back"):
        at = (reading.last_month.first if reading.last_month else None) if unit == "month" else reading.anchor
        return periods.shift(periods.add_months(at, -12), 0, unit) if at else NOTHING
    if unit == "year":
        return periods.year(reading.last_year) if reading.last_year else NOTHING
    if unit == "month":
        return reading.first_month or reading.last_month or (_cap(periods.shift(reading.anchor, 0, "month"), reading) if reading.anchor else NOTHING)
    if unit == "quarter":
        return NOTHING
    base = reading.base(point)
    if base is None:
        return NOTHING
    return (reading.last_week or periods.week(base)) if unit == "week" else periods.day(base)


def _read_season(point: Point, reading: Reading) -> Period:
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
    return _cap(found, reading, point)


def _read_holiday(point: Point, reading: Reading) -> Period:
    month, number = (1, 1) if "day" in point.parts["holiday"] and "new" in point.parts["holiday"] else (12, 25)
    if "eve" in point.parts["holiday"].split()[-1]:
        month, number = (12, 31) if "new" in point.parts["holiday"] else (12, 24)
    year = _year_of(point, reading) or _which_year(month, number, point, reading)
    return periods.day(date(year, month, number)) if year else NOTHING


def _read_year(point: Point, reading: Reading) -> Period:
    year = int(point.parts["year"])
    if reading.anchor and year > reading.anchor.year + 30:
        return NOTHING
    return _cap(periods.year(year, _third(point)), reading, point)


def _read_year_end(point: Point, reading: Reading) -> Period:
    year = _year_of(point, reading)
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


def _read_decade(point: Point, reading: Reading) -> Period:
    first = int(point.parts["decade"])
    return Period(first=date(first, 1, 1), last=date(first + 9, 12, 31), precision="year")


def _read_span(point: Point, reading: Reading) -> Period:
    unit = point.get("unit") or "week"
    year = _year_of(point, reading) or (reading.anchor.year if reading.anchor else None)
    if (nth := point.get("nth")) and point.get("month"):
        whole = _read_month(point, replace(reading, anchor_precision="month"))
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
        whole = _read_month(point, reading) if point.get("month") else (reading.last_month or NOTHING)
        if whole.first is None:
            return NOTHING
        return periods.days(whole.first, whole.first + timedelta(days=count * (7 if unit == "week" else 1) - 1))
    if year is None or not 1 <= count:
        return NOTHING
    if unit == "month" and count <= 12:
        return periods.months((year, 1), (year, count))
    return periods.days(date(year, 1, 1), date(year, 1, 1) + timedelta(days=count * (7 if unit == "week" else 1) - 1))


def _read_duration(point: Point, reading: Reading) -> Period:
    words = reading.text[point.start : point.end].lower()
    count, unit = _count(point), point.parts["unit"]
    if reading.anchor is None or count is None or not words.startswith("for") or unit in ("minute", "hour"):
        return NOTHING
    if unit in ("day", "night"):
        return periods.day(reading.anchor - timedelta(days=count))
    return periods.shift(reading.anchor, -count, unit)


def _read_clock(point: Point, reading: Reading) -> Period:
    near = reading.last_day and reading.last_day.last and point.start - reading.last_day_at < 300
    if near and "\n" not in reading.text[reading.last_day_at : point.start]:
        base = reading.last_day.last if reading.last_day else None
        return periods.day(base) if base else NOTHING
    if reading.anchor is None:
        return NOTHING
    return periods.days(reading.anchor - DAY, reading.anchor) if point.get("clock") == "midnight" else periods.day(reading.anchor)


READERS: dict[str, Callable[[Point, Reading], Period]] = {
    "iso": _read_date, "numeric": _read_numeric, "dateline": _read_date, "day_range": _read_day_range, "span": _read_span,
    "date": _read_date, "month": _read_month, "month_named": _read_month_named, "ordinal": _read_ordinal,
    "last_day": _read_last_day, "nth_weekday": _read_nth_weekday, "weekday": _read_weekday, "weeks_to": _read_weeks_to,
    "lastnight": _read_lastnight, "clock_night": _read_clock_night, "relative_day": _read_relative_day, "weekend": _read_weekend,
    "ago": _read_ago, "past": _read_past, "recent": _read_recent, "unit": _read_unit, "before_unit": _read_before_unit,
    "later": _read_later, "same": _read_same, "season": _read_season, "holiday": _read_holiday, "year_end": _read_year_end,
    "decade": _read_decade, "year": _read_year, "duration": _read_duration, "clock": _read_clock,
}  # fmt: skip
