"""Incident claims → events. Rules: `docs/concepts/linking.md`, "Incidents"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations

from marsad.linking import agreement, tolls
from marsad.linking.facts import Facts
from marsad.linking.incident_pairs import explain, score
from marsad.linking.independence import settle
from marsad.linking.nearness import day_gap
from marsad.linking.rulings import fold_id
from marsad.linking.tables import generic_types
from marsad.model import Event

AGAINST_CIVILIANS = ("Violence against civilians",)
EXCESSIVE = "Excessive force against protesters"


def fuse_event(facts: Sequence[Facts]) -> Event:
    """The event that these claims tell together. It keeps the id of its oldest claim however many come."""
    facts = settle(sorted(facts, key=lambda f: f.age))
    kind, sub = _type(facts)
    who = agreement.fuse_who(facts)
    whom = agreement.fuse_whom(facts, who)
    first, last, precision = agreement.fuse_days(facts)
    civilians = bool(whom) and all(a.kind == "Civilians" for a in whom)
    return Event(
        id=fold_id(facts[0].claim),
        event_type=kind,
        sub_event_type=sub,
        date_first=first,
        date_last=last,
        time_precision=precision,
        who=who,
        whom=whom,
        place=agreement.fuse_place(facts),
        civilian_targeting=civilians or kind in AGAINST_CIVILIANS or sub == EXCESSIVE,
        killed=tolls.fuse(facts, "killed"),
        injured=tolls.fuse(facts, "injured"),
        disputed=disputed(facts),
        claims=tuple(f.id for f in facts),
        reports=agreement.reports(facts),
        sources=agreement.sources(facts),
        confidence=agreement.confidence(facts),
        background=all(f.claim.background for f in facts),
        because=agreement.reasons(_because(facts), len(facts) - 1),
        voices=agreement.voices(f for f in facts if f.claim.stance == "asserts"),
    )


def _type(facts: Sequence[Facts]) -> tuple[str, str]:
    """A type that states the means before a generic one, then the one that most voices give, then the oldest."""
    support: dict[tuple[str, str], set[str]] = defaultdict(set)
    for f in agreement.live(facts):
        support[f.claim.event_type or "Strategic developments", f.claim.sub_event_type or "Other"].add(f.voice)
    order = list(support)
    return min(support, key=lambda t: (t[1] in generic_types(), -len(support[t]), order.index(t)))


def disputed(facts: Sequence[Facts]) -> tuple[str, ...]:
    """Names of the fields on which independent voices differ: happened, who, killed, injured, when, where."""
    if len(facts) == 1 and facts[0].claim.stance == "asserts":
        return ()
    fields = []
    objections = [f for f in facts if f.claim.stance != "asserts"]
    if any(_denies_it_all(f) for f in objections):
        fields.append("happened")
    if any(f.named_who for f in objections) or _blame_differs(facts):
        fields.append("who")
    fields += [effect for effect in ("killed", "injured") if tolls.disputed(facts, effect)]
    told = list({(f.voice, f.first, f.last): f for f in facts if f.claim.stance == "asserts"}.values())
    if any((day_gap(a, b) or 0) > 0 and a.voice != b.voice for a, b in combinations(told, 2)):
        fields.append("when")
    if agreement.places_differ(facts):
        fields.append("where")
    return tuple(fields)


def _denies_it_all(facts: Facts) -> bool:
    """An objection to the incident, not only to its toll or, where it is a doubt, to the blame."""
    figures_only = facts.killed is not None or facts.injured is not None
    return not figures_only and (facts.claim.stance == "denies" or not facts.named_who)


def _blame_differs(facts: Sequence[Facts]) -> bool:
    named = (f for f in facts if f.claim.stance == "asserts" and f.named_who)
    told = list({(f.voice, f.named_who): f for f in named}.values())
    return any(a.voice != b.voice and not a.named_who & b.named_who for a, b in combinations(told, 2))


def _because(facts: Sequence[Facts], limit: int = 20) -> list[str]:
    """For each of the first claims but the oldest, why it fits that of the eight before it which it fits best."""
    found = []
    for i, other in enumerate(facts[1 : limit + 1], 1):
        best = max(facts[max(0, i - 8) : i], key=lambda f: (score(f, other), -f.moment[0], f.id))
        found.append(explain(best, other))
    return found
