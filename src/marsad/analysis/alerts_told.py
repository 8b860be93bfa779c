"""How long a thing had not been, where a report says so itself: "the first delivery in three months", "seven years after it was
closed". A ledger that began last week knows of no earlier delivery; the report may."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from marsad.language.numbers import WORDS, read_number
from marsad.model import Claim

Form = Literal["first", "after"]
DAYS = {"day": 1, "week": 7, "month": 30, "year": 365, "decade": 3650}
"""The least that is meant by so many of them."""
LESS = frozenset({"nearly", "almost", "just under", "less than", "close to", "about", "around", "roughly", "some"})
LONGEST = 2_000
_SPAN = (
    rf"(?P<how>(?:more than|over|at least|{'|'.join(sorted(LESS))}|the) )?"
    rf"(?P<number>\d{{1,3}}|{WORDS}|an?)[ -](?P<unit>{'|'.join(DAYS)})s?\b"
)
_SHUT = r"(?:closed|shut|sealed|blocked|besieged|encircled|cut off|suspended|halted|closure|siege|blockade)"
_STATE = r"(?:closure|siege|blockade|encirclement|isolation|being (?:closed|shut|besieged|blocked))"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldGap:
    """How long something had not been, as a report tells it: at least so many days, its words, and the claim they stand in."""

    days: int
    words: str
    claim: str


def told_gap(claims: Iterable[Claim], form: Form) -> ToldGap | None:
    """The longest gap that the sentences of those claims tell; `None` where there is none. What is denied tells nothing."""
    found = [gap for claim in claims if claim.stance == "asserts" for gap in gaps_of(claim, form)]
    return max(found, key=lambda g: (g.days, g.claim), default=None)


def gaps_of(claim: Claim, form: Form) -> Iterable[ToldGap]:
    """Every gap of that form that a claim's own sentence tells."""
    for evidence in claim.evidence:
        if evidence.field == "claim":
            sentence = " ".join(evidence.quote[:LONGEST].split())
            for pattern in patterns()[form]:
                for match in pattern.finditer(sentence):
                    days = days_of(match)
                    if days:
                        yield ToldGap(days=days, words=match.group(), claim=claim.id)


def days_of(match: re.Match[str]) -> int:
    """At least so many days; 0 where the number can't be read. What is told as nearly so long is a tenth shorter.

    >>> days_of(patterns()["first"][0].search("the first major delivery in three months")), days_of(
    ...     patterns()["after"][0].search("nearly seven years after it was closed"))
    (90, 2299)
    """
    words = match["number"].lower()
    number = 1 if words in ("a", "an") else read_number(words) or 0
    days = int(number * DAYS[match["unit"].lower()])
    return days * 9 // 10 if (match["how"] or "").strip().lower() in LESS else days


@cache
def patterns() -> Mapping[Form, tuple[re.Pattern[str], ...]]:
    """The patterns of `told_gaps.tsv` by form."""
    made: dict[Form, list[re.Pattern[str]]] = {"first": [], "after": []}
    with files("marsad.analysis").joinpath("told_gaps.tsv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            source = row["pattern"].replace("{SPAN}", _SPAN).replace("{SHUT}", _SHUT).replace("{STATE}", _STATE)
            made["first" if row["form"] == "first" else "after"].append(re.compile(rf"\b{source}", re.I))
    return {form: tuple(held) for form, held in made.items()}
