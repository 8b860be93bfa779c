"""Which condition claims are of one subject at one place, so that one may end or dispute the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from marsad.linking.facts import Facts
from marsad.linking.nearness import any_shared

Spot = tuple[str, object]
LASTING = ("border_crossing", "siege", "territory", "corridor", "ceasefire")


def spot_of(facts: Facts) -> Spot | None:
    """Subject and places of a condition that lasts; `None` where it has no place or is a delivery, which nothing ends."""
    subject = facts.claim.condition.subject if facts.claim.condition else ""
    return (subject, facts.places) if facts.places and subject in LASTING else None


def _place_keys(keys: Iterable[str]) -> set[str]:
    return {k for k in keys if "|name:" in k or "|cell:" in k}


def places_touch(one: Facts, other: Facts) -> bool:
    """Whether the two are of one subject and at one place: a shared name, or within 15 km."""
    a, b = spot_of(one), spot_of(other)
    if a is None or b is None or a[0] != b[0]:
        return False
    return a == b or (_asks(one, other) and _asks(other, one) and any_shared(one, other))


def _asks(one: Facts, other: Facts) -> bool:
    return not _place_keys(one.keys.asked).isdisjoint(other.keys.kept)


def touching(facts: Iterable[Facts]) -> Mapping[Spot, frozenset[Spot]]:
    """For each subject and place those of the same subject at the same place, itself among them."""
    samples: dict[Spot, Facts] = {}
    for f in facts:
        spot = spot_of(f)
        if spot is not None:
            samples.setdefault(spot, f)
    blocks: dict[str, list[Spot]] = defaultdict(list)
    for spot, f in samples.items():
        for key in _place_keys(f.keys.kept):
            blocks[key].append(spot)
    found: dict[Spot, set[Spot]] = {spot: {spot} for spot in samples}
    for spot, f in samples.items():
        near = {other for key in _place_keys(f.keys.asked) for other in blocks.get(key, ())}
        for other in near - found[spot]:
            if places_touch(f, samples[other]):
                found[spot].add(other)
                found[other].add(spot)
    return {spot: frozenset(near) for spot, near in found.items()}


def place_edges(facts: Sequence[Facts]) -> Iterator[tuple[str, str]]:
    """Ties between condition claims of one subject and place."""
    first: dict[Spot, str] = {}
    for f in facts:
        spot = spot_of(f)
        if spot is not None:
            yield first.setdefault(spot, f.id), f.id
    for spot, near in touching(facts).items():
        yield from ((first[spot], first[other]) for other in near if other != spot)
