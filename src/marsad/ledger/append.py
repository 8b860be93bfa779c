"""Adding to a ledger: facts that are new are kept, those that it has are left as they are, and the folds are made anew."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.dialects.sqlite import insert as insert_or

from marsad.ledger import schema
from marsad.ledger.fold import refold
from marsad.ledger.store import Ledger
from marsad.model import Capture, Claim, Problem, Report, Span, StoreError, dump

if TYPE_CHECKING:
    from marsad.linking import Folds

Link = Callable[[Sequence[Claim], Sequence[Report]], "Folds"]
MarkCopies = Callable[[Sequence[Report]], Iterable[Report]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """How many rows a run added; all 0 where the ledger had everything."""

    captures: int = 0
    reports: int = 0
    claims: int = 0
    problems: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What a run brings: facts, and the version and codebook that made them."""

    captures: Sequence[Capture] = ()
    reports: Sequence[Report] = ()
    claims: Sequence[Claim] = ()
    problems: Sequence[Problem] = ()
    version: str
    codebook: str


def append(ledger: Ledger, batch: Batch, *, link: Link, mark_copies: MarkCopies) -> Added:
    """Keep a batch in one transaction and link all claims anew. The same batch again adds nothing.

    Raises `StoreError` where a quote does not stand in its report, or the file can't be written; then nothing is kept.
    """
    check(batch)
    of_report: dict[str, list[Claim]] = {}
    for claim in batch.claims:
        of_report.setdefault(claim.report, []).append(claim)
    with ledger.write() as connection:
        run = Run(connection, batch)
        captures = sum(keep_capture(connection, c) for c in batch.captures)
        coded = [keep_coding(run, report, of_report.get(report.id, [])) for report in batch.reports]
        problems = sum(keep_problem(run, p) for p in batch.problems)
        if any(changed for changed, _, _ in coded):
            refold(connection, link=link, mark_copies=mark_copies)
        return Added(
            captures=captures, reports=sum(r for _, r, _ in coded), claims=sum(c for _, _, c in coded), problems=problems
        )


class Run:
    """The row of a run, written when the first fact of it is."""

    def __init__(self, connection: Connection, batch: Batch) -> None:
        self.connection = connection
        self.batch = batch
        self._seq: int | None = None

    @property
    def seq(self) -> int:
        """The run's number in the ledger."""
        if self._seq is None:
            values = {"version": self.batch.version, "codebook": self.batch.codebook, "at": now()}
            self._seq = inserted(self.connection, insert(schema.runs).values(**values))
        return self._seq


def now() -> str:
    """The moment, for a person who reads the ledger; nothing is ordered by it."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


def check(batch: Batch) -> None:
    """Every claim cites its own report, at the right offsets."""
    texts = {r.id: r.text for r in batch.reports}
    for claim in batch.claims:
        if claim.report not in texts:
            raise StoreError(f"claim {claim.id} is about a report that did not come with it ({claim.report})")
        if not any(e.field == "claim" for e in claim.evidence):
            raise StoreError(f"claim {claim.id} cites no sentence")
        for e in claim.evidence:
            try:
                Span(report=claim.report, start=e.start, end=e.end, quote=e.quote).check(texts[claim.report])
            except ValueError as error:
                raise StoreError(f"claim {claim.id}, {e.field}: {error}") from error
            if not 0 <= e.start < e.end <= len(texts[claim.report]):
                raise StoreError(f"claim {claim.id}, {e.field}: {e.start}:{e.end} is not inside its report")


def keep_capture(connection: Connection, capture: Capture) -> bool:
    """Whether the bytes were new."""
    values = {
        "id": capture.id,
        "origin": capture.origin,
        "url": capture.url,
        "fetched": capture.fetched,
        "media_type": capture.media_type,
        "body": capture.body,
    }
    return connection.execute(insert_or(schema.captures).values(**values).on_conflict_do_nothing()).rowcount > 0


def keep_problem(run: Run, problem: Problem) -> bool:
    """Whether nobody had met it before."""
    table = schema.problems
    values = {"stage": problem.stage, "code": problem.code, "message": problem.message, "at": problem.at or ""}
    same = select(table.c.seq).where(*(table.c[k] == v for k, v in values.items()))
    if run.connection.execute(same).first():
        return False
    run.connection.execute(insert(table).values(run=run.seq, **values))
    return True


def keep_coding(run: Run, report: Report, claims: Sequence[Claim]) -> tuple[bool, bool, int]:
    """Whether the report's coding is other than the one in force, whether the report is new, how many claims are.

    A report that comes again from another file, or as a copy of another one, is the same report.
    """
    body = dump(report)
    digest = hashed(dump(dataclasses.replace(report, origin="", capture=None, copy_of=None)))
    bodies = {claim.id: dump(claim) for claim in claims}
    coding = hashed("\n".join([digest, *sorted(bodies.values())]))
    table = schema.codings
    last = run.connection.execute(
        select(table.c.digest).where(table.c.report == report.id).order_by(table.c.seq.desc()).limit(1)
    ).scalar()
    if last == coding:
        return False, False, 0
    report_seq, fresh = keep_report(run.connection, report, digest, body)
    seq = inserted(run.connection, insert(table).values(run=run.seq, report=report.id, report_seq=report_seq, digest=coding))
    kept = [keep_claim(run.connection, claim, bodies[claim.id]) for claim in claims]
    if kept:
        run.connection.execute(insert(schema.coding_claims), [{"coding": seq, "claim": claim_seq} for claim_seq, _ in kept])
    return True, fresh, sum(new for _, new in kept)


def keep_report(connection: Connection, report: Report, digest: str, body: str) -> tuple[int, bool]:
    """The row that holds the report as it is, and whether it is new."""
    table = schema.reports
    known = connection.execute(select(table.c.seq).where(table.c.id == report.id, table.c.digest == digest)).scalar()
    if known is not None:
        return int(known), False
    values = {"id": report.id, "digest": digest, "capture": report.capture, "origin": report.origin, "title": report.title}
    values |= {"publisher": report.publisher, "published": report.published, "body": body}
    return inserted(connection, insert(table).values(**values)), True


def keep_claim(connection: Connection, claim: Claim, body: str) -> tuple[int, bool]:
    """The row that holds the claim as it is, and whether it is new."""
    table = schema.claims
    digest = hashed(body)
    known = connection.execute(select(table.c.seq).where(table.c.id == claim.id, table.c.digest == digest)).scalar()
    if known is not None:
        return int(known), False
    values = {
        "id": claim.id,
        "digest": digest,
        "report": claim.report,
        "scope": claim.scope,
        "sub_event_type": claim.sub_event_type,
        "country": claim.where[0].country if claim.where else None,
        "first": claim.when.first,
        "stance": claim.stance,
        "status": claim.status,
        "confidence": claim.confidence,
        "body": body,
    }
    return inserted(connection, insert(table).values(**values)), True


def inserted(connection: Connection, statement: object) -> int:
    """Run an insert; the number of its row."""
    key = connection.execute(statement).inserted_primary_key  # type: ignore[call-overload]
    return int(key[0])


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def count(ledger: Ledger) -> dict[str, int]:
    """How many rows each table holds."""
    with ledger.read() as connection:
        return {
            t.name: connection.execute(select(func.count()).select_from(t)).scalar_one() for t in schema.METADATA.sorted_tables
        }
