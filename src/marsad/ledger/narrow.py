"""The tables that folds are looked up in: narrow rows by place cell, day and type, texts apart, sums by month and region."""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, delete, text, update

from marsad.ledger import schema
from marsad.ledger.records import number_of, put
from marsad.model import Condition, Event, Statistic

Fold = Event | Statistic | Condition
SPAN = 31
"""Folds of more days than this are kept in cells of their own, so that a look-up by day can start at the day."""
LONGEST = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What revision `seq` did: the fold as it was, with the number of its revision then, and as it is."""

    seq: int
    old: tuple[int, Fold] | None = None
    new: Fold | None = None


def kind_of(item: Fold) -> str:
    return "event" if isinstance(item, Event) else "statistic" if isinstance(item, Statistic) else "condition"


@cache
def day_number(day: str | None) -> int | None:
    """Days since the year 1; `None` for what is no date.

    >>> day_number("2026-01-12")
    739628
    """
    try:
        return dt.date.fromisoformat((day or "")[:10]).toordinal()
    except ValueError:
        return None


def cell_of(latitude: float, longitude: float) -> int:
    """The number of a half-degree cell, row by row from the south-west."""
    return min(math.floor((latitude + 90) * 2), 359) * 720 + math.floor((longitude + 180) * 2) % 720


def type_code(kind: str, main: str, sub: str) -> int:
    """A number for a type, the same in every ledger."""
    return number_of(f"{kind}\0{main}\0{sub}") % 2**31


def type_names(item: Fold) -> tuple[str, str]:
    """Event and sub-event type, measure and sub-event type, or subject and state."""
    if isinstance(item, Event):
        return item.event_type, item.sub_event_type
    if isinstance(item, Statistic):
        return item.measure, item.sub_event_type or ""
    return item.subject, item.state


def days_of(item: Fold) -> tuple[int, int]:
    """First and last day; a condition without an end goes on for ever."""
    if isinstance(item, Event):
        first, last = day_number(item.date_first), day_number(item.date_last)
    elif isinstance(item, Statistic):
        first, last = day_number(item.first), day_number(item.last)
    else:
        first, last = day_number(item.since), day_number(item.until)
        last = schema.UNDATED if last is None else last
    if first is None:
        return schema.UNDATED, schema.UNDATED
    return first, first if last is None else last


def figure_of(item: Fold) -> int | None:
    """The dead of an event (best figure, else the lowest), the figure of a statistic."""
    if isinstance(item, Event):
        return item.killed.best if item.killed.best is not None else item.killed.low
    return item.low if isinstance(item, Statistic) else None


def narrow_row(seq: int, item: Fold, ended: int = schema.FOREVER) -> tuple[Any, ...]:
    """A fold's row in its index table."""
    place = item.place
    latitude, longitude = (place.latitude, place.longitude) if place else (None, None)
    first, last = days_of(item)
    cell = None
    if latitude is not None and longitude is not None:
        cell = cell_of(latitude, longitude)
        cell = cell if last - first <= SPAN else -1 - cell
    code = type_code(kind_of(item), *type_names(item))
    figure = figure_of(item)
    figure = None if figure is None else min(figure, 2**62)
    return (seq, ended, cell, first, last, code, figure, latitude, longitude, place.country if place else None, item.id)


def text_row(seq: int, item: Fold) -> tuple[Any, ...]:
    """The names in a fold, for looking up parts of them."""
    place = item.place
    people = [*item.who, *(() if isinstance(item, Condition) else item.whom)]
    where = " | ".join(p for p in (place.name, place.words, place.admin1) if p).casefold() if place else None
    return seq, where and clean(where), clean(" | ".join(dict.fromkeys(n for a in people for n in (a.name, a.words))).casefold())


def clean(words: str) -> str:
    return words.replace("\0", " ").encode("utf-8", "replace").decode()


def rollup_key(item: Event) -> tuple[str, str, str, int]:
    place = item.place
    month = (item.date_first or "")[:7]
    where = (clean(place.country or ""), clean(place.admin1 or "")) if place else ("", "")
    return month, *where, type_code("event", item.event_type, item.sub_event_type)


def keep_changes(connection: Connection, changes: Sequence[Change]) -> None:
    """Bring the index tables up to date with folds that changed."""
    for kind, table in schema.INDEXES.items():
        close(connection, table, [{"old": c.old[0], "until": c.seq} for c in changes if c.old and kind_of(c.old[1]) == kind])
    keep_rows(connection, [(c.seq, schema.FOREVER, c.new) for c in changes if c.new])
    roll_up(connection, changes)


def keep_rows(connection: Connection, made: Sequence[tuple[int, int, Fold]]) -> None:
    """Index folds: the number of the revision, the number that it ended with, and the fold."""
    for kind, table in schema.INDEXES.items():
        put(connection, table, [narrow_row(seq, item, ended) for seq, ended, item in made if kind_of(item) == kind])
    put(connection, schema.fold_texts, [text_row(seq, item) for seq, _, item in made])
    codes = {(kind_of(item), *type_names(item)) for _, _, item in made}
    put(connection, schema.types, [(type_code(*names), *map(clean, names)) for names in sorted(codes)], anew="nothing")


def close(connection: Connection, table: Any, ended: Sequence[dict[str, int]]) -> None:
    """End rows that are no longer in force."""
    if ended:
        statement = update(table).where(table.c.seq == bindparam("old")).values(ended=bindparam("until"))
        connection.execute(statement, list(ended))


def roll_up(connection: Connection, changes: Iterable[Change]) -> None:
    """Add to and take from the sums of each month, region and type."""
    sums: dict[tuple[str, str, str, int], list[int]] = {}
    for change in changes:
        for item, sign in ((change.old and change.old[1], -1), (change.new, 1)):
            if isinstance(item, Event):
                total = sums.setdefault(rollup_key(item), [0, 0])
                total[0] += sign
                total[1] += sign * min(figure_of(item) or 0, 2**40)
    rows = [{"m": k[0], "c": k[1], "a": k[2], "t": k[3], "n": n, "k": killed} for k, (n, killed) in sorted(sums.items())]
    rows = [r for r in rows if r["n"] or r["k"]]
    if not rows:
        return
    connection.execute(
        text(
            "INSERT INTO rollups (month, country, admin1, type, events, killed) VALUES (:m, :c, :a, :t, :n, :k) "
            "ON CONFLICT (month, country, admin1, type) DO UPDATE SET "
            "events = rollups.events + excluded.events, killed = rollups.killed + excluded.killed"
        ),
        rows,
    )
    connection.execute(delete(schema.rollups).where(schema.rollups.c.events == 0))


def searchable(words: str) -> str:
    """Words as they are indexed: lower case, without accents.

    >>> searchable("Türk in Al-Qa'im")
    "turk in al-qa'im"
    """
    words = words[:LONGEST]
    if not words.isascii():
        words = "".join(c for c in unicodedata.normalize("NFKD", words) if not unicodedata.combining(c))
    return clean(words.casefold())


def keep_passages(connection: Connection, rows: Sequence[tuple[int, str]]) -> None:
    """Index the words of reports and claims by their numbers."""
    if not rows:
        return
    given = [(seq, searchable(words)) for seq, words in rows]
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO passages (rowid, words) VALUES (?, ?)", given)
        return
    statement = "INSERT INTO passages (rowid, words) VALUES (%s, to_tsvector('simple', %s)) ON CONFLICT DO NOTHING"
    connection.exec_driver_sql(statement, given)


def clear_passages(connection: Connection) -> None:
    """Forget every word."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO passages (passages) VALUES ('delete-all')")
        return
    connection.exec_driver_sql("DELETE FROM passages")
