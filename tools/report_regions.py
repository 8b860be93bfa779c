"""The regions that maps of situation reports are drawn of, out of the web app's: each country's rings, in hundredths of a degree.

    python tools/report_regions.py

They are Natural Earth's first-level regions (public domain), as `web/scripts/maps.mjs` makes them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "web" / "public" / "maps" / "regions.json"
TARGET = ROOT / "src" / "marsad" / "exports" / "situation" / "regions.json"
SMALLEST = 4
STEP = 3
"""Hundredths of a degree that a point lies from the one before, at least."""


def main() -> None:
    table = json.loads(SOURCE.read_text("utf-8"))
    scale, start = table["transform"]["scale"], table["transform"]["translate"]
    arcs = [list(decoded(arc, scale, start)) for arc in table["arcs"]]
    found: dict[str, list[list[int]]] = {}
    for region in table["objects"]["regions"]["geometries"]:
        for ring in rings_of(region):
            line = lighter([point for number in ring for point in part(arcs, number)])
            if len(line) >= SMALLEST:
                found.setdefault(region["properties"]["c"], []).append(deltas(line))
    TARGET.write_text(json.dumps(dict(sorted(found.items())), separators=(",", ":")) + "\n", "utf-8")
    print(f"{len(found)} countries, {TARGET.stat().st_size:,} bytes")


def decoded(arc: Sequence[Sequence[int]], scale: Sequence[float], start: Sequence[float]) -> Iterator[tuple[int, int]]:
    x = y = 0
    for dx, dy in arc:
        x, y = x + dx, y + dy
        yield round((x * scale[0] + start[0]) * 100), round((y * scale[1] + start[1]) * 100)


def rings_of(region: dict[str, Any]) -> Iterator[list[int]]:
    if region["type"] == "Polygon":
        yield from region["arcs"]
    elif region["type"] == "MultiPolygon":
        for polygon in region["arcs"]:
            yield from polygon


def part(arcs: Sequence[Sequence[tuple[int, int]]], number: int) -> Sequence[tuple[int, int]]:
    return arcs[number] if number >= 0 else arcs[~number][::-1]


def lighter(line: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The line without points that lie nearly on the one before."""
    kept: list[tuple[int, int]] = []
    for x, y in line:
        if not kept or abs(x - kept[-1][0]) >= STEP or abs(y - kept[-1][1]) >= STEP:
            kept.append((x, y))
    return kept


def deltas(line: Sequence[tuple[int, int]]) -> list[int]:
    flat, before = [], (0, 0)
    for x, y in line:
        flat += [x - before[0], y - before[1]]
        before = (x, y)
    return flat


if __name__ == "__main__":
    main()
