"""Claims, reports and judgements → events, statistics and conditions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from marsad.linking import conditions, events, incident_pairs, statistics
from marsad.linking.blocking import pairs
from marsad.linking.clusters import cluster
from marsad.linking.facts import Facts, read
from marsad.linking.rulings import Rulings, read_judgements
from marsad.model import Claim, Condition, Event, Judgement, Report, Scope, Statistic

REAL = ("happened", "ongoing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Folds:
    """What the claims say together. Each happened or ongoing claim is in exactly one fold of its own scope."""

    events: tuple[Event, ...] = ()
    statistics: tuple[Statistic, ...] = ()
    conditions: tuple[Condition, ...] = ()


def link(claims: Sequence[Claim], reports: Sequence[Report], judgements: Sequence[Judgement] = ()) -> Folds:
    """Joins claims of one incident, one statistic or one condition, and fuses each group by the rules in
    `docs/concepts/linking.md`.

    The folds come sorted by first day, then id, and are the same for every order of the arguments. Plans, threats and
    hypotheses are in no fold, and neither are claims that a reviewer rejected. A claim whose report is not given is
    linked by what it says itself.

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
    unique = {c.id: c for c in claims if c.status in REAL and c.id not in rulings.rejected}
    facts = [read(unique[name], by_id) for name in sorted(unique)]
    made = [events.fuse_event(g) for g in _groups(facts, "incident", incident_pairs.score, rulings)]
    figures = [statistics.fuse_statistic(g) for g in _groups(facts, "statistic", statistics.score, rulings, timed=False)]
    states = conditions.fuse_conditions(_groups(facts, "condition", conditions.score, rulings, timed=False))
    return Folds(
        events=tuple(sorted(made, key=lambda e: (e.date_first or "9999", e.id))),
        statistics=tuple(sorted(figures, key=lambda s: (s.first or "9999", s.id))),
        conditions=tuple(sorted(states, key=lambda c: (c.since or "9999", c.id))),
    )


def _groups(
    facts: Sequence[Facts], scope: Scope, score: Callable[[Facts, Facts], float], rulings: Rulings, *, timed: bool = True
) -> list[list[Facts]]:
    ruled = {name for pair in rulings.together | rulings.apart for name in pair}
    chosen, repeats = _without_repeats([f for f in facts if f.claim.scope == scope], ruled)
    place = {f.id: i for i, f in enumerate(chosen)}
    scores = {(i, j): score(chosen[i], chosen[j]) for i, j in pairs(chosen, timed=timed)}
    loose = [f.loose if timed else not f.places for f in chosen]

    def silent(i: int, j: int) -> bool:
        """A claim without place or day says nothing of a claim in another report."""
        return (loose[i] or loose[j]) and chosen[i].claim.report != chosen[j].claim.report

    found = cluster(
        len(chosen),
        scores,
        loose=loose,
        silent=silent,
        together=[(place[a], place[b]) for a, b in sorted(rulings.together) if a in place and b in place],
        apart=[(place[a], place[b]) for a, b in sorted(rulings.apart) if a in place and b in place],
    )
    return [[f for i in group for f in (chosen[i], *repeats.get(chosen[i].id, ()))] for group in found]


def _without_repeats(facts: Sequence[Facts], ruled: set[str]) -> tuple[list[Facts], dict[str, list[Facts]]]:
    """The claims with one of each set that other reports repeat word for word, and the repeats by the id of that one.

    A story that two hundred outlets carry weighs as one, in the score and in the time it takes.
    """
    kept: list[Facts] = []
    first: dict[object, Facts] = {}
    repeats: dict[str, list[Facts]] = {}
    for f in facts:
        c = f.claim
        said = tuple(e.quote for e in c.evidence if e.field == "claim")
        key = (
            said,
            c.sub_event_type,
            c.condition,
            c.measure,
            c.value,
            f.names,
            c.where,
            c.when,
            c.who,
            c.whom,
            c.counts,
            c.stance,
            f.voice,
        )
        model = first.setdefault(key, f) if said and not f.loose and f.id not in ruled else f
        held = {f.claim.report} & {model.claim.report, *(r.claim.report for r in repeats.get(model.id, ()))}
        if model is f or held:
            kept.append(f)
        else:
            repeats.setdefault(model.id, []).append(f)
    return kept, repeats
