"""Surges and lulls: recent days against the months before, with the range of tolls and the delay of reports carried along.

A rise is tested as if no report were still to come, so that delay can't make one; a fall only against what would be known by now,
so that late reports are not taken for peace. Deaths are tested with best figures, and cautiously too: the lowest of now against
the highest of before. Counts vary more than chance alone would have it, so that the tests are widened by how much they do.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from marsad.analysis.tallies import MEASURES, listed
from marsad.analysis.tallies_fields import EVENT_FIELDS, holds, values_of
from marsad.analysis.tallies_filter import read_filter
from marsad.linking.names import ordinal
from marsad.model import ConfigError, Event, Report, Toll

Numbers = np.ndarray[Any, np.dtype[Any]]
Kind = Literal["rise", "fall"]
DIMENSIONS = ("country", "admin1", "place", "event_type", "sub_event_type", "who", "whom", "actor")
LEVEL = 0.05
RISE, FALL = 1.5, 0.67
FEWEST = 3
DELAYS_FROM = 20
LONGEST_DELAY = 60
WEEKS = 104


@dataclass(frozen=True, slots=True, kw_only=True)
class Delays:
    """How late events become known: `known[d]` is the share reported `d` days after the event or sooner, by `of` events."""

    known: tuple[float, ...] = ()
    of: int = 0

    def share(self, age: int) -> float:
        """The share known of what happened `age` days ago; all where too little is known of delays."""
        if not self.known:
            return 1.0
        return self.known[min(max(age, 0), len(self.known) - 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surge:
    """A group whose recent days differ from those before.

    `recent` and `before` are what was counted, `before` scaled to as many days. `ratio` is the rate ratio: low and high its 95%
    interval, best its estimate. `p` is the chance of such a difference, `q` the same after looking at all groups. `holds` says
    whether it is also there with the lowest figures of now against the highest of before. `known` is the share of recent events
    that is taken to be reported already. `since` is the week in which the level changed, where a change point is found.
    """

    group: tuple[str, ...]
    measure: str
    kind: Kind
    recent: Toll
    before: Toll
    ratio: tuple[float, float, float]
    p: float
    q: float
    holds: bool
    known: float
    since: str | None
    events: tuple[str, ...]
    first: str
    last: str

    @property
    def why(self) -> str:
        """In a sentence, with the numbers."""
        unit = self.measure if self.measure != "events" else "events"
        low, best, high = self.ratio
        words = f"{figure(self.recent)} {unit} from {self.first} to {self.last}; {figure(self.before)} in as many days before"
        words += f" ({best:.1f} times, 95% interval {low:.1f} to {high:.1f})"
        if self.since:
            words += f"; the level changed in the week from {self.since}"
        if not self.holds:
            words += "; not there with the most cautious figures"
        if self.known < 0.95:
            words += f"; about {self.known:.0%} of it is taken to be reported yet"
        return words


def figure(toll: Toll) -> str:
    """A range in words.

    >>> figure(Toll(low=51, best=54)), figure(Toll(low=20, best=20)), figure(Toll(low=3, best=3, high=3))
    ('54 (51 or more)', '20 or more', '3')
    """
    if toll.low == toll.best:
        more = " or more" if toll.high is None else f" to {toll.high:,}" if toll.high != toll.best else ""
        return f"{toll.best:,}{more}"
    return f"{toll.best:,} ({toll.low:,} or more)" if toll.high is None else f"{toll.best:,} ({toll.low:,} to {toll.high:,})"


def delays_of(events: Iterable[Event], reports: Iterable[Report], *, at: str) -> Delays:
    """How late events became known, by those that are two months old at least and dated to the day."""
    published = {r.id: ordinal(r.published) for r in reports}
    latest = (ordinal(at) or 0) - LONGEST_DELAY
    gaps = []
    for event in events:
        day = ordinal(event.date_last or event.date_first)
        told = [p for p in (published.get(r) for r in event.reports) if p is not None]
        if day is not None and told and event.time_precision == 1 and day <= latest and not event.background:
            gaps.append(min(max(min(told) - day, 0), LONGEST_DELAY))
    if len(gaps) < DELAYS_FROM:
        return Delays()
    counts = np.bincount(gaps, minlength=LONGEST_DELAY + 1)
    return Delays(known=tuple((np.cumsum(counts) / len(gaps)).round(4).tolist()), of=len(gaps))


def surges(
    events: Iterable[Event],
    *,
    at: str,
    by: str | Sequence[str] = ("admin1",),
    measures: str | Sequence[str] = ("events", "killed"),
    where: str | None = None,
    days: int = 14,
    before: int = 180,
    delays: Delays | None = None,
    level: float = LEVEL,
) -> tuple[Surge, ...]:
    """Groups whose `days` up to `at` differ from the `before` days before those, the surest first.

    Raises `ConfigError` for unknown dimensions or measures, where `before` is shorter than three times `days`, or where SciPy and
    ruptures are not installed.
    """
    dimensions, wanted = listed(by, DIMENSIONS, "dimension of surges"), listed(measures, MEASURES, "measure")
    last = ordinal(at)
    if last is None or days < 1 or before < 3 * days:
        raise ConfigError("surges need a day, and at least three times as many days before as are looked at")
    delays = delays or Delays()
    test = read_filter(where, EVENT_FIELDS)
    chosen = [e for e in events if not e.background and holds(test, e)]
    groups = grouped(chosen, dimensions, last - max(before + days, WEEKS * 7), last)
    found = []
    for group, own in sorted(groups.items()):
        for measure in wanted:
            surge = tested(group, own, measure, last=last, days=days, before=before, delays=delays)
            if surge is not None:
                found.append(surge)
    return tuple(sorted(controlled(found, level), key=lambda s: (s.q, s.group, s.measure)))


def grouped(events: Iterable[Event], by: Sequence[str], first: int, last: int) -> dict[tuple[str, ...], list[Event]]:
    """Events of the days in question by their groups; an event of several actors is in several."""
    groups: dict[tuple[str, ...], list[Event]] = {}
    for event in events:
        day = ordinal(event.date_first)
        if day is None or not first < day <= last or event.time_precision > 2:
            continue
        keys: list[tuple[str, ...]] = [()]
        for name in by:
            keys = [(*key, str(value)) for key in keys for value in dict.fromkeys(values_of(event, name))]
        for key in keys:
            groups.setdefault(key, []).append(event)
    return groups


def tested(
    group: tuple[str, ...], events: Sequence[Event], measure: str, *, last: int, days: int, before: int, delays: Delays
) -> Surge | None:
    """The group's difference, whatever it is; `None` where there is too little to test."""
    start = last - days
    now = [e for e in events if start < day_of(e) <= last]
    then = [e for e in events if start - before < day_of(e) <= start]
    fresh, old = total(now, measure), total(then, measure)
    fresh_best, old_best = fresh.best or 0, old.best or 0
    if max(fresh_best, old_best * days / before) < FEWEST or (not now and len(then) < FEWEST):
        return None
    wide = dispersion(then + now, measure, last - days - before, last, days)
    known = sum(delays.share(last - day) for day in range(start + 1, last + 1)) / days
    kind: Kind = "rise" if fresh_best * before >= old_best * days else "fall"
    share = days / (days + before) if kind == "rise" else days * known / (days * known + before)
    p = chance(fresh_best / wide, old_best / wide, share, kind)
    cautious = (
        (fresh.low or 0, old.high if old.high is not None else old_best)
        if kind == "rise"
        else (
            fresh.high if fresh.high is not None else fresh_best,
            old.low or 0,
        )
    )
    holds_too = chance(cautious[0] / wide, cautious[1] / wide, share, kind) <= LEVEL
    scale = days / before
    return Surge(
        group=group,
        measure=measure,
        kind=kind,
        recent=fresh,
        before=Toll(
            low=round((old.low or 0) * scale),
            best=round(old_best * scale),
            high=None if old.high is None else round(old.high * scale),
        ),
        ratio=rate_ratio(fresh_best / wide, old_best / wide, days * (known if kind == "fall" else 1.0), before),
        p=p,
        q=p,
        holds=holds_too,
        known=round(known, 3),
        since=changed(events, measure, last),
        events=tuple(e.id for e in sorted(now, key=lambda e: (e.date_first or "", e.id))),
        first=dt.date.fromordinal(start + 1).isoformat(),
        last=dt.date.fromordinal(last).isoformat(),
    )


def day_of(event: Event) -> int:
    return ordinal(event.date_first) or 0


def amount(event: Event, measure: str) -> Toll:
    """What an event adds to a measure, its three figures filled."""
    if measure == "events":
        return Toll(low=1, best=1, high=1)
    toll: Toll = getattr(event, measure)
    best = toll.best if toll.best is not None else toll.low or 0
    return Toll(low=toll.low or 0, best=best, high=best if toll == Toll() else toll.high)


def total(events: Iterable[Event], measure: str) -> Toll:
    """The sum of a measure; high is open where one event's is."""
    tolls = [amount(e, measure) for e in events]
    highs = [t.high for t in tolls]
    return Toll(
        low=sum(t.low or 0 for t in tolls),
        best=sum(t.best or 0 for t in tolls),
        high=None if None in highs else sum(h for h in highs if h is not None),
    )


def dispersion(events: Sequence[Event], measure: str, first: int, last: int, days: int) -> float:
    """By how much a window's sum varies more than a Poisson count: at least by the size of single events, at least 1."""
    sizes = np.array([amount(e, measure).best or 0 for e in events], float)
    if not sizes.sum():
        return 1.0
    own = float((sizes**2).sum() / sizes.sum())
    windows = np.zeros(max((last - days - first) // days, 1))
    for event in events:
        at = (last - days - day_of(event)) // days
        if day_of(event) <= last - days and 0 <= at < len(windows):
            windows[at] += amount(event, measure).best or 0
    spread = float(windows.var(ddof=1) / windows.mean()) if len(windows) > 2 and windows.mean() else 1.0
    return max(1.0, own, spread)


def chance(now: float, then: float, share: float, kind: Kind) -> float:
    """The chance of so many or more (fewer) now, given how many there are and which share of the time is now (exact test).

    Counts that were scaled down are rounded against the finding: one large event alone is no rise.
    """
    special = library("scipy.special")
    if kind == "rise":
        whole = math.floor(now + 1e-9)
        return float(special.betainc(whole, then + 1, share)) if whole > 0 else 1.0
    return float(1 - special.betainc(math.ceil(now - 1e-9) + 1, then, share)) if then > 0 else 1.0


def rate_ratio(now: float, then: float, days: float, before: float) -> tuple[float, float, float]:
    """The ratio of rates with its 95% interval: low, best, high; infinite where nothing was before."""
    stats = library("scipy.stats")
    low = float(stats.beta.ppf(0.025, now, then + 1)) if now > 0 else 0.0
    high = float(stats.beta.ppf(0.975, now + 1, then)) if then > 0 else 1.0
    scale = before / days
    best = now / then * scale if then else math.inf
    return (
        round(low / (1 - low) * scale, 2) if low < 1 else math.inf,
        round(best, 2) if math.isfinite(best) else best,
        round(high / (1 - high) * scale, 2) if high < 1 else math.inf,
    )


def controlled(found: Sequence[Surge], level: float) -> list[Surge]:
    """Those that remain when one in twenty may be by chance alone (Benjamini and Hochberg), and are of some size."""
    if not found:
        return []
    stats = library("scipy.stats")
    adjusted = stats.false_discovery_control([s.p for s in found])
    kept = []
    for item, q in zip(found, adjusted, strict=True):
        large = item.ratio[1] >= RISE if item.kind == "rise" else item.ratio[1] <= FALL
        if q <= level and large:
            kept.append(with_q(item, float(q)))
    return kept


def with_q(item: Surge, q: float) -> Surge:
    import dataclasses

    return dataclasses.replace(item, p=round(item.p, 6), q=round(q, 6))


def changed(events: Sequence[Event], measure: str, last: int) -> str | None:
    """The first day of the week in which the level last changed, with low, best and high figures alike; `None` for none.

    Weeks are counted back from the last day. Their sums are brought to an even spread (square roots, by how much they vary) and
    cut where that pays (PELT with a BIC penalty).
    """
    tolls = [amount(e, measure) for e in events]
    found = [change_week([amount_bound(t, bound) for t in tolls], events, last) for bound in ("low", "best", "high")]
    if None in found:
        return None
    weeks = [w for w in found if w is not None]
    return dt.date.fromordinal(weeks[1]).isoformat() if max(weeks) - min(weeks) <= 14 else None


def amount_bound(toll: Toll, bound: str) -> float:
    value = {"low": toll.low, "best": toll.best, "high": toll.high}[bound]
    return float(value if value is not None else toll.best or 0)


def change_week(amounts: Sequence[float], events: Sequence[Event], last: int) -> int | None:
    weeks = np.zeros(WEEKS)
    for value, event in zip(amounts, events, strict=True):
        at = WEEKS - 1 - (last - day_of(event)) // 7
        if 0 <= at < WEEKS:
            weeks[at] += value
    told = np.flatnonzero(weeks)
    if not len(told) or len(weeks) - told[0] < 8:
        return None
    weeks = weeks[told[0] :] if told[0] > WEEKS // 2 else weeks
    roots = 2 * np.sqrt(weeks + 0.375)
    noise = max(float(np.median(np.abs(np.diff(roots))) / 0.954), 1.0)
    ruptures = library("ruptures")
    signal = (roots / noise)[:, None]
    cuts = ruptures.Pelt(model="l2", min_size=2, jump=1).fit(signal).predict(pen=2 * math.log(len(roots)))
    if len(cuts) < 2:
        return None
    return int(last - (len(weeks) - cuts[-2]) * 7 + 1)


def library(name: str) -> Any:
    """A library of the extra `analysis`. Raises `ConfigError` where it is not installed."""
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ConfigError("surges need SciPy and ruptures: pip install 'marsad[analysis]'") from error
