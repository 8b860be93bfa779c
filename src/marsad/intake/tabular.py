"""CSV, TSV and Parquet tables of stories → JSON Lines captures. Which column is which is in `story_columns.tsv`."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import BinaryIO

from marsad.intake.charsets import decode
from marsad.intake.inputs import LINES, MAX_LINE
from marsad.intake.names import read_rows
from marsad.model import Capture, Problem

CHUNK = 1024 * 1024
DELIMITERS = ",;\t|"
PARQUET = b"PAR1"


@cache
def columns() -> Mapping[str, tuple[str, int]]:
    """The field of a story that a column's name means, and its rank among the names of that field."""
    rows = read_rows("marsad.intake", "story_columns.tsv")
    return {name: (row["field"], n) for row in rows for n, name in enumerate(row["columns"].split("|"))}


def fields_of(header: Sequence[str]) -> dict[int, str]:
    """Which column holds which field; of two that could hold one, the better-named.

    >>> fields_of(["Date", "Headline", "body", "notes"])
    {0: 'published', 1: 'title', 2: 'text'}
    """
    best: dict[str, tuple[int, int]] = {}
    for index, name in enumerate(header):
        key = "_".join(str(name).strip().lstrip("\ufeff").lower().replace("-", " ").split())
        if key in columns():
            field, rank = columns()[key]
            best[field] = min(best.get(field, (rank, index)), (rank, index))
    return {index: field for field, (_, index) in sorted(best.items(), key=lambda pair: pair[1][1])}


def read_csv(stream: BinaryIO, origin: str) -> Iterator[Capture | Problem]:
    """The rows of a CSV or TSV file, in captures of about 1 MB.

    Problems: `no_columns` (no column with the text is named in the first row), `bad_row`, `empty`.
    """
    head = stream.read(256 * 1024)
    charset = decode(head).charset
    stream.seek(0)
    csv.field_size_limit(MAX_LINE)
    words = io.TextIOWrapper(stream, encoding="utf-8-sig" if charset == "utf-8" else charset, errors="replace", newline="")
    reader = csv.reader((row.replace("\0", "") for row in words), delimiter=delimiter(head.decode(charset, "replace")))
    yield from captures(csv_rows(reader, origin), origin)


def delimiter(head: str) -> str:
    """The sign that parts most columns of the first line.

    >>> delimiter("title;text\\nOne, two;Three")
    ';'
    """
    first = head.split("\n", 1)[0]
    return max(DELIMITERS, key=first.count)


def csv_rows(reader: Iterator[list[str]], origin: str) -> Iterator[dict[str, object] | Problem]:
    try:
        header = next(reader, None)
    except csv.Error as error:
        yield problem("bad_row", f"the first row can't be read: {error}", origin)
        return
    if header is None:
        return
    wanted = fields_of(header)
    if "text" not in wanted.values():
        yield problem("no_columns", f"no column of the table is a story's text: {', '.join(header)[:200]}", origin)
        return
    for number in itertools.count(2):
        try:
            row = next(reader, None)
        except csv.Error as error:
            yield problem("bad_row", f"the row can't be read: {error}", f"{origin}:{number}")
            continue
        if row is None:
            return
        if any(cell.strip() for cell in row):
            yield {field: row[index] for index, field in wanted.items() if index < len(row)}


def read_parquet(path: Path, origin: str) -> Iterator[Capture | Problem]:
    """The rows of a Parquet file. Problems: `needs_extra` (pyarrow is not installed), `no_columns`, `incomplete`, `empty`."""
    try:
        import pyarrow
        import pyarrow.parquet as parquet
    except ImportError:
        yield problem("needs_extra", "Parquet is read with pyarrow: pip install 'marsad[parquet]'", origin)
        return
    try:
        file = parquet.ParquetFile(path, memory_map=False)
        names = list(file.schema_arrow.names)
        wanted = fields_of(names)
        if "text" not in wanted.values():
            yield problem("no_columns", f"no column of the table is a story's text: {', '.join(names)[:200]}", origin)
            return
        yield from captures(parquet_rows(file, {names[index]: field for index, field in wanted.items()}), origin)
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        yield problem("incomplete", f"the table can't be read on: {str(error)[:120]}", origin)


def parquet_rows(file: object, wanted: Mapping[str, str]) -> Iterator[dict[str, object]]:
    for batch in file.iter_batches(batch_size=64, columns=list(wanted)):  # type: ignore[attr-defined]
        for row in batch.to_pylist():
            yield {wanted[name]: spelled(value) for name, value in row.items()}


def spelled(value: object) -> object:
    """A cell as JSON can hold it."""
    if isinstance(value, (dt.datetime, dt.date)):
        return value.isoformat()
    return value if isinstance(value, (str, int, float, list, bool)) or value is None else str(value)


def captures(rows: Iterable[dict[str, object] | Problem], origin: str) -> Iterator[Capture | Problem]:
    """Rows in captures of about 1 MB, which say with which row they start."""
    held: list[str] = []
    size, first, number, met = 0, 1, 0, 0
    for row in rows:
        if isinstance(row, Problem):
            met += 1
            yield row
            continue
        number += 1
        line = json.dumps({k: v for k, v in row.items() if v not in (None, "")}, ensure_ascii=False, default=str) + "\n"
        held.append(line)
        size += len(line)
        if size >= CHUNK:
            yield capture_of(held, first, origin)
            held, size, first = [], 0, number + 1
    if held:
        yield capture_of(held, first, origin)
    elif not number and not met:
        yield problem("empty", "the table holds no row", origin)


def capture_of(lines: Sequence[str], first: int, origin: str) -> Capture:
    body = "".join(lines).encode("utf-8", "replace")
    media = f"{LINES}; first-line={first}"
    return Capture(id=hashlib.sha256(body).hexdigest(), origin=origin, body=body, media_type=media)


def problem(code: str, message: str, at: str) -> Problem:
    return Problem(stage="intake", code=code, message=message, at=at)
