"""What is looked for, as SQL over the narrow tables; every value is bound."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, Select, Table, and_, case, func, or_, select, text, true, union_all

from marsad.ledger import schema
from marsad.ledger.narrow import SPAN, day_number, searchable
from marsad.ledger.records import among, decode
from marsad.model import ConfigError

FoldKind = Literal["event", "statistic", "condition"]
Order = Literal["oldest", "newest", "deadliest"]
Box = tuple[float, float, float, float]
MOST_CELLS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What to look for; `None` asks nothing. Words match parts of names, in either case.

    `country` is an ISO alpha-3 code. `type` is an event or sub-event type, a measure or a subject; `state` a condition's.
    `since` and `until` (ISO dates, inclusive) keep what overlaps those days; `at` keeps what held on that day. Undated
    folds are left out wherever a date is asked for. `bbox` is west, south, east, north in degrees; west may lie east of east.
    `words` all stand in a quote or the title behind the fold. `as_of` is a moment, or a number of the log: what was known then.
    `after` is a cursor that `page` gave.
    """

    country: str | None = None
    place: str | None = None
    actor: str | None = None
    type: str | None = None
    state: str | None = None
    since: str | None = None
    until: str | None = None
    at: str | None = None
    min_killed: int | None = None
    bbox: Box | None = None
    words: str | None = None
    as_of: int | str | None = None
    order: Order = "oldest"
    limit: int | None = None
    after: str | None = None

    def moment(self) -> int | str | None:
        """What it is as of: a cursor's own moment goes first."""
        return read_cursor(self.after)[0] if self.after else self.as_of

    def at_most(self, limit: int) -> Filter:
        return dataclasses.replace(self, limit=limit)


class Row(NamedTuple):
    """A fold as the narrow table has it. `day` counts from the year 1; `figure` is an event's dead or a statistic's figure."""

    id: str
    seq: int
    day: int
    figure: int | None
    latitude: float | None
    longitude: float | None


def matching(connection: Connection, kind: FoldKind, wanted: Filter, as_of: int | None) -> list[Row]:
    """The folds that match, in the order asked for."""
    if wanted.words and as_of is not None:
        return with_words(connection, kind, wanted, as_of)
    table = schema.INDEXES[kind]
    tests = conditions(connection, kind, table, wanted, as_of)
    columns = (table.c.id, table.c.seq, table.c.day, table.c.figure, table.c.latitude, table.c.longitude)
    base = select(*columns)
    if wanted.place or wanted.actor:
        base = base.join(schema.fold_texts, schema.fold_texts.c.seq == table.c.seq)
    where = regions(connection, table, wanted)
    parts = [base.where(*tests, part) for part in where]
    found = (union_all(*parts) if len(parts) > 1 else parts[0]).subquery()
    keys = ordering(found.c, wanted.order)
    statement = select(found).where(beyond(found.c, wanted)).order_by(*keys).limit(wanted.limit)
    return [Row(*row) for row in connection.execute(statement)]


def conditions(connection: Connection, kind: str, table: Table, wanted: Filter, as_of: int | None) -> list[Any]:
    """A filter as tests on a narrow table, all but those on the place of a point."""
    c, texts = table.c, schema.fold_texts.c
    tests: list[Any] = [c.ended == schema.FOREVER] if as_of is None else [c.seq <= as_of, c.ended > as_of]
    if wanted.country:
        tests.append(c.country == wanted.country)
    for column, words in ((texts.place, wanted.place), (texts.actors, wanted.actor)):
        if words:
            tests.append(column.contains(words.casefold(), autoescape=True))
    if wanted.type or wanted.state:
        tests.append(among(connection, c.type, type_codes(connection, kind, wanted.type, wanted.state)))
    tests += days(c, wanted)
    if wanted.min_killed is not None:
        tests.append(c.figure >= wanted.min_killed)
    if wanted.words:
        hits = passages_with(connection, searchable(wanted.words))
        tests.append(c.id.in_(select(schema.linked.c.fold).where(schema.linked.c.claim.in_(hits))))
    return tests


def days(c: Any, wanted: Filter) -> list[Any]:
    """The tests on days. Raises `ConfigError` where one is no date."""
    tests = []
    if wanted.since:
        tests += [c.last >= day_asked(wanted.since), c.day < schema.UNDATED]
    if wanted.until:
        tests.append(c.day <= day_asked(wanted.until))
    if wanted.at:
        tests += [c.day <= day_asked(wanted.at), c.last >= day_asked(wanted.at)]
    return tests


def day_asked(words: str) -> int:
    number = day_number(words)
    if number is None:
        raise ConfigError(f"{words!r} is not a date: write it as 2026-02-18")
    return number


def regions(connection: Connection, table: Table, wanted: Filter) -> list[Any]:
    """The tests on the point, in parts that each use the index: cells of short folds, from the first day on, and of long ones."""
    if wanted.bbox is None:
        return [true()]
    c = table.c
    west, south, east, north = wanted.bbox
    if not (south <= north and all(map(math.isfinite, wanted.bbox))):
        raise ConfigError(f"{wanted.bbox} is no box: west, south, east, north in degrees")
    spread = and_ if west <= east else or_
    inside = and_(c.latitude >= south, c.latitude <= north, spread(c.longitude >= west, c.longitude <= east))
    cells = cells_of(wanted.bbox)
    if cells is None:
        return [inside]
    since = day_asked(wanted.since) if wanted.since else day_asked(wanted.at) if wanted.at else None
    short = among(connection, c.cell, cells)
    return [
        and_(short, inside, true() if since is None else c.day >= since - SPAN),
        and_(among(connection, c.cell, [-1 - cell for cell in cells]), inside),
    ]


def cells_of(box: Box) -> list[int] | None:
    """The half-degree cells that a box touches; `None` where they are too many to list.

    >>> cells_of((0.1, 0.1, 0.2, 0.6))
    [129960, 130680]
    """
    west, south, east, north = box
    rows = range(max(0, math.floor((south + 90) * 2)), min(359, math.floor((north + 90) * 2)) + 1)
    first, last = math.floor((west + 180) * 2), math.floor((east + 180) * 2) + (720 if west > east else 0)
    if len(rows) * (last - first + 1) > MOST_CELLS or last - first >= 720:
        return None
    return [row * 720 + column % 720 for row in rows for column in range(first, last + 1)]


def type_codes(connection: Connection, kind: str, part: str | None, state: str | None) -> list[int]:
    """The types of a kind whose name has that part, and whose second name is that state."""
    table = schema.types
    rows = connection.execute(select(table.c.code, table.c.type, table.c.sub_type).where(table.c.kind == kind))
    return [
        code
        for code, main, sub in rows
        if (not part or part.lower() in main.lower() or part.lower() in sub.lower())
        and (not state or sub.lower() == state.lower())
    ]


def passages_with(connection: Connection, words: str) -> Select[Any]:
    """The numbers of claims and reports in which all these words stand."""
    if connection.dialect.name == "sqlite":
        tokens = [token for token in words.replace('"', " ").split() if any(ch.isalnum() for ch in token)]
        match = " ".join(f'"{token}"' for token in tokens) or '""'
        return select(text("rowid")).select_from(text("passages")).where(text("passages MATCH :match").bindparams(match=match))
    test = text("words @@ plainto_tsquery('simple', :match)").bindparams(match=words)
    return select(text("rowid")).select_from(text("passages")).where(test)


def with_words(connection: Connection, kind: FoldKind, wanted: Filter, as_of: int) -> list[Row]:
    """The same for the words of a fold as it was: which claims it had then stands in its body only."""
    hits = connection.execute(passages_with(connection, searchable(wanted.words or ""))).scalars()
    known = among(connection, schema.claims.c.seq, [hit for hit in hits if hit <= as_of])
    claims = set(connection.execute(select(schema.claims.c.id).where(known)).scalars())
    found = matching(connection, kind, dataclasses.replace(wanted, words=None, limit=None), as_of)
    table = schema.revisions
    bodies = connection.execute(select(table.c.seq, table.c.body).where(among(connection, table.c.seq, [r.seq for r in found])))
    kept = {seq for seq, body in bodies if not claims.isdisjoint(decode(body).claims)}
    return [row for row in found if row.seq in kept][: wanted.limit]


def ordering(c: Any, order: Order) -> Sequence[Any]:
    """The keys of an order: what comes first has the smallest; the undated come last."""
    if order == "newest":
        return case((c.day == schema.UNDATED, 1), else_=-c.day), c.id
    if order == "deadliest":
        return -func.coalesce(c.figure, -1), c.day, c.id
    return c.day, c.id


def beyond(c: Any, wanted: Filter) -> Any:
    """The test that a row comes after the cursor."""
    if wanted.after is None:
        return true()
    _, order, day, figure, name = read_cursor(wanted.after)
    if order != wanted.order:
        raise ConfigError(f"that cursor is of the order {order!r}, not {wanted.order!r}")
    values: tuple[int | str, ...] = (day, name)
    if order == "newest":
        values = (1 if day == schema.UNDATED else -day, name)
    elif order == "deadliest":
        values = (-figure, day, name)
    keys = ordering(c, wanted.order)
    return or_(*(and_(*(k == v for k, v in zip(keys[:n], values, strict=False)), keys[n] > values[n]) for n in range(len(keys))))


def cursor(row: Row, order: Order, as_of: int) -> str:
    """Where the next page begins."""
    return f"{as_of}.{order}.{row.day}.{-1 if row.figure is None else row.figure}.{row.id}"


def read_cursor(words: str) -> tuple[int, str, int, int, str]:
    """What `cursor` wrote. Raises `ConfigError` for anything else."""
    try:
        as_of, order, day, figure, name = words.split(".", 4)
        return int(as_of), order, int(day), int(figure), name
    except ValueError as error:
        raise ConfigError(f"{words!r} is no cursor of a page") from error
