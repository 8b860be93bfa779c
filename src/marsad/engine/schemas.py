"""The tables that stages pass on, with their declared columns, and how the types of `marsad.model` stand in their rows.

Needs `pyarrow` (the extra `engine`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
import pyarrow as pa

from marsad.model import Capture, Claim, Problem, Report, dump, from_record

PAGES = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("origin", pa.string(), nullable=False),
        pa.field("url", pa.string()),
        pa.field("fetched", pa.string()),
        pa.field("media_type", pa.string()),
        pa.field("body", pa.large_binary(), nullable=False),
    ]
)
"""Captures: the bytes as they came."""

RESULT = pa.schema(
    [
        pa.field("kind", pa.string(), nullable=False),
        pa.field("id", pa.string(), nullable=False),
        pa.field("report", pa.string()),
        pa.field("record", pa.large_string()),
        pa.field("body", pa.large_binary()),
        pa.field("copy_keys", pa.list_(pa.int64())),
        pa.field("kept_keys", pa.list_(pa.string())),
        pa.field("asked_keys", pa.list_(pa.string())),
        pa.field("score", pa.float64()),
    ]
)
"""What a shard gives: rows of kind `capture` (with its `body`), `stopped` (a capture or story that the gate held back, with its
`score`), `report` (with the keys that copies are found by), `claim` (with the keys of its blocks), `problem`. `record`: JSON."""

TALLY = pa.schema(
    [
        pa.field("shard", pa.string(), nullable=False),
        pa.field("checksum", pa.string(), nullable=False),
    ]
)
"""What goes back to the driver from a cluster: one row for each shard done."""

HEAD = ("id", "origin", "url", "fetched", "media_type")
KINDS = ("capture", "stopped", "report", "claim", "problem")


def pages(captures: Iterable[Capture]) -> pa.Table:
    """Captures as a table of `PAGES`."""
    given = list(captures)
    rows = [scrubbed({name: getattr(c, name) for name in HEAD}) for c in given]
    columns = [pa.array([row[name] for row in rows], pa.string()) for name in HEAD]
    return pa.Table.from_arrays([*columns, pa.array([c.body for c in given], pa.large_binary())], schema=PAGES)


def captures(table: pa.Table) -> list[Capture]:
    """The captures of a table of `PAGES`."""
    return [Capture(**row) for row in table.to_pylist()]


def scrubbed(row: dict[str, Any]) -> dict[str, Any]:
    """Half surrogates, which no table takes, written out."""
    return {
        name: value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value
        for name, value in row.items()
    }


def row(kind: str, id: str, record: str, **more: Any) -> dict[str, Any]:
    """A row of `RESULT`."""
    return scrubbed({"kind": kind, "id": id, "record": record, **more})


def capture_row(capture: Capture) -> dict[str, Any]:
    head = orjson.dumps(scrubbed({name: getattr(capture, name) for name in HEAD})).decode()
    return row("capture", capture.id, head, body=capture.body)


def stopped_row(id: str, origin: str, why: str, score: float) -> dict[str, Any]:
    record = orjson.dumps(scrubbed({"origin": origin, "why": why})).decode()
    return row("stopped", id, record, score=score)


def report_row(report: Report, keys: Sequence[int]) -> dict[str, Any]:
    return row("report", report.id, dump(report), copy_keys=list(keys))


def claim_row(claim: Claim, kept: Sequence[str], asked: Sequence[str]) -> dict[str, Any]:
    return row("claim", claim.id, dump(claim), report=claim.report, kept_keys=list(kept), asked_keys=list(asked))


def problem_row(problem: Problem) -> dict[str, Any]:
    return row("problem", "", dump(problem))


def result(rows: Sequence[dict[str, Any]]) -> pa.Table:
    """Rows as a table of `RESULT`, in an order that depends on nothing but them."""
    ordered = sorted(rows, key=lambda r: (KINDS.index(r["kind"]), r["id"], r["record"]))
    return pa.Table.from_pylist(ordered, schema=RESULT)


def items(table: pa.Table, kind: str) -> list[Any]:
    """The items of one kind in a table of `RESULT`: reports, claims or problems as types of the model."""
    chosen = of_kind(table, kind)
    return [from_record(orjson.loads(record)) for record in chosen["record"].to_pylist()]


def kept_captures(table: pa.Table) -> list[Capture]:
    """The captures in a table of `RESULT`."""
    chosen = of_kind(table, "capture")
    pairs = zip(chosen["record"].to_pylist(), chosen["body"].to_pylist(), strict=True)
    return [Capture(body=body, **orjson.loads(record)) for record, body in pairs]


def of_kind(table: pa.Table, kind: str) -> pa.Table:
    import pyarrow.compute as pc

    return table.filter(pc.equal(table["kind"], kind))
