"""A disk that is full, and bytes that rot."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.faults import deliveries

from marsad.ledger.audit import verify
from marsad.ledger.judging import judge
from marsad.ledger.query import everything
from marsad.ledger.store import Ledger, open_ledger
from marsad.model import Judgement, StoreError


def filled(path: Path, numbers: Sequence[int]) -> Ledger:
    """A ledger that took those deliveries, closed so that all of it is in one file."""
    ledger = open_ledger(path, write=True)
    for _ in deliveries.deliver(ledger, numbers):
        pass
    ledger.close()
    return ledger


def test_a_full_disk_is_said_plainly_reads_go_on_and_the_run_resumes(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    filled(path, range(3))
    room = path.stat().st_size + 150_000
    words = [sys.executable, "-m", "tests.faults.child", str(path), "0", "60", "--size", str(room)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    *acknowledged, last = done.stdout.splitlines()
    assert done.returncode == 3 and last.startswith(f"stopped: {path}") and "Traceback" not in done.stderr, done
    assert "full" in last and "make room" in last
    numbers = [int(line) for line in acknowledged if line != "ready"]
    assert 3 < len(numbers) < 60
    reader = open_ledger(path)
    assert deliveries.missing(reader, numbers) == [] and everything(reader).events
    ledger = filled(path, range(60))
    assert verify(ledger) == []
    assert deliveries.digest(ledger) == deliveries.digest(filled(tmp_path / "other.sqlite", range(60)))


FACTS = ("captures", "reports", "claims", "evidence", "judgements", "revisions", "log")


def flip(path: Path, table: str, chance: random.Random) -> str | None:
    """Flip one bit of one value of a table, past its triggers; what was changed, or `None` where the table is empty."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA writable_schema=ON")
    connection.execute("DELETE FROM sqlite_master WHERE type='trigger'")
    connection.commit()
    connection.close()
    connection = sqlite3.connect(path)
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    keys = [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[5]]
    rows = connection.execute(f"SELECT {', '.join(keys)} FROM {table}").fetchall()
    if not rows:
        connection.close()
        return None
    row = chance.choice(rows)
    where = " AND ".join(f"{k}=?" for k in keys)
    column = chance.choice([c for c in columns if c not in keys])
    (old,) = connection.execute(f'SELECT "{column}" FROM {table} WHERE {where}', row).fetchone()
    connection.execute(f'UPDATE {table} SET "{column}"=? WHERE {where}', (flipped(old, chance), *row))
    connection.commit()
    connection.close()
    return f"{table}.{column} {row}"


def flipped(value: object, chance: random.Random) -> object:
    """A value with one bit the other way round."""
    if value is None:
        return "x"
    if isinstance(value, int):
        return value ^ (1 << chance.randrange(8))
    data = bytearray(value.encode() if isinstance(value, str) else value)  # type: ignore[arg-type]
    if not data:
        return "x"
    data[chance.randrange(len(data))] ^= 1
    return bytes(data) if isinstance(value, bytes) else data.decode("utf-8", "replace")


@pytest.mark.parametrize("table", FACTS)
def test_a_changed_value_is_found_and_named(tmp_path: Path, table: str) -> None:
    path = tmp_path / "l.sqlite"
    filled(path, range(4))
    ledger = open_ledger(path, write=True)
    word = Judgement(id="jdg-1", verb="reject", subject=everything(ledger).events[0].id, by="A", reason="a test", at="")
    judge(ledger, word, **deliveries.RULES)
    ledger.close()
    whole = path.read_bytes()
    for seed in range(8):
        copy = tmp_path / f"{seed}.sqlite"
        copy.write_bytes(whole)
        changed = flip(copy, table, random.Random(seed))
        assert changed, f"no {table} in these deliveries"
        found = verify(open_ledger(copy))
        assert found, f"{changed} was not found"


def test_a_row_taken_out_or_put_in_is_found(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    filled(path, range(4))
    whole = path.read_bytes()
    for number, statement in enumerate(
        (
            "DELETE FROM claims WHERE seq=(SELECT max(seq) FROM claims)",
            "DELETE FROM evidence WHERE claim=(SELECT max(claim) FROM evidence)",
            "DELETE FROM log WHERE seq=(SELECT max(seq) FROM log)",
            "INSERT INTO problems SELECT seq+100000, run, stage, code, message, at FROM problems LIMIT 1",
        )
    ):
        copy = tmp_path / f"{number}.sqlite"
        copy.write_bytes(whole)
        connection = sqlite3.connect(copy)
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement)
        connection.commit()
        connection.close()
        assert verify(open_ledger(copy)), statement


def test_flipped_bytes_of_the_file_are_found_or_change_nothing(tmp_path: Path) -> None:
    """A byte anywhere in the file: the ledger refuses, or names the fault, or what it says is as it was."""
    path = tmp_path / "l.sqlite"
    ledger = filled(path, range(6))
    before = deliveries.digest(ledger)
    whole = path.read_bytes()
    chance = random.Random(5)
    named = 0
    for number in range(60):
        data = bytearray(whole)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        copy = tmp_path / f"{number}.sqlite"
        copy.write_bytes(data)
        try:
            rotten = open_ledger(copy)
            if verify(rotten):
                named += 1
            else:
                assert deliveries.digest(rotten) == before, f"flip {number} changed what the ledger says, and nobody noticed"
        except StoreError:
            named += 1
    assert named > 0
