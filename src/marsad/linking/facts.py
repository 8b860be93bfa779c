"""What linking reads off one claim, worked out once: days, places, speakers, actors, words, where it stands in the text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marsad.linking.counts import Range, whole
from marsad.linking.keys import Keys, Window, days_of, read_keys, seen_on, window_of
from marsad.linking.names import fold as fold
from marsad.linking.names import fold_text, moment
from marsad.linking.names import iso as iso
from marsad.linking.names import ordinal as ordinal
from marsad.linking.owners import owner_of
from marsad.linking.recent import Recent
from marsad.linking.tables import revisions, stop_words
from marsad.model import Actor, Claim, Evidence, Place, Report

WORD = re.compile(r"[^\W\d_]{3,30}")
OF_FIGURES = re.compile(r"\b(?:toll|tally|figure|number|count|deaths?|dead|estimate|statement|report)s?\b")
UNDATED = (10**7, 0)
WIDE = 3
"""The precision of a place that is known to a region or country only."""
UNKNOWN = ("unidentified", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One claim as linking sees it. Days are proleptic ordinals, `None` where not stated; `seen` is the report's day."""

    claim: Claim
    report: Report | None
    seen: int | None
    moment: tuple[int, int]
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
    places: tuple[Place, ...]
    names: tuple[str, ...]
    killed: Range | None
    injured: Range | None
    revises: str | None
    weapons: frozenset[str]
    targets: frozenset[str]
    keys: Keys
    window: Window

    @property
    def id(self) -> str:
        return self.claim.id

    @property
    def age(self) -> tuple[int, int, str]:
        """Oldest first: when the report was published (a day without an hour after those with one, unknown last), then the id."""
        return (*self.moment, self.claim.id)

    @property
    def loose(self) -> bool:
        """True where the claim lacks a place or a day, so that it can't be placed by itself."""
        return not self.claim.where or self.first is None


RECENT: Recent[Claim, Report | None, Facts] = Recent()


def actor_names(actors: Sequence[Actor]) -> frozenset[str]:
    return frozenset(fold(a.name) for a in actors)


def family_of(claim: Claim, report: Report | None) -> str:
    """The story that the report is, or is a copy of (a copy names its original and never another copy)."""
    return (report.copy_of or report.id) if report else claim.report


def voice_of(claim: Claim, report: Report | None) -> tuple[str, str]:
    """Who speaks (a folded name) and in what role: the nearest speaker, else the wire or outlet in its own voice."""
    if claim.according_to:
        return fold(claim.according_to[0].name), claim.according_to[0].role
    outlet = (report.agency or report.publisher) if report else None
    return (owner_of(outlet) if outlet else fold(claim.report)), "media"


def content_words(text: str) -> frozenset[str]:
    """The stems (first six letters) of the words that carry meaning."""
    return frozenset(w[:6] for w in WORD.findall(fold_text(text)[:2000]) if w not in stop_words())


def revision_of(said: Sequence[Evidence], claim: Claim) -> str | None:
    """Whether a claim says that its toll takes the place of an earlier one, and that it is `up`, `down` or `either`.

    >>> from marsad.model import Count
    >>> quote = "The hospital withdrew that figure and said nine had been killed."
    >>> told = (Evidence(field="claim", start=0, end=len(quote), quote=quote),)
    >>> nine = (Count(effect="killed", low=9, high=9, words="nine"),)
    >>> revision_of(told, Claim(id="c", report="r", scope="incident", counts=nine))
    'down'
    """
    if claim.scope != "incident" or not any(c.effect in ("killed", "injured") for c in claim.counts):
        return None
    text = " ".join(e.quote for e in said)[:2000].casefold()
    found = {direction for words, direction in revisions().items() if words in text} if OF_FIGURES.search(text) else set()
    return (found.pop() if len(found) == 1 else "either") if found else None


def read(claim: Claim, reports: Mapping[str, Report]) -> Facts:
    """The facts of one claim. A claim whose report is not among `reports` still gets them, without a day of report."""
    report = reports.get(claim.report)
    return RECENT.get(claim, report, lambda: _read(claim, report))


def _read(claim: Claim, report: Report | None) -> Facts:
    text = report.text if report else ""
    first, last = days_of(claim)
    voice, role = voice_of(claim, report)
    said = [e for e in claim.evidence if e.field == "claim"] or list(claim.evidence[:1])
    seen = seen_on(report)
    who = actor_names(claim.who)
    places = places_of(claim)
    names = tuple(fold(p.name) for p in places)
    own = frozenset(w[:6] for n in names for w in n.split())
    return Facts(
        claim=claim,
        report=report,
        seen=seen,
        moment=moment(report.published, seen) if report else UNDATED,
        family=family_of(claim, report),
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
        places=places,
        names=names,
        killed=whole(claim, "killed", text),
        injured=whole(claim, "injured", text),
        revises=revision_of(said, claim),
        weapons=frozenset(t.class_ for t in claim.weapons) - {"other"},
        targets=frozenset(t.class_ for t in claim.targets) - {"other"},
        keys=read_keys(claim, report),
        window=window_of(claim, first, last, seen),
    )


def places_of(claim: Claim) -> tuple[Place, ...]:
    """Where a claim is. Of a border crossing named with the states that it joins, the crossing alone: what is told of one
    crossing of a state says nothing of another."""
    exact = tuple(p for p in claim.where if p.precision != WIDE)
    return exact if exact and claim.condition is not None and claim.condition.subject == "border_crossing" else claim.where


def told_by(facts: Facts) -> str:
    """Who tells a claim where and when, for a reader: `two witnesses in Nile Courier (2026-03-11)`."""
    report = facts.report
    outlet = (report.publisher or report.agency) if report else None
    name = outlet or facts.claim.report
    if facts.claim.according_to:
        name = f"{facts.claim.according_to[0].name} in {name}"
    day = ordinal(report.published or report.anchor.date) if report else None
    return f"{name} ({iso(day)})" if day is not None else name
