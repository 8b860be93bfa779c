"""What is looked for, as SQL over the narrow tables; every value is bound."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Connection,
    Integer,
    Select,
    String,
    and_,
    any_,
    bindparam,
    case,
    column,
    func,
    literal_column,
    or_,
    select,
    table,
    text,
    true,
    union_all,
)

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


class Shape(NamedTuple):
    """Which questions a filter asks, whatever the answers: filters of one shape share one statement, which is made once."""

    kind: FoldKind
    dialect: str
    past: bool
    place: bool
    actor: bool
    tests: frozenset[str]
    box: Literal["none", "cells", "wide"]
    split: bool
    dated: bool
    order: Order
    after: bool


def matching(connection: Connection, kind: FoldKind, wanted: Filter, as_of: int | None) -> list[Row]:
    """The folds that match, in the order asked for."""
    if wanted.words and as_of is not None:
        return with_words(connection, kind, wanted, as_of)
    values = values_of(connection, kind, wanted, as_of)
    cells = "none" if wanted.bbox is None else "cells" if "cells" in values else "wide"
    shape = Shape(
        kind=kind,
        dialect=connection.dialect.name,
        past=as_of is not None,
        place=bool(wanted.place),
        actor=bool(wanted.actor),
        tests=frozenset(values),
        box=cells,  # type: ignore[arg-type]
        split=wanted.bbox is not None and wanted.bbox[0] > wanted.bbox[2],
        dated="from_day" in values,
        order=wanted.order,
        after=wanted.after is not None,
    )
    return [Row(*row) for row in connection.execute(statement_of(shape), values)]


def values_of(connection: Connection, kind: str, wanted: Filter, as_of: int | None) -> dict[str, Any]:
    """What a filter asks for, by the names of the statement's parameters. Raises `ConfigError` for what is no date or box."""
    given = {
        "as_of": as_of,
        "country": wanted.country or None,
        "place": part_of(wanted.place),
        "actor": part_of(wanted.actor),
        "since": day_asked(wanted.since) if wanted.since else None,
        "until": day_asked(wanted.until) if wanted.until else None,
        "at": day_asked(wanted.at) if wanted.at else None,
        "killed": wanted.min_killed,
        "words": match_of(connection.dialect.name, searchable(wanted.words)) if wanted.words else None,
    }
    values = {name: value for name, value in given.items() if value is not None}
    if wanted.type or wanted.state:
        values["types"] = listed(connection.dialect.name, type_codes(connection, kind, wanted.type, wanted.state))
    values |= box_values(connection.dialect.name, wanted, values)
    if wanted.after:
        values |= beyond_values(wanted)
    return values | {"limit": -1 if wanted.limit is None and connection.dialect.name == "sqlite" else wanted.limit}


def part_of(words: str | None) -> str | None:
    """A part of a name, for LIKE: what stands for any letters elsewhere stands for itself."""
    if not words:
        return None
    return "%" + re.sub(r"([%_/])", r"/\1", words.casefold()) + "%"


def box_values(dialect: str, wanted: Filter, values: dict[str, Any]) -> dict[str, Any]:
    if wanted.bbox is None:
        return {}
    west, south, east, north = wanted.bbox
    if not (all(map(math.isfinite, wanted.bbox)) and south <= north):
        raise ConfigError(f"{wanted.bbox} is no box: west, south, east, north in degrees")
    found: dict[str, Any] = {"west": west, "south": south, "east": east, "north": north}
    cells = cells_of(wanted.bbox)
    if cells is not None:
        found |= {"cells": listed(dialect, cells), "long_cells": listed(dialect, [-1 - cell for cell in cells])}
        first = values.get("since", values.get("at"))
        if first is not None:
            found["from_day"] = first - SPAN
    return found


def day_asked(words: str) -> int:
    number = day_number(words)
    if number is None:
        raise ConfigError(f"{words!r} is not a date: write it as 2026-02-18")
    return number


@lru_cache(maxsize=256)
def statement_of(shape: Shape) -> Select[Any]:
    """The statement of all filters of a shape, its values left open."""
    c = schema.INDEXES[shape.kind].c
    base = select(c.id, c.seq, c.day, c.figure, c.latitude, c.longitude).where(*conditions(c, shape))
    if shape.place or shape.actor:
        base = base.join(schema.fold_texts, schema.fold_texts.c.seq == c.seq)
    parts = [base.where(part) for part in regions(c, shape)]
    found = (union_all(*parts) if len(parts) > 1 else parts[0]).subquery()
    chosen = select(found).where(beyond(found.c, shape.order) if shape.after else true())
    return chosen.order_by(*ordering(found.c, shape.order)).limit(bindparam("limit", type_=Integer()))


def conditions(c: Any, shape: Shape) -> list[Any]:
    """The tests of a shape on a narrow table, all but those on the place of a point."""
    texts = schema.fold_texts.c
    named = {
        "country": c.country == value("country"),
        "place": texts.place.like(value("place"), escape="/"),
        "actor": texts.actors.like(value("actor"), escape="/"),
        "until": c.day <= value("until"),
        "at": and_(c.day <= value("at"), c.last >= value("at")),
        "since": and_(c.last >= value("since"), c.day < schema.UNDATED),
        "killed": c.figure >= value("killed"),
        "types": one_of(shape.dialect, c.type, "types"),
        "words": c.id.in_(
            select(schema.linked.c.fold).where(schema.linked.c.claim.in_(passages_with(shape.dialect, value("words"))))
        ),
    }
    then = and_(c.seq <= value("as_of"), c.ended > value("as_of"))
    return [then if shape.past else c.ended == schema.FOREVER, *(named[name] for name in named if name in shape.tests)]


def value(name: str) -> Any:
    return bindparam(name)


def one_of(dialect: str, column: Any, name: str) -> Any:
    """The test that a column is one of the values that `listed` packed."""
    if dialect == "sqlite":
        return column.in_(select(func.json_each(bindparam(name, type_=String())).table_valued("value").c.value))
    return column == any_(bindparam(name, type_=ARRAY(BigInteger())))


def listed(dialect: str, numbers: Sequence[int]) -> Any:
    """Numbers as one value."""
    return json.dumps(list(numbers)) if dialect == "sqlite" else list(numbers)


def regions(c: Any, shape: Shape) -> list[Any]:
    """The tests on the point, in parts that each use the index: cells of short folds, from the first day on, and of long ones."""
    if shape.box == "none":
        return [true()]
    spread = or_ if shape.split else and_
    within = spread(c.longitude >= value("west"), c.longitude <= value("east"))
    inside = and_(c.latitude >= value("south"), c.latitude <= value("north"), within)
    if shape.box == "wide":
        return [inside]
    since = c.day >= value("from_day") if shape.dated else true()
    long = one_of(shape.dialect, c.cell, "long_cells")
    return [and_(one_of(shape.dialect, c.cell, "cells"), inside, since), and_(long, inside)]


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


TYPES = select(schema.types.c.code, schema.types.c.type, schema.types.c.sub_type).where(schema.types.c.kind == bindparam("kind"))


def type_codes(connection: Connection, kind: str, part: str | None, state: str | None) -> list[int]:
    """The types of a kind whose name has that part, and whose second name is that state."""
    return [
        code
        for code, main, sub in connection.execute(TYPES, {"kind": kind})
        if (not part or part.lower() in main.lower() or part.lower() in sub.lower())
        and (not state or sub.lower() == state.lower())
    ]


def match_of(dialect: str, words: str) -> str:
    """Words as the full-text index takes them: each must be there, and none is an operator."""
    if dialect != "sqlite":
        return words
    tokens = [token for token in words.replace('"', " ").split() if any(ch.isalnum() for ch in token)]
    return " ".join(f'"{token}"' for token in tokens) or '""'


def passages_with(dialect: str, words: Any) -> Select[Any]:
    """The numbers of claims and reports in which all these words stand; `words` as `match_of` gives them."""
    passages = table("passages", column("rowid", Integer), column("words"))
    if dialect == "sqlite":
        return select(passages.c.rowid).where(literal_column("passages").op("MATCH")(words))
    return select(passages.c.rowid).where(passages.c.words.op("@@")(func.plainto_tsquery(text("'simple'"), words)))


def with_words(connection: Connection, kind: FoldKind, wanted: Filter, as_of: int) -> list[Row]:
    """The same for the words of a fold as it was: which claims it had then stands in its body only."""
    match = match_of(connection.dialect.name, searchable(wanted.words or ""))
    hits = connection.execute(passages_with(connection.dialect.name, match)).scalars()
    known = among(connection, schema.claims.c.seq, [hit for hit in hits if hit <= as_of])
    claims = set(connection.execute(select(schema.claims.c.id).where(known)).scalars())
    found = matching(connection, kind, dataclasses.replace(wanted, words=None, limit=None), as_of)
    kept_in = schema.revisions.c
    bodies = connection.execute(select(kept_in.seq, kept_in.body).where(among(connection, kept_in.seq, [r.seq for r in found])))
    kept = {seq for seq, body in bodies if not claims.isdisjoint(decode(body).claims)}
    return [row for row in found if row.seq in kept][: wanted.limit]


def ordering(c: Any, order: Order) -> Sequence[Any]:
    """The keys of an order: what comes first has the smallest; the undated come last."""
    if order == "newest":
        return case((c.day == schema.UNDATED, 1), else_=-c.day), c.id
    if order == "deadliest":
        return -func.coalesce(c.figure, -1), c.day, c.id
    return c.day, c.id


def beyond(c: Any, order: Order) -> Any:
    """The test that a row comes after the cursor."""
    keys = ordering(c, order)
    last = [bindparam(f"last{n}", type_=k.type) for n, k in enumerate(keys)]
    return or_(*(and_(*(k == v for k, v in zip(keys[:n], last, strict=False)), keys[n] > last[n]) for n in range(len(keys))))


def beyond_values(wanted: Filter) -> dict[str, int | str]:
    """The keys of the row that a cursor stands for."""
    _, order, day, figure, name = read_cursor(wanted.after or "")
    if order != wanted.order:
        raise ConfigError(f"that cursor is of the order {order!r}, not {wanted.order!r}")
    values: tuple[int | str, ...] = (day, name)
    if order == "newest":
        values = (1 if day == schema.UNDATED else -day, name)
    elif order == "deadliest":
        values = (-figure, day, name)
    return {f"last{n}": key for n, key in enumerate(values)}


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
