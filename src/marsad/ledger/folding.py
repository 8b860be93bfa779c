"""Bringing the folds of a ledger up to date: what a change touches, all at once where there is little, all in parts where there
is much.

In parts, claims are linked some thousand at a time, as if they came one lot after another, which tells the components; then whole
components are linked together, some thousand claims at a time, and compared with the folds as they were. What is held in memory
does not grow with the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Column, Connection, MetaData, Table, delete, func, select

from marsad.ledger import schema
from marsad.ledger.blocks import Rules
from marsad.ledger.failpoints import reach
from marsad.ledger.inforce import (
    COPY,
    bodies_of,
    claims_by_number,
    coded,
    in_chunks,
    judgements_in,
    reports_in_force,
)
from marsad.ledger.narrow import keep_changes
from marsad.ledger.records import Journal, among, decode, encode, plain_rows, put
from marsad.ledger.refolding import (
    Homes,
    Touched,
    affected,
    everything,
    fold_id,
    former,
    homes_of,
    items_of,
    keep_components,
    linked,
    refresh_copies,
    revise,
    standing,
    write_changes,
)

LITTLE = 10_000
"""No more claims in force than these are linked at once."""
SOME = 5_000
was_in = Table(
    "was_in",
    MetaData(),
    Column("claim", schema.Words, primary_key=True),
    Column("fold", schema.Words, nullable=False, index=True),
    prefixes=["TEMPORARY"],
)
"""The fold that each claim, by id, is in before all is linked anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How much is to be worked out: what a change touches, or all; of all, whether it is at hand, or too much for one look."""

    whole: bool
    at_hand: bool = False
    much: bool = False


def refold(connection: Connection, journal: Journal, rules: Rules, touched: Touched, *, whole: bool = False) -> list[str]:
    """Bring copies and folds up to date, inside the transaction that is under way. The ids of the folds that changed."""
    known = standing(connection, "linking")
    extent = extent_of(connection, rules, touched, whole or known is None or touched.by not in (None, known))
    moved = refresh_copies(connection, journal, rules, touched, whole=extent.whole, at_hand=extent.at_hand, much=extent.much)
    reach("append.copies")
    changed = (
        in_parts(connection, journal, rules, touched)
        if extent.much
        else at_once(connection, journal, rules, touched, moved, extent)
    )
    reach("append.index")
    if extent.whole and rules.block_keys is not None:
        connection.execute(delete(schema.standing))
        put(connection, schema.standing, [("linking", touched.by or known or "")])
    return sorted(changed)


def extent_of(connection: Connection, rules: Rules, touched: Touched, whole: bool) -> Extent:
    """What is to be linked. All of it is at hand in the first run of a ledger."""
    if rules.block_keys is None or not whole:
        return Extent(whole=rules.block_keys is None)
    held = [connection.execute(select(func.count()).select_from(t)).scalar_one() for t in (schema.reports, schema.coding_claims)]
    if held == [len(touched.rows), len(touched.claims)]:
        return Extent(whole=True, at_hand=True)
    apart = rules.linked is not None and rules.copy_keys is not None
    return Extent(whole=True, much=apart and held[1] > LITTLE)


def at_once(
    connection: Connection, journal: Journal, rules: Rules, touched: Touched, moved: set[str], extent: Extent
) -> Iterable[str]:
    """Link what is touched, or all, in one look."""
    if extent.whole and not extent.at_hand:
        claims, reports = everything(connection, rules)
    else:
        claims, reports = affected(connection, rules, touched, moved)
    folds = linked(connection, rules, claims, reports)
    reach("append.link")
    before = former(connection, None if extent.whole else homes_of(connection, [*claims, *touched.gone]), folds)
    changes = revise(connection, journal, before, folds, touched.cause)
    reach("append.revisions")
    keep_components(connection, claims, touched.gone, folds, extent.whole)
    keep_changes(connection, changes)
    return {fold_id(c) for c in changes}


def in_parts(connection: Connection, journal: Journal, rules: Rules, touched: Touched) -> Iterable[str]:
    """Link all, a part at a time."""
    note_homes(connection)
    for table in (schema.linked, schema.claim_keys):
        connection.execute(delete(table))
    for numbers in in_turn(connection):
        join_up(connection, rules, numbers)
    reach("append.link")
    changed: list[str] = []
    for numbers in by_components(connection):
        changed += compare(connection, journal, rules, numbers, touched.cause)
    changed += give_up(connection, journal, touched.cause)
    was_in.drop(connection)
    reach("append.revisions")
    return changed


def note_homes(connection: Connection) -> None:
    """Write down which fold each claim is in, by the folds' last revisions."""
    table, later = schema.revisions, schema.revisions.alias("later")
    newer = select(later.c.seq).where(later.c.fold == table.c.fold, later.c.seq > table.c.seq).exists()
    was_in.create(connection)
    last = 0
    while True:
        statement = select(table.c.seq, table.c.fold, table.c.body).where(table.c.seq > last, table.c.kind != COPY, ~newer)
        rows = plain_rows(connection, statement.order_by(table.c.seq).limit(SOME))
        if not rows:
            return
        last = rows[-1][0]
        homes = {claim: fold for _, fold, body in rows if body is not None for claim in decode(body).claims}
        put(connection, was_in, sorted(homes.items()))


def in_turn(connection: Connection) -> Iterator[list[int]]:
    """The numbers of all claims in force: first, together, those that judgements are about, then the others in order."""
    judged = sorted(claims_judged(connection))
    yield judged
    last, known = 0, set(judged)
    while True:
        statement = coded(None, schema.claims.c.seq).where(schema.claims.c.seq > last).order_by(schema.claims.c.seq)
        rows = plain_rows(connection, statement.limit(SOME))
        if not rows:
            return
        last = rows[-1][0]
        yield [seq for (seq,) in rows if seq not in known]


def claims_judged(connection: Connection) -> set[int]:
    """The claims in force that a judgement names, or that were in a fold that one names."""
    names = {name for j in judgements_in(connection) for name in (j.subject, j.object) if name}
    table = schema.revisions
    bodies = select(table.c.body).where(among(connection, table.c.fold, names), table.c.kind != COPY, table.c.body.is_not(None))
    ids = names | {claim for (body,) in connection.execute(bodies) for claim in decode(body).claims}
    statement = coded(None, schema.claims.c.seq).where(among(connection, schema.claims.c.id, ids))
    return set(connection.execute(statement).scalars())


def join_up(connection: Connection, rules: Rules, numbers: Sequence[int]) -> None:
    """Link claims with those that were linked before them, and write down which hang together."""
    if not numbers:
        return
    claims = claims_by_number(connection, numbers)
    reports = {r.id: r for r in reports_in_force(connection, {c.report for c in claims.values()})}
    near, stories = affected(connection, rules, Touched(claims=claims, reports=reports), set())
    keep_components(connection, near, (), linked(connection, rules, near, stories), False)


def by_components(connection: Connection) -> Iterator[list[int]]:
    """The numbers of all linked claims, whole components together."""
    table, last = schema.linked, 0
    while True:
        statement = select(table.c.component, table.c.claim).where(table.c.component > last)
        rows = plain_rows(connection, statement.order_by(table.c.component, table.c.claim).limit(SOME))
        if not rows:
            return
        cut = rows[-1][0] if len(rows) == SOME else None
        own = [claim for component, claim in rows if component != cut]
        if not own:
            own = list(connection.execute(select(table.c.claim).where(table.c.component == cut)).scalars())
        last = rows[-1][0] if cut is None or cut == rows[0][0] else max(c for c, _ in rows if c != cut)
        yield own


def compare(connection: Connection, journal: Journal, rules: Rules, numbers: Sequence[int], cause: str) -> list[str]:
    """Fold whole components, and revise the folds that come out otherwise than before."""
    claims = claims_by_number(connection, numbers)
    reports = {r.id: r for r in reports_in_force(connection, {c.report for c in claims.values()})}
    now = {item.id: item for item in items_of(linked(connection, rules, claims, reports))}
    bodies = {name: encode(item) for name, item in now.items()}
    before = {name: (seq, body) for name, (seq, _, body) in bodies_of(connection, now).items()}
    different = sorted(name for name, body in bodies.items() if name not in before or before[name][1] != body)
    if not different:
        return []
    old = {name: decode(before[name][1]) for name in different if name in before}
    told = {claim for item in (*old.values(), *(now[name] for name in different)) for claim in item.claims}
    homes = homes_between(connection, told)
    changes = write_changes(journal, different, {n: (before[n][0], item) for n, item in old.items()}, now, bodies, homes, cause)
    keep_changes(connection, changes)
    return different


def homes_between(connection: Connection, claims: Iterable[str]) -> Homes:
    """Where claims, by id, were and are."""
    rows = plain_rows(connection, select(was_in.c.claim, was_in.c.fold).where(among(connection, was_in.c.claim, claims)))
    was: dict[str, str] = dict(rows)
    statement = select(schema.claims.c.id, schema.linked.c.fold).join(schema.linked, schema.linked.c.claim == schema.claims.c.seq)
    statement = statement.where(among(connection, schema.claims.c.id, claims), schema.linked.c.fold.is_not(None))
    now: dict[str, str] = dict(plain_rows(connection, statement))
    kept = select(schema.linked.c.fold).distinct().where(among(connection, schema.linked.c.fold, set(was.values())))
    return Homes(was=was, now=now, kept=set(connection.execute(kept).scalars()))


def give_up(connection: Connection, journal: Journal, cause: str) -> list[str]:
    """End the folds that no claim is in any longer."""
    still = select(schema.linked.c.claim).where(schema.linked.c.fold == was_in.c.fold).exists()
    names = [name for (name,) in plain_rows(connection, select(was_in.c.fold).distinct().where(~still).order_by(was_in.c.fold))]
    for some in in_chunks(names):
        old = {name: (seq, decode(body)) for name, (seq, _, body) in bodies_of(connection, some).items()}
        homes = homes_between(connection, {claim for _, item in old.values() for claim in item.claims})
        keep_changes(connection, write_changes(journal, sorted(old), old, {}, {}, homes, cause))
    return names
