"""Adding to a ledger: facts that are new are kept, those that it has are left as they are, and what they touch is folded anew."""

from __future__ import annotations

import dataclasses
import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, select

from marsad.ledger import schema
from marsad.ledger.blocks import Rules
from marsad.ledger.failpoints import reach
from marsad.ledger.folding import refold
from marsad.ledger.narrow import keep_passages
from marsad.ledger.records import Journal, among, encode, hashed, printable
from marsad.ledger.refolding import Touched
from marsad.ledger.store import Ledger, persist
from marsad.model import Capture, Claim, Problem, Report, StoreError

if TYPE_CHECKING:
    from marsad.linking import Folds


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


def append(
    ledger: Ledger,
    batch: Batch,
    *,
    link: Callable[..., Folds],
    mark_copies: Callable[..., Iterable[Report]],
    block_keys: Callable[[Claim, Report], tuple[str, ...]] | None = None,
    copy_keys: Callable[[Report], Sequence[int]] | None = None,
    linked: Callable[..., frozenset[str]] | None = None,
    ask_keys: Callable[[Claim, Report], tuple[str, ...]] | None = None,
) -> Added:
    """Keep a batch in one transaction and link what it touches. The same batch again adds nothing.

    The functions are those of `marsad.ledger.blocks.Rules`; without `block_keys` all claims are linked anew.
    Raises `StoreError` where a quote does not stand in its report, or the ledger can't be written; then nothing is kept.
    """
    check(batch)
    rules = Rules(
        link=link, mark_copies=mark_copies, block_keys=block_keys, copy_keys=copy_keys, linked=linked, ask_keys=ask_keys
    )
    reach("append.begin")
    added = persist(ledger, lambda: keep(ledger, batch, rules))
    reach("append.done")
    return added


def keep(ledger: Ledger, batch: Batch, rules: Rules) -> Added:
    """The transaction of `append`."""
    with uncollected(), ledger.write() as connection:
        keeper = Keeper(connection, batch)
        added = keeper.keep()
        reach("append.facts")
        if keeper.changed:
            touched = Touched(
                rows=keeper.rows,
                claims=keeper.claims,
                reports=keeper.changed,
                gone=frozenset(keeper.gone),
                by=f"{batch.version} {batch.codebook}",
            )
            refold(connection, keeper.journal, rules, touched)
        reach("append.commit")
        return added


@contextmanager
def uncollected() -> Iterator[None]:
    """Without looking for reference cycles: facts have none, and to go through all of them again and again takes a fifth more."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def check(batch: Batch) -> None:
    """Every claim cites its own report, at the right offsets."""
    texts = {r.id: r.text for r in batch.reports}
    for claim in batch.claims:
        text = texts.get(claim.report)
        if text is None:
            raise StoreError(f"claim {claim.id} is about a report that did not come with it ({claim.report})")
        if not any(e.field == "claim" for e in claim.evidence):
            raise StoreError(f"claim {claim.id} cites no sentence")
        for e in claim.evidence:
            if not 0 <= e.start < e.end <= len(text):
                raise StoreError(f"claim {claim.id}, {e.field}: {e.start}:{e.end} is not inside its report")
            if text[e.start : e.end] != e.quote:
                raise StoreError(f"claim {claim.id}, {e.field}: {claim.report}[{e.start}:{e.end}] is not {e.quote!r}")


class Keeper:
    """One batch on its way into the log: what is known is asked once for all, what is new is written at once."""

    def __init__(self, connection: Connection, batch: Batch) -> None:
        self.connection = connection
        self.batch = batch
        self.journal = Journal(connection)
        self.run: int | None = None
        self.rows: dict[int, Report] = {}
        self.changed: dict[str, Report] = {}
        self.claims: dict[int, Claim] = {}
        self.gone: set[int] = set()
        self.passages: list[tuple[int, str]] = []

    def keep(self) -> Added:
        """Write the facts; how many were new."""
        captures = self.keep_captures()
        reports, claims = self.keep_codings()
        problems = self.keep_problems()
        self.journal.flush()
        keep_passages(self.connection, self.passages)
        return Added(captures=captures, reports=reports, claims=claims, problems=problems)

    def run_seq(self) -> int:
        """The run's number, written when its first coding or problem is."""
        if self.run is None:
            self.run = self.journal.add("run", self.batch.version, self.batch.version, self.batch.codebook)
        return self.run

    def keep_captures(self) -> int:
        table = schema.captures
        known = set(self.rows_of(select(table.c.id), table.c.id, [c.id for c in self.batch.captures]))
        new = {c.id: c for c in self.batch.captures if (c.id,) not in known}
        for c in new.values():
            words = [None if w is None else printable(w) for w in (c.origin, c.url, c.fetched, c.media_type)]
            self.journal.add("capture", c.id, c.id, *words, c.body)
        return len(new)

    def keep_problems(self) -> int:
        table = schema.problems
        given = {tuple(printable(w) for w in (p.stage, p.code, p.message, p.at or "")): p for p in self.batch.problems}
        columns = (table.c.stage, table.c.code, table.c.message, table.c.at)
        known = {tuple(row) for row in self.rows_of(select(*columns), table.c.code, list(dict.fromkeys(k[1] for k in given)))}
        new = [key for key in given if key not in known]
        for key in new:
            self.journal.add("problem", key[3], self.run_seq(), *key)
        return len(new)

    def rows_of(self, statement: Any, column: Any, values: Sequence[str]) -> list[Any]:
        return list(self.connection.execute(statement.where(among(self.connection, column, values)))) if values else []

    def keep_codings(self) -> tuple[int, int]:
        """Each report that is coded otherwise than before: the report, its claims, and which of them are in force."""
        reports = {r.id: r for r in self.batch.reports}
        of_report: dict[str, list[Claim]] = {}
        for claim in self.batch.claims:
            of_report.setdefault(claim.report, []).append(claim)
        last = self.last_codings(list(reports))
        pending = []
        for report in reports.values():
            own = {c.id: (c, encode(c)) for c in of_report.get(report.id, [])}
            digest = hashed(encode(dataclasses.replace(report, origin="", capture=None, copy_of=None)))
            coding = hashed("\n".join([digest, *sorted(body for _, body in own.values())]))
            if last.get(report.id, (0, ""))[1] != coding:
                pending.append((report, digest, own, coding))
        known_reports = self.known(schema.reports, [report.id for report, *_ in pending])
        known_claims = self.known(schema.claims, [name for _, _, own, _ in pending for name in own])
        counts = [0, 0]
        before: list[int] = [last[report.id][0] for report, *_ in pending if report.id in last]
        for report, digest, own, coding in pending:
            report_seq = known_reports.get((report.id, digest)) or self.new_report(report, digest, counts)
            coded = {
                known_claims.get((name, hashed(body))) or self.new_claim(report, c, body, counts): c
                for name, (c, body) in own.items()
            }
            claims = sorted(coded)
            values = (self.run_seq(), report.id, report_seq, coding)
            seq = self.journal.add("coding", report.id, *values, extra=claims)
            self.journal.beside(schema.coding_claims, [(seq, claim) for claim in claims])
            self.changed[report.id] = report
            self.claims |= coded
        self.gone = self.claims_of(before) - self.claims.keys()
        return counts[0], counts[1]

    def new_report(self, report: Report, digest: str, counts: list[int]) -> int:
        seq = self.journal.add("report", report.id, report.id, digest, encode(dataclasses.replace(report, copy_of=None)))
        self.rows[seq] = report
        self.passages.append((seq, f"{report.title or ''}\n{report.text}"))
        counts[0] += 1
        return seq

    def new_claim(self, report: Report, claim: Claim, body: str, counts: list[int]) -> int:
        cited = [(n, e.field, e.start, e.end) for n, e in enumerate(claim.evidence)]
        seq = self.journal.add("claim", claim.id, claim.id, hashed(body), body, extra=cited)
        self.journal.beside(schema.evidence, [(seq, *row) for row in cited])
        quotes = "\n".join(dict.fromkeys(e.quote for e in claim.evidence))
        self.passages.append((seq, f"{report.title or ''}\n{quotes}"))
        counts[1] += 1
        return seq

    def known(self, table: Any, ids: list[str]) -> dict[tuple[str, str], int]:
        """The numbers of rows that are there, by id and digest."""
        rows = self.rows_of(select(table.c.id, table.c.digest, table.c.seq), table.c.id, ids)
        return {(name, digest): seq for name, digest, seq in rows}

    def last_codings(self, ids: list[str]) -> dict[str, tuple[int, str]]:
        """Number and digest of the coding in force of each report."""
        table = schema.codings
        statement = select(table.c.report, table.c.seq, table.c.digest).order_by(table.c.seq)
        return {report: (seq, digest) for report, seq, digest in self.rows_of(statement, table.c.report, ids)}

    def claims_of(self, codings: Sequence[int]) -> set[int]:
        table = schema.coding_claims
        rows = self.connection.execute(select(table.c.claim).where(among(self.connection, table.c.coding, codings)))
        return set(rows.scalars())


def count(ledger: Ledger) -> dict[str, int]:
    """How many rows each table holds."""
    with ledger.read() as connection:
        return {
            t.name: connection.execute(select(func.count()).select_from(t)).scalar_one() for t in schema.METADATA.sorted_tables
        }
