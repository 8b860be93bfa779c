"""A reviewer's judgements as constraints on linking. They are append-only; `undo` takes an earlier one back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from marsad.model import Claim, Judgement, Scope, stable_id

PREFIX: Mapping[Scope, str] = {"incident": "evt", "statistic": "sta", "condition": "con"}
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A field that a reviewer set, of a claim or of the fold in which that claim stands."""

    field: str
    value: str
    judgement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulings:
    """What the judgements in force come to, by claim id.

    `together` and `apart` are pairs (subject, object), oldest ruling first; `rejected` are claims; `folds` says of the claim by
    which a fold was named whether its fold is accepted or rejected, the number being the place in the sequence; `of_claims` and
    `of_folds` are corrections in their order.
    """

    together: tuple[Pair, ...] = ()
    apart: tuple[Pair, ...] = ()
    rejected: frozenset[str] = frozenset()
    folds: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    of_claims: Mapping[str, tuple[Correction, ...]] = field(default_factory=dict)
    of_folds: Mapping[str, tuple[tuple[int, Correction], ...]] = field(default_factory=dict)

    def ruled(self) -> set[str]:
        """Claims on which there is a word of their own, so that no copy may stand for them."""
        return {c for pair in (*self.together, *self.apart) for c in pair} | {*self.folds, *self.of_claims, *self.of_folds}


def fold_id(claim: Claim) -> str:
    """The id of the fold whose oldest claim is `claim`."""
    return stable_id(PREFIX[claim.scope], claim.id)


def in_force(judgements: Sequence[Judgement]) -> list[Judgement]:
    """The judgements that no later one undoes, in the order given. An undone `undo` undoes nothing.

    >>> def judge(name, verb, subject):
    ...     return Judgement(id=name, verb=verb, subject=subject, by="A", reason="", at="")
    >>> said = [judge("1", "reject", "c"), judge("2", "undo", "1"), judge("3", "undo", "2")]
    >>> [j.id for j in in_force(said)]
    ['1', '3']
    """
    undone: set[str] = set()
    kept = []
    for j in reversed(judgements):
        if j.id in undone:
            continue
        kept.append(j)
        if j.verb == "undo":
            undone.add(j.subject)
    return kept[::-1]


def read_judgements(judgements: Sequence[Judgement], claims: Sequence[Claim]) -> Rulings:
    """What the judgements in force say of these claims. Their order is that of the sequence given: no clock is asked.

    A subject or object is a claim's id or a fold's id; a fold id stands for the claim that the fold has its id from, and names
    the fold in which that claim is now. The last word on a pair, a claim, a fold or a field holds. Unknown verbs and names of
    things that are not here change nothing.
    """
    names = {c.id: c.id for c in claims} | {fold_id(c): c.id for c in claims}
    scopes = {c.id: c.scope for c in claims}
    pairs: dict[frozenset[str], tuple[str, Pair]] = {}
    rejected = {c.id: True for c in claims if c.uncertain}  # an uncertain claim is in no fold until somebody accepts it
    folds: dict[str, tuple[int, str]] = {}
    of_claims: dict[str, list[Correction]] = {}
    of_folds: dict[str, list[tuple[int, Correction]]] = {}
    for number, j in enumerate(in_force(judgements) if judgements else ()):
        one, other = names.get(j.subject), names.get(j.object or "")
        if one is None:
            continue
        if j.verb in ("merge", "split") and other is not None and one != other and scopes[one] == scopes[other]:
            pairs.pop(frozenset((one, other)), None)
            pairs[frozenset((one, other))] = (j.verb, (one, other))
        elif j.verb in ("accept", "reject") and j.subject in scopes:
            rejected[one] = j.verb == "reject"
        elif j.verb in ("accept", "reject"):
            folds[one] = (number, j.verb)
        elif j.verb == "correct" and j.field and j.value is not None:
            correction = Correction(field=j.field, value=j.value, judgement=j.id)
            if j.subject in scopes:
                of_claims.setdefault(one, []).append(correction)
            else:
                of_folds.setdefault(one, []).append((number, correction))
    return Rulings(
        together=tuple(pair for verb, pair in pairs.values() if verb == "merge"),
        apart=tuple(pair for verb, pair in pairs.values() if verb == "split"),
        rejected=frozenset(c for c, out in rejected.items() if out),
        folds=folds,
        of_claims={c: tuple(found) for c, found in of_claims.items()},
        of_folds={c: tuple(found) for c, found in of_folds.items()},
    )


def verdict(rulings: Rulings, claims: Sequence[str]) -> str | None:
    """The last word on the fold of these claims: `accept`, `reject` or none."""
    said = [rulings.folds[c] for c in claims if c in rulings.folds]
    return max(said)[1] if said else None


def corrections(rulings: Rulings, claims: Sequence[str]) -> Iterator[Correction]:
    """What a reviewer set on the fold of these claims, the last word on each field."""
    said = sorted((n, c.field, c.value, c.judgement) for claim in claims for n, c in rulings.of_folds.get(claim, ()))
    last = {name: (value, by) for _, name, value, by in said}
    yield from (Correction(field=name, value=value, judgement=by) for name, (value, by) in sorted(last.items()))
