"""Which claims a change touches: those that could be joined with it, by stored keys, and all that hang together with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, select

from marsad.ledger import schema
from marsad.ledger.records import among, in_order, number_of, put
from marsad.model import Claim, Report

if TYPE_CHECKING:
    from marsad.linking import Folds


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How claims are joined and copies told: the functions of the stages before, which the ledger does not import.

    `link(claims, reports[, judgements])` folds claims; its `components` say which of them hang together. Two claims that could be
    joined share a key of `block_keys`, two reports that could be copies a key of `copy_keys`
    (whose first is the text's own print, and of which `mark_copies` leaves out those called `common`). Without such keys
    everything is worked out anew each time. `linked(new, known, reports, judgements)` names those of the known claims that a new
    one does bear on; without it, all that share a key are taken to be. `ask_keys` are the keys to look up, where these are
    others than those to keep: what one claim asks for the other keeps, and the other way round.
    """

    link: Callable[..., Folds]
    mark_copies: Callable[..., Iterable[Report]]
    block_keys: Callable[[Claim, Report], tuple[str, ...]] | None = None
    copy_keys: Callable[[Report], Sequence[int]] | None = None
    linked: Callable[..., frozenset[str]] | None = None
    ask_keys: Callable[[Claim, Report], tuple[str, ...]] | None = None


def keep_claim_keys(connection: Connection, claims: Mapping[int, Claim], reports: Mapping[str, Report], rules: Rules) -> None:
    """Store the keys of claims."""
    if rules.block_keys is None:
        return
    rows = [
        (number_of(key), seq)
        for seq, claim in claims.items()
        for key in dict.fromkeys(rules.block_keys(claim, reports[claim.report]))
    ]
    put(connection, schema.claim_keys, in_order(rows), anew="nothing")


def forget_claims(connection: Connection, claims: Iterable[int]) -> None:
    """Drop what was stored for claims that are no longer in force."""
    gone = list(claims)
    if gone:
        connection.execute(delete(schema.claim_keys).where(among(connection, schema.claim_keys.c.claim, gone)))
        connection.execute(delete(schema.linked).where(among(connection, schema.linked.c.claim, gone)))


def keys_asked(claims: Iterable[Claim], reports: Mapping[str, Report], rules: Rules) -> set[int]:
    """The keys under which claims that could be joined with these are kept."""
    ask = rules.ask_keys or rules.block_keys
    return {number_of(key) for claim in claims for key in ask(claim, reports[claim.report])} if ask else set()


def claims_at(connection: Connection, keys: Iterable[int]) -> set[int]:
    """The claims that have one of these keys."""
    table = schema.claim_keys
    return set(connection.execute(select(table.c.claim).distinct().where(among(connection, table.c.key, keys))).scalars())


def components_of(connection: Connection, claims: Iterable[int]) -> set[int]:
    """The components that these claims are in."""
    table = schema.linked
    return set(connection.execute(select(table.c.component).distinct().where(among(connection, table.c.claim, claims))).scalars())


def members(connection: Connection, components: Iterable[int]) -> set[int]:
    """The claims of components."""
    table = schema.linked
    return set(connection.execute(select(table.c.claim).where(among(connection, table.c.component, components))).scalars())
