"""GeoJSON (RFC 7946): events and conditions as features, or one kind of item alone.

What has no known point has a null geometry. So has what is only known to lie in a region or country (precision 3): its
centre is in the property `centre`, so that nobody takes it for the spot.
"""

from __future__ import annotations

import json

from marsad.exports.rows import Kind, Row, rows
from marsad.ledger.findings import Findings

EMPTY = '{"type":"FeatureCollection","features":[]}\n'
REGION = 3
COORDINATES = ("longitude", "latitude")


def write(found: Findings, kind: Kind = "events") -> str:
    """A FeatureCollection, one feature a line; `properties.kind` says what it is, `geo_precision` as ACLED's.

    Events come with the conditions beside them; statistics and claims only where they are asked for, so that nobody adds
    them to the events on a map.
    """
    kinds: tuple[Kind, ...] = ("events", "conditions") if kind == "events" else (kind,)
    features = [feature(each.removesuffix("s"), row) for each in kinds for row in rows(found, each)]
    body = ",\n".join(json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in features)
    return f'{{"type":"FeatureCollection","features":[\n{body}\n]}}\n' if body else EMPTY


def feature(kind: str, row: Row) -> dict[str, object]:
    """One row as a feature with its id; longitude first, as the standard has it."""
    point = [row[c] for c in COORDINATES]
    known = None not in point
    properties: dict[str, object] = {"kind": kind, **{k: v for k, v in row.items() if k not in (*COORDINATES, "id")}}
    if known and row["geo_precision"] == REGION:
        properties["centre"] = point
    geometry = {"type": "Point", "coordinates": point} if known and row["geo_precision"] != REGION else None
    return {"type": "Feature", "id": row["id"], "geometry": geometry, "properties": properties}
