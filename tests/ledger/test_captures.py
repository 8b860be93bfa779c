"""Which captures, versions and copies a ledger has, on both databases."""

from __future__ import annotations

import dataclasses
import json

from tests import standins

from marsad.api import keep
from marsad.intake import copy_keys, mark_copies
from marsad.ledger.captures import families, is_new, known_captures, versions_of
from marsad.ledger.store import Ledger, open_ledger
from marsad.model import Capture, Report
from marsad.pipeline import run

LONG = " The road to the town was closed after the attack, and the market stood empty for the whole of the day that followed it."


def read(capture: Capture, published: str | None) -> tuple[list[Report], list[object]]:
    told = json.loads(capture.body)
    return [standins.report_of(told.pop("text"), origin=capture.origin, capture=capture.id, **told)], []


def add(ledger: Ledger, fetched: str, **story: str) -> str:
    """Keep a story that was fetched at a time; the id of its report."""
    stages = dataclasses.replace(
        standins.stages(),
        read_capture=read,
        mark_copies=mark_copies,
        copy_keys=copy_keys,  # type: ignore[arg-type]
    )
    capture = standins.capture_of(json.dumps(story))
    outcome = run([dataclasses.replace(capture, fetched=fetched)], link=False, stages=stages)
    keep(outcome, ledger, stages)
    return outcome.findings.reports[0].id


def test_what_is_known(address: str) -> None:
    ledger = open_ledger(address, write=True)
    assert is_new(ledger)
    add(ledger, "2026-02-18T08:00:00Z", text="8 killed in Sinja", url="https://a.example/1")
    body = standins.capture_of(json.dumps({"text": "8 killed in Sinja", "url": "https://a.example/1"}))
    assert known_captures(ledger, [body.id, "other"]) == {body.id} and not is_new(ledger) and known_captures(ledger, []) == set()
    ledger.close()


def test_versions_by_the_time_they_were_fetched(address: str) -> None:
    ledger = open_ledger(address, write=True)
    page = "https://a.example/x_1?q=50%25"
    later = add(ledger, "2026-02-18T14:00:00Z", text="14 killed in Sinja", url=page)
    first = add(ledger, "2026-02-18T08:00:00Z", text="8 killed in Sinja", url=page)
    add(ledger, "2026-02-18T08:00:00Z", text="3 killed in Dilling", url="https://a.example/xy1?q=50%25")
    found = versions_of(ledger, page)
    assert [(v.report.id, v.fetched) for v in found] == [(first, "2026-02-18T08:00:00Z"), (later, "2026-02-18T14:00:00Z")]
    assert [v.claims[0].counts[0].low for v in found] == [8, 14] and versions_of(ledger, "https://a.example/") == []
    ledger.close()


def test_families_of_copies(address: str) -> None:
    ledger = open_ledger(address, write=True)
    one = add(ledger, "2026-02-18T08:00:00Z", text=f"8 killed in Sinja.{LONG}", publisher="A", published="2026-02-18")
    two = add(
        ledger, "2026-02-19T08:00:00Z", text=f"CAIRO (AP) — 8 killed in Sinja.{LONG}", publisher="B", published="2026-02-19"
    )
    other = add(ledger, "2026-02-19T08:00:00Z", text="3 killed in Dilling", publisher="B", published="2026-02-19")
    assert [[r.id for r in family] for family in families(ledger)] == [[one, two]]
    assert [r.id for r in families(ledger, report=two)[0]] == [one, two] and families(ledger, report=other) == []
    ledger.close()
