"""Time expressions in news text, read against the day on which the report came out.

The rules are the contract's ("How a coder decides", dates): weekdays look back from the anchor, "overnight" is two dates,
"last week" a calendar week, "late January" the days from the 21st. What a sentence says of the future looks forward.
"""

# ruff: noqa: E501
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Literal

from marsad.codebook.sieve import Sieve
from marsad.language.periods import Period
from marsad.language.timecontext import Reading
from marsad.language.timereading import read_point, read_range
from marsad.language.timewords import LEAD, PATTERNS, Point, point_of
from marsad.model import TimePrecision

Role = Literal["at", "since", "until", "between", "by", "duration", "publication", "vague"]
AnchorPrecision = Literal["day", "month", "year"]
MAX_TEXT = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeExpression:
    """A stretch of text that says when: `text[start:end] == words`, `first` and `last` ISO dates, both included.

    `first` and `last` are the time that the words name: for "since February 2022" that month, for "until 2017" only `last`.
    `role` says how it is meant: `since`/`until`/`by` bound a longer time, `between` is a range, `duration` a length ("for nine
    weeks", dated to when it began if it still lasts), `publication` the day on which somebody spoke, `vague` no dates at all.
    `relative` marks what was counted from another expression of the text ("two days later").
    """

    start: int
    end: int
    words: str
    first: str | None
    last: str | None
    precision: TimePrecision
    role: Role
    relative: bool = False


def find_times(text: str, *, anchor: date | None, anchor_precision: AnchorPrecision = "day") -> tuple[TimeExpression, ...]:
    """The time expressions of `text` in order, none overlapping another.

    With `anchor` `None`, only what carries its own year has dates. With a month-precise anchor a weekday is read as that month.

    >>> [(t.words, t.first, t.last) for t in find_times("Mosul fell on Monday. Two days later so did Tikrit.", anchor=date(2014, 6, 13))]
    [('on Monday', '2014-06-09', '2014-06-09'), ('Two days later', '2014-06-11', '2014-06-11')]
    """
    if len(text) > MAX_TEXT:
        text = text[:MAX_TEXT]
    reading = Reading(text=text, anchor=anchor, anchor_precision=anchor_precision)
    found: list[TimeExpression] = []
    for one in _expressions(text, _points(text), reading):
        if found and one.start <= found[-1].start:
            found.pop()
        if not found or one.start >= found[-1].end:
            found.append(one)
    return tuple(found)


@cache
def _sieve() -> Sieve:
    return Sieve([pattern for _, pattern in PATTERNS])


def _points(text: str) -> list[Point]:
    found: list[Point] = []
    for rank in _sieve().passing(text):
        kind, pattern = PATTERNS[rank]
        for match in pattern.finditer(text):
            if point := point_of(kind, match, rank):
                found.append(point)
    found.sort(key=lambda p: (p.start, -p.end, p.rank))
    kept: list[Point] = []
    for point in found:
        if kept and point.start < kept[-1].end:
            if point.end - point.start > kept[-1].end - kept[-1].start and point.rank <= kept[-1].rank:
                kept[-1] = point
            continue
        kept.append(point)
    return kept


JOINT = re.compile(
    r"(?:\s+\w+){0,1}?\s*(?:(?P<and>and)|to|until|till|through|into|up to|[-–—])\s+(?:about\s+)?(?:(?:on|the|in)\s+){0,2}$|\s*[-–—]\s*$",
    re.I,
)


def _expressions(text: str, points: list[Point], reading: Reading) -> Iterator[TimeExpression]:
    index = 0
    while index < len(points):
        point = points[index]
        following = points[index + 1] if index + 1 < len(points) else None
        if following and (joint := _joins(text, point, following)) and (period := read_range(point, following, reading, joint)):
            yield _expression(text, point, following.end, period, reading, role="between")
            index += 2
            continue
        yield _expression(text, point, point.end, read_point(point, reading), reading)
        index += 1


def _joins(text: str, left: Point, right: Point) -> str | None:
    gap = text[left.end : right.start + len(right.lead)]
    if len(gap) > 40 or left.kind in JOINLESS or right.kind in JOINLESS:
        return None
    found = JOINT.fullmatch(gap if not gap or gap[-1].isspace() else gap + " ")
    if not found:
        return None
    lead = left.lead_word(text)
    if found.groupdict().get("and"):
        if lead == "between":
            return "and"
        return "pair" if left.kind == right.kind == "weekday" else None
    if lead in ("between", "from", "in", "during", "on", "for", "", "the", "late", "night", "overnight", "over"):
        return "to"
    return None


JOINLESS = {"ago", "past", "later", "recent", "same", "duration", "clock", "relative_day"}


def _expression(text: str, point: Point, end: int, period: Period, reading: Reading, role: Role | None = None) -> TimeExpression:
    start = point.start
    if before := LEAD.search(text, max(0, start - 40), start):
        start = before.start() + len(before.group()) - len(before.group().lstrip())
    lead = text[start : point.start].lower().split()
    named = role or _role(text, start, lead, point)
    if named == "until" and point.kind != "duration":
        period = replace(period, first=None)
    expression = TimeExpression(
        start=start,
        end=end,
        words=text[start:end],
        first=period.first.isoformat() if period.first else None,
        last=period.last.isoformat() if period.last else None,
        precision=period.precision if period.first or period.last else "unknown",
        role="vague" if named == "at" and not (period.first or period.last) and point.kind == "recent" else named,
        relative=point.relative,
    )
    reading.remember(point, period, expression.role)
    return expression


SINCE = re.compile(r"\bsince\s+(?!(?:then|the\s+(?:last|past))\b)[^.,;:\n]{1,70}$", re.I)
ROLES: dict[str, Role] = {"since": "since", "from": "since", "until": "until", "till": "until", "by": "by", "before": "by"}
SPOKE = re.compile(
    r"\b(?:said|told|says|reported|announced|added|warned|confirmed|stated|wrote|acknowledged|claimed)\s+(?:(?:late|early|also|in (?:a|an) [\w-]+(?: [\w-]+)?"
    r"|(?:reporters|journalists|AFP|Reuters|AP|the [A-Z]\w+(?: [A-Z]\w+)?))\s+){0,2}$"
)


def _role(text: str, start: int, lead: list[str], point: Point) -> Role:
    if point.kind == "duration":
        return "duration"
    for word in lead:
        if word in ROLES and not (word == "before" and ("dawn" in lead or "sunrise" in lead or point.kind == "clock")):
            return ROLES[word]
    if lead[:2] == ["as", "of"] or lead[:2] == ["up", "to"] or SPOKE.search(text, max(0, start - 60), start):
        return "until" if lead[:2] == ["up", "to"] else "publication"
    if SINCE.search(text, max(0, start - 90), start):
        return "since"
    if point.kind in ("past", "span", "day_range"):
        return "between"
    return "at"


def reach(expression: TimeExpression, *, anchor: date | None) -> Period:
    """The whole time that an expression spans: "since Monday" up to the anchor, everything else as it stands.

    >>> since = find_times("since 7 May", anchor=date(2024, 6, 1))[0]
    >>> reach(since, anchor=date(2024, 6, 1)).last
    datetime.date(2024, 6, 1)
    """
    first = date.fromisoformat(expression.first) if expression.first else None
    last = date.fromisoformat(expression.last) if expression.last else None
    if expression.role in ("since", "duration") and first and anchor:
        last = anchor
    return Period(first=first, last=last, precision=expression.precision)
