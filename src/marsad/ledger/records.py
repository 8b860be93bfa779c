"""Facts as bytes: one spelling of each item, and the journal that numbers, hashes and chains them."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import time
import types
import typing
from collections.abc import Callable, Iterable, Sequence
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np
import orjson
from sqlalchemy import ARRAY, BigInteger, ColumnElement, Connection, Integer, Select, Table, Text, any_, bindparam, func, select

from marsad.ledger import schema
from marsad.model import KINDS, dump

START = b"\0" * 32
Value = str | int | bytes | float | None


def encode(item: Any) -> str:
    """An item as one line of JSON, the same bytes for the same item.

    >>> from marsad.model import Problem
    >>> encode(Problem(stage="intake", code="empty", message="is empty"))
    '{"kind":"problem","stage":"intake","code":"empty","message":"is empty","at":null}'
    """
    try:
        body = orjson.dumps(item).replace(b'"class_":', b'"class":')
    except TypeError:  # what JSON in UTF-8 can't hold: half a surrogate pair, a number of more than 64 bits
        return json.dumps(json.loads(dump(item)), separators=(",", ":"))
    return f'{{"kind":"{NAMES[type(item)]}",' + body[1:].decode()


def decode(body: str) -> Any:
    """The item that `encode` wrote."""
    try:
        record = orjson.loads(body)
    except orjson.JSONDecodeError:
        record = json.loads(body)
    return MAKERS[record.pop("kind")](record)


def builder(hint: Any) -> Callable[[Any], Any]:
    """A function that makes what a type hint says out of plain JSON, which it uses up; unknown fields are left out."""
    if get_origin(hint) in (types.UnionType, typing.Union):
        hint = next(a for a in get_args(hint) if a is not type(None))
    if get_origin(hint) is tuple:
        inner = builder(get_args(hint)[0])
        if inner is same:
            return tuple
        return lambda values: tuple([inner(v) for v in values])
    if not (isinstance(hint, type) and dataclasses.is_dataclass(hint)):
        return same
    hints = get_type_hints(hint)
    names = {f.name.rstrip("_"): f.name for f in dataclasses.fields(hint)}
    renamed = [(key, name) for key, name in names.items() if key != name]
    built = [(key, build) for key, name in names.items() if (build := builder(hints[name])) is not same]

    def make(value: dict[str, Any] | None) -> Any:
        if value is None:
            return None
        if not value.keys() <= names.keys():
            value = {key: v for key, v in value.items() if key in names}
        for key, build in built:
            if key in value:
                value[key] = build(value[key])
        for key, name in renamed:
            if key in value:
                value[name] = value.pop(key)
        return hint(**value)

    return make


def same(value: Any) -> Any:
    """A value that JSON has as it is."""
    return value


NAMES = {cls: name for name, cls in KINDS.items()}
MAKERS = {name: builder(cls) for name, cls in KINDS.items()}


def hashed(text: str) -> str:
    """A SHA-256 as hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def number_of(key: str) -> int:
    """A key as a number of 63 bits, which an index holds in little room."""
    return int.from_bytes(hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") >> 1


def printable(text: str) -> str:
    """Text that every database takes: no NUL, no half of a surrogate pair."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def digest_of(kind: str, values: Sequence[Value], extra: object = None) -> bytes:
    """The SHA-256 of a record: its kind, the columns of its row in order, and the rows that belong to it."""
    plain = [hashlib.sha256(v).hexdigest() if isinstance(v, bytes) else v for v in values]
    return hashlib.sha256(orjson.dumps([kind, plain, extra])).digest()


def link_of(chain: bytes, kind: str, ref: str, at: int, digest: bytes) -> bytes:
    """The next link of the chain, which depends on all that went before it."""
    return hashlib.sha256(b"%b%b%d\0%b\0%b" % (chain, digest, at, kind.encode(), ref.encode())).digest()


class Journal:
    """Facts of one transaction: each gets the next number, a hash and a link of the chain. `flush` writes what was added."""

    def __init__(self, connection: Connection) -> None:
        last = connection.execute(
            select(schema.log.c.seq, schema.log.c.chain, schema.log.c.at).order_by(schema.log.c.seq.desc()).limit(1)
        ).first()
        self.connection = connection
        self.seq, self.chain, self.at = (int(last[0]), bytes(last[1]), int(last[2])) if last else (0, START, 0)
        self.last = self.at
        self.at = max(self.at, time.time_ns() // 1000)
        self.rows: dict[str, list[tuple[Value, ...]]] = {}

    def add(self, kind: str, ref: str, *values: Value, extra: object = None) -> int:
        """Keep a fact; its number."""
        self.seq += 1
        row = (self.seq, *values)
        digest = digest_of(kind, row, extra)
        self.chain = link_of(self.chain, kind, ref, self.at, digest)
        self.rows.setdefault(schema.KINDS[kind].name, []).append(row)
        self.rows.setdefault("log", []).append((self.seq, kind, ref, self.at, digest, self.chain))
        return self.seq

    def beside(self, table: Table, rows: Iterable[tuple[Value, ...]]) -> None:
        """Rows that belong to a fact."""
        self.rows.setdefault(table.name, []).extend(rows)

    def flush(self) -> None:
        """Write what was added since the last time."""
        for name, rows in self.rows.items():
            put(self.connection, schema.METADATA.tables[name], rows)
        self.rows = {}


def in_order(rows: Sequence[tuple[int, ...]]) -> Sequence[tuple[int, ...]]:
    """Rows of numbers sorted, as an index takes them most quickly.

    >>> in_order([(2, 1), (1, 9), (1, 3)])
    [(1, 3), (1, 9), (2, 1)]
    """
    if not rows:
        return rows
    table = np.array(rows, dtype=np.int64)
    return list(zip(*table[np.lexsort(table.T[::-1])].T.tolist(), strict=True))


def put(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]], *, anew: str = "") -> None:
    """Insert rows, each a tuple in the order of the columns; `anew` says what to do where one is there ("nothing")."""
    if not rows:
        return
    names = ", ".join(f'"{c.name}"' for c in table.columns)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(table.columns))
        verb = "INSERT OR IGNORE" if anew else "INSERT"
        connection.exec_driver_sql(f"{verb} INTO {table.name} ({names}) VALUES ({marks})", list(rows))
        return
    cursor = connection.connection.cursor()
    target = table.name
    if anew:
        target = f"new_{table.name}"
        cursor.execute(f"CREATE TEMP TABLE IF NOT EXISTS {target} (LIKE {table.name}) ON COMMIT DROP")
        cursor.execute(f"TRUNCATE {target}")
    with cursor.copy(f"COPY {target} ({names}) FROM STDIN") as stream:
        for row in rows:
            stream.write_row(row)
    if anew:
        cursor.execute(f"INSERT INTO {table.name} SELECT * FROM {target} ON CONFLICT DO NOTHING")


def among(connection: Connection, column: Any, values: Iterable[str] | Iterable[int]) -> ColumnElement[bool]:
    """The test that a column is one of the values, of which there may be any number."""
    given = list(values)
    if connection.dialect.name == "sqlite":
        listed = func.json_each(bindparam(None, orjson.dumps(given).decode(), unique=True)).table_valued("value")
        return column.in_(select(listed.c.value))  # type: ignore[no-any-return]
    of = BigInteger() if isinstance(column.type, Integer) else Text()
    return column == any_(bindparam(None, given, type_=ARRAY(of), unique=True))  # type: ignore[no-any-return]


def plain_rows(connection: Connection, statement: Select[Any]) -> list[tuple[Any, ...]]:
    """All rows of a statement as the driver gives them, in a third of the time: for many rows of plain numbers and text."""
    cursor = connection.execute(statement).cursor
    assert cursor is not None
    return list(cursor.fetchall())
