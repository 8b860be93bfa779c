"""A ledger of the first version is brought up to date: backup first, nothing lost, whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from marsad.ledger import schema
from marsad.ledger.append import Batch, append
from marsad.ledger.audit import verify
from marsad.ledger.failpoints import POINTS, VARIABLE
from marsad.ledger.fold import rebuild
from marsad.ledger.history import revisions
from marsad.ledger.query import Filter, everything, find, lookup
from marsad.ledger.store import open_ledger
from marsad.model import StoreError
from marsad.stages import installed_rules

FIRST = Path(__file__).parent.parent / "data" / "ledger-v1.db"
RULES = installed_rules()
FACTS = ("captures", "runs", "reports", "claims", "codings", "coding_claims", "problems")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A ledger that the first version made of the examples; one page was coded twice, with other dates."""
    return Path(shutil.copy(FIRST, tmp_path / "record.sqlite"))


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        return sorted(connection.execute(query))
    finally:
        connection.close()


def test_nothing_is_lost_and_the_bytes_stay(old: Path) -> None:
    before = {table: rows(old, f"SELECT count(*) FROM {table}")[0][0] for table in FACTS}
    kept = {table: rows(old, f"SELECT id, body FROM {table}") for table in ("captures", "reports", "claims", "folds")}
    ledger = open_ledger(old, write=True)
    with ledger.read() as connection:
        after = {t: len(list(connection.execute(select(schema.METADATA.tables[t])))) for t in FACTS}
    assert after == before and after["claims"] > 50
    for table in ("captures", "reports", "claims"):
        assert rows(old, f"SELECT id, body FROM {table}") == kept[table]
    assert rows(old, "SELECT fold, body FROM revisions WHERE kind != 'copy'") == kept["folds"]
    assert verify(ledger) == []
    assert len(lookup(ledger, "event")) == len([b for _, b in kept["folds"] if json.loads(str(b))["kind"] == "event"])
    assert {r.why for r in revisions(ledger)} == {"carried over from the first schema"}
    assert rows(old.with_name("record.sqlite.schema-1.backup"), "SELECT id, body FROM claims") == kept["claims"]


def test_what_was_in_force_still_is(old: Path) -> None:
    query = (
        "SELECT c.body FROM claims c JOIN coding_claims i ON i.claim = c.seq JOIN codings k ON k.seq = i.coding "
        "WHERE k.seq = (SELECT max(seq) FROM codings l WHERE l.report = k.report)"
    )
    before = {json.loads(str(body))["id"] for (body,) in rows(old, query)}
    copies = rows(old, "SELECT report, copy_of FROM copies")
    found = everything(open_ledger(old))
    assert {c.id for c in found.claims} == before
    assert sorted((r.id, r.copy_of) for r in found.reports if r.copy_of) == copies and copies
    assert find(open_ledger(old), "event", Filter(words="killed")).events


def test_the_next_run_links_it_all(old: Path) -> None:
    ledger = open_ledger(old, write=True)
    found = everything(ledger)
    batch = Batch(reports=found.reports[:1], claims=(), version="2", codebook="c")
    append(ledger, batch, **RULES)
    assert rebuild(ledger, check=True, **RULES).same and verify(ledger) == []


def test_it_was_known_when_it_was_known(old: Path) -> None:
    moment = rows(old, "SELECT max(at) FROM runs")[0][0]
    found = everything(open_ledger(old), as_of=str(moment))
    assert len(found.claims) > 50 and found.events == ()


@pytest.mark.parametrize("point", [p for p in POINTS if p.startswith("migrate.")])
def test_killed_at_any_step_it_is_whole_or_as_it_was(old: Path, tmp_path: Path, point: str) -> None:
    untouched = Path(shutil.copy(FIRST, tmp_path / "other.sqlite"))
    program = "import sys; from marsad.ledger.store import open_ledger; open_ledger(sys.argv[1], write=True)"
    done = subprocess.run([sys.executable, "-c", program, str(old)], env={**os.environ, VARIABLE: point})
    assert done.returncode == -signal.SIGKILL
    assert rows(old, "PRAGMA user_version")[0][0] == (2 if point == "migrate.done" else 1)
    assert everything(open_ledger(old, write=True)) == everything(open_ledger(untouched, write=True))
    assert verify(open_ledger(old)) == []


def test_a_file_that_may_not_be_changed_is_left_alone(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    before = old.read_bytes()
    with pytest.raises(StoreError, match="make a copy"):
        open_ledger(old)
    assert old.read_bytes() == before
