"""A report for the public: everything that it tells is redacted before anything of it is counted or drawn."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

from marsad.analysis.situation_reading import Held
from marsad.codebook.sensitivity import Policy, load_policy
from marsad.exports.public import Withheld, redact, withheld
from marsad.exports.public.names import Names, replaced
from marsad.ledger.findings import Findings
from marsad.ledger.inforce import last_seq
from marsad.ledger.query import with_sources
from marsad.ledger.store import Ledger
from marsad.ledger.tallying import Outlet
from marsad.linking.names import fold
from marsad.model import Event


def for_public(ledger: Ledger, held: Held, policy: Policy | None = None) -> Held:
    """What is held as anybody may see it: no private person, places and days as coarse and late as told.

    Delays count to the day of the last fact that the report knows. Names of any report behind it stay out of all of it.
    """
    policy = policy or load_policy()
    below = [e for _, events in held.beneath for e in events or ()]
    items = [*held.found.events, *held.found.statistics, *held.found.conditions, *held.preceding, *below]
    now = with_all(ledger, items, held.seq)
    earlier = held.earlier
    parts = [now]
    if earlier:
        parts += [with_all(ledger, folds(held.was), earlier.seq), with_all(ledger, folds(held.now), held.seq)]
    names = withheld(*parts, policy=policy)
    day = (held.known or held.question.until)[:10]
    shown = [redact(part, policy, today=day, names=names).findings for part in parts]
    return narrowed(held, shown, names)


def narrowed(held: Held, shown: Sequence[Findings], names: Withheld) -> Held:
    """The same, of redacted items alone; with a place asked for, only what is told to lie there."""
    asked = fold(held.question.place or "")
    there: dict[str, Any] = {i.id: i for i in folds(shown[0]) if lies_in(i, asked)}
    events = {i.id: i for i in shown[0].events}

    def kept(group: Iterable[Any]) -> tuple[Any, ...]:
        return tuple(there[i.id] for i in group if i.id in there)

    everywhere = names.within(r.id for r in shown[0].reports)
    found = dataclasses.replace(
        shown[0],
        events=kept(held.found.events),
        statistics=kept(held.found.statistics),
        conditions=kept(held.found.conditions),
    )
    made = dataclasses.replace(
        held,
        found=cited(found),
        told=tuple(i for i in held.told if i in there),
        preceding=kept(held.preceding),
        outlets=outlets(held.outlets, everywhere),
        beneath=tuple((name, below(group, events)) for name, group in held.beneath if name in there),
    )
    if len(shown) == 3:
        was, now = (part_of(part, asked) for part in shown[1:])
        gone = {i.id for i in folds(was)} - {i.id for i in folds(now)}
        made = dataclasses.replace(made, was=was, now=now, moved=tuple(i for i in held.moved if i in gone))
    return made


def below(group: tuple[Event, ...] | None, events: dict[str, Event]) -> tuple[Event, ...] | None:
    return None if group is None else tuple(events[e.id] for e in group if e.id in events)


def part_of(found: Findings, asked: str) -> Findings:
    return dataclasses.replace(
        found,
        events=tuple(i for i in found.events if lies_in(i, asked)),
        statistics=tuple(i for i in found.statistics if lies_in(i, asked)),
        conditions=tuple(i for i in found.conditions if lies_in(i, asked)),
        claims=(),
        reports=(),
    )


def cited(found: Findings) -> Findings:
    """The findings with those claims and reports alone that their own items rest on."""
    wanted = {c for i in folds(found) for c in i.claims}
    claims = tuple(c for c in found.claims if c.id in wanted)
    named = {c.report for c in claims}
    return dataclasses.replace(found, claims=claims, reports=tuple(r for r in found.reports if r.id in named))


def lies_in(item: Any, asked: str) -> bool:
    """Whether an item is told to lie in a place by part of that name, so that a coarse one does not tell more."""
    place = item.place
    return not asked or (place is not None and (asked in fold(place.name) or asked in fold(place.admin1 or "")))


def outlets(found: tuple[Outlet, ...] | None, names: Names) -> tuple[Outlet, ...] | None:
    return None if found is None else tuple(dataclasses.replace(o, outlet=replaced(o.outlet, names)) for o in found)


def folds(found: Findings) -> list[Any]:
    return [*found.events, *found.statistics, *found.conditions]


def with_all(ledger: Ledger, items: Iterable[Any], seq: int) -> Findings:
    """Items with all their claims and the reports of these, as of a number of the log."""
    each = list({i.id: i for i in items}.values())
    with ledger.read() as connection:
        return with_sources(connection, each, None if seq >= last_seq(connection) else seq)
