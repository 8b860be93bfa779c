"""Texts and pages go, hashes stay: what was purged is told from what was changed, and does not come back."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.ledger.invented import batch_of

from marsad.ledger.append import append
from marsad.ledger.audit import verify
from marsad.ledger.purging import DAY, purge, purged
from marsad.ledger.query import everything, search
from marsad.ledger.store import Ledger, open_ledger
from marsad.model import Capture, StoreError, dump
from marsad.stages import installed_rules

WORD = "telephone"


def kept(address: str) -> Ledger:
    ledger = open_ledger(address, write=True)
    batch = batch_of(list(range(12)))
    page = Capture(id="", origin="page.html", body=b"<p>telephone lines</p>")
    page = Capture(id=__import__("hashlib").sha256(page.body).hexdigest(), origin=page.origin, body=page.body)
    reports = [type(r)(**{**{f: getattr(r, f) for f in r.__slots__}, "capture": page.id}) for r in batch.reports]
    append(
        ledger,
        type(batch)(captures=(page,), reports=reports, claims=batch.claims, version="1", codebook="c"),
        **installed_rules(),
    )
    return ledger


def test_what_is_purged_is_gone_and_the_ledger_is_whole(address: str) -> None:
    ledger = kept(address)
    before = everything(ledger)
    name = next(r.id for r in before.reports if WORD in r.text)
    assert name in search(ledger, WORD).reports
    assert purge(ledger, reports=[name], by="Amal", reason="asked", check=True).reports == (name,)
    assert everything(ledger) == before
    done = purge(ledger, reports=[name], by="Amal", reason="asked")
    assert done.reports == (name,) and len(done.captures) == 1
    assert verify(ledger) == [] and len(purged(ledger)) == 2
    after = everything(ledger)
    left = next(r for r in after.reports if r.id == name)
    assert WORD not in left.text and len(left.text) == len(next(r.text for r in before.reports if r.id == name))
    assert name not in search(ledger, WORD).reports
    assert [dump(e) for e in after.events] == [dump(e) for e in before.events] and after.claims == before.claims
    for claim in after.claims:
        text = next(r.text for r in after.reports if r.id == claim.report)
        assert all(text[e.start : e.end] == e.quote for e in claim.evidence)
    assert purge(ledger, reports=[name], by="Amal", reason="again").reports == ()
    ledger.close()


def test_by_age_all_goes_and_no_byte_is_left_in_the_file(tmp_path: Path) -> None:
    ledger = kept(str(tmp_path / "l.sqlite"))
    assert purge(ledger, older_than=1, by="Amal", reason="retention").reports == ()
    later = __import__("time").time_ns() // 1000 + 2 * DAY
    done = purge(ledger, older_than=1, by="Amal", reason="retention", now=later)
    assert len(done.reports) == 12 and verify(ledger) == []
    ledger.close()
    files = [p.read_bytes() for p in tmp_path.iterdir()]
    assert files and not any(WORD.encode() in body for body in files)


def test_it_does_not_come_back_and_a_changed_stub_is_named(tmp_path: Path) -> None:
    ledger = kept(str(tmp_path / "l.sqlite"))
    name = everything(ledger).reports[0].id
    purge(ledger, reports=[name], by="Amal", reason="asked")
    ledger.close()
    again = kept(str(tmp_path / "l.sqlite"))
    assert WORD not in next(r.text for r in everything(again).reports if r.id == name)
    with pytest.raises(StoreError, match="append-only"), again.write() as connection:
        connection.exec_driver_sql("UPDATE reports SET body = 'x'")
    with again.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER reports_no_update")
        connection.exec_driver_sql("UPDATE reports SET body = replace(body, 'killed', 'hurt') WHERE id = ?", (name,))
    assert "changed_record" in {p.code for p in verify(again)}
    with pytest.raises(StoreError, match="no report rep-0"):
        purge(again, reports=["rep-0"], by="Amal", reason="x")
    again.close()
