"""Accounts beside a ledger: who is in them, what is kept of secrets, on SQLite and PostgreSQL."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from marsad.ledger.accounts import (
    WaitError,
    add_user,
    all_users,
    begin_session,
    caller_by_session,
    caller_by_token,
    change_user,
    check_login,
    drop_token,
    end_session,
    has_accounts,
    make_token,
    open_accounts,
    tokens_of,
)
from marsad.ledger.kept import add_remark, remarks_on, save_filter, saved_filters, signing_key
from marsad.ledger.store import open_ledger
from marsad.model import ConfigError

SECRET = " ".join(["a", "long", "pass", "phrase"])


def test_people_come_in_and_are_shut_out(address: str) -> None:
    ledger = open_ledger(address, write=True)
    assert not has_accounts(ledger)
    accounts = open_accounts(ledger)
    assert has_accounts(ledger) and all_users(accounts) == ()
    add_user(accounts, "Amal", "admin", SECRET)
    add_user(accounts, "karim", "coder", SECRET)
    for wrong in (("amal", "reader", SECRET), ("x\ny", "reader", SECRET), ("new", "king", SECRET), ("new", "reader", "short")):
        with pytest.raises(ConfigError):
            add_user(accounts, *wrong)
    user = check_login(accounts, "Amal", SECRET)
    assert user is not None and user.role == "admin" and check_login(accounts, "Amal", "no") is None
    visit = begin_session(accounts, user)
    assert (caller_by_session(accounts, visit.secret) or pytest.fail("no visit")).csrf == visit.csrf
    assert caller_by_session(accounts, visit.csrf) is None
    end_session(accounts, visit.secret)
    assert caller_by_session(accounts, visit.secret) is None
    token, secret = make_token(accounts, "karim", label="x", scopes=("read", "judge"))
    assert (caller_by_token(accounts, secret) or pytest.fail("no token")).scopes == ("read", "judge")
    assert tokens_of(accounts) == (token,) and tokens_of(accounts, "Amal") == ()
    assert not drop_token(accounts, token.id, user="Amal") and drop_token(accounts, token.id, user="karim")
    with pytest.raises(ConfigError, match="last admin"):
        change_user(accounts, "Amal", active=False)
    with pytest.raises(ConfigError, match="no user"):
        change_user(accounts, "nobody", role="reader")
    assert not change_user(accounts, "karim", active=False).active
    assert check_login(accounts, "karim", SECRET) is None
    accounts.close()


def test_pauses_double(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    accounts = open_accounts(open_ledger(address, write=True))
    add_user(accounts, "amal", "admin", SECRET)
    clock = [1000.0]
    monkeypatch.setattr("marsad.ledger.accounts.time.time", lambda: clock[0])
    waits = []
    for _ in range(12):
        try:
            check_login(accounts, "amal", "wrong", origin="10.0.0.1")
        except WaitError as error:
            waits.append(error.seconds)
            clock[0] += error.seconds
    assert waits == sorted(waits) and waits[-1] >= 2 * waits[0]
    with pytest.raises(WaitError):
        for _ in range(9):
            check_login(accounts, "somebody else", "wrong", origin="10.0.0.1")
    clock[0] += 10_000
    assert check_login(accounts, "amal", SECRET, origin="10.0.0.2") is not None
    accounts.close()


def test_filters_remarks_and_the_key_are_kept(address: str) -> None:
    accounts = open_accounts(open_ledger(address, write=True))
    save_filter(accounts, "mine", owner="a", kind="events", query="country=Sudan")
    save_filter(accounts, "mine", owner="a", kind="events", query="country=Chad")
    with pytest.raises(ConfigError, match="another name"):
        save_filter(accounts, "mine", owner="b", kind="events", query="")
    assert [f.query for f in saved_filters(accounts)] == ["country=Chad"]
    add_remark(accounts, "evt-1", by="a", text="<script>")
    assert [r.text for r in remarks_on(accounts, "evt-1")] == ["<script>"] and remarks_on(accounts, "evt-2") == ()
    assert signing_key(accounts) == signing_key(accounts) and len(signing_key(accounts)) == 32
    accounts.close()


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path / "record.sqlite", write=True)
    open_accounts(ledger).close()
    where = tmp_path / "record.sqlite.accounts"
    assert stat.S_IMODE(os.stat(where).st_mode) == 0o600
    assert b"account_users" not in (tmp_path / "record.sqlite").read_bytes()
