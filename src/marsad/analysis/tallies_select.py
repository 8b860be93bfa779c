"""A filter over columns: which events pass it, all of them at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np

from marsad.analysis.tallies_fields import compared, pattern_of
from marsad.analysis.tallies_filter import Compare, Every, Flag, Like, Missing, Not, Some, Test
from marsad.ledger.tallying_columns import DISPUTES, UNKNOWN, Coded, Columns, Listed, Numbers

Mask = np.ndarray[Any, np.dtype[np.bool_]]
OPS: dict[str, Callable[[Any, Any], Any]] = {
    "=": np.equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}
BEST = {"killed": "killed_best", "injured": "injured_best"}


def passing(columns: Columns, test: Test | None) -> Mask:
    """One truth value an event."""
    if test is None:
        return np.ones(len(columns), bool)
    if isinstance(test, Not):
        return ~passing(columns, test.test)
    if isinstance(test, Every):
        return np.asarray(np.logical_and.reduce([passing(columns, t) for t in test.tests]))
    if isinstance(test, Some):
        return np.asarray(np.logical_or.reduce([passing(columns, t) for t in test.tests]))
    if isinstance(test, Flag):
        return flags(columns, test.field)
    if isinstance(test, Missing):
        return missing(columns, test.field)
    if isinstance(test, Like):
        fits = pattern_of(test.pattern)
        return named(columns, test.field, lambda name: fits.fullmatch(name) is not None)
    if test.sort == "text":
        return named(columns, test.field, lambda name: compared(test, name))
    return numbered(columns, test)


def flags(columns: Columns, field: str) -> Mask:
    values = columns.ints["disputes" if field == "disputed" else field]
    return values > 0


def missing(columns: Columns, field: str) -> Mask:
    if field in columns.listed:
        offsets = columns.listed[field].offsets
        return np.asarray(offsets[1:] == offsets[:-1])
    if field in columns.coded:
        return columns.coded[field].codes < 0
    if field in ("date", "month", "week", "year"):
        return columns.ints["day"] < 0
    if field in ("id", "confidence", "accepted", "civilian_targeting", "background", "disputed", "voices"):
        return np.zeros(len(columns), bool)
    return columns.ints[BEST.get(field, field)] < 0


def named(columns: Columns, field: str, fits: Callable[[str], bool]) -> Mask:
    """The events that have a name which fits."""
    if field == "id":
        return np.fromiter((fits(i.decode()) for i in columns.ids.tolist()), bool, len(columns))
    item: Coded | Listed = columns.coded[field] if field in columns.coded else columns.listed[field]
    good = np.fromiter((fits(name) for name in item.names), bool, len(item.names))
    if isinstance(item, Coded):
        return np.asarray(np.append(good, False)[item.codes])
    where = np.concatenate([np.zeros(1, np.int64), np.cumsum(good[item.codes])])
    return where[item.offsets[1:]] > where[item.offsets[:-1]]


def numbered(columns: Columns, test: Compare) -> Mask:
    """A comparison of numbers or days."""
    if test.field == "confidence":
        return np.asarray(OPS[test.op](columns.confidence.astype(np.float64).round(6), round(float(test.value), 6)))
    if test.sort in ("date", "month", "week") or test.field == "year":
        return in_days(columns.ints["day"], test)
    values = columns.ints[BEST.get(test.field, test.field)]
    return np.asarray(OPS[test.op](values, test.value)) & (values > UNKNOWN)


def in_days(days: Numbers, test: Compare) -> Mask:
    """Days against a day, month, week or year, which stand for all their days."""
    first, last = days_meant(test)
    known = days > UNKNOWN
    if test.op == "=":
        return (days >= first) & (days <= last)
    if test.op in ("<", ">"):
        return known & (days < first if test.op == "<" else days > last)
    return known & (days <= last if test.op == "<=" else days >= first)


def days_meant(test: Compare) -> tuple[int, int]:
    """The first and last day of what a comparison names.

    >>> days_meant(Compare(field="date", sort="date", op="=", value="2026-02"))
    (739648, 739675)
    """
    words = f"{int(test.value):04}" if isinstance(test.value, float) else test.value
    if test.sort == "week":
        start = dt.date.fromisoformat(f"{words}-1").toordinal()
        return start, start + 6
    if len(words) == 10:
        day = dt.date.fromisoformat(words).toordinal()
        return day, day
    year, _, month = words.partition("-")
    if not 0 < int(year) < 9999:
        return (0, 0) if int(year) <= 0 else (10**7, 10**7)
    first, last = int(month or 1), int(month or 12)
    after = dt.date(int(year) + last // 12, last % 12 + 1, 1)
    return dt.date(int(year), first, 1).toordinal(), after.toordinal() - 1


def dispute_bit(*fields: str) -> int:
    """The bits of those disputed fields."""
    return sum(1 << DISPUTES.index(f) for f in fields)
