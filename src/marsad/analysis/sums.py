"""Whether the parts that a report gives add up to its total: 83 and 66 are 14 short of 163."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from marsad.model import Claim, Statistic

REACH = 600
FEWEST = 2
LEAST_SHARE, MOST_SHARE = 0.5, 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """A total and the parts told after it. `gap` is the total less the parts: above 0 where they fall short."""

    total: Statistic
    parts: tuple[Statistic, ...]
    gap: int

    def __str__(self) -> str:
        parts = " + ".join(f"{p.low:,}" for p in self.parts)
        how = f"{self.gap:,} short of" if self.gap > 0 else f"{-self.gap:,} more than"
        return f"{self.total.measure.replace('_', ' ')}: {parts} is {how} {self.total.low:,}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """An exact statistic and where a report tells it."""

    statistic: Statistic
    report: str
    start: int
    value: int


def sums_that_differ(statistics: Sequence[Statistic], claims: Sequence[Claim]) -> list[Sum]:
    """Totals whose parts, told after them in the same report for different actors, give another sum.

    Parts are exact figures of the same measure within 600 characters of the total and of no other period, at least two of
    them, and at least half the total together: fewer or less is no breakdown. Statistics stay as they are.
    """
    found = []
    told = list(figures(statistics, {c.id: c for c in claims}))
    for total in told:
        parts = breakdown(total, told)
        gap = total.value - sum(p.value for p in parts)
        share = 1 - gap / total.value
        if len(parts) >= FEWEST and gap and LEAST_SHARE <= share <= MOST_SHARE:
            found.append(Sum(total=total.statistic, parts=tuple(p.statistic for p in parts), gap=gap))
    return list({(s.total.id, tuple(p.id for p in s.parts)): s for s in found}.values())


def figures(statistics: Sequence[Statistic], claims: Mapping[str, Claim]) -> Iterator[Figure]:
    """Each exact figure, once for each report that tells it."""
    for statistic in statistics:
        value = statistic.low
        if value is None or value != statistic.high or value <= 0:
            continue
        for claim in (claims[c] for c in statistic.claims if c in claims):
            if claim.stance == "asserts":
                start = min((e.start for e in claim.evidence if e.field in ("value", "claim")), default=0)
                yield Figure(statistic=statistic, report=claim.report, start=start, value=value)


def breakdown(total: Figure, told: Sequence[Figure]) -> list[Figure]:
    """The figures that may be parts of the total, one for each actor, in the order of the text."""
    whole = {a.name for a in total.statistic.who}
    parts: dict[frozenset[str], Figure] = {}
    for part in sorted(told, key=lambda f: (f.start, f.statistic.id)):
        who = frozenset(a.name for a in part.statistic.who)
        near = part.report == total.report and 0 <= part.start - total.start <= REACH
        alike = part.statistic.measure == total.statistic.measure and same_period(total.statistic, part.statistic)
        if near and alike and part.value < total.value and who and who != whole:
            parts.setdefault(who, part)
    return list(parts.values())


def same_period(one: Statistic, other: Statistic) -> bool:
    """Whether nothing says that they are about different times."""
    return all(a is None or b is None or a == b for a, b in ((one.first, other.first), (one.last, other.last)))
