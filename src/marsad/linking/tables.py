"""The tables of linking: kinship of types, tiers of roles, generic types, weights of the features."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib import resources

from marsad.model import ConfigError


def _rows(name: str) -> list[dict[str, str]]:
    with resources.files("marsad.linking").joinpath(name).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


@cache
def kinships() -> Mapping[tuple[str, str], float]:
    """How well two different sub-event types can be one incident, 0 to 1, in either order."""
    try:
        rows = [(r["one"], r["other"], float(r["kinship"])) for r in _rows("types.tsv")]
    except (KeyError, ValueError) as error:
        raise ConfigError(f"linking/types.tsv: {error}") from error
    return {pair: value for a, b, value in rows for pair in ((a, b), (b, a))}


def kinship(one: str | None, other: str | None) -> float:
    """1 for the same type, 0.5 where either is not stated, else what `types.tsv` says or 0.

    >>> kinship("Attack", "Air/drone strike")
    0.6
    """
    if one is None or other is None:
        return 0.5
    return 1.0 if one == other else kinships().get((one, other), 0.0)


@cache
def _families() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for r in _rows("families.tsv"):
        found.setdefault(r["sub_event_type"], []).append(r["family"])
    return {sub: tuple(names) for sub, names in found.items()}


def families(sub_event_type: str | None) -> tuple[str, ...]:
    """The families of types in which to look for the like: two types that have a kinship share one, and a type that isn't stated
    is in all of them.

    >>> families("Air/drone strike")
    ('violence',)
    """
    if sub_event_type is None:
        return tuple(sorted({name for names in _families().values() for name in names}))
    return _families().get(sub_event_type, ("other",))


@cache
def tiers() -> Mapping[str, int]:
    """How far a speaker's role is trusted with a toll: 1 first."""
    return {r["role"]: int(r["tier"]) for r in _rows("roles.tsv")}


@cache
def generic_types() -> frozenset[str]:
    """Sub-event types that say nothing of the means, so that a specific one refines them."""
    return frozenset(r["sub_event_type"] for r in _rows("generic_types.tsv"))


@cache
def weights() -> Mapping[str, float]:
    """The weight of each feature in the score of a pair of incident claims (log-odds). Raises `ConfigError` where one is no
    number."""
    try:
        return {r["feature"]: float(r["weight"]) for r in _rows("weights.tsv")}
    except (KeyError, ValueError) as error:
        raise ConfigError(f"linking/weights.tsv: {error}") from error


@cache
def opposites(column: str) -> frozenset[tuple[str, str, str]]:
    """(subject, state, other state), in either order, with a `yes` in `column`: `rivals` (two speakers' words on one matter) or
    `ends` (the later one ends the earlier one)."""
    rows = [r for r in _rows("opposites.tsv") if r[column] == "yes"]
    both = [(r["subject"], r["state"], r["opposite"]) for r in rows]
    return frozenset(both) | frozenset((a, c, b) for a, b, c in both)


@cache
def stop_words() -> frozenset[str]:
    """Words that say nothing of which incident is told."""
    return frozenset(r["word"] for r in _rows("stop_words.tsv"))


@cache
def institutions() -> frozenset[str]:
    """Words for a body that keeps a tally of its own, so that its longer and shorter name are one speaker."""
    return frozenset(r["word"] for r in _rows("institutions.tsv"))


@cache
def revisions() -> Mapping[str, str]:
    """Words by which a report says that its figure takes the place of an earlier one: `up`, `down` or `either`."""
    return {r["words"]: r["direction"] for r in _rows("revisions.tsv")}
