"""Alerts: what saved searches find anew, each with the reason and the ids of what it is about.

A rule is one of five kinds: `sum` (more than so many within so many days), `first` (nothing of the kind for so long), `change`
(a state after another had held for so long), `surge` (recent days differ from those before) and `new` (anything that matches).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from marsad.analysis.access import began, place_key
from marsad.analysis.alerts_rules import Rule
from marsad.analysis.alerts_told import Form, ToldGap, told_gap
from marsad.analysis.surges import Delays, figure, surges, total
from marsad.analysis.tallies_fields import Fold, holds, values_of
from marsad.linking.names import ordinal
from marsad.model import Claim, Condition, Event, Place, stable_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One finding. `key` says what it is about, so that the same is told once; `first` and `last` are its days.

    `why` is a sentence; `items` are the ids of the events or conditions behind it, `claims` those of their claims.
    """

    id: str
    rule: str
    title: str
    why: str
    key: str
    first: str
    last: str
    items: tuple[str, ...]
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What rules look at: events and conditions, the claims behind them by id, and how late events become known."""

    events: Sequence[Event] = ()
    conditions: Sequence[Condition] = ()
    delays: Delays = field(default_factory=Delays)
    claims: Mapping[str, Claim] = field(default_factory=dict)

    def told(self, item: Fold, rule: Rule, form: Form) -> ToldGap | None:
        """What the reports themselves tell of how long it had not been, where that is as long as the rule asks."""
        gap = told_gap((self.claims[c] for c in item.claims if c in self.claims), form) if rule.told else None
        return gap if gap and gap.days >= rule.after_days else None


def find_alerts(rules: Iterable[Rule], known: Known, *, at: str) -> tuple[Alert, ...]:
    """What the rules find in their days up to `at`, in the order of the rules and then of time."""
    kinds = {"sum": sums, "first": firsts, "change": changes, "surge": swells, "new": news}
    return tuple(alert for rule in rules for alert in sorted(kinds[rule.kind](rule, known, at), key=lambda a: (a.first, a.id)))


def made(rule: Rule, key: str, days: tuple[str, str], title: str, why: str, items: Sequence[Fold]) -> Alert:
    return Alert(
        id=stable_id("alr", rule.name, key, days[0]),
        rule=rule.name,
        title=title,
        why=why,
        key=key,
        first=days[0],
        last=days[1],
        items=tuple(dict.fromkeys(i.id for i in items)),
        claims=tuple(dict.fromkeys(c for i in items for c in i.claims)),
    )


def groups(items: Iterable[Event], by: Sequence[str]) -> dict[tuple[str, ...], list[Event]]:
    """Events under each of their values of the dimensions, a town with its region and country beside it."""
    found: dict[tuple[str, ...], list[Event]] = {}
    for item in items:
        keys: list[tuple[str, ...]] = [()]
        for name in by:
            keys = [(*key, value) for key in keys for value in dict.fromkeys(named(item, name))]
        for key in keys:
            found.setdefault(key, []).append(item)
    return found


def named(item: Fold, name: str) -> list[str]:
    """The values of a dimension as they are told to people."""
    values = [str(v) for v in values_of(item, name)]
    if name not in ("place", "admin1") or item.place is None:
        return values
    wider = (item.place.admin1, item.place.country) if name == "place" else (item.place.country,)
    return [", ".join(dict.fromkeys(w for w in (value, *wider) if w)) for value in values]


def matching(rule: Rule, items: Iterable[Event]) -> list[Event]:
    return [i for i in items if i.date_first and not i.background and i.time_precision <= 2 and holds(rule.where, i)]


def within(rule: Rule, day: str | None, at: str) -> bool:
    """Whether a day lies in the days that a rule looks back over."""
    number, last = ordinal(day), ordinal(at)
    return number is not None and last is not None and last - rule.look_back < number <= last


def sums(rule: Rule, known: Known, at: str) -> Iterator[Alert]:
    """Windows of so many days in which a measure passes the threshold: of those that touch each other, the one with most."""
    for key, events in groups(matching(rule, known.events), rule.by).items():
        own = [e for e in events if within(rule, e.date_first, at)]
        for window in peaks(own, rule):
            toll = total(window, rule.measure)
            days = min(e.date_first or "" for e in window), max(e.date_first or "" for e in window)
            where = ", ".join(key) or "all places"
            what = {"events": "events", "killed": "killed", "injured": "injured"}[rule.measure]
            span = days[0] if days[0] == days[1] else f"{days[0]} to {days[1]}"
            why = (
                f"{figure(toll)} {what} {span} ({rule.threshold_words()}) in {len(window)} event{'s' if len(window) != 1 else ''}"
            )
            yield made(rule, " / ".join(key), days, f"{where}: {figure(toll)} {what}", why, window)


def peaks(events: Sequence[Event], rule: Rule) -> Iterator[list[Event]]:
    ordered = sorted(events, key=lambda e: (e.date_first or "", e.id))
    passing: list[tuple[int, list[Event]]] = []
    for start in ordered:
        first = ordinal(start.date_first) or 0
        window = [e for e in ordered if first <= (ordinal(e.date_first) or 0) < first + rule.within_days]
        toll = total(window, rule.measure)
        value = {"low": toll.low, "best": toll.best}[rule.figure] or 0
        if value > rule.more_than:
            passing.append((value, window))
    taken: set[str] = set()
    for _, window in sorted(passing, key=lambda p: (-p[0], p[1][0].date_first or "", p[1][0].id)):
        if not taken & {e.id for e in window}:
            yield window
        taken |= {e.id for e in window}


def firsts(rule: Rule, known: Known, at: str) -> Iterator[Alert]:
    """What matches after nothing that matches had been told of for so long, place by place (or as `by` says)."""
    items: Sequence[Fold] = known.conditions if rule.of == "conditions" else known.events
    chosen = [(begun(i), i) for i in items if begun(i) and holds(rule.where, i)]
    for key, own in by_key(chosen, rule).items():
        previous: str | None = None
        for day, item in sorted(own, key=lambda o: (o[0], o[1].id)):
            gap = None if previous is None else (ordinal(day) or 0) - (ordinal(previous) or 0)
            said = known.told(item, rule, "first") if gap is None else None
            long_ago = gap >= rule.after_days if gap is not None else said is not None or rule.also_first_ever
            if within(rule, day, at) and long_ago:
                words = described(item)
                since = since_when(previous, gap, said, rule)
                title = words if rule.by == ("place",) or not key else f"{key}: {words}"
                yield made(rule, key, (day, day), title, f"{words} on {day}: {since}", [item])
            previous = day


def since_when(previous: str | None, gap: int | None, said: ToldGap | None, rule: Rule) -> str:
    """Why something is a first, in words."""
    if said is not None:
        return f"the report says “{said.words}”, and the ledger knows of none before ({rule.threshold_words()})"
    if previous is None:
        return "the first that is known"
    return f"the first since {previous}, {gap} days before ({rule.threshold_words()})"


def begun(item: Fold) -> str | None:
    """The day from which something is taken to hold."""
    if isinstance(item, Condition):
        return began(item)
    return item.date_first if isinstance(item, Event) and not item.background else None


def by_key(chosen: Iterable[tuple[str | None, Fold]], rule: Rule) -> dict[str, list[tuple[str, Fold]]]:
    found: dict[str, list[tuple[str, Fold]]] = {}
    for day, item in chosen:
        keys = [""]
        for name in rule.by:
            keys = [f"{key} / {value}".strip(" /") for key in keys for value in dict.fromkeys(named(item, name))]
        for key in keys:
            found.setdefault(key, []).append((day or "", item))
    return found


def changes(rule: Rule, known: Known, at: str) -> Iterator[Alert]:
    """States that match, after another state of the same subject and place had held for so long."""
    tracks: dict[tuple[str, ...], list[Condition]] = {}
    for item in known.conditions:
        if item.place is not None:
            tracks.setdefault((item.subject, *place_key(item.place)), []).append(item)
    for track in tracks.values():
        for item in track:
            day = item.since or item.told_first
            if day is None or not within(rule, day, at) or not holds(rule.where, item):
                continue
            before = [c for c in track if c.state != item.state and c.since and c.since < day and not gone(c, day)]
            held = max(before, key=lambda c: (c.since or "", c.id), default=None)
            said = known.told(item, rule, "after") if held is None else None
            length = said.days if said else (ordinal(day) or 0) - (ordinal(held.since) or 0) if held else -1
            if length >= rule.after_days and (said or held):
                name = described(item)
                after = f"after {held.state.replace('_', ' ')} since {since_words(held)}" if held else ""
                why = f"{name} from {day}, {after} ({ago(length)}; {rule.threshold_words()})"
                if said:
                    why = f"{name} from {day}: the report says “{said.words}” ({rule.threshold_words()})"
                key = f"{item.subject} {place_words(item.place)} {item.state}"
                items = [item, held] if held else [item]
                yield made(rule, key, (day, day), f"{name} after {ago(length)}", why, items)


def gone(item: Condition, day: str) -> bool:
    """Whether a state had ended more than a month before a day."""
    return item.until is not None and (ordinal(day) or 0) - (ordinal(item.until) or 0) > 31


def since_words(item: Condition) -> str:
    size = {"year": 4, "month": 7}.get(item.precision, 10)
    return (item.since or "")[:size]


def ago(days: int) -> str:
    """A stretch of days in words.

    >>> ago(2829), ago(95), ago(12)
    ('7 years', '3 months', '12 days')
    """
    if days >= 730:
        return f"{days // 365} years"
    return f"{days // 30} months" if days >= 60 else f"{days} days"


def described(item: Fold) -> str:
    """An event or condition in a few words."""
    if isinstance(item, Condition):
        who = (
            f" by {', '.join(a.name for a in item.who)}"
            if item.who and item.subject in ("siege", "territory", "aid_delivery")
            else ""
        )
        return f"{item.subject.replace('_', ' ')} {item.state.replace('_', ' ')}{who}: {place_words(item.place)}"
    kind = item.sub_event_type or item.event_type or ""
    toll = f", {figure(total([item], 'killed'))} killed" if isinstance(item, Event) and item.killed.low is not None else ""
    return f"{kind} in {place_words(item.place)}{toll}"


def place_words(place: Place | None) -> str:
    return ", ".join(dict.fromkeys(w for w in (place.name, place.admin1, place.country) if w)) if place else "a place not told"


def swells(rule: Rule, known: Known, at: str) -> Iterator[Alert]:
    """Rises (and, where asked, falls) of recent days against those before."""
    given: Mapping[str, Event] = {e.id: e for e in known.events}
    chosen = [e for e in known.events if holds(rule.where, e)]
    days, before = rule.within_days, rule.before_days
    for item in surges(chosen, at=at, by=rule.by, measures=rule.measure, days=days, before=before, delays=known.delays):
        if (item.kind == "rise" or rule.falls) and (item.holds or not rule.cautious):
            key = f"{item.kind} {' / '.join(item.group)}".strip()
            title = f"{', '.join(item.group) or 'all places'}: {item.kind} in {item.measure}"
            yield made(rule, key, (item.first, item.last), title, item.why, [given[i] for i in item.events])


def news(rule: Rule, known: Known, at: str) -> Iterator[Alert]:
    """Everything that matches, once."""
    items: Sequence[Fold] = known.conditions if rule.of == "conditions" else known.events
    for item in items:
        day = begun(item)
        if day and within(rule, day, at) and holds(rule.where, item):
            yield made(rule, item.id, (day, day), described(item), f"{described(item)} on {day} matches the saved search", [item])
