"""How many records look alike, and sums in which no small cell is shown."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence

from marsad.codebook.sensitivity import Policy
from marsad.exports.rows import Cell, Row
from marsad.ledger.findings import Findings
from marsad.model import Event

TALLY_COLUMNS = ("month", "country", "admin1", "event_type", "events", "killed_low", "killed_best", "suppressed")
Key = tuple[str, ...]


def anonymity_report(found: Findings, policy: Policy) -> str:
    """The k-anonymity of the events as JSON: how many share their values in the columns that a desk names, and how many don't."""
    classes = Counter(values(event, policy.alike) for event in found.events)
    small = {size: n for size, n in Counter(classes.values()).items() if size < policy.k}
    below = sum(size * n for size, n in small.items())
    told = {
        "k": policy.k,
        "alike": list(policy.alike),
        "records": len(found.events),
        "classes": len(classes),
        "smallest": min(classes.values(), default=0),
        "classes_below_k": sum(small.values()),
        "records_below_k": below,
        "share_below_k": round(below / len(found.events), 4) if found.events else 0.0,
        "classes_by_size": {str(size): small[size] for size in sorted(small)},
        "note": "Events are incidents that were published, not persons. A class below k is one whose incident can be told from "
        "others by these columns alone; it is no finding about anybody in it.",
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def values(event: Event, columns: Sequence[str]) -> Key:
    """An event's values in those columns; empty where nothing is stated."""
    place, day = event.place, event.date_first or ""
    known: Mapping[str, str | None] = {
        "country": place.country if place else None,
        "admin1": place.admin1 if place else None,
        "place": place.name if place else None,
        "month": day[:7],
        "day": day[:10],
        "event_type": event.event_type,
        "sub_event_type": event.sub_event_type,
        "who_kind": "; ".join(sorted({a.kind or "" for a in event.who})),
        "whom_kind": "; ".join(sorted({a.kind or "" for a in event.whom})),
    }
    return tuple(known[c] or "" for c in columns)


def tally_rows(found: Findings, policy: Policy) -> list[Row]:
    """Events and their dead by month, region and type. Cells on fewer events than told are empty, and so is one more cell of a
    country's month where a single one would follow from its total."""
    sums: dict[Key, list[int]] = {}
    for event in found.events:
        cell = sums.setdefault(values(event, ("month", "country", "admin1", "event_type")), [0, 0, 0])
        best = event.killed.best if event.killed.best is not None else event.killed.low or 0
        for n, amount in enumerate((1, event.killed.low or 0, best)):
            cell[n] += amount
    hidden = suppressed({key: cell[0] for key, cell in sums.items()}, policy.below)
    return [row(key, sums[key], key in hidden) for key in sorted(sums)]


def suppressed(counts: Mapping[Key, int], below: int) -> set[Key]:
    """The cells that are not shown.

    >>> cells = {("2026-01", "SDN", "A", "x"): 1, ("2026-01", "SDN", "B", "x"): 9, ("2026-01", "SDN", "C", "x"): 4}
    >>> sorted(key[2] for key in suppressed(cells, 3))
    ['A', 'C']
    """
    hidden = {key for key, n in counts.items() if n < below}
    for group in {key[:2] for key in hidden}:
        cells = [key for key in counts if key[:2] == group]
        shut = [key for key in cells if key in hidden]
        rest = sorted((counts[key], key) for key in cells if key not in hidden)
        if len(shut) == 1 and rest:
            hidden.add(rest[0][1])
    return hidden


def row(key: Key, cell: Sequence[int], shut: bool) -> Row:
    names = dict(zip(TALLY_COLUMNS, (k or None for k in key), strict=False))
    figures: dict[str, Cell] = dict(zip(TALLY_COLUMNS[4:7], [None] * 3 if shut else cell, strict=True))
    return {**names, **figures, "suppressed": shut}
