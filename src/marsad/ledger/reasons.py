"""Why a fold changed: told from what it held before and what it holds now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

SHOWN = 5


def born(claims: Iterable[str], homes: Mapping[str, str], kept: Collection[str]) -> str:
    """A fold that was not there: of claims that are new, or that were in other folds (`homes`; those in `kept` are still there).

    >>> born(["c1"], {}, set())
    'new: claim c1'
    >>> born(["c1"], {"c1": "evt-1"}, {"evt-1"})
    'split from evt-1'
    """
    own = list(claims)
    came_from = sorted({homes[c] for c in own if c in homes})
    if not came_from:
        return f"new: {named('claim', own)}"
    stayed = [f for f in came_from if f in kept]
    return f"split from {listing(stayed)}" if stayed else f"takes the place of {listing(came_from)}"


def ceased(claims: Iterable[str], homes: Mapping[str, str]) -> str:
    """A fold that is no more: its claims are in other folds (`homes`), or nowhere.

    >>> ceased(["c1"], {"c1": "evt-2"}), ceased(["c1"], {})
    ('merged into evt-2', 'withdrawn: claim c1')
    """
    own = list(claims)
    went_to = sorted({homes[c] for c in own if c in homes})
    return f"merged into {listing(went_to)}" if went_to else f"withdrawn: {named('claim', own)}"


def changed(before: Iterable[str], now: Iterable[str], was_in: Mapping[str, str], is_in: Mapping[str, str]) -> str:
    """A fold that is another than before, by the claims that it gained and lost.

    >>> changed(["c1"], ["c1", "c2"], {"c1": "evt-1"}, {"c1": "evt-1", "c2": "evt-1"})
    'new claim c2'
    """
    old, new = list(before), list(now)
    gained, lost = [c for c in new if c not in set(old)], [c for c in old if c not in set(new)]
    parts = []
    fresh = [c for c in gained if c not in was_in]
    taken = sorted({was_in[c] for c in gained if c in was_in})
    if taken:
        parts.append(f"merged with {listing(taken)}")
    if fresh:
        parts.append(f"new {named('claim', fresh)}")
    moved = sorted({is_in[c] for c in lost if c in is_in})
    if moved:
        parts.append(f"split into {listing(moved)}")
    withdrawn = [c for c in lost if c not in is_in]
    if withdrawn:
        parts.append(f"withdrawn: {named('claim', withdrawn)}")
    return "; ".join(parts) or "worked out anew from the same claims"


def named(word: str, items: list[str]) -> str:
    return f"{word}{'s' if len(items) > 1 else ''} {listing(items)}"


def listing(items: list[str]) -> str:
    """Names in a row, cut short where there are many."""
    rest = len(items) - SHOWN
    return ", ".join(items[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")
