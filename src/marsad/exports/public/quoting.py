"""Short quotes: a report's public text is its quotes alone, and what claims cite stands in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from marsad.codebook.sensitivity import Policy
from marsad.exports.public.names import Names, scrubbed
from marsad.ledger.findings import position
from marsad.model import Claim, Evidence, Report

ENGLISH = frozenset({"the", "of", "and", "in", "to", "a", "that", "was", "were", "on", "by", "for", "with", "at", "said", "from"})
SHARE = 0.12
"""Share of such words from which on a text without a language is taken to be English."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """A report's quotes as one text, and its claims with what they cite there."""

    text: str
    claims: tuple[Claim, ...]


def readable(report: Report, policy: Policy) -> bool:
    """Whether names are recognised in the report's language.

    >>> from marsad.codebook.sensitivity import load_policy
    >>> readable(Report(id="r", origin="o", text="قتل ثمانية أشخاص", language="ar"), load_policy())
    False
    """
    if report.language is not None:
        return report.language in policy.languages
    words = report.text.lower().split()[:400]
    return "en" in policy.languages and bool(words) and sum(w in ENGLISH for w in words) >= SHARE * len(words)


def quoted(report: Report, claims: Sequence[Claim], hidden: set[str], names: Names, policy: Policy) -> Quoted:
    """The claims of a report with short quotes. `hidden` are ids of claims whose sentence is not quoted, by any claim."""
    closed = [(e.start, e.end) for c in claims if c.id in hidden for e in c.evidence if e.field == "claim"]
    parts: dict[str, int] = {}
    text, left = "", policy.words_per_report if readable(report, policy) else 0
    made = []
    for claim in sorted(claims, key=lambda c: (position(c), c.id)):
        cited = [e for e in claim.evidence if e.field == "claim"]
        open_to_all = policy.shown("claim.quote", country_of(claim)) and not any(overlaps(e, closed) for e in cited)
        evidence: list[Evidence] = []
        for one in cited if open_to_all else ():
            words = shortened(" ".join(scrubbed(one.quote, names).split()), policy.words)
            if words not in parts and len(words.split()) <= left:
                left -= len(words.split())
                text += ("\n" if text else "") + words
                parts[words] = len(text) - len(words)
            if words and words in parts:
                start = parts[words]
                evidence.append(Evidence(field="claim", start=start, end=start + len(words), quote=words))
        made.append(replace(claim, evidence=(*evidence, *fields_of(claim, evidence, text, names))))
    order = {c.id: n for n, c in enumerate(claims)}
    return Quoted(text=text, claims=tuple(sorted(made, key=lambda c: order[c.id])))


def country_of(claim: Claim) -> str | None:
    return next((p.country for p in claim.where if p.country), None)


def overlaps(one: Evidence, closed: Sequence[tuple[int, int]]) -> bool:
    return any(one.start < end and start < one.end for start, end in closed)


def fields_of(claim: Claim, cited: Sequence[Evidence], text: str, names: Names) -> list[Evidence]:
    """What a claim cites for its fields, where it stands in the quotes of the claim."""
    found = []
    for one in claim.evidence:
        if one.field == "claim" or names.holds(one.quote):
            continue
        for within in cited:
            at = text.find(" ".join(one.quote.split()), within.start, within.end)
            if at >= 0 and one.quote.strip():
                quote = " ".join(one.quote.split())
                found.append(Evidence(field=one.field, start=at, end=at + len(quote), quote=quote))
                break
    return found


def shortened(words: str, most: int) -> str:
    """At most so many words, with a mark where some were left out.

    >>> shortened("one two three", 2), shortened("one two", 2), shortened("one", 0)
    ('one two …', 'one two', '')
    """
    parts = words.split()
    if len(parts) <= most:
        return " ".join(parts)
    return " ".join([*parts[:most], "…"]) if most else ""


def by_report(claims: Sequence[Claim]) -> Mapping[str, list[Claim]]:
    """Claims by the report that they are in."""
    found: dict[str, list[Claim]] = {}
    for claim in claims:
        found.setdefault(claim.report, []).append(claim)
    return found
