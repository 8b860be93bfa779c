"""What the claims say together, and how two states of it differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from marsad.model import Condition, Event, Statistic, dump

Fold = Event | Statistic | Condition
Kind = Literal["new", "changed", "merged", "split", "withdrawn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Folds:
    """What the claims say together. Each happened or ongoing claim is in exactly one fold of its own scope.

    `rejected` are folds that a reviewer rejected: they are in none of the other three. `components` are sets of claim ids, each
    claim given in exactly one: nothing that `link` weighs (a score above its threshold, repeated words, a judgement, two
    conditions of one subject and place) reaches from one component to another, so that linking whole components gives the folds
    that linking everything gives.
    """

    events: tuple[Event, ...] = ()
    statistics: tuple[Statistic, ...] = ()
    conditions: tuple[Condition, ...] = ()
    rejected: tuple[Fold, ...] = ()
    components: tuple[frozenset[str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference between two states of the record. `fold` is the fold that is told of, by its id after the change (before it
    where it was withdrawn); `others` the folds that it was merged from or split into; `why` a sentence."""

    kind: Kind
    fold: str
    others: tuple[str, ...] = ()
    why: str


def all_folds(folds: Folds) -> dict[str, Fold]:
    """The folds in force by id."""
    items: list[Fold] = [*folds.events, *folds.statistics, *folds.conditions]
    return {item.id: item for item in items}


def compare(before: Folds, after: Folds) -> tuple[Change, ...]:
    """What became of each fold, sorted by fold id, then kind; empty where nothing did.

    `merged`: claims of two or more earlier folds stand in one now. `split`: claims of an earlier fold stand in two or more now.
    `new`: none of its claims was in a fold. `withdrawn`: none of its claims is in a fold now. `changed`: the same fold says
    something else, or took the id of an older claim. Both may be whole records or the same components of them.

    >>> compare(Folds(), Folds())
    ()
    """
    old, new = all_folds(before), all_folds(after)
    was, now = _homes(old), _homes(new)
    binned = {c for item in after.rejected for c in item.claims}
    found = [_arrived(item, was, old, now) for item in new.values()]
    found += [_departed(item, now, binned) for item in old.values()]
    return tuple(sorted((c for c in found if c is not None), key=lambda c: (c.fold, c.kind)))


def _homes(folds: Mapping[str, Fold]) -> dict[str, str]:
    return {claim: item.id for item in folds.values() for claim in item.claims}


def _arrived(item: Fold, was: Mapping[str, str], old: Mapping[str, Fold], now: Mapping[str, str]) -> Change | None:
    sources = sorted({was[c] for c in item.claims if c in was})
    fresh = sum(c not in was for c in item.claims)
    if not sources:
        return Change(kind="new", fold=item.id, why=f"Told by {_number(len(item.claims), 'claim')} that no fold held.")
    if len(sources) > 1:
        said = {s for name in sources for s in old[name].because}
        why = " ".join(["Taken for one.", *(s for s in item.because if s not in said)])
        return Change(kind="merged", fold=item.id, others=tuple(sources), why=why)
    former = old[sources[0]]
    parted = any(now.get(c) not in (item.id, None) for c in former.claims)
    if parted or dump(former) == dump(item):
        return None
    others = () if former.id == item.id else (former.id,)
    return Change(kind="changed", fold=item.id, others=others, why=_difference(former, item, fresh))


def _departed(item: Fold, now: Mapping[str, str], binned: set[str]) -> Change | None:
    targets = sorted({now[c] for c in item.claims if c in now})
    if len(targets) > 1:
        kept = item.id if item.id in targets else now[next(c for c in item.claims if c in now)]
        rest = tuple(t for t in targets if t != kept)
        return Change(kind="split", fold=kept, others=rest, why="Its claims are no longer taken for one.")
    if targets:
        return None
    why = "A reviewer rejected it." if binned & set(item.claims) else "None of its claims stands any longer."
    return Change(kind="withdrawn", fold=item.id, why=why)


def _difference(one: Fold, other: Fold, fresh: int) -> str:
    parts = []
    if one.id != other.id:
        parts.append("an older claim gives it its id")
    if fresh:
        parts.append(f"{_number(fresh, 'further claim')}")
    gone = len(set(one.claims) - set(other.claims))
    if gone:
        parts.append(f"{_number(gone, 'claim')} no longer there")
    skip = ("id", "claims", "because", "reports", "sources")
    names = [n for n in type(one).__dataclass_fields__ if n not in skip and getattr(one, n, None) != getattr(other, n, None)]
    parts += [f"{name} was {_said(getattr(one, name))}, is {_said(getattr(other, name))}" for name in names]
    said = "; ".join(parts) or "another explanation"
    return f"{said[0].upper()}{said[1:]}."


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _said(value: object) -> str:
    if value is None or value == ():
        return "not stated"
    if isinstance(value, tuple):
        return ", ".join(_said(v) for v in value)
    if hasattr(value, "best"):
        return "–".join("?" if n is None else str(n) for n in (value.low, value.best, value.high))  # type: ignore[attr-defined]
    return str(getattr(value, "name", value))
