"""Findings as a ledger of their own: what a server shows to whom it does not know holds nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from marsad.ledger import schema
from marsad.ledger.findings import Findings
from marsad.ledger.narrow import Change, Fold, keep_changes, keep_passages
from marsad.ledger.records import Journal, encode, hashed, printable, put
from marsad.ledger.store import Ledger
from marsad.model import Claim, Report

WHY = "as it is shown to anybody"
CHUNK = 2_000


def write_findings(ledger: Ledger, found: Findings, *, version: str, codebook: str) -> None:
    """Put findings into an empty ledger: reports with their claims, folds as first revisions, indexes and words to search.

    Nothing is linked anew. Raises `StoreError` where the ledger can't be written.
    """
    with ledger.write() as connection:
        journal = Journal(connection)
        run = journal.add("run", printable(version), printable(version), printable(codebook))
        of_report: dict[str, list[Claim]] = {}
        for claim in found.claims:
            of_report.setdefault(claim.report, []).append(claim)
        numbers: dict[str, int] = {}
        for report in found.reports:
            words = list(keep_report(journal, run, report, of_report.get(report.id, []), numbers))
            if len(journal.rows["log"]) > CHUNK:
                journal.flush()
            keep_passages(connection, words)
        journal.flush()
        copies = [(r.id, r.copy_of) for r in found.reports if r.copy_of]
        for name, original in copies:
            journal.add("revision", name, "copy", name, WHY, original)
        journal.flush()
        put(connection, schema.copies, copies)
        folds: list[tuple[str, Fold]] = [("event", e) for e in found.events]
        folds += [("statistic", s) for s in found.statistics]
        folds += [("condition", c) for c in found.conditions]
        for begin in range(0, len(folds), CHUNK):
            some = folds[begin : begin + CHUNK]
            changes = [Change(seq=journal.add("revision", f.id, kind, f.id, WHY, encode(f)), new=f) for kind, f in some]
            journal.flush()
            keep_changes(connection, changes)
        fold_of = {claim: fold.id for _, fold in folds for claim in fold.claims}
        put(connection, schema.linked, [(seq, seq, fold_of.get(name)) for name, seq in sorted(numbers.items())])


def keep_report(
    journal: Journal, run: int, report: Report, claims: list[Claim], numbers: dict[str, int]
) -> Iterator[tuple[int, str]]:
    """A report and its claims as facts; the words that each is found by."""
    body = encode(replace(report, copy_of=None))
    seq = journal.add("report", report.id, report.id, hashed(body), body)
    yield seq, f"{report.title or ''}\n{report.text}"
    own = []
    for claim in claims:
        told = encode(claim)
        cited = [(n, e.field, e.start, e.end) for n, e in enumerate(claim.evidence)]
        number = journal.add("claim", claim.id, claim.id, hashed(told), told, extra=cited)
        journal.beside(schema.evidence, [(number, *row) for row in cited])
        numbers[claim.id] = number
        own.append(number)
        quotes = "\n".join(dict.fromkeys(e.quote for e in claim.evidence))
        yield number, f"{report.title or ''}\n{quotes}"
    coding = journal.add("coding", report.id, run, report.id, seq, hashed(body), extra=own)
    journal.beside(schema.coding_claims, [(coding, number) for number in own])
