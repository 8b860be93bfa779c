"""The list of deeds only grows and shows where it was changed; requests wait until they are answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from marsad.ledger import requests
from marsad.ledger.accounts import Accounts
from marsad.ledger.auditing import Deed, beside, broken, entries, note
from marsad.ledger.requests import add_request, answer_request, requests_in
from marsad.ledger.store import open_ledger
from marsad.model import ConfigError, StoreError


@pytest.fixture
def kept(tmp_path: Path) -> Accounts:
    return beside(open_ledger(tmp_path / "l.sqlite", write=True))


def test_deeds_are_listed_the_newest_first_and_by_whom(kept: Accounts) -> None:
    note(
        kept,
        [Deed(by="Amal", action="publish", what="r1", tier="public", records=3), Deed(by="Karim", action="export", what="x")],
    )
    note(kept, [Deed(by="Amal", action="view", what="/api/v1/reports/rep-1")])
    assert [(e.id, e.deed.by, e.deed.action) for e in entries(kept)] == [
        (3, "Amal", "view"),
        (2, "Karim", "export"),
        (1, "Amal", "publish"),
    ]
    assert [e.id for e in entries(kept, by="Amal", action="publish")] == [1]
    assert broken(kept) == []


@pytest.mark.parametrize(
    "change", ["UPDATE account_audit SET by = 'Lena' WHERE id = 2", "DELETE FROM account_audit WHERE id = 2"]
)
def test_a_change_of_the_list_shows(kept: Accounts, change: str) -> None:
    note(kept, [Deed(by="Amal", action="export", what=str(n)) for n in range(4)])
    with kept.write() as connection:
        connection.exec_driver_sql(change)
    assert [p.code for p in broken(kept)][:1] == ["broken_audit"]


def test_a_request_waits_until_it_is_answered(kept: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    made = add_request(kept, kind="removal", subject="evt-1", text="my name is in it", contact="a@b.example")
    assert [r.id for r in requests_in(kept)] == [made.id]
    done = answer_request(kept, made.id, status="done", by="Amal", note="gone")
    assert (done.status, done.by, done.note) == ("done", "Amal", "gone") and done.answered
    assert requests_in(kept) == [] and len(requests_in(kept, status=None)) == 1
    for wrong in ({"kind": "praise"}, {"text": " "}, {"text": "x" * 4001}, {"subject": "x" * 301}):
        with pytest.raises(ConfigError):
            add_request(kept, **{"kind": "other", "subject": "", "text": "x", **wrong})
    with pytest.raises(StoreError, match="no request 9"):
        answer_request(kept, 9, status="done", by="Amal")
    monkeypatch.setattr(requests, "MOST_OPEN", 0)
    with pytest.raises(ConfigError, match="too many"):
        add_request(kept, kind="other", subject="", text="x")
