from __future__ import annotations

import itertools
from datetime import date

import pytest

from marsad.language.dates import TimeExpression, find_times, reach

WEDNESDAY = date(2026, 2, 18)


def one(text: str, anchor: date | None = WEDNESDAY) -> TimeExpression:
    times = find_times(text, anchor=anchor)
    assert len(times) == 1, [t.words for t in times]
    return times[0]


@pytest.mark.parametrize(
    ("text", "first", "last", "precision"),
    [
        ("It fell on Monday.", "2026-02-16", "2026-02-16", "day"),
        ("It fell on Wednesday.", "2026-02-18", "2026-02-18", "day"),
        ("It fell on Thursday.", "2026-02-12", "2026-02-12", "day"),
        ("Monday's strike killed two.", "2026-02-16", "2026-02-16", "day"),
        ("It was hit on Friday night.", "2026-02-13", "2026-02-13", "day"),
        ("It was hit last Wednesday.", "2026-02-11", "2026-02-11", "day"),
        ("They will meet on Friday.", "2026-02-20", "2026-02-20", "day"),
        ("Talks resume next Tuesday.", "2026-02-24", "2026-02-24", "day"),
        ("It burned overnight.", "2026-02-17", "2026-02-18", "day"),
        ("It burned overnight into Monday.", "2026-02-15", "2026-02-16", "day"),
        ("It burned last night.", "2026-02-17", "2026-02-17", "day"),
        ("They fought over the weekend.", "2026-02-14", "2026-02-15", "week"),
        ("They fought last week.", "2026-02-09", "2026-02-15", "week"),
        ("It broke two weeks ago.", "2026-02-02", "2026-02-08", "week"),
        ("It worsened this week.", "2026-02-16", "2026-02-18", "week"),
        ("It worsened in recent days.", "2026-02-15", "2026-02-17", "week"),
        ("It worsened over the past few days.", "2026-02-15", "2026-02-18", "week"),
        ("It was hit earlier this month.", "2026-02-01", "2026-02-28", "month"),
        ("It was hit in late January.", "2026-01-21", "2026-01-31", "month"),
        ("It was hit in early March.", "2025-03-01", "2025-03-10", "month"),
        ("It was hit in mid-June.", "2025-06-11", "2025-06-20", "month"),
        ("It fell in October.", "2025-10-01", "2025-10-31", "month"),
        ("It fell last month.", "2026-01-01", "2026-01-31", "month"),
        ("Last year was worse.", "2025-01-01", "2025-12-31", "year"),
        ("It closed in 2012.", "2012-01-01", "2012-12-31", "year"),
        ("It was hit on 23 April.", "2025-04-23", "2025-04-23", "day"),
        ("It was hit on Dec 6.", "2025-12-06", "2025-12-06", "day"),
        ("It was hit on November 3, 2021.", "2021-11-03", "2021-11-03", "day"),
        ("It was hit on 25/05/2023.", "2023-05-25", "2023-05-25", "day"),
        ("It was hit on the tenth of this month.", "2026-02-10", "2026-02-10", "day"),
        ("It was hit a month ago.", "2026-01-01", "2026-01-31", "month"),
        ("It was hit five years ago.", "2021-01-01", "2021-12-31", "year"),
        ("They fought between 3 and 7 May.", "2025-05-03", "2025-05-07", "day"),
        ("They fought between Sunday and Tuesday.", "2026-02-15", "2026-02-17", "day"),
        ("They fought from April 1992 until February 1996.", "1992-04-01", "1996-02-29", "month"),
        ("Ten died in the past two days.", "2026-02-16", "2026-02-18", "day"),
    ],
)
def test_reads(text: str, first: str, last: str, precision: str) -> None:
    time = one(text)
    assert (time.first, time.last, time.precision) == (first, last, precision)


def test_roles_and_reach() -> None:
    since, until, spoke, lasting = (
        one(t)
        for t in ("Shut since February 2022.", "Held until 2017.", "The army said on Tuesday it won.", "Shut for nine weeks.")
    )
    assert (since.role, since.first, since.last) == ("since", "2022-02-01", "2022-02-28")
    assert reach(since, anchor=WEDNESDAY).last == WEDNESDAY
    assert (until.role, until.first, until.last) == ("until", None, "2017-12-31")
    assert spoke.role == "publication"
    assert lasting.role == "duration"


def test_counts_from_the_day_named_before() -> None:
    text = "The town fell on 3 May 2024. Two days later troops came back. The next day it fell again."
    days = [(t.words, t.first, t.relative) for t in find_times(text, anchor=date(2024, 6, 1))]
    assert days == [
        ("on 3 May 2024", "2024-05-03", False),
        ("Two days later", "2024-05-05", True),
        ("The next day", "2024-05-06", True),
    ]


def test_the_event_lies_before_what_came_days_after_it() -> None:
    text = "Four were buried on Saturday, a day after raiders fired on the camp."
    assert [t.first for t in find_times(text, anchor=WEDNESDAY)] == ["2026-02-14", "2026-02-13"]


def test_without_an_anchor_only_full_dates_have_days() -> None:
    times = find_times("It fell on Monday, in March, and on 4 May 2021.", anchor=None)
    assert [(t.words, t.first) for t in times] == [("on Monday", None), ("in March", None), ("on 4 May 2021", "2021-05-04")]


def test_a_month_precise_anchor_blurs_weekdays() -> None:
    time = find_times("It opened on Monday.", anchor=date(2019, 9, 30), anchor_precision="month")[0]
    assert (time.first, time.last, time.precision) == ("2019-09-01", "2019-09-30", "month")


def test_capitals_and_the_modal_verb() -> None:
    capitals = find_times("SAN SALVADOR, 3 JAN 90 -- THEY DIED ON 12 MAY.", anchor=date(1990, 6, 1))
    assert [t.first for t in capitals] == ["1990-01-03", "1990-05-12"]
    assert find_times("They may march on the capital.", anchor=WEDNESDAY) == ()


@pytest.mark.parametrize("text", ["The toll rose to 2012 people.", "All 1,990 men fled.", "Room 2020/21 burned.", ""])
def test_finds_no_time(text: str) -> None:
    assert find_times(text, anchor=WEDNESDAY) == ()


def test_offsets_hold_and_long_text_stays_quick() -> None:
    text = "on Monday, two days later, between 3 and 7 May; " * 400 + "a " * 20000
    times = find_times(text, anchor=WEDNESDAY)
    assert times and all(text[t.start : t.end] == t.words for t in times)
    assert all(left.end <= right.start for left, right in itertools.pairwise(times))


@pytest.mark.parametrize("text", ["28/00/2026", "overnight\x1cof May w? sdy aJan.@", "from 28 to 31 February 2025"])
def test_days_that_are_none_raise_nothing_and_never_overlap(text: str) -> None:
    found = find_times(text, anchor=date(2025, 3, 3))
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
