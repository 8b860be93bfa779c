"""Which captures a ledger has, which versions of a page, and which reports are copies of one another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from marsad.ledger import schema
from marsad.ledger.inforce import claims_of_reports, copies, last_seq, reports_in_force
from marsad.ledger.records import among, decode
from marsad.ledger.store import Ledger
from marsad.model import Claim, Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A page as it stood when it was read: its report, its claims, when it was fetched (`None` where it came from a file)."""

    report: Report
    claims: tuple[Claim, ...]
    fetched: str | None
    seq: int


def known_captures(ledger: Ledger, ids: Iterable[str]) -> set[str]:
    """Which of those captures the ledger has."""
    with ledger.read() as connection:
        table = schema.captures
        return set(connection.execute(select(table.c.id).where(among(connection, table.c.id, list(ids)))).scalars())


def is_new(ledger: Ledger) -> bool:
    """Whether nothing was kept in it yet."""
    with ledger.read() as connection:
        return last_seq(connection) == 0


def versions_of(ledger: Ledger, address: str) -> list[Version]:
    """The versions of the page at an address, in the order in which they were fetched, each once."""
    with ledger.read() as connection:
        table, captures = schema.reports, schema.captures
        rows = connection.execute(
            select(table.c.seq, table.c.body).where(table.c.body.contains(f'"url":"{address}"', autoescape=True))
        )
        found: dict[str, tuple[int, Report]] = {}
        for seq, body in rows:
            report = decode(body)
            if report.url == address:
                found[report.id] = min(found.get(report.id, (seq, report)), (seq, report), key=lambda pair: pair[0])
        ids = [report.capture for _, report in found.values() if report.capture]
        when = connection.execute(select(captures.c.id, captures.c.fetched).where(among(connection, captures.c.id, ids)))
        fetched: dict[str, str | None] = {row.id: row.fetched for row in when}
        claims: dict[str, list[Claim]] = {}
        for claim in claims_of_reports(connection, list(found)).values():
            claims.setdefault(claim.report, []).append(claim)
    versions = [
        Version(report=report, claims=tuple(claims.get(report.id, ())), fetched=fetched.get(report.capture or ""), seq=seq)
        for seq, report in found.values()
    ]
    return sorted(versions, key=lambda v: (v.fetched or v.report.published or "", v.seq))


def families(ledger: Ledger, *, report: str | None = None) -> list[tuple[Report, ...]]:
    """Each story that more than one report tells: the original first, then its copies by day; with `report` only its family."""
    with ledger.read() as connection:
        pairs = copies(connection, None)
        if report is not None:
            original = pairs.get(report, report)
            pairs = {copy: of for copy, of in pairs.items() if of == original}
        reports = {r.id: r for r in reports_in_force(connection, [*pairs, *pairs.values()])}
    members: dict[str, list[Report]] = {}
    for copy, of in pairs.items():
        if copy in reports and of in reports:
            members.setdefault(of, []).append(reports[copy])
    found = [(reports[of], *sorted(rest, key=lambda r: (r.published or "9999", r.id))) for of, rest in members.items()]
    return sorted(found, key=lambda family: (-len(family), family[0].published or "9999", family[0].id))
