"""A person's word on the record: kept for good, numbered like every fact, and folded in at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from marsad.ledger import schema
from marsad.ledger.blocks import Rules
from marsad.ledger.failpoints import reach
from marsad.ledger.folding import refold
from marsad.ledger.history import last_revision, moment
from marsad.ledger.inforce import COPY, judgements_in
from marsad.ledger.records import Journal, among, decode, encode
from marsad.ledger.refolding import Touched
from marsad.ledger.store import Ledger, StaleError, persist
from marsad.model import Claim, Judgement, Report, StoreError

if TYPE_CHECKING:
    from marsad.linking import Folds

VERBS = ("merge", "split", "accept", "reject", "correct", "undo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A judgement as it was kept, its number in the log, and the folds that changed by it."""

    judgement: Judgement
    seq: int
    changed: tuple[str, ...] = ()


def judge(
    ledger: Ledger,
    judgement: Judgement,
    *,
    link: Callable[..., Folds],
    mark_copies: Callable[..., Iterable[Report]],
    block_keys: Callable[[Claim, Report], tuple[str, ...]] | None = None,
    copy_keys: Callable[[Report], Sequence[int]] | None = None,
    linked: Callable[..., frozenset[str]] | None = None,
    ask_keys: Callable[[Claim, Report], tuple[str, ...]] | None = None,
    expected: int | None = None,
) -> Judged:
    """Keep a judgement and fold anew what it is about. Its `at` becomes the moment at which the ledger took it.

    `subject` and `object` are ids of claims or folds, of an `undo` an earlier judgement. `expected` is the revision of the
    subject that the caller has seen. Raises `StaleError` where there is a later one, `StoreError` where there is no such
    thing. The same judgement again (by its id) changes nothing.
    """
    rules = Rules(
        link=link, mark_copies=mark_copies, block_keys=block_keys, copy_keys=copy_keys, linked=linked, ask_keys=ask_keys
    )
    reach("judge.begin")
    judged = persist(ledger, lambda: take(ledger, judgement, rules, expected))
    reach("judge.done")
    return judged


def take(ledger: Ledger, judgement: Judgement, rules: Rules, expected: int | None) -> Judged:
    """The transaction of `judge`."""
    with ledger.write() as connection:
        known = kept(connection, judgement.id)
        if known is not None:
            return known
        if judgement.verb not in VERBS:
            raise StoreError(f"there is no verb {judgement.verb!r}: one of {', '.join(VERBS)}")
        claims = claims_meant(connection, judgement)
        now = last_revision(connection, judgement.subject)
        if expected is not None and now != expected:
            raise StaleError(f"{judgement.subject} has changed since you looked: it is at revision {now}, not {expected}")
        journal = Journal(connection)
        journal.at = max(journal.at, journal.last + 1)
        stamped = dataclasses.replace(judgement, at=moment(journal.at))
        seq = journal.add("judgement", stamped.id, stamped.id, encode(stamped))
        journal.flush()
        reach("judge.fact")
        changed = refold(connection, journal, rules, Touched(judged=frozenset(claims), cause=f"judgement {stamped.id}"))
        reach("judge.commit")
        return Judged(judgement=stamped, seq=seq, changed=tuple(changed))


def kept(connection: Connection, name: str) -> Judged | None:
    """A judgement that the ledger has."""
    table = schema.judgements
    row = connection.execute(select(table.c.seq, table.c.body).where(table.c.id == name)).first()
    return Judged(judgement=decode(row.body), seq=row.seq) if row else None


def claims_meant(connection: Connection, judgement: Judgement) -> set[int]:
    """The claims that a judgement bears on, by number. Raises `StoreError` where it names something that is not there."""
    if judgement.verb == "undo":
        earlier = kept(connection, judgement.subject)
        if earlier is None:
            raise StoreError(f"there is no judgement {judgement.subject} to undo")
        return claims_meant(connection, earlier.judgement)
    if judgement.verb in ("merge", "split") and judgement.object is None:
        raise StoreError(f"{judgement.verb} what with {judgement.subject}? Name a second claim or fold")
    names = [judgement.subject, *([judgement.object] if judgement.object else [])]
    found: set[int] = set()
    for name in names:
        numbers = claims_called(connection, name)
        if not numbers:
            raise StoreError(f"there is no claim, event, statistic or condition {name}")
        found |= numbers
    table = schema.linked
    return set(connection.execute(select(table.c.claim).where(among(connection, table.c.claim, found))).scalars())


def claims_called(connection: Connection, name: str) -> set[int]:
    """The claims of that id, or of the fold of that id as it was last."""
    ids = [name]
    table = schema.revisions
    last = select(table.c.body).where(table.c.fold == name, table.c.body.is_not(None), table.c.kind != COPY)
    body = connection.execute(last.order_by(table.c.seq.desc()).limit(1)).scalar()
    if body is not None:
        ids = list(decode(body).claims)
    statement = select(schema.claims.c.seq).where(among(connection, schema.claims.c.id, ids))
    return set(connection.execute(statement).scalars())


def judgements(ledger: Ledger, *, subject: str | None = None, as_of: int | None = None) -> tuple[Judgement, ...]:
    """All judgements in the order in which they came; with `subject` those that name it on either side."""
    with ledger.read() as connection:
        found = judgements_in(connection, as_of)
    return tuple(j for j in found if subject is None or subject in (j.subject, j.object))
