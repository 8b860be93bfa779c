"""Which names stay in: those of a whole record, so that one report's secret is not told by another, or by an old release."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from marsad.codebook.sensitivity import Policy
from marsad.exports.public.names import PARTICLES, Names, folded, key, parts_of
from marsad.exports.public.people import SOMEBODY, WEIGHT, Person, bodies, not_names, people_in
from marsad.ledger.findings import Findings
from marsad.model import Claim, Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """`people` are full names with the words for them, `names` finds them in texts.

    `alone`, by report, are words of these that may stand alone there.
    """

    people: Mapping[str, str]
    names: Names
    alone: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def within(self, reports: Iterable[str]) -> Names:
        """All that is withheld in what rests on those reports."""
        alone = {w: instead for r in reports for w, instead in self.alone.get(r, {}).items()}
        return self.names.with_alone(alone) if alone else self.names


def withheld(*records: Findings, policy: Policy) -> Withheld:
    """The names that these records must not show. What one of them holds is withheld in all; a single word in its own report."""
    people: dict[str, list[Person]] = {}
    known: dict[str, tuple[Report, list[Claim]]] = {}
    for found in records:
        claims = by_report((*found.claims, *found.uncertain))
        for report in found.reports:
            if report.id not in known:
                known[report.id] = (report, claims.get(report.id, []))
                people[report.id] = people_in(report, claims.get(report.id, []), policy)
    settled = settle(people.values(), policy)
    alone = {name: alone_in(own, settled, *known[name]) for name, own in people.items()}
    listed = {key(name) for name in policy.redact}
    wide = {name: instead for name, instead in settled.items() if len(key(name)) > 1 or key(name) in listed}
    return Withheld(people=settled, names=Names(wide), alone={name: words for name, words in alone.items() if words})


def by_report(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    found: dict[str, list[Claim]] = {}
    for claim in claims:
        found.setdefault(claim.report, []).append(claim)
    return found


def settle(people: Iterable[Sequence[Person]], policy: Policy) -> dict[str, str]:
    """Names and what stands for them: the private, the unknown whom no report gives a public role, a desk's own list."""
    standing: dict[tuple[str, ...], Person] = {}
    for own in people:
        for person in own:
            words = key(person.name)
            held = standing.get(words)
            if held is None or (WEIGHT[person.standing], person.instead) > (WEIGHT[held.standing], held.instead):
                standing[words] = person
    public = {words for words, person in standing.items() if person.standing == "public"}
    kept = {key(name) for name in policy.keep}
    by_word: dict[str, list[set[str]]] = {}
    for words in public:
        for word in words:
            by_word.setdefault(word, []).append(set(words))
    found = {
        person.name: person.instead
        for words, person in sorted(standing.items())
        if words not in kept and hidden(person, words, by_word, policy)
    }
    return {**found, **dict.fromkeys(policy.redact, SOMEBODY)}


def hidden(person: Person, words: Sequence[str], public: Mapping[str, list[set[str]]], policy: Policy) -> bool:
    """Whether somebody is not named: not where an unknown name is part of a public person's."""
    if person.standing != "unknown":
        return person.standing == "private"
    return policy.unknown == "redact" and not any(set(words) <= other for other in public.get(words[0], ()))


def alone_in(people: Sequence[Person], settled: Mapping[str, str], report: Report, claims: Sequence[Claim]) -> dict[str, str]:
    """Words of withheld names that a report may use alone, unless a public person, a place or a body there has them too."""
    hidden_keys = {key(name): instead for name, instead in settled.items()}
    own = {key(p.name): hidden_keys[key(p.name)] for p in people if key(p.name) in hidden_keys}
    if not own:
        return {}
    taken = {w for p in people if key(p.name) not in hidden_keys for w in parts_of(p.name)}
    taken |= {w for c in claims for p in c.where for n in (p.name, p.words, p.admin1) if n for w in key(n)}
    found: dict[str, str] = {}
    for words, instead in own.items():
        for word in words:
            if len(word) > 2 and word not in PARTICLES and word not in taken and not is_ordinary(word):
                found.setdefault(word, instead)
    return found


def is_ordinary(word: str) -> bool:
    """Whether a word is a body's or a people's name, so that it says nothing of a person."""
    return word in not_names() or (folded(word),) in bodies()
