"""Stories that the coder does not tell right yet: `known_misses.tsv`, one a line with the kind of miss.

They are run every time. One that comes out right fails the suite until its line is taken away, so that the list can only shrink
by being mended, and a story that is not in the list may never fail.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

MISSES = Path(__file__).with_name("known_misses.tsv")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    with MISSES.open(encoding="utf-8") as lines:
        known = {row["test"]: row["kind"] for row in csv.DictReader(lines, delimiter="\t")}
    for item in items:
        kind = known.get(f"{item.path.name}::{item.name}") if item.path.parent == MISSES.parent else None
        if kind is not None:
            item.add_marker(pytest.mark.xfail(reason=f"known miss: {kind}", strict=True))
