"""A forecast to measure others by: next months' deaths or events in each region, as distributions, and how well it did before.

The forecast looks up what followed in the region-months that were most like the last ones ("analogues"): the same recent level,
near in time. It knows nothing of causes. It is scored by CRPS on months that it had not seen, beside simple baselines, and says
plainly where it does not beat them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from marsad.analysis.foreign import ForeignEvent
from marsad.analysis.foreign_compare import division
from marsad.model import ConfigError, Event

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Measure = Literal["killed", "events"]
Level = Literal["admin1", "country"]
LEVELS = (0.7, 0.3)
"""How fast the two running means of a region follow its last months: most of the last month, and about its last six."""
BANDWIDTH = 0.6
MEMORY = 24.0
"""Months after which a past example counts half."""
QUANTILES = (np.arange(99) + 1) / 100
FEWEST_MONTHS = 18
FEWEST_EXAMPLES = 60
MODEL = "analogues"
BASELINES = ("persistence", "historical mean", "last 12 months", "all months")
RULES = {
    MODEL: "what followed in region-months of the same recent level, near ones counting more",
    "persistence": "the last month again",
    "historical mean": "the mean of all past months of the region",
    "last 12 months": "each of the region's last twelve months, equally likely",
    "all months": "each of the region's past months, equally likely",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Deaths or events by region (rows) and month (columns); months without any are 0, as far as the source knows."""

    regions: tuple[str, ...]
    months: tuple[str, ...]
    values: Numbers
    measure: Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The distribution of a region's month: quantiles, and how likely none and 25 or more are."""

    region: str
    month: str
    horizon: int
    median: float
    mean: float
    low50: float
    high50: float
    low90: float
    high90: float
    none: float
    many: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Mean CRPS (smaller is better, in the measure's unit) of a rule at a horizon, over `cases` region-months not seen.

    `within90` is the share of them inside the middle nine tenths of its distribution; for a rule without a spread `None`.
    `beaten` is in how many of the months the forecast did better than this rule, all regions together, out of `months`.
    """

    rule: str
    horizon: int
    crps: float
    cases: int
    within90: float | None
    beaten: int
    months: int


def panel_of(
    events: Iterable[ForeignEvent | Event], *, measure: Measure = "killed", level: Level = "admin1", until: str | None = None
) -> Panel:
    """Sums by region and month of the first day, every month from the first to the last (or to `until`, as 2026-02).

    Events without a day, a country or (by admin1) a region are left out. Raises `ConfigError` where fewer months than a forecast
    needs are there.
    """
    sums: Counter[tuple[str, str]] = Counter()
    for event in events:
        key = where_when(event, level)
        if key is not None and (until is None or key[1] <= until):
            sums[key] += 1 if measure == "events" else dead(event)
    months = span_of({m for _, m in sums}, until)
    if len(months) < FEWEST_MONTHS:
        raise ConfigError(f"a forecast needs {FEWEST_MONTHS} months at least; there are {len(months)}")
    regions = tuple(sorted({r for r, _ in sums}))
    values = np.zeros((len(regions), len(months)))
    row, column = {r: n for n, r in enumerate(regions)}, {m: n for n, m in enumerate(months)}
    for (region, month), total in sums.items():
        values[row[region], column[month]] = total
    return Panel(regions=regions, months=months, values=values, measure=measure)


def where_when(event: ForeignEvent | Event, level: Level) -> tuple[str, str] | None:
    """Region and month of an event; `None` where one of them is not known."""
    if isinstance(event, Event):
        country, admin1 = (event.place.country, event.place.admin1) if event.place else (None, None)
        day = event.date_first
    else:
        country, admin1, day = event.country, event.admin1, event.first
    if not day or not country or (level == "admin1" and not admin1):
        return None
    name = f"{division(admin1).title()}, {country}" if level == "admin1" and admin1 else country
    return name, day[:7]


def dead(event: ForeignEvent | Event) -> int:
    return event.killed.best if event.killed.best is not None else event.killed.low or 0


def span_of(months: set[str], until: str | None) -> tuple[str, ...]:
    if not months:
        return ()
    first, last = number(min(months)), number(until or max(months))
    return tuple(named(n) for n in range(first, last + 1))


def number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def named(month: int) -> str:
    """A month's number as it is written.

    >>> named(number("2026-12") + 1)
    '2027-01'
    """
    return f"{month // 12:04}-{month % 12 + 1:02}"


def forecast(panel: Panel, *, horizons: int = 6) -> tuple[Forecast, ...]:
    """The next months of each region, 1 to `horizons` (at most 12) after the panel's last."""
    if not 1 <= horizons <= 12:
        raise ConfigError("1 to 12 months ahead")
    last = len(panel.months) - 1
    found = []
    for horizon in range(1, horizons + 1):
        spread = analogues(panel.values, last, horizon)
        month = named(number(panel.months[-1]) + horizon)
        found += [told(region, month, horizon, spread[n]) for n, region in enumerate(panel.regions)]
    return tuple(sorted(found, key=lambda f: (f.region, f.horizon)))


def told(region: str, month: str, horizon: int, spread: Numbers) -> Forecast:
    """A distribution in numbers."""
    low90, low50, median, high50, high90 = np.quantile(spread, (0.05, 0.25, 0.5, 0.75, 0.95)).round(1).tolist()
    return Forecast(
        region=region,
        month=month,
        horizon=horizon,
        median=median,
        mean=round(float(spread.mean()), 1),
        low50=low50,
        high50=high50,
        low90=low90,
        high90=high90,
        none=round(float((spread < 0.5).mean()), 2),
        many=round(float((spread >= 24.5).mean()), 2),
    )


def analogues(values: Numbers, at: int, horizon: int) -> Numbers:
    """99 quantiles for each region, `horizon` months after column `at`, from what columns up to `at` show alone."""
    logs = np.log1p(values[:, : at + 1])
    short, long = (running(logs, alpha) for alpha in LEVELS)
    ends = np.arange(FEWEST_MONTHS // 3, at + 1 - horizon)
    if len(ends) * len(values) < FEWEST_EXAMPLES:
        return np.quantile(values[:, : at + 1], QUANTILES, axis=1).T
    base = (short + long) / 2
    change = (logs[:, ends + horizon] - base[:, ends]).ravel()
    levels = np.stack([short[:, ends].ravel(), long[:, ends].ravel()])
    age = np.tile(0.5 ** ((at - horizon - ends) / MEMORY), len(values))
    order = np.argsort(change, kind="stable")
    change, levels, age = change[order], levels[:, order], age[order]
    made = np.empty((len(values), len(QUANTILES)))
    for row in range(len(values)):
        gaps = (levels[0] - short[row, at]) ** 2 + (levels[1] - long[row, at]) ** 2
        weights = age * np.exp(-0.5 * gaps / BANDWIDTH**2) + 1e-9 * age
        spread = base[row, at] + weighted_quantiles(change, weights)
        made[row] = np.maximum(np.rint(np.expm1(spread)), 0.0)
    return made


def running(logs: Numbers, alpha: float) -> Numbers:
    """Exponentially weighted means along the months."""
    found = np.empty_like(logs)
    found[:, 0] = logs[:, 0]
    for month in range(1, logs.shape[1]):
        found[:, month] = alpha * logs[:, month] + (1 - alpha) * found[:, month - 1]
    return found


def weighted_quantiles(ordered: Numbers, weights: Numbers) -> Numbers:
    """Quantiles of ordered values with weights."""
    share = np.cumsum(weights)
    return np.asarray(ordered[np.searchsorted(share, QUANTILES * share[-1])])


def baseline(rule: str, values: Numbers, at: int) -> Numbers:
    """What a simple rule expects of each region after column `at`: one column, or several equally likely ones."""
    past = values[:, : at + 1]
    if rule == "persistence":
        return np.asarray(past[:, -1:])
    if rule == "historical mean":
        return np.asarray(past.mean(axis=1, keepdims=True))
    return np.sort(past[:, -12:] if rule == "last 12 months" else past, axis=1)


def crps(spread: Numbers, seen: Numbers) -> Numbers:
    """The continuous ranked probability score of each row's distribution against what was seen; for one value its distance.

    >>> crps(np.array([[0.0, 2.0], [5.0, 5.0]]), np.array([1.0, 7.0])).tolist()
    [0.5, 2.0]
    """
    size = spread.shape[1]
    ordered = np.sort(spread, axis=1)
    ranks = 2 * np.arange(1, size + 1) - size - 1
    within = (ordered * ranks).sum(axis=1) / size**2
    return np.asarray(np.abs(ordered - seen[:, None]).mean(axis=1) - within)


def score(panel: Panel, *, horizons: int = 6, train: int = 24, origins: int | None = None) -> tuple[Score, ...]:
    """Rolling origin: from each month after `train` on, forecast with what was known then and compare with what came.

    `origins` takes only the last so many. Raises `ConfigError` where no month is left to be scored on.
    """
    months = len(panel.months)
    found = []
    for horizon in range(1, horizons + 1):
        starts = list(range(train - 1, months - horizon))[-(origins or months) :]
        if not starts:
            raise ConfigError(f"{months} months are too few to score {horizon} months ahead after {train} to learn from")
        errors: dict[str, list[Numbers]] = {rule: [] for rule in (MODEL, *BASELINES)}
        inside: dict[str, list[Numbers]] = {rule: [] for rule in errors}
        for at in starts:
            seen = panel.values[:, at + horizon]
            for rule, scores in errors.items():
                spread = analogues(panel.values, at, horizon) if rule == MODEL else baseline(rule, panel.values, at)
                scores.append(crps(spread, seen))
                low, high = np.quantile(spread, (0.05, 0.95), axis=1)
                inside[rule].append((low <= seen) & (seen <= high))
        own = [float(e.mean()) for e in errors[MODEL]]
        for rule, scores in errors.items():
            flat = np.concatenate(scores)
            found.append(
                Score(
                    rule=rule,
                    horizon=horizon,
                    crps=round(float(flat.mean()), 3),
                    cases=len(flat),
                    within90=None if rule in BASELINES[:2] else round(float(np.concatenate(inside[rule]).mean()), 3),
                    beaten=sum(mine < float(e.mean()) for mine, e in zip(own, scores, strict=True)),
                    months=len(starts),
                )
            )
    return tuple(found)


def verdict(scores: Sequence[Score]) -> tuple[str, ...]:
    """In plain words, for each baseline, at which horizons the forecast beats it and at which it does not."""
    own = {s.horizon: s.crps for s in scores if s.rule == MODEL}
    lines = []
    for rule in BASELINES:
        theirs = {s.horizon: s.crps for s in scores if s.rule == rule}
        better = [h for h in own if own[h] < theirs[h]]
        skill = 1 - sum(own.values()) / sum(theirs.values()) if sum(theirs.values()) else 0.0
        if len(better) == len(own):
            won, of = (sum(n) for n in zip(*((s.beaten, s.months) for s in scores if s.rule == rule), strict=True))
            lines.append(f"It beats {rule} at every horizon, by {skill:.0%} on the whole; in {won} of {of} months scored.")
        elif not better:
            lines.append(f"It does NOT beat {rule} at any horizon ({-skill:.0%} worse): use {rule} instead.")
        else:
            worse = ", ".join(str(h) for h in own if h not in better)
            lines.append(f"It does NOT beat {rule} at {worse} months ahead; it does at {', '.join(map(str, better))}.")
    return tuple(lines)
