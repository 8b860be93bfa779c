"""Exports: one file a format; findings in, text out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from marsad.exports import acled, delimited, geojson, geopackage, geoparquet, jsonl, table, workbook
from marsad.exports.rows import Kind
from marsad.ledger.findings import Findings

FORMATS: Mapping[str, Callable[[Findings, Kind], str]] = {
    "table": lambda found, kind: table.plain(found),
    "jsonl": lambda found, kind: jsonl.write(found),
    "csv": delimited.write,
    "acled-csv": lambda found, kind: acled.write(found),
    "geojson": geojson.write,
}
BINARY: Mapping[str, Callable[[Findings, Kind], bytes]] = {
    "parquet": geoparquet.write,
    "gpkg": geopackage.write,
    "xlsx": workbook.write,
}
"""Formats that are no text."""
SUFFIXES: Mapping[str, str] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".geojson": "geojson",
    ".txt": "table",
    ".parquet": "parquet",
    ".gpkg": "gpkg",
    ".xlsx": "xlsx",
}


def export(found: Findings, form: str, *, kind: Kind = "events") -> str:
    """`found` in one of `FORMATS`. `kind` picks the rows of a CSV, which holds one kind only.

    Raises `KeyError` where the format is unknown.
    """
    return FORMATS[form](found, kind)
