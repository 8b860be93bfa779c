"""The fields that filters and groupings may name, and how each is read off an event, a statistic or a condition."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from fnmatch import translate
from functools import cache

from marsad.analysis.tallies_filter import Compare, Every, Field, Flag, Like, Missing, Not, Some, Sort, Test, Value
from marsad.codebook.words import ACTOR_KINDS, CONDITIONS, EVENT_TYPE_OF, MEASURES
from marsad.model import Actor, Condition, Event, Place, Speaker, Statistic

Fold = Event | Statistic | Condition
Values = tuple[str | float | bool, ...]
TYPES = tuple(dict.fromkeys(EVENT_TYPE_OF.values()))


def fields_of(**sorts: tuple[Sort, Callable[[], Iterable[str]] | None]) -> Mapping[str, Field]:
    return {name: Field(name=name, sort=sort, words=words) for name, (sort, words) in sorts.items()}


def closed(*words: str) -> Callable[[], Iterable[str]]:
    return lambda: words


PLACE_FIELDS = fields_of(country=("text", None), admin1=("text", None), place=("text", None), geo_precision=("number", None))
TYPE_FIELDS = fields_of(event_type=("text", closed(*TYPES)), sub_event_type=("text", closed(*EVENT_TYPE_OF)))
TIME_FIELDS = fields_of(date=("date", None), month=("month", None), week=("week", None), year=("number", None))
WHO_FIELDS = fields_of(who=("text", None), who_kind=("text", closed(*ACTOR_KINDS)))
SIDE_FIELDS = {
    **WHO_FIELDS,
    **fields_of(
        whom=("text", None),
        actor=("text", None),
        whom_kind=("text", closed(*ACTOR_KINDS)),
        actor_kind=("text", closed(*ACTOR_KINDS)),
        civilian_targeting=("flag", None),
    ),
}
COMMON = fields_of(
    id=("text", None), source=("text", None), confidence=("number", None), voices=("number", None), accepted=("flag", None)
)
EVENT_FIELDS: Mapping[str, Field] = {
    **COMMON,
    **PLACE_FIELDS,
    **TYPE_FIELDS,
    **TIME_FIELDS,
    **SIDE_FIELDS,
    **fields_of(
        time_precision=("number", None),
        killed=("number", None),
        killed_low=("number", None),
        killed_high=("number", None),
        injured=("number", None),
        injured_low=("number", None),
        injured_high=("number", None),
        disputed=("flag", None),
        background=("flag", None),
    ),
}
STATISTIC_FIELDS: Mapping[str, Field] = {
    **COMMON,
    **PLACE_FIELDS,
    **TYPE_FIELDS,
    **TIME_FIELDS,
    **SIDE_FIELDS,
    **fields_of(measure=("text", closed(*MEASURES)), low=("number", None), high=("number", None)),
}
CONDITION_FIELDS: Mapping[str, Field] = {
    **COMMON,
    **PLACE_FIELDS,
    **TIME_FIELDS,
    **WHO_FIELDS,
    **fields_of(
        subject=("text", closed(*CONDITIONS)),
        state=("text", closed(*sorted({s for states in CONDITIONS.values() for s in states}))),
        since=("date", None),
        until=("date", None),
        disputed=("flag", None),
    ),
}


def values_of(item: Fold, name: str) -> Values:
    """What an item has in a field; empty where nothing states it.

    >>> values_of(Event(id="e", event_type="Battles", sub_event_type="Armed clash", date_first="2026-02-18"), "week")
    ('2026-W08',)
    """
    if isinstance(item, Event):
        found = event_values(item, name)
    elif isinstance(item, Statistic):
        found = statistic_values(item, name)
    else:
        found = condition_values(item, name)
    return tuple(v for v in found if v is not None)


def event_values(item: Event, name: str) -> Iterable[str | float | bool | None]:
    if name in ("killed", "injured"):
        return (getattr(item, name).best,)
    if name.startswith(("killed_", "injured_")):
        effect, _, bound = name.partition("_")
        return (getattr(getattr(item, effect), bound),)
    if name == "disputed":
        return (bool(item.disputed),)
    if name == "source":
        return item.sources
    if name in TIME_FIELDS:
        return (day_part(item.date_first, name),)
    if name == "civilian_targeting":
        return (item.civilian_targeting,)
    return side_values(item, name) if name in SIDE_FIELDS else common_values(item, name)


def statistic_values(item: Statistic, name: str) -> Iterable[str | float | bool | None]:
    if name == "source":
        return names_of(item.according_to)
    if name in TIME_FIELDS:
        return (day_part(item.first, name),)
    if name == "civilian_targeting":
        return (any(a.kind == "Civilians" for a in item.whom),)
    return side_values(item, name) if name in SIDE_FIELDS else common_values(item, name)


def condition_values(item: Condition, name: str) -> Iterable[str | float | bool | None]:
    if name == "source":
        return names_of(item.according_to)
    if name == "disputed":
        return (bool(item.disputed_by or item.disputed),)
    if name in TIME_FIELDS:
        return (day_part(item.since, name),)
    return actor_values(item.who, name) if name in WHO_FIELDS else common_values(item, name)


def side_values(item: Event | Statistic, name: str) -> Iterable[str | None]:
    side, _, kind = name.partition("_")
    group = {"who": item.who, "whom": item.whom, "actor": (*item.who, *item.whom)}[side]
    return actor_values(group, kind)


def actor_values(group: Iterable[Actor], name: str) -> Iterable[str | None]:
    return [a.kind if name.endswith("kind") else a.name for a in group]


def names_of(group: Iterable[Speaker]) -> list[str]:
    return [s.name for s in group]


def common_values(item: Fold, name: str) -> Iterable[str | float | bool | None]:
    if name == "accepted":
        return (item.review == "accepted",)
    if name in PLACE_FIELDS:
        place = item.place or Place(name="", words="")
        value = place.precision if name == "geo_precision" else place.name if name == "place" else getattr(place, name)
        return (value or None,)
    return (getattr(item, name),)


def day_part(day: str | None, name: str) -> str | float | None:
    """A day, or the month, week or year that it lies in."""
    if day is None or len(day) < 10:
        return None
    if name == "month":
        return day[:7]
    if name == "year":
        return float(day[:4])
    if name == "week":
        year, week, _ = dt.date.fromisoformat(day[:10]).isocalendar()
        return f"{year:04}-W{week:02}"
    return day[:10]


def holds(test: Test | None, item: Fold) -> bool:
    """Whether an item passes a filter."""
    if test is None:
        return True
    if isinstance(test, Not):
        return not holds(test.test, item)
    if isinstance(test, Every):
        return all(holds(t, item) for t in test.tests)
    if isinstance(test, Some):
        return any(holds(t, item) for t in test.tests)
    found = values_of(item, test.field)
    if isinstance(test, Missing):
        return not found
    if isinstance(test, Flag):
        return any(v is True for v in found)
    if isinstance(test, Like):
        fits = pattern_of(test.pattern)
        return any(fits.fullmatch(str(v)) is not None for v in found)
    return any(compared(test, v) for v in found)


def compared(test: Compare, value: str | float | bool) -> bool:
    """Whether a value passes a comparison. A day of less than ten characters stands for its month or year."""
    wanted = test.value
    if test.sort == "text":
        return str(value).casefold() == str(wanted).casefold()
    if test.sort == "date":
        return dated(test.op, str(value), str(wanted))
    return ordered(test.op, value, wanted)


def dated(op: str, value: str, wanted: str) -> bool:
    """Days compared: what is asked as a month or year is met by every day of it.

    >>> dated("=", "2026-02-18", "2026-02"), dated("<=", "2026-02-18", "2026"), dated(">", "2026-02-18", "2026-02")
    (True, True, False)
    """
    return ordered(op, value[: len(wanted)], wanted)


def ordered(op: str, value: str | float, wanted: Value) -> bool:
    if op == "=":
        return value == wanted
    if op == "<":
        return value < wanted  # type: ignore[operator]
    if op == "<=":
        return value <= wanted  # type: ignore[operator]
    return value > wanted if op == ">" else value >= wanted  # type: ignore[operator]


@cache
def pattern_of(like: str) -> re.Pattern[str]:
    """A pattern of `like` as a regular expression: `%` any characters, `_` one, all else itself, in either case.

    >>> bool(pattern_of("Rapid%").fullmatch("rapid support forces")), bool(pattern_of("a_c").fullmatch("abbc"))
    (True, False)
    """
    marks = {"%": "*", "_": "?", "*": "[*]", "?": "[?]", "[": "[[]"}
    return re.compile(translate("".join(marks.get(c, c) for c in squeezed(like))), re.IGNORECASE)


def squeezed(like: str) -> str:
    """Runs of `%` as one."""
    out = ""
    for c in like:
        out += "" if c == "%" and out.endswith("%") else c
    return out
