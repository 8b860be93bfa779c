"""What the shards found, into a ledger: shard by shard, from the driver, and once however often it is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from marsad.engine import schemas
from marsad.engine.shards import read_table
from marsad.ledger.append import Added, Batch, append
from marsad.ledger.store import open_ledger
from marsad.model import Problem
from marsad.stages import installed_rules
from marsad.versions import codebook_digest, version


def load(
    files: Sequence[Path], ledger: str, *, problems: Sequence[Problem] = (), watch: Callable[[int], None] = lambda n: None
) -> Added:
    """Append every file to a ledger, each in one transaction; what the ledger has is left as it is. `watch` is told how many.

    Raises `StoreError` where the ledger can't be written; what was loaded before stays, and doing it again adds the rest.
    """
    store = open_ledger(ledger, write=True)
    total = Added()
    try:
        for number, path in enumerate(files):
            table = read_table(path)
            batch = Batch(
                captures=schemas.kept_captures(table),
                reports=schemas.items(table, "report"),
                claims=schemas.items(table, "claim"),
                problems=[*schemas.items(table, "problem"), *(problems if number == 0 else ())],
                version=version(),
                codebook=codebook_digest(),
            )
            total = plus(total, append(store, batch, **installed_rules()))
            watch(number + 1)
    finally:
        store.close()
    return total


def plus(one: Added, other: Added) -> Added:
    return Added(
        captures=one.captures + other.captures,
        reports=one.reports + other.reports,
        claims=one.claims + other.claims,
        problems=one.problems + other.problems,
    )
