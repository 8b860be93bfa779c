"""What changed between two versions of a page, as claims: raised tolls, statements dropped and added, words changed."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from marsad.model import Actor, Claim, Count, Place, Value, When

Verb = Literal["added", "dropped", "raised", "lowered", "changed"]
ENOUGH = 0.45


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One change. `field` is the claim's field, as `killed` or `where`; empty for a whole claim that came or went."""

    verb: Verb
    field: str
    before: str
    after: str
    claim_before: str | None = None
    claim_after: str | None = None
    quote: str = ""


def compare(before: Sequence[Claim], after: Sequence[Claim]) -> tuple[Edit, ...]:
    """The changes between two versions' claims, in the order of the later text, dropped ones last.

    Claims are paired by what they are about and by their sentences; a claim that finds no partner was added or dropped.
    """
    pairs = paired(before, after)
    edits: list[Edit] = []
    for claim in sorted(after, key=position):
        other = pairs.get(claim.id)
        if other is None:
            edits.append(Edit(verb="added", field="", before="", after=told(claim), claim_after=claim.id, quote=sentence(claim)))
        else:
            edits += changes(other, claim)
    kept = {claim.id for claim in pairs.values()}
    for claim in sorted(before, key=position):
        if claim.id not in kept:
            gone = Edit(verb="dropped", field="", before=told(claim), after="", claim_before=claim.id, quote=sentence(claim))
            edits.append(gone)
    return tuple(edits)


def paired(before: Sequence[Claim], after: Sequence[Claim]) -> dict[str, Claim]:
    """For each later claim the earlier one that it took the place of, the best pairs first."""
    scored = [(likeness(old, new), old, new) for old in before for new in after]
    scored.sort(key=lambda item: (-item[0], position(item[1]), position(item[2]), item[1].id, item[2].id))
    found: dict[str, Claim] = {}
    taken: set[str] = set()
    for score, old, new in scored:
        if score >= ENOUGH and new.id not in found and old.id not in taken:
            found[new.id] = old
            taken.add(old.id)
    return found


def likeness(one: Claim, other: Claim) -> float:
    """How sure it is that two claims of two versions are the same one, from 0 to 1."""
    if one.scope != other.scope or subject(one) != subject(other):
        return 0.0
    same = [
        (0.2, one.sub_event_type == other.sub_event_type),
        (0.2, place_key(one.where) == place_key(other.where)),
        (0.1, one.when == other.when),
        (0.1, {a.name for a in one.who} == {a.name for a in other.who}),
    ]
    words = difflib.SequenceMatcher(None, sentence(one).split(), sentence(other).split(), autojunk=False).ratio()
    return sum(weight for weight, hit in same if hit) + 0.4 * words


def subject(claim: Claim) -> str | None:
    """What a claim is about at the least: its type, measure or condition."""
    if claim.condition:
        return claim.condition.subject
    return claim.measure if claim.scope == "statistic" else claim.event_type


def changes(old: Claim, new: Claim) -> Iterator[Edit]:
    """The fields in which two versions of a claim differ."""
    ids = {"claim_before": old.id, "claim_after": new.id, "quote": sentence(new)}
    for field, one, other in figures(old, new):
        low, high = bounds(one), bounds(other)
        if low == high:
            continue
        verb: Verb = "changed" if low is None or high is None else "raised" if high > low else "lowered"
        yield Edit(verb=verb, field=field, before=words_of(one), after=words_of(other), **ids)
    for field, before, after in plain_fields(old, new):
        if before != after:
            yield Edit(verb="changed", field=field, before=before, after=after, **ids)


def figures(old: Claim, new: Claim) -> Iterator[tuple[str, Count | Value | None, Count | Value | None]]:
    """The figures of both, by what they count."""
    if old.value or new.value:
        yield old.measure or "value", old.value, new.value
    first, second = counted(old), counted(new)
    for key in dict.fromkeys([*first, *second]):
        effect, who = key
        yield f"{effect} ({who})" if who else effect, first.get(key), second.get(key)


def counted(claim: Claim) -> dict[tuple[str, str | None], Count]:
    found: dict[tuple[str, str | None], Count] = {}
    for count in claim.counts:
        found.setdefault((count.effect, count.who), count)
    whole = {effect for effect, who in found if who is None}
    alone = {effect: [who for e, who in found if e == effect] for effect, _ in found}
    return {(e, None if e not in whole and len(alone[e]) == 1 else who): count for (e, who), count in found.items()}


def bounds(figure: Count | Value | None) -> tuple[int, int] | None:
    """A figure as a pair that can be compared."""
    if figure is None:
        return None
    low = figure.low if figure.low is not None else figure.high
    high = figure.high if figure.high is not None else low
    return (low or 0, high or 0)


def words_of(figure: Count | Value | None) -> str:
    return figure.words if figure else "not stated"


def plain_fields(old: Claim, new: Claim) -> Iterator[tuple[str, str, str]]:
    yield "sub_event_type", old.sub_event_type or "", new.sub_event_type or ""
    yield "state", old.condition.state if old.condition else "", new.condition.state if new.condition else ""
    yield "who", names(old.who), names(new.who)
    yield "whom", names(old.whom), names(new.whom)
    yield "where", places(old.where), places(new.where)
    yield "when", span(old.when), span(new.when)
    yield "stance", old.stance, new.stance
    yield "status", old.status, new.status
    yield "according_to", ", ".join(s.name for s in old.according_to), ", ".join(s.name for s in new.according_to)


def names(actors: Sequence[Actor]) -> str:
    return ", ".join(actor.name for actor in actors) or "not stated"


def places(where: Sequence[Place]) -> str:
    return ", ".join(place.name for place in where) or "not stated"


def place_key(where: Sequence[Place]) -> frozenset[str]:
    return frozenset(place.id or place.name for place in where)


def span(when: When) -> str:
    ends = [day for day in dict.fromkeys((when.first, when.last)) if day]
    return " to ".join(ends) or "not stated"


def told(claim: Claim) -> str:
    """A claim in a few words."""
    kind = (
        f"{claim.condition.subject} {claim.condition.state}"
        if claim.condition
        else claim.measure
        if claim.scope == "statistic"
        else claim.sub_event_type or claim.event_type
    )
    parts = [kind or claim.scope, *(place.name for place in claim.where[:1]), *(f"{c.words} {c.effect}" for c in claim.counts)]
    return ", ".join(parts)


def sentence(claim: Claim) -> str:
    return next((e.quote for e in claim.evidence if e.field == "claim"), "")


def position(claim: Claim) -> int:
    return next((e.start for e in claim.evidence if e.field == "claim"), 0)
