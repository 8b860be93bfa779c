"""XLSX: the rows of one kind, what every column and word means, and the reports that they rest on."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from marsad.exports.release import codebook_file
from marsad.exports.rows import COLUMNS, Cell, Kind, rows
from marsad.ledger.findings import Findings
from marsad.model import ConfigError

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

LONGEST = 32_767
"""Characters that a cell holds."""
MOST = 1_048_575
"""Rows that a sheet holds, less its head."""
MADE = dt.datetime(2000, 1, 1)
"""When a workbook says that it was made: the same findings give the same bytes."""
WIDTHS = {"sentence": 60, "title": 40, "sources": 30, "meaning": 70, "example": 50, "place": 18, "who": 24, "whom": 24}


def write(found: Findings, kind: Kind = "events") -> bytes:
    """A workbook of three sheets: the rows, `codebook`, `sources`. Text is text (no formula, no link), numbers are numbers.

    Raises `ConfigError` where XlsxWriter is not installed, or there are more rows than a sheet holds.
    """
    try:
        from xlsxwriter.workbook import Workbook
    except ImportError as error:
        raise ConfigError("XLSX needs XlsxWriter: pip install 'marsad[server]'") from error
    table = rows(found, kind)
    if len(table) > MOST:
        raise ConfigError(f"a sheet holds {MOST:,} rows: ask for less, or for CSV")
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = Workbook(out, options)
    book.set_properties({"created": MADE, "title": f"Marsad {kind}"})
    sheet(book, kind, COLUMNS[kind], ([row[c] for c in COLUMNS[kind]] for row in table))
    meanings = list(csv.reader(io.StringIO(codebook_file())))
    sheet(book, "codebook", meanings[0], meanings[1:])
    reports = rows(found, "reports")
    sheet(book, "sources", COLUMNS["reports"], ([row[c] for c in COLUMNS["reports"]] for row in reports))
    book.close()
    return out.getvalue()


def sheet(book: Workbook, name: str, columns: Sequence[str], lines: Iterable[Sequence[Cell]]) -> None:
    """A sheet with a head that stays in view and can be filtered by."""
    page: Any = book.add_worksheet(name)
    bold = book.add_format({"bold": True})
    for number, column in enumerate(columns):
        page.write_string(0, number, column, bold)
        page.set_column(number, number, WIDTHS.get(column, 13))
    last = 0
    for last, line in enumerate(lines, 1):
        for number, value in enumerate(line):
            put(page, last, number, value)
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, last, max(0, len(columns) - 1))


def put(page: Any, row: int, column: int, value: Cell) -> None:
    """One cell, by the type of its value."""
    if value is None or value == "":
        return
    if isinstance(value, bool):
        page.write_boolean(row, column, value)
    elif isinstance(value, (int, float)):
        page.write_number(row, column, value)
    else:
        page.write_string(row, column, legible(value))


def legible(words: str) -> str:
    """Text that a cell can hold: no control characters, not too long.

    >>> legible("a\\x00b")
    'a\ufffdb'
    """
    clean = "".join(c if c >= " " or c in "\t\n" else "\ufffd" for c in words)
    return clean.encode("utf-8", "replace").decode()[:LONGEST]
