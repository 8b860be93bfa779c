"""The questions of ACLED's dialect: any column as a filter, `<column>_where` for how, values with `|` or `:OR:` between."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from marsad.analysis.tallies_filter import Compare, Every, Some, Test
from marsad.codebook.words import EVENT_TYPE_OF
from marsad.exports.acled import COLUMNS, disorder_types
from marsad.exports.countries import Country, countries, table
from marsad.exports.rows import Cell, Row
from marsad.model import ConfigError

NUMBERS = frozenset(
    ("year", "time_precision", "iso", "latitude", "longitude", "geo_precision", "fatalities", "timestamp", "deleted_timestamp")
)
NUMBERS |= {"event_count", "actor_type_id"}
NUMBERS |= {f"{kind}_{what}" for kind in ("total", "battles", "erv", "vac") for what in ("forecast", "observed")}
DAYS = frozenset({"event_date", "first_event_date", "last_event_date"})
WHOLE = frozenset({"country", "iso3"})
"""Texts that are compared as a whole where no `_where` says otherwise; all others by a part of them."""
OPERATORS = ("=", "!=", ">", "<", ">=", "<=", "LIKE", "BETWEEN")
MOMENTS = frozenset({"timestamp", "deleted_timestamp"})
LATER = frozenset({"notes", "timestamp"})
"""Columns that need an event's reports, and are tested last."""
PLACED = ("country", "iso", "region")
TYPED = ("event_type", "sub_event_type", "disorder_type")
MOST_VALUES = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A column, how it is compared, and the values of which one has to fit (for BETWEEN the two ends)."""

    column: str
    operator: str
    values: tuple[str, ...]

    def fits(self, row: Row) -> bool:
        """Whether a row passes."""
        found = row.get(self.column)
        if self.column == "region":
            return any(str(found or "").casefold() == region_name(v).casefold() for v in self.values)
        if self.column in NUMBERS:
            return number_fits(self, found)
        if self.column in DAYS:
            return found is not None and compared(self.operator, str(found), [v[:10] for v in self.values])
        return text_fits(self, "" if found is None else str(found))


def conditions_in(given: Iterable[tuple[str, str]], columns: Sequence[str]) -> tuple[Condition, ...]:
    """The filters among a request's parameters; those without a value ask nothing.

    Raises `ConfigError` for a value or an operator that makes no sense.
    """
    pairs = list(given)
    how = {name.removesuffix("_where"): value for name, value in pairs if name.endswith("_where")}
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        if name in columns:
            found.setdefault(name, []).extend(parted(name, value))
    made = [condition(name, how.get(name, ""), values) for name, values in found.items() if values]
    wrong = [name for name in how if name not in columns]
    if wrong:
        raise ConfigError(f"there is no column {wrong[0]!r}: choose of {', '.join(columns)}")
    return tuple(made)


def parted(name: str, value: str) -> list[str]:
    """Values apart, as each of the clients joins them.

    >>> parted("country", "Sudan|Chad"), parted("country", "Sudan:OR:country=Chad"), parted("country", "Sudan:OR:Chad")
    (['Sudan', 'Chad'], ['Sudan', 'Chad'], ['Sudan', 'Chad'])
    """
    parts = re.split(r"\||:OR:", value)
    found = [p.strip().removeprefix(f"{name}=") for p in parts if p.strip()]
    if len(found) > MOST_VALUES:
        raise ConfigError(f"{name} has more than {MOST_VALUES:,} values")
    return found


def condition(name: str, how: str, values: Sequence[str]) -> Condition:
    """One filter, checked."""
    operator = how.strip().upper() or default_of(name)
    if operator not in OPERATORS:
        raise ConfigError(f"{name}_where is {', '.join(OPERATORS)}; got {how!r}")
    if operator == "BETWEEN" and len(values) != 2:
        raise ConfigError(f"{name}_where=BETWEEN wants two values with | between, as {name}=2026-01-01|2026-01-31")
    made = [checked(name, value, operator) for value in values]
    return Condition(column=name, operator=operator, values=tuple(made))


def default_of(name: str) -> str:
    if name in MOMENTS:
        return ">="
    return "=" if name in NUMBERS or name in DAYS or name in WHOLE or name == "region" else "LIKE"


def checked(name: str, value: str, operator: str) -> str:
    """A value as its column has it: moments as seconds since 1970, days as ISO dates."""
    if name in MOMENTS:
        return str(seconds(value))
    if name in DAYS:
        return day(value)
    if name in NUMBERS and operator != "LIKE":
        try:
            if abs(float(value)) < 1e18:
                return value
        except ValueError:
            pass
        raise ConfigError(f"{name} is a number; got {value!r}")
    return value


def day(value: str) -> str:
    try:
        return dt.date.fromisoformat(value[:10]).isoformat()
    except ValueError as error:
        raise ConfigError(f"{value!r} is not a date: write it as 2026-02-18") from error


def seconds(value: str) -> int:
    """A moment as seconds since 1970: given so, or as a day, which begins at midnight UTC.

    >>> seconds("1772323200"), seconds("2026-03-01")
    (1772323200, 1772323200)
    """
    if re.fullmatch(r"\d{1,12}(\.\d{1,9})?(e\+?\d{1,2})?", value):
        return int(float(value)) if float(value) < 1e12 else 10**12
    start = dt.date.fromisoformat(day(value))
    return int(dt.datetime(start.year, start.month, start.day, tzinfo=dt.UTC).timestamp())


def number_fits(test: Condition, found: Cell) -> bool:
    if found is None or isinstance(found, str):
        return False
    if test.operator == "LIKE":
        return any(v.strip("%") in str(found) for v in test.values)
    return compared(test.operator, float(found), [float(v) for v in test.values])


def compared(operator: str, found: str | float, values: Sequence[str | float]) -> bool:
    """A day or a number against values of its kind."""
    tests: Mapping[str, Callable[[str | float, str | float], bool]] = {
        "=": lambda a, b: a == b,
        "!=": lambda a, b: a != b,
        ">": lambda a, b: a > b,  # type: ignore[operator]
        "<": lambda a, b: a < b,  # type: ignore[operator]
        ">=": lambda a, b: a >= b,  # type: ignore[operator]
        "<=": lambda a, b: a <= b,  # type: ignore[operator]
    }
    if operator == "BETWEEN":
        low, high = sorted(values)
        return low <= found <= high  # type: ignore[operator]
    if operator == "LIKE":
        return any(str(v) in str(found) for v in values)
    if operator == "!=":
        return all(tests["!="](found, v) for v in values)
    return any(tests[operator](found, v) for v in values)


def text_fits(test: Condition, found: str) -> bool:
    have, values = found.casefold(), [v.casefold() for v in test.values]
    if test.operator == "LIKE":
        return any(like(have, v) for v in values)
    return compared(test.operator, have, values)


def like(have: str, pattern: str) -> bool:
    """Whether a pattern's parts stand in a text in that order; `%` stands for anything, also before and after.

    >>> like("rapid support forces", "rapid%forces"), like("rapid support forces", "army")
    (True, False)
    """
    at = 0
    for part in pattern.split("%"):
        at = have.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True


@cache
def regions() -> Mapping[str, str]:
    """The names of ACLED's regions by number."""
    return {row["region"]: row["name"] for row in table("acled_regions.tsv")}


def region_name(words: str) -> str:
    return regions().get(words.strip(), words.strip())


def days_asked(tests: Sequence[Condition]) -> tuple[str | None, str | None]:
    """The first and last day that events can have, as far as the filters say."""
    since, until = "", "9999"
    for test in tests:
        if test.column == "event_date":
            ends = test.values
        elif test.column == "year" and all(re.fullmatch(r"\d{4}", v) for v in test.values):
            ends = tuple(f"{v}-01-01" for v in test.values) + tuple(f"{v}-12-31" for v in test.values)
        else:
            continue
        if test.operator in ("=", "BETWEEN", ">", ">="):
            since = max(since, min(ends))
        if test.operator in ("=", "BETWEEN", "<", "<="):
            until = min(until, max(ends))
    return since or None, None if until == "9999" else until


def tests_of(tests: Sequence[Condition]) -> Test | None:
    """What can be tested on events in memory: countries and types."""
    parts: list[Test] = []
    for test in tests:
        if test.column in PLACED:
            parts.append(one_of("country", [c.iso3 for c in countries().values() if test.fits(country_row(c))]))
        elif test.column in TYPED:
            fitting = [sub for sub, main in EVENT_TYPE_OF.items() if test.fits(type_row(sub, main))]
            parts.append(one_of("sub_event_type", fitting))
    return Every(tests=tuple(parts)) if parts else None


def one_of(field: str, values: Sequence[str]) -> Test:
    """A field has one of those values; none passes where there are none."""
    return Some(tests=tuple(Compare(field=field, sort="text", op="=", value=v) for v in values or ("\0",)))


def country_row(country: Country) -> Row:
    return {"country": country.name, "iso": country.number, "region": country.region, "iso3": country.iso3}


def type_row(sub: str, main: str) -> Row:
    return {"sub_event_type": sub, "event_type": main, "disorder_type": disorder_types().get(sub)}


def fields_asked(words: str, columns: Sequence[str] = COLUMNS) -> tuple[str, ...]:
    """The columns asked for. Raises `ConfigError` for one that there is not."""
    names = tuple(dict.fromkeys(n.strip() for n in re.split(r"[|,]", words) if n.strip()))
    wrong = [n for n in names if n not in columns]
    if wrong:
        raise ConfigError(f"there is no column {wrong[0]!r}: choose of {', '.join(columns)}")
    return names or tuple(columns)
