"""`marsad verify` and `marsad rebuild` from the command line."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from tests.ledger.invented import batch_of
from typer.testing import CliRunner, Result

from marsad import cli
from marsad.ledger.append import append
from marsad.ledger.store import open_ledger
from marsad.stages import installed_rules


def call(*words: str) -> Result:
    return CliRunner().invoke(cli.app, list(words))


@pytest.fixture
def ledger(tmp_path: Path) -> str:
    path = tmp_path / "record.sqlite"
    store = open_ledger(path, write=True)
    append(store, batch_of(list(range(9))), **installed_rules())
    store.close()
    return str(path)


def changed(path: str, statement: str, trigger: str | None = None) -> None:
    connection = sqlite3.connect(path)
    if trigger:
        connection.execute(f"DROP TRIGGER {trigger}")
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_whole_ledger_is_said_to_be_whole(ledger: str) -> None:
    done = call("verify", "--ledger", ledger)
    assert done.exit_code == 0 and done.stdout.startswith("whole: ")
    head = done.stdout.split()[-1]
    assert call("verify", "--ledger", ledger, "--head", head).exit_code == 0
    assert call("verify", "--ledger", ledger, "--head", "00" * 32).exit_code == 1


def test_an_edited_claim_is_named(ledger: str) -> None:
    changed(ledger, "UPDATE claims SET body = replace(body, 'asserts', 'denies')", "claims_no_update")
    done = call("verify", "--ledger", ledger)
    assert done.exit_code == 1 and "claim clm-" in done.stderr and "changed_record" in done.stderr


def test_a_rebuild_gives_the_same_bytes_or_says_what_it_did_not(ledger: str) -> None:
    assert "the same bytes" in call("rebuild", "--check", "--ledger", ledger).stdout
    changed(ledger, "UPDATE events SET day = day + 1")
    done = call("rebuild", "--check", "--ledger", ledger)
    assert done.exit_code == 1 and "events" in done.stderr and "nothing was changed" in done.stdout
    assert call("verify", "--ledger", ledger).exit_code == 1
    assert call("rebuild", "--ledger", ledger).exit_code == 0
    assert call("verify", "--ledger", ledger).exit_code == 0


def test_without_a_ledger_they_ask_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MARSAD_LEDGER", raising=False)
    for command in ("verify", "rebuild"):
        done = call(command)
        assert done.exit_code == 2 and "which ledger?" in done.stderr
