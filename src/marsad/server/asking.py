"""What a request may ask for: the parameters of listings, each checked; any other is refused."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal
from urllib.parse import parse_qsl

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from marsad.analysis.tallies_fields import CONDITION_FIELDS, EVENT_FIELDS, STATISTIC_FIELDS
from marsad.analysis.tallies_filter import Compare, Every, Flag, Not, Some, Test, read_filter
from marsad.codebook.words import CONDITIONS, EVENT_TYPE_OF
from marsad.commands.asking import then
from marsad.exports.countries import country_code
from marsad.ledger.lookup import Box, Filter, FoldKind, Order, read_cursor
from marsad.model import ConfigError

MOST = 1000
FIELDS = {"event": EVENT_FIELDS, "statistic": STATISTIC_FIELDS, "condition": CONDITION_FIELDS}
DAY = r"^\d{4}-\d{2}-\d{2}$"
Words = Field(None, max_length=200)


class Asking(BaseModel):
    """What every question about a ledger may say. Unknown parameters are refused."""

    model_config = ConfigDict(extra="forbid")

    as_of: str | None = Field(
        None,
        max_length=40,
        description="What the record said then: a day (its end), a time, or a number of the log.",
        examples=["2026-03-01"],
    )

    def moment(self) -> str | None:
        """Raises `ConfigError` where it is no moment."""
        return then(self.as_of)


class Listing(Asking):
    """Which items, in which order, how many. Lists may be given several times, or once with `|` between."""

    country: list[str] = Field([], max_length=300, description="Name or ISO code.", examples=[["Sudan"]])
    place: str | None = Field(None, max_length=200, description="Part of a place's or region's name.", examples=["Dilling"])
    actor: list[str] = Field([], max_length=50, description="Part of an actor's name, on either side.")
    source: list[str] = Field([], max_length=50, description="A speaker or outlet, by its full name.")
    since: str | None = Field(None, pattern=DAY, description="Nothing that ended before this day.", examples=["2026-02-01"])
    until: str | None = Field(None, pattern=DAY, description="Nothing that began after this day.", examples=["2026-02-28"])
    at: str | None = Field(None, pattern=DAY, description="What held or went on on this day.", examples=["2026-02-18"])
    bbox: str | None = Field(None, max_length=120, description="west,south,east,north in degrees.", examples=["29,9,33,13"])
    q: str | None = Field(None, max_length=200, description="Words that all stand in a quote or title behind it.")
    admin1: list[str] = Field([], max_length=300, description="A first-level region, by its full name.")
    min_confidence: float | None = Field(None, ge=0, le=1)
    precision: int | None = Field(None, ge=1, le=3, description="Placed at least so exactly: 1 the spot, 2 near, 3 region.")
    accepted: bool | None = Field(None, description="Whether a reviewer accepted it.")
    where: str | None = Field(
        None, max_length=2000, description="A filter as `marsad tally --where` takes it.", examples=["killed >= 5 and disputed"]
    )
    order: Order = Field("oldest", description="oldest, newest or deadliest first.")
    limit: int = Field(100, ge=1, le=MOST, description="How many a page.")
    after: str | None = Field(None, max_length=200, description="The cursor of the page before.")
    total: bool = Field(False, description="Count all that match, too.")

    @field_validator("country", "actor", "source", "admin1", mode="after")
    @classmethod
    def several(cls, given: list[str]) -> list[str]:
        """Each value apart; at most 300 characters each."""
        return parted(given)

    def tests(self) -> list[Test]:
        """What a `Filter` can't say, as tests."""
        found: list[Test] = []
        found += any_of("admin1", self.admin1) + any_of("source", self.source)
        if self.min_confidence is not None:
            found.append(Compare(field="confidence", sort="number", op=">=", value=self.min_confidence))
        if self.precision is not None:
            found.append(Compare(field="geo_precision", sort="number", op="<=", value=float(self.precision)))
        return found + flag("accepted", self.accepted)


class EventListing(Listing):
    """Which events."""

    type: list[str] = Field([], max_length=50, description="Event or sub-event type, or a part of one.", examples=[["Battles"]])
    min_killed: int | None = Field(None, ge=0, le=10**9, description="At least so many dead (best figure).")
    max_killed: int | None = Field(None, ge=0, le=10**9, description="At most so many dead (best figure).")
    who_kind: list[str] = Field([], max_length=20, description="The kind of who did it: State Forces, Rebel Groups, …")
    whom_kind: list[str] = Field([], max_length=20, description="The kind of whom it was done to.")
    disputed: bool | None = Field(None, description="Whether sources differ on it.")
    civilian_targeting: bool | None = None
    background: bool | None = Field(None, description="Whether it ended over a year before it was told.")

    @field_validator("type", "who_kind", "whom_kind", mode="after")
    @classmethod
    def several_more(cls, given: list[str]) -> list[str]:
        return parted(given)

    def tests(self) -> list[Test]:
        found = super().tests() + any_of("who_kind", self.who_kind) + any_of("whom_kind", self.whom_kind)
        if self.max_killed is not None:
            found.append(Compare(field="killed", sort="number", op="<=", value=float(self.max_killed)))
        for name in ("disputed", "civilian_targeting", "background"):
            found += flag(name, getattr(self, name))
        return found


class StatisticListing(Listing):
    """Which statistics."""

    measure: str | None = Field(None, max_length=40, description="killed, injured, displaced, people_in_need, …")


class ConditionListing(Listing):
    """Which conditions."""

    subject: str | None = Field(None, max_length=40, description="border_crossing, siege, territory, corridor, …")
    state: str | None = Field(None, max_length=40, description="open, closed, besieged, held, …")
    disputed: bool | None = Field(None, description="Whether somebody denies or doubts it.")

    def tests(self) -> list[Test]:
        return super().tests() + flag("disputed", self.disputed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question as the ledger takes it: what its own look-up can do, and tests for the rest."""

    kind: FoldKind
    filter: Filter
    test: Test | None = None
    actors: tuple[str, ...] = ()

    def beginning(self, after: str | None, limit: int) -> Asked:
        """The same from a cursor on."""
        return replace(self, filter=replace(self.filter, after=after, limit=limit))


def parted(given: Iterable[str]) -> list[str]:
    """Values with `|` between them, each apart. Raises `ValueError` for one that is too long.

    >>> parted(["Sudan|Chad", "Mali"])
    ['Sudan', 'Chad', 'Mali']
    """
    found = [part.strip() for value in given for part in value.split("|") if part.strip()]
    if any(len(part) > 300 for part in found):
        raise ValueError("a value has at most 300 characters")
    return found


def any_of(field: str, values: Sequence[str]) -> list[Test]:
    tests: tuple[Test, ...] = tuple(Compare(field=field, sort="text", op="=", value=v) for v in values)
    return [tests[0] if len(tests) == 1 else Some(tests=tests)] if tests else []


def flag(field: str, wanted: bool | None) -> list[Test]:
    if wanted is None:
        return []
    test = Flag(field=field)
    return [test if wanted else Not(test=test)]


def understood(asking: Listing) -> Asked:
    """A request's parameters as a question. Raises `ConfigError` for a country, day, box, moment or filter that is none."""
    kind: FoldKind = (
        "statistic" if isinstance(asking, StatisticListing) else "condition" if isinstance(asking, ConditionListing) else "event"
    )
    tests = asking.tests()
    codes = list(dict.fromkeys(code_of(words) for words in asking.country))
    if len(codes) > 1:
        tests += any_of("country", codes)
    part, more = types_of(asking)
    tests += more
    written = read_filter(asking.where, FIELDS[kind])
    if written is not None:
        tests.append(written)
    for day in (asking.since, asking.until, asking.at):
        check_day(day)
    check_cursor(asking.after)
    wanted = Filter(
        country=codes[0] if len(codes) == 1 else None,
        place=asking.place or None,
        actor=asking.actor[0] if len(asking.actor) == 1 else None,
        type=part,
        state=asking.state if isinstance(asking, ConditionListing) else None,
        since=asking.since,
        until=asking.until,
        at=asking.at,
        min_killed=asking.min_killed if isinstance(asking, EventListing) else None,
        bbox=box_of(asking.bbox),
        words=asking.q or None,
        as_of=asking.moment(),
        order=asking.order,
        limit=asking.limit,
        after=asking.after,
    )
    test = None if not tests else tests[0] if len(tests) == 1 else Every(tests=tuple(tests))
    return Asked(kind=kind, filter=wanted, test=test, actors=tuple(asking.actor) if len(asking.actor) > 1 else ())


def check_day(day: str | None) -> None:
    from marsad.api import iso_date

    iso_date(day)


def check_cursor(after: str | None) -> None:
    """Raises `ConfigError` where a cursor is none that a page gave."""
    if after is None:
        return
    seq, order, day, figure, name = read_cursor(after)
    if not (0 <= seq < 2**62 and 0 <= day < 2**31 and -1 <= figure < 2**62 and order and name):
        raise ConfigError(f"{after!r} is no cursor of a page")


def code_of(words: str) -> str:
    code = country_code(words)
    if code is None:
        raise ConfigError(f"{words!r} is no country that we know: give a name or an ISO code, as Sudan or SDN")
    return code


def types_of(asking: Listing) -> tuple[str | None, list[Test]]:
    """A part of a type's name for the ledger's own look-up, or tests on whole names."""
    if isinstance(asking, StatisticListing):
        return asking.measure or None, []
    if isinstance(asking, ConditionListing):
        return asking.subject or None, []
    assert isinstance(asking, EventListing)
    if not asking.type:
        return None, []
    if len(asking.type) == 1 and not ambiguous(asking.type[0]):
        return asking.type[0], []
    names = [name for words in asking.type for name in meant(words)]
    if not names:
        return asking.type[0], []
    main = {name for name in names if name in EVENT_TYPE_OF.values()}
    tests = [*any_of("event_type", sorted(main)), *any_of("sub_event_type", sorted(set(names) - main))]
    return None, tests if len(tests) == 1 else [Some(tests=tuple(tests))]


@cache
def meant(words: str) -> tuple[str, ...]:
    """The event and sub-event types that a word means: the one of that name, else all that have it as a part."""
    names = sorted({*EVENT_TYPE_OF, *EVENT_TYPE_OF.values()})
    whole = tuple(n for n in names if n.casefold() == words.casefold())
    return whole or tuple(n for n in names if words.casefold() in n.casefold())


def ambiguous(words: str) -> bool:
    """Whether a whole name is also a part of another: the ledger's look-up would give both.

    >>> ambiguous("Attack"), ambiguous("Battles"), ambiguous("drone")
    (True, False, False)
    """
    found = meant(words)
    parts = [n for n in {*EVENT_TYPE_OF, *EVENT_TYPE_OF.values()} if words.casefold() in n.casefold()]
    return len(found) == 1 and found[0].casefold() == words.casefold() and len(parts) > 1


def box_of(words: str | None) -> Box | None:
    """West, south, east, north. Raises `ConfigError` where these are no four numbers in degrees.

    >>> box_of("29,9,33.5,13")
    (29.0, 9.0, 33.5, 13.0)
    """
    if words is None:
        return None
    try:
        west, south, east, north = (float(part) for part in words.split(","))
    except ValueError as error:
        raise ConfigError(f"{words!r} is no box: west,south,east,north in degrees, as 29,9,33,13") from error
    good = all(map(math.isfinite, (west, south, east, north))) and -90 <= south <= north <= 90
    if not (good and -180 <= west <= 180 and -180 <= east <= 180):
        raise ConfigError(f"{words!r} is no box: west,south,east,north in degrees, as 29,9,33,13")
    return west, south, east, north


SUBJECTS = tuple(CONDITIONS)
Form = Literal["json", "jsonl", "csv", "geojson", "parquet", "gpkg", "xlsx", "atom", "acled-csv"]


def plain_query(asking: BaseModel) -> dict[str, Any]:
    """The parameters that were given, as an address takes them."""
    given = asking.model_dump(exclude_defaults=True)
    return {
        name: "true" if value is True else "false" if value is False else "|".join(value) if isinstance(value, list) else value
        for name, value in given.items()
    }


def listing_of(kind: str, query: str) -> Listing:
    """A query string as the parameters of a listing. Raises `ConfigError` where it does not fit."""
    models: dict[str, type[Listing]] = {
        "events": EventListing,
        "statistics": StatisticListing,
        "conditions": ConditionListing,
    }
    model = models[kind]
    given: dict[str, Any] = {}
    for name, value in parse_qsl(query.lstrip("?"), max_num_fields=200):
        field = model.model_fields.get(name)
        if field is not None and field.annotation == list[str]:
            given.setdefault(name, []).append(value)
        else:
            given[name] = value
    try:
        return model(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        words = "there is no such parameter" if first["type"] == "extra_forbidden" else first["msg"]
        raise ConfigError(f"{name}: {words}") from error
