"""Comma-separated rows that a spreadsheet can open without running anything."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from marsad.exports.rows import COLUMNS, Cell, Kind, Row, rows
from marsad.ledger.findings import Findings

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write(found: Findings, kind: Kind = "events") -> str:
    """The rows of one kind with a header line: ISO dates, `true`/`false`, empty where not stated, the same columns always."""
    return lines(COLUMNS[kind], rows(found, kind))


def lines(columns: Sequence[str], table: Iterable[Row]) -> str:
    """Rows as CSV text, in the given columns."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in table:
        writer.writerow([cell(row.get(column)) for column in columns])
    return out.getvalue()


def cell(value: Cell) -> str | int | float:
    """A number as it is; text that a spreadsheet would run as a formula gets an apostrophe in front.

    >>> cell("=1+1"), cell(" @sum"), cell(-3.5), cell(True), cell(None)
    ("'=1+1", "' @sum", -3.5, 'true', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return value
    clean = value.replace("\x00", "\ufffd")
    return f"'{clean}" if clean.lstrip(" \xa0").startswith(FORMULA) else clean
