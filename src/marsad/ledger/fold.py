"""Working everything out anew: indexes and folds are deleted and made again from claims and judgements, to the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import Connection, Table, and_, delete, or_, select, true

from marsad.ledger import schema
from marsad.ledger.blocks import Rules
from marsad.ledger.failpoints import reach
from marsad.ledger.folding import refold
from marsad.ledger.inforce import CHUNK, COPY, facts, in_chunks
from marsad.ledger.narrow import Change, clear_passages, keep_passages, keep_rows, roll_up
from marsad.ledger.records import Journal, decode, put
from marsad.ledger.refolding import Touched, standing
from marsad.ledger.store import Ledger
from marsad.model import Claim, Report

if TYPE_CHECKING:
    from marsad.linking import Folds


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """Whether all came out as it was; if not, the folds, copies and index tables that did not."""

    same: bool
    different: tuple[str, ...] = ()


def rebuild(
    ledger: Ledger,
    *,
    link: Callable[..., Folds],
    mark_copies: Callable[..., Iterable[Report]],
    block_keys: Callable[[Claim, Report], tuple[str, ...]] | None = None,
    copy_keys: Callable[[Report], Sequence[int]] | None = None,
    linked: Callable[..., frozenset[str]] | None = None,
    ask_keys: Callable[[Claim, Report], tuple[str, ...]] | None = None,
    check: bool = False,
    watch: Callable[[int, int], None] = lambda done, total: None,
) -> Rebuilt:
    """Delete all that is worked out and make it anew: the same claims and judgements give the same bytes.

    With `check` the ledger is left as it was. Otherwise a fold that comes out otherwise, as after a change of the rules of
    linking, gets a revision that says so.
    """
    rules = Rules(
        link=link, mark_copies=mark_copies, block_keys=block_keys, copy_keys=copy_keys, linked=linked, ask_keys=ask_keys
    )
    reach("rebuild.begin")
    with ledger.write() as connection:
        watch(0, 5)
        before = {table.name: sum_of(connection, table) for table in schema.DERIVED}
        by = standing(connection, "linking")
        watch(1, 5)
        clear(connection)
        reach("rebuild.cleared")
        fill(connection)
        watch(2, 5)
        journal = Journal(connection)
        start = journal.seq
        refold(connection, journal, rules, Touched(cause="rebuilt", by=by), whole=True)
        if by is None:
            connection.execute(delete(schema.standing))
        watch(4, 5)
        different = [*revised(connection, start)]
        different += [name for name, total in before.items() if sum_of(connection, schema.METADATA.tables[name]) != total]
        reach("rebuild.commit")
        if check:
            connection.rollback()
    reach("rebuild.done")
    return Rebuilt(same=not different, different=tuple(different))


def revised(connection: Connection, start: int) -> list[str]:
    """What has got a revision since a number of the log."""
    table = schema.revisions
    return list(connection.execute(select(table.c.fold).where(table.c.seq > start).order_by(table.c.fold)).scalars())


def sum_of(connection: Connection, table: Table) -> int:
    """A number that stands for the rows of a table, in whatever order."""
    total = 0
    for row in connection.execute(select(table), execution_options={"yield_per": CHUNK}):
        total += int.from_bytes(hashlib.blake2b(orjson.dumps(list(row)), digest_size=16).digest(), "big")
    return total


def clear(connection: Connection) -> None:
    """Delete all that is worked out."""
    for table in schema.DERIVED:
        connection.execute(delete(table))
    clear_passages(connection)


def fill(connection: Connection) -> None:
    """The tables that folds are looked up in, out of revisions; the words, out of reports and claims."""
    for chunk in in_chunks(history(connection)):
        keep_rows(connection, [row for row in chunk if row[2] is not None])
        roll_up(connection, [Change(seq=seq, new=item) for seq, ended, item in chunk if ended == schema.FOREVER])
    originals = [(fold, body) for fold, _, kind, body in last_revisions(connection) if kind == COPY and body is not None]
    put(connection, schema.copies, originals)
    for seqs in in_chunks(passages(connection)):
        keep_passages(connection, seqs)


def revisions_by_fold(connection: Connection) -> Iterator[Any]:
    """All revisions, those of one fold together and in order."""
    table = schema.revisions
    last: Any = true()
    while True:
        statement = select(table.c.fold, table.c.seq, table.c.kind, table.c.body).where(last)
        rows = list(connection.execute(statement.order_by(table.c.fold, table.c.seq).limit(CHUNK)))
        if not rows:
            return
        yield from rows
        last = or_(table.c.fold > rows[-1].fold, and_(table.c.fold == rows[-1].fold, table.c.seq > rows[-1].seq))


def last_revisions(connection: Connection) -> Iterator[tuple[str, int, str, str | None]]:
    for _, rows in groupby(revisions_by_fold(connection), key=lambda row: row.fold):
        *_, last = rows
        yield last.fold, last.seq, last.kind, last.body


def history(connection: Connection) -> Iterator[tuple[int, int, Any]]:
    """Each revision of an event, statistic or condition: its number, when it ended, and the fold, `None` where it ceased."""
    for _, rows in groupby(revisions_by_fold(connection), key=lambda row: row.fold):
        own = [row for row in rows if row.kind != COPY]
        ends = [*(row.seq for row in own[1:]), schema.FOREVER]
        for row, ended in zip(own, ends, strict=False):
            yield row.seq, ended, None if row.body is None else decode(row.body)


def passages(connection: Connection) -> Iterator[tuple[int, str]]:
    """The words of every report and claim, by number, as `append` indexes them."""
    titles: dict[str, str] = {}
    for seq, report in facts(connection, schema.reports):
        titles[report.id] = report.title or ""
        yield seq, f"{titles[report.id]}\n{report.text}"
    for seq, claim in facts(connection, schema.claims):
        quotes = "\n".join(dict.fromkeys(e.quote for e in claim.evidence))
        yield seq, f"{titles.get(claim.report, '')}\n{quotes}"
