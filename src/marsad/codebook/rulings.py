"""Two small tables of rulings: words that make a sentence no event, and which of two states of one subject goes first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from marsad.codebook.tables import need, rows_of
from marsad.codebook.words import CONDITIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Veto:
    """Words that tell of something which is no event: a drill, an accident, a disaster, sport. Matched in lower case."""

    label: str
    pattern: re.Pattern[str]


@cache
def vetoes() -> tuple[Veto, ...]:
    """The rows of `vetoes.tsv`. Raises `ConfigError` with the line of a bad row."""
    found = []
    for number, row in rows_of("vetoes.tsv", ("label", "pattern", "source")):
        try:
            pattern = re.compile(rf"\b(?:{row['pattern']})\b")
        except re.error as error:
            need(False, "vetoes.tsv", number, f"bad pattern: {error}")
        found.append(Veto(label=row["label"], pattern=pattern))
    return tuple(found)


@cache
def state_order() -> tuple[tuple[str, str], ...]:
    """Pairs of `subject:state`: where a sentence has sure words for both, the first is meant."""
    known = {f"{subject}:{state}" for subject, states in CONDITIONS.items() for state in states}
    found = []
    for number, row in rows_of("state_order.tsv", ("winner", "loser", "source")):
        need({row["winner"], row["loser"]} <= known, "state_order.tsv", number, "unknown state")
        found.append((row["winner"], row["loser"]))
    return tuple(found)
