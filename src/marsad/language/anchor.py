"""The day a story came out, worked out from its own words where nothing else tells it.

What is tried, the surest first: a dateline or "as of" date; the latest full date that is told as past; "closed in 2012 … seven
years after it was closed"; a weekday with its date in the one year that fits "three years later"; "nears the three-year mark … erupted in April 2023"; the year of a copyright line. A month told as
running ("earlier in September") narrows a year to that month. Without a signal there is no anchor.
"""

# ruff: noqa: E501
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from marsad.language.dates import TimeExpression, find_times
from marsad.language.numbers import WORDS, read_number
from marsad.language.periods import add_months, month_end
from marsad.language.timewords import MONTHS, WEEKDAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class InferredAnchor:
    """`date` is the day to read relative dates against: the day itself, or the last day of the month or year it lies in.

    `precision` says which of the three; `because` quotes the words that it rests on.
    """

    date: date
    precision: Literal["day", "month", "year"]
    because: str


MAX_TEXT = 100_000
_NUMBER = rf"(?P<n>\d{{1,3}}|{WORDS})"
_MONTHS = "|".join(sorted((m for m in MONTHS if len(m) > 3 or m == "may"), key=len, reverse=True))
DATED = re.compile(
    r"(?:\bas of\b|\bsituation (?:as of|on)\b|\bupdate\b|\bdated?\b|\bpublished\b|\bissued\b|\breporting period\b)[^.\n]{0,40}$",
    re.I,
)
AHEAD = re.compile(
    r"\b(?:will|due|scheduled|expected|planned|would|expires?|next|deadline)\b[^.;\n]{0,60}$|\b(?:until|by|before|ahead\s+of)\s+(?:[\w ]{1,16}\s)?$",
    re.I,
)
YEARS_AFTER = re.compile(
    rf"\b{_NUMBER}\s+years\s+after\s+(?:it|they|he|she|the\s+[\w' -]{{1,40}}?|[\w' -]{{1,40}}?)\s+(?:was|were|had\s+been|first)?\s*(?P<verb>\w{{4,}})",
    re.I,
)
IN_YEAR = re.compile(r"(?P<words>(?:\b[\w’'-]+\s+){1,5})in\s+(?:(?P<month>" + _MONTHS + r")\s+)?(?P<year>(?:19|20)\d\d)\b", re.I)
SPAN_AFTER = re.compile(
    rf"\b{_NUMBER}\s+(?P<unit>year|month)s\s+after\b[^.\n]{{0,140}}?\bin\s+(?:(?P<month>{_MONTHS})\s+)?(?P<year>(?:19|20)\d\d)\b",
    re.I,
)
WEEKDAY_DATE = re.compile(
    rf"\b(?P<weekday>{'|'.join(WEEKDAYS)}),?\s+(?P<day>[0-3]?\d)\s+(?P<month>{_MONTHS})\b(?!,?\s+(?:19|20)\d\d)", re.I
)
MARK = re.compile(
    rf"\b(?P<way>nears|approaches|nearing|approaching|passes|passed|reaches|reached|marks|marked)\s+(?:its|the|a)\s+{_NUMBER}[-\s]years?\s+(?:mark|anniversary)",
    re.I,
)
YEARS_AGO = re.compile(rf"\b(?P<year>(?:19|20)\d\d),\s+(?:almost\s+|nearly\s+)?{_NUMBER}\s+years\s+ago\b", re.I)
AGO_IN = re.compile(rf"\b{_NUMBER}\s+years\s+ago,?\s+in\s+(?P<year>(?:19|20)\d\d)\b", re.I)
YEARS_LATER = re.compile(rf"\b{_NUMBER}\s+years\s+(?:later|after|on)\b", re.I)
DATELINE = re.compile(
    rf"[^\n.]{{0,80}}?\b(?:(?P<month>{_MONTHS})\s+(?P<day>[0-3]?\d)|(?P<day_first>[0-3]?\d)\s+(?P<month_last>{_MONTHS}))"
    r"\s*(?:\([^)\n]{1,60}\)\s*)?(?:--|—|–|-\s|:)",
    re.I,
)
FOOTER = re.compile(r"(?:©|\(c\)|copyright)\s*(?:[\w,.&' -]{0,60}?)(?P<year>(?:19|20)\d\d)\b", re.I)
RUNNING = re.compile(rf"\b(?:earlier|early|late|later|already|so far)\s+in\s+(?P<month>{_MONTHS})\b(?!\s+(?:19|20)\d\d)", re.I)


def infer_anchor(text: str, *, footer_year: int | None = None) -> InferredAnchor | None:
    """The anchor of a story without a date, or `None` where its words give no hold.

    >>> infer_anchor("The gate opened on Monday, seven years after it was closed. It was closed in 2012. Earlier in September it was hit.")
    InferredAnchor(date=datetime.date(2019, 9, 30), precision='month', because='seven years after it was closed; closed in 2012; Earlier in September')
    """
    text = text[:MAX_TEXT]
    found = _infer(text, footer_year)
    return _on_dateline(text, found) if found and _agrees(text, found) else None


def _agrees(text: str, anchor: InferredAnchor) -> bool:
    """ "Monday 15 September" can't lie in a year in which that is a Thursday."""
    for match in WEEKDAY_DATE.finditer(text):
        month, day = MONTHS[match["month"].lower()], int(match["day"])
        year = anchor.date.year - ((month, day) > (anchor.date.month, anchor.date.day))
        if 1 <= day <= month_end(year, month).day and date(year, month, day).weekday() != WEEKDAYS[match["weekday"].lower()]:
            return False
    return True


def _weekday_year(text: str, times: tuple[TimeExpression, ...]) -> InferredAnchor | None:
    """ "Saturday 29 September" in a story that tells of 2015 and of what came "three years later": 2018, where that day was one."""
    years = [int(m["year"]) for m in IN_YEAR.finditer(text)] + [
        date.fromisoformat(t.last).year for t in _past_dates(text, times) if t.last
    ]
    passed = [n for m in YEARS_LATER.finditer(text) if (n := read_number(m["n"])) is not None]
    if not years or not passed:
        return None
    earliest = max(years) + int(max(passed))
    days = [
        (date(year, month, day), match)
        for match in WEEKDAY_DATE.finditer(text)
        if not AHEAD.search(text[max(0, match.start() - 90) : match.start()])
        for month, day in [(MONTHS[match["month"].lower()], int(match["day"]))]
        for year in (earliest, earliest + 1)
        if 1 <= day <= month_end(year, month).day and date(year, month, day).weekday() == WEEKDAYS[match["weekday"].lower()]
    ]
    if len({day.year for day, _ in days}) != 1:
        return None
    latest, match = max(days, key=lambda d: d[0])
    return InferredAnchor(
        date=latest, precision="day", because=f"{_squeeze(match.group())}; {max(years)}; {passed[0]:.0f} years later"
    )


def _on_dateline(text: str, anchor: InferredAnchor) -> InferredAnchor:
    """The day of a dateline that lacks the year ("Addis Ababa, January 27 —"), in the month or year that was worked out."""
    match = DATELINE.match(text.lstrip())
    if anchor.precision == "day" or match is None:
        return anchor
    month, day = MONTHS[(match["month"] or match["month_last"]).lower()], int(match["day"] or match["day_first"])
    if (anchor.precision == "month" and month != anchor.date.month) or not 1 <= day <= month_end(anchor.date.year, month).day:
        return anchor
    words = f"{anchor.because}; {_squeeze(match.group()).rstrip(' -—–:')}"
    return InferredAnchor(date=date(anchor.date.year, month, day), precision="day", because=words)


def _infer(text: str, footer_year: int | None) -> InferredAnchor | None:
    times = find_times(text, anchor=None)
    if dated := _dated(text, times):
        return dated
    full = _latest_date(text, times)
    if span := _span_after(text):
        return span
    counted = _counted_year(text)
    year = (date(counted[0], 12, 31), counted[1]) if counted else _mark(text)
    if full and (year is None or full.date >= date(year[0].year, 1, 1)):
        return full
    if year:
        return _with_month(text, year[0], year[1], full)
    if footer := (footer_year or _footer(text)):
        return _with_month(text, date(footer, 12, 31), f"copyright {footer}", full)
    return _weekday_year(text, times) or _latest_month(text, times)


def _dated(text: str, times: tuple[TimeExpression, ...]) -> InferredAnchor | None:
    """A dateline ("JUBA, 3 January 1990 —") or "Situation as of 26 April 2021"."""
    for time in times:
        if time.precision != "day" or not time.last or time.first != time.last:
            continue
        before, after = text[: time.start], text[time.end : time.end + 16]
        dateline = (
            len(before) < 140
            and "." not in before[-100:].rstrip(".")
            and re.match(r"\s*(?:\([^)]*\)\s*)?(?:--|—|–|-\s|:|\.?\n|\)\s*[-—–])", after)
        )
        stated = (
            dateline or DATED.search(text[max(0, time.start - 60) : time.start + 6]) or re.match(r"as of\b", time.words, re.I)
        )
        if stated and not AHEAD.search(before[-80:]):
            return InferredAnchor(date=date.fromisoformat(time.last), precision="day", because=_quote(text, time))
    return None


def _quote(text: str, time: TimeExpression) -> str:
    return " ".join(text[max(0, time.start - 20 if re.match(r"\d", time.words) else time.start) : time.end].split())


def _past_dates(text: str, times: tuple[TimeExpression, ...]) -> Iterator[TimeExpression]:
    for time in times:
        if (
            time.last
            and time.role in ("at", "between", "since", "publication")
            and not AHEAD.search(text[max(0, time.start - 90) : time.start])
        ):
            yield time


def _latest_date(text: str, times: tuple[TimeExpression, ...]) -> InferredAnchor | None:
    """The latest day with a year, with later days that lack the year ("On the 27th", "three days later") read after it."""
    days = [t for t in _past_dates(text, times) if t.precision == "day" and re.search(r"(?:19|20)\d\d", t.words)]
    if not days:
        return None
    latest = max(days, key=lambda t: (t.last or "", -t.start))
    found = date.fromisoformat(latest.last or "")
    reach = 300 if latest.role == "since" else 120
    horizon = min(found + timedelta(days=reach), date(9999, 12, 31))
    later = [
        date.fromisoformat(t.last)
        for t in _past_dates(text, find_times(text, anchor=horizon))
        if t.last
        and t.precision == "day"
        and t.relative is False
        and re.search(rf"\b(?:{_MONTHS})\b", t.words, re.I)
        and t.role in ("at", "between")
    ]
    later = [d for d in later if found < d <= found + timedelta(days=reach)]
    return InferredAnchor(date=max([found, *later]), precision="day", because=latest.words)


def _latest_month(text: str, times: tuple[TimeExpression, ...]) -> InferredAnchor | None:
    months = [
        t
        for t in _past_dates(text, times)
        if t.precision == "month" and t.role != "since" and re.search(r"(?:19|20)\d\d", t.words)
    ]
    if not months:
        return None
    latest = max(months, key=lambda t: (t.last or "", -t.start))
    return InferredAnchor(date=date.fromisoformat(latest.last or ""), precision="month", because=latest.words)


def _span_after(text: str) -> InferredAnchor | None:
    """ "Fourteen months after they lost it in August 2024": October 2025."""
    for match in SPAN_AFTER.finditer(text):
        count = read_number(match["n"])
        if count is None or (match["unit"].lower() == "month") != bool(match["month"]):
            continue
        at = add_months(
            date(int(match["year"]), MONTHS[(match["month"] or "january").lower()], 1),
            int(count) * (12 if match["unit"].lower() == "year" else 1),
        )
        if match["month"] and match["unit"].lower() == "month":
            return InferredAnchor(date=month_end(at.year, at.month), precision="month", because=_squeeze(match.group()))
        return InferredAnchor(date=date(at.year, 12, 31), precision="year", because=_squeeze(match.group()))
    return None


def _stem(word: str) -> str:
    return word.lower()[:5]


def _counted_year(text: str) -> tuple[int, str] | None:
    """ "closed in 2012" and "seven years after it was closed": the same verb, so 2019."""
    for pattern in (YEARS_AGO, AGO_IN):
        if (match := pattern.search(text)) and (count := read_number(match["n"])) is not None:
            return int(match["year"]) + int(count), match.group()
    dated = {_stem(word): (m, word) for m in IN_YEAR.finditer(text) for word in m["words"].split() if len(word) > 3}
    for match in YEARS_AFTER.finditer(text):
        count = read_number(match["n"])
        if count is not None and (found := dated.get(_stem(match["verb"]))):
            known, word = found
            return int(known["year"]) + int(count), f"{_squeeze(match.group())}; {word} in {known['year']}"
    return None


def _mark(text: str) -> tuple[date, str] | None:
    """ "nears the three-year mark" of what "erupted in April 2023": before April 2026, so 31 March at the latest."""
    for match in MARK.finditer(text):
        count = read_number(match["n"])
        began = re.search(
            rf"\b(?:erupted|began|started|broke\s+out|outbreak|since|launched)\b[^.\n]{{0,60}}?\b(?:(?P<month>{_MONTHS})\s+)?(?P<year>(?:19|20)\d\d)\b",
            text,
            re.I,
        )
        if count is None or began is None:
            continue
        at = add_months(date(int(began["year"]), MONTHS[(began["month"] or "july").lower()], 1), 12 * int(count))
        if match["way"].lower().startswith(("near", "approach")):
            at = add_months(at, -1)
        return month_end(at.year, at.month), f"{_squeeze(match.group())}; {_squeeze(began.group())}"
    return None


def _footer(text: str) -> int | None:
    found = [int(m["year"]) for m in FOOTER.finditer(text)]
    return max(found) if found else None


def _with_month(text: str, latest: date, because: str, full: InferredAnchor | None) -> InferredAnchor:
    year = latest.year
    running = {MONTHS[m["month"].lower()]: m for m in RUNNING.finditer(text)}
    if len(running) == 1:
        month, match = next(iter(running.items()))
        return InferredAnchor(date=month_end(year, month), precision="month", because=f"{because}; {match.group()}")
    if full and full.date.year == year:
        return full
    return InferredAnchor(date=latest, precision="year", because=because)


def _squeeze(text: str) -> str:
    return " ".join(text.split())
