"""Findings as anybody may see them: no private person named, places and days as coarse as told, short quotes and links."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from marsad.codebook.sensitivity import Policy, load_policy
from marsad.exports.public.coarsening import Care, Fold, care_of, coarse, country_of, days_since, places_of
from marsad.exports.public.names import Names, replaced, scrubbed
from marsad.exports.public.quoting import by_report, quoted, readable
from marsad.exports.public.withheld import Withheld, withheld
from marsad.ledger.findings import Findings, arrange
from marsad.model import Actor, Anchor, Claim, Condition, Count, Event, Place, Report, Speaker, Statistic, Thing, Value

SHARED = re.compile(r"shared words \([^)]{0,2000}\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Redacted:
    """Findings for the public, and how much stayed in: folds that are told later or not at all, coarse ones, names."""

    findings: Findings
    withheld: Withheld
    later: int = 0
    kept_in: int = 0
    coarsened: int = 0


def redacted(found: Findings, policy: Policy | None = None, *, today: str | None = None) -> Findings:
    """The same findings as anybody may see them; ids stay as they are.

    A report's text is its quotes, and what claims cite stands in that. `today` is the day (ISO, UTC) that delays count to.
    Raises `ConfigError` where the language model is missing.
    """
    return redact(found, policy or load_policy(), today=today).findings


def redact(
    found: Findings, policy: Policy, *, today: str | None = None, names: Withheld | None = None, ceiling: str | None = None
) -> Redacted:
    """The same with an account of it. `names` are those of a whole record, where `found` is only a part of it."""
    if ceiling is not None:
        policy = replace(policy, ceiling=ceiling)
    names = names or withheld(found, policy=policy)
    day = today or dt.datetime.now(dt.UTC).date().isoformat()
    return Work(found, policy, names, day).done()


class Work:
    """One redaction under way."""

    def __init__(self, found: Findings, policy: Policy, names: Withheld, today: str) -> None:
        self.found, self.policy, self.names, self.today = found, policy, names, today
        self.reports = {r.id: r for r in found.reports}
        self.claims = {c.id: c for c in found.claims}
        self.of_report = by_report(found.claims)
        self.cares: dict[str, Care] = {c.id: care_of(c, policy) for c in found.claims}
        self.folds: tuple[Fold, ...] = (*found.events, *found.statistics, *found.conditions)
        for fold in self.folds:
            care = care_of(fold, policy)
            for name in fold.claims:
                care |= self.cares.get(name, Care())
            self.cares[fold.id] = care
        for fold in self.folds:
            for name in fold.claims:
                self.cares[name] = self.cares.get(name, Care()) | self.cares[fold.id]

    def done(self) -> Redacted:
        """All kinds of items, what is not told left out."""
        open_folds = [f for f in self.folds if self.open(f) and self.told(f)]
        shown = {f.id for f in open_folds}
        closed = {c for f in self.folds if f.id not in shown for c in f.claims}
        claims = [c for c in self.found.claims if c.id not in closed and self.open(c) and self.told(c)]
        gone = self.claims.keys() - {c.id for c in claims}
        texts, told = self.quotes(claims, gone)
        kept = {c.id: c for c in told}
        reports = [self.report(self.reports[name], text, gone) for name, text in texts.items()]
        known = {r.id for r in reports}
        made = [self.fold(f, kept, known) for f in open_folds]
        findings = arrange(
            reports=reports,
            claims=kept.values(),
            events=[f for f in made if isinstance(f, Event)],
            statistics=[f for f in made if isinstance(f, Statistic)],
            conditions=[f for f in made if isinstance(f, Condition)],
        )
        late = [f for f in self.folds if self.open(f) and not self.told(f)]
        return Redacted(
            findings=findings,
            withheld=self.names,
            later=len(late),
            kept_in=len(self.folds) - len(late) - len(open_folds),
            coarsened=sum(self.cares[f.id].coarsen != "none" for f in open_folds),
        )

    def open(self, item: Fold | Claim) -> bool:
        """Whether an item's country lets its records out."""
        return self.policy.shown("record", country_of(item))

    def told(self, item: Fold | Claim) -> bool:
        """Whether the days of its delay are over."""
        days = self.cares[item.id].days
        if not days:
            return True
        passed = days_since(item, [self.reports[r] for r in self.reports_of(item) if r in self.reports], self.today)
        return passed is not None and passed >= days

    def reports_of(self, item: Fold | Claim) -> Iterable[str]:
        if isinstance(item, Claim):
            return (item.report,)
        return dict.fromkeys(self.claims[c].report for c in item.claims if c in self.claims)

    def quotes(self, claims: Sequence[Claim], gone: set[str]) -> tuple[dict[str, str], list[Claim]]:
        """The texts of reports as their quotes, and the claims without what is not to be told."""
        texts: dict[str, str] = {}
        told: list[Claim] = []
        for name, own in by_report(claims).items():
            report = self.reports.get(name)
            if report is None:
                continue
            names = self.names.within([name])
            hidden = gone | {c.id for c in own if self.cares[c.id].coarsen != "none"}
            done = quoted(report, self.of_report[name], hidden, names, self.policy)
            texts[name] = done.text
            shown = {c.id for c in own}
            told += [self.claim(c, names) for c in done.claims if c.id in shown]
        return texts, told

    def report(self, report: Report, text: str, gone: set[str]) -> Report:
        """A report as a citation: outlet, title, day and link, neither of which names a place that is told coarsely."""
        names, policy = self.names.within([report.id]), self.policy
        own = self.of_report.get(report.id, [])
        late = any(c.id in gone for c in own)
        places = self.rougher(c for c in own if self.cares[c.id].coarsen != "none")
        title = None
        if report.title and readable(report, policy) and not late and policy.shown("report.title"):
            title = replaced(scrubbed(report.title, names), places)
        address = link(report.url, names, places, late) if policy.shown("report.url") else None
        origin = report.origin if policy.shown("report.origin") and not names.holds(report.origin) else None
        return Report(
            id=report.id,
            origin=origin or address or report.id,
            text=text,
            external_id=plain(report.external_id, names) if policy.shown("report.external_id") else None,
            capture=report.capture if policy.shown("report.capture") else None,
            title=title,
            publisher=worded(report.publisher, names),
            agency=worded(report.agency, names),
            author=worded(report.author, names) if policy.shown("report.author") else None,
            url=address,
            language=report.language,
            published=report.published,
            anchor=Anchor(date=report.anchor.date, basis=report.anchor.basis, precision=report.anchor.precision),
            copy_of=report.copy_of,
        )

    def rougher(self, items: Iterable[Fold | Claim]) -> Names:
        """The names of places that are told coarsely, with the wider ones for them."""
        found: dict[str, str] = {}
        for item in items:
            for place in places_of(item):
                wider = coarse(place, self.cares[item.id].coarsen, self.policy)
                found.update({n: wider.name for n in (place.name, place.words) if n and n != wider.name})
        return Names(found)

    def claim(self, claim: Claim, names: Names) -> Claim:
        places = self.rougher([claim]) if self.cares[claim.id].coarsen != "none" else Names({})
        value = claim.value
        return replace(
            claim,
            value=None if value is None else Value(low=value.low, high=value.high, words=clean(value.words, names, places)),
            who=actors(claim.who, names, places),
            whom=actors(claim.whom, names, places),
            where=tuple(dict.fromkeys(self.place(p, claim.id, names) for p in claim.where)),
            counts=tuple(count(c, names, places) for c in claim.counts),
            weapons=tuple(Thing(words=clean(t.words, names, places), class_=t.class_) for t in claim.weapons),
            targets=tuple(Thing(words=clean(t.words, names, places), class_=t.class_) for t in claim.targets),
            according_to=speakers(claim.according_to, names, places),
        )

    def place(self, place: Place, item: str, names: Names) -> Place:
        made = coarse(place, self.cares[item].coarsen, self.policy)
        return replace(
            made,
            name=replaced(made.name, names),
            words=replaced(made.words, names),
            admin1=worded(made.admin1, names),
            id=plain(made.id, names),
        )

    def fold(self, fold: Fold, kept: Mapping[str, Claim], known: set[str]) -> Fold:
        names = self.names.within(self.reports_of(fold))
        places = self.rougher([fold]) if self.cares[fold.id].coarsen != "none" else Names({})
        claims = tuple(c for c in fold.claims if c in kept)
        made: Fold = replace(
            fold,
            place=None if fold.place is None else self.place(fold.place, fold.id, names),
            who=actors(fold.who, names, places),
            claims=claims,
            because=() if places else tuple(clean(SHARED.sub("shared words", b), names, places) for b in fold.because),
        )
        if isinstance(made, Event):
            reports = tuple(r for r in made.reports if r in known)
            sources = tuple(dict.fromkeys(clean(s, names, places) for s in made.sources))
            return replace(made, whom=actors(made.whom, names, places), reports=reports, sources=sources)
        if isinstance(made, Statistic):
            told = speakers(made.according_to, names, places)
            return replace(made, whom=actors(made.whom, names, places), according_to=told)
        against = speakers(made.disputed_by, names, places)
        return replace(made, according_to=speakers(made.according_to, names, places), disputed_by=against)


def clean(words: str, names: Names, places: Names) -> str:
    """A value without names, and with wider places."""
    return replaced(replaced(words, names), places)


def worded(words: str | None, names: Names) -> str | None:
    return None if words is None else replaced(words, names)


def plain(words: str | None, names: Names) -> str | None:
    """An id, or nothing where a name stands in it."""
    return None if words is None or names.holds(words) else words


def actors(group: Iterable[Actor], names: Names, places: Names) -> tuple[Actor, ...]:
    made = (
        Actor(name=clean(a.name, names, places), words=clean(a.words, names, places), kind=a.kind, id=plain(a.id, names))
        for a in group
    )
    return tuple(dict.fromkeys(made))


def speakers(group: Iterable[Speaker], names: Names, places: Names) -> tuple[Speaker, ...]:
    return tuple(dict.fromkeys(Speaker(name=clean(s.name, names, places), role=s.role) for s in group))


def count(item: Count, names: Names, places: Names) -> Count:
    who = None if item.who is None else clean(item.who, names, places)
    return replace(item, who=who, words=clean(item.words, names, places))


def link(address: str | None, names: Names, places: Names, late: bool) -> str | None:
    """An address; that of the site alone where the rest names somebody, or tells what is told late.

    >>> link("https://news.example/walid-mohamed-speaks", Names({"Walid Mohamed": "a resident"}), Names({}), False)
    'https://news.example/'
    """
    if not address:
        return None
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    spelled = unquote(unquote(address))
    if names.holds(host) or places.holds(host):
        return None
    if late or parts.username or names.holds(spelled) or places.holds(spelled):
        return f"{parts.scheme}://{host}/"
    return address
