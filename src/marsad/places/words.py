"""The cue words of `words.tsv`, by class: what stands in and round the name of a place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from marsad.places.sources import table


@dataclass(frozen=True, kw_only=True)
class Words:
    """Lower-case words. `unit` and `upper` (first-level ones) name administrative areas, `settlement` what people live in;
    `extending`
    words become part of the name ("Hakari bridge"), `inside` ones are buildings in a town; `local` ones stand after a town's name
    ("Newark police"); `phrase` ones are whole names that are no places, folded; `stop` words are never a place by
    themselves."""

    connector: frozenset[str]
    unit: frozenset[str]
    upper: frozenset[str]
    settlement: frozenset[str]
    facility: frozenset[str]
    extending: frozenset[str]
    inside: frozenset[str]
    direction: frozenset[str]
    title: frozenset[str]
    organisation: frozenset[str]
    verb: frozenset[str]
    stop: frozenset[str]
    speech: frozenset[str]
    first: frozenset[str]
    modifier: frozenset[str]
    head: frozenset[str]
    event: frozenset[str]
    local: frozenset[str]
    phrase: frozenset[str]
    ordinal: frozenset[str]

    @cached_property
    def beside_left(self) -> frozenset[str]:
        """What may stand left of a name in one run of capitals ("Northern Aleppo")."""
        return self.stop | self.direction | self.settlement | self.facility | self.unit

    @cached_property
    def beside_right(self) -> frozenset[str]:
        """What may stand right of a name in one run of capitals ("Kharkiv Governor")."""
        return self.stop | self.unit | self.facility | self.title | self.settlement | self.inside | self.modifier

    @cached_property
    def nameless(self) -> frozenset[str]:
        """Words that are no name by themselves."""
        return self.stop | self.facility | self.settlement | self.unit | self.direction | self.modifier

    @cached_property
    def before_names(self) -> frozenset[str]:
        """Words that are no part of somebody's name that they stand before."""
        return self.beside_left | self.title | self.head | self.connector

    def named(self, lowers: Sequence[str]) -> bool:
        """Whether a run of words names an organisation or a building."""
        return any(w in self.organisation or w in self.facility for w in lowers)


@cache
def load_words() -> Words:
    """The table, read once a process. Raises `ConfigError` where it is missing or malformed."""
    classes: dict[str, set[str]] = defaultdict(set)
    for row in table("marsad.places", "words.tsv"):
        classes[row["class"]].add(row["word"])
    return Words(**{name: frozenset(classes[name]) for name in Words.__dataclass_fields__})
