"""`verify` names whatever was changed behind the ledger's back."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest
from tests.ledger.invented import batch_of
from tests.ledger.test_ledger import batch

from marsad.ledger import schema
from marsad.ledger.append import append
from marsad.ledger.audit import verify
from marsad.ledger.history import head
from marsad.ledger.judging import judge
from marsad.ledger.query import lookup
from marsad.ledger.releasing import keep_release
from marsad.ledger.store import Ledger, open_ledger
from marsad.model import Judgement, Problem, StoreError
from marsad.stages import installed_rules

RULES = installed_rules()


def filled(address: str | Path) -> Ledger:
    ledger = open_ledger(address, write=True)
    problem = Problem(stage="s", code="c", message="m")
    append(ledger, batch("8 killed in Sinja", "3 killed in Dilling", problems=(problem,)), **RULES)
    append(ledger, batch_of(list(range(9))), **RULES)
    row = lookup(ledger, "event")[0]
    judge(ledger, Judgement(id="jdg-1", verb="accept", subject=row.id, by="A", reason="r", at=""), **RULES)
    keep_release(ledger, "one", "{}", until=3)
    return ledger


def behind_its_back(ledger: Ledger, statement: str) -> None:
    """Run a statement with the triggers out of the way."""
    with ledger.engine.connect() as connection:
        if ledger.dialect == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            for (name,) in list(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")):
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql("SET session_replication_role = replica")
        connection.exec_driver_sql(statement)
        connection.commit()


def test_a_whole_ledger_has_nothing_wrong(address: str) -> None:
    ledger = filled(address)
    assert verify(ledger) == []
    end = head(ledger)
    assert end is not None
    append(ledger, batch_of([20, 21]), **RULES)
    assert verify(ledger, head=end.chain) == []


TEXTS = ("body", "why", "version", "at", "name", "manifest", "origin", "ref", "message", "codebook", "digest", "field", "kind")
CHANGES = [
    (table.name, column.name)
    for table in schema.FACTS
    for column in table.columns
    if column.name in TEXTS and (table.name, column.name) != ("log", "at")
]


@pytest.mark.parametrize(("table", "column"), CHANGES)
def test_an_edited_row_is_named(address: str, table: str, column: str) -> None:
    ledger = filled(address)
    key = "claim" if table == "evidence" else "seq"
    with ledger.read() as connection:
        number = connection.exec_driver_sql(f"SELECT max({key}) FROM {table}").scalar_one()
    body = {"captures": "'x'" if ledger.dialect == "sqlite" else "'x'::bytea"}.get(table) if column == "body" else None
    behind_its_back(ledger, f'UPDATE {table} SET "{column}" = {body or chr(39) + "forged" + chr(39)} WHERE {key} = {number}')
    found = verify(ledger)
    assert any(f"(number {number} of the log)" in (p.at or "") for p in found), found


@pytest.mark.parametrize("table", [t.name for t in schema.FACTS])
def test_a_deleted_row_is_named(address: str, table: str) -> None:
    ledger = filled(address)
    key = {"evidence": "claim", "coding_claims": "coding"}.get(table, "seq")
    with ledger.read() as connection:
        number = connection.exec_driver_sql(f"SELECT min({key}) FROM {table}").scalar_one()
    behind_its_back(ledger, f"DELETE FROM {table} WHERE {key} = {number}")
    assert any(f"umber {number} of the log" in (p.at or "") for p in verify(ledger))


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO claims SELECT seq + 1000000, id, 'x', body FROM claims WHERE seq = (SELECT max(seq) FROM claims)",
        "INSERT INTO evidence SELECT claim, n + 50, field, start, {end} FROM evidence "
        "WHERE claim = (SELECT max(claim) FROM evidence)",
        "UPDATE log SET at = at + 1 WHERE seq = 5",
        "UPDATE evidence SET start = start + 1 WHERE claim = (SELECT max(claim) FROM evidence) AND n = 0",
        "UPDATE events SET day = day + 1",
        "DELETE FROM fold_texts",
    ],
)
def test_what_was_slipped_in_or_shifted_is_found(address: str, statement: str) -> None:
    ledger = filled(address)
    behind_its_back(ledger, statement.replace("{end}", '"end"'))
    assert verify(ledger)


def test_a_log_that_was_cut_or_written_anew_is_found_by_its_old_end(address: str, tmp_path: Path) -> None:
    ledger = filled(address)
    end = head(ledger)
    assert end is not None
    behind_its_back(ledger, f"DELETE FROM log WHERE seq = {end.seq}")
    behind_its_back(ledger, f"DELETE FROM releases WHERE seq = {end.seq}")
    assert verify(ledger) == [] and [p.code for p in verify(ledger, head=end.chain)] == ["broken_chain"]


def flipped(path: Path, at: int, bit: int) -> None:
    with open(path, "r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ (1 << bit)]))


def test_a_flipped_bit_in_evidence_or_a_revision_is_always_found(tmp_path: Path) -> None:
    """Bits of the stored words of reports, claims and revisions are flipped in the file, one at a time."""
    path = tmp_path / "record.sqlite"
    filled(path).close()
    plain = sqlite3.connect(path)
    plain.execute("PRAGMA journal_mode=DELETE")
    query = "SELECT body FROM reports UNION ALL SELECT body FROM claims UNION ALL SELECT body FROM revisions"
    words = [row[0].encode()[:60] for row in plain.execute(query) if row[0]]
    plain.close()
    whole = path.read_bytes()
    chance = random.Random(1)
    places = [(p, len(w)) for w in words if (p := whole.find(w)) >= 0]
    assert len(places) > 20
    for start, length in chance.sample(places, 20):
        flipped(path, start + chance.randrange(length), chance.randrange(8))
        assert named(path), start
        path.write_bytes(whole)


def named(path: Path) -> bool:
    """Whether something is found, whether in opening or in reading."""
    ledger = open_ledger(path)
    try:
        return bool(verify(ledger))
    finally:
        ledger.close()


def test_any_flipped_bit_in_the_file_is_found_or_harmless(tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite"
    filled(path).close()
    sqlite3.connect(path).execute("PRAGMA journal_mode=DELETE").close()
    whole = path.read_bytes()
    good = told(path)
    chance = random.Random(2)
    found = 0
    for _ in range(60):
        flipped(path, chance.randrange(len(whole)), chance.randrange(8))
        try:
            wrong = named(path)
        except StoreError:
            wrong = True
        found += wrong
        assert wrong or told(path) == good
        path.write_bytes(whole)
    assert found > 10


def told(path: Path) -> tuple[object, ...]:
    """Every fact in the file."""
    plain = sqlite3.connect(path)
    try:
        return tuple(tuple(plain.execute(f"SELECT * FROM {t.name} ORDER BY 1, 2")) for t in schema.FACTS)
    finally:
        plain.close()


