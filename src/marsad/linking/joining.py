"""The groups of claims of one scope that are one thing, and every tie by which one claim bears on another."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from marsad.linking import condition_pairs, incident_pairs, statistics
from marsad.linking.blocking import meet, pairs
from marsad.linking.clusters import cluster
from marsad.linking.facts import Facts
from marsad.linking.neighbours import place_edges, places_touch
from marsad.linking.rulings import Rulings
from marsad.model import Scope

Edge = tuple[str, str]
SCORES: Mapping[Scope, Callable[[Facts, Facts], float]] = {
    "incident": incident_pairs.score,
    "statistic": statistics.score,
    "condition": condition_pairs.score,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Groups of facts that are one fold each, and the ties between claims (by id) that linking weighed."""

    groups: list[list[Facts]]
    edges: list[Edge]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats:
    """Claims, one of each set that reports repeat word for word, and the others by the id of that one."""

    chosen: list[Facts]
    others: Mapping[str, list[Facts]]


def join(facts: Sequence[Facts], scope: Scope, rulings: Rulings) -> Joined:
    """Groups the claims of one scope. `facts` come sorted by id."""
    score = SCORES[scope]
    repeats = without_repeats(facts, rulings.ruled())
    chosen = repeats.chosen
    scores = {(i, j): score(chosen[i], chosen[j]) for i, j in pairs(chosen)}
    loose = [is_loose(f, scope) for f in chosen]

    def silent(i: int, j: int) -> bool:
        """A claim without place or day says nothing of a claim in another report."""
        return (loose[i] or loose[j]) and chosen[i].claim.report != chosen[j].claim.report

    place = {f.id: i for i, f in enumerate(chosen)}
    found = cluster(
        len(chosen),
        scores,
        loose=loose,
        silent=silent,
        together=[(place[a], place[b]) for a, b in rulings.together if a in place and b in place],
        apart=[(place[a], place[b]) for a, b in rulings.apart if a in place and b in place],
    )
    edges = [(chosen[i].id, chosen[j].id) for (i, j), value in scores.items() if value > 0]
    edges += [pair for pair in (*rulings.together, *rulings.apart) if pair[0] in place and pair[1] in place]
    edges += _repeat_edges(facts, repeats, score)
    if scope == "condition":
        edges += place_edges(facts)
    groups = [[f for i in group for f in (chosen[i], *repeats.others.get(chosen[i].id, ()))] for group in found]
    return Joined(groups=groups, edges=edges)


def is_loose(facts: Facts, scope: Scope) -> bool:
    """True where a claim can't be placed by itself: it lacks a place or, if it tells an incident, a day."""
    return facts.loose if scope == "incident" else not facts.places


def repeat_key(facts: Facts) -> object | None:
    """What two claims share that repeat each other word for word in copies of one story; `None` for a claim that can't be placed
    by itself. In another report than either, both have the same scores."""
    c = facts.claim
    said = _quoted(facts)
    if not said or facts.loose:
        return None
    kind = (c.sub_event_type, c.condition, c.measure, c.value, c.stance)
    told = (c.where, c.when, c.who, c.whom, c.counts, c.weapons, c.targets)
    return (said, kind, told, facts.voice, facts.role, facts.family, facts.killed, facts.injured)


def _quoted(facts: Facts) -> tuple[str, ...]:
    """The sentences that tell a claim."""
    return tuple([e.quote for e in facts.claim.evidence if e.field == "claim"])


def without_repeats(facts: Sequence[Facts], ruled: set[str]) -> Repeats:
    """One of each set of claims that copies of a story repeat, so that a story that two hundred outlets carry weighs as one, in
    the score and in the time it takes. Claims in `ruled` stand for themselves."""
    chosen: list[Facts] = []
    first: dict[object, Facts] = {}
    others: dict[str, list[Facts]] = {}
    held: dict[str, set[str]] = {}
    times = Counter(map(_quoted, facts))
    for f in facts:
        key = repeat_key(f) if times[_quoted(f)] > 1 and f.id not in ruled else None
        model = first.setdefault(key, f) if key is not None else f
        if model is f or f.claim.report in held[model.id]:
            chosen.append(f)
            held.setdefault(f.id, {f.claim.report})
        else:
            others.setdefault(model.id, []).append(f)
            held[model.id].add(f.claim.report)
    return Repeats(chosen=chosen, others=others)


def _repeat_edges(facts: Sequence[Facts], repeats: Repeats, score: Callable[[Facts, Facts], float]) -> Iterator[Edge]:
    """The ties that the repeats have, which were not scored: to the one that stands for them, inside their own report, and of the
    first of them to the claims beside the one that stands for it. A further repeat has no others."""
    if not repeats.others:
        return
    by_report: dict[str, list[Facts]] = defaultdict(list)
    for f in facts:
        by_report[f.claim.report].append(f)
    models = {f.id: f for f in repeats.chosen}
    for name, others in repeats.others.items():
        yield from ((name, f.id) for f in others)
        beside = by_report[models[name].claim.report]
        yield from _scored([others[0]], [f for f in beside if meet(f, others[0])], score)
        for f in others:
            yield from _scored([f], by_report[f.claim.report], score)


def _scored(ones: Sequence[Facts], others: Sequence[Facts], score: Callable[[Facts, Facts], float]) -> Iterator[Edge]:
    yield from ((a.id, b.id) for a in ones for b in others if a.id != b.id and score(a, b) > 0)


def edges_between(new: Sequence[Facts], known: Sequence[Facts], rulings: Rulings) -> Iterator[str]:
    """Ids of the `known` that have a tie to one of the `new`."""
    by_key: dict[str, list[Facts]] = defaultdict(list)
    for f in new:
        for key in f.keys.asked:
            by_key[key].append(f)
    ruled = {frozenset(pair) for pair in (*rulings.together, *rulings.apart)}
    for f in known:
        near = {g.id: g for key in f.keys.kept for g in by_key.get(key, ())}
        if any(_tied(f, g) for g in near.values()):
            yield f.id
    fresh, old = {f.id for f in new}, {f.id for f in known}
    yield from (c for pair in ruled if pair & fresh for c in pair & old)


def _tied(one: Facts, other: Facts) -> bool:
    score = SCORES[one.claim.scope]
    if meet(one, other) and score(one, other) > 0:
        return True
    key = repeat_key(one)
    if key is not None and key == repeat_key(other):
        return True
    return one.claim.scope == "condition" and places_touch(one, other)
