"""Claims, reports and judgements → events, statistics and conditions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from marsad.linking import conditions, events, statistics
from marsad.linking.blocking import in_reach
from marsad.linking.clusters import components
from marsad.linking.corrections import corrected_fold, revised
from marsad.linking.facts import Facts, read
from marsad.linking.folds import Fold, Folds
from marsad.linking.intervals import relate
from marsad.linking.joining import SCORES, edges_between, join
from marsad.linking.rulings import Rulings, read_judgements, verdict
from marsad.model import Claim, Condition, Event, Judgement, Report, Statistic

REAL = ("happened", "ongoing")
T = TypeVar("T", Event, Statistic, Condition)


def link(claims: Sequence[Claim], reports: Sequence[Report], judgements: Sequence[Judgement] = ()) -> Folds:
    """Joins claims of one incident, one statistic or one condition, and fuses each group by the rules in
    `docs/concepts/linking.md`.

    The folds come sorted by first day, then id, and are the same for every order of claims and reports; judgements hold in the
    order in which they are given. Plans, threats and hypotheses are in no fold, and neither are claims that a reviewer rejected.
    A claim whose report is not given is linked by what it says itself. A copy names its original in `copy_of`; the original need
    not be given.

    Linking some of the claims gives the same folds as linking all, as long as whole `Folds.components` are given. A new claim
    touches the components of the claims that `linked` names, and no others.

    >>> from marsad.model import Place, When
    >>> def claim(name, report):
    ...     return Claim(id=name, report=report, scope="incident", event_type="Battles", sub_event_type="Armed clash",
    ...                  where=(Place(name="Sinja", words="Sinja", country="SDN", precision=1),),
    ...                  when=When(first="2026-01-12", last="2026-01-12", precision="day"))
    >>> [e.claims for e in link([claim("b", "r2"), claim("a", "r1")], []).events]
    [('a', 'b')]
    """
    by_id = {r.id: r for r in sorted(reports, key=lambda r: r.id)}
    rulings = read_judgements(judgements, claims)
    unique = {c.id: c for c in claims}
    facts = _facts(unique.values(), by_id, rulings)
    joined = {scope: join([f for f in facts if f.claim.scope == scope], scope, rulings) for scope in SCORES}
    groups = {scope: [revised(g, rulings, by_id) for g in j.groups] for scope, j in joined.items()}
    made, no_events = _judged([events.fuse_event(g) for g in groups["incident"]], rulings)
    figures, no_figures = _judged([statistics.fuse_statistic(g) for g in groups["statistic"]], rulings)
    stated, no_states = _judged([conditions.fuse_condition(g) for g in groups["condition"]], rulings)
    states = relate(stated, {f.id: f for g in joined["condition"].groups for f in g})
    rejected: list[Fold] = [*no_events, *no_figures, *no_states]
    return Folds(
        events=tuple(sorted(made, key=lambda e: (e.date_first or "9999", e.id))),
        statistics=tuple(sorted(figures, key=lambda s: (s.first or "9999", s.id))),
        conditions=tuple(sorted(states, key=lambda c: (c.since or "9999", c.id))),
        rejected=tuple(sorted(rejected, key=lambda f: f.id)),
        components=_components(sorted(unique), [e for j in joined.values() for e in j.edges]),
    )


def linked(
    new: Sequence[Claim], known: Sequence[Claim], reports: Sequence[Report], judgements: Sequence[Judgement] = ()
) -> frozenset[str]:
    """Ids of the `known` claims that a `new` claim may be joined with or may end, dispute or otherwise bear on.

    `known` are the claims kept under a key that a new one asks for (others do no harm), `reports` those of all the claims.
    Link the new claims with the whole components of the claims named, and the folds are those of linking everything.
    """
    by_id = {r.id: r for r in sorted(reports, key=lambda r: r.id)}
    rulings = read_judgements(judgements, [*new, *known])
    fresh = {c.id: c for c in new}
    one = _facts(fresh.values(), by_id, rulings)
    held = {c.id: c for c in known if c.id not in fresh}
    ruled = rulings.ruled() & held.keys()
    near = {c.id: c for c in in_reach(one, held.values(), by_id)} | {name: held[name] for name in ruled}
    other = _facts(near.values(), by_id, rulings)
    return frozenset(edges_between(one, other, rulings))


def _facts(claims: Iterable[Claim], reports: Mapping[str, Report], rulings: Rulings) -> list[Facts]:
    real = (c for c in claims if c.status in REAL and c.id not in rulings.rejected)
    return [read(c, reports) for c in sorted(real, key=lambda c: c.id)]


def _judged(items: Sequence[T], rulings: Rulings) -> tuple[list[T], list[T]]:
    """The folds with a reviewer's corrections: those that stand, and those that were rejected."""
    found = [corrected_fold(item, rulings) for item in items]
    stands = [verdict(rulings, item.claims) != "reject" for item in found]
    return [i for i, ok in zip(found, stands, strict=True) if ok], [i for i, ok in zip(found, stands, strict=True) if not ok]


def _components(names: Sequence[str], edges: Iterable[tuple[str, str]]) -> tuple[frozenset[str], ...]:
    place = {name: i for i, name in enumerate(names)}
    return tuple(frozenset(names[i] for i in group) for group in components(len(names), ((place[a], place[b]) for a, b in edges)))
