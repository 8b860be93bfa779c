"""A reviewer's judgements as constraints on linking. They are append-only; `undo` takes an earlier one back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marsad.model import Claim, Judgement, Scope, stable_id

PREFIX: Mapping[Scope, str] = {"incident": "evt", "statistic": "sta", "condition": "con"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulings:
    """Pairs of claim ids that are one thing, pairs that are not, and claims that were rejected."""

    together: frozenset[tuple[str, str]] = frozenset()
    apart: frozenset[tuple[str, str]] = frozenset()
    rejected: frozenset[str] = frozenset()


def fold_id(claim: Claim) -> str:
    """The id of the fold whose oldest claim is `claim`."""
    return stable_id(PREFIX[claim.scope], claim.id)


def read_judgements(judgements: Sequence[Judgement], claims: Sequence[Claim]) -> Rulings:
    """What the judgements in force say of these claims.

    A subject or object is a claim's id or a fold's id; a fold stands for its oldest claim. `merge` puts the two together,
    `split` keeps them apart, `reject` of a claim leaves it out of every fold. The last word on a pair or a claim holds.
    Other verbs, and names of things that are not here, change nothing.
    """
    names = {c.id: c.id for c in claims} | {fold_id(c): c.id for c in claims}
    scopes = {c.id: c.scope for c in claims}
    ordered = sorted(judgements, key=lambda j: (j.at, j.id))
    undone = {j.subject for j in ordered if j.verb == "undo"}
    pairs: dict[tuple[str, str], str] = {}
    rejected: dict[str, bool] = {}
    for j in ordered:
        one, other = names.get(j.subject), names.get(j.object or "")
        if j.id in undone or one is None:
            continue
        if j.verb in ("merge", "split") and other is not None and one != other and scopes[one] == scopes[other]:
            pairs[min(one, other), max(one, other)] = j.verb
        elif j.verb in ("accept", "reject") and j.subject in scopes:
            rejected[one] = j.verb == "reject"
    return Rulings(
        together=frozenset(p for p, verb in pairs.items() if verb == "merge"),
        apart=frozenset(p for p, verb in pairs.items() if verb == "split"),
        rejected=frozenset(c for c, out in rejected.items() if out),
    )
