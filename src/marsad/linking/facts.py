"""What linking reads off one claim, worked out once: days, places, speakers, actors, words, where it stands in the text."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from marsad.linking.counts import Range, whole
from marsad.linking.tables import stop_words
from marsad.model import Actor, Claim, Place, Report

WORD = re.compile(r"[^\W\d_]{3,30}")
ARTICLE = re.compile(r"\b(?:al|el|as|ash|an|ad|ar|at|the)[- ]")
UNKNOWN = ("unidentified", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One claim as linking sees it. Days are proleptic ordinals, `None` where not stated; `seen` is the report's day."""

    claim: Claim
    report: Report | None
    seen: int | None
    family: str
    first: int | None
    last: int | None
    voice: str
    role: str
    who: frozenset[str]
    whom: frozenset[str]
    named_who: frozenset[str]
    words: frozenset[str]
    begin: int
    end: int
    quotes: Mapping[str, tuple[int, int]]
    names: tuple[str, ...]
    killed: Range | None
    injured: Range | None

    @property
    def id(self) -> str:
        return self.claim.id

    @property
    def places(self) -> tuple[Place, ...]:
        return self.claim.where

    @property
    def age(self) -> tuple[int, str]:
        """Oldest first: the day that the report was published (unknown last), then the id."""
        return (self.seen if self.seen is not None else 10**7, self.claim.id)

    @property
    def loose(self) -> bool:
        """True where the claim lacks a place or a day, so that it can't be placed by itself."""
        return not self.claim.where or self.first is None


@lru_cache(maxsize=65536)
def fold(name: str) -> str:
    """A name without case, accents, articles and punctuation.

    >>> fold("Al-Fāshir"), fold("El Fasher")
    ('fashir', 'fasher')
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()
    return " ".join(re.sub(r"[^\w\s]", " ", ARTICLE.sub("", bare)).split())


def ordinal(date: str | None) -> int | None:
    """The day number of an ISO date or date-time; `None` where it is missing or no date."""
    try:
        return dt.date.fromisoformat(date[:10]).toordinal() if date else None
    except ValueError:
        return None


def iso(day: int | None) -> str | None:
    """The ISO date of a day number."""
    return dt.date.fromordinal(day).isoformat() if day is not None else None


def actor_names(actors: Sequence[Actor]) -> frozenset[str]:
    return frozenset(fold(a.name) for a in actors)


def family_of(report: Report | None, reports: Mapping[str, Report]) -> str:
    """The report at the end of the chain of copies: copies of one story share it."""
    if report is None:
        return ""
    seen = {report.id}
    while report.copy_of and report.copy_of not in seen:
        seen.add(report.copy_of)
        if report.copy_of not in reports:
            return report.copy_of
        report = reports[report.copy_of]
    return min(seen) if report.copy_of else report.id


def voice_of(claim: Claim, report: Report | None) -> tuple[str, str]:
    """Who speaks (a folded name) and in what role: the nearest speaker, else the wire or outlet in its own voice."""
    if claim.according_to:
        return fold(claim.according_to[0].name), claim.according_to[0].role
    outlet = (report.agency or report.publisher or report.id) if report else claim.report
    return fold(outlet), "media"


def content_words(text: str) -> frozenset[str]:
    """The stems (first six letters) of the words that carry meaning."""
    return frozenset(w[:6] for w in WORD.findall(fold(text)[:2000]) if w not in stop_words())


def read(claim: Claim, reports: Mapping[str, Report]) -> Facts:
    """The facts of one claim. A claim whose report is not among `reports` still gets them, without a day of report."""
    report = reports.get(claim.report)
    text = report.text if report else ""
    first, last = ordinal(claim.when.first), ordinal(claim.when.last)
    first, last = first if first is not None else last, last if last is not None else first
    if first is not None and last is not None and last < first:
        first, last = last, first
    voice, role = voice_of(claim, report)
    said = [e for e in claim.evidence if e.field == "claim"] or list(claim.evidence[:1])
    seen = ordinal(report.published or report.anchor.date) if report else None
    who = actor_names(claim.who)
    names = tuple(fold(p.name) for p in claim.where)
    own = frozenset(w[:6] for n in names for w in n.split())
    return Facts(
        claim=claim,
        report=report,
        seen=seen,
        family=family_of(report, reports) or claim.report,
        first=first,
        last=last,
        voice=voice,
        role=role,
        who=who,
        whom=actor_names(claim.whom),
        named_who=frozenset(w for w in who if not w.startswith(UNKNOWN)),
        words=content_words(" ".join(e.quote for e in said)) - own,
        begin=min((e.start for e in said), default=0),
        end=max((e.end for e in said), default=0),
        quotes={e.field: (e.start, e.end) for e in claim.evidence},
        names=names,
        killed=whole(claim, "killed", text),
        injured=whole(claim, "injured", text),
    )


def told_by(facts: Facts) -> str:
    """Who tells a claim where and when, for a reader: `two witnesses in Nile Courier (2026-03-11)`."""
    report = facts.report
    outlet = (report.publisher or report.agency) if report else None
    name = outlet or facts.claim.report
    if facts.claim.according_to:
        name = f"{facts.claim.according_to[0].name} in {name}"
    return f"{name} ({iso(facts.seen)})" if facts.seen is not None else name
